#include "base/memory.h"
#include "client/smtp_parts.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	LARGE = 64 * 1024,
	CODE = 4, /* digits and blank, in front of a reply's text */
	CITED = LIMIT_REPLY_CITED,
};

/* What has become of a recipient. */
enum fate {
	FATE_WAITING,
	FATE_TAKEN,   /* by RCPT, in the transaction that is open */
	FATE_REFUSED, /* for good, or for this time */
	FATE_CROWDED, /* refused as one too many (452, 552): in a further transaction, maybe */
	FATE_DELIVERED,
};

struct smtp_transaction {
	struct smtp_client *client;
	const struct smtp_envelope *envelope;
	struct span message;
	struct smtp_survey survey;
	struct smtp_recipient *results;
	enum fate *fates;
	int mail_code, data_code; /* 0: no reply yet */
	bool is_text_sent;        /* or as much of it as was taken: no RSET is needed */
};

static size_t count_fate(const struct smtp_transaction *transaction, enum fate fate)
{
	size_t count = 0;

	for (size_t i = 0; i < transaction->envelope->recipient_count; i++)
		count += transaction->fates[i] == fate;
	return count;
}

static void set_result(
	struct smtp_transaction *transaction, size_t place, const struct reply *reply)
{
	struct smtp_recipient *result = &transaction->results[place];
	struct buffer text;

	buffer_init(&text, sizeof result->text - 1);
	conversation_cite_reply(&transaction->client->course.conversation, &text);
	result->code = reply->code;
	snprintf(result->text, sizeof result->text, "%.*s", CITED,
		buffer_text(&text) + (text.length > CODE ? CODE : text.length));
	buffer_fini(&text);
}

/* The reply goes for all recipients of one fate, who now have another. */
static void settle(struct smtp_transaction *transaction, enum fate from, enum fate to)
{
	for (size_t i = 0; i < transaction->envelope->recipient_count; i++)
		if (transaction->fates[i] == from) {
			set_result(transaction, i, &transaction->client->course.conversation.reply);
			transaction->fates[i] = to;
		}
}

static void hear_recipient(
	struct smtp_transaction *transaction, size_t place, const struct reply *reply)
{
	set_result(transaction, place, reply);
	if (smtp_is_good(SMTP_AT_RCPT, reply->code))
		transaction->fates[place] = FATE_TAKEN;
	else if ((reply->code == 452 || reply->code == 552) &&
		 count_fate(transaction, FATE_TAKEN) > 0)
		transaction->fates[place] = FATE_CROWDED;
	else
		transaction->fates[place] = FATE_REFUSED;
}

void smtp_transaction_hear(struct smtp_transaction *transaction, const struct command *command,
	const struct reply *reply)
{
	switch (command->verb->effect) {
	case EFFECT_MAIL:
		transaction->mail_code = reply->code;
		if (!smtp_is_good(SMTP_AT_MAIL, reply->code))
			settle(transaction, FATE_WAITING, FATE_REFUSED);
		break;
	case EFFECT_RECIPIENT:
		/* After a refused MAIL, a refusal of RCPT says nothing more. */
		if (smtp_is_good(SMTP_AT_MAIL, transaction->mail_code))
			hear_recipient(transaction, command->place, reply);
		break;
	case EFFECT_DATA:
		transaction->data_code = reply->code;
		break;
	default:
		break;
	}
}

static enum step say_mail(struct smtp_transaction *transaction)
{
	struct buffer arguments;
	enum step step;

	buffer_init(&arguments, 0);
	smtp_mail_arguments(
		transaction->client, transaction->envelope, &transaction->survey, &arguments);
	step = smtp_say(transaction->client, SMTP_AT_MAIL, buffer_text(&arguments));
	buffer_fini(&arguments);
	return step;
}

static enum step say_recipient(struct smtp_transaction *transaction, size_t place)
{
	struct smtp_client *client = transaction->client;
	struct command command = course_command(&client->course, SMTP_AT_RCPT);
	struct buffer arguments;
	enum step step;

	command.place = place;
	buffer_init(&arguments, 0);
	smtp_rcpt_arguments(client, transaction->envelope, transaction->envelope->recipients[place],
		&arguments);
	step = course_say(&client->course, &command, buffer_text(&arguments));
	buffer_fini(&arguments);
	return step;
}

