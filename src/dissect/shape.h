/* dissect/shape.h: whether TLS whose names say nothing has the shape of mail: behind the handshake
 * the server speaks first. */
#ifndef DISSECT_SHAPE_H
#define DISSECT_SHAPE_H

#include "dissect/first_look.h"

/* A server of mail greets and the client answers with a command; over HTTPS and most else the
 * client begins. IMAP and FTP greet as well: connections on their ports are not looked at. */
struct shape;

/* Whether TLS on this port of the server can be mail for all one knows. */
bool shape_is_possible(uint16_t port);

struct shape *shape_new(void);
void shape_free(struct shape *shape);

/* The next bytes of the connection, from its first on. FOUND_MORE, FOUND_MAIL_IN_TLS (*protocol is
 * set) or FOUND_TLS. */
enum found shape_feed(struct shape *shape, enum side side, const struct chunk *chunk,
	enum mail_protocol *protocol);

#endif
