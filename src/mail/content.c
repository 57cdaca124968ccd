#include "mail/content.h"

#include "mail/conversation.h"
#include "mail/scan.h"

/* What is said once a message; the bits of content.wants. */
enum {
	WANTS_BARE_LF = SCAN_BARE_LF,
	WANTS_BARE_CR = SCAN_BARE_CR,
	WANTS_FALSE_END = 1 << 2,
	WANTS_UNSTUFFED = 1 << 3,
	WANTS_ALL = WANTS_BARE_LF | WANTS_BARE_CR | WANTS_FALSE_END | WANTS_UNSTUFFED,
};

static const struct {
	unsigned bit;
	enum oddity oddity;
} text_oddities[] = {
	{WANTS_BARE_LF, ODDITY_BARE_LF},
	{WANTS_BARE_CR, ODDITY_BARE_CR},
	{WANTS_FALSE_END, ODDITY_FALSE_END},
	{WANTS_UNSTUFFED, ODDITY_UNSTUFFED_DOT},
};

/* The octets of a chunk that are text and were not given yet begin here. */
struct run {
	const struct chunk *chunk;
	size_t begin;
};

static void content_odd(struct mail *mail, unsigned bit)
{
	struct content *content = &mail->content;

	if (!(content->wants & bit))
		return;
	content->wants &= (uint8_t)~bit;
	for (size_t i = 0; i < sizeof text_oddities / sizeof text_oddities[0]; i++)
		if (text_oddities[i].bit == bit)
			conversation_odd(
				mail, content->side, text_oddities[i].oddity, content->last);
}

static void content_event(const struct mail *mail, struct mail_event *event,
	enum mail_event_kind kind, struct origin origin)
{
	event_begin(event, kind, mail->content.side, origin);
	event->verb = mail->content.asked.verb;
	event->asked_number = mail->content.asked.number;
}

void content_open(struct mail *mail, const struct asked *asked, enum side side)
{
	struct asked copy = *asked; /* it may be that of the content before */

	content_close(mail, false);
	mail->has_content = true;
	mail->content = (struct content){.asked = copy,
		.side = side,
		.state = TEXT_LINE,
		.is_last = true,
		.wants = mail->wants_oddities ? WANTS_ALL : 0};
}

void content_begin(struct mail *mail, struct origin origin)
{
	struct content *content = &mail->content;
	struct mail_event event;

	if (content->is_begun)
		return;
	content->is_begun = true;
	content->first = content->last = origin;
	content_event(mail, &event, MAIL_MESSAGE_BEGIN, origin);
	conversation_give(mail, &event);
}

static void content_give(struct mail *mail, struct span text, struct origin origin)
{
	struct content *content = &mail->content;
	struct mail_event event;

	content->length += text.length;
	if (mail->is_brief)
		return;
	content_event(mail, &event, MAIL_MESSAGE_TEXT, origin);
	event.text = text;
	event.octets = text.length + content->skipped;
	content->skipped = 0;
	conversation_give(mail, &event);
}

static void run_give(struct mail *mail, const struct run *run, size_t end)
{
	struct span text = span_first(span_from(run->chunk->bytes, run->begin), end - run->begin);

	if (end > run->begin)
		content_give(mail, text, run->chunk->origin);
}

static bool is_behind_cr(enum text_state state)
{
	return state == TEXT_CR || state == TEXT_DOT_CR || state == TEXT_LF_DOT_CR;
}

/* What an octet of the text leads to, when its dots need no more attention. */
static enum text_state text_next(struct mail *mail, uint8_t octet)
{
	enum text_state state = mail->content.state;

	if (octet == '\n') {
		if (is_behind_cr(state) || state == TEXT_GAP)
			return TEXT_LINE;
		content_odd(mail, WANTS_BARE_LF);
		return TEXT_LF;
	}
	if (is_behind_cr(state))
		content_odd(mail, WANTS_BARE_CR);
	if (octet == '\r')
		return TEXT_CR;
	if (octet != '.')
		return TEXT_INSIDE;
	return is_behind_cr(state) ? TEXT_CR_DOT : state == TEXT_LF ? TEXT_LF_DOT : TEXT_INSIDE;
}

/* The dot that begins a line is the sender's (RFC 5321 4.5.2): the text before it goes out. */
static void text_drop_dot(struct mail *mail, struct run *run, size_t at)
{
	run_give(mail, run, at);
	run->begin = at + 1;
	mail->content.skipped++;
	mail->content.state = TEXT_DOT;
}

/* The CR behind such a dot was text after all: it may have come in an earlier chunk. */
static void text_give_cr(struct mail *mail, const struct run *run, size_t at)
{
	if (run == NULL || run->begin == at)
		content_give(mail, span_text("\r"), mail->content.held);
}

