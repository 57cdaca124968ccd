#include "practice/accounts.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/printable.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME_MOST = 64 }; /* RFC 5321 4.5.3.1.1 */

struct accounts {
	char *folder;
	char *any_password;  /* NULL: only those that were added */
	struct account **at; /* by name */
	size_t count;
	struct account *first;
};

struct accounts *accounts_new(const char *folder)
{
	struct accounts *accounts = memory_new(1, sizeof *accounts);

	accounts->folder = memory_text(folder);
	return accounts;
}

static void wipe(char *secret)
{
	if (secret != NULL)
		OPENSSL_cleanse(secret, strlen(secret));
	free(secret);
}

void accounts_free(struct accounts *accounts)
{
	if (accounts == NULL)
		return;
	for (size_t i = 0; i < accounts->count; i++) {
		mailbox_fini(&accounts->at[i]->mailbox);
		wipe(accounts->at[i]->password);
		free(accounts->at[i]->name);
		free(accounts->at[i]);
	}
	wipe(accounts->any_password);
	free(accounts->at);
	free(accounts->folder);
	free(accounts);
}

/* A name is a local part without quotes, and a folder's name: no dot first, no slash, no colon. */
bool accounts_is_name(struct span name)
{
	static const char others[] = "._-+=";

	if (name.length == 0 || name.length > NAME_MOST || name.at[0] == '.')
		return false;
	for (size_t i = 0; i < name.length;) {
		uint32_t character;
		size_t length = utf8_take(span_from(name, i), &character);
		uint32_t letter = character | 0x20;

		if (length == 0)
			return false;
		if (length == 1 && !(letter >= 'a' && letter <= 'z') &&
			!(character >= '0' && character <= '9') &&
			(character == 0 || strchr(others, (int)character) == NULL))
			return false;
		if (length == 2 && character < 0xa0)
			return false;
		i += length;
	}
	return true;
}

/* Names differ in more than the case of ASCII letters. */
static int compare(struct span a, struct span b)
{
	for (size_t i = 0; i < a.length && i < b.length; i++) {
		int first = a.at[i] >= 'A' && a.at[i] <= 'Z' ? a.at[i] + 32 : a.at[i];
		int second = b.at[i] >= 'A' && b.at[i] <= 'Z' ? b.at[i] + 32 : b.at[i];

		if (first != second)
			return first - second;
	}
	return a.length < b.length ? -1 : a.length > b.length;
}

/* The place of the name, or where it belongs. */
static size_t place_of(const struct accounts *accounts, struct span name, bool *is_there)
{
	size_t low = 0, high = accounts->count;

	*is_there = false;
	while (low < high && !*is_there) {
		size_t middle = (low + high) / 2;
		int order = compare(name, span_text(accounts->at[middle]->name));

		if (order == 0) {
			*is_there = true;
			low = middle;
		} else if (order < 0) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return low;
}

static struct account *insert(struct accounts *accounts, size_t place)
{
	struct account *account = memory_new(1, sizeof *account);

	accounts->at = memory_resize(accounts->at, accounts->count + 1, sizeof *accounts->at);
	memmove(accounts->at + place + 1, accounts->at + place,
		(accounts->count - place) * sizeof *accounts->at);
	accounts->at[place] = account;
	accounts->count++;
	if (accounts->first == NULL)
		accounts->first = account;
	return account;
}

enum step accounts_add(
	struct accounts *accounts, const char *name, const char *password, struct fail *fail)
{
	struct mailbox mailbox;
	struct account *account;
	bool is_there;
	size_t place = place_of(accounts, span_text(name), &is_there);

	if (!accounts_is_name(span_text(name)))
		return fail_set(fail, FAIL_USAGE,
			"%.80s: no name of a user: letters, digits and ._-+= only", name);
	if (is_there)
		return fail_set(fail, FAIL_USAGE, "%.80s: is a user already", name);
	if (accounts->count == LIMIT_PRACTICE_ACCOUNTS)
		return fail_set(fail, FAIL_USAGE, "%.80s: more than %d users", name,
			(int)LIMIT_PRACTICE_ACCOUNTS);
	if (mailbox_open(&mailbox, accounts->folder, name, fail) == STEP_FAIL)
		return STEP_FAIL;
	account = insert(accounts, place);
	account->mailbox = mailbox;
	account->name = memory_text(name);
	account->password = memory_text(password);
	return STEP_DONE;
}

static enum step add_line(
	struct accounts *accounts, char *line, const char *where, struct fail *fail)
{
	char *colon = strchr(line, ':');
	struct fail inner;

	line[strcspn(line, "\r\n")] = '\0';
	if (line[0] == '\0' || line[0] == '#')
		return STEP_DONE;
	if (colon == NULL || colon[1] == '\0')
		return fail_set(fail, FAIL_USAGE, "%s: is not user:password", where);
	*colon = '\0';
	if (accounts_add(accounts, line, colon + 1, &inner) == STEP_FAIL)
		return fail_set(fail, inner.code, "%.120s: %.180s", where, inner.text);
	return STEP_DONE;
}

enum step accounts_read(struct accounts *accounts, const char *path, struct fail *fail)
{
	FILE *file = fopen(path, "re");
	enum step step = STEP_DONE;
	char line[1024], where[200];

	if (file == NULL)
		return fail_set(
			fail, FAIL_OPEN, "%s: cannot read: %s", path, language_error(errno));
	for (size_t number = 1; step == STEP_DONE && fgets(line, sizeof line, file) != NULL;
		number++) {
		snprintf(where, sizeof where, "%.160s:%zu", path, number);
		if (strlen(line) == sizeof line - 1)
			step = fail_set(fail, FAIL_USAGE, "%s: the line is too long", where);
		else
			step = add_line(accounts, line, where, fail);
	}
	OPENSSL_cleanse(line, sizeof line);
	fclose(file);
	return step;
}

void accounts_allow_any(struct accounts *accounts, const char *password)
{
	accounts->any_password = memory_text(password);
}

size_t accounts_count(const struct accounts *accounts)
{
	return accounts->count;
}

struct account *accounts_at(const struct accounts *accounts, size_t index)
{
	return accounts->at[index];
}

struct account *accounts_find(struct accounts *accounts, struct span name)
{
	struct fail fail;
	char text[NAME_MOST + 1];
	bool is_there;
	size_t place;

	name = span_first(name, span_index(name, '@'));
	place = place_of(accounts, name, &is_there);
	if (is_there)
		return accounts->at[place];
	if (accounts->any_password == NULL || !accounts_is_name(name))
		return NULL;
	memcpy(text, name.at, name.length);
	text[name.length] = '\0';
	if (accounts_add(accounts, text, accounts->any_password, &fail) == STEP_FAIL)
		return NULL;
	return accounts->at[place];
}

struct account *accounts_postmaster(struct accounts *accounts)
{
	return accounts->first;
}

bool account_has_password(const struct account *account, struct span password)
{
	uint8_t is[32], should[32];

	/* Of the same length, whatever theirs are. */
	if (EVP_Digest(account->password, strlen(account->password), should, NULL, EVP_sha256(),
		    NULL) != 1 ||
		EVP_Digest(password.at, password.length, is, NULL, EVP_sha256(), NULL) != 1)
		return false;
	return CRYPTO_memcmp(is, should, sizeof is) == 0;
}
