#include "base/address.h"

#include <stdbool.h>

static char *put_decimal(char *text, uint8_t value)
{
	if (value >= 100)
		*text++ = (char)('0' + value / 100);
	if (value >= 10)
		*text++ = (char)('0' + value / 10 % 10);
	*text++ = (char)('0' + value % 10);
	return text;
}

static char *put_ipv4(char *text, const uint8_t *address)
{
	for (int i = 0; i < 4; i++) {
		if (i > 0)
			*text++ = '.';
		text = put_decimal(text, address[i]);
	}
	return text;
}

static char *put_group(char *text, unsigned group)
{
	static const char digits[] = "0123456789abcdef";
	bool has_begun = false;

	for (int shift = 12; shift >= 0; shift -= 4) {
		unsigned digit = group >> shift & 15;

		has_begun = has_begun || digit != 0 || shift == 0;
		if (has_begun)
			*text++ = digits[digit];
	}
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
