#include "practice/maildrop.h"

#include "base/limits.h"
#include "base/memory.h"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct maildrop {
	struct mailbox *mailbox;
	int in_new, in_cur; /* the folders */
	struct maildrop_message *messages;
	size_t count, room;
};

/* What ",LETTER=DIGITS" in a file's name says (Maildir++); false: nothing. */
static bool size_in_name(struct span name, const char *field, uint64_t *size)
{
	struct span rest = span_from(name, span_find(name, field));
	size_t digits = 0;

	rest = span_from(rest, strlen(field));
	while (digits < rest.length && rest.at[digits] >= '0' && rest.at[digits] <= '9')
		digits++;
	return span_number(span_first(rest, digits), size);
}

/* Octets that an LF without CR before it will take more, over the whole file. */
struct measure {
	uint64_t octets, lines;
	bool is_unix, has_line, ends_cr, ends_lf;
};

static void measure_octets(struct measure *measure, struct span octets)
{
	measure->octets += octets.length;
	for (size_t i = 0; i < octets.length; i++) {
		if (octets.at[i] == '\n' && !measure->ends_cr) {
			if (!measure->has_line)
				measure->is_unix = true;
			measure->lines++;
		}
		measure->has_line = measure->has_line || octets.at[i] == '\n';
		measure->ends_lf = octets.at[i] == '\n';
		measure->ends_cr = octets.at[i] == '\r';
	}
}

