#include "report/report.h"

#include "base/file.h"
#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/version.h"
#include "capture/capture.h"
#include "compare/withheld.h"
#include "dissect/dissect.h"
#include "report/html.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* Packets of one session, kept until all of them are there. */
struct row_list {
	struct row *at;
	size_t count, left_out;
};

/* One session's chapter on its way. */
struct sitting {
	uint32_t number;
	struct html_chapter chapter;
	uint64_t *hidden; /* frames whose Info the log withholds */
	size_t hidden_count;
};

/* One capture being read. */
struct reading {
	struct report *report;
	size_t input;
	struct tls_secrets *secrets;
	struct arena arena;    /* of the rows */
	struct row_list *rows; /* by the session's slot */
	uint32_t room;         /* sessions that are taken */
	bool *is_met;          /* those of the choice that are in the capture */
	struct sitting *sittings;
	size_t sitting_count;
	struct fail fail; /* of a drawing */
};

static struct report_input *input_of(const struct reading *reading)
{
	return &reading->report->inputs.at[reading->input];
}

static enum fail_code tell(const struct report *report, const struct fail *fail)
{
	report->listener.on_fail(report->listener.context, fail);
	return fail->code;
}

/* Whether the log may have been kept of a session in the capture. */
static bool belongs(const struct report_input *log, const struct report_input *capture)
{
	return log->kind == REPORT_LOG && !log->is_twin && log->folder == capture->folder;
}

static const struct report_choice *choice_of(const struct reading *reading)
{
	return &reading->report->choice;
}

static bool is_chosen(const struct report_choice *choice, uint32_t session)
{
	for (size_t i = 0; i < choice->count; i++)
		if (choice->at[i] == session)
			return true;
	return choice->count == 0;
}

/* The session's place among those that are taken, from 1: its number, or its place in the choice.
 * 0: it has none. */
static uint32_t slot_of(const struct reading *reading, uint32_t session)
{
	const struct report_choice *choice = choice_of(reading);
	uint32_t slot = choice->count == 0 ? session : 0;

	for (size_t i = choice->count; i > 0; i--)
		if (choice->at[i - 1] == session)
			slot = (uint32_t)i;
	return slot <= reading->room ? slot : 0;
}

/* The first time through: which session fits each log best. */
static void pair_session(void *context, const struct session *session)
{
	struct reading *reading = context;
	struct report_inputs *inputs = &reading->report->inputs;

	if (!is_chosen(choice_of(reading), session->number))
		return;
	for (size_t i = 0; i < inputs->count; i++) {
		struct report_input *log = &inputs->at[i];
		struct comparison comparison;
		int64_t score;

		if (!belongs(log, input_of(reading)))
			continue;
		compare(&comparison, &log->log, session);
		score = comparison_score(&comparison);
		comparison_fini(&comparison);
		if (log->session != 0 && score <= log->score)
			continue;
		log->capture = reading->input;
		log->session = session->number;
		log->score = score;
	}
}

static void pass_row(void *context, const struct row *row)
{
	(void)context;
	(void)row;
}

static void on_secrets(void *context, uint32_t type, struct span text)
{
	struct reading *reading = context;

	if (type == TLS_SECRETS_DSB && !tls_secrets_add(reading->secrets, text))
		reading->report->listener.on_too_many_secrets(
			reading->report->listener.context, input_of(reading)->name);
}

static enum step read_frames(struct capture *capture, struct dissect *dissect, struct fail *fail)
{
	struct frame frame;
	enum step step;

	while ((step = capture_next(capture, &frame, fail)) == STEP_DONE)
		dissect_frame(dissect, &frame);
	dissect_end(dissect);
	return step == STEP_FAIL ? STEP_FAIL : STEP_DONE;
}

/* The whole capture through the pipeline; what comes before damage is handed on all the same. */
static enum step read_capture(struct reading *reading, const struct dissect_wants *wants,
	const struct dissect_listener *listener, struct fail *fail)
{
	struct capture_listener capture_listener = {.context = reading, .on_secrets = on_secrets};
	struct dissect_wants with_secrets = *wants;
	struct capture *capture = capture_open(input_of(reading)->path, &capture_listener, fail);
	struct dissect *dissect;
	enum step step;

	if (capture == NULL)
		return STEP_FAIL;
	reading->secrets = tls_secrets_new(reading->report->secrets);
	with_secrets.secrets = reading->secrets;
	dissect = dissect_new(input_of(reading)->name, &with_secrets, listener);
	step = read_frames(capture, dissect, fail);
	dissect_free(dissect);
	tls_secrets_free(reading->secrets);
	capture_close(capture);
	return step;
}

