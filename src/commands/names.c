#include "commands/names.h"

#include "base/memory.h"
#include "view/view.h"

#include <stdlib.h>
#include <string.h>

enum { STEM_LIMIT = 160 }; /* octets; a file name has 255 at most */

/* A capture's stem as every file system takes it: two that are alike here would share a file. */
struct key {
	char *text;
	size_t index; /* of the capture */
};

struct keys {
	struct key *at;
	size_t count;
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (strcmp(path, "-") == 0)
		return "standard-input";
	return slash != NULL ? slash + 1 : path;
}

/* "smtp_test3" for "smtp_test3.pcapng.gz", not cut inside a character. */
static struct span stem_of(const char *base)
{
	static const char *const endings[] = {
		".gz", ".zst", ".pcapng", ".pcap", ".cap", ".dmp", ".ntar"};
	struct span name = span_text(base);

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		size_t length = strlen(endings[i]);

		if (name.length > length &&
			span_is_letters(span_from(name, name.length - length), endings[i]))
			name.length -= length;
	}
	if (name.length <= STEM_LIMIT)
		return name;
	name.length = STEM_LIMIT;
	while (name.length > 1 && (name.at[name.length] & 0xc0) == 0x80)
		name.length--;
	return name;
}

static char *safe_text(struct span stem)
{
	struct buffer safe;
	char *text;

	buffer_init(&safe, 0);
	view_file_name(&safe, stem);
	text = memory_text(buffer_text(&safe));
	buffer_fini(&safe);
	return text;
}

static int by_text(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	return strcmp(x->text, y->text);
}

/* Captures of one name stay in the order in which they were given. */
static int by_text_and_index(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int order = by_text(a, b);

	return order != 0 ? order : x->index < y->index ? -1 : x->index > y->index;
}

/* Puts "-2" behind the stem, or the next number with which the key is no capture's own: a
 * capture's own key never changes, so no two can meet. */
static void number_stem(
	const struct keys *keys, const struct key *key, unsigned *number, struct buffer *stem)
{
	struct buffer candidate;
	struct key wanted = {.text = NULL};

	buffer_init(&candidate, 0);
	do {
		buffer_clear(&candidate);
		buffer_printf(&candidate, "%s-%u", key->text, ++*number);
		wanted.text = (char *)buffer_text(&candidate);
	} while (bsearch(&wanted, keys->at, keys->count, sizeof *keys->at, by_text) != NULL);
	buffer_printf(stem, "-%u", *number);
	buffer_fini(&candidate);
}

static void name_all(struct capture_names *names, const struct keys *keys)
{
	unsigned number = 1;

	for (size_t i = 0; i < keys->count; i++) {
		const struct key *key = &keys->at[i];
		struct capture_name *name = &names->at[key->index];
		bool is_again = i > 0 && by_text(key, key - 1) == 0;
		bool is_shared = is_again || (i + 1 < keys->count && by_text(key, key + 1) == 0);
		const char *base = base_name(name->path);
		struct buffer stem;

		number = is_again ? number : 1;
		buffer_init(&stem, 0);
		buffer_add_span(&stem, stem_of(base));
		if (is_again)
			number_stem(keys, key, &number, &stem);
		name->label = is_shared && strcmp(name->path, "-") != 0 ? name->path : base;
		name->stem = memory_text(buffer_text(&stem));
		buffer_fini(&stem);
	}
}

void capture_names_init(struct capture_names *names, char **paths, size_t count)
{
	struct keys keys = {memory_new(count + 1, sizeof *keys.at), count};

	*names = (struct capture_names){memory_new(count + 1, sizeof *names->at), count};
	for (size_t i = 0; i < count; i++) {
		names->at[i].path = paths[i];
		keys.at[i] = (struct key){safe_text(stem_of(base_name(paths[i]))), i};
	}
	qsort(keys.at, count, sizeof *keys.at, by_text_and_index);
	name_all(names, &keys);
	for (size_t i = 0; i < count; i++)
		free(keys.at[i].text);
	free(keys.at);
}

void capture_names_fini(struct capture_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->at[i].stem);
	free(names->at);
	*names = (struct capture_names){NULL, 0};
}
