#include "diagram/states.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "view/text.h"

#include <stdio.h>
#include <stdlib.h>

const char *state_words(enum state state)
{
	static const char *const words[] = {
#define X(id, words, bit) words,
		STATES(X)
#undef X
	};

	return words[state];
}

unsigned state_bit(enum state state)
{
	static const unsigned bits[] = {
#define X(id, words, bit) bit,
		STATES(X)
#undef X
	};

	return bits[state];
}

enum state state_after(enum state state, const struct verb *verb)
{
	bool is_smtp = verb->protocol == MAIL_SMTP;

	switch (verb->effect) {
	case EFFECT_HELLO:
	case EFFECT_RESET:
		return is_smtp ? STATE_READY : state;
	case EFFECT_MAIL:
		return STATE_MAIL;
	case EFFECT_RECIPIENT:
		return STATE_RECIPIENTS;
	case EFFECT_DATA:
	case EFFECT_BDAT:
		return STATE_DATA;
	case EFFECT_TLS:
		return STATE_TLS;
	case EFFECT_AUTH:
	case EFFECT_PASSWORD:
		return is_smtp ? STATE_LOGIN : STATE_TRANSACTION;
	case EFFECT_QUIT:
		return state == STATE_TRANSACTION ? STATE_UPDATE : STATE_CLOSED;
	default:
		return state;
	}
}

static struct state_edge *edge_of(
	struct states *states, enum state from, enum state to, enum step_kind kind)
{
	struct state_edge *edge;

	for (size_t i = 0; i < states->edge_count; i++) {
		edge = &states->edges[i];
		if (edge->from == from && edge->to == to && edge->kind == kind)
			return edge;
	}
	states->edges = memory_resize(states->edges, states->edge_count + 1, sizeof *states->edges);
	edge = &states->edges[states->edge_count++];
	*edge = (struct state_edge){.from = from, .to = to, .kind = kind};
	states->is_known[from] = states->is_known[to] = true;
	return edge;
}

static void rule(struct states *states, enum state from, enum state to, const char *name)
{
	struct state_edge *edge = edge_of(states, from, to, STEP_KIND_RULE);

	if (edge->name[0] == '\0')
		snprintf(edge->name, sizeof edge->name, "%s", name);
}

/* A command that may come anywhere would cross the whole picture: it is drawn where it is of use.
 */
static bool is_drawn(enum state state, const struct verb *verb)
{
	switch (verb->effect) {
	case EFFECT_HELLO:
		return state == STATE_START && strcmp(verb->name, "EHLO") == 0;
	case EFFECT_QUIT:
		return state == STATE_READY || verb->protocol == MAIL_POP3;
	case EFFECT_RESET:
		return state == STATE_MAIL || state == STATE_RECIPIENTS;
	case EFFECT_NONE:
	case EFFECT_USER:
	case EFFECT_RETRIEVE:
	case EFFECT_DELETE:
		return false;
	default:
		return verb->rfc[0] != '\0' && strcmp(verb->name, "APOP") != 0;
	}
}

/* The arrows of the protocol follow from the vocabulary: in which states a verb may come, and what
 * it leads to. */
static void add_rules(struct states *states)
{
	size_t count;
	const struct verb *verbs = vocabulary_verbs(states->protocol, &count);
	bool is_smtp = states->protocol == MAIL_SMTP;

	rule(states, STATE_CONNECTED, is_smtp ? STATE_START : STATE_AUTHORIZATION,
		is_smtp ? "220" : "+OK");
	for (size_t i = 0; i < count; i++)
		for (int state = 0; state < STATE_COUNT; state++)
			if ((state_bit((enum state)state) & verbs[i].states) != 0 &&
				is_drawn((enum state)state, &verbs[i]))
				rule(states, (enum state)state,
					state_after((enum state)state, &verbs[i]), verbs[i].name);
	if (is_smtp) {
		rule(states, STATE_DATA, STATE_READY, "250");
		rule(states, STATE_LOGIN, STATE_READY, "235");
	} else {
		rule(states, STATE_UPDATE, STATE_CLOSED, "+OK");
	}
	rule(states, STATE_TLS, is_smtp ? STATE_START : STATE_AUTHORIZATION, "TLS");
}

/* Steps of one name that follow each other are one: "5-9 RCPT". */
static void add_step(struct states *states, enum state to, enum step_kind kind, const char *name)
{
	struct state_edge *edge = edge_of(states, states->now, to, kind);
	struct state_step *last = edge->step_count > 0 ? &edge->steps[edge->step_count - 1] : NULL;

	states->steps++;
	states->is_visited[states->now] = true;
	if (kind == STEP_KIND_TAKEN) {
		states->now = to;
		states->is_visited[to] = true;
	}
	if (last != NULL && last->last + 1 == states->steps && strcmp(last->name, name) == 0) {
		last->last++;
		return;
	}
	if (edge->step_count >= LIMIT_STATE_STEPS) {
		snprintf(last->name, sizeof last->name, "…");
		last->last = states->steps;
		return;
	}
	edge->steps = memory_resize(edge->steps, edge->step_count + 1, sizeof *edge->steps);
	last = &edge->steps[edge->step_count++];
	last->first = last->last = states->steps;
	snprintf(last->name, sizeof last->name, "%s", name);
}

static bool is_positive(int code)
{
	return code == 1 || (code >= 200 && code < 400);
}