static void pair_logs(struct report *report, size_t input)
{
	struct reading reading = {.report = report, .input = input};
	struct dissect_wants wants = {.lines = true, .texts = true};
	struct dissect_listener listener = {&reading, pair_session, pass_row};
	bool has_log = false;
	struct fail fail;

	for (size_t i = 0; i < report->inputs.count; i++)
		has_log |= belongs(&report->inputs.at[i], input_of(&reading));
	if (has_log)
		(void)read_capture(&reading, &wants, &listener, &fail); /* told the second time */
}

static bool has_part(const struct reading *reading, enum html_part part)
{
	return reading->report->template->has_part[part];
}

static void keep_row(void *context, const struct row *row)
{
	struct reading *reading = context;
	uint32_t slot = row->session > 0 ? slot_of(reading, row->session) : 0;
	struct row_list *list;
	struct row *copy;

	if (slot == 0)
		return;
	list = &reading->rows[slot];
	if (list->count == LIMIT_REPORT_ROWS) {
		list->left_out++;
		return;
	}
	list->at = arena_grow(&reading->arena, list->at, list->count, sizeof *list->at);
	copy = &list->at[list->count++];
	*copy = *row;
	copy->source = arena_copy(&reading->arena, row->source);
	copy->destination = arena_copy(&reading->arena, row->destination);
	copy->protocol = arena_copy(&reading->arena, row->protocol);
	copy->info = arena_copy(&reading->arena, row->info);
}

/* A copy of the session's lines in which all that is secret is marked: what a log withheld too. The
 * frames of the latter are noted, in order. */
static struct line *mark_lines(
	struct sitting *sitting, const struct session *session, const struct comparison *comparison)
{
	struct line *lines = memory_new(session->line_count + 1, sizeof *lines);

	if (session->line_count > 0)
		memcpy(lines, session->lines, session->line_count * sizeof *lines);
	if (comparison == NULL)
		return lines;
	withheld_mark(lines, comparison);
	for (size_t i = 0; i < session->line_count; i++) {
		const struct line *line = &session->lines[i];

		if (line->secret.length > 0 || lines[i].secret.length == 0)
			continue;
		sitting->hidden = memory_resize(sitting->hidden,
			sitting->hidden_count + line->frame_count + 1, sizeof *sitting->hidden);
		for (size_t k = 0; k < line->frame_count; k++)
			sitting->hidden[sitting->hidden_count++] = line->frames[k];
		sitting->hidden[sitting->hidden_count++] = line->frame;
	}
	return lines;
}

/* The pictures, as far as they are wanted. */
static void draw(struct reading *reading, struct html *html, const struct session *session)
{
	static const struct {
		enum html_part part;
		enum diagram_detail detail;
		const char *name;
		enum step (*add)(
			const struct html *, struct diagram *, const char *, struct fail *);
	} pictures[] = {{HTML_PART_FLOW, DIAGRAM_MAIL, "flow-page", html_flow},
		{HTML_PART_TCP_FLOW, DIAGRAM_TCP, "tcp-page", html_flow},
		{HTML_PART_STATES, DIAGRAM_STATES, "states-page", html_states}};
	struct html_chapter *chapter = &reading->sittings[reading->sitting_count - 1].chapter;

	for (size_t i = 0; i < sizeof pictures / sizeof pictures[0]; i++) {
		struct diagram *diagram;

		if (!has_part(reading, pictures[i].part) || reading->fail.code != FAIL_NONE)
			continue;
		diagram = diagram_new(pictures[i].detail, html->is_redacted);
		diagram_add(diagram, session);
		html->out = &chapter->parts[pictures[i].part];
		(void)pictures[i].add(html, diagram, pictures[i].name, &reading->fail);
		diagram_free(diagram);
	}
}

static void write_parts(struct reading *reading, struct html *html, const struct session *session)
{
	static const struct {
		enum html_part part;
		void (*add)(const struct html *, const struct session *);
	} writers[] = {{HTML_PART_SETUP, html_setup}, {HTML_PART_FACTS, html_facts},
		{HTML_PART_DIALOGUE, html_dialogue}, {HTML_PART_LEDGER, html_ledger},
		{HTML_PART_TIMES, html_times}, {HTML_PART_FINDINGS, html_findings},
		{HTML_PART_MESSAGES, html_messages}};
	struct html_chapter *chapter = &reading->sittings[reading->sitting_count - 1].chapter;

	for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
		html->out = &chapter->parts[writers[i].part];
		if (has_part(reading, writers[i].part))
			writers[i].add(html, session);
	}
}

/* The session as it is shown to others: lines marked, and the parts of them written. */
static void write_chapter(
	struct reading *reading, const struct session *session, const struct comparison *comparison)
{
	struct sitting *sitting = &reading->sittings[reading->sitting_count - 1];
	struct html_chapter *chapter = &sitting->chapter;
	struct html html = {&chapter->brief, chapter->id, reading->report->is_redacted};
	struct session shown = *session;

