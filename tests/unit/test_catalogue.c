#include "base/buffer.h"
#include "base/file.h"
#include "explain/text.h"
#include "suite.h"

static bool has_id(const struct explained_text *explained, struct span id)
{
	for (size_t i = 0; i < explained->count; i++)
		if (span_is(id, explained->at[i]->id))
			return true;
	return false;
}

static void check_row(const struct catalogue *catalogue, struct span row)
{
	struct span text = span_first(row, span_index(row, '\t'));
	struct span ids = span_from(row, text.length + 1);
	struct explained_text explained;

	explain_text(&explained, catalogue, text, NULL);
	CU_ASSERT_TRUE_FATAL(ids.length > 0);
	while (ids.length > 0) {
		struct span id = span_word(&ids);
		bool is_there = has_id(&explained, id);

		if (!is_there)
			printf("\n    %.*s: not explained as %.*s\n", (int)text.length,
				(const char *)text.at, (int)id.length, (const char *)id.at);
		CU_ASSERT_TRUE(is_there);
	}
	CU_ASSERT_EQUAL(explained.unknown.length, 0);
	explained_text_fini(&explained);
}

static void test_list(void)
{
	struct catalogue catalogue;
	struct buffer text;
	struct fail fail;
	struct span rest;
	size_t count = 0;

	buffer_init(&text, 0);
	catalogue_init(&catalogue);
	CU_ASSERT_EQUAL_FATAL(file_read("tests/unit/explain.list", &text, &fail), STEP_DONE);
	for (rest = buffer_span(&text); rest.length > 0;) {
		size_t length = span_index(rest, '\n');

		if (length > 0 && rest.at[0] != '#') {
			check_row(&catalogue, span_first(rest, length));
			count++;
		}
		rest = span_from(rest, length + 1);
	}
	CU_ASSERT_TRUE(count > 350);
	catalogue_fini(&catalogue);
	buffer_fini(&text);
}

static const struct catalogue_entry *find(const struct catalogue *catalogue, struct span id)
{
	for (size_t i = 0; i < catalogue->count; i++)
		if (span_is(id, catalogue->at[i].id))
			return &catalogue->at[i];
	return NULL;
}

/* A reply code may be known only behind certain commands: "smtp.reply.220.greeting". */
static const struct catalogue_entry *find_begun(const struct catalogue *catalogue, struct span id)
{
	for (size_t i = 0; i < catalogue->count; i++)
		if (span_starts_letters(id, "smtp.reply.") &&
			span_equal(span_first(span_text(catalogue->at[i].id), id.length), id) &&
			catalogue->at[i].id[id.length] == '.')
			return &catalogue->at[i];
	return NULL;
}

/* "RFC 5321" is in "RFC 5321 4.1, RFC 821", and "-" in "". */
static bool refers_to(const char *rfc, struct span reference)
{
	size_t place = span_find(span_text(rfc), "RFC ");
	struct span rest = span_from(span_text(rfc), place);

	if (span_is(reference, "-"))
		return rfc[0] == '\0';
	for (; rest.length > 0; rest = span_from(rest, place)) {
		struct span number = span_from(rest, strlen("RFC "));

		number = span_first(number, span_index(number, ' '));
		number = span_first(number, span_index(number, ','));
		if (span_equal(number, span_from(reference, strlen("RFC "))))
			return true;
		place = 1 + span_find(span_from(rest, 1), "RFC ");
	}
	return false;
}

static bool refers_to_any(const char *rfc, struct span references)
{
	while (references.length > 0) {
		size_t length =
			span_is(span_first(references, 1), "-")
				? 1
				: strlen("RFC ") + span_index(span_from(references, 4), ' ');

		if (refers_to(rfc, span_first(references, length)))
			return true;
		references = span_trim(span_from(references, length));
	}
	return false;
}

