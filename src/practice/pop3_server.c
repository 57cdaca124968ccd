#include "practice/pop3_server.h"

#include "base/language.h"
#include "base/memory.h"
#include "practice/pop3_parts.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

static void add_reply(struct desk *desk, struct span code, struct span text)
{
	struct buffer *out = &desk->talk.out;

	buffer_add_span(out, code);
	buffer_add_byte(out, ' ');
	buffer_add_span(out, text);
	buffer_add_text(out, desk_line_end(desk));
}

static void obey(struct desk *desk, const struct rule *rule)
{
	desk_say(desk, rule->text);
}

static bool offers_tls(const struct desk *desk)
{
	return desk_offers_tls(desk) && desk->state == IN_AUTHORIZATION;
}

/* What CAPA offers, a row each (RFC 2449 6). */
static const struct desk_offer offers[] = {
	{"USER", desk_offers_login, NULL, NULL},
	{"SASL", desk_offers_login, NULL, desk_add_mechanisms},
	{"STLS", offers_tls, NULL, NULL},
	{"TOP", NULL, NULL, NULL},
	{"UIDL", NULL, NULL, NULL},
	{"RESP-CODES", NULL, NULL, NULL},
	{"AUTH-RESP-CODE", NULL, NULL, NULL},
	{"PIPELINING", NULL, NULL, NULL},
	{"EXPIRE", NULL, " NEVER", NULL},
	{"UTF8", NULL, " USER", NULL},
	{"IMPLEMENTATION", NULL, " mailscope-practice", NULL},
	{NULL, NULL, NULL, NULL},
};

static void capa(struct desk *desk, const struct verb *verb, struct span argument)
{
	(void)verb, (void)argument;
	desk_reply(desk, "+OK", "What I can:");
	desk_add_offers(desk, "", desk_line_end(desk), &desk->talk.out);
	desk_say(desk, span_text("."));
}

static void stls(struct desk *desk, const struct verb *verb, struct span argument)
{
	(void)argument;
	if (!desk_may_begin_tls(desk, verb))
		return;
	if (((struct pop3_server *)desk)->is_utf8) /* RFC 6856 2.1 */
		desk_wrong(desk, "-ERR", "STLS must come before UTF8");
	else
		desk_begin_tls(desk, "+OK", "Begin TLS now");
}

static void utf8(struct desk *desk, const struct verb *verb, struct span argument)
{
	(void)verb, (void)argument;
	if (!desk_offers(desk, "UTF8", true)) {
		desk_wrong(desk, "-ERR", "UTF8 is not offered");
		return;
	}
	((struct pop3_server *)desk)->is_utf8 = true;
	desk_reply(desk, "+OK", "Messages come as they are");
}

static void noop(struct desk *desk, const struct verb *verb, struct span argument)
{
	(void)verb, (void)argument;
	desk_reply(desk, "+OK", "Still here");
}

static void count_deleted(struct pop3_server *pop3)
{
	for (size_t i = 0; i < maildrop_count(pop3->maildrop); i++)
		pop3->deleted += maildrop_message(pop3->maildrop, i)->is_deleted;
}

/* After a login QUIT removes what is marked, and only QUIT does (RFC 1939 6). */
static void quit(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct pop3_server *pop3 = (struct pop3_server *)desk;
	bool is_good = true;

	(void)verb, (void)argument;
	if (pop3->maildrop != NULL) {
		count_deleted(pop3);
		is_good = maildrop_update(pop3->maildrop);
		maildrop_close(pop3->maildrop);
		pop3->maildrop = NULL;
	}
	if (is_good)
		desk_reply(desk, "+OK", "Good bye");
	else
		desk_reply(desk, "-ERR", "Some deleted messages not removed");
	desk->has_quit = true;
	desk->talk.then = TALK_CLOSE;
}

static const struct desk_handler handlers[] = {
	{"USER", ARGUMENT_MUST, pop3_user},
	{"PASS", ARGUMENT_MUST, pop3_pass},
	{"APOP", ARGUMENT_MUST, pop3_apop},
	{"AUTH", ARGUMENT_MAY, pop3_auth},
	{"CAPA", ARGUMENT_NONE, capa},
	{"STLS", ARGUMENT_NONE, stls},
	{"UTF8", ARGUMENT_NONE, utf8},
	{"STAT", ARGUMENT_NONE, pop3_stat},
	{"LIST", ARGUMENT_MAY, pop3_list},
	{"UIDL", ARGUMENT_MAY, pop3_list},
	{"RETR", ARGUMENT_MUST, pop3_retr},
	{"TOP", ARGUMENT_MUST, pop3_retr},
	{"DELE", ARGUMENT_MUST, pop3_dele},
	{"NOOP", ARGUMENT_NONE, noop},
	{"RSET", ARGUMENT_NONE, pop3_rset},
	{"QUIT", ARGUMENT_NONE, quit},
	{NULL, ARGUMENT_NONE, NULL},
};

