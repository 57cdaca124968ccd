#include "client/session_log.h"

#include "base/base64.h"
#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/printable.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* One side's line whose end has not come. */
struct pending {
	struct buffer kept; /* what is not secret of its first octets; never moves in memory */
	uint64_t offset;    /* of its first octet in what the side said */
	uint64_t length;    /* octets so far */
	uint8_t before_last, last;
	bool has_secret;
};

/* One of the two files. */
struct log_file {
	char *path;
	FILE *file;
	int error; /* errno of the first failure; 0: none */
};

struct session_log {
	struct log_file people, machine; /* session.log, session.jsonl */
	struct pending sides[2];
	struct buffer *guards;
	size_t guard_count;
	struct timespec began; /* of the monotonic clock */
	bool is_open;          /* the last entry of session.log is speaker's, more may follow */
	bool is_withholding;   /* it is the mark of something withheld */
	uint64_t lines;        /* of session.log so far */
	enum side speaker;
};

struct moment {
	struct timespec wall, monotonic;
};

static bool open_file(struct log_file *file, const char *folder, const char *name)
{
	size_t length = strlen(folder) + strlen(name) + 2;
	int descriptor;

	file->path = memory_new(length, 1);
	snprintf(file->path, length, "%s/%s", folder, name);
	descriptor = open(file->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		S_IRUSR | S_IWUSR);
	if (descriptor < 0)
		return false;
	file->file = fdopen(descriptor, "w");
	if (file->file == NULL)
		close(descriptor);
	return file->file != NULL;
}

static void put(struct log_file *file, struct span octets)
{
	if (file->error == 0 && octets.length > 0 &&
		fwrite(octets.at, 1, octets.length, file->file) != octets.length)
		file->error = errno;
}

static void flush(struct session_log *log)
{
	struct log_file *files[] = {&log->people, &log->machine};

	for (size_t i = 0; i < 2; i++)
		if (files[i]->error == 0 && fflush(files[i]->file) != 0)
			files[i]->error = errno;
}

static void close_file(struct log_file *file)
{
	if (file->file != NULL && fclose(file->file) != 0 && file->error == 0)
		file->error = errno;
	free(file->path);
}

static void wipe(struct buffer *buffer)
{
	if (buffer->at != NULL)
		OPENSSL_cleanse(buffer->at, buffer->size);
	buffer_clear(buffer);
}

static void free_log(struct session_log *log)
{
	close_file(&log->people);
	close_file(&log->machine);
	for (size_t i = 0; i < 2; i++) {
		wipe(&log->sides[i].kept);
		buffer_fini(&log->sides[i].kept);
	}
	for (size_t i = 0; i < log->guard_count; i++) {
		wipe(&log->guards[i]);
		buffer_fini(&log->guards[i]);
	}
	free(log->guards);
	free(log);
}

struct session_log *session_log_new(const char *folder, struct fail *fail)
{
	struct session_log *log = memory_new(1, sizeof *log);
	const struct log_file *failed = NULL;

	/* All the room at once: growing would leave copies of what was in it. */
	for (size_t i = 0; i < 2; i++) {
		buffer_init(&log->sides[i].kept, LIMIT_LINE + LIMIT_GUARD);
		buffer_reserve(&log->sides[i].kept, LIMIT_LINE + LIMIT_GUARD);
	}
	clock_gettime(CLOCK_MONOTONIC, &log->began);
	if (!open_file(&log->people, folder, "session.log"))
		failed = &log->people;
	else if (!open_file(&log->machine, folder, "session.jsonl"))
		failed = &log->machine;
	if (failed == NULL)
		return log;
	fail_set(fail, FAIL_WRITE, "%s: %s", failed->path, language_error(errno));
	free_log(log);
	return NULL;
}

static struct moment now(void)
{
	struct moment moment;

	clock_gettime(CLOCK_REALTIME, &moment.wall);
	clock_gettime(CLOCK_MONOTONIC, &moment.monotonic);
	return moment;
}

