#include "diagram/row.h"

#include "base/printable.h"
#include "view/text.h"

static const char HIDDEN[] = "••••••";

/* Shorter secrets are not looked for in the text: they would be found where they are not. */
enum { SECRET_SHORTEST = 4 };

bool flow_is_tls(const struct segment *segment)
{
	struct span name = span_text(segment->protocol);

	return span_starts_letters(name, "TLS") || span_starts_letters(name, "SSL");
}

static bool carries(const struct line *line, uint64_t frame)
{
	for (size_t i = 0; i < line->frame_count; i++)
		if (line->frames[i] == frame)
			return true;
	return line->frame == frame;
}

/* Puts dots in place of the secret wherever it stands behind start; false when it does not. */
static bool hide_secret(struct buffer *out, size_t start, const char *secret)
{
	size_t length = strlen(secret);
	bool is_found = false;

	for (;;) {
		struct span rest = span_from(buffer_span(out), start);
		size_t at = span_find(rest, secret);
		struct buffer tail;

		if (rest.length == 0 || at >= rest.length)
			return is_found;
		buffer_init(&tail, 0);
		buffer_add_span(&tail, span_from(rest, at + length));
		out->length = start + at;
		buffer_add_text(out, HIDDEN);
		start = out->length;
		buffer_add_span(out, buffer_span(&tail));
		buffer_fini(&tail);
		is_found = true;
	}
}

/* Whoever made the row has hidden it already. */
static bool is_hidden(const struct buffer *out, size_t start)
{
	struct span info = span_from(buffer_span(out), start);

	return span_find(info, HIDDEN) < info.length;
}

/* The secret of one line out of the Info behind start. What the segment carries of it may be cut,
 * or too short to be told from other text: then nothing of the Info is shown. */
static void hide_line(struct buffer *out, size_t start, const struct line *line, bool is_carried)
{
	struct buffer secret;
	bool is_findable;

	buffer_init(&secret, 0);
	printable_add(&secret, line->secret);
	is_findable = secret.length >= SECRET_SHORTEST;
	if (!(is_findable && hide_secret(out, start, buffer_text(&secret))) && is_carried &&
		!is_hidden(out, start)) {
		out->length = start;
		buffer_add_text(out, HIDDEN);
	}
	buffer_fini(&secret);
}

void flow_add_info(struct buffer *out, const struct session *session, const struct segment *segment,
	bool is_redacted)
{
	size_t start = out->length;
	bool is_mail = !span_is(span_text(segment->protocol), "TCP") && !flow_is_tls(segment);

	buffer_add_span(out, segment->info);
	if (!is_redacted || !is_mail)
		return;
	for (size_t i = 0; i < session->line_count; i++) {
		const struct line *line = &session->lines[i];

		if (line->secret.length > 0 && line->from == segment->from)
			hide_line(out, start, line, carries(line, segment->frame));
	}
}

/* "[TCP Retransmission] ..." and its kin, as the packet list names them. */
static enum ladder_stroke segment_stroke(const struct segment *segment)
{
	static const char *const again[] = {
		"Retransmission]", "Spurious Retransmission]", "Keep-Alive]"};
	static const char *const missing[] = {
		"Previous segment not captured]", "ACKed unseen segment]"};

	for (size_t i = 0; i < sizeof again / sizeof again[0]; i++)
		if (span_find(segment->info, again[i]) < segment->info.length)
			return STROKE_AGAIN;
	for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++)
		if (span_find(segment->info, missing[i]) < segment->info.length)
			return STROKE_GAP;
	return span_is(span_text(segment->protocol), "TCP") ? STROKE_QUIET : STROKE_PLAIN;
}

void flow_draw(struct ladder_builder *builder, const struct segment *segment)
{
	struct ladder_row *row = row_new(builder);

	row->from = segment->from;
	row->frame = segment->frame;
	row->stroke = segment_stroke(segment);
	row_set_time(builder, row, segment->time);
	buffer_add_text(&builder->scratch, segment->protocol);
	buffer_add_text(&builder->scratch, "  ");
	flow_add_info(&builder->scratch, builder->session, segment, builder->wants->is_redacted);
	row_add_origin(builder, row, NULL);
	words_add(&builder->tooltip, buffer_span(&builder->scratch));
	buffer_clear(&builder->scratch);
	words_wrap(&builder->said,
		span_from(buffer_span(&builder->tooltip),
			span_index(buffer_span(&builder->tooltip), '\n') + 1),
		WORDS_SAID);
	buffer_add_byte(&builder->tooltip, '\n');
	text_explain_segment(&builder->tooltip, span_text(segment->protocol), segment->info,
		&builder->segments_explained);
	row_finish(builder, row);
}
