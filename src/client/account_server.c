/* The port of a server, and how TLS begins there. */
#include "client/account.h"

/* RFC 8314 3.3, 7.3; RFC 6409 3.1; RFC 5321 4.5.4.2; RFC 1939 3. */
static const struct port_use {
	enum mail_protocol protocol;
	uint16_t port;
	enum tls_mode tls;
} port_uses[] = {
	{MAIL_SMTP, 465, TLS_MODE_IMPLICIT},
	{MAIL_SMTP, 587, TLS_MODE_STARTTLS},
	{MAIL_SMTP, 25, TLS_MODE_OFFERED},
	{MAIL_SMTP, 25, TLS_MODE_NONE},
	{MAIL_POP3, 995, TLS_MODE_IMPLICIT},
	{MAIL_POP3, 110, TLS_MODE_STARTTLS},
	{MAIL_POP3, 110, TLS_MODE_OFFERED},
	{MAIL_POP3, 110, TLS_MODE_NONE},
};
enum { PORT_USES = sizeof port_uses / sizeof port_uses[0] };

static void set_tls(struct account_server *server, enum tls_mode tls)
{
	server->has_tls = true;
	server->tls = tls;
}

void account_server_settle(struct account_server *server, enum mail_protocol protocol)
{
	for (size_t i = 0; i < PORT_USES && !server->has_tls && server->port != 0; i++)
		if (port_uses[i].protocol == protocol && port_uses[i].port == server->port)
			set_tls(server, port_uses[i].tls);
	if (!server->has_tls)
		set_tls(server, server->port != 0 ? TLS_MODE_STARTTLS : TLS_MODE_IMPLICIT);
	for (size_t i = 0; i < PORT_USES && server->port == 0; i++)
		if (port_uses[i].protocol == protocol && port_uses[i].tls == server->tls)
			server->port = port_uses[i].port;
}
