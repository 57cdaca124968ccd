/* practice/pop3_parts.h: what the files of the POP3 side share. Private to them. */
#ifndef PRACTICE_POP3_PARTS_H
#define PRACTICE_POP3_PARTS_H

#include "practice/faults.h"
#include "practice/house.h"
#include "practice/line.h"
#include "practice/maildrop.h"
#include "practice/unload.h"

/* An answer that does not fit into one buffer is given a piece at a time. */
enum pop3_giving { POP3_GIVES_NOTHING, POP3_GIVES_SIZES, POP3_GIVES_IDS, POP3_GIVES_MESSAGE };

struct pop3_server {
	struct talk talk; /* first: talk_kind's functions get this */
	struct house *house;
	struct faults faults;
	struct line_taker lines;
	unsigned state;            /* of enum verb_states */
	char stamp[128];           /* of the greeting, for APOP */
	struct buffer name;        /* of USER; empty: none came */
	struct exchange *exchange; /* NULL: no login goes on */
	struct account *user;
	struct maildrop *maildrop;
	bool is_utf8;

	enum pop3_giving giving;
	size_t next; /* of the messages to list */
	struct unload unload;
	const struct verb *giver; /* the command that is being answered */

	/* For the limits and the log. */
	unsigned wrong, failed_logins, fetched, deleted;
	bool has_quit;
};

/* Whether the tag is offered in this session: as the script says, else as is. */
bool pop3_offers(const struct pop3_server *pop3, const char *tag, bool is_offered);

/* One line: "+OK ...". */
void pop3_reply(struct pop3_server *pop3, const char *format, ...) PRINTF_LIKE(2, 3);

/* "-ERR ..." that counts against the client: after too many, the end. */
void pop3_wrong(struct pop3_server *pop3, const char *format, ...) PRINTF_LIKE(2, 3);

/* What the script wants behind a reply. */
void pop3_after(struct pop3_server *pop3, const char *place);
const char *pop3_line_end(const struct pop3_server *pop3);

/* pop3_login.c */
void pop3_user(struct pop3_server *pop3, const struct verb *verb, struct span argument);
void pop3_pass(struct pop3_server *pop3, const struct verb *verb, struct span argument);
void pop3_apop(struct pop3_server *pop3, const struct verb *verb, struct span argument);
void pop3_auth(struct pop3_server *pop3, const struct verb *verb, struct span argument);
void pop3_response(struct pop3_server *pop3, struct span line);
void pop3_give_up_login(struct pop3_server *pop3);

/* pop3_maildrop.c */
void pop3_stat(struct pop3_server *pop3, const struct verb *verb, struct span argument);
void pop3_list(struct pop3_server *pop3, const struct verb *verb, struct span argument);
void pop3_retr(struct pop3_server *pop3, const struct verb *verb, struct span argument);
void pop3_dele(struct pop3_server *pop3, const struct verb *verb, struct span argument);
void pop3_rset(struct pop3_server *pop3, const struct verb *verb, struct span argument);

/* Adds the next piece of what is being given. */
void pop3_give(struct pop3_server *pop3);

#endif
