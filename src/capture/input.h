/* capture/input.h: the octets of a capture, unpacked, through one buffer that is read in large
 * pieces. */
#ifndef CAPTURE_INPUT_H
#define CAPTURE_INPUT_H

#include "base/attributes.h"
#include "base/fail.h"
#include "base/span.h"
#include "capture/unpack.h"

struct input {
	int descriptor;
	uint8_t *at; /* the buffer */
	size_t size;
	size_t begin, end;     /* what was read and not yet used */
	uint64_t base;         /* offset of the buffer's front in the unpacked capture */
	uint64_t octets;       /* read from the descriptor */
	bool is_over;          /* nothing comes any more */
	struct unpack *unpack; /* NULL: not packed */
	enum packing packing;
	uint8_t *packed; /* its buffer */
	struct span packed_left;
	struct fail fail; /* why it ended, without the file's name; code FAIL_NONE: as it should */
};

/* Takes the descriptor over and finds out whether it is packed. */
void input_init(struct input *input, int descriptor);
void input_fini(struct input *input);

/* Reads on until length octets are there; false when the input ends before. */
bool input_fill(struct input *input, size_t length);

/* Whether length octets, not yet used, are there. What was handed out before is lost. */
static inline bool input_need(struct input *input, size_t length)
{
	return LIKELY(input->end - input->begin >= length) || input_fill(input, length);
}

/* What is there without reading; at least as much as input_need() was asked for. */
static inline struct span input_span(const struct input *input)
{
	return span_of(input->at + input->begin, input->end - input->begin);
}

/* At most what input_span() has. */
static inline void input_skip(struct input *input, size_t length)
{
	input->begin += length;
}

/* The offset of the next octet in the unpacked capture. */
static inline uint64_t input_offset(const struct input *input)
{
	return input->base + input->begin;
}

#endif
