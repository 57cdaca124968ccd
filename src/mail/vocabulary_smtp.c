#include "base/language.h"
#include "mail/vocabulary_rows.h"

/* The list keeps the rows' numbers and their first four letters in step. */
#define ROWS(X)                                                                                    \
	X(EHLO, 'E', 'H', 'L', 'O')                                                                \
	X(HELO, 'H', 'E', 'L', 'O')                                                                \
	X(LHLO, 'L', 'H', 'L', 'O')                                                                \
	X(MAIL, 'M', 'A', 'I', 'L')                                                                \
	X(RCPT, 'R', 'C', 'P', 'T')                                                                \
	X(DATA, 'D', 'A', 'T', 'A')                                                                \
	X(BDAT, 'B', 'D', 'A', 'T')                                                                \
	X(BURL, 'B', 'U', 'R', 'L')                                                                \
	X(RSET, 'R', 'S', 'E', 'T')                                                                \
	X(QUIT, 'Q', 'U', 'I', 'T')                                                                \
	X(NOOP, 'N', 'O', 'O', 'P')                                                                \
	X(HELP, 'H', 'E', 'L', 'P')                                                                \
	X(VRFY, 'V', 'R', 'F', 'Y')                                                                \
	X(EXPN, 'E', 'X', 'P', 'N')                                                                \
	X(STARTTLS, 'S', 'T', 'A', 'R')                                                            \
	X(AUTH, 'A', 'U', 'T', 'H')                                                                \
	X(ETRN, 'E', 'T', 'R', 'N')                                                                \
	X(ATRN, 'A', 'T', 'R', 'N')                                                                \
	X(TURN, 'T', 'U', 'R', 'N')                                                                \
	X(SEND, 'S', 'E', 'N', 'D')                                                                \
	X(SOML, 'S', 'O', 'M', 'L')                                                                \
	X(SAML, 'S', 'A', 'M', 'L')                                                                \
	X(XCLIENT, 'X', 'C', 'L', 'I')                                                             \
	X(XFORWARD, 'X', 'F', 'O', 'R')                                                            \
	X(X_EXPS, 'X', '-', 'E', 'X')                                                              \
	X(X_LINK2STATE, 'X', '-', 'L', 'I')                                                        \
	X(XEXCH50, 'X', 'E', 'X', 'C')                                                             \
	X(X_ANONYMOUSTLS, 'X', '-', 'A', 'N')                                                      \
	X(VERB, 'V', 'E', 'R', 'B')                                                                \
	X(XUSR, 'X', 'U', 'S', 'R')

enum row {
#define X(id, a, b, c, d) ROW_##id,
	ROWS(X)
#undef X
		ROW_COUNT
};

