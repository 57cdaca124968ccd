#include "base/address.h"

#include <stdbool.h>
#include <string.h>

/* Every octet as decimal digits, and how many: a copy of four octets instead of three divisions. */
#define OCTET(n)                                                                                   \
	{                                                                                          \
		(n) >= 100  ? '0' + (n) / 100                                                      \
		: (n) >= 10 ? '0' + (n) / 10                                                       \
			    : '0' + (n) % 10,                                                      \
			(n) >= 100 ? '0' + (n) / 10 % 10 : '0' + (n) % 10, '0' + (n) % 10,         \
			(n) >= 100  ? 3                                                            \
			: (n) >= 10 ? 2                                                            \
				    : 1                                                            \
	}
#define OCTETS_4(n) OCTET(n), OCTET((n) + 1), OCTET((n) + 2), OCTET((n) + 3)
#define OCTETS_16(n) OCTETS_4(n), OCTETS_4((n) + 4), OCTETS_4((n) + 8), OCTETS_4((n) + 12)
#define OCTETS_64(n) OCTETS_16(n), OCTETS_16((n) + 16), OCTETS_16((n) + 32), OCTETS_16((n) + 48)
static const char decimals[256][4] = {OCTETS_64(0), OCTETS_64(64), OCTETS_64(128), OCTETS_64(192)};

static char *put_ipv4(char *text, const uint8_t *address)
{
	for (int i = 0; i < 4; i++) {
		memcpy(text, decimals[address[i]],
			4); /* up to three octets too many: the next write covers them */
		text += decimals[address[i]][3];
		*text++ = '.';
	}
	return text - 1;
}

static char *put_group(char *text, unsigned group)
{
	static const char digits[] = "0123456789abcdef";
	int shift = group >= 0x1000 ? 12 : group >= 0x100 ? 8 : group >= 0x10 ? 4 : 0;

	for (; shift >= 0; shift -= 4)
		*text++ = digits[group >> shift & 15];
	return text;
}

/* The longest run of two or more zero groups, the first of equals: RFC 5952 4.2. */
struct run {
	int first, count;
};

static struct run longest_zeros(const unsigned *groups)
{
	struct run longest = {-1, 1};

	for (int i = 0; i < 8; i++) {
		struct run run = {i, 0};

		while (i < 8 && groups[i] == 0)
			run.count++, i++;
		if (run.count > longest.count)
			longest = run;
	}
	return longest;
}

/* ::ffff:192.0.2.1 (RFC 5952 5), and ::192.0.2.1, have their last 32 bits in the old form. */
static bool has_ipv4_inside(const unsigned *groups)
{
	for (int i = 0; i < 5; i++)
		if (groups[i] != 0)
			return false;
	return groups[5] == 0xffff || (groups[5] == 0 && groups[6] != 0);
}

static char *put_ipv6(char *text, const uint8_t *address)
{
	unsigned groups[8];
	struct run zeros;
	int count = 8;

	for (int i = 0; i < 8; i++)
		groups[i] = (unsigned)address[2 * i] << 8 | address[2 * i + 1];
	zeros = longest_zeros(groups);
	if (has_ipv4_inside(groups))
		count = 6;
	for (int i = 0; i < count; i++) {
		if (i == zeros.first) {
			*text++ = ':';
			i += zeros.count - 1;
			if (i == 7)
				*text++ = ':';
			continue;
		}
		if (i > 0)
			*text++ = ':';
		text = put_group(text, groups[i]);
	}
	if (count == 8)
		return text;
	*text++ = ':';
	return put_ipv4(text, address + 12);
}

size_t address_text(char *text, uint8_t family, const uint8_t *address)
{
	char *end = family == 6 ? put_ipv6(text, address) : put_ipv4(text, address);

	*end = '\0';
	return (size_t)(end - text);
}