/* "2022-11-21 00:24:09 [INFO]: ", by the clock on the wall. */
static void put_head(struct session_log *log, const struct moment *moment)
{
	char text[64];
	struct tm date;
	size_t length;

	localtime_r(&moment->wall.tv_sec, &date);
	length = strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S [INFO]: ", &date);
	put(&log->people, span_of(text, length));
}

static void put_entry(struct session_log *log, const struct moment *moment, struct span text)
{
	put_head(log, moment);
	put(&log->people, text);
	put(&log->people, span_text("\n"));
	log->lines++;
	log->is_open = log->is_withholding = false;
}

/* {"time": "2022-11-20T17:24:09.123456789Z", "monotonic": 12.500000000 */
static void begin_object(struct session_log *log, struct buffer *out, const struct moment *moment)
{
	int64_t since = (int64_t)(moment->monotonic.tv_sec - log->began.tv_sec) * 1000000000 +
			(moment->monotonic.tv_nsec - log->began.tv_nsec);
	char text[32];
	struct tm date;

	gmtime_r(&moment->wall.tv_sec, &date);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &date);
	buffer_printf(
		out, "{\"time\": \"%s.%09ldZ\", \"monotonic\": ", text, (long)moment->wall.tv_nsec);
	buffer_add_seconds(out, since);
}

static void add_json_text(struct buffer *out, struct span text)
{
	buffer_add_byte(out, '"');
	for (size_t i = 0; i < text.length; i++) {
		uint8_t c = text.at[i];

		if (c == '"' || c == '\\')
			buffer_add_byte(out, '\\');
		if (c < ' ' || c == 0x7f)
			buffer_printf(out, "\\u%04x", c);
		else
			buffer_add_byte(out, c);
	}
	buffer_add_byte(out, '"');
}

static void end_object(struct session_log *log, struct buffer *out)
{
	buffer_add_text(out, "}\n");
	put(&log->machine, buffer_span(out));
	buffer_fini(out);
}

static bool is_utf8(struct span text)
{
	while (text.length > 0) {
		uint32_t character;
		size_t length = utf8_take(text, &character);

		if (length == 0)
			return false;
		text = span_from(text, length);
	}
	return true;
}

static bool has_guarded(const struct session_log *log, struct span text)
{
	for (size_t i = 0; i < log->guard_count; i++)
		if (text.length > 0 && memmem(text.at, text.length, log->guards[i].at,
					       log->guards[i].length) != NULL)
			return true;
	return false;
}

/* A line as it is told. */
struct told {
	enum side side;
	struct span text; /* without line end */
	const char *end;  /* "crlf", "lf", "none" */
	uint64_t offset, length;
	bool is_withheld;
};

/* The line of session.log where it stands: of what is withheld, the mark's first. */
static unsigned long long line_of(const struct session_log *log)
{
	return (unsigned long long)(log->lines - log->is_withholding);
}

static void tell_machine(
	struct session_log *log, const struct moment *moment, const struct told *told)
{
	struct buffer out;

	buffer_init(&out, 0);
	begin_object(log, &out, moment);
	buffer_printf(&out, ", \"line\": %llu", line_of(log));
	buffer_printf(&out, ", \"direction\": \"%s\", \"offset\": %llu, \"length\": %llu",
		told->side == SIDE_CLIENT ? "client" : "server", (unsigned long long)told->offset,
		(unsigned long long)told->length);
	if (!told->is_withheld && is_utf8(told->text)) {
		buffer_add_text(&out, ", \"text\": ");
		add_json_text(&out, told->text);
	} else if (!told->is_withheld) {
		buffer_add_text(&out, ", \"base64\": \"");
		base64_encode(told->text, &out);
		buffer_add_byte(&out, '"');
	}
	buffer_printf(&out, ", \"end\": \"%s\", \"withheld\": %s", told->end,
		told->is_withheld ? "true" : "false");
	end_object(log, &out);
}

/* Whole lines said in one go: they may be told together. */
struct run {
	struct span octets;
	size_t lines;
};

/* Long messages alone are worth it: a line of any dialogue has an object of its own. */
enum { RUN_LEAST = 64, RUN_MOST = 64 * 1024 };

