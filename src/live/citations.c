#include "live/citations.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/printable.h"

#include <stdlib.h>

enum { SHOWN = 240 }; /* octets of one line */

static const char BETWEEN[] = " · ";

void citations_init(struct citations *citations)
{
	*citations = (struct citations){.count = 0};
}

void citations_fini(struct citations *citations)
{
	for (size_t i = 0; i < citations->count; i++)
		buffer_fini(&citations->packets[i].text);
	free(citations->packets);
}

static struct citation *citation_of(struct citations *citations, uint64_t frame)
{
	size_t room = citations->count > 0 ? citations->count : 64;

	if (frame > citations->count) {
		while (room < frame)
			room *= 2;
		citations->packets =
			memory_resize(citations->packets, room, sizeof citations->packets[0]);
		for (size_t i = citations->count; i < room; i++) {
			citations->packets[i].left_out = 0;
			buffer_init(&citations->packets[i].text, 0);
		}
		citations->count = room;
	}
	return &citations->packets[frame - 1];
}

static void cite_on(struct citations *citations, uint64_t frame, struct span line)
{
	struct citation *citation;

	if (frame == 0 || frame > LIMIT_RECORDED)
		return;
	citation = citation_of(citations, frame);
	if (citation->text.length + line.length > LIMIT_CITED) {
		citation->left_out++;
		return;
	}
	buffer_add_text(&citation->text, citation->text.length > 0 ? "\n" : "");
	buffer_add_span(&citation->text, line);
}

const char *citations_of(struct citations *citations, uint64_t frame)
{
	struct citation *citation;

	if (frame == 0 || frame > citations->count)
		return NULL;
	citation = &citations->packets[frame - 1];
	if (citation->left_out > 0)
		buffer_printf(&citation->text, _("\nand %zu more of the log's lines"),
			citation->left_out);
	citation->left_out = 0;
	return citation->text.length > 0 ? buffer_text(&citation->text) : NULL;
}

/* Printable, and not longer than can be read at a glance. */
static void add_said(struct buffer *out, struct span text)
{
	size_t length = text.length < SHOWN ? text.length : SHOWN;

	while (length > 0 && length < text.length && (text.at[length] & 0xc0) == 0x80)
		length--;
	printable_add(out, span_first(text, length));
	buffer_add_text(out, length < text.length ? "…" : "");
}

/* "STARTTLS" of "250-STARTTLS", and the same of CAPA's lines. */
static const char *keyword_section(const struct line *line, enum mail_protocol protocol)
{
	struct span text = protocol == MAIL_SMTP ? span_from(line->text, 4) : line->text;
	struct span word = span_word(&text);
	const struct word *row = vocabulary_word(protocol == MAIL_SMTP ? WORD_EHLO : WORD_CAPA,
		span_first(word, span_index(word, '=')));

	return row != NULL ? row->rfc : NULL;
}

static const char *reply_section(const struct line *line, enum mail_protocol protocol)
{
	const char *verb = line->kind == LINE_GREETING ? "" : NULL;
	const struct reply_meaning *meaning;
	bool has_keywords =
		line->verb != NULL && !line->is_first &&
		(line->verb->effect == EFFECT_HELLO || strcmp(line->verb->name, "CAPA") == 0);

	if (line->kind == LINE_GREETING && protocol == MAIL_POP3)
		return "RFC 1939 4";
	if (has_keywords)
		return keyword_section(line, protocol);
	if (line->verb != NULL)
		verb = line->verb->effect == EFFECT_DATA && line->code == 250 ? "."
									      : line->verb->name;
	meaning = protocol == MAIL_SMTP ? vocabulary_reply(line->code, verb) : NULL;
	if (meaning != NULL)
		return meaning->rfc;
	return line->verb != NULL ? line->verb->rfc : NULL;
}

/* The section of the RFC that speaks of the line; NULL: none is known. */
static const char *section_of(const struct line *line, enum mail_protocol protocol)
{
	if (line->kind == LINE_SEALED || line->kind == LINE_GAP)
		return NULL;
	if (line->kind == LINE_GREETING || line->kind == LINE_REPLY)
		return reply_section(line, protocol);
	return line->verb != NULL ? line->verb->rfc : NULL;
}

