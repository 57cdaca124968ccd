#include "client/conversation.h"
#include "client/dots.h"
#include "client/guarded.h"
#include "mail_peer.h"
#include "suite.h"

#include <stdio.h>

/* A language of one-line replies that remembers their order. */
struct listener {
	char heard[512];
};

static enum step reply_ends(struct reply *reply, struct span line)
{
	reply->code = line.length > 0 && line.at[0] == '+' ? 200 : 500;
	return STEP_DONE;
}

static enum step on_reply(void *context, const struct command *command, const struct reply *reply)
{
	struct listener *listener = context;
	size_t length = strlen(listener->heard);

	snprintf(listener->heard + length, sizeof listener->heard - length, "%zu%c", command->place,
		reply->code == 200 ? '+' : '-');
	return STEP_DONE;
}

static const struct conversation_language language = {reply_ends, on_reply};

struct talk {
	struct mail_peer peer;
	struct listener listener;
	struct conversation conversation;
};

static void talk_begin(struct talk *talk, const char *script)
{
	*talk = (struct talk){0};
	mail_peer_meet(&talk->peer, script);
	conversation_init(&talk->conversation, talk->peer.connection, &language, &talk->listener);
}

static void talk_end(struct talk *talk)
{
	conversation_fini(&talk->conversation);
	mail_peer_part(&talk->peer);
}

static enum step say(struct talk *talk, const char *line, size_t place, bool is_secret)
{
	struct command command = {
		.verb = vocabulary_verb(MAIL_POP3, span_text(line)),
		.name = "a word",
		.seconds = 1,
		.place = place,
		.is_secret = is_secret,
	};

	return conversation_say(&talk->conversation, &command, span_text(line));
}

/* Slow is one who says nothing, and one who never comes to an end. */
static void test_slow(void)
{
	struct talk talk;

	talk_begin(
		&talk, "C NOOP\nQ\nQ\nQ\nQ\nQ\nQ\nQ\nQ\nQ\nQ\nQ\nQ\nQ\nQ\nQ\nQ\nQ\nQ\nQ\nQ\nQ\n");
	CU_ASSERT_EQUAL(say(&talk, "NOOP", 1, false), STEP_FAIL);
	CU_ASSERT_EQUAL(talk.conversation.fail.code, FAIL_TEMPORARY);
	CU_ASSERT_PTR_NOT_NULL(strstr(talk.conversation.fail.text, "silent"));
	talk_end(&talk);
	talk_begin(&talk,
		"C NOOP\ns +\nQ\nQ\nQ\nQ\nQ\ns +\nQ\nQ\nQ\nQ\nQ\ns +\nQ\nQ\nQ\nQ\nQ\ns +\n"
		"Q\nQ\nQ\nQ\nQ\ns +\nQ\nQ\nQ\nQ\nQ\ns +\nQ\nQ\nQ\nQ\nQ\ns +\nQ\nQ\nQ\nQ\nQ\ns +\n");
	CU_ASSERT_EQUAL(say(&talk, "NOOP", 1, false), STEP_FAIL);
	CU_ASSERT_EQUAL(talk.conversation.fail.code, FAIL_TEMPORARY);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(talk.conversation.fail.text, "answer to a word within 1 seconds"));
	CU_ASSERT_EQUAL(say(&talk, "NOOP", 1, false), STEP_FAIL); /* it stays over */
	talk_end(&talk);
}

/* What can be grouped is; a secret has a write of its own, and stands in its place. */
static void test_groups(void)
{
	struct talk talk;

	talk_begin(&talk, "C STAT\nC PASS secret\nC NOOP\nC QUIT\nQ\nS +1\nS -2\nS +3\nS +4\n");
	talk.conversation.is_grouping = true;
	CU_ASSERT_EQUAL(say(&talk, "STAT", 1, false), STEP_DONE);
	CU_ASSERT_EQUAL(say(&talk, "PASS secret", 2, true), STEP_DONE);
	CU_ASSERT_EQUAL(say(&talk, "NOOP", 3, false), STEP_DONE);
	CU_ASSERT_STRING_EQUAL(talk.listener.heard, "");
	CU_ASSERT_EQUAL(say(&talk, "QUIT", 4, false), STEP_DONE);
	CU_ASSERT_STRING_EQUAL(talk.listener.heard, "1+2-3+4+");
	CU_ASSERT_EQUAL(strncmp(buffer_text(&talk.peer.ear.order), "C6 C!13 C12 ", 12), 0);
	CU_ASSERT_STRING_EQUAL(talk.peer.wrong, "");
	talk_end(&talk);
}

