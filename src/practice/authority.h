/* practice/authority.h: a certificate authority that lives as long as the server, and the
 * certificates it shows, good ones and bad ones. */
#ifndef PRACTICE_AUTHORITY_H
#define PRACTICE_AUTHORITY_H

#include "base/fail.h"
#include "practice/talk.h"

#include <openssl/ssl.h>

struct authority;

/* host: a further name beside localhost, 127.0.0.1 and ::1; address: a further address, or NULL.
 * STEP_FAIL in *fail and NULL: OpenSSL cannot. */
struct authority *authority_new(const char *host, const char *address, struct fail *fail);
void authority_free(struct authority *authority);

/* Writes its own certificate, as PEM, for clients to trust. STEP_FAIL: FAIL_WRITE. */
enum step authority_write(const struct authority *authority, const char *path, struct fail *fail);

/* From now on the secrets of every TLS session are appended to the file (SSLKEYLOGFILE format; mode
 * 0600). STEP_FAIL: FAIL_WRITE. */
enum step authority_keep_secrets(struct authority *authority, const char *path, struct fail *fail);

/* The server's side of TLS 1.2 and later with such a certificate; the authority's own. The struct
 * tap that is the app data of one of its SSLs, if any, hears that one's secrets. NULL: OpenSSL
 * cannot.
 */
SSL_CTX *authority_context(struct authority *authority, enum talk_certificate kind);

#endif
