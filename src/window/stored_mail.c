#include "window/stored_mail.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/printable.h"
#include "mail/header.h"
#include "message/message.h"
#include "message/text.h"
#include "view/route.h"
#include "window/words.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

enum { ROUTE_COLUMNS = 132 }; /* what a window of its usual width has room for */

static char *printable(struct span text)
{
	struct buffer out;
	char *copy;

	buffer_init(&out, 0);
	printable_add(&out, span_first(text, LIMIT_HEADER));
	copy = g_strdup(buffer_text(&out));
	buffer_fini(&out);
	return copy;
}

/* What is too long for a window is cut, and says so. */
static char *take_text(struct buffer *text)
{
	bool is_cut = text->length > LIMIT_SHOWN_TEXT;
	char *copy;

	if (is_cut)
		text->length = LIMIT_SHOWN_TEXT;
	copy = g_utf8_make_valid(buffer_text(text), -1);
	if (is_cut) {
		char *whole = g_strconcat(copy, "\n\n", _("(The text goes on.)"), NULL);

		g_free(copy);
		copy = whole;
	}
	buffer_clear(text);
	return copy;
}

/* A name that leads nowhere else, and is not hidden. */
static char *safe_name(struct span name)
{
	char *safe = printable(name);

	g_strdelimit(safe, "/\\:\"", '_');
	if (safe[0] == '.')
		safe[0] = '_';
	if (safe[0] == '\0') {
		g_free(safe);
		safe = g_strdup(_("attachment"));
	}
	return safe;
}

static void take_attachments(struct stored_mail *mail, const struct message_summary *summary)
{
	mail->attachments = g_new0(struct stored_attachment, summary->part_count + 1);
	for (size_t i = 0; i < summary->part_count; i++) {
		const struct message_part *part = &summary->parts[i];

		if (!message_part_is_attachment(part))
			continue;
		mail->attachments[mail->attachment_count++] = (struct stored_attachment){
			safe_name(part->name), printable(part->type), part->octets, i};
	}
}

/* A field's value on one line. */
static char *field_of(struct span message, const char *wanted)
{
	struct span name, value;

	while (header_take(&message, &name, &value))
		if (span_is_letters(name, wanted)) {
			char *text = printable(value);
			GString *line = g_string_new(text);

			g_string_replace(line, "\\r\\n", "", 0);
			g_string_replace(line, "\\n", "", 0);
			g_string_replace(line, "\\t", " ", 0);
			g_free(text);
			return g_strstrip(g_string_free(line, FALSE));
		}
	return g_strdup("");
}

/* What `mailscope headers` prints, without the name of the file. */
static char *route_of(struct span message)
{
	const struct view_options options = {
		.format = FORMAT_TEXT, .has_colour = true, .width = ROUTE_COLUMNS};
	struct buffer text;
	struct route route;
	const char *body;
	char *shown;

	buffer_init(&text, 0);
	route_read(&route, message, (int64_t)time(NULL));
	view_route(&(const struct route_view){&text, &route, "", ROUTE_PARTS, &options});
	route_fini(&route);
	body = strchr(buffer_text(&text), '\n');
	shown = g_utf8_make_valid(body != NULL ? body + 1 : "", -1);
	buffer_fini(&text);
	return shown;
}

static void take(struct stored_mail *mail, struct span message)
{
	struct message_summary summary;
	struct buffer text;

	message_parse(&summary, message);
	mail->from = printable(summary.from);
	mail->to = printable(summary.to);
	mail->cc = printable(summary.cc);
	mail->subject = printable(summary.subject);
	mail->date = printable(summary.date);
	mail->address = printable(summary.address);
	buffer_init(&text, 0);
	message_text_body(&text, &summary);
	mail->text = take_text(&text);
	message_text_header(&text, message);
	mail->header = take_text(&text);
	buffer_fini(&text);
	mail->route = route_of(message);
	take_attachments(mail, &summary);
	message_fini(&summary);
	mail->reply_to = field_of(message, "reply-to");
	mail->message_id = field_of(message, "message-id");
	mail->references = field_of(message, "references");
}

static void in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	struct stored_mail *mail = g_new0(struct stored_mail, 1);
	struct buffer text;

	(void)source;
	(void)cancellable;
	mail->path = g_strdup(data);
	buffer_init(&text, LIMIT_MESSAGE);
	if (file_read(mail->path, &text, &mail->fail) != STEP_FAIL)
		mail->fail.code = FAIL_NONE;
	take(mail, buffer_span(&text));
	buffer_fini(&text);
	g_task_return_pointer(task, mail, stored_mail_free);
}

void stored_mail_begin(
	const char *path, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data)
{
	GTask *task = g_task_new(NULL, cancellable, done, data);

	g_task_set_task_data(task, g_strdup(path), g_free);
	g_task_run_in_thread(task, in_thread);
	g_object_unref(task);
}

struct stored_mail *stored_mail_end(GAsyncResult *result)
{
	return g_task_propagate_pointer(G_TASK(result), NULL);
}

void stored_mail_free(gpointer data)
{
	struct stored_mail *mail = data;

	if (mail == NULL)
		return;
	for (size_t i = 0; i < mail->attachment_count; i++) {
		g_free(mail->attachments[i].name);
		g_free(mail->attachments[i].type);
	}
	g_free(mail->attachments);
	g_free(mail->path);
	g_free(mail->from);
	g_free(mail->to);
	g_free(mail->cc);
	g_free(mail->subject);
	g_free(mail->date);
	g_free(mail->text);
	g_free(mail->header);
	g_free(mail->route);
	g_free(mail->reply_to);
	g_free(mail->message_id);
	g_free(mail->references);
	g_free(mail->address);
	g_free(mail);
}

enum step stored_mail_save_part(
	const char *path, size_t part, const char *target, struct fail *fail)
{
	struct buffer message, octets;
	struct new_file file;
	enum step step;

	buffer_init(&message, LIMIT_MESSAGE);
	buffer_init(&octets, LIMIT_MESSAGE);
	step = file_read(path, &message, fail);
	if (step != STEP_FAIL && !message_part_octets(&octets, buffer_span(&message), part))
		step = fail_set(fail, FAIL_OPEN, "%s", _("The attachment is not there."));
	if (step != STEP_FAIL) {
		bool is_begun = new_file_begin(&file, AT_FDCWD, target, 0600);

		if (is_begun)
			(void)fwrite(octets.at, 1, octets.length, file.stream);
		if (!is_begun || !new_file_end(&file, true))
			step = fail_set(fail, FAIL_WRITE, "%s: %s", target, language_error(errno));
	}
	buffer_fini(&octets);
	buffer_fini(&message);
	return step == STEP_FAIL ? STEP_FAIL : STEP_DONE;
}
