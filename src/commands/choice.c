#include "commands/choice.h"

#include "base/buffer.h"
#include "base/language.h"
#include "base/memory.h"
#include "commands/command.h"
#include "commands/options.h"

#include <stdlib.h>

static struct span next_number(struct span *list)
{
	struct span number = span_first(*list, span_index(*list, ','));

	*list = span_from(*list, number.length + 1);
	return number;
}

bool choice_read(struct choice *choice, const char *value)
{
	struct span list = span_text(value);

	do {
		uint64_t number = 0;

		if (!span_number(next_number(&list), &number) || number == 0 || number > UINT32_MAX)
			return options_wrong(
				"session", value, "not a list of session numbers, as 1,3");
		choice->at = memory_resize(choice->at, choice->count + 1, sizeof *choice->at);
		choice->at[choice->count++] = (uint32_t)number;
	} while (list.length > 0);
	return true;
}

void choice_fini(struct choice *choice)
{
	free(choice->at);
	*choice = (struct choice){NULL, 0};
}

bool choice_has(const struct choice *choice, uint32_t session)
{
	for (size_t i = 0; i < choice->count; i++)
		if (choice->at[i] == session)
			return true;
	return choice->count == 0;
}

void choice_say_missing(const struct choice *choice, const bool *is_met, const char *label)
{
	struct buffer list;
	size_t count = 0;

	buffer_init(&list, 0);
	for (size_t i = 0; i < choice->count; i++)
		if (!is_met[i])
			buffer_printf(&list, "%s%u", count++ > 0 ? ", " : " ", choice->at[i]);
	if (count > 0)
		command_say(stderr,
			language_count("mailscope: %s: no mail session%s",
				"mailscope: %s: no mail sessions%s", count),
			label, buffer_text(&list));
	buffer_fini(&list);
}
