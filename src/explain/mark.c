#include "base/language.h"
#include "explain/explain.h"

#include <string.h>

static const struct mark rows[] = {
	{"smtp.data", ".", N_("A dot alone on its line ends the message."), "RFC 5321 4.1.1.4"},
	{"smtp.text", "message",
		N_("The message: header, empty line, text; a line with a dot alone ends it."),
		"RFC 5321 4.1.1.4"},
	{"smtp.cancel", "*", N_("The client gives the login up."), "RFC 4954 4"},
	{"smtp.empty", "=", N_("Behind AUTH and its mechanism: an initial response of no octets."),
		"RFC 4954 4"},
	{"pop3.challenge", "+", N_("The server asks for the next step of the login."),
		"RFC 5034 4"},
	{"pop3.text", "body",
		N_("The message that was asked for; a line with a dot alone ends it."),
		"RFC 1939 3"},
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

const struct mark *explain_marks(size_t *count)
{
	*count = ROW_COUNT;
	return rows;
}

void explain_mark(struct buffer *out, const char *id, struct span name)
{
	size_t row = 0;

	while (row + 1 < ROW_COUNT && strcmp(rows[row].id, id) != 0)
		row++;
	explain_sentence(out, name, rows[row].meaning, rows[row].rfc);
}
