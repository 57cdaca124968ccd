/* view/view.h: the views of a session as text, tsv and JSON, each appended to a buffer that the
 * caller writes out. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include "base/fail.h"
#include "session/session.h"

enum view_format { FORMAT_TEXT, FORMAT_TSV, FORMAT_JSON, FORMAT_JSONL };

struct view_options {
	enum view_format format;
	bool is_redacted;     /* secrets are shown as six dots */
	bool is_explained;    /* the dialogue says what each line means */
	bool has_colour;      /* ANSI colours: for terminals alone */
	bool with_streams;    /* JSON: "streams" */
	bool with_texts;      /* dialogue and JSON: the text of messages */
	bool with_statistics; /* JSON: "statistics" */
	struct span capture;  /* tsv: the first field of every row, printable; empty: there is none
				 of the kind */
	int width;            /* columns of the terminal; 0 when there is none: nothing is folded */
};

/* Every view but the dialogue and the messages has a row a session (or a finding, a direction) in
 * tsv; all have a heading there, to be appended once before the first session of all captures. In
 * the other formats only the sessions have one. docs/formats.md names the columns. */

/* One row a session: what it was and how it ended. */
void view_sessions_heading(struct buffer *out, const struct view_options *options);
void view_sessions(
	struct buffer *out, const struct session *session, const struct view_options *options);

/* What was said, each line once, in order. Wants lines. */
void view_dialogue_heading(struct buffer *out, const struct view_options *options);
void view_dialogue(
	struct buffer *out, const struct session *session, const struct view_options *options);

/* What is odd; nothing for a session without findings. Wants findings. */
void view_findings_heading(struct buffer *out, const struct view_options *options);
void view_findings(
	struct buffer *out, const struct session *session, const struct view_options *options);

/* Each message decoded: envelope, header, parts, text. Wants headers, better texts. */
void view_messages_heading(struct buffer *out, const struct view_options *options);
void view_messages(
	struct buffer *out, const struct session *session, const struct view_options *options);

/* Octets, missing octets and SHA-256 of each direction. Wants hashes. */
void view_streams_heading(struct buffer *out, const struct view_options *options);
void view_streams(
	struct buffer *out, const struct session *session, const struct view_options *options);

/* Octets by layer, time by phase, what TCP had to repeat. Wants statistics. */
void view_statistics_heading(struct buffer *out, const struct view_options *options);
void view_statistics(
	struct buffer *out, const struct session *session, const struct view_options *options);

/* One JSON object a session (docs/session.schema.json): with FORMAT_JSONL on a line of its own,
 * with FORMAT_JSON an element of an array, which view_json_begin() opens, view_json_separator()
 * divides and view_json_end() closes. These three append nothing for FORMAT_JSONL. */
void view_json_begin(struct buffer *out, const struct view_options *options);
void view_json(
	struct buffer *out, const struct session *session, const struct view_options *options);
void view_json_separator(struct buffer *out, const struct view_options *options);
void view_json_end(struct buffer *out, const struct view_options *options);

/* Appends the name as any file system takes it: letters, digits, ".", "_" and "-" stay, the rest
 * becomes "_"; neither "." nor "-" stands first. */
void view_file_name(struct buffer *out, struct span name);

struct extract_place {
	const char *folder;
	const char *capture; /* what its files are called; made safe by view_file_name() */
};

/* Writes every message whose text was kept to FOLDER/CAPTURE-SESSION-MESSAGE.eml, folder made if
 * it is missing, and appends each file's path and a line feed to *written (unless that is NULL).
 * A file of that name is replaced, a link of that name not followed. STEP_DONE, or STEP_FAIL with
 * FAIL_WRITE. */
enum step view_extract(const struct session *session, const struct extract_place *place,
	struct buffer *written, struct fail *fail);

#endif
