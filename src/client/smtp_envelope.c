#include "base/language.h"
#include "base/printable.h"
#include "client/smtp_parts.h"

/* RFC 3461 4:  xtext: "+", "=" and what is outside of 33 to 126 as "+" and two digits. */
static void add_xtext(struct buffer *out, const char *text)
{
	for (; *text != '\0'; text++) {
		uint8_t octet = (uint8_t)*text;

		if (octet < 33 || octet > 126 || octet == '+' || octet == '=')
			buffer_printf(out, "+%02X", octet);
		else
			buffer_add_byte(out, octet);
	}
}

static bool is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((uint8_t)*text >= 0x80)
			return false;
	return true;
}

static bool needs_utf8(const struct smtp_envelope *envelope, const struct smtp_survey *survey)
{
	bool needs = survey->has_eight_bit_header || !is_ascii(envelope->sender);

	for (size_t i = 0; !needs && i < envelope->recipient_count; i++)
		needs = !is_ascii(envelope->recipients[i]);
	return needs;
}

void smtp_mail_arguments(const struct smtp_client *client, const struct smtp_envelope *envelope,
	const struct smtp_survey *survey, struct buffer *out)
{
	const struct smtp_offers *offers = &client->offers;

	buffer_printf(out, "FROM:<%s>", envelope->sender);
	if (smtp_offers_has(offers, SMTP_OFFER_SIZE))
		buffer_printf(out, " SIZE=%llu", (unsigned long long)survey->octets);
	if (survey->has_eight_bit)
		buffer_add_text(out, " BODY=8BITMIME");
	if (needs_utf8(envelope, survey))
		buffer_add_text(out, " SMTPUTF8");
	if (envelope->requires_tls)
		buffer_add_text(out, " REQUIRETLS");
	if (!smtp_offers_has(offers, SMTP_OFFER_DSN))
		return;
	if (envelope->ret != NULL)
		buffer_printf(out, " RET=%s", envelope->ret);
	if (envelope->envelope_id != NULL) {
		buffer_add_text(out, " ENVID=");
		add_xtext(out, envelope->envelope_id);
	}
}

void smtp_rcpt_arguments(const struct smtp_client *client, const struct smtp_envelope *envelope,
	const char *recipient, struct buffer *out)
{
	buffer_printf(out, "TO:<%s>", recipient);
	if (envelope->notify == NULL || !smtp_offers_has(&client->offers, SMTP_OFFER_DSN))
		return;
	buffer_printf(out, " NOTIFY=%s", envelope->notify);
	if (is_ascii(recipient)) { /* others: RFC 6533 3, which few know */
		buffer_add_text(out, " ORCPT=rfc822;");
		add_xtext(out, recipient);
	}
}

/* RFC 5321 4.1.2:  Quoted-string = DQUOTE *( qtext / quoted-pair ) DQUOTE. Its length; 0: none. */
static size_t quoted_length(struct span text)
{
	for (size_t i = 1; i < text.length; i++) {
		if (text.at[i] == '"')
			return i + 1;
		if (text.at[i] == '\\')
			i++;
	}
	return 0;
}

/* RFC 5321 4.1.2, RFC 6531 3.3:  atext, and what is above ASCII; dots anywhere, as in practice. */
static bool is_local_octet(uint8_t octet)
{
	return octet >= 0x80 ||
	       (octet > ' ' && octet != 0x7f && strchr("()<>[]:;@\\,\"", octet) == NULL);
}

static bool is_domain_octet(uint8_t octet)
{
	return octet >= 0x80 || (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'z') ||
	       (octet >= 'A' && octet <= 'Z') || octet == '-' || octet == '.' || octet == '_';
}

static bool is_domain(struct span domain)
{
	bool is_literal =
		domain.length > 2 && domain.at[0] == '[' && domain.at[domain.length - 1] == ']';

	if (is_literal)
		domain = span_first(span_from(domain, 1), domain.length - 2);
	for (size_t i = 0; i < domain.length; i++)
		if (!is_domain_octet(domain.at[i]) && !(is_literal && domain.at[i] == ':'))
			return false;
	return domain.length > 0;
}

static bool is_utf8(struct span text)
{
	uint32_t character;

	for (size_t length; text.length > 0; text = span_from(text, length)) {
		length = utf8_take(text, &character);
		if (length == 0 || character < ' ' || (character >= 0x7f && character < 0xa0))
			return false;
	}
	return true;
}

/* Why this is no mailbox; NULL: it is one. */
static const char *mailbox_flaw(struct span address)
{
	bool is_quoted = address.length > 0 && address.at[0] == '"';
	size_t at = is_quoted ? quoted_length(address) : span_index(address, '@');

	if (!is_utf8(address))
		return _("it has control characters, or is not UTF-8");
	if (span_is_letters(address, "postmaster")) /* RFC 5321 4.5.1 */
		return NULL;
	if (at == 0 || at >= address.length || address.at[at] != '@')
		return _("it is not of the form name@domain");
	for (size_t i = 0; !is_quoted && i < at; i++)
		if (!is_local_octet(address.at[i]))
			return _("what stands before the @ needs quotes");
	if (!is_domain(span_from(address, at + 1)))
		return _("what stands behind the @ is no domain");
	if (at > LIMIT_LOCAL_PART)
		return _("what stands before the @ has more than 64 octets");
	if (address.length - at - 1 > LIMIT_DOMAIN || address.length + 2 > LIMIT_PATH)
		return _("it is too long");
	return NULL;
}