/* A group has a sane size. */
static void test_group_size(void)
{
	struct talk talk;
	struct buffer script;

	buffer_init(&script, 0);
	for (int group = 0; group < 2; group++) {
		for (int i = 0; i < LIMIT_GROUP; i++)
			buffer_add_text(&script, "C NOOP\n");
		buffer_printf(&script, "R %d +\n", LIMIT_GROUP);
	}
	buffer_add_text(&script, "C NOOP\nS +\n");
	talk_begin(&talk, buffer_text(&script));
	talk.conversation.is_grouping = true;
	for (int i = 0; i < 2 * LIMIT_GROUP + 1; i++)
		CU_ASSERT_EQUAL(say(&talk, "NOOP", 1, false), STEP_DONE);
	CU_ASSERT_EQUAL(conversation_finish(&talk.conversation), STEP_DONE);
	mail_peer_join(&talk.peer);
	CU_ASSERT_STRING_EQUAL(talk.peer.wrong, "");
	talk_end(&talk);
	buffer_fini(&script);
}

static void test_one_line(void)
{
	static const char *const lines[] = {"NOOP\r\nRSET", "NOOP\n", "NO\rOP"};
	struct talk talk;

	talk_begin(&talk, "C NOOP\nS +\n");
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		CU_ASSERT_EQUAL(say(&talk, lines[i], 1, false), STEP_FAIL);
		CU_ASSERT_EQUAL(talk.conversation.fail.code, FAIL_USAGE);
	}
	CU_ASSERT_EQUAL(say(&talk, "NOOP", 1, false), STEP_DONE);
	talk_end(&talk);
}

static void test_blot(void)
{
	static const struct {
		const char *text, *blotted;
	} pairs[] = {
		{"nothing", "nothing"},
		{"Secret-1234", "••••••"},
		{"<sEcReT-1234>", "<••••••>"},
		{"Secret", "••••••"},
		{"Secre", "Secre"},
		{"Secret-12x", "••••••x"},
		{"Secret-1234Secret-1234", "••••••••••••"},
		{"tiny tin", "•••••• tin"},
	};
	struct buffer secrets[2], out;

	for (size_t i = 0; i < 2; i++) {
		buffer_init(&secrets[i], 0);
		buffer_add_text(&secrets[i], i == 0 ? "Secret-1234" : "tiny");
	}
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		buffer_init(&out, 0);
		guarded_blot(secrets, 2, span_text(pairs[i].text), &out);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), pairs[i].blotted);
		buffer_fini(&out);
	}
	buffer_fini(&secrets[0]);
	buffer_fini(&secrets[1]);
}

/* Cut between two characters, and never longer than there is room. */
static void test_cut(void)
{
	for (size_t room = 0; room < 20; room++) {
		struct buffer out;

		buffer_init(&out, room == 0 ? 1 : room);
		printable_cut(&out, span_text("a\xc3\xa4"
					      "b\xe2\x82\xac"
					      "c\x01"
					      "defgh"));
		CU_ASSERT_FALSE(out.is_cut);
		CU_ASSERT_EQUAL(out.length > 0 && (out.at[out.length - 1] & 0xc0) == 0xc0, false);
		if (out.length > 0 && room < 16) {
			CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&out), "…"));
		}
		buffer_fini(&out);
	}
}

/* The wire is the same wherever the message is split. */
static void test_dots(void)
{
	static const char message[] = ".a\n..\r\n\r.\r\rb\n.";
	static const char wire[] = "..a\r\n...\r\n\r\n..\r\n\r\nb\r\n..\r\n.\r\n";

	for (size_t split = 0; split < sizeof message; split++) {
		struct dot dot = {0};
		struct buffer out;

		buffer_init(&out, 0);
		dot_add(&dot, span_of(message, split), &out);
		dot_add(&dot, span_of(message + split, sizeof message - 1 - split), &out);
		dot_end(&dot, &out);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), wire);
		buffer_fini(&out);
	}
}

SUITE(conversation, {"time limits", test_slow}, {"groups", test_groups},
	{"the size of groups", test_group_size}, {"a line is one line", test_one_line},
	{"secrets are blotted out", test_blot}, {"citations are cut", test_cut},
	{"dots and line ends at every split", test_dots});