/* MAIL and the recipients; they may still be waiting for their replies when this returns.
 * STEP_MORE: the session has ended, as asked. */
static enum step say_envelope(struct smtp_transaction *transaction)
{
	struct smtp_client *client = transaction->client;

	if (say_mail(transaction) != STEP_DONE)
		return STEP_FAIL;
	if (transaction->mail_code != 0 && course_ends(&client->course, SMTP_STAGE_MAIL))
		return STEP_MORE;
	for (size_t i = 0; i < transaction->envelope->recipient_count; i++) {
		if (transaction->mail_code != 0 &&
			!smtp_is_good(SMTP_AT_MAIL, transaction->mail_code))
			return STEP_DONE;
		if (transaction->fates[i] == FATE_WAITING &&
			say_recipient(transaction, i) != STEP_DONE)
			return STEP_FAIL;
	}
	return STEP_DONE;
}

/* CHUNKING for what gains by it: much text that need not be looked through for dots. */
static bool wants_chunks(const struct smtp_transaction *transaction)
{
	return !transaction->client->options.no_chunking &&
	       smtp_offers_has(&transaction->client->offers, SMTP_OFFER_CHUNKING) &&
	       transaction->survey.has_eight_bit && transaction->survey.octets >= LARGE;
}

/* RFC 2920 3.1: the server said 354 to DATA although it took no recipient. */
static enum step send_nothing(struct smtp_transaction *transaction)
{
	struct course *course = &transaction->client->course;
	struct command command = course_command(course, SMTP_AT_MESSAGE);

	if (conversation_send(&course->conversation, span_text(".\r\n"),
		    smtp_steps[SMTP_AT_BLOCK].seconds) != STEP_DONE)
		return STEP_FAIL;
	return conversation_hear(&course->conversation, &command);
}

static enum step send_text(struct smtp_transaction *transaction)
{
	struct smtp_client *client = transaction->client;
	struct command command = course_command(&client->course, SMTP_AT_MESSAGE);

	if (smtp_send_data(client, transaction->message) != STEP_DONE ||
		conversation_hear(&client->course.conversation, &command) != STEP_DONE)
		return STEP_FAIL;
	return STEP_DONE;
}

/* From DATA to the last reply. */
static enum step say_data(struct smtp_transaction *transaction)
{
	struct smtp_client *client = transaction->client;
	enum step step;

	if (client->course.conversation.count == 0 && count_fate(transaction, FATE_TAKEN) == 0)
		return STEP_DONE;
	if (smtp_say(client, SMTP_AT_DATA, NULL) != STEP_DONE)
		return STEP_FAIL;
	if (!smtp_is_good(SMTP_AT_DATA, transaction->data_code)) {
		settle(transaction, FATE_TAKEN, FATE_REFUSED);
		return STEP_DONE;
	}
	transaction->is_text_sent = true;
	client->course.cannot_quit = true;
	if (course_ends(&client->course, SMTP_STAGE_DATA))
		return STEP_MORE;
	step = count_fate(transaction, FATE_TAKEN) > 0 ? send_text(transaction)
						       : send_nothing(transaction);
	client->course.cannot_quit = step != STEP_DONE;
	return step;
}

static enum step say_chunks(struct smtp_transaction *transaction)
{
	struct smtp_client *client = transaction->client;

	if (conversation_finish(&client->course.conversation) != STEP_DONE)
		return STEP_FAIL;
	if (count_fate(transaction, FATE_TAKEN) == 0)
		return STEP_DONE;
	if (course_ends(&client->course, SMTP_STAGE_RCPT) ||
		course_ends(&client->course, SMTP_STAGE_DATA))
		return STEP_MORE;
	if (smtp_send_chunks(client, transaction->message) != STEP_DONE)
		return STEP_FAIL;
	transaction->is_text_sent =
		smtp_is_good(SMTP_AT_BDAT, client->course.conversation.reply.code);
	return STEP_DONE;
}

/* One transaction with all recipients that wait. */
static enum step transact(struct smtp_transaction *transaction)
{
	struct smtp_client *client = transaction->client;
	enum step step;

