/* practice/path.h: the addresses and parameters of MAIL and RCPT, strictly by their grammar. */
#ifndef PRACTICE_PATH_H
#define PRACTICE_PATH_H

#include "base/span.h"

/* Spans of the line. */
struct path {
	struct span mailbox; /* local part, "@" and domain; empty for <> */
	struct span local;   /* as written, quotes in */
	struct span domain;  /* empty for <postmaster> */
	bool has_utf8;       /* needs SMTPUTF8 (RFC 6531 3.3) */
};

/* Takes "<" path ">" off the front of *text; false: no path, or one that is too long (RFC 5321
 * 4.1.2, 4.5.3.1). A source route is taken, and forgotten. */
bool path_take(struct span *text, struct path *path);

/* *( SP keyword ["=" value] ) at the front of *text, taken off: 1 when there is one, 0 at the end,
 * -1 when it is no parameter (RFC 5321 4.1.2). */
struct parameter {
	struct span keyword, value;
	bool has_value;
};
int parameter_take(struct span *text, struct parameter *parameter);

/* Whether it is xtext (RFC 3461 4): "+" and two digits A-F for what is not a visible character. */
bool path_is_xtext(struct span text);

/* Whether it can be what a client calls itself: a domain, or a literal in brackets. */
bool path_is_hello(struct span text);

#endif
