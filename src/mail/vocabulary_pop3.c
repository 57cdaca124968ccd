#include "base/language.h"
#include "mail/vocabulary_rows.h"

/* The list keeps the rows' numbers and their first four letters in step. */
#define ROWS(X)                                                                                    \
	X(USER, 'U', 'S', 'E', 'R')                                                                \
	X(PASS, 'P', 'A', 'S', 'S')                                                                \
	X(APOP, 'A', 'P', 'O', 'P')                                                                \
	X(AUTH, 'A', 'U', 'T', 'H')                                                                \
	X(CAPA, 'C', 'A', 'P', 'A')                                                                \
	X(STLS, 'S', 'T', 'L', 'S')                                                                \
	X(UTF8, 'U', 'T', 'F', '8')                                                                \
	X(LANG, 'L', 'A', 'N', 'G')                                                                \
	X(STAT, 'S', 'T', 'A', 'T')                                                                \
	X(LIST, 'L', 'I', 'S', 'T')                                                                \
	X(UIDL, 'U', 'I', 'D', 'L')                                                                \
	X(RETR, 'R', 'E', 'T', 'R')                                                                \
	X(TOP, 'T', 'O', 'P', ' ')                                                                 \
	X(DELE, 'D', 'E', 'L', 'E')                                                                \
	X(NOOP, 'N', 'O', 'O', 'P')                                                                \
	X(RSET, 'R', 'S', 'E', 'T')                                                                \
	X(QUIT, 'Q', 'U', 'I', 'T')                                                                \
	X(LAST, 'L', 'A', 'S', 'T')                                                                \
	X(RPOP, 'R', 'P', 'O', 'P')                                                                \
	X(XTND, 'X', 'T', 'N', 'D')

enum row {
#define X(id, a, b, c, d) ROW_##id,
	ROWS(X)
#undef X
		ROW_COUNT
};

enum { IN_BOTH = IN_AUTHORIZATION | IN_TRANSACTION };

