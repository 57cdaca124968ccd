/* session/row.h: one row of the packet list, as Wireshark's window shows it. */
#ifndef SESSION_ROW_H
#define SESSION_ROW_H

#include "base/span.h"

struct row {
	uint64_t number;
	int64_t time; /* ns since the capture's first packet */
	bool has_time;
	uint32_t length;     /* octets on the wire */
	uint32_t session;    /* number of the mail session it belongs to; 0: none */
	bool is_mail;        /* SMTP, POP or TLS of a mail connection: stands in the list without
				--all-packets */
	bool is_from_client; /* of a mail connection */
	struct span source, destination, protocol, info; /* printable text, valid during the call */
};

#endif