/* "SYS/TEMP" is "sys-temp", "spf=pass" is "spf.pass". */
static void add_word(struct buffer *id, struct span word)
{
	for (size_t i = 0; i < word.length; i++) {
		uint8_t c = word.at[i];

		if (c >= 'A' && c <= 'Z')
			c = (uint8_t)(c - 'A' + 'a');
		buffer_add_byte(id, c == ' ' || c == '/' || c == '_' ? '-' : c == '=' ? '.' : c);
	}
}

static void check_word(const struct catalogue *catalogue, struct span front, struct span row)
{
	struct span word = span_first(row, span_index(row, '\t'));
	const struct catalogue_entry *entry;
	struct buffer id;

	buffer_init(&id, 0);
	buffer_add_span(&id, front);
	add_word(&id, word);
	entry = find(catalogue, buffer_span(&id));
	if (entry == NULL)
		entry = find_begun(catalogue, buffer_span(&id));
	if (entry == NULL || !refers_to_any(entry->rfc, span_from(row, word.length + 1)))
		printf("\n    %s: %s\n", buffer_text(&id),
			entry != NULL ? entry->rfc : "not there");
	CU_ASSERT_PTR_NOT_NULL(entry);
	CU_ASSERT_TRUE(entry != NULL && refers_to_any(entry->rfc, span_from(row, word.length + 1)));
	buffer_fini(&id);
}

static void test_registries(void)
{
	struct span front = span_of(NULL, 0), rest;
	struct catalogue catalogue;
	struct buffer text;
	struct fail fail;
	size_t count = 0;

	buffer_init(&text, 0);
	catalogue_init(&catalogue);
	CU_ASSERT_EQUAL_FATAL(file_read("tests/unit/registries.list", &text, &fail), STEP_DONE);
	for (rest = buffer_span(&text); rest.length > 0;) {
		size_t length = span_index(rest, '\n');
		struct span line = span_first(rest, length);

		if (span_starts_letters(line, "== ")) {
			front = span_from(line, strlen("== "));
			front = span_first(front, span_index(front, ' '));
		} else if (length > 0 && line.at[0] != '#') {
			check_word(&catalogue, front, line);
			count++;
		}
		rest = span_from(rest, length + 1);
	}
	CU_ASSERT_TRUE(count > 400);
	catalogue_fini(&catalogue);
	buffer_fini(&text);
}

/* RFC 1082 and 1225 have no numbered sections; of the others the section could not be looked up. */
static bool has_section(const char *rfc)
{
	static const char *const whole[] = {
		"RFC 1082", "RFC 1225", "RFC 4865", "RFC 4870", "RFC 7293"};

	for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
		if (strcmp(rfc, whole[i]) == 0)
			return true;
	return rfc[0] == '\0' || strchr(rfc + strlen("RFC "), ' ') != NULL;
}

static void test_sections(void)
{
	struct catalogue catalogue;

	catalogue_init(&catalogue);
	for (size_t i = 0; i < catalogue.count; i++) {
		if (!has_section(catalogue.at[i].rfc))
			printf("\n    %s: %s\n", catalogue.at[i].id, catalogue.at[i].rfc);
		CU_ASSERT_TRUE(has_section(catalogue.at[i].rfc));
	}
	catalogue_fini(&catalogue);
}

static bool is_said(const char *text)
{
	return text != NULL && strlen(text) > 5 && strchr(".?", text[strlen(text) - 1]) != NULL;
}

/* Every id once, and of every thing: what it is, why, and what comes next. */
static void test_complete(void)
{
	struct catalogue catalogue;

	catalogue_init(&catalogue);
	CU_ASSERT_TRUE(catalogue.count > 400);
	for (size_t i = 0; i < catalogue.count; i++) {
		const struct catalogue_entry *entry = &catalogue.at[i];

		CU_ASSERT_EQUAL(strspn(entry->id, "abcdefghijklmnopqrstuvwxyz0123456789.-"),
			strlen(entry->id));
		CU_ASSERT_PTR_NOT_NULL(entry->rfc);
		CU_ASSERT_TRUE(strlen(entry->meaning) > 5);
		CU_ASSERT_TRUE(is_said(entry->why));
		CU_ASSERT_TRUE(is_said(entry->next));
		for (size_t k = 0; k < i; k++)
			CU_ASSERT_STRING_NOT_EQUAL(entry->id, catalogue.at[k].id);
	}
	catalogue_fini(&catalogue);
}

