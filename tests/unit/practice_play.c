#include "practice_play.h"

#include "practice/maildrop.h"
#include "suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t now(void)
{
	return 1669075449; /* Tue, 22 Nov 2022 00:04:09 +0000 */
}

void practice_play_init(struct practice_play *play, const char *faults)
{
	static const char *const users[][2] = {
		{"ann", "ann-secret"}, {"bob", "bob-secret"}, {"Пётр", "пароль"}};
	struct fail fail;

	*play = (struct practice_play){.folder = "/tmp/mailscope-practice-XXXXXX"};
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(play->folder));
	play->script = script_new();
	if (faults != NULL &&
		script_add(play->script, "faults", span_text(faults), &fail) == STEP_FAIL)
		CU_FAIL_FATAL("no rules");
	play->house = (struct house){.host = "practice.test",
		.script = play->script,
		.size = 1000,
		.can_tls = true,
		.now = now,
		.accounts = accounts_new(play->folder)};
	play->house.authenticator = authenticator_new(play->house.accounts);
	for (size_t i = 0; i < 3; i++)
		CU_ASSERT_EQUAL_FATAL(
			accounts_add(play->house.accounts, users[i][0], users[i][1], &fail),
			STEP_DONE);
}

/* The folder and all in it. */
static void remove_tree(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	char name[600];

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		if (unlink(name) != 0)
			remove_tree(name);
	}
	if (folder != NULL)
		closedir(folder);
	(void)rmdir(path);
}

void practice_play_fini(struct practice_play *play)
{
	authenticator_free(play->house.authenticator);
	accounts_free(play->house.accounts);
	script_free(play->script);
	remove_tree(play->folder);
}

/* Carries octets as the server does, but TLS is only said to be there. */
struct carrier {
	struct talk *talk;
	struct buffer *answer;
	bool is_over;
};

static void take_out(struct carrier *carrier)
{
	struct talk *talk = carrier->talk;
	size_t before = talk->pause > 0 ? talk->pause_at : talk->out.length;

	buffer_add_span(carrier->answer, span_first(buffer_span(&talk->out), before));
	if (talk->pause > 0)
		buffer_printf(carrier->answer, "{wait %llu}", (unsigned long long)talk->pause);
	buffer_add_span(carrier->answer, span_from(buffer_span(&talk->out), before));
	talk->pause = 0;
	buffer_clear(&talk->out);
}

static void settle(struct carrier *carrier)
{
	enum talk_then then = carrier->talk->then;

	take_out(carrier);
	if (then == TALK_CLOSE || then == TALK_RESET) {
		buffer_add_text(carrier->answer, then == TALK_CLOSE ? "{close}" : "{reset}");
		carrier->is_over = true;
	}
}

static void feed(struct carrier *carrier, struct span octets)
{
	for (unsigned idle = 0; idle < 2 && !carrier->is_over;) {
		size_t taken = talk_feed(carrier->talk, octets);

		octets = span_from(octets, taken);
		if (carrier->talk->then == TALK_TLS)
			break;
		idle = taken > 0 || carrier->talk->out.length > 0 ? 0 : idle + 1;
		settle(carrier);
	}
}

static void begin_tls(struct carrier *carrier)
{
	CU_ASSERT_EQUAL(carrier->talk->then, TALK_TLS);
	take_out(carrier);
	buffer_add_text(carrier->answer, "{TLS}");
	carrier->talk->then = TALK_ON;
	carrier->talk->is_tls = true;
	snprintf(carrier->talk->cipher, sizeof carrier->talk->cipher, "TLS_AES_128_GCM_SHA256");
	carrier->talk->kind->ready(carrier->talk);
	settle(carrier);
}

/* What is new each time, out of the answer. */
static void make_even(struct buffer *answer, const char *before, const char *end, const char *name)
{
	struct buffer even;
	struct span rest = buffer_span(answer);

	buffer_init(&even, 0);
	while (rest.length > 0) {
		size_t at = span_find(rest, before);

		buffer_add_span(&even, span_first(rest, at));
		rest = span_from(rest, at);
		if (rest.length == 0)
			break;
		buffer_add_text(&even, name);
		rest = span_from(rest, strlen(before));
		rest = span_from(rest, span_find(rest, end));
	}
	buffer_clear(answer);
	buffer_add_span(answer, buffer_span(&even));
	buffer_fini(&even);
}

