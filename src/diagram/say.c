#include "diagram/row.h"

#include "base/language.h"
#include "view/text.h"

/* "message: 214 octets, 2 octets missing, from ..., subject ..." */
static void say_message(struct ladder_builder *builder, const struct line *line)
{
	const struct session *session = builder->session;
	const char *const *notes = builder->wants->notes;
	const struct message *message = line->message > 0 && line->message <= session->message_count
						? &session->messages[line->message - 1]
						: NULL;
	bool is_part = line->verb != NULL && line->verb->effect == EFFECT_BDAT;
	struct buffer *out = &builder->scratch;

	buffer_add_text(out, is_part ? _("part of the message: ") : _("message: "));
	text_count(out, message != NULL && !is_part ? message->octets : line->octets, "octet",
		"octets");
	if (message == NULL)
		return;
	if (message->missing > 0) {
		buffer_add_text(out, ", ");
		text_count(out, message->missing, "octet", "octets");
		buffer_add_text(out, _(" missing"));
	}
	if (!message->is_complete && message->missing == 0 && !is_part)
		buffer_add_text(out, _(", its end was not seen"));
	if (notes != NULL && notes[line->message - 1] != NULL) {
		buffer_add_text(out, ", ");
		words_add(out, span_text(notes[line->message - 1]));
	}
}

static void say_line(struct ladder_builder *builder, const struct line *line)
{
	struct buffer *out = &builder->scratch;
	struct buffer raw;

	if (line->kind == LINE_DATA || line->kind == LINE_BODY) {
		say_message(builder, line);
		return;
	}
	if (line->kind == LINE_GAP) {
		text_count(out, line->octets, "byte", "bytes");
		buffer_add_text(out, _(" missing"));
		return;
	}
	buffer_init(&raw, 0);
	text_line(&raw, line, builder->wants->is_redacted);
	words_add(out, buffer_span(&raw));
	buffer_fini(&raw);
	if (line->kind == LINE_SEALED) {
		buffer_add_text(out, ", ");
		text_count(out, line->octets, "octet", "octets");
	} else if (line->text.length == 0) {
		buffer_add_text(out, _("(an empty line)"));
	}
}

static void say_decoded(struct ladder_builder *builder, const struct line *line)
{
	struct buffer *out = &builder->scratch;
	struct buffer raw;

	buffer_init(&raw, 0);
	text_decoded(&raw, line, builder->wants->is_redacted);
	words_add(out, buffer_span(&raw));
	buffer_fini(&raw);
	if (out->length > 0)
		words_wrap(&builder->aside, buffer_span(out), WORDS_ASIDE);
	buffer_clear(out);
}

void say_finding(struct buffer *out, const struct finding *finding)
{
	const struct finding_rule *rule = finding_rule(finding->id);

	buffer_add_text(out, _(rule->text));
	if (finding->detail.length > 0) {
		buffer_add_text(out, ": ");
		words_add(out, finding->detail);
	}
	if (rule->rfc[0] == '\0')
		return;
	buffer_add_text(out, " [");
	buffer_add_text(out, rule->rfc);
	buffer_add_byte(out, ']');
}

static void say_findings(struct ladder_builder *builder, const struct ladder_event *event)
{
	const struct session *session = builder->session;
	struct buffer *out = &builder->scratch;

	for (size_t i = 0; i < session->finding_count; i++) {
		const struct finding *finding = &session->findings[i];

		if (finding->line <= event->first || finding->line > event->last + 1 ||
			finding->id == FINDING_GAP ||
			finding_rule(finding->id)->severity == SEVERITY_NOTE)
			continue;
		buffer_add_text(out, "! ");
		say_finding(out, finding);
		words_wrap(&builder->warning, buffer_span(out), WORDS_ASIDE);
		buffer_clear(out);
	}
}

/* What it means, and the text whole: what is a few lines in the picture is one here. */
static void explain_line(struct ladder_builder *builder, size_t index)
{
	const struct line *line = &builder->session->lines[index];

	if (line->secret.length > 0 && line->verb == NULL && line->kind == LINE_COMMAND)
		return;
	buffer_clear(&builder->scratch);
	text_explain(&builder->scratch, builder->session, index, &builder->explained);
	buffer_add_span(&builder->tooltip, buffer_span(&builder->scratch));
	buffer_clear(&builder->scratch);
}

void say_lines(struct ladder_builder *builder, const struct ladder_event *event)
{
	const struct line *first = &builder->session->lines[event->first];
	const struct line *last = &builder->session->lines[event->last];
	struct ladder_row *row = row_new(builder);

	row->from = first->from;
	row->frame = last->frame;
	row->stroke = first->kind == LINE_GAP ? STROKE_GAP : STROKE_PLAIN;
	row_set_time(builder, row, last->time);
	row_add_origin(builder, row, event->first == event->last ? last : NULL);
	for (size_t i = event->first; i <= event->last; i++) {
		const struct line *line = &builder->session->lines[i];

		say_line(builder, line);
		words_wrap(&builder->said, buffer_span(&builder->scratch), WORDS_SAID);
		buffer_add_span(&builder->tooltip, buffer_span(&builder->scratch));
		buffer_add_byte(&builder->tooltip, '\n');
		buffer_clear(&builder->scratch);
		say_decoded(builder, line);
	}
	for (size_t i = event->first; i <= event->last; i++)
		explain_line(builder, i);
	say_findings(builder, event);
	row_finish(builder, row);
}
