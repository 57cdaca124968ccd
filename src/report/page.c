#include "report/page.h"

#include "base/base64.h"
#include "base/language.h"
#include "report/text.h"
#include "view/text.h"

#include <openssl/evp.h>
#include <stdio.h>

/* The page being written. Headings and answers are numbered in the order in which they stand. */
struct page {
	struct buffer *out;
	const struct html_page *report;
	const struct html_chapter *chapter; /* inside of "for each" */
	unsigned headings, answers;
	bool is_in_list, is_in_section;
};

void html_chapter_init(struct html_chapter *chapter, enum html_scope scope, unsigned number)
{
	static const char letters[] = {'r', 's', 'm', 'l'};

	*chapter = (struct html_chapter){.scope = scope};
	snprintf(chapter->id, sizeof chapter->id, "%c%u", letters[scope], number);
	buffer_init(&chapter->title, 0);
	buffer_init(&chapter->brief, 0);
	for (int part = 0; part < HTML_PART_COUNT; part++)
		buffer_init(&chapter->parts[part], 0);
}

void html_chapter_fini(struct html_chapter *chapter)
{
	buffer_fini(&chapter->title);
	buffer_fini(&chapter->brief);
	for (int part = 0; part < HTML_PART_COUNT; part++)
		buffer_fini(&chapter->parts[part]);
}

static void add_lines(struct buffer *out, const char *const *lines)
{
	for (; *lines != NULL; lines++)
		buffer_add_text(out, _(*lines));
}

/* 'sha256-...': the browser runs and applies what is of these octets, and nothing else. */
static void add_hash(struct buffer *out, const char *const *lines)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	struct buffer text;

	buffer_init(&text, 0);
	add_lines(&text, lines);
	if (EVP_Digest(text.at, text.length, digest, &length, EVP_sha256(), NULL) == 1) {
		buffer_add_text(out, " 'sha256-");
		base64_encode(span_of(digest, length), out);
		buffer_add_byte(out, '\'');
	}
	buffer_fini(&text);
}

static struct span title_of(const struct html_page *report)
{
	if (report->title != NULL)
		return span_text(report->title);
	return report->template->title.length > 0 ? report->template->title
						  : span_text(_("Mail sessions on the wire"));
}

static struct span author_of(const struct html_page *report)
{
	return report->author != NULL ? span_text(report->author) : report->template->author;
}

