#include "report/report.h"

#include "base/file.h"
#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "commands/choice.h"
#include "commands/command.h"
#include "commands/keylog.h"
#include "commands/option_table.h"
#include "commands/section.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static int run(int count, char **arguments);

struct report_options {
	const char *out, *title, *author, *template_path, *keylog, *session;
	struct choice choice; /* what session says */
	bool is_redacted, shows_secrets, has_all_packets, prints_template;
};

const struct command command_report = {
	.name = "report",
	.arguments = N_("SESSION_FOLDER|CAPTURE|LOG|MESSAGE..."),
	.summary = N_("writes one self-contained HTML lab report out of captures, logs, messages"),
	.help = {N_(
		"SESSION_FOLDER is what send and fetch leave. A LOG is held against the CAPTURE it fits best;\n"
		"MESSAGE is an .eml file. The page needs no network and no other file, and prints to A4.\n"
		"\n"
		"  -o, --out FILE          where to write; default: report.html; -: standard output\n"
		"      --title TEXT        what it is called\n"
		"      --author TEXT       who made it\n"
		"      --template FILE     parts, their order, and the words between them\n"
		"      --print-template    prints the template that is used without one, and ends\n"
		"      --session N[,N]     these sessions of each capture only, as analyze numbers them\n"
		"      --all-packets       the packet lists show TCP's own packets too\n"
		"      --keylog FILE       TLS secrets (SSLKEYLOGFILE format); those in a pcapng are used\n"
		"                          unasked\n"
		"      --redact            hides every secret: this is the default\n"
		"      --show-secrets      shows them\n"
		"      --help, --version, --lang en|ru\n"
		"\n"
		"A file that is there is replaced: words typed into a report are kept by its own button.\n"
		"\n"
		"Exit status: 0 done, whatever is odd in the sessions; 64 usage; 65 damaged input (what\n"
		"stands before the damage is in the report); 66 cannot open; 73 cannot write.\n"
		"\n"
		"Examples:\n"
		"  mailscope report captures/smtp_test3.pcapng -o report.html\n"
		"  mailscope report captures/smtp_3.log captures/smtp_3.pcapng captures/received.eml\n"
		"  mailscope report --session 2 captures/pop3_test33.pcapng\n"
		"  mailscope report --title 'Laboratory work 3' --author 'Ann Lee' smtp-20221121-002409/\n"
		"  mailscope report --print-template >my.template\n")},
	.run = run,
};

#define ROW(name, letter, kind, field)                                                             \
	{                                                                                          \
		name, letter, kind, offsetof(struct report_options, field), 0, NULL                \
	}
static const struct option_row rows[] = {
	ROW("out", 'o', OPTION_KIND_TEXT, out),
	ROW("title", 0, OPTION_KIND_TEXT, title),
	ROW("author", 0, OPTION_KIND_TEXT, author),
	ROW("template", 0, OPTION_KIND_TEXT, template_path),
	ROW("print-template", 0, OPTION_KIND_FLAG, prints_template),
	ROW("session", 0, OPTION_KIND_TEXT, session),
	ROW("all-packets", 0, OPTION_KIND_FLAG, has_all_packets),
	ROW("keylog", 0, OPTION_KIND_TEXT, keylog),
	ROW("redact", 0, OPTION_KIND_FLAG, is_redacted),
	ROW("show-secrets", 0, OPTION_KIND_FLAG, shows_secrets),
	{.name = NULL},
};

