#include "replay/client.h"

#include "mail_peer.h"
#include "suite.h"
#include "tape_maker.h"

#include <stdio.h>
#include <stdlib.h>

#define SESSION                                                                                    \
	"S 220 a\nC EHLO b\nS 250-a\nS 250 SIZE 9\nC MAIL FROM:<x@old>\nS 250 ok\n"                \
	"C RCPT TO:<b@old>\nS 250 ok\nC DATA\nS 354 go\nC ..text\nC .\nS 250 id=1\n"               \
	"C QUIT\nS 221 bye\n"
#define HELLO "S 220 other\nC EHLO b\nS 250-other\nS 250 SIZE 100\n"

struct client_case {
	const char *name;
	enum mail_protocol protocol;
	const char *session, *peer;
	const char
		*verdicts; /* a letter a row: s, c(lass), d, r(ecorded: not), p(layed: not), l, a */
	enum tls_mode tls;
	const char *rewrite, *user, *mechanism;
	bool stops;
	enum fail_code code; /* of a failure */
};

static const struct client_case cases[] = {
	{.name = "the same",
		.protocol = MAIL_SMTP,
		SESSION,
		HELLO "C MAIL FROM:<x@old>\nS 250 2.1.0 ok\nC RCPT TO:<b@old>\nS 250 fine\nC DATA\n"
		      "S 354 x\nC ..text\nC .\nS 250 queued\nC QUIT\nS 221 x\n",
		"sssssss"},
	{.name = "another address",
		.protocol = MAIL_SMTP,
		SESSION,
		HELLO
		"C MAIL FROM:<x@new>\nS 250 ok\nC RCPT TO:<b@new>\nS 251 ok\nC DATA\nS 354 x\n"
		"D\nS 250 queued\nC QUIT\nS 221 x\n",
		"ssscsss",
		.rewrite = "@old=@new"},
	{.name = "a recipient that is refused",
		.protocol = MAIL_SMTP,
		SESSION,
		HELLO "C MAIL FROM:<x@old>\nS 250 ok\nC RCPT TO:<b@old>\nS 550 no\nC DATA\n"
		      "S 554 no\nC QUIT\nS 221 x\n",
		"sssddps"},
	{.name = "stops there",
		.protocol = MAIL_SMTP,
		SESSION,
		HELLO "C MAIL FROM:<x@old>\nS 250 ok\nC RCPT TO:<b@old>\nS 550 no\n",
		"sssdppp",
		.stops = true},
	{.name = "a server that goes away",
		.protocol = MAIL_SMTP,
		SESSION,
		HELLO "C MAIL FROM:<x@old>\nX\n",
		"ssdpppp"},
	{.name = "no reply at all",
		.protocol = MAIL_SMTP,
		SESSION,
		"S 220 x\nC EHLO b\nS what\n",
		"sdppppp"},
	{.name = "a message that the recording has not",
		.protocol = MAIL_SMTP,
		"S 220 a\nC DATA\nS 503 no\nC QUIT\nS 221 bye\n",
		"S 220 x\nC DATA\nS 354 go\n",
		"sdp"},
	{.name = "TLS besides",
		.protocol = MAIL_SMTP,
		"S 220 a\nC EHLO b\nS 250 a\nC QUIT\nS 221 y\n",
		"S 220 x\nC EHLO b\nS 250-x\nS 250 STARTTLS\nC STARTTLS\nS 220 go\nT\n"
		"C EHLO b\nS 250 x\nC QUIT\nS 221 x\n",
		"sdass",
		.tls = TLS_MODE_STARTTLS},
	{.name = "TLS that is refused",
		.protocol = MAIL_SMTP,
		"S 220 a\nC EHLO b\nS 250 a\nC QUIT\nS 221 y\n",
		"S 220 x\nC EHLO b\nS 250 x\nC STARTTLS\nS 502 no\n",
		"ssapp",
		.tls = TLS_MODE_STARTTLS,
		.code = FAIL_PROTOCOL},
	{.name = "TLS from the first octet",
		.protocol = MAIL_SMTP,
		"S 220 a\nC QUIT\nS 221 y\n",
		"T\nS 220 x\nC QUIT\nS 221 x\n",
		"ss",
		.tls = TLS_MODE_IMPLICIT},
	{.name = "a login anew",
		.protocol = MAIL_SMTP,
		"S 220 a\nC EHLO b\nS 250-a\nS 250 AUTH LOGIN\nC AUTH LOGIN eA==\n"
		"S 334 UGFzc3dvcmQ6\nC eQ==\nS 235 in\nC QUIT\nS 221 y\n",
		"S 220 x\nC EHLO b\nS 250-x\nS 250 AUTH LOGIN\nC AUTH LOGIN\nS 334 VXNlcm5hbWU6\n"
		"C dGlt\nS 334 UGFzc3dvcmQ6\nC dGFuc3RhYWY=\nS 235 in\nC QUIT\nS 221 x\n",
		"ssss",
		.user = "tim"},
	{.name = "a login that is not offered",
		.protocol = MAIL_SMTP,
		"S 220 a\nC EHLO b\nS 250-a\nS 250 AUTH LOGIN\nC AUTH PLAIN AHgAeQ==\nS 235 in\n"
		"C QUIT\nS 221 y\n",
		"S 220 x\nC EHLO b\nS 250-x\nS 250 AUTH LOGIN\nC QUIT\nS 221 x\n",
		"ssds",
		.user = "tim"},
	{.name = "the recorded login",
		.protocol = MAIL_SMTP,
		"S 220 a\nC EHLO b\nS 250-a\nS 250 AUTH LOGIN\nC AUTH LOGIN eA==\n"
		"S 334 UGFzc3dvcmQ6\nC eQ==\nS 235 in\nC QUIT\nS 221 y\n",
		"S 220 x\nC EHLO b\nS 250-x\nS 250 AUTH LOGIN\nC AUTH LOGIN eA==\n"
		"S 334 UGFzc3dvcmQ6\nC eQ==\nS 535 no\nC QUIT\nS 221 x\n",
		"sssds"},
	{.name = "a login that is refused at once",
		.protocol = MAIL_SMTP,
		"S 220 a\nC EHLO b\nS 250-a\nS 250 AUTH LOGIN\nC AUTH LOGIN eA==\n"
		"S 334 UGFzc3dvcmQ6\nC eQ==\nS 235 in\nC QUIT\nS 221 y\n",
		"S 220 x\nC EHLO b\nS 250-x\nS 250 AUTH LOGIN\nC AUTH LOGIN eA==\nS 535 no\nC "
		"QUIT\n"
		"S 221 x\n",
		"ssdps"},
	{.name = "a login that asks for more",
		.protocol = MAIL_SMTP,
		"S 220 a\nC EHLO b\nS 250-a\nS 250 AUTH PLAIN\nC AUTH PLAIN eA==\nS 235 in\nC "
		"QUIT\n"
		"S 221 y\n",
		"S 220 x\nC EHLO b\nS 250-x\nS 250 AUTH PLAIN\nC AUTH PLAIN eA==\nS 334 \nC *\n"
		"S 501 no\nC QUIT\nS 221 x\n",
		"ssds"},
	{.name = "commands in a group",
		.protocol = MAIL_SMTP,
		"S 220 a\nC EHLO b\nS 250-a\nS 250 PIPELINING\nC MAIL FROM:<a@b>\nC RCPT TO:<c@d>\n"
		"C DATA\nS 250 one\nS 550 two\nS 554 three\nC QUIT\nS 221 y\n",
		"S 220 x\nC EHLO b\nS 250-x\nS 250 PIPELINING\nC MAIL FROM:<a@b>\nC RCPT TO:<c@d>\n"
		"C DATA\nS 250 1\nS 250 2\nS 554 3\nC QUIT\nS 221 x\n",
		"sssdss"},
	{.name = "chunks",
		.protocol = MAIL_SMTP,
		"S 220 a\nC BDAT 3\nC x\nS 250 3 octets\nC BDAT 4 LAST\nC yz\nS 250 done\n",
		"S 220 x\nC BDAT 3\nC x\nS 250 ok\nC BDAT 4 LAST\nC yz\nS 452 full\n",
		"ssd"},
	{.name = "mail that is fetched",
		.protocol = MAIL_POP3,
		"S +OK hi\nC CAPA\nS +OK\nS TOP\nS .\nC USER ann\nS +OK\nC PASS x\nS +OK\nC LIST\n"
		"S +OK 2\nS 1 5\nS 2 3\nS .\nC RETR 1\nS +OK 8 octets\nS ..a\nS .\nC QUIT\nS +OK "
		"bye\n",
		"S +OK\nC CAPA\nS +OK\nS UIDL\nS .\nC USER ann\nS +OK\nC PASS x\nS +OK\nC LIST\n"
		"S +OK\nS 1 7\nS .\nC RETR 1\nS +OK\nS other\nS .\nC QUIT\nS -ERR\n",
		"sdssssd"},
	{.name = "APOP",
		.protocol = MAIL_POP3,
		"S +OK <1@h>\nC APOP ann 00000000000000000000000000000000\nS +OK\nC QUIT\nS +OK\n",
		"S +OK <1896.697170952@dbc.mtview.ca.us>\n"
		"C APOP mrose c4c9334bac560ecc979e58001b3e22fb\nS +OK\nC QUIT\nS +OK\n",
		"sss",
		.user = "mrose"},
};

