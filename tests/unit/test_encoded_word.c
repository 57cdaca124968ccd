#include "base/base64.h"
#include "base/encoded_word.h"
#include "suite.h"

#include <stdlib.h>

static const struct {
	const char *value, *text;
} values[] = {
	{"plain", "plain"},
	{"=?utf-8?Q?caf=C3=A9?=", "caf\xc3\xa9"},
	{"=?UTF-8?b?Y2Fmw6k=?=", "caf\xc3\xa9"},
	{"=?ISO-8859-1?q?caf=e9_au_lait?=", "caf\xc3\xa9 au lait"},
	{"=?koi8-r?B?8NLJ18XU?=", "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82"},
	{"=?us-ascii*en?Q?hi?=", "hi"},
	{"=?windows-1258?Q?a?=", "a"}, /* its converter keeps a letter back for its accent */
	{"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "\xe6\x97\xa5\xe6\x9c\xac"},
	{"Re: =?utf-8?q?a?= b", "Re: a b"},
	/* RFC 2047 6.2 and 8: blanks between encoded words vanish, others stay */
	{"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"},
	{"=?utf-8?q?a?=\r\n\t=?utf-8?b?Yg==?= c", "ab c"},
	{"=?utf-8?q?a_?= =?utf-8?q?b?=", "a b"},
	{"=?utf-8?q?a?= =?broken", "a =?broken"},
	{"=?utf-8?q?a?==?utf-8?q?b?=", "ab"},
	/* characters split between words; padding in the first of them */
	{"=?utf-8?B?0J8=?= =?utf-8?B?0YDQuNCy0LXRgg==?=\r\n =?utf-8?Q?!?=",
		"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82!"},
	{"=?utf-8?B?0A==?= =?UTF-8?q?=9F?=", "\xd0\x9f"},
	{"=?utf-8?q?=D0?= =?utf-8*ru?b?nw==?= b", "\xd0\x9f b"},
	{"=?koi8-r?B?8A==?= =?utf-8?B?0YA=?=", "\xd0\x9f\xd1\x80"},
	{"=?iso-2022-jp?B?GyRCRnwbKEI=?= =?iso-2022-jp?B?GyRCS1wbKEI=?=",
		"\xe6\x97\xa5\xe6\x9c\xac"},
	/* one that cannot be decoded leaves those beside it alone */
	{"=?utf-8?q?a?= =?utf-8?q?=FF?= =?utf-8?q?b?=", "a =?utf-8?q?=FF?= b"},
	{"=?utf-8?q?a?= =?utf-8?q?=FF?= =?utf-8?q?=FE?=\r\n =?utf-8?q?b?= "
	 "=?utf-8?q?c?=",
		"a =?utf-8?q?=FF?= =?utf-8?q?=FE?= bc"},
	{"=?utf-8?q?a?= =?none?q?b?= =?utf-8?q?=D0?=", "a =?none?q?b?= =?utf-8?q?=D0?="},
	{"=?utf-8?q?a?= =?utf-8?b?b?= =?utf-8?q?c?=", "a =?utf-8?b?b?= c"},
	/* what cannot be decoded stays */
	{"=?no-such-charset?q?a?=", "=?no-such-charset?q?a?="},
	{"=??q?a?=", "=??q?a?="},
	{"=?*en?q?a?=", "=?*en?q?a?="},
	{"=?utf-8?x?a?=", "=?utf-8?x?a?="},
	{"=?utf-8?q?a=?=", "=?utf-8?q?a=?="},
	{"=?utf-8?q?a=4?=", "=?utf-8?q?a=4?="},
	{"=?utf-8?q?a=XY?=", "=?utf-8?q?a=XY?="},
	{"=?utf-8?q?=FF=FE?=", "=?utf-8?q?=FF=FE?="},
	{"=?utf-8?b?YWJ?=", "=?utf-8?b?YWJ?="},
	{"=?utf-8?b?Y W J j?=", "=?utf-8?b?Y W J j?="},
	{"=?utf-8?q?never ends", "=?utf-8?q?never ends"},
	{"=?utf-8?q", "=?utf-8?q"},
	{"=?", "=?"},
	{"=", "="},
	{"1=1 a==b =?", "1=1 a==b =?"},
	{"=?utf-8?q?"
	 "?=",
		""},
};

static void test_words(void)
{
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		size_t length = strlen(values[i].value);
		char *copy = malloc(length + 1);
		struct buffer out;

		memcpy(copy, values[i].value, length);
		buffer_init(&out, 0);
		encoded_word_decode(span_of(copy, length), &out);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), values[i].text);
		buffer_fini(&out);
		free(copy);
	}
}

