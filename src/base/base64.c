#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int value_of(uint8_t c)
{
	const char *at = c != '\0' ? strchr(alphabet, c) : NULL;

	return at != NULL ? (int)(at - alphabet) : -1;
}

bool base64_decode(struct span text, struct buffer *out)
{
	size_t start = out->length;
	size_t padding = 0;

	if (text.length % 4 != 0)
		return false;
	while (padding < 2 && padding < text.length && text.at[text.length - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i < text.length; i += 4) {
		size_t pad = i + 4 == text.length ? padding : 0;
		uint32_t group = 0;

		for (size_t k = 0; k < 4; k++) {
			int value = k >= 4 - pad ? 0 : value_of(text.at[i + k]);

			if (value < 0) {
				out->length = start;
				return false;
			}
			group = group << 6 | (uint32_t)value;
		}
		buffer_add(out,
			(uint8_t[]){(uint8_t)(group >> 16), (uint8_t)(group >> 8), (uint8_t)group},
			3 - pad);
	}
	return true;
}

void base64_encode(struct span octets, struct buffer *out)
{
	for (size_t i = 0; i < octets.length; i += 3) {
		size_t left = octets.length - i;
		uint32_t group = (uint32_t)octets.at[i] << 16 |
				 (left > 1 ? (uint32_t)octets.at[i + 1] << 8 : 0) |
				 (left > 2 ? octets.at[i + 2] : 0);
		char text[4] = {alphabet[group >> 18], alphabet[group >> 12 & 63],
			left > 1 ? alphabet[group >> 6 & 63] : '=',
			left > 2 ? alphabet[group & 63] : '='};

		buffer_add(out, text, 4);
	}
}
