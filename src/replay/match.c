#include "replay/match.h"

#include "mail/mail.h"

enum { EXPECTED = 3 }; /* commands named */

/* What an argument must have in common with the recorded one. */
enum argument {
	ARGUMENT_ANY,    /* names, addresses, secrets: any, but not none */
	ARGUMENT_PATH,   /* the null path is of its own kind */
	ARGUMENT_NUMBER, /* of a message: the same, or none as well */
	ARGUMENT_FREE,   /* does not matter */
};

static enum argument argument_of(const struct verb *verb)
{
	switch (verb->effect) {
	case EFFECT_MAIL:
		return ARGUMENT_PATH;
	case EFFECT_RECIPIENT:
	case EFFECT_USER:
	case EFFECT_PASSWORD:
	case EFFECT_HELLO:
	case EFFECT_BDAT:
	case EFFECT_AUTH:
		return ARGUMENT_ANY;
	case EFFECT_RETRIEVE:
	case EFFECT_DELETE:
		return ARGUMENT_NUMBER;
	default:
		break;
	}
	if (verb->shape == REPLY_MANY_WITHOUT_ARGUMENT) /* LIST, UIDL */
		return ARGUMENT_NUMBER;
	return ARGUMENT_FREE;
}

static struct span behind_verb(struct span line)
{
	(void)span_word(&line);
	return span_trim(line);
}

static bool same_number(struct span a, struct span b)
{
	uint64_t first, second;
	struct span x = span_word(&a), y = span_word(&b);

	if (span_number(x, &first) && span_number(y, &second))
		return first == second;
	return span_same_letters(x, y);
}

static bool same_kind(const struct verb *verb, struct span recorded, struct span live)
{
	struct span a = behind_verb(recorded), b = behind_verb(live);

	switch (argument_of(verb)) {
	case ARGUMENT_PATH:
		return (mail_path(recorded).length == 0) == (mail_path(live).length == 0);
	case ARGUMENT_NUMBER:
		return same_number(a, b);
	case ARGUMENT_ANY:
		return (a.length == 0) == (b.length == 0);
	default:
		return true;
	}
}

/* Verbs that nobody knows are compared by their first words. */
static bool same_verb(const struct tape_step *step, const struct verb *verb, struct span line)
{
	struct span said = step->said;

	if (step->kind != TAPE_COMMAND || step->verb != verb)
		return false;
	return verb != NULL || span_same_letters(span_word(&said), span_word(&line));
}

/* An address names a mailbox, whatever parameters follow it; a mechanism one way to log in. */
static bool same_argument(const struct verb *verb, struct span recorded, struct span live)
{
	struct span a = behind_verb(recorded), b = behind_verb(live);

	if (verb != NULL && verb->effect == EFFECT_AUTH)
		return span_same_letters(span_word(&a), span_word(&b));
	if (verb != NULL && (verb->effect == EFFECT_MAIL || verb->effect == EFFECT_RECIPIENT))
		return span_same_letters(mail_path(recorded), mail_path(live));
	return span_same_letters(a, b);
}

enum { NEW = 1, SAME = 2, IN_TLS = 4 };

enum replay_near replay_match(const struct tape *tape, const uint8_t *used,
	const struct replay_asked *asked, size_t *index)
{
	const struct verb *verb = vocabulary_verb(tape->protocol, asked->line);
	enum replay_near near = REPLAY_NEAR_NOTHING;
	int best = -1;

	for (size_t i = 0; i < tape->count; i++) {
		const struct tape_step *step = &tape->steps[i];
		int score;

		if (!same_verb(step, verb, asked->line))
			continue;
		if (verb != NULL && !same_kind(verb, step->said, asked->line)) {
			near = near == REPLAY_NEAR_STEP ? near : REPLAY_NEAR_ARGUMENT;
			continue;
		}
		near = REPLAY_NEAR_STEP;
		score = (used[i] == 0 ? NEW : 0) |
			(same_argument(verb, step->said, asked->line) ? SAME : 0) |
			(step->is_sealed == asked->is_sealed ? IN_TLS : 0);
		/* The first that is new; the last that is not. */
		if (score > best || (score == best && used[i] != 0)) {
			best = score;
			*index = i;
		}
	}
	return near;
}

/* A command without what may be secret in it. */
static void add_command(const struct tape_step *step, struct buffer *out)
{
	struct span said = step->said;
	struct span first = span_word(&said);
	bool has_number = step->verb != NULL && argument_of(step->verb) == ARGUMENT_NUMBER;

	buffer_add_span(out, step->verb != NULL ? span_text(step->verb->name) : first);
	if (!has_number || said.length == 0)
		return;
	buffer_add_byte(out, ' ');
	buffer_add_span(out, span_first(span_word(&said), 10));
}

static bool is_in_store(const struct tape *tape, const uint8_t *used, size_t i)
{
	const struct tape_step *step = &tape->steps[i];

	if (step->kind != TAPE_COMMAND || step->verb == NULL || used[i] != 0)
		return false;
	for (size_t before = 0; before < i; before++)
		if (tape->steps[before].kind == TAPE_COMMAND && used[before] == 0 &&
			tape->steps[before].verb == step->verb)
			return false;
	return true;
}

void replay_add_expected(const struct tape *tape, const uint8_t *used, struct buffer *out)
{
	unsigned count = 0;

	for (size_t i = 0; i < tape->count && count < EXPECTED; i++) {
		if (!is_in_store(tape, used, i))
			continue;
		buffer_add_text(out, count++ == 0 ? "" : " or ");
		add_command(&tape->steps[i], out);
	}
	if (count == 0)
		buffer_add_text(out, "nothing more");
}
