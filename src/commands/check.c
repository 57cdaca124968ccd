#include "commands/command.h"

#include "base/file.h"
#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/printable.h"
#include "commands/check_session.h"
#include "commands/option_table.h"
#include "commands/options.h"
#include "commands/section.h"
#include "view/json_writer.h"
#include "view/text.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static int run(int count, char **arguments);

enum { CHECK_NOT_ALL = 1, CHECK_TEXT = 1, CHECK_TSV, CHECK_JSON };

struct check_options {
	struct check_wants wants; /* --session, --keylog */
	int format;
};

#define ROW(name, kind, field, most, words)                                                        \
	{                                                                                          \
		name, 0, kind, offsetof(struct check_options, field), most, words                  \
	}
static const struct option_row rows[] = {
	ROW("session", OPTION_KIND_NUMBER, wants.session, UINT32_MAX, NULL),
	ROW("keylog", OPTION_KIND_TEXT, wants.keylog, 0, NULL),
	ROW("format", OPTION_KIND_WORD, format, 0, "text|tsv|json"),
	{.name = NULL},
};

const struct command command_check = {
	.name = "check",
	.arguments = N_("RULES SESSION..."),
	.summary = N_(
		"holds the sessions of a class against a teacher's rules, with a score for each"),
	.help = {N_(
		"RULES is a file with a rule on each line, as `tls before login', `recipients >= 2', `quit sent',\n"
		"`no findings must', `comparison without differences'; docs/check.md has all of them. A SESSION\n"
		"is the folder of a live session, or a capture (with its log beside it as NAME.log). Of several\n"
		"sessions in it the one that fits the rules best counts.\n"
		"\n"
		"      --session N             the session of this number\n"
		"      --keylog FILE           TLS secrets to open TLS with; those in a pcapng are used unasked\n"
		"      --format text|tsv|json\n"
		"\n"
		"      --help, --version, --lang en|ru\n"
		"\n"
		"Exit status: 0 every rule holds for everybody; 1 not so; 64 usage; 65 damaged rules or capture;\n"
		"66 cannot open; 73 cannot write.\n"
		"\n"
		"Examples:\n"
		"  mailscope check sending.rules students/*/smtp\n"
		"  mailscope check --format tsv fetch.rules ann.pcapng bob.pcapng\n")},
	.run = run,
};

struct checking {
	const struct check_options *options;
	struct check_rules rules;
	struct section section;
	struct json json;
	bool is_all;
	int status; /* of what could not be read */
};

static void add_score(struct buffer *out, const struct check_result *result, uint64_t points)
{
	buffer_add_number(out, result->score);
	buffer_add_text(out, _in("score", " of "));
	buffer_add_number(out, points);
}

/* The name, the score, and what did not hold. */
static void text_result(struct checking *checking, const struct check_result *result)
{
	struct buffer *out = &checking->section.pending;
	size_t start = out->length, missed = 0;

	printable_add(out, span_text(result->name));
	text_left(out, start, 24);
	buffer_add_text(out, "  ");
	add_score(out, result, checking->rules.points);
	if (!result->is_found)
		buffer_add_text(out, _("  no session"));
	else
		buffer_printf(out, _("  session %u"), (unsigned)result->session);
	buffer_add_byte(out, '\n');
	for (size_t i = 0; result->is_found && i < checking->rules.count; i++) {
		if (result->holds[i])
			continue;
		buffer_printf(
			out, _("    not held, line %u: "), (unsigned)checking->rules.at[i].line);
		printable_add(out, checking->rules.at[i].words);
		buffer_add_byte(out, '\n');
		missed++;
	}
	if (result->is_found && !result->has_log && missed > 0)
		buffer_add_text(out, _("    there is no log beside the capture\n"));
}

static void tsv_result(struct checking *checking, const struct check_result *result)
{
	struct buffer *out = &checking->section.pending;

	for (size_t i = 0; i < checking->rules.count; i++) {
		const struct check_rule *rule = &checking->rules.at[i];

		printable_add(out, span_text(result->name));
		buffer_printf(out, "\t%u\t%u\t", (unsigned)result->session, (unsigned)rule->line);
		printable_add(out, rule->words);
		buffer_add_byte(out, '\t');
		buffer_add_number(out, rule->points);
		buffer_printf(out, "\t%s\n", result->holds[i] ? "yes" : "no");
	}
}

