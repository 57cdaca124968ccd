/* diagram/picture.h: what the parts of a picture share while its graph is built. */
#ifndef DIAGRAM_PICTURE_H
#define DIAGRAM_PICTURE_H

#include "diagram/graph.h"
#include "diagram/pen.h"

/* Okabe and Ito's blue and vermilion hold for the colour-blind and in print; besides, the client's
 * arrowheads are filled and the server's are open. */
#define COLOUR_OF_CLIENT "#0072B2"
#define COLOUR_OF_SERVER "#D55E00"
#define COLOUR_OF_GAP "#A3123F"
#define COLOUR_OF_TLS "#00785A"
#define FILL_OF_CLIENT "#EAF3F9"
#define FILL_OF_SERVER "#FCF0E8"
#define FILL_OF_TLS "#E9F4F0"
#define COLOUR_OF_TIME "#3F4853"
#define COLOUR_OF_NOTE "#56606B"
#define COLOUR_OF_WARNING "#8F4400"
#define COLOUR_OF_RULE "#A9B1BA"

struct picture {
	const struct graph_wants *wants;
	struct pen pen;
	Agnode_t *ends[2]; /* the header boxes last drawn, by enum side */
	struct graph_progress *at;
	double lifeline; /* where the lifelines of the last header begin */
};

const char *picture_colour(enum side side);

/* Draws one row: time, arrow and words, or a remark. */
void picture_row(struct picture *picture, const struct page_item *item);

#endif
