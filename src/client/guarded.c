#include "client/guarded.h"

#include "base/printable.h"
#include "mail/sasl.h"

enum { TELLING = 6 }; /* octets of a secret that tell enough of it */

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

/* How many octets at the front of text are the secret's, if that is enough of it; else 0. */
static size_t match(struct span secret, struct span text)
{
	size_t length = 0;

	while (length < secret.length && length < text.length &&
		lower(secret.at[length]) == lower(text.at[length]))
		length++;
	return length == secret.length || length >= TELLING ? length : 0;
}

void guarded_blot(const struct buffer *secrets, size_t count, struct span text, struct buffer *out)
{
	while (text.length > 0) {
		size_t longest = 0;

		for (size_t i = 0; i < count; i++) {
			size_t length = match(buffer_span(&secrets[i]), text);

			longest = length > longest ? length : longest;
		}
		if (longest > 0)
			buffer_add_text(out, SASL_HIDDEN);
		else
			buffer_add_byte(out, text.at[0]);
		text = span_from(text, longest > 0 ? longest : 1);
	}
}

void printable_cut(struct buffer *out, struct span text)
{
	static const char dots[] = "…";
	struct buffer whole;
	size_t room = out->limit - out->length;
	size_t end;

	buffer_init(&whole, 0);
	printable_add(&whole, text);
	if (whole.length <= room) {
		buffer_add_span(out, buffer_span(&whole));
	} else if (room >= sizeof dots) {
		end = room - (sizeof dots - 1);
		while (end > 0 && (whole.at[end] & 0xc0) == 0x80)
			end--;
		buffer_add_span(out, span_first(buffer_span(&whole), end));
		buffer_add_text(out, dots);
	}
	buffer_fini(&whole);
}
