/* What an SMTP client may send to the practice server. */
#include "practice/smtp_server.h"
#include "practice_feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	practice_feed(&smtp_server_kind, span_of(data, size));
	return 0;
}
