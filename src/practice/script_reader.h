/* practice/script_reader.h: the words of one rule, and where what is wrong with them stands.
 * Private to script. */
#ifndef PRACTICE_SCRIPT_READER_H
#define PRACTICE_SCRIPT_READER_H

#include "base/arena.h"
#include "practice/script.h"

struct script_reader {
	struct span line;
	size_t at;   /* what is read of it */
	size_t word; /* where the last word began */
	struct arena *arena;
	struct rule *rule;
	struct buffer *complaint; /* filled where something is wrong */
};

/* The next word; empty at the end of the line. */
struct span script_word(struct script_reader *reader);

/* The same, put back: the next call gives it again. */
struct span script_peek(struct script_reader *reader);

/* Says what is wrong with the last word; false. */
bool script_wrong(struct script_reader *reader, const char *format, ...) PRINTF_LIKE(2, 3);

/* The next word as a number from least to most, into *value. */
bool script_number(struct script_reader *reader, uint64_t least, uint64_t most, uint64_t *value);

/* "500ms", "3s", "2m"; without a unit seconds. */
bool script_duration(struct script_reader *reader, uint64_t *milliseconds);

/* The rest of the line with \r \n \t \\ \xHH in it undone, into the rule's text. */
bool script_text(struct script_reader *reader);

#endif
