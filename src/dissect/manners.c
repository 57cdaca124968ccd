#include "base/language.h"
#include "dissect/manners_parts.h"

#include <stdio.h>

enum { TEXT_FIRST = 16 };

void manners_keep(struct recorder *recorder, struct manners_text *text, struct span span)
{
	uint16_t size = text->size > 0 ? text->size : TEXT_FIRST;

	text->length = span.length <= MANNERS_TEXT ? (uint16_t)span.length : 0;
	if (text->length == 0)
		return;
	while (size < text->length)
		size *= 2;
	if (size > text->size) {
		text->at = arena_new(&recorder->session.arena, size);
		text->size = size;
	}
	memcpy(text->at, span.at, text->length);
}

struct span manners_kept(const struct manners_text *text)
{
	return span_of(text->at, text->length);
}

void manners_note(struct recorder *recorder, const struct mail_event *event, enum finding_id id,
	struct span detail)
{
	recorder_note(recorder, &(struct finding_note){.id = id,
					.side = event->side,
					.frame = event->last.frame,
					.line = recorder->line_number,
					.detail = detail,
					.once = true});
}

/* RFC 5321 2.3.5, 4.1.3: a name with a dot in it, or an address in brackets. */
static void judge_hello(struct recorder *recorder, const struct mail_event *event)
{
	struct span name = event->text;

	span_word(&name);
	if (recorder->session.protocol != MAIL_SMTP || name.length == 0 || name.at[0] == '[' ||
		span_index(name, '.') < name.length)
		return;
	manners_note(recorder, event, FINDING_HELLO_NAME, name);
}

/* Whether a mechanism stands in the list; a list that was too long has everything. */
static bool has_mechanism(const struct manners *manners, struct span name)
{
	struct span list = manners_kept(&manners->mechanisms);

	if (list.length == 0)
		return true;
	while (list.length > 0)
		if (span_same_letters(span_word(&list), name))
			return true;
	return false;
}

static void judge_auth(struct recorder *recorder, const struct mail_event *event)
{
	const struct manners *manners = recorder->manners;
	struct span name = event->text;

	span_word(&name);
	name = span_first(name, span_index(name, ' '));
	if (manners->knows_offers && name.length > 0 && !has_mechanism(manners, name))
		manners_note(recorder, event, FINDING_MECHANISM_UNOFFERED,
			event->secret.at == name.at ? span_of(NULL, 0) : name);
	manners_login(recorder, event);
}

/* Extensions that bring a command of their own. */
static void judge_offer(struct recorder *recorder, const struct mail_event *event)
{
	const struct manners *manners = recorder->manners;
	bool is_smtp = recorder->session.protocol == MAIL_SMTP;
	const char *name = event->verb->name;
	enum offer needed = OFFER_COUNT;

	if (strcmp(name, "STARTTLS") == 0)
		needed = OFFER_STARTTLS;
	else if (strcmp(name, "STLS") == 0)
		needed = OFFER_STLS;
	else if (strcmp(name, "AUTH") == 0)
		needed = is_smtp ? OFFER_AUTH : OFFER_SASL;
	else if (strcmp(name, "BDAT") == 0)
		needed = OFFER_CHUNKING;
	if (needed < OFFER_COUNT && manners->knows_offers && !manners_offers(manners, needed))
		manners_note(recorder, event, FINDING_COMMAND_UNOFFERED, span_text(name));
}

/* A secret is not kept: it would be no news that the same password is wrong again. */
static void judge_repetition(struct recorder *recorder, const struct mail_event *event)
{
	struct manners *manners = recorder->manners;
	struct span refused = manners_kept(&manners->refused);

	if (refused.length > 0 && span_equal(refused, event->text))
		manners_note(recorder, event, FINDING_REPEATED, span_text(event->verb->name));
	manners_keep(recorder, &manners->said,
		event->secret.length > 0 ? span_of(NULL, 0) : event->text);
	manners->command = recorder->commands;
}

/* What an eavesdropper would write down. */
static void take_names(struct recorder *recorder, const struct mail_event *event)
{
	struct manners *manners = recorder->manners;
	struct span name = event->text;

	span_word(&name);
	if (event->verb->effect == EFFECT_USER && event->secret.length == 0)
		manners_keep(recorder, &manners->user, name);
	else if (event->verb->effect == EFFECT_MAIL && manners->sender.length == 0)
		manners_keep(recorder, &manners->sender, mail_path(event->text));
	else if (event->verb->effect == EFFECT_RECIPIENT && manners->recipient.length == 0)
		manners_keep(recorder, &manners->recipient, mail_path(event->text));
}

