#include "view/diagram.h"

#include "base/file.h"
#include "base/memory.h"
#include "view/diagram_render.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>

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

enum step diagram_write(struct diagram *diagram, const char *path, struct fail *fail)
{
	enum diagram_format format;
	struct new_file file;
	enum step step;

	if (!find_format(path, &format))
		return diagram_check(path, fail);
	if (!new_file_begin(&file, AT_FDCWD, path, 0666))
		return fail_set(fail, FAIL_WRITE, "%s: %s", path, strerror(errno));
	memory_trim(); /* of the sessions, before Graphviz takes its own */
	step = diagram_render(&diagram->ladder, format, file.stream, fail);
	if (!new_file_end(&file, step == STEP_DONE) && step == STEP_DONE)
		step = fail_set(fail, FAIL_WRITE, "%s: %s", path, strerror(errno));
	return step;
}
