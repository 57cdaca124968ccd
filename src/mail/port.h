/* mail/port.h: the ports that are mail's. */
#ifndef MAIL_PORT_H
#define MAIL_PORT_H

#include "mail/vocabulary.h"

#include <stdint.h>

struct mail_port {
	uint16_t number;
	enum mail_protocol protocol;
	bool is_tls; /* TLS from the first octet (RFC 8314 3) */
};

/* NULL: a port that says nothing of what is spoken there. */
const struct mail_port *mail_port_find(uint16_t number);

#endif
