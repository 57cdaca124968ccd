/* tls/hello.h: what the two hellos say and agree on. */
#ifndef TLS_HELLO_H
#define TLS_HELLO_H

#include "tls/handshake.h"

/* A ClientHello without its four octets of header (RFC 5246 7.4.1.2, RFC 8446 4.1.2). What is cut
 * or malformed is left out of the facts. */
void hello_read_client(struct handshake *handshake, struct span body);

/* EncryptedExtensions of TLS 1.3 (RFC 8446 4.3.1): what the server chose by ALPN. */
void hello_read_extensions(struct handshake *handshake, struct span body);

/* A ServerHello; whether it is a HelloRetryRequest (RFC 8446 4.1.4). */
bool hello_read_server(struct handshake *handshake, struct span body);

#endif
