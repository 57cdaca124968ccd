#include "diagram/row.h"

#include "base/language.h"
#include "view/text.h"

enum { TOOLTIP_FRAMES = 12 }; /* frames named one by one */

void builder_init(struct ladder_builder *builder, struct ladder *ladder,
	const struct session *session, const struct ladder_wants *wants)
{
	*builder = (struct ladder_builder){
		.ladder = ladder, .session = session, .wants = wants, .phase = LADDER_PHASE_NONE};
	buffer_init(&builder->said, 0);
	buffer_init(&builder->aside, 0);
	buffer_init(&builder->warning, 0);
	buffer_init(&builder->tooltip, 0);
	buffer_init(&builder->scratch, 0);
	for (size_t i = session->segment_count; i > 0 && builder->last_segment == 0; i--)
		if (flow_is_tls(&session->segments[i - 1]))
			builder->last_segment = i;
}

void builder_fini(struct ladder_builder *builder)
{
	buffer_fini(&builder->said);
	buffer_fini(&builder->aside);
	buffer_fini(&builder->warning);
	buffer_fini(&builder->tooltip);
	buffer_fini(&builder->scratch);
}

struct ladder_row *row_new(struct ladder_builder *builder)
{
	struct ladder *ladder = builder->ladder;
	struct ladder_row *row;

	ladder->rows =
		arena_grow(&ladder->arena, ladder->rows, ladder->row_count, sizeof *ladder->rows);
	row = &ladder->rows[ladder->row_count++];
	*row = (struct ladder_row){
		.kind = LADDER_ARROW, .phase = builder->phase, .is_sealed = builder->is_sealed};
	return row;
}

void row_finish(struct ladder_builder *builder, struct ladder_row *row)
{
	struct arena *arena = &builder->ladder->arena;

	row->said = words_keep(arena, &builder->said);
	row->aside = words_keep(arena, &builder->aside);
	row->warning = words_keep(arena, &builder->warning);
	while (builder->tooltip.length > 0 &&
		builder->tooltip.at[builder->tooltip.length - 1] == '\n')
		builder->tooltip.length--;
	row->tooltip = words_keep(arena, &builder->tooltip).text;
}

int64_t time_between(int64_t from, int64_t to)
{
	return (int64_t)((uint64_t)to - (uint64_t)from);
}

void row_set_time(struct ladder_builder *builder, struct ladder_row *row, int64_t time)
{
	row->has_time = true;
	row->time = time_between(builder->session->capture_start, time);
	row->has_gap = builder->has_last;
	row->gap = time_between(builder->last, time);
	builder->last = time;
	builder->has_last = true;
}

void row_add_origin(
	struct ladder_builder *builder, const struct ladder_row *row, const struct line *line)
{
	struct buffer *out = &builder->tooltip;
	size_t count = line != NULL ? line->frame_count : 1;

	buffer_add_text(out, count > 1 ? _("frames ") : _("frame "));
	for (size_t i = 0; i + 1 < count && i < TOOLTIP_FRAMES; i++) {
		buffer_add_number(out, line->frames[i]);
		buffer_add_text(out, i + 2 < count && i + 1 == TOOLTIP_FRAMES ? " … " : ", ");
	}
	buffer_add_number(out, row->frame);
	if (row->has_time) {
		buffer_add_text(out, " · ");
		buffer_add_seconds(out, row->time);
		buffer_add_text(out, _(" s"));
	}
	buffer_add_text(out, row->from == SIDE_CLIENT ? _(" · client") : _(" · server"));
	buffer_add_byte(out, '\n');
}