/* Rows that are cited as one: those of a message's text. */
struct cited {
	const struct comparison *comparison;
	size_t row, row_count;
};

static const struct comparison_row *first_row(const struct cited *cited)
{
	return &cited->comparison->rows[cited->row];
}

static const struct wire_item *item_of(const struct cited *cited, size_t index)
{
	return &cited->comparison->wire.items[index];
}

/* "log line 12: Client: " */
static void add_head(struct buffer *out, const struct cited *cited)
{
	const struct comparison_row *first = first_row(cited);
	const struct comparison_row *last = first + cited->row_count - 1;
	const struct log_line *lines = cited->comparison->log->lines;
	uint32_t from = lines[first->log].number;
	uint32_t to = lines[last->log + last->log_count - 1].number;

	if (from == to)
		buffer_printf(out, _("log line %u: "), (unsigned)from);
	else
		buffer_printf(out, _("log lines %u-%u: "), (unsigned)from, (unsigned)to);
	buffer_add_text(out, first->side == SIDE_CLIENT ? "Client: " : "Server: ");
}

static void add_line(struct buffer *out, const struct cited *cited)
{
	const struct comparison *comparison = cited->comparison;
	const struct comparison_row *row = first_row(cited);
	const struct wire_item *item = item_of(cited, row->wire);
	const char *section =
		section_of(&comparison->session->lines[item->line], comparison->session->protocol);

	add_head(out, cited);
	if (row->verdict == VERDICT_WITHHELD)
		buffer_add_text(out, _("[withheld]"));
	else if (cited->row_count > 1)
		buffer_printf(out, _("[message, %zu lines]"), cited->row_count);
	else
		add_said(out, comparison->log->lines[row->log].text);
	if (section != NULL && section[0] != '\0') {
		buffer_add_text(out, BETWEEN);
		buffer_add_text(out, section);
	}
	if (cited->row_count == 1 && verdict_is_difference(row->verdict)) {
		buffer_add_text(out, BETWEEN);
		buffer_add_text(out, _(verdict_name(row->verdict)));
	}
}

static void cite(struct citations *citations, const struct cited *cited)
{
	const struct comparison_row *row = first_row(cited);
	size_t before = SIZE_MAX;
	struct buffer line;

	buffer_init(&line, 0);
	add_line(&line, cited);
	for (size_t i = row->wire; i < row->wire + row->wire_count; i++) {
		const struct line *said =
			&cited->comparison->session->lines[item_of(cited, i)->line];

		if (item_of(cited, i)->line == before)
			continue;
		before = item_of(cited, i)->line;
		for (size_t k = 0; k < said->frame_count; k++)
			cite_on(citations, said->frames[k], buffer_span(&line));
		if (said->frame_count == 0)
			cite_on(citations, said->frame, buffer_span(&line));
	}
	buffer_fini(&line);
}

static bool is_cited(const struct comparison_row *row)
{
	return row->log_count > 0 && row->wire_count > 0;
}

/* How many rows from this one on are lines of the same message. */
static size_t rows_together(const struct comparison *comparison, size_t row)
{
	const struct comparison_row *rows = comparison->rows;
	const struct wire_item *items = comparison->wire.items;
	const struct wire_item *first = &items[rows[row].wire];
	size_t count = 1;

	if (!first->is_message)
		return 1;
	while (row + count < comparison->row_count && is_cited(&rows[row + count]) &&
		items[rows[row + count].wire].line == first->line)
		count++;
	return count;
}

void citations_add(struct citations *citations, const struct comparison *comparison)
{
	size_t row = 0;

	while (row < comparison->row_count) {
		struct cited cited = {comparison, row, 1};

		if (is_cited(&comparison->rows[row])) {
			cited.row_count = rows_together(comparison, row);
			cite(citations, &cited);
		}
		row += cited.row_count;
	}
}
