/* view/packets.h: the packet list: a row a frame, as Wireshark's window shows it. */
#ifndef VIEW_PACKETS_H
#define VIEW_PACKETS_H

#include "session/row.h"
#include "view/view.h"

void view_packets_heading(struct buffer *out, const struct view_options *options);
void view_packets(struct buffer *out, const struct row *row, const struct view_options *options);

/* Under its row: what it says of TCP and was not explained before (text_explain_segment()). Nothing
 * in tsv. */
void view_packets_explained(struct buffer *out, const struct row *row,
	const struct view_options *options, uint64_t *explained);

#endif
