#include "dissect/dialogue_rows.h"

#include "base/encoded_word.h"
#include "base/printable.h"
#include "mail/header.h"

/* Names of the Protocol column by mail protocol. */
static const struct {
	const char *name, *message;
} columns[] = {[MAIL_SMTP] = {"SMTP", "SMTP/IMF"}, [MAIL_POP3] = {"POP", "POP/IMF"}};

static enum mail_protocol protocol_of(const struct dialogue *c)
{
	return c->recorder.session.protocol;
}

/* The draft of a frame of this dialogue that is not written yet. */
static struct draft *draft_of(struct dialogue *c, uint64_t frame)
{
	return c->rows != NULL ? rows_find(c->rows, frame) : NULL;
}

void dialogue_rows_before(struct dialogue *c, enum side side, const struct chunk *chunk)
{
	struct draft *draft = draft_of(c, chunk->origin.frame);

	if (draft == NULL)
		return;
	draft->has_new_bytes = true;
	draft->side = side;
	if (!c->is_tls[side]) {
		draft->payload += (uint32_t)chunk->bytes.length;
		draft->has_message_text = c->recorder.in_message[side];
	}
	if ((draft->waits & WAIT_BYTES) != 0 &&
		!stream_holds(&c->connection->streams[side], chunk->origin.frame))
		draft->waits &= ~(unsigned)WAIT_BYTES;
}

static bool has_line_end(struct span bytes)
{
	return bytes.length > 0 && (memchr(bytes.at, '\n', bytes.length) != NULL ||
					   memchr(bytes.at, '\r', bytes.length) != NULL);
}

static void say_octets(struct draft *draft, const char *protocol, uint64_t octets)
{
	struct buffer *said = draft_say(draft, protocol);

	buffer_add_text(said, "DATA fragment, ");
	buffer_add_number(said, octets);
	buffer_add_text(said, octets == 1 ? " byte" : " bytes");
	draft->is_prefixed = true;
}

/* Octets of message text in the packet. */
static uint32_t text_octets(const struct draft *draft)
{
	return draft->line_octets < draft->payload ? draft->payload - draft->line_octets : 0;
}

/* Message text that goes on behind this packet: "DATA fragment, 1460 bytes". SMTP packets without a
 * line end are counted with the next one, as Wireshark puts them together first. */
static void say_text(struct dialogue *c, struct draft *draft, bool is_part)
{
	enum side side = draft->side;
	uint32_t octets = text_octets(draft);

	draft->has_message_text = false;
	if (is_part) {
		draft->is_part = true;
		c->carried[side] += octets;
		return;
	}
	if (octets + c->carried[side] == 0 ||
		(protocol_of(c) == MAIL_POP3 && draft->said_count > 0))
		return;
	say_octets(draft, columns[protocol_of(c)].name, octets + c->carried[side]);
	c->carried[side] = 0;
}

/* A record without a line end waits for the next one. */
static void say_record_part(struct dialogue *c, struct draft *draft)
{
	if (draft->has_message_text)
		c->carried[draft->side] += text_octets(draft);
	draft->has_message_text = false;
	buffer_add_text(&draft->said, "[TLS segment of a reassembled PDU]");
	draft->said_count++;
	draft->is_tls = true;
}

static void after_opened(struct dialogue *c, struct draft *draft)
{
	if (draft->said_count == 0 && !draft->has_opened)
		draft->is_part = true;
	else if (draft->said_count == 0 && !draft->has_line_end && protocol_of(c) == MAIL_SMTP)
		say_record_part(c, draft);
	else if (draft->has_message_text)
		say_text(c, draft, false);
	else if (draft->said_count == 0)
		say_record_part(c, draft);
}

void dialogue_rows_after(struct dialogue *c, enum side side, const struct chunk *chunk)
{
	struct draft *draft = draft_of(c, chunk->origin.frame);

	if (draft == NULL)
		return;
	draft->row.session = c->recorder.session.number;
	if (c->talk == TALK_OTHER)
		return;
	if (c->is_tls[side] && !c->is_opened) {
		draft->is_part = draft->said_count == 0;
		return;
	}
	if (mail_is_holding(c->mail, side)) {
		draft->waits |= WAIT_REPLY;
		return;
	}
	if (c->is_tls[side])
		after_opened(c, draft);
	else if (draft->has_message_text)
		say_text(c, draft, protocol_of(c) == MAIL_SMTP && !has_line_end(chunk->bytes));
	else if (draft->said_count == 0)
		draft->is_part = true;
}

