#include "commands/command.h"

#include "base/file.h"
#include "base/language.h"
#include "base/limits.h"
#include "commands/option_table.h"
#include "commands/options.h"
#include "commands/section.h"
#include "diagram/diagram.h"
#include "message/redact.h"
#include "view/route.h"

#include <getopt.h>
#include <string.h>
#include <time.h>

static int run(int count, char **arguments);

const struct command command_headers = {
	.name = "headers",
	.arguments = N_("MESSAGE"),
	.summary = N_("reads a message's service headers: its route, delays, authentication"),
	.help = {N_(
		"MESSAGE is a file that begins with the header, an .eml file for one; - is standard input.\n"
		"\n"
		"  --view LIST             of route,authentication,remarks; all of them\n"
		"  --format FORMAT         text, tsv or json\n"
		"  --diagram FILE          draws the route: .svg, .pdf, .png or .dot\n"
		"  --redact                hides what stands before the @ of addresses, and who logged in\n"
		"  --explain               says what each field is, and which RFC says so\n"
		"  --help, --version, --lang en|ru\n"
		"\n"
		"The hops stand in the order of travel. A delay is the clock of one server less that of the\n"
		"one before: where a clock runs back it is negative. Signatures are read, not verified.\n"
		"\n"
		"Exit status: 0 done, whatever is doubtful; 64 usage; 65 no header field; 66 cannot open;\n"
		"73 cannot write.\n"
		"\n"
		"Examples:\n"
		"  mailscope headers captures/received.eml\n"
		"  mailscope headers --explain captures/received.eml\n"
		"  mailscope headers --diagram route.svg captures/received.eml\n"
		"  mailscope headers --view remarks --format tsv - <captures/received.eml\n")},
	.run = run,
};

struct headers_options {
	struct view_options view;
	unsigned parts;
	int format; /* enum view_format + 1 */
	const char *list, *path, *diagram;
};

static const struct option_row rows[] = {
	{"view", 0, OPTION_KIND_TEXT, offsetof(struct headers_options, list), 0, NULL},
	{"format", 0, OPTION_KIND_WORD, offsetof(struct headers_options, format), 0,
		"text|tsv|json"},
	{"diagram", 0, OPTION_KIND_TEXT, offsetof(struct headers_options, diagram), 0, NULL},
	{"redact", 0, OPTION_KIND_FLAG, offsetof(struct headers_options, view.is_redacted), 0,
		NULL},
	{"explain", 0, OPTION_KIND_FLAG, offsetof(struct headers_options, view.is_explained), 0,
		NULL},
	{.name = NULL},
};

static enum step read_view(struct headers_options *options, const char *value)
{
	static const char *const names[] = {"route", "authentication", "remarks"};
	struct span list = span_text(value);
	unsigned parts = 0, before;

	do {
		struct span name = span_first(list, span_index(list, ','));

		before = parts;
		for (unsigned i = 0; i < 3; i++)
			parts |= span_is(name, names[i]) ? 1u << i : 0;
		if (parts == before) {
			options_wrong(
				"view", value, "not a list of route, authentication, remarks");
			return STEP_FAIL;
		}
		list = span_from(list, name.length + 1);
	} while (list.length > 0);
	options->parts = parts;
	return STEP_DONE;
}

/* STEP_MORE: help or version was printed. */
static enum step read_options(struct headers_options *options, int count, char **arguments)
{
	const struct option_row *const tables[] = {rows, NULL};
	enum step step;
	struct fail fail;

	*options = (struct headers_options){.parts = ROUTE_PARTS, .format = FORMAT_TEXT + 1};
	if ((step = option_table_read(&command_headers, tables, options, count, arguments)) !=
		STEP_DONE)
		return step;
	if (options->diagram != NULL && diagram_check(options->diagram, &fail) == STEP_FAIL) {
		(void)command_failed(&fail);
		return STEP_FAIL;
	}
	if (options->list != NULL && read_view(options, options->list) == STEP_FAIL)
		return STEP_FAIL;
	if (count - optind != 1) {
		fputs(_("mailscope: headers: one message must be named\n"), stderr);
		return STEP_FAIL;
	}
	options->path = arguments[optind];
	options->view.format = (enum view_format)(options->format - 1);
	options_fit_terminal(&options->view);
	return STEP_DONE;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (strcmp(path, "-") == 0)
		return _("standard input");
	return slash != NULL ? slash + 1 : path;
}

static int print(const struct headers_options *options, const struct route *route)
{
	struct section section;
	struct route_view view = {
		&section.pending, route, base_name(options->path), options->parts, &options->view};
	struct fail fail;
	int status = 0;

	section_init(&section, true);
	view_route(&view);
	if (section_print(&section, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	section_fini(&section);
	if (status == 0 && options->diagram != NULL &&
		view_route_diagram(route, view.name, options->diagram, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	return status;
}

static bool has_field(const struct route *route)
{
	size_t count = route->received_count + route->results.count + route->signatures.count;

	for (int id = 0; id < ROUTE_FIELD_COUNT; id++)
		count += route->fields[id].count;
	return count > 0;
}

static int show(const struct headers_options *options, struct span text)
{
	struct route route;
	int status;

	route_read(&route, text, (int64_t)time(NULL));
	status = print(options, &route);
	if (status == 0 && !has_field(&route)) {
		command_say(stderr, "mailscope: %s: no field of a message's header",
			base_name(options->path));
		status = FAIL_DAMAGED;
	}
	route_fini(&route);
	return status;
}

static int show_file(const struct headers_options *options)
{
	struct buffer text, hidden;
	struct fail fail;
	int status;

	buffer_init(&text, LIMIT_ROUTE_HEADER + 1); /* one more than is looked at */
	buffer_init(&hidden, 0);
	if (file_read_front(options->path, &text, &fail) == STEP_FAIL) {
		status = command_failed(&fail);
	} else if (options->view.is_redacted) {
		redact_addresses(&hidden, buffer_span(&text));
		status = show(options, buffer_span(&hidden));
	} else {
		status = show(options, buffer_span(&text));
	}
	buffer_fini(&hidden);
	buffer_fini(&text);
	return status;
}

static int run(int count, char **arguments)
{
	struct headers_options options;
	enum step step = read_options(&options, count, arguments);

	if (step == STEP_FAIL)
		return command_usage(&command_headers);
	if (step == STEP_DONE && options.format != FORMAT_TEXT + 1)
		language_for_programs();
	return step == STEP_MORE ? 0 : show_file(&options);
}
