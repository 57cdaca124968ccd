/* capture/unpack.h: undoes gzip and zstd, piece by piece. */
#ifndef CAPTURE_UNPACK_H
#define CAPTURE_UNPACK_H

#include "base/span.h"
#include "base/step.h"

enum packing { PACKING_NONE, PACKING_GZIP, PACKING_ZSTD };

enum { PACKING_MAGIC = 4 }; /* octets that packing_of() wants to see */

/* What the first octets of a file say. */
enum packing packing_of(struct span start);

struct unpack;

/* packing is not PACKING_NONE. */
struct unpack *unpack_new(enum packing packing);
void unpack_free(struct unpack *unpack);

/* Where unpacked octets go. */
struct unpack_room {
	uint8_t *at;
	size_t length; /* room, more than 0 */
	size_t made;   /* filled */
};

/* Unpacks from the front of *packed, which loses what was used, into the room. STEP_DONE: made is
 * more than 0. STEP_MORE: nothing comes without more packed octets. STEP_FAIL: the octets are
 * damaged from here on (made may still be more than 0); see unpack_error(). */
enum step unpack_run(struct unpack *unpack, struct span *packed, struct unpack_room *room);

/* Whether the packed octets may end here: no gzip member or zstd frame is unfinished. */
bool unpack_may_end(const struct unpack *unpack);

/* What was wrong, after STEP_FAIL; a constant text. */
const char *unpack_error(const struct unpack *unpack);

#endif