static enum step give_secret(void *context, char **secret, struct fail *fail)
{
	const char *user = context;

	(void)fail;
	*secret = strdup(strcmp(user, "tim") == 0 ? "tanstaaf" : "tanstaaf");
	return STEP_DONE;
}

static char letter_of(enum replay_verdict verdict)
{
	static const char letters[] = "scdrpla";

	return letters[verdict];
}

static void trust_any(struct connection_options *options)
{
	options->trust = (struct trust){.is_blind = true};
}

static void check_case(const struct client_case *one)
{
	struct replay_client_options options = {.tls = one->tls, .stops = one->stops};
	struct replay_rewrite rewrite;
	struct replay_result result;
	struct mail_peer peer = {.script = NULL};
	struct fail fail = {.code = FAIL_NONE};
	struct tape tape;
	char verdicts[40] = "";

	tape_make(&tape, one->protocol, one->session);
	options.tape = &tape;
	if (one->rewrite != NULL && replay_rewrite_read(&rewrite, one->rewrite))
		options.rewrites = (struct replay_rewrites){&rewrite, 1};
	options.login = (struct login){.user = one->user,
		.mechanism = one->mechanism,
		.ask_secret = give_secret,
		.context = (void *)one->user};
	mail_peer_meet_with(&peer, one->peer, trust_any);
	(void)replay_client_run(peer.connection, &options, &result, &fail);
	connection_close(peer.connection);
	mail_peer_join(&peer);
	for (size_t i = 0; i < result.count && i < sizeof verdicts - 1; i++)
		verdicts[i] = letter_of(result.rows[i].verdict);
	if (strcmp(verdicts, one->verdicts) != 0 || peer.wrong[0] != '\0' ||
		fail.code != one->code) {
		fprintf(stderr, "\n%s: %s, not %s; %s %s\n", one->name, verdicts, one->verdicts,
			peer.wrong, fail.code != FAIL_NONE ? fail.text : "");
		CU_FAIL("not what must come back");
	}
	mail_peer_part(&peer);
	replay_result_fini(&result);
	tape_fini(&tape);
}

