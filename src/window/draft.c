#include "window/draft.h"

#include "window/places.h"

#include <glib/gstdio.h>
#include <string.h>

enum { FIELDS = 7 };
static const char GROUP[] = "draft";

static void fields_of(struct draft *draft, char **fields[FIELDS])
{
	char **const all[FIELDS] = {&draft->to, &draft->cc, &draft->bcc, &draft->subject,
		&draft->body, &draft->in_reply_to, &draft->references};

	memcpy(fields, all, sizeof all);
}

static const char *const names[FIELDS] = {
	"to", "cc", "bcc", "subject", "body", "in-reply-to", "references"};

struct draft *draft_new(void)
{
	struct draft *draft = g_new0(struct draft, 1);
	char **fields[FIELDS];

	fields_of(draft, fields);
	for (size_t i = 0; i < FIELDS; i++)
		*fields[i] = g_strdup("");
	draft->attachments = g_new0(char *, 1);
	draft->date = g_get_real_time() / G_USEC_PER_SEC;
	return draft;
}

void draft_free(gpointer data)
{
	struct draft *draft = data;
	char **fields[FIELDS];

	if (draft == NULL)
		return;
	fields_of(draft, fields);
	for (size_t i = 0; i < FIELDS; i++)
		g_free(*fields[i]);
	g_strfreev(draft->attachments);
	g_free(draft->account);
	g_free(draft->path);
	g_free(draft);
}

void draft_set(char **field, const char *text)
{
	char *copy = g_strdup(text != NULL ? text : "");

	g_free(*field);
	*field = copy;
}

void draft_add_file(struct draft *draft, const char *path)
{
	guint count = g_strv_length(draft->attachments);

	draft->attachments = g_renew(char *, draft->attachments, count + 2);
	draft->attachments[count] = g_strdup(path);
	draft->attachments[count + 1] = NULL;
}

gboolean draft_is_empty(const struct draft *draft)
{
	return draft->to[0] == '\0' && draft->cc[0] == '\0' && draft->bcc[0] == '\0' &&
	       draft->subject[0] == '\0' && draft->body[0] == '\0' && draft->attachments[0] == NULL;
}

char **draft_list(void)
{
	char *folder = place_path(PLACE_DRAFTS);
	GDir *dir = g_dir_open(folder, 0, NULL);
	GPtrArray *paths = g_ptr_array_new();
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
		if (g_str_has_suffix(name, ".draft"))
			g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
	if (dir != NULL)
		g_dir_close(dir);
	g_ptr_array_add(paths, NULL);
	g_free(folder);
	return (char **)g_ptr_array_free(paths, FALSE);
}

struct draft *draft_read(const char *path)
{
	GKeyFile *file = g_key_file_new();
	struct draft *draft = NULL;
	char **fields[FIELDS];

	if (g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL)) {
		char **attachments =
			g_key_file_get_string_list(file, GROUP, "attachments", NULL, NULL);

		draft = draft_new();
		draft->path = g_strdup(path);
		draft->account = g_key_file_get_string(file, GROUP, "account", NULL);
		draft->date = g_key_file_get_int64(file, GROUP, "date", NULL);
		fields_of(draft, fields);
		for (size_t i = 0; i < FIELDS; i++) {
			char *text = g_key_file_get_string(file, GROUP, names[i], NULL);

			draft_set(fields[i], text);
			g_free(text);
		}
		if (attachments != NULL) {
			g_strfreev(draft->attachments);
			draft->attachments = attachments;
		}
	}
	g_key_file_free(file);
	return draft;
}

static void name_it(struct draft *draft)
{
	char *folder = place_path(PLACE_DRAFTS);
	char *chance = g_uuid_string_random(), *name = g_strconcat(chance, ".draft", NULL);

	(void)g_mkdir_with_parents(folder, 0700);
	draft->path = g_build_filename(folder, name, NULL);
	g_free(name);
	g_free(chance);
	g_free(folder);
}

gboolean draft_write(struct draft *draft)
{
	GKeyFile *file = g_key_file_new();
	char **fields[FIELDS], *text;
	gboolean is_written;
	gsize length;

	if (draft->path == NULL)
		name_it(draft);
	draft->date = g_get_real_time() / G_USEC_PER_SEC;
	fields_of(draft, fields);
	for (size_t i = 0; i < FIELDS; i++)
		g_key_file_set_string(file, GROUP, names[i], *fields[i]);
	if (draft->account != NULL)
		g_key_file_set_string(file, GROUP, "account", draft->account);
	g_key_file_set_int64(file, GROUP, "date", draft->date);
	g_key_file_set_string_list(file, GROUP, "attachments",
		(const char *const *)draft->attachments, g_strv_length(draft->attachments));
	text = g_key_file_to_data(file, &length, NULL);
	is_written = g_file_set_contents_full(draft->path, text, (gssize)length,
		G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, NULL);
	g_free(text);
	g_key_file_free(file);
	return is_written;
}

void draft_remove(struct draft *draft)
{
	if (draft->path != NULL)
		(void)g_unlink(draft->path);
	g_clear_pointer(&draft->path, g_free);
}
