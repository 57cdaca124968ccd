#include "base/printable.h"

size_t utf8_take(struct span s, uint32_t *character)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	uint8_t first = s.length > 0 ? s.at[0] : 0x80;
	size_t length = first < 0x80   ? 1
			: first < 0xc2 ? 0
			: first < 0xe0 ? 2
			: first < 0xf0 ? 3
				       : 4;
	uint32_t value;

	if (length == 0 || length > s.length || first > 0xf4)
		return 0;
	value = length == 1 ? first : first & (0xffu >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((s.at[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (s.at[i] & 0x3f);
	}
	if (value < smallest[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*character = value;
	return length;
}

void utf8_add(struct buffer *out, uint32_t character)
{
	static const uint8_t first[] = {0, 0xc0, 0xe0, 0xf0};
	unsigned more = character < 0x80 ? 0 : character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;

	buffer_add_byte(out, (uint8_t)(first[more] | character >> 6 * more));
	while (more-- > 0)
		buffer_add_byte(out, (uint8_t)(0x80 | (character >> 6 * more & 0x3f)));
}

/* Characters that would not be seen, or would change what is seen around them. */
static bool is_invisible(uint32_t c)
{
	return (c >= 0x80 && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

static void add_control(struct buffer *out, uint8_t c)
{
	static const char letters[] = "abtnvfr"; /* from 7 on */

	if (c >= 7 && c <= 13) {
		buffer_add(out, (char[]){'\\', letters[c - 7]}, 2);
		return;
	}
	buffer_add(out,
		(char[]){'\\', (char)('0' + (c >> 6)), (char)('0' + (c >> 3 & 7)),
			(char)('0' + (c & 7))},
		4);
}

/* How many octets at the front are ASCII that is shown as it is; eight a turn, as the columns of
 * one number: none may be below 0x20, be DEL, or have the highest bit. */
static size_t plain_length(struct span bytes)
{
	const uint64_t ones = 0x0101010101010101u, highest = 0x80 * ones;
	size_t length = 0;

	for (; length + 8 <= bytes.length; length += 8) {
		uint64_t eight;

		memcpy(&eight, bytes.at + length, sizeof eight);
		if (((eight | (eight - 0x20 * ones) | (eight + ones)) & highest) != 0)
			break;
	}
	while (length < bytes.length && bytes.at[length] >= 0x20 && bytes.at[length] < 0x7f)
		length++;
	return length;
}

void printable_add(struct buffer *out, struct span bytes)
{
	while (bytes.length > 0) {
		uint32_t character = 0;
		size_t plain = plain_length(bytes);
		size_t length;

		if (plain > 0) {
			buffer_add(out, bytes.at, plain);
			bytes = span_from(bytes, plain);
			continue;
		}
		length = utf8_take(bytes, &character);
		if (length == 0)
			buffer_add_text(out, "\xef\xbf\xbd");
		else if (length == 1)
			add_control(out, bytes.at[0]);
		else if (is_invisible(character))
			buffer_printf(out, character > 0xffff ? "\\U%08X" : "\\u%04X", character);
		else
			buffer_add(out, bytes.at, length);
		bytes = span_from(bytes, length > 0 ? length : 1);
	}
}

static bool is_wide(uint32_t c)
{
	return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
	       (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
	       (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
	       (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) ||
	       (c >= 0x20000 && c <= 0x3fffd);
}

static bool is_combining(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || (c >= 0x483 && c <= 0x489) ||
	       (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe00 && c <= 0xfe0f) ||
	       (c >= 0xfe20 && c <= 0xfe2f);
}

size_t printable_width(struct span text)
{
	size_t width = 0;

	while (text.length > 0) {
		uint32_t character = '?';
		size_t length = utf8_take(text, &character);

		width += is_combining(character) ? 0 : is_wide(character) ? 2 : 1;
		text = span_from(text, length > 0 ? length : 1);
	}
	return width;
}
