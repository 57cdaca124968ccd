/* commands/report.h: what `mailscope report` is made of: files sorted by what they are, and the
 * chapters that come of them. */
#ifndef COMMANDS_REPORT_H
#define COMMANDS_REPORT_H

#include "commands/choice.h"
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

struct report_options {
	const char *out, *title, *author, *template_path, *keylog, *session;
	struct choice choice; /* what session says */
	bool is_redacted, shows_secrets, has_all_packets, prints_template;
};

/* Chapters in the order of the inputs. */
struct report {
	const struct report_options *options;
	struct report_inputs inputs;
	const struct html_template *template;
	const struct tls_secrets *secrets; /* of the key log; may be NULL */
	bool is_redacted;
	struct html_chapter *chapters;
	size_t chapter_count;
	uint32_t session_count; /* of the chapters, LIMIT_REPORT_SESSIONS at most */
	uint64_t left_out;
	unsigned numbers[HTML_LOG + 1]; /* of chapters, by their kind */
};

/* Makes the chapters. Damage is told, and what stands before it is used: the exit status. */
int report_build(struct report *report);
void report_fini(struct report *report);

#endif
