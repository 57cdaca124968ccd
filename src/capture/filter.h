/* capture/filter.h: libpcap's filter language, compiled once a link type, run on our frames. */
#ifndef CAPTURE_FILTER_H
#define CAPTURE_FILTER_H

#include "capture/capture.h"

struct filter;

/* NULL and FAIL_USAGE with libpcap's words when the expression is no filter. The expression is
 * copied. */
struct filter *filter_new(const char *expression, struct fail *fail);
void filter_free(struct filter *filter);

/* Whether the frame passes. A link type that libpcap cannot filter lets nothing pass. A filter
 * compiles when a link type is new to it, so it belongs to one thread at a time. */
bool filter_passes(struct filter *filter, const struct frame *frame);

#endif
