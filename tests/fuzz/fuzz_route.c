#include "message/redact.h"
#include "view/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static void view(const struct route *route, enum view_format format)
{
	struct view_options options = {.format = format, .width = 60, .has_colour = true};
	struct buffer out;
	struct route_view view = {&out, route, "fuzz", ROUTE_PARTS, &options};

	buffer_init(&out, 0);
	view_route(&view);
	buffer_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	struct buffer hidden;
	struct route route;

	route_read(&route, span_of(octets, length), 1700000000);
	for (int format = FORMAT_TEXT; format <= FORMAT_JSON; format++)
		view(&route, (enum view_format)format);
	route_fini(&route);
	buffer_init(&hidden, 0);
	redact_addresses(&hidden, span_of(octets, length));
	buffer_fini(&hidden);
	return 0;
}
