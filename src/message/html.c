/* HTML as text, for messages that have no other. Nothing is fetched, run or laid out; what is
 * hidden by style is shown. */
#include "base/printable.h"
#include "message/text.h"

/* What a tag means for the text. */
enum effect {
	EFFECT_NONE,
	EFFECT_BREAK, /* a line ends */
	EFFECT_BLOCK, /* a line ends before and behind */
	EFFECT_SPACE, /* an empty line too */
	EFFECT_ITEM,
	EFFECT_CELL,
	EFFECT_RULE,
	EFFECT_LINK,
	EFFECT_IMAGE,
	EFFECT_PRE,
	EFFECT_SKIP, /* what is in it is no text */
};

static const struct {
	const char *name;
	enum effect effect;
} tags[] = {
	{"br", EFFECT_BREAK},
	{"p", EFFECT_SPACE},
	{"div", EFFECT_BLOCK},
	{"tr", EFFECT_BLOCK},
	{"td", EFFECT_CELL},
	{"th", EFFECT_CELL},
	{"li", EFFECT_ITEM},
	{"dt", EFFECT_BLOCK},
	{"dd", EFFECT_BLOCK},
	{"a", EFFECT_LINK},
	{"img", EFFECT_IMAGE},
	{"hr", EFFECT_RULE},
	{"pre", EFFECT_PRE},
	{"h1", EFFECT_SPACE},
	{"h2", EFFECT_SPACE},
	{"h3", EFFECT_SPACE},
	{"h4", EFFECT_SPACE},
	{"h5", EFFECT_SPACE},
	{"h6", EFFECT_SPACE},
	{"ul", EFFECT_SPACE},
	{"ol", EFFECT_SPACE},
	{"table", EFFECT_SPACE},
	{"blockquote", EFFECT_SPACE},
	{"section", EFFECT_BLOCK},
	{"article", EFFECT_BLOCK},
	{"header", EFFECT_BLOCK},
	{"footer", EFFECT_BLOCK},
	{"form", EFFECT_BLOCK},
	{"center", EFFECT_BLOCK},
	{"script", EFFECT_SKIP},
	{"style", EFFECT_SKIP},
	{"title", EFFECT_SKIP},
	{"textarea", EFFECT_SKIP},
	{"select", EFFECT_SKIP},
	{"noscript", EFFECT_SKIP},
	{"template", EFFECT_SKIP},
	{"iframe", EFFECT_SKIP},
	{"object", EFFECT_SKIP},
	{"svg", EFFECT_SKIP},
};

static const struct {
	const char *name;
	uint32_t character;
} entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''},
	{"nbsp", ' '}, {"ensp", ' '}, {"emsp", ' '}, {"thinsp", ' '}, {"shy", 0}, {"zwnj", 0},
	{"zwj", 0}, {"copy", 0xa9}, {"reg", 0xae}, {"trade", 0x2122}, {"deg", 0xb0},
	{"plusmn", 0xb1}, {"middot", 0xb7}, {"para", 0xb6}, {"sect", 0xa7}, {"laquo", 0xab},
	{"raquo", 0xbb}, {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"sbquo", 0x201a}, {"ldquo", 0x201c},
	{"rdquo", 0x201d}, {"bdquo", 0x201e}, {"ndash", 0x2013}, {"mdash", 0x2014},
	{"bull", 0x2022}, {"hellip", 0x2026}, {"euro", 0x20ac}, {"pound", 0xa3}, {"yen", 0xa5},
	{"cent", 0xa2}, {"times", 0xd7}, {"divide", 0xf7}, {"frac12", 0xbd}, {"frac14", 0xbc},
	{"larr", 0x2190}, {"uarr", 0x2191}, {"rarr", 0x2192}, {"darr", 0x2193}, {"auml", 0xe4},
	{"ouml", 0xf6}, {"uuml", 0xfc}, {"Auml", 0xc4}, {"Ouml", 0xd6}, {"Uuml", 0xdc},
	{"szlig", 0xdf}, {"agrave", 0xe0}, {"aacute", 0xe1}, {"acirc", 0xe2}, {"aring", 0xe5},
	{"aelig", 0xe6}, {"ccedil", 0xe7}, {"egrave", 0xe8}, {"eacute", 0xe9}, {"ecirc", 0xea},
	{"iacute", 0xed}, {"ntilde", 0xf1}, {"oacute", 0xf3}, {"ocirc", 0xf4}, {"oslash", 0xf8},
	{"uacute", 0xfa}, {"ucirc", 0xfb}};

