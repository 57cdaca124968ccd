#include "practice/path.h"

#include "base/printable.h"

enum { LOCAL_MOST = 64, DOMAIN_MOST = 255, PATH_MOST = 256, HELLO_MOST = 255 };

static bool is_letter_or_digit(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The length of a UTF-8 character above ASCII at the front; 0: there is none. */
static size_t utf8_length(struct span s)
{
	uint32_t character;
	size_t length = utf8_take(s, &character);

	return length > 1 && character >= 0xa0 ? length : 0;
}

/* atext = ALPHA / DIGIT / the signs / UTF8-non-ascii; how long the run of it is. */
static size_t atom_length(struct span s, bool *has_utf8)
{
	static const char signs[] = "!#$%&'*+-/=?^_`{|}~";
	size_t i = 0;

	while (i < s.length) {
		size_t length = 1;

		if (s.at[i] >= 0x80) {
			length = utf8_length(span_from(s, i));
			*has_utf8 = true;
		} else if (!is_letter_or_digit(s.at[i]) &&
			   (s.at[i] == '\0' || strchr(signs, s.at[i]) == NULL)) {
			length = 0;
		}
		if (length == 0)
			break;
		i += length;
	}
	return i;
}

/* Quoted-string = DQUOTE *( qtextSMTP / "\" %d32-126 ) DQUOTE; 0: it is none. */
static size_t quoted_length(struct span s, bool *has_utf8)
{
	size_t i = 1;

	while (i < s.length && s.at[i] != '"') {
		size_t length = 1;

		if (s.at[i] == '\\')
			i++;
		if (i >= s.length)
			return 0;
		if (s.at[i] >= 0x80) {
			length = utf8_length(span_from(s, i));
			*has_utf8 = true;
		} else if (s.at[i] < ' ' || s.at[i] == 0x7f) {
			length = 0;
		}
		if (length == 0)
			return 0;
		i += length;
	}
	return i < s.length ? i + 1 : 0;
}

/* Parts with a dot between each two. */
static size_t dotted_length(
	struct span s, size_t (*part_length)(struct span s, bool *has_utf8), bool *has_utf8)
{
	size_t i = 0;

	for (;;) {
		size_t length = part_length(span_from(s, i), has_utf8);

		if (length == 0)
			return 0;
		i += length;
		if (i >= s.length || s.at[i] != '.')
			return i;
		i++;
	}
}

/* Local-part = Dot-string / Quoted-string; Dot-string = Atom *("." Atom) */
static size_t local_length(struct span s, bool *has_utf8)
{
	if (s.length > 0 && s.at[0] == '"')
		return quoted_length(s, has_utf8);
	return dotted_length(s, atom_length, has_utf8);
}

/* address-literal = "[" 1*dcontent "]" */
static size_t literal_length(struct span s)
{
	size_t end = span_index(s, ']');

	for (size_t i = 1; i < end; i++)
		if (s.at[i] != '.' && s.at[i] != ':' && s.at[i] != '-' &&
			!is_letter_or_digit(s.at[i]))
			return 0;
	return end < s.length && end > 1 ? end + 1 : 0;
}

/* sub-domain = Let-dig [Ldh-str] / U-label; underscores are let through, as everywhere. */
static size_t label_length(struct span s, bool *has_utf8)
{
	size_t i = 0;

	while (i < s.length) {
		size_t length = 1;

		if (s.at[i] >= 0x80) {
			length = utf8_length(span_from(s, i));
			*has_utf8 = true;
		} else if (!is_letter_or_digit(s.at[i]) && s.at[i] != '_' &&
			   (s.at[i] != '-' || i == 0)) {
			length = 0;
		}
		if (length == 0)
			break;
		i += length;
	}
	return i > 0 && s.at[i - 1] == '-' ? 0 : i;
}

static size_t domain_length(struct span s, bool *has_utf8)
{
	if (s.length > 0 && s.at[0] == '[')
		return literal_length(s);
	return dotted_length(s, label_length, has_utf8);
}

/* A-d-l = "@" Domain *( "," "@" Domain ), with its colon; 0: there is none. */
static size_t route_length(struct span s, bool *has_utf8)
{
	size_t i = 0;

	while (i < s.length && s.at[i] == '@') {
		size_t length = domain_length(span_from(s, i + 1), has_utf8);

		i += 1 + length;
		if (length == 0 || i >= s.length)
			return 0;
		if (s.at[i] == ':')
			return i + 1;
		if (s.at[i++] != ',')
			return 0;
	}
	return 0;
}

bool path_take(struct span *text, struct path *path)
{
	struct span s = *text;
	size_t local, domain = 0;

	*path = (struct path){.has_utf8 = false};
	if (s.length < 2 || s.at[0] != '<')
		return false;
	s = span_from(s, 1);
	if (s.at[0] == '>') {
		*text = span_from(s, 1);
		return true;
	}
	s = span_from(s, route_length(s, &path->has_utf8));
	local = local_length(s, &path->has_utf8);
	if (local == 0 || local > LOCAL_MOST)
		return false;
	path->local = span_first(s, local);
	if (local < s.length && s.at[local] == '@') {
		domain = domain_length(span_from(s, local + 1), &path->has_utf8);
		if (domain == 0 || domain > DOMAIN_MOST)
			return false;
		path->domain = span_first(span_from(s, local + 1), domain);
		domain++;
	}
	path->mailbox = span_first(s, local + domain);
	s = span_from(s, local + domain);
	*text = span_from(s, 1);
	return s.length > 0 && s.at[0] == '>' && path->mailbox.length + 2 <= PATH_MOST &&
	       (domain > 0 || span_is_letters(path->local, "postmaster"));
}

int parameter_take(struct span *text, struct parameter *parameter)
{
	struct span s = *text;
	size_t equals;

	if (s.length == 0)
		return 0;
	if (s.at[0] != ' ')
		return -1;
	s = span_from(s, 1);
	*text = span_from(s, span_index(s, ' '));
	s = span_first(s, span_index(s, ' '));
	equals = span_index(s, '=');
	*parameter = (struct parameter){.keyword = span_first(s, equals),
		.value = span_from(s, equals + 1),
		.has_value = equals < s.length};
	s = parameter->keyword;
	for (size_t i = 0; i < s.length; i++)
		if (!is_letter_or_digit(s.at[i]) && (i == 0 || s.at[i] != '-'))
			return -1;
	for (size_t i = 0; i < parameter->value.length; i++)
		if (parameter->value.at[i] <= ' ' || parameter->value.at[i] == 0x7f)
			return -1;
	return s.length > 0 && parameter->has_value == (parameter->value.length > 0) ? 1 : -1;
}

bool path_is_xtext(struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		uint8_t c = text.at[i];

		if (c < 33 || c > 126 || c == '=')
			return false;
		if (c != '+')
			continue;
		if (i + 2 >= text.length || hex_value(text.at[i + 1]) < 0 ||
			hex_value(text.at[i + 2]) < 0 || text.at[i + 1] >= 'a' ||
			text.at[i + 2] >= 'a')
			return false;
		i += 2;
	}
	return text.length > 0;
}

bool path_is_hello(struct span text)
{
	bool has_utf8 = false;
	size_t length;

	/* A server does not refuse what the name means (RFC 5321 4.1.4), only its form. A dot at
	 * its end is often met. */
	if (text.length > 1 && text.at[text.length - 1] == '.')
		text.length--;
	length = domain_length(text, &has_utf8);
	/* SMTPUTF8 is not agreed on yet (RFC 6531 3.7.1). */
	return length > 0 && length == text.length && length <= HELLO_MOST && !has_utf8;
}