/* Cut anywhere, a value gives what is there, and nothing is read behind it. */
static void test_cut_words(void)
{
	static const char value[] = "a =?utf-8?q?b=C3=A9?= =?utf-8?b?Yg==?= c";

	for (size_t length = 0; length < sizeof value; length++) {
		char *copy = malloc(length + 1);
		struct buffer out;

		memcpy(copy, value, length);
		buffer_init(&out, 0);
		encoded_word_decode(span_of(copy, length), &out);
		CU_ASSERT_TRUE(out.length <= length);
		CU_ASSERT_TRUE(length < 2 || memcmp(out.at, "a ", 2) == 0);
		buffer_fini(&out);
		free(copy);
	}
}

/* Too long for an encoded word: charset or text. */
static void test_long_words(void)
{
	static const size_t lengths[] = {63, 64, 100, 70000};

	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
		for (int is_charset = 0; is_charset < 2; is_charset++) {
			struct buffer value, out;

			buffer_init(&value, 0);
			buffer_init(&out, 0);
			buffer_add_text(&value, is_charset ? "=?" : "=?utf-8?q?");
			for (size_t k = 0; k < lengths[i]; k++)
				buffer_add_byte(&value, 'x');
			buffer_add_text(&value, is_charset ? "?q?a?=" : "?=");
			encoded_word_decode(buffer_span(&value), &out);
			CU_ASSERT_EQUAL(out.length,
				is_charset || lengths[i] > 1000 ? value.length : lengths[i]);
			buffer_fini(&value);
			buffer_fini(&out);
		}
}

/* What the words stand in, and how many there are. */
static void test_take(void)
{
	static const struct {
		const char *text;
		struct encoded_words words;
	} cases[] = {
		{"=?utf-8?q?a?= =?utf-8?q?b?= c", {27, 2, 0}},
		{"=?utf-8?q?a?= b", {13, 1, 0}},
		{"=?utf-8?q?a?= =?none?q?b?=", {26, 2, 1}},
		{" =?utf-8?q?a?=", {0, 0, 0}},
		{"a", {0, 0, 0}},
		{"", {0, 0, 0}},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buffer out;
		struct encoded_words words;

		buffer_init(&out, 0);
		words = encoded_word_take(span_text(cases[i].text), &out);
		CU_ASSERT_EQUAL(words.length, cases[i].words.length);
		CU_ASSERT_EQUAL(words.count, cases[i].words.count);
		CU_ASSERT_EQUAL(words.kept, cases[i].words.kept);
		buffer_fini(&out);
	}
}

/* However its octets are divided among words, a text arrives. */
static void test_divided(void)
{
	static const char text[] = "\xd0\x9f\xd1\x80\xd0\xb8 \xe2\x82\xac \xf0\x9f\x93\xa7";

	for (size_t length = 1; length <= sizeof text; length++) {
		struct span rest = span_text(text);
		struct buffer value, out;

		buffer_init(&value, 0);
		buffer_init(&out, 0);
		for (; rest.length > 0; rest = span_from(rest, length)) {
			buffer_add_text(&value, "=?utf-8?B?");
			base64_encode(span_first(rest, length), &value);
			buffer_add_text(&value, "?=\r\n ");
		}
		value.length -= 3;
		encoded_word_decode(buffer_span(&value), &out);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), text);
		buffer_fini(&value);
		buffer_fini(&out);
	}
}

SUITE(encoded_word, {"decodes words", test_words}, {"says what it took", test_take},
	{"puts divided characters together", test_divided},
	{"bears words cut anywhere", test_cut_words}, {"bears words without end", test_long_words});
