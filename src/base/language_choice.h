/* base/language_choice.h: which language it is to be, by --lang or by the environment. */
#ifndef BASE_LANGUAGE_CHOICE_H
#define BASE_LANGUAGE_CHOICE_H

#include "base/fail.h"

#include <stdbool.h>

/* Everything that has a text for people, a fail too, looks into base/language; this stands above
 * both. */

/* Chooses the language named ("ru"); NULL: that of the environment, by LC_ALL, LC_MESSAGES or LANG,
 * and LANGUAGE, as gettext has it. False: FAIL_USAGE, there is no such language; FAIL_OPEN or
 * FAIL_DAMAGED, its catalogue cannot be read. Where the environment wants what is not there, it is
 * English. */
bool language_choose(const char *name, struct fail *fail);

/* Takes --lang NAME and --lang=NAME out of a program's arguments, wherever they stand up to a "--",
 * and then is language_choose(): before anything else looks at the arguments, so that what is wrong
 * with these is said in that language. */
bool language_option(int *count, char **arguments, struct fail *fail);

#endif
