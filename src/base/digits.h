/* base/digits.h: decimal digits, two at a time: numbers stand in rows of which there are millions.
 */
#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include <stdint.h>
#include <string.h>

enum { DIGITS_MOST = 20 }; /* of 64 bits */

/* "00", "01" to "99". */
extern const char digits_pairs[200];

/* Writes the number so that it ends in front of end; its first digit. At most DIGITS_MOST. */
static inline uint8_t *digits_before(uint8_t *end, uint64_t value)
{
	for (; value >= 100; value /= 100)
		memcpy(end -= 2, &digits_pairs[value % 100 * 2], 2);
	if (value >= 10)
		memcpy(end -= 2, &digits_pairs[value * 2], 2);
	else
		*--end = (uint8_t)('0' + value);
	return end;
}

/* The same for the last so many digits, zeros among them. */
static inline uint8_t *digits_last(uint8_t *end, uint32_t value, unsigned count)
{
	for (; count >= 2; count -= 2, value /= 100)
		memcpy(end -= 2, &digits_pairs[value % 100 * 2], 2);
	if (count > 0)
		*--end = (uint8_t)('0' + value % 10);
	return end;
}

#endif
