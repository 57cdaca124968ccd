#include "view/route_parts.h"

#include "base/encoded_word.h"
#include "base/language.h"
#include "base/printable.h"

#include <inttypes.h>
#include <stdlib.h>

enum { DAY = 86400 };

/* Years up to 9999: more than fit into nanoseconds. */
void route_add_time(struct buffer *out, int64_t seconds, char divider)
{
	int64_t days = seconds / DAY - (seconds % DAY < 0);
	int64_t rest = seconds - days * DAY;
	struct calendar_day day = date_day(days);

	buffer_printf(out, "%04" PRId64 "-%02u-%02u%c%02d:%02d:%02d", day.year, day.month, day.day,
		divider, (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
}

void route_add_zone(struct buffer *out, const struct date *date)
{
	int offset = abs(date->offset);

	if (date->zone == DATE_ZONE_UNKNOWN)
		return;
	buffer_printf(out, "%c%02d%02d",
		date->offset < 0 || date->zone == DATE_ZONE_UTC ? '-' : '+', offset / 60,
		offset % 60);
}

void route_add_local_time(struct buffer *out, const struct date *date)
{
	int64_t local = date->seconds + (int64_t)date->offset * 60;
	struct buffer time;

	buffer_init(&time, 0);
	route_add_time(&time, local, ' ');
	buffer_add_span(out, span_from(buffer_span(&time),
				     local / DAY == date->seconds / DAY ? sizeof "2022-11-08" : 0));
	buffer_fini(&time);
	buffer_add_byte(out, ' ');
	if (date->zone == DATE_ZONE_UNKNOWN)
		buffer_add_text(out, _("zone?"));
	else
		route_add_zone(out, date);
}

void route_add_delay(struct buffer *out, int64_t seconds)
{
	int64_t size = seconds < 0 ? -seconds : seconds;

	buffer_add_byte(out, seconds < 0 ? '-' : '+');
	if (size >= DAY)
		buffer_printf(out, _("%lld d "), (long long)(size / DAY));
	buffer_printf(out, "%d:%02d:%02d", (int)(size % DAY / 3600), (int)(size % 3600 / 60),
		(int)(size % 60));
}

void route_add_tls(struct buffer *out, const struct received *received)
{
	const struct received_tls *tls = &received->tls;
	size_t start = out->length;

	if (!received_is_sealed(received))
		return;
	if (tls->version.length > 0)
		printable_add(out, tls->version);
	else
		buffer_add_text(out, "TLS");
	if (tls->cipher.length > 0) {
		buffer_add_text(out, ", ");
		printable_add(out, tls->cipher);
	}
	if (tls->bits.length > 0) {
		buffer_add_text(out, ", ");
		printable_add(out, tls->bits);
		buffer_add_text(out, _(" bits"));
	}
	if (tls->group.length > 0) {
		buffer_add_text(out, out->length > start ? ", " : "");
		printable_add(out, tls->group);
	}
}

void route_add_value(struct buffer *out, struct span value)
{
	struct buffer decoded;

	buffer_init(&decoded, 0);
	encoded_word_decode(value, &decoded);
	printable_add(out, buffer_span(&decoded));
	buffer_fini(&decoded);
}

size_t route_count_warnings(const struct route *route, size_t hop)
{
	size_t count = 0;

	for (size_t i = 0; i < route->remarks.count; i++)
		count += route->remarks.at[i].hop == hop &&
			 route->remarks.at[i].severity == REMARK_WARNING;
	return count;
}

const char *hop_link_name(enum hop_link link)
{
	static const char *const names[] = {[LINK_FIRST] = "first",
		[LINK_JOINED] = "joined",
		[LINK_UNKNOWN] = "unknown",
		[LINK_BROKEN] = "broken"};

	return names[link];
}

void view_route(const struct route_view *view)
{
	switch (view->options->format) {
	case FORMAT_TEXT:
		route_add_text(view);
		break;
	case FORMAT_TSV:
		route_add_tsv(view);
		break;
	case FORMAT_JSON:
	case FORMAT_JSONL:
		route_add_json(view);
		break;
	}
}
