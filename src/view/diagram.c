#include "view/diagram.h"

#include "base/limits.h"
#include "base/memory.h"
#include "view/diagram_file.h"
#include "view/diagram_render.h"
#include "view/states_graph.h"

#include <stdlib.h>

struct diagram {
	enum diagram_detail detail;
	bool is_redacted;
	struct ladder ladder;
	struct states states[LIMIT_STATE_CHARTS]; /* DIAGRAM_STATES has these in its place */
	size_t state_count;
	int64_t start;
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
	for (size_t i = 0; i < diagram->state_count; i++)
		states_fini(&diagram->states[i]);
	free(diagram);
}

void diagram_add_noted(
	struct diagram *diagram, const struct session *session, const char *const *notes)
{
	const struct ladder_wants wants = {diagram->detail, diagram->is_redacted, notes};

	if (diagram->detail == DIAGRAM_STATES) {
		if (diagram->state_count == 0)
			diagram->start = session->start;
		if (diagram->state_count < LIMIT_STATE_CHARTS)
			states_init(&diagram->states[diagram->state_count++], session);
		return;
	}
	ladder_add(&diagram->ladder, session, &wants);
}

void diagram_add(struct diagram *diagram, const struct session *session)
{
	diagram_add_noted(diagram, session, NULL);
}

bool diagram_is_full(const struct diagram *diagram)
{
	return diagram->state_count == LIMIT_STATE_CHARTS || ladder_is_full(&diagram->ladder);
}

bool diagram_is_empty(const struct diagram *diagram)
{
	return diagram->ladder.session_count == 0 && diagram->state_count == 0;
}

enum step diagram_check(const char *path, struct fail *fail)
{
	enum diagram_format format;

	return diagram_file_check(path, &format, fail);
}

/* The ladder, or the states. */
static enum step render(
	struct diagram *diagram, enum diagram_format format, FILE *out, struct fail *fail)
{
	Agraph_t *graph;
	enum step step;

	if (diagram->detail != DIAGRAM_STATES)
		return diagram_render(&diagram->ladder, format, out, fail);
	diagram_lock();
	graph = states_graph(diagram->states, diagram->state_count);
	step = diagram_render_graph(graph, diagram->start, (struct render_to){format, out}, fail);
	agclose(graph);
	diagram_unlock();
	return step;
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
	step = render(diagram, format, file.stream, fail);
	return diagram_file_end(&file, step, fail);
}

/* The states stand on one page. */
static enum step read_states(
	struct diagram *diagram, const struct diagram_reader *reader, struct fail *fail)
{
	char *svg = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&svg, &length);
	enum step step;

	if (out == NULL)
		return fail_set(fail, FAIL_INTERNAL, "the picture has no memory");
	step = render(diagram, DIAGRAM_SVG, out, fail);
	fclose(out);
	if (step == STEP_DONE)
		reader->on_page(reader->context, span_of(svg, length));
	free(svg);
	return step;
}

enum step diagram_pages(
	struct diagram *diagram, const struct diagram_reader *reader, struct fail *fail)
{
	if (diagram->detail == DIAGRAM_STATES)
		return read_states(diagram, reader, fail);
	return diagram_render_pages(&diagram->ladder, reader, fail);
}
