#include "base/buffer.h"
#include "mail/sasl.h"
#include "mail/vocabulary.h"
#include "suite.h"

#include <ctype.h>

static const enum mail_protocol protocols[] = {MAIL_SMTP, MAIL_POP3};

/* "RFC 5321 4.1.1.2", "RFC 4422 A", "RFC 1082", or nothing. */
static bool is_section(const char *rfc)
{
	if (*rfc == '\0')
		return true;
	if (strncmp(rfc, "RFC ", 4) != 0)
		return false;
	rfc += 4;
	if (strspn(rfc, "0123456789") < 3)
		return false;
	rfc += strspn(rfc, "0123456789");
	if (*rfc == '\0')
		return true;
	if (*rfc++ != ' ')
		return false;
	for (bool is_first = true;; is_first = false) {
		if (is_first && isupper((unsigned char)*rfc))
			rfc++;
		else if (isdigit((unsigned char)*rfc))
			rfc += strspn(rfc, "0123456789");
		else
			return false;
		if (*rfc == '\0')
			return true;
		if (*rfc++ != '.')
			return false;
	}
}

/* One sentence or more, for people: a capital at its start, an end mark at its end. */
static bool is_sentence(const char *text)
{
	size_t length = strlen(text);

	return length > 8 && (isupper((unsigned char)text[0]) || isdigit((unsigned char)text[0])) &&
	       strchr(".?", text[length - 1]) != NULL && strstr(text, "  ") == NULL;
}

static void test_sections(void)
{
	CU_ASSERT_TRUE(is_section("RFC 5321 4.1.1.2"));
	CU_ASSERT_TRUE(is_section("RFC 5321 F.1"));
	CU_ASSERT_FALSE(is_section("RFC 5321 4.1."));
	CU_ASSERT_FALSE(is_section("RFC5321"));
	CU_ASSERT_FALSE(is_section("RFC 5321, 4"));
}

static const struct verb *find(enum mail_protocol protocol, const char *line)
{
	return vocabulary_verb(protocol, span_text(line));
}

/* The row answers to its name in any case, alone or with something behind it, and to no other. */
static void check_verb_lookup(const struct verb *row)
{
	static const char *const tails[] = {"", " ", "\t", " x", "\tFROM:<a@b>"};
	static const char *const others[] = {"X", ":", "\r", "8", "-A b"};
	char line[64];

	for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
		snprintf(line, sizeof line, "%s%s", row->name, tails[i]);
		CU_ASSERT_PTR_EQUAL(find(row->protocol, line), row);
		for (size_t k = 0; row->name[k] != '\0'; k++)
			line[k] = (char)tolower((unsigned char)line[k]);
		CU_ASSERT_PTR_EQUAL(find(row->protocol, line), row);
		line[0] = (char)toupper((unsigned char)line[0]);
		CU_ASSERT_PTR_EQUAL(find(row->protocol, line), row);
	}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		snprintf(line, sizeof line, "%s%s", row->name, others[i]);
		CU_ASSERT_PTR_NULL(find(row->protocol, line));
	}
	for (size_t length = 0; length < strlen(row->name); length++)
		CU_ASSERT_PTR_NULL(vocabulary_verb(row->protocol, span_of(row->name, length)));
}

static void test_verbs(void)
{
	for (size_t p = 0; p < 2; p++) {
		size_t count;
		const struct verb *rows = vocabulary_verbs(protocols[p], &count);

		CU_ASSERT_TRUE(count >= 17);
		for (size_t i = 0; i < count; i++) {
			size_t length = strlen(rows[i].name);

			CU_ASSERT_EQUAL(rows[i].protocol, protocols[p]);
			CU_ASSERT_TRUE(is_sentence(rows[i].meaning));
			CU_ASSERT_TRUE(is_section(rows[i].rfc));
			CU_ASSERT_TRUE(rows[i].states != 0 && (rows[i].states & ~IN_ANY) == 0);
			CU_ASSERT_EQUAL(strncmp(rows[i].grammar, rows[i].name, length), 0);
			check_verb_lookup(&rows[i]);
			for (size_t k = 0; k < i; k++)
				CU_ASSERT_STRING_NOT_EQUAL(rows[i].name, rows[k].name);
		}
	}
}

