#include "compare/log_reader.h"

static const int64_t SECOND = 1000000000;

static bool is_at(struct span text, size_t offset, char c)
{
	return offset < text.length && text.at[offset] == (uint8_t)c;
}

/* Days from 1970-01-01 in the Gregorian calendar. */
static int64_t days_until(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* The digits of a fraction of a second, as nanoseconds. */
static int64_t take_fraction(struct span *rest)
{
	int64_t value = 0;
	int64_t unit = SECOND / 10;

	if (!is_at(*rest, 0, '.') && !is_at(*rest, 0, ','))
		return 0;
	*rest = span_from(*rest, 1);
	while (rest->length > 0 && rest->at[0] >= '0' && rest->at[0] <= '9') {
		value += unit * (rest->at[0] - '0');
		unit /= 10;
		*rest = span_from(*rest, 1);
	}
	return value;
}

bool log_take_time(struct span *rest, int64_t *time)
{
	static const char shape[] = "dddd-dd-dd dd:dd:dd";
	struct span text = *rest;
	int64_t seconds;
	int year;

	for (size_t i = 0; i < sizeof shape - 1; i++) {
		if (shape[i] == 'd' ? i >= text.length || text.at[i] < '0' || text.at[i] > '9'
				    : !is_at(text, i, shape[i]) &&
					      !(shape[i] == ' ' && is_at(text, i, 'T')))
			return false;
	}
	year = log_digits(text, 0) * 100 + log_digits(text, 2);
	if (year < 1970 || year > 2261) /* what nanoseconds since 1970 reach */
		return false;
	seconds = days_until(year, log_digits(text, 5), log_digits(text, 8)) * 86400 +
		  log_digits(text, 11) * 3600 + log_digits(text, 14) * 60 + log_digits(text, 17);
	*rest = span_from(text, sizeof shape - 1);
	*time = seconds * SECOND + take_fraction(rest);
	return true;
}

/* "2022-11-21 00:24:09 [INFO]: " off the front. */
static bool take_head(struct span *rest, int64_t *time)
{
	struct span text = *rest;
	size_t level;

	if (!log_take_time(&text, time) || !is_at(text, 0, ' ') || !is_at(text, 1, '['))
		return false;
	level = span_find(text, "]:");
	if (level == text.length || level > 16)
		return false;
	text = span_from(text, level + 2);
	*rest = span_from(text, is_at(text, 0, ' '));
	return true;
}

bool log_session_is(struct span line)
{
	int64_t time;

	return take_head(&line, &time);
}

static bool take_word(struct span *rest, const char *word)
{
	size_t length = strlen(word);

	if (!span_equal(span_first(*rest, length), span_text(word)))
		return false;
	*rest = span_from(*rest, length);
	return true;
}

static void read_said(struct log_reader *reader, enum side side, struct span text)
{
	if (reader->is_withheld)
		return;
	log_add(reader, side, span_from(text, is_at(text, 0, ' ')));
	reader->is_open = true;
}

static void read_entry(struct log_reader *reader, struct span text)
{
	reader->is_open = false;
	if (take_word(&text, "Client:")) {
		read_said(reader, SIDE_CLIENT, text);
	} else if (take_word(&text, "Server:")) {
		read_said(reader, SIDE_SERVER, text);
	} else if (take_word(&text, "Disable logging...")) {
		log_add_withheld(reader);
		reader->is_withheld = true;
	} else if (take_word(&text, "Logging was enabled.")) {
		reader->is_withheld = false;
	}
}

void log_session_read(struct log_reader *reader, struct span line)
{
	struct log_line *further;
	enum side side;

	if (take_head(&line, &reader->time)) {
		reader->has_time = true;
		read_entry(reader, line);
		return;
	}
	if (!reader->is_open || reader->is_withheld)
		return;
	side = reader->log->lines[reader->log->count - 1].side;
	further = log_add(reader, side, line);
	further->is_further = true;
}