static bool is_hyphenated(struct span line)
{
	return line.length >= 4 && line.at[0] >= '0' && line.at[0] <= '9' && line.at[1] >= '0' &&
	       line.at[1] <= '9' && line.at[2] >= '0' && line.at[2] <= '9' && line.at[3] == '-';
}

static void say_reply(struct dialogue *c, struct draft *draft, const struct mail_event *event)
{
	struct span text = event->text;

	/* Of a POP3 listing Wireshark shows the first line only. */
	if (protocol_of(c) == MAIL_POP3 && !event->is_first && draft->said_count > 0)
		return;
	if (draft->drops_code)
		text = span_from(text, 4);
	draft->drops_code = protocol_of(c) == MAIL_SMTP && is_hyphenated(event->text);
	printable_add(draft_say(draft, columns[protocol_of(c)].name), text);
}

/* The text, its secret hidden when it is to be. */
static void add_text(struct dialogue *c, struct buffer *said, struct span text, struct span secret)
{
	size_t before = secret.length > 0 ? (size_t)(secret.at - text.at) : 0;

	if (!c->wants->redacted_rows || secret.length == 0) {
		printable_add(said, text);
		return;
	}
	printable_add(said, span_first(text, before));
	buffer_add_text(said, SASL_HIDDEN);
	printable_add(said, span_from(text, before + secret.length));
}

/* AUTH LOGIN's lines are labelled; the text stays as it is on the wire. */
static void say_command(struct dialogue *c, struct draft *draft, const struct mail_event *event)
{
	struct buffer *said = draft_say(draft, columns[protocol_of(c)].name);
	struct span text = event->text;

	if (event->mechanism == SASL_LOGIN && protocol_of(c) == MAIL_SMTP) {
		if (event->kind == MAIL_RESPONSE && event->part != SASL_PART_CANCEL) {
			buffer_add_text(
				said, event->part == SASL_PART_PASSWORD ? "Pass: " : "User: ");
		} else if (event->secret.length > 0) {
			size_t before = (size_t)(event->secret.at - text.at);

			printable_add(said, span_first(text, before));
			buffer_add_text(said, "User: ");
			text = span_from(text, before);
		}
	}
	add_text(c, said, text, event->secret);
}

/* "from: VALUE, subject: VALUE" of all From and Subject fields, in their order; false when there
 * are none. */
static bool add_fields(struct buffer *said, struct span fields)
{
	struct span name, value;
	struct buffer decoded;
	const char *separator = "";

	buffer_init(&decoded, 0);
	while (header_take(&fields, &name, &value)) {
		buffer_add_text(said, separator);
		buffer_add_text(said, span_is_letters(name, "From") ? "from: " : "subject: ");
		buffer_clear(&decoded);
		encoded_word_decode(value, &decoded);
		printable_add(said, buffer_span(&decoded));
		separator = ", ";
	}
	buffer_fini(&decoded);
	return separator[0] != '\0';
}

/* The message has ended in this packet. */
static void say_message(struct dialogue *c, struct draft *draft, const struct mail_event *event)
{
	uint64_t octets = c->recorder.message_octets;
	struct buffer *said;

	c->carried[event->side] = 0;
	draft->has_message_text = false;
	if (octets == 0) {
		if (draft->said_count > 0) /* BDAT 0 LAST */
			return;
		buffer_add_byte(draft_say(draft, columns[protocol_of(c)].name), '.');
		draft->is_prefixed = true;
		return;
	}
	draft->is_prefixed = draft->said_count > 0;
	said = draft_say(draft, columns[protocol_of(c)].message);
	if (add_fields(said, recorder_row_fields(&c->recorder)))
		return;
	buffer_add_text(said, "message, ");
	buffer_add_number(said, octets);
	buffer_add_text(said, " bytes");
}

static void say_line(struct dialogue *c, const struct mail_event *event)
{
	struct draft *draft = draft_of(c, event->last.frame);

	if (draft == NULL || event->end == LINE_CUT)
		return;
	draft->side = event->side;
	draft->is_prefixed = true;
	if (event->first.frame == event->last.frame)
		draft->line_octets += (uint32_t)event->octets;
	if (event->kind == MAIL_COMMAND || event->kind == MAIL_RESPONSE)
		say_command(c, draft, event);
	else
		say_reply(c, draft, event);
}