void practice_carry(struct talk *talk, struct span client, size_t step, struct buffer *answer)
{
	const struct talk_kind *kind = talk->kind;
	struct carrier carrier = {.talk = talk, .answer = answer};
	struct buffer line;

	snprintf(carrier.talk->address, sizeof carrier.talk->address, "192.0.2.7");
	kind->ready(carrier.talk);
	settle(&carrier);
	while (client.length > 0 && !carrier.is_over) {
		struct span part = span_first(client, span_find(client, "{TLS}"));

		if (part.length == 0) {
			begin_tls(&carrier);
			client = span_from(client, 5);
			continue;
		}
		part = step > 0 ? span_first(part, step) : part;
		feed(&carrier, part);
		client = span_from(client, part.length);
	}
	buffer_init(&line, 0);
	kind->end(carrier.talk, "over", &line);
	CU_ASSERT_EQUAL(span_find(buffer_span(&line), kind->name), 0);
	buffer_fini(&line);
}

void practice_play(struct practice_play *play, const struct talk_kind *kind, struct span client,
	size_t step, struct buffer *answer)
{
	practice_carry(kind->open(&play->house), client, step, answer);
	make_even(answer, "Delivered as ", "\r", "Delivered as ID");
	make_even(answer, "POP3 on practice.test <", ">", "POP3 on practice.test <STAMP");
}

static void play_step(struct practice_play *play, const struct talk_kind *kind,
	const struct practice_case *one, size_t step)
{
	struct buffer answer;

	play->house.smtp_sessions = play->house.pop3_sessions = 0;
	buffer_init(&answer, 0);
	practice_play(play, kind, span_text(one->client), step, &answer);
	if (!span_is(buffer_span(&answer), one->answer)) {
		fprintf(stderr, "\n%s, %zu octets at a time:\n%s\n-- must be --\n%s\n", one->name,
			step, buffer_text(&answer), one->answer);
		CU_FAIL("not what the server must say");
	}
	buffer_fini(&answer);
}

void practice_play_check(const struct talk_kind *kind, const struct practice_case *one)
{
	static const size_t steps[] = {0, 1, 2, 3, 5, 7, 11, 64};
	struct practice_play play;

	practice_play_init(&play, one->faults);
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		play_step(&play, kind, one, steps[i]);
	practice_play_fini(&play);
}

void practice_take(struct practice_play *play, const char *user, struct buffer *text)
{
	bool is_in_use;
	struct account *account = accounts_find(play->house.accounts, span_text(user));
	struct maildrop *drop = maildrop_open(&account->mailbox, &is_in_use);
	uint8_t octets[4096];
	size_t end;
	ssize_t got;
	int descriptor;

	buffer_clear(text);
	CU_ASSERT_PTR_NOT_NULL_FATAL(drop);
	CU_ASSERT_EQUAL_FATAL(maildrop_count(drop), 1);
	descriptor = maildrop_read(drop, maildrop_message(drop, 0));
	while ((got = read(descriptor, octets, sizeof octets)) > 0)
		buffer_add(text, octets, (size_t)got);
	close(descriptor);
	CU_ASSERT_EQUAL(maildrop_message(drop, 0)->octets, text->length);
	maildrop_message(drop, 0)->is_deleted = true;
	CU_ASSERT_TRUE(maildrop_update(drop));
	maildrop_close(drop);
	end = span_find(buffer_span(text), " +0000\r\n");
	CU_ASSERT_FATAL(end < text->length);
	buffer_drop(text, end + 8);
}

void practice_put(struct practice_play *play, const char *user, const char *name, struct span text)
{
	char path[400];
	int descriptor;

	snprintf(path, sizeof path, "%s/%s/%s", play->folder, user, name);
	descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CU_ASSERT_FATAL(descriptor >= 0);
	CU_ASSERT_EQUAL(write(descriptor, text.at, text.length), (ssize_t)text.length);
	close(descriptor);
}
