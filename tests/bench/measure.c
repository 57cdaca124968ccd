/* bench/measure.c: runs a command and says what it took: a small parent, so that the peak memory
 * told is the command's and not that of the one who started it.
 *
 * usage: measure OUTPUT COMMAND [ARGUMENT...]
 *
 * The command's standard output goes to the file OUTPUT. Prints: exit status, wall and processor
 * seconds, peak memory in KiB, minor page faults. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void run(const char *output, char **command)
{
	int descriptor = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (descriptor < 0 || dup2(descriptor, STDOUT_FILENO) < 0) {
		perror(output);
		_exit(126);
	}
	close(descriptor);
	execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

int main(int argc, char **argv)
{
	struct rusage usage;
	int status;

	if (argc < 3) {
		fputs("usage: measure OUTPUT COMMAND [ARGUMENT...]\n", stderr);
		return EXIT_FAILURE;
	}
	double start = now();
	pid_t child = fork();
	if (child == 0)
		run(argv[1], argv + 2);
	if (child < 0 || wait4(child, &status, 0, &usage) != child) {
		perror("measure");
		return EXIT_FAILURE;
	}
	printf("%d %.6f %.6f %ld %ld\n",
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), now() - start,
		seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss,
		usage.ru_minflt);
	return EXIT_SUCCESS;
}
