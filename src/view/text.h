/* view/text.h: what the text views share: colours, columns, numbers, times, lines as people read
 * them. */
#ifndef VIEW_TEXT_H
#define VIEW_TEXT_H

#include "view/view.h"

enum text_colour {
	COLOUR_CLIENT,
	COLOUR_SERVER,
	COLOUR_DIM,
	COLOUR_STRONG,
	COLOUR_GOOD,
	COLOUR_WARNING,
	COLOUR_ERROR,
};

/* tsv: the field that says which capture the row is of, and its heading; nothing without
 * options->capture. */
void text_capture(struct buffer *out, const struct view_options *options);
void text_capture_heading(struct buffer *out, const struct view_options *options);

/* From here in this colour, until text_plain(); nothing without options->has_colour. */
void text_colour(struct buffer *out, const struct view_options *options, enum text_colour colour);
void text_plain(struct buffer *out, const struct view_options *options);

/* Blanks behind, or before, what was appended since start, until it is width columns wide. Text
 * that is wider stays whole. */
void text_left(struct buffer *out, size_t start, size_t width);
void text_right(struct buffer *out, size_t start, size_t width);

void text_blanks(struct buffer *out, size_t count);

/* "1,234,567" */
void text_number(struct buffer *out, uint64_t value);

/* Columns of the widest of these texts in the language chosen; NULL ends them. */
size_t text_widest(const char *const *texts);

/* "1 octet", "1,234 octets", in the language chosen. */
void text_count(struct buffer *out, uint64_t count, const char *one, const char *many);

/* "1 error", "2 warnings" */
void text_severity(struct buffer *out, enum severity severity, uint64_t count);

/* Seconds with 3 or 6 decimals, cut, not rounded, as Wireshark does. */
void text_seconds(struct buffer *out, int64_t nanoseconds, unsigned decimals);

/* "2022-10-25", divider, "08:00:00.123456789" in UTC; decimals 0 to 9. */
void text_time(struct buffer *out, int64_t time, char divider, unsigned decimals);

/* Lower-case hexadecimal digits. */
void text_hex(struct buffer *out, struct span bytes);

/* "192.0.2.1", "2001:db8::1" */
void text_address(struct buffer *out, const struct endpoint *endpoint);

/* "192.0.2.1:25", "[2001:db8::1]:25" */
void text_endpoint(struct buffer *out, const struct endpoint *endpoint);

/* "192.0.2.1:1045 → 192.0.2.2:25" */
void text_endpoints(struct buffer *out, const struct session *session);

/* "Session 1: SMTP clear, 192.0.2.1:1045 → 192.0.2.2:25", emphasised, no line end. */
void text_session(
	struct buffer *out, const struct session *session, const struct view_options *options);

/* Text of the network, already printable, folded behind the column indent when it would pass
 * options->width. The cursor is supposed to stand at column indent. No line end. */
void text_folded(struct buffer *out, struct span text, size_t indent, size_t width);

/* The lines of a message's text, each behind indent blanks and a rule, made printable, tabs as
 * blanks. */
void text_block(struct buffer *out, struct span text, size_t indent, size_t width);

/* The CN of a certificate's name ("C=DE, O=Example\\, Inc, CN=mail.example"), without the
 * backslashes that hide commas; the whole name where it has none. */
void text_common_name(struct buffer *out, const char *name);

/* The raw text of a line; with is_redacted its secret as six dots. */
void text_line(struct buffer *out, const struct line *line, bool is_redacted);

/* In words what a line's encoded parts say: SASL steps, and the DSN parameters of MAIL and RCPT
 * (RFC 3461 4). Printable; nothing when there is nothing to decode. */
void text_decoded(struct buffer *out, const struct line *line, bool is_redacted);

/* All of the above as the dialogue has it, printable: "[message 1: 214 octets]" for a text, what is
 * wrong with a line's end, what is decoded. */
void text_said(struct buffer *out, const struct session *session, const struct line *line,
	bool is_redacted);

/* "crlf", "lf", "cr" or "cut"; "" for what is no line. */
const char *text_line_end(const struct line *line);

/* What was explained of a session's records of TLS so far: nothing before its first line. */
struct text_explained {
	uint64_t records, alerts; /* a bit a name */
};

/* What the line means and which RFC says so (explain/explain.c): each sentence and a line feed.
 * Nothing for lines that explain themselves. Records of TLS come by the thousand: what one is, is
 * said when it comes first. */
void text_explain(struct buffer *out, const struct session *session, size_t line,
	struct text_explained *explained);

/* Why the line stands there, and what the other side must do next: a sentence and a line feed each.
 * Nothing where there is nothing to say (explain/stage.c). */
void text_guide(struct buffer *out, const struct session *session, size_t line);

/* What a row of the packet list says of TCP, and why, and what comes next: its flags, the phase of
 * the connection, what was sent again or is missing (explain/tcp.c). Each is said when it comes
 * first; *explained is 0 before the first row. */
void text_explain_segment(
	struct buffer *out, struct span protocol, struct span info, uint64_t *explained);

/* What a service header's field is: a sentence and a line feed. Nothing for other fields
 * (explain/header.c). */
void text_explain_field(struct buffer *out, struct span name);

/* The lines of an explanation, each behind indent blanks and an arrow, folded also where there is
 * no terminal. */
void text_explanation(struct buffer *out, struct span sentences, size_t indent,
	const struct view_options *options);

#endif
