#include "base/catalogue_file.h"

/* The format (GNU gettext manual, "The Format of GNU MO Files"): words of 32 bits. The header is
 * magic, revision, count, and the offsets of two tables; a table has a row of length and offset
 * for each text, which has a NUL behind it. Originals stand in the order of strcmp(). */
enum {
	WORD = 4,
	AT_COUNT = 2 * WORD,
	AT_ORIGINALS = 3 * WORD,
	AT_TRANSLATIONS = 4 * WORD,
	HEADER = 5 * WORD,
	ROW = 2 * WORD,
};

static const uint32_t MAGIC = 0x950412de, MAGIC_SWAPPED = 0xde120495;

/* The word at an offset that is known to lie inside. */
static uint32_t word_at(const struct catalogue_file *file, size_t offset)
{
	uint32_t word;

	memcpy(&word, file->octets.at + offset, sizeof word);
	return file->is_swapped ? __builtin_bswap32(word) : word;
}

static bool has_table(const struct catalogue_file *file, uint32_t offset)
{
	return offset % WORD == 0 && offset <= file->octets.length &&
	       (file->octets.length - offset) / ROW >= file->count;
}

/* Whether every row of the table names a text inside the file, with its NUL. */
static bool has_texts(const struct catalogue_file *file, uint32_t table)
{
	for (uint32_t i = 0; i < file->count; i++) {
		uint32_t length = word_at(file, table + (size_t)i * ROW);
		uint32_t offset = word_at(file, table + (size_t)i * ROW + WORD);

		if (offset > file->octets.length || file->octets.length - offset <= length ||
			file->octets.at[offset + length] != '\0')
			return false;
	}
	return true;
}

static bool read_header(struct catalogue_file *file)
{
	uint32_t magic;

	if (file->octets.length < HEADER)
		return false;
	magic = word_at(file, 0);
	if (magic != MAGIC && magic != MAGIC_SWAPPED)
		return false;
	file->is_swapped = magic == MAGIC_SWAPPED;
	file->count = word_at(file, AT_COUNT);
	file->originals = word_at(file, AT_ORIGINALS);
	file->translations = word_at(file, AT_TRANSLATIONS);
	return has_table(file, file->originals) && has_table(file, file->translations) &&
	       has_texts(file, file->originals) && has_texts(file, file->translations);
}

bool catalogue_file_take(struct catalogue_file *file, struct span octets)
{
	*file = (struct catalogue_file){.octets = octets};
	if (read_header(file))
		return true;
	file->count = 0;
	return false;
}

static struct span text_of(const struct catalogue_file *file, uint32_t table, uint32_t row)
{
	size_t at = table + (size_t)row * ROW;

	return span_of(file->octets.at + word_at(file, at + WORD), word_at(file, at));
}

/* Forms stand one behind another, each with its NUL. */
static const char *take_form(struct span forms, unsigned form)
{
	for (; form > 0; form--) {
		size_t length = span_index(forms, '\0');

		if (length == forms.length)
			return NULL;
		forms = span_from(forms, length + 1);
	}
	return (const char *)forms.at;
}

const char *catalogue_file_find(const struct catalogue_file *file, const char *text, unsigned form)
{
	uint32_t first = 0, behind = file->count;

	while (first < behind) {
		uint32_t middle = first + (behind - first) / 2;
		/* A text that counts is its singular, a NUL and its plural: found by the first. */
		int order = strcmp(text, (const char *)text_of(file, file->originals, middle).at);

		if (order == 0)
			return take_form(text_of(file, file->translations, middle), form);
		if (order < 0)
			behind = middle;
		else
			first = middle + 1;
	}
	return NULL;
}
