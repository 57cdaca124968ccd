/* torture [--step N] [--flips N] CAPTURE...: analyzes each capture cut at every Nth octet, and with
 * single octets flipped. Built with sanitizers it stops at the first fault; a run that does not end
 * is killed by a clock. */
#include "everything.h"

#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

enum { SECONDS = 20 };

struct torture {
	size_t step, flips;
	size_t runs;
};

/* Of the processor's time: a machine that has other work is no fault of the program. */
static void set_clock(int seconds)
{
	setitimer(ITIMER_PROF, &(struct itimerval){.it_value = {.tv_sec = seconds}}, NULL);
}

static void run(struct torture *torture, const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(
		length > 0 ? length : 1); /* its own allocation: a read past the end is seen */

	if (copy == NULL)
		abort();
	if (length > 0)
		memcpy(copy, bytes, length);
	set_clock(SECONDS);
	(void)everything_run(span_of(copy, length));
	set_clock(0);
	free(copy);
	torture->runs++;
}

static void torture_one(struct torture *torture, struct buffer *capture)
{
	for (size_t length = 0; length <= capture->length; length += torture->step)
		run(torture, capture->at, length);
	for (size_t i = 0; i < torture->flips; i++) {
		size_t place = (size_t)random() % capture->length;
		uint8_t flip = (uint8_t)(1u << ((unsigned)random() % 8));

		capture->at[place] ^= flip;
		run(torture, capture->at, capture->length);
		capture->at[place] ^= flip;
	}
}

static bool load(const char *path, struct buffer *out)
{
	uint8_t bytes[65536];
	FILE *file = fopen(path, "rb");
	size_t length;

	if (file == NULL)
		return false;
	while ((length = fread(bytes, 1, sizeof bytes, file)) > 0)
		buffer_add(out, bytes, length);
	fclose(file);
	return true;
}

int main(int argc, char **argv)
{
	struct torture torture = {1, 0, 0};

	for (int i = 1; i < argc; i++) {
		struct buffer capture;

		if (strcmp(argv[i], "--step") == 0 && i + 1 < argc) {
			torture.step = strtoul(argv[++i], NULL, 10);
			torture.step += torture.step == 0;
			continue;
		}
		if (strcmp(argv[i], "--flips") == 0 && i + 1 < argc) {
			torture.flips = strtoul(argv[++i], NULL, 10);
			continue;
		}
		buffer_init(&capture, 0);
		if (!load(argv[i], &capture) || capture.length == 0) {
			fprintf(stderr, "torture: %s: cannot read\n", argv[i]);
			return 1;
		}
		printf("%s\n", argv[i]);
		fflush(stdout);
		torture_one(&torture, &capture);
		buffer_fini(&capture);
	}
	printf("torture: %zu runs without a fault\n", torture.runs);
	return torture.runs == 0;
}