static const struct verb rows[ROW_COUNT] = {
	[ROW_EHLO] = {"EHLO", MAIL_SMTP, EFFECT_HELLO, REPLY_ONE_LINE, IN_ANY, false,
		"EHLO SP (domain / address-literal)",
		N_("The client says its name and asks which extensions the server offers."),
		"RFC 5321 4.1.1.1"},
	[ROW_HELO] = {"HELO", MAIL_SMTP, EFFECT_HELLO, REPLY_ONE_LINE, IN_ANY, false,
		"HELO SP domain",
		N_("The client says its name in the old way, without asking for extensions."),
		"RFC 5321 4.1.1.1"},
	[ROW_LHLO] = {"LHLO", MAIL_SMTP, EFFECT_HELLO, REPLY_ONE_LINE, IN_ANY, false,
		"LHLO SP (domain / address-literal)",
		N_("EHLO of LMTP, which hands mail to a local store: after the message the server "
		   "answers once for each recipient."),
		"RFC 2033 4.1"},
	[ROW_MAIL] = {"MAIL", MAIL_SMTP, EFFECT_MAIL, REPLY_ONE_LINE, IN_READY, true,
		"MAIL FROM:<reverse-path> [SP parameters]",
		N_("Opens a mail transaction and names the sender, to whom errors are reported; <> "
		   "is "
		   "the sender of error reports themselves."),
		"RFC 5321 4.1.1.2"},
	[ROW_RCPT] = {"RCPT", MAIL_SMTP, EFFECT_RECIPIENT, REPLY_ONE_LINE, IN_MAIL | IN_RECIPIENTS,
		true, "RCPT TO:<forward-path> [SP parameters]",
		N_("Names one recipient of the message; repeated for each further one."),
		"RFC 5321 4.1.1.3"},
	[ROW_DATA] = {"DATA", MAIL_SMTP, EFFECT_DATA, REPLY_ONE_LINE, IN_RECIPIENTS, false, "DATA",
		N_("Asks to send the message; after 354 come its header and text, ended by a line "
		   "with a dot alone."),
		"RFC 5321 4.1.1.4"},
	[ROW_BDAT] = {"BDAT", MAIL_SMTP, EFFECT_BDAT, REPLY_ONE_LINE, IN_RECIPIENTS, true,
		"BDAT SP octets [SP LAST]",
		N_("Sends a piece of the message of exactly so many octets right behind this line; "
		   "LAST marks the last piece."),
		"RFC 3030 2"},
	[ROW_BURL] = {"BURL", MAIL_SMTP, EFFECT_NONE, REPLY_ONE_LINE, IN_RECIPIENTS, true,
		"BURL SP absolute-URI [SP LAST]",
		N_("Tells the server to fetch a piece of the message from an IMAP server itself."),
		"RFC 4468 3.1"},
	[ROW_RSET] = {"RSET", MAIL_SMTP, EFFECT_RESET, REPLY_ONE_LINE, IN_ANY, true, "RSET",
		N_("Gives up the mail transaction: sender, recipients and text are forgotten."),
		"RFC 5321 4.1.1.5"},
	[ROW_QUIT] = {"QUIT", MAIL_SMTP, EFFECT_QUIT, REPLY_ONE_LINE, IN_ANY, false, "QUIT",
		N_("Ends the session; the server answers 221 and closes the connection."),
		"RFC 5321 4.1.1.10"},
	[ROW_NOOP] = {"NOOP", MAIL_SMTP, EFFECT_NONE, REPLY_ONE_LINE, IN_ANY, false,
		"NOOP [SP string]",
		N_("Does nothing but ask for a reply, to see that the server is still there."),
		"RFC 5321 4.1.1.9"},
	[ROW_HELP] = {"HELP", MAIL_SMTP, EFFECT_NONE, REPLY_ONE_LINE, IN_ANY, true,
		"HELP [SP string]", N_("Asks for help in words for people."), "RFC 5321 4.1.1.8"},
	[ROW_VRFY] = {"VRFY", MAIL_SMTP, EFFECT_NONE, REPLY_ONE_LINE, IN_ANY, false,
		"VRFY SP string",
		N_("Asks whether a user or mailbox exists; most servers do not tell."),
		"RFC 5321 4.1.1.6"},
	[ROW_EXPN] = {"EXPN", MAIL_SMTP, EFFECT_NONE, REPLY_ONE_LINE, IN_ANY, false,
		"EXPN SP string",
		N_("Asks for the members of a mailing list; most servers do not tell."),
		"RFC 5321 4.1.1.7"},
	[ROW_STARTTLS] = {"STARTTLS", MAIL_SMTP, EFFECT_TLS, REPLY_ONE_LINE, IN_READY, false,
		"STARTTLS",
		N_("Asks to go on encrypted: after 220 the TLS handshake follows, then EHLO "
		   "again."),
		"RFC 3207 4"},
	[ROW_AUTH] = {"AUTH", MAIL_SMTP, EFFECT_AUTH, REPLY_ONE_LINE, IN_READY, false,
		"AUTH SP mechanism [SP initial-response]",
		N_("Logs in by a SASL mechanism; challenges (334) and responses may follow, in "
		   "base64."),
		"RFC 4954 4"},
	[ROW_ETRN] = {"ETRN", MAIL_SMTP, EFFECT_NONE, REPLY_ONE_LINE, IN_READY, false,
		"ETRN SP [option-character] node-name",
		N_("Asks the server to start delivering the mail it holds for this host, over "
		   "connections of its own."),
		"RFC 1985 5"},
	[ROW_ATRN] = {"ATRN", MAIL_SMTP, EFFECT_NONE, REPLY_ONE_LINE, IN_READY, false,
		"ATRN [SP domain *(\",\" domain)]",
		N_("Asks an authenticated exchange of roles: the server then sends the mail it "
		   "holds "
		   "over this same connection."),
		"RFC 2645 5.2.1"},
	[ROW_TURN] = {"TURN", MAIL_SMTP, EFFECT_NONE, REPLY_ONE_LINE, IN_READY, false, "TURN",
		N_("Asks to exchange the roles of client and server; obsolete, since nobody proves "
		   "who he is."),
		"RFC 5321 F.1"},
	[ROW_SEND] = {"SEND", MAIL_SMTP, EFFECT_MAIL, REPLY_ONE_LINE, IN_READY, true,
		"SEND FROM:<reverse-path>",
		N_("Opens a transaction whose message is shown on the recipient's terminal; "
		   "obsolete."),
		"RFC 5321 F.6"},
	[ROW_SOML] = {"SOML", MAIL_SMTP, EFFECT_MAIL, REPLY_ONE_LINE, IN_READY, true,
		"SOML FROM:<reverse-path>",
		N_("Opens a transaction whose message is shown on the terminal or, if the user is "
		   "away, mailed; obsolete."),
		"RFC 5321 F.6"},
	[ROW_SAML] = {"SAML", MAIL_SMTP, EFFECT_MAIL, REPLY_ONE_LINE, IN_READY, true,
		"SAML FROM:<reverse-path>",
		N_("Opens a transaction whose message is shown on the terminal and mailed; "
		   "obsolete."),
		"RFC 5321 F.6"},
	[ROW_XCLIENT] = {"XCLIENT", MAIL_SMTP, EFFECT_NONE, REPLY_ONE_LINE, IN_START | IN_READY,
		false, "XCLIENT SP attribute=value *(SP attribute=value)",
		N_("Postfix extension: a trusted proxy says for which client (address, name, "
		   "login) "
		   "it speaks; the session begins anew with that client."),
		""},
	[ROW_XFORWARD] = {"XFORWARD", MAIL_SMTP, EFFECT_NONE, REPLY_ONE_LINE, IN_READY, true,
		"XFORWARD SP attribute=value *(SP attribute=value)",
		N_("Postfix extension: a mail filter passes on where the message came from, for "
		   "the "
		   "log."),
		""},
	[ROW_X_EXPS] = {"X-EXPS", MAIL_SMTP, EFFECT_AUTH, REPLY_ONE_LINE, IN_READY, false,
		"X-EXPS SP mechanism [SP initial-response]",
		N_("Microsoft Exchange extension: servers of one organization log in to each "
		   "other, "
		   "as with AUTH."),
		""},
	[ROW_X_LINK2STATE] = {"X-LINK2STATE", MAIL_SMTP, EFFECT_NONE, REPLY_ONE_LINE, IN_READY,
		false, "X-LINK2STATE SP [FIRST / NEXT / LAST] CHUNK={data}",
		N_("Microsoft Exchange extension: old Exchange servers tell each other the state "
		   "of "
		   "their routes."),
		""},
	[ROW_XEXCH50] = {"XEXCH50", MAIL_SMTP, EFFECT_NONE, REPLY_ONE_LINE, IN_MAIL | IN_RECIPIENTS,
		false, "XEXCH50 SP octets SP number",
		N_("Microsoft Exchange extension: sends the message's properties in Exchange's own "
		   "form, after 354."),
		""},
	[ROW_X_ANONYMOUSTLS] = {"X-ANONYMOUSTLS", MAIL_SMTP, EFFECT_TLS, REPLY_ONE_LINE, IN_READY,
		false, "X-ANONYMOUSTLS",
		N_("Microsoft Exchange extension: STARTTLS between servers of one organization, "
		   "which "
		   "need no certificate that others trust."),
		""},
	[ROW_VERB] = {"VERB", MAIL_SMTP, EFFECT_NONE, REPLY_ONE_LINE, IN_ANY, true, "VERB",
		N_("Sendmail extension: asks the server to report what it does in detail."), ""},
	[ROW_XUSR] = {"XUSR", MAIL_SMTP, EFFECT_NONE, REPLY_ONE_LINE, IN_READY, true, "XUSR",
		N_("Sendmail extension: says that the message is a user's first submission, which "
		   "the "
		   "server may complete."),
		""},
};

const struct verb *vocabulary_smtp_row(uint32_t key)
{
	static const struct verb_place places[VERB_PLACES] = {
#define X(id, a, b, c, d)                                                                          \
	[VERB_PLACE(VERB_KEY(a, b, c, d))] = {VERB_KEY(a, b, c, d), &rows[ROW_##id]},
		ROWS(X)
#undef X
	};

	return verb_place_row(places, key);
}

const struct verb *vocabulary_smtp_rows(size_t *count)
{
	*count = ROW_COUNT;
	return rows;
}
