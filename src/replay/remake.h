/* replay/remake.h: recorded replies made new: ids, sizes, nonces, the addresses they
 * repeat. */
#ifndef REPLAY_REMAKE_H
#define REPLAY_REMAKE_H

#include "base/buffer.h"

/* A source of digits that nobody has seen yet; any seed will do. */
struct replay_chance {
	uint64_t state;
};

/* Appends an id of the same shape: digits for digits, letters for letters of their case (of a to f
 * where there are no others). */
void replay_remake_id(struct replay_chance *chance, struct span id, struct buffer *out);

/* Appends "<1896.697170952@host>" with another left side, of the same shape. */
void replay_remake_stamp(struct replay_chance *chance, struct span stamp, struct buffer *out);

/* What the reply to a message says of it. */
struct replay_taken {
	uint64_t recorded, live; /* octets of the message, then and now */
};

/* Appends the text with the ids that stand behind "as", "id" and "id=" or in angle brackets made
 * new, and the message's size corrected. */
void replay_remake_receipt(struct replay_chance *chance, const struct replay_taken *taken,
	struct span text, struct buffer *out);

/* Appends the text with the recorded word, wherever it stands, exchanged for the live one. */
void replay_remake_word(
	struct span text, struct span recorded, struct span live, struct buffer *out);

#endif
