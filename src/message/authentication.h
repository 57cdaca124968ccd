/* message/authentication.h: what header fields say of who a message is from: results that servers
 * noted (RFC 8601, RFC 7208 9.1, RFC 8617) and signatures (RFC 6376). Read, never verified: no key
 * is fetched and nothing is computed. */
#ifndef MESSAGE_AUTHENTICATION_H
#define MESSAGE_AUTHENTICATION_H

#include "base/arena.h"

enum result_source {
	RESULT_AUTHENTICATION, /* Authentication-Results */
	RESULT_ARC,            /* ARC-Authentication-Results */
	RESULT_SPF,            /* Received-SPF */
};

/* "smtp.mailfrom=a@b.example", "client-ip=192.0.2.1" */
struct property {
	struct span name, value;
};

/* One method of one field, and what came of it. Spans live in the arena. */
struct result {
	enum result_source source;
	uint64_t instance;  /* ARC's i=, 0: none */
	struct span server; /* who noted it; empty: not named */
	struct span method; /* "spf", "dkim"; lower case or not, as it came; without a version */
	struct span value;  /* "pass" */
	struct span reason; /* reason=..., or the comment behind the result */
	struct property *properties;
	size_t property_count;
};

struct result_list {
	struct result *at;
	size_t count;
	size_t dropped; /* beyond LIMIT_RESULTS */
};

/* Adds what an Authentication-Results field says, or with RESULT_ARC an ARC one. A field that says
 * that nothing was checked adds a result with neither method nor value. */
void authentication_read(struct arena *arena, struct result_list *list, enum result_source source,
	struct span value);

/* Adds what a Received-SPF field says. */
void authentication_read_spf(struct arena *arena, struct result_list *list, struct span value);

/* The value of the property; empty when there is none. */
struct span result_property(const struct result *result, const char *name);

/* The result says that the check was made and failed. */
bool result_is_failure(const struct result *result);

enum signature_kind { SIGNATURE_DKIM, SIGNATURE_ARC_MESSAGE, SIGNATURE_ARC_SEAL };

/* tag-list (RFC 6376 3.2); blanks inside values are gone where they mean nothing. */
struct signature {
	enum signature_kind kind;
	struct property *tags;
	size_t tag_count;
};

struct signature_list {
	struct signature *at;
	size_t count;
	size_t dropped; /* beyond LIMIT_SIGNATURES */
};

void signature_read(struct arena *arena, struct signature_list *list, enum signature_kind kind,
	struct span value);

/* The value of the tag; empty when there is none. */
struct span signature_tag(const struct signature *signature, const char *name);

/* ARC's i=; 0 when it is none from 1 to 50 (RFC 8617 4.2.1). */
uint64_t signature_instance(const struct signature *signature);

/* Whether the signature covers the field of that name. */
bool signature_covers(const struct signature *signature, const char *field);

/* The field's name: "DKIM-Signature". */
const char *signature_name(enum signature_kind kind);
const char *result_source_name(enum result_source source);

/* What the words mean; NULL when nothing is known of them. */
const char *method_meaning(struct span method, const char **rfc);
const char *result_meaning(struct span method, struct span value);
const char *property_meaning(struct span name);
const char *tag_meaning(enum signature_kind kind, struct span name);

#endif
