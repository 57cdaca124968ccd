#include "commands/letter.h"

#include "base/file.h"
#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "commands/ask.h"
#include "mail/header.h"
#include "message/compose.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What was answered at the terminal lives until the letter is composed. */
struct answers {
	char *from, *to, *subject;
};

static void answers_fini(struct answers *answers)
{
	free(answers->from);
	free(answers->to);
	free(answers->subject);
}

/* "a, b, c"; NULL for an empty list. The caller frees it. */
static char *join(const struct text_list *list)
{
	struct buffer text;
	char *joined;

	if (list->count == 0)
		return NULL;
	buffer_init(&text, 0);
	for (size_t i = 0; i < list->count; i++) {
		buffer_add_text(&text, i > 0 ? ", " : "");
		buffer_add_text(&text, list->at[i]);
	}
	joined = memory_text(buffer_text(&text));
	buffer_fini(&text);
	return joined;
}

/* The text itself, @FILE, or - for standard input. */
static enum step read_body(const char *body, struct buffer *text, struct fail *fail)
{
	if (body == NULL && ask_text(_("Message, ended by a line EOF:\n"), text))
		return STEP_DONE;
	if (body == NULL || strcmp(body, "-") == 0)
		return file_read("-", text, fail);
	if (body[0] == '@')
		return file_read(body + 1, text, fail);
	buffer_add_text(text, body);
	return STEP_DONE;
}

static const char *answer(char **kept, const char *given, const char *question)
{
	if (given == NULL)
		given = *kept = ask_line(question);
	return given;
}

static enum step settle(struct letter *letter, const struct compose *compose,
	const struct letter_options *options, struct fail *fail)
{
	const char *sender = options->sender;

	if (compose_recipients(compose, &letter->recipients, &letter->recipient_count, fail) ==
		STEP_FAIL)
		return STEP_FAIL;
	if (letter->recipient_count == 0)
		return fail_set(fail, FAIL_USAGE, "no recipient: name one with --to ADDRESS");
	letter->sender = sender != NULL ? memory_text(strcmp(sender, "<>") == 0 ? "" : sender)
					: compose_address(compose->from);
	letter->results = memory_new(letter->recipient_count, sizeof *letter->results);
	letter->envelope = (struct smtp_envelope){
		.sender = letter->sender != NULL ? letter->sender : "",
		.recipients = (const char *const *)letter->recipients,
		.recipient_count = letter->recipient_count,
		.notify = options->notify,
		.ret = options->ret,
		.envelope_id = options->envelope_id,
		.requires_tls = options->requires_tls,
	};
	return STEP_DONE;
}

static void letter_init(struct letter *letter)
{
	*letter = (struct letter){.sender = NULL};
	buffer_init(&letter->text, LIMIT_MESSAGE);
}

static enum step write_out(struct letter *letter, struct compose *compose,
	const struct letter_options *options, struct buffer *body, struct fail *fail)
{
	struct compose_attachment *attachments =
		memory_new(options->attachments.count + 1, sizeof *attachments);
	enum step step;

	for (size_t i = 0; i < options->attachments.count; i++)
		attachments[i].path = options->attachments.at[i];
	compose->attachments = attachments;
	compose->attachment_count = options->attachments.count;
	compose->headers = options->headers.at;
	compose->header_count = options->headers.count;
	compose->body = buffer_span(body);
	step = compose_message(compose, &letter->text, fail);
	if (step != STEP_FAIL)
		step = settle(letter, compose, options, fail);
	free(attachments);
	return step;
}

enum step letter_compose(struct letter *letter, const struct letter_options *options,
	const char *from, struct fail *fail)
{
	struct answers answers = {NULL, NULL, NULL};
	char *to = join(&options->to), *cc = join(&options->cc), *bcc = join(&options->bcc);
	struct buffer body;
	struct compose compose = {.cc = cc, .bcc = bcc, .reply_to = options->reply_to};
	enum step step;

	letter_init(letter);
	buffer_init(&body, LIMIT_MESSAGE);
	compose.from = answer(&answers.from, from, _("From: "));
	compose.to = cc == NULL && bcc == NULL ? answer(&answers.to, to, _("To: ")) : to;
	compose.subject = answer(&answers.subject, options->subject, _("Subject: "));
	if (compose.from == NULL)
		step = fail_set(fail, FAIL_USAGE, "no sender: name one with --from ADDRESS");
	else if (compose.to == NULL && cc == NULL && bcc == NULL)
		step = fail_set(fail, FAIL_USAGE, "no recipient: name one with --to ADDRESS");
	else
		step = read_body(options->body, &body, fail);
	if (step != STEP_FAIL)
		step = write_out(letter, &compose, options, &body, fail);
	buffer_fini(&body);
	answers_fini(&answers);
	free(to);
	free(cc);
	letter->bcc = bcc;
	return step;
}

