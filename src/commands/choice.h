/* commands/choice.h: the sessions that --session names. */
#ifndef COMMANDS_CHOICE_H
#define COMMANDS_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers as analyze prints them: from 1 in each capture. */
struct choice {
	uint32_t *at;
	size_t count; /* 0: every session */
};

/* Adds those of "1,3". false: it is no such list, which was said. */
bool choice_read(struct choice *choice, const char *value);
void choice_fini(struct choice *choice);

/* Whether the session is chosen. */
bool choice_has(const struct choice *choice, uint32_t session);

/* Says which of the chosen sessions the capture called label has not: is_met has an entry for each.
 */
void choice_say_missing(const struct choice *choice, const bool *is_met, const char *label);

#endif