static void judge_effect(struct recorder *recorder, const struct mail_event *event)
{
	struct manners *manners = recorder->manners;

	switch (event->verb->effect) {
	case EFFECT_HELLO:
		judge_hello(recorder, event);
		break;
	case EFFECT_MAIL:
	case EFFECT_RECIPIENT:
		manners_parameters(recorder, event);
		break;
	case EFFECT_DATA:
		if (manners->is_binary)
			manners_note(recorder, event, FINDING_BINARY_DATA, span_of(NULL, 0));
		break;
	case EFFECT_AUTH:
		judge_auth(recorder, event);
		break;
	case EFFECT_TLS:
		if (manners->has_utf8)
			manners_note(recorder, event, FINDING_STLS_UTF8, span_of(NULL, 0));
		break;
	case EFFECT_DELETE:
		manners->has_deleted = true;
		break;
	case EFFECT_RESET:
		manners->has_deleted = false;
		break;
	case EFFECT_QUIT:
		manners->has_quit = true;
		break;
	default:
		break;
	}
}

static void judge_command(struct recorder *recorder, const struct mail_event *event)
{
	struct manners *manners = recorder->manners;

	if (manners->has_refused_greeting &&
		(event->verb == NULL || event->verb->effect != EFFECT_QUIT))
		manners_note(recorder, event, FINDING_GREETING_IGNORED, span_of(NULL, 0));
	if (event->verb == NULL)
		return;
	if (strcmp(event->verb->name, "APOP") == 0 && recorder->has_greeting &&
		!manners->has_time_stamp)
		manners_note(recorder, event, FINDING_APOP_STAMP, span_of(NULL, 0));
	take_names(recorder, event);
	judge_offer(recorder, event);
	judge_effect(recorder, event);
	judge_repetition(recorder, event);
}

static void take_greeting(struct recorder *recorder, const struct mail_event *event)
{
	struct manners *manners = recorder->manners;

	recorder->has_greeting = true;
	manners->has_refused_greeting = event->code < 0 || event->code >= 400;
	manners->has_time_stamp = span_index(event->text, '<') < span_index(event->text, '>') &&
				  span_index(event->text, '>') < event->text.length;
}

static void take_offer(struct recorder *recorder, const struct mail_event *event, struct span text)
{
	static const char *const names[] = {
#define X(id, name) name,
		OFFERS(X)
#undef X
	};
	struct manners *manners = recorder->manners;
	struct span word = span_word(&text);
	struct span name = span_first(word, span_index(word, '='));

	for (unsigned i = 0; i < OFFER_COUNT; i++)
		if (span_is_letters(name, names[i]))
			manners->offers |= 1u << i;
	if (span_is_letters(name, "SIZE"))
		(void)span_number(span_trim(text), &manners->size_limit);
	if (span_is_letters(word, "AUTH") || span_is_letters(word, "SASL"))
		manners_keep(recorder, &manners->mechanisms, span_trim(text));
	if (recorder->session.transport != TRANSPORT_CLEAR && recorder->is_opened &&
		(span_is_letters(word, "STARTTLS") || span_is_letters(word, "STLS")))
		manners_note(recorder, event, FINDING_TLS_OFFER_INSIDE, span_of(NULL, 0));
}

/* Every EHLO and every CAPA makes a new list. */
static void take_offers(struct recorder *recorder, const struct mail_event *event)
{
	struct manners *manners = recorder->manners;
	bool is_smtp = recorder->session.protocol == MAIL_SMTP;

	if (event->is_first) {
		manners->offers = 0;
		manners->size_limit = 0;
		manners->mechanisms.length = 0;
	} else {
		take_offer(recorder, event, is_smtp ? span_from(event->text, 4) : event->text);
	}
	if (event->is_final)
		manners->knows_offers = event->code != -1 && event->code < 400;
}

/* RFC 2034 4:  class "." subject "." detail, a blank behind it. Its class, or 0. */
static int status_class(struct span text)
{
	size_t dots = 0, i = 0;

	for (; i < text.length && text.at[i] != ' '; i++) {
		if (text.at[i] == '.')
			dots++;
		else if (text.at[i] < '0' || text.at[i] > '9')
			return 0;
	}
	return dots == 2 && i >= 5 && text.at[1] == '.' ? text.at[0] - '0' : 0;
}

