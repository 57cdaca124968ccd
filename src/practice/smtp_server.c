#include "practice/smtp_server.h"

#include "base/language.h"
#include "base/memory.h"
#include "practice/smtp_parts.h"

#include <stdlib.h>

/* Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF; the
 * status code, if any, on each line (RFC 2034 4). */
static void add_reply(struct desk *desk, struct span code, struct span text)
{
	struct buffer *out = &desk->talk.out;
	struct span enhanced = span_from(code, 4);
	const char *end = desk_line_end(desk);

	if (!desk_offers(desk, "ENHANCEDSTATUSCODES", true))
		enhanced.length = 0;
	for (;;) {
		struct span line = span_first(text, span_index(text, '\n'));
		bool is_last = line.length == text.length;

		buffer_add_span(out, span_first(code, 3));
		buffer_add_byte(out, is_last ? ' ' : '-');
		buffer_add_span(out, enhanced);
		if (enhanced.length > 0)
			buffer_add_byte(out, ' ');
		buffer_add_span(out, line);
		buffer_add_text(out, end);
		if (is_last)
			return;
		text = span_from(text, line.length + 1);
	}
}

void smtp_obey(struct desk *desk, const struct rule *rule)
{
	struct span code = span_first(rule->text, 3);

	add_reply(desk, code, span_from(rule->text, code.length + 1));
}

/* A message that was not taken to its end ends the transaction too. */
void smtp_reset(struct smtp_server *smtp)
{
	delivery_abandon(smtp->delivery);
	smtp->delivery = NULL;
	if (smtp->envelope != NULL) {
		buffer_fini(&smtp->envelope->sender);
		buffer_fini(&smtp->envelope->recipient);
		free(smtp->envelope);
	}
	smtp->envelope = NULL;
	smtp->is_chunked = smtp->is_last_chunk = smtp->is_refused = false;
	smtp->has_bare_lf = smtp->has_failed = false;
	smtp->octets = 0;
	if (smtp->desk.state != IN_START)
		smtp->desk.state = IN_READY;
}

static void add_size(const struct desk *desk, const struct rule *rule, struct buffer *out)
{
	(void)rule;
	buffer_printf(out, " %llu", (unsigned long long)desk->house->size);
}

