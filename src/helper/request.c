#include "helper/request.h"

#include "base/limits.h"
#include "base/span.h"

#include <arpa/inet.h>
#include <stdio.h>

/* Appends to the filter; false when it is full. */
static bool add(struct request *request, const char *text)
{
	size_t length = strlen(request->filter);

	if (strlen(text) >= sizeof request->filter - length)
		return false;
	memcpy(request->filter + length, text, strlen(text) + 1);
	return true;
}

static bool take(struct span *rest, const char *text)
{
	size_t length = strlen(text);

	if (!span_is(span_first(*rest, length), text))
		return false;
	*rest = span_from(*rest, length);
	return true;
}

static bool take_port(struct request *request, struct span *rest)
{
	enum { LAST_PORT = 65535 };
	struct span digits = span_first(*rest, strspn((const char *)rest->at, "0123456789"));
	char text[16];
	uint64_t port;

	if (!span_number(digits, &port) || port == 0 || port > LAST_PORT)
		return false;
	*rest = span_from(*rest, digits.length);
	snprintf(text, sizeof text, "%u", (unsigned)port);
	return add(request, text);
}

/* An IPv4 or IPv6 address in figures, written as the system writes it. */
static bool take_address(struct request *request, struct span *rest)
{
	struct span figures = span_first(*rest, strspn((const char *)rest->at, "0123456789"
									       "abcdefABCDEF:."));
	char text[INET6_ADDRSTRLEN];
	uint8_t octets[sizeof(struct in6_addr)];
	int family = span_index(figures, ':') < figures.length ? AF_INET6 : AF_INET;

	if (figures.length == 0 || figures.length >= sizeof text)
		return false;
	memcpy(text, figures.at, figures.length);
	text[figures.length] = '\0';
	*rest = span_from(*rest, figures.length);
	return inet_pton(family, text, octets) == 1 &&
	       inet_ntop(family, octets, text, sizeof text) != NULL && add(request, text);
}

/* One kind of thing in brackets. */
struct list {
	const char *word; /* "host " */
	int most;
	bool (*take)(struct request *request, struct span *rest);
};

/* list = "(" item *( " or " item ) ")" ; item = word value */
static bool take_list(struct request *request, struct span *rest, const struct list *list)
{
	int items = 0;

	if (!take(rest, "(") || !add(request, "("))
		return false;
	do {
		if (!take(rest, list->word) || (items > 0 && !add(request, " or ")) ||
			!add(request, list->word) || !list->take(request, rest) ||
			++items > list->most)
			return false;
	} while (take(rest, " or "));
	return take(rest, ")") && add(request, ")");
}

/* filter = "tcp and " ( "port " number / ports ) " and " hosts */
static bool read_filter(struct request *request, const char *filter)
{
	static const struct list ports = {"port ", LIMIT_PORTS, take_port};
	static const struct list hosts = {"host ", LIMIT_HOSTS, take_address};
	struct span rest = span_text(filter);

	if (!take(&rest, "tcp and ") || !add(request, "tcp and "))
		return false;
	if (take(&rest, "port ")) {
		if (!add(request, "port ") || !take_port(request, &rest))
			return false;
	} else if (!take_list(request, &rest, &ports)) {
		return false;
	}
	return take(&rest, " and ") && add(request, " and ") && take_list(request, &rest, &hosts) &&
	       rest.length == 0;
}

/* libpcap takes some names for devices of other kinds (USB, D-Bus): only what the kernel knows as
 * a network interface is captured, or all of them. */
static bool is_interface(const char *name)
{
	return strcmp(name, "any") == 0 || if_nametoindex(name) != 0;
}

enum step request_read(
	struct request *request, const char *interface, const char *filter, struct fail *fail)
{
	size_t length = strnlen(interface, sizeof request->interface);

	*request = (struct request){.filter = ""};
	if (length == 0 || length == sizeof request->interface)
		return fail_set(fail, FAIL_USAGE, "no interface has such a name");
	if (strnlen(filter, sizeof request->filter) == sizeof request->filter ||
		!read_filter(request, filter))
		return fail_set(fail, FAIL_USAGE,
			"the filter is not of the form: tcp and port NUMBER and (host ADDRESS or "
			"host ADDRESS ...), or with (port NUMBER or port NUMBER ...)");
	if (!is_interface(interface))
		return fail_set(fail, FAIL_OPEN, "%s: no such network interface", interface);
	memcpy(request->interface, interface, length + 1);
	return STEP_DONE;
}