static const struct verb rows[ROW_COUNT] = {
	[ROW_USER] = {"USER", MAIL_POP3, EFFECT_USER, REPLY_ONE_LINE, IN_AUTHORIZATION, true,
		"USER SP name", N_("Names the mailbox; the password follows with PASS."),
		"RFC 1939 7"},
	[ROW_PASS] = {"PASS", MAIL_POP3, EFFECT_PASSWORD, REPLY_ONE_LINE, IN_AUTHORIZATION, true,
		"PASS SP string",
		N_("Gives the password, as it is; blanks belong to it. +OK opens and locks the "
		   "mailbox."),
		"RFC 1939 7"},
	[ROW_APOP] = {"APOP", MAIL_POP3, EFFECT_PASSWORD, REPLY_ONE_LINE, IN_AUTHORIZATION, true,
		"APOP SP name SP digest",
		N_("Logs in without sending the password: the digest is the MD5 sum of the "
		   "greeting's "
		   "time stamp and the password."),
		"RFC 1939 7"},
	[ROW_AUTH] = {"AUTH", MAIL_POP3, EFFECT_AUTH, REPLY_MANY_WITHOUT_ARGUMENT, IN_AUTHORIZATION,
		false, "AUTH SP mechanism [SP initial-response]",
		N_("Logs in by a SASL mechanism; challenges (+) and responses may follow, in "
		   "base64. "
		   "Without argument many servers list their mechanisms."),
		"RFC 5034 4"},
	[ROW_CAPA] = {"CAPA", MAIL_POP3, EFFECT_NONE, REPLY_MANY_LINES, IN_BOTH, true, "CAPA",
		N_("Asks which capabilities the server has."), "RFC 2449 5"},
	[ROW_STLS] = {"STLS", MAIL_POP3, EFFECT_TLS, REPLY_ONE_LINE, IN_AUTHORIZATION, false,
		"STLS", N_("Asks to go on encrypted: after +OK the TLS handshake follows."),
		"RFC 2595 4"},
	[ROW_UTF8] = {"UTF8", MAIL_POP3, EFFECT_NONE, REPLY_ONE_LINE, IN_AUTHORIZATION, true,
		"UTF8",
		N_("Asks for messages as they are, with UTF-8 in their headers, instead of "
		   "converted "
		   "to ASCII."),
		"RFC 6856 2.1"},
	[ROW_LANG] = {"LANG", MAIL_POP3, EFFECT_NONE, REPLY_MANY_WITHOUT_ARGUMENT, IN_BOTH, true,
		"LANG [SP language-range]",
		N_("Lists the languages of the server's texts, or chooses one of them."),
		"RFC 6856 3"},
	[ROW_STAT] = {"STAT", MAIL_POP3, EFFECT_NONE, REPLY_ONE_LINE, IN_TRANSACTION, true, "STAT",
		N_("Asks how many messages there are, and how many octets they take together."),
		"RFC 1939 5"},
	[ROW_LIST] = {"LIST", MAIL_POP3, EFFECT_NONE, REPLY_MANY_WITHOUT_ARGUMENT, IN_TRANSACTION,
		true, "LIST [SP message-number]",
		N_("Asks for the size in octets of one message, or of each."), "RFC 1939 5"},
	[ROW_UIDL] = {"UIDL", MAIL_POP3, EFFECT_NONE, REPLY_MANY_WITHOUT_ARGUMENT, IN_TRANSACTION,
		true, "UIDL [SP message-number]",
		N_("Asks for the name of one message, or of each, that stays the same in later "
		   "sessions."),
		"RFC 1939 7"},
	[ROW_RETR] = {"RETR", MAIL_POP3, EFFECT_RETRIEVE, REPLY_MANY_LINES, IN_TRANSACTION, true,
		"RETR SP message-number",
		N_("Fetches a message; it ends with a line with a dot alone."), "RFC 1939 5"},
	[ROW_TOP] = {"TOP", MAIL_POP3, EFFECT_RETRIEVE, REPLY_MANY_LINES, IN_TRANSACTION, true,
		"TOP SP message-number SP lines",
		N_("Fetches a message's header and the first lines of its text."), "RFC 1939 7"},
	[ROW_DELE] = {"DELE", MAIL_POP3, EFFECT_DELETE, REPLY_ONE_LINE, IN_TRANSACTION, true,
		"DELE SP message-number",
		N_("Marks a message as deleted; only QUIT removes it in truth."), "RFC 1939 5"},
	[ROW_NOOP] = {"NOOP", MAIL_POP3, EFFECT_NONE, REPLY_ONE_LINE, IN_TRANSACTION, true, "NOOP",
		N_("Does nothing but ask for a reply, so that the session is kept."), "RFC 1939 5"},
	[ROW_RSET] = {"RSET", MAIL_POP3, EFFECT_RESET, REPLY_ONE_LINE, IN_TRANSACTION, true, "RSET",
		N_("Takes back all deletion marks of this session."), "RFC 1939 5"},
	[ROW_QUIT] = {"QUIT", MAIL_POP3, EFFECT_QUIT, REPLY_ONE_LINE, IN_BOTH, false, "QUIT",
		N_("Ends the session; after a login the messages marked as deleted are removed "
		   "now."),
		"RFC 1939 6"},
	[ROW_LAST] = {"LAST", MAIL_POP3, EFFECT_NONE, REPLY_ONE_LINE, IN_TRANSACTION, true, "LAST",
		N_("Asked for the highest message number read so far; obsolete, UIDL took its "
		   "place."),
		"RFC 1460 5"},
	[ROW_RPOP] = {"RPOP", MAIL_POP3, EFFECT_NONE, REPLY_ONE_LINE, IN_AUTHORIZATION, true,
		"RPOP SP user",
		N_("Logged in by trusting the client's host instead of a password; obsolete."),
		"RFC 1225"},
	[ROW_XTND] = {"XTND", MAIL_POP3, EFFECT_NONE, REPLY_ONE_LINE, IN_TRANSACTION, false,
		"XTND SP extension [SP arguments]",
		N_("Calls an old extension such as BBOARDS (notice boards) or XMIT (sending mail); "
		   "obsolete."),
		"RFC 1082"},
};

const struct verb *vocabulary_pop3_row(uint32_t key)
{
	static const struct verb_place places[VERB_PLACES] = {
#define X(id, a, b, c, d)                                                                          \
	[VERB_PLACE(VERB_KEY(a, b, c, d))] = {VERB_KEY(a, b, c, d), &rows[ROW_##id]},
		ROWS(X)
#undef X
	};

	return verb_place_row(places, key);
}

const struct verb *vocabulary_pop3_rows(size_t *count)
{
	*count = ROW_COUNT;
	return rows;
}
