/* report/page.h: the report as one HTML page that needs nothing else. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "base/buffer.h"
#include "report/template.h"

/* One session, message or log, with its parts written already. */
struct html_chapter {
	enum html_scope scope;
	char id[24];         /* "s1": unique in the page */
	struct buffer title; /* printable; "Session 1: SMTP in clear" */
	struct buffer brief; /* HTML: the cells of its row among the sessions */
	struct buffer parts[HTML_PART_COUNT];
};

/* A file the report was made of. */
struct html_file {
	const char *name; /* any octets */
	const char *kind; /* "capture" */
	uint64_t octets;
	uint8_t sha256[32];
};

struct html_page {
	const struct html_template *template;
	const char *title, *author; /* NULL: the template's */
	const char *version;        /* "mailscope 0.1.0" */
	bool is_redacted;
	const struct html_chapter *chapters;
	size_t chapter_count;
	uint64_t left_out; /* sessions beyond LIMIT_REPORT_SESSIONS */
	const struct html_file *files;
	size_t file_count;
};

void html_chapter_init(struct html_chapter *chapter, enum html_scope scope, unsigned number);
void html_chapter_fini(struct html_chapter *chapter);

/* Appends the page. The same parts give the same bytes. */
void html_page_add(struct buffer *out, const struct html_page *page);

/* What the page brings along, line by line; NULL ends it (report/style.c, report/script.c).
 */
extern const char *const html_style[], *const html_script[];

#endif
