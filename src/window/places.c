#include "window/places.h"

#include "base/language.h"
#include "message/store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static GMutex lock;

static char *own(const char *name)
{
	return g_build_filename(g_get_user_data_dir(), "mailscope", name, NULL);
}

char *place_path(enum place place)
{
	char *path, *copy;

	if (place != PLACE_INBOX)
		return own(place == PLACE_SENT ? "sent" : "drafts");
	path = store_default_path();
	copy = g_strdup(path);
	free(path);
	return copy;
}

char *place_session(const char *prefix, struct fail *fail)
{
	enum { MOST_OF_A_SECOND = 1000 };
	char *folder = own("sessions"), *path = NULL;
	GDateTime *now = g_date_time_new_now_local();
	char *stamp = g_date_time_format(now, "%Y%m%d-%H%M%S");

	if (g_mkdir_with_parents(folder, 0700) != 0)
		(void)fail_set(fail, FAIL_WRITE, "%s: %s", folder, language_error(errno));
	else
		for (int i = 1; path == NULL && i < MOST_OF_A_SECOND; i++) {
			path = i == 1 ? g_strdup_printf("%s/%s-%s", folder, prefix, stamp)
				      : g_strdup_printf("%s/%s-%s-%d", folder, prefix, stamp, i);
			if (g_file_test(path, G_FILE_TEST_EXISTS))
				g_clear_pointer(&path, g_free);
		}
	g_date_time_unref(now);
	g_free(stamp);
	g_free(folder);
	return path;
}

char *place_key(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	return g_strndup(name, strcspn(name, ",:"));
}

/* Lines "KEY<tab>FOLDER", the folder's name alone: only ever added. */
void place_link(const char *key, const char *folder)
{
	char *path = own("sessions/index"), *name = g_path_get_basename(folder);
	FILE *file;

	g_mutex_lock(&lock);
	file = g_fopen(path, "ae");
	if (file != NULL) {
		fprintf(file, "%s\t%s\n", key, name);
		fclose(file);
	}
	g_mutex_unlock(&lock);
	g_free(name);
	g_free(path);
}

/* No name in the index leads out of the folder of sessions. */
static char *folder_of(const char *name, size_t length)
{
	char *text = g_strndup(name, length), *sessions = own("sessions");
	char *path = NULL;

	if (text[0] != '\0' && text[0] != '.' && strchr(text, '/') == NULL)
		path = g_build_filename(sessions, text, NULL);
	if (path != NULL && !g_file_test(path, G_FILE_TEST_IS_DIR))
		g_clear_pointer(&path, g_free);
	g_free(sessions);
	g_free(text);
	return path;
}

char *place_linked(const char *key)
{
	char *path = own("sessions/index"), *text = NULL, *found = NULL;
	size_t length = strlen(key);

	g_mutex_lock(&lock);
	(void)g_file_get_contents(path, &text, NULL, NULL);
	g_mutex_unlock(&lock);
	for (const char *line = text; line != NULL && *line != '\0' && found == NULL;) {
		size_t end = strcspn(line, "\n");

		if (strncmp(line, key, length) == 0 && line[length] == '\t')
			found = folder_of(line + length + 1, end - length - 1);
		line += end + (line[end] == '\n');
	}
	g_free(text);
	g_free(path);
	return found;
}
