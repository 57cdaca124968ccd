/* Which protocol speaks: by the port where it is a mail port, else by what is said. Most
 * connections are not mail, and should be known for that from their first bytes. */
#include "mail/mail.h"
#include "mail/port.h"

/* What a client's or a server's first bytes may be, as sets: each further byte takes some away. */
enum guess_sign {
	SIGN_EMPTY = 1 << 0,      /* nothing was said */
	SIGN_UNFINISHED = 1 << 1, /* the beginning of one of the following */
	SIGN_HELLO = 1 << 2,      /* client: EHLO, HELO, LHLO with an argument */
	SIGN_SMTP = 1 << 3,       /* client: another SMTP command; server: a reply code */
	SIGN_SURELY_SMTP = 1 << 4,
	SIGN_GREETING = 1 << 5, /* server: 220, as FTP's too, or a refusal that may yet name SMTP */
	SIGN_POP3 = 1 << 6,     /* client: a POP3 command; server: +OK or -ERR */
};

/* RFC 8446 5.1: type, version 3.x. Only a handshake begins a connection. */
static bool is_tls(struct span head, bool is_midway)
{
	uint8_t type = head.length > 0 ? head.at[0] : 0;

	if (type < (is_midway ? 0x14 : 0x16) || type > (is_midway ? 0x17 : 0x16))
		return false;
	return head.length < 3 || (head.at[1] == 3 && head.at[2] <= 4);
}

/* A word stands at the front; *is_begun when the head is too short but fits so far. */
static bool begins_with(struct span head, const char *word, bool *is_begun)
{
	size_t length = strlen(word);

	if (head.length >= length)
		return span_starts_letters(head, word);
	*is_begun = *is_begun || span_same_letters(head, span_first(span_text(word), head.length));
	return false;
}

/* The verb ends where the word does: a blank with something behind it, or, without argument, the
 * line's end. */
static bool is_command(struct span head, const char *verb, bool has_argument, bool *is_begun)
{
	struct span rest;

	if (!begins_with(head, verb, is_begun))
		return false;
	rest = span_from(head, strlen(verb));
	if (rest.length == 0 || (rest.length == 1 && rest.at[0] == (has_argument ? ' ' : '\r'))) {
		*is_begun = true;
		return false;
	}
	if (has_argument)
		return rest.at[0] == ' ' && rest.at[1] > ' ';
	return rest.at[0] == '\n' || (rest.at[0] == '\r' && rest.at[1] == '\n');
}

struct sign_row {
	const char *verb;
	bool has_argument;
	unsigned sign;
};

static const struct sign_row client_rows[] = {
	{"EHLO", true, SIGN_HELLO},
	{"HELO", true, SIGN_HELLO},
	{"LHLO", true, SIGN_HELLO},
	{"CAPA", false, SIGN_POP3},
	{"USER", true, SIGN_POP3},
	{"APOP", true, SIGN_POP3},
	{"AUTH", false, SIGN_POP3},
	{"AUTH", true, SIGN_POP3},
	{"STLS", false, SIGN_POP3},
	{"QUIT", false, SIGN_POP3},
	{"UTF8", false, SIGN_POP3},
	{NULL, false, 0},
};

/* In the middle of a session any command may come first. */
static const struct sign_row midway_rows[] = {
	{"MAIL FROM:", false, SIGN_SURELY_SMTP},
	{"RCPT TO:", false, SIGN_SURELY_SMTP},
	{"EHLO", true, SIGN_SURELY_SMTP},
	{"HELO", true, SIGN_SURELY_SMTP},
	{"LHLO", true, SIGN_SURELY_SMTP},
	{"STARTTLS", false, SIGN_SMTP},
	{"DATA", false, SIGN_SMTP},
	{"BDAT", true, SIGN_SMTP},
	{"AUTH", true, SIGN_SMTP | SIGN_POP3},
	{"RSET", false, SIGN_SMTP | SIGN_POP3},
	{"NOOP", false, SIGN_SMTP | SIGN_POP3},
	{"QUIT", false, SIGN_SMTP | SIGN_POP3},
	{"CAPA", false, SIGN_POP3},
	{"STLS", false, SIGN_POP3},
	{"APOP", true, SIGN_POP3},
	{"USER", true, SIGN_POP3},
	{"PASS", true, SIGN_POP3},
	{"STAT", false, SIGN_POP3},
	{"LIST", false, SIGN_POP3},
	{"LIST", true, SIGN_POP3},
	{"UIDL", false, SIGN_POP3},
	{"UIDL", true, SIGN_POP3},
	{"RETR", true, SIGN_POP3},
	{"TOP", true, SIGN_POP3},
	{"DELE", true, SIGN_POP3},
	{NULL, false, 0},
};

