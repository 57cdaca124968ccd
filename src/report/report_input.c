#include "report/report.h"

#include "base/file.h"
#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static enum step cannot_open(const char *path, struct fail *fail)
{
	return fail_set(fail, FAIL_OPEN, "%s: cannot open: %s", path, language_error(errno));
}

/* Octets and SHA-256, and the first octets into front. */
static bool hash_octets(struct report_input *input, struct buffer *front, FILE *file)
{
	uint8_t *octets = memory_new(LIMIT_READ, 1);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool is_done = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
	size_t length;

	while (is_done && (length = fread(octets, 1, LIMIT_READ, file)) > 0) {
		buffer_add(front, octets, length);
		input->octets += length;
		is_done = EVP_DigestUpdate(context, octets, length) == 1;
	}
	is_done = is_done && EVP_DigestFinal_ex(context, input->sha256, NULL) == 1;
	EVP_MD_CTX_free(context);
	free(octets);
	return is_done && ferror(file) == 0;
}

static enum step hash_file(struct report_input *input, struct buffer *front, struct fail *fail)
{
	FILE *file = fopen(input->path, "re");
	bool is_done;

	if (file == NULL)
		return cannot_open(input->path, fail);
	is_done = hash_octets(input, front, file);
	fclose(file);
	return is_done ? STEP_DONE : fail_set(fail, FAIL_OPEN, "%s: cannot read", input->path);
}

/* By the first octets: pcapng, pcap of either byte order, gzip, zstd. */
static bool is_capture(struct span front)
{
	static const uint8_t marks[][4] = {{0x0a, 0x0d, 0x0d, 0x0a}, {0xa1, 0xb2, 0xc3, 0xd4},
		{0xd4, 0xc3, 0xb2, 0xa1}, {0xa1, 0xb2, 0x3c, 0x4d}, {0x4d, 0x3c, 0xb2, 0xa1},
		{0x28, 0xb5, 0x2f, 0xfd}};

	if (front.length >= 2 && front.at[0] == 0x1f && front.at[1] == 0x8b)
		return true;
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
		if (front.length >= 4 && memcmp(front.at, marks[i], 4) == 0)
			return true;
	return false;
}

/* "From ..." of a mailbox, or a field's name and a colon: RFC 5322 2.2. */
static bool is_message(struct span front)
{
	size_t colon = span_index(front, ':');

	if (span_starts_letters(front, "From "))
		return true;
	for (size_t i = 0; i < colon; i++)
		if (front.at[i] <= ' ' || front.at[i] > '~')
			return false;
	return colon > 0 && colon < front.length;
}

static bool ends_in(const char *path, const char *ending)
{
	size_t length = strlen(path), more = strlen(ending);

	return length > more && strcmp(path + length - more, ending) == 0;
}

/* In cur or new of a Maildir, whatever it is called. */
static bool is_stored(const char *path)
{
	const char *name = base_name(path);
	size_t length = (size_t)(name - path);

	return (length >= 4 && memcmp(name - 4, "cur/", 4) == 0) ||
	       (length >= 4 && memcmp(name - 4, "new/", 4) == 0);
}

static enum step read_rest(struct report_input *input, struct fail *fail)
{
	struct span text;

	if (file_read(input->path, &input->text, fail) == STEP_FAIL)
		return STEP_FAIL;
	text = buffer_span(&input->text);
	if (!ends_in(input->path, ".eml") && !is_stored(input->path) &&
		log_read(&input->log, text, fail) != STEP_FAIL) {
		input->kind = REPORT_LOG;
		return STEP_DONE;
	}
	input->kind = REPORT_MESSAGE;
	if (is_message(text))
		return STEP_DONE;
	return fail_set(fail, FAIL_DAMAGED,
		"%s: neither a capture nor a log that is known nor a message", input->path);
}

static struct report_input *add_input(struct report_inputs *inputs, const char *path)
{
	struct report_input *input;

