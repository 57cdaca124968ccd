/* client/conversation.h: commands said, one at a time or in groups, and replies heard, each paired
 * with its command by counting. */
#ifndef CLIENT_CONVERSATION_H
#define CLIENT_CONVERSATION_H

#include "base/limits.h"
#include "client/connection.h"
#include "mail/vocabulary.h"

/* SMTP's code, or what a POP3 reply is in SMTP's classes. */
enum { POP3_OK = 200, POP3_CHALLENGE = 300, POP3_ERROR = 500 };

struct reply {
	int code;            /* 0: none has come */
	struct buffer lines; /* as they came, each ended by LF alone */
};

/* What follows the digits (RFC 5321 4.2: reply-code "-" / SP text), or the sign of POP3, in the
 * next line of a reply; false when there is none. */
bool reply_take(struct span *lines, struct span *text);

/* Octets of a reply of many lines, unstuffed. STEP_FAIL: the rest of them is dropped. */
struct reply_sink {
	void *context;
	enum step (*take)(void *context, struct span octets);
};

/* What is said, besides its words. */
struct command {
	const struct verb *verb; /* its row; NULL: no command, but it is answered */
	const char *name;        /* for failures; NULL: the verb's */
	bool is_secret;
	int seconds;  /* until its reply is whole; of many lines, without progress */
	size_t place; /* the client's own */
	int *code;    /* where the reply's code goes; may be NULL */
	const struct reply_sink *sink; /* for a POP3 reply of many lines; NULL: it is dropped */
	uint64_t limit;                /* of that reply's octets; 0: none */
	bool has_many_lines;           /* conversation.c's own */
};

/* What the languages do differently. */
struct conversation_language {
	/* Takes the next line of the reply that is coming. STEP_DONE: it is the last one.
	 * STEP_FAIL: it is no line of this reply. */
	enum step (*reply_ends)(struct reply *reply, struct span line);
	/* A whole reply. STEP_FAIL: nothing more can be said; the function has set the failure. */
	enum step (*on_reply)(
		void *context, const struct command *command, const struct reply *reply);
};

/* reply_ends() of the two there are (smtp_reply.c, pop3_reply.c). */
enum step smtp_reply_ends(struct reply *reply, struct span line);
enum step pop3_reply_ends(struct reply *reply, struct span line);

struct conversation {
	struct connection *connection;
	const struct conversation_language *language;
	void *context;
	bool is_grouping;   /* commands may go out before the replies of others (RFC 2920) */
	bool is_over;       /* nothing more can be said or heard */
	struct reply reply; /* the last one that came */
	struct fail fail;   /* why the last call failed */

	/* conversation.c's own */
	struct buffer in, out, body;
	size_t taken; /* of in */
	struct command waiting[LIMIT_GROUP];
	size_t count;
	struct buffer secrets[LIMIT_GUARDED];
	size_t secret_count;
};

void conversation_init(struct conversation *conversation, struct connection *connection,
	const struct conversation_language *language, void *context);
void conversation_fini(struct conversation *conversation);

/* Says a line (CRLF is added). Its reply has come when this returns, unless the conversation is
 * grouping and the command's row allows it to stand before others: then it goes out, and is
 * answered, with the next one that may not, or by conversation_finish(). STEP_FAIL: FAIL_USAGE (the
 * line would be more than one), and what conversation_finish() says. */
enum step conversation_say(
	struct conversation *conversation, const struct command *command, struct span line);

/* Sends what is grouped and hears all replies that are owed. STEP_FAIL: FAIL_TEMPORARY (closed, too
 * slow, 421), FAIL_PROTOCOL (what came is no reply). */
enum step conversation_finish(struct conversation *conversation);

/* Hears a reply to what was no line: the greeting, the end of a message. */
enum step conversation_hear(struct conversation *conversation, const struct command *command);

/* Sends octets that are no command. */
enum step conversation_send(struct conversation *conversation, struct span octets, int seconds);

/* Goes over to TLS. Octets that stand behind the reply to STARTTLS are an injection. */
enum step conversation_secure(struct conversation *conversation, int seconds);

/* From now on the secret is blotted out of whatever is cited or logged. */
void conversation_guard(struct conversation *conversation, struct span secret);

/* Appends a text of the server's, printable, without secrets, cut to LIMIT_REPLY_CITED. */
void conversation_cite(
	const struct conversation *conversation, struct span text, struct buffer *out);

/* The same for the last reply, as one line: its first line whole, of the others what stands behind
 * the digits. */
void conversation_cite_reply(const struct conversation *conversation, struct buffer *out);

/* Fills the failure: "HOST:PORT: " and the text. */
enum step conversation_fail(struct conversation *conversation, enum fail_code code,
	const char *format, ...) PRINTF_LIKE(3, 4);

/* The same, and behind it the last reply, cited. */
enum step conversation_refused(
	struct conversation *conversation, enum fail_code code, const char *what);

#endif
