/* commands/option_table.h: the options of a command as rows of a table. */
#ifndef COMMANDS_OPTION_TABLE_H
#define COMMANDS_OPTION_TABLE_H

#include "base/step.h"
#include "commands/command.h"

#include <stddef.h>
#include <stdint.h>

/* Texts given one after another; they are those of the command line. */
struct text_list {
	const char **at;
	size_t count;
};
void text_list_add(struct text_list *list, const char *text);
void text_list_fini(struct text_list *list);

enum option_kind {
	OPTION_KIND_TEXT,   /* const char *: the last one given */
	OPTION_KIND_LIST,   /* struct text_list: all of them */
	OPTION_KIND_FLAG,   /* bool: set to true */
	OPTION_KIND_NUMBER, /* uint64_t, from 1 to most */
	OPTION_KIND_WORD,   /* int: the place of the word in words, from 1 */
};

struct option_row {
	const char *name; /* NULL ends a table */
	char letter;      /* 0: none */
	enum option_kind kind;
	size_t offset; /* of the field in what is filled */
	uint64_t most;
	const char *words; /* "none|offered|starttls|implicit" */
};

/* Reads the command line by the rows of all tables (NULL ends them) into *target, which the caller
 * has filled with what holds when nothing is given. --help and --version are known to every
 * command: they are answered, and STEP_MORE returned. STEP_FAIL: what is wrong was said. What is no
 * option stands from arguments[optind] on. */
enum step option_table_read(const struct command *command, const struct option_row *const *tables,
	void *target, int count, char **arguments);

#endif
