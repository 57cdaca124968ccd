#include "message/redact.h"

#define BULLETS "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2"

enum { LOCAL_LIMIT = 512 }; /* octets before an @ that are looked at; 64 are allowed */

/* dot-atom, generously: what ends an address in a header field is none of it. */
static bool is_local(uint8_t c)
{
	return c > ' ' && c != 0x7f && strchr("()<>[]:;,@\"\\", c) == NULL;
}

/* The octets of "name=" at the front, where a name of a property stands and no local part that has
 * such a sign in it. */
static size_t name_length(struct span run)
{
	static const char *const names[] = {
		"smtp.mailfrom=", "smtp.mail=", "smtp.rcptto=", "smtp.auth=", "header.from=",
		"header.sender=", "header.i=", "envelope-from=", "i="};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_starts_letters(run, names[i]))
			return strlen(names[i]);
	return 0;
}

/* How many of the last octets of text are the local part of an address. */
static size_t local_length(struct span text)
{
	size_t length = 0;
	bool is_quoted = text.length > 1 && text.at[text.length - 1] == '"';

	if (is_quoted) {
		for (length = 2; length <= text.length && length < LOCAL_LIMIT; length++)
			if (text.at[text.length - length] == '"')
				return length;
		return 0;
	}
	while (length < text.length && length < LOCAL_LIMIT &&
		is_local(text.at[text.length - length - 1]))
		length++;
	return length - name_length(span_from(text, text.length - length));
}

/* The octets of the mark at the front behind which a server names a user; 0: none. */
static size_t mark_length(struct span text)
{
	static const char *const marks[] = {
		"Authenticated sender: ", "ident=", "user=", "smtp.auth=", "account "};

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
		if (span_starts_letters(text, marks[i]))
			return strlen(marks[i]);
	return 0;
}

/* Copies what is not secret of the text, in which no @ is. */
static void add_plain(struct buffer *out, struct span text)
{
	while (text.length > 0) {
		size_t mark = mark_length(text);
		size_t user = mark;

		if (mark == 0) {
			buffer_add_byte(out, text.at[0]);
			text = span_from(text, 1);
			continue;
		}
		while (user < text.length && is_local(text.at[user]))
			user++;
		buffer_add_span(out, span_first(text, mark));
		buffer_add_text(out, user > mark ? BULLETS : "");
		text = span_from(text, user);
	}
}

void redact_addresses(struct buffer *out, struct span text)
{
	while (text.length > 0) {
		size_t at = span_index(text, '@');
		size_t local = at < text.length ? local_length(span_first(text, at)) : 0;

		add_plain(out, span_first(text, at - local));
		if (local > 0)
			buffer_add_text(out, BULLETS);
		if (at < text.length)
			buffer_add_byte(out, '@');
		text = span_from(text, at + 1);
	}
}