static unsigned client_signs(struct span head, const struct sign_row *row)
{
	bool is_begun = false;

	if (head.length == 0)
		return SIGN_EMPTY;
	for (; row->verb != NULL; row++) {
		bool is_path = row->verb[strlen(row->verb) - 1] == ':';

		if (is_path ? begins_with(head, row->verb, &is_begun)
			    : is_command(head, row->verb, row->has_argument, &is_begun))
			return row->sign;
	}
	return is_begun ? SIGN_UNFINISHED : 0;
}

/* "SMTP" stands in ESMTP too; RFC 2033 greets with LMTP. */
static bool names_smtp(struct span head)
{
	for (size_t i = 1; i + 3 < head.length; i++)
		if ((head.at[i] == 'M' || head.at[i] == 'm') &&
			(span_starts_letters(span_from(head, i - 1), "SMTP") ||
				span_starts_letters(span_from(head, i - 1), "LMTP")))
			return true;
	return false;
}

static bool is_reply_code(struct span head)
{
	if (head.length < 4 || head.at[0] < '2' || head.at[0] > '5')
		return false;
	for (size_t i = 1; i < 3; i++)
		if (head.at[i] < '0' || head.at[i] > '9')
			return false;
	return head.at[3] == ' ' || head.at[3] == '-';
}

/* The beginning of a reply that is too short to tell. */
static bool is_reply_begun(struct span head)
{
	static const char *const words[] = {"+OK", "-ERR", "220 "};
	bool is_begun = false;

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (head.length < strlen(words[i]))
			(void)begins_with(head, words[i], &is_begun);
	return is_begun || (head.length < 4 && head.at[0] >= '2' && head.at[0] <= '5');
}

/* RFC 5321 3.1 */
static bool is_greeting(struct span head)
{
	bool is_refusal = span_starts_letters(head, "554") || span_starts_letters(head, "421");

	return span_starts_letters(head, "220") ||
	       (is_refusal && span_index(head, '\n') == head.length);
}

static unsigned server_signs(struct span head)
{
	unsigned signs = 0;

	if (head.length == 0)
		return SIGN_EMPTY;
	if (span_starts_letters(head, "+OK") || span_starts_letters(head, "-ERR"))
		return SIGN_POP3;
	if (!is_reply_code(head))
		return is_reply_begun(head) ? SIGN_UNFINISHED : 0;
	signs = SIGN_SMTP;
	if (is_greeting(head))
		signs |= SIGN_GREETING;
	return names_smtp(head) ? signs | SIGN_SURELY_SMTP : signs;
}

/* From the connection's beginning, on any port: the server greets first. A client that speaks POP3
 * first speaks to something else (redis answers +OK too). */
static enum mail_guess guess_beginning(const struct span *heads)
{
	unsigned client = client_signs(heads[SIDE_CLIENT], client_rows);
	unsigned server = server_signs(heads[SIDE_SERVER]);
	bool is_open = client & (SIGN_EMPTY | SIGN_UNFINISHED);

	if (server & SIGN_SURELY_SMTP)
		return GUESS_SMTP;
	if (server & SIGN_SMTP) {
		if (client & SIGN_HELLO)
			return GUESS_SMTP;
		if (client & SIGN_UNFINISHED)
			return GUESS_MORE;
		return (server & SIGN_GREETING) && is_open ? GUESS_MORE : GUESS_NOT_MAIL;
	}
	if (server & SIGN_POP3) {
		if (client & SIGN_POP3)
			return GUESS_POP3;
		return is_open ? GUESS_MORE : GUESS_NOT_MAIL;
	}
	if (server & (SIGN_EMPTY | SIGN_UNFINISHED)) {
		if ((client & SIGN_POP3) && (server & SIGN_EMPTY))
			return GUESS_NOT_MAIL;
		return client != 0 ? GUESS_MORE : GUESS_NOT_MAIL;
	}
	return GUESS_NOT_MAIL;
}

