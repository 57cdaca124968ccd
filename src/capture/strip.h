/* capture/strip.h: a capture without the secrets that stand in it. */
#ifndef CAPTURE_STRIP_H
#define CAPTURE_STRIP_H

#include "base/fail.h"
#include "base/span.h"

/* Where the octets go; STEP_FAIL ends the copying. */
struct strip_sink {
	void *context;
	enum step (*write)(void *context, struct span octets, struct fail *fail);
};

struct strip_result {
	uint64_t blocks; /* that were left out */
	struct fail fail;
};

/* Copies a capture (unpacked, if it is packed), octet for octet but for the Decryption Secrets
 * Blocks of a pcapng (draft-ietf-opsawg-pcapng 4.7). Takes the descriptor over; name is for error
 * texts. STEP_DONE; or STEP_FAIL and result->fail, after all before the damage was copied. */
enum step strip_copy(int descriptor, const char *name, const struct strip_sink *sink,
	struct strip_result *result);

#endif
