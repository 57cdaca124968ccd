/* dissect/talk_rows.h: what the packet list says of the packets of a mail connection. */
#ifndef DISSECT_TALK_ROWS_H
#define DISSECT_TALK_ROWS_H

#include "dissect/conversation.h"

/* Before the bytes of a packet are given to mail or TLS, and after. */
void talk_rows_before(struct conversation *conversation, enum side side, const struct chunk *chunk);
void talk_rows_after(struct conversation *conversation, enum side side, const struct chunk *chunk);

void talk_rows_mail(struct conversation *conversation, const struct mail_event *event);
void talk_rows_tls(struct conversation *conversation, const struct tls_event *event);

/* Judges one row: what it still waits for. */
void talk_rows_judge(struct conversation *conversation, struct draft *draft);

/* Looks again at the rows that are kept open: closes those that wait for nothing. */
void talk_rows_settle(struct conversation *conversation);

#endif
