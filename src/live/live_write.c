#include "live/live_parts.h"

#include "base/language.h"
#include "base/memory.h"
#include "capture/writer.h"
#include "diagram/diagram.h"
#include "live/folder.h"
#include "live/review.h"
#include "tls/secrets.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

/* All of a file of the folder. */
static enum step read_file(
	const struct live *live, const char *name, struct buffer *out, struct fail *fail)
{
	enum step step = STEP_DONE;
	struct buffer path;
	size_t length;
	FILE *file;

	buffer_init(&path, 0);
	buffer_printf(&path, "%s/%s", live_folder(live), name);
	file = fopen(buffer_text(&path), "rbe");
	while (file != NULL && buffer_reserve(out, LIMIT_READ) &&
		(length = fread(out->at + out->length, 1, LIMIT_READ, file)) > 0)
		out->length += length;
	if (file == NULL || ferror(file))
		step = fail_set(
			fail, FAIL_OPEN, "%s: %s", buffer_text(&path), language_error(errno));
	else if (!feof(file))
		step = fail_set(fail, FAIL_DAMAGED,
			"%s: longer than %d octets: it was not compared", buffer_text(&path),
			LIMIT_LOG);
	if (file != NULL)
		fclose(file);
	buffer_fini(&path);
	return step;
}

/* "\n" between the parts of the section's comment. */
static void add_part(struct buffer *out, const char *text)
{
	buffer_add_text(out, out->length > 0 ? "\n" : "");
	buffer_add_text(out, text);
}

static void add_warning(
	struct buffer *out, const struct live_work *work, const struct review *review)
{
	if (work->live->options.has_secrets && work->live->secrets.length > 0)
		add_part(out,
			_("This file holds the TLS secrets of its session, and with them all that "
			  "was said, passwords too: do not pass it on. What `mailscope keys strip` "
			  "makes of it holds none."));
	else if (review->has_clear_secret)
		add_part(out, _("This file holds a password that was sent in clear: do not pass it "
				"on."));
}

/* What the file is, and what became of it. */
static void add_comment(
	struct buffer *out, const struct live_work *work, const struct review *review)
{
	const struct live_result *result = work->result;

	if (work->live->options.command != NULL) {
		add_part(out, _("Session of: "));
		buffer_add_text(out, work->live->options.command);
	}
	if (review->is_compared) {
		add_part(out, _("Log against wire: "));
		buffer_add_span(out, buffer_span(&review->summary));
	}
	if (result->dropped > 0) {
		add_part(out, "");
		buffer_printf(out,
			language_count("The capture lost %llu packet.",
				"The capture lost %llu packets.", result->dropped),
			(unsigned long long)result->dropped);
		if (work->live->hosted != NULL)
			buffer_add_text(out, _(" It heard all sessions of the server: some may be "
					       "of others."));
	}
	if (!result->is_whole && ends_are_known(&work->frames->ends))
		add_part(out, _("The end of the connection is not in it."));
	add_warning(out, work, review);
}

/* The frames on their way into session.pcapng. */
struct copying {
	struct writer writer;
	struct live_work *work;
	struct review *review;
	bool is_begun; /* the interface is written: it has the link type of the first frame */
};

static void begin_interface(struct copying *copying, int link_type)
{
	const struct live_frames *frames = copying->work->frames;
	struct writer_interface interface = {.link_type = (uint16_t)link_type,
		.name = frames->interface,
		.filter = frames->filter};

	if (!copying->is_begun)
		(void)writer_interface(&copying->writer, &interface);
	copying->is_begun = true;
}

static void on_frame(void *context, const struct frame *frame)
{
	struct copying *copying = context;
	struct writer_packet packet = {.time = frame->time,
		.bytes = frame->bytes,
		.length = frame->length,
		.comment = citations_of(&copying->review->citations, frame->number)};

	begin_interface(copying, frame->link_type);
	writer_packet(&copying->writer, &packet);
	copying->work->result->packets++;
}

static enum step copy_frames(struct copying *copying, FILE *stream, struct fail *fail)
{
	struct live_work *work = copying->work;
	struct reel_reader reader = {&work->frames->ends, copying, on_frame};
	struct writer_section section = {.application = "mailscope"};
	struct buffer comment;
	enum step step;