static void add_head(const struct page *page)
{
	struct buffer *out = page->out;

	buffer_add_text(
		out, _("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">"
		       "\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
		       "'none'; style-src"));
	add_hash(out, html_style);
	buffer_add_text(out, "; script-src");
	add_hash(out, html_script);
	buffer_add_text(out, "; base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" "
			     "content=\"width=device-width, initial-scale=1\">\n<meta "
			     "name=\"generator\" content=\"");
	html_text(out, span_text(page->report->version));
	buffer_add_text(out, "\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	html_text(out, title_of(page->report));
	buffer_add_text(out, "</title>\n<style>");
	add_lines(out, html_style);
	buffer_add_text(out, "</style>\n</head>\n<body>\n");
}

static void add_title(const struct page *page)
{
	struct span author = author_of(page->report);
	struct buffer *out = page->out;

	buffer_add_text(out, "<header class=\"title\">\n<h1>");
	html_text(out, title_of(page->report));
	buffer_add_text(out, "</h1>\n");
	if (author.length > 0) {
		buffer_add_text(out, "<p class=\"author\">");
		html_text(out, author);
		buffer_add_text(out, "</p>\n");
	}
	buffer_add_text(
		out, _("<p class=\"legend\">Parts with a <span class=\"made\">generated</span>"
		       " mark were made by "));
	html_text(out, span_text(page->report->version));
	buffer_add_text(out, _(" out of the files named here; the words in <span class=\"frame-of-"
			       "answer\">dotted frames</span> are the author’s. "));
	buffer_add_text(out, page->report->is_redacted
				     ? _("Passwords and other secrets are hidden (••••••).")
				     : _("<b>Passwords and other secrets are shown.</b>"));
	buffer_add_text(out, "</p>\n</header>\n<main>\n");
}

static void end_list(struct page *page)
{
	if (page->is_in_list)
		buffer_add_text(page->out, "</ul>\n");
	page->is_in_list = false;
}

static void end_section(struct page *page)
{
	end_list(page);
	if (page->is_in_section)
		buffer_add_text(page->out, "</section>\n");
	page->is_in_section = false;
}

static void begin_part(struct page *page, enum html_part part)
{
	const char *id = page->chapter != NULL ? page->chapter->id : "r";

	buffer_printf(page->out,
		_("<details open class=\"part\" id=\"%s-%s\"><summary><h3>%s</h3><span "
		  "class=\"made\">generated</span></summary>\n<div class=\"body\">\n"),
		id, html_part_name(part), _(html_part_heading(part)));
}

static void end_part(struct page *page)
{
	buffer_add_text(page->out, "</div></details>\n");
}

static void add_link(struct page *page, const char *id, struct span title, const char *class)
{
	buffer_printf(page->out, "<li class=\"%s\"><a href=\"#%s\">", class, id);
	html_text(page->out, title);
	buffer_add_text(page->out, "</a></li>\n");
}

static void add_contents(struct page *page)
{
	const struct html_template *template = page->report->template;
	unsigned headings = 0;
	char id[24];

	buffer_add_text(page->out, _("<nav class=\"contents\" aria-label=\"Contents\"><ol>\n"));
	for (size_t i = 0; i < template->count; i++) {
		const struct template_item *item = &template->items[i];

		if (item->kind == TEMPLATE_HEADING) {
			snprintf(id, sizeof id, "h%u", ++headings);
			add_link(page, id, item->text, "words");
		}
		for (size_t k = 0; item->kind == TEMPLATE_EACH && k < page->report->chapter_count;
			k++) {
			const struct html_chapter *chapter = &page->report->chapters[k];

			if (chapter->scope == item->scope)
				add_link(
					page, chapter->id, buffer_span(&chapter->title), "chapter");
		}
	}
	buffer_add_text(page->out, "</ol></nav>\n");
}

static void add_files(struct page *page)
{
	struct buffer *out = page->out;

	begin_part(page, HTML_PART_FILES);
	buffer_add_text(out, _("<table class=\"files\"><thead><tr><th>File</th><th>Kind</th><th "
			       "class=\"n\">Octets</th><th>SHA-256</th></tr></thead>\n<tbody>\n"));
	for (size_t i = 0; i < page->report->file_count; i++) {
		const struct html_file *file = &page->report->files[i];

		buffer_add_text(out, "<tr><td class=\"name\">");
		html_text(out, span_text(file->name));
		buffer_printf(out, "</td><td>%s</td><td class=\"n\">",
			language_text_in("file", file->kind));
		text_number(out, file->octets);
		buffer_add_text(out, "</td><td class=\"hash\"><code>");
		text_hex(out, span_of(file->sha256, sizeof file->sha256));
		buffer_add_text(out, "</code></td></tr>\n");
	}
	buffer_add_text(out, "</tbody></table>\n");
	end_part(page);
}

static void add_sessions(struct page *page)
{
	struct buffer *out = page->out;
	size_t count = 0;

	begin_part(page, HTML_PART_SESSIONS);
	buffer_add_text(
		out, _("<table class=\"sessions\"><thead><tr><th>Session</th><th>Capture</th>"
		       "<th>Client → Server</th><th>Content</th><th>Outcome</th>"
		       "<th>Findings</th><th>Log</th></tr></thead>\n<tbody>\n"));
	for (size_t i = 0; i < page->report->chapter_count; i++) {
		const struct html_chapter *chapter = &page->report->chapters[i];

		if (chapter->scope != HTML_SESSION)
			continue;
		count++;
		buffer_printf(
			out, "<tr><td><a href=\"#%s\">%s</a></td>", chapter->id, chapter->id + 1);
		buffer_add_span(out, buffer_span(&chapter->brief));
		buffer_add_text(out, "</tr>\n");
	}
	buffer_add_text(out, "</tbody></table>\n");
	if (count == 0)
		buffer_add_text(out, _("<p class=\"remark\">No mail session was found.</p>\n"));
	if (page->report->left_out > 0) {
		buffer_add_text(out, _("<p class=\"remark\">… and "));
		text_count(out, page->report->left_out, "session", "sessions");
		buffer_add_text(out, _(" more, which have no room here.</p>\n"));
	}
	end_part(page);
}

static void add_part(struct page *page, enum html_part part)
{
	if (part == HTML_PART_CONTENTS)
		add_contents(page);
	else if (part == HTML_PART_FILES)
		add_files(page);
	else if (part == HTML_PART_SESSIONS)
		add_sessions(page);
	if (page->chapter == NULL || page->chapter->parts[part].length == 0)
		return;
	begin_part(page, part);
	buffer_add_span(page->out, buffer_span(&page->chapter->parts[part]));
	end_part(page);
}

/* A frame to write into; on paper, room for the pen. */
static void add_answer(struct page *page, struct span question)
{
	struct buffer *out = page->out;
	unsigned number = ++page->answers;

	buffer_printf(out, "<div class=\"answer\"><p id=\"q%u\">", number);
	html_text(out, question.length > 0 ? question : span_text(_("Your words")));
	buffer_printf(out,
		"</p><div class=\"words\" id=\"a%u\" role=\"textbox\" aria-multiline=\"true\" "
		"aria-labelledby=\"q%u\" contenteditable=\"true\" "
		"spellcheck=\"true\"></div></div>\n",
		number, number);
}

static void add_text_item(struct page *page, const struct template_item *item)
{
	static const char *const tags[] = {
		[TEMPLATE_SUBHEADING] = "h3", [TEMPLATE_PARAGRAPH] = "p", [TEMPLATE_ITEM] = "li"};

	if (item->kind == TEMPLATE_ITEM && !page->is_in_list) {
		buffer_add_text(page->out, "<ul class=\"words\">\n");
		page->is_in_list = true;
	}
	buffer_printf(page->out, "<%s>", tags[item->kind]);
	html_text(page->out, item->text);
	buffer_printf(page->out, "</%s>\n", tags[item->kind]);
}

static void add_item(struct page *page, const struct template_item *item)
{
	if (item->kind != TEMPLATE_ITEM)
		end_list(page);
	switch (item->kind) {
	case TEMPLATE_HEADING:
		end_section(page);
		buffer_printf(page->out, "<section id=\"h%u\">\n<h2>", ++page->headings);
		html_text(page->out, item->text);
		buffer_add_text(page->out, "</h2>\n");
		page->is_in_section = true;
		break;
	case TEMPLATE_SUBHEADING:
	case TEMPLATE_PARAGRAPH:
	case TEMPLATE_ITEM:
		add_text_item(page, item);
		break;
	case TEMPLATE_ANSWER:
		add_answer(page, item->text);
		break;
	case TEMPLATE_PART:
		add_part(page, item->part);
		break;
	case TEMPLATE_EACH:
	case TEMPLATE_END:
		break;
	}
}

/* The items up to {end} for every chapter of the kind; the place of {end}. */
static size_t add_chapters(struct page *page, size_t each)
{
	const struct html_page *report = page->report;
	const struct html_template *template = report->template;
	size_t end = each + 1;

	end_section(page);
	while (template->items[end].kind != TEMPLATE_END)
		end++;
	for (size_t i = 0; i < report->chapter_count; i++) {
		page->chapter = &report->chapters[i];
		if (page->chapter->scope != template->items[each].scope)
			continue;
		buffer_printf(page->out, "<section class=\"chapter\" id=\"%s\">\n<h2>",
			page->chapter->id);
		html_text(page->out, buffer_span(&page->chapter->title));
		buffer_add_text(page->out, "</h2>\n");
		for (size_t k = each + 1; k < end; k++)
			add_item(page, &template->items[k]);
		end_list(page);
		buffer_add_text(page->out, "</section>\n");
	}
	page->chapter = NULL;
	return end;
}

void html_page_add(struct buffer *out, const struct html_page *report)
{
	struct page page = {.out = out, .report = report};
	const struct html_template *template = report->template;

	add_head(&page);
	add_title(&page);
	for (size_t i = 0; i < template->count; i++) {
		if (template->items[i].kind == TEMPLATE_EACH)
			i = add_chapters(&page, i);
		else
			add_item(&page, &template->items[i]);
	}
	end_section(&page);
	buffer_add_text(out, "</main>\n<script>");
	add_lines(out, html_script);
	buffer_add_text(out, "</script>\n</body>\n</html>\n");
}
