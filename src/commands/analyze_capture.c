#include "commands/analyze.h"

#include "base/language.h"
#include "base/memory.h"
#include "base/printable.h"
#include "capture/filter.h"
#include "commands/keylog.h"
#include "commands/section.h"
#include "dissect/dissect.h"
#include "message/message.h"
#include "tls/secrets.h"
#include "view/packets.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct analysis_run {
	const struct analyze_options *options;
	const struct capture_name *name;
	struct view_options view;            /* the options', and the capture's field in tsv */
	struct buffer capture;               /* that field */
	struct section sections[VIEW_COUNT]; /* as options->views; JSON uses the first */
	struct dissect *dissect;
	struct tls_secrets *secrets;
	bool has_warned;         /* that there are more secrets than are kept */
	struct diagram *diagram; /* NULL: none */
	struct analyze_array *array;
	bool is_live; /* what comes through a pipe is printed as it comes */
	uint32_t sessions;
	bool *is_met;                /* those of the options' sessions that are in the capture */
	uint64_t segments_explained; /* what of TCP, in the packet list */
	uint64_t extracted;
	struct fail extract_fail;
};

/* What each view prints of a session. */
static const struct {
	void (*heading)(struct buffer *, const struct view_options *);
	void (*add)(struct buffer *, const struct session *, const struct view_options *);
	const char *title;
} views[] = {
	[VIEW_SESSIONS] = {view_sessions_heading, view_sessions, N_("Sessions")},
	[VIEW_PACKETS] = {view_packets_heading, NULL, N_("Packets")},
	[VIEW_DIALOGUE] = {view_dialogue_heading, view_dialogue, N_("Dialogue")},
	[VIEW_FINDINGS] = {view_findings_heading, view_findings, N_("Findings")},
	[VIEW_MESSAGES] = {view_messages_heading, view_messages, N_("Messages")},
	[VIEW_STREAMS] = {view_streams_heading, view_streams, N_("Streams")},
	[VIEW_STATISTICS] = {view_statistics_heading, view_statistics, N_("Statistics")},
};

static bool is_json(const struct analyze_options *options)
{
	return options->view.format == FORMAT_JSON || options->view.format == FORMAT_JSONL;
}

static void note_met(struct analysis_run *run, uint32_t session)
{
	const struct choice *choice = &run->options->choice;

	for (size_t i = 0; i < choice->count; i++)
		run->is_met[i] |= choice->at[i] == session;
}

/* Sessions that were asked for and are not there are no failure; nor is a capture without mail. */
static void say_missing(const struct analysis_run *run)
{
	const struct analyze_options *options = run->options;

	if (options->choice.count > 0)
		choice_say_missing(&options->choice, run->is_met, run->name->label);
	else if (run->sessions == 0 && options->view.format == FORMAT_TEXT)
		command_say(
			stderr, "mailscope: %s: no mail session in this capture", run->name->label);
}

static void extract(struct analysis_run *run, const struct session *session)
{
	const struct extract_place place = {run->options->folder, run->name->stem};
	struct buffer written;

	if (run->extract_fail.code != FAIL_NONE)
		return;
	buffer_init(&written, 0);
	(void)view_extract(session, &place, &written, &run->extract_fail);
	for (size_t i = 0; i < written.length; i++)
		run->extracted += written.at[i] == '\n';
	buffer_fini(&written);
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
		view_json_separator(&section->pending, &run->view);
	run->array->has_objects = true;
	view_json(&section->pending, session, &run->view);
	print_more(run, section);
}

