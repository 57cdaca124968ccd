/* tls/certificate.h: whose certificate it is, and for which names. */
#ifndef TLS_CERTIFICATE_H
#define TLS_CERTIFICATE_H

#include "tls/tls.h"

/* Reads subject, issuer and subjectAltName DNS names of the first certificate of a Certificate
 * message without its four octets of header (RFC 5246 7.4.2, RFC 5280 4.1); nothing when it is
 * malformed. */
void certificate_read(struct tls_facts *facts, struct span body);

#endif
