/* base/fail.h: why mailscope itself cannot go on. (What is odd in the traffic is a finding.) */
#ifndef BASE_FAIL_H
#define BASE_FAIL_H

#include "base/attributes.h"
#include "base/step.h"

/* The codes are the exit statuses of sysexits.h that PRODUCT promises. */
enum fail_code {
	FAIL_NONE = 0,
	FAIL_USAGE = 64,
	FAIL_DAMAGED = 65,
	FAIL_OPEN = 66,
	FAIL_UNAVAILABLE = 69,
	FAIL_INTERNAL = 70,
	FAIL_WRITE = 73,
	FAIL_TEMPORARY = 75,
	FAIL_PROTOCOL = 76,
	FAIL_DENIED = 77,
};

struct fail {
	enum fail_code code;
	char text[640]; /* "WHERE: WHAT", no line end */
};

/* Fills *fail (unless it is NULL) and returns STEP_FAIL, so that a cause is one statement. The
 * format is given in English and put into the language chosen here. */
enum step fail_set(struct fail *fail, enum fail_code code, const char *format, ...)
	PRINTF_LIKE(3, 4);

#endif
