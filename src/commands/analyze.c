#include "commands/analyze.h"

#include "commands/section.h"

static int run(int count, char **arguments);

const struct command command_analyze = {
	.name = "analyze",
	.arguments = "CAPTURE...",
	.summary = "reads captures; prints the packet list, the dialogue, findings; writes flow "
		   "diagrams",
	.help = "CAPTURE is pcapng or pcap, plain or compressed (gzip, zstd), or - for standard "
		"input.\n\n"
		"  --view LIST             what to print: "
		"sessions,packets,dialogue,findings,messages,\n"
		"                          streams,statistics (default sessions,packets,findings)\n"
		"  --all-packets           the packet list shows every frame, not the mail frames "
		"alone\n"
		"  --filter EXPR           only the packets that pass this libpcap filter\n"
		"  --session N[,N]         these sessions only\n"
		"  --format FORMAT         text, tsv, json, or jsonl (one object a session, as it "
		"ends)\n"
		"  --diagram FILE          write the flow diagram here: .svg, .pdf, .png or .dot\n"
		"  --no-diagram            write none\n"
		"  --diagram-detail WHAT   mail (the dialogue) or tcp (every segment)\n"
		"  --extract DIR           write every message seen as an .eml file\n"
		"  --redact                hide every secret\n"
		"  --explain               under each line of the dialogue, what it means\n"
		"  --jobs N                analyze N captures at a time\n"
		"  --help, --version\n\n"
		"Exit status: 0 done; 64 usage; 65 damaged capture (all before the damage is "
		"printed);\n"
		"66 cannot open; 73 cannot write.\n\n"
		"Examples:\n"
		"  mailscope analyze captures/smtp_test3.pcapng\n"
		"  mailscope analyze --view dialogue --explain captures/smtp_test3.pcapng\n"
		"  mailscope analyze --view packets --all-packets --format tsv "
		"captures/smtp_3.pcapng\n"
		"  mailscope analyze --filter 'host 192.168.100.85' --redact captures/*.pcapng\n"
		"  dumpcap -q -i lo -f 'tcp port 25' -w - | mailscope analyze --format jsonl -\n",
	.run = run,
};

/* Closes the array that the captures share, if one of them began it; the exit status. */
static int end_array(const struct analyze_array *array, const struct view_options *view)
{
	struct section section;
	struct fail fail;
	int status = 0;

	section_init(&section, true);
	if (array->is_begun)
		view_json_end(&section.pending, view);
	if (section_print(&section, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	section_fini(&section);
	return status;
}

static int run_each(const struct analyze_options *options, struct diagram *shared)
{
	struct analyze_array array = {false, false};
	int status = 0, end_status;

	for (size_t i = 0; i < options->capture_count; i++) {
		int one;

		if (options->capture_count > 1 && options->view.format == FORMAT_TEXT) {
			fputs(i > 0 ? "\n" : "", stdout);
			command_say(stdout, "== %s", options->captures[i]);
		}
		one = analyze_capture(options, options->captures[i], shared, &array);
		if (status == 0)
			status = one;
	}
	end_status = end_array(&array, &options->view);
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
	int status = 0;

	if (step == STEP_FAIL)
		status = command_usage(&command_analyze);
	else if (step == STEP_DONE && options.has_diagram && options.diagram != NULL)
		status = run_with_diagram(&options);
	else if (step == STEP_DONE)
		status = run_each(&options, NULL);
	analyze_options_fini(&options);
	return status;
}
