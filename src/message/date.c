#include "message/date.h"

#include "message/tokens.h"

/* What is read so far. */
struct reader {
	struct span rest;
	struct date *date;
	int64_t year;
	unsigned month, day;
	unsigned hour, minute, second;
	int weekday; /* 0: Sunday; -1: not named */
};

/* January 1 of year 0 to 1970-01-01 */
enum { DAYS_TO_1970 = 719528 };

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned month_days(int64_t year, unsigned month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 to January 1 of a year from 0 on. */
static int64_t days_before_year(int64_t year)
{
	int64_t before = year - 1;

	return year * 365 + (year > 0 ? before / 4 - before / 100 + before / 400 + 1 : 0) -
	       DAYS_TO_1970;
}

static int64_t days_of(int64_t year, unsigned month, unsigned day)
{
	int64_t days = days_before_year(year) + day - 1;

	for (unsigned before = 1; before < month; before++)
		days += month_days(year, before);
	return days;
}

struct calendar_day date_day(int64_t days)
{
	struct calendar_day at = {(days + DAYS_TO_1970) / 366, 1, 0};

	while (days_before_year(at.year + 1) <= days)
		at.year++;
	days -= days_before_year(at.year);
	while (days >= month_days(at.year, at.month))
		days -= month_days(at.year, at.month++);
	at.day = (unsigned)days + 1;
	return at;
}

static void skip_blanks(struct reader *reader)
{
	reader->rest = tokens_skip(reader->rest);
}

/* Takes c, if it comes next. */
static bool take(struct reader *reader, uint8_t c)
{
	skip_blanks(reader);
	if (reader->rest.length == 0 || reader->rest.at[0] != c)
		return false;
	reader->rest = span_from(reader->rest, 1);
	return true;
}

static struct span peek_run(struct reader *reader, bool (*is_of)(uint8_t))
{
	size_t length = 0;

	skip_blanks(reader);
	while (length < reader->rest.length && is_of(reader->rest.at[length]))
		length++;
	return span_first(reader->rest, length);
}

static struct span take_run(struct reader *reader, bool (*is_of)(uint8_t))
{
	struct span run = peek_run(reader, is_of);

	reader->rest = span_from(reader->rest, run.length);
	return run;
}

/* A number of least to most digits. */
static bool take_number(struct reader *reader, size_t least, size_t most, unsigned *value)
{
	struct span digits = take_run(reader, is_digit);
	uint64_t number;

	if (digits.length < least || digits.length > most || !span_number(digits, &number))
		return false;
	*value = (unsigned)number;
	return true;
}

/* The place of a word among names: its first three letters, or the whole name. -1: none. */
static int find_name(struct span word, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
		if (span_is_letters(word, names[i]) ||
			(word.length == 3 &&
				span_same_letters(word, span_first(span_text(names[i]), 3))))
			return i;
	return -1;
}

static int find_weekday(struct span word)
{
	static const char *const names[] = {
		"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

	return find_name(word, names, 7);
}

static bool take_month(struct reader *reader)
{
	static const char *const names[] = {"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December"};
	struct span word = take_run(reader, is_letter);
	int month = find_name(word, names, 12);

	if (month < 0 && span_is_letters(word, "Sept"))
		month = 8;
	reader->date->is_foreign |= word.length != 3;
	reader->month = (unsigned)month + 1;
	return month >= 0;
}

/* RFC 5322 4.3: two digits up to 49 are of this century, three digits count from 1900. */
static bool take_year(struct reader *reader)
{
	struct span digits = take_run(reader, is_digit);
	uint64_t year;

	if (digits.length < 2 || digits.length > 4 || !span_number(digits, &year))
		return false;
	reader->date->is_obsolete |= digits.length < 4;
	if (digits.length == 2)
		year += year < 50 ? 2000 : 1900;
	else if (digits.length == 3)
		year += 1900;
	reader->year = (int64_t)year;
	return year >= 1900;
}

static void take_fraction(struct reader *reader)
{
	if (reader->rest.length > 1 && (reader->rest.at[0] == '.' || reader->rest.at[0] == ',') &&
		is_digit(reader->rest.at[1])) {
		reader->rest = span_from(reader->rest, 1);
		take_run(reader, is_digit);
		reader->date->is_foreign = true;
	}
}

/* "06:43:51 PM" */
static bool take_half(struct reader *reader)
{
	struct span word = peek_run(reader, is_letter);
	bool is_late = span_is_letters(word, "PM");

	if (!is_late && !span_is_letters(word, "AM"))
		return true;
	reader->rest = span_from(reader->rest, word.length);
	reader->date->is_foreign = true;
	if (reader->hour < 1 || reader->hour > 12)
		return false;
	reader->hour = reader->hour % 12 + (is_late ? 12 : 0);
	return true;
}

/* time-of-day = hour ":" minute [ ":" second ] (RFC 5322 3.3); 60 is a leap second */
static bool take_time(struct reader *reader)
{
	if (!take_number(reader, 1, 2, &reader->hour) || !take(reader, ':') ||
		!take_number(reader, 2, 2, &reader->minute))
		return false;
	if (take(reader, ':')) {
		if (!take_number(reader, 2, 2, &reader->second))
			return false;
		take_fraction(reader);
	}
	return take_half(reader) && reader->hour < 24 && reader->minute < 60 && reader->second < 61;
}

/* ("+" / "-") 4DIGIT, also "+07:00" and "+7" */
static bool take_offset(struct reader *reader)
{
	bool is_west = reader->rest.length > 0 && reader->rest.at[0] == '-';
	struct span digits;
	uint64_t hours, minutes = 0;

	reader->rest = span_from(reader->rest, 1);
	digits = take_run(reader, is_digit);
	if (digits.length == 4) {
		if (!span_number(span_from(digits, 2), &minutes))
			return false;
		digits.length = 2;
	} else {
		reader->date->is_foreign = true;
	}
	if (digits.length > 2 || !span_number(digits, &hours))
		return false;
	if (reader->rest.length > 0 && reader->rest.at[0] == ':') {
		unsigned colon_minutes = 0;

		reader->rest = span_from(reader->rest, 1);
		if (!take_number(reader, 2, 2, &colon_minutes))
			return false;
		minutes = colon_minutes;
	}
	if (minutes > 59)
		return false;
	reader->date->offset = (int32_t)(hours * 60 + minutes) * (is_west ? -1 : 1);
	reader->date->zone = is_west && reader->date->offset == 0 ? DATE_ZONE_UTC : DATE_ZONE_GIVEN;
	return true;
}

/* The zones of RFC 5322 4.3. Single letters but Z were defined the wrong way round once: they say
 * nothing, as all other letters do. */
static void read_zone_name(struct reader *reader, struct span name)
{
	static const struct {
		const char *name;
		int hours;
	} zones[] = {{"UT", 0}, {"GMT", 0}, {"UTC", 0}, {"Z", 0}, {"EST", -5}, {"EDT", -4},
		{"CST", -6}, {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};

	reader->date->is_obsolete = true;
	reader->date->zone = DATE_ZONE_UNKNOWN;
	for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++)
		if (span_is_letters(name, zones[i].name)) {
			reader->date->zone = DATE_ZONE_GIVEN;
			reader->date->offset = zones[i].hours * 60;
		}
}

static bool is_sign(struct span rest)
{
	return rest.length > 1 && (rest.at[0] == '+' || rest.at[0] == '-') && is_digit(rest.at[1]);
}

/* "+0700", "EST", "GMT+0700", or nothing. */
static bool take_zone(struct reader *reader)
{
	struct span name = peek_run(reader, is_letter);

	if (is_sign(reader->rest))
		return take_offset(reader);
	if (name.length == 0) {
		reader->date->zone = DATE_ZONE_UNKNOWN;
		reader->date->is_foreign = true;
		return true;
	}
	reader->rest = span_from(reader->rest, name.length);
	read_zone_name(reader, name);
	if (!is_sign(reader->rest) ||
		!(span_is_letters(name, "GMT") || span_is_letters(name, "UTC")))
		return true;
	reader->date->is_foreign = true;
	return take_offset(reader);
}

/* "2022-11-08T18:43:51Z", "2022-11-08 18:43:51.25 +0000 UTC"; the year is taken. */
static bool read_iso(struct reader *reader)
{
	struct span zone;

	reader->date->is_foreign = true;
	if (!take(reader, '-') || !take_number(reader, 2, 2, &reader->month) ||
		!take(reader, '-') || !take_number(reader, 2, 2, &reader->day))
		return false;
	if (reader->rest.length > 0 && (reader->rest.at[0] | 0x20) == 't')
		reader->rest = span_from(reader->rest, 1);
	if (!take_time(reader) || !take_zone(reader))
		return false;
	zone = peek_run(reader, is_letter);
	if (span_is_letters(zone, "UTC"))
		reader->rest = span_from(reader->rest, zone.length);
	return true;
}

/* asctime(): "Nov  8 18:43:51 2022", with a zone before or behind the year. */
static bool read_asctime(struct reader *reader)
{
	struct span next;

	reader->date->is_foreign = true;
	if (!take_month(reader) || !take_number(reader, 1, 2, &reader->day))
		return false;
	take(reader, ',');
	next = peek_run(reader, is_digit);
	if (next.length == 4) /* "November 8, 2022 18:43:51 +0000" */
		return take_year(reader) && take_time(reader) && take_zone(reader);
	if (!take_time(reader))
		return false;
	next = peek_run(reader, is_digit);
	if (next.length == 0 && (!take_zone(reader) || !take_year(reader)))
		return false;
	return next.length == 0 || (take_year(reader) && take_zone(reader));
}

/* date = day month year ; with "-" between them in some servers' mails */
static bool read_day_first(struct reader *reader)
{
	bool has_dashes;

	if (!take_number(reader, 1, 2, &reader->day))
		return false;
	has_dashes = take(reader, '-');
	if (!take_month(reader) || (has_dashes && !take(reader, '-')) || !take_year(reader))
		return false;
	reader->date->is_foreign |= has_dashes;
	reader->date->is_foreign |= take(reader, ',');
	return take_time(reader) && take_zone(reader);
}

/* [ day-of-week "," ] */
static void take_weekday(struct reader *reader)
{
	struct span word = peek_run(reader, is_letter);

	reader->weekday = find_weekday(word);
	if (reader->weekday < 0)
		return;
	reader->rest = span_from(reader->rest, word.length);
	reader->date->is_foreign |= word.length != 3;
	if (!take(reader, ','))
		reader->date->is_foreign = true;
}

static bool read_parts(struct reader *reader)
{
	struct span digits;

	take_weekday(reader);
	digits = peek_run(reader, is_digit);
	if (digits.length == 4)
		return take_year(reader) && read_iso(reader);
	return digits.length > 0 ? read_day_first(reader) : read_asctime(reader);
}

bool date_read(struct span text, struct date *date)
{
	struct reader reader = {.rest = text, .date = date, .weekday = -1};
	int64_t days;

	*date = (struct date){.zone = DATE_ZONE_UNKNOWN};
	if (!read_parts(&reader) || reader.month < 1 || reader.month > 12 || reader.day < 1 ||
		reader.day > month_days(reader.year, reader.month))
		return false;
	days = days_of(reader.year, reader.month, reader.day);
	/* 1970-01-01 was a Thursday. */
	date->is_weekday_wrong = reader.weekday >= 0 && ((days % 7) + 11) % 7 != reader.weekday;
	date->seconds = days * 86400 + reader.hour * 3600 + reader.minute * 60 + reader.second -
			(int64_t)date->offset * 60;
	skip_blanks(&reader);
	date->rest = reader.rest;
	date->is_foreign |= date->rest.length > 0;
	return true;
}