static void test_verb_lines(void)
{
	static const struct {
		enum mail_protocol protocol;
		const char *line, *name;
	} cases[] = {
		{MAIL_SMTP, "MAIL FROM:<x>", "MAIL"},
		{MAIL_SMTP, "mail from: x", "MAIL"},
		{MAIL_SMTP, "MAILX foo", NULL},
		{MAIL_SMTP, "MAIL:foo", NULL},
		{MAIL_SMTP, "STARTTLS", "STARTTLS"},
		{MAIL_SMTP, "starttls ", "STARTTLS"},
		{MAIL_SMTP, "STARTTLSX", NULL},
		{MAIL_SMTP, "STAR", NULL},
		{MAIL_SMTP, "STARTTL", NULL},
		{MAIL_SMTP, "X-EXPS GSSAPI", "X-EXPS"},
		{MAIL_SMTP, "XEXCH50 3056 2", "XEXCH50"},
		{MAIL_SMTP, "x-link2state LAST CHUNK={}", "X-LINK2STATE"},
		{MAIL_SMTP, " MAIL FROM:<x>", NULL},
		{MAIL_SMTP, "", NULL},
		{MAIL_SMTP, ".", NULL},
		{MAIL_SMTP, "UIDL", NULL},
		{MAIL_SMTP, "M\xc1IL", NULL},
		{MAIL_SMTP, "-ATA", NULL},
		{MAIL_POP3, "TOP 1 0", "TOP"},
		{MAIL_POP3, "TOP", "TOP"},
		{MAIL_POP3, "TOP\t1", "TOP"},
		{MAIL_POP3, "TO", NULL},
		{MAIL_POP3, "TOPS 1", NULL},
		{MAIL_POP3, "utf8", "UTF8"},
		{MAIL_POP3, "UTF\x18", NULL},
		{MAIL_POP3, "UTFx", NULL},
		{MAIL_POP3, "USER a b", "USER"},
		{MAIL_POP3, "EHLO a", NULL},
		{MAIL_POP3, "STARTTLS", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct verb *row = find(cases[i].protocol, cases[i].line);

		CU_ASSERT_EQUAL(row == NULL, cases[i].name == NULL);
		if (row != NULL && cases[i].name != NULL)
			CU_ASSERT_STRING_EQUAL(row->name, cases[i].name);
	}
}

/* RFC 1939 3, 5 and 7; RFC 2449 5. */
static void test_shapes(void)
{
	CU_ASSERT_EQUAL(find(MAIL_POP3, "LIST")->shape, REPLY_MANY_WITHOUT_ARGUMENT);
	CU_ASSERT_EQUAL(find(MAIL_POP3, "UIDL")->shape, REPLY_MANY_WITHOUT_ARGUMENT);
	CU_ASSERT_EQUAL(find(MAIL_POP3, "CAPA")->shape, REPLY_MANY_LINES);
	CU_ASSERT_EQUAL(find(MAIL_POP3, "RETR 1")->shape, REPLY_MANY_LINES);
	CU_ASSERT_EQUAL(find(MAIL_POP3, "TOP 1 1")->effect, EFFECT_RETRIEVE);
	CU_ASSERT_EQUAL(find(MAIL_POP3, "STAT")->shape, REPLY_ONE_LINE);
	CU_ASSERT_EQUAL(find(MAIL_POP3, "PASS x")->effect, EFFECT_PASSWORD);
	CU_ASSERT_EQUAL(find(MAIL_POP3, "APOP x y")->effect, EFFECT_PASSWORD);
}

/* RFC 2920 3.1 */
static void test_groups(void)
{
	static const char *const anywhere[] = {"RSET", "MAIL", "SEND", "SOML", "SAML", "RCPT"};
	static const char *const last[] = {
		"EHLO", "DATA", "VRFY", "EXPN", "TURN", "QUIT", "NOOP", "STARTTLS", "AUTH"};

	for (size_t i = 0; i < sizeof anywhere / sizeof anywhere[0]; i++)
		CU_ASSERT_TRUE(find(MAIL_SMTP, anywhere[i])->may_be_grouped);
	for (size_t i = 0; i < sizeof last / sizeof last[0]; i++)
		CU_ASSERT_FALSE(find(MAIL_SMTP, last[i])->may_be_grouped);
}

static void test_every_code_has_a_meaning(void)
{
	static const char *const verbs[] = {NULL, "", ".", "EHLO", "MAIL", "RCPT", "DATA", "BDAT",
		"AUTH", "STARTTLS", "nonsense"};

	for (int code = 200; code < 600; code++) {
		for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
			const struct reply_meaning *row = vocabulary_reply(code, verbs[i]);

			CU_ASSERT_PTR_NOT_NULL_FATAL(row);
			CU_ASSERT_TRUE(row->code == code || row->code == code / 100);
			CU_ASSERT_TRUE(row->verb == NULL ||
				       (verbs[i] != NULL && strcmp(row->verb, verbs[i]) == 0));
			CU_ASSERT_TRUE(is_sentence(row->meaning));
			CU_ASSERT_TRUE(is_section(row->rfc));
		}
	}
	CU_ASSERT_PTR_NULL(vocabulary_reply(0, NULL));
	CU_ASSERT_PTR_NULL(vocabulary_reply(2, NULL));
	CU_ASSERT_PTR_NULL(vocabulary_reply(-1, ""));
	CU_ASSERT_PTR_NULL(vocabulary_reply(199, NULL));
	CU_ASSERT_PTR_NULL(vocabulary_reply(600, NULL));
}

