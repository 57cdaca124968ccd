#include "base/encoded_word.h"

#include "base/base64.h"
#include "base/limits.h"

#include <errno.h>
#include <iconv.h>

enum { WORD_LIMIT = 1024, CHARSET_LIMIT = 64 }; /* of one encoded word; RFC 2047 2 allows 75 */

/* Words that follow each other and name the same charset. */
struct group {
	struct span charset;
	struct buffer octets; /* of all of them, their transfer encoding undone */
	size_t count, length; /* of the text they stand in, the blanks between them included */
	bool was_kept;        /* the word before them stayed as it was */
};

/* RFC 2047 4.2 */
static bool decode_q(struct span text, struct buffer *out)
{
	for (size_t i = 0; i < text.length; i++) {
		uint8_t c = text.at[i];

		if (c == '=') {
			int high = i + 2 < text.length ? hex_value(text.at[i + 1]) : -1;
			int low = i + 2 < text.length ? hex_value(text.at[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			c = (uint8_t)(high << 4 | low);
			i += 2;
		} else if (c == '_') {
			c = ' ';
		}
		buffer_add_byte(out, c);
	}
	return true;
}

/* All of the octets, or nothing. */
static bool convert(iconv_t converter, struct span octets, struct buffer *out)
{
	char *from = (char *)(uintptr_t)octets.at;
	size_t from_left = octets.length;
	size_t start = out->length;
	bool is_whole = true;

	/* The last round has the converter hand out what it kept back. */
	for (bool is_end = false; is_whole && !is_end;) {
		char converted[WORD_LIMIT];
		char *to = converted;
		size_t to_left = sizeof converted;

		is_end = from_left == 0;
		is_whole = iconv(converter, is_end ? NULL : &from, &from_left, &to, &to_left) !=
				   (size_t)-1 ||
			   errno == E2BIG;
		is_whole = buffer_add(out, converted, sizeof converted - to_left) && is_whole;
	}
	if (!is_whole)
		out->length = start;
	return is_whole;
}

static bool to_utf8(struct span charset, struct span octets, struct buffer *out)
{
	char name[CHARSET_LIMIT] = {0};
	iconv_t converter;
	bool is_whole;

	if (charset.length == 0) /* iconv would take the locale's */
		return false;
	memcpy(name, charset.at, charset.length);
	converter = iconv_open("UTF-8", name);
	if (converter == (iconv_t)-1)
		return false;
	is_whole = convert(converter, octets, out);
	iconv_close(converter);
	return is_whole;
}

/* encoded-word = "=?" charset "?" encoding "?" encoded-text "?=" (RFC 2047 2). Its length, 0 if
 * there is none. */
static size_t take_word(struct span s, struct span *charset, struct buffer *octets)
{
	struct span rest = span_from(s, 2), text;
	size_t name, length;
	bool is_decoded;

	if (s.length < 8 || s.at[0] != '=' || s.at[1] != '?')
		return 0;
	name = span_index(span_first(rest, CHARSET_LIMIT), '?');
	text = span_from(rest, name + 3);
	length = span_find(span_first(text, WORD_LIMIT), "?=");
	if (name >= CHARSET_LIMIT || name + 3 >= rest.length || rest.at[name + 2] != '?' ||
		length >= text.length || length >= WORD_LIMIT)
		return 0;
	text.length = length;
	is_decoded = (rest.at[name + 1] | 0x20) == 'b'   ? base64_decode(text, octets)
		     : (rest.at[name + 1] | 0x20) == 'q' ? decode_q(text, octets)
							 : false;
	*charset = span_first(rest, name);
	charset->length = span_index(*charset, '*'); /* RFC 2231 5: then a language */
	return is_decoded ? 2 + name + 3 + length + 2 : 0;
}

/* Blanks between two encoded words are not shown (RFC 2047 6.2). */
static size_t blanks_before_word(struct span s)
{
	size_t blanks = 0;

	while (blanks < s.length && (s.at[blanks] == ' ' || s.at[blanks] == '\t' ||
					    s.at[blanks] == '\r' || s.at[blanks] == '\n'))
		blanks++;
	return blanks + 1 < s.length && s.at[blanks] == '=' && s.at[blanks + 1] == '?' ? blanks : 0;
}

/* Takes as many words as belong together, most at most; false when there is none. */
static bool group_take(struct group *group, struct span s, size_t most)
{
	group->count = group->length = 0;
	buffer_clear(&group->octets);
	while (group->count < most) {
		struct span rest = span_from(s, group->length);
		size_t blanks = group->count > 0 ? blanks_before_word(rest) : 0;
		size_t before = group->octets.length;
		struct span charset;
		size_t length = take_word(span_from(rest, blanks), &charset, &group->octets);

		if (length == 0 ||
			(group->count > 0 && !span_same_letters(charset, group->charset))) {
			group->octets.length = before;
			break;
		}
		group->charset = charset;
		group->length += blanks + length;
		group->count++;
	}
	return group->count > 0;
}

/* Folds undone (RFC 5322 2.2.3). */
static void add_unfolded(struct buffer *out, struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] != '\r' && text.at[i] != '\n')
			buffer_add_byte(out, text.at[i]);
}

/* The group in UTF-8, or a single word as it is; false for a group that has to be taken apart. */
static bool add_group(
	struct group *group, struct span blanks, struct encoded_words *words, struct buffer *out)
{
	size_t start = out->length;
	bool was_kept = group->was_kept;

	if (was_kept)
		add_unfolded(out, blanks);
	group->was_kept = !to_utf8(group->charset, buffer_span(&group->octets), out);
	if (group->was_kept && group->count > 1) {
		out->length = start;
		group->was_kept = was_kept;
		return false;
	}
	if (group->was_kept) {
		if (!was_kept)
			add_unfolded(out, blanks);
		add_unfolded(out, span_of(blanks.at + blanks.length, group->length));
		words->kept++;
	}
	words->count += group->count;
	words->length += blanks.length + group->length;
	return true;
}

struct encoded_words encoded_word_take(struct span text, struct buffer *out)
{
	struct encoded_words words = {.length = 0};
	struct group group = {.count = 0};
	size_t alone = 0; /* so many words are not decoded together with others */

	buffer_init(&group.octets, 0);
	while (words.count < LIMIT_ENCODED_WORDS) {
		struct span rest = span_from(text, words.length);
		struct span blanks =
			span_first(rest, words.length > 0 ? blanks_before_word(rest) : 0);

		if (!group_take(&group, span_from(rest, blanks.length),
			    alone > 0 ? 1 : LIMIT_ENCODED_WORDS))
			break;
		if (!add_group(&group, blanks, &words, out))
			alone = group.count;
		else if (alone > 0)
			alone--;
	}
	buffer_fini(&group.octets);
	return words;
}

/* The octets up to the next one that may mean something: an encoded word's beginning, a line end.
 */
static size_t plain_length(struct span value)
{
	size_t length = 0;

	while (length < value.length && value.at[length] != '=' && value.at[length] != '\r' &&
		value.at[length] != '\n')
		length++;
	return length;
}

void encoded_word_decode(struct span value, struct buffer *out)
{
	while (value.length > 0) {
		size_t plain = plain_length(value);
		size_t words;

		buffer_add_span(out, span_first(value, plain));
		value = span_from(value, plain);
		words = encoded_word_take(value, out).length;
		if (words > 0) {
			value = span_from(value, words);
			continue;
		}
		/* RFC 5322 2.2.3: unfolding removes the line end. */
		if (value.length > 0 && value.at[0] == '=')
			buffer_add_byte(out, '=');
		value = span_from(value, 1);
	}
}
