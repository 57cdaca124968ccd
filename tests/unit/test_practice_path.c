#include "practice/path.h"
#include "suite.h"

#include <stdio.h>

struct path_case {
	const char *text;
	const char *mailbox; /* NULL: no path */
	const char *rest;
};

#define LOCAL_64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LABEL_50 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const struct path_case paths[] = {
	{"<>", "", ""},
	{"<a@b>", "a@b", ""},
	{"<a@b> SIZE=1", "a@b", " SIZE=1"},
	{"<a.b+c@d.example>", "a.b+c@d.example", ""},
	{"<\"a b\"@d>", "\"a b\"@d", ""},
	{"<\"a\\\"b>\"@d>", "\"a\\\"b>\"@d", ""},
	{"<a@[127.0.0.1]>", "a@[127.0.0.1]", ""},
	{"<a@[IPv6:::1]>", "a@[IPv6:::1]", ""},
	{"<@x,@y:a@b>", "a@b", ""},
	{"<Postmaster>", "Postmaster", ""},
	{"<пётр@почта.example>", "пётр@почта.example", ""},
	{"<" LOCAL_64 "@b>", LOCAL_64 "@b", ""},
	{"<a@b_c.d>", "a@b_c.d", ""},
	{"<a" LOCAL_64 "@b>", NULL, NULL},
	{"<" LOCAL_64 "@" LABEL_50 "." LABEL_50 "." LABEL_50 "." LABEL_50 ">", NULL, NULL},
	{"", NULL, NULL},
	{"<", NULL, NULL},
	{"a@b", NULL, NULL},
	{" <a@b>", NULL, NULL},
	{"<a@b", NULL, NULL},
	{"<a>", NULL, NULL},
	{"<@b>", NULL, NULL},
	{"<a@>", NULL, NULL},
	{"<a@b.>", NULL, NULL},
	{"<.a@b>", NULL, NULL},
	{"<a.@b>", NULL, NULL},
	{"<a..b@c>", NULL, NULL},
	{"<a b@c>", NULL, NULL},
	{"<a@b c>", NULL, NULL},
	{"<a@-b>", NULL, NULL},
	{"<a@b->", NULL, NULL},
	{"<a@[]>", NULL, NULL},
	{"<a@[127.0.0.1>", NULL, NULL},
	{"<\"a@b>", NULL, NULL},
	{"<\"a\\", NULL, NULL},
	{"<@x,a@b>", NULL, NULL},
	{"<@x", NULL, NULL},
	{"<a\xff@b>", NULL, NULL},
	{"<a\xc2\x85@b>", NULL, NULL},
};

static void test_paths(void)
{
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		struct span text = span_text(paths[i].text);
		struct path path;
		bool is_path = path_take(&text, &path);

		if (is_path != (paths[i].mailbox != NULL))
			fprintf(stderr, "\n%s\n", paths[i].text);
		CU_ASSERT_EQUAL(is_path, paths[i].mailbox != NULL);
		if (!is_path || paths[i].mailbox == NULL)
			continue;
		CU_ASSERT_TRUE(span_is(path.mailbox, paths[i].mailbox));
		CU_ASSERT_TRUE(span_is(text, paths[i].rest));
		CU_ASSERT_EQUAL(path.has_utf8, strstr(paths[i].text, "п") != NULL);
	}
}

/* Each beginning of a path is looked at inside its bounds (the sanitizer sees to it). */
static void test_cut_paths(void)
{
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		for (size_t length = 0; length < strlen(paths[i].text); length++) {
			struct path path;
			struct span text;
			uint8_t copy[400];

			memcpy(copy, paths[i].text, length);
			text = span_of(copy, length);
			(void)path_take(&text, &path);
			CU_ASSERT_TRUE(path.mailbox.length <= length);
		}
}

static void test_parameters(void)
{
	struct span text = span_text(" SIZE=100 SMTPUTF8 X-Y=<a@b>");
	struct parameter parameter;
	static const char *const bad[] = {
		"x", " ", "  A", " =1", " A=", " -A=1", " A=b\x01", " A B_"};

	CU_ASSERT_EQUAL(parameter_take(&text, &parameter), 1);
	CU_ASSERT_TRUE(span_is(parameter.keyword, "SIZE") && span_is(parameter.value, "100"));
	CU_ASSERT_EQUAL(parameter_take(&text, &parameter), 1);
	CU_ASSERT_TRUE(span_is(parameter.keyword, "SMTPUTF8") && !parameter.has_value);
	CU_ASSERT_EQUAL(parameter_take(&text, &parameter), 1);
	CU_ASSERT_TRUE(span_is(parameter.keyword, "X-Y") && span_is(parameter.value, "<a@b>"));
	CU_ASSERT_EQUAL(parameter_take(&text, &parameter), 0);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		int taken;

		text = span_text(bad[i]);
		while ((taken = parameter_take(&text, &parameter)) > 0)
			continue;
		CU_ASSERT_EQUAL(taken, -1);
	}
}

static void test_words(void)
{
	CU_ASSERT_TRUE(path_is_xtext(span_text("a+3Db+2B~")));
	CU_ASSERT_FALSE(path_is_xtext(span_text("")));
	CU_ASSERT_FALSE(path_is_xtext(span_text("a=b")));
	CU_ASSERT_FALSE(path_is_xtext(span_text("a+3d")));
	CU_ASSERT_FALSE(path_is_xtext(span_text("a+3")));
	CU_ASSERT_FALSE(path_is_xtext(span_text("a b")));
	CU_ASSERT_TRUE(path_is_hello(span_text("client.example")));
	CU_ASSERT_TRUE(path_is_hello(span_text("client.example.")));
	CU_ASSERT_TRUE(path_is_hello(span_text("[192.0.2.1]")));
	CU_ASSERT_TRUE(path_is_hello(span_text("[IPv6:2001:db8::1]")));
	CU_ASSERT_FALSE(path_is_hello(span_text("a b")));
	CU_ASSERT_FALSE(path_is_hello(span_text("")));
	CU_ASSERT_FALSE(path_is_hello(span_text(".")));
	CU_ASSERT_FALSE(path_is_hello(span_text("a@b")));
	CU_ASSERT_FALSE(path_is_hello(span_text("почта.example")));
}

SUITE(practice_path, {"paths", test_paths}, {"cut paths", test_cut_paths},
	{"parameters", test_parameters}, {"xtext and hello", test_words});
