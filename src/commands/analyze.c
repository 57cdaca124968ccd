#include "commands/analyze.h"

#include "base/language.h"
#include "commands/jobs.h"
#include "commands/keylog.h"
#include "commands/section.h"

static int run(int count, char **arguments);

const struct command command_analyze = {
	.name = "analyze",
	.arguments = N_("CAPTURE..."),
	.summary = N_(
		"reads captures; prints the packet list, the dialogue, findings; writes flow diagrams"),
	.help = {N_(
		"CAPTURE is pcapng or pcap, plain or compressed (gzip, zstd), or - for standard input.\n"
		"\n"
		"  --view LIST             what to print: sessions,packets,dialogue,findings,messages,\n"
		"                          streams,statistics (default sessions,packets,findings)\n"
		"  --all-packets           the packet list shows every frame, not the mail frames alone\n"
		"  --filter EXPR           only the packets that pass this libpcap filter\n"
		"  --session N[,N]         these sessions only\n"
		"  --format FORMAT         text, tsv, json, or jsonl (one object a session, as it ends)\n"
		"  --diagram FILE          write the flow diagram here: .svg, .pdf, .png or .dot\n"
		"  --no-diagram            write none\n"
		"  --diagram-detail WHAT   mail (the dialogue), tcp (every segment) or\n"
		"                          states (the way through the protocol's states)\n"
		"  --keylog FILE           TLS secrets to open TLS with (SSLKEYLOGFILE format); those in\n"
		"                          a pcapng are used unasked\n"
		"  --extract DIR           write every message seen as an .eml file\n"
		"  --redact                hide every secret\n"
		"  --explain               under each line of the dialogue, what it means, why it stands\n"
		"                          there, and what the other side must do next; under packets,\n"
		"                          what TCP does there\n"
		"  --jobs N                analyze N captures at a time; the output is the same for every N\n"
		"  --lang en|ru            the language of what is printed; default: the locale's\n"
		"  --help, --version       print this, or the version; -h too prints this\n"
		"\n"
		"Exit status: 0 done; 64 usage; 65 damaged capture (all before the damage is printed);\n"
		"66 cannot open; 73 cannot write.\n"
		"\n"
		"Examples:\n"
		"  mailscope analyze captures/smtp_test3.pcapng\n"
		"  mailscope analyze --view dialogue --explain captures/smtp_test3.pcapng\n"
		"  mailscope analyze --view packets --all-packets --format tsv captures/smtp_3.pcapng\n"
		"  mailscope analyze --keylog keys.log session.pcapng\n"
		"  mailscope analyze --filter 'host 192.168.100.85' --redact captures/*.pcapng\n"
		"  dumpcap -q -i lo -f 'tcp port 25' -w - | mailscope analyze --format jsonl -\n")},
	.run = run,
};

/* Closes the array that the captures share, an empty one if none could be opened; the exit status.
 */
static int end_array(const struct analyze_array *array, const struct view_options *view)
{
	struct section section;
	struct fail fail;
	int status = 0;

	section_init(&section, true);
	if (!array->is_begun)
		view_json_begin(&section.pending, view);
	view_json_end(&section.pending, view);
	if (section_print(&section, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	section_fini(&section);
	return status;
}

/* The captures that were named, with what they share. */
struct captures {
	const struct analyze_options *options;
	struct capture_names names;
	struct diagram *diagram; /* NULL: each has its own */
	struct analyze_array array;
};

static void print_heading(const struct captures *captures, size_t index)
{
	const struct analyze_options *options = captures->options;

	if (options->capture_count < 2 || options->view.format != FORMAT_TEXT)
		return;
	fputs(index > 0 ? "\n" : "", stdout);
	command_say(stdout, "== %s", options->captures[index]);
}

/* Rows of several captures are one table. */
static void print_headings(const struct analyze_options *options)
{
	struct buffer text;

	if (options->capture_count < 2 || options->view.format != FORMAT_TSV)
		return;
	buffer_init(&text, 0);
	analyze_add_headings(&text, options);
	fputs(buffer_text(&text), stdout);
	buffer_fini(&text);
}

static int run_in_order(struct captures *captures)
{
	const struct analyze_options *options = captures->options;
	int status = 0;

	for (size_t i = 0; i < options->capture_count; i++) {
		int one;

		print_heading(captures, i);
		one = analyze_capture(
			options, &captures->names.at[i], captures->diagram, &captures->array);
		if (status == 0)
			status = one;
	}
	return status;
}

/* In a process of its own: writes the elements of the JSON array alone. */
static int run_one(void *context, size_t index)
{
	const struct captures *captures = context;
	struct analyze_array array = {true, false};

	return analyze_capture(captures->options, &captures->names.at[index], NULL, &array);
}

/* What stands between the outputs of two captures. */
static void divide(void *context, size_t index, size_t octets)
{
	struct captures *captures = context;
	struct buffer text;

	print_heading(captures, index);
	buffer_init(&text, 0);
	if (captures->options->view.format == FORMAT_JSON) {
		if (!captures->array.is_begun)
			view_json_begin(&text, &captures->options->view);
		if (captures->array.has_objects && octets > 0)
			view_json_separator(&text, &captures->options->view);
		captures->array.is_begun = true;
		captures->array.has_objects = captures->array.has_objects || octets > 0;
	}
	fputs(buffer_text(&text), stdout);
	buffer_fini(&text);
}

static int run_at_once(struct captures *captures)
{
	struct jobs jobs = {captures, run_one, divide, captures->options->capture_count,
		captures->options->jobs};
	struct fail fail = {FAIL_NONE, ""};
	int status = jobs_run(&jobs, &fail);

	return fail.code != FAIL_NONE ? command_failed(&fail) : status;
}

static int run_each(const struct analyze_options *options, struct diagram *shared)
{
	struct captures captures = {.options = options, .diagram = shared};
	bool at_once = options->jobs > 1 && options->capture_count > 1 && shared == NULL;
	int status, end_status;

	capture_names_init(&captures.names, options->captures, options->capture_count);
	print_headings(options);
	status = at_once ? run_at_once(&captures) : run_in_order(&captures);
	end_status = end_array(&captures.array, &options->view);
	capture_names_fini(&captures.names);
	return status != 0 ? status : end_status;
}

/* One diagram for all captures, when its file is named. */
static int run_with_diagram(const struct analyze_options *options)
{
	struct diagram *shared = diagram_new(options->detail, options->view.is_redacted);
	int status = run_each(options, shared);
	struct fail fail;

	if (!diagram_is_empty(shared)) {
		if (diagram_write(shared, options->diagram, &fail) == STEP_FAIL)
			status = command_failed(&fail);
		else
			analyze_say_diagram(options, options->diagram);
	}
	diagram_free(shared);
	return status;
}

static int run(int count, char **arguments)
{
	struct analyze_options options;
	enum step step = analyze_options_read(&options, count, arguments);
	struct fail fail;
	int status = 0;

	if (step == STEP_FAIL)
		status = command_usage(&command_analyze);
	else if (step == STEP_DONE && options.keylog != NULL)
		options.secrets = keylog_load(options.keylog, &fail);
	if (step == STEP_DONE && options.keylog != NULL && options.secrets == NULL)
		status = command_failed(&fail);
	else if (step == STEP_DONE && options.has_diagram && options.diagram != NULL)
		status = run_with_diagram(&options);
	else if (step == STEP_DONE)
		status = run_each(&options, NULL);
	analyze_options_fini(&options);
	return status;
}
