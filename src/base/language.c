#include "base/language.h"

#include "base/catalogue_file.h"

#include <stdio.h>
#include <string.h>

/* What is known of a language besides its catalogue. */
struct language {
	const char *name;
	unsigned (*form)(uint64_t count); /* its catalogue's Plural-Forms say the same */
};

static unsigned english_form(uint64_t count)
{
	return count != 1;
}

/* One for 1, 21, 31; another for 2 to 4, 22 to 24; the third for all others. */
static unsigned russian_form(uint64_t count)
{
	uint64_t last = count % 10, two = count % 100;

	if (last == 1 && two != 11)
		return 0;
	return last >= 2 && last <= 4 && (two < 12 || two > 14) ? 1 : 2;
}

static const struct language languages[] = {{"en", english_form}, {"ru", russian_form}};
const char language_names[] = "en|ru";

enum { LANGUAGE_COUNT = sizeof languages / sizeof languages[0] };

/* Chosen before anything else runs, only looked at afterwards. */
static const struct language *chosen = &languages[0];
static const struct catalogue_file *catalogue;
static bool is_named; /* not taken from the environment */

/* What strerror() and its like say most, so that the catalogue has it. */
static const char *const of_the_system[] __attribute__((unused)) = {
	N_("Success"),
	N_("Operation not permitted"),
	N_("No such file or directory"),
	N_("Interrupted system call"),
	N_("Input/output error"),
	N_("No such device or address"),
	N_("Exec format error"),
	N_("Bad file descriptor"),
	N_("No child processes"),
	N_("Resource temporarily unavailable"),
	N_("Cannot allocate memory"),
	N_("Permission denied"),
	N_("Bad address"),
	N_("Device or resource busy"),
	N_("File exists"),
	N_("Invalid cross-device link"),
	N_("No such device"),
	N_("Not a directory"),
	N_("Is a directory"),
	N_("Invalid argument"),
	N_("Too many open files in system"),
	N_("Too many open files"),
	N_("Text file busy"),
	N_("File too large"),
	N_("No space left on device"),
	N_("Illegal seek"),
	N_("Read-only file system"),
	N_("Too many links"),
	N_("Broken pipe"),
	N_("File name too long"),
	N_("Directory not empty"),
	N_("Too many levels of symbolic links"),
	N_("Value too large for defined data type"),
	N_("Address family not supported by protocol"),
	N_("Address already in use"),
	N_("Cannot assign requested address"),
	N_("Network is down"),
	N_("Network is unreachable"),
	N_("Software caused connection abort"),
	N_("Connection reset by peer"),
	N_("No buffer space available"),
	N_("Transport endpoint is not connected"),
	N_("Connection timed out"),
	N_("Connection refused"),
	N_("Host is down"),
	N_("No route to host"),
	N_("Operation already in progress"),
	N_("Operation now in progress"),
	N_("Disk quota exceeded"),
	N_("Operation not supported"),
	/* getaddrinfo() */
	N_("Name or service not known"),
	N_("Temporary failure in name resolution"),
	N_("No address associated with hostname"),
	N_("Non-recoverable failure in name resolution"),
	/* OpenSSL */
	N_("certificate revoked"),
	N_("certificate signature failure"),
	N_("invalid CA certificate"),
	N_("unsuitable certificate purpose"),
	N_("path length constraint exceeded"),
	N_("certificate rejected"),
	N_("EE certificate key too weak"),
	N_("CA certificate key too weak"),
	N_("CA signature digest algorithm too weak"),
	N_("unsupported certificate purpose"),
	N_("certificate verify failed"),
	N_("wrong version number"),
	N_("unsupported protocol"),
	N_("no protocols available"),
	N_("no shared cipher"),
	N_("no suitable signature algorithm"),
	N_("unexpected eof while reading"),
	N_("unexpected message"),
	N_("packet length too long"),
	N_("http request"),
	N_("bad record mac"),
	N_("decryption failed or bad record mac"),
	N_("dh key too small"),
	N_("tlsv1 alert protocol version"),
	N_("sslv3 alert handshake failure"),
	N_("tlsv1 alert internal error"),
	N_("tlsv1 alert unknown ca"),
	N_("sslv3 alert bad certificate"),
	N_("sslv3 alert certificate expired"),
	N_("tlsv13 alert certificate required"),
	N_("tlsv1 unrecognized name"),
	N_("tlsv1 alert user cancelled"),
};

const char *language_find(const char *name, size_t length)
{
	for (size_t i = 0; i < LANGUAGE_COUNT; i++)
		if (strlen(languages[i].name) == length &&
			memcmp(languages[i].name, name, length) == 0)
			return languages[i].name;
	return NULL;
}

void language_use(const char *name, const struct catalogue_file *texts, bool by_name)
{
	chosen = &languages[0];
	for (size_t i = 1; i < LANGUAGE_COUNT; i++)
		if (strcmp(languages[i].name, name) == 0)
			chosen = &languages[i];
	catalogue = texts;
	is_named = by_name;
}

void language_forget(void)
{
	chosen = &languages[0];
	catalogue = NULL;
}

void language_for_programs(void)
{
	if (!is_named)
		language_forget();
}

const char *language_name(void)
{
	return chosen->name;
}

static const char *find(const char *key, unsigned form)
{
	const char *found = NULL;

	if (catalogue != NULL && key[0] != '\0') /* the empty key has the catalogue's header */
		found = catalogue_file_find(catalogue, key, form);
	return found != NULL && found[0] != '\0' ? found : NULL;
}

const char *language_text(const char *text)
{
	const char *found = find(text, 0);

	return found != NULL ? found : text;
}

const char *language_text_in(const char *context, const char *text)
{
	char key[128];
	int length = snprintf(key, sizeof key, "%s\004%s", context, text);
	const char *found = (size_t)length < sizeof key ? find(key, 0) : NULL;

	return found != NULL ? found : text;
}

const char *language_count(const char *one, const char *many, uint64_t count)
{
	const char *found = find(one, chosen->form(count));

	if (found != NULL)
		return found;
	return english_form(count) == 0 ? one : many;
}

const char *language_error(int number)
{
	return language_text(strerror(number));
}