/* The last reply to the command; 0: there is none. Of DATA it is that to the message. */
static int code_of(const struct session *session, size_t index, bool wants_first)
{
	uint32_t command = session->lines[index].command;
	int code = 0;

	for (size_t i = index + 1; i < session->line_count; i++) {
		const struct line *line = &session->lines[i];

		if (line->kind == LINE_REPLY && line->command == command && line->code != 0) {
			code = line->code;
			if (wants_first)
				break;
		}
		if (line->kind == LINE_COMMAND && line->command > command + LIMIT_STATE_AHEAD)
			break;
	}
	return code;
}

/* A capture that begins midway stands where its first command may come. */
static void find_place(struct states *states, const struct verb *verb)
{
	for (int state = STATE_COUNT - 1; state >= 0; state--)
		if (states->is_known[state] && (state_bit((enum state)state) & verb->states) != 0)
			states->now = (enum state)state;
}

static void come_back(struct states *states, int code)
{
	char name[24];

	snprintf(name, sizeof name, "%d", code);
	if (states->now == STATE_LOGIN || states->now == STATE_DATA)
		add_step(states, STATE_READY,
			is_positive(code) ? STEP_KIND_TAKEN : STEP_KIND_REFUSED, name);
	if (!is_positive(code))
		states->now = STATE_READY;
}

/* DATA and AUTH have a middle: where they lead to is left by another reply. */
static void take_command(struct states *states, const struct session *session, size_t index)
{
	const struct line *line = &session->lines[index];
	const struct verb *verb = line->verb;
	int first = code_of(session, index, true), last = code_of(session, index, false);
	enum state to = state_after(states->now, verb);
	enum step_kind kind = STEP_KIND_TAKEN;
	bool has_middle = verb->protocol == MAIL_SMTP &&
			  (verb->effect == EFFECT_AUTH || verb->effect == EFFECT_DATA);

	if (states->steps == 0 && !session->has_begin)
		find_place(states, verb), to = state_after(states->now, verb); /* midway */
	if (state_bit(states->now) != 0 && (state_bit(states->now) & verb->states) == 0)
		kind = STEP_KIND_FORBIDDEN;
	else if (!is_positive(first) && first != 0 && !(has_middle && verb->effect == EFFECT_AUTH))
		kind = STEP_KIND_REFUSED;
	if (kind == STEP_KIND_FORBIDDEN && to == STATE_DATA && !is_positive(first))
		has_middle = false;
	add_step(states, to, kind, verb->name);
	if (kind == STEP_KIND_FORBIDDEN && is_positive(first))
		states->now = to, states->is_visited[to] = true; /* it was taken all the same */
	if (has_middle && states->now == to && last != 0 && (last != 354 && last != 334))
		come_back(states, last);
	else if (verb->effect == EFFECT_BDAT && states->now == STATE_DATA && last != 0)
		come_back(states, last);
	if (states->now == STATE_UPDATE && last == 1)
		add_step(states, STATE_CLOSED, STEP_KIND_TAKEN, "+OK");
}

static void take_tls(struct states *states, const struct session *session)
{
	bool is_smtp = states->protocol == MAIL_SMTP;

	if (states->now == STATE_SEALED)
		return;
	if (states->now != STATE_TLS)
		add_step(states, STATE_TLS, STEP_KIND_TAKEN, "TLS");
	if (!session->tls.is_decrypted)
		add_step(states, STATE_SEALED, STEP_KIND_TAKEN, _("keys agreed on"));
	else if (session->transport == TRANSPORT_TLS)
		add_step(states, STATE_CONNECTED, STEP_KIND_TAKEN, "Finished");
	else
		add_step(states, is_smtp ? STATE_START : STATE_AUTHORIZATION, STEP_KIND_TAKEN,
			"Finished");
}

static void take_greeting(struct states *states, const struct line *line)
{
	bool is_smtp = states->protocol == MAIL_SMTP;
	char name[24];

	if (!line->is_final)
		return;
	snprintf(name, sizeof name, "%d", line->code);
	add_step(states, is_smtp ? STATE_START : STATE_AUTHORIZATION,
		is_positive(line->code) ? STEP_KIND_TAKEN : STEP_KIND_REFUSED,
		is_smtp ? name : (line->code > 0 ? "+OK" : "-ERR"));
}

static void take_line(struct states *states, const struct session *session, size_t index)
{
	const struct line *line = &session->lines[index];

	if (line->kind == LINE_GREETING)
		take_greeting(states, line);
	else if (line->kind == LINE_COMMAND && line->verb != NULL)
		take_command(states, session, index);
	else if (line->kind == LINE_SEALED && (states->now == STATE_TLS || states->steps == 0) &&
		 states->now != STATE_SEALED)
		take_tls(states, session);
}

static void set_title(struct states *states, const struct session *session)
{
	struct buffer title;

	buffer_init(&title, sizeof states->title - 1);
	buffer_printf(&title, _("Session %u: %s, "), (unsigned)session->number,
		protocol_name(session->protocol));
	text_endpoint(&title, &session->client);
	buffer_add_text(&title, " → ");
	text_endpoint(&title, &session->server);
	snprintf(states->title, sizeof states->title, "%s", buffer_text(&title));
	buffer_fini(&title);
}

void states_init(struct states *states, const struct session *session)
{
	*states = (struct states){.protocol = session->protocol, .now = STATE_CONNECTED};
	set_title(states, session);
	add_rules(states);
	for (size_t i = 0; i < session->line_count; i++)
		take_line(states, session, i);
}

void states_fini(struct states *states)
{
	for (size_t i = 0; i < states->edge_count; i++)
		free(states->edges[i].steps);
	free(states->edges);
	*states = (struct states){.edges = NULL};
}
