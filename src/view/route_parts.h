/* view/route_parts.h: what the views of a route share: times, delays, values as people read them.
 */
#ifndef VIEW_ROUTE_PARTS_H
#define VIEW_ROUTE_PARTS_H

#include "view/route.h"

void route_add_text(const struct route_view *view);
void route_add_tsv(const struct route_view *view);
void route_add_json(const struct route_view *view);

/* "2022-11-08 18:43:51", in UTC; divider stands between day and time. */
void route_add_time(struct buffer *out, int64_t seconds, char divider);

/* "+0700"; "" where it is not known. */
void route_add_zone(struct buffer *out, const struct date *date);

/* "18:43:51 +0700", by the server's own clock; with the day where it is not UTC's. */
void route_add_local_time(struct buffer *out, const struct date *date);

/* "+0:01:07", "-0:00:58", "+2 d 3:00:00" */
void route_add_delay(struct buffer *out, int64_t seconds);

/* "TLS 1.2, ECDHE-RSA-AES128-GCM-SHA256, 128 bits"; "TLS" where nothing more is said; nothing
 * without TLS. Printable. */
void route_add_tls(struct buffer *out, const struct received *received);

/* A value of a header field, printable, encoded words decoded. */
void route_add_value(struct buffer *out, struct span value);

/* The warnings of the hop, 0: of the whole message. */
size_t route_count_warnings(const struct route *route, size_t hop);

const char *hop_link_name(enum hop_link link);

#endif