static enum step check_address(struct smtp_client *client, const char *address)
{
	const char *flaw = mailbox_flaw(span_text(address));

	if (flaw == NULL)
		return STEP_DONE;
	return conversation_fail(
		&client->course.conversation, FAIL_USAGE, "%s is no address: %s", address, flaw);
}

/* RFC 3461 4.1:  "NEVER" / 1#( "SUCCESS" / "FAILURE" / "DELAY" ) */
static bool is_notify(struct span list)
{
	if (span_is_letters(list, "NEVER"))
		return true;
	while (list.length > 0) {
		size_t comma = span_index(list, ',');
		struct span word = span_first(list, comma);

		if (!span_is_letters(word, "SUCCESS") && !span_is_letters(word, "FAILURE") &&
			!span_is_letters(word, "DELAY"))
			return false;
		if (comma + 1 == list.length)
			return false;
		list = span_from(list, comma + 1);
	}
	return true;
}

static enum step check_dsn(struct smtp_client *client, const struct smtp_envelope *envelope)
{
	struct conversation *conversation = &client->course.conversation;

	if (envelope->notify != NULL &&
		(*envelope->notify == '\0' || !is_notify(span_text(envelope->notify))))
		return conversation_fail(conversation, FAIL_USAGE,
			"%s is neither NEVER nor a list of SUCCESS, FAILURE and DELAY",
			envelope->notify);
	if (envelope->ret != NULL && !span_is_letters(span_text(envelope->ret), "FULL") &&
		!span_is_letters(span_text(envelope->ret), "HDRS"))
		return conversation_fail(
			conversation, FAIL_USAGE, "%s is neither FULL nor HDRS", envelope->ret);
	if (envelope->envelope_id != NULL &&
		(strlen(envelope->envelope_id) > 100 || *envelope->envelope_id == '\0'))
		return conversation_fail(
			conversation, FAIL_USAGE, "an envelope's id has 1 to 100 characters");
	if ((envelope->notify != NULL || envelope->ret != NULL || envelope->envelope_id != NULL) &&
		!smtp_offers_has(&client->offers, SMTP_OFFER_DSN))
		connection_note(conversation->connection,
			"The server does not offer DSN: what reports are wanted is not said");
	return STEP_DONE;
}

/* RFC 8689 4.2.1 */
static enum step check_requires_tls(struct smtp_client *client)
{
	struct connection_tls tls = connection_tls(client->course.conversation.connection);

	if (!tls.is_on || !tls.is_verified)
		return conversation_fail(&client->course.conversation, FAIL_DENIED,
			"REQUIRETLS is wanted, and the session is not inside verified TLS");
	if (!smtp_offers_has(&client->offers, SMTP_OFFER_REQUIRETLS))
		return conversation_fail(&client->course.conversation, FAIL_DENIED,
			"REQUIRETLS is wanted, and the server does not offer it");
	return STEP_DONE;
}

static enum step check_message(struct smtp_client *client, const struct smtp_survey *survey)
{
	struct conversation *conversation = &client->course.conversation;
	const struct smtp_offers *offers = &client->offers;

	if (survey->longest > LIMIT_TEXT_LINE)
		return conversation_fail(conversation, FAIL_USAGE,
			"the message has a line of %llu octets, and SMTP takes %d (RFC 5321 "
			"4.5.3.1.6)",
			(unsigned long long)survey->longest, LIMIT_TEXT_LINE);
	if (survey->has_nul)
		return conversation_fail(
			conversation, FAIL_USAGE, "the message has octets of value 0");
	if (survey->has_eight_bit && !smtp_offers_has(offers, SMTP_OFFER_EIGHT_BIT))
		return conversation_fail(conversation, FAIL_PROTOCOL,
			"the message has octets above 127, and the server does not offer 8BITMIME: "
			"the message must be encoded anew");
	if (offers->size > 0 && survey->octets > offers->size)
		return conversation_fail(conversation, FAIL_DENIED,
			"the message has %llu octets, and the server takes %llu at most",
			(unsigned long long)survey->octets, (unsigned long long)offers->size);
	return STEP_DONE;
}

enum step smtp_envelope_check(struct smtp_client *client, const struct smtp_envelope *envelope,
	const struct smtp_survey *survey)
{
	if (envelope->recipient_count == 0)
		return conversation_fail(
			&client->course.conversation, FAIL_USAGE, "the message has no recipient");
	if (*envelope->sender != '\0' && check_address(client, envelope->sender) != STEP_DONE)
		return STEP_FAIL;
	for (size_t i = 0; i < envelope->recipient_count; i++)
		if (check_address(client, envelope->recipients[i]) != STEP_DONE)
			return STEP_FAIL;
	if (check_dsn(client, envelope) != STEP_DONE || check_message(client, survey) != STEP_DONE)
		return STEP_FAIL;
	if (needs_utf8(envelope, survey) && !smtp_offers_has(&client->offers, SMTP_OFFER_UTF8))
		return conversation_fail(&client->course.conversation, FAIL_PROTOCOL,
			"an address or the message's header is above ASCII, and the server does "
			"not offer SMTPUTF8");
	return envelope->requires_tls ? check_requires_tls(client) : STEP_DONE;
}
