/* practice/desk.h: where both protocols of the practice server are served alike: lines become
 * commands, commands go to their handlers, faults come between, logins are held. */
#ifndef PRACTICE_DESK_H
#define PRACTICE_DESK_H

#include "practice/faults.h"
#include "practice/house.h"
#include "practice/line.h"

/* What stands in front of the replies that are alike but for this: "503 5.5.1", "-ERR". */
enum desk_code {
	DESK_LINE,       /* a line that cannot be understood */
	DESK_LOGIN_LINE, /* the same, in a login */
	DESK_UNOFFERED,  /* a command that is not to be had here */
	DESK_ORDER,      /* a command that cannot come now */
	DESK_SYNTAX,
	DESK_CHALLENGE,
	DESK_BASE64,    /* what is none */
	DESK_CANCELLED, /* a login that is given up */
	DESK_FAREWELL,  /* NULL: the session ends without a word */
	DESK_CODES,
};

struct desk;

/* What a command does, and whether something must, may, must not stand behind it. */
struct desk_handler {
	const char *verb;
	enum { ARGUMENT_NONE, ARGUMENT_MAY, ARGUMENT_MUST } argument;
	/* argument: what stands behind the verb and one blank */
	void (*run)(struct desk *desk, const struct verb *verb, struct span argument);
};

/* What is offered: when, and with which words. */
struct desk_offer {
	const char *keyword;
	bool (*is_offered)(const struct desk *desk); /* NULL: always */
	const char *words;                           /* with a blank in front; NULL: none, or: */
	void (*add_words)(const struct desk *desk, const struct rule *rule, struct buffer *out);
};

/* What the protocols do differently. */
struct desk_language {
	enum mail_protocol protocol;
	const char *codes[DESK_CODES];
	unsigned idle;                       /* seconds of silence that end a session */
	size_t longest;                      /* octets of a command line; AUTH's may be longer */
	bool refuses_controls;               /* in a command line */
	const struct desk_handler *handlers; /* the last has no verb */
	const struct desk_offer *offers;     /* the last has no keyword */
	const char *unlisted;                /* a keyword of the script that is told elsewhere */

	/* Writes one reply. */
	void (*reply)(struct desk *desk, struct span code, struct span text);

	/* Writes a reply of the script's. */
	void (*obey)(struct desk *desk, const struct rule *rule);

	/* Writes the greeting. */
	void (*greet)(struct desk *desk);

	/* Why the verb may not come now, in words that help. */
	const char *(*what_first)(const struct desk *desk, const struct verb *verb);

	/* Takes the octets that follow a command which is not carried out; rule: its reply, or
	 * NULL. false: none follow. NULL: they never do. */
	bool (*swallow)(struct desk *desk, const struct verb *verb, struct span argument,
		const struct rule *rule);

	/* A login has ended so, and this is answered. */
	void (*accept)(struct desk *desk, struct account *account);
	void (*refuse)(struct desk *desk);
};

/* Begins the protocol's own struct: handlers and the language's functions get this. */
struct desk {
	struct talk talk; /* first: talk_kind's functions get this */
	const struct desk_language *language;
	struct house *house;
	struct faults faults;
	struct line_taker lines;
	unsigned state;            /* of enum verb_states */
	struct exchange *exchange; /* NULL: no login goes on */
	struct account *user;

	/* For the limits and the log. */
	unsigned wrong, failed_logins;
	bool has_quit;
};

/* For the language's talk_kind. */
void desk_init(struct desk *desk, const struct talk_kind *kind,
	const struct desk_language *language, struct house *house);
void desk_fini(struct desk *desk);

/* Begins the log's line on a session: "SMTP session 1 from 127.0.0.1, user ann: ". */
void desk_describe(const struct desk *desk, struct buffer *line);

/* One reply. */
void desk_reply(struct desk *desk, const char *code, const char *format, ...) PRINTF_LIKE(3, 4);

/* One that counts against the client: after too many, the end. */
void desk_wrong(struct desk *desk, const char *code, const char *format, ...) PRINTF_LIKE(3, 4);

/* The session ends, and why is said where the protocol has words for it. */
void desk_dismiss(struct desk *desk, const char *why);

/* A line as it is, whatever the protocol. */
void desk_say(struct desk *desk, struct span line);
const char *desk_line_end(const struct desk *desk);

/* The session has come to a place of the script; *reply: what the script answers, or NULL. false:
 * it has made an end. */
bool desk_arrive(struct desk *desk, const char *place, const struct rule **reply);

/* What the script wants behind a reply. */
void desk_after(struct desk *desk, const char *place);

/* The greeting, as the script or the language has it. */
void desk_greet(struct desk *desk);

/* For talk_kind: what of a line must not be shown. */
struct span desk_secret(const struct talk *talk, struct span line);

/* Takes octets off the front until a line is whole, and answers it. */
void desk_take_line(struct desk *desk, struct span *octets);

/* Whether the keyword is offered in this session: as the script says, else as is. */
bool desk_offers(const struct desk *desk, const char *keyword, bool is_offered);

/* Appends all that is offered, with before and behind around each. */
void desk_add_offers(
	const struct desk *desk, const char *before, const char *behind, struct buffer *out);

/* For struct desk_offer. */
bool desk_offers_login(const struct desk *desk);
bool desk_offers_tls(const struct desk *desk);
void desk_add_mechanisms(const struct desk *desk, const struct rule *rule, struct buffer *out);

/* STARTTLS and STLS: whether TLS may begin, else it was refused; and that it does. */
bool desk_may_begin_tls(struct desk *desk, const struct verb *verb);
void desk_begin_tls(struct desk *desk, const char *code, const char *text);

/* Takes up the login of desk->exchange; argument: the initial response of AUTH, or empty. */
void desk_log_in(struct desk *desk, struct span argument);

/* The next line of a login. */
void desk_respond(struct desk *desk, struct span line);

/* A login was good, or not: ends it, tells the language, and counts. */
void desk_accept(struct desk *desk, struct account *account);
void desk_refuse(struct desk *desk);

/* Ends a login; what was read of it is wiped. */
void desk_give_up_login(struct desk *desk);

#endif
