#include "compare/log_reader.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"

#include <stdlib.h>

/* Our own are known by their first line, whatever a message inside them looks like. Of the others,
 * the one with the most lines of its own is it; of several, the first here. */
static const struct log_format formats[] = {
	{"session.jsonl", log_json_is, log_json_read},
	{N_("session log"), log_session_is, log_session_read},
	{"swaks", log_swaks_is, log_swaks_read},
	{"msmtp, mpop", log_msmtp_is, log_msmtp_read},
	{"curl", log_curl_is, log_curl_read},
	{"Python smtplib", log_smtplib_is, log_smtplib_read},
	{"Python poplib", log_poplib_is, log_poplib_read},
};

enum { FORMAT_COUNT = sizeof formats / sizeof formats[0], OWN_FORMATS = 2 };

int log_digits(struct span text, size_t offset)
{
	struct span two = span_first(span_from(text, offset), 2);

	if (two.length < 2 || two.at[0] < '0' || two.at[0] > '9' || two.at[1] < '0' ||
		two.at[1] > '9')
		return -1;
	return (two.at[0] - '0') * 10 + two.at[1] - '0';
}

struct log_line *log_add(struct log_reader *reader, enum side side, struct span text)
{
	struct log *log = reader->log;
	struct log_line *line;

	log->lines = memory_grow(log->lines, log->count, sizeof *log->lines);
	line = &log->lines[log->count++];
	*line = (struct log_line){.kind = LOG_SAID,
		.side = side,
		.has_side = true,
		.text = arena_copy(&log->arena, text),
		.number = reader->number,
		.time = reader->time,
		.has_time = reader->has_time};
	log->has_times = log->has_times || line->has_time;
	if (side == SIDE_CLIENT)
		reader->command = line->text;
	return line;
}

void log_add_text(struct log_reader *reader, enum side side, struct span text, bool is_exact)
{
	bool is_further = false;

	while (text.length > 0) {
		size_t length = span_index(text, '\n');
		struct span raw = span_first(text, length);
		bool has_cr = raw.length > 0 && raw.at[raw.length - 1] == '\r';
		struct log_line *line;

		line = log_add(reader, side, span_first(raw, raw.length - has_cr));
		line->is_further = is_further;
		if (is_exact)
			line->end = length == text.length ? LOG_END_NONE
				    : has_cr              ? LOG_END_CRLF
							  : LOG_END_LF;
		is_further = true;
		text = span_from(text, length + 1);
	}
}

struct log_line *log_add_withheld(struct log_reader *reader)
{
	struct log *log = reader->log;
	struct log_line *line;

	if (log->count > 0 && log->lines[log->count - 1].kind == LOG_WITHHELD) {
		line = &log->lines[log->count - 1];
		line->is_implied = false;
		line->has_side = false;
		return line;
	}
	line = log_add(reader, SIDE_SERVER, span_of(NULL, 0));
	line->kind = LOG_WITHHELD;
	line->has_side = false;
	return line;
}

void log_add_implied(struct log_reader *reader, enum side side)
{
	struct log *log = reader->log;
	struct log_line *line;

	if (log->count > 0 && log->lines[log->count - 1].kind == LOG_WITHHELD)
		return;
	line = log_add(reader, SIDE_SERVER, span_of(NULL, 0));
	line->kind = LOG_WITHHELD;
	line->is_implied = line->may_share = true;
	line->side = side;
}

/* Takes a line off the front, without its line end. */
static struct span take_line(struct span *rest)
{
	size_t length = span_index(*rest, '\n');
	struct span line = span_first(*rest, length);

	*rest = span_from(*rest, length + 1);
	if (line.length > 0 && line.at[line.length - 1] == '\r')
		line.length--;
	return line;
}

static const struct log_format *find_format(struct span text)
{
	enum { LOOKED_AT = 2000 };
	size_t scores[FORMAT_COUNT] = {0};
	size_t best = 0;

	for (size_t i = 0; i < LOOKED_AT && text.length > 0; i++) {
		struct span line = take_line(&text);

		for (size_t k = 0; k < FORMAT_COUNT; k++) {
			bool is = formats[k].is(line);

			if (is && i == 0 && k < OWN_FORMATS)
				return &formats[k];
			scores[k] += is;
		}
	}
	for (size_t k = 1; k < FORMAT_COUNT; k++)
		if (scores[k] > scores[best])
			best = k;
	return scores[best] > 0 ? &formats[best] : NULL;
}

static bool all_have_offsets(const struct log *log)
{
	for (size_t i = 0; i < log->count; i++)
		if (!log->lines[i].has_offset)
			return false;
	return log->count > 0;
}

enum step log_read(struct log *log, struct span text, struct fail *fail)
{
	struct log_reader reader = {.log = log};
	const struct log_format *format = find_format(text);

	*log = (struct log){.format = format != NULL ? format->name : ""};
	arena_init(&log->arena);
	if (format == NULL)
		return fail_set(fail, FAIL_DAMAGED,
			"no log of a mail session that is known: neither mailscope's own nor one "
			"of swaks, curl, msmtp, mpop, Python's smtplib or poplib");
	while (text.length > 0) {
		struct span line = take_line(&text);

		if (log->count >= LIMIT_LOG_LINES)
			return fail_set(fail, FAIL_DAMAGED,
				"more than %d lines: no log of a session is that long",
				LIMIT_LOG_LINES);
		reader.number++;
		format->read(&reader, line);
	}
	log->has_offsets = all_have_offsets(log);
	for (size_t i = 0; i < log->count; i++)
		log->has_entries = log->has_entries || log->lines[i].is_further;
	return STEP_DONE;
}

void log_fini(struct log *log)
{
	free(log->lines);
	log->lines = NULL;
	arena_fini(&log->arena);
}
