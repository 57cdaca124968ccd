#include "view/diagram.h"

#include "base/memory.h"
#include "view/diagram_file.h"
#include "view/diagram_render.h"

#include <stdlib.h>

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

enum step diagram_check(const char *path, struct fail *fail)
{
	enum diagram_format format;

	return diagram_file_check(path, &format, fail);
}

enum step diagram_write(struct diagram *diagram, const char *path, struct fail *fail)
{
	enum diagram_format format;
	struct new_file file;
	enum step step;

	if (diagram_file_check(path, &format, fail) == STEP_FAIL ||
		diagram_file_begin(&file, path, fail) == STEP_FAIL)
		return STEP_FAIL;
	memory_trim(); /* of the sessions, before Graphviz takes its own */
	step = diagram_render(&diagram->ladder, format, file.stream, fail);
	return diagram_file_end(&file, step, fail);
}

enum step diagram_pages(
	struct diagram *diagram, const struct diagram_reader *reader, struct fail *fail)
{
	return diagram_render_pages(&diagram->ladder, reader, fail);
}
