#include "window/list_load.h"

#include "base/limits.h"
#include "base/printable.h"
#include "mail/header.h"
#include "message/message.h"
#include "message/store.h"
#include "window/draft.h"

#include <string.h>

enum { FIRST_ROWS = 200, MORE_ROWS = 2000 }; /* handed over at once */

struct loading {
	struct list_loader loader;
	GPtrArray *rows; /* read, not handed over yet */
	guint given;
};

struct handover {
	struct list_loader loader;
	GPtrArray *rows;
	gboolean is_last;
};

void mail_row_free(gpointer data)
{
	struct mail_row *row = data;

	g_free(row->key);
	g_free(row->path);
	g_free(row->who);
	g_free(row->subject);
	g_free(row->search);
	g_free(row);
}

static void wrap(gpointer data, gpointer items)
{
	g_ptr_array_add(items, item_new(data, mail_row_free));
}

static gboolean hand_over(gpointer data)
{
	struct handover *handover = data;

	if (!g_cancellable_is_cancelled(handover->loader.cancellable)) {
		GPtrArray *items = g_ptr_array_new_with_free_func(g_object_unref);

		g_ptr_array_foreach(handover->rows, wrap, items);
		handover->loader.on_rows(handover->loader.context, items, handover->is_last);
		g_ptr_array_unref(items);
	} else {
		g_ptr_array_set_free_func(handover->rows, mail_row_free);
	}
	g_ptr_array_unref(handover->rows);
	g_object_unref(handover->loader.cancellable);
	g_free(handover);
	return G_SOURCE_REMOVE;
}

static void give(struct loading *loading, gboolean is_last)
{
	struct handover *handover = g_new0(struct handover, 1);

	handover->loader = loading->loader;
	g_object_ref(handover->loader.cancellable);
	handover->rows = loading->rows;
	handover->is_last = is_last;
	loading->given += loading->rows->len;
	loading->rows = g_ptr_array_new();
	g_main_context_invoke_full(NULL, G_PRIORITY_DEFAULT_IDLE, hand_over, handover, NULL);
}

static char *printable(struct span text)
{
	struct buffer out;
	char *copy;

	buffer_init(&out, 0);
	printable_add(&out, span_first(text, LIMIT_FIELDS));
	copy = g_strdup(buffer_text(&out));
	buffer_fini(&out);
	return copy;
}

/* A message of several parts that are no alternatives has something attached. */
static gboolean has_attachment(struct span header)
{
	struct span name, value;

	while (header_take(&header, &name, &value))
		if (span_is_letters(name, "content-type"))
			return span_starts_letters(span_trim(value), "multipart/mixed") ||
			       span_starts_letters(span_trim(value), "application/");
	return FALSE;
}

static void settle(struct mail_row *row)
{
	char *both = g_strconcat(row->who, "\n", row->subject, NULL);

	row->search = g_utf8_casefold(both, -1);
	g_free(both);
}

static struct mail_row *read_row(
	const struct store_entry *entry, struct buffer *text, enum place place)
{
	struct mail_row *row = g_new0(struct mail_row, 1);
	struct message_summary summary;
	struct fail fail;

	buffer_clear(text);
	(void)store_read_header(entry, text, &fail);
	message_parse_header(&summary, buffer_span(text));
	row->key = place_key(entry->path);
	row->path = g_strdup(entry->path);
	row->who = printable(place == PLACE_SENT ? summary.to : summary.from);
	row->subject = printable(summary.subject);
	row->date = entry->received;
	row->octets = entry->octets;
	row->is_seen = entry->is_seen || place == PLACE_SENT;
	row->is_answered = entry->is_answered;
	row->has_attachment = has_attachment(buffer_span(text));
	message_fini(&summary);
	settle(row);
	return row;
}

static void read_store(struct loading *loading)
{
	char *path = place_path(loading->loader.place);
	struct fail fail;
	struct store *store = store_open(path, &fail);
	struct buffer text;

	buffer_init(&text, LIMIT_HEADER);
	for (size_t i = store != NULL ? store_count(store) : 0;
		i > 0 && !g_cancellable_is_cancelled(loading->loader.cancellable); i--) {
		g_ptr_array_add(loading->rows,
			read_row(store_entry(store, i - 1), &text, loading->loader.place));
		if (loading->rows->len == (loading->given == 0 ? FIRST_ROWS : MORE_ROWS))
			give(loading, FALSE);
	}
	buffer_fini(&text);
	store_close(store);
	g_free(path);
}

static int by_date(gconstpointer a, gconstpointer b)
{
	const struct mail_row *x = *(struct mail_row *const *)a, *y = *(struct mail_row *const *)b;

	return x->date < y->date ? 1 : x->date > y->date ? -1 : 0;
}

static void read_drafts(struct loading *loading)
{
	char **paths = draft_list();

	for (size_t i = 0; paths[i] != NULL; i++) {
		struct draft *draft = draft_read(paths[i]);
		struct mail_row *row;

		if (draft == NULL)
			continue;
		row = g_new0(struct mail_row, 1);
		row->key = place_key(paths[i]);
		row->path = g_strdup(paths[i]);
		row->who = g_strdup(draft->to);
		row->subject = g_strdup(draft->subject);
		row->date = draft->date;
		row->octets = strlen(draft->body);
		row->is_seen = TRUE;
		row->has_attachment = draft->attachments[0] != NULL;
		settle(row);
		g_ptr_array_add(loading->rows, row);
		draft_free(draft);
	}
	g_ptr_array_sort(loading->rows, by_date);
	g_strfreev(paths);
}

static void in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	struct loading *loading = data;

	(void)source;
	(void)cancellable;
	if (loading->loader.place == PLACE_DRAFTS)
		read_drafts(loading);
	else
		read_store(loading);
	give(loading, TRUE);
	g_task_return_boolean(task, TRUE);
}

static void loading_free(gpointer data)
{
	struct loading *loading = data;

	g_ptr_array_unref(loading->rows);
	g_object_unref(loading->loader.cancellable);
	g_free(loading);
}

void list_load_begin(const struct list_loader *loader)
{
	struct loading *loading = g_new0(struct loading, 1);
	GTask *task = g_task_new(NULL, NULL, NULL, NULL);

	loading->loader = *loader;
	g_object_ref(loader->cancellable);
	loading->rows = g_ptr_array_new();
	g_task_set_task_data(task, loading, loading_free);
	g_task_run_in_thread(task, in_thread);
	g_object_unref(task);
}
