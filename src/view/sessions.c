#include "base/language.h"
#include "base/printable.h"
#include "message/message.h"
#include "view/cell.h"
#include "view/text.h"

/* A million rows are ordinary here: nothing in them is made by printf(). */

enum {
	PIPE_WIDTH = 125,   /* columns when there is no terminal */
	ENDPOINT = 21,      /* "255.255.255.255:65535"; IPv6 addresses are longer and stay whole */
	HINT_LEAST = 12,    /* columns that a sender or user is worth showing in */
	SUBJECT_LEAST = 30, /* and its subject behind it */
};

struct column {
	const char *heading;
	uint8_t width;
	uint8_t least; /* columns of the terminal from which on it is shown */
	void (*put)(struct cell *cell, const struct session *session); /* numbers */
	struct span (*text)(const struct session *session);            /* texts */
};

static void put_number(struct cell *cell, const struct session *session)
{
	cell_put_number(cell, session->number);
}

static void put_start(struct cell *cell, const struct session *session)
{
	cell_put_seconds(cell, session->start - session->capture_start, 6);
}

static void put_duration(struct cell *cell, const struct session *session)
{
	cell_put_seconds(cell, session->end - session->start, 3);
}

static void put_messages(struct cell *cell, const struct session *session)
{
	cell_put_number(cell, session->messages_seen);
}

static void put_octets(struct cell *cell, const struct session *session)
{
	uint64_t value =
		session->streams[SIDE_CLIENT].octets + session->streams[SIDE_SERVER].octets;

	cell_put_grouped(cell, value);
}

/* "SMTP starttls" */
static struct span protocol_text(const struct session *session)
{
	static const char *const names[][3] = {
		[MAIL_SMTP] = {N_("SMTP clear"), "SMTP starttls", "SMTP tls"},
		[MAIL_POP3] = {N_("POP3 clear"), "POP3 starttls", "POP3 tls"},
	};

	return span_text(_(names[session->protocol][session->transport]));
}

static struct span outcome_text(const struct session *session)
{
	return span_text(_(outcome_name(session->outcome)));
}

static const struct column columns[] = {
	{N_("No."), 5, 0, put_number, NULL},
	{N_("Start"), 11, 98, put_start, NULL},
	{N_("Duration"), 8, 119, put_duration, NULL},
	{N_("Protocol"), 13, 0, NULL, protocol_text},
	{N_("Outcome"), 16, 0, NULL, outcome_text},
	{N_("Msgs"), 4, 125, put_messages, NULL},
	{N_("Octets"), 9, 109, put_octets, NULL},
};

enum { COLUMN_COUNT = sizeof columns / sizeof columns[0] };

static int width_of(const struct view_options *options)
{
	return options->width > 0 ? options->width : PIPE_WIDTH;
}

static void tsv_heading(struct buffer *out)
{
	buffer_add_text(out,
		"session\tprotocol\ttransport\tclient\tclient_port\tserver\tserver_port\tstart\t"
		"duration\toutcome\tmessages\toctets_client\toctets_server\tcommands\tcomplete\t"
		"first_frame\tlast_frame\ttls_version\tcipher\tuser\tsender\n");
}

void view_sessions_heading(struct buffer *out, const struct view_options *options)
{
	if (options->format == FORMAT_TSV) {
		text_capture_heading(out, options);
		tsv_heading(out);
		return;
	}
	text_colour(out, options, COLOUR_STRONG);
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		size_t start = out->length;

		if (columns[i].least > width_of(options))
			continue;
		buffer_add_text(out, _(columns[i].heading));
		if (columns[i].put != NULL)
			text_right(out, start, columns[i].width);
		else
			text_left(out, start, columns[i].width);
		buffer_add(out, "  ", 2);
	}
	buffer_add_text(out, _("Client → Server"));
	text_plain(out, options);
	buffer_add_byte(out, '\n');
}

static enum text_colour outcome_colour(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_DELIVERED:
	case OUTCOME_FETCHED:
	case OUTCOME_LISTED:
		return COLOUR_GOOD;
	case OUTCOME_PARTLY:
	case OUTCOME_DEFERRED:
	case OUTCOME_CUT:
		return COLOUR_WARNING;
	case OUTCOME_REFUSED:
	case OUTCOME_LOGIN_REFUSED:
	case OUTCOME_TLS_FAILED:
		return COLOUR_ERROR;
	case OUTCOME_NOTHING:
	case OUTCOME_SEALED:
		break;
	}
	return COLOUR_DIM;
}

static void add_right(
	struct buffer *out, const struct column *column, const struct session *session)
{
	struct cell cell;

	cell_begin(&cell);
	column->put(&cell, session);
	cell_add(out, &cell, column->width, 2);
}

/* How many octets more than columns a text has that mailscope makes itself. */
static size_t octets_more(struct span text)
{
	const uint64_t highest = UINT64_C(0x8080808080808080);
	size_t more = 0, i = 0;
	uint64_t eight;

	/* Eight octets of ASCII at a time: English has no others. */
	for (; i + sizeof eight <= text.length; i += sizeof eight) {
		memcpy(&eight, text.at + i, sizeof eight);
		if ((eight & highest) != 0)
			break;
	}
	for (; i < text.length; i++)
		more += (text.at[i] & 0xc0) == 0x80;
	return more;
}