enum ladder_phase line_phase(
	const struct session *session, const struct line *line, enum ladder_phase before)
{
	static const enum ladder_phase phases[] = {
		[EFFECT_NONE] = LADDER_PHASE_OTHER,
		[EFFECT_HELLO] = LADDER_PHASE_HELLO,
		[EFFECT_MAIL] = LADDER_PHASE_ENVELOPE,
		[EFFECT_RECIPIENT] = LADDER_PHASE_ENVELOPE,
		[EFFECT_DATA] = LADDER_PHASE_MESSAGE,
		[EFFECT_BDAT] = LADDER_PHASE_MESSAGE,
		[EFFECT_RESET] = LADDER_PHASE_OTHER,
		[EFFECT_TLS] = LADDER_PHASE_TLS,
		[EFFECT_AUTH] = LADDER_PHASE_LOGIN,
		[EFFECT_USER] = LADDER_PHASE_LOGIN,
		[EFFECT_PASSWORD] = LADDER_PHASE_LOGIN,
		[EFFECT_RETRIEVE] = LADDER_PHASE_MESSAGE,
		[EFFECT_DELETE] = LADDER_PHASE_MAILBOX,
		[EFFECT_QUIT] = LADDER_PHASE_QUIT,
	};

	switch (line->kind) {
	case LINE_GREETING:
		return LADDER_PHASE_GREETING;
	case LINE_CHALLENGE:
	case LINE_RESPONSE:
		return LADDER_PHASE_LOGIN;
	case LINE_DATA:
	case LINE_BODY:
		return LADDER_PHASE_MESSAGE;
	case LINE_GAP:
		return before;
	case LINE_SEALED:
		return before == LADDER_PHASE_SEALED || span_is(line->text, "Application Data")
			       ? LADDER_PHASE_SEALED
			       : LADDER_PHASE_TLS;
	case LINE_COMMAND:
	case LINE_REPLY:
		break;
	}
	if (line->verb == NULL)
		return line->kind == LINE_COMMAND ? LADDER_PHASE_OTHER : before;
	if (line->verb->effect == EFFECT_NONE && session->protocol == MAIL_POP3)
		return strcmp(line->verb->name, "CAPA") == 0 ? LADDER_PHASE_HELLO
							     : LADDER_PHASE_MAILBOX;
	return phases[line->verb->effect];
}

static bool is_sealed_line(const struct line *line)
{
	return line->is_sealed || line->kind == LINE_SEALED;
}

/* Segments sent again are arrows of their own; other findings about no line are remarks. */
static void draw_finding(struct ladder_builder *builder, const struct finding *finding)
{
	struct ladder_row *row = row_new(builder);
	bool is_arrow = finding->id == FINDING_RETRANSMISSION;

	row->from = finding->side;
	row->frame = finding->frame;
	row->kind = is_arrow ? LADDER_ARROW : LADDER_NOTE;
	row->stroke = is_arrow ? STROKE_AGAIN : STROKE_PLAIN;
	if (!is_arrow)
		buffer_add_text(&builder->scratch, "! ");
	say_finding(&builder->scratch, finding);
	words_wrap(&builder->said, buffer_span(&builder->scratch), WORDS_SAID);
	buffer_clear(&builder->scratch);
	if (row->frame > 0)
		row_add_origin(builder, row, NULL);
	row_finish(builder, row);
}

static bool has_finding(const struct session *session, enum finding_id id)
{
	for (size_t i = 0; i < session->finding_count; i++)
		if (session->findings[i].id == id)
			return true;
	return false;
}

static void draw_open(struct ladder_builder *builder)
{
	const struct session *session = builder->session;
	struct ladder_row *row = row_new(builder);

	if (!session->has_begin) {
		row->kind = LADDER_NOTE;
		buffer_add_text(&builder->said, _("the capture begins inside this connection"));
		row_finish(builder, row);
		return;
	}
	row->from = SIDE_CLIENT;
	row->stroke = STROKE_QUIET;
	row->frame = session->first_frame;
	row_set_time(builder, row, session->start);
	row_add_origin(builder, row, NULL);
	buffer_add_text(&builder->said, _("opens the TCP connection (SYN)"));
	if (session->ledger.round_trip > 0) {
		buffer_add_text(&builder->aside, _("round trip "));
		text_seconds(&builder->aside, session->ledger.round_trip, 6);
		buffer_add_text(&builder->aside, _(" s"));
	}
	row_finish(builder, row);
}

static void draw_close(struct ladder_builder *builder)
{
	const struct session *session = builder->session;
	struct ladder_row *row = row_new(builder);

	row->kind = LADDER_NOTE;
	if (!session->has_end) {
		buffer_add_text(&builder->said, _("the capture ends inside this connection"));
		row_finish(builder, row);
		return;
	}
	row->frame = session->last_frame;
	row_set_time(builder, row, session->end);
	buffer_add_text(&builder->said, has_finding(session, FINDING_RESET)
						? _("the connection ends by a reset (RST)")
						: _("the connection is closed (FIN)"));
	row_finish(builder, row);
}

static void draw_nothing(struct ladder_builder *builder)
{
	struct ladder_row *row = row_new(builder);

	row->kind = LADDER_NOTE;
	buffer_add_text(&builder->said, _("no segments of this connection were kept"));
	row_finish(builder, row);
}

/* Appends "certificate of mail.example.org by Test CA". */
static void add_certificate(struct buffer *out, const struct session_tls *tls)
{
	struct buffer name;

	buffer_init(&name, 0);
	text_common_name(&name, tls->subject);
	if (name.length > 0) {
		buffer_add_text(out, _(" · certificate of "));
		words_add(out, buffer_span(&name));
		buffer_clear(&name);
		text_common_name(&name, tls->issuer);
		buffer_add_text(out, name.length > 0 ? _(" by ") : "");
		words_add(out, buffer_span(&name));
	}
	buffer_fini(&name);
}

