#include "mail/vocabulary_rows.h"

#include "base/attributes.h"

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static uint8_t upper(uint8_t c)
{
	return c >= 'a' && c <= 'z' ? (uint8_t)(c - ('a' - 'A')) : c;
}

/* The four octets with letters in upper case. An octet of 'a' or more gets its highest bit set by
 * the one sum, of more than 'z' by the other. */
static uint32_t upper_four(uint32_t four)
{
	const uint32_t each = 0x01010101, high = each * 0x80;
	uint32_t low = four & ~high;
	uint32_t is_small = ((low + each * (0x80 - 'a')) ^ (low + each * (0x7f - 'z'))) & high;

	return four ^ ((is_small & ~four) >> 2);
}

static uint32_t key_of(struct span line)
{
	uint32_t key = 0;
	size_t i = 0;

	if (LIKELY(line.length >= 4 && line.at[3] != '\t'))
		return upper_four(VERB_KEY(line.at[0], line.at[1], line.at[2], line.at[3]));

	for (; i < 4 && i < line.length && !is_blank(line.at[i]); i++)
		key = key << 8 | upper(line.at[i]);
	for (; i < 4; i++)
		key = key << 8 | ' ';
	return key;
}

/* The key has compared the first four letters; here the others, and that the word ends with them.
 */
static bool is_rest_equal(struct span line, const char *name)
{
	size_t i = 3;

	if (name[i] == '\0') /* TOP */
		return line.length == i || is_blank(line.at[i]);
	for (i = 4; name[i] != '\0'; i++)
		if (i >= line.length || upper(line.at[i]) != (uint8_t)name[i])
			return false;
	return i == line.length || is_blank(line.at[i]);
}

const struct verb *vocabulary_verb(enum mail_protocol protocol, struct span line)
{
	uint32_t key = key_of(line);
	const struct verb *row =
		protocol == MAIL_SMTP ? vocabulary_smtp_row(key) : vocabulary_pop3_row(key);

	return row != NULL && is_rest_equal(line, row->name) ? row : NULL;
}

const struct verb *vocabulary_verbs(enum mail_protocol protocol, size_t *count)
{
	return protocol == MAIL_SMTP ? vocabulary_smtp_rows(count) : vocabulary_pop3_rows(count);
}
