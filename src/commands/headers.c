#include "commands/command.h"

#include "base/limits.h"
#include "commands/section.h"
#include "message/redact.h"
#include "view/diagram.h"
#include "view/route.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static int run(int count, char **arguments);

const struct command command_headers = {
	.name = "headers",
	.arguments = "MESSAGE",
	.summary = "reads a message's service headers: its route, delays, authentication",
	.help = "MESSAGE is a file that begins with the header, an .eml file for one; - is "
		"standard "
		"input.\n\n"
		"  --view LIST             of route,authentication,remarks; all of them\n"
		"  --format FORMAT         text, tsv or json\n"
		"  --diagram FILE          draws the route: .svg, .pdf, .png or .dot\n"
		"  --redact                hides what stands before the @ of addresses, and who "
		"logged in\n"
		"  --help, --version\n\n"
		"The hops stand in the order of travel. A delay is the clock of one server less "
		"that of the\none before: where a clock runs back it is negative. Signatures are "
		"read, not verified.\n\n"
		"Exit status: 0 done, whatever is doubtful; 64 usage; 65 no header field; 66 "
		"cannot "
		"open;\n73 cannot write.\n\n"
		"Examples:\n"
		"  mailscope headers captures/received.eml\n"
		"  mailscope headers --diagram route.svg captures/received.eml\n"
		"  mailscope headers --view remarks --format tsv - <captures/received.eml\n",
	.run = run,
};

struct headers_options {
	struct view_options view;
	unsigned parts;
	const char *path, *diagram;
};

static bool wrong(const char *option, const char *value, const char *what)
{
	command_say(stderr, "mailscope: --%s %s: %s", option, value, what);
	return false;
}

static bool read_format(struct headers_options *options, const char *value)
{
	static const char *const names[] = {"text", "tsv", "json"};

	for (int i = 0; i < 3; i++)
		if (strcmp(value, names[i]) == 0) {
			options->view.format = (enum view_format)i;
			return true;
		}
	return wrong("format", value, "not one of text, tsv, json");
}

static bool read_view(struct headers_options *options, const char *value)
{
	static const char *const names[] = {"route", "authentication", "remarks"};
	struct span list = span_text(value);
	unsigned parts = 0, before;

	do {
		struct span name = span_first(list, span_index(list, ','));

		before = parts;
		for (unsigned i = 0; i < 3; i++)
			parts |= span_is(name, names[i]) ? 1u << i : 0;
		if (parts == before)
			return wrong("view", value, "not a list of route, authentication, remarks");
		list = span_from(list, name.length + 1);
	} while (list.length > 0);
	options->parts = parts;
	return true;
}

static bool read_diagram(struct headers_options *options, const char *value)
{
	struct fail fail;

	options->diagram = value;
	if (diagram_check(value, &fail) == STEP_DONE)
		return true;
	(void)command_failed(&fail);
	return false;
}

static void fill_defaults(struct headers_options *options)
{
	const char *no_colour = getenv("NO_COLOR");
	struct winsize size;

	if (isatty(STDOUT_FILENO) == 0)
		return;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		options->view.width = size.ws_col;
	options->view.has_colour = no_colour == NULL || no_colour[0] == '\0';
}

static enum step read_arguments(struct headers_options *options, int count, char **arguments)
{
	if (count - optind != 1) {
		fputs("mailscope: headers: one message must be named\n", stderr);
		return STEP_FAIL;
	}
	options->path = arguments[optind];
	fill_defaults(options);
	return STEP_DONE;
}

/* STEP_MORE: help or version was printed. */
static enum step read_options(struct headers_options *options, int count, char **arguments)
{
	static const struct option rows[] = {{"view", required_argument, NULL, 'w'},
		{"format", required_argument, NULL, 'f'}, {"diagram", required_argument, NULL, 'd'},
		{"redact", no_argument, NULL, 'r'}, {"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'}, {NULL, 0, NULL, 0}};
	int id;

	*options = (struct headers_options){.parts = ROUTE_PARTS};
	optind = 1;
	opterr = 0;
	while ((id = getopt_long(count, arguments, ":", rows, NULL)) != -1) {
		if (id == 'h')
			return command_help(&command_headers), STEP_MORE;
		if (id == 'v')
			return puts("mailscope " MAILSCOPE_VERSION), STEP_MORE;
		if (id == '?' || id == ':') {
			command_say(stderr, "mailscope: %s: %s", arguments[optind - 1],
				id == ':' ? "needs a value"
					  : "no such option, or not to be used so");
			return STEP_FAIL;
		}
		options->view.is_redacted = options->view.is_redacted || id == 'r';
		if ((id == 'w' && !read_view(options, optarg)) ||
			(id == 'f' && !read_format(options, optarg)) ||
			(id == 'd' && !read_diagram(options, optarg)))
			return STEP_FAIL;
	}
	return read_arguments(options, count, arguments);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (strcmp(path, "-") == 0)
		return "standard input";
	return slash != NULL ? slash + 1 : path;
}

/* The front of the file, with one octet more than is looked at of a header: the text behind it is
 * of no interest. */
static enum step read_file(const char *path, struct buffer *out, struct fail *fail)
{
	bool is_input = strcmp(path, "-") == 0;
	FILE *file = is_input ? stdin : fopen(path, "rb");
	char bytes[64 * 1024];
	size_t length;
	enum step step = STEP_DONE;

	if (file == NULL)
		return fail_set(fail, FAIL_OPEN, "%s: %s", path, strerror(errno));
	while ((length = fread(bytes, 1, sizeof bytes, file)) > 0)
		if (!buffer_add(out, bytes, length))
			break;
	if (ferror(file))
		step = fail_set(fail, FAIL_OPEN, "%s: %s", path, strerror(errno));
	if (!is_input)
		fclose(file);
	return step;
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

	buffer_init(&text, LIMIT_ROUTE_HEADER + 1);
	buffer_init(&hidden, 0);
	if (read_file(options->path, &text, &fail) == STEP_FAIL) {
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
	return step == STEP_MORE ? 0 : show_file(&options);
}
