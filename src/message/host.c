#include "message/host.h"

#include "base/language.h"

#include <arpa/inet.h>

enum { NAME_LIMIT = 255 };

struct range {
	uint8_t octets[16];
	uint8_t bits;
	enum address_kind kind;
};

static const struct range ranges_4[] = {
	{{127}, 8, ADDRESS_LOOPBACK},
	{{10}, 8, ADDRESS_PRIVATE},
	{{172, 16}, 12, ADDRESS_PRIVATE},
	{{192, 168}, 16, ADDRESS_PRIVATE},
	{{100, 64}, 10, ADDRESS_PRIVATE},
	{{169, 254}, 16, ADDRESS_LINK_LOCAL},
	{{192, 0, 2}, 24, ADDRESS_DOCUMENTATION},
	{{198, 51, 100}, 24, ADDRESS_DOCUMENTATION},
	{{203, 0, 113}, 24, ADDRESS_DOCUMENTATION},
	{{0}, 8, ADDRESS_RESERVED},
	{{198, 18}, 15, ADDRESS_RESERVED},
	{{224}, 3, ADDRESS_RESERVED},
};

static const struct range ranges_6[] = {
	{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, ADDRESS_LOOPBACK},
	{{0xfc}, 7, ADDRESS_PRIVATE},
	{{0xfe, 0x80}, 10, ADDRESS_LINK_LOCAL},
	{{0x20, 0x01, 0x0d, 0xb8}, 32, ADDRESS_DOCUMENTATION},
	{{0x3f, 0xff}, 20, ADDRESS_DOCUMENTATION},
	{{0}, 128, ADDRESS_RESERVED},
	{{0xff}, 8, ADDRESS_RESERVED},
};

static const struct {
	const char *words, *rfc;
} kinds[] = {
	[ADDRESS_NONE] = {"no address", ""},
	[ADDRESS_PUBLIC] = {"public", ""},
	[ADDRESS_LOOPBACK] = {N_("of the machine itself"), "RFC 6890 2.2"},
	[ADDRESS_PRIVATE] = {N_("of a private network"), "RFC 6890 2.2"},
	[ADDRESS_LINK_LOCAL] = {N_("of one link alone"), "RFC 6890 2.2"},
	[ADDRESS_DOCUMENTATION] = {N_("for examples in documents"), "RFC 5737 3"},
	[ADDRESS_RESERVED] = {N_("that no host can have"), "RFC 6890 2.2"},
};

const char *address_kind_words(enum address_kind kind)
{
	return kinds[kind].words;
}

const char *address_kind_rfc(enum address_kind kind)
{
	return kinds[kind].rfc;
}

static bool is_in(const uint8_t *address, const struct range *range)
{
	for (unsigned bit = 0; bit < range->bits; bit++)
		if (((address[bit / 8] ^ range->octets[bit / 8]) & (0x80u >> bit % 8)) != 0)
			return false;
	return true;
}

static enum address_kind kind_of(const struct host_address *address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff}; /* RFC 4291 2.5.5.2 */
	bool is_mapped = address->family == 6 && memcmp(address->octets, mapped, 12) == 0;
	bool is_4 = address->family == 4 || is_mapped;
	const struct range *ranges = is_4 ? ranges_4 : ranges_6;
	size_t count =
		is_4 ? sizeof ranges_4 / sizeof ranges_4[0] : sizeof ranges_6 / sizeof ranges_6[0];

	for (size_t i = 0; i < count; i++)
		if (is_in(address->octets + (is_mapped ? 12 : 0), &ranges[i]))
			return ranges[i].kind;
	return ADDRESS_PUBLIC;
}

/* Without brackets, "IPv6:", a zone ("%4"), and a port behind the brackets. */
static struct span strip(struct span text)
{
	if (text.length > 0 && text.at[0] == '[') {
		text = span_from(text, 1);
		text = span_first(text, span_index(text, ']'));
	}
	if (span_starts_letters(text, "IPv6:"))
		text = span_from(text, 5);
	return span_first(text, span_index(text, '%'));
}

