#include "practice/smtp_parts.h"

#include <stdio.h>
#include <time.h>

/* RFC 5321 4.4, RFC 3848, RFC 6531 4.3: "ESMTPSA", "UTF8SMTPS" */
static void add_protocol(const struct smtp_server *smtp, struct buffer *out)
{
	buffer_add_text(out, smtp->envelope->is_utf8 ? "UTF8SMTP"
			     : smtp->is_extended     ? "ESMTP"
						     : "SMTP");
	if (!smtp->is_extended)
		return;
	if (smtp->desk.talk.is_tls)
		buffer_add_byte(out, 'S');
	if (smtp->desk.user != NULL)
		buffer_add_byte(out, 'A');
}

/* date-time of RFC 5322 3.3 in UTC, whatever the locale. */
static void add_date(int64_t now, struct buffer *out)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t seconds = (time_t)now;
	struct tm at;

	(void)gmtime_r(&seconds, &at);
	buffer_printf(out, "%.3s, %02d %.3s %d %02d:%02d:%02d +0000", days + 3 * at.tm_wday,
		at.tm_mday, months + 3 * at.tm_mon, at.tm_year + 1900, at.tm_hour, at.tm_min,
		at.tm_sec);
}

/* Return-path-line and Time-stamp-line (RFC 5321 4.4); the TLS clause is of RFC 8314 4.3. */
static void add_trace(const struct smtp_server *smtp, struct buffer *out)
{
	const struct smtp_envelope *envelope = smtp->envelope;
	bool is_ipv6 = strchr(smtp->desk.talk.address, ':') != NULL;

	buffer_add_text(out, "Return-Path: <");
	buffer_add_span(out, buffer_span(&envelope->sender));
	buffer_add_text(out, ">\r\nReceived: from ");
	buffer_add_span(out, buffer_span(&smtp->hello));
	buffer_printf(out, " ([%s%s])\r\n\tby %s (mailscope practice) with ",
		is_ipv6 ? "IPv6:" : "", smtp->desk.talk.address, smtp->desk.house->host);
	add_protocol(smtp, out);
	buffer_printf(out, " id %s", delivery_id(smtp->delivery));
	if (envelope->accepted == 1) {
		buffer_add_text(out, "\r\n\tfor <");
		buffer_add_span(out, buffer_span(&envelope->recipient));
		buffer_add_byte(out, '>');
	}
	if (smtp->desk.talk.is_tls)
		buffer_printf(out, " tls %s", smtp->desk.talk.cipher);
	buffer_add_text(out, ";\r\n\t");
	add_date(smtp->desk.house->now(), out);
	buffer_add_text(out, "\r\n");
}

/* The message can begin; false: nothing can be written. */
static bool begin(struct smtp_server *smtp)
{
	struct buffer trace;
	bool is_good;

	smtp->delivery = delivery_begin(
		&smtp->envelope->recipients[0]->mailbox, smtp->desk.house->is_synced);
	smtp->text = SMTP_TEXT_LINE;
	smtp->octets = 0;
	if (smtp->delivery == NULL)
		return false;
	buffer_init(&trace, 0);
	add_trace(smtp, &trace);
	is_good = delivery_write(smtp->delivery, buffer_span(&trace));
	buffer_fini(&trace);
	return is_good;
}

/* What goes beyond the size is taken, and thrown away. */
static void keep(struct smtp_server *smtp, struct span octets)
{
	smtp->octets += octets.length;
	if (smtp->octets > smtp->desk.house->size) {
		delivery_abandon(smtp->delivery);
		smtp->delivery = NULL;
	}
	if (smtp->delivery != NULL && !delivery_write(smtp->delivery, octets))
		smtp->has_failed = true;
}

static bool deliver(struct smtp_server *smtp)
{
	struct mailbox *mailboxes[LIMIT_PRACTICE_RECIPIENTS];
	struct smtp_envelope *envelope = smtp->envelope;
	struct delivery *delivery = smtp->delivery;

	for (size_t i = 0; i < envelope->recipient_count; i++)
		mailboxes[i] = &envelope->recipients[i]->mailbox;
	smtp->delivery = NULL;
	return delivery_commit(delivery, mailboxes, envelope->recipient_count);
}

static void finish(struct smtp_server *smtp)
{
	char id[DELIVERY_ID];

	if (smtp->octets > smtp->desk.house->size) {
		desk_reply(&smtp->desk, "552 5.3.4", "More than %llu octets are not taken",
			(unsigned long long)smtp->desk.house->size);
		return;
	}
	if (smtp->has_bare_lf && faults_setting(&smtp->desk.faults, RULE_REFUSE_LF) != NULL) {
		desk_reply(&smtp->desk, "550 5.6.0", "The message has LF without CR");
		return;
	}
	snprintf(id, sizeof id, "%s", smtp->delivery != NULL ? delivery_id(smtp->delivery) : "");
	if (smtp->delivery == NULL || smtp->has_failed || !deliver(smtp)) {
		desk_reply(&smtp->desk, "452 4.3.1", "The message cannot be stored");
		return;
	}
	smtp->messages++;
	smtp->desk.house->messages_in++;
	desk_reply(&smtp->desk, "250 2.0.0", "Delivered as %s", id);
}

/* The whole message is here. */
static void end_message(struct smtp_server *smtp)
{
	const struct rule *reply;
	bool goes_on = desk_arrive(&smtp->desk, "MESSAGE", &reply);

	smtp->mode = SMTP_COMMAND;
	if (goes_on && reply != NULL)
		smtp_obey(&smtp->desk, reply);
	else if (goes_on)
		finish(smtp);
	smtp_reset(smtp);
	if (goes_on)
		desk_after(&smtp->desk, "MESSAGE");
}

