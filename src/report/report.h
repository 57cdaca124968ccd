/* report/report.h: a report out of captures, logs and messages: files sorted by what they are, the
 * chapters that come of them, and the page. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "compare/log.h"
#include "tls/secrets.h"
#include "view/html_page.h"

enum report_kind { REPORT_CAPTURE, REPORT_LOG, REPORT_MESSAGE };

/* One file. Its log belongs to the session that fits best of the captures named with it, or of its
 * own folder. */
struct report_input {
	enum report_kind kind;
	char *path, *name; /* name: without folders, where that is enough to tell it */
	unsigned folder;   /* of a session's folder, from 1; 0: named by itself */
	bool is_twin;      /* said the same as a log beside it: only listed */
	uint64_t octets;
	uint8_t sha256[32];
	struct buffer text; /* of a message or log */
	struct log log;     /* of a log: borrows from text */
	size_t capture;     /* a log's: the input it fits best */
	uint32_t session;   /* and the session in it; 0: none */
	int64_t score;
};

struct report_inputs {
	struct report_input *at;
	size_t count;
	unsigned folders;
};

/* Reads logs and messages, and counts and hashes all of them. STEP_FAIL: FAIL_OPEN, FAIL_DAMAGED
 * (it is none of the three). On both report_inputs_fini() is due. */
enum step report_inputs_read(
	struct report_inputs *inputs, char **paths, size_t count, struct fail *fail);
void report_inputs_fini(struct report_inputs *inputs);

/* Gives a message, a log or a capture another name than its file's. */
void report_input_call(struct report_input *input, const char *name);

/* The sessions that are wanted, by their numbers in each capture; count 0: all. */
struct report_choice {
	const uint32_t *at;
	size_t count;
};

/* Who hears what is wrong with an input: the report is made all the same. */
struct report_listener {
	void *context;
	void (*on_fail)(void *context, const struct fail *fail);
	void (*on_too_many_secrets)(void *context, const char *name); /* of a capture */
	/* After each capture: which of the choice were in it. */
	void (*on_met)(void *context, const char *name, const bool *is_met);
};

/* Chapters in the order of the inputs. */
struct report {
	struct report_listener listener;
	struct report_inputs inputs;
	const struct html_template *template;
	const struct tls_secrets *secrets; /* of a key log; may be NULL */
	const char *title, *author;        /* NULL: the template's */
	struct report_choice choice;
	bool is_redacted, has_all_packets;
	/* What report_build() makes. */
	struct html_chapter *chapters;
	size_t chapter_count;
	uint32_t session_count; /* of the chapters, LIMIT_REPORT_SESSIONS at most */
	uint64_t left_out;
	unsigned numbers[HTML_LOG + 1]; /* of chapters, by their kind */
};

/* Makes the chapters. Damage is told, and what stands before it is used: the code of the first
 * failure, FAIL_NONE when there was none. report_fini() is due. */
enum fail_code report_build(struct report *report);

/* Appends the page. */
void report_page(const struct report *report, struct buffer *out);
void report_fini(struct report *report);

/* Writes the page into the file, which is there whole or not at all. STEP_FAIL: FAIL_WRITE. */
enum step report_write(const char *path, const struct buffer *page, struct fail *fail);

#endif
