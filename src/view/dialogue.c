#include "view/text.h"

#include "base/language.h"
#include "base/printable.h"

/* One session's dialogue being written, and where its columns stand. */
struct layout {
	struct buffer *out;
	const struct session *session;
	const struct view_options *options;
	size_t time, frames; /* widths */
	bool has_tls;        /* a column says which lines crossed the network inside TLS */
	size_t indent;       /* columns before the text of a line */
};

/* "#4", "#4-9": out of order, the first octets may have come in a later frame than the last. */
static void add_frames(struct buffer *out, const struct line *line)
{
	uint64_t first = line->frame_count > 0 ? line->frames[0] : line->frame;
	uint64_t last = first;

	for (size_t i = 1; i < line->frame_count; i++) {
		first = line->frames[i] < first ? line->frames[i] : first;
		last = line->frames[i] > last ? line->frames[i] : last;
	}
	buffer_add_byte(out, '#');
	buffer_add_number(out, first);
	if (last == first)
		return;
	buffer_add_byte(out, '-');
	buffer_add_number(out, last);
}

static struct layout lay_out(
	struct buffer *out, const struct session *session, const struct view_options *options)
{
	struct layout layout = {out, session, options, .time = 8, .frames = 6};
	struct buffer sample;

	buffer_init(&sample, 0);
	text_seconds(&sample, session->end - session->capture_start, 6);
	if (sample.length > layout.time)
		layout.time = sample.length;
	for (size_t i = 0; i < session->line_count; i++) {
		buffer_clear(&sample);
		add_frames(&sample, &session->lines[i]);
		if (sample.length > layout.frames)
			layout.frames = sample.length;
		layout.has_tls |= session->lines[i].is_sealed;
	}
	buffer_fini(&sample);
	layout.indent = 2 + layout.time + 2 + layout.frames + 2 + (layout.has_tls ? 5 : 0) + 3;
	return layout;
}

static void add_completeness(struct buffer *out, const struct session *session)
{
	uint64_t missing = session->streams[0].missing + session->streams[1].missing;

	if (session->is_complete) {
		buffer_add_text(out, _(", complete"));
		return;
	}
	buffer_add_text(out, _(", incomplete"));
	if (!session->has_begin)
		buffer_add_text(out, _(": begins midway"));
	if (!session->has_end)
		buffer_add_text(
			out, session->has_begin ? _(": end not seen") : _(", end not seen"));
	if (missing > 0) {
		buffer_add_text(out, session->has_begin && session->has_end ? ": " : ", ");
		text_count(out, missing, "byte", "bytes");
		buffer_add_text(out, _(" missing"));
	}
}

static void add_tls(struct buffer *out, const struct session_tls *tls)
{
	buffer_add_text(out, tls->version[0] != '\0' ? tls->version : "TLS");
	if (tls->cipher[0] != '\0') {
		buffer_add_text(out, ", ");
		buffer_add_text(out, tls->cipher);
	}
	if (tls->server_name[0] != '\0') {
		buffer_add_text(out, _(", to "));
		printable_add(out, span_text(tls->server_name));
	}
	buffer_add_text(out, tls->is_decrypted ? _("; lines marked tls were decrypted")
					       : _("; not decrypted: no keys"));
	buffer_add_byte(out, '\n');
}

/* Who the server says it is, as far as its certificate crossed the network in clear. */
static void add_certificate(
	struct buffer *out, const struct session_tls *tls, const struct view_options *options)
{
	const struct {
		const char *front, *text;
	} parts[] = {{_("certificate of "), tls->subject}, {_("; issued by "), tls->issuer},
		{_("; good for "), tls->names}};
	struct buffer text;

	if (tls->subject[0] == '\0' && tls->names[0] == '\0')
		return;
	buffer_init(&text, 0);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (parts[i].text[0] == '\0' && i > 0)
			continue;
		buffer_add_text(&text, parts[i].front);
		printable_add(&text,
			span_text(parts[i].text[0] != '\0' ? parts[i].text : _("no subject")));
	}
	text_folded(out, buffer_span(&text), 0, (size_t)options->width);
	buffer_add_byte(out, '\n');
	buffer_fini(&text);
}

