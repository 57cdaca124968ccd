#include "view/text.h"

#include "base/printable.h"

static const char HIDDEN[] = "••••••";

/* Where the secret stands in the line; the whole line when it cannot be found, because a secret
 * shown is worse than a line hidden. */
static struct span secret_place(const struct line *line, size_t *offset)
{
	uintptr_t text = (uintptr_t)line->text.at;
	uintptr_t secret = (uintptr_t)line->secret.at;

	*offset = 0;
	if (secret < text || secret - text > line->text.length ||
		line->text.length - (secret - text) < line->secret.length)
		return line->text;
	*offset = secret - text;
	return line->secret;
}

void text_line(struct buffer *out, const struct line *line, bool is_redacted)
{
	struct span secret;
	size_t offset;

	if (!is_redacted || line->secret.length == 0) {
		buffer_add_span(out, line->text);
		return;
	}
	secret = secret_place(line, &offset);
	buffer_add_span(out, span_first(line->text, offset));
	buffer_add_text(out, HIDDEN);
	buffer_add_span(out, span_from(line->text, offset + secret.length));
}

const char *text_line_end(const struct line *line)
{
	static const char *const names[] = {
		[LINE_CRLF] = "crlf", [LINE_LF] = "lf", [LINE_CR] = "cr", [LINE_CUT] = "cut"};

	return line->kind < LINE_DATA ? names[line->end] : "";
}

/* RFC 6533 3:  EmbeddedUnicodeChar = "\x{" HEXPOINT "}". The octets taken, or 0. */
static size_t take_embedded(struct span s, uint32_t *character)
{
	uint32_t value = 0;
	size_t i = 3;

	if (s.length < 5 || memcmp(s.at, "\\x{", 3) != 0)
		return 0;
	for (; i < s.length && i < 9 && hex_value(s.at[i]) >= 0; i++)
		value = value << 4 | (uint32_t)hex_value(s.at[i]);
	if (i == 3 || i == s.length || s.at[i] != '}' || value > 0x10ffff)
		return 0;
	*character = value;
	return i + 1;
}

/* RFC 3461 4:  xtext = *( xchar / hexchar ) ; hexchar = "+" 2(upper-case hex digit). Embedded
 * characters of utf-8 addresses are undone with it. Whether anything was encoded. */
static bool xtext_decode(struct span text, struct buffer *out)
{
	bool is_encoded = false;

	while (text.length > 0) {
		uint32_t character = 0;
		size_t taken = take_embedded(text, &character);

		if (taken > 0) {
			utf8_add(out, character);
		} else if (text.at[0] == '+' && text.length >= 3 && hex_value(text.at[1]) >= 0 &&
			   hex_value(text.at[2]) >= 0) {
			buffer_add_byte(
				out, (uint8_t)(hex_value(text.at[1]) << 4 | hex_value(text.at[2])));
			taken = 3;
		} else {
			buffer_add_byte(out, text.at[0]);
			text = span_from(text, 1);
			continue;
		}
		is_encoded = true;
		text = span_from(text, taken);
	}
	return is_encoded;
}

/* One parameter of MAIL or RCPT ("ORCPT=rfc822;a+2Bb@c"), if its value is xtext that hides
 * something (RFC 3461 4.2, 4.4; RFC 4954 5). */
static void add_parameter(struct buffer *out, struct span word, size_t first)
{
	static const char *const names[] = {"ORCPT=", "ENVID=", "AUTH="};
	struct buffer value;

	buffer_init(&value, 0);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t length = strlen(names[i]);

		if (!span_starts_letters(word, names[i]) ||
			!xtext_decode(span_from(word, length), &value))
			continue;
		if (out->length > first)
			buffer_add_text(out, ", ");
		buffer_add_text(out, names[i]);
		printable_add(out, buffer_span(&value));
	}
	buffer_fini(&value);
}

void text_decoded(struct buffer *out, const struct line *line, bool is_redacted)
{
	struct span rest = line->text;
	size_t first = out->length;

	buffer_add_span(out, is_redacted ? line->decoded_redacted : line->decoded);
	if (line->kind != LINE_COMMAND || line->verb == NULL ||
		(line->verb->effect != EFFECT_MAIL && line->verb->effect != EFFECT_RECIPIENT) ||
		span_index(rest, '=') == rest.length)
		return;
	while (rest.length > 0)
		add_parameter(out, span_word(&rest), first);
}
