/* mail/content.h: the text of one message on its way: its end found, its dots undoubled.
 * Private to mail. */
#ifndef MAIL_CONTENT_H
#define MAIL_CONTENT_H

#include "mail/pending.h"

/* Where the next octet stands. Only CRLF.CRLF is an end (RFC 5321 4.1.1.4, RFC 1939 3). */
enum text_state {
	TEXT_INSIDE,
	TEXT_CR,        /* behind CR */
	TEXT_LINE,      /* behind CRLF, or at the beginning */
	TEXT_LF,        /* behind LF without CR */
	TEXT_DOT,       /* behind the dot that begins a line; it is no text */
	TEXT_DOT_CR,    /* behind that and CR, which is text only if no LF follows */
	TEXT_LF_DOT,    /* behind a dot that follows LF without CR */
	TEXT_LF_DOT_CR, /* the same with CR */
	TEXT_CR_DOT,    /* behind a dot that follows CR without LF */
	TEXT_GAP,       /* behind octets that are missing */
};

struct content {
	struct asked asked; /* the command that brought it */
	uint64_t octets;    /* on the wire */
	uint64_t length;    /* of the text */
	uint64_t left;      /* BDAT: octets to come in this chunk */
	uint16_t skipped;   /* dots since the last run */
	uint8_t wants;      /* oddities still looked for: bits of text_oddities[] */
	enum side side : 8;
	enum text_state state : 8;
	bool is_begun : 1;    /* MAIL_MESSAGE_BEGIN was given */
	bool is_partial : 1;  /* octets are missing, or the beginning was not seen */
	bool is_answered : 1; /* its final reply came before its end */
	bool is_guessed : 1;  /* taken for a message by its looks */
	bool is_last : 1;     /* BDAT: the present chunk is the last */
	bool has_declared : 1;
	struct origin first, last;
	struct origin held;  /* of the CR of TEXT_DOT_CR */
	uint64_t look_alike; /* octets up to the last dot line with bare LF; 0: none */
	uint64_t declared;   /* POP3: what the reply said */
};

struct mail;

/* The next octets of the command's side, or of the server's for POP3, are a message's. */
void content_open(struct mail *mail, const struct asked *asked, enum side side);

/* MAIL_MESSAGE_BEGIN, if not given yet: it comes with the first octet. */
void content_begin(struct mail *mail, struct origin origin);

/* The octets consumed: all, or those up to the end of the message. */
size_t content_feed(struct mail *mail, const struct chunk *chunk);

/* Octets of a BDAT chunk: taken as they are. */
size_t content_feed_octets(struct mail *mail, const struct chunk *chunk);

/* Octets are missing inside: what was held back is given. */
void content_break(struct mail *mail);

/* MAIL_MESSAGE_END, when one is open; is_complete when the end was seen. */
void content_close(struct mail *mail, bool is_complete);

/* Whether the last octets were a look-alike of the end that a careless server takes for it. */
static inline bool content_ends_in_look_alike(const struct content *content)
{
	return content->look_alike > 0 && content->look_alike == content->octets;
}

#endif