bool host_read_address(struct span text, struct host_address *address, struct span *bare)
{
	char copy[INET6_ADDRSTRLEN + 1];

	*address = (struct host_address){.family = 0};
	text = strip(text);
	if (text.length < 2 || text.length >= sizeof copy ||
		memchr(text.at, '\0', text.length) != NULL)
		return false;
	memcpy(copy, text.at, text.length);
	copy[text.length] = '\0';
	if (inet_pton(AF_INET, copy, address->octets) == 1)
		address->family = 4;
	else if (inet_pton(AF_INET6, copy, address->octets) == 1)
		address->family = 6;
	else
		return false;
	address->kind = kind_of(address);
	*bare = text;
	return true;
}

bool host_same_address(struct span a, struct span b)
{
	struct host_address first, second;
	struct span bare;

	return host_read_address(a, &first, &bare) && host_read_address(b, &second, &bare) &&
	       first.family == second.family &&
	       memcmp(first.octets, second.octets, sizeof first.octets) == 0;
}

static bool is_name_octet(uint8_t c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' ||
	       c == '_' || c >= 0x80;
}

struct span host_name(struct span text)
{
	if (text.length > 1 && text.at[text.length - 1] == '.')
		text.length--;
	return text;
}

/* The last part of a name is never a number (RFC 3696 2): "192.0.2.1" is none. */
static bool ends_in_letters(struct span name)
{
	for (size_t at = name.length; at > 0 && name.at[at - 1] != '.'; at--)
		if (name.at[at - 1] > '9')
			return true;
	return false;
}

bool host_is_name(struct span text)
{
	size_t dots = 0;

	text = host_name(text);
	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] == '.' && i > 0 && text.at[i - 1] != '.')
			dots++;
		else if (!is_name_octet(text.at[i]))
			return false;
	}
	return dots > 0 && text.length <= NAME_LIMIT && ends_in_letters(text);
}

static bool ends_under(struct span name, struct span parent)
{
	return name.length > parent.length + 1 && name.at[name.length - parent.length - 1] == '.' &&
	       span_same_letters(span_from(name, name.length - parent.length), parent);
}

bool host_is_local_name(struct span name)
{
	static const char *const ends[] = {
		"local", "internal", "localdomain", "localhost", "lan", "home", "corp", "intranet"};

	name = host_name(name);
	if (!host_is_name(name))
		return true;
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (ends_under(name, span_text(ends[i])))
			return true;
	return false;
}

struct span host_last_parts(struct span name)
{
	unsigned dots = 0;
	size_t at;

	name = host_name(name);
	for (at = name.length; at > 0; at--)
		if (name.at[at - 1] == '.' && ++dots == 2)
			break;
	return span_from(name, at);
}

/* Mail providers whose servers take from and give to each other under several domains. */
static const char *house_of(struct span name)
{
	static const struct {
		const char *domain, *house;
	} rows[] = {
		{"gmail.com", "Google"},
		{"google.com", "Google"},
		{"googlemail.com", "Google"},
		{"outlook.com", "Microsoft"},
		{"hotmail.com", "Microsoft"},
		{"exchangelabs.com", "Microsoft"},
		{"office365.com", "Microsoft"},
		{"amazonses.com", "Amazon"},
		{"amazonaws.com", "Amazon"},
		{"yandex.net", "Yandex"},
		{"yandex.ru", "Yandex"},
		{"yandex.com", "Yandex"},
		{"yahoo.com", "Yahoo"},
		{"yahoodns.net", "Yahoo"},
		{"aol.com", "Yahoo"},
		{"icloud.com", "Apple"},
		{"apple.com", "Apple"},
		{"me.com", "Apple"},
		{"protonmail.ch", "Proton"},
		{"protonmail.com", "Proton"},
		{"proton.ch", "Proton"},
		{"proton.me", "Proton"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (span_is_letters(name, rows[i].domain) ||
			ends_under(name, span_text(rows[i].domain)))
			return rows[i].house;
	return NULL;
}

enum kinship host_kinship(struct span a, struct span b)
{
	const char *house;

	a = host_name(a);
	b = host_name(b);
	if (a.length == 0 || b.length == 0)
		return KINSHIP_NONE;
	if (span_same_letters(a, b))
		return KINSHIP_SAME;
	if (ends_under(a, b) || ends_under(b, a))
		return KINSHIP_UNDER;
	house = house_of(a);
	if (house != NULL && house == house_of(b))
		return KINSHIP_HOUSE;
	if (host_is_name(a) && host_is_name(b) &&
		span_same_letters(host_last_parts(a), host_last_parts(b)))
		return KINSHIP_SIBLINGS;
	return KINSHIP_NONE;
}
