#include "commands/progress.h"

#include <stdio.h>
#include <unistd.h>

enum { PROGRESS_LEAST = 256 * 1024, PROGRESS_WIDTH = 40 };

void progress_begin(struct progress *progress, const char *what)
{
	*progress = (struct progress){.what = what, .percent = -1};
}

static void draw(const struct progress *progress)
{
	int filled = progress->percent * PROGRESS_WIDTH / 100;

	fprintf(stderr, "\r%s [", progress->what);
	for (int i = 0; i < PROGRESS_WIDTH; i++)
		fputc(i < filled ? '#' : '.', stderr);
	fprintf(stderr, "] %3d %%", progress->percent);
	fflush(stderr);
}

void progress_show(void *context, uint64_t done, uint64_t all)
{
	struct progress *progress = context;
	int percent;

	if (all < PROGRESS_LEAST || isatty(STDERR_FILENO) == 0)
		return;
	percent = done >= all ? 100 : (int)(done * 100 / all);
	if (percent == progress->percent)
		return;
	progress->percent = percent;
	progress->is_shown = true;
	draw(progress);
}

void progress_end(struct progress *progress)
{
	if (progress->is_shown)
		fputs("\r\033[K", stderr);
	progress->is_shown = false;
	progress->percent = -1;
}
