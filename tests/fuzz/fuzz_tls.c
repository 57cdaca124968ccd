#include "base/cursor.h"
#include "tls/tls.h"

#include <stdlib.h>

static void on_event(void *context, const struct tls_event *event)
{
	size_t *sum = context;

	if (event->payload.length > event->octets || event->name_count > 16)
		abort();
	for (size_t i = 0; i < event->payload.length; i++)
		*sum += event->payload.at[i];
	for (size_t i = 0; i < event->name_count; i++)
		*sum += strlen(event->names[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One octet says what follows: the side, whether octets are missing; two say how many octets. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t sum = 0;
	struct tls_listener listener = {&sum, on_event};
	struct tls *tls = tls_new(&listener);
	struct cursor c = cursor_of(span_of(data, size));
	struct origin origin = {1, 0};

	tls_looks_like(span_of(data, size));
	for (; c.left > 0; origin.frame++) {
		uint8_t what = cursor_u8(&c);
		size_t length = cursor_u16(&c);
		enum side side = what & 1 ? SIDE_SERVER : SIDE_CLIENT;
		struct chunk chunk = {{0}, origin};

		if (what & 2) {
			tls_gap(tls, side, length, origin);
			continue;
		}
		chunk.bytes = cursor_span(&c, length < c.left ? length : c.left);
		tls_feed(tls, side, &chunk);
	}
	tls_end(tls, SIDE_CLIENT, origin);
	tls_end(tls, SIDE_SERVER, origin);
	tls_free(tls);
	return 0;
}
