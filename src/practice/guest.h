/* practice/guest.h: one client's connection: a socket, TLS when it comes to that, and what is
 * talked on it. It knows no mail. */
#ifndef PRACTICE_GUEST_H
#define PRACTICE_GUEST_H

#include "practice/authority.h"
#include "practice/talk.h"

/* The list keeps enum and names in step. */
#define GUEST_STATES(X)                                                                            \
	X(HANDSHAKE) /* TLS begins */                                                              \
	X(TALKS)                                                                                   \
	X(LINGERS) /* all is said; the client is given time to read it */                          \
	X(GONE)    /* to be closed */

enum guest_state {
#define X(name) GUEST_##name,
	GUEST_STATES(X)
#undef X
};

struct guest {
	int descriptor;
	enum guest_state state;
	struct authority *authority; /* borrowed; NULL: no TLS */
	SSL *tls;                    /* NULL: in the clear */
	struct talk *talk;           /* NULL: its session has ended */
	struct tap tap;              /* the talk's; longer than it */
	struct buffer in;            /* read ahead; limit LIMIT_PRACTICE_IN */
	size_t sent;                 /* octets of talk->out */
	int64_t pause_until;         /* 0: no pause has begun */
	int64_t deadline;            /* milliseconds; the session ends then */
	bool is_at_end;              /* the client has closed its side */
	bool tls_wants_out, wants_turn;
	char how[240]; /* it ended */
	size_t index;  /* the server's */
};

/* Takes the descriptor, non-blocking, and the session, over. is_tls: TLS from the first octet. */
struct guest *guest_new(
	int descriptor, struct talk *talk, struct authority *authority, bool is_tls);

/* Closes the connection; appends what the log shall say, unless that was done. */
void guest_free(struct guest *guest, struct buffer *line);

/* Moves what can be moved, at now (milliseconds). Its state then tells whether it is GONE. When the
 * session ends, *line is what the log shall say; else it stays empty. */
void guest_work(struct guest *guest, int64_t now, struct buffer *line);

/* Its deadline or the end of its pause has come. */
void guest_tick(struct guest *guest, int64_t now, struct buffer *line);

/* When guest_tick() is due. */
int64_t guest_due(const struct guest *guest);

/* What to wait for: a set of enum poller_events. */
unsigned guest_wants(const struct guest *guest);

/* Says good bye, as far as that needs no waiting. */
void guest_dismiss(struct guest *guest);

#endif
