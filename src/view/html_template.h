/* view/html_template.h: which parts a report has, in which order, and the teacher's words between
 * them: a text of readable lines. */
#ifndef VIEW_HTML_TEMPLATE_H
#define VIEW_HTML_TEMPLATE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fail.h"
#include "base/language.h"

/* What the report is made of: name in the template, heading, what it is about. */
#define HTML_PARTS(X)                                                                              \
	X(CONTENTS, "contents", N_("Contents"), REPORT)                                            \
	X(FILES, "files", N_("Files"), REPORT)                                                     \
	X(SESSIONS, "sessions", N_("Sessions at a glance"), REPORT)                                \
	X(SETUP, "setup", N_("Setup"), SESSION)                                                    \
	X(FACTS, "facts", N_("Key facts"), SESSION)                                                \
	X(PACKETS, "packets", N_("Packets"), SESSION)                                              \
	X(DIALOGUE, "dialogue", N_("Dialogue, explained"), SESSION)                                \
	X(FLOW, "flow", N_("Flow diagram"), SESSION)                                               \
	X(TCP_FLOW, "tcp-flow", N_("TCP flow"), SESSION)                                           \
	X(STATES, "states", N_("State diagram"), SESSION)                                          \
	X(COMPARISON, "comparison", N_("Log against wire"), SESSION)                               \
	X(LEDGER, "ledger", N_("Octets by layer"), SESSION)                                        \
	X(TIMES, "times", N_("Time by phase"), SESSION)                                            \
	X(FINDINGS, "findings", N_("Findings"), SESSION)                                           \
	X(MESSAGES, "messages", N_("Messages"), SESSION)                                           \
	X(MESSAGE, "message", N_("The message"), MESSAGE)                                          \
	X(ROUTE, "route", N_("Route"), MESSAGE)                                                    \
	X(AUTHENTICATION, "authentication", N_("Authentication"), MESSAGE)                         \
	X(REMARKS, "remarks", N_("What is doubtful"), MESSAGE)                                     \
	X(LOG, "log", N_("The log"), LOG)

enum html_part {
#define X(id, name, heading, scope) HTML_PART_##id,
	HTML_PARTS(X)
#undef X
		HTML_PART_COUNT
};

/* What a part is about, and what a chapter is. */
enum html_scope { HTML_REPORT, HTML_SESSION, HTML_MESSAGE, HTML_LOG };

const char *html_part_name(enum html_part part);
const char *html_part_heading(enum html_part part);

enum template_kind {
	TEMPLATE_HEADING,    /* "= text" */
	TEMPLATE_SUBHEADING, /* "== text" */
	TEMPLATE_PARAGRAPH,
	TEMPLATE_ITEM,   /* "- text": of a list */
	TEMPLATE_ANSWER, /* "{answer text}": room for the student's words */
	TEMPLATE_PART,   /* "{packets}" */
	TEMPLATE_EACH,   /* "{for each session}" */
	TEMPLATE_END,    /* "{end}" */
};

struct template_item {
	enum template_kind kind;
	struct span text;
	enum html_part part;
	enum html_scope scope; /* of each */
};

struct html_template {
	struct arena arena;
	struct template_item *items;
	size_t count;
	struct span title, author; /* "title: text"; empty: not there */
	bool has_part[HTML_PART_COUNT];
};

/* name is for the message only. STEP_FAIL: FAIL_DAMAGED, naming the line: a part that does not
 * exist, stands twice or outside of what it is about. On both html_template_fini() is due. */
enum step html_template_read(
	struct html_template *template, const char *name, struct span text, struct fail *fail);
void html_template_fini(struct html_template *template);

/* What is used without a template. */
extern const char html_template_default[];

#endif
