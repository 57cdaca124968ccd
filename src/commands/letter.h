/* commands/letter.h: a message that is to be sent, with its envelope. */
#ifndef COMMANDS_LETTER_H
#define COMMANDS_LETTER_H

#include "base/buffer.h"
#include "client/smtp_client.h"
#include "commands/option_table.h"

/* What --from, --to and the like say. */
struct letter_options {
	const char *from, *sender, *reply_to, *subject, *body;
	struct text_list to, cc, bcc, attachments, headers;
	const char *notify, *ret, *envelope_id;
	bool requires_tls;
};

struct letter {
	struct buffer text; /* the whole message */
	char *sender;       /* of the envelope */
	char *bcc;          /* recipients that its header does not name; NULL: none */
	char **recipients;
	size_t recipient_count;
	struct smtp_envelope envelope;
	struct smtp_recipient *results;
	bool is_sent;
};

/* Composes it; at a terminal what is missing is asked for, and the body is read up to a line EOF;
 * else the body comes from standard input. STEP_FAIL: FAIL_USAGE, FAIL_OPEN. letter_fini() is due
 * in any case. */
enum step letter_compose(struct letter *letter, const struct letter_options *options,
	const char *from, struct fail *fail);

/* One that stands in a file ("-": standard input) and is sent as it is. Without --to the recipients
 * are those of its To, Cc and Bcc; Bcc is taken out. */
enum step letter_load(struct letter *letter, const struct letter_options *options, const char *from,
	const char *path, struct fail *fail);
void letter_fini(struct letter *letter);

/* Writes it to FOLDER/unsent.eml (unsent-2.eml, ...), so that nothing written is lost; the path,
 * malloc()ed, or NULL. */
char *letter_keep(const struct letter *letter, const char *folder);

#endif
