/* net/connection.h: the connections of a capture, found by their addresses and ports. */
#ifndef NET_CONNECTION_H
#define NET_CONNECTION_H

#include "net/analysis.h"
#include "net/packet.h"
#include "net/stream.h"

/* How much of a connection's beginning and end was seen. */
struct connection {
	uint64_t ends[2]; /* by enum side: address and port, exact for IPv4, mixed for IPv6 */
	uint8_t family;
	bool has_syn[2], has_reset, has_closed;
	bool has_sent[2];  /* packets of the side are in the capture */
	bool is_idle;      /* nothing but empty segments so far: the session has not begun */
	bool is_begun;     /* it is known where both streams begin */
	bool is_ending;    /* a FIN was seen, or it has closed */
	bool is_exchanged; /* client and server were exchanged since it was opened */
	uint8_t waited;    /* packets since bytes were acknowledged that are not there */
	uint32_t session;  /* that was handed on; 0: none */
	uint64_t last_frame;
	int64_t end; /* ns, of the last frame */
	void *above; /* what the pipeline keeps, in the room; NULL: nothing now */
	uint64_t first_frame;
	struct tcp_stream streams[2];
	struct analysis *analysis; /* NULL when neither rows nor statistics are wanted */
	int64_t start;             /* ns */
	uint8_t addresses[2][16];  /* by enum side */
	uint16_t ports[2];
	uint64_t fingerprint;
	uint64_t opened; /* so many were opened up to it */
	struct connection *next_spare;
};

/* Room for what the pipeline keeps of each connection, behind it: where the one is found, the other
 * is, and both are asked for at once. All zero when it is new; then as it was left, for whatever
 * connection comes next: its memory is used again. */
struct connection_room {
	size_t octets;
	void (*fini)(void *room); /* frees what it has; NULL: nothing */
};

static inline void *connection_room(const struct connection *connection)
{
	return (void *)(uintptr_t)(connection + 1);
}

struct connections;

struct connections *connections_new(const struct connection_room *room);

/* Frees the table; the connections in it must have been closed. */
void connections_free(struct connections *connections);

/* What a packet's connection is looked up by. */
struct connection_key {
	uint64_t source, destination; /* the ends, as numbers */
	uint64_t fingerprint;         /* the same for both directions */
};

/* What the table says of a packet's connection. */
enum connection_found {
	CONNECTION_UNKNOWN,
	CONNECTION_OPEN,
	CONNECTION_REFUSED, /* known not to be mail: costs its place in the table, nothing else */
	CONNECTION_OVER,    /* it has ended, and only its place is left, for its last segments */
};
struct connection_search {
	struct connection_key key;
	enum connection_found found;
	struct connection *connection; /* before it is found: where it will most likely be, or NULL
					*/
	enum side side;                /* who sent the packet; valid with CONNECTION_OPEN */
};

/* Sets the key of a TCP packet. Of many open connections nearly none is in the processor's cache:
 * what connections_find() will look at is asked for here, and in connections_prefetch(), which
 * comes some time later and sets where it will most likely be found. */
void connections_expect(struct connections *connections, const struct packet *packet,
	struct connection_search *search);
void connections_prefetch(const struct connections *connections, struct connection_search *search);

/* Looks the key up. */
void connections_find(struct connections *connections, const struct packet *packet,
	struct connection_search *search);

/* Opens the connection of a packet that was not found; its sender is the client unless is_server.
 * NULL over LIMIT_OPEN. */
struct connection *connections_open(struct connections *connections, const struct packet *packet,
	const struct connection_key *key, bool is_server);

/* Frees the connection. left is what the table says of its packets from now on: not
 * CONNECTION_OPEN. What is above must have been left. */
void connections_close(
	struct connections *connections, struct connection *connection, enum connection_found left);

/* Takes a refused connection out of the table when this packet ends or begins it anew, one that is
 * over when it begins it anew; whether it did. */
bool connections_forget(struct connections *connections, const struct packet *packet,
	const struct connection_key *key);

/* One that has ended, by its fingerprint, has waited long enough for its last segments: of one that
 * is over the place is freed; one that was closed and is still kept is returned, to be closed; else
 * NULL. */
struct connection *connections_retire(struct connections *connections, uint64_t fingerprint);

/* Exchanges client and server: the capture began midway and the first packet was the server's. */
void connection_exchange(struct connection *connection);

/* The open connections in the order of their beginning: an array to be freed. */
struct connection **connections_all(const struct connections *connections, size_t *count);

#endif