static void add_left(struct buffer *out, const struct column *column, const struct session *session,
	const struct view_options *options)
{
	bool is_coloured = options->has_colour && column->text == outcome_text;
	struct span text = column->text(session);
	size_t width = column->width + octets_more(text);

	if (!is_coloured) {
		cell_add_left(out, text, width, 2);
		return;
	}
	text_colour(out, options, outcome_colour(session->outcome));
	cell_add_left(out, text, width, 0);
	text_plain(out, options);
	buffer_add(out, "  ", 2);
}

/* Who the session was about. */
static struct span hint_of(const struct session *session)
{
	if (session->message_count > 0 && session->messages[0].has_sender)
		return session->messages[0].sender;
	return session->user;
}

static void add_subject(struct buffer *out, const struct session *session)
{
	struct message_summary summary;

	if (session->message_count == 0 || session->messages[0].header.length == 0)
		return;
	message_parse_header(&summary, session->messages[0].header);
	if (summary.subject.length > 0) {
		if (out->length > 0)
			buffer_add_text(out, ": ");
		printable_add(out, summary.subject);
	}
	message_fini(&summary);
}

/* The text's first columns that fit, and "…" for what does not. */
static void add_cut(struct buffer *out, struct span text, size_t room)
{
	size_t length = 0;
	size_t used = 0;

	if (printable_width(text) <= room) {
		buffer_add_span(out, text);
		return;
	}
	while (length < text.length) {
		uint32_t character;
		size_t taken = utf8_take(span_from(text, length), &character);
		struct span next = span_first(span_from(text, length), taken > 0 ? taken : 1);

		used += printable_width(next);
		if (used > room - 1)
			break;
		length += next.length;
	}
	buffer_add_span(out, span_first(text, length));
	buffer_add_text(out, "…");
}

static void add_hint(struct buffer *out, const struct session *session, size_t room)
{
	struct buffer hint;

	buffer_init(&hint, 0);
	printable_add(&hint, hint_of(session));
	if (room >= SUBJECT_LEAST)
		add_subject(&hint, session);
	if (hint.length > 0) {
		buffer_add(out, "  ", 2);
		add_cut(out, buffer_span(&hint), room);
	}
	buffer_fini(&hint);
}

static void add_row(
	struct buffer *out, const struct session *session, const struct view_options *options)
{
	size_t used = 2 * ENDPOINT + 3;
	size_t width = (size_t)width_of(options);
	size_t start;

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (columns[i].least > width)
			continue;
		if (columns[i].put != NULL)
			add_right(out, &columns[i], session);
		else
			add_left(out, &columns[i], session, options);
		used += columns[i].width + 2;
	}
	start = out->length;
	text_endpoint(out, &session->client);
	buffer_add_text(out, " → ");
	text_endpoint(out, &session->server);
	if (used + HINT_LEAST + 2 <= width && out->length - start < 2 * ENDPOINT + 6) {
		text_left(out, start, 2 * ENDPOINT + 3);
		add_hint(out, session, width - used - 2);
	}
	while (out->length > 0 && out->at[out->length - 1] == ' ')
		out->length--;
	buffer_add_byte(out, '\n');
}

static void tsv_endpoint(struct buffer *out, const struct endpoint *endpoint)
{
	text_address(out, endpoint);
	buffer_add_byte(out, '\t');
	buffer_add_number(out, endpoint->port);
	buffer_add_byte(out, '\t');
}

static void tsv_number(struct buffer *out, uint64_t value)
{
	buffer_add_number(out, value);
	buffer_add_byte(out, '\t');
}

static void tsv_text(struct buffer *out, const char *text)
{
	buffer_add_text(out, text);
	buffer_add_byte(out, '\t');
}

static void tsv_row(struct buffer *out, const struct session *session)
{
	tsv_number(out, session->number);
	tsv_text(out, protocol_name(session->protocol));
	tsv_text(out, transport_name(session->transport));
	tsv_endpoint(out, &session->client);
	tsv_endpoint(out, &session->server);
	buffer_add_seconds(out, session->start - session->capture_start);
	buffer_add_byte(out, '\t');
	buffer_add_seconds(out, session->end - session->start);
	buffer_add_byte(out, '\t');
	tsv_text(out, outcome_name(session->outcome));
	tsv_number(out, session->messages_seen);
	tsv_number(out, session->streams[SIDE_CLIENT].octets);
	tsv_number(out, session->streams[SIDE_SERVER].octets);
	tsv_number(out, session->commands);
	tsv_text(out, session->is_complete ? "yes" : "no");
	tsv_number(out, session->first_frame);
	tsv_number(out, session->last_frame);
	tsv_text(out, session->tls.version);
	tsv_text(out, session->tls.cipher);
	printable_add(out, session->user);
	buffer_add_byte(out, '\t');
	if (session->message_count > 0)
		printable_add(out, session->messages[0].sender);
	buffer_add_byte(out, '\n');
}

void view_sessions(
	struct buffer *out, const struct session *session, const struct view_options *options)
{
	if (options->format != FORMAT_TSV) {
		add_row(out, session, options);
		return;
	}
	text_capture(out, options);
	tsv_row(out, session);
}
