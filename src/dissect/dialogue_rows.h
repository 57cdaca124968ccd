/* dissect/dialogue_rows.h: what the packet list says of the packets of a mail connection. */
#ifndef DISSECT_DIALOGUE_ROWS_H
#define DISSECT_DIALOGUE_ROWS_H

#include "dissect/dialogue.h"

/* Before the bytes of a packet are given to mail or TLS, and after. */
void dialogue_rows_before(struct dialogue *dialogue, enum side side, const struct chunk *chunk);
void dialogue_rows_after(struct dialogue *dialogue, enum side side, const struct chunk *chunk);

void dialogue_rows_mail(struct dialogue *dialogue, const struct mail_event *event);
void dialogue_rows_tls(struct dialogue *dialogue, const struct tls_event *event);

/* Before what was opened out of a record is given to mail. */
void dialogue_rows_opened(struct dialogue *dialogue, const struct tls_event *event);

/* Judges one row: what it still waits for. */
void dialogue_rows_judge(struct dialogue *dialogue, struct draft *draft);

/* The row is settled: keeps it for the TCP flow, if that is wanted. */
void dialogue_rows_keep(struct dialogue *dialogue, struct draft *draft);

/* Looks again at the rows that are kept open: closes those that wait for nothing. */
void dialogue_rows_settle(struct dialogue *dialogue);

#endif
