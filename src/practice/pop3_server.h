/* practice/pop3_server.h: the POP3 side: what SMTP brought, to fetch. */
#ifndef PRACTICE_POP3_SERVER_H
#define PRACTICE_POP3_SERVER_H

#include "practice/house.h"

/* Its open() wants a struct house. */
extern const struct talk_kind pop3_server_kind;

/* What such servers say in need. */
extern const struct talk_words pop3_words;

#endif