	inputs->at = memory_resize(inputs->at, inputs->count + 1, sizeof *inputs->at);
	input = &inputs->at[inputs->count++];
	*input = (struct report_input){
		.path = memory_text(path), .name = memory_text(base_name(path))};
	buffer_init(&input->text, LIMIT_LOG);
	arena_init(&input->log.arena);
	return input;
}

static enum step read_input(struct report_input *input, struct fail *fail)
{
	struct buffer front;
	enum step step;

	buffer_init(&front, 16);
	step = hash_file(input, &front, fail);
	if (step == STEP_DONE) {
		input->kind = REPORT_CAPTURE;
		if (!is_capture(buffer_span(&front)))
			step = read_rest(input, fail);
	}
	buffer_fini(&front);
	return step;
}

/* FOLDER/NAME, called so in the report too. */
static enum step read_member(
	struct report_inputs *inputs, const char *folder, const char *name, struct fail *fail)
{
	struct report_input *input;
	struct buffer path;
	struct span base;

	buffer_init(&path, 0);
	buffer_printf(&path, "%s/%s", folder, name);
	input = add_input(inputs, buffer_text(&path));
	base = span_text(base_name(folder));
	while (base.length > 1 && base.at[base.length - 1] == '/')
		base.length--;
	buffer_clear(&path);
	buffer_add_span(&path, base);
	buffer_printf(&path, "/%s", name);
	report_input_call(input, buffer_text(&path));
	input->folder = inputs->folders;
	buffer_fini(&path);
	return read_input(input, fail);
}

static bool has_member(const char *folder, const char *name)
{
	struct buffer path;
	bool is_there;

	buffer_init(&path, 0);
	buffer_printf(&path, "%s/%s", folder, name);
	is_there = access(buffer_text(&path), R_OK) == 0;
	buffer_fini(&path);
	return is_there;
}

/* A live session's: capture and log. The log is there twice, for people and for programs; what is
 * compared is the latter, which knows the offsets. */
static enum step read_folder(struct report_inputs *inputs, const char *folder, struct fail *fail)
{
	static const char *const names[] = {"session.pcapng", "session.jsonl", "session.log"};
	size_t first = inputs->count;
	enum step step = STEP_DONE;

	inputs->folders++;
	for (size_t i = 0; i < 3 && step != STEP_FAIL; i++)
		if (has_member(folder, names[i])) {
			step = read_member(inputs, folder, names[i], fail);
			inputs->at[inputs->count - 1].is_twin =
				i == 2 && has_member(folder, names[1]);
		}
	if (inputs->count == first)
		return fail_set(fail, FAIL_OPEN,
			"%s: no session's folder: neither session.pcapng nor session.log is in it",
			folder);
	return step;
}

/* Two files of one name are told apart by their paths. */
static void tell_apart(struct report_inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++)
		for (size_t k = 0; k < inputs->count; k++)
			if (i != k && inputs->at[i].folder == 0 &&
				strcmp(base_name(inputs->at[i].path), inputs->at[k].name) == 0) {
				report_input_call(&inputs->at[i], inputs->at[i].path);
				break;
			}
}

enum step report_inputs_read(
	struct report_inputs *inputs, char **paths, size_t count, struct fail *fail)
{
	enum step step = STEP_DONE;
	struct stat stat_of;

	*inputs = (struct report_inputs){NULL, 0, 0};
	for (size_t i = 0; i < count && step != STEP_FAIL; i++) {
		if (stat(paths[i], &stat_of) != 0)
			step = cannot_open(paths[i], fail);
		else if (S_ISDIR(stat_of.st_mode))
			step = read_folder(inputs, paths[i], fail);
		else
			step = read_input(add_input(inputs, paths[i]), fail);
	}
	tell_apart(inputs);
	return step;
}

void report_input_call(struct report_input *input, const char *name)
{
	free(input->name);
	input->name = memory_text(name);
}

void report_inputs_fini(struct report_inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++) {
		free(inputs->at[i].path);
		free(inputs->at[i].name);
		buffer_fini(&inputs->at[i].text);
		log_fini(&inputs->at[i].log);
	}
	free(inputs->at);
	*inputs = (struct report_inputs){NULL, 0, 0};
}
