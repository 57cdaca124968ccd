/* Dates of header fields. The seconds are those of date -u -d. */
#include "message/date.h"
#include "suite.h"

#include <stdio.h>

enum { IS_OBSOLETE = 1, IS_FOREIGN = 2, IS_WRONG_DAY = 4, ZONE_UTC = 8, ZONE_UNKNOWN = 16 };

static const struct {
	const char *text;
	int64_t seconds;
	int offset;
	unsigned flags;
} cases[] = {
	/* RFC 5322 3.3 and its appendix A */
	{"Tue, 08 Nov 2022 10:43:51 -0800 (PST)", 1667933031, -480, 0},
	{"Wed, 9 Nov 2022 01:43:51 +0700", 1667933031, 420, 0},
	{"8 Nov 2022 18:43:51 +0000", 1667933031, 0, 0},
	{"Tue, 8 Nov 2022 18:43 +0000", 1667932980, 0, 0},
	{"Fri, 21 Nov 1997 09:55:06 -0600", 880127706, -360, 0},
	{"Thu, 13 Feb 1969 23:32:54 -0330", -27723426, -210, 0},
	{"Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               "
	 "-0330 (Newfoundland Time)",
		-27723480, -210, 0},
	{"Sat, 31 Dec 2016 23:59:60 +0000", 1483228800, 0, 0},
	{"8 Nov 2022 18:43:51 -0000", 1667933031, 0, ZONE_UTC},
	{"Thu, 29 Feb 2024 12:00:00 +0000", 1709208000, 0, 0},
	{"Fri, 31 Dec 9999 23:59:59 +0000", 253402300799, 0, 0},
	{"tue, 8 nov 2022 18:43:51 +0000", 1667933031, 0, 0},
	/* RFC 5322 4.3 */
	{"21 Nov 97 09:55:06 GMT", 880106106, 0, IS_OBSOLETE},
	{"Fri, 21 Nov 97 09(comment):   55  :  06 -0600", 880127706, -360, IS_OBSOLETE},
	{"Tue, 8 Nov 22 13:43:51 EST", 1667933031, -300, IS_OBSOLETE},
	{"Tue, 8 Nov 2022 14:43:51 EDT", 1667933031, -240, IS_OBSOLETE},
	{"Tue, 8 Nov 2022 12:43:51 CST", 1667933031, -360, IS_OBSOLETE},
	{"Tue, 8 Nov 2022 11:43:51 PDT", 1667933031, -420, IS_OBSOLETE},
	{"Tue, 8 Nov 2022 18:43:51 UT", 1667933031, 0, IS_OBSOLETE},
	{"Tue, 8 Nov 2022 18:43:51 Z", 1667933031, 0, IS_OBSOLETE},
	{"Tue, 8 Nov 2022 18:43:51 A", 1667933031, 0, IS_OBSOLETE | ZONE_UNKNOWN},
	{"Tue, 8 Nov 2022 18:43:51 MSK", 1667933031, 0, IS_OBSOLETE | ZONE_UNKNOWN},
	{"Fri, 1 Jan 49 00:00:00 +0000", 2493072000, 0, IS_OBSOLETE},
	{"Sun, 1 Jan 50 00:00:00 +0000", -631152000, 0, IS_OBSOLETE},
	{"Sat, 1 Jan 100 00:00:00 +0000", 946684800, 0, IS_OBSOLETE},
	/* what others write */
	{"2022-11-08T18:43:51Z", 1667933031, 0, IS_OBSOLETE | IS_FOREIGN},
	{"2022-11-08T18:43:51.25+00:00", 1667933031, 0, IS_FOREIGN},
	{"2022-11-08 18:43:51.123456789 +0000 UTC", 1667933031, 0, IS_FOREIGN},
	{"2022-11-09 01:43:51 +07", 1667933031, 420, IS_FOREIGN},
	{"Tue Nov  8 18:43:51 2022", 1667933031, 0, IS_FOREIGN | ZONE_UNKNOWN},
	{"Tue Nov  8 13:43:51 EST 2022", 1667933031, -300, IS_OBSOLETE | IS_FOREIGN},
	{"Tue Nov  8 10:43:51 2022 -0800", 1667933031, -480, IS_FOREIGN},
	{"Tuesday, November 8, 2022 6:43:51 PM +0000", 1667933031, 0, IS_FOREIGN},
	{"Tuesday, 08-Nov-22 18:43:51 GMT", 1667933031, 0, IS_OBSOLETE | IS_FOREIGN},
	{"Tue, 8 November 2022 12:00:00 AM +0000", 1667865600, 0, IS_FOREIGN},
	{"Tue, 8 Nov 2022 12:00:00 PM +0000", 1667908800, 0, IS_FOREIGN},
	{"Wed, 9 Nov 2022 01:43:51 GMT+0700", 1667933031, 420, IS_OBSOLETE | IS_FOREIGN},
	{"Tue, 8 Nov 2022 18:43:51", 1667933031, 0, IS_FOREIGN | ZONE_UNKNOWN},
	{"Tue, 8 Nov 2022 18:43:51 +0000 and more", 1667933031, 0, IS_FOREIGN},
	{"Mon, 8 Nov 2022 18:43:51 +0000", 1667933031, 0, IS_WRONG_DAY},
};

