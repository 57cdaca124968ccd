/* The first octet chooses mechanism, the second part and redaction, the rest is the payload: as it
 * is, and in base64. */
#include "base/base64.h"
#include "mail/sasl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer base64, out;
	struct span rest = span_from(span_of(data, size), 2);

	if (size < 2)
		return 0;
	buffer_init(&base64, 0);
	buffer_init(&out, 0);
	base64_encode(rest, &base64);
	sasl_describe((enum sasl_mechanism)(data[0] % (SASL_UNKNOWN + 1)),
		(enum sasl_part)(data[1] / 2 % (SASL_PART_RESULT + 1)), rest, data[1] % 2, &out);
	sasl_describe((enum sasl_mechanism)(data[0] % (SASL_UNKNOWN + 1)),
		(enum sasl_part)(data[1] / 2 % (SASL_PART_RESULT + 1)), buffer_span(&base64),
		data[1] % 2, &out);
	for (size_t i = 0; i < out.length; i++)
		if (out.at[i] < 0x20 || out.at[i] == 0x7f)
			__builtin_trap(); /* not printable */
	buffer_fini(&base64);
	buffer_fini(&out);
	return 0;
}
