/* view/check_parts.h: the forms that a rule of a check can have. Private to check*.c. */
#ifndef VIEW_CHECK_PARTS_H
#define VIEW_CHECK_PARTS_H

#include "view/check.h"

struct check_form {
	/* Words; COMPARE, NUMBER, VERSION, HASH, WORD stand for one of that kind, TEXT for the rest
	 * of the line. */
	const char *pattern;
	bool (*holds)(const struct check_case *subject, const struct check_rule *rule);
	bool (*is_right)(
		const struct check_rule *rule); /* the word is one of those known; or NULL */
};
const struct check_form *check_forms(size_t *count);

#endif
