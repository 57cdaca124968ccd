/* window/draft.h: a message that is being written, kept in a file from its first letter on. */
#ifndef WINDOW_DRAFT_H
#define WINDOW_DRAFT_H

#include <glib.h>

/* No text is NULL but path and account. */
struct draft {
	char *path;    /* NULL: it has no file yet */
	char *account; /* group of the account it is to be sent by; NULL: the first */
	char *to, *cc, *bcc, *subject, *body;
	char *in_reply_to, *references;
	char **attachments; /* paths */
	gint64 date;
};

struct draft *draft_new(void);
void draft_free(gpointer draft); /* NULL is fine */
void draft_set(char **field, const char *text);
void draft_add_file(struct draft *draft, const char *path);

/* Nothing has been written. */
gboolean draft_is_empty(const struct draft *draft);

/* All drafts there are; g_strfreev(). */
char **draft_list(void);

/* NULL: it is none. */
struct draft *draft_read(const char *path);

/* Writes it whole, in place of what it was; FALSE with errno. */
gboolean draft_write(struct draft *draft);
void draft_remove(struct draft *draft);

#endif