/* Takes the octet at offset; true when it is the last of the message. */
static bool text_step(struct mail *mail, struct run *run, size_t at)
{
	struct content *content = &mail->content;
	uint8_t octet = run->chunk->bytes.at[at];
	bool is_line_end = octet == '\r' || octet == '\n';

	switch (content->state) {
	case TEXT_LINE:
		if (octet == '.') {
			text_drop_dot(mail, run, at);
			return false;
		}
		break;
	case TEXT_DOT:
		if (octet == '\r') {
			content->held = run->chunk->origin;
			content->state = TEXT_DOT_CR;
			return false;
		}
		if (octet == '\n')
			content->look_alike = content->octets + at + 1;
		if (octet != '.')
			content_odd(mail, octet == '\n' ? WANTS_FALSE_END : WANTS_UNSTUFFED);
		break;
	case TEXT_DOT_CR:
		if (octet == '\n')
			return true;
		text_give_cr(mail, run, at);
		content_odd(mail, WANTS_FALSE_END);
		break;
	case TEXT_CR_DOT:
		if (is_line_end)
			content_odd(mail, WANTS_FALSE_END);
		break;
	case TEXT_LF_DOT:
	case TEXT_LF_DOT_CR:
		if (!is_line_end || (octet == '\r' && content->state == TEXT_LF_DOT_CR))
			break;
		content_odd(mail, WANTS_FALSE_END);
		content->look_alike = content->octets + at + 1;
		if (octet == '\r') {
			content->state = TEXT_LF_DOT_CR;
			return false;
		}
		break;
	default:
		break;
	}
	content->state = text_next(mail, octet);
	return false;
}

/* The state behind the octet at offset, when no CR stands before the text. */
static enum text_state text_behind(struct span text, size_t at)
{
	if (text.at[at] == '\r')
		return TEXT_CR;
	if (text.at[at] != '\n')
		return TEXT_INSIDE;
	return at > 0 && text.at[at - 1] == '\r' ? TEXT_LINE : TEXT_LF;
}

/* From inside a line to the next place that needs a look. */
static size_t text_skip(struct mail *mail, const struct chunk *chunk, size_t at)
{
	struct content *content = &mail->content;
	struct span rest = span_from(chunk->bytes, at);
	unsigned wants = content->wants & (WANTS_BARE_LF | WANTS_BARE_CR);
	size_t stop;

	if (content->wants & WANTS_FALSE_END)
		wants |= SCAN_BARE_CR;
	stop = scan_text(rest, wants);
	if (stop == rest.length)
		stop--;
	content->state = text_behind(rest, stop);
	if (content->state == TEXT_LF)
		content_odd(mail, WANTS_BARE_LF);
	return at + stop + 1;
}

size_t content_feed(struct mail *mail, const struct chunk *chunk)
{
	struct content *content = &mail->content;
	struct run run = {chunk, 0};
	size_t at = 0;

	content_begin(mail, chunk->origin);
	content->last = chunk->origin;
	while (at < chunk->bytes.length) {
		if (content->state == TEXT_INSIDE) {
			at = text_skip(mail, chunk, at);
		} else if (text_step(mail, &run, at++)) {
			content->octets += at;
			content_close(mail, !content->is_partial);
			return at;
		}
	}
	if (content->state != TEXT_DOT_CR)
		run_give(mail, &run, at);
	content->octets += at;
	return at;
}

size_t content_feed_octets(struct mail *mail, const struct chunk *chunk)
{
	struct content *content = &mail->content;
	struct span text = span_first(chunk->bytes,
		content->left < chunk->bytes.length ? (size_t)content->left : chunk->bytes.length);

	content->last = chunk->origin;
	content->left -= text.length;
	content->octets += text.length;
	content_give(mail, text, chunk->origin);
	return text.length;
}

void content_break(struct mail *mail)
{
	struct content *content = &mail->content;

	if (content->state == TEXT_DOT_CR)
		text_give_cr(mail, NULL, 0);
	content->state = TEXT_GAP;
	content->is_partial = true;
}

void content_close(struct mail *mail, bool is_complete)
{
	struct content *content = &mail->content;
	struct mail_event event;

	if (!mail->has_content)
		return;
	mail->has_content = false;
	if (!content->is_begun)
		return;
	content_event(mail, &event, MAIL_MESSAGE_END, content->first);
	event.last = content->last;
	event.octets = content->octets;
	event.is_final = content->is_last;
	event.is_complete = is_complete;
	conversation_give(mail, &event);
	if (!is_complete)
		conversation_odd(mail, content->side, ODDITY_MESSAGE_CUT, content->last);
	else if (content->has_declared && content->declared != content->length)
		conversation_odd(mail, content->side, ODDITY_SIZE_DIFFERS, content->last);
}
