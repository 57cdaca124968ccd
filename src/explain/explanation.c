#include "explain/explanation.h"

#include "base/language.h"
#include "base/printable.h"
#include "view/text.h"

enum { DEFAULT_WIDTH = 80, INDENT = 4 };

/* "reply to RCPT", for a reply that means something of its own there */
static void add_after(struct buffer *out, const struct catalogue_entry *entry)
{
	if (entry->after == NULL)
		return;
	if (entry->after[0] == '\0')
		buffer_add_text(out, _(" in the place of the greeting"));
	else if (strcmp(entry->after, ".") == 0)
		buffer_add_text(out, _(" to the message"));
	else
		buffer_printf(out, _(" to %s"), entry->after);
}

/* The columns of the widest label, and a blank. */
static size_t label_width(void)
{
	static const char *const labels[] = {
		"form", "means", "so", "why", "do", "next", "see", NULL};

	return text_widest(labels) + 1;
}

static void add_paragraph(
	struct buffer *out, const char *label, const char *text, const struct view_options *options)
{
	size_t start = out->length;
	size_t width = options->width > 0 ? (size_t)options->width : DEFAULT_WIDTH;
	size_t indent = INDENT + label_width();

	if (text == NULL || text[0] == '\0')
		return;
	text_blanks(out, INDENT);
	buffer_add_text(out, label);
	text_left(out, start, indent);
	text_folded(out, span_text(text), indent, width);
	buffer_add_byte(out, '\n');
}

static const char *translated(const char *text)
{
	return text != NULL ? _(text) : NULL;
}

/* Steps are called "PLAIN step 1" in the language chosen, the others as they are looked for. */
static void add_name(struct buffer *out, const struct catalogue_entry *entry)
{
	struct span name;

	if (entry->step == NULL) {
		buffer_add_text(out, entry->name);
		return;
	}
	name = span_text(entry->step->mechanism);
	if (name.at[name.length - 1] == '-')
		name.length--;
	buffer_printf(out, _("%.*s step %u"), (int)name.length, (const char *)name.at,
		entry->step->number);
}

static void add_entry(
	struct buffer *out, const struct catalogue_entry *entry, const struct view_options *options)
{
	text_colour(out, options, COLOUR_STRONG);
	add_name(out, entry);
	text_plain(out, options);
	buffer_printf(out, "  %s", _(catalogue_kind_name(entry->kind)));
	add_after(out, entry);
	if (entry->step != NULL)
		buffer_add_text(out, entry->step->is_challenge ? _(", said by the server")
							       : _(", said by the client"));
	text_colour(out, options, COLOUR_DIM);
	buffer_printf(out, "  [%s]\n", entry->id);
	text_plain(out, options);
	add_paragraph(out, _("form"), entry->grammar, options);
	add_paragraph(out, _("means"), _(entry->meaning), options);
	add_paragraph(out, entry->kind == CATALOGUE_FINDING ? _("so") : _("why"),
		translated(entry->why), options);
	add_paragraph(out, entry->kind == CATALOGUE_FINDING ? _("do") : _("next"),
		translated(entry->next), options);
	add_paragraph(out, _("see"), entry->rfc, options);
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
		buffer_add_text(out, _("  unknown: in none of the RFCs that mailscope knows\n"));
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
	json_text(json, "meaning", _(entry->meaning));
	optional(json, "why", translated(entry->why));
	optional(json, "next", translated(entry->next));
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
			catalogue_kind_name(entry->kind), entry->name, entry->rfc,
			_(entry->meaning));
	}
}
