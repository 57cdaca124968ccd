#include "capture/strip.h"

#include "base/limits.h"
#include "capture/block.h"
#include "capture/input.h"

struct strip {
	struct input input;
	const char *name;
	const struct strip_sink *sink;
	struct strip_result *result;
	bool is_big; /* the byte order of the section */
};

/* The input has ended, where it should or not. */
static enum step at_end(struct strip *strip, bool is_whole)
{
	struct fail *fail = &strip->result->fail;

	if (strip->input.fail.code != FAIL_NONE)
		return fail_set(fail, strip->input.fail.code, "%s: %s", strip->name,
			strip->input.fail.text);
	if (!is_whole)
		return fail_set(fail, FAIL_DAMAGED, "%s: a block at offset %llu is cut short",
			strip->name, (unsigned long long)input_offset(&strip->input));
	return STEP_MORE;
}

static enum step write_octets(struct strip *strip, size_t length)
{
	struct span octets = span_first(input_span(&strip->input), length);
	enum step step = strip->sink->write(strip->sink->context, octets, &strip->result->fail);

	input_skip(&strip->input, octets.length);
	return step;
}

/* What is no pcapng has no secrets. */
static enum step copy_all(struct strip *strip)
{
	while (input_need(&strip->input, 1))
		if (write_octets(strip, SIZE_MAX) == STEP_FAIL)
			return STEP_FAIL;
	return at_end(strip, true);
}

/* A section header's own length stands in the byte order that it tells. */
static enum step read_order(struct strip *strip)
{
	struct cursor c;
	uint32_t order;

	if (!input_need(&strip->input, BLOCK_HEAD + sizeof order))
		return at_end(strip, false);
	c = cursor_of(span_from(input_span(&strip->input), BLOCK_HEAD));
	order = cursor_u32(&c);
	strip->is_big = order == BLOCK_ORDER;
	if (strip->is_big || order == __builtin_bswap32(BLOCK_ORDER))
		return STEP_DONE;
	return fail_set(&strip->result->fail, FAIL_DAMAGED,
		"%s: block at offset %llu: 0x%08x is no byte-order magic", strip->name,
		(unsigned long long)input_offset(&strip->input), order);
}

/* STEP_MORE: the capture ends in front of this block. */
static enum step copy_block(struct strip *strip)
{
	struct input *input = &strip->input;
	struct cursor c;
	uint32_t type;
	uint64_t length;

	if (!input_need(input, BLOCK_HEAD))
		return at_end(strip, input_span(input).length == 0);
	c = cursor_of(input_span(input));
	type = block_u32(&c, strip->is_big);
	if (type == BLOCK_SECTION && read_order(strip) != STEP_DONE)
		return STEP_FAIL;
	c = cursor_of(span_from(input_span(input), 4));
	/* Some writers leave the padding out of the length. */
	length = block_padded(block_u32(&c, strip->is_big));
	if (length < BLOCK_FRAME || length > LIMIT_BLOCK)
		return fail_set(&strip->result->fail, FAIL_DAMAGED,
			"%s: block at offset %llu: length %llu is not between %d and %d",
			strip->name, (unsigned long long)input_offset(input),
			(unsigned long long)length, (int)BLOCK_FRAME, (int)LIMIT_BLOCK);
	if (!input_need(input, (size_t)length))
		return at_end(strip, false);
	if (type != BLOCK_SECRETS)
		return write_octets(strip, (size_t)length);
	input_skip(input, (size_t)length);
	strip->result->blocks++;
	return STEP_DONE;
}

static bool is_pcapng(struct strip *strip)
{
	struct cursor c;

	if (!input_need(&strip->input, 4))
		return false;
	c = cursor_of(input_span(&strip->input));
	return cursor_u32(&c) == BLOCK_SECTION;
}

enum step strip_copy(int descriptor, const char *name, const struct strip_sink *sink,
	struct strip_result *result)
{
	struct strip strip = {.name = name, .sink = sink, .result = result};
	enum step step;

	*result = (struct strip_result){.blocks = 0};
	input_init(&strip.input, descriptor);
	if (is_pcapng(&strip))
		do
			step = copy_block(&strip);
		while (step == STEP_DONE);
	else
		step = copy_all(&strip);
	input_fini(&strip.input);
	return step == STEP_MORE ? STEP_DONE : STEP_FAIL;
}
