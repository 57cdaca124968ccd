#include "base/language.h"
#include "mail/vocabulary.h"

/* By code; of one code the rows with a verb stand first. A code that is not here is read by its
 * first digit alone (RFC 5321 4.2.1). */
static const struct reply_meaning rows[] = {
	{2, NULL, N_("The command was carried out."), "RFC 5321 4.2.1"},
	{3, NULL, N_("So far understood; the server waits for more."), "RFC 5321 4.2.1"},
	{4, NULL, N_("Not done, for a reason that may pass; it can be tried again later."),
		"RFC 5321 4.2.1"},
	{5, NULL, N_("Not done, and trying the same again will not help."), "RFC 5321 4.2.1"},

	{211, NULL, N_("The state of the server, or help about it."), "RFC 5321 4.2.3"},
	{214, NULL, N_("Help in words for people."), "RFC 5321 4.2.3"},

	{220, "", N_("The server greets and is ready; now the client says its name."),
		"RFC 5321 4.3.1"},
	{220, "STARTTLS", N_("The server is ready: the TLS handshake follows at once."),
		"RFC 3207 4"},
	{220, "X-ANONYMOUSTLS", N_("The server is ready: the TLS handshake follows at once."), ""},
	{220, "XCLIENT", N_("Taken; the session begins anew as if the named client had connected."),
		""},
	{220, NULL, N_("The server is ready."), "RFC 5321 4.2.3"},
	{221, "QUIT", N_("The server says goodbye and closes the connection."),
		"RFC 5321 4.1.1.10"},
	{221, NULL, N_("The server closes the connection."), "RFC 5321 4.2.3"},
	{235, NULL, N_("The login succeeded."), "RFC 4954 6"},

	{250, "EHLO",
		N_("The server says its name; each further line names an extension that it "
		   "offers."),
		"RFC 5321 4.1.1.1"},
	{250, "LHLO",
		N_("The server says its name; each further line names an extension that it "
		   "offers."),
		"RFC 2033 4.1"},
	{250, "HELO", N_("The server says its name."), "RFC 5321 4.1.1.1"},
	{250, "MAIL", N_("The sender is taken; now the recipients."), "RFC 5321 4.1.1.2"},
	{250, "RCPT", N_("The server takes mail for this recipient."), "RFC 5321 4.1.1.3"},
	{250, ".",
		N_("The server has the message and answers for it from now on: it delivers it, or "
		   "reports that it could not."),
		"RFC 5321 4.1.1.4"},
	{250, "BDAT",
		N_("The piece has arrived; after LAST: the server has the message and answers for "
		   "it."),
		"RFC 3030 2"},
	{250, "BURL", N_("The piece was fetched; after LAST: the server has the message."),
		"RFC 4468 3.2"},
	{250, "RSET", N_("The transaction is forgotten; the session goes on."), "RFC 5321 4.1.1.5"},
	{250, "NOOP", N_("The server is still there."), "RFC 5321 4.1.1.9"},
	{250, "VRFY", N_("The mailbox exists, and this is its address."), "RFC 5321 3.5.1"},
	{250, "EXPN", N_("The members of the list, one on each line."), "RFC 5321 3.5.1"},
	{250, "ETRN", N_("The server starts delivering the mail it holds for this host."),
		"RFC 1985 5"},
	{250, "ATRN", N_("The roles are exchanged: now the server sends and the client takes."),
		"RFC 2645 5.2.1"},
	{250, "TURN", N_("The roles are exchanged: now the server sends and the client takes."),
		"RFC 5321 F.1"},
	{250, NULL, N_("The command was carried out."), "RFC 5321 4.2.3"},
	{251, "ETRN", N_("No mail waits for this host."), "RFC 1985 5"},
	{251, NULL,
		N_("The user is not here; the server forwards the mail to the address it names."),
		"RFC 5321 3.4"},
	{252, "ETRN", N_("Mail waits for this host, and the server starts delivering it."),
		"RFC 1985 5"},
	{252, NULL, N_("The server does not say whether the user exists, but takes mail for it."),
		"RFC 5321 3.5.3"},
	{253, NULL, N_("So many messages wait for this host; the server starts delivering them."),
		"RFC 1985 5"},

	{334, NULL, N_("A challenge of the login: the client answers in base64."), "RFC 4954 4"},
	{354, "DATA", N_("The server waits for the message; a line with a dot alone ends it."),
		"RFC 5321 4.1.1.4"},
	{354, "XEXCH50", N_("The server waits for the announced octets."), ""},
	{354, NULL, N_("The server waits for the message."), "RFC 5321 4.2.3"},
	{355, NULL,
		N_("The server has the beginning of this message; the client goes on from the "
		   "octet named."),
		"RFC 1845 3"},

	{421, "", N_("The server takes no connection now; try again later."), "RFC 5321 3.8"},
	{421, NULL,
		N_("The server gives up the session and closes the connection; it may say so at "
		   "any "
		   "time."),
		"RFC 5321 3.8"},
	{422, NULL, N_("The password must be changed before this mechanism can be used."),
		"RFC 5248 2.4"},
	{432, NULL,
		N_("The password must be changed, by logging in once in another way, before this "
		   "mechanism can be used."),
		"RFC 4954 6"},
	{450, "RCPT",
		N_("Mail for this recipient is not taken now (a busy mailbox, or greylisting); try "
		   "again later."),
		"RFC 5321 4.2.3"},
	{450, "ATRN", N_("The exchange of roles is refused for now."), "RFC 2645 5.2.1"},
	{450, NULL, N_("Not done: the mailbox is not available now; try again later."),
		"RFC 5321 4.2.3"},
	{451, ".",
		N_("The message was not taken, through an error in the server; try again later."),
		"RFC 5321 4.3.2"},
	{451, NULL, N_("Given up: an error in the server; try again later."), "RFC 5321 4.2.3"},
	{452, "RCPT",
		N_("Too many recipients, or too little room: send to those taken, to the others "
		   "later."),
		"RFC 5321 4.5.3.1.10"},
	{452, "MAIL", N_("The server has too little room for the message now; try again later."),
		"RFC 1870 6.1"},
	{452, NULL, N_("Not done: the server has too little room; try again later."),
		"RFC 5321 4.2.3"},
	{453, NULL, N_("No mail waits for this client."), "RFC 2645 5.2.1"},
	{454, "STARTTLS",
		N_("TLS is not available now; the client decides whether to go on in the clear."),
		"RFC 3207 4"},
	{454, "AUTH", N_("The login failed for a reason in the server that may pass."),
		"RFC 4954 6"},
	{454, NULL, N_("Not done, for a reason in the server that may pass."), "RFC 4954 6"},
	{455, NULL, N_("The server cannot honour the parameters now."), "RFC 5321 4.2.3"},
	{458, NULL, N_("The server cannot start delivering the mail it holds for this host."),
		"RFC 1985 5"},
	{459, NULL, N_("The server does not deliver the mail it holds for this host."),
		"RFC 1985 5"},

	{500, "AUTH", N_("The command or response is too long, or not understood."), "RFC 4954 4"},
	{500, "EHLO", N_("The server knows no extensions; the client goes on with HELO."),
		"RFC 5321 3.2"},
	{500, NULL, N_("The command is unknown, or its line is too long."), "RFC 5321 4.2.3"},
	{501, "AUTH", N_("The login was cancelled by the client, or its response is no base64."),
		"RFC 4954 4"},
	{501, "STARTTLS", N_("STARTTLS takes no parameter."), "RFC 3207 4"},
	{501, "BDAT", N_("The octet count is missing or not understood."), "RFC 3030 2"},
	{501, NULL, N_("The command's parameters are not understood."), "RFC 5321 4.2.3"},
	{502, "EHLO", N_("The server knows no extensions; the client goes on with HELO."),
		"RFC 5321 3.2"},
	{502, NULL, N_("The command is known, but the server does not offer it."),
		"RFC 5321 4.2.4"},
	{503, "AUTH", N_("Not now: the client is logged in already, or a transaction is open."),
		"RFC 4954 4"},
	{503, "MAIL", N_("Not now: a transaction is open already, or EHLO is missing."),
		"RFC 5321 4.1.4"},
	{503, "RCPT", N_("Not now: MAIL has to come first."), "RFC 5321 3.3"},
	{503, "DATA", N_("Not now: MAIL and an accepted RCPT have to come first."), "RFC 5321 3.3"},
	{503, "BDAT", N_("Not now: MAIL and an accepted RCPT have to come first, and no DATA."),
		"RFC 3030 2"},
	{503, NULL, N_("The command may not come at this point."), "RFC 5321 4.2.3"},
	{504, "AUTH", N_("The server does not offer this login mechanism."), "RFC 4954 4"},
	{504, NULL, N_("The server does not support this parameter."), "RFC 5321 4.2.3"},
	{521, NULL, N_("This host takes no mail at all."), "RFC 7504 3"},
	{523, NULL, N_("Encryption is needed first."), "RFC 5248 2.4"},
	{524, NULL, N_("This login mechanism is offered only in an encrypted session."),
		"RFC 5248 2.4"},
	{525, NULL, N_("The user's account is disabled."), "RFC 5248 2.4"},
	{530, "AUTH", N_("STARTTLS has to come first."), "RFC 3207 4"},
	{530, NULL, N_("A login, or STARTTLS, has to come first."), "RFC 4954 6"},
	{534, NULL, N_("This login mechanism is too weak for this user."), "RFC 4954 6"},
	{535, NULL, N_("The login failed: user or password is wrong."), "RFC 4954 6"},
	{538, NULL, N_("This login mechanism is offered only in an encrypted session."),
		"RFC 4954 6"},
	{550, "MAIL", N_("The server takes no mail from this sender."), "RFC 5321 4.3.2"},
	{550, "RCPT",
		N_("The server takes no mail for this recipient: it does not exist, or is not to "
		   "be "
		   "reached from here."),
		"RFC 5321 4.3.2"},
	{550, ".", N_("The server refuses the message for what it contains."), "RFC 5321 4.3.2"},
	{550, NULL, N_("Not done: the mailbox does not exist, or the server does not allow it."),
		"RFC 5321 4.2.3"},
	{551, NULL, N_("The user is not here; the reply names the address to try instead."),
		"RFC 5321 3.4"},
	{552, "MAIL", N_("The message is larger than the server takes."), "RFC 1870 6.1"},
	{552, "RCPT", N_("The mailbox is full; from old servers: too many recipients."),
		"RFC 5321 4.5.3.1.10"},
	{552, ".", N_("The message is larger than the server or the mailbox takes."),
		"RFC 5321 4.3.2"},
	{552, "BDAT", N_("The message is larger than the server takes."), "RFC 3030 2"},
	{552, NULL, N_("Given up: there is no room left in the mailbox."), "RFC 5321 4.2.3"},
	{553, NULL, N_("The address is not allowed, or not written correctly."), "RFC 5321 4.2.3"},
	{554, "", N_("The host offers no mail service to this client."), "RFC 5321 3.1"},
	{554, "DATA", N_("There is no recipient to whom the message could go."), "RFC 5321 3.3"},
	{554, ".", N_("The server refuses the message."), "RFC 5321 4.3.2"},
	{554, "BURL", N_("The piece could not be fetched from the IMAP server."), "RFC 4468 3.2"},
	{554, NULL, N_("The transaction failed."), "RFC 5321 4.2.3"},
	{555, NULL, N_("The parameters of MAIL or RCPT are not known, or not supported."),
		"RFC 5321 4.1.1.11"},
	{556, NULL, N_("The recipient's domain takes no mail at all."), "RFC 7504 4"},
};

static const struct reply_meaning *find(int code, const char *verb)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].code == code &&
			(rows[i].verb == NULL ||
				(verb != NULL && span_is_letters(span_text(verb), rows[i].verb))))
			return &rows[i];
	return NULL;
}

const struct reply_meaning *vocabulary_reply(int code, const char *verb)
{
	const struct reply_meaning *row = code >= 200 && code < 600 ? find(code, verb) : NULL;

	if (row != NULL || code < 200 || code >= 600)
		return row;
	return find(code / 100, NULL);
}

const struct reply_meaning *vocabulary_replies(size_t *count)
{
	*count = sizeof rows / sizeof rows[0];
	return rows;
}
