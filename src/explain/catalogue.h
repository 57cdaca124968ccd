/* explain/catalogue.h: everything that mailscope can explain, each with an id that stays
 * (docs/explanations.md). Made of the vocabulary's rows, those of TLS and TCP, the guide, and the
 * findings. */
#ifndef EXPLAIN_CATALOGUE_H
#define EXPLAIN_CATALOGUE_H

#include "explain/guide.h"
#include "mail/vocabulary.h"

struct wire_meaning;

enum catalogue_kind {
	CATALOGUE_SMTP_VERB = 1 << 0,
	CATALOGUE_POP3_VERB = 1 << 1,
	CATALOGUE_SMTP_REPLY = 1 << 2,
	CATALOGUE_POP3_REPLY = 1 << 3,
	CATALOGUE_MARK = 1 << 4, /* ".", "*", "=", "+" */
	CATALOGUE_EHLO = 1 << 5,
	CATALOGUE_CAPA = 1 << 6,
	CATALOGUE_MAIL_PARAMETER = 1 << 7,
	CATALOGUE_RCPT_PARAMETER = 1 << 8,
	CATALOGUE_STATUS = 1 << 9,
	CATALOGUE_MECHANISM = 1 << 10,
	CATALOGUE_STEP = 1 << 11,
	CATALOGUE_POP3_CODE = 1 << 12,
	CATALOGUE_TLS_MESSAGE = 1 << 13,
	CATALOGUE_TLS13_MESSAGE = 1 << 14,
	CATALOGUE_TLS_ALERT = 1 << 15,
	CATALOGUE_TCP_FLAG = 1 << 16,
	CATALOGUE_TCP_PHASE = 1 << 17,
	CATALOGUE_FINDING = 1 << 18,
	CATALOGUE_FIELD = 1 << 19,    /* "Received-SPF" */
	CATALOGUE_WITH = 1 << 20,     /* "ESMTPS", of Received */
	CATALOGUE_METHOD = 1 << 21,   /* "spf", of Authentication-Results */
	CATALOGUE_RESULT = 1 << 22,   /* "spf=pass", or "temperror" of any method */
	CATALOGUE_PROPERTY = 1 << 23, /* "smtp.mailfrom" */
	CATALOGUE_DKIM_TAG = 1 << 24, /* "bh=" */
	CATALOGUE_ARC_TAG = 1 << 25,  /* "cv=" */
	CATALOGUE_ALL = (1 << 26) - 1,
};

struct catalogue_entry {
	char id[64]; /* "smtp.reply.250.rcpt" */
	enum catalogue_kind kind;
	char name[48];     /* "250", "x.1.1", "Client Hello" */
	const char *after; /* replies: the command answered; "" the greeting, "." the message; NULL:
			      any */
	const char *grammar; /* commands; else NULL */
	const char *meaning, *rfc;
	const char *why, *next;        /* findings: what it means for the user, what to do */
	const struct guide *guide;     /* NULL for findings */
	const struct login_step *step; /* steps of a login; else NULL */
};

struct catalogue {
	struct catalogue_entry *at;
	size_t count;
};
void catalogue_init(struct catalogue *catalogue);
void catalogue_fini(struct catalogue *catalogue);

/* The words of a message's service headers: kind, name, and where the rows of src/message say
 * nothing else, what they mean. */
struct header_word {
	enum catalogue_kind kind;
	const char *name, *meaning, *rfc;
};
const struct header_word *explain_header_words(size_t *count);

/* "SMTP command", "TLS alert" */
const char *catalogue_kind_name(enum catalogue_kind kind);

/* The ids of one command, of one reply, of one message of TLS, of one flag or phase of TCP. */
enum { CATALOGUE_ID_SIZE = 64 };
void catalogue_verb_id(char *id, const struct verb *verb);
void catalogue_reply_id(char *id, const struct reply_meaning *reply, bool is_smtp);
void catalogue_record_id(char *id, struct span name, bool is_tls13);
void catalogue_tcp_id(char *id, const struct wire_meaning *row);

#endif
