#include "compare/withheld.h"

void withheld_mark(struct line *lines, const struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->row_count; i++) {
		const struct comparison_row *row = &comparison->rows[i];

		if (row->verdict != VERDICT_WITHHELD)
			continue;
		for (size_t k = row->wire; k < row->wire + row->wire_count; k++) {
			struct line *line = &lines[comparison->wire.items[k].line];

			/* of a sealed record nothing but its name can be read */
			if (line->secret.length == 0 && line->kind != LINE_SEALED)
				line->secret = line->text;
		}
	}
}
