/* window/words.h: what the windows say, in the user's language where there is a translation. */
#ifndef WINDOW_WORDS_H
#define WINDOW_WORDS_H

#include "base/language.h"

#define _N(one, many, count) language_count(one, many, count)

#endif
