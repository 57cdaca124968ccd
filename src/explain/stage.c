#include "base/language.h"
#include "explain/catalogue.h"
#include "explain/explain.h"

#include <stdio.h>

enum { STEPS_BACK = 64 }; /* lines of one login looked back at */

/* The first step of the mechanism that is the client's; NULL: there is no such mechanism here. */
static const struct login_step *first_response(const struct line *line)
{
	struct span mechanism = span_text(sasl_name(line->mechanism));
	const struct login_step *step = NULL;

	while ((step = vocabulary_login_step(mechanism, step)) != NULL && step->is_challenge)
		;
	return step;
}

/* Which step the line behind AUTH is, from 1: the client's first message may stand behind AUTH
 * itself; 0: an empty challenge that asks for it. */
static unsigned step_behind(const struct line *command)
{
	const struct login_step *first = first_response(command);

	if (first == NULL)
		return 1;
	if (command->part == SASL_PART_COMMAND)
		return first->number > 1;
	return first->number + 1;
}

/* Which challenge or response of its login a line is. */
static unsigned step_number(const struct session *session, size_t index)
{
	unsigned count = 0;

	for (size_t i = index, left = STEPS_BACK; i > 0 && left > 0; i--, left--) {
		const struct line *before = &session->lines[i - 1];

		if (before->command != session->lines[index].command)
			break;
		if (before->kind == LINE_COMMAND)
			return count + step_behind(before);
		count++;
	}
	return count + 1;
}

/* The step that this line is; NULL: none of those that the vocabulary names. */
static const struct login_step *step_of(const struct session *session, size_t index)
{
	const struct line *line = &session->lines[index];
	struct span mechanism = span_text(sasl_name(line->mechanism));
	const struct login_step *step = NULL;
	unsigned number = step_number(session, index);
	bool is_challenge = line->kind == LINE_CHALLENGE;

	while (number > 0 && (step = vocabulary_login_step(mechanism, step)) != NULL)
		if (step->is_challenge == is_challenge && step->number >= number)
			return step;
	return NULL;
}

static void set_step_id(char *id, const struct login_step *step)
{
	struct span name = span_text(step->mechanism);
	size_t length;

	if (name.at[name.length - 1] == '-')
		name.length--;
	length = (size_t)snprintf(id, CATALOGUE_ID_SIZE, "sasl.step.%.*s.%u", (int)name.length,
		(const char *)name.at, step->number);
	for (size_t i = 0; i < length && i < CATALOGUE_ID_SIZE; i++)
		if (id[i] >= 'A' && id[i] <= 'Z')
			id[i] = (char)(id[i] - 'A' + 'a');
}

static void set_login_id(char *id, const struct session *session, size_t index)
{
	const struct line *line = &session->lines[index];
	const struct login_step *step = step_of(session, index);

	if (line->part == SASL_PART_CANCEL)
		snprintf(id, CATALOGUE_ID_SIZE, "smtp.cancel");
	else if (step != NULL)
		set_step_id(id, step);
	else if (line->kind == LINE_CHALLENGE)
		snprintf(id, CATALOGUE_ID_SIZE, "%s",
			session->protocol == MAIL_SMTP ? "smtp.reply.334" : "pop3.challenge");
	else
		snprintf(id, CATALOGUE_ID_SIZE, "sasl.step");
}

static void set_reply_id(char *id, const struct session *session, size_t index)
{
	const struct line *line = &session->lines[index];
	const char *answered = explain_answered(session, index);
	const struct reply_meaning *row = NULL;

	if (session->protocol == MAIL_POP3 && line->code != 0)
		row = vocabulary_pop3_reply(line->code > 0, answered);
	else if (session->protocol == MAIL_SMTP && line->is_first)
		row = vocabulary_reply(line->code, answered);
	if (row != NULL)
		catalogue_reply_id(id, row, session->protocol == MAIL_SMTP);
}

static void set_record_id(char *id, const struct session *session, struct span text)
{
	bool is_13 = strcmp(session->tls.version, "TLS 1.3") == 0;

	catalogue_record_id(id, text, is_13);
	if (guide_find(id) == NULL)
		catalogue_record_id(id, text, false);
}

static const struct guide *guide_of(const struct session *session, size_t index)
{
	const struct line *line = &session->lines[index];
	char id[CATALOGUE_ID_SIZE] = "";

	switch (line->kind) {
	case LINE_GREETING:
	case LINE_REPLY:
		set_reply_id(id, session, index);
		break;
	case LINE_COMMAND:
		if (line->verb != NULL)
			catalogue_verb_id(id, line->verb);
		break;
	case LINE_CHALLENGE:
	case LINE_RESPONSE:
		set_login_id(id, session, index);
		break;
	case LINE_DATA:
		snprintf(id, sizeof id, "smtp.text");
		break;
	case LINE_BODY:
		snprintf(id, sizeof id, "pop3.text");
		break;
	case LINE_SEALED:
		set_record_id(id, session, line->text);
		break;
	case LINE_GAP:
		break;
	}
	return id[0] != '\0' ? guide_find(id) : NULL;
}

void explain_guide(struct buffer *out, const struct guide *guide)
{
	buffer_printf(out, _("Why here: %s\nNext: %s\n"), _(guide->why), _(guide->next));
}

void text_guide(struct buffer *out, const struct session *session, size_t index)
{
	const struct guide *guide = guide_of(session, index);

	if (guide != NULL)
		explain_guide(out, guide);
}
