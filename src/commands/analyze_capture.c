#include "commands/analyze.h"

#include "capture/filter.h"
#include "commands/keylog.h"
#include "commands/section.h"
#include "dissect/dissect.h"
#include "message/message.h"
#include "tls/secrets.h"
#include "view/packets.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct analysis_run {
	const struct analyze_options *options;
	const char *name;                    /* of the capture, without folders */
	struct section sections[VIEW_COUNT]; /* as options->views; JSON uses the first */
	struct dissect *dissect;
	struct tls_secrets *secrets;
	bool has_warned;         /* that there are more secrets than are kept */
	struct diagram *diagram; /* NULL: none */
	struct analyze_array *array;
	bool is_live; /* what comes through a pipe is printed as it comes */
	uint32_t sessions;
	struct fail extract_fail;
};

/* What each view prints of a session. */
static const struct {
	void (*heading)(struct buffer *, const struct view_options *);
	void (*add)(struct buffer *, const struct session *, const struct view_options *);
	const char *title;
} views[] = {
	[VIEW_SESSIONS] = {view_sessions_heading, view_sessions, "Sessions"},
	[VIEW_PACKETS] = {view_packets_heading, NULL, "Packets"},
	[VIEW_DIALOGUE] = {view_dialogue_heading, view_dialogue, "Dialogue"},
	[VIEW_FINDINGS] = {view_findings_heading, view_findings, "Findings"},
	[VIEW_MESSAGES] = {view_messages_heading, view_messages, "Messages"},
	[VIEW_STREAMS] = {view_streams_heading, view_streams, "Streams"},
	[VIEW_STATISTICS] = {view_statistics_heading, view_statistics, "Statistics"},
};

static bool is_json(const struct analyze_options *options)
{
	return options->view.format == FORMAT_JSON || options->view.format == FORMAT_JSONL;
}

static bool is_chosen(const struct analyze_options *options, uint32_t session)
{
	if (options->sessions == NULL)
		return true;
	for (size_t i = 0; i < options->session_count; i++)
		if (options->sessions[i] == session)
			return true;
	return false;
}

static void print_more(struct analysis_run *run, struct section *section)
{
	struct fail fail;

	if (run->is_live && section->is_direct)
		(void)section_print(section, &fail);
	else
		section_more(section);
}

static void add_json(struct analysis_run *run, const struct session *session)
{
	struct section *section = &run->sections[0];

	if (run->array->has_objects)
		view_json_separator(&section->pending, &run->options->view);
	run->array->has_objects = true;
	view_json(&section->pending, session, &run->options->view);
	print_more(run, section);
}

static void add_views(struct analysis_run *run, const struct session *session)
{
	for (size_t i = 0; i < run->options->view_count; i++) {
		struct section *section = &run->sections[i];
		enum analyze_view view = run->options->views[i];

		if (views[view].add == NULL)
			continue;
		views[view].add(&section->pending, session, &run->options->view);
		print_more(run, section);
	}
}

/* "from b4@example.org, subject test" beside a message's arrow. */
static char *describe_message(const struct message *message)
{
	struct message_summary summary;
	struct buffer text;
	char *copy = NULL;

	if (message->header.length == 0)
		return NULL;
	message_parse_header(&summary, message->header);
	buffer_init(&text, 0);
	if (summary.from.length > 0) {
		buffer_add_text(&text, "from ");
		buffer_add_span(&text, summary.from);
	}
	if (summary.subject.length > 0) {
		buffer_add_text(&text, text.length > 0 ? ", subject " : "subject ");
		buffer_add_span(&text, summary.subject);
	}
	if (text.length > 0)
		copy = strdup(buffer_text(&text));
	buffer_fini(&text);
	message_fini(&summary);
	return copy;
}

static void add_to_diagram(struct analysis_run *run, const struct session *session)
{
	char **notes = calloc(session->message_count + 1, sizeof *notes);

	if (diagram_is_full(run->diagram)) {
		diagram_add(run->diagram, session);
		free(notes);
		return;
	}
	for (size_t i = 0; notes != NULL && i < session->message_count; i++)
		notes[i] = describe_message(&session->messages[i]);
	diagram_add_noted(run->diagram, session, (const char *const *)notes);
	for (size_t i = 0; notes != NULL && i < session->message_count; i++)
		free(notes[i]);
	free(notes);
	if (diagram_is_full(run->diagram) && !run->options->has_view[VIEW_DIALOGUE] &&
		!is_json(run->options))
		dissect_drop_lines(run->dissect);
}

