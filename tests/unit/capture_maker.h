/* tests/unit/capture_maker.h: makes small captures in memory, sound or broken, and reads them into
 * a text that tests compare. */
#ifndef TESTS_UNIT_CAPTURE_MAKER_H
#define TESTS_UNIT_CAPTURE_MAKER_H

#include "base/buffer.h"
#include "capture/block.h"
#include "capture/capture.h"

enum { MAKER_BLOCKS = 64 };

struct maker {
	struct buffer out;
	bool is_big;
	size_t blocks;
	size_t starts[MAKER_BLOCKS + 1]; /* of each block, and the end of the last */
	bool is_frame[MAKER_BLOCKS];
};

void maker_init(struct maker *maker, bool is_big);
void maker_fini(struct maker *maker);

/* Numbers in the maker's byte order. */
void maker_u16(struct maker *maker, uint16_t value);
void maker_u32(struct maker *maker, uint32_t value);
void maker_u64(struct maker *maker, uint64_t value);
void maker_text(struct maker *maker, const char *text);
void maker_pad(struct maker *maker); /* to a multiple of four */

/* Changes the 32-bit number that stands at offset. */
void maker_patch(struct maker *maker, size_t offset, uint32_t value);

/* pcapng: what is added between the two is the block's body. */
void maker_begin(struct maker *maker, uint32_t type);
void maker_end(struct maker *maker);
void maker_option(struct maker *maker, uint16_t code, const void *value, size_t length);
void maker_option_end(struct maker *maker);

/* Whole blocks. Packets have `captured` octets 'a', 'b', ... of `length`. */
void maker_section(struct maker *maker);
void maker_interface(struct maker *maker, uint16_t link_type, uint32_t snaplen);
void maker_enhanced(struct maker *maker, uint32_t interface, uint64_t ticks, uint32_t captured);

/* Every kind of block, once or more. */
void maker_everything(struct maker *maker);

/* pcap: a file header and records; each counts as a block. */
void maker_pcap(struct maker *maker, uint32_t magic, uint32_t link_type);
void maker_record(struct maker *maker, uint32_t seconds, uint32_t fraction, uint32_t captured);

/* What reading gave. */
struct reading {
	struct buffer log; /* a line for each frame and each thing the listener heard */
	size_t frames;
	enum step end; /* STEP_MORE or STEP_FAIL */
	struct fail fail;
	uint64_t octets;
};

void reading_of_descriptor(struct reading *reading, int descriptor);
void reading_of(struct reading *reading, struct span capture);
void reading_fini(struct reading *reading);

/* A descriptor from which these octets can be read. */
int descriptor_of(struct span octets);

#endif
