#include "diagram_reader.h"

#include "base/printable.h"
#include "suite.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static bool starts(struct span s, const char *text)
{
	return s.length >= strlen(text) && memcmp(s.at, text, strlen(text)) == 0;
}

void svg_text(struct span svg, struct buffer *out)
{
	static const struct {
		const char *entity, *text;
	} entities[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""},
		{"&#39;", "'"}, {"&#45;", "-"}, {"&#160;", ""}, {"\u00a0", ""}};
	bool is_tag = false;

	while (svg.length > 0) {
		size_t taken = 1;

		is_tag = svg.at[0] == '<' || is_tag;
		for (size_t i = 0; !is_tag && i < sizeof entities / sizeof entities[0]; i++)
			if (starts(svg, entities[i].entity)) {
				buffer_add_text(out, entities[i].text);
				taken = strlen(entities[i].entity);
			}
		if (!is_tag && taken == 1 && svg.at[0] != '&' && !isspace(svg.at[0]))
			buffer_add_byte(out, svg.at[0]);
		is_tag = is_tag && svg.at[0] != '>';
		svg = span_from(svg, taken);
	}
}

bool svg_shows(struct span visible, const char *text)
{
	struct buffer wanted;
	bool is_there;

	buffer_init(&wanted, 0);
	for (const char *at = text; *at != '\0'; at++) {
		if (strncmp(at, "\u00a0", 2) == 0)
			at++;
		else if (!isspace((unsigned char)*at))
			buffer_add_byte(&wanted, (uint8_t)*at);
	}
	is_there = wanted.length == 0 || span_find(visible, buffer_text(&wanted)) < visible.length;
	buffer_fini(&wanted);
	return is_there;
}

bool svg_is_well_formed(struct span xml)
{
	unsigned depth = 0;
	struct span rest = xml;

	while (rest.length > 0) {
		uint32_t c = 0;
		size_t length = utf8_take(rest, &c);

		if (length == 0 || (c < 0x20 && c != '\n') || c == 0xfffe || c == 0xffff)
			return false;
		if (c == '&' && span_index(span_first(rest, 8), ';') == span_first(rest, 8).length)
			return false;
		if (c != '<') {
			rest = span_from(rest, length);
			continue;
		}
		if (starts(rest, "<!--")) {
			rest = span_from(rest, span_find(rest, "-->") + 3);
			continue;
		}
		length = span_index(rest, '>');
		if (length == rest.length || span_index(span_from(rest, 1), '<') < length - 1)
			return false;
		if (rest.at[1] == '/')
			depth--;
		else if (rest.at[1] != '?' && rest.at[1] != '!' && rest.at[length - 1] != '/')
			depth++;
		rest = span_from(rest, length + 1);
	}
	return depth == 0;
}

struct buffer diagram_drawn(const struct ladder *ladder, enum diagram_format format)
{
	struct buffer out;
	struct fail fail = {FAIL_NONE, ""};
	char *bytes = NULL;
	size_t length = 0;
	FILE *file = open_memstream(&bytes, &length);

	CU_ASSERT_EQUAL(diagram_render(ladder, format, file, &fail), STEP_DONE);
	CU_ASSERT_STRING_EQUAL(fail.text, "");
	fclose(file);
	buffer_init(&out, 0);
	buffer_add(&out, bytes, length);
	free(bytes);
	return out;
}
