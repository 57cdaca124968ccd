#include "message/tokens.h"

#include "base/limits.h"

/* How far the end of what is marked is looked for: paths have 256 octets (RFC 5321 4.5.3.1.3). */
enum { MARKED_LIMIT = 512 };

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The length of the line at the front, its end included. */
static size_t line_length(struct span s)
{
	size_t end = span_index(s, '\n');

	return end < s.length ? end + 1 : s.length;
}

static bool is_continued(struct span s)
{
	return s.length > 0 && (s.at[0] == ' ' || s.at[0] == '\t');
}

/* The octets of the field at the front with all lines that continue it. */
static size_t field_length(struct span header)
{
	size_t length = line_length(header);

	while (length < header.length && is_continued(span_from(header, length)))
		length += line_length(span_from(header, length));
	return length;
}

static struct span without_end(struct span line)
{
	while (line.length > 0 && is_space(line.at[line.length - 1]))
		line.length--;
	return line;
}

/* RFC 5322 2.2: printable characters but the colon. */
static bool is_name(struct span name)
{
	for (size_t i = 0; i < name.length; i++)
		if (name.at[i] <= ' ' || name.at[i] > '~')
			return false;
	return name.length > 0;
}

bool tokens_take_field(struct span *header, struct span *name, struct span *value)
{
	size_t length = field_length(*header);
	struct span line = span_first(*header, length);
	size_t colon = span_index(span_first(line, line_length(line)), ':');

	if (length == 0 || line.at[0] == '\n' || (line.at[0] == '\r' && length == 2))
		return false;
	*name = span_trim(span_first(line, colon));
	*value = without_end(span_from(line, colon + 1));
	if (colon >= line.length || !is_name(*name)) {
		*name = span_of(NULL, 0);
		*value = without_end(line);
	}
	*header = span_from(*header, length);
	return true;
}

struct span tokens_unfold(struct arena *arena, struct span value, bool *is_cut)
{
	struct span cut = span_first(value, LIMIT_ROUTE_FIELD);
	struct span copy;
	uint8_t *to;
	size_t used = 0;

	*is_cut |= cut.length < value.length;
	copy = arena_copy(arena, cut);
	to = (uint8_t *)(uintptr_t)copy.at; /* ours, until it is handed on */
	for (size_t i = 0; i < cut.length; i++) {
		uint8_t c = cut.at[i];

		if (c == '\n' || (c == '\r' && i + 1 < cut.length && cut.at[i + 1] == '\n')) {
			while (used > 0 && (to[used - 1] == ' ' || to[used - 1] == '\t'))
				used--;
			while (i + 1 < cut.length && is_space(cut.at[i + 1]))
				i++;
			c = ' ';
		}
		if (used > 0 || c != ' ')
			to[used++] = c;
	}
	copy.length = used;
	return span_trim(copy);
}

/* The octets of a comment, its brackets included; all, and is_open, when it has no end. */
static size_t find_comment(struct span text, bool *is_open)
{
	size_t depth = 0;

	*is_open = false;
	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] == '\\')
			i++;
		else if (text.at[i] == '(')
			depth++;
		else if (text.at[i] == ')' && --depth == 0)
			return i + 1;
	}
	*is_open = true;
	return text.length;
}

static size_t comment_length(struct span text)
{
	bool is_open;

	return find_comment(text, &is_open);
}

static struct span comment_text(struct span whole)
{
	struct span text = span_from(whole, 1);

	if (text.length > 0 && text.at[text.length - 1] == ')')
		text.length--;
	return span_trim(text);
}

static struct span skip_space(struct span text)
{
	size_t length = 0;

	while (length < text.length && is_space(text.at[length]))
		length++;
	return span_from(text, length);
}

struct span tokens_skip(struct span text)
{
	text = skip_space(text);
	while (text.length > 0 && text.at[0] == '(')
		text = skip_space(span_from(text, comment_length(text)));
	return text;
}

/* The octets up to the end mark, marks included; 0 when it is not there. What is quoted inside is
 * passed over. */
static size_t marked_length(struct span text, uint8_t end)
{
	bool is_quoted = false;

	text = span_first(text, MARKED_LIMIT);
	if (span_index(span_from(text, 1), end) == text.length - 1) /* thousands may stand so */
		return 0;
	for (size_t i = 1; i < text.length; i++) {
		if (text.at[i] == '\\')
			i++;
		else if (text.at[i] == end && !is_quoted)
			return i + 1;
		else if (text.at[i] == '"')
			is_quoted = !is_quoted;
	}
	return 0;
}