static void add_heading(
	struct buffer *out, const struct session *session, const struct view_options *options)
{
	text_session(out, session, options);
	buffer_add_byte(out, '\n');
	text_time(out, session->start, ' ', 6);
	buffer_add_text(out, " UTC, ");
	text_seconds(out, session->end - session->start, 3);
	buffer_add_text(out,
		session->first_frame == session->last_frame ? _(" s, frame ") : _(" s, frames "));
	buffer_add_number(out, session->first_frame);
	if (session->first_frame != session->last_frame) {
		buffer_add_byte(out, '-');
		buffer_add_number(out, session->last_frame);
	}
	add_completeness(out, session);
	buffer_add_text(out, "; ");
	buffer_add_text(out, _(outcome_name(session->outcome)));
	buffer_add_byte(out, '\n');
	if (session->tls.is_present)
		add_tls(out, &session->tls);
	add_certificate(out, &session->tls, options);
	buffer_add_text(out, session->line_count > 0 ? "\n" : _("\n  (no line of it was seen)\n"));
}

/* Lines of one reply in one frame say when and where once. */
static bool is_same_place(const struct line *line, const struct line *before)
{
	return line->from == before->from && line->frame == before->frame &&
	       line->time == before->time &&
	       (line->frame_count == 0 || before->frame_count == 0 ||
		       line->frames[0] == before->frames[0]);
}

static void add_place(const struct layout *layout, size_t index)
{
	const struct session *session = layout->session;
	const struct line *line = &session->lines[index];
	struct buffer *out = layout->out;
	size_t start;

	if (index > 0 && is_same_place(line, line - 1)) {
		text_blanks(out, 2 + layout->time + 2 + layout->frames + 2);
		return;
	}
	text_blanks(out, 2);
	start = out->length;
	text_seconds(out, line->time - session->capture_start, 6);
	text_right(out, start, layout->time);
	text_blanks(out, 2);
	start = out->length;
	add_frames(out, line);
	text_left(out, start, layout->frames + 2);
}

static const struct message *message_of(const struct session *session, const struct line *line)
{
	for (size_t i = 0; i < session->message_count && line->message > 0; i++)
		if (session->messages[i].number == line->message)
			return &session->messages[i];
	return NULL;
}

/* "[message 1: 214 octets]": the message's octets, not those of its transport. */
static void add_message(struct buffer *out, const struct session *session, const struct line *line)
{
	const struct message *message = message_of(session, line);

	buffer_add_text(out, _("[message"));
	if (line->message > 0) {
		buffer_add_byte(out, ' ');
		buffer_add_number(out, line->message);
	}
	buffer_add_text(out, ": ");
	text_count(out, message != NULL ? message->octets : line->octets, "octet", "octets");
	if (message != NULL && message->missing > 0) {
		buffer_add_text(out, ", ");
		text_count(out, message->missing, "byte", "bytes");
		buffer_add_text(out, _(" missing"));
	} else if (message != NULL && !message->is_complete) {
		buffer_add_text(out, _(", incomplete"));
	}
	buffer_add_byte(out, ']');
}

/* A line that does not end as it should says so. */
static void add_line_end(struct buffer *out, const struct line *line)
{
	static const char *const marks[] = {
		[LINE_CRLF] = "",
		[LINE_LF] = N_("  [bare LF]"),
		[LINE_CR] = N_("  [bare CR]"),
		[LINE_CUT] = N_("  [cut off here]"),
	};

	if (line->kind < LINE_DATA)
		buffer_add_text(out, _(marks[line->end]));
}

/* What was said, printable, whatever kind of line it is. */
static void add_said(struct buffer *out, const struct session *session, const struct line *line,
	const struct view_options *options)
{
	struct buffer raw;

	switch (line->kind) {
	case LINE_GAP:
		buffer_add_byte(out, '[');
		text_count(out, line->octets, "byte", "bytes");
		buffer_add_text(out, _(" missing]"));
		return;
	case LINE_SEALED:
		buffer_add_byte(out, '[');
		printable_add(out, line->text);
		buffer_add_text(out, line->text.length > 0 ? ", " : _("sealed, "));
		text_count(out, line->octets, "octet", "octets");
		buffer_add_byte(out, ']');
		return;
	case LINE_DATA:
	case LINE_BODY:
		add_message(out, session, line);
		return;
	case LINE_GREETING:
	case LINE_COMMAND:
	case LINE_REPLY:
	case LINE_CHALLENGE:
	case LINE_RESPONSE:
		break;
	}
	buffer_init(&raw, 0);
	text_line(&raw, line, options->is_redacted);
	printable_add(out, buffer_span(&raw));
	buffer_fini(&raw);
}

