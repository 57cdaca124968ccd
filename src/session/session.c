#include "session/session.h"

#include "base/address.h"
#include "base/language.h"

const char *phase_name(enum phase phase)
{
	static const char *const names[] = {
#define X(id, name) name,
		PHASES(X)
#undef X
	};

	return names[phase];
}

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = {N_("no message"), N_("delivered"),
		N_("partly delivered"), N_("refused"), N_("deferred"), N_("fetched"), N_("listed"),
		N_("login refused"), N_("tls failed"), N_("sealed"), N_("cut off")};

	return names[outcome];
}

const char *protocol_name(enum mail_protocol protocol)
{
	return protocol == MAIL_SMTP ? "SMTP" : "POP3";
}

const char *transport_name(enum transport transport)
{
	static const char *const names[] = {N_("clear"), "starttls", "tls"};

	return names[transport];
}

const char *line_kind_name(enum line_kind kind)
{
	static const char *const names[] = {"greeting", "command", "reply", N_("challenge"),
		N_("response"), "data", "body", N_("sealed"), "gap"};

	return names[kind];
}

const char *side_name(enum side side)
{
	return side == SIDE_CLIENT ? N_("client") : N_("server");
}

void endpoint_add_address(struct buffer *out, const struct endpoint *endpoint)
{
	char text[ADDRESS_TEXT];

	buffer_add(out, text, address_text(text, endpoint->family, endpoint->address));
}
