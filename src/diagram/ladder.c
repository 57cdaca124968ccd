#include "diagram/ladder.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "diagram/row.h"
#include "view/text.h"

#include <stdlib.h>

enum {
	REPLY_LINES = 40,  /* lines of a reply on one arrow; what follows gets another */
	WEIGHT_LINES = 12, /* as many lines more count as one row more */
	WEIGHT_OCTETS = 1024,
	SMALLEST_ROOM = 24, /* with less room left a session is not begun */
};

/* The events of a session in their order. */
struct events {
	struct ladder_event *at;
	size_t count, weight;
};

void ladder_init(struct ladder *ladder)
{
	*ladder = (struct ladder){.rows = NULL};
	arena_init(&ladder->arena);
}

void ladder_fini(struct ladder *ladder)
{
	arena_fini(&ladder->arena);
	ladder_init(ladder);
}

bool ladder_is_full(const struct ladder *ladder)
{
	return ladder->used + SMALLEST_ROOM > LIMIT_DIAGRAM_ROWS;
}

const char *ladder_phase_name(enum ladder_phase phase)
{
	static const char *const names[] = {
#define X(id, name) name,
		LADDER_PHASES(X)
#undef X
	};

	return names[phase];
}

static void add_event(struct events *events, struct ladder_event event)
{
	if ((events->count & (events->count - 1)) == 0)
		events->at = memory_resize(
			events->at, events->count > 0 ? events->count * 2 : 1, sizeof *events->at);
	events->at[events->count++] = event;
	events->weight += event.weight;
}

/* Whether the line goes on with the reply that the line before it is part of. */
static bool goes_on(const struct line *before, const struct line *line)
{
	return (line->kind == LINE_REPLY || line->kind == LINE_GREETING) &&
	       line->kind == before->kind && line->from == before->from && !before->is_final &&
	       !line->is_first;
}

/* The run of lines from first on that stand on one arrow. */
static struct ladder_event lines_event(const struct session *session, size_t first)
{
	size_t last = first;
	uint64_t octets = session->lines[first].text.length;

	while (last + 1 < session->line_count && last + 1 - first < REPLY_LINES &&
		goes_on(&session->lines[last], &session->lines[last + 1])) {
		last++;
		octets += session->lines[last].text.length;
	}
	if (session->lines[first].kind == LINE_DATA || session->lines[first].kind == LINE_BODY)
		octets = 0; /* the text of messages is not drawn */
	if (octets > (uint64_t)REPLY_LINES * LIMIT_DIAGRAM_LINE)
		octets = (uint64_t)REPLY_LINES * LIMIT_DIAGRAM_LINE;
	return (struct ladder_event){EVENT_LINES, first, last,
		1 + (size_t)octets / WEIGHT_OCTETS + (last - first) / WEIGHT_LINES};
}

/* Findings with a row of their own: those about no line that nothing else in the picture tells. */
static bool has_row(const struct finding *finding)
{
	if (finding->id == FINDING_RETRANSMISSION)
		return true;
	return finding->line == 0 && finding->id != FINDING_GAP &&
	       finding_rule(finding->id)->severity != SEVERITY_NOTE;
}

struct placed {
	uint64_t frame;
	size_t index;
};

static int by_frame(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->frame != y->frame)
		return x->frame < y->frame ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* The findings with rows in the order of their frames; those without a frame at the end. */
static struct placed *placed_findings(const struct session *session, size_t *count)
{
	struct placed *placed = memory_new(session->finding_count + 1, sizeof *placed);

	*count = 0;
	for (size_t i = 0; i < session->finding_count; i++)
		if (has_row(&session->findings[i]))
			placed[(*count)++] = (struct placed){session->findings[i].frame > 0
								     ? session->findings[i].frame
								     : UINT64_MAX,
				i};
	if (*count > 1)
		qsort(placed, *count, sizeof *placed, by_frame);
	return placed;
}

static void collect_mail(struct events *events, const struct session *session)
{
	size_t finding_count;
	struct placed *findings = placed_findings(session, &finding_count);
	size_t next = 0;

	add_event(events, (struct ladder_event){EVENT_OPEN, 0, 0, 1});
	for (size_t i = 0; i < session->line_count;) {
		struct ladder_event event = lines_event(session, i);

		for (; next < finding_count &&
			findings[next].frame < session->lines[event.last].frame;
			next++)
			add_event(events, (struct ladder_event){EVENT_FINDING, findings[next].index,
						  findings[next].index, 1});
		add_event(events, event);
		i = event.last + 1;
	}
	for (; next < finding_count; next++)
		add_event(events, (struct ladder_event){EVENT_FINDING, findings[next].index,
					  findings[next].index, 1});
	add_event(events, (struct ladder_event){EVENT_CLOSE, 0, 0, 1});
	free(findings);
}

