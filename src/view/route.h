/* view/route.h: the views of a message's route: text, tsv, JSON, and a picture. */
#ifndef VIEW_ROUTE_H
#define VIEW_ROUTE_H

#include "message/route.h"
#include "view/view.h"

/* Parts of the text and tsv; JSON has all of them. */
enum route_part {
	ROUTE_PART_ROUTE = 1,
	ROUTE_PART_AUTHENTICATION = 2,
	ROUTE_PART_REMARKS = 4,
	ROUTE_PARTS = 7,
};

struct route_view {
	struct buffer *out;
	const struct route *route;
	const char *name; /* of the message's file */
	unsigned parts;
	const struct view_options *options;
};

/* Appends it in the options' format. docs/formats.md names the columns and members. */
void view_route(const struct route_view *view);

/* Draws the route into the file, in the format of the path's ending; of more than
 * LIMIT_DIAGRAM_HOPS hops the middle is folded. As diagram_write(). */
enum step view_route_diagram(
	const struct route *route, const char *name, const char *path, struct fail *fail);

/* Appends the same drawing as SVG. */
enum step view_route_svg(
	const struct route *route, const char *name, struct buffer *out, struct fail *fail);

#endif
