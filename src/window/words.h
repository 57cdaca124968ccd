/* window/words.h: what the windows say, in the user's language where there is a translation. */
#ifndef WINDOW_WORDS_H
#define WINDOW_WORDS_H

#include <glib.h>

#define WORDS_DOMAIN "mailscope"
#define _(text) g_dgettext(WORDS_DOMAIN, (text))
#define _N(one, many, count) g_dngettext(WORDS_DOMAIN, (one), (many), (count))

#endif
