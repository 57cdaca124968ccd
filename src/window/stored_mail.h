/* window/stored_mail.h: a stored message, read in a thread into what the window shows of it. */
#ifndef WINDOW_STORED_MAIL_H
#define WINDOW_STORED_MAIL_H

#include "base/fail.h"

#include <gio/gio.h>

struct stored_attachment {
	char *name, *type; /* printable; the name is safe as a file's */
	guint64 octets;
	size_t part; /* as message_part_octets() counts */
};

struct stored_mail {
	char *path;
	char *from, *to, *cc, *subject, *date; /* printable; "" where there is none */
	char *text, *header;                   /* printable lines */
	char *route; /* its service headers analysed, in colours (coloured.h) */
	char *reply_to, *message_id, *references, *address; /* for an answer */
	struct stored_attachment *attachments;
	size_t attachment_count;
	struct fail fail; /* FAIL_NONE: it was read */
};

void stored_mail_begin(
	const char *path, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data);
struct stored_mail *stored_mail_end(GAsyncResult *result); /* NULL: it was cancelled */
void stored_mail_free(gpointer mail);

/* Writes an attachment's octets to the file. STEP_FAIL: FAIL_OPEN, FAIL_WRITE. */
enum step stored_mail_save_part(
	const char *path, size_t part, const char *target, struct fail *fail);

#endif
