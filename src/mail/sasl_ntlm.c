#include "base/cursor.h"
#include "base/language.h"
#include "base/limits.h"
#include "base/printable.h"
#include "mail/sasl_steps.h"

/* [MS-NLMP] 2.2.1: numbers little-endian; a field is length, room and offset of its bytes. */
enum {
	TYPE_AT = 8,
	TARGET_AT = 12, /* of the challenge */
	CHALLENGE_FLAGS_AT = 20,
	RESPONSE_AT = 20, /* and the following of the authenticate message */
	DOMAIN_AT = 28,
	USER_AT = 36,
	WORKSTATION_AT = 44,
	AUTHENTICATE_FLAGS_AT = 60,
	AUTHENTICATE_HEADER = 64,
};

enum { FLAG_UNICODE = 1 };

static uint32_t number_at(struct span message, size_t offset)
{
	struct cursor c = cursor_of(span_from(message, offset));

	return cursor_u32_little(&c);
}

/* The bytes that the field at this offset points to; false when they lie outside. */
static bool field_at(struct span message, size_t offset, struct span *value)
{
	struct cursor c = cursor_of(span_from(message, offset));
	size_t length = cursor_u16_little(&c);
	uint32_t start;

	cursor_skip(&c, 2);
	start = cursor_u32_little(&c);
	if (c.is_short || start > message.length || length > message.length - start)
		return false;
	*value = span_first(span_from(message, start), length);
	return true;
}

/* UTF-16, little-endian. Half a surrogate pair stays what it is: no UTF-8, and shown so. */
static void add_utf16(struct buffer *out, struct span text)
{
	struct cursor c = cursor_of(text);

	while (c.left >= 2) {
		uint32_t unit = cursor_u16_little(&c);
		struct cursor ahead = c;
		uint32_t low = cursor_u16_little(&ahead);

		if (unit >= 0xd800 && unit < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
			unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
			c = ahead;
		}
		utf8_add(out, unit);
	}
}

/* Adds the field unless it is empty. */
static bool quote_field(struct sasl_step *step, size_t offset, const char *label, bool is_unicode)
{
	struct buffer text;
	struct span value;

	if (!field_at(step->message, offset, &value))
		return false;
	if (value.length == 0)
		return true;
	buffer_init(&text, LIMIT_LINE);
	if (is_unicode)
		add_utf16(&text, value);
	else
		buffer_add_span(&text, value);
	sasl_quote(step, label, buffer_span(&text));
	buffer_fini(&text);
	return true;
}

static bool describe_challenge(struct sasl_step *step)
{
	bool is_unicode = number_at(step->message, CHALLENGE_FLAGS_AT) & FLAG_UNICODE;

	sasl_say(step, "NTLM challenge");
	return quote_field(step, TARGET_AT, "target", is_unicode);
}

/* Old clients leave the flags out: their fields begin where the flags would stand. */
static bool has_flags(struct span message)
{
	static const size_t fields[] = {DOMAIN_AT, USER_AT, WORKSTATION_AT};

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		bool is_empty = (number_at(message, fields[i]) & 0xffff) == 0;

		if (!is_empty && number_at(message, fields[i] + 4) < AUTHENTICATE_HEADER)
			return false;
	}
	return message.length >= AUTHENTICATE_HEADER;
}

static bool describe_authenticate(struct sasl_step *step)
{
	bool is_unicode = has_flags(step->message) &&
			  (number_at(step->message, AUTHENTICATE_FLAGS_AT) & FLAG_UNICODE);
	struct span response;

	sasl_say(step, "NTLM authenticate");
	if (!quote_field(step, USER_AT, "user", is_unicode) ||
		!quote_field(step, DOMAIN_AT, "domain", is_unicode) ||
		!quote_field(step, WORKSTATION_AT, "workstation", is_unicode) ||
		!field_at(step->message, RESPONSE_AT, &response))
		return false;
	sasl_say(step, "response of ");
	buffer_add_number(step->out, response.length);
	buffer_add_text(step->out, _(" octets"));
	return true;
}

bool sasl_ntlm(struct sasl_step *step)
{
	static const uint8_t signature[TYPE_AT] = "NTLMSSP";

	if (!span_equal(span_first(step->message, TYPE_AT), span_of(signature, TYPE_AT)))
		return false;
	switch (number_at(step->message, TYPE_AT)) {
	case 1:
		sasl_say(step, "NTLM negotiate");
		return step->message.length >= TYPE_AT + 4;
	case 2:
		return describe_challenge(step);
	case 3:
		return describe_authenticate(step);
	default:
		return false;
	}
}