static void judge_status(struct recorder *recorder, const struct mail_event *event)
{
	const struct manners *manners = recorder->manners;
	int first = event->code / 100, class = status_class(span_from(event->text, 4));

	if (!manners->knows_offers || !manners_offers(manners, OFFER_STATUS) || !event->is_first ||
		first == 3 || first < 2 || first > 5 ||
		(event->verb != NULL && event->verb->effect == EFFECT_HELLO))
		return;
	if (class == 0)
		manners_note(recorder, event, FINDING_STATUS_MISSING, span_of(NULL, 0));
	else if (class != first)
		manners_note(recorder, event, FINDING_STATUS_CLASS,
			span_first(event->text, span_index(event->text, ' ') + 6));
}

static void judge_reply(struct recorder *recorder, const struct mail_event *event)
{
	struct manners *manners = recorder->manners;
	bool is_smtp = recorder->session.protocol == MAIL_SMTP;
	const char *name = event->verb != NULL ? event->verb->name : "";

	if (is_smtp && event->asked_number != 0)
		judge_status(recorder, event);
	if (strcmp(name, "EHLO") == 0 || strcmp(name, "LHLO") == 0 || strcmp(name, "CAPA") == 0)
		take_offers(recorder, event);
	else if (strcmp(name, "HELO") == 0 && event->is_final) /* RFC 5321 3.2: no extensions */
		manners->offers = 0, manners->knows_offers = event->code == 250;
	if (strcmp(name, "UTF8") == 0 && event->code == 1)
		manners->has_utf8 = true;
	if (event->is_final && event->code >= 500 && event->asked_number != 0)
		manners->refused.length = 0;
	if (event->is_final && event->code >= 500 && event->asked_number == manners->command)
		manners_keep(recorder, &manners->refused, manners_kept(&manners->said));
}

/* RFC 5322 2.2, RFC 6532: a header is ASCII, or UTF-8 where SMTPUTF8 was said. */
static void judge_header(struct recorder *recorder, const struct mail_event *event)
{
	static const uint8_t END[] = {'\r', '\n', '\r', '\n'};
	struct manners *manners = recorder->manners;

	for (size_t i = 0; manners->is_in_header && i < event->text.length; i++) {
		uint8_t c = event->text.at[i];

		if (c >= 0x80 && !manners->is_utf8)
			manners_note(recorder, event, FINDING_HEADER_8BIT, span_of(NULL, 0));
		if (c == END[manners->header_end])
			manners->header_end++;
		else
			manners->header_end = c == '\r';
		manners->is_in_header = manners->header_end < sizeof END;
	}
}

static void judge_size(struct recorder *recorder, const struct mail_event *event)
{
	const struct manners *manners = recorder->manners;
	uint64_t octets = recorder->message_octets;
	char detail[64];
	int length;

	if (event->side != SIDE_CLIENT || !event->is_complete)
		return;
	length = snprintf(detail, sizeof detail, "%llu %s", (unsigned long long)octets,
		language_count("octet", "octets", octets));
	if (manners->knows_offers && manners->size_limit > 0 && octets > manners->size_limit)
		manners_note(recorder, event, FINDING_OVER_SIZE, span_of(detail, (size_t)length));
	if (manners->size_declared > 0 && octets > manners->size_declared)
		manners_note(recorder, event, FINDING_SIZE_LOW, span_of(detail, (size_t)length));
}

void manners_event(struct recorder *recorder, const struct mail_event *event)
{
	struct manners *manners = recorder->manners;

	if (event->kind == MAIL_GAP)
		manners->is_lossy = true;
	if (manners->is_lossy)
		return;
	switch (event->kind) {
	case MAIL_GREETING:
		take_greeting(recorder, event);
		break;
	case MAIL_COMMAND:
		judge_command(recorder, event);
		break;
	case MAIL_REPLY:
		judge_reply(recorder, event);
		break;
	case MAIL_CHALLENGE:
	case MAIL_RESPONSE:
		manners_login(recorder, event);
		break;
	case MAIL_MESSAGE_BEGIN:
		manners->messages++;
		manners->is_in_header = true;
		manners->header_end = 2; /* the text's first line may be the empty one */
		break;
	case MAIL_MESSAGE_TEXT:
		if (manners->is_in_header)
			judge_header(recorder, event);
		break;
	case MAIL_MESSAGE_END:
		judge_size(recorder, event);
		break;
	case MAIL_TLS: /* RFC 3207 4.2, RFC 2595 4: what was offered in clear is forgotten */
		manners->knows_offers = false;
		break;
	default:
		break;
	}
}