/* Lines that end in CRLF, and can be told as text, off the front. */
static struct run find_run(struct span octets)
{
	struct run run = {span_first(octets, 0), 0};

	octets = span_first(octets, RUN_MOST);
	for (;;) {
		struct span rest = span_from(octets, run.octets.length);
		size_t length = span_index(rest, '\n');

		if (length == rest.length || length == 0 || rest.at[length - 1] != '\r' ||
			!is_utf8(span_first(rest, length - 1)))
			return run;
		run.octets.length += length + 1;
		run.lines++;
	}
}

/* {"time": ..., "line": 55, "direction": "client", "offset": 1200, "length": 66000,
 * "texts": ["...", ...], "end": "crlf", "withheld": false} */
static void tell_machine_run(struct session_log *log, enum side side, const struct run *run)
{
	struct moment moment = now();
	uint64_t first = log->lines - run->lines + 1;
	struct span rest = run->octets;
	const char *before = "";
	struct buffer out;

	buffer_init(&out, 0);
	begin_object(log, &out, &moment);
	buffer_printf(&out,
		", \"line\": %llu, \"direction\": \"%s\", \"offset\": %llu, \"length\": %zu, "
		"\"texts\": [",
		(unsigned long long)first, side == SIDE_CLIENT ? "client" : "server",
		(unsigned long long)log->sides[side].offset, run->octets.length);
	while (rest.length > 0) {
		size_t length = span_index(rest, '\n');

		buffer_add_text(&out, before);
		add_json_text(&out, span_first(rest, length - 1));
		before = ", ";
		rest = span_from(rest, length + 1);
	}
	buffer_add_text(&out, "], \"end\": \"crlf\", \"withheld\": false");
	end_object(log, &out);
}

/* Whether the line, standing alone, could be taken for the head of an entry: it begins as a date
 * does. More than readers take for one, never less. */
