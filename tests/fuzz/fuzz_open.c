#include "base/cursor.h"
#include "tls/secrets.h"
#include "tls/tls.h"

#include <stdlib.h>

static void on_event(void *context, const struct tls_event *event)
{
	size_t *sum = context;

	if (event->payload.length > event->octets || event->name_count > 16 ||
		(event->is_opened && event->is_sealed))
		abort();
	for (size_t i = 0; i < event->payload.length; i++)
		*sum += event->payload.at[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Up to the first NUL stands a key log; behind it, as in fuzz_tls: one octet says the side, and
 * whether octets are missing, two say how many octets. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t sum = 0, end = span_index(span_of(data, size), 0);
	struct tls_listener listener = {&sum, on_event};
	struct tls_secrets *secrets = tls_secrets_new(NULL);
	struct tls *tls = tls_new(&listener);
	struct cursor c = cursor_of(span_from(span_of(data, size), end + 1));
	struct origin origin = {1, 0};

	(void)tls_secrets_add(secrets, span_of(data, end));
	tls_use_secrets(tls, secrets);
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
	tls_free(tls);
	tls_secrets_free(secrets);
	return 0;
}
