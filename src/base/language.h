/* base/language.h: the language of what people read: English, as it stands in the sources, or what
 * src/po has for it. */
#ifndef BASE_LANGUAGE_H
#define BASE_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct catalogue_file;

/* The catalogues are GNU gettext's, made by its tools, but it is not gettext() that looks into
 * them: it does so under a locale that the machine has generated alone, and never under "C.UTF-8",
 * the only one of a small system; and it wants setlocale(), which would put decimal commas into
 * JSON. Here the language is chosen by name, and no locale is set. */

/* The text in the language chosen. xgettext finds _("...") and N_("..."), and what is given to the
 * functions that translate themselves (src/po/extract says which). */
#define _(text) language_text(text)

/* A text that is translated where it is printed, not here: in a table. */
#define N_(text) text

/* A word that English uses for several things: _in("column", "from"), and the same in a table. The
 * context is not printed. A word that is counted somewhere (language_count()) is one of these where
 * it stands alone: a catalogue has forms of a text, or has it once. */
#define _in(context, text) language_text_in(context, text)
#define N_in(context, text) text

/* The languages there are: "en|ru". */
extern const char language_names[];

/* The name itself, where there is a language that has it; NULL: there is none. */
const char *language_find(const char *name, size_t length);

/* The texts of the language that language_find() gave, out of a catalogue that is borrowed until
 * another is used (NULL: English). by_name: it was asked for, not found in the environment. */
void language_use(const char *name, const struct catalogue_file *texts, bool by_name);

/* English from here on. */
void language_forget(void);

/* What follows is for programs: the same octets whatever the locale. A language that was chosen by
 * its name stays: its free texts were asked for. */
void language_for_programs(void);

/* "en", "ru" */
const char *language_name(void);

const char *language_text(const char *text) __attribute__((format_arg(1)));
const char *language_text_in(const char *context, const char *text) __attribute__((format_arg(2)));

/* The form of a text that goes with the number: "octet", "octets". */
const char *language_count(const char *one, const char *many, uint64_t count)
	__attribute__((format_arg(1))) __attribute__((format_arg(2)));

/* What the system says of an error number (strerror()), in the language chosen. */
const char *language_error(int number);

#endif