static void collect_flow(struct events *events, const struct session *session)
{
	if (session->segment_count == 0)
		add_event(events, (struct ladder_event){EVENT_NOTHING, 0, 0, 1});
	for (size_t i = 0; i < session->segment_count; i++)
		add_event(events, (struct ladder_event){EVENT_SEGMENT, i, i,
					  1 + session->segments[i].info.length / WEIGHT_OCTETS});
}

/* Draws as many events as fit from both ends of the session, and folds those between. */
static void draw_events(struct ladder_builder *builder, const struct events *events, size_t room)
{
	size_t first = 0, last = events->count;
	size_t head = 0, tail = 0;

	if (events->weight <= room)
		first = last;
	else {
		while (first < last && head + events->at[first].weight < room / 2)
			head += events->at[first++].weight;
		while (last > first && head + tail + events->at[last - 1].weight < room)
			tail += events->at[--last].weight;
	}
	for (size_t i = 0; i < first; i++)
		builder_draw(builder, &events->at[i]);
	for (size_t i = first; i < last; i++)
		builder_pass(builder, &events->at[i]);
	if (last > first) {
		builder_fold(builder, last - first);
		builder->ladder->folded_rows += last - first;
	}
	for (size_t i = last; i < events->count; i++)
		builder_draw(builder, &events->at[i]);
}

static void write_title(struct buffer *out, const struct session *session)
{
	static const char *const transports[] = {
		[TRANSPORT_CLEAR] = N_("in clear"),
		[TRANSPORT_STARTTLS] = "STARTTLS",
		[TRANSPORT_TLS] = N_("inside TLS"),
	};
	bool is_stls = session->transport == TRANSPORT_STARTTLS && session->protocol == MAIL_POP3;

	buffer_printf(out, _("Session %u: %s, %s, "), session->number,
		protocol_name(session->protocol),
		is_stls ? "STLS" : _(transports[session->transport]));
	text_endpoint(out, &session->client);
	buffer_add_text(out, _(" to "));
	text_endpoint(out, &session->server);
}

static void write_facts(struct buffer *out, const struct session *session)
{
	if (session->capture != NULL) {
		words_add(out, span_text(session->capture));
		buffer_add_text(out, " · ");
	}
	text_time(out, session->start, ' ', 0);
	buffer_add_text(out, " UTC · ");
	text_seconds(out, time_between(session->start, session->end), 3);
	buffer_add_text(out, _(" s"));
	buffer_add_text(out, " · ");
	buffer_add_text(out, _(outcome_name(session->outcome)));
}

/* The columns of a title, in its larger type. */
enum { TITLE_COLUMNS = 78, FACTS_COLUMNS = 110 };

static void add_heading(struct ladder *ladder, const struct session *session)
{
	struct ladder_session *heading;
	struct buffer text, wrapped;

	buffer_init(&text, 0);
	buffer_init(&wrapped, 0);
	ladder->sessions = arena_grow(
		&ladder->arena, ladder->sessions, ladder->session_count, sizeof *ladder->sessions);
	heading = &ladder->sessions[ladder->session_count++];
	write_title(&text, session);
	words_wrap(&wrapped, buffer_span(&text), TITLE_COLUMNS);
	heading->title = words_keep(&ladder->arena, &wrapped);
	buffer_clear(&text);
	write_facts(&text, session);
	words_wrap(&wrapped, buffer_span(&text), FACTS_COLUMNS);
	heading->facts = words_keep(&ladder->arena, &wrapped);
	for (int side = 0; side < 2; side++) {
		buffer_clear(&text);
		text_endpoint(&text, side == SIDE_CLIENT ? &session->client : &session->server);
		heading->ends[side] = words_keep(&ladder->arena, &text).text;
	}
	heading->first_row = ladder->row_count;
	buffer_fini(&wrapped);
	buffer_fini(&text);
}

static void name_ladder(struct ladder *ladder, const struct session *session)
{
	struct buffer name;

	if (ladder->name != NULL)
		return;
	buffer_init(&name, 0);
	words_add(&name, span_text(session->capture != NULL ? session->capture : "mail"));
	ladder->name = (const char *)arena_copy(&ladder->arena, buffer_span(&name)).at;
	ladder->start = session->start;
	buffer_fini(&name);
}

void ladder_add(
	struct ladder *ladder, const struct session *session, const struct ladder_wants *wants)
{
	struct events events = {NULL, 0, 0};
	struct ladder_builder builder;
	size_t room;

	if (ladder_is_full(ladder)) {
		ladder->left_out++;
		return;
	}
	room = LIMIT_DIAGRAM_ROWS - ladder->used;
	name_ladder(ladder, session);
	if (wants->detail == DIAGRAM_TCP)
		collect_flow(&events, session);
	else
		collect_mail(&events, session);
	add_heading(ladder, session);
	builder_init(&builder, ladder, session, wants);
	draw_events(&builder, &events, room);
	builder_fini(&builder);
	ladder->sessions[ladder->session_count - 1].row_count =
		ladder->row_count - ladder->sessions[ladder->session_count - 1].first_row;
	ladder->used += events.weight < room ? events.weight : room;
	free(events.at);
}
