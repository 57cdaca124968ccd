/* message/compose.h: makes a message (RFC 5322, MIME by GMime). */
#ifndef MESSAGE_COMPOSE_H
#define MESSAGE_COMPOSE_H

#include "base/buffer.h"
#include "base/fail.h"

#include <time.h>

struct compose_attachment {
	const char *path;
	const char *name; /* NULL: the path's last part */
	const char *type; /* NULL: by the name's ending */
};

/* All texts UTF-8; lists are RFC 5322 address lists ("Ann <a@example.org>, b@example.org"), NULL:
 * none. */
struct compose {
	const char *from, *sender, *to, *cc, *bcc, *reply_to, *subject;
	struct span body; /* text/plain in UTF-8; line ends of any kind */
	const struct compose_attachment *attachments;
	size_t attachment_count;
	const char *const *headers; /* further fields, "Name: value" */
	size_t header_count;
	const char *in_reply_to, *references;
	time_t date;            /* 0: now */
	const char *message_id; /* with brackets; NULL: made, with the domain of from */
};

/* Appends the message with CRLF line ends, Bcc left out, everything 7 bit but addresses that need
 * SMTPUTF8. STEP_FAIL: FAIL_USAGE (an address or field that cannot be), FAIL_OPEN (an attachment).
 */
enum step compose_message(const struct compose *compose, struct buffer *out, struct fail *fail);

/* The envelope of what is composed: the addresses of To, Cc and Bcc, each once, as a NULL-ended
 * list to be freed by compose_recipients_free(). STEP_FAIL: FAIL_USAGE naming what is no address.
 */
enum step compose_recipients(
	const struct compose *compose, char ***recipients, size_t *count, struct fail *fail);
void compose_recipients_free(char **recipients);

/* The first address of a list, alone (malloc()ed); NULL when there is none. */
char *compose_address(const char *list);

#endif
