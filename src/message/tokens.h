/* message/tokens.h: the fields of a header, and the pieces of which their values are made: words,
 * quoted strings, comments, pairs. */
#ifndef MESSAGE_TOKENS_H
#define MESSAGE_TOKENS_H

#include "base/arena.h"

/* Takes the next field off *header: its name, and its value as it came, folds included. A line that
 * is no field is taken too, with an empty name: the header goes on behind it. False at the header's
 * end: an empty line, or the span's end. */
bool tokens_take_field(struct span *header, struct span *name, struct span *value);

/* The value on one line: a fold and the blanks around it become one blank (RFC 5322 2.2.3). At most
 * LIMIT_ROUTE_FIELD octets of it; *is_cut is set when there were more. */
struct span tokens_unfold(struct arena *arena, struct span value, bool *is_cut);

/* Behind blanks, folds and comments at the front (CFWS, RFC 5322 3.2.2). */
struct span tokens_skip(struct span text);

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_QUOTED,    /* "..."; text is what is between the marks, backslashes included */
	TOKEN_ANGLE,     /* <...> */
	TOKEN_COMMENT,   /* (...), others in it included */
	TOKEN_SEMICOLON, /* ; */
};

struct token {
	enum token_kind kind;
	struct span text; /* without what marks it */
	bool is_open;     /* a comment without an end */
};

/* Takes the next token. A comment without an end goes to the end of the text. */
struct token tokens_take(struct span *text);

/* name "=" value, blanks and comments around each; without "=" a name alone. */
struct pair {
	struct span name, value, comment; /* comment: the last one at or behind the name */
	bool has_value;
};

/* Takes the next pair and what follows it up to the next one: comments, and semicolons where
 * over_semicolons. False at the end, or at a semicolon. */
bool tokens_take_pair(struct span *text, struct pair *pair, bool over_semicolons);

#endif