/* From somewhere inside. */
static enum mail_guess guess_inside(struct span from_client, struct span from_server)
{
	unsigned client = client_signs(from_client, midway_rows);
	unsigned server = server_signs(from_server);
	unsigned unknown = SIGN_EMPTY | SIGN_UNFINISHED;

	if ((client & SIGN_SURELY_SMTP) || ((server & SIGN_SURELY_SMTP) && client != 0))
		return GUESS_SMTP;
	if ((client & SIGN_SMTP) && (server & SIGN_SMTP))
		return GUESS_SMTP;
	if ((client & SIGN_POP3) && (server & SIGN_POP3))
		return GUESS_POP3;
	if (client == 0 || server == 0)
		return GUESS_NOT_MAIL;
	return (client & unknown) || (server & unknown) ? GUESS_MORE : GUESS_NOT_MAIL;
}

static enum mail_guess guess_midway(const struct span *heads, bool *is_exchanged)
{
	enum mail_guess as_told = guess_inside(heads[0], heads[1]);
	enum mail_guess exchanged = guess_inside(heads[1], heads[0]);

	*is_exchanged = false;
	if (as_told == GUESS_SMTP || as_told == GUESS_POP3)
		return as_told;
	if (exchanged == GUESS_SMTP || exchanged == GUESS_POP3) {
		*is_exchanged = true;
		return exchanged;
	}
	return as_told == GUESS_MORE || exchanged == GUESS_MORE ? GUESS_MORE : GUESS_NOT_MAIL;
}

/* Which end has a mail port; the other one's is then the client's. */
static const struct mail_port *guess_port(const struct mail_first_look *look, bool *is_exchanged)
{
	const struct mail_port *server = mail_port_find(look->ports[SIDE_SERVER]);
	const struct mail_port *client = mail_port_find(look->ports[SIDE_CLIENT]);

	*is_exchanged = look->is_midway && server == NULL && client != NULL;
	return *is_exchanged ? client : server;
}

static enum mail_guess guess_of_signs(unsigned signs)
{
	return signs & SIGN_POP3 ? GUESS_POP3 : GUESS_SMTP;
}

/* Plain text on a port of implicit TLS: what is said counts more than the port. */
static enum mail_guess guess_unencrypted(
	struct span from_client, struct span from_server, enum mail_protocol usual)
{
	const unsigned mail = SIGN_SMTP | SIGN_SURELY_SMTP | SIGN_POP3;
	unsigned client = client_signs(from_client, midway_rows);
	unsigned server = server_signs(from_server);

	if (server & mail)
		return guess_of_signs(server);
	if ((client & mail) == (SIGN_SMTP | SIGN_POP3))
		return usual == MAIL_SMTP ? GUESS_SMTP : GUESS_POP3;
	if (client & mail)
		return guess_of_signs(client);
	if ((client & SIGN_UNFINISHED) || (server & (SIGN_EMPTY | SIGN_UNFINISHED)))
		return GUESS_MORE;
	return GUESS_NOT_MAIL;
}

/* A handshake record with a ServerHello: the other side is the client (RFC 8446 4). */
static bool is_server_hello(struct span head)
{
	return head.length > 5 && head.at[0] == 0x16 && head.at[5] == 2;
}

enum mail_guess mail_guess(const struct mail_first_look *look, bool *is_exchanged)
{
	const struct mail_port *port = guess_port(look, is_exchanged);
	const struct span *heads = look->heads;

	if (heads[0].length == 0 && heads[1].length == 0)
		return GUESS_MORE;
	if (is_tls(heads[SIDE_CLIENT], look->is_midway) ||
		((look->is_midway || heads[SIDE_CLIENT].length == 0) &&
			is_tls(heads[SIDE_SERVER], look->is_midway))) {
		if (look->is_midway && port == NULL)
			*is_exchanged = is_server_hello(heads[SIDE_CLIENT]);
		return GUESS_TLS;
	}
	if (port != NULL && !port->is_tls)
		return port->protocol == MAIL_SMTP ? GUESS_SMTP : GUESS_POP3;
	if (port != NULL)
		return guess_unencrypted(heads[*is_exchanged ? SIDE_SERVER : SIDE_CLIENT],
			heads[*is_exchanged ? SIDE_CLIENT : SIDE_SERVER], port->protocol);
	return look->is_midway ? guess_midway(heads, is_exchanged) : guess_beginning(heads);
}