	buffer_init(&comment, 0);
	add_comment(&comment, work, copying->review);
	section.comment = comment.length > 0 ? buffer_text(&comment) : NULL;
	writer_begin(&copying->writer, stream, &section);
	buffer_fini(&comment);
	if (work->live->options.has_secrets && work->live->secrets.length > 0)
		writer_secrets(
			&copying->writer, TLS_SECRETS_DSB, buffer_span(&work->live->secrets));
	step = reel_read(work->frames->reel, &reader, fail);
	begin_interface(copying, LINK_ETHERNET);
	writer_statistics(&copying->writer, 0, work->result->packets, work->result->dropped);
	if (step == STEP_FAIL)
		return STEP_FAIL;
	return writer_finish(&copying->writer, REVIEW_CAPTURE, fail);
}

static enum step write_capture(struct live_work *work, struct review *review, struct fail *fail)
{
	struct copying copying = {.work = work, .review = review};
	struct folder_file file;
	enum step step = folder_begin(&file, live_folder(work->live), REVIEW_CAPTURE, fail);

	if (step == STEP_DONE)
		step = copy_frames(&copying, file.stream, fail);
	return folder_end(&file, step, fail);
}

static enum step write_diagram(
	const struct live_work *work, const struct review *review, struct fail *fail)
{
	enum step step = STEP_DONE;
	struct buffer path;

	if (!work->live->options.has_diagram || review->diagram == NULL)
		return STEP_DONE;
	buffer_init(&path, 0);
	buffer_printf(&path, "%s/session.svg", live_folder(work->live));
	step = diagram_write(review->diagram, buffer_text(&path), fail);
	if (step == STEP_DONE)
		(void)chmod(buffer_text(&path), 0600); /* should the folder be opened to others */
	buffer_fini(&path);
	return step;
}

static enum step write_comparison(struct live_work *work, struct review *review, struct fail *fail)
{
	struct live_result *result = work->result;

	if (!review->is_compared)
		return STEP_DONE;
	result->is_compared = true;
	result->lines = review->lines;
	result->differences = review->differences;
	snprintf(result->summary, sizeof result->summary, "%s", buffer_text(&review->summary));
	return folder_write(
		live_folder(work->live), "comparison.txt", buffer_span(&review->text), fail);
}

/* All files, whichever of them fails. */
static enum step write_files(struct live_work *work, struct review *review, struct fail *fail)
{
	enum step step = review_recording(review, work->frames->reel, &work->frames->ends, fail);

	if (write_comparison(work, review, step == STEP_FAIL ? NULL : fail) == STEP_FAIL)
		step = STEP_FAIL;
	if (write_capture(work, review, step == STEP_FAIL ? NULL : fail) == STEP_FAIL)
		step = STEP_FAIL;
	if (write_diagram(work, review, step == STEP_FAIL ? NULL : fail) == STEP_FAIL)
		step = STEP_FAIL;
	return step;
}

/* A log in which nothing was said is none to compare with. */
static enum step read_log(
	const struct live *live, struct buffer *text, struct log *log, struct fail *fail)
{
	enum step step = read_file(live, REVIEW_LOG, text, fail);

	*log = (struct log){.count = 0};
	arena_init(&log->arena);
	if (step == STEP_DONE && log_read(log, buffer_span(text), fail) == STEP_FAIL)
		step = live->has_dialogue ? STEP_FAIL : STEP_MORE;
	buffer_fini(text); /* the log has copies */
	memory_trim();
	return step;
}

enum step live_write(struct live_work *work, struct fail *fail)
{
	struct tls_secrets *secrets = tls_secrets_new(NULL);
	struct review review;
	struct buffer text;
	struct log log = {.count = 0};
	enum step read, written;

	buffer_init(&text, LIMIT_LOG);
	(void)tls_secrets_add(secrets, buffer_span(&work->live->secrets));
	read = read_log(work->live, &text, &log, fail);
	review_init(&review, read == STEP_DONE ? &log : NULL, secrets);
	review.known_port = work->live->known_port;
	written = write_files(work, &review, read == STEP_FAIL ? NULL : fail);
	review_fini(&review);
	log_fini(&log);
	buffer_fini(&text);
	tls_secrets_free(secrets);
	return read == STEP_FAIL || written == STEP_FAIL ? STEP_FAIL : STEP_DONE;
}