/* What EHLO offers, a row each (RFC 5321 4.1.1.1). */
static const struct desk_offer offers[] = {
	{"PIPELINING", NULL, NULL, NULL},
	{"SIZE", NULL, NULL, add_size},
	{"STARTTLS", desk_offers_tls, NULL, NULL},
	{"AUTH", desk_offers_login, NULL, desk_add_mechanisms},
	{"8BITMIME", NULL, NULL, NULL},
	{"BINARYMIME", NULL, NULL, NULL},
	{"CHUNKING", NULL, NULL, NULL},
	{"SMTPUTF8", NULL, NULL, NULL},
	{"DSN", NULL, NULL, NULL},
	{"ENHANCEDSTATUSCODES", NULL, NULL, NULL},
	{"HELP", NULL, NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

static void hello(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct smtp_server *smtp = (struct smtp_server *)desk;
	struct buffer text;

	if (!path_is_hello(argument)) {
		desk_wrong(desk, "501 5.5.4", "Syntax: %s", verb->grammar);
		return;
	}
	smtp_reset(smtp);
	desk->state = IN_READY;
	smtp->is_extended = strcmp(verb->name, "EHLO") == 0;
	buffer_clear(&smtp->hello);
	buffer_add_span(&smtp->hello, argument);
	buffer_init(&text, 0);
	buffer_printf(&text, "%s greets ", desk->house->host);
	buffer_add_span(&text, argument);
	if (smtp->is_extended)
		desk_add_offers(desk, "\n", "", &text);
	add_reply(desk, span_text("250"), buffer_span(&text));
	buffer_fini(&text);
}

static void starttls(struct desk *desk, const struct verb *verb, struct span argument)
{
	(void)argument;
	if (desk_may_begin_tls(desk, verb))
		desk_begin_tls(desk, "220 2.0.0", "Ready to start TLS");
}

static void rset(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct smtp_server *smtp = (struct smtp_server *)desk;
	(void)verb, (void)argument;
	smtp_reset(smtp);
	desk_reply(desk, "250 2.0.0", "Reset");
}

static void noop(struct desk *desk, const struct verb *verb, struct span argument)
{
	(void)verb, (void)argument;
	desk_reply(desk, "250 2.0.0", "Still here");
}

static void quit(struct desk *desk, const struct verb *verb, struct span argument)
{
	(void)verb, (void)argument;
	desk_reply(desk, "221 2.0.0", "%s closing, good bye", desk->house->host);
	desk->has_quit = true;
	desk->talk.then = TALK_CLOSE;
}

/* RFC 5321 3.5.3, 7.3: who is here is not told. */
static void vrfy(struct desk *desk, const struct verb *verb, struct span argument)
{
	(void)verb, (void)argument;
	desk_reply(desk, "252 2.0.0", "Cannot tell; send the message, and see");
}

static void help(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct buffer text;

	(void)verb;
	verb = argument.length > 0 ? vocabulary_verb(MAIL_SMTP, argument) : NULL;
	if (verb != NULL) {
		desk_reply(
			desk, "214 2.0.0", "%s\n%s\n%s", verb->grammar, verb->meaning, verb->rfc);
		return;
	}
	buffer_init(&text, 0);
	buffer_add_text(&text, "Commands:");
	for (const struct desk_handler *row = desk->language->handlers; row->verb != NULL; row++)
		buffer_printf(&text, " %s", row->verb);
	buffer_add_text(&text, "\nHELP and one of them tells more");
	desk_reply(desk, "214 2.0.0", "%s", buffer_text(&text));
	buffer_fini(&text);
}

static const struct desk_handler handlers[] = {
	{"EHLO", ARGUMENT_MUST, hello},
	{"HELO", ARGUMENT_MUST, hello},
	{"STARTTLS", ARGUMENT_NONE, starttls},
	{"AUTH", ARGUMENT_MUST, smtp_auth},
	{"MAIL", ARGUMENT_MUST, smtp_mail},
	{"RCPT", ARGUMENT_MUST, smtp_rcpt},
	{"DATA", ARGUMENT_NONE, smtp_data},
	{"BDAT", ARGUMENT_MUST, smtp_bdat},
	{"RSET", ARGUMENT_NONE, rset},
	{"NOOP", ARGUMENT_MAY, noop},
	{"VRFY", ARGUMENT_MUST, vrfy},
	{"HELP", ARGUMENT_MAY, help},
	{"QUIT", ARGUMENT_NONE, quit},
	{NULL, ARGUMENT_NONE, NULL},
};

static const char *what_first(const struct desk *desk, const struct verb *verb)
{
	if (desk->state == IN_START)
		return "EHLO or HELO comes first";
	if (desk->state != IN_READY && (verb->states & IN_READY) != 0)
		return "a transaction is open: end it, or RSET";
	return desk->state == IN_READY ? "MAIL comes first" : "RCPT comes first";
}

static void greet(struct desk *desk)
{
	desk_reply(desk, "220", "%s ESMTP mailscope practice", desk->house->host);
}

static const struct desk_language language = {
	.protocol = MAIL_SMTP,
	.codes =
		{
			[DESK_LINE] = "500 5.5.2",
			[DESK_LOGIN_LINE] = "500 5.5.6",
			[DESK_UNOFFERED] = "502 5.5.1",
			[DESK_ORDER] = "503 5.5.1",
			[DESK_SYNTAX] = "501 5.5.4",
			[DESK_CHALLENGE] = "334",
			[DESK_BASE64] = "501 5.5.2",
			[DESK_CANCELLED] = "501 5.7.0",
			[DESK_FAREWELL] = "421 4.7.0",
		},
	.idle = 300, /* RFC 5321 4.5.3.2.7 */
	.longest = LIMIT_PRACTICE_COMMAND,
	.refuses_controls = true,
	.handlers = handlers,
	.offers = offers,
	.reply = add_reply,
	.obey = smtp_obey,
	.greet = greet,
	.what_first = what_first,
	.swallow = smtp_swallow,
	.accept = smtp_accept,
	.refuse = smtp_refuse,
};

static void take(struct talk *talk, struct span *octets)
{
	struct smtp_server *smtp = (struct smtp_server *)talk;
	struct span before = *octets;
	bool is_chunk = smtp->mode == SMTP_CHUNK;

	if (smtp->mode == SMTP_COMMAND) {
		desk_take_line(&smtp->desk, octets);
		return;
	}
	while (octets->length > 0 && smtp->mode != SMTP_COMMAND)
		*octets = span_from(*octets, smtp->mode == SMTP_DATA
						     ? smtp_take_text(smtp, *octets)
						     : smtp_take_chunk(smtp, *octets));
	talk_hear(talk, span_first(before, before.length - octets->length));
	if (is_chunk && smtp->mode == SMTP_COMMAND)
		talk_hear_break(talk);
}

/* Behind STARTTLS everything is forgotten (RFC 3207 4.2). */
static void ready(struct talk *talk)
{
	struct smtp_server *smtp = (struct smtp_server *)talk;
	bool is_new = smtp->desk.state == 0;

	smtp_reset(smtp);
	smtp->desk.state = IN_START;
	smtp->desk.user = NULL;
	smtp->is_extended = false;
	buffer_clear(&smtp->hello);
	if (is_new)
		desk_greet(&smtp->desk);
}

static struct talk *open_session(void *house)
{
	struct smtp_server *smtp = memory_new(1, sizeof *smtp);

	buffer_init(&smtp->hello, 0);
	desk_init(&smtp->desk, &smtp_server_kind, &language, house);
	return &smtp->desk.talk;
}

static void end(struct talk *talk, const char *how, struct buffer *line)
{
	struct smtp_server *smtp = (struct smtp_server *)talk;

	desk_describe(&smtp->desk, line);
	buffer_printf(line, language_count("%u message; %s", "%u messages; %s", smtp->messages),
		smtp->messages, smtp->desk.has_quit ? "QUIT" : how);
	smtp_reset(smtp);
	buffer_fini(&smtp->hello);
	desk_fini(&smtp->desk);
	free(smtp);
}

const struct talk_words smtp_words = {
	.busy = "421 4.3.2 Too many sessions, try again later\r\n",
	.timeout = "421 4.4.2 Silent too long, closing\r\n",
	.goodbye = "421 4.3.2 Shutting down\r\n",
};

const struct talk_kind smtp_server_kind = {
	.name = "SMTP",
	.open = open_session,
	.ready = ready,
	.take = take,
	.secret = desk_secret,
	.end = end,
	.words = &smtp_words,
};
