/* mail/conversation.h: one connection's state, shared by the two languages, and how events go out.
 * Private to mail. */
#ifndef MAIL_CONVERSATION_H
#define MAIL_CONVERSATION_H

#include "mail/content.h"
#include "mail/held.h"
#include "mail/login.h"
#include "mail/pending.h"
#include "mail/splitter.h"

/* What a side is sending. */
enum mode {
	MODE_LINES,
	MODE_TEXT,   /* a message that ends in CRLF.CRLF */
	MODE_OCTETS, /* a BDAT chunk */
	MODE_SEALED, /* TLS */
};

/* Why the next bytes of a side are not known for what they are. */
enum doubt {
	DOUBT_NONE,
	DOUBT_DATA,  /* behind DATA: message text or commands */
	DOUBT_AUTH,  /* behind AUTH or a response: a response or commands */
	DOUBT_TLS,   /* behind STARTTLS or STLS: TLS or commands */
	DOUBT_BEGIN, /* the capture begins here */
	DOUBT_CHUNK, /* behind a BDAT that was refused before its octets came: these or commands */
	DOUBT_TEXT,  /* behind a gap inside a message: still the message, or lines */
	DOUBT_LINES, /* behind a gap inside or between lines */
	DOUBT_BODY,  /* POP3, behind "+OK" to a command that was not seen */
};

/* What bytes look like. */
enum look { LOOK_MORE, LOOK_LINE, LOOK_FRAGMENT, LOOK_TEXT, LOOK_LISTING, LOOK_RESPONSE, LOOK_TLS };

struct mail_side {
	enum mode mode : 8;
	enum doubt doubt : 8;
	bool waits_for_reply : 1; /* the doubt is the other side's to settle, not that of looks */
	bool is_seen : 1, is_ended : 1;
	bool is_ending : 1;     /* the end itself waits for a reply: the client's */
	bool is_lossy : 1;      /* octets were missing */
	bool wants_tls : 1;     /* TLS is agreed, but text still comes */
	bool is_line_begun : 1; /* the splitter keeps the beginning of a line */
	bool is_holding : 1;    /* bytes or gaps are held */
	bool is_fragment : 1;   /* the next line lost its beginning in a gap */
	bool is_line_cut : 1;   /* the line before the gap was given without its end */
	bool is_draining : 1;   /* the bytes being taken were held */
	bool is_released : 1;   /* and were so because of a reply that has come now */
};

/* What a side keeps of what it has said: only when a line comes in pieces, or must wait. */
struct backlog {
	struct splitter splitter;
	struct held held;
	struct origin end; /* when is_ending */
};

/* The reply whose lines are coming, or came last. */
struct reply {
	int16_t code;
	bool is_open;     /* further lines follow */
	bool is_greeting; /* the server's first */
	bool is_early;    /* it answers a message whose end has not been seen */
	bool is_partial;  /* some of its lines are missing */
};

enum { CACHE_LINE = 64 };

/* Of the many connections that are open at one time each packet finds its own out of the cache: so
 * what every line needs stands together in three cache lines of 64 octets, the next two are the
 * message's, and what is seldom needed stands behind. */
struct mail {
	/* The first line. */
	_Alignas(CACHE_LINE) void *context; /* the listener's */
	void (*on_event)(void *context, const struct mail_event *event);
	struct mail_side sides[2];
	struct reply reply;
	enum mail_protocol protocol : 8;
	uint8_t state;    /* enum verb_states that may hold now; kept when oddities are wanted */
	uint8_t expected; /* the same when every waiting command will have succeeded */
	bool wants_oddities : 1;
	bool is_brief : 1; /* the listener's */
	bool is_midway : 1, is_in_tls : 1, is_lmtp : 1;
	bool expects_greeting : 1;
	bool offers_pipelining : 1;
	bool has_content : 1;   /* the content is open: a message has begun and not ended */
	bool is_challenged : 1; /* the next line of the client is a response */
	bool is_reply_lost : 1; /* octets of the server were missing since the client must wait */
	bool is_pairing_loose : 1; /* octets of the server were missing since the last new command
				    */
	bool is_behind_body : 1;   /* POP3: the last reply had many lines */
	bool is_text_told : 1;     /* text behind them was told of */
	bool has_go_ahead : 1;     /* 354 came, but no DATA was seen */
	bool is_logged_in : 1;     /* SMTP: an AUTH has succeeded */
	bool is_login_open : 1;    /* no other verb came since the last that logs in */
	uint32_t commands;
	uint32_t recipients; /* accepted in this transaction; LMTP: replies still to come */

	struct pending pending; /* its first commands: the second line */

	/* The third. */
	struct asked answered; /* by the reply; kind ASK_NOTHING: no command */
	struct origin last[2]; /* of each side's last octet */

	struct content content; /* the fourth and fifth */

	struct login login;
	uint32_t said; /* oddities that are given once a session and were given */
	struct backlog backlogs[2];
};

_Static_assert(offsetof(struct mail, pending.few) == CACHE_LINE, "the first line is full");
_Static_assert(offsetof(struct mail, answered) % CACHE_LINE == 0, "begins a line");
_Static_assert(offsetof(struct mail, content) == offsetof(struct mail, answered) + CACHE_LINE,
	"replies need one line");

struct language {
	/* A line of the side: its event is to be completed and given. */
	void (*on_line[2])(struct mail *mail, struct mail_event *event);
	/* What the bytes at the front of a side look like; LOOK_MORE not when is_forced. */
	enum look (*look)(
		const struct mail *mail, enum side side, struct span head, bool is_forced);
	/* Takes the side's doubt away, by that look. */
	void (*settle)(struct mail *mail, enum side side, enum look look);
	/* The message's text, or a chunk of it, has ended. */
	void (*on_text_end)(struct mail *mail);
};
extern const struct language smtp_language, pop3_language;

