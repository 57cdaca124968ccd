#include "helper/privilege.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static void close_others(void)
{
	(void)close_range(STDERR_FILENO + 1, ~0U, 0);
}

/* capset(2) by its number: the C library has no function for it, and one call is no reason for a
 * further library in a program that has a privilege. */
static bool drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{.effective = 0}};

	return syscall(SYS_capset, &header, none) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}
#else
static void close_others(void)
{
	for (int descriptor = STDERR_FILENO + 1; descriptor < 256; descriptor++)
		(void)close(descriptor);
}

static bool drop_capabilities(void)
{
	return true;
}
#endif

enum step privilege_begin(struct fail *fail)
{
	for (int descriptor = 0; descriptor <= STDERR_FILENO; descriptor++)
		if (fcntl(descriptor, F_GETFD) < 0)
			return fail_set(fail, FAIL_INTERNAL, "a standard descriptor is closed");
	close_others();
	clearenv();
	return STEP_DONE;
}

/* As many descriptors as are open: there is room for no other. */
static bool freeze_descriptors(void)
{
	int next = dup(STDIN_FILENO);
	struct rlimit limit;

	if (next < 0)
		return false;
	close(next);
	limit = (struct rlimit){(rlim_t)next, (rlim_t)next};
	return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

enum step privilege_drop(struct fail *fail)
{
	static const struct rlimit none = {0, 0};

	if (!drop_capabilities() || setrlimit(RLIMIT_CORE, &none) != 0 || !freeze_descriptors())
		return fail_set(
			fail, FAIL_INTERNAL, "cannot give up the privilege: %s", strerror(errno));
	return STEP_DONE;
}
