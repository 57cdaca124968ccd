#include "report/text.h"

#include "base/language.h"
#include "base/printable.h"
#include "view/text.h"

void html_escape(struct buffer *out, struct span printable)
{
	for (size_t i = 0; i < printable.length; i++) {
		switch (printable.at[i]) {
		case '&':
			buffer_add_text(out, "&amp;");
			break;
		case '<':
			buffer_add_text(out, "&lt;");
			break;
		case '>':
			buffer_add_text(out, "&gt;");
			break;
		case '"':
			buffer_add_text(out, "&quot;");
			break;
		case '\'':
			buffer_add_text(out, "&#39;");
			break;
		default:
			buffer_add_byte(out, printable.at[i]);
		}
	}
}

void html_text(struct buffer *out, struct span octets)
{
	struct buffer text;

	buffer_init(&text, 0);
	printable_add(&text, octets);
	html_escape(out, buffer_span(&text));
	buffer_fini(&text);
}

/* One line without its end; tabs stay what they are. */
static void add_line(struct buffer *out, struct span line)
{
	if (line.length > 0 && line.at[line.length - 1] == '\r')
		line.length--;
	while (line.length > 0) {
		size_t length = span_index(line, '\t');

		html_text(out, span_first(line, length));
		if (length < line.length)
			buffer_add_byte(out, '\t');
		line = span_from(line, length + 1);
	}
	buffer_add_byte(out, '\n');
}

void html_lines(struct buffer *out, struct span text, size_t limit)
{
	size_t left_out = text.length > limit ? text.length - limit : 0;
	struct span rest = span_first(text, limit);

	while (rest.length > 0) {
		size_t length = span_index(rest, '\n');

		add_line(out, span_first(rest, length));
		rest = span_from(rest, length + 1);
	}
	if (left_out == 0)
		return;
	buffer_add_text(out, "… ");
	text_count(out, left_out, "octet", "octets");
	buffer_add_text(out, _(" more\n"));
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* The digits and dots at the front of text: a section has at least one digit. */
static struct span section_at(struct span text)
{
	size_t length = 0;

	while (length < text.length && (is_digit(text.at[length]) || text.at[length] == '.'))
		length++;
	return span_first(text, length);
}

/* "RFC 5321 4.1" at the front of *rest as a link; false when there is none. */
static bool take_rfc(struct buffer *out, struct span *rest)
{
	struct span number, section, whole = *rest;
	size_t length = strlen("RFC ");

	if (!span_starts_letters(whole, "RFC "))
		return false;
	number = section_at(span_from(whole, length));
	if (number.length == 0)
		return false;
	length += number.length;
	section = span_of(NULL, 0);
	if (length < whole.length && whole.at[length] == ' ') {
		section = section_at(span_from(whole, length + 1));
		length += section.length > 0 ? section.length + 1 : 0;
	}
	buffer_add_text(out, "<a class=\"rfc\" href=\"https://www.rfc-editor.org/rfc/rfc");
	html_escape(out, number);
	if (section.length > 0) {
		buffer_add_text(out, "#section-");
		html_escape(out, section);
	}
	buffer_add_text(out, "\">");
	html_escape(out, span_first(whole, length));
	buffer_add_text(out, "</a>");
	*rest = span_from(whole, length);
	return true;
}

void html_rfc(struct buffer *out, struct span rfc)
{
	while (rfc.length > 0) {
		if (take_rfc(out, &rfc))
			continue;
		html_text(out, span_first(rfc, 1));
		rfc = span_from(rfc, 1);
	}
}

void html_sentence(struct buffer *out, struct span sentence)
{
	size_t bracket = sentence.length;

	if (sentence.length > 0 && sentence.at[sentence.length - 1] == ']')
		while (bracket > 0 && sentence.at[bracket - 1] != '[')
			bracket--;
	if (bracket == sentence.length || bracket == 0 ||
		!span_starts_letters(span_from(sentence, bracket), "RFC ")) {
		html_escape(out, sentence);
		return;
	}
	html_escape(out, span_first(sentence, bracket - 1));
	html_rfc(out, span_first(span_from(sentence, bracket), sentence.length - bracket - 1));
}

void html_fact_raw(struct buffer *out, const char *label, struct span value)
{
	if (value.length == 0)
		return;
	buffer_add_text(out, "<tr><th scope=\"row\">");
	html_escape(out, span_text(label));
	buffer_add_text(out, "</th><td>");
	buffer_add_span(out, value);
	buffer_add_text(out, "</td></tr>\n");
}

void html_fact(struct buffer *out, const char *label, struct span value)
{
	struct buffer text;

	buffer_init(&text, 0);
	html_text(&text, value);
	html_fact_raw(out, label, buffer_span(&text));
	buffer_fini(&text);
}