	/* the diagrams' titles number it as the chapter does */
	shown.number = reading->report->numbers[HTML_SESSION] + session->number;
	shown.lines = mark_lines(sitting, session, html.is_redacted ? comparison : NULL);
	buffer_printf(&chapter->title, _("Session %s: "), chapter->id + 1);
	html_title(&chapter->title, session);
	html_brief(&html, session, comparison);
	write_parts(reading, &html, &shown);
	draw(reading, &html, &shown);
	free(shown.lines);
}

static void note_met(const struct reading *reading, uint32_t session)
{
	const struct report_choice *choice = choice_of(reading);

	for (size_t i = 0; i < choice->count; i++)
		reading->is_met[i] |= choice->at[i] == session;
}

/* The second time through: a session with the logs that are its own. */
static void write_session(void *context, const struct session *session)
{
	struct reading *reading = context;
	struct report *report = reading->report;
	struct comparison comparison;
	struct sitting *sitting;
	struct html html = {.is_redacted = report->is_redacted};
	bool is_compared = false;

	if (!is_chosen(choice_of(reading), session->number))
		return;
	note_met(reading, session->number);
	if (slot_of(reading, session->number) == 0) {
		report->left_out++;
		return;
	}
	reading->sittings = memory_resize(
		reading->sittings, reading->sitting_count + 1, sizeof *reading->sittings);
	sitting = &reading->sittings[reading->sitting_count++];
	*sitting = (struct sitting){.number = session->number};
	html_chapter_init(
		&sitting->chapter, HTML_SESSION, report->numbers[HTML_SESSION] + session->number);
	html.id = sitting->chapter.id;
	html.out = &sitting->chapter.parts[HTML_PART_COMPARISON];
	for (size_t i = 0; i < report->inputs.count; i++) {
		const struct report_input *log = &report->inputs.at[i];

		if (log->kind != REPORT_LOG || log->session != session->number ||
			log->capture != reading->input)
			continue;
		if (is_compared)
			comparison_fini(&comparison);
		is_compared = true;
		compare(&comparison, &log->log, session);
		html_comparison(&html, &comparison, log->name);
	}
	write_chapter(reading, session, is_compared ? &comparison : NULL);
	if (is_compared)
		comparison_fini(&comparison);
}

