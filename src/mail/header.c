#include "mail/header.h"

#include "base/limits.h"

/* The length of the line at the front, its end included. */
static size_t line_length(struct span s)
{
	size_t end = span_index(s, '\n');

	return end < s.length ? end + 1 : s.length;
}

static bool is_continued(struct span s)
{
	return s.length > 0 && (s.at[0] == ' ' || s.at[0] == '\t');
}

bool header_take(struct span *header, struct span *name, struct span *value)
{
	size_t colon = span_index(span_first(*header, line_length(*header)), ':');
	size_t length = line_length(*header);

	if (length == 0 || colon == 0 || colon >= length)
		return false;
	while (is_continued(span_from(*header, length)))
		length += line_length(span_from(*header, length));
	*name = span_trim(span_first(*header, colon));
	*value = span_from(span_first(*header, length), colon + 1);
	*header = span_from(*header, length);
	while (value->length > 0 &&
		(value->at[value->length - 1] == '\n' || value->at[value->length - 1] == '\r'))
		value->length--;
	*value = span_trim(*value);
	return true;
}

/* Where in the header the next octet stands. */
enum header_place { AT_LINE, IN_NAME, IN_VALUE, BEHIND_HEADER };

void header_scan_init(struct header_scan *scan)
{
	*scan = (struct header_scan){.state = AT_LINE};
	buffer_init(&scan->fields, LIMIT_FIELDS);
}

void header_scan_fini(struct header_scan *scan)
{
	buffer_fini(&scan->fields);
}

void header_scan_clear(struct header_scan *scan)
{
	buffer_clear(&scan->fields);
	scan->state = AT_LINE;
	scan->is_picked = false;
}

/* A name ends at its colon; a line without one ends the header. */
static size_t scan_name(struct header_scan *scan, struct span text)
{
	size_t used = 0;
	struct span name;

	while (used < text.length && text.at[used] != ':' && text.at[used] != '\n') {
		if (scan->name_length < sizeof scan->name)
			scan->name[scan->name_length++] = text.at[used];
		used++;
	}
	if (used == text.length)
		return used;
	if (text.at[used] == '\n' || scan->name_length == 0) {
		scan->state = BEHIND_HEADER;
		return used;
	}
	scan->state = IN_VALUE;
	name = span_trim(span_of(scan->name, scan->name_length));
	scan->is_picked = scan->name_length < sizeof scan->name &&
			  (span_is_letters(name, "From") || span_is_letters(name, "Subject"));
	if (scan->is_picked)
		buffer_add_span(&scan->fields, name);
	return used;
}

/* The rest of a line, from the colon on. */
static size_t scan_value(struct header_scan *scan, struct span text)
{
	size_t used = line_length(text);

	if (scan->is_picked && !buffer_add(&scan->fields, text.at, used))
		scan->state = BEHIND_HEADER;
	else if (text.at[used - 1] == '\n')
		scan->state = AT_LINE;
	return used;
}

void header_scan_add(struct header_scan *scan, struct span text)
{
	while (text.length > 0 && scan->state != BEHIND_HEADER) {
		if (scan->state == AT_LINE) {
			scan->state = is_continued(text) ? IN_VALUE : IN_NAME;
			scan->name_length = 0;
		}
		text = span_from(text,
			scan->state == IN_NAME ? scan_name(scan, text) : scan_value(scan, text));
	}
}
