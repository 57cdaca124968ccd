/* builder/certificate.h: keys and certificate chains for the TLS servers of session scripts. */
#ifndef BUILDER_CERTIFICATE_H
#define BUILDER_CERTIFICATE_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct certificate_wish {
	const char *name;      /* of the server */
	bool has_elliptic_key; /* P-256, else RSA of 2048 bits */
	size_t length;         /* certificates in the chain, the server's own one included */
	size_t octets;         /* of all together: the server's is padded; 0: as they come */
	int64_t now;           /* ns since 1970; they are valid around it */
};

enum { CERTIFICATE_CHAIN = 4 };

struct certificate_chain {
	EVP_PKEY *key; /* the server's */
	X509 *list[CERTIFICATE_CHAIN];
	size_t count;
};

/* Fills *chain; complains when the octets asked for cannot be reached. */
void certificate_make(struct certificate_chain *chain, const struct certificate_wish *wish);
void certificate_fini(struct certificate_chain *chain);

#endif