static int by_number(const void *a, const void *b)
{
	const struct sitting *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

static struct html_chapter *add_chapter(struct report *report)
{
	report->chapters = memory_resize(
		report->chapters, report->chapter_count + 1, sizeof *report->chapters);
	return &report->chapters[report->chapter_count++];
}

/* Sessions came as they ended; they stand as they began. */
static void take_sittings(struct reading *reading)
{
	struct report *report = reading->report;
	uint32_t last = 0;

	if (reading->sitting_count > 1)
		qsort(reading->sittings, reading->sitting_count, sizeof *reading->sittings,
			by_number);
	for (size_t i = 0; i < reading->sitting_count; i++) {
		struct sitting *sitting = &reading->sittings[i];
		const struct row_list *list = &reading->rows[slot_of(reading, sitting->number)];
		struct html html = {&sitting->chapter.parts[HTML_PART_PACKETS], sitting->chapter.id,
			report->is_redacted};
		struct html_packets packets = {list->at, list->count, list->left_out,
			sitting->hidden, sitting->hidden_count};

		if (has_part(reading, HTML_PART_PACKETS))
			html_packets(&html, &packets);
		free(sitting->hidden);
		*add_chapter(report) = sitting->chapter;
		last = sitting->number;
	}
	report->numbers[HTML_SESSION] += last;
	report->session_count += (uint32_t)reading->sitting_count;
	free(reading->sittings);
}

static enum fail_code build_capture(struct report *report, size_t input)
{
	struct reading reading = {.report = report, .input = input};
	struct dissect_listener listener = {&reading, write_session, keep_row};
	struct dissect_wants wants = {.lines = true,
		.findings = true,
		.hashes = true,
		.headers = true,
		.texts = true,
		.segments = report->template->has_part[HTML_PART_TCP_FLOW],
		.statistics = true,
		.rows = true,
		.all_rows = report->has_all_packets,
		.settled_rows = true,
		.redacted_rows = report->is_redacted};
	struct fail fail;
	enum fail_code code = FAIL_NONE;

	reading.room = LIMIT_REPORT_SESSIONS - report->session_count;
	reading.rows = memory_new(reading.room + 1, sizeof *reading.rows);
	reading.is_met = memory_new(report->choice.count + 1, sizeof *reading.is_met);
	arena_init(&reading.arena);
	if (read_capture(&reading, &wants, &listener, &fail) == STEP_FAIL)
		code = tell(report, &fail);
	take_sittings(&reading);
	report->listener.on_met(
		report->listener.context, report->inputs.at[input].name, reading.is_met);
	if (reading.fail.code != FAIL_NONE)
		code = tell(report, &reading.fail);
	arena_fini(&reading.arena);
	free(reading.rows);
	free(reading.is_met);
	return code;
}

static struct html_chapter *begin_chapter(
	struct report *report, enum html_scope scope, const char *front, const char *name)
{
	struct html_chapter *chapter = add_chapter(report);

	html_chapter_init(chapter, scope, ++report->numbers[scope]);
	buffer_add_text(&chapter->title, front);
	buffer_add_text(&chapter->title, name);
	return chapter;
}

static enum fail_code build_message(struct report *report, const struct report_input *input)
{
	struct html_chapter *chapter =
		begin_chapter(report, HTML_MESSAGE, _("Message: "), input->name);
	struct html html = {&chapter->parts[HTML_PART_MESSAGE], chapter->id, report->is_redacted};
	struct span text = buffer_span(&input->text);
	struct route route;
	struct fail fail;
	enum fail_code code = FAIL_NONE;

	html_message(&html, text);
	/* by no clock: the same message makes the same report on any day */
	route_read(&route, text, 0);
	html.out = &chapter->parts[HTML_PART_ROUTE];
	if (html_route(&html, &route, &fail) == STEP_FAIL)
		code = tell(report, &fail);
	html.out = &chapter->parts[HTML_PART_AUTHENTICATION];
	html_authentication(&html, &route);
	html.out = &chapter->parts[HTML_PART_REMARKS];
	html_remarks(&html, &route);
	route_fini(&route);
	return code;
}

static void build_log(struct report *report, const struct report_input *input)
{
	struct html_chapter *chapter = begin_chapter(report, HTML_LOG, _("Log: "), input->name);
	struct html html = {&chapter->parts[HTML_PART_LOG], chapter->id, report->is_redacted};

	html_log(&html, &input->log);
}

enum fail_code report_build(struct report *report)
{
	const struct report_inputs *inputs = &report->inputs;
	enum fail_code code = FAIL_NONE;

	for (size_t i = 0; i < inputs->count; i++)
		if (inputs->at[i].kind == REPORT_CAPTURE)
			pair_logs(report, i);
	for (size_t i = 0; i < inputs->count; i++) {
		const struct report_input *input = &inputs->at[i];
		enum fail_code one = FAIL_NONE;

		if (input->kind == REPORT_CAPTURE)
			one = build_capture(report, i);
		else if (input->kind == REPORT_MESSAGE)
			one = build_message(report, input);
		else if (input->session == 0 && !input->is_twin)
			build_log(report, input);
		code = code != FAIL_NONE ? code : one;
	}
	return code;
}

static struct html_file *list_files(const struct report_inputs *inputs)
{
	static const char *const kinds[] = {[REPORT_CAPTURE] = N_in("file", "capture"),
		[REPORT_LOG] = N_in("file", "log"),
		[REPORT_MESSAGE] = N_in("file", "message")};
	struct html_file *files = memory_new(inputs->count + 1, sizeof *files);

	for (size_t i = 0; i < inputs->count; i++) {
		const struct report_input *input = &inputs->at[i];

		files[i] = (struct html_file){input->name, kinds[input->kind], input->octets, {0}};
		memcpy(files[i].sha256, input->sha256, sizeof files[i].sha256);
	}
	return files;
}

void report_page(const struct report *report, struct buffer *out)
{
	struct html_file *files = list_files(&report->inputs);
	const struct html_page page = {.template = report->template,
		.title = report->title,
		.author = report->author,
		.version = "mailscope " MAILSCOPE_VERSION,
		.is_redacted = report->is_redacted,
		.chapters = report->chapters,
		.chapter_count = report->chapter_count,
		.left_out = report->left_out,
		.files = files,
		.file_count = report->inputs.count};

	html_page_add(out, &page);
	free(files);
}

enum step report_write(const char *path, const struct buffer *page, struct fail *fail)
{
	struct new_file file;

	if (!new_file_begin(&file, AT_FDCWD, path, 0666))
		return fail_set(fail, FAIL_WRITE, "%s: %s", path, language_error(errno));
	fwrite(page->at, 1, page->length, file.stream);
	if (!new_file_end(&file, true))
		return fail_set(fail, FAIL_WRITE, "%s: %s", path, language_error(errno));
	return STEP_DONE;
}

void report_fini(struct report *report)
{
	for (size_t i = 0; i < report->chapter_count; i++)
		html_chapter_fini(&report->chapters[i]);
	free(report->chapters);
}
