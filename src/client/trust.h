/* client/trust.h: when a server's certificate is good enough. */
#ifndef CLIENT_TRUST_H
#define CLIENT_TRUST_H

#include <stdbool.h>

enum trust_version { TRUST_TLS_ANY, TRUST_TLS_1_0, TRUST_TLS_1_1, TRUST_TLS_1_2, TRUST_TLS_1_3 };

/* All zero: the system's store, the host's name, TLS 1.2 or better. */
struct trust {
	const char *ca_file; /* PEM, in place of the system's store; NULL: the store */
	const char *name;    /* the name the certificate must bear; NULL: the host as named */
	const char
		*fingerprint; /* SHA-256 of exactly this certificate, hex digits, colons
				 between allowed; then neither chain nor name counts. NULL: none */
	bool is_blind;        /* nothing is checked; a note says so */
	enum trust_version minimum, maximum; /* any: from TLS 1.2, to the newest */
};

#endif
