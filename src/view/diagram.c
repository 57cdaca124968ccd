#include "view/diagram.h"

#include "base/memory.h"
#include "view/diagram_render.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

struct diagram {
	enum diagram_detail detail;
	bool is_redacted;
	struct ladder ladder;
};

struct diagram *diagram_new(enum diagram_detail detail, bool is_redacted)
{
	struct diagram *diagram = memory_new(1, sizeof *diagram);

	diagram->detail = detail;
	diagram->is_redacted = is_redacted;
	ladder_init(&diagram->ladder);
	return diagram;
}

void diagram_free(struct diagram *diagram)
{
	if (diagram == NULL)
		return;
	ladder_fini(&diagram->ladder);
	free(diagram);
}

void diagram_add_noted(
	struct diagram *diagram, const struct session *session, const char *const *notes)
{
	const struct ladder_wants wants = {diagram->detail, diagram->is_redacted, notes};

	ladder_add(&diagram->ladder, session, &wants);
}

void diagram_add(struct diagram *diagram, const struct session *session)
{
	diagram_add_noted(diagram, session, NULL);
}

bool diagram_is_full(const struct diagram *diagram)
{
	return ladder_is_full(&diagram->ladder);
}

bool diagram_is_empty(const struct diagram *diagram)
{
	return diagram->ladder.session_count == 0;
}

static bool find_format(const char *path, enum diagram_format *format)
{
	static const char *const endings[] = {
		[DIAGRAM_SVG] = ".svg",
		[DIAGRAM_PDF] = ".pdf",
		[DIAGRAM_PNG] = ".png",
		[DIAGRAM_DOT] = ".dot",
	};
	const char *ending = strrchr(path, '.');

	for (size_t i = 0; ending != NULL && i < sizeof endings / sizeof endings[0]; i++)
		if (strcasecmp(ending, endings[i]) == 0) {
			*format = (enum diagram_format)i;
			return true;
		}
	return false;
}

enum step diagram_check(const char *path, struct fail *fail)
{
	enum diagram_format format;

	if (find_format(path, &format))
		return STEP_DONE;
	return fail_set(fail, FAIL_USAGE,
		"%s: a flow diagram's name ends in .svg, .pdf, .png or .dot", path);
}

static bool write_all(int file, struct span bytes)
{
	while (bytes.length > 0) {
		ssize_t written = write(file, bytes.at, bytes.length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		bytes = span_from(bytes, (size_t)written);
	}
	return true;
}

static bool write_file(const char *path, struct span bytes)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
	bool is_written;

	if (file < 0)
		return false;
	is_written = write_all(file, bytes);
	return close(file) == 0 && is_written;
}

/* Whoever reads path sees the old file or the new one whole. */
static enum step replace_file(const char *path, struct span bytes, struct fail *fail)
{
	struct buffer beside;
	enum step step = STEP_DONE;

	buffer_init(&beside, 0);
	buffer_printf(&beside, "%s.tmp", path);
	if (!write_file(buffer_text(&beside), bytes) || rename(buffer_text(&beside), path) != 0) {
		step = fail_set(fail, FAIL_WRITE, "%s: %s", path, strerror(errno));
		unlink(buffer_text(&beside));
	}
	buffer_fini(&beside);
	return step;
}

enum step diagram_write(struct diagram *diagram, const char *path, struct fail *fail)
{
	enum diagram_format format;
	struct buffer bytes;
	enum step step;

	if (!find_format(path, &format))
		return diagram_check(path, fail);
	buffer_init(&bytes, 0);
	step = diagram_render(&diagram->ladder, format, &bytes, fail);
	if (step == STEP_DONE)
		step = replace_file(path, buffer_span(&bytes), fail);
	buffer_fini(&bytes);
	return step;
}
