#include "client/account_parts.h"

#include "base/language.h"
#include "base/memory.h"
#include "base/span.h"

#include <errno.h>
#include <glib.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>

const struct account_key account_keys[] = {
	{"name", KIND_TEXT, offsetof(struct account, name), 0},
	{"from", KIND_TEXT, offsetof(struct account, from), 0},
	{"user", KIND_TEXT, offsetof(struct account, user), 0},
	{"auth", KIND_TEXT, offsetof(struct account, mechanism), 0},
	{"smtp-server", KIND_TEXT, offsetof(struct account, smtp.host), 0},
	{"smtp-port", KIND_PORT, offsetof(struct account, smtp.port), 0},
	{"smtp-tls", KIND_TLS, offsetof(struct account, smtp.tls),
		offsetof(struct account, smtp.has_tls)},
	{"smtp-user", KIND_TEXT, offsetof(struct account, smtp.user), 0},
	{"pop3-server", KIND_TEXT, offsetof(struct account, pop3.host), 0},
	{"pop3-port", KIND_PORT, offsetof(struct account, pop3.port), 0},
	{"pop3-tls", KIND_TLS, offsetof(struct account, pop3.tls),
		offsetof(struct account, pop3.has_tls)},
	{"pop3-user", KIND_TEXT, offsetof(struct account, pop3.user), 0},
	{"password-command", KIND_TEXT, offsetof(struct account, password_command), 0},
	{"password-file", KIND_PATH, offsetof(struct account, password_file), 0},
	{"ca-file", KIND_PATH, offsetof(struct account, ca_file), 0},
	{"tls-name", KIND_TEXT, offsetof(struct account, tls_name), 0},
	{"tls-fingerprint", KIND_TEXT, offsetof(struct account, tls_fingerprint), 0},
	{"keep", KIND_BOOL, offsetof(struct account, keep), offsetof(struct account, has_keep)},
	{"capture", KIND_BOOL, offsetof(struct account, capture),
		offsetof(struct account, has_capture)},
	{.name = NULL},
};

const struct account_mode account_modes[] = {
	{"none", TLS_MODE_NONE},
	{"offered", TLS_MODE_OFFERED},
	{"starttls", TLS_MODE_STARTTLS},
	{"implicit", TLS_MODE_IMPLICIT},
	{.name = NULL},
};

/* Where in the file something is set. */
struct place {
	const char *path, *group, *key;
	struct fail *fail;
};

static enum step refuse(const struct place *place, const char *why)
{
	return fail_set(place->fail, FAIL_USAGE, "%s: [%.60s] %.60s: %s", place->path, place->group,
		place->key, why);
}

char *account_default_path(void)
{
	const char *own = getenv("MAILSCOPE_CONFIG");
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	gchar *built;
	char *path;

	if (own != NULL && own[0] != '\0')
		return memory_text(own);
	/* A path that is not absolute is to be ignored (XDG base directories). */
	if (config != NULL && config[0] == '/')
		built = g_build_filename(config, "mailscope", "accounts.conf", NULL);
	else
		built = g_build_filename(
			home != NULL ? home : "", ".config", "mailscope", "accounts.conf", NULL);
	path = memory_text(built);
	g_free(built);
	return path;
}

static void set_text(struct account *account, const struct account_key *key, const char *value)
{
	char **text = (char **)((char *)account + key->offset);

	free(*text);
	*text = memory_text(value);
}

/* "~/" is the home; what is not absolute is beside the configuration file. */
static void set_path(struct account *account, const struct account_key *key, const char *value,
	const char *config)
{
	const char *home = getenv("HOME");
	gchar *folder = g_path_get_dirname(config);
	gchar *path = NULL;

	if (value[0] == '~' && value[1] == '/' && home != NULL)
		path = g_build_filename(home, value + 2, NULL);
	else if (value[0] != '/')
		path = g_build_filename(folder, value, NULL);
	set_text(account, key, path != NULL ? path : value);
	g_free(path);
	g_free(folder);
}

static enum step set_port(uint16_t *port, const char *value, const struct place *place)
{
	uint64_t number;

	if (!span_number(span_text(value), &number) || number == 0 || number > UINT16_MAX)
		return refuse(place, _("a port is a number from 1 to 65535"));
	*port = (uint16_t)number;
	return STEP_DONE;
}

static enum step set_tls(enum tls_mode *mode, const char *value, const struct place *place)
{
	for (const struct account_mode *row = account_modes; row->name != NULL; row++)
		if (strcmp(value, row->name) == 0) {
			*mode = row->mode;
			return STEP_DONE;
		}
	return refuse(place, _("it is one of none, offered, starttls and implicit"));
}

static enum step set_bool(bool *is_set, const char *value, const struct place *place)
{
	bool is_true = strcmp(value, "true") == 0 || strcmp(value, "yes") == 0;

	if (!is_true && strcmp(value, "false") != 0 && strcmp(value, "no") != 0)
		return refuse(place, _("it is true or false"));
	*is_set = is_true;
	return STEP_DONE;
}

/* SHA-256: 64 hexadecimal digits, colons between them allowed. */
static bool is_fingerprint(const char *value)
{
	size_t digits = 0;

	for (; *value != '\0'; value++) {
		if (hex_value((uint8_t)*value) < 0 && *value != ':')
			return false;
		digits += *value != ':';
	}
	return digits == 64;
}

/* No value has a control character: it would go into commands to a server, and to terminals. */
static bool is_one_line(const char *value)
{
	for (; *value != '\0'; value++)
		if ((uint8_t)*value < ' ' || *value == 127)
			return false;
	return true;
}