enum { LONGEST_ENTITY = 12, LONGEST_LINK = 2000 };

struct writer {
	struct buffer *out;
	size_t start;     /* of this text in out */
	unsigned breaks;  /* line ends due before the next text: 2 at most */
	bool has_blank;   /* a blank is due */
	bool is_cell;     /* a cell has begun; the next is divided from it */
	size_t item;      /* behind the dash of an item that has no text yet */
	unsigned pre;     /* inside of so many <pre> */
	struct span link; /* the address of the link we are in */
	size_t link_text; /* where its text begins in out */
};

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* The text of an item begins behind its dash, in whatever blocks it stands. */
static void want_breaks(struct writer *writer, unsigned breaks)
{
	if (writer->item == writer->out->length && writer->item > 0)
		return;
	writer->breaks = breaks > writer->breaks ? breaks : writer->breaks;
	writer->has_blank = false;
	writer->is_cell = false;
}

/* What was put off until there is text. */
static void add_due(struct writer *writer)
{
	if (writer->out->length > writer->start) {
		for (unsigned i = 0; i < writer->breaks; i++)
			buffer_add_byte(writer->out, '\n');
		if (writer->breaks == 0 && writer->has_blank)
			buffer_add_byte(writer->out, ' ');
	}
	writer->breaks = 0;
	writer->has_blank = false;
}

static void add_octet(struct writer *writer, uint8_t octet)
{
	if (writer->pre > 0 && octet == '\n') {
		add_due(writer);
		buffer_add_byte(writer->out, '\n');
	} else if (is_blank(octet) && writer->pre == 0) {
		writer->has_blank = true;
	} else if (octet != '\r') {
		add_due(writer);
		buffer_add_byte(writer->out, octet);
	}
}