static void on_session(void *context, const struct session *session)
{
	struct analysis_run *run = context;

	if (!is_chosen(run->options, session->number))
		return;
	if (is_json(run->options))
		add_json(run, session);
	else
		add_views(run, session);
	if (run->diagram != NULL)
		add_to_diagram(run, session);
	if (run->options->folder != NULL && run->extract_fail.code == FAIL_NONE)
		(void)view_extract(session, run->options->folder, NULL, &run->extract_fail);
	run->sessions++;
}

static void on_row(void *context, const struct row *row)
{
	struct analysis_run *run = context;

	if (run->options->sessions != NULL &&
		(row->session == 0 || !is_chosen(run->options, row->session)))
		return;
	for (size_t i = 0; i < run->options->view_count; i++)
		if (run->options->views[i] == VIEW_PACKETS) {
			view_packets(&run->sections[i].pending, row, &run->options->view);
			print_more(run, &run->sections[i]);
		}
}

static struct dissect_wants wants_of(const struct analyze_options *options, bool has_diagram)
{
	const bool *has = options->has_view;
	bool json = is_json(options);
	struct dissect_wants wants = {
		.lines = json || has[VIEW_DIALOGUE] || has_diagram,
		.findings = json || has[VIEW_FINDINGS] || has_diagram,
		.hashes = json || has[VIEW_STREAMS],
		.headers = json || has[VIEW_MESSAGES] || has_diagram || options->folder != NULL ||
			   (has[VIEW_SESSIONS] &&
				   (options->view.width > 0 || options->view.format == FORMAT_TSV)),
		.texts = has[VIEW_MESSAGES] || options->folder != NULL,
		.segments = has_diagram && options->detail == DIAGRAM_TCP,
		.statistics = has[VIEW_STATISTICS] || has_diagram,
		.rows = !json && has[VIEW_PACKETS],
		.all_rows = !json && has[VIEW_PACKETS] && options->has_all_packets,
		.settled_rows = options->sessions != NULL,
		.redacted_rows = options->view.is_redacted,
	};

	return wants;
}

static void begin_sections(struct analysis_run *run)
{
	const struct analyze_options *options = run->options;

	for (size_t i = 0; i < options->view_count; i++)
		section_init(&run->sections[i], i == 0);
	if (is_json(options)) {
		if (!run->array->is_begun)
			view_json_begin(&run->sections[0].pending, &options->view);
		run->array->is_begun = true;
		return;
	}
	for (size_t i = 0; i < options->view_count; i++) {
		struct buffer *out = &run->sections[i].pending;

		if (options->view_count > 1 || options->capture_count > 1) {
			if (options->view.format == FORMAT_TSV)
				buffer_printf(out, "# %s\n", analyze_view_name(options->views[i]));
			else if (i > 0)
				buffer_printf(out, "\n%s\n", views[options->views[i]].title);
			else
				buffer_printf(out, "%s\n", views[options->views[i]].title);
		}
		views[options->views[i]].heading(out, &options->view);
	}
}

static int end_sections(struct analysis_run *run)
{
	const struct analyze_options *options = run->options;
	struct fail fail;
	int status = 0;

	for (size_t i = 0; i < options->view_count; i++) {
		if (status == 0 && section_print(&run->sections[i], &fail) == STEP_FAIL)
			status = command_failed(&fail);
		section_fini(&run->sections[i]);
	}
	return status;
}

/* Every frame through the pipeline; the exit status. */
static int read_frames(struct analysis_run *run, struct capture *capture, struct filter *filter)
{
	struct fail fail;
	struct frame frame;
	enum step step;

	while ((step = capture_next(capture, &frame, &fail)) == STEP_DONE) {
		if (filter != NULL && !filter_passes(filter, &frame)) {
			dissect_pass_over(run->dissect, &frame);
			continue;
		}
		dissect_frame(run->dissect, &frame);
	}
	return step == STEP_FAIL ? command_failed(&fail) : 0;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (strcmp(path, "-") == 0)
		return "standard-input";
	return slash != NULL ? slash + 1 : path;
}

