#include "live/recording.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "capture/writer.h"
#include "live/listener.h"
#include "live/route.h"
#include "live/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Milliseconds. A connection that was never open is waited for less: its SYN may have had no answer
 * at all. The linger is for what may follow the end, a second RST; dumpcap hands packets on later.
 */
enum { WAIT_FOR_END = 2000, WAIT_FOR_REST = 300, LINGER = 10, LINGER_DUMPCAP = 60 };

struct recording {
	FILE *file; /* without a name: pcapng, of one interface */
	struct writer writer;
	struct watch watch;
	struct listener *listener; /* NULL: ended */
	char interface[IF_NAMESIZE];
	struct buffer filter;
	uint64_t octets, left_out; /* recorded; packets over LIMIT_RECORDED */
	int link_type;
	bool is_begun;
};

/* A file that is gone with the last descriptor of it; where the file system has no such files, one
 * that loses its name at once. */
static int open_nameless(const char *folder)
{
	struct buffer path;
	int file = -1;

#ifdef O_TMPFILE
	file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (file >= 0)
		return file;
#endif
	buffer_init(&path, 0);
	buffer_printf(&path, "%s/.recording-XXXXXX", folder);
	(void)buffer_text(&path);
	file = mkostemp((char *)path.at, O_CLOEXEC);
	if (file >= 0)
		unlink((const char *)path.at);
	buffer_fini(&path);
	return file;
}

static enum step open_file(struct recording *recording, const char *folder, struct fail *fail)
{
	int file = open_nameless(folder);

	if (file >= 0)
		recording->file = fdopen(file, "w+b");
	if (recording->file != NULL)
		return STEP_DONE;
	if (file >= 0)
		close(file);
	return fail_set(
		fail, FAIL_WRITE, "%s: cannot make a file: %s", folder, language_error(errno));
}

/* The first interface: there is one. An attempt before this one left nothing that counts. */
static void on_interface(void *context, int link_type)
{
	struct recording *recording = context;
	struct writer_section section = {.application = NULL};
	struct writer_interface interface = {.link_type = (uint16_t)link_type};

	if (recording->is_begun)
		return;
	recording->is_begun = true;
	recording->link_type = link_type;
	writer_begin(&recording->writer, recording->file, &section);
	(void)writer_interface(&recording->writer, &interface);
}

static void on_frame(void *context, const struct frame *frame)
{
	struct recording *recording = context;
	struct writer_packet packet = {
		.time = frame->time, .bytes = frame->bytes, .length = frame->length};
	struct packet decoded;

	if (frame->link_type != recording->link_type)
		return;
	if (recording->octets + frame->bytes.length > LIMIT_RECORDED) {
		recording->left_out++;
	} else {
		recording->octets += frame->bytes.length;
		writer_packet(&recording->writer, &packet);
	}
	packet_decode(&decoded, frame->link_type, frame->bytes);
	if (decoded.kind == PACKET_TCP)
		watch_packet(&recording->watch, &decoded);
}

struct recording *recording_new(const struct recording_options *options, struct fail *fail)
{
	struct recording *recording = memory_new(1, sizeof *recording);
	struct listener_options wants = {.interface = recording->interface,
		.context = recording,
		.on_interface = on_interface,
		.on_frame = on_frame};

	buffer_init(&recording->filter, 0);
	route_filter(options->addresses, options->address_count, &recording->filter);
	if (options->interface == NULL)
		route_interface(options->addresses, options->address_count, recording->interface);
	else if ((size_t)snprintf(recording->interface, IF_NAMESIZE, "%s", options->interface) >=
		 IF_NAMESIZE) {
		(void)fail_set(
			fail, FAIL_OPEN, "%s: no such network interface", options->interface);
		goto failed;
	}
	wants.filter = buffer_text(&recording->filter);
	if (open_file(recording, options->folder, fail) == STEP_FAIL)
		goto failed;
	recording->listener = listener_new(&wants, fail);
	if (recording->listener != NULL)
		return recording;
failed:
	recording_free(recording);
	return NULL;
}

void recording_free(struct recording *recording)
{
	if (recording == NULL)
		return;
	listener_free(recording->listener);
	if (recording->file != NULL)
		fclose(recording->file);
	buffer_fini(&recording->filter);
	free(recording);
}

/* For the listener, which calls it between two frames. */
struct expected {
	const struct recording *recording;
	const struct ends *ends;
};

static bool is_over(void *context)
{
	const struct expected *expected = context;
	const struct watched *watched = watch_find(&expected->recording->watch, expected->ends);

	return watched != NULL && watched_is_over(watched);
}

static bool is_at_rest(void *context)
{
	return watch_is_at_rest(&((const struct recording *)context)->watch);
}

enum step recording_end(struct recording *recording, const struct ends *ends,
	struct recording_result *result, struct fail *fail)
{
	struct expected expected = {recording, ends};
	enum step step, written = STEP_DONE;

	if (ends_are_known(ends))
		listener_wait(recording->listener, is_over, &expected, WAIT_FOR_END);
	else
		listener_wait(recording->listener, is_at_rest, recording, WAIT_FOR_REST);
	listener_wait(recording->listener, NULL, NULL,
		listener_is_late(recording->listener) ? LINGER_DUMPCAP : LINGER);
	step = listener_end(recording->listener, &result->dropped, fail);
	recording->listener = NULL;
	result->dropped += recording->left_out;
	result->is_over = ends_are_known(ends) && is_over(&expected);
	if (recording->is_begun)
		written = writer_finish(
			&recording->writer, _("the recording"), step == STEP_FAIL ? NULL : fail);
	return step == STEP_FAIL ? step : written;
}

static bool is_wanted(const struct recording *recording, const struct recording_reader *reader,
	const struct frame *frame)
{
	const struct watched *watched;
	struct packet packet;
	struct ends ends;
	enum side side;

	packet_decode(&packet, frame->link_type, frame->bytes);
	if (packet.kind != PACKET_TCP)
		return false;
	ends = ends_of_packet(&packet);
	if (ends_are_known(reader->ends))
		return ends_same(&ends, reader->ends, &side);
	watched = watch_find(&recording->watch, &ends);
	return watched != NULL && !watched->has_spoken;
}

enum step recording_read(
	struct recording *recording, const struct recording_reader *reader, struct fail *fail)
{
	int file = fcntl(fileno(recording->file), F_DUPFD_CLOEXEC, 0);
	struct capture *capture;
	struct frame frame;
	uint64_t number = 0;
	enum step step;

	if (file < 0 || lseek(file, 0, SEEK_SET) < 0)
		return fail_set(fail, FAIL_OPEN, "the recording: %s", language_error(errno));
	capture = capture_open_descriptor(file, _("the recording"), NULL, fail);
	if (capture == NULL)
		return STEP_FAIL;
	while ((step = capture_next(capture, &frame, fail)) == STEP_DONE) {
		if (!is_wanted(recording, reader, &frame))
			continue;
		frame.number = ++number;
		reader->on_frame(reader->context, &frame);
	}
	capture_close(capture);
	return step == STEP_FAIL ? STEP_FAIL : STEP_DONE;
}

const char *recording_interface(const struct recording *recording)
{
	return recording->interface;
}

const char *recording_filter(const struct recording *recording)
{
	return (const char *)recording->filter.at;
}
