/* practice/pop3_parts.h: what the files of the POP3 side share. Private to them. */
#ifndef PRACTICE_POP3_PARTS_H
#define PRACTICE_POP3_PARTS_H

#include "practice/desk.h"
#include "practice/maildrop.h"
#include "practice/unload.h"

/* An answer that does not fit into one buffer is given a piece at a time. */
enum pop3_giving { POP3_GIVES_NOTHING, POP3_GIVES_SIZES, POP3_GIVES_IDS, POP3_GIVES_MESSAGE };

struct pop3_server {
	struct desk desk;   /* first: its handlers get this */
	char stamp[128];    /* of the greeting, for APOP */
	struct buffer name; /* of USER; empty: none came */
	struct maildrop *maildrop;
	bool is_utf8;

	enum pop3_giving giving;
	size_t next; /* of the messages to list */
	struct unload unload;
	const struct verb *giver; /* the command that is being answered */

	unsigned fetched, deleted; /* for the log */
};

/* pop3_login.c */
void pop3_user(struct desk *desk, const struct verb *verb, struct span argument);
void pop3_pass(struct desk *desk, const struct verb *verb, struct span argument);
void pop3_apop(struct desk *desk, const struct verb *verb, struct span argument);
void pop3_auth(struct desk *desk, const struct verb *verb, struct span argument);
void pop3_accept(struct desk *desk, struct account *account);
void pop3_refuse(struct desk *desk);

/* pop3_maildrop.c */
void pop3_stat(struct desk *desk, const struct verb *verb, struct span argument);
void pop3_list(struct desk *desk, const struct verb *verb, struct span argument);
void pop3_retr(struct desk *desk, const struct verb *verb, struct span argument);
void pop3_dele(struct desk *desk, const struct verb *verb, struct span argument);
void pop3_rset(struct desk *desk, const struct verb *verb, struct span argument);

/* Adds the next piece of what is being given. */
void pop3_give(struct pop3_server *pop3);

#endif
