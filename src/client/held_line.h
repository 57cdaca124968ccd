/* client/held_line.h: lines out of octets, however they are cut. */
#ifndef CLIENT_HELD_LINE_H
#define CLIENT_HELD_LINE_H

#include "base/buffer.h"

/* Takes octets off the front of *octets, up to the end of a line. True: *line is that line, without
 * LF or CRLF, and lives in what is held, which is to be cleared before the next call. False: all
 * octets are taken, and held. */
bool held_line_take(struct buffer *held, struct span *octets, struct span *line);

#endif
