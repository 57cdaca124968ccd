#include "base/catalogue_file.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char PATH[] = "/tmp/test-catalogue-file.mo";

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

static enum step open_octets(struct catalogue_file *file, struct span octets, struct fail *fail)
{
	FILE *stream = fopen(PATH, "wb");

	CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
	CU_ASSERT_EQUAL(fwrite(octets.at, 1, octets.length, stream), octets.length);
	fclose(stream);
	return catalogue_file_open(file, PATH, fail);
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
	struct fail fail = {FAIL_NONE, ""};
	struct buffer octets;

	buffer_init(&octets, 0);
	make_catalogue(&octets, is_swapped);
	CU_ASSERT_EQUAL_FATAL(open_octets(&file, buffer_span(&octets), &fail), STEP_DONE);
	CU_ASSERT_EQUAL(file.count, COUNT);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *found = catalogue_file_find(&file, cases[i].text, cases[i].form);

		if (cases[i].found == NULL)
			CU_ASSERT_PTR_NULL(found);
		if (cases[i].found != NULL && found != NULL)
			CU_ASSERT_STRING_EQUAL(found, cases[i].found);
		CU_ASSERT_EQUAL(found != NULL, cases[i].found != NULL);
	}
	catalogue_file_fini(&file);
	CU_ASSERT_PTR_NULL(catalogue_file_find(&file, "alert", 0));
	buffer_fini(&octets);
}

static void test_found(void)
{
	check_found(false);
	check_found(true);
	unlink(PATH);
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
	struct fail fail = {FAIL_NONE, ""};
	struct buffer octets;

	buffer_init(&octets, 0);
	make_catalogue(&octets, false);
	for (size_t length = 0; length < octets.length; length++) {
		CU_ASSERT_EQUAL(open_octets(&file, span_first(buffer_span(&octets), length), &fail),
			STEP_FAIL);
		CU_ASSERT_EQUAL(fail.code, FAIL_DAMAGED);
		ask_all(&file);
		catalogue_file_fini(&file);
	}
	buffer_fini(&octets);
	unlink(PATH);
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
			(void)open_octets(&file, buffer_span(&octets), NULL);
			ask_all(&file);
			catalogue_file_fini(&file);
			octets.at[i] ^= flip;
		}
	buffer_fini(&octets);
	unlink(PATH);
}

static void test_missing(void)
{
	struct catalogue_file file;
	struct fail fail = {FAIL_NONE, ""};

	CU_ASSERT_EQUAL(catalogue_file_open(&file, "/nonexistent/mailscope.mo", &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_OPEN);
	catalogue_file_fini(&file);
}

SUITE(catalogue_file, {"texts are found", test_found}, {"cut anywhere", test_cut},
	{"any bit flipped", test_damaged}, {"missing", test_missing});
