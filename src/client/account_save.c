/* Accounts written: the file keeps what it has besides. */
#include "base/file.h"
#include "base/language.h"
#include "base/memory.h"
#include "client/account_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* A value that account_load() would refuse is not written. */
static enum step check_text(const struct account_key *key, const char *value, struct fail *fail)
{
	const char *at = value;

	while (*at != '\0' && (uint8_t)*at >= ' ' && *at != 127)
		at++;
	if (*at != '\0' || !g_utf8_validate(value, -1, NULL))
		return fail_set(fail, FAIL_USAGE, "%s: it is no line of text", key->name);
	return STEP_DONE;
}

static const char *mode_name(enum tls_mode mode)
{
	const struct account_mode *row = account_modes;

	while (row->name != NULL && row->mode != mode)
		row++;
	return row->name;
}

static bool is_set(const struct account *account, const struct account_key *key)
{
	const char *field = (const char *)account + key->offset;

	if (key->has_offset > 0)
		return *(const bool *)((const char *)account + key->has_offset);
	if (key->kind == KIND_PORT)
		return *(const uint16_t *)(const void *)field != 0;
	return *(char *const *)(const void *)field != NULL;
}

static enum step write_key(GKeyFile *file, const struct account *account,
	const struct account_key *key, struct fail *fail)
{
	const void *field = (const char *)account + key->offset;

	if (!is_set(account, key)) {
		(void)g_key_file_remove_key(file, account->group, key->name, NULL);
		return STEP_DONE;
	}
	switch (key->kind) {
	case KIND_PORT:
		g_key_file_set_integer(file, account->group, key->name, *(const uint16_t *)field);
		return STEP_DONE;
	case KIND_TLS:
		g_key_file_set_string(
			file, account->group, key->name, mode_name(*(const enum tls_mode *)field));
		return STEP_DONE;
	case KIND_BOOL:
		g_key_file_set_boolean(file, account->group, key->name, *(const bool *)field);
		return STEP_DONE;
	case KIND_TEXT:
	case KIND_PATH:
		break;
	}
	if (check_text(key, *(char *const *)field, fail) == STEP_FAIL)
		return STEP_FAIL;
	g_key_file_set_string(file, account->group, key->name, *(char *const *)field);
	return STEP_DONE;
}

/* A group's name has no brackets and no control characters (GKeyFile). */
static enum step check_group(const char *group, struct fail *fail)
{
	const char *at = group;

	while (*at != '\0' && (uint8_t)*at >= ' ' && strchr("[]\177", *at) == NULL)
		at++;
	if (*at != '\0' || at == group || !g_utf8_validate(group, -1, NULL))
		return fail_set(fail, FAIL_USAGE, "%s: no name of an account", group);
	return STEP_DONE;
}

static enum step write_file(GKeyFile *file, const char *path, struct fail *fail)
{
	gsize length = 0;
	gchar *text = g_key_file_to_data(file, &length, NULL);
	gchar *folder = g_path_get_dirname(path);
	struct new_file out;
	bool is_written = g_mkdir_with_parents(folder, 0700) == 0 &&
			  new_file_begin(&out, AT_FDCWD, path, 0600);

	if (is_written) {
		(void)fwrite(text, 1, length, out.stream);
		is_written = new_file_end(&out, true);
	}
	g_free(folder);
	g_free(text);
	return is_written ? STEP_DONE
			  : fail_set(fail, FAIL_WRITE, "%s: cannot write: %s", path,
				    language_error(errno));
}

/* The file as it is, or an empty one. */
static GKeyFile *open_file(const char *path, struct fail *fail)
{
	GKeyFile *file = g_key_file_new();

	if (account_load_file(file, path, G_KEY_FILE_KEEP_COMMENTS, fail) != STEP_FAIL)
		return file;
	g_key_file_free(file);
	return NULL;
}

static enum step save_to(const char *path, const struct account *account, struct fail *fail)
{
	GKeyFile *file = open_file(path, fail);
	enum step step = file != NULL ? check_group(account->group, fail) : STEP_FAIL;

	for (const struct account_key *key = account_keys; key->name != NULL && step == STEP_DONE;
		key++)
		step = write_key(file, account, key, fail);
	if (step == STEP_DONE)
		step = write_file(file, path, fail);
	if (file != NULL)
		g_key_file_free(file);
	return step;
}

enum step account_save(const char *path, const struct account *account, struct fail *fail)
{
	char *standard = path == NULL ? account_default_path() : NULL;
	enum step step = save_to(standard != NULL ? standard : path, account, fail);

	free(standard);
	return step;
}

enum step account_remove(const char *path, const char *group, struct fail *fail)
{
	char *standard = path == NULL ? account_default_path() : NULL;
	const char *chosen = standard != NULL ? standard : path;
	GKeyFile *file = open_file(chosen, fail);
	enum step step = STEP_FAIL;

	if (file != NULL) {
		(void)g_key_file_remove_group(file, group, NULL);
		step = write_file(file, chosen, fail);
		g_key_file_free(file);
	}
	free(standard);
	return step;
}

char **account_names(const char *path, struct fail *fail)
{
	char *standard = path == NULL ? account_default_path() : NULL;
	GKeyFile *file = open_file(standard != NULL ? standard : path, fail);
	char **names = NULL;
	gchar **groups;
	gsize count = 0;

	free(standard);
	if (file == NULL)
		return NULL;
	groups = g_key_file_get_groups(file, &count);
	names = memory_new(count + 1, sizeof *names);
	for (gsize i = 0; i < count; i++)
		names[i] = memory_text(groups[i]);
	g_strfreev(groups);
	g_key_file_free(file);
	return names;
}

void account_names_free(char **names)
{
	for (size_t i = 0; names != NULL && names[i] != NULL; i++)
		free(names[i]);
	free(names);
}
