#include "message/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

/* HTML grows by little: each link and each list item adds a few octets of its own. */
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	struct buffer out;

	buffer_init(&out, 0);
	html_to_text(&out, span_of(octets, length));
	if (out.length > length * 4 + 16)
		abort();
	buffer_clear(&out);
	message_text(&out, span_of(octets, length));
	message_text_header(&out, span_of(octets, length));
	for (size_t i = 0; i < out.length; i++)
		if ((out.at[i] < ' ' && out.at[i] != '\n') || out.at[i] == 127)
			abort();
	buffer_fini(&out);
	return 0;
}
