/* capture/block.h: the numbers of pcapng (draft-ietf-opsawg-pcapng) and of pcap, for reader and
 * writer. */
#ifndef CAPTURE_BLOCK_H
#define CAPTURE_BLOCK_H

#include "base/cursor.h"
#include "base/step.h"

enum block_type {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2, /* obsolete, but read */
	BLOCK_SIMPLE = 3,
	BLOCK_NAMES = 4,
	BLOCK_STATISTICS = 5,
	BLOCK_ENHANCED = 6,
	BLOCK_JOURNAL = 9,
	BLOCK_SECRETS = 10,
	BLOCK_CUSTOM = 0xbad,
	BLOCK_CUSTOM_NO_COPY = 0x40000bad,
	BLOCK_SECTION = 0x0a0d0d0a, /* the same in both byte orders */
};

/* The byte-order magic of a section header, in the order of its section. */
enum { BLOCK_ORDER = 0x1a2b3c4d };

/* Type and total length in front, total length again behind. */
enum { BLOCK_HEAD = 8, BLOCK_TAIL = 4, BLOCK_FRAME = BLOCK_HEAD + BLOCK_TAIL };

enum option_code {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_HARDWARE = 2, /* section header */
	OPTION_SYSTEM = 3,
	OPTION_APPLICATION = 4,
	OPTION_IF_NAME = 2, /* interface description */
	OPTION_IF_RESOLUTION = 9,
	OPTION_IF_FILTER = 11, /* one octet for the language, 0: libpcap's, then the text */
	OPTION_IF_OFFSET = 14,
	OPTION_RECEIVED = 4, /* interface statistics: isb_ifrecv, isb_ifdrop, isb_osdrop */
	OPTION_DROPPED = 5,
	OPTION_DROPPED_BY_SYSTEM = 7,
};

enum { OPTION_HEAD = 4, OPTION_LIMIT = 65535 };

/* Lengths are padded to a multiple of four octets. */
static inline uint64_t block_padded(uint64_t length)
{
	return (length + 3) & ~(uint64_t)3;
}

/* Numbers in the byte order of their section. */
static inline uint16_t block_u16(struct cursor *c, bool is_big)
{
	return is_big ? cursor_u16(c) : cursor_u16_little(c);
}

static inline uint32_t block_u32(struct cursor *c, bool is_big)
{
	return is_big ? cursor_u32(c) : cursor_u32_little(c);
}

static inline uint64_t block_u64(struct cursor *c, bool is_big)
{
	uint64_t first = block_u32(c, is_big);
	uint64_t second = block_u32(c, is_big);

	return is_big ? first << 32 | second : second << 32 | first;
}

/* A timestamp: its high half stands first in either byte order. */
static inline uint64_t block_ticks(struct cursor *c, bool is_big)
{
	uint64_t high = block_u32(c, is_big);

	return high << 32 | block_u32(c, is_big);
}

struct block_option {
	uint16_t code;
	struct span value;
};

/* Takes the next option. STEP_MORE: there is no further one. STEP_FAIL: it does not fit. */
static inline enum step block_option_take(
	struct cursor *c, bool is_big, struct block_option *option)
{
	size_t length;

	if (c->left == 0)
		return STEP_MORE;
	option->code = block_u16(c, is_big);
	length = block_u16(c, is_big);
	if (option->code == OPTION_END && !c->is_short)
		return STEP_MORE;
	option->value = span_first(cursor_span(c, (size_t)block_padded(length)), length);
	return c->is_short ? STEP_FAIL : STEP_DONE;
}

#endif
