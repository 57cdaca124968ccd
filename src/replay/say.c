#include "replay/parts.h"

#include "mail/mail.h"

const char *replay_line_end(const struct replay_server *server)
{
	return faults_setting(&server->faults, RULE_BARE_LF) != NULL ? "\n" : "\r\n";
}

static bool is_smtp(const struct replay_server *server)
{
	return server->tape->protocol == MAIL_SMTP;
}

void replay_say_line(struct replay_server *server, struct span text)
{
	buffer_add_span(&server->pending, text);
	if (text.length == 0 || text.at[text.length - 1] != '\n')
		buffer_add_text(&server->pending, replay_line_end(server));
}

/* Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF */
void replay_add_lines(struct replay_server *server, struct span code, struct span lines)
{
	const char *end = replay_line_end(server);

	for (;;) {
		struct span line = span_first(lines, span_index(lines, '\n'));
		bool is_last = line.length == lines.length;

		buffer_add_span(&server->pending, code);
		buffer_add_byte(&server->pending, is_last ? ' ' : '-');
		buffer_add_span(&server->pending, line);
		buffer_add_text(&server->pending, end);
		if (is_last)
			return;
		lines = span_from(lines, line.length + 1);
	}
}

/* How a line of a reply is made new. */
struct remake {
	struct span recorded, live;       /* a path */
	const struct replay_taken *taken; /* a message */
	bool has_stamp;                   /* a POP3 greeting's */
};

static void add_remade(struct replay_server *server, const struct remake *remake, struct span line)
{
	struct buffer *out = &server->pending;
	struct span stamp = remake->has_stamp ? tape_stamp(line) : span_of(NULL, 0);
	size_t before = stamp.length > 0 ? (size_t)(stamp.at - line.at) : 0;

	if (remake->taken != NULL) {
		buffer_add_span(out, span_first(line, 4));
		replay_remake_receipt(&server->chance, remake->taken, span_from(line, 4), out);
	} else if (stamp.length > 0) {
		buffer_add_span(out, span_first(line, before));
		if (replay_offers(server, "APOP", true))
			replay_remake_stamp(&server->chance, stamp, out);
		buffer_add_span(out, span_from(line, before + stamp.length));
	} else {
		replay_remake_word(line, remake->recorded, remake->live, out);
	}
	buffer_add_text(out, replay_line_end(server));
}

/* A reply that did not come: the recorded server had gone. */
static bool is_silent(struct replay_server *server, const struct tape_reply *reply)
{
	if (reply->line_count > 0)
		return false;
	server->then = TALK_CLOSE;
	return true;
}

static void say_remade(struct replay_server *server, size_t index, const struct remake *remake)
{
	const struct tape_step *step = &server->tape->steps[index];
	const struct tape_reply *reply = &step->reply;

	server->used[index] = 1;
	if (is_silent(server, reply))
		return;
	for (size_t i = 0; i < reply->line_count; i++)
		add_remade(server, remake, reply->lines[i]);
	/* The recorded server ended the session here, or went away. */
	if (reply->is_open || (is_smtp(server) && reply->code == 421))
		server->then = TALK_CLOSE;
}

void replay_say_step(struct replay_server *server, size_t index)
{
	struct remake remake = {.has_stamp = index == 0 && !is_smtp(server)};

	say_remade(server, index, &remake);
}

void replay_say_for_path(struct replay_server *server, size_t index, struct span live_line)
{
	struct remake remake = {.recorded = mail_path(server->tape->steps[index].said),
		.live = mail_path(live_line)};

	say_remade(server, index, &remake);
}

/* Octets of the message that the recorded reply speaks of. */
static uint64_t recorded_octets(const struct tape *tape, size_t index)
{
	uint64_t octets = tape->steps[index].text.length;

	/* Of a message in chunks: those before it. */
	for (size_t i = index; i > 0 && tape->steps[index].kind == TAPE_COMMAND; i--) {
		const struct tape_step *step = &tape->steps[i - 1];

		if (step->verb == NULL || step->verb->effect != EFFECT_BDAT)
			break;
		octets += step->text.length;
	}
	return octets;
}

void replay_say_receipt(struct replay_server *server, size_t index)
{
	struct replay_taken taken = {recorded_octets(server->tape, index), server->octets};
	struct remake remake = {.taken = &taken};

	say_remade(server, index, &remake);
}

void replay_say(struct replay_server *server, const char *smtp, const char *pop3, const char *text)
{
	buffer_printf(&server->pending, "%s %s%s", is_smtp(server) ? smtp : pop3, text,
		replay_line_end(server));
}

/* Too many of these, and the client is no use. */
static void count_unknown(struct replay_server *server)
{
	if (++server->unknown < LIMIT_PRACTICE_WRONG)
		return;
	if (is_smtp(server))
		replay_say(server, "421 4.7.0", "", "Too much that is not recorded, closing");
	server->then = TALK_CLOSE;
}

void replay_say_unknown(struct replay_server *server, const char *code)
{
	struct buffer text;

	buffer_init(&text, 0);
	buffer_add_text(&text, "Not in the recording; it has ");
	replay_add_expected(server->tape, server->used, &text);
	replay_say(server, code, "-ERR", buffer_text(&text));
	buffer_fini(&text);
	count_unknown(server);
}

void replay_say_rule(struct replay_server *server, const struct rule *rule)
{
	if (is_smtp(server))
		replay_add_lines(server, span_first(rule->text, 3), span_from(rule->text, 4));
	else
		replay_say_line(server, rule->text);
}
