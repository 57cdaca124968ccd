/* client/trust_check.h: a server's chain of certificates against what is trusted; for the
 * connection alone. */
#ifndef CLIENT_TRUST_CHECK_H
#define CLIENT_TRUST_CHECK_H

#include "base/fail.h"
#include "client/tap.h"
#include "client/trust.h"

#include <openssl/ssl.h>

/* What is asked. */
struct trust_question {
	const struct trust *trust;
	const char *host; /* as the user named it, without brackets */
	const char *name; /* "host:port", for what is said */
	const struct tap *tap;
};

/* Sets versions, options and the store. STEP_FAIL: FAIL_OPEN, the file of authorities cannot be
 * read; FAIL_USAGE, the fingerprint is none. */
enum step trust_prepare(const struct trust_question *question, SSL_CTX *context, struct fail *fail);

/* Tells the chain to the tap, and decides. STEP_FAIL: FAIL_DENIED, with all reasons; the store's
 * error is the first. */
enum step trust_check(
	const struct trust_question *question, X509_STORE_CTX *store, struct fail *fail);

#endif