static void json_result(struct checking *checking, const struct check_result *result)
{
	struct json *json = &checking->json;

	json_object(json, NULL, JSON_LONG);
	json_text(json, "student", result->name);
	if (result->is_found)
		json_number(json, "session", result->session);
	else
		json_null(json, "session");
	json_number(json, "score", result->score);
	json_number(json, "points", checking->rules.points);
	json_array(json, "rules", JSON_LONG);
	for (size_t i = 0; i < checking->rules.count; i++) {
		json_object(json, NULL, JSON_SHORT);
		json_number(json, "line", checking->rules.at[i].line);
		json_span(json, "rule", checking->rules.at[i].words);
		json_number(json, "points", checking->rules.at[i].points);
		json_bool(json, "holds", result->holds[i]);
		json_object_end(json);
	}
	json_array_end(json);
	json_object_end(json);
}

static void check_path(struct checking *checking, const char *path)
{
	struct check_result result;
	struct fail fail;

	if (check_session(&result, &checking->rules, path, &checking->options->wants, &fail) ==
		STEP_FAIL)
		checking->status = command_failed(&fail);
	checking->is_all = checking->is_all && result.score == checking->rules.points;
	if (checking->options->format == CHECK_JSON)
		json_result(checking, &result);
	else if (checking->options->format == CHECK_TSV)
		tsv_result(checking, &result);
	else
		text_result(checking, &result);
	section_more(&checking->section);
	check_result_fini(&result);
}

static void check_all(struct checking *checking, char **paths)
{
	struct buffer *out = &checking->section.pending;
	bool is_json = checking->options->format == CHECK_JSON;

	if (checking->options->format == CHECK_TSV)
		buffer_add_text(out, "student\tsession\tline\trule\tpoints\tholds\n");
	if (is_json) {
		json_init(&checking->json, out, 0);
		json_array(&checking->json, NULL, JSON_LONG);
	}
	for (; *paths != NULL; paths++)
		check_path(checking, *paths);
	if (is_json) {
		json_array_end(&checking->json);
		buffer_add_byte(out, '\n');
	}
}

static int print(struct checking *checking)
{
	struct fail fail;
	int status = checking->status;

	if (section_print(&checking->section, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	return status == 0 && !checking->is_all ? CHECK_NOT_ALL : status;
}

static int check_with(const struct check_options *options, char **arguments)
{
	struct checking checking = {.options = options, .is_all = true};
	struct buffer text;
	struct fail fail, cause;
	int status;

	buffer_init(&text, LIMIT_RULES_FILE);
	section_init(&checking.section, true);
	if (file_read(arguments[0], &text, &fail) == STEP_FAIL) {
		status = command_failed(&fail);
	} else if (check_rules_read(&checking.rules, buffer_span(&text), &cause) == STEP_FAIL) {
		(void)fail_set(&fail, cause.code, "%s: %s", arguments[0], cause.text);
		status = command_failed(&fail);
	} else {
		check_all(&checking, arguments + 1);
		status = print(&checking);
	}
	section_fini(&checking.section);
	check_rules_fini(&checking.rules);
	buffer_fini(&text);
	return status;
}

static int run(int count, char **arguments)
{
	const struct option_row *const tables[] = {rows, NULL};
	struct check_options options = {.format = CHECK_TEXT};
	enum step step = option_table_read(&command_check, tables, &options, count, arguments);

	if (step == STEP_DONE && count - optind < 2) {
		fputs(_("mailscope: check: rules and a session must be named\n"), stderr);
		step = STEP_FAIL;
	}
	if (step == STEP_FAIL)
		return command_usage(&command_check);
	if (options.format != CHECK_TEXT)
		language_for_programs();
	return step == STEP_MORE ? 0 : check_with(&options, arguments + optind);
}
