#include "compare/log_reader.h"

#include "base/limits.h"

static bool is_begun(struct span text, const char *with)
{
	return span_equal(span_first(text, strlen(with)), span_text(with));
}

/* One escape of repr() off the front, behind its backslash. */
static void take_escape(struct span *rest, struct buffer *out)
{
	static const char plain[] = "n\nr\rt\t";
	uint8_t c = rest->at[0];

	*rest = span_from(*rest, 1);
	for (size_t i = 0; i + 1 < sizeof plain; i += 2)
		if (c == (uint8_t)plain[i]) {
			buffer_add_byte(out, (uint8_t)plain[i + 1]);
			return;
		}
	if (c == 'x' && rest->length >= 2 && hex_value(rest->at[0]) >= 0 &&
		hex_value(rest->at[1]) >= 0) {
		buffer_add_byte(
			out, (uint8_t)(hex_value(rest->at[0]) * 16 + hex_value(rest->at[1])));
		*rest = span_from(*rest, 2);
		return;
	}
	buffer_add_byte(out, c);
}

/* The octets of a literal as repr() writes it: 'text', b'octets', either with " instead. False when
 * it is none. */
static bool read_literal(struct span text, struct buffer *out)
{
	uint8_t quote;

	if (is_begun(text, "b"))
		text = span_from(text, 1);
	if (text.length < 2 || (text.at[0] != '\'' && text.at[0] != '"'))
		return false;
	quote = text.at[0];
	text = span_from(text, 1);
	while (text.length > 0 && text.at[0] != quote) {
		uint8_t c = text.at[0];

		text = span_from(text, 1);
		if (c == '\\' && text.length > 0)
			take_escape(&text, out);
		else
			buffer_add_byte(out, c);
	}
	return text.length > 0;
}

static void add_literal(struct log_reader *reader, enum side side, struct span literal)
{
	struct buffer octets;

	buffer_init(&octets, LIMIT_MESSAGE);
	if (read_literal(literal, &octets))
		log_add_text(reader, side, buffer_span(&octets), true);
	buffer_fini(&octets);
}

/* "07:38:05.226190 ", which debug level 2 puts in front: the time of the day. */
static bool take_time(struct span *line, int64_t *time)
{
	uint64_t micros;

	if (line->length < 16 || line->at[2] != ':' || line->at[5] != ':' || line->at[8] != '.' ||
		line->at[15] != ' ' || log_digits(*line, 0) < 0 || log_digits(*line, 3) < 0 ||
		log_digits(*line, 6) < 0 ||
		!span_number(span_first(span_from(*line, 9), 6), &micros))
		return false;
	*time = ((int64_t)(log_digits(*line, 0) * 3600 + log_digits(*line, 3) * 60 +
			   log_digits(*line, 6)) *
				1000000 +
			(int64_t)micros) *
		1000;
	*line = span_from(*line, 16);
	return true;
}

/* What comes behind a label, when it is a literal. */
static bool take_label(struct span *line, const char *label)
{
	struct span literal = span_from(*line, strlen(label));

	if (!is_begun(*line, label))
		return false;
	if (!is_begun(literal, "'") && !is_begun(literal, "\"") && !is_begun(literal, "b'") &&
		!is_begun(literal, "b\""))
		return false;
	*line = literal;
	return true;
}

bool log_smtplib_is(struct span line)
{
	int64_t time;

	(void)take_time(&line, &time);
	return take_label(&line, "send: ") || take_label(&line, "reply: ") ||
	       is_begun(line, "reply: retcode (");
}

/* The trace begins where set_debuglevel() was called, as a rule behind the greeting. */
static void imply_beginning(struct log_reader *reader)
{
	if (reader->log->count == 0)
		log_add_implied(reader, SIDE_SERVER);
}

void log_smtplib_read(struct log_reader *reader, struct span line)
{
	reader->has_time = take_time(&line, &reader->time);
	if (take_label(&line, "send: ")) {
		imply_beginning(reader);
		add_literal(reader, SIDE_CLIENT, line);
	} else if (take_label(&line, "reply: ")) {
		add_literal(reader, SIDE_SERVER, line);
	}
}

bool log_poplib_is(struct span line)
{
	return take_label(&line, "*cmd* ") || take_label(&line, "*put* ") ||
	       take_label(&line, "*get* ") || take_label(&line, "*resp* ");
}

/* Level 1 shows the commands (*cmd*) alone, level 2 each line too (*put*, *get*), and the reply
 * once more (*resp*). A *put* line is without its CR LF. */
void log_poplib_read(struct log_reader *reader, struct span line)
{
	struct buffer octets;

	imply_beginning(reader);
	if (take_label(&line, "*get* ")) {
		add_literal(reader, SIDE_SERVER, line);
		return;
	}
	if (take_label(&line, "*put* ")) {
		/* The *cmd* before it was the same line. */
		if (!reader->is_traced)
			reader->log->count -= reader->log->count < 2 ? reader->log->count : 2;
		reader->is_traced = true;
	} else if (!take_label(&line, "*cmd* ") || reader->is_traced) {
		return;
	}
	buffer_init(&octets, LIMIT_LINE);
	if (read_literal(line, &octets)) {
		log_add(reader, SIDE_CLIENT, buffer_span(&octets));
		if (!reader->is_traced)
			log_add_implied(reader, SIDE_SERVER);
	}
	buffer_fini(&octets);
}
