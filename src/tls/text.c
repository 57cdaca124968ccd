#include "tls/text.h"

#include "base/printable.h"

/* The length without a character that the end cuts. */
static size_t whole_length(struct span text)
{
	size_t last = text.length;
	uint32_t character;

	while (last > 0 && (text.at[last - 1] & 0xc0) == 0x80)
		last--;
	if (last > 0 && utf8_take(span_from(text, last - 1), &character) == 0)
		return last - 1;
	return text.length;
}

void text_set(char *field, size_t size, struct span bytes)
{
	struct buffer text;
	size_t length;

	buffer_init(&text, size - 1);
	printable_add(&text, span_first(bytes, size));
	length = whole_length(buffer_span(&text));
	if (length > 0)
		memcpy(field, text.at, length);
	field[length] = '\0';
	buffer_fini(&text);
}

void text_add(char *field, size_t size, struct span bytes)
{
	struct buffer text;
	size_t used = strlen(field);

	buffer_init(&text, size - 1 - used);
	if (used > 0)
		buffer_add_text(&text, ", ");
	printable_add(&text, span_first(bytes, size));
	if (!text.is_cut && bytes.length < size && text.length < size - used) {
		if (text.length > 0)
			memcpy(field + used, text.at, text.length);
		field[used + text.length] = '\0';
	}
	buffer_fini(&text);
}