static enum step set_value(struct account *account, const struct account_key *key,
	const char *value, const struct place *place)
{
	char *field = (char *)account + key->offset;

	if (value[0] == '\0')
		return refuse(place, _("it has no value"));
	if (!is_one_line(value))
		return refuse(place, _("its value has control characters in it"));
	if (strcmp(key->name, "tls-fingerprint") == 0 && !is_fingerprint(value))
		return refuse(place, _("a fingerprint is the 64 hexadecimal digits of SHA-256"));
	if (key->has_offset > 0)
		*(bool *)((char *)account + key->has_offset) = true;
	switch (key->kind) {
	case KIND_PORT:
		return set_port((uint16_t *)(void *)field, value, place);
	case KIND_TLS:
		return set_tls((enum tls_mode *)(void *)field, value, place);
	case KIND_BOOL:
		return set_bool((bool *)field, value, place);
	case KIND_PATH:
		set_path(account, key, value, place->path);
		return STEP_DONE;
	case KIND_TEXT:
		break;
	}
	set_text(account, key, value);
	return STEP_DONE;
}

/* A password in the file would be read by whoever reads the file, its copies and backups. */
static enum step refuse_key(const struct place *place)
{
	const char *ends[] = {"password", "passwd", "pass", "secret", "token"};

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (g_str_has_suffix(place->key, ends[i]))
			return refuse(place,
				_("no password is kept in this file: take it out, and name a "
				  "password-command or a password-file"));
	return refuse(place, _("there is no such key"));
}

static enum step set_key(struct account *account, GKeyFile *file, const struct place *place)
{
	enum step step = STEP_FAIL;
	gchar *value;
	size_t i = 0;

	while (account_keys[i].name != NULL && strcmp(account_keys[i].name, place->key) != 0)
		i++;
	if (account_keys[i].name == NULL)
		return refuse_key(place);
	value = g_key_file_get_string(file, place->group, place->key, NULL);
	if (value == NULL)
		step = refuse(place, _("its value is no text in UTF-8, or has a wrong backslash"));
	else
		step = set_value(account, &account_keys[i], value, place);
	g_free(value);
	return step;
}

/* Fills the account from its group. */
static enum step read_group(
	struct account *account, GKeyFile *file, const char *path, struct fail *fail)
{
	gchar **names = g_key_file_get_keys(file, account->group, NULL, NULL);
	enum step step = STEP_DONE;

	for (size_t i = 0; names != NULL && names[i] != NULL && step == STEP_DONE; i++) {
		const struct place place = {path, account->group, names[i], fail};

		step = set_key(account, file, &place);
	}
	g_strfreev(names);
	return step;
}

/* The group of that name; NULL name: the one named default, else the first. */
static char *choose_group(GKeyFile *file, const char *path, const char *name, struct fail *fail)
{
	gchar **groups = g_key_file_get_groups(file, NULL);
	const char *chosen = name != NULL ? name : "default";
	char *group = NULL;

	if (name == NULL && !g_key_file_has_group(file, chosen))
		chosen = groups[0];
	if (chosen != NULL && g_key_file_has_group(file, chosen)) {
		group = memory_text(chosen);
	} else if (groups[0] == NULL) {
		(void)fail_set(fail, FAIL_USAGE, "%s: there is no account in it", path);
	} else {
		gchar *all = g_strjoinv(", ", groups);

		(void)fail_set(fail, FAIL_USAGE, "%s: there is no account %.60s in it, but %.120s",
			path, name, all);
		g_free(all);
	}
	g_strfreev(groups);
	return group;
}

/* Who may write the file says which command is run for the password. */
static enum step check_owner(const char *path, struct fail *fail)
{
	struct stat status;

	if (stat(path, &status) == 0 && (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return fail_set(fail, FAIL_DENIED,
			"%s: others may write this file: chmod go-w makes it yours alone", path);
	return STEP_DONE;
}

enum step account_load_file(
	GKeyFile *file, const char *path, GKeyFileFlags flags, struct fail *fail)
{
	GError *error = NULL;
	enum step step = STEP_DONE;

	if (check_owner(path, fail) == STEP_FAIL)
		return STEP_FAIL;
	if (g_key_file_load_from_file(file, path, flags, &error))
		return STEP_DONE;
	if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		step = STEP_MORE;
	else if (error->domain == G_FILE_ERROR)
		step = fail_set(fail, FAIL_OPEN, "%s: cannot open: %s", path, error->message);
	else
		step = fail_set(fail, FAIL_USAGE, "%s: %s", path, error->message);
	g_error_free(error);
	return step;
}

enum step account_load(
	const char *path, const char *name, struct account **account, struct fail *fail)
{
	char *standard = path == NULL ? account_default_path() : NULL;
	GKeyFile *file = g_key_file_new();
	enum step step;

	*account = NULL;
	if (standard != NULL)
		path = standard;
	step = account_load_file(file, path, G_KEY_FILE_NONE, fail);
	if (step == STEP_MORE && (name != NULL || standard == NULL))
		step = fail_set(
			fail, FAIL_OPEN, "%s: cannot open: %s", path, language_error(ENOENT));
	if (step == STEP_DONE) {
		*account = memory_new(1, sizeof **account);
		(*account)->group = choose_group(file, path, name, fail);
		step = (*account)->group != NULL ? read_group(*account, file, path, fail)
						 : STEP_FAIL;
	}
	if (step == STEP_FAIL) {
		account_free(*account);
		*account = NULL;
	}
	g_key_file_free(file);
	free(standard);
	return step;
}

void account_free(struct account *account)
{
	if (account == NULL)
		return;
	for (const struct account_key *key = account_keys; key->name != NULL; key++)
		if (key->kind == KIND_TEXT || key->kind == KIND_PATH)
			free(*(char **)((char *)account + key->offset));
	free(account->group);
	free(account);
}
