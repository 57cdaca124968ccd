#include "report/svg.h"

#include "report/text.h"

/* Where a tag ends that begins at the front of text: behind its ">", which may stand in quotes. */
static size_t tag_length(struct span text)
{
	uint8_t quote = 0;

	for (size_t i = 1; i < text.length; i++) {
		uint8_t c = text.at[i];

		if (quote != 0)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return i + 1;
	}
	return text.length;
}

static bool is_name(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == ':' || c == '-' || c == '_';
}

static struct span take_name(struct span *rest)
{
	size_t length = 0;
	struct span name;

	while (length < rest->length && is_name(rest->at[length]))
		length++;
	name = span_first(*rest, length);
	*rest = span_from(*rest, length);
	return name;
}

/* NAME="VALUE" at the front of *rest; false at the end of the tag. */
static bool take_attribute(struct span *rest, struct span *name, struct span *value)
{
	while (rest->length > 0 && !is_name(rest->at[0]))
		*rest = span_from(*rest, 1);
	*name = take_name(rest);
	if (name->length == 0 || rest->length < 2 || rest->at[0] != '=' || rest->at[1] != '"')
		return false;
	*rest = span_from(*rest, 2);
	*value = span_first(*rest, span_index(*rest, '"'));
	*rest = span_from(*rest, value->length + 1);
	return true;
}

static bool is_one_of(struct span name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (span_is(name, *names))
			return true;
	return false;
}

/* "#frame-12", as it is or with &#45; for the dash, leads to the packet's row, any other place to
 * the drawing's own. */
static void add_link(struct buffer *out, const struct html_svg *drawing, struct span value)
{
	static const char *const fronts[] = {"#frame-", "#frame&#45;"};
	struct span number;

	if (value.length == 0 || value.at[0] != '#')
		return;
	for (size_t i = 0; i < 2; i++) {
		if (!span_starts_letters(value, fronts[i]))
			continue;
		number = span_from(value, strlen(fronts[i]));
		number = span_first(number, span_index(number, '-'));
		buffer_printf(out, " xlink:href=\"#%s-p", drawing->chapter);
		buffer_add_span(out, span_first(number, span_index(number, '&')));
		buffer_add_byte(out, '"');
		return;
	}
	buffer_printf(out, " xlink:href=\"#%s-", drawing->prefix);
	buffer_add_span(out, span_from(value, 1));
	buffer_add_byte(out, '"');
}

static void add_attribute(
	struct buffer *out, const struct html_svg *drawing, struct span name, struct span value)
{
	static const char *const kept[] = {"class", "d", "fill", "fill-opacity", "font-family",
		"font-size", "font-style", "font-weight", "height", "points", "preserveAspectRatio",
		"stroke", "stroke-dasharray", "stroke-opacity", "stroke-width", "text-anchor",
		"text-decoration", "transform", "viewBox", "width", "x", "y", "cx", "cy", "rx",
		"ry", "xlink:title", "xmlns", "xmlns:xlink", NULL};

	if (span_is(name, "xlink:href")) {
		add_link(out, drawing, value);
		return;
	}
	if (!span_is(name, "id") && !is_one_of(name, kept))
		return;
	buffer_add_byte(out, ' ');
	buffer_add_span(out, name);
	buffer_add_text(out, "=\"");
	if (span_is(name, "id"))
		buffer_printf(out, "%s-", drawing->prefix);
	buffer_add_span(out, value);
	buffer_add_byte(out, '"');
}

static void add_tag(struct buffer *out, const struct html_svg *drawing, struct span tag)
{
	static const char *const kept[] = {
		"svg", "g", "a", "text", "path", "polygon", "polyline", "ellipse", NULL};
	struct span rest = span_from(tag, 1), name, key, value;
	bool is_end = rest.length > 0 && rest.at[0] == '/';

	rest = span_from(rest, is_end);
	name = take_name(&rest);
	if (!is_one_of(name, kept))
		return;
	buffer_add_text(out, is_end ? "</" : "<");
	buffer_add_span(out, name);
	if (span_is(name, "svg") && !is_end) {
		buffer_add_text(out, " role=\"img\" aria-label=\"");
		html_text(out, span_text(drawing->label));
		buffer_add_byte(out, '"');
	}
	while (!is_end && take_attribute(&rest, &key, &value))
		add_attribute(out, drawing, key, value);
	buffer_add_text(out, tag.length > 2 && tag.at[tag.length - 2] == '/' ? "/>" : ">");
}

/* Titles of nodes are Graphviz's names for them: nothing for readers. */
static size_t skipped_length(struct span rest)
{
	if (span_starts_letters(rest, "<!--"))
		return span_find(rest, "-->") + strlen("-->");
	if (span_starts_letters(rest, "<title>"))
		return span_find(rest, "</title>") + strlen("</title>");
	return 0;
}

void html_svg_add(struct buffer *out, const struct html_svg *drawing)
{
	struct span rest = span_from(drawing->svg, span_find(drawing->svg, "<svg"));

	while (rest.length > 0) {
		size_t length = skipped_length(rest);

		if (length == 0 && rest.at[0] == '<') {
			length = tag_length(rest);
			add_tag(out, drawing, span_first(rest, length));
		} else if (length == 0) {
			length = span_index(rest, '<');
			buffer_add_span(out, span_first(rest, length));
		} else if (length < rest.length && rest.at[length] == '\n') {
			length++;
		}
		rest = span_from(rest, length);
	}
}
