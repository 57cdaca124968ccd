#include "smtp_try.h"

#include "base/memory.h"

#include "suite.h"

#include <stdio.h>

static enum step give_secret(void *context, char **secret, struct fail *fail)
{
	(void)fail;
	*secret = memory_text(context);
	return STEP_DONE;
}

struct login smtp_try_login(const char *mechanism)
{
	static char secret[] = "tanstaaf";

	return (struct login){.user = "tim",
		.ask_secret = give_secret,
		.context = secret,
		.mechanism = mechanism};
}

static void copy(char *to, size_t size, struct buffer *from)
{
	snprintf(to, size, "%s", buffer_text(from));
}

static void send_all(
	const struct smtp_try *what, struct smtp_client *client, struct smtp_outcome *outcome)
{
	static const char *const recipients[] = {"b@example.org"};
	struct smtp_envelope envelope = what->envelope;
	struct span message =
		what->message.length > 0 || what->is_empty ? what->message : span_text(MESSAGE);

	if (envelope.recipient_count == 0) {
		envelope.recipients = recipients;
		envelope.recipient_count = 1;
	}
	if (envelope.sender == NULL)
		envelope.sender = "a@example.org";
	for (unsigned i = 0; i < (what->sends > 0 ? what->sends : 1); i++)
		outcome->send = smtp_client_send(client, &envelope, message, outcome->results);
}

struct smtp_outcome smtp_try(const struct smtp_try *what)
{
	struct smtp_outcome outcome = {.send = STEP_FAIL};
	struct mail_peer peer = {
		.split = what->split, .cut = what->cut, .peer = {.version = what->version}};
	struct smtp_client_options options = what->options;
	struct smtp_client *client;

	if (options.hello == NULL)
		options.hello = "client.example";
	mail_peer_meet_with(&peer, what->script, what->change);
	client = smtp_client_new(peer.connection, &options);
	outcome.begin = smtp_client_begin(client);
	if (outcome.begin == STEP_DONE && what->sends != SEND_NOTHING)
		send_all(what, client, &outcome);
	outcome.fail = *smtp_client_fail(client);
	smtp_client_quit(client);
	smtp_client_free(client);
	mail_peer_join(&peer);
	memcpy(outcome.wrong, peer.wrong, sizeof outcome.wrong);
	copy(outcome.notes, sizeof outcome.notes, &peer.ear.notes);
	copy(outcome.said, sizeof outcome.said, &peer.ear.octets[SIDE_CLIENT]);
	copy(outcome.order, sizeof outcome.order, &peer.ear.order);
	copy(outcome.guards, sizeof outcome.guards, &peer.ear.guards);
	copy(outcome.data, sizeof outcome.data, &peer.data);
	outcome.data_length = peer.data.length;
	mail_peer_part(&peer);
	return outcome;
}

struct smtp_outcome smtp_good(const struct smtp_try *what)
{
	struct smtp_outcome outcome = smtp_try(what);

	CU_ASSERT_STRING_EQUAL(outcome.wrong, "");
	CU_ASSERT_EQUAL(outcome.begin, STEP_DONE);
	if (what->sends != SEND_NOTHING) {
		CU_ASSERT_EQUAL(outcome.send, STEP_DONE);
	}
	if (outcome.wrong[0] != '\0' || outcome.fail.code != FAIL_NONE)
		printf("\n%s | %s\n", outcome.wrong, outcome.fail.text);
	return outcome;
}

struct smtp_outcome smtp_bad(const struct smtp_try *what, enum fail_code code, const char *text)
{
	struct smtp_outcome outcome = smtp_try(what);

	CU_ASSERT_STRING_EQUAL(outcome.wrong, "");
	CU_ASSERT_EQUAL(outcome.send, STEP_FAIL);
	CU_ASSERT_EQUAL(outcome.fail.code, code);
	CU_ASSERT_TRUE(strstr(outcome.fail.text, text) != NULL);
	CU_ASSERT_TRUE(span_starts_letters(span_text(outcome.fail.text), "127.0.0.1:"));
	if (outcome.wrong[0] != '\0' || outcome.fail.code != code ||
		strstr(outcome.fail.text, text) == NULL)
		printf("\n%s | %d %s\n", outcome.wrong, outcome.fail.code, outcome.fail.text);
	return outcome;
}

void smtp_good_script(const char *script)
{
	struct smtp_try what = {.script = script};

	smtp_good(&what);
}

void smtp_bad_script(const char *script, enum fail_code code, const char *text)
{
	struct smtp_try what = {.script = script};

	smtp_bad(&what, code, text);
}
