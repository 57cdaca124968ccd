/* message/date.h: the date of a header field in all the forms that servers write (RFC 5322 3.3 and
 * 4.3, and others). */
#ifndef MESSAGE_DATE_H
#define MESSAGE_DATE_H

#include "base/span.h"

enum date_zone {
	DATE_ZONE_GIVEN,   /* "+0700", "EST" */
	DATE_ZONE_UTC,     /* "-0000": the time is UTC's, of the place nothing is said */
	DATE_ZONE_UNKNOWN, /* none, or letters that RFC 5322 does not define: read as UTC */
};

struct date {
	int64_t seconds; /* since 1970-01-01 UTC */
	int32_t offset;  /* minutes east of UTC */
	enum date_zone zone;
	bool is_obsolete;      /* a form of RFC 5322 4.3: two digits of a year, a zone in letters */
	bool is_foreign;       /* a form that RFC 5322 does not know */
	bool is_weekday_wrong; /* the day of the week is not that of the date */
	struct span rest;      /* what stands behind it and is no comment */
};

/* Folds, blanks and comments may stand between all its parts. False: no date that exists is there.
 */
bool date_read(struct span text, struct date *date);

/* The year, month (1 to 12) and day of so many days after 1970-01-01. */
struct calendar_day {
	int64_t year;
	unsigned month, day;
};
struct calendar_day date_day(int64_t days);

#endif