static void test_forms(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct date date;
		unsigned flags;
		bool is_read = date_read(span_text(cases[i].text), &date);

		CU_ASSERT_TRUE(is_read);
		flags = (date.is_obsolete ? IS_OBSOLETE : 0) | (date.is_foreign ? IS_FOREIGN : 0) |
			(date.is_weekday_wrong ? IS_WRONG_DAY : 0) |
			(date.zone == DATE_ZONE_UTC ? ZONE_UTC : 0) |
			(date.zone == DATE_ZONE_UNKNOWN ? ZONE_UNKNOWN : 0);
		if (!is_read || date.seconds != cases[i].seconds || flags != cases[i].flags)
			printf("\n%s: %lld, flags %u\n", cases[i].text, (long long)date.seconds,
				flags);
		CU_ASSERT_EQUAL(date.seconds, cases[i].seconds);
		CU_ASSERT_EQUAL(date.offset, cases[i].offset);
		CU_ASSERT_EQUAL(flags, cases[i].flags);
	}
}

static void test_refused(void)
{
	static const char *const texts[] = {"", " ", "yesterday", "8", "8 Nov", "8 Nov 2022",
		"8 Nov 2022 25:00:00 +0000", "8 Nov 2022 18:60:00 +0000",
		"8 Nov 2022 18:43:61 +0000", "29 Feb 2023 12:00:00 +0000",
		"31 Nov 2022 12:00:00 +0000", "0 Nov 2022 12:00:00 +0000",
		"32 Dec 2022 12:00:00 +0000", "8 Foo 2022 12:00:00 +0000", "8 Nov 1 12:00:00 +0000",
		"8 Nov 12345 12:00:00 +0000", "8 Nov 1899 12:00:00 +0000", "8 Nov 2022 1:2 +0000",
		"8 Nov 2022 18:43:51 +0099", "8 Nov 2022 18:43:51 +123456", "2022-13-08T18:43:51Z",
		"2022-11-08", "8 Nov 2022 13:00:00 PM +0000", "(8 Nov 2022 18:43:51 +0000",
		"99999999999999999999"};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct date date;

		if (date_read(span_text(texts[i]), &date))
			printf("\nread: %s\n", texts[i]);
		CU_ASSERT_FALSE(date_read(span_text(texts[i]), &date));
	}
}

/* Wherever a date is cut, nothing is read behind its end. */
static void test_cut(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (size_t length = 0; length < strlen(cases[i].text); length++) {
			uint8_t copy[128];
			struct date date;

			memcpy(copy, cases[i].text, length);
			(void)date_read(span_of(copy, length), &date);
			CU_ASSERT_TRUE(date.rest.length <= length);
		}
}

static void test_days(void)
{
	for (int64_t days = -25567; days < 150000; days += 13) {
		struct calendar_day day = date_day(days);
		char text[64];
		struct date date;

		snprintf(text, sizeof text, "%04d-%02u-%02u 00:00:00 +0000", (int)day.year,
			day.month, day.day);
		CU_ASSERT_TRUE(date_read(span_text(text), &date));
		CU_ASSERT_EQUAL(date.seconds, days * 86400);
	}
}

SUITE(date, {"reads all forms", test_forms}, {"refuses what is no date", test_refused},
	{"may be cut anywhere", test_cut}, {"counts days both ways", test_days});