static void test_replies(void)
{
	static const struct {
		int code;
		const char *verb;
		int row_code;
		const char *row_verb, *rfc;
	} cases[] = {
		{220, "", 220, "", "RFC 5321 4.3.1"},
		{220, "STARTTLS", 220, "STARTTLS", "RFC 3207 4"},
		{220, "starttls", 220, "STARTTLS", "RFC 3207 4"},
		{220, NULL, 220, NULL, "RFC 5321 4.2.3"},
		{250, "EHLO", 250, "EHLO", "RFC 5321 4.1.1.1"},
		{250, ".", 250, ".", "RFC 5321 4.1.1.4"},
		{250, "STAT", 250, NULL, "RFC 5321 4.2.3"},
		{334, "AUTH", 334, NULL, "RFC 4954 4"},
		{354, "DATA", 354, "DATA", "RFC 5321 4.1.1.4"},
		{454, "STARTTLS", 454, "STARTTLS", "RFC 3207 4"},
		{454, "AUTH", 454, "AUTH", "RFC 4954 6"},
		{501, "AUTH", 501, "AUTH", "RFC 4954 4"},
		{535, "AUTH", 535, NULL, "RFC 4954 6"},
		{552, "MAIL", 552, "MAIL", "RFC 1870 6.1"},
		{556, "RCPT", 556, NULL, "RFC 7504 4"},
		{299, "EHLO", 2, NULL, "RFC 5321 4.2.1"},
		{399, "EHLO", 3, NULL, "RFC 5321 4.2.1"},
		{499, NULL, 4, NULL, "RFC 5321 4.2.1"},
		{599, "", 5, NULL, "RFC 5321 4.2.1"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct reply_meaning *row = vocabulary_reply(cases[i].code, cases[i].verb);

		CU_ASSERT_PTR_NOT_NULL_FATAL(row);
		CU_ASSERT_EQUAL(row->code, cases[i].row_code);
		CU_ASSERT_STRING_EQUAL(row->rfc, cases[i].rfc);
		CU_ASSERT_EQUAL(row->verb == NULL, cases[i].row_verb == NULL);
		if (row->verb != NULL && cases[i].row_verb != NULL)
			CU_ASSERT_STRING_EQUAL(row->verb, cases[i].row_verb);
	}
}

static void check_word_lookup(const struct word *row)
{
	size_t length = strlen(row->name);
	char name[64];

	snprintf(name, sizeof name, "%s", row->name);
	CU_ASSERT_PTR_EQUAL(vocabulary_word(row->kind, span_text(name)), row);
	for (size_t i = 0; i < length; i++)
		name[i] = (char)tolower((unsigned char)name[i]);
	CU_ASSERT_PTR_EQUAL(vocabulary_word(row->kind, span_text(name)), row);
	snprintf(name, sizeof name, "%s_", row->name);
	CU_ASSERT_PTR_NULL(vocabulary_word(row->kind, span_text(name)));
}

static void test_words(void)
{
	size_t count;
	const struct word *rows = vocabulary_words(&count);
	size_t of_kind[WORD_POP3_CODE + 1] = {0};

	for (size_t i = 0; i < count; i++) {
		CU_ASSERT_TRUE_FATAL(rows[i].kind <= WORD_POP3_CODE);
		of_kind[rows[i].kind]++;
		CU_ASSERT_TRUE(is_sentence(rows[i].meaning));
		CU_ASSERT_TRUE(is_section(rows[i].rfc));
		for (const char *c = rows[i].name; *c != '\0'; c++)
			CU_ASSERT_TRUE(rows[i].kind == WORD_STATUS || !islower((unsigned char)*c));
		check_word_lookup(&rows[i]);
	}
	for (size_t kind = 0; kind <= WORD_POP3_CODE; kind++)
		CU_ASSERT_TRUE(of_kind[kind] >= 5);
}

static void test_word_forms(void)
{
	static const struct {
		enum word_kind kind;
		const char *given, *name;
	} cases[] = {
		{WORD_EHLO, "SIZE", "SIZE"},
		{WORD_EHLO, "AUTH=LOGIN", "AUTH"},
		{WORD_EHLO, "NOTIFY", NULL},
		{WORD_EHLO, "", NULL},
		{WORD_EHLO, "=", NULL},
		{WORD_MAIL_PARAMETER, "SIZE=1000", "SIZE"},
		{WORD_MAIL_PARAMETER, "body=8bitmime", "BODY"},
		{WORD_RCPT_PARAMETER, "NOTIFY=NEVER", "NOTIFY"},
		{WORD_STATUS, "5.1.1", "x.1.1"},
		{WORD_STATUS, "4.1.1", "x.1.1"},
		{WORD_STATUS, "2.1.10", "x.1.10"},
		{WORD_STATUS, "X.7.30", "x.7.30"},
		{WORD_STATUS, "5.1.100", NULL},
		{WORD_STATUS, "3.1.1", NULL},
		{WORD_STATUS, "55.1.1", NULL},
		{WORD_STATUS, "5.1", NULL},
		{WORD_STATUS, "5.", NULL},
		{WORD_STATUS, "5", NULL},
		{WORD_STATUS, "", NULL},
		{WORD_MECHANISM, "scram-sha-256", "SCRAM-SHA-256"},
		{WORD_POP3_CODE, "sys/temp", "SYS/TEMP"},
		{WORD_CAPA, "LOGIN-DELAY", "LOGIN-DELAY"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct word *row = vocabulary_word(cases[i].kind, span_text(cases[i].given));

		CU_ASSERT_EQUAL(row == NULL, cases[i].name == NULL);
		if (row != NULL && cases[i].name != NULL)
			CU_ASSERT_STRING_EQUAL(row->name, cases[i].name);
	}
}

/* What one table offers, the others explain. */
static void test_tables_agree(void)
{
	for (int i = SASL_NONE + 1; i < SASL_UNKNOWN; i++)
		CU_ASSERT_PTR_NOT_NULL(vocabulary_word(
			WORD_MECHANISM, span_text(sasl_name((enum sasl_mechanism)i))));
}

SUITE(vocabulary, {"knows a section when it sees one", test_sections},
	{"finds each verb, and no longer word", test_verbs},
	{"takes the first word of a line", test_verb_lines},
	{"knows how long replies are", test_shapes}, {"knows what may be pipelined", test_groups},
	{"has a meaning for every code", test_every_code_has_a_meaning},
	{"tells replies by their command", test_replies}, {"finds each word", test_words},
	{"takes words as lines have them", test_word_forms},
	{"explains every mechanism", test_tables_agree});