static int print(const struct buffer *text)
{
	struct section section;
	struct fail fail;
	int status = 0;

	section_init(&section, true);
	buffer_add_span(&section.pending, buffer_span(text));
	if (section_print(&section, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	section_fini(&section);
	return status;
}

static int print_template(void)
{
	struct buffer text;
	int status;

	buffer_init(&text, 0);
	buffer_add_text(&text, _(html_template_default));
	status = print(&text);
	buffer_fini(&text);
	return status;
}

static int write_page(const struct report *report, const char *path)
{
	struct buffer page;
	struct fail fail;
	int status = 0;

	buffer_init(&page, 0);
	report_page(report, &page);
	if (strcmp(path, "-") == 0)
		status = print(&page);
	else if (report_write(path, &page, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	else
		command_say(stdout, "report: %s", path);
	buffer_fini(&page);
	return status;
}

static int make_page(struct report *report, const char *path)
{
	int status = (int)report_build(report), write_status = write_page(report, path);

	report_fini(report);
	return status != 0 ? status : write_status;
}

static int with_inputs(
	struct report *report, const struct report_options *options, char **paths, size_t count)
{
	struct fail fail;
	int status;

	if (report_inputs_read(&report->inputs, paths, count, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	else
		status = make_page(report, options->out);
	report_inputs_fini(&report->inputs);
	return status;
}

static void on_fail(void *context, const struct fail *fail)
{
	(void)context;
	(void)command_failed(fail);
}

static void on_too_many_secrets(void *context, const char *name)
{
	(void)context;
	keylog_warn(name);
}

static void on_met(void *context, const char *name, const bool *is_met)
{
	choice_say_missing(context, is_met, name);
}

static enum step read_template(
	const struct report_options *options, struct html_template *template, struct fail *fail)
{
	const char *path = options->template_path;
	struct buffer text;
	enum step step = STEP_DONE;

	buffer_init(&text, LIMIT_REPORT_TEMPLATE);
	*template = (struct html_template){.count = 0};
	arena_init(&template->arena);
	if (path == NULL)
		buffer_add_text(&text, _(html_template_default));
	else
		step = file_read(path, &text, fail);
	if (step == STEP_DONE)
		step = html_template_read(
			template, path != NULL ? path : "template", buffer_span(&text), fail);
	buffer_fini(&text);
	return step;
}

static int write_report(const struct report_options *options, char **paths, size_t count)
{
	struct html_template template;
	struct choice choice = options->choice;
	struct report report = {.listener = {&choice, on_fail, on_too_many_secrets, on_met},
		.template = &template,
		.title = options->title,
		.author = options->author,
		.choice = {options->choice.at, options->choice.count},
		.is_redacted = !options->shows_secrets,
		.has_all_packets = options->has_all_packets};
	struct tls_secrets *secrets = NULL;
	struct fail fail;
	int status;

	if (read_template(options, &template, &fail) == STEP_FAIL ||
		(options->keylog != NULL &&
			(secrets = keylog_load(options->keylog, &fail)) == NULL)) {
		status = command_failed(&fail);
	} else {
		report.secrets = secrets;
		status = with_inputs(&report, options, paths, count);
	}
	tls_secrets_free(secrets);
	html_template_fini(&template);
	return status;
}

/* STEP_MORE: help or version was printed. */
static enum step read_options(struct report_options *options, int count, char **arguments)
{
	const struct option_row *const tables[] = {rows, NULL};
	enum step step;

	*options = (struct report_options){.out = "report.html"};
	step = option_table_read(&command_report, tables, options, count, arguments);
	if (step != STEP_DONE || options->prints_template)
		return step;
	if (options->is_redacted && options->shows_secrets) {
		fputs(_("mailscope: report: --redact and --show-secrets exclude each other\n"),
			stderr);
		return STEP_FAIL;
	}
	if (options->session != NULL && !choice_read(&options->choice, options->session))
		return STEP_FAIL;
	if (count > optind)
		return STEP_DONE;
	fputs(_("mailscope: report: name a session's folder, a capture, a log or a message\n"),
		stderr);
	return STEP_FAIL;
}

static int run(int count, char **arguments)
{
	struct report_options options;
	enum step step = read_options(&options, count, arguments);
	int status = 0;

	if (step == STEP_FAIL)
		status = command_usage(&command_report);
	else if (step == STEP_DONE && options.prints_template)
		status = print_template();
	else if (step == STEP_DONE)
		status = write_report(&options, arguments + optind, (size_t)(count - optind));
	choice_fini(&options.choice);
	return status;
}