static enum text_colour colour_of(const struct line *line)
{
	if (line->kind == LINE_GAP)
		return COLOUR_ERROR;
	return line->from == SIDE_CLIENT ? COLOUR_CLIENT : COLOUR_SERVER;
}

static void add_decoded(struct buffer *out, const struct line *line, bool is_redacted)
{
	struct buffer decoded;
	bool is_bracketed;

	buffer_init(&decoded, 0);
	text_decoded(&decoded, line, is_redacted);
	is_bracketed = decoded.length > 0 && decoded.at[0] == '('; /* "(empty)" */
	if (decoded.length > 0) {
		buffer_add_text(out, is_bracketed ? "  " : "  (");
		buffer_add_span(out, buffer_span(&decoded));
		buffer_add_text(out, is_bracketed ? "" : ")");
	}
	buffer_fini(&decoded);
}

void text_said(struct buffer *out, const struct session *session, const struct line *line,
	bool is_redacted)
{
	const struct view_options options = {.is_redacted = is_redacted};

	add_said(out, session, line, &options);
	add_line_end(out, line);
	add_decoded(out, line, is_redacted);
}

static void add_line(const struct layout *layout, size_t index)
{
	const struct view_options *options = layout->options;
	const struct line *line = &layout->session->lines[index];
	struct buffer *out = layout->out;
	struct buffer text;

	add_place(layout, index);
	if (layout->has_tls)
		buffer_add_text(out, line->is_sealed ? "tls  " : "     ");
	text_colour(out, options, colour_of(line));
	buffer_add_text(out, line->from == SIDE_CLIENT ? "C: " : "S: ");
	buffer_init(&text, 0);
	text_said(&text, layout->session, line, options->is_redacted);
	text_folded(out, buffer_span(&text), layout->indent, (size_t)options->width);
	buffer_fini(&text);
	text_plain(out, options);
	buffer_add_byte(out, '\n');
	if (options->with_texts && (line->kind == LINE_DATA || line->kind == LINE_BODY))
		text_block(out, line->text, layout->indent, (size_t)options->width);
}

static void add_explained(
	const struct layout *layout, size_t index, struct text_explained *explained)
{
	struct buffer sentences;

	buffer_init(&sentences, 0);
	text_explain(&sentences, layout->session, index, explained);
	if (sentences.length > 0)
		text_guide(&sentences, layout->session, index);
	text_explanation(layout->out, buffer_span(&sentences), layout->indent, layout->options);
	buffer_fini(&sentences);
}

static void tsv_line(struct buffer *out, const struct session *session, size_t index,
	const struct view_options *options)
{
	const struct line *line = &session->lines[index];

	text_capture(out, options);
	buffer_add_number(out, session->number);
	buffer_add_byte(out, '\t');
	buffer_add_number(out, index + 1);
	buffer_add_byte(out, '\t');
	buffer_add_seconds(out, line->time - session->capture_start);
	buffer_add_byte(out, '\t');
	for (size_t i = 0; i < line->frame_count; i++) {
		if (i > 0)
			buffer_add_byte(out, ',');
		buffer_add_number(out, line->frames[i]);
	}
	buffer_printf(out, "\t%s\t%s\t", side_name(line->from), line_kind_name(line->kind));
	buffer_add_number(out, line->octets);
	buffer_add_text(out, line->is_sealed ? "\tyes\t" : "\tno\t");
	add_said(out, session, line, options);
	buffer_add_byte(out, '\t');
	text_decoded(out, line, options->is_redacted);
	buffer_printf(out, "\t%s\n", text_line_end(line));
}

void view_dialogue_heading(struct buffer *out, const struct view_options *options)
{
	if (options->format != FORMAT_TSV)
		return;
	text_capture_heading(out, options);
	buffer_add_text(out, "session\tline\ttime\tframes\tfrom\tkind\toctets\tsealed\t"
			     "text\tdecoded\tend\n");
}

void view_dialogue(
	struct buffer *out, const struct session *session, const struct view_options *options)
{
	struct text_explained explained = {0, 0};
	struct layout layout;

	if (options->format == FORMAT_TSV) {
		for (size_t i = 0; i < session->line_count; i++)
			tsv_line(out, session, i, options);
		return;
	}
	add_heading(out, session, options);
	layout = lay_out(out, session, options);
	for (size_t i = 0; i < session->line_count; i++) {
		add_line(&layout, i);
		if (options->is_explained)
			add_explained(&layout, i, &explained);
	}
	buffer_add_byte(out, '\n');
}
