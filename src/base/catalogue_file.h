/* base/catalogue_file.h: what stands in a catalogue of GNU gettext's msgfmt (.mo). */
#ifndef BASE_CATALOGUE_FILE_H
#define BASE_CATALOGUE_FILE_H

#include "base/span.h"

struct catalogue_file {
	struct span octets;               /* borrowed */
	uint32_t count;                   /* of texts */
	uint32_t originals, translations; /* where their tables begin */
	bool is_swapped;                  /* it was made on a machine of the other octet order */
};

/* Takes the octets of a file; false, with no text in it, when they are no catalogue. */
bool catalogue_file_take(struct catalogue_file *file, struct span octets);

/* The translation of the text, inside the octets; NULL where there is none.
 * form picks one of the forms of a text that counts (0: the only one). */
const char *catalogue_file_find(const struct catalogue_file *file, const char *text, unsigned form);

#endif