void dialogue_rows_mail(struct dialogue *c, const struct mail_event *event)
{
	struct draft *draft;

	if (c->rows == NULL)
		return;
	if (event->kind <= MAIL_RESPONSE) {
		say_line(c, event);
	} else if (event->kind == MAIL_MESSAGE_TEXT || event->kind == MAIL_MESSAGE_BEGIN) {
		draft = draft_of(c, event->last.frame);
		if (draft != NULL)
			draft->has_message_text = true;
	} else if (event->kind == MAIL_MESSAGE_END) {
		draft = draft_of(c, event->last.frame);
		/* A message given up later adds nothing to a row that was told. */
		if (draft != NULL && (event->is_complete || draft->has_message_text))
			say_message(c, draft, event);
	}
}

void dialogue_rows_tls(struct dialogue *c, const struct tls_event *event)
{
	struct draft *draft = draft_of(c, event->last.frame);

	if (draft == NULL || event->kind != TLS_RECORD)
		return;
	draft->is_tls = !draft->has_opened;
	draft->side = event->side;
	for (size_t i = 0; i < event->name_count; i++) {
		if (draft->said_count++ > 0)
			buffer_add_text(&draft->said, ", ");
		buffer_add_text(&draft->said, event->names[i]);
	}
	if (draft->is_tls && tls_facts(c->tls)->version == 0)
		draft->waits |= WAIT_VERSION;
}

void dialogue_rows_opened(struct dialogue *c, const struct tls_event *event)
{
	struct draft *draft = draft_of(c, event->last.frame);

	if (draft == NULL || event->payload.length == 0)
		return;
	draft->side = event->side;
	draft->payload += (uint32_t)event->payload.length;
	draft->has_line_end = draft->has_line_end || has_line_end(event->payload);
	draft->has_opened = true;
	if (draft->is_tls) {
		/* As in Wireshark, what was opened stands for all that TLS has in the packet. */
		draft->is_tls = false;
		draft->said_count = 0;
		draft->said_protocol = NULL;
		draft->waits &= ~(unsigned)WAIT_VERSION;
		buffer_clear(&draft->said);
	}
	draft->has_message_text = draft->has_message_text || c->recorder.in_message[event->side];
}

void dialogue_rows_judge(struct dialogue *c, struct draft *draft)
{
	if (draft->is_tls && (tls_facts(c->tls)->version != 0 || c->is_ended)) {
		const struct tls_facts *facts = tls_facts(c->tls);

		draft->said_protocol = tls_version_column(
			facts->version != 0 ? facts->version : facts->record_version);
		draft->waits &= ~(unsigned)WAIT_VERSION;
	}
	if (c->mail != NULL && !mail_is_holding(c->mail, draft->side))
		draft->waits &= ~(unsigned)WAIT_REPLY;
	if (c->talk != TALK_UNDECIDED)
		draft->waits &= ~(unsigned)WAIT_GUESS;
	if (c->is_ended)
		draft->waits = 0;
}

static const char *column_protocol(const struct draft *draft)
{
	return draft->row.is_mail        ? draft->said_protocol
	       : draft->protocol != NULL ? draft->protocol
					 : "TCP";
}

void dialogue_rows_keep(struct dialogue *c, struct draft *draft)
{
	if (!c->wants->segments)
		return;
	draft_finish(draft);
	recorder_segment(&c->recorder, draft->side, column_protocol(draft), &draft->row);
}

/* What was held is told now: the text of a message that goes on behind it is said too. */
static void close_draft(struct dialogue *c, struct draft *draft)
{
	draft_detach(draft);
	if (draft->has_message_text && c->talk == TALK_MAIL)
		say_text(c, draft, false);
	if (draft->has_new_bytes && draft->said_count == 0)
		draft->is_part = true;
	dialogue_rows_keep(c, draft);
}

void dialogue_rows_settle(struct dialogue *c)
{
	struct draft *draft = c->drafts;

	if (c->rows == NULL || c->is_catching_up)
		return;
	while (draft != NULL) {
		struct draft *next = draft->next_of_owner;

		dialogue_rows_judge(c, draft);
		if (draft->waits == 0)
			close_draft(c, draft);
		draft = next;
	}
	rows_flush(c->rows);
}
