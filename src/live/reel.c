#include "live/reel.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "capture/writer.h"
#include "live/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct reel {
	FILE *file; /* pcapng, of one interface */
	struct writer writer;
	struct watch watch;
	uint64_t octets, left_out; /* recorded; frames over LIMIT_RECORDED, or lost */
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

struct reel *reel_new(const char *folder, struct fail *fail)
{
	struct reel *reel = memory_new(1, sizeof *reel);
	int file = open_nameless(folder);

	if (file >= 0)
		reel->file = fdopen(file, "w+b");
	if (reel->file != NULL)
		return reel;
	(void)fail_set(
		fail, FAIL_WRITE, "%s: cannot make a file: %s", folder, language_error(errno));
	if (file >= 0)
		close(file);
	free(reel);
	return NULL;
}

void reel_free(struct reel *reel)
{
	if (reel != NULL)
		fclose(reel->file);
	free(reel);
}

void reel_begin(struct reel *reel, int link_type)
{
	struct writer_section section = {.application = NULL};
	struct writer_interface interface = {.link_type = (uint16_t)link_type};

	if (reel->is_begun)
		return;
	reel->is_begun = true;
	reel->link_type = link_type;
	writer_begin(&reel->writer, reel->file, &section);
	(void)writer_interface(&reel->writer, &interface);
}

void reel_add(struct reel *reel, const struct frame *frame, const struct packet *packet)
{
	struct writer_packet written = {
		.time = frame->time, .bytes = frame->bytes, .length = frame->length};

	if (frame->link_type != reel->link_type)
		return;
	if (reel->octets + frame->bytes.length > LIMIT_RECORDED) {
		reel->left_out++;
	} else {
		reel->octets += frame->bytes.length;
		writer_packet(&reel->writer, &written);
	}
	if (packet->kind == PACKET_TCP)
		watch_packet(&reel->watch, packet);
}

void reel_lose(struct reel *reel, uint64_t count)
{
	reel->left_out += count;
}

bool reel_is_over(const struct reel *reel, const struct ends *ends)
{
	const struct watched *watched = watch_find(&reel->watch, ends);

	return watched != NULL && watched_is_over(watched);
}

bool reel_is_at_rest(const struct reel *reel)
{
	return watch_is_at_rest(&reel->watch);
}

uint64_t reel_left_out(const struct reel *reel)
{
	return reel->left_out;
}

enum step reel_finish(struct reel *reel, struct fail *fail)
{
	return reel->is_begun ? writer_finish(&reel->writer, _("the recording"), fail) : STEP_DONE;
}

static bool is_wanted(
	const struct reel *reel, const struct reel_reader *reader, const struct frame *frame)
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
	watched = watch_find(&reel->watch, &ends);
	return watched != NULL && !watched->has_spoken;
}

enum step reel_read(struct reel *reel, const struct reel_reader *reader, struct fail *fail)
{
	int file = fcntl(fileno(reel->file), F_DUPFD_CLOEXEC, 0);
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
		if (!is_wanted(reel, reader, &frame))
			continue;
		frame.number = ++number;
		reader->on_frame(reader->context, &frame);
	}
	capture_close(capture);
	return step == STEP_FAIL ? STEP_FAIL : STEP_DONE;
}
