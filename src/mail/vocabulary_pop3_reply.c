#include "base/language.h"
#include "mail/vocabulary.h"

/* By status; of one status the rows with a verb stand first, the general one last. */
static const struct reply_meaning rows[] = {
	{1, "", N_("The server greets; a <...> in its text is the time stamp that APOP needs."),
		"RFC 1939 4"},
	{1, "USER", N_("The name is taken, which does not say that there is such a mailbox."),
		"RFC 1939 7"},
	{1, "PASS", N_("The login succeeded; the mailbox is open and locked for this session."),
		"RFC 1939 7"},
	{1, "APOP", N_("The login succeeded; the mailbox is open and locked for this session."),
		"RFC 1939 7"},
	{1, "AUTH", N_("The login succeeded; the mailbox is open and locked for this session."),
		"RFC 5034 4"},
	{1, "CAPA", N_("The capabilities follow, one on each line, up to a line with a dot alone."),
		"RFC 2449 5"},
	{1, "STLS", N_("The server is ready: the TLS handshake follows at once."), "RFC 2595 4"},
	{1, "UTF8", N_("From here on messages come as they are, with UTF-8 in their headers."),
		"RFC 6856 2.1"},
	{1, "LANG", N_("The language was chosen, or the list of languages follows."), "RFC 6856 3"},
	{1, "STAT", N_("Two numbers: how many messages, and how many octets they take together."),
		"RFC 1939 5"},
	{1, "LIST",
		N_("With a number: that message's number and size. Without: a line for each "
		   "message "
		   "follows, up to a line with a dot alone."),
		"RFC 1939 5"},
	{1, "UIDL",
		N_("With a number: that message's number and its lasting name. Without: a line for "
		   "each message follows, up to a line with a dot alone."),
		"RFC 1939 7"},
	{1, "RETR",
		N_("The message follows, up to a line with a dot alone; an octet count here is a "
		   "hint "
		   "and no promise."),
		"RFC 1939 5"},
	{1, "TOP", N_("Header, empty line and first lines follow, up to a line with a dot alone."),
		"RFC 1939 7"},
	{1, "DELE", N_("The message is marked; it is removed by QUIT and not before."),
		"RFC 1939 5"},
	{1, "NOOP", N_("The server is still there."), "RFC 1939 5"},
	{1, "RSET", N_("No message is marked as deleted any more."), "RFC 1939 5"},
	{1, "QUIT", N_("The server says goodbye; the messages that were marked are removed."),
		"RFC 1939 6"},
	{1, "LAST", N_("The highest message number that was read."), "RFC 1460 5"},
	{1, "RPOP", N_("The client's host is trusted; the mailbox is open."), "RFC 1225"},
	{1, "XTND", N_("The old extension was carried out."), "RFC 1082"},
	{1, NULL, N_("The command was carried out."), "RFC 1939 3"},

	{-1, "", N_("The server takes no session now."), "RFC 1939 3"},
	{-1, "USER", N_("There is no such mailbox, or this kind of login is not allowed."),
		"RFC 1939 7"},
	{-1, "PASS",
		N_("The login was refused: a wrong password, or a mailbox that another session has "
		   "locked."),
		"RFC 1939 7"},
	{-1, "APOP", N_("The login was refused."), "RFC 1939 7"},
	{-1, "AUTH", N_("The login was refused, cancelled, or its mechanism is not offered."),
		"RFC 5034 4"},
	{-1, "CAPA", N_("The server does not know CAPA: it is older than RFC 2449."), "RFC 2449 5"},
	{-1, "STLS", N_("TLS cannot begin: it is not offered, or it is there already."),
		"RFC 2595 4"},
	{-1, "RETR", N_("There is no message of this number, or it is marked as deleted."),
		"RFC 1939 5"},
	{-1, "TOP", N_("There is no message of this number, or TOP is not offered."), "RFC 1939 7"},
	{-1, "LIST", N_("There is no message of this number, or it is marked as deleted."),
		"RFC 1939 5"},
	{-1, "UIDL", N_("There is no message of this number, or UIDL is not offered."),
		"RFC 1939 7"},
	{-1, "DELE", N_("There is no message of this number, or it is marked already."),
		"RFC 1939 5"},
	{-1, "QUIT", N_("The session ends, but not every marked message could be removed."),
		"RFC 1939 6"},
	{-1, NULL, N_("The command was refused; the session stands where it stood."), "RFC 1939 3"},
};

const struct reply_meaning *vocabulary_pop3_reply(bool is_positive, const char *verb)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if ((rows[i].code > 0) == is_positive &&
			(rows[i].verb == NULL ||
				(verb != NULL && span_is_letters(span_text(verb), rows[i].verb))))
			return &rows[i];
	return NULL;
}

const struct reply_meaning *vocabulary_pop3_replies(size_t *count)
{
	*count = sizeof rows / sizeof rows[0];
	return rows;
}
