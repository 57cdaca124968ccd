#include "capture/capture.h"

#include "base/language.h"
#include "base/memory.h"
#include "capture/block.h"
#include "capture/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAGIC = 4 };

/* Counted from 1; only asked for when something is wrong. */
static unsigned long long block_number(const struct capture *capture)
{
	return capture->frames + capture->others + 1;
}

enum step reader_damage(struct capture *capture, const char *format, ...)
{
	char text[400];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, language_text(format), arguments);
	va_end(arguments);
	return fail_set(&capture->fail, FAIL_DAMAGED, "%s: block %llu (%s) at offset %llu: %s",
		capture->name, block_number(capture), capture->what,
		(unsigned long long)capture->offset, text);
}

/* The input itself failed: its own words. */
static enum step reader_broken(struct capture *capture)
{
	return fail_set(&capture->fail, capture->input.fail.code, "%s: %s", capture->name,
		capture->input.fail.text);
}

enum step reader_cut(struct capture *capture, uint64_t length)
{
	if (capture->input.fail.code != FAIL_NONE)
		return reader_broken(capture);
	return fail_set(&capture->fail, FAIL_DAMAGED,
		"%s: block %llu (%s) at offset %llu is cut short: %zu of %llu octets",
		capture->name, block_number(capture), capture->what,
		(unsigned long long)capture->offset, input_span(&capture->input).length,
		(unsigned long long)length);
}

/* Finds out what the first octets are. */
static enum step capture_begin(struct capture *capture)
{
	static const uint8_t section[MAGIC] = {0x0a, 0x0d, 0x0d, 0x0a};
	struct span start;

	(void)input_need(&capture->input, MAGIC);
	start = span_first(input_span(&capture->input), MAGIC);
	if (span_equal(start, span_of(section, MAGIC))) {
		capture->next = pcapng_next;
		capture->some_at_hand = pcapng_at_hand;
		return STEP_DONE;
	}
	if (pcap_is_magic(start)) {
		capture->next = pcap_read;
		capture->some_at_hand = pcap_at_hand;
		return pcap_begin(capture);
	}
	if (capture->input.fail.code != FAIL_NONE)
		return reader_broken(capture);
	return fail_set(&capture->fail, FAIL_DAMAGED, "%s: %s", capture->name,
		start.length == 0 ? _("the capture is empty")
				  : _("this is no pcapng or pcap capture"));
}

struct capture *capture_open_descriptor(int descriptor, const char *name,
	const struct capture_listener *listener, struct fail *fail)
{
	struct capture *capture = memory_new(1, sizeof *capture);

	input_init(&capture->input, descriptor);
	capture->name = memory_text(name);
	if (listener != NULL)
		capture->listener = *listener;
	if (capture_begin(capture) == STEP_DONE)
		return capture;
	if (fail != NULL)
		*fail = capture->fail;
	capture_close(capture);
	return NULL;
}

struct capture *capture_open(
	const char *path, const struct capture_listener *listener, struct fail *fail)
{
	bool is_standard = strcmp(path, "-") == 0;
	int descriptor = is_standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
				     : open(path, O_RDONLY | O_CLOEXEC);

	if (descriptor < 0) {
		fail_set(fail, FAIL_OPEN, "%s: cannot open: %s",
			is_standard ? _("standard input") : path, language_error(errno));
		return NULL;
	}
	return capture_open_descriptor(
		descriptor, is_standard ? _("standard input") : path, listener, fail);
}

/* Once over, a capture stays over, and tells why as often as it is asked. */
static enum step capture_end(struct capture *capture, struct fail *fail)
{
	if (!capture->is_over && capture->fail.code == FAIL_NONE &&
		capture->input.fail.code != FAIL_NONE)
		reader_broken(capture);
	capture->is_over = true;
	if (capture->fail.code == FAIL_NONE)
		return STEP_MORE;
	if (fail != NULL)
		*fail = capture->fail;
	return STEP_FAIL;
}

enum step capture_next(struct capture *capture, struct frame *frame, struct fail *fail)
{
	if (LIKELY(!capture->is_over) && LIKELY(capture->next(capture, frame) == STEP_DONE)) {
		frame->number = ++capture->frames;
		return STEP_DONE;
	}
	return capture_end(capture, fail);
}

enum step capture_next_some(
	struct capture *capture, struct frame *frames, size_t *count, struct fail *fail)
{
	enum step step = capture_next(capture, frames, fail);
	size_t taken = step == STEP_DONE ? 1 : 0;

	if (taken > 0)
		taken += capture->some_at_hand(capture, frames + 1, *count - 1);
	for (size_t i = 1; i < taken; i++)
		frames[i].number = ++capture->frames;
	*count = taken;
	return step;
}

uint64_t capture_octets(const struct capture *capture)
{
	return capture->input.octets;
}

void capture_close(struct capture *capture)
{
	if (capture == NULL)
		return;
	input_fini(&capture->input);
	free(capture->section.interfaces);
	free(capture->name);
	free(capture);
}
