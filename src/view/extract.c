#include "view/text.h"

#include "base/file.h"
#include "base/language.h"
#include "base/printable.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_LIMIT = 160 + 16 }; /* octets of the capture's name in a file name, with its number */

static const char GAP_MARK[] = "[mailscope: ";

/* Beyond ASCII what can be seen is safe: its printable form is itself. */
static bool is_safe(struct span character)
{
	uint8_t c = character.at[0];
	struct buffer shown;
	bool is_same;

	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		       c == '.' || c == '_' || c == '-';
	buffer_init(&shown, 0);
	printable_add(&shown, character);
	is_same = span_equal(buffer_span(&shown), character);
	buffer_fini(&shown);
	return is_same;
}

void view_file_name(struct buffer *out, struct span name)
{
	bool is_first = true;

	if (name.length == 0 || span_is(name, "-"))
		name = span_text("capture");
	while (name.length > 0) {
		uint32_t character = 0;
		size_t length = utf8_take(name, &character);
		bool is_kept = length > 0 && is_safe(span_first(name, length)) &&
			       !(is_first && (character == '.' || character == '-'));

		if (is_kept)
			buffer_add(out, name.at, length);
		else
			buffer_add_byte(out, '_');
		name = span_from(name, length > 0 ? length : 1);
		is_first = false;
	}
}

static void add_name(struct buffer *out, const char *capture, uint32_t session, uint32_t message)
{
	view_file_name(out, span_first(span_text(capture), NAME_LIMIT));
	buffer_add_byte(out, '-');
	buffer_add_number(out, session);
	buffer_add_byte(out, '-');
	buffer_add_number(out, message);
	buffer_add_text(out, ".eml");
}

/* What is missing and not yet marked in the text, as a last line. */
static void add_marks(struct buffer *out, const struct message *message)
{
	if (message->missing > 0 && span_find(message->text, GAP_MARK) == message->text.length) {
		buffer_add_text(out, GAP_MARK);
		buffer_add_number(out, message->missing);
		buffer_add_text(out, " octets missing in the capture]\r\n");
	} else if (message->text.length < message->octets && message->missing == 0) {
		buffer_add_text(out, "\r\n");
		buffer_add_text(out, GAP_MARK);
		buffer_add_number(out, message->octets - message->text.length);
		buffer_add_text(out, " octets of the end were not kept]\r\n");
	}
}

/* Errors are the stream's: new_file_end() looks for them. */
static void write_span(struct span bytes, FILE *stream)
{
	if (bytes.length > 0)
		fwrite(bytes.at, 1, bytes.length, stream);
}

/* The mail is for its owner's eyes: mode 0600. */
static bool write_message(int folder, const char *name, const struct message *message)
{
	struct new_file file;
	struct buffer marks;

	if (!new_file_begin(&file, folder, name, 0600))
		return false;
	write_span(message->text, file.stream);
	buffer_init(&marks, 0);
	add_marks(&marks, message);
	write_span(buffer_span(&marks), file.stream);
	buffer_fini(&marks);
	return new_file_end(&file, true);
}

static int open_folder(const char *folder)
{
	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		return -1;
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

enum step view_extract(const struct session *session, const struct extract_place *place,
	struct buffer *written, struct fail *fail)
{
	const char *folder = place->folder;
	enum step step = STEP_DONE;
	struct buffer name;
	int directory = open_folder(folder);

	if (directory < 0)
		return fail_set(fail, FAIL_WRITE, "%s: %s", folder, language_error(errno));
	buffer_init(&name, 0);
	for (size_t i = 0; i < session->message_count && step == STEP_DONE; i++) {
		const struct message *message = &session->messages[i];

		if (message->text.length == 0)
			continue;
		buffer_clear(&name);
		add_name(&name, place->capture, session->number, message->number);
		if (!write_message(directory, buffer_text(&name), message))
			step = fail_set(fail, FAIL_WRITE, "%s/%s: %s", folder, buffer_text(&name),
				language_error(errno));
		else if (written != NULL)
			buffer_printf(written, "%s/%s\n", folder, buffer_text(&name));
	}
	buffer_fini(&name);
	close(directory);
	return step;
}
