#include "message/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	struct message_summary summary;

	message_parse_header(&summary, span_of(octets, length));
	message_fini(&summary);
	message_parse(&summary, span_of(octets, length));
	message_fini(&summary);
	return 0;
}