/* A row of the guide that no id leads to is a misprint. */
static void test_guides_are_used(void)
{
	static const struct guide *const tables[] = {
		guide_smtp, guide_reply, guide_pop3, guide_word, guide_wire, guide_header};
	struct catalogue catalogue;

	catalogue_init(&catalogue);
	for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
		for (const struct guide *row = tables[t]; row->id != NULL; row++) {
			size_t users = 0;

			for (size_t i = 0; i < catalogue.count; i++)
				users += catalogue.at[i].guide == row;
			if (users == 0)
				printf("\n    %s: nothing is guided by it\n", row->id);
			CU_ASSERT_TRUE(users > 0);
		}
	catalogue_fini(&catalogue);
}

static void test_after(void)
{
	static const struct {
		const char *text, *after, *id;
	} cases[] = {
		{"250 ok", ".", "smtp.reply.250.end"},
		{"250 ok", "rcpt", "smtp.reply.250.rcpt"},
		{"250 ok", "STAT", "smtp.reply.250"},
		{"554 no", "", "smtp.reply.554.greeting"},
		{"499 no", "RCPT", "smtp.reply.4yz"},
		{"+OK 2 320", "STAT", "pop3.ok.stat"},
		{"-ERR no", "NOOP", "pop3.err"},
	};
	struct catalogue catalogue;

	catalogue_init(&catalogue);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct explained_text explained;

		explain_text(&explained, &catalogue, span_text(cases[i].text), cases[i].after);
		CU_ASSERT_EQUAL_FATAL(explained.count, 1);
		CU_ASSERT_STRING_EQUAL(explained.at[0]->id, cases[i].id);
		explained_text_fini(&explained);
	}
	catalogue_fini(&catalogue);
}

static void test_unknown(void)
{
	static const struct {
		const char *text, *unknown;
		size_t count;
	} cases[] = {
		{"FOO", "FOO", 0},
		{"FOO bar", "FOO bar", 0},
		{"", "", 0},
		{"199 x", "199", 0},
		{"600", "600", 0},
		{"25", "25", 0},
		{"2500", "2500", 0},
		{"5.9.9", "5.9.9", 0},
		{"5.1", "5.1", 0},
		{"MAIL FROM:<a@b> FOO=1", "FOO", 1},
		{"RCPT TO:<a@b> SIZE=1", "SIZE", 1},
		{"MAIL FROM:<a", "", 1},
		{"AUTH FOO", "FOO", 2},
		{"FOO=1", "FOO=1", 0},
		{"=1", "=1", 0},
		{"[FOO]", "[FOO]", 0},
		{"[", "[", 0},
		{"-ERR [FOO] x", "FOO", 14},
		{"Description: ", "Description:", 0},
	};
	struct catalogue catalogue;

	catalogue_init(&catalogue);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct explained_text explained;

		explain_text(&explained, &catalogue, span_text(cases[i].text), NULL);
		if (!span_is(buffer_span(&explained.unknown), cases[i].unknown) ||
			explained.count != cases[i].count)
			printf("\n    %s: %zu, unknown: %s\n", cases[i].text, explained.count,
				buffer_text(&explained.unknown));
		CU_ASSERT_STRING_EQUAL(buffer_text(&explained.unknown), cases[i].unknown);
		CU_ASSERT_EQUAL(explained.count, cases[i].count);
		explained_text_fini(&explained);
	}
	catalogue_fini(&catalogue);
}

SUITE(catalogue, {"answers all that the RFCs name", test_list},
	{"has what the registries name, and their RFCs", test_registries},
	{"names sections", test_sections},
	{"says of everything what, why and what next", test_complete},
	{"has no guide for nothing", test_guides_are_used},
	{"tells replies by their command", test_after}, {"calls unknown what is", test_unknown});
