#include "base/limits.h"
#include "base/memory.h"
#include "diagram/join.h"
#include "diagram_reader.h"
#include "diagram_sessions.h"
#include "suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const struct ladder_wants plain = {DIAGRAM_MAIL, false, NULL};

static void fill(struct ladder *ladder, size_t lines)
{
	struct play plays[3];

	ladder_init(ladder);
	play_smtp(&plays[0]);
	play_starttls(&plays[1]);
	play_many(&plays[2], lines);
	for (size_t i = 0; i < 3; i++) {
		ladder_add(ladder, &plays[i].session, &plain);
		play_fini(&plays[i]);
	}
}

static size_t count(struct span text, const char *what)
{
	size_t found = 0, at;

	while ((at = span_find(text, what)) < text.length) {
		found++;
		text = span_from(text, at + 1);
	}
	return found;
}

static int by_text(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	size_t shorter = x->length < y->length ? x->length : y->length;
	int order = memcmp(x->at, y->at, shorter);

	return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

/* All values of id, in order; the caller frees them. */
static struct span *ids_of(struct span svg, size_t *id_count)
{
	static const char attribute[] = " id=\"";
	struct span *ids = memory_new(count(svg, attribute) + 1, sizeof *ids);
	size_t at;

	*id_count = 0;
	while ((at = span_find(svg, attribute)) < svg.length) {
		svg = span_from(svg, at + strlen(attribute));
		ids[(*id_count)++] = span_first(svg, span_index(svg, '"'));
	}
	qsort(ids, *id_count, sizeof *ids, by_text);
	return ids;
}

/* The pages of a long picture are one document: a head, a paper, an end, every row once. */
static void test_one_document(void)
{
	struct ladder ladder;
	struct buffer svg;
	struct span *ids;
	size_t id_count, arrows = 0, tooltips = 0;

	fill(&ladder, 400);
	svg = diagram_drawn(&ladder, DIAGRAM_SVG);
	for (size_t i = 0; i < ladder.row_count; i++) {
		arrows += ladder.rows[i].kind == LADDER_ARROW;
		tooltips += ladder.rows[i].tooltip != NULL;
	}
	CU_ASSERT_TRUE(svg_is_well_formed(buffer_span(&svg)));
	CU_ASSERT_EQUAL(count(buffer_span(&svg), "<svg "), 1);
	CU_ASSERT_EQUAL(count(buffer_span(&svg), "<!-- paper -->"), 1);
	CU_ASSERT_EQUAL(count(buffer_span(&svg), "</svg>"), 1);
	CU_ASSERT_TRUE(count(buffer_span(&svg), ">frame</text>") > 8); /* a header a page */
	CU_ASSERT_EQUAL(count(buffer_span(&svg), "class=\"edge client\"") +
				count(buffer_span(&svg), "class=\"edge server\""),
		arrows);
	CU_ASSERT_TRUE(count(buffer_span(&svg), "xlink:title=") >= tooltips);
	CU_ASSERT_EQUAL(count(buffer_span(&svg), "<!-- time 1 -->"), 1);
	ids = ids_of(buffer_span(&svg), &id_count);
	CU_ASSERT_TRUE(id_count > ladder.row_count);
	for (size_t i = 1; i < id_count; i++)
		CU_ASSERT_FALSE(span_equal(ids[i - 1], ids[i]));
	free(ids);
	buffer_fini(&svg);
	ladder_fini(&ladder);
}

#define HEAD "<svg>\n<g id=\"graph0\">\n"
#define PAPER "<!-- paper -->\n<g id=\"node1\" class=\"node\">\n</g>\n"
#define TAIL "</g>\n</svg>\n"
#define NODE(id) "<!-- n -->\n<g id=\"" id "\" class=\"node\">\n<text>id=\"node1\"</text>\n</g>\n"
#define EDGE(id) "<!-- e -->\n<g id=\"" id "\" class=\"edge phase\">\n</g>\n"

static void test_numbers(void)
{
	static const char *const parts[] = {
		HEAD PAPER NODE("node2") NODE("frame&#45;1") EDGE("edge1") TAIL,
		HEAD PAPER NODE("node2") EDGE("row&#45;2") EDGE("edge2") TAIL,
		HEAD PAPER NODE("node2") EDGE("edge1") TAIL,
		HEAD PAPER TAIL,
	};
	static const char whole[] = HEAD PAPER NODE("node2") NODE("frame&#45;1") EDGE("edge1")
		NODE("node4") EDGE("row&#45;2") EDGE("edge3") NODE("node5") EDGE("edge4") TAIL;
	char *bytes = NULL;
	size_t length = 0;
	struct diagram_join join = {.out = open_memstream(&bytes, &length)};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		CU_ASSERT_TRUE(join_add(&join, span_text(parts[i])));
	join_end(&join);
	fclose(join.out);
	CU_ASSERT_STRING_EQUAL(bytes, whole);
	free(bytes);
}

static void test_no_part(void)
{
	static const char *const parts[] = {
		"", "</g>\n</svg>\n", HEAD PAPER, HEAD NODE("node1") TAIL, HEAD "<!-- paper -->\n"};
	char *bytes = NULL;
	size_t length = 0;
	struct diagram_join join = {.out = open_memstream(&bytes, &length)};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		CU_ASSERT_FALSE(join_add(&join, span_text(parts[i])));
	fclose(join.out);
	CU_ASSERT_EQUAL(length, 0);
	free(bytes);
}

#ifndef __SANITIZE_ADDRESS__
/* A line of the kernel's account of this process, in KiB; 0 where there is none. */
static uint64_t account(const char *name)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	uint64_t value = 0;

	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtoull(line + strlen(name), NULL, 10);
	if (file != NULL)
		fclose(file);
	return value;
}

/* From here on the peak is counted anew. */
static bool reset_peak(void)
{
	FILE *file = fopen("/proc/self/clear_refs", "w");
	bool is_reset = file != NULL && fputs("5", file) >= 0;

	return file != NULL && fclose(file) == 0 && is_reset;
}

static void draw_to_nowhere(size_t lines)
{
	struct fail fail = {FAIL_NONE, ""};
	FILE *nowhere = fopen("/dev/null", "w");
	struct ladder ladder;

	fill(&ladder, lines);
	CU_ASSERT_EQUAL(diagram_render(&ladder, DIAGRAM_SVG, nowhere, &fail), STEP_DONE);
	ladder_fini(&ladder);
	fclose(nowhere);
}

/* Twenty times the rows take no more than their own place: Graphviz sees a page at a time. */
static void test_memory(void)
{
	uint64_t before, peak;

	draw_to_nowhere(100); /* fonts and plugins */
	memory_trim();
	before = account("VmRSS:");
	if (before == 0 || !reset_peak()) {
		printf("not measured here ... ");
		return;
	}
	draw_to_nowhere(LIMIT_DIAGRAM_ROWS);
	peak = account("VmHWM:");
	printf("%" PRIu64 " KiB for %d rows ... ", peak - before, (int)LIMIT_DIAGRAM_ROWS);
	CU_ASSERT_TRUE(peak - before < 8 * 1024);
}
#else
static void test_memory(void)
{
	printf("not measured with the sanitizers ... ");
}
#endif

SUITE(diagram_join, {"makes one document", test_one_document}, {"numbers through", test_numbers},
	{"takes no other text", test_no_part}, {"keeps memory small", test_memory});