	transaction->mail_code = transaction->data_code = 0;
	transaction->is_text_sent = false;
	step = say_envelope(transaction);
	if (step == STEP_DONE && client->course.conversation.count == 0 &&
		smtp_is_good(SMTP_AT_MAIL, transaction->mail_code) &&
		course_ends(&client->course, SMTP_STAGE_RCPT))
		return STEP_MORE;
	if (step == STEP_DONE)
		step = wants_chunks(transaction) ? say_chunks(transaction) : say_data(transaction);
	if (step != STEP_DONE)
		return step;
	if (count_fate(transaction, FATE_TAKEN) > 0) {
		bool is_good =
			smtp_is_good(SMTP_AT_MESSAGE, client->course.conversation.reply.code);

		settle(transaction, FATE_TAKEN, is_good ? FATE_DELIVERED : FATE_REFUSED);
	}
	if (transaction->is_text_sent || !smtp_is_good(SMTP_AT_MAIL, transaction->mail_code))
		return STEP_DONE;
	return smtp_say(client, SMTP_AT_RSET, NULL);
}

/* The failure when no recipient was served: that which may pass before that which will not. */
static enum step tell_refusal(struct smtp_transaction *transaction)
{
	struct conversation *conversation = &transaction->client->course.conversation;
	const struct smtp_recipient *worst = &transaction->results[0];
	const char *who = transaction->envelope->recipients[0];
	struct reply reply = {0};

	for (size_t i = 0; i < transaction->envelope->recipient_count; i++)
		if (transaction->results[i].code / 100 == 4 && worst->code / 100 != 4) {
			worst = &transaction->results[i];
			who = transaction->envelope->recipients[i];
		}
	reply.code = worst->code;
	return conversation_fail(conversation, smtp_fail_code(&reply),
		"the message was not taken for %s: %d %s", who, worst->code, worst->text);
}

/* Transactions until no recipient is left who may be served by another one (RFC 5321 4.5.3.1.10).
 */
static enum step transact_all(struct smtp_transaction *transaction)
{
	size_t served;
	enum step step;

	do {
		served = count_fate(transaction, FATE_DELIVERED);
		step = transact(transaction);
		if (step != STEP_DONE)
			return step;
		for (size_t i = 0; i < transaction->envelope->recipient_count; i++)
			if (transaction->fates[i] == FATE_CROWDED)
				transaction->fates[i] = FATE_WAITING;
	} while (count_fate(transaction, FATE_WAITING) > 0 &&
		 count_fate(transaction, FATE_DELIVERED) > served);
	return STEP_DONE;
}

/* Those of whom the session's end left nothing known. */
static void tell_lost(struct smtp_transaction *transaction)
{
	for (size_t i = 0; i < transaction->envelope->recipient_count; i++)
		if (transaction->fates[i] == FATE_WAITING || transaction->fates[i] == FATE_TAKEN) {
			struct smtp_recipient *result = &transaction->results[i];

			result->code = 0;
			snprintf(result->text, sizeof result->text, "%s",
				transaction->client->course.conversation.fail.text);
		}
}

static enum step run(struct smtp_transaction *transaction)
{
	struct smtp_client *client = transaction->client;
	enum step step;

	if (smtp_envelope_check(client, transaction->envelope, &transaction->survey) != STEP_DONE)
		return STEP_FAIL;
	client->transaction = transaction;
	step = transact_all(transaction);
	client->transaction = NULL;
	if (step == STEP_FAIL)
		tell_lost(transaction);
	if (count_fate(transaction, FATE_DELIVERED) > 0) {
		course_ends(&client->course, SMTP_STAGE_MESSAGE);
		return STEP_DONE;
	}
	if (step != STEP_DONE)
		return step;
	course_ends(&client->course, SMTP_STAGE_MESSAGE);
	return tell_refusal(transaction);
}

enum step smtp_client_send(struct smtp_client *client, const struct smtp_envelope *envelope,
	struct span message, struct smtp_recipient *results)
{
	struct smtp_transaction transaction = {
		.client = client, .envelope = envelope, .message = message, .results = results};
	enum step step;

	memset(results, 0, envelope->recipient_count * sizeof *results);
	step = course_check_ready(&client->course, SMTP_STAGE_MAIL);
	if (step != STEP_DONE)
		return step;
	smtp_survey(message, &transaction.survey);
	transaction.fates = memory_new(envelope->recipient_count + 1, sizeof *transaction.fates);
	step = run(&transaction);
	free(transaction.fates);
	return step;
}