static void test_cases(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check_case(&cases[i]);
}

/* No secret stands in a row, and none is heard by the log. */
static void test_secrets(void)
{
	struct replay_client_options options = {.tls = TLS_MODE_NONE};
	struct replay_result result;
	struct mail_peer peer = {.script = NULL};
	struct fail fail;
	struct tape tape;

	tape_make(&tape, MAIL_POP3, "S +OK\nC USER ann\nS +OK\nC PASS s3cret-word\nS +OK\n");
	options.tape = &tape;
	mail_peer_meet(&peer, "S +OK\nC USER ann\nS +OK\nC PASS s3cret-word\nS +OK\n");
	CU_ASSERT_EQUAL(replay_client_run(peer.connection, &options, &result, &fail), STEP_DONE);
	connection_close(peer.connection);
	mail_peer_join(&peer);
	CU_ASSERT_STRING_EQUAL(peer.wrong, "");
	CU_ASSERT_EQUAL_FATAL(result.count, 3);
	CU_ASSERT_TRUE(span_is(result.rows[2].said, "PASS " SASL_HIDDEN));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&peer.ear.order), "C!18"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&peer.ear.guards), "s3cret-word"));
	mail_peer_part(&peer);
	replay_result_fini(&result);
	tape_fini(&tape);
}

SUITE(replay_client, {"sessions with live servers", test_cases}, {"secrets", test_secrets});
