/* practice/smtp_parts.h: what the files of the SMTP side share. Private to them. */
#ifndef PRACTICE_SMTP_PARTS_H
#define PRACTICE_SMTP_PARTS_H

#include "practice/desk.h"
#include "practice/path.h"

/* Where the octets go that come. */
enum smtp_mode { SMTP_COMMAND, SMTP_DATA, SMTP_CHUNK };

/* Where the next octet of DATA stands. */
enum smtp_text {
	SMTP_TEXT_LINE, /* at the beginning of a line: behind CRLF alone */
	SMTP_TEXT_INSIDE,
	SMTP_TEXT_CR,     /* behind CR */
	SMTP_TEXT_DOT,    /* behind the dot that begins a line; it is not kept */
	SMTP_TEXT_DOT_CR, /* behind that and CR, which is not kept yet */
};

enum smtp_body { SMTP_BODY_7BIT, SMTP_BODY_8BIT, SMTP_BODY_BINARY };

/* A mail transaction (RFC 5321 3.3). */
struct smtp_envelope {
	struct buffer sender; /* empty for <> */
	struct account *recipients[LIMIT_PRACTICE_RECIPIENTS];
	size_t recipient_count;  /* accounts; one may have been named twice */
	size_t accepted;         /* RCPTs */
	struct buffer recipient; /* the first, as it was written */
	enum smtp_body body;
	bool is_utf8;
};

struct smtp_server {
	struct desk desk; /* first: its handlers get this */
	enum smtp_mode mode;
	struct buffer hello;
	bool is_extended;               /* EHLO, not HELO */
	struct smtp_envelope *envelope; /* NULL: no transaction */

	/* The message that comes in. */
	struct delivery *delivery;
	enum smtp_text text;
	uint64_t octets, chunk_left;
	bool is_chunked, is_last_chunk, is_refused, has_bare_lf, has_failed;
	const struct rule *chunk_rule; /* a reply of the script's for this chunk */

	unsigned messages; /* for the log */
};

/* A reply of the script's, each of its lines with the code. */
void smtp_obey(struct desk *desk, const struct rule *rule);

/* Gives up the transaction and the message of it. */
void smtp_reset(struct smtp_server *smtp);

/* smtp_envelope.c: argument is what stands behind the verb and one blank. */
void smtp_mail(struct desk *desk, const struct verb *verb, struct span argument);
void smtp_rcpt(struct desk *desk, const struct verb *verb, struct span argument);

/* smtp_login.c */
void smtp_auth(struct desk *desk, const struct verb *verb, struct span argument);
void smtp_accept(struct desk *desk, struct account *account);
void smtp_refuse(struct desk *desk);

/* smtp_message.c */
void smtp_data(struct desk *desk, const struct verb *verb, struct span argument);
void smtp_bdat(struct desk *desk, const struct verb *verb, struct span argument);

/* The octets of a BDAT that is not carried out are taken all the same; rule: its reply, or NULL. */
bool smtp_swallow(
	struct desk *desk, const struct verb *verb, struct span argument, const struct rule *rule);

/* Takes octets of the message; how many. */
size_t smtp_take_text(struct smtp_server *smtp, struct span octets);
size_t smtp_take_chunk(struct smtp_server *smtp, struct span octets);

#endif
