/* compare/log_reader.h: what the readers of the log formats share; for them alone. */
#ifndef COMPARE_LOG_READER_H
#define COMPARE_LOG_READER_H

#include "base/buffer.h"
#include "compare/log.h"

/* What a reader remembers from line to line. */
struct log_reader {
	struct log *log;
	uint32_t number; /* of the line being read */
	int64_t time;    /* of the present entry */
	bool has_time;
	bool is_open;        /* further lines belong to the entry before them */
	bool is_withheld;    /* between "Disable logging..." and "Logging was enabled." */
	bool is_traced;      /* poplib: octets are shown, not the commands alone */
	bool is_tls;         /* curl: the next count of octets is TLS's own */
	struct span command; /* the last line of the client */
};

/* A log format: a row of the table in log.c. */
struct log_format {
	const char *name;
	bool (*is)(struct span line); /* whether the line can stand in no other text, or hardly */
	void (*read)(struct log_reader *reader, struct span line);
};

/* Appends a line; valid until the next one. The text is copied. */
struct log_line *log_add(struct log_reader *reader, enum side side, struct span text);

/* Appends octets that were said, cut into lines. is_exact: their line ends are those of the wire.
 */
void log_add_text(struct log_reader *reader, enum side side, struct span text, bool is_exact);

/* Appends a mark that something was left out; one behind another is one. */
struct log_line *log_add_withheld(struct log_reader *reader);

/* The same for what this format never shows: nothing needs to be there. */
void log_add_implied(struct log_reader *reader, enum side side);

/* Two digits at an offset; -1 when there are none. */
int log_digits(struct span text, size_t offset);

/* "2022-11-21 00:24:09", T or a blank between, with a fraction or without: off the front of *rest,
 * as ns since 1970, whatever its zone. */
bool log_take_time(struct span *rest, int64_t *time);

/* The lab's format and our own (session.log). */
bool log_session_is(struct span line);
void log_session_read(struct log_reader *reader, struct span line);

/* session.jsonl, one object a line. */
bool log_json_is(struct span line);
void log_json_read(struct log_reader *reader, struct span line);

/* Arrows in front of each line. */
bool log_swaks_is(struct span line);
void log_swaks_read(struct log_reader *reader, struct span line);
bool log_curl_is(struct span line);
void log_curl_read(struct log_reader *reader, struct span line);
bool log_msmtp_is(struct span line);
void log_msmtp_read(struct log_reader *reader, struct span line);

/* Python's smtplib and poplib with set_debuglevel(). */
bool log_smtplib_is(struct span line);
void log_smtplib_read(struct log_reader *reader, struct span line);
bool log_poplib_is(struct span line);
void log_poplib_read(struct log_reader *reader, struct span line);

#endif