static const char *what_first(const struct desk *desk, const struct verb *verb)
{
	(void)verb;
	return desk->state == IN_AUTHORIZATION ? "log in first" : "you are logged in already";
}

static void greet(struct desk *desk)
{
	const char *stamp = ((struct pop3_server *)desk)->stamp;

	desk_reply(desk, "+OK", "mailscope practice POP3 on %s%s%s", desk->house->host,
		stamp[0] != '\0' ? " " : "", stamp);
}

static const struct desk_language language = {
	.protocol = MAIL_POP3,
	.codes =
		{
			[DESK_LINE] = "-ERR",
			[DESK_LOGIN_LINE] = "-ERR",
			[DESK_UNOFFERED] = "-ERR",
			[DESK_ORDER] = "-ERR",
			[DESK_SYNTAX] = "-ERR",
			[DESK_CHALLENGE] = "+",
			[DESK_BASE64] = "-ERR",
			[DESK_CANCELLED] = "-ERR",
		},
	.idle = 600,                           /* RFC 1939 3: at least ten minutes */
	.longest = LIMIT_PRACTICE_REQUEST - 2, /* with CRLF */
	.handlers = handlers,
	.offers = offers,
	.unlisted = "APOP",
	.reply = add_reply,
	.obey = obey,
	.greet = greet,
	.what_first = what_first,
	.accept = pop3_accept,
	.refuse = pop3_refuse,
};

static void take(struct talk *talk, struct span *octets)
{
	desk_take_line((struct desk *)talk, octets);
}

static void give(struct talk *talk)
{
	pop3_give((struct pop3_server *)talk);
}

/* RFC 1939 7: msg-id, another one each time. */
static void make_stamp(struct pop3_server *pop3)
{
	uint64_t chance = 0;

	(void)RAND_bytes((uint8_t *)&chance, sizeof chance);
	snprintf(pop3->stamp, sizeof pop3->stamp, "<%llu.%016llx.%lld@%.64s>",
		(unsigned long long)pop3->desk.faults.session, (unsigned long long)chance,
		(long long)pop3->desk.house->now(), pop3->desk.house->host);
}

/* Behind STLS everything is forgotten, but not the greeting (RFC 2595 4). */
static void ready(struct talk *talk)
{
	struct pop3_server *pop3 = (struct pop3_server *)talk;
	bool is_new = pop3->desk.state == 0;

	buffer_clear(&pop3->name);
	if (!is_new)
		return;
	pop3->desk.state = IN_AUTHORIZATION;
	if (desk_offers(&pop3->desk, "APOP", true))
		make_stamp(pop3);
	desk_greet(&pop3->desk);
}

static struct talk *open_session(void *house)
{
	struct pop3_server *pop3 = memory_new(1, sizeof *pop3);

	pop3->unload.descriptor = -1;
	buffer_init(&pop3->name, 0);
	desk_init(&pop3->desk, &pop3_server_kind, &language, house);
	return &pop3->desk.talk;
}

static void end(struct talk *talk, const char *how, struct buffer *line)
{
	struct pop3_server *pop3 = (struct pop3_server *)talk;

	desk_describe(&pop3->desk, line);
	buffer_printf(line, _("%u fetched, %u deleted; %s"), pop3->fetched, pop3->deleted,
		pop3->desk.has_quit ? "QUIT" : how);
	unload_fini(&pop3->unload);
	maildrop_close(pop3->maildrop);
	buffer_fini(&pop3->name);
	desk_fini(&pop3->desk);
	free(pop3);
}

/* RFC 1939 3: a session that is silent too long ends without a word. */
const struct talk_words pop3_words = {
	.busy = "-ERR [SYS/TEMP] Too many sessions, try again later\r\n",
	.goodbye = "-ERR [SYS/TEMP] Shutting down\r\n",
};

const struct talk_kind pop3_server_kind = {
	.name = "POP3",
	.open = open_session,
	.ready = ready,
	.take = take,
	.give = give,
	.secret = desk_secret,
	.end = end,
	.words = &pop3_words,
};
