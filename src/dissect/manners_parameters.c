#include "dissect/manners_parts.h"

struct parameter {
	const char *name;
	enum offer offer;
	bool (*is_right)(struct span value); /* NULL: anything */
};

static bool is_number(struct span value)
{
	uint64_t number;

	return span_number(value, &number);
}

/* RFC 6152 3, RFC 3030 3 */
static bool is_body(struct span value)
{
	return span_is_letters(value, "7BIT") || span_is_letters(value, "8BITMIME") ||
	       span_is_letters(value, "BINARYMIME");
}

/* RFC 3461 4.3 */
static bool is_return(struct span value)
{
	return span_is_letters(value, "FULL") || span_is_letters(value, "HDRS");
}

/* RFC 3461 4.1:  "NEVER" / 1#("SUCCESS" / "FAILURE" / "DELAY") */
static bool is_notify(struct span value)
{
	if (span_is_letters(value, "NEVER"))
		return true;
	if (value.length == 0)
		return false;
	while (value.length > 0) {
		size_t length = span_index(value, ',');
		struct span word = span_first(value, length);

		if (!span_is_letters(word, "SUCCESS") && !span_is_letters(word, "FAILURE") &&
			!span_is_letters(word, "DELAY"))
			return false;
		value = span_from(value, length + 1);
	}
	return true;
}

/* RFC 3461 4.2:  addr-type ";" xtext */
static bool is_original(struct span value)
{
	size_t at = span_index(value, ';');

	return at > 0 && at + 1 < value.length;
}

static const struct parameter parameters[] = {
	{"SIZE", OFFER_SIZE, is_number},
	{"BODY", OFFER_8BITMIME, is_body},
	{"AUTH", OFFER_AUTH, NULL},
	{"RET", OFFER_DSN, is_return},
	{"ENVID", OFFER_DSN, NULL},
	{"NOTIFY", OFFER_DSN, is_notify},
	{"ORCPT", OFFER_DSN, is_original},
	{"SMTPUTF8", OFFER_SMTPUTF8, NULL},
	{"REQUIRETLS", OFFER_REQUIRETLS, NULL},
	{"BY", OFFER_DELIVERBY, NULL},
	{"HOLDFOR", OFFER_FUTURERELEASE, NULL},
	{"HOLDUNTIL", OFFER_FUTURERELEASE, NULL},
	{"MT-PRIORITY", OFFER_PRIORITY, NULL},
	{"RRVS", OFFER_RRVS, NULL},
};

static bool is_offered(
	const struct manners *manners, const struct parameter *row, struct span value)
{
	if (row->offer == OFFER_8BITMIME && span_is_letters(value, "BINARYMIME"))
		return manners_offers(manners, OFFER_BINARYMIME);
	return manners_offers(manners, row->offer);
}

static void judge(struct recorder *recorder, const struct mail_event *event, struct span word)
{
	struct manners *manners = recorder->manners;
	struct span name = span_first(word, span_index(word, '='));
	struct span value = span_from(word, name.length + 1);

	for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
		const struct parameter *row = &parameters[i];

		if (!span_is_letters(name, row->name))
			continue;
		if (row->is_right != NULL && !row->is_right(value))
			manners_note(recorder, event, FINDING_PARAMETER_FORM, word);
		if (manners->knows_offers && !is_offered(manners, row, value))
			manners_note(recorder, event, FINDING_PARAMETER_UNOFFERED, name);
		if (row->offer == OFFER_SIZE)
			(void)span_number(value, &manners->size_declared);
		manners->is_utf8 = manners->is_utf8 || row->offer == OFFER_SMTPUTF8;
		manners->is_binary = manners->is_binary || span_is_letters(word, "BODY=BINARYMIME");
	}
}

/* Behind the path, which ends with ">": what has no brackets is a finding of its own. */
void manners_parameters(struct recorder *recorder, const struct mail_event *event)
{
	struct span rest = event->text;
	size_t end = span_index(rest, '<');

	if (event->verb->effect == EFFECT_MAIL) {
		recorder->manners->size_declared = 0;
		recorder->manners->is_binary = recorder->manners->is_utf8 = false;
	}
	rest = span_from(rest, end);
	end = rest.length;
	for (size_t i = 0, is_quoted = 0; i < rest.length; i++) {
		if (rest.at[i] == '"')
			is_quoted = !is_quoted;
		if (rest.at[i] == '>' && !is_quoted) {
			end = i;
			break;
		}
	}
	rest = span_trim(span_from(rest, end + 1));
	while (rest.length > 0) {
		struct span word = span_word(&rest);

		if (word.length > 0)
			judge(recorder, event, word);
	}
}
