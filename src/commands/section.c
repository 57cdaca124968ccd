#include "commands/section.h"

#include "base/language.h"

#include <errno.h>
#include <string.h>

enum { SECTION_DIRECT = 64 * 1024, SECTION_MEMORY = 1024 * 1024 };

void section_init(struct section *section, bool is_direct)
{
	*section = (struct section){.is_direct = is_direct};
	buffer_init(&section->pending, 0);
}

void section_fini(struct section *section)
{
	buffer_fini(&section->pending);
	if (section->spool != NULL)
		fclose(section->spool);
	section->spool = NULL;
}

/* Whether what is pending ends in a blank line, or is one that was held back. */
static bool ends_blank(const struct buffer *pending)
{
	size_t length = pending->length;

	return length > 0 && pending->at[length - 1] == '\n' &&
	       (length == 1 || pending->at[length - 2] == '\n');
}

static void section_write(struct section *section, FILE *stream)
{
	bool is_held = ends_blank(&section->pending);
	size_t length = section->pending.length - is_held;

	if (fwrite(section->pending.at, 1, length, stream) != length)
		section->has_failed = true;
	buffer_clear(&section->pending);
	if (is_held)
		buffer_add_byte(&section->pending, '\n');
}

void section_more(struct section *section)
{
	if (section->pending.length < (section->is_direct ? SECTION_DIRECT : SECTION_MEMORY))
		return;
	if (!section->is_direct && section->spool == NULL)
		section->spool = tmpfile();
	if (section->is_direct)
		section_write(section, stdout);
	else if (section->spool != NULL)
		section_write(section, section->spool);
}

bool section_is_empty(const struct section *section)
{
	return section->pending.length == 0 && section->spool == NULL;
}

static void section_replay(struct section *section)
{
	char bytes[64 * 1024];
	size_t length;

	rewind(section->spool);
	while ((length = fread(bytes, 1, sizeof bytes, section->spool)) > 0)
		if (fwrite(bytes, 1, length, stdout) != length)
			section->has_failed = true;
	if (ferror(section->spool))
		section->has_failed = true;
}

enum step section_print(struct section *section, struct fail *fail)
{
	if (section->spool != NULL)
		section_replay(section);
	if (section->pending.length > 0)
		section_write(section, stdout);
	if (fflush(stdout) != 0 || section->has_failed)
		return fail_set(fail, FAIL_WRITE, "standard output: cannot write: %s",
			language_error(errno));
	return STEP_DONE;
}
