#include "window/passwords.h"

#include "base/memory.h"
#include "client/password.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

struct kept {
	char *user, *host, *secret;
};

static GMutex lock;
static struct kept *all;
static size_t count;

static void forget(struct kept *kept)
{
	free(kept->user);
	free(kept->host);
	password_free(kept->secret);
}

/* Under the lock. */
static struct kept *find(const char *user, const char *host)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].user, user) == 0 && strcmp(all[i].host, host) == 0)
			return &all[i];
	return NULL;
}

void passwords_set(const char *user, const char *host, const char *secret)
{
	struct kept *kept;

	g_mutex_lock(&lock);
	kept = find(user, host);
	if (kept != NULL) {
		forget(kept);
		*kept = all[--count];
	}
	if (secret != NULL && secret[0] != '\0') {
		all = memory_resize(all, count + 1, sizeof *all);
		all[count++] =
			(struct kept){memory_text(user), memory_text(host), memory_text(secret)};
	}
	g_mutex_unlock(&lock);
}

char *passwords_get(const char *user, const char *host)
{
	const struct kept *kept;
	char *secret = NULL;

	g_mutex_lock(&lock);
	kept = find(user, host);
	if (kept != NULL)
		secret = memory_text(kept->secret);
	g_mutex_unlock(&lock);
	return secret;
}

/* secret-tool alone is not enough: somebody must keep what it is told. */
bool passwords_have_keyring(void)
{
	char *tool = g_find_program_in_path("secret-tool");
	bool has_it = tool != NULL;

	g_free(tool);
	return has_it;
}

void passwords_forget_all(void)
{
	g_mutex_lock(&lock);
	for (size_t i = 0; i < count; i++)
		forget(&all[i]);
	free(all);
	all = NULL;
	count = 0;
	g_mutex_unlock(&lock);
}
