/* view/html.h: the parts of a report about one session or message, as pieces of an HTML page. */
#ifndef VIEW_HTML_H
#define VIEW_HTML_H

#include "compare/verdicts.h"
#include "message/route.h"
#include "session/row.h"
#include "view/diagram.h"
#include "view/view.h"

/* Where a part is written to, and for which chapter of the report. */
struct html {
	struct buffer *out;
	const char *id; /* of the chapter, "s1": ids begin with it */
	bool is_redacted;
};

/* What its chapter is called: "SMTP with STARTTLS, smtp_3.pcapng". Printable, not HTML. */
void html_title(struct buffer *out, const struct session *session);

/* The cells of its row among all sessions; comparison: NULL, there is no log. */
void html_brief(const struct html *html, const struct session *session,
	const struct comparison *comparison);

/* Hosts, ports, times, frames. */
void html_setup(const struct html *html, const struct session *session);

/* Whether the content can be seen, and why; TLS, certificate, software. Wants lines. */
void html_facts(const struct html *html, const struct session *session);

/* The packet list. Frames named in hidden (in order) show no Info. */
struct html_packets {
	const struct row *rows;
	size_t count, left_out;
	const uint64_t *hidden;
	size_t hidden_count;
};
void html_packets(const struct html *html, const struct html_packets *packets);

/* Each line with what it means. Wants lines; of more than LIMIT_REPORT_ROWS the first ones. */
void html_dialogue(const struct html *html, const struct session *session);

/* The flow diagram, page by page; name tells ids of several apart. STEP_FAIL: FAIL_INTERNAL. */
enum step html_flow(
	const struct html *html, struct diagram *diagram, const char *name, struct fail *fail);

/* The state diagram likewise; the diagram's detail is DIAGRAM_STATES. */
enum step html_states(
	const struct html *html, struct diagram *diagram, const char *name, struct fail *fail);

/* log_name: the log's file without folders. */
void html_comparison(
	const struct html *html, const struct comparison *comparison, const char *log_name);

/* A log that nothing is compared with. */
void html_log(const struct html *html, const struct log *log);

/* Wants statistics. */
void html_ledger(const struct html *html, const struct session *session);
void html_times(const struct html *html, const struct session *session);

/* Wants findings. */
void html_findings(const struct html *html, const struct session *session);

/* Wants texts and hashes; nothing for a session without messages. */
void html_messages(const struct html *html, const struct session *session);

/* A message by itself. */
void html_message(const struct html *html, struct span message);

/* The way of a message by its header: drawing and table; what servers noted and what is signed;
 * what is doubtful. STEP_FAIL: FAIL_INTERNAL. */
enum step html_route(const struct html *html, const struct route *route, struct fail *fail);
void html_authentication(const struct html *html, const struct route *route);
void html_remarks(const struct html *html, const struct route *route);

#endif
