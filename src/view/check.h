/* view/check.h: a teacher's rules held against a session (docs/check.md has the grammar). */
#ifndef VIEW_CHECK_H
#define VIEW_CHECK_H

#include "base/fail.h"
#include "compare/verdicts.h"
#include "session/session.h"

enum check_relation { CHECK_LESS, CHECK_AT_MOST, CHECK_EQUAL, CHECK_AT_LEAST, CHECK_MORE };

struct check_rule {
	uint32_t line;     /* of the rules file, from 1 */
	uint64_t points;   /* 1, or what "score N" says */
	size_t form;       /* which kind of rule */
	struct span words; /* the rule as it is written, without its score */
	enum check_relation relation;
	uint64_t number;
	struct span text; /* the word, or the rest of the line */
};

struct check_rules {
	struct check_rule *at;
	size_t count;
	uint64_t points; /* all together */
};

/* Reads the rules; spans point into text, which must outlive them. STEP_FAIL: FAIL_DAMAGED with
 * "line 3: ...". On both check_rules_fini() is due. */
enum step check_rules_read(struct check_rules *rules, struct span text, struct fail *fail);
void check_rules_fini(struct check_rules *rules);

/* comparison: NULL when there is no log. The session has lines, findings, texts and hashes. */
struct check_case {
	const struct session *session;
	const struct comparison *comparison;
};
bool check_holds(const struct check_rule *rule, const struct check_case *subject);

#endif