/* "smtp_test3.svg" for "captures/smtp_test3.pcapng.gz", in the current folder. */
static void diagram_name(const char *capture, struct buffer *out)
{
	static const char *const endings[] = {".gz", ".zst", ".pcapng", ".pcap", ".cap", ".ntar"};
	struct span name = span_text(capture);

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		size_t length = strlen(endings[i]);

		if (name.length > length &&
			span_is(span_from(name, name.length - length), endings[i]))
			name.length -= length;
	}
	buffer_add_span(out, name);
	buffer_add_text(out, ".svg");
}

void analyze_say_diagram(const struct analyze_options *options, const char *path)
{
	FILE *stream = options->view.format == FORMAT_TEXT ? stdout : stderr;

	if (stream == stdout)
		fputs("\n", stream);
	command_say(stream, "flow diagram: %s", path);
}

static int write_diagram(const struct analysis_run *run, const char *path)
{
	struct fail fail;

	if (diagram_is_empty(run->diagram))
		return 0;
	if (diagram_write(run->diagram, path, &fail) == STEP_FAIL)
		return command_failed(&fail);
	analyze_say_diagram(run->options, path);
	return 0;
}

static int finish_diagram(const struct analysis_run *run)
{
	struct buffer name;
	int status;

	buffer_init(&name, 0);
	diagram_name(run->name, &name);
	status = write_diagram(run, buffer_text(&name));
	buffer_fini(&name);
	return status;
}

static int analyze_opened(struct analysis_run *run, struct capture *capture, struct filter *filter)
{
	struct dissect_wants wants = wants_of(run->options, run->diagram != NULL);
	struct dissect_listener listener = {run, on_session, on_row};
	int status, print_status;

	wants.secrets = run->secrets;
	run->dissect = dissect_new(run->name, &wants, &listener);
	begin_sections(run);
	status = read_frames(run, capture, filter);
	dissect_end(run->dissect);
	print_status = end_sections(run);
	dissect_free(run->dissect);
	if (run->sessions == 0 && run->options->view.format == FORMAT_TEXT)
		command_say(stderr, "mailscope: %s: no mail session%s", run->name,
			run->options->sessions != NULL ? " of that number" : " in this capture");
	if (run->extract_fail.code != FAIL_NONE)
		print_status = command_failed(&run->extract_fail);
	return status != 0 ? status : print_status;
}

static void on_secrets(void *context, uint32_t type, struct span text)
{
	struct analysis_run *run = context;

	if (type != TLS_SECRETS_DSB || tls_secrets_add(run->secrets, text) || run->has_warned)
		return;
	run->has_warned = true;
	keylog_warn(run->name);
}

static int analyze_filtered(struct analysis_run *run, const char *path, struct filter *filter)
{
	struct capture_listener listener = {.context = run, .on_secrets = on_secrets};
	struct fail fail;
	struct capture *capture = capture_open(path, &listener, &fail);
	int status;

	if (capture == NULL)
		return command_failed(&fail);
	status = analyze_opened(run, capture, filter);
	capture_close(capture);
	return status;
}

int analyze_capture(const struct analyze_options *options, const char *path, struct diagram *shared,
	struct analyze_array *array)
{
	struct analysis_run run = {
		.options = options, .name = base_name(path), .diagram = shared, .array = array};
	struct filter *filter = NULL;
	struct fail fail;
	int status, diagram_status = 0;

	if (options->filter != NULL && (filter = filter_new(options->filter, &fail)) == NULL)
		return command_failed(&fail);
	run.is_live = strcmp(path, "-") == 0;
	run.secrets = tls_secrets_new(options->secrets);
	if (options->has_diagram && shared == NULL)
		run.diagram = diagram_new(options->detail, options->view.is_redacted);
	status = analyze_filtered(&run, path, filter);
	if (run.diagram != shared) {
		diagram_status = finish_diagram(&run);
		diagram_free(run.diagram);
	}
	tls_secrets_free(run.secrets);
	filter_free(filter);
	return status != 0 ? status : diagram_status;
}