static void add_views(struct analysis_run *run, const struct session *session)
{
	for (size_t i = 0; i < run->options->view_count; i++) {
		struct section *section = &run->sections[i];
		enum analyze_view view = run->options->views[i];

		if (views[view].add == NULL)
			continue;
		views[view].add(&section->pending, session, &run->view);
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
		buffer_add_text(&text, _("from "));
		buffer_add_span(&text, summary.from);
	}
	if (summary.subject.length > 0) {
		buffer_add_text(&text, text.length > 0 ? _(", subject ") : _("subject "));
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

	if (!choice_has(&run->options->choice, session->number))
		return;
	note_met(run, session->number);
	if (is_json(run->options))
		add_json(run, session);
	else
		add_views(run, session);
	if (run->diagram != NULL)
		add_to_diagram(run, session);
	if (run->options->folder != NULL)
		extract(run, session);
	run->sessions++;
}

static void on_row(void *context, const struct row *row)
{
	struct analysis_run *run = context;

	if (run->options->choice.count > 0 &&
		(row->session == 0 || !choice_has(&run->options->choice, row->session)))
		return;
	for (size_t i = 0; i < run->options->view_count; i++)
		if (run->options->views[i] == VIEW_PACKETS) {
			view_packets(&run->sections[i].pending, row, &run->view);
			if (run->view.is_explained)
				view_packets_explained(&run->sections[i].pending, row, &run->view,
					&run->segments_explained);
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
		.settled_rows = options->choice.count > 0,
		.redacted_rows = options->view.is_redacted,
	};

	return wants;
}

/* What says which view a part of the output is, where there are several. */
static void add_title(struct buffer *out, const struct analyze_options *options, size_t index)
{
	enum analyze_view view = options->views[index];

	if (options->view.format == FORMAT_TSV && options->view_count > 1)
		buffer_printf(out, "# %s\n", analyze_view_name(view));
	else if (options->view.format == FORMAT_TEXT &&
		 (options->view_count > 1 || options->capture_count > 1))
		buffer_printf(out, "%s%s\n", index > 0 ? "\n" : "", _(views[view].title));
}

void analyze_add_headings(struct buffer *out, const struct analyze_options *options)
{
	struct view_options view = options->view;

	view.capture = span_text("capture");
	for (size_t i = 0; i < options->view_count; i++) {
		add_title(out, options, i);
		views[options->views[i]].heading(out, &view);
	}
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

		add_title(out, options, i);
		if (run->view.capture.length == 0)
			views[options->views[i]].heading(out, &run->view);
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

/* Leaves out what does not pass; how many frames are left. */
static size_t filter_frames(
	const struct analysis_run *run, struct filter *filter, struct frame *frames, size_t count)
{
	size_t left = 0;

	for (size_t i = 0; i < count; i++) {
		dissect_pass_over(run->dissect, &frames[i]);
		if (filter_passes(filter, &frames[i]))
			frames[left++] = frames[i];
	}
	return left;
}

/* Every frame through the pipeline; the exit status. */
static int read_frames(struct analysis_run *run, struct capture *capture, struct filter *filter)
{
	enum { TOGETHER = 16 };
	struct frame frames[TOGETHER];
	struct fail fail;
	enum step step;

	for (;;) {
		size_t count = TOGETHER;

		step = capture_next_some(capture, frames, &count, &fail);
		if (step != STEP_DONE)
			return step == STEP_FAIL ? command_failed(&fail) : 0;
		if (filter != NULL)
			count = filter_frames(run, filter, frames, count);
		dissect_frames(run->dissect, frames, count);
	}
}

/* What was written, behind a blank line. Machine formats keep standard output to themselves. */
static FILE *output_for_people(const struct analyze_options *options)
{
	if (options->view.format != FORMAT_TEXT)
		return stderr;
	fputs("\n", stdout);
	return stdout;
}

static void say_extracted(const struct analysis_run *run)
{
	const char *folder = run->options->folder;
	struct buffer name;

	if (run->extracted == 0)
		return;
	buffer_init(&name, 0);
	view_file_name(&name, span_text(run->name->stem));
	command_say(output_for_people(run->options),
		language_count("extracted: %s/%s-*.eml (%llu message)",
			"extracted: %s/%s-*.eml (%llu messages)", run->extracted),
		folder, buffer_text(&name), (unsigned long long)run->extracted);
	buffer_fini(&name);
}

void analyze_say_diagram(const struct analyze_options *options, const char *path)
{
	command_say(output_for_people(options), "flow diagram: %s", path);
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
	buffer_printf(&name, "%s.svg", run->name->stem);
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
	run->dissect = dissect_new(run->name->label, &wants, &listener);
	begin_sections(run);
	status = read_frames(run, capture, filter);
	dissect_end(run->dissect);
	print_status = end_sections(run);
	dissect_free(run->dissect);
	say_missing(run);
	say_extracted(run);
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
	keylog_warn(run->name->label);
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

static int analyze_drawn(struct analysis_run *run, struct diagram *shared, struct filter *filter)
{
	const struct analyze_options *options = run->options;
	int status, diagram_status = 0;

	run->diagram = shared;
	if (options->has_diagram && shared == NULL)
		run->diagram = diagram_new(options->detail, options->view.is_redacted);
	status = analyze_filtered(run, run->name->path, filter);
	if (run->diagram != shared) {
		diagram_status = finish_diagram(run);
		diagram_free(run->diagram);
	}
	return status != 0 ? status : diagram_status;
}

int analyze_capture(const struct analyze_options *options, const struct capture_name *name,
	struct diagram *shared, struct analyze_array *array)
{
	struct analysis_run run = {
		.options = options, .name = name, .view = options->view, .array = array};
	struct filter *filter = NULL;
	struct fail fail;
	int status;

	if (options->filter != NULL && (filter = filter_new(options->filter, &fail)) == NULL)
		return command_failed(&fail);
	run.is_live = strcmp(name->path, "-") == 0;
	run.is_met = memory_new(options->choice.count + 1, sizeof *run.is_met);
	buffer_init(&run.capture, 0);
	if (options->view.format == FORMAT_TSV && options->capture_count > 1)
		printable_add(&run.capture, span_text(name->label));
	run.view.capture = buffer_span(&run.capture);
	run.secrets = tls_secrets_new(options->secrets);
	status = analyze_drawn(&run, shared, filter);
	tls_secrets_free(run.secrets);
	buffer_fini(&run.capture);
	free(run.is_met);
	filter_free(filter);
	return status;
}
