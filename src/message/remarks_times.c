#include "message/remarks.h"

/* Seconds. */
enum {
	SLOW = 300,            /* a hop that takes longer is worth a word */
	FUTURE = 3600,         /* clocks may differ by as much */
	WRITTEN_LATE = 300,    /* Date behind the first hop */
	WRITTEN_EARLY = 86400, /* Date before it */
};

static void look_at_date(struct remarks *remarks, size_t index)
{
	const struct received *received = &remarks->route->hops[index].received;
	size_t hop = index + 1;

	if (!received->has_date) {
		remark_add(remarks, REMARK_DATE_UNREAD, hop,
			received->date_text.length > 0 ? "no date can be read from \"%.*s\""
						       : "the field has no date%.*s",
			SHOWN(received->date_text));
		return;
	}
	if (received->date.zone == DATE_ZONE_UNKNOWN)
		remark_add(remarks, REMARK_ZONE_UNKNOWN, hop,
			"the zone of \"%.*s\" is not known: it is read as UTC, and the delays "
			"around it may be wrong by hours",
			SHOWN(received->date_text));
	if (received->date.is_weekday_wrong)
		remark_add(remarks, REMARK_WEEKDAY_WRONG, hop,
			"\"%.*s\" was another day of the week", SHOWN(received->date_text));
	if (remarks->now > 0 && received->date.seconds > remarks->now + FUTURE)
		remark_add(remarks, REMARK_FUTURE_DATE, hop, "\"%.*s\" is in the future",
			SHOWN(received->date_text));
}

/* Whether the host before is to blame: without its clock all was in order. */
static bool is_before_fast(const struct route *route, size_t index)
{
	const struct hop *hop = &route->hops[index];

	return index >= 2 && hop[-1].has_delay && hop[-1].delay > 0 &&
	       hop->delay + hop[-1].delay >= 0;
}

static void look_at_delay(struct remarks *remarks, size_t index)
{
	const struct hop *hop = &remarks->route->hops[index];

	if (!hop->has_delay)
		return;
	if (hop->delay < 0 && is_before_fast(remarks->route, index))
		remark_add(remarks, REMARK_CLOCK_BACK, index + 1,
			"it came %lld s before it was sent on. From hop %zu to hop %zu it is "
			"%+lld s: the clock of hop %zu may well be fast",
			(long long)-hop->delay, index - 1, index + 1,
			(long long)hop->delay + (long long)hop[-1].delay, index);
	else if (hop->delay < 0)
		remark_add(remarks, REMARK_CLOCK_BACK, index + 1,
			"it came %lld s before it was sent on: the clock here is slow by at "
			"least as much, or the one before it fast, or one of the dates was made up",
			(long long)-hop->delay);
	else if (hop->delay >= SLOW)
		remark_add(remarks, REMARK_SLOW_HOP, index + 1,
			"it took %lld s to get here, of the %lld s of the whole way: "
			"a queue, a retry after a refusal, or a clock that differs",
			(long long)hop->delay, (long long)remarks->route->total);
}

static void look_at_written(struct remarks *remarks)
{
	const struct route *route = remarks->route;
	int64_t lag;

	if (!route->has_date || route->hop_count == 0 || !route->hops[0].received.has_date)
		return;
	lag = route->hops[0].received.date.seconds - route->date.seconds;
	if (lag < -WRITTEN_LATE)
		remark_add(remarks, REMARK_DATE_FAR, 1,
			"Date is %lld s later than the first hop: it would have been written "
			"after it was sent",
			(long long)-lag);
	else if (lag > WRITTEN_EARLY)
		remark_add(remarks, REMARK_DATE_FAR, 1,
			"Date is %lld s earlier than the first hop: written long before it "
			"was sent, sent once more, or made up",
			(long long)lag);
}

void remarks_of_times(struct remarks *remarks)
{
	const struct route *route = remarks->route;
	const struct route_field *date = &route->fields[ROUTE_DATE];

	for (size_t i = 0; i < route->hop_count; i++) {
		look_at_date(remarks, i);
		look_at_delay(remarks, i);
	}
	look_at_written(remarks);
	if (date->count > 0 && !route->has_date)
		remark_add(remarks, REMARK_DATE_UNREAD, 0, "no date can be read from Date: %.*s",
			SHOWN(date->value));
	if (route->has_date && route->date.zone == DATE_ZONE_UNKNOWN)
		remark_add(remarks, REMARK_ZONE_UNKNOWN, 0,
			"the zone of Date is not known: it is read as UTC: %.*s",
			SHOWN(date->value));
	if (route->has_date && route->date.is_weekday_wrong)
		remark_add(remarks, REMARK_WEEKDAY_WRONG, 0,
			"Date was another day of the week: %.*s", SHOWN(date->value));
	if (route->has_date && remarks->now > 0 && route->date.seconds > remarks->now + FUTURE)
		remark_add(remarks, REMARK_FUTURE_DATE, 0, "Date is in the future: %.*s",
			SHOWN(date->value));
}
