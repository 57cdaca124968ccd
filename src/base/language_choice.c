#include "base/language_choice.h"

#include "base/catalogue_file.h"
#include "base/file.h"
#include "base/language.h"
#include "base/limits.h"
#include "base/program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of the language chosen last: its texts lie in these octets. */
static struct buffer octets;
static struct catalogue_file catalogue;

static const char ENGLISH[] = "en";

static bool is_set(const char *value)
{
	return value != NULL && value[0] != '\0';
}

/* "C", "POSIX" and "C.UTF-8" are English, and LANGUAGE is not asked then. */
static bool is_plain(const char *locale)
{
	return strcmp(locale, "POSIX") == 0 ||
	       (locale[0] == 'C' && (locale[1] == '\0' || locale[1] == '.'));
}

/* The first language of a list of locales ("ru_RU:de:en") that there is; NULL: none of them. */
static const char *first_of(const char *locales)
{
	while (*locales != '\0') {
		size_t length = strcspn(locales, ":");
		const char *language = language_find(locales, strcspn(locales, "_.@:"));

		if (language != NULL)
			return language;
		locales += length + (locales[length] == ':');
	}
	return NULL;
}

static const char *language_of_environment(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *language = NULL;
	const char *locale = "C";

	for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
		if (is_set(getenv(variables[i]))) {
			locale = getenv(variables[i]);
			break;
		}
	if (!is_plain(locale) && is_set(getenv("LANGUAGE")))
		language = first_of(getenv("LANGUAGE"));
	if (language == NULL && !is_plain(locale))
		language = first_of(locale);
	return language != NULL ? language : ENGLISH;
}

/* In the build tree the catalogues lie in build/locale, beside ./mailscope and above
 * build/san/mailscope; where it is installed, in share/locale beside bin. */
static bool find_catalogue(struct buffer *path, const char *language)
{
	static const char *const places[] = {"build/locale", "../locale", "../share/locale"};
	size_t folder;

	if (!program_folder(path))
		return false;
	folder = path->length;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		path->length = folder;
		buffer_printf(path, "%s/%s/LC_MESSAGES/mailscope.mo", places[i], language);
		if (access(buffer_text(path), R_OK) == 0)
			return true;
	}
	return false;
}

static enum step open_catalogue(const char *language, struct fail *fail)
{
	struct buffer path;
	enum step step;

	buffer_init(&path, 0);
	buffer_fini(&octets);
	buffer_init(&octets, LIMIT_CATALOGUE);
	if (!find_catalogue(&path, language))
		step = fail_set(fail, FAIL_OPEN, "--lang %s: its mailscope.mo was not found: %s",
			language, buffer_text(&path));
	else
		step = file_read(buffer_text(&path), &octets, fail);
	if (step == STEP_DONE && !catalogue_file_take(&catalogue, buffer_span(&octets)))
		step = fail_set(
			fail, FAIL_DAMAGED, "%s: no catalogue of translations", buffer_text(&path));
	buffer_fini(&path);
	return step;
}

bool language_choose(const char *name, struct fail *fail)
{
	const char *language =
		name != NULL ? language_find(name, strlen(name)) : language_of_environment();

	if (language == NULL) {
		(void)fail_set(fail, FAIL_USAGE, "--lang %s: not one of %s", name, language_names);
		return false;
	}
	language_use(ENGLISH, NULL, name != NULL);
	if (strcmp(language, ENGLISH) == 0)
		return true;
	if (open_catalogue(language, fail) == STEP_FAIL)
		return name == NULL;
	language_use(language, &catalogue, name != NULL);
	return true;
}

bool language_option(int *count, char **arguments, struct fail *fail)
{
	const char *name = NULL;
	int kept = 1, i = 1;

	for (; i < *count && strcmp(arguments[i], "--") != 0; i++)
		if (strncmp(arguments[i], "--lang=", strlen("--lang=")) == 0)
			name = arguments[i] + strlen("--lang=");
		else if (strcmp(arguments[i], "--lang") == 0)
			name = i + 1 < *count ? arguments[++i] : "";
		else
			arguments[kept++] = arguments[i];
	while (i < *count)
		arguments[kept++] = arguments[i++];
	if (*count > 0)
		arguments[kept] = NULL;
	*count = *count > 0 ? kept : 0;
	return language_choose(name, fail);
}
