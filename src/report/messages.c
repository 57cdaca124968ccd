#include "report/html.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/printable.h"
#include "message/message.h"
#include "report/frames.h"
#include "report/text.h"
#include "view/text.h"

static void add_path(struct buffer *out, struct span path)
{
	buffer_add_byte(out, '<');
	printable_add(out, path);
	buffer_add_byte(out, '>');
}

static void add_envelope(const struct html *html, const struct message *message)
{
	enum { SHOWN = 20 };
	struct buffer text;

	if (!message->has_sender && message->recipient_count == 0)
		return;
	buffer_init(&text, 0);
	if (message->has_sender)
		add_path(&text, message->sender);
	buffer_add_text(&text, " →");
	for (size_t i = 0; i < message->recipient_count && i < SHOWN; i++) {
		buffer_add_text(&text, i > 0 ? ", " : " ");
		add_path(&text, message->recipients[i]);
	}
	if (message->recipient_count > SHOWN) {
		buffer_add_text(&text, _(" and "));
		text_number(&text, message->recipient_count - SHOWN);
		buffer_add_text(&text, _(" more"));
	}
	if (message->refused_count > 0) {
		buffer_add_text(&text, "; ");
		text_count(&text, message->refused_count, "recipient", "recipients");
		buffer_add_text(&text, _(" refused"));
	}
	html_fact(html->out, _("Envelope"), buffer_span(&text));
	buffer_fini(&text);
}

static void add_part(struct buffer *out, const struct message_part *part)
{
	buffer_printf(out, "<li class=\"d%u\">", part->depth < 9 ? part->depth : 9);
	html_text(out, part->type);
	if (part->charset.length > 0) {
		buffer_add_text(out, ", ");
		html_text(out, part->charset);
	}
	if (part->encoding.length > 0) {
		buffer_add_text(out, ", ");
		html_text(out, part->encoding);
	}
	if (part->octets > 0) {
		buffer_add_text(out, ", ");
		text_count(out, part->octets, "octet", "octets");
	}
	if (part->name.length > 0) {
		buffer_add_text(out, ", <q>");
		html_text(out, part->name);
		buffer_add_text(out, "</q>");
	}
	buffer_add_text(out, "</li>");
}

static void add_parts(const struct html *html, const struct message_summary *summary)
{
	struct buffer list;

	buffer_init(&list, 0);
	if (summary->part_count > 0) {
		buffer_add_text(&list, "<ul class=\"parts\">");
		for (size_t i = 0; i < summary->part_count; i++)
			add_part(&list, &summary->parts[i]);
		buffer_add_text(&list,
			summary->is_cut ? _("<li>… and more than is shown</li></ul>") : "</ul>");
	}
	html_fact_raw(html->out, _("Parts"), buffer_span(&list));
	buffer_fini(&list);
}

/* What every message has, however it came here. */
static void add_summary(const struct html *html, const struct message_summary *summary)
{
	html_fact(html->out, "From", summary->from);
	html_fact(html->out, "To", summary->to);
	html_fact(html->out, "Cc", summary->cc);
	html_fact(html->out, "Subject", summary->subject);
	html_fact(html->out, "Date", summary->date);
	html_fact(html->out, "Message-ID", summary->message_id);
	add_parts(html, summary);
}

static void add_texts(const struct html *html, const struct message_summary *summary)
{
	struct buffer *out = html->out;

	for (size_t i = 0; i < summary->part_count; i++) {
		if (summary->parts[i].text.length == 0)
			continue;
		buffer_add_text(out, "<pre class=\"mail\">");
		html_lines(out, summary->parts[i].text, LIMIT_REPORT_TEXT);
		buffer_add_text(out, "</pre>\n");
	}
}

static void add_header(const struct html *html, struct span message)
{
	struct span rest = message, line;
	size_t length = 0;

	while (rest.length > 0) {
		line = span_first(rest, span_index(rest, '\n'));
		if (line.length == 0 || span_is(line, "\r"))
			break;
		length += line.length + (line.length < rest.length);
		rest = span_from(message, length);
	}
	if (length == 0)
		return;
	buffer_add_text(html->out, _("<details class=\"header\"><summary>The header as it came"
				     "</summary><pre class=\"mail\">"));
	html_lines(html->out, span_first(message, length), LIMIT_REPORT_TEXT);
	buffer_add_text(html->out, "</pre></details>\n");
}

static void add_state(struct buffer *out, const struct message *message)
{
	text_count(out, message->octets, "octet", "octets");
	if (message->missing > 0) {
		buffer_add_text(out, ", ");
		text_number(out, message->missing);
		buffer_add_text(out, _(" missing"));
	}
	buffer_add_text(out, message->is_complete ? _(", complete") : _(", incomplete"));
	if (message->from == SIDE_CLIENT)
		buffer_add_text(out, message->is_accepted ? _(", accepted") : _(", not accepted"));
}

static void add_identity(const struct html *html, const struct message *message)
{
	struct buffer value;

	buffer_init(&value, 0);
	add_state(&value, message);
	html_fact(html->out, message->from == SIDE_CLIENT ? _("Sent") : _("Fetched"),
		buffer_span(&value));
	buffer_clear(&value);
	html_frames_link(&(struct html){&value, html->id, html->is_redacted}, message->first_frame,
		message->last_frame);
	html_fact_raw(html->out, _("Frames"), buffer_span(&value));
	buffer_clear(&value);
	if (message->has_sha256)
		text_hex(&value, span_of(message->sha256, sizeof message->sha256));
	html_fact(html->out, "SHA-256", buffer_span(&value));
	html_fact(html->out, _("The server's last word"), message->reply);
	buffer_fini(&value);
}

static void add_message(const struct html *html, const struct message *message)
{
	struct span bytes = message->text.length > 0 ? message->text : message->header;
	struct message_summary summary;
	struct buffer *out = html->out;

	if (message->text.length > 0)
		message_parse(&summary, bytes);
	else
		message_parse_header(&summary, bytes);
	buffer_printf(out, _("<h4>Message %u</h4>\n<table class=\"facts\"><tbody>\n"),
		(unsigned)message->number);
	add_envelope(html, message);
	add_summary(html, &summary);
	add_identity(html, message);
	buffer_add_text(out, "</tbody></table>\n");
	add_texts(html, &summary);
	add_header(html, bytes);
	message_fini(&summary);
}

void html_messages(const struct html *html, const struct session *session)
{
	size_t count = session->message_count < LIMIT_REPORT_MESSAGES ? session->message_count
								      : LIMIT_REPORT_MESSAGES;

	for (size_t i = 0; i < count; i++)
		add_message(html, &session->messages[i]);
	if (count == session->message_count)
		return;
	buffer_add_text(html->out, _("<p class=\"remark\">… and "));
	text_count(html->out, session->message_count - count, "message", "messages");
	buffer_add_text(html->out, _(" more.</p>\n"));
}

void html_message(const struct html *html, struct span message)
{
	struct message_summary summary;

	message_parse(&summary, message);
	buffer_add_text(html->out, "<table class=\"facts\"><tbody>\n");
	add_summary(html, &summary);
	buffer_add_text(html->out, "</tbody></table>\n");
	add_texts(html, &summary);
	add_header(html, message);
	message_fini(&summary);
}