static inline const struct language *language_of(const struct mail *mail)
{
	return mail->protocol == MAIL_SMTP ? &smtp_language : &pop3_language;
}

/* Fills an event of one octet, or one place, for a start. */
static inline void event_begin(
	struct mail_event *event, enum mail_event_kind kind, enum side side, struct origin origin)
{
	*event = (struct mail_event){.kind = kind,
		.side = side,
		.is_first = true,
		.is_final = true,
		.first = origin,
		.last = origin};
}

/* The same for a line, of which text, end, octets, first and last are to be filled. Set piece by
 * piece: each line has one, and clearing it whole costs three times as much. */
static inline void event_begin_line(struct mail_event *event, enum side side)
{
	event->kind = MAIL_REPLY;
	event->side = side;
	event->end = LINE_CRLF;
	event->mechanism = SASL_NONE;
	event->part = SASL_PART_NONE;
	event->oddity = ODDITY_NONE;
	event->is_first = event->is_final = true;
	event->answers_message = event->is_complete = false;
	event->code = 0;
	event->verb = NULL;
	event->asked = (struct origin){0, 0};
	event->asked_number = 0;
	event->secret = (struct span){NULL, 0};
}

static inline enum verb_effect event_effect(const struct mail_event *event)
{
	return event->verb != NULL ? event->verb->effect : EFFECT_NONE;
}

static inline void conversation_give(struct mail *mail, const struct mail_event *event)
{
	mail->on_event(mail->context, event);
}

void conversation_odd(struct mail *mail, enum side side, enum oddity oddity, struct origin origin);
/* The same, but once a session. */
void conversation_odd_once(
	struct mail *mail, enum side side, enum oddity oddity, struct origin origin);

/* Oddities that any line may have; longest is what the RFC allows, its end included. */
void conversation_judge_line(struct mail *mail, const struct mail_event *line, size_t longest);

/* Those of a whole command: unknown, not in its place, too early; blanks at its end. */
void conversation_judge_order(struct mail *mail, const struct mail_event *command);
void conversation_judge_blanks(struct mail *mail, const struct mail_event *command);

/* After octets were missing on the server's side, a new command of a client that waits for its
 * replies says that the older ones were answered. */
void conversation_tighten(struct mail *mail, const struct mail_event *command);

/* What a command asks for. */
static inline void asked_begin(struct asked *asked, const struct mail_event *command)
{
	asked->verb = command->verb;
	asked->origin = command->last;
	asked->number = command->asked_number;
	asked->kind = ASK_COMMAND;
	asked->effect = event_effect(command);
	asked->is_many = asked->is_last = false;
}

/* The command waits for its reply: its place among the others that do, until the next change. */
static inline struct asked *conversation_ask(struct mail *mail, const struct mail_event *command)
{
	struct asked *asked;

	if (UNLIKELY(mail->is_pairing_loose))
		conversation_tighten(mail, command);
	asked = pending_push(&mail->pending);
	asked_begin(asked, command);
	return asked;
}

/* The client has sent what only the reply gives a meaning to what follows. */
void conversation_wait(struct mail *mail, enum doubt doubt);

/* The client need not wait any more: what was held is taken. */
void conversation_release(struct mail *mail);

/* Whether a reply that the capture lacks, or has yet to show, could still settle the doubt. */
bool conversation_is_reply_coming(const struct mail *mail);

/* Replies may miss their commands in this capture: that is no oddity of the traffic. */
static inline bool conversation_is_client_partial(const struct mail *mail)
{
	const struct mail_side *client = &mail->sides[SIDE_CLIENT];

	return mail->is_midway || client->is_lossy || !client->is_seen;
}

/* The STARTTLS or STLS was accepted: each side goes over to TLS, behind what text it still sends.
 */
void conversation_begin_tls(struct mail *mail);

/* What the reply to AUTH, or to STARTTLS or STLS, says of what the client has sent since. */
void conversation_answer_auth(struct mail *mail, bool is_challenged);
void conversation_answer_tls(struct mail *mail, bool is_granted);
void conversation_seal(struct mail *mail, enum side side);

/* RFC 8446 5.1: an octet that begins a TLS record, or an SSL 2 hello, and no line. */
static inline bool conversation_looks_like_tls(uint8_t octet)
{
	return (octet >= 0x14 && octet <= 0x17) || octet >= 0x80;
}

static inline struct held *conversation_held(struct mail *mail, enum side side)
{
	return &mail->backlogs[side].held;
}

/* Settles the side's doubt by what its next bytes look like; false when more of them are needed. */
bool conversation_settle(struct mail *mail, enum side side, struct span head, bool is_forced);

/* Takes what is held, as far as it is known what it is; at any rate when is_forced. */
NEVER_INLINE void conversation_drain_held(struct mail *mail, enum side side, bool is_forced);

static inline void conversation_drain(struct mail *mail, enum side side, bool is_forced)
{
	if (UNLIKELY(mail->sides[side].is_holding))
		conversation_drain_held(mail, side, is_forced);
}

/* The line that is kept has ended, by LF or, when lf is NULL, without. */
void conversation_end_line(struct mail *mail, enum side side, const struct origin *lf);

/* Nothing more of the message that the side was sending will be seen. */
void conversation_drop_content(struct mail *mail, enum side side);

/* A gap in its place between the bytes. */
void conversation_take_gap(
	struct mail *mail, enum side side, uint64_t octets, struct origin origin);

size_t conversation_feed(struct mail *mail, enum side side, const struct chunk *chunk);
void conversation_gap(struct mail *mail, enum side side, uint64_t octets, struct origin origin);
void conversation_end(struct mail *mail, enum side side, struct origin origin);

#endif
