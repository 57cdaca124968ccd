#include "view/comparison_parts.h"

#include "base/memory.h"
#include "mail/mail.h"

/* The log's lines fed to the parser of the protocol, which knows what is secret. */
struct prompter {
	const struct log *log;
	struct mail *mail;
	struct span *secrets;
	size_t line;          /* being fed */
	struct buffer octets; /* of it */
	bool is_asked;        /* the server's last line was a challenge */
};

static void on_event(void *context, const struct mail_event *event)
{
	struct prompter *prompter = context;
	size_t index = (size_t)event->first.frame;
	struct span text, *secret;
	size_t offset;

	if (event->secret.length == 0 || index >= prompter->log->count)
		return;
	text = prompter->log->lines[index].text;
	secret = &prompter->secrets[index];
	*secret = text;
	for (offset = 0; offset + event->secret.length <= text.length; offset++)
		if (memcmp(text.at + offset, event->secret.at, event->secret.length) == 0) {
			*secret = span_first(span_from(text, offset), event->secret.length);
			break;
		}
}

/* Feeds octets of a side; behind STARTTLS the parser goes on as if TLS had been opened. */
static void feed(struct prompter *prompter, enum side side, struct span octets)
{
	struct chunk chunk = {octets, {prompter->line, 0}};
	size_t used;

	if (mail_is_sealed(prompter->mail, side))
		mail_continue(prompter->mail, true);
	used = mail_feed(prompter->mail, side, &chunk);
	if (used == octets.length)
		return;
	mail_continue(prompter->mail, true);
	chunk.bytes = span_from(octets, used);
	(void)mail_feed(prompter->mail, side, &chunk);
}

/* What was left out answered the challenge, and was answered. */
static void feed_withheld(struct prompter *prompter, enum mail_protocol protocol)
{
	if (!prompter->is_asked)
		return;
	feed(prompter, SIDE_CLIENT, span_text("x\r\n"));
	feed(prompter, SIDE_SERVER,
		span_text(protocol == MAIL_SMTP ? "235 2.7.0 OK\r\n" : "+OK\r\n"));
	prompter->is_asked = false;
}

static void feed_line(struct prompter *prompter, enum mail_protocol protocol)
{
	const struct log_line *line = &prompter->log->lines[prompter->line];

	if (line->kind == LOG_WITHHELD) {
		feed_withheld(prompter, protocol);
		return;
	}
	prompter->is_asked =
		line->side == SIDE_SERVER &&
		(span_starts_letters(line->text, "334") || span_starts_letters(line->text, "+ "));
	buffer_clear(&prompter->octets);
	buffer_add_span(&prompter->octets, line->text);
	buffer_add_text(&prompter->octets, "\r\n");
	feed(prompter, line->side, buffer_span(&prompter->octets));
}

struct span *comparison_secrets(const struct comparison *comparison)
{
	const struct log *log = comparison->log;
	enum mail_protocol protocol = comparison->session->protocol;
	struct prompter prompter = {.log = log};
	struct mail_listener listener = {.context = &prompter, .on_event = on_event};

	prompter.secrets = memory_new(log->count + 1, sizeof *prompter.secrets);
	prompter.mail = mail_new(protocol, &listener);
	buffer_init(&prompter.octets, 0);
	if (log->count > 0 &&
		(log->lines[0].kind == LOG_WITHHELD || log->lines[0].side == SIDE_CLIENT))
		mail_begin_midway(prompter.mail);
	for (; prompter.line < log->count; prompter.line++)
		feed_line(&prompter, protocol);
	mail_end(prompter.mail, SIDE_CLIENT, (struct origin){log->count, 0});
	mail_end(prompter.mail, SIDE_SERVER, (struct origin){log->count, 0});
	mail_free(prompter.mail);
	buffer_fini(&prompter.octets);
	return prompter.secrets;
}