/* RFC 5322 2.2.3: unfolding removes the line ends. */
static void unfold(struct span value, struct buffer *out)
{
	for (size_t i = 0; i < value.length; i++)
		if (value.at[i] != '\r' && value.at[i] != '\n')
			buffer_add_byte(out, value.at[i]);
}

/* Copies the message without its Bcc fields (RFC 5322 3.6.3), and the addresses of To, Cc and Bcc
 * into *recipients. */
static void split_header(struct span message, struct buffer *text, struct buffer *recipients)
{
	struct span rest = message, name, value;

	while (header_take(&rest, &name, &value)) {
		bool is_blind = span_is_letters(name, "bcc");

		if (!is_blind)
			buffer_add(text, message.at, message.length - rest.length);
		if (is_blind || span_is_letters(name, "to") || span_is_letters(name, "cc")) {
			buffer_add_text(recipients, recipients->length > 0 ? ", " : "");
			unfold(value, recipients);
		}
		message = rest;
	}
	buffer_add_span(text, message);
}

/* The first address of a message's own From; NULL when there is none. The caller frees it. */
static char *from_of(struct span message)
{
	struct span name, value;
	struct buffer text;
	char *address = NULL;

	buffer_init(&text, LIMIT_HEADER);
	while (address == NULL && header_take(&message, &name, &value)) {
		if (!span_is_letters(name, "from"))
			continue;
		buffer_clear(&text);
		unfold(value, &text);
		address = compose_address(buffer_text(&text));
	}
	buffer_fini(&text);
	return address;
}

enum step letter_load(struct letter *letter, const struct letter_options *options, const char *from,
	const char *path, struct fail *fail)
{
	struct buffer file, recipients;
	char *to = join(&options->to), *own = NULL;
	struct compose compose = {.to = to};
	enum step step;

	letter_init(letter);
	buffer_init(&file, LIMIT_MESSAGE);
	buffer_init(&recipients, LIMIT_HEADER);
	step = file_read(path, &file, fail);
	if (step != STEP_FAIL) {
		split_header(buffer_span(&file), &letter->text, &recipients);
		own = from_of(buffer_span(&file));
		compose.from = own != NULL ? own : from;
		if (to == NULL && recipients.length > 0)
			compose.to = buffer_text(&recipients);
		step = settle(letter, &compose, options, fail);
	}
	buffer_fini(&recipients);
	buffer_fini(&file);
	free(own);
	free(to);
	return step;
}

void letter_fini(struct letter *letter)
{
	buffer_fini(&letter->text);
	compose_recipients_free(letter->recipients);
	free(letter->results);
	free(letter->sender);
	free(letter->bcc);
}

/* A new file; what is there is never written over. */
static FILE *new_file(const char *folder, char **path)
{
	for (int i = 1; i < 1000; i++) {
		int file;

		if (i == 1 ? asprintf(path, "%s/unsent.eml", folder) < 0
			   : asprintf(path, "%s/unsent-%d.eml", folder, i) < 0)
			abort();
		file = open(*path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (file >= 0)
			return fdopen(file, "wb");
		free(*path);
		*path = NULL;
		if (errno != EEXIST)
			return NULL;
	}
	return NULL;
}

char *letter_keep(const struct letter *letter, const char *folder)
{
	char *path = NULL;
	FILE *file = new_file(folder, &path);
	bool is_written;

	if (file == NULL)
		return NULL;
	if (letter->bcc != NULL)
		fprintf(file, "Bcc: %s\r\n", letter->bcc);
	is_written = fwrite(letter->text.at, 1, letter->text.length, file) == letter->text.length;
	if (fclose(file) == 0 && is_written)
		return path;
	free(path);
	return NULL;
}
