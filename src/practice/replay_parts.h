/* practice/replay_parts.h: what the files of the recorded server share. Private to them. */
#ifndef PRACTICE_REPLAY_PARTS_H
#define PRACTICE_REPLAY_PARTS_H

#include "client/dots.h"
#include "practice/faults.h"
#include "practice/line.h"
#include "practice/replay_match.h"
#include "practice/replay_remake.h"
#include "practice/replay_server.h"
#include "practice/unload.h"

enum replay_mode {
	REPLAY_COMMANDS,
	REPLAY_LOGIN, /* a line is a response */
	REPLAY_TEXT,  /* a message comes, up to its dot */
	REPLAY_CHUNK, /* so many octets of one come */
};

enum { REPLAY_CHALLENGES = 8 }; /* of one login */

/* A login as it is played: challenges that are still to be given, whatever is said to them, and the
 * step whose reply ends it. */
struct replay_login {
	struct span challenges[REPLAY_CHALLENGES]; /* base64 */
	size_t count, next;
	size_t outcome;
	struct replay_scram *scram; /* NULL: it is not computed */
	struct buffer made;         /* a challenge that is new */
};

struct replay_server {
	struct talk talk; /* first: talk_kind's functions get this */
	struct replay_house *house;
	const struct tape *tape;
	struct faults faults;
	struct line_taker lines;
	struct replay_chance chance;
	uint8_t *used; /* of each step */
	enum replay_mode mode;
	bool is_greeted;

	/* What is being answered. */
	struct buffer pending; /* lines not yet in out */
	size_t given;          /* of them */
	struct span text;      /* of a message, behind them */
	bool has_text;
	struct unload unload;
	enum talk_then then; /* when all is given */
	const char *place;   /* of the script's rules behind the reply; NULL: none */

	struct replay_login login;

	/* The message that comes in. */
	size_t message; /* the step that answers it; the tape's count: none */
	struct undot undot;
	struct buffer sink;
	uint64_t octets, chunk_left;
	bool has_bare_lf, was_cr;
	const struct rule *chunk_rule;
	bool is_refused; /* the chunk is not answered by the recording */

	/* For the limits and the log. */
	unsigned commands, unknown;
	bool has_quit;
};

/* replay_say.c: the lines of one answer. */

/* A recorded reply, as it was, but for what is remade; text: what replaces recorded, in it. */
void replay_say_step(struct replay_server *server, size_t index);

/* Like it, with the live path where the recorded one stands. */
void replay_say_for_path(struct replay_server *server, size_t index, struct span live_line);

/* Like it, of the reply to a message. */
void replay_say_receipt(struct replay_server *server, size_t index);

/* A line of our own: "250 2.0.0" or "+OK", and the text. */
void replay_say(struct replay_server *server, const char *smtp, const char *pop3, const char *text);

/* What the recording does not know; counts against the client. code: SMTP's. */
void replay_say_unknown(struct replay_server *server, const char *code);

/* A reply of the script's. */
void replay_say_rule(struct replay_server *server, const struct rule *rule);

/* A line as the script gives it. */
void replay_say_line(struct replay_server *server, struct span text);
const char *replay_line_end(const struct replay_server *server);

/* Appends what a reply's lines say, code and hyphens as they should be, to what is pending. lines
 * are divided by LF. */
void replay_add_lines(struct replay_server *server, struct span code, struct span lines);

/* replay_offers.c: the recorded reply to EHLO or CAPA, as the script and TLS let it be. */
void replay_say_offers(struct replay_server *server, size_t index);
bool replay_offers(const struct replay_server *server, const char *keyword, bool is_offered);

/* replay_login.c */
void replay_begin_login(struct replay_server *server, size_t index, struct span line);
void replay_take_response(struct replay_server *server, struct span line);
void replay_end_login(struct replay_server *server);

/* replay_scram.c: the server's side of SCRAM, for any user with this password. NULL: no such
 * mechanism. */
struct replay_scram *replay_scram_new(const char *mechanism, const char *password);
void replay_scram_free(struct replay_scram *scram);

/* STEP_MORE: *challenge, not yet base64, is to be sent. */
enum step replay_scram_step(
	struct replay_scram *scram, struct span response, struct buffer *challenge);
bool replay_is_scram(struct span mechanism);

#endif
