#include "replay/remake.h"

/* xorshift64*; what it gives is no secret. */
static unsigned draw(struct replay_chance *chance, unsigned most)
{
	uint64_t x = chance->state != 0 ? chance->state : 0x9e3779b97f4a7c15U;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	chance->state = x;
	return (unsigned)((x * 0x2545f4914f6cdd1dU >> 33) % most);
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_hex(struct span id)
{
	for (size_t i = 0; i < id.length; i++)
		if (is_letter(id.at[i]) && hex_value(id.at[i]) < 0)
			return false;
	return true;
}

void replay_remake_id(struct replay_chance *chance, struct span id, struct buffer *out)
{
	unsigned letters = is_hex(id) ? 6 : 26;

	for (size_t i = 0; i < id.length; i++) {
		uint8_t c = id.at[i];

		if (is_digit(c))
			c = (uint8_t)('0' + draw(chance, 10));
		else if (is_letter(c))
			c = (uint8_t)((c & ~0x1fU) + 1 + draw(chance, letters));
		buffer_add_byte(out, c);
	}
}

void replay_remake_stamp(struct replay_chance *chance, struct span stamp, struct buffer *out)
{
	size_t at = span_index(stamp, '@');

	replay_remake_id(chance, span_first(stamp, at), out);
	buffer_add_span(out, span_from(stamp, at));
}

static bool is_id_letter(uint8_t c)
{
	return is_digit(c) || is_letter(c) || c == '-' || c == '.' || c == '_';
}

static struct span take_run(struct span text)
{
	size_t length = 0;

	while (length < text.length && is_id_letter(text.at[length]))
		length++;
	return span_first(text, length);
}

static bool has_digit(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if (is_digit(text.at[i]))
			return true;
	return false;
}

/* Long enough, and no word. */
static bool looks_like_id(struct span word)
{
	return word.length >= 5 && has_digit(word);
}

static bool ends_in(struct span text, const char *end)
{
	size_t length = strlen(end);

	return text.length >= length && span_is_letters(span_from(text, text.length - length), end);
}

/* Whether what stands before a word makes it an id. */
static bool announces_id(struct span before)
{
	return ends_in(before, " as ") || ends_in(before, "id ") || ends_in(before, "id=") ||
	       ends_in(before, "id: ") || ends_in(before, "<");
}

void replay_remake_receipt(struct replay_chance *chance, const struct replay_taken *taken,
	struct span text, struct buffer *out)
{
	size_t at = 0;

	while (at < text.length) {
		struct span run = take_run(span_from(text, at));
		uint64_t number;

		if (run.length == 0) {
			buffer_add_byte(out, text.at[at++]);
			continue;
		}
		if (looks_like_id(run) && announces_id(span_first(text, at)))
			replay_remake_id(chance, run, out);
		else if (span_number(run, &number) && number == taken->recorded && number > 9)
			buffer_add_number(out, taken->live);
		else
			buffer_add_span(out, run);
		at += run.length;
	}
}

void replay_remake_word(
	struct span text, struct span recorded, struct span live, struct buffer *out)
{
	while (text.length > 0) {
		bool is_here = recorded.length > 0 && text.length >= recorded.length &&
			       span_same_letters(span_first(text, recorded.length), recorded);

		if (is_here)
			buffer_add_span(out, live);
		else
			buffer_add_byte(out, text.at[0]);
		text = span_from(text, is_here ? recorded.length : 1);
	}
}