void smtp_data(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct smtp_server *smtp = (struct smtp_server *)desk;
	(void)verb, (void)argument;
	if (smtp->is_chunked || smtp->envelope->body == SMTP_BODY_BINARY) {
		desk_wrong(desk, "503 5.5.1", "DATA out of order: this message comes by BDAT");
	} else if (!begin(smtp)) {
		smtp_reset(smtp);
		desk_reply(desk, "452 4.3.1", "The message cannot be stored");
	} else {
		smtp->mode = SMTP_DATA;
		desk_reply(desk, "354", "Send it; a line with a dot alone ends it");
	}
}

/* How far the octets are text without a step of the state, and the state behind them. */
static size_t take_inside(struct smtp_server *smtp, struct span octets)
{
	size_t end = span_index(octets, '\r');
	struct span run = span_first(octets, end + 1);

	if (!smtp->has_bare_lf && span_index(span_first(octets, end), '\n') < end)
		smtp->has_bare_lf = true;
	keep(smtp, run);
	smtp->text = end < octets.length ? SMTP_TEXT_CR : SMTP_TEXT_INSIDE;
	return run.length;
}

/* Only CRLF.CRLF is an end (RFC 5321 4.1.1.4); a dot that begins a line is not kept (4.5.2). */
size_t smtp_take_text(struct smtp_server *smtp, struct span octets)
{
	uint8_t octet = octets.at[0];

	switch (smtp->text) {
	case SMTP_TEXT_LINE:
		if (octet != '.')
			return take_inside(smtp, octets);
		smtp->text = SMTP_TEXT_DOT;
		return 1;
	case SMTP_TEXT_CR:
		if (octet != '\n')
			return take_inside(smtp, octets);
		keep(smtp, span_first(octets, 1));
		smtp->text = SMTP_TEXT_LINE;
		return 1;
	case SMTP_TEXT_DOT:
		if (octet != '\r')
			return take_inside(smtp, octets);
		smtp->text = SMTP_TEXT_DOT_CR;
		return 1;
	case SMTP_TEXT_DOT_CR:
		if (octet == '\n') {
			end_message(smtp);
			return 1;
		}
		keep(smtp, span_text("\r"));
		return take_inside(smtp, octets);
	default:
		return take_inside(smtp, octets);
	}
}

/* BDAT SP chunk-size [SP "LAST"] */
static bool read_chunk(struct smtp_server *smtp, struct span argument)
{
	struct span size = span_first(argument, span_index(argument, ' '));
	struct span last = span_from(argument, size.length + 1);

	smtp->is_last_chunk = span_is_letters(last, "LAST");
	return span_number(size, &smtp->chunk_left) &&
	       (size.length == argument.length || smtp->is_last_chunk);
}

/* RFC 3030 2: an answer to each chunk; after the last one it is the message's. */
static void end_chunk(struct smtp_server *smtp)
{
	bool is_refused = smtp->is_refused;

	smtp->mode = SMTP_COMMAND;
	smtp->is_refused = false;
	if (smtp->chunk_rule != NULL) {
		smtp_obey(&smtp->desk, smtp->chunk_rule);
	} else if (is_refused) {
		desk_wrong(&smtp->desk, "503 5.5.1",
			"BDAT out of order: EHLO, MAIL and RCPT come first");
	} else if (smtp->is_last_chunk) {
		end_message(smtp);
	} else if (smtp->octets > smtp->desk.house->size) {
		desk_reply(&smtp->desk, "552 5.3.4", "More than %llu octets are not taken",
			(unsigned long long)smtp->desk.house->size);
		smtp_reset(smtp);
	} else {
		desk_reply(&smtp->desk, "250 2.0.0", "%llu octets so far",
			(unsigned long long)smtp->octets);
	}
	smtp->chunk_rule = NULL;
	if (smtp->desk.talk.then == TALK_ON)
		desk_after(&smtp->desk, "BDAT");
}

static void begin_chunk(struct smtp_server *smtp)
{
	smtp->mode = SMTP_CHUNK;
	if (smtp->chunk_left == 0)
		end_chunk(smtp);
}

bool smtp_swallow(
	struct desk *desk, const struct verb *verb, struct span argument, const struct rule *rule)
{
	struct smtp_server *smtp = (struct smtp_server *)desk;

	if (verb->effect != EFFECT_BDAT || !read_chunk(smtp, argument))
		return false;
	smtp->is_refused = true;
	smtp->chunk_rule = rule;
	begin_chunk(smtp);
	return true;
}

void smtp_bdat(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct smtp_server *smtp = (struct smtp_server *)desk;
	if (!smtp->is_extended || !desk_offers(desk, "CHUNKING", true)) {
		desk_wrong(desk, "502 5.5.1", "CHUNKING is not offered");
	} else if (!read_chunk(smtp, argument)) {
		desk_wrong(desk, "501 5.5.4", "Syntax: %s", verb->grammar);
	} else {
		if (!smtp->is_chunked && !begin(smtp))
			smtp->has_failed = true;
		smtp->is_chunked = true;
		begin_chunk(smtp);
	}
}

size_t smtp_take_chunk(struct smtp_server *smtp, struct span octets)
{
	struct span run = span_first(octets, smtp->chunk_left);

	if (!smtp->is_refused)
		keep(smtp, run);
	smtp->chunk_left -= run.length;
	if (smtp->chunk_left == 0)
		end_chunk(smtp);
	return run.length;
}
