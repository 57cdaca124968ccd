#include "commands/keylog.h"

#include "base/language.h"
#include "base/limits.h"
#include "commands/command.h"
#include "tls/secrets.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

void keylog_warn(const char *name)
{
	command_say(stderr,
		"mailscope: %s: more than %d octets of TLS secrets: the rest is not used", name,
		(int)LIMIT_SECRETS);
}

/* A line may be of any length; what is too long for a secret's is none. */
static void read_lines(FILE *file, const char *path, struct tls_secrets *secrets)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	bool is_all = true;

	while ((length = getline(&line, &size, file)) > 0)
		is_all = tls_secrets_add(secrets, span_of(line, (size_t)length)) && is_all;
	if (line != NULL)
		OPENSSL_cleanse(line, size);
	free(line);
	if (!is_all)
		keylog_warn(path);
}

struct tls_secrets *keylog_load(const char *path, struct fail *fail)
{
	FILE *file = fopen(path, "re");
	struct tls_secrets *secrets = NULL;

	if (file == NULL) {
		(void)fail_set(fail, FAIL_OPEN, "%s: cannot open: %s", path, language_error(errno));
		return NULL;
	}
	secrets = tls_secrets_new(NULL);
	read_lines(file, path, secrets);
	if (ferror(file)) {
		(void)fail_set(fail, FAIL_OPEN, "%s: cannot read: %s", path, language_error(errno));
		tls_secrets_free(secrets);
		secrets = NULL;
	}
	fclose(file);
	return secrets;
}
