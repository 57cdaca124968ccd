#include "compare/log_reader.h"

/* A mark in front of what was said. */
struct arrow {
	char mark[5];
	enum side side;
};

/* swaks 20201014, "TRANSCRIPT": ~ inside TLS, * when it was not expected. */
static const struct arrow swaks[] = {
	{" -> ", SIDE_CLIENT},
	{" ~> ", SIDE_CLIENT},
	{"**> ", SIDE_CLIENT},
	{"*~> ", SIDE_CLIENT},
	{"<-  ", SIDE_SERVER},
	{"<~  ", SIDE_SERVER},
	{"<** ", SIDE_SERVER},
	{"<~* ", SIDE_SERVER},
	{"", SIDE_CLIENT},
};
static const struct arrow curl[] = {
	{"> ", SIDE_CLIENT},
	{"< ", SIDE_SERVER},
	{"", SIDE_CLIENT},
};
static const struct arrow msmtp[] = {
	{"--> ", SIDE_CLIENT},
	{"<-- ", SIDE_SERVER},
	{"", SIDE_CLIENT},
};

static bool is_begun(struct span text, const char *with)
{
	return span_equal(span_first(text, strlen(with)), span_text(with));
}

/* The arrow in front of the line; of an empty one, the blanks behind it may have been lost. */
static const struct arrow *find_arrow(const struct arrow *arrows, struct span line)
{
	for (; arrows->mark[0] != '\0'; arrows++) {
		struct span mark = span_text(arrows->mark);
		size_t bare = mark.length;

		while (mark.at[bare - 1] == ' ')
			bare--;
		if (is_begun(line, arrows->mark) ||
			(line.length >= bare && line.length < mark.length &&
				span_equal(span_first(mark, line.length), line)))
			return arrows;
	}
	return NULL;
}

static bool read_arrow(struct log_reader *reader, const struct arrow *arrows, struct span line)
{
	const struct arrow *arrow = find_arrow(arrows, line);

	if (arrow == NULL)
		return false;
	log_add(reader, arrow->side, span_from(line, strlen(arrow->mark)));
	return true;
}

bool log_swaks_is(struct span line)
{
	return is_begun(line, "=== ") || find_arrow(swaks, line) != NULL;
}

/* With --suppress-data, the message is one line: " -> 17 lines sent". */
static bool is_suppressed(struct span line)
{
	struct span text = span_from(line, 4);
	struct span word = span_word(&text);
	uint64_t count;

	return (is_begun(line, " -> ") || is_begun(line, " ~> ")) && span_number(word, &count) &&
	       span_is(text, "lines sent");
}

void log_swaks_read(struct log_reader *reader, struct span line)
{
	if (is_suppressed(line))
		log_add_withheld(reader);
	else
		(void)read_arrow(reader, swaks, line);
}

bool log_msmtp_is(struct span line)
{
	return find_arrow(msmtp, line) != NULL;
}

/* The letters in front of the first blank, without regard to case. */
static bool is_command(struct span command, const char *verb)
{
	return span_is_letters(span_word(&command), verb);
}

void log_msmtp_read(struct log_reader *reader, struct span line)
{
	(void)read_arrow(reader, msmtp, line);
}

static bool is_counted(struct span line)
{
	return (is_begun(line, "{ [") || is_begun(line, "} [")) &&
	       span_find(line, " bytes data]") < line.length;
}

bool log_curl_is(struct span line)
{
	return is_begun(line, "* ") || is_counted(line) || find_arrow(curl, line) != NULL;
}

/* "} [34 bytes data]": octets that are not shown. Of TLS, headers and handshake are told so too: 5
 * octets, or a line behind one that says what they are. */
static void read_counted(struct log_reader *reader, struct span line)
{
	bool is_tls = reader->is_tls || is_begun(span_from(line, 2), "[5 bytes data]");
	struct log_line *mark;

	reader->is_tls = false;
	if (is_tls)
		return;
	mark = log_add_withheld(reader);
	mark->has_side = mark->may_share = true;
	mark->side = line.at[0] == '}' ? SIDE_CLIENT : SIDE_SERVER;
}

/* What is uploaded or downloaded is not shown: messages, and the lists of LIST and UIDL. */
static void imply_transferred(struct log_reader *reader, struct span reply)
{
	static const char *const verbs[] = {"RETR", "TOP", "LIST", "UIDL"};

	if (is_begun(reply, "354"))
		log_add_implied(reader, SIDE_CLIENT);
	if (!span_starts_letters(reply, "+OK"))
		return;
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (is_command(reader->command, verbs[i])) {
			log_add_implied(reader, SIDE_SERVER);
			return;
		}
}

void log_curl_read(struct log_reader *reader, struct span line)
{
	if (is_counted(line)) {
		read_counted(reader, line);
		return;
	}
	reader->is_tls = is_begun(line, "* TLS");
	if (read_arrow(reader, curl, line) && line.at[0] == '<')
		imply_transferred(reader, span_from(line, 2));
}