/* A file that another program brought says by its first line how its lines end. */
static void measure_file(struct maildrop_message *message, int folder)
{
	struct measure measure = {.octets = 0};
	int descriptor = openat(folder, message->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	uint8_t octets[16384];
	ssize_t got;

	while (descriptor >= 0 && (got = read(descriptor, octets, sizeof octets)) > 0)
		measure_octets(&measure, span_of(octets, (size_t)got));
	if (descriptor >= 0)
		close(descriptor);
	message->is_unix = measure.is_unix;
	message->octets = measure.octets + (measure.is_unix ? measure.lines : 0);
}

static void add_message(struct maildrop *maildrop, const char *name, bool is_in_new)
{
	struct maildrop_message *message;
	uint64_t size = 0, wire_size = 0;

	if (maildrop->count == maildrop->room) {
		maildrop->room = maildrop->room > 0 ? 2 * maildrop->room : 16;
		maildrop->messages = memory_resize(
			maildrop->messages, maildrop->room, sizeof *maildrop->messages);
	}
	message = &maildrop->messages[maildrop->count++];
	*message = (struct maildrop_message){.name = memory_text(name), .is_in_new = is_in_new};
	if (size_in_name(span_text(name), ",S=", &size) &&
		size_in_name(span_text(name), ",W=", &wire_size)) {
		message->octets = wire_size;
		message->is_unix = wire_size != size;
	} else {
		measure_file(message, is_in_new ? maildrop->in_new : maildrop->in_cur);
	}
}

static bool add_folder(struct maildrop *maildrop, int folder, bool is_in_new)
{
	int copy = dup(folder);
	DIR *list = copy >= 0 ? fdopendir(copy) : NULL;

	if (list == NULL) {
		if (copy >= 0)
			close(copy);
		return false;
	}
	for (const struct dirent *entry;
		(entry = readdir(list)) != NULL && maildrop->count < LIMIT_PRACTICE_MAILBOX;)
		if (entry->d_name[0] != '.' &&
			(entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN))
			add_message(maildrop, entry->d_name, is_in_new);
	closedir(list);
	return true;
}

static int open_folder(const struct mailbox *mailbox, const char *part)
{
	int mailbox_folder = open(mailbox->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int folder = mailbox_folder >= 0
			     ? openat(mailbox_folder, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
			     : -1;

	if (mailbox_folder >= 0)
		close(mailbox_folder);
	return folder;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Names begin with the time, and count further numbers up: compared as numbers they stand in the
 * order in which they came. */
static int compare_names(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		size_t digits_a = 0, digits_b = 0;

		if (!is_digit(*a) || !is_digit(*b)) {
			if (*a != *b)
				break;
			a++, b++;
			continue;
		}
		while (*a == '0' && is_digit(a[1]))
			a++;
		while (*b == '0' && is_digit(b[1]))
			b++;
		while (is_digit(a[digits_a]))
			digits_a++;
		while (is_digit(b[digits_b]))
			digits_b++;
		if (digits_a != digits_b)
			return digits_a < digits_b ? -1 : 1;
		if (memcmp(a, b, digits_a) != 0)
			return memcmp(a, b, digits_a);
		a += digits_a;
		b += digits_b;
	}
	return strcmp(a, b);
}

static int compare(const void *a, const void *b)
{
	const struct maildrop_message *first = a, *second = b;
	int order = compare_names(first->name, second->name);

	return order != 0 ? order : strcmp(first->name, second->name);
}

struct maildrop *maildrop_open(struct mailbox *mailbox, bool *is_in_use)
{
	struct maildrop *maildrop;

	*is_in_use = mailbox->is_locked;
	if (mailbox->is_locked)
		return NULL;
	maildrop = memory_new(1, sizeof *maildrop);
	maildrop->mailbox = mailbox;
	mailbox->is_locked = true;
	maildrop->in_new = open_folder(mailbox, "new");
	maildrop->in_cur = open_folder(mailbox, "cur");
	if (maildrop->in_new < 0 || maildrop->in_cur < 0 ||
		!add_folder(maildrop, maildrop->in_new, true) ||
		!add_folder(maildrop, maildrop->in_cur, false)) {
		maildrop_close(maildrop);
		return NULL;
	}
	mailbox->count = maildrop->count;
	if (maildrop->count > 0)
		qsort(maildrop->messages, maildrop->count, sizeof *maildrop->messages, compare);
	return maildrop;
}

void maildrop_close(struct maildrop *maildrop)
{
	if (maildrop == NULL)
		return;
	maildrop->mailbox->is_locked = false;
	for (size_t i = 0; i < maildrop->count; i++)
		free(maildrop->messages[i].name);
	if (maildrop->in_new >= 0)
		close(maildrop->in_new);
	if (maildrop->in_cur >= 0)
		close(maildrop->in_cur);
	free(maildrop->messages);
	free(maildrop);
}

bool maildrop_update(struct maildrop *maildrop)
{
	bool is_good = true;

	for (size_t i = 0; i < maildrop->count; i++) {
		const struct maildrop_message *message = &maildrop->messages[i];

		if (!message->is_deleted)
			continue;
		if (unlinkat(message->is_in_new ? maildrop->in_new : maildrop->in_cur,
			    message->name, 0) != 0)
			is_good = false;
		else if (maildrop->mailbox->count > 0)
			maildrop->mailbox->count--;
	}
	return is_good;
}

size_t maildrop_count(const struct maildrop *maildrop)
{
	return maildrop->count;
}

struct maildrop_message *maildrop_message(struct maildrop *maildrop, size_t index)
{
	return &maildrop->messages[index];
}

/* The part of the name that flags do not change; or its hash, when POP3 does not allow it. */
void maildrop_add_id(const struct maildrop_message *message, struct buffer *out)
{
	struct span name = span_text(message->name);
	uint8_t digest[32];
	bool is_good;

	name = span_first(name, span_index(name, ':'));
	name = span_first(name, span_index(name, ','));
	is_good = name.length > 0 && name.length <= 70;
	for (size_t i = 0; i < name.length && is_good; i++)
		is_good = name.at[i] > ' ' && name.at[i] < 0x7f;
	if (is_good) {
		buffer_add_span(out, name);
		return;
	}
	if (EVP_Digest(name.at, name.length, digest, NULL, EVP_sha256(), NULL) != 1)
		abort();
	for (size_t i = 0; i < sizeof digest; i++)
		buffer_printf(out, "%02x", digest[i]);
}

int maildrop_read(const struct maildrop *maildrop, const struct maildrop_message *message)
{
	return openat(message->is_in_new ? maildrop->in_new : maildrop->in_cur, message->name,
		O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}
