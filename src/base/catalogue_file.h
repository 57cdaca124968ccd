/* base/catalogue_file.h: a catalogue of translated texts as GNU gettext's msgfmt makes it (.mo). */
#ifndef BASE_CATALOGUE_FILE_H
#define BASE_CATALOGUE_FILE_H

#include "base/buffer.h"
#include "base/fail.h"

struct catalogue_file {
	struct buffer octets;
	uint32_t count;                   /* of texts */
	uint32_t originals, translations; /* where their tables begin */
	bool is_swapped;                  /* it was made on a machine of the other octet order */
};

/* Reads the file. STEP_DONE, or STEP_FAIL with FAIL_OPEN or FAIL_DAMAGED; then too
 * catalogue_file_fini() is to be called. */
enum step catalogue_file_open(struct catalogue_file *file, const char *path, struct fail *fail);
void catalogue_file_fini(struct catalogue_file *file);

/* The translation of the text, borrowed until the end of the catalogue; NULL where it has none.
 * form picks one of the forms of a text that counts (0: the only one). */
const char *catalogue_file_find(const struct catalogue_file *file, const char *text, unsigned form);

#endif