static bool is_like_head(struct span text)
{
	for (size_t i = 0; i < 4; i++)
		if (i >= text.length || text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.length > 4 && text.at[4] == '-';
}

static void tell_withheld(struct session_log *log, const struct moment *moment)
{
	if (log->is_withholding)
		return;
	put_entry(log, moment, span_text("Disable logging..."));
	put_entry(log, moment, span_text("Logging was enabled."));
	log->is_withholding = true;
}

static void tell_people(
	struct session_log *log, const struct moment *moment, const struct told *told)
{
	if (told->is_withheld) {
		tell_withheld(log, moment);
		return;
	}
	if (!log->is_open || log->speaker != told->side || is_like_head(told->text)) {
		put_head(log, moment);
		put(&log->people, span_text(told->side == SIDE_CLIENT ? "Client:" : "Server:"));
		if (told->text.length > 0)
			put(&log->people, span_text(" "));
	}
	put(&log->people, told->text);
	put(&log->people, span_text("\n"));
	log->lines++;
	log->is_open = true;
	log->is_withholding = false;
	log->speaker = told->side;
}

static void tell_line(struct session_log *log, enum side side)
{
	static const char *const ends[] = {"none", "lf", "crlf"};
	struct pending *pending = &log->sides[side];
	size_t end = pending->last != '\n' ? 0 : pending->before_last != '\r' ? 1 : 2;
	struct span kept = buffer_span(&pending->kept);
	struct moment moment = now();
	struct told told = {.side = side,
		.offset = pending->offset,
		.length = pending->length,
		.end = ends[end],
		.is_withheld = pending->has_secret || has_guarded(log, kept)};

	if (!told.is_withheld && pending->length - end < LIMIT_LINE)
		told.text = span_first(kept, (size_t)pending->length - end);
	else if (!told.is_withheld)
		told.text = span_first(kept, LIMIT_LINE);
	tell_people(log, &moment, &told);
	tell_machine(log, &moment, &told);
	if (told.is_withheld)
		OPENSSL_cleanse(pending->kept.at, pending->kept.size);
	buffer_clear(&pending->kept);
	*pending = (struct pending){
		.kept = pending->kept, .offset = pending->offset + pending->length};
}

/* Tells lines off the front together, where there are many; how many octets. */
static size_t tell_run(struct session_log *log, enum side side, struct span octets)
{
	struct run run = find_run(octets);
	struct told told = {.side = side, .end = "crlf"};
	struct moment moment;
	struct span rest;

	if (run.lines < RUN_LEAST || has_guarded(log, run.octets))
		return 0;
	moment = now();
	for (rest = run.octets; rest.length > 0; rest = span_from(rest, told.text.length + 2)) {
		told.text = span_first(rest, span_index(rest, '\n') - 1);
		tell_people(log, &moment, &told);
	}
	tell_machine_run(log, side, &run);
	log->sides[side].offset += run.octets.length;
	return run.octets.length;
}

/* Secret octets are counted, and kept nowhere. */
static void add_piece(struct pending *pending, struct span piece, bool is_secret)
{
	pending->has_secret = pending->has_secret || is_secret;
	if (!pending->has_secret)
		buffer_add_span(&pending->kept, piece);
	pending->before_last = piece.length > 1 ? piece.at[piece.length - 2] : pending->last;
	pending->last = piece.at[piece.length - 1];
	pending->length += piece.length;
}

static void hear_octets(void *context, enum side from, struct span octets, bool is_secret)
{
	struct session_log *log = context;

	if (octets.length == 0 && log->sides[from].length > 0)
		tell_line(log, from);
	while (octets.length > 0) {
		bool is_fresh = log->sides[from].length == 0 && !is_secret;
		size_t line = is_fresh ? tell_run(log, from, octets) : 0;

		octets = span_from(octets, line);
		line = span_index(octets, '\n');
		bool has_end = line < octets.length;

		add_piece(&log->sides[from], span_first(octets, line + has_end), is_secret);
		if (has_end)
			tell_line(log, from);
		octets = span_from(octets, line + has_end);
	}
	flush(log);
}

/* What the log itself says must not look like what a side said. */
static bool is_like_mark(struct span text)
{
	static const char *const marks[] = {
		"Client:", "Server:", "Disable logging...", "Logging was enabled."};

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
		if (span_equal(span_first(text, strlen(marks[i])), span_text(marks[i])))
			return true;
	return false;
}

static void hear_note(void *context, const char *note)
{
	struct session_log *log = context;
	struct moment moment = now();
	struct buffer text, object;

	buffer_init(&text, 0);
	buffer_init(&object, 0);
	if (has_guarded(log, span_text(note)))
		note = _("Something was withheld here: it has a secret in it");
	if (is_like_mark(span_text(note)))
		buffer_add_text(&text, "Note: ");
	printable_add(&text, span_text(note));
	put_entry(log, &moment, buffer_span(&text));
	begin_object(log, &object, &moment);
	buffer_add_text(&object, ", \"note\": ");
	add_json_text(&object, buffer_span(&text));
	end_object(log, &object);
	buffer_fini(&text);
	flush(log);
}

static void hear_guard(void *context, struct span secret)
{
	struct session_log *log = context;
	struct buffer *guards;

	if (secret.length == 0)
		return;
	guards = memory_resize(log->guards, log->guard_count + 1, sizeof *guards);
	buffer_init(&guards[log->guard_count], 0);
	buffer_add_span(&guards[log->guard_count], span_first(secret, LIMIT_GUARD));
	log->guards = guards;
	log->guard_count++;
}

struct tap session_log_tap(struct session_log *log)
{
	return (struct tap){.context = log,
		.on_octets = hear_octets,
		.on_note = hear_note,
		.on_guard = hear_guard};
}

enum step session_log_end(struct session_log *log, struct fail *fail)
{
	const struct log_file *files[] = {&log->people, &log->machine};
	enum step step = STEP_DONE;

	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		if (log->sides[side].length > 0)
			tell_line(log, side);
	flush(log);
	for (size_t i = 0; i < 2 && step == STEP_DONE; i++)
		if (files[i]->error != 0)
			step = fail_set(fail, FAIL_WRITE, "%s: %s", files[i]->path,
				language_error(files[i]->error));
	free_log(log);
	return step;
}
