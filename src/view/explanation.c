#include "view/explanation.h"

#include "base/printable.h"
#include "view/text.h"

enum { DEFAULT_WIDTH = 80, INDENT = 4, LABEL = 6 };

/* "reply to RCPT", for a reply that means something of its own there */
static void add_after(struct buffer *out, const struct catalogue_entry *entry)
{
	if (entry->after == NULL)
		return;
	if (entry->after[0] == '\0')
		buffer_add_text(out, " in the place of the greeting");
	else if (strcmp(entry->after, ".") == 0)
		buffer_add_text(out, " to the message");
	else
		buffer_printf(out, " to %s", entry->after);
}

static void add_paragraph(
	struct buffer *out, const char *label, const char *text, const struct view_options *options)
{
	size_t start = out->length;
	size_t width = options->width > 0 ? (size_t)options->width : DEFAULT_WIDTH;

	if (text == NULL || text[0] == '\0')
		return;
	text_blanks(out, INDENT);
	buffer_add_text(out, label);
	text_left(out, start, INDENT + LABEL);
	text_folded(out, span_text(text), INDENT + LABEL, width);
	buffer_add_byte(out, '\n');
}

static void add_entry(
	struct buffer *out, const struct catalogue_entry *entry, const struct view_options *options)
{
	text_colour(out, options, COLOUR_STRONG);
	buffer_add_text(out, entry->name);
	text_plain(out, options);
	buffer_printf(out, "  %s", catalogue_kind_name(entry->kind));
	add_after(out, entry);
	if (entry->step != NULL)
		buffer_add_text(out, entry->step->is_challenge ? ", said by the server"
							       : ", said by the client");
	text_colour(out, options, COLOUR_DIM);
	buffer_printf(out, "  [%s]\n", entry->id);
	text_plain(out, options);
	add_paragraph(out, "form", entry->grammar, options);
	add_paragraph(out, "means", entry->meaning, options);
	add_paragraph(out, entry->kind == CATALOGUE_FINDING ? "so" : "why", entry->why, options);
	add_paragraph(out, entry->kind == CATALOGUE_FINDING ? "do" : "next", entry->next, options);
	add_paragraph(out, "see", entry->rfc, options);
}

void view_explanation(struct buffer *out, const struct explained_text *explained,
	const struct view_options *options)
{
	struct span unknown = buffer_span(&explained->unknown);

	for (size_t i = 0; i < explained->count; i++) {
		if (i > 0)
			buffer_add_byte(out, '\n');
		add_entry(out, explained->at[i], options);
	}
	if (explained->count > 0 && unknown.length > 0)
		buffer_add_byte(out, '\n');
	while (unknown.length > 0) {
		size_t length = span_index(unknown, '\n');

		printable_add(out, span_first(unknown, length));
		buffer_add_text(out, "  unknown: in none of the RFCs that mailscope knows\n");
		unknown = span_from(unknown, length + 1);
	}
}

static void optional(struct json *json, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		json_text(json, name, text);
	else
		json_null(json, name);
}

static void entry_json(struct json *json, const struct catalogue_entry *entry)
{
	json_object(json, NULL, JSON_LONG);
	json_text(json, "id", entry->id);
	json_text(json, "kind", catalogue_kind_name(entry->kind));
	json_text(json, "name", entry->name);
	if ((entry->kind & (CATALOGUE_SMTP_REPLY | CATALOGUE_POP3_REPLY)) != 0) {
		if (entry->after != NULL && entry->after[0] == '\0')
			json_text(json, "after", "greeting");
		else
			optional(json, "after", entry->after);
	}
	if (entry->grammar != NULL)
		json_text(json, "form", entry->grammar);
	json_text(json, "meaning", entry->meaning);
	optional(json, "why", entry->why);
	optional(json, "next", entry->next);
	optional(json, "rfc", entry->rfc);
	json_object_end(json);
}

void view_explanation_json(
	struct json *json, struct span text, const struct explained_text *explained)
{
	struct span unknown = buffer_span(&explained->unknown);

	json_object(json, NULL, JSON_LONG);
	json_span(json, "text", text);
	json_bool(json, "known", explained->count > 0);
	json_array(json, "meanings", JSON_LONG);
	for (size_t i = 0; i < explained->count; i++)
		entry_json(json, explained->at[i]);
	json_array_end(json);
	json_array(json, "unknown", JSON_SHORT);
	while (unknown.length > 0) {
		size_t length = span_index(unknown, '\n');

		json_span(json, NULL, span_first(unknown, length));
		unknown = span_from(unknown, length + 1);
	}
	json_array_end(json);
	json_object_end(json);
}

void view_catalogue(struct buffer *out, const struct catalogue *catalogue)
{
	buffer_add_text(out, "id\tkind\tname\trfc\tmeaning\n");
	for (size_t i = 0; i < catalogue->count; i++) {
		const struct catalogue_entry *entry = &catalogue->at[i];

		buffer_printf(out, "%s\t%s\t%s\t%s\t%s\n", entry->id,
			catalogue_kind_name(entry->kind), entry->name, entry->rfc, entry->meaning);
	}
}
