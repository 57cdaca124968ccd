#include "capture/input.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

/* read() that waits, also where the descriptor does not block. 0 at the end, -1 with errno. */
static ssize_t read_some(int descriptor, void *at, size_t length)
{
	for (;;) {
		ssize_t got = read(descriptor, at, length);
		struct pollfd wait = {.fd = descriptor, .events = POLLIN};

		if (got >= 0 || (errno != EINTR && errno != EAGAIN))
			return got;
		if (errno == EAGAIN && poll(&wait, 1, -1) < 0 && errno != EINTR)
			return -1;
	}
}

/* What the descriptor gives in one piece; 0 at its end. */
static size_t input_read(struct input *input, uint8_t *at, size_t length)
{
	ssize_t got = read_some(input->descriptor, at, length);

	if (got < 0)
		fail_set(&input->fail, FAIL_OPEN, "cannot read: %s", language_error(errno));
	if (got <= 0) {
		input->is_over = true;
		return 0;
	}
	input->octets += (uint64_t)got;
	return (size_t)got;
}

static const char *packing_name(enum packing packing)
{
	return packing == PACKING_GZIP ? "gzip" : "zstd";
}

/* The packed octets are used up: reads more, or finds out whether they may end here. */
static bool input_read_packed(struct input *input)
{
	size_t got = input_read(input, input->packed, LIMIT_READ);

	input->packed_left = span_of(input->packed, got);
	if (got > 0)
		return true;
	if (input->fail.code == FAIL_NONE && !unpack_may_end(input->unpack))
		fail_set(&input->fail, FAIL_DAMAGED, "the %s data is cut short at octet %llu",
			packing_name(input->packing), (unsigned long long)input->octets);
	return false;
}

static size_t input_unpack(struct input *input, uint8_t *at, size_t length)
{
	struct unpack_room room = {at, length, 0};
	enum step step;

	do
		step = unpack_run(input->unpack, &input->packed_left, &room);
	while (step == STEP_MORE && input_read_packed(input));
	if (step == STEP_FAIL) {
		input->is_over = true;
		fail_set(&input->fail, FAIL_DAMAGED, "the %s data is damaged before octet %llu: %s",
			packing_name(input->packing),
			(unsigned long long)(input->octets - input->packed_left.length),
			unpack_error(input->unpack));
	}
	return room.made;
}

/* Moves what is left to the front and makes room for a large piece behind it. The buffer grows with
 * what has come, not with what a length claims. */
static void input_make_room(struct input *input)
{
	size_t left = input->end - input->begin;

	if (input->begin > 0) {
		memmove(input->at, input->at + input->begin, left);
		input->base += input->begin;
		input->begin = 0;
		input->end = left;
	}
	if (input->size - left < LIMIT_READ) {
		input->size = 2 * input->size;
		input->at = memory_resize(input->at, input->size, 1);
	}
}

bool input_fill(struct input *input, size_t length)
{
	while (input->end - input->begin < length) {
		if (input->is_over)
			return false;
		input_make_room(input);
		if (input->unpack != NULL)
			input->end += input_unpack(input, input->at + input->end, LIMIT_READ);
		else
			input->end += input_read(input, input->at + input->end, LIMIT_READ);
	}
	return true;
}

/* From here on the octets come through the unpacker, those already read first. */
static void input_start_unpack(struct input *input, enum packing packing)
{
	size_t length = input->end;

	input->packing = packing;
	input->unpack = unpack_new(packing);
	input->packed = memory_new(LIMIT_READ + PACKING_MAGIC, 1);
	memcpy(input->packed, input->at, length);
	input->packed_left = span_of(input->packed, length);
	input->end = 0;
	input->is_over = input->fail.code != FAIL_NONE;
}

void input_init(struct input *input, int descriptor)
{
	enum packing packing;

	*input = (struct input){.descriptor = descriptor, .size = 2 * LIMIT_READ};
	input->at = memory_new(input->size, 1);
	(void)posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
	(void)input_fill(input, PACKING_MAGIC);
	packing = packing_of(input_span(input));
	if (packing != PACKING_NONE)
		input_start_unpack(input, packing);
}

void input_fini(struct input *input)
{
	if (input->descriptor >= 0)
		close(input->descriptor);
	unpack_free(input->unpack);
	free(input->packed);
	free(input->at);
}
