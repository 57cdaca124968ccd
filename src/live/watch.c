#include "live/watch.h"

#include "net/stream.h"

static size_t kept_of(const struct watch *watch)
{
	return watch->count < LIMIT_WATCHED ? watch->count : LIMIT_WATCHED;
}

static struct watched *find(struct watch *watch, const struct ends *ends, enum side *sender)
{
	for (size_t i = 0; i < kept_of(watch); i++) {
		struct watched *watched =
			&watch->connections[(watch->count - 1 - i) % LIMIT_WATCHED];

		if (ends_same(ends, &watched->ends, sender))
			return watched;
	}
	return NULL;
}

const struct watched *watch_find(const struct watch *watch, const struct ends *ends)
{
	enum side side;

	/* Nothing is changed that is found. */
	return find((struct watch *)(uintptr_t)watch, ends, &side);
}

static void begin(struct watch *watch, const struct ends *ends)
{
	watch->connections[watch->count++ % LIMIT_WATCHED] = (struct watched){.ends = *ends};
}

static void see_end(struct watched *watched, enum side sender, const struct tcp_segment *segment)
{
	enum side other = side_other(sender);

	if (segment->flags & TCP_RST)
		watched->has_reset = true;
	if (segment->flags & TCP_FIN) {
		watched->has_end[sender] = true;
		watched->end[sender] = segment->sequence + segment->length;
	}
	if ((segment->flags & TCP_ACK) && watched->has_end[other] &&
		sequence_distance(watched->end[other], segment->acknowledgement) > 0)
		watched->is_end_acknowledged[other] = true;
}

void watch_packet(struct watch *watch, const struct packet *packet)
{
	const struct tcp_segment *segment = &packet->tcp;
	struct ends ends = ends_of_packet(packet);
	enum side sender;
	struct watched *watched = find(watch, &ends, &sender);
	bool is_syn = (segment->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;

	/* A SYN sent again begins nothing; one behind an end does. */
	if (is_syn && (watched == NULL || watched_is_over(watched))) {
		begin(watch, &ends);
		return;
	}
	if (watched == NULL)
		return;
	if (sender == SIDE_CLIENT && segment->length > 0)
		watched->has_spoken = true;
	see_end(watched, sender, segment);
}

bool watched_is_over(const struct watched *watched)
{
	return watched->has_reset || (watched->is_end_acknowledged[SIDE_CLIENT] &&
					     watched->is_end_acknowledged[SIDE_SERVER]);
}

bool watch_is_at_rest(const struct watch *watch)
{
	for (size_t i = 0; i < kept_of(watch); i++)
		if (!watch->connections[i].has_spoken && !watched_is_over(&watch->connections[i]))
			return false;
	return watch->count > 0;
}