/* "#233;" or "#xe9;" behind the ampersand; its length, or 0. */
static size_t take_number(struct span text, uint32_t *character)
{
	bool is_hex = text.length > 1 && (text.at[1] == 'x' || text.at[1] == 'X');
	size_t first = is_hex ? 2 : 1;
	size_t at = first;
	uint32_t value = 0;

	while (at < text.length) {
		int digit = hex_value(text.at[at]);

		if (digit < 0 || (!is_hex && digit > 9))
			break;
		value = value * (is_hex ? 16 : 10) + (uint32_t)digit;
		value = value > 0x110000 ? 0x110000 : value;
		at++;
	}
	if (at == first)
		return 0;
	if (value == 0 || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		value = 0xfffd;
	*character = value == 0xa0 ? ' ' : value;
	return at + (at < text.length && text.at[at] == ';');
}

/* The entity behind an ampersand; its length, or 0 when it is none. */
static size_t take_entity(struct span text, uint32_t *character)
{
	size_t length = 0;

	if (text.length > 0 && text.at[0] == '#')
		return take_number(text, character);
	while (length < text.length && length < LONGEST_ENTITY && text.at[length] != ';' &&
		text.at[length] > ' ')
		length++;
	if (length == text.length || text.at[length] != ';')
		return 0;
	for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
		if (span_is(span_first(text, length), entities[i].name)) {
			*character = entities[i].character;
			return length + 1;
		}
	return 0;
}

/* Takes one character of text, an entity for one; its length. */
static size_t take_text(struct writer *writer, struct span rest)
{
	uint32_t character = 0;
	size_t length = rest.at[0] == '&' ? take_entity(span_from(rest, 1), &character) : 0;

	if (length == 0) {
		add_octet(writer, rest.at[0]);
		return 1;
	}
	if (character < 0x80 && character > 0)
		add_octet(writer, (uint8_t)character);
	if (character >= 0x80) {
		add_due(writer);
		utf8_add(writer->out, character);
	}
	return length + 1;
}

/* The length of the tag at the front with its brackets; a ">" in quotes does not end it. An end
 * that is missing is where the text ends. */
static size_t tag_length(struct span text)
{
	uint8_t quote = 0;

	for (size_t i = 1; i < text.length; i++) {
		uint8_t c = text.at[i];

		if (quote != 0)
			quote = c == quote ? 0 : quote;
		else if ((c == '"' || c == '\'') && text.at[i - 1] == '=')
			quote = c;
		else if (c == '>')
			return i + 1;
	}
	return text.length;
}

/* The name in a tag, without the slash of an end tag. */
static struct span tag_name(struct span tag)
{
	size_t length = 0;

	tag = span_from(tag, tag.length > 1 && tag.at[1] == '/' ? 2 : 1);
	while (length < tag.length && !is_blank(tag.at[length]) && tag.at[length] != '>' &&
		tag.at[length] != '/')
		length++;
	return span_first(tag, length);
}

static enum effect effect_of(struct span name)
{
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
		if (span_is_letters(name, tags[i].name))
			return tags[i].effect;
	return EFFECT_NONE;
}

/* A value at the front: in quotes, or up to a blank. */
static struct span take_value(struct span text)
{
	size_t length = 0;

	if (text.length > 0 && (text.at[0] == '"' || text.at[0] == '\'')) {
		struct span inner = span_from(text, 1);

		return span_first(inner, span_index(inner, text.at[0]));
	}
	while (length < text.length && !is_blank(text.at[length]) && text.at[length] != '>')
		length++;
	return span_first(text, length);
}

/* The value of a tag's attribute; empty: it has none. */
static struct span attribute(struct span tag, const char *name)
{
	uint8_t quote = 0;

	for (size_t i = 1; i < tag.length; i++) {
		struct span rest = span_from(tag, i);
		struct span value = span_from(rest, strlen(name));

		if (quote != 0) {
			quote = tag.at[i] == quote ? 0 : quote;
			continue;
		}
		if ((tag.at[i] == '"' || tag.at[i] == '\'') && tag.at[i - 1] == '=')
			quote = tag.at[i];
		if (!is_blank(tag.at[i - 1]) || !span_starts_letters(rest, name))
			continue;
		while (value.length > 0 && is_blank(value.at[0]))
			value = span_from(value, 1);
		if (value.length == 0 || value.at[0] != '=')
			continue;
		value = span_from(value, 1);
		while (value.length > 0 && is_blank(value.at[0]))
			value = span_from(value, 1);
		return take_value(value);
	}
	return span_of(NULL, 0);
}

/* An attribute's text: entities decoded, on one line. */
static void add_value(struct writer *writer, struct span value)
{
	value = span_first(span_trim(value), LONGEST_LINK);
	while (value.length > 0) {
		uint32_t character = value.at[0];
		size_t length = character == '&' ? take_entity(span_from(value, 1), &character) : 0;

		if (length > 0 && character > 0)
			utf8_add(writer->out, character);
		else if (length == 0)
			buffer_add_byte(writer->out, is_blank(value.at[0]) ? ' ' : value.at[0]);
		value = span_from(value, length + 1);
	}
}

/* A link that leads somewhere outside of the message. */
static bool is_shown(struct span link)
{
	static const char *const schemes[] = {"http:", "https:", "mailto:", "ftp:", "tel:"};

	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
		if (span_starts_letters(span_trim(link), schemes[i]))
			return true;
	return false;
}

/* Where a link leads stands behind its text: the two may differ on purpose. */
static void end_link(struct writer *writer)
{
	struct span link = writer->link;
	struct span text = span_from(buffer_span(writer->out), writer->link_text);

	writer->link = span_of(NULL, 0);
	if (!is_shown(link) || span_equal(span_trim(text), span_trim(link)))
		return;
	writer->has_blank = writer->out->length > writer->start;
	add_due(writer);
	buffer_add_byte(writer->out, '<');
	add_value(writer, link);
	buffer_add_byte(writer->out, '>');
}

static void add_image(struct writer *writer, struct span tag)
{
	struct span text = attribute(tag, "alt");

	if (span_trim(text).length == 0)
		return;
	add_due(writer);
	buffer_add_byte(writer->out, '[');
	add_value(writer, text);
	buffer_add_byte(writer->out, ']');
}

static void add_item(struct writer *writer)
{
	want_breaks(writer, 1);
	add_due(writer);
	buffer_add_text(writer->out, "- ");
	writer->item = writer->out->length;
}

static void add_rule(struct writer *writer)
{
	want_breaks(writer, 1);
	add_due(writer);
	buffer_add_text(writer->out, "----");
	want_breaks(writer, 1);
}

static void begin_tag(struct writer *writer, struct span tag, enum effect effect)
{
	switch (effect) {
	case EFFECT_BREAK:
		writer->breaks += writer->breaks < 2;
		break;
	case EFFECT_ITEM:
		add_item(writer);
		break;
	case EFFECT_CELL:
		writer->has_blank |= writer->is_cell;
		writer->is_cell = true;
		break;
	case EFFECT_RULE:
		add_rule(writer);
		break;
	case EFFECT_LINK:
		end_link(writer);
		writer->link = attribute(tag, "href");
		writer->link_text = writer->out->length;
		break;
	case EFFECT_IMAGE:
		add_image(writer, tag);
		break;
	case EFFECT_PRE:
		want_breaks(writer, 2);
		writer->pre++;
		break;
	default:
		break;
	}
}

static void end_tag(struct writer *writer, enum effect effect)
{
	if (effect == EFFECT_LINK)
		end_link(writer);
	if (effect == EFFECT_PRE && writer->pre > 0) {
		writer->pre--;
		want_breaks(writer, 2);
	}
	if (effect == EFFECT_ITEM)
		want_breaks(writer, 1);
}

/* Where the end tag of that name begins; of text that is not ended, the end of all. */
static size_t skipped_length(struct span rest, struct span name)
{
	for (size_t at = span_index(rest, '<'); at < rest.length;) {
		struct span tag = span_from(rest, at);

		if (tag.length > 1 && tag.at[1] == '/' &&
			span_same_letters(span_first(span_from(tag, 2), name.length), name))
			return at;
		at += 1 + span_index(span_from(tag, 1), '<');
	}
	return rest.length;
}

/* "<!-- ... -->", "<!DOCTYPE ...>", "<?xml ...>" */
static size_t remark_length(struct span text)
{
	size_t end;

	if (!span_starts_letters(text, "<!--"))
		return span_index(text, '>') + 1;
	end = span_find(span_from(text, 4), "-->");
	return 4 + end + 3;
}

/* Takes what begins with "<"; its length. */
static size_t take_tag(struct writer *writer, struct span rest)
{
	uint8_t next = rest.length > 1 ? rest.at[1] : ' ';
	bool is_end = next == '/';
	struct span name;
	enum effect effect;
	size_t length;

	if (next == '!' || next == '?')
		return remark_length(rest);
	name = tag_name(rest);
	/* A sign that begins no tag is a sign: "a < b". */
	if (name.length == 0 || ((name.at[0] | 0x20) < 'a' || (name.at[0] | 0x20) > 'z')) {
		add_octet(writer, '<');
		return 1;
	}
	length = tag_length(rest);
	effect = effect_of(name);
	if (effect == EFFECT_BLOCK || effect == EFFECT_SPACE)
		want_breaks(writer, effect == EFFECT_SPACE ? 2 : 1);
	else if (is_end)
		end_tag(writer, effect);
	else
		begin_tag(writer, span_first(rest, length), effect);
	if (effect == EFFECT_SKIP && !is_end && rest.at[length - 1] == '>' &&
		rest.at[length - 2] != '/')
		length += skipped_length(span_from(rest, length), name);
	return length;
}

void html_to_text(struct buffer *out, struct span html)
{
	struct writer writer = {.out = out, .start = out->length};

	while (html.length > 0) {
		size_t length =
			html.at[0] == '<' ? take_tag(&writer, html) : take_text(&writer, html);

		html = span_from(html, length);
	}
	end_link(&writer);
	if (out->length > writer.start && out->at[out->length - 1] != '\n')
		buffer_add_byte(out, '\n');
}
