#include "base/language.h"
#include "base/language_choice.h"
#include "base/printable.h"
#include "session/session.h"
#include "suite.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"};

enum { VARIABLES = sizeof variables / sizeof variables[0] };

/* The environment of one case, and that of before again. */
static void set_environment(const char *const *values)
{
	for (size_t i = 0; i < VARIABLES; i++)
		if (values[i] != NULL)
			setenv(variables[i], values[i], 1);
		else
			unsetenv(variables[i]);
}

static void with_environment(const char *const *values, void (*run)(const void *), const void *with)
{
	char *before[VARIABLES];

	for (size_t i = 0; i < VARIABLES; i++)
		before[i] = getenv(variables[i]) != NULL ? strdup(getenv(variables[i])) : NULL;
	set_environment(values);
	run(with);
	set_environment((const char *const *)before);
	for (size_t i = 0; i < VARIABLES; i++)
		free(before[i]);
	language_forget();
}

static void check_name(const void *name)
{
	CU_ASSERT_TRUE(language_choose(NULL, NULL));
	CU_ASSERT_STRING_EQUAL(language_name(), (const char *)name);
}

/* As gettext has it: the first of three counts, LANGUAGE comes before it unless it is C. */
static void test_environment(void)
{
	static const struct {
		const char *values[VARIABLES]; /* LC_ALL, LC_MESSAGES, LANG, LANGUAGE */
		const char *name;
	} cases[] = {
		{{NULL, NULL, NULL, NULL}, "en"},
		{{NULL, NULL, "ru_RU.UTF-8", NULL}, "ru"},
		{{NULL, NULL, "ru", NULL}, "ru"},
		{{NULL, NULL, "ru_RU.KOI8-R", NULL}, "ru"},
		{{NULL, NULL, "ru@petr1708", NULL}, "ru"},
		{{NULL, NULL, "rue_UA.UTF-8", NULL}, "en"},
		{{NULL, NULL, "r", NULL}, "en"},
		{{NULL, "ru_RU.UTF-8", "en_US.UTF-8", NULL}, "ru"},
		{{NULL, "en_US.UTF-8", "ru_RU.UTF-8", NULL}, "en"},
		{{"ru_RU.UTF-8", "en_US.UTF-8", "en_US.UTF-8", NULL}, "ru"},
		{{"C", "ru_RU.UTF-8", "ru_RU.UTF-8", "ru"}, "en"},
		{{"", "", "ru_RU.UTF-8", ""}, "ru"},
		{{NULL, NULL, NULL, "ru"}, "en"},
		{{NULL, NULL, "POSIX", "ru"}, "en"},
		{{NULL, NULL, "C.UTF-8", "ru"}, "en"},
		{{NULL, NULL, "en_US.UTF-8", "ru:en"}, "ru"},
		{{NULL, NULL, "de_DE.UTF-8", "de:ru_RU:en"}, "ru"},
		{{NULL, NULL, "ru_RU.UTF-8", "en:ru"}, "en"},
		{{NULL, NULL, "ru_RU.UTF-8", "de:fr"}, "ru"},
		{{NULL, NULL, "de_DE.UTF-8", ":::"}, "en"},
		{{NULL, NULL, "../../../etc", "/etc/passwd"}, "en"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		with_environment(cases[i].values, check_name, cases[i].name);
}

static void check_named(const void *name)
{
	CU_ASSERT_TRUE(language_choose(name, NULL));
	CU_ASSERT_STRING_EQUAL(language_name(), (const char *)name);
}

static void test_named(void)
{
	static const char *const russian[VARIABLES] = {"ru_RU.UTF-8", NULL, NULL, "ru"};
	static const char *const plain[VARIABLES] = {"C", NULL, NULL, NULL};
	struct fail fail = {FAIL_NONE, ""};

	with_environment(russian, check_named, "en");
	with_environment(plain, check_named, "ru");
	CU_ASSERT_FALSE(language_choose("de", &fail));
	CU_ASSERT_EQUAL(fail.code, FAIL_USAGE);
	CU_ASSERT_STRING_EQUAL(fail.text, "--lang de: not one of en|ru");
	CU_ASSERT_FALSE(language_choose("", &fail));
	CU_ASSERT_EQUAL(fail.code, FAIL_USAGE);
	CU_ASSERT_STRING_EQUAL(language_name(), "en");
}

static void test_texts(void)
{
	static const char unknown[] = "this stands in no catalogue";
	static const char long_text[] =
		"this is longer than any word that English uses for several things, and than what "
		"is looked up in a context";
	struct fail fail = {FAIL_NONE, ""};

	CU_ASSERT_STRING_EQUAL(language_text("delivered"), "delivered");
	CU_ASSERT_TRUE_FATAL(language_choose("ru", NULL));
	CU_ASSERT_STRING_EQUAL(language_text("delivered"), "доставлено");
	CU_ASSERT_PTR_EQUAL(language_text(unknown), unknown);
	CU_ASSERT_STRING_EQUAL(language_text(""), "");
	CU_ASSERT_STRING_EQUAL(_in("score", " of "), " из ");
	CU_ASSERT_STRING_NOT_EQUAL(_(" of "), " из ");
	CU_ASSERT_STRING_EQUAL(_in("this context is none", "delivered"), "delivered");
	CU_ASSERT_PTR_EQUAL(_in(unknown, long_text), long_text);
	CU_ASSERT_STRING_EQUAL(language_error(ENOENT), "нет такого файла или каталога");
	(void)fail_set(&fail, FAIL_OPEN, "%s: longer than %zu octets", "a", (size_t)7);
	CU_ASSERT_STRING_EQUAL(fail.text, "a: больше 7 октетов");
	language_forget();
	CU_ASSERT_STRING_EQUAL(language_text("delivered"), "delivered");
	CU_ASSERT_STRING_EQUAL(language_error(ENOENT), strerror(ENOENT));
}

static void test_counts(void)
{
	static const struct {
		uint64_t count;
		const char *english, *russian;
	} cases[] = {
		{0, "octets", "октетов"},
		{1, "octet", "октет"},
		{2, "octets", "октета"},
		{4, "octets", "октета"},
		{5, "octets", "октетов"},
		{11, "octets", "октетов"},
		{12, "octets", "октетов"},
		{14, "octets", "октетов"},
		{20, "octets", "октетов"},
		{21, "octets", "октет"},
		{22, "octets", "октета"},
		{25, "octets", "октетов"},
		{101, "octets", "октет"},
		{111, "octets", "октетов"},
		{112, "octets", "октетов"},
		{1000001, "octets", "октет"},
		{UINT64_MAX, "octets", "октетов"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CU_ASSERT_STRING_EQUAL(
			language_count("octet", "octets", cases[i].count), cases[i].english);
		CU_ASSERT_TRUE_FATAL(language_choose("ru", NULL));
		CU_ASSERT_STRING_EQUAL(
			language_count("octet", "octets", cases[i].count), cases[i].russian);
		CU_ASSERT_STRING_EQUAL(language_count("quux", "quuxes", cases[i].count),
			cases[i].count == 1 ? "quux" : "quuxes");
		language_forget();
	}
}

static void check_for_programs(const void *name)
{
	CU_ASSERT_TRUE(language_choose(name, NULL));
	CU_ASSERT_STRING_EQUAL(language_name(), "ru");
	language_for_programs();
	CU_ASSERT_STRING_EQUAL(language_name(), name != NULL ? "ru" : "en");
}

/* The locale is the user's; what was asked for by name holds for programs too. */
static void test_for_programs(void)
{
	static const char *const russian[VARIABLES] = {NULL, NULL, "ru_RU.UTF-8", NULL};

	with_environment(russian, check_for_programs, NULL);
	with_environment(russian, check_for_programs, "ru");
}

/* Commas in numbers would be no JSON. */
static void test_locale(void)
{
	CU_ASSERT_TRUE(language_choose("ru", NULL));
	CU_ASSERT_STRING_EQUAL(setlocale(LC_ALL, NULL), "C");
	language_forget();
}

/* The table of sessions has 16 columns for the outcome. */
static void test_outcomes(void)
{
	CU_ASSERT_TRUE_FATAL(language_choose("ru", NULL));
	for (enum outcome outcome = OUTCOME_NOTHING; outcome <= OUTCOME_CUT; outcome++) {
		const char *text = language_text(outcome_name(outcome));

		CU_ASSERT_STRING_NOT_EQUAL(text, outcome_name(outcome));
		CU_ASSERT_TRUE(printable_width(span_text(text)) <= 16);
	}
	language_forget();
}

SUITE(language, {"the environment chooses", test_environment}, {"a name chooses", test_named},
	{"texts", test_texts}, {"counts", test_counts}, {"for programs", test_for_programs},
	{"no locale is set", test_locale}, {"outcomes fit their column", test_outcomes});
