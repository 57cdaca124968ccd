#include "mail_feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mail_feed_input(MAIL_POP3, data, size);
	return 0;
}
