/* builder: makes a pcapng out of a session script (docs/scripts.md). */
#include "base/memory.h"
#include "chance.h"
#include "script.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>

enum { SECOND = 1000000000, EARLIEST = 1666684800 /* 2022-10-25T08:00:00Z */ };

static const char usage[] =
	"usage: builder [--segment N | --split N | --every-split] SCRIPT OUT.pcapng\n"
	"Makes a capture out of a session script; docs/scripts.md has the language.\n"
	"  --segment N    cuts all that is said into segments of at most N octets\n"
	"  --split N      cuts behind the Nth octet that is said\n"
	"  --every-split  plays the script once as it is and once for each such cut, each time\n"
	"                 with the clients' addresses one higher; all in one capture\n"
	"  --octets       prints how many octets are said\n";

struct options {
	uint64_t segment, split;
	bool is_every, wants_octets;
	const char *script, *out;
};

static void play(const struct options *options, struct span text, struct stage *stage)
{
	uint64_t octets;

	stage->trace.start = stage->trace.next = (int64_t)EARLIEST * SECOND;
	stage->trace.last = stage->trace.start - 1;
	stage->segment = options->segment;
	stage->split = options->split;
	script_play(options->script, text, stage, 0);
	octets = stage->octets;
	if (options->wants_octets)
		printf("%llu\n", (unsigned long long)octets);
	for (uint64_t split = 1; options->is_every && split < octets; split++) {
		stage->octets = 0;
		stage->split = split;
		stage->trace.start = stage->trace.next = stage->trace.last + SECOND;
		script_play(options->script, text, stage, (uint32_t)split);
	}
}

static bool read_options(int count, char **words, struct options *options)
{
	int i = 1;

	for (; i < count && strncmp(words[i], "--", 2) == 0; i++) {
		bool is_segment = strcmp(words[i], "--segment") == 0;

		if (strcmp(words[i], "--every-split") == 0)
			options->is_every = true;
		else if (strcmp(words[i], "--octets") == 0)
			options->wants_octets = true;
		else if ((is_segment || strcmp(words[i], "--split") == 0) && ++i < count)
			*(is_segment ? &options->segment : &options->split) =
				text_number(span_text(words[i]), UINT32_MAX);
		else
			return false;
	}
	if (count - i != 2)
		return false;
	options->script = words[i];
	options->out = words[i + 1];
	return true;
}

int main(int count, char **words)
{
	struct options options = {0};
	struct stage stage = {0};
	struct buffer text;

	text_place("command line", 0);
	if (!read_options(count, words, &options)) {
		fputs(usage, stderr);
		return 64;
	}
	chance_begin(20221121);
	trace_init(&stage.trace);
	buffer_init(&text, 0);
	text_read_file(options.script, &text);
	play(&options, buffer_span(&text), &stage);
	trace_write(&stage.trace, options.out);
	buffer_fini(&text);
	trace_fini(&stage.trace);
	return 0;
}
