/* tests/unit/diagram_reader.h: a ladder drawn into memory, and an SVG as its reader sees it. */
#ifndef TESTS_UNIT_DIAGRAM_READER_H
#define TESTS_UNIT_DIAGRAM_READER_H

#include "base/buffer.h"
#include "diagram/render.h"

/* What diagram_render() writes, and that it does; buffer_fini() it. */
struct buffer diagram_drawn(const struct ladder *ladder, enum diagram_format format);

/* The text between the tags, blanks taken out, and whether the other text is part of it. */
void svg_text(struct span svg, struct buffer *out);
bool svg_shows(struct span visible, const char *text);

/* XML 1.0: characters allowed, tags nested, attributes quoted, ampersands in entities. */
bool svg_is_well_formed(struct span xml);

#endif
