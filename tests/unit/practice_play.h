/* tests/unit/practice_play.h: the practice server's sessions without sockets: octets in, octets
 * out. */
#ifndef TESTS_UNIT_PRACTICE_PLAY_H
#define TESTS_UNIT_PRACTICE_PLAY_H

#include "practice/house.h"

/* A mail folder of its own, with ann and bob (passwords ann-secret, bob-secret) and Пётр. */
struct practice_play {
	char folder[64];
	struct script *script;
	struct house house;
};

/* faults: rules, one a line, or NULL. What is no rule fails the test. */
void practice_play_init(struct practice_play *play, const char *faults);
void practice_play_fini(struct practice_play *play);

/* Holds one session and appends what the server says. In what the client says {TLS} stands for a
 * handshake, which the server must have agreed to. In the answer stand {TLS}, {wait N} (a pause of
 * milliseconds), {close} and {reset}; names that are never the same are ID and <STAMP>. step: so
 * many octets are given at a time; 0: all. */
void practice_play(struct practice_play *play, const struct talk_kind *kind, struct span client,
	size_t step, struct buffer *answer);

/* The same of a session that was opened, of whatever kind: it ends with the call. */
void practice_carry(struct talk *talk, struct span client, size_t step, struct buffer *answer);

/* One session: what is said must bring answer, given whole, octet by octet, and in pieces of
 * several sizes. ann's mailbox is empty. */
struct practice_case {
	const char *name, *faults, *client, *answer;
};
void practice_play_check(const struct talk_kind *kind, const struct practice_case *one);

/* The text of the only message in a mailbox, without the fields that delivery adds; removes it. */
void practice_take(struct practice_play *play, const char *user, struct buffer *text);

/* Puts a file into a mailbox, as another program would. */
void practice_put(struct practice_play *play, const char *user, const char *name, struct span text);

#endif
