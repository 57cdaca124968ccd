#include "view/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

/* A session of one line and one message made of any octets: the first four choose what it is and
 * how it is shown. */
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	static void (*const views[])(struct buffer * out, const struct session *session,
		const struct view_options *options) = {
		view_sessions, view_dialogue, view_messages, view_json};
	struct span text = span_from(span_of(octets, length), 4);
	struct message message = {.number = 1, .header = text, .text = text};
	struct line line = {.text = text, .is_first = true, .message = 1};
	struct session session = {.line_count = 1, .lines = &line, .message_count = 1};
	struct view_options options = {.with_texts = true, .is_explained = true};
	struct buffer out;

	if (length < 4)
		return 0;
	session.messages = &message;
	session.protocol = octets[0] & 1 ? MAIL_POP3 : MAIL_SMTP;
	line.kind = (enum line_kind)(octets[1] % (LINE_GAP + 1));
	line.verb = vocabulary_verb(session.protocol, text);
	line.code = octets[0] >> 4 == 0 ? 250 : (octets[0] >> 4) - 2;
	line.secret = span_from(text, octets[2]);
	options.width = octets[3];
	options.format = octets[1] & 0x80 ? FORMAT_TSV : FORMAT_TEXT;
	options.is_redacted = octets[0] & 2;
	buffer_init(&out, 0);
	for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
		views[i](&out, &session, &options);
	buffer_fini(&out);
	return 0;
}