static bool ends_word(struct span text, size_t at)
{
	uint8_t c = text.at[at];

	return is_space(c) || c == '(' || c == ';' || c == '<' ||
	       (c == '"' && (at == 0 || text.at[at - 1] == '='));
}

static struct token take_marked(struct span *text, enum token_kind kind, uint8_t end)
{
	bool is_open = false;
	size_t length =
		kind == TOKEN_COMMENT ? find_comment(*text, &is_open) : marked_length(*text, end);
	struct token token = {kind, span_first(*text, length), is_open};

	token.text = kind == TOKEN_COMMENT ? comment_text(token.text)
					   : span_of(text->at + 1, length > 2 ? length - 2 : 0);
	if (length == 0) /* a mark without its end is a word of its own */
		token = (struct token){TOKEN_WORD, span_first(*text, 1), false};
	*text = span_from(*text, length > 0 ? length : 1);
	return token;
}

struct token tokens_take(struct span *text)
{
	struct token token = {.kind = TOKEN_END};
	size_t length = 0;

	*text = skip_space(*text);
	if (text->length == 0)
		return token;
	if (text->at[0] == '(')
		return take_marked(text, TOKEN_COMMENT, ')');
	if (text->at[0] == '"')
		return take_marked(text, TOKEN_QUOTED, '"');
	if (text->at[0] == '<')
		return take_marked(text, TOKEN_ANGLE, '>');
	token.kind = text->at[0] == ';' ? TOKEN_SEMICOLON : TOKEN_WORD;
	while (length < text->length && !ends_word(*text, length))
		length++;
	length = length > 0 ? length : 1;
	token.text = span_first(*text, length);
	*text = span_from(*text, length);
	return token;
}

/* Comments and blanks; the last comment is the pair's. */
static void skip_comments(struct span *text, struct pair *pair)
{
	*text = skip_space(*text);
	while (text->length > 0 && text->at[0] == '(') {
		size_t length = comment_length(*text);

		pair->comment = comment_text(span_first(*text, length));
		*text = skip_space(span_from(*text, length));
	}
}

static struct span take_run(struct span *text, bool to_equals)
{
	struct span run;
	size_t length = 0;

	while (length < text->length && !is_space(text->at[length]) && text->at[length] != ';' &&
		text->at[length] != '(' && !(to_equals && text->at[length] == '='))
		length++;
	run = span_first(*text, length);
	*text = span_from(*text, length);
	return run;
}

static struct span take_value(struct span *text)
{
	size_t length = text->length > 0 && text->at[0] == '"' ? marked_length(*text, '"') : 0;
	struct span value;

	if (length == 0)
		return take_run(text, false);
	value = span_of(text->at + 1, length - 2);
	*text = span_from(*text, length);
	return value;
}

/* "dkim / 1" (a version, dropped), "policy . expired": blanks and comments may stand around these
 * marks too (RFC 8601 2.2). */
static void go_on_name(struct span *text, struct pair *pair)
{
	while (pair->name.length > 0 && text->length > 0 &&
		(text->at[0] == '/' || text->at[0] == '.')) {
		bool is_dot = text->at[0] == '.';
		struct span more;

		*text = span_from(*text, 1);
		skip_comments(text, pair);
		more = take_run(text, true);
		if (is_dot && more.length > 0)
			pair->name.length = (size_t)(more.at + more.length - pair->name.at);
		skip_comments(text, pair);
	}
}

bool tokens_take_pair(struct span *text, struct pair *pair, bool over_semicolons)
{
	*pair = (struct pair){.has_value = false};
	skip_comments(text, pair);
	while (over_semicolons && text->length > 0 && text->at[0] == ';') {
		*text = span_from(*text, 1);
		skip_comments(text, pair);
	}
	if (text->length == 0 || text->at[0] == ';')
		return false;
	pair->name = take_run(text, true);
	skip_comments(text, pair);
	go_on_name(text, pair);
	if (text->length > 0 && text->at[0] == '=') {
		*text = span_from(*text, 1);
		skip_comments(text, pair);
		pair->value = take_value(text);
		pair->has_value = true;
		skip_comments(text, pair);
	}
	return true;
}
