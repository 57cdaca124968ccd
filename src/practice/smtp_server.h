/* practice/smtp_server.h: the SMTP side: a submission server that delivers to its own users alone.
 */
#ifndef PRACTICE_SMTP_SERVER_H
#define PRACTICE_SMTP_SERVER_H

#include "practice/house.h"

/* Its open() wants a struct house. */
extern const struct talk_kind smtp_server_kind;

/* What such servers say in need. */
extern const struct talk_words smtp_words;

#endif
