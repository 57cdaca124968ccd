#include "commands/option_table.h"

#include "base/memory.h"
#include "base/span.h"
#include "commands/options.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MOST = 64, ID_ROW = 1000 };

/* The tables as getopt_long() wants them; row i has the id ID_ROW + i. */
struct reading {
	const struct option_row *rows[OPTIONS_MOST];
	struct option longs[OPTIONS_MOST + 3];
	char letters[2 * OPTIONS_MOST + 4];
	size_t count;
};

void text_list_add(struct text_list *list, const char *text)
{
	list->at = memory_resize(list->at, list->count + 2, sizeof *list->at);
	list->at[list->count++] = text;
	list->at[list->count] = NULL;
}

void text_list_fini(struct text_list *list)
{
	free(list->at);
	*list = (struct text_list){NULL, 0};
}

static void add_row(struct reading *reading, const struct option_row *row)
{
	size_t i = reading->count;
	size_t length = strlen(reading->letters);

	if (i == OPTIONS_MOST)
		abort();
	reading->rows[i] = row;
	reading->longs[i] = (struct option){row->name,
		row->kind == OPTION_KIND_FLAG ? no_argument : required_argument, NULL,
		ID_ROW + (int)i};
	reading->count++;
	if (row->letter == 0)
		return;
	reading->letters[length++] = row->letter;
	if (row->kind != OPTION_KIND_FLAG)
		reading->letters[length++] = ':';
	reading->letters[length] = '\0';
}

static void read_tables(struct reading *reading, const struct option_row *const *tables)
{
	static const struct option of_all[] = {OPTION_ROWS_OF_ALL};

	*reading = (struct reading){.letters = ":h"};
	for (; *tables != NULL; tables++)
		for (const struct option_row *row = *tables; row->name != NULL; row++)
			add_row(reading, row);
	memcpy(&reading->longs[reading->count], of_all, sizeof of_all);
}

static const struct option_row *find_row(const struct reading *reading, int id)
{
	if (id >= ID_ROW)
		return reading->rows[id - ID_ROW];
	for (size_t i = 0; i < reading->count; i++)
		if (reading->rows[i]->letter == id)
			return reading->rows[i];
	return NULL;
}

static bool read_number(const struct option_row *row, const char *value, uint64_t *field)
{
	if (span_number(span_text(value), field) && *field > 0 && *field <= row->most)
		return true;
	command_say(stderr, "mailscope: --%s %s: not a number from 1 to %llu", row->name, value,
		(unsigned long long)row->most);
	return false;
}

static bool read_word(const struct option_row *row, const char *value, int *field)
{
	struct span words = span_text(row->words);

	for (int place = 1; words.length > 0; place++) {
		size_t bar = span_index(words, '|');

		if (span_is(span_first(words, bar), value)) {
			*field = place;
			return true;
		}
		words = span_from(words, bar + 1);
	}
	command_say(stderr, "mailscope: --%s %s: not one of %s", row->name, value, row->words);
	return false;
}

static bool read_row(const struct option_row *row, const char *value, void *target)
{
	void *field = (char *)target + row->offset;

	switch (row->kind) {
	case OPTION_KIND_TEXT:
		memcpy(field, &value, sizeof value);
		return true;
	case OPTION_KIND_LIST:
		text_list_add(field, value);
		return true;
	case OPTION_KIND_FLAG:
		*(bool *)field = true;
		return true;
	case OPTION_KIND_NUMBER:
		return read_number(row, value, field);
	case OPTION_KIND_WORD:
		return read_word(row, value, field);
	}
	return false;
}

enum step option_table_read(const struct command *command, const struct option_row *const *tables,
	void *target, int count, char **arguments)
{
	struct reading reading;
	enum step step;
	int id;

	read_tables(&reading, tables);
	optind = 1;
	opterr = 0;
	while ((id = getopt_long(count, arguments, reading.letters, reading.longs, NULL)) != -1) {
		if ((step = options_take(command, id, arguments)) != STEP_DONE)
			return step;
		if (!read_row(find_row(&reading, id), optarg, target))
			return STEP_FAIL;
	}
	return STEP_DONE;
}
