/* dissect/delivery.h: the bytes of both directions, handed to the dialogue in the order in which
 * they were said. */
#ifndef DISSECT_DELIVERY_H
#define DISSECT_DELIVERY_H

#include "net/connection.h"

/* Each direction is put in order by its stream. Between the directions the acknowledgements tell
 * the order: a segment that acknowledges bytes not seen yet waits for them, until LIMIT_PATIENCE
 * packets of the connection have passed; then the capture lacks them, and the gap is said before
 * the segment is. connection->above is the dialogue. */

/* Takes the payload of a segment that side sent; whether its bytes must wait (its row too). */
bool delivery_take(struct connection *connection, enum side side, const struct tcp_segment *segment,
	struct origin origin);

/* Side has acknowledged the other's bytes up to this sequence number. */
void delivery_acknowledge(struct connection *connection, enum side side, uint32_t acknowledged);

/* One more packet of the connection has come: waiting has an end. */
void delivery_wait(struct connection *connection, struct origin origin);

/* Tells the dialogue which sides have said all: FIN seen, and all bytes before it. */
void delivery_end(struct connection *connection, struct origin origin);

/* The connection is over: all that waits is handed on, gaps said. */
void delivery_flush(struct connection *connection, struct origin origin);

#endif
