/* compare/wire.h: the lines of a session as a log would have them: messages cut into their lines,
 * records of TLS that carry dialogue, gaps. */
#ifndef COMPARE_WIRE_H
#define COMPARE_WIRE_H

#include "compare/sealing.h"
#include "session/session.h"

enum wire_kind {
	WIRE_LINE,
	WIRE_MESSAGE, /* one whose text was not kept */
	WIRE_RECORD,
	WIRE_GAP
};

struct wire_item {
	enum wire_kind kind;
	enum side side;
	bool is_decrypted;
	bool is_final_dot;  /* the line that ends a message */
	bool is_stuffed;    /* a dot was doubled on the wire in front of text */
	bool is_message;    /* a line of a message */
	bool may_be_ticket; /* TLS 1.3: stands where session tickets stand */
	bool may_be_alert; /* TLS 1.3: the last record of its side, and long enough for close_notify
			    */
	enum line_end end;
	struct span text;
	uint64_t octets;    /* on the wire, line end or record header included */
	uint64_t low, high; /* records: octets of text inside, at least and at most */
	uint64_t offset;    /* of its first octet in what its side said (with is_placed) */
	uint32_t line;      /* index in session.lines */
};

struct wire {
	const struct session *session;
	struct sealing sealing;
	struct wire_item *items; /* freed with the wire */
	size_t count;
	size_t record_count;
	/* A message that came by BDAT: its line, and what its commands have not been given yet. */
	size_t chunked;
	struct span chunks;
	bool is_placed; /* offsets are known: begun in the capture, nothing missing, not sealed */
	uint32_t handshake_count; /* records left out since they belong to the handshake */
};

/* sealing: NULL to take it from the session. The session must outlive the wire. */
void wire_init(struct wire *wire, const struct session *session, const struct sealing *sealing);
void wire_fini(struct wire *wire);

#endif
