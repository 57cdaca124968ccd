#include "practice_feed.h"

#include "practice/maildrop.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char faults[] = "at RCPT 2 reply 452 4.2.2 full\nat NOOP delay 1s\nafter RSET say x\n"
			     "at message 2 reply 451 no\nretr unstuffed\noffer AUTH PLAIN\n"
			     "refuse bare-lf\nreply bare-lf\nstarttls inject x\n";

/* Made once: the folder outlives the run, as fuzzers end by being killed. */
static char mail[] = "/tmp/mailscope-fuzz-XXXXXX";

static int64_t now(void)
{
	return 0;
}

static void fill(const char *folder)
{
	static const char text[] = "Subject: x\n\n.\n..\nend";
	char path[100];
	int file;

	snprintf(path, sizeof path, "%s/ann/cur/1.x", folder);
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (file < 0 || write(file, text, sizeof text - 1) < 0)
		abort();
	close(file);
}

static struct house *house(bool has_faults)
{
	static struct house houses[2];
	struct house *one = &houses[has_faults];
	struct script *script;

	if (one->host != NULL)
		return one;
	if (houses[0].host == NULL && houses[1].host == NULL && mkdtemp(mail) == NULL)
		abort();
	script = script_new();
	if (has_faults && script_add(script, "x", span_text(faults), NULL) != STEP_DONE)
		abort();
	*one = (struct house){.host = "fuzz.test",
		.script = script,
		.size = 100000,
		.can_tls = true,
		.now = now,
		.accounts = accounts_new(mail)};
	one->authenticator = authenticator_new(one->accounts);
	if (accounts_add(one->accounts, "ann", "x", NULL) != STEP_DONE)
		abort();
	fill(mail);
	return one;
}

/* What a run delivered is taken away, and what it deleted put back. */
static void tidy(struct house *one)
{
	struct account *ann = accounts_find(one->accounts, span_text("ann"));
	struct maildrop *drop;
	bool is_in_use;

	if (one->messages_in > 0) {
		drop = maildrop_open(&ann->mailbox, &is_in_use);
		if (drop == NULL)
			abort();
		for (size_t i = 0; i < maildrop_count(drop); i++)
			maildrop_message(drop, i)->is_deleted = true;
		(void)maildrop_update(drop);
		maildrop_close(drop);
		one->messages_in = 0;
	}
	if (ann->mailbox.count == 0)
		fill(mail);
}

/* As the server carries it: what was sent is gone, pauses are over, TLS is there. */
static bool carry(struct talk *talk)
{
	enum talk_then then = talk->then;

	if (talk->pause_at > talk->out.length || talk->out.length > LIMIT_PRACTICE_OUT)
		abort();
	talk->pause = 0;
	talk->pause_at = 0;
	talk->then = TALK_ON;
	buffer_clear(&talk->out);
	if (then == TALK_TLS) {
		talk->is_tls = true;
		talk->kind->ready(talk);
	}
	return then == TALK_ON || then == TALK_TLS;
}

void practice_feed(const struct talk_kind *kind, struct span data)
{
	unsigned choice = data.length > 0 ? data.at[0] : 0;
	size_t step = choice / 2 % 8;
	struct house *one = house(choice % 2 == 1);
	struct talk *talk = kind->open(one);
	struct buffer line;
	bool is_on;

	data = span_from(data, 1);
	kind->ready(talk);
	is_on = carry(talk);
	while (is_on && (data.length > 0 || talk->has_more)) {
		struct span part = step > 0 ? span_first(data, step) : data;
		size_t taken = talk_feed(talk, part);

		if (taken > part.length)
			abort();
		data = span_from(data, taken);
		is_on = carry(talk);
	}
	buffer_init(&line, 0);
	kind->end(talk, "over", &line);
	buffer_fini(&line);
	tidy(one);
}
