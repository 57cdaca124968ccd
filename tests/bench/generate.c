/* bench/generate.c: makes large captures of mail traffic, the same for the same arguments.
 *
 * usage: generate KIND OCTETS FILE [SEED [OPEN]]
 *
 * KIND is mail, background or tiny; OCTETS the size of the capture, about; FILE - is standard
 * output; OPEN how many sessions go on at one time, 1000 unless told. What was made is told on
 * standard error. */
#include "speaker.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	OPEN_USUAL = 1000, /* sessions at one time */
	CHOICES = 8,
	MAIL_SHARE = 20, /* where other traffic is the most: one octet in so many is mail */
};

/* How often a talk begins, among those of its list. */
struct choice {
	enum talk_name talk;
	uint32_t weight; /* 0: end of the list */
};

struct kind {
	const char *name;
	struct choice mail[CHOICES], other[CHOICES];
	uint32_t burst; /* packets that a session sends in a row, at most */
};

static const struct kind kinds[] = {
	{.name = "mail",
		.mail = {{TALK_RELAY, 4}, {TALK_SUBMISSION, 3}, {TALK_FETCH, 3}},
		.burst = 8},
	{.name = "background",
		.mail = {{TALK_RELAY, 4}, {TALK_SUBMISSION, 3}, {TALK_FETCH, 3}},
		.other = {{TALK_HTTP, 20}, {TALK_HTTPS, 30}, {TALK_DNS, 120}, {TALK_QUIC, 10},
			{TALK_SSH, 2}, {TALK_DATABASE, 5}, {TALK_OTHER, 5}},
		.burst = 8},
	{.name = "tiny", .mail = {{TALK_BRIEF_RELAY, 7}, {TALK_BRIEF_FETCH, 3}}, .burst = 1},
};

struct open {
	struct speaker speaker;
	uint64_t octets;   /* of the capture so far */
	uint64_t expected; /* what was expected in all */
};

struct show {
	struct stage stage;
	const struct kind *kind;
	struct open *open;
	uint32_t count, most; /* open now, and at one time */
	uint64_t goal;        /* octets of the capture */
	uint64_t planned;     /* what the open sessions will make of it, and the over ones made */
	uint64_t mail_octets; /* planned likewise */
	uint64_t sessions, mail_sessions, messages;
};

static enum talk_name choose(const struct choice *choices, struct chance *chance)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < CHOICES; i++)
		sum += choices[i].weight;
	uint32_t at = chance_below(chance, sum);
	while (at >= choices->weight)
		at -= (choices++)->weight;
	return choices->talk;
}

/* Octets of the capture that a session makes, about. */
static uint64_t expect(const struct speaker *speaker)
{
	const struct talk *talk = speaker->talk;
	uint64_t body = talk->least + (talk->most - talk->least) / 3;

	if (talk->is_brief)
		return 2000;
	return 2500 + (speaker->rounds + 1) * (body + body / 10 + 500);
}

static void begin_session(struct show *show)
{
	const struct kind *kind = show->kind;
	bool is_mail = kind->other->weight == 0 || show->mail_octets * MAIL_SHARE < show->planned;
	enum talk_name name = choose(is_mail ? kind->mail : kind->other, &show->stage.chance);
	struct open *open = &show->open[show->count++];

	speaker_init(&open->speaker, &show->stage, &talks[name], (uint32_t)show->sessions);
	open->octets = 0;
	open->expected = expect(&open->speaker);
	show->planned += open->expected;
	show->mail_octets += is_mail ? open->expected : 0;
	show->mail_sessions += is_mail;
	show->sessions++;
}

static void end_session(struct show *show, struct open *open)
{
	uint64_t off = open->octets - open->expected; /* may be less than nothing; it wraps */

	show->planned += off;
	show->mail_octets += open->speaker.talk->is_mail ? off : 0;
	show->messages += open->speaker.messages;
	*open = show->open[--show->count];
}

/* Some packets of some session. */
static void step(struct show *show)
{
	struct stage *stage = &show->stage;
	struct open *open = &show->open[chance_below(&stage->chance, show->count)];
	uint32_t burst = 1 + chance_below(&stage->chance, show->kind->burst);
	uint64_t before = stage->sink.octets;
	bool goes_on = true;

	for (uint32_t i = 0; i < burst && goes_on; i++) {
		stage->sink.time += 1 + chance_below(&stage->chance, 8);
		goes_on = speaker_step(&open->speaker, stage);
	}
	open->octets += stage->sink.octets - before;
	if (!goes_on)
		end_session(show, open);
}

static void play(struct show *show)
{
	do {
		while (show->count < show->most && show->planned < show->goal)
			begin_session(show);
		if (show->count > 0)
			step(show);
	} while (show->count > 0);
}

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	}
	return NULL;
}

static int open_file(const char *name)
{
	if (strcmp(name, "-") == 0)
		return STDOUT_FILENO;
	return open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

static int run(struct show *show, const char *file)
{
	int descriptor = open_file(file);

	if (descriptor < 0) {
		perror(file);
		return EXIT_FAILURE;
	}
	sink_init(&show->stage.sink, descriptor);
	show->stage.sink.time = 1666684800000000; /* 2022-10-25 08:00 UTC */
	for (int kind = 0; kind < POOL_KINDS; kind++)
		pool_init(&show->stage.pools[kind], kind, &show->stage.chance);
	play(show);
	for (int kind = 0; kind < POOL_KINDS; kind++)
		pool_fini(&show->stage.pools[kind]);
	if (!sink_finish(&show->stage.sink)) {
		fprintf(stderr, "%s: %s\n", file, strerror(show->stage.sink.error));
		return EXIT_FAILURE;
	}
	fprintf(stderr, "octets %llu packets %llu sessions %llu mail %llu messages %llu\n",
		(unsigned long long)show->stage.sink.octets,
		(unsigned long long)show->stage.sink.packets, (unsigned long long)show->sessions,
		(unsigned long long)show->mail_sessions, (unsigned long long)show->messages);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct show show = {.kind = argc > 2 ? find_kind(argv[1]) : NULL};

	if (argc < 4 || argc > 6 || show.kind == NULL) {
		fputs("usage: generate mail|background|tiny OCTETS FILE [SEED [OPEN]]\n", stderr);
		return EXIT_FAILURE;
	}
	show.goal = strtoull(argv[2], NULL, 10);
	show.most = argc > 5 ? (uint32_t)strtoul(argv[5], NULL, 10) : OPEN_USUAL;
	show.open = calloc(show.most, sizeof *show.open);
	if (show.open == NULL)
		return EXIT_FAILURE;
	chance_init(&show.stage.chance, argc > 4 ? strtoull(argv[4], NULL, 10) : 1);
	int status = run(&show, argv[3]);
	free(show.open);
	return status;
}
