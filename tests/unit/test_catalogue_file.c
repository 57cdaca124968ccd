#include "base/buffer.h"
#include "base/catalogue_file.h"
#include "base/memory.h"
#include "suite.h"

#include <stdlib.h>

/* Originals in the order of strcmp(); the first is the header. */
static const struct {
	const char *original, *translation;
	size_t original_length, translation_length;
} texts[] = {
	{"", "Language: ru\n", 0, 13},
	{"alert", "оповещение", 5, 20},
	{"line\0lines", "строка\0строки\0строк", 10, 36},
	{"line end", "конец", 8, 10},
	{"score\004 of ", " из ", 10, 6},
	{"zone", "", 4, 0},
};

enum { COUNT = sizeof texts / sizeof texts[0] };

static void add_word(struct buffer *out, uint32_t word, bool is_swapped)
{
	if (is_swapped)
		word = __builtin_bswap32(word);
	buffer_add(out, &word, sizeof word);
}

static void add_table(struct buffer *out, bool of_originals, uint32_t at, bool is_swapped)
{
	for (size_t i = 0; i < COUNT; i++) {
		size_t length =
			of_originals ? texts[i].original_length : texts[i].translation_length;

		add_word(out, (uint32_t)length, is_swapped);
		add_word(out, at, is_swapped);
		at += (uint32_t)length + 1;
	}
}

/* As msgfmt lays it out, in the octet order of this machine or the other one. */
static void make_catalogue(struct buffer *out, bool is_swapped)
{
	uint32_t originals = 28, translations = originals + 8 * COUNT;
	uint32_t first = translations + 8 * COUNT, second = first;
	const uint32_t header[] = {0x950412de, 0, COUNT, originals, translations, 0, first};

	for (size_t i = 0; i < COUNT; i++)
		second += (uint32_t)texts[i].original_length + 1;
	for (size_t i = 0; i < sizeof header / sizeof header[0]; i++)
		add_word(out, header[i], is_swapped);
	add_table(out, true, first, is_swapped);
	add_table(out, false, second, is_swapped);
	for (size_t i = 0; i < COUNT; i++)
		buffer_add(out, texts[i].original, texts[i].original_length + 1);
	for (size_t i = 0; i < COUNT; i++)
		buffer_add(out, texts[i].translation, texts[i].translation_length + 1);
}

static void check_found(bool is_swapped)
{
	static const struct {
		const char *text;
		unsigned form;
		const char *found;
	} cases[] = {
		{"alert", 0, "оповещение"},
		{"alert", 1, NULL},
		{"line", 0, "строка"},
		{"line", 1, "строки"},
		{"line", 2, "строк"},
		{"line", 3, NULL},
		{"lines", 0, NULL},
		{"line end", 0, "конец"},
		{"score\004 of ", 0, " из "},
		{" of ", 0, NULL},
		{"zone", 0, ""},
		{"zones", 0, NULL},
		{"aaa", 0, NULL},
		{"zzz", 0, NULL},
		{"", 0, "Language: ru\n"},
	};
	struct catalogue_file file;
	struct buffer octets;

	buffer_init(&octets, 0);
	make_catalogue(&octets, is_swapped);
	CU_ASSERT_TRUE_FATAL(catalogue_file_take(&file, buffer_span(&octets)));
	CU_ASSERT_EQUAL(file.count, COUNT);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *found = catalogue_file_find(&file, cases[i].text, cases[i].form);

		if (cases[i].found == NULL)
			CU_ASSERT_PTR_NULL(found);
		if (cases[i].found != NULL && found != NULL)
			CU_ASSERT_STRING_EQUAL(found, cases[i].found);
		CU_ASSERT_EQUAL(found != NULL, cases[i].found != NULL);
	}
	buffer_fini(&octets);
}

static void test_found(void)
{
	check_found(false);
	check_found(true);
}

/* Whatever is asked of it: only what lies in the file is read. */
static void ask_all(const struct catalogue_file *file)
{
	size_t length = 0;

	for (size_t i = 0; i < COUNT; i++)
		for (unsigned form = 0; form < 4; form++) {
			const char *found = catalogue_file_find(file, texts[i].original, form);

			length += found != NULL ? strlen(found) : 0;
		}
	CU_ASSERT_TRUE(length <= 4 * COUNT * file->octets.length);
}

static void test_cut(void)
{
	struct catalogue_file file;
	struct buffer octets;

	buffer_init(&octets, 0);
	make_catalogue(&octets, false);
	for (size_t length = 0; length < octets.length; length++) {
		/* Of its own size, so that the sanitizers see what is read behind it. */
		uint8_t *part = memory_new(length, 1);

		memcpy(part, octets.at, length);
		CU_ASSERT_FALSE(catalogue_file_take(&file, span_of(part, length)));
		CU_ASSERT_PTR_NULL(catalogue_file_find(&file, "alert", 0));
		ask_all(&file);
		free(part);
	}
	buffer_fini(&octets);
}

static void test_damaged(void)
{
	struct catalogue_file file;
	struct buffer octets;

	buffer_init(&octets, 0);
	make_catalogue(&octets, false);
	for (size_t i = 0; i < octets.length; i++)
		for (uint8_t flip = 1; flip != 0; flip = (uint8_t)(flip << 1)) {
			octets.at[i] ^= flip;
			(void)catalogue_file_take(&file, buffer_span(&octets));
			ask_all(&file);
			octets.at[i] ^= flip;
		}
	buffer_fini(&octets);
}

SUITE(catalogue_file, {"texts are found", test_found}, {"cut anywhere", test_cut},
	{"any bit flipped", test_damaged});
