/* commands/check_session.h: what a student handed in, held against the rules. */
#ifndef COMMANDS_CHECK_SESSION_H
#define COMMANDS_CHECK_SESSION_H

#include "view/check.h"

struct check_wants {
	uint64_t session;   /* 0: the one that fits best */
	const char *keylog; /* NULL: none */
};

struct check_result {
	char *name;    /* of folder or capture, without folders before it and without ending */
	bool is_found; /* a session was there */
	bool has_log;
	uint32_t session;
	uint64_t score;
	bool *holds; /* of each rule */
};

/* path: a capture, or a folder with session.pcapng and session.log in it. *result is filled in any
 * case. STEP_FAIL when something cannot be read; what stands before the damage is judged. */
enum step check_session(struct check_result *result, const struct check_rules *rules,
	const char *path, const struct check_wants *wants, struct fail *fail);
void check_result_fini(struct check_result *result);

#endif