/* "TLS 1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, mail.example.org" */
static void announce_tls(struct ladder_builder *builder)
{
	const struct session_tls *tls = &builder->session->tls;
	const char *const parts[] = {tls->cipher, tls->server_name};
	struct ladder_row *row;

	if (builder->has_announced_tls || !builder->is_sealed)
		return;
	builder->has_announced_tls = true;
	row = row_new(builder);
	row->kind = LADDER_TLS;
	row->phase = LADDER_PHASE_TLS;
	words_add(&builder->scratch,
		tls->version[0] != '\0' ? span_text(tls->version) : span_text("TLS"));
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (parts[i][0] == '\0')
			continue;
		buffer_add_text(&builder->scratch, " · ");
		words_add(&builder->scratch, span_text(parts[i]));
	}
	add_certificate(&builder->scratch, tls);
	words_wrap(&builder->said, buffer_span(&builder->scratch), WORDS_SAID);
	buffer_clear(&builder->scratch);
	buffer_add_text(&builder->aside,
		tls->is_decrypted
			? _("encrypted from here on, opened with the session's keys")
			: _("encrypted from here on, locked: the keys are not in the capture"));
	row_finish(builder, row);
}

static void pass_segment(struct ladder_builder *builder, size_t index)
{
	const struct session *session = builder->session;
	const struct segment *segment = &session->segments[index];

	if (index == 0 && session->has_begin)
		builder->phase = LADDER_PHASE_CONNECT;
	while (builder->next_line < session->line_count &&
		session->lines[builder->next_line].frame <= segment->frame) {
		const struct line *line = &session->lines[builder->next_line++];

		builder->phase = line_phase(session, line, builder->phase);
	}
	if (flow_is_tls(segment))
		builder->is_sealed = true;
	else if (index >= builder->last_segment)
		builder->is_sealed = false;
	if (builder->is_sealed && builder->phase != LADDER_PHASE_SEALED &&
		!session->tls.is_decrypted)
		builder->phase = span_is(segment->info, "Application Data") ? LADDER_PHASE_SEALED
									    : LADDER_PHASE_TLS;
}

static void advance(struct ladder_builder *builder, const struct ladder_event *event)
{
	const struct session *session = builder->session;

	switch (event->kind) {
	case EVENT_OPEN:
		builder->phase = session->has_begin ? LADDER_PHASE_CONNECT : LADDER_PHASE_NONE;
		break;
	case EVENT_LINES:
		builder->phase = line_phase(session, &session->lines[event->first], builder->phase);
		if (session->lines[event->first].kind != LINE_GAP)
			builder->is_sealed = is_sealed_line(&session->lines[event->first]);
		break;
	case EVENT_SEGMENT:
		pass_segment(builder, event->first);
		break;
	case EVENT_CLOSE:
		builder->is_sealed = false;
		if (builder->phase != LADDER_PHASE_QUIT)
			builder->phase = LADDER_PHASE_NONE;
		break;
	case EVENT_FINDING:
	case EVENT_NOTHING:
		break;
	}
}

/* The time of a folded row counts for the gap behind the fold. */
static void pass_time(struct ladder_builder *builder, const struct ladder_event *event)
{
	const struct session *session = builder->session;

	if (event->kind == EVENT_LINES)
		builder->last = session->lines[event->last].time;
	else if (event->kind == EVENT_SEGMENT)
		builder->last = session->segments[event->last].time;
	else
		return;
	builder->has_last = true;
}

void builder_pass(struct ladder_builder *builder, const struct ladder_event *event)
{
	advance(builder, event);
	pass_time(builder, event);
}

void builder_draw(struct ladder_builder *builder, const struct ladder_event *event)
{
	advance(builder, event);
	announce_tls(builder);
	switch (event->kind) {
	case EVENT_OPEN:
		draw_open(builder);
		break;
	case EVENT_LINES:
		say_lines(builder, event);
		break;
	case EVENT_FINDING:
		draw_finding(builder, &builder->session->findings[event->first]);
		break;
	case EVENT_SEGMENT:
		flow_draw(builder, &builder->session->segments[event->first]);
		break;
	case EVENT_CLOSE:
		draw_close(builder);
		break;
	case EVENT_NOTHING:
		draw_nothing(builder);
		break;
	}
}

void builder_fold(struct ladder_builder *builder, size_t rows)
{
	struct ladder_row *row = row_new(builder);

	row->kind = LADDER_FOLD;
	row->phase = LADDER_PHASE_NONE;
	buffer_add_text(&builder->said, "… ");
	text_count(&builder->said, rows, "row folded …", "rows folded …");
	row_finish(builder, row);
}
