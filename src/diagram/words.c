#include "diagram/words.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/printable.h"
#include "view/text.h"

/* What a line goes on with; blanks that SVG does not swallow (U+00A0). */
#define INDENT "\xc2\xa0\xc2\xa0"
enum { INDENT_COLUMNS = 2, ORPHAN = 10 };

/* The offset at or before which the bytes can be cut without cutting a UTF-8 character. */
static size_t whole_characters(struct span bytes, size_t offset)
{
	size_t back = 0;

	while (back < 3 && back < offset && (bytes.at[offset - back] & 0xc0) == 0x80)
		back++;
	return (bytes.at[offset - back] & 0xc0) == 0x80 ? offset : offset - back;
}

static void add_allowed(struct buffer *out, struct span bytes)
{
	static const char forbidden[] = "\xef\xbf"; /* U+FFFE and U+FFFF, third octet BE or BF */
	size_t before = out->length;

	printable_add(out, bytes);
	for (size_t i = before; i + 2 < out->length; i++)
		if (memcmp(out->at + i, forbidden, 2) == 0 && out->at[i + 2] >= 0xbe)
			out->at[i + 2] = 0xbd;
}

void words_add(struct buffer *out, struct span bytes)
{
	size_t first = LIMIT_DIAGRAM_LINE / 2;
	size_t last;

	if (bytes.length <= LIMIT_DIAGRAM_LINE) {
		add_allowed(out, bytes);
		return;
	}
	first = whole_characters(bytes, first);
	last = whole_characters(bytes, bytes.length - LIMIT_DIAGRAM_LINE / 2);
	add_allowed(out, span_first(bytes, first));
	buffer_add_text(out, " … ");
	text_count(out, last - first, "octet folded … ", "octets folded … ");
	add_allowed(out, span_from(bytes, last));
}

/* The octets of the next character and the columns it takes. */
static size_t character_at(struct span text, unsigned *columns)
{
	uint32_t character;
	size_t length = utf8_take(text, &character);

	length = length > 0 ? length : 1;
	*columns = (unsigned)printable_width(span_first(text, length));
	return length;
}

/* A blank at which a line can end: its offset and the columns before it. */
struct blank {
	size_t at;
	unsigned columns;
};

/* A short last word is not left alone on a line. */
static bool is_orphan(struct span rest)
{
	return rest.length <= ORPHAN && span_index(rest, ' ') == rest.length;
}

/* How many octets stand on a line of that many columns: up to the last blank that fits, unless that
 * would leave the line half empty. */
static size_t line_length(struct span text, unsigned columns)
{
	struct blank last = {0, 0}, before = {0, 0};
	unsigned used = 0, wide = 0;
	size_t length = 0;

	while (length < text.length) {
		size_t next = character_at(span_from(text, length), &wide);

		if (text.at[length] == ' ') {
			before = last;
			last = (struct blank){length, used};
		}
		if (used + wide > columns) {
			if (is_orphan(span_from(text, last.at + 1)) && before.columns > columns / 2)
				return before.at;
			return last.columns > columns / 2 ? last.at : length > 0 ? length : next;
		}
		used += wide;
		length += next;
	}
	return length;
}

void words_wrap(struct buffer *out, struct span text, unsigned columns)
{
	unsigned room = columns;

	if (out->length > 0)
		buffer_add_byte(out, '\n');
	for (;;) {
		size_t length = line_length(text, room);

		buffer_add_span(out, span_first(text, length));
		text = span_from(text, length);
		if (text.length > 0 && text.at[0] == ' ')
			text = span_from(text, 1);
		if (text.length == 0)
			return;
		buffer_add_text(out, "\n" INDENT);
		room = columns - INDENT_COLUMNS;
	}
}

struct words words_keep(struct arena *arena, struct buffer *out)
{
	struct span rest = buffer_span(out);
	struct words words = {NULL, 0, 0};

	if (rest.length == 0)
		return words;
	words.text = (const char *)arena_copy(arena, rest).at;
	while (rest.length > 0) {
		size_t length = span_index(rest, '\n');
		size_t columns = printable_width(span_first(rest, length));

		words.lines++;
		if (columns > words.columns)
			words.columns = (unsigned)columns;
		rest = span_from(rest, length + 1);
	}
	buffer_clear(out);
	return words;
}
