#include "commands/command.h"

#include "base/file.h"
#include "base/language.h"
#include "base/limits.h"
#include "commands/option_table.h"
#include "commands/options.h"
#include "commands/section.h"
#include "explain/explanation.h"

#include <getopt.h>
#include <string.h>
#include <strings.h>

static int run(int count, char **arguments);

enum { EXPLAIN_UNKNOWN = 1, EXPLAIN_TEXT = 1, EXPLAIN_JSON };

struct explain_options {
	const char *after;
	int format;
	bool is_list;
};

#define ROW(name, letter, kind, field, words)                                                      \
	{                                                                                          \
		name, letter, kind, offsetof(struct explain_options, field), 0, words              \
	}
static const struct option_row rows[] = {
	ROW("after", 0, OPTION_KIND_TEXT, after, NULL),
	ROW("format", 0, OPTION_KIND_WORD, format, "text|json"),
	ROW("list", 0, OPTION_KIND_FLAG, is_list, NULL),
	{.name = NULL},
};

const struct command command_explain = {
	.name = "explain",
	.arguments = N_("TEXT..."),
	.summary = N_(
		"says what a command, reply, keyword or TLS message means, with its RFC section"),
	.help = {N_(
		"TEXT is a line of a session, or a word of one: a command, a reply, a status code, a keyword of\n"
		"EHLO or CAPA, a parameter, a login mechanism, a message or alert of TLS, a flag of TCP. All that\n"
		"it may mean is told: what it is, why it stands there, what the other side must do next, and\n"
		"where the RFC says so. Several words are one line; - reads lines from standard input.\n"
		"\n"
		"      --after COMMAND         only what a reply means that answers this command; . for the\n"
		"                              message, greeting for the greeting\n"
		"      --format text|json      json: an array, an object for each line\n"
		"      --list                  a table of all that is known\n"
		"\n"
		"      --help, --version, --lang en|ru\n"
		"\n"
		"Exit status: 0 done; 1 a line is unknown as a whole; 64 usage; 66 cannot open.\n"
		"\n"
		"Examples:\n"
		"  mailscope explain 550 5.1.1 no such user\n"
		"  mailscope explain --after DATA 354\n"
		"  mailscope explain 'MAIL FROM:<a@b.example> SIZE=1000'\n"
		"  mailscope explain ClientHello\n")},
	.run = run,
};

struct explaining {
	const struct explain_options *options;
	struct view_options view;
	struct catalogue catalogue;
	struct section section;
	struct json json;
	bool is_unknown, is_later;
};

static void explain(struct explaining *explaining, struct span text)
{
	struct explained_text explained;
	const char *after = explaining->options->after;

	if (span_trim(text).length == 0)
		return;
	if (after != NULL && strcmp(after, "greeting") == 0)
		after = "";
	explain_text(&explained, &explaining->catalogue, text, after);
	if (explaining->options->format == EXPLAIN_JSON) {
		view_explanation_json(&explaining->json, text, &explained);
	} else {
		if (explaining->is_later)
			buffer_add_byte(&explaining->section.pending, '\n');
		view_explanation(&explaining->section.pending, &explained, &explaining->view);
	}
	explaining->is_later = true;
	explaining->is_unknown = explaining->is_unknown || explained.count == 0;
	explained_text_fini(&explained);
	section_more(&explaining->section);
}

static void explain_lines(struct explaining *explaining, struct span text)
{
	while (text.length > 0) {
		size_t length = span_index(text, '\n');

		explain(explaining, span_trim(span_first(text, length)));
		text = span_from(text, length + 1);
	}
}

/* The words of the command line are one line, so that nobody has to quote them. */
static enum step read_text(struct buffer *text, char **words, struct fail *fail)
{
	if (words[0] != NULL && strcmp(words[0], "-") == 0 && words[1] == NULL)
		return file_read("-", text, fail);
	for (; *words != NULL; words++) {
		if (text->length > 0)
			buffer_add_byte(text, ' ');
		buffer_add_text(text, *words);
	}
	return STEP_DONE;
}

static void answer(struct explaining *explaining, struct span text)
{
	struct buffer *out = &explaining->section.pending;

	if (explaining->options->is_list) {
		view_catalogue(out, &explaining->catalogue);
	} else if (explaining->options->format == EXPLAIN_JSON) {
		json_init(&explaining->json, out, 0);
		json_array(&explaining->json, NULL, JSON_LONG);
		explain_lines(explaining, text);
		json_array_end(&explaining->json);
		buffer_add_byte(out, '\n');
	} else {
		explain_lines(explaining, text);
	}
}

static int run_with(const struct explain_options *options, char **words)
{
	struct explaining explaining = {.options = options};
	struct buffer text;
	struct fail fail;
	int status = 0;

	buffer_init(&text, LIMIT_LOG);
	if (read_text(&text, words, &fail) == STEP_FAIL) {
		status = command_failed(&fail);
		buffer_fini(&text);
		return status;
	}
	options_fit_terminal(&explaining.view);
	catalogue_init(&explaining.catalogue);
	section_init(&explaining.section, true);
	answer(&explaining, buffer_span(&text));
	if (section_print(&explaining.section, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	else if (explaining.is_unknown)
		status = EXPLAIN_UNKNOWN;
	section_fini(&explaining.section);
	catalogue_fini(&explaining.catalogue);
	buffer_fini(&text);
	return status;
}

/* How many arguments are read for options: up to a text that begins with "-ERR", which needs no
 * "--" before it. */
static int option_count(int count, char **arguments)
{
	for (int i = 1; i < count; i++)
		if (strncasecmp(arguments[i], "-ERR", strlen("-ERR")) == 0)
			return i;
	return count;
}

static int run(int count, char **arguments)
{
	const struct option_row *const tables[] = {rows, NULL};
	struct explain_options options = {.format = EXPLAIN_TEXT};
	enum step step = option_table_read(
		&command_explain, tables, &options, option_count(count, arguments), arguments);

	if (step == STEP_DONE && !options.is_list && optind == count) {
		fputs(_("mailscope: explain: a text must be given\n"), stderr);
		step = STEP_FAIL;
	}
	if (step == STEP_FAIL)
		return command_usage(&command_explain);
	if (options.is_list || options.format == EXPLAIN_JSON)
		language_for_programs();
	return step == STEP_MORE ? 0 : run_with(&options, arguments + optind);
}
