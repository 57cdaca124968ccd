#include "dissect/outcome.h"

#include "base/limits.h"

static bool is_positive(const struct mail_event *event)
{
	return event->code == 1 || (event->code >= 200 && event->code < 400);
}

static bool is_temporary(const struct mail_event *event)
{
	return event->code >= 400 && event->code < 500;
}

static uint32_t recipients_answered(const struct recorder *recorder)
{
	return recorder->recipients_accepted + recorder->recipients_deferred +
	       recorder->recipients_refused;
}

/* The message that waits longest for its reply; NULL when messages are not kept. One that was given
 * up before its last chunk is not answered. */
static struct message *next_unanswered(struct recorder *recorder)
{
	struct session *session = &recorder->session;

	while (recorder->next_answered < session->message_count &&
		!session->messages[recorder->next_answered].is_sent)
		recorder->next_answered++;
	return recorder->next_answered < session->message_count
		       ? &session->messages[recorder->next_answered++]
		       : NULL;
}

static void answer_message(struct recorder *recorder, const struct mail_event *event)
{
	struct message *message = recorder->is_terse ? NULL : next_unanswered(recorder);

	recorder->messages_answered++;
	if (is_positive(event))
		recorder->messages_accepted++;
	else if (is_temporary(event))
		recorder->messages_deferred++;
	else
		recorder->messages_refused++;
	if (message == NULL)
		return;
	/* Pipelined, a message may begin before its envelope is answered. */
	message->sender = recorder->sender;
	message->has_sender = recorder->has_sender;
	message->recipients = recorder->recipients;
	message->recipient_count = recorder->recipient_count;
	message->refused_count = recorder->refused_count;
	message->is_accepted = is_positive(event);
	message->reply = arena_copy(&recorder->session.arena, event->text);
}

/* In this transaction recipients were named, and none was accepted. */
static bool has_no_recipient(const struct recorder *recorder)
{
	return recorder->recipients_accepted == recorder->accepted_before &&
	       recipients_answered(recorder) > recorder->answered_before;
}

/* DATA has two replies, 354 and that to the message; each BDAT has one, the message's is that to
 * the last. */
static void reply_to_text(struct recorder *recorder, const struct mail_event *event)
{
	if (event->code == 354)
		return;
	if (event->answers_message && recorder->messages_answered < recorder->messages_sent)
		answer_message(recorder, event);
	else if (has_no_recipient(recorder))
		return; /* their replies say how it ended, this one only follows from them */
	else if (is_temporary(event))
		recorder->messages_deferred++;
	else if (!is_positive(event))
		recorder->messages_refused++;
}

static void reply_to_recipient(struct recorder *recorder, const struct mail_event *event)
{
	if (is_positive(event))
		recorder->recipients_accepted++;
	else if (is_temporary(event))
		recorder->recipients_deferred++;
	else
		recorder->recipients_refused++;
}

static void reply_to_sender(struct recorder *recorder, const struct mail_event *event)
{
	if (is_positive(event)) {
		recorder->accepted_before = recorder->recipients_accepted;
		recorder->answered_before = recipients_answered(recorder);
	}
	recorder->sender_refused =
		recorder->sender_refused || (!is_positive(event) && !is_temporary(event));
	recorder->sender_deferred = recorder->sender_deferred || is_temporary(event);
}

/* RFC 5321 3.1: 554 or 421 in the greeting's place; RFC 1939 4: -ERR. */
void outcome_greeting(struct recorder *recorder, const struct mail_event *event)
{
	if (is_temporary(event))
		recorder->sender_deferred = true;
	else if (event->code != 0 && !is_positive(event))
		recorder->sender_refused = true;
}

static void reply_to_login(struct recorder *recorder, const struct mail_event *event)
{
	recorder->login_refused = !is_positive(event);
	recorder->is_logged_in = recorder->is_logged_in || is_positive(event);
}

void outcome_reply(struct recorder *recorder, const struct mail_event *event)
{
	enum verb_effect effect = event->verb != NULL ? event->verb->effect : EFFECT_NONE;

	if (event->asked_number == 0)
		return;
	switch (effect) {
	case EFFECT_DATA:
	case EFFECT_BDAT:
		reply_to_text(recorder, event);
		break;
	case EFFECT_RECIPIENT:
		reply_to_recipient(recorder, event);
		break;
	case EFFECT_MAIL:
		reply_to_sender(recorder, event);
		break;
	case EFFECT_AUTH:
	case EFFECT_PASSWORD:
		reply_to_login(recorder, event);
		break;
	default:
		break;
	}
}

bool outcome_is_preview(const struct mail_event *event)
{
	return event->verb != NULL && event->verb->protocol == MAIL_POP3 &&
	       strcmp(event->verb->name, "TOP") == 0;
}

void outcome_message(struct recorder *recorder, const struct mail_event *event)
{
	if (event->side == SIDE_SERVER) {
		recorder->messages_fetched += event->is_complete && !outcome_is_preview(event);
		recorder->is_cut = recorder->is_cut || !event->is_complete;
		return;
	}
	if (event->verb != NULL && event->verb->effect == EFFECT_BDAT && !event->is_final) {
		recorder->is_cut = true; /* given up before LAST */
		return;
	}
	recorder->messages_sent++;
	if (!recorder->is_terse && recorder->session.message_count > 0 &&
		recorder->session.message_count == recorder->message_number)
		recorder->session.messages[recorder->session.message_count - 1].is_sent = true;
}

static enum outcome outcome_of_sending(const struct recorder *recorder)
{
	uint32_t refused = recorder->messages_refused + recorder->recipients_refused +
			   recorder->sender_refused;
	uint32_t deferred = recorder->messages_deferred + recorder->recipients_deferred +
			    recorder->sender_deferred;

	if (recorder->messages_accepted > 0)
		return refused + deferred > 0 || recorder->is_cut ||
				       recorder->in_message[SIDE_CLIENT]
			       ? OUTCOME_PARTLY
			       : OUTCOME_DELIVERED;
	if (recorder->messages_answered < recorder->messages_sent)
		return OUTCOME_CUT;
	if (deferred > 0 && refused == 0)
		return OUTCOME_DEFERRED;
	if (refused > 0)
		return OUTCOME_REFUSED;
	if (recorder->login_refused)
		return OUTCOME_LOGIN_REFUSED;
	if (recorder->is_cut || recorder->in_message[SIDE_CLIENT])
		return OUTCOME_CUT;
	return OUTCOME_NOTHING;
}

static enum outcome outcome_of_fetching(const struct recorder *recorder)
{
	if (recorder->is_cut)
		return OUTCOME_CUT;
	if (recorder->messages_fetched > 0)
		return OUTCOME_FETCHED;
	if (recorder->is_logged_in)
		return OUTCOME_LISTED;
	if (recorder->login_refused)
		return OUTCOME_LOGIN_REFUSED;
	return recorder->sender_refused ? OUTCOME_REFUSED : OUTCOME_NOTHING;
}

void outcome_finish(struct recorder *recorder)
{
	struct session *session = &recorder->session;

	session->outcome = session->protocol == MAIL_POP3 ? outcome_of_fetching(recorder)
							  : outcome_of_sending(recorder);
	if (session->outcome == OUTCOME_NOTHING && session->transport != TRANSPORT_CLEAR &&
		!session->tls.is_decrypted)
		session->outcome = recorder->has_alert && !recorder->has_data ? OUTCOME_TLS_FAILED
									      : OUTCOME_SEALED;
}
