/* message/host.h: names and addresses of hosts as header fields write them: what kind they are,
 * and whether two belong together. */
#ifndef MESSAGE_HOST_H
#define MESSAGE_HOST_H

#include "base/span.h"

enum address_kind {
	ADDRESS_NONE, /* no address */
	ADDRESS_PUBLIC,
	ADDRESS_LOOPBACK,      /* RFC 1122 3.2.1.3, RFC 4291 2.5.3 */
	ADDRESS_PRIVATE,       /* RFC 1918, RFC 4193, RFC 6598 */
	ADDRESS_LINK_LOCAL,    /* RFC 3927, RFC 4291 2.5.6 */
	ADDRESS_DOCUMENTATION, /* RFC 5737, RFC 3849 */
	ADDRESS_RESERVED,      /* none a host can have: 0/8, multicast, 240/4, RFC 6890 */
};

struct host_address {
	uint8_t family; /* 4, 6; 0: none */
	uint8_t octets[16];
	enum address_kind kind;
};

/* The address in the text: "192.0.2.1", "[192.0.2.1]:25", "IPv6:2001:db8::1", "fe80::1%4"; *bare is
 * the address alone. False: it is none. */
bool host_read_address(struct span text, struct host_address *address, struct span *bare);

/* What IANA reserves the address for, and where that is said. */
const char *address_kind_words(enum address_kind kind);
const char *address_kind_rfc(enum address_kind kind);

bool host_same_address(struct span a, struct span b);

/* Letters, digits, "-", "_" and at least one dot between them; a dot may stand at the end. */
bool host_is_name(struct span text);

/* Without the dot at the end. */
struct span host_name(struct span text);

/* Names that hosts have only among themselves: without a dot, or under .local, .internal and the
 * like. */
bool host_is_local_name(struct span name);

enum kinship {
	KINSHIP_NONE,
	KINSHIP_SIBLINGS, /* the last two parts are the same; whether that is one owner, only a list
			     of public suffixes could say */
	KINSHIP_HOUSE,    /* names of one mail provider that are known here */
	KINSHIP_UNDER,    /* one lies under the other */
	KINSHIP_SAME,
};
enum kinship host_kinship(struct span a, struct span b);

/* The last two parts of a name: of "mail.example.org" "example.org". */
struct span host_last_parts(struct span name);

#endif
