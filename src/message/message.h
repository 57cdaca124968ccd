/* message/message.h: a message at rest, read by GMime: its header in plain words, its parts, its
 * text. */
#ifndef MESSAGE_MESSAGE_H
#define MESSAGE_MESSAGE_H

#include "base/arena.h"
#include "base/buffer.h"

/* One node of the message's tree, in the order of the text. */
struct message_part {
	unsigned depth;          /* 0: the message itself */
	struct span type;        /* "text/plain", lower case */
	struct span charset;     /* as named; empty if none */
	struct span encoding;    /* "base64"; empty if none was named */
	struct span disposition; /* "attachment"; empty if none was named */
	struct span name;        /* file name decoded (RFC 2231, and RFC 2047 where misused) */
	uint64_t octets;         /* decoded; 0 for multiparts */
	struct span text;        /* text/plain that is no attachment: in UTF-8; else empty */
	struct span html;        /* the same of text/html, as it is written */
	uint8_t sha256[32];      /* of the octets decoded; message_parse_hashed() alone fills it */
};

/* All spans live in the arena, decoded to UTF-8 (octets that are none of the charset named may
 * remain: show them by printable_add()). Empty: the message has no such field. */
struct message_summary {
	struct arena arena;
	struct span from, to, cc, subject, message_id;
	struct span date;    /* "2022-11-09 01:43:49 +0700"; as written when it cannot be read */
	struct span address; /* the first address of From, alone */
	struct message_part *parts;
	size_t part_count;
	bool has_hashes;
	bool is_cut; /* more parts or fields than a limit of limits.h: the rest is left out */
};

/* Fills *summary from the header alone (bytes may go on with the text, which is not looked at), or
 * from the whole message. Whatever the bytes are, something is made of them: there is no failure.
 * End with message_fini(). May be called by several threads. */
void message_parse_header(struct message_summary *summary, struct span bytes);
void message_parse(struct message_summary *summary, struct span bytes);
/* The same as message_parse(), with the hash of each part. */
void message_parse_hashed(struct message_summary *summary, struct span bytes);
void message_fini(struct message_summary *summary);

/* Whether the part is neither text to read here, nor made of parts. */
bool message_part_is_attachment(const struct message_part *part);

/* Appends the octets of the part of that index, as message_parse() counts, with their transfer
 * encoding undone; of a message inside, that message. False: there is no such part, or it is made
 * of parts. */
bool message_part_octets(struct buffer *out, struct span message, size_t index);

#endif
