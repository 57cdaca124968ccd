#include "dissect/first_look.h"

#include "tls/tls.h"

/* Ports whose TLS is mail (RFC 8314 3, and STARTTLS ports where a client began with TLS). */
static const struct {
	uint16_t port;
	enum mail_protocol protocol;
} mail_ports[] = {
	{465, MAIL_SMTP}, {587, MAIL_SMTP}, {25, MAIL_SMTP}, {995, MAIL_POP3}, {110, MAIL_POP3}};

/* How the names begin that mail servers have. */
static const struct {
	const char *prefix;
	enum mail_protocol protocol;
} mail_names[] = {
	{"pop", MAIL_POP3}, {"smtp", MAIL_SMTP}, {"submission", MAIL_SMTP}, {"mx", MAIL_SMTP}};

static enum found found_by_name(const char *name, enum mail_protocol *protocol)
{
	for (size_t i = 0; i < sizeof mail_names / sizeof mail_names[0]; i++)
		if (span_starts_letters(span_text(name), mail_names[i].prefix)) {
			*protocol = mail_names[i].protocol;
			return FOUND_MAIL_IN_TLS;
		}
	return FOUND_TLS;
}

static void pass_over(void *context, const struct tls_event *event)
{
	(void)context;
	(void)event;
}

/* A port that says nothing: mail if the ClientHello asks for it by ALPN or by the server's name. */
static enum found found_in_hello(struct span hello, enum mail_protocol *protocol)
{
	struct tls_listener listener = {NULL, pass_over};
	struct tls *tls = tls_new(&listener);
	struct chunk chunk = {hello, {1, 0}};
	const struct tls_facts *facts = tls_facts(tls);
	enum found found;

	(void)tls_feed(tls, SIDE_CLIENT, &chunk);
	found = !facts->has_client_hello && tls_is_inside_record(tls, SIDE_CLIENT)
			? FOUND_MORE
			: found_by_name(facts->alpn, protocol);
	if (found == FOUND_TLS && facts->server_name[0] != '\0')
		found = found_by_name(facts->server_name, protocol);
	tls_free(tls);
	return found;
}

static enum found found_in_tls(
	const struct mail_first_look *look, bool is_exchanged, enum mail_protocol *protocol)
{
	uint16_t port = look->ports[is_exchanged ? SIDE_CLIENT : SIDE_SERVER];

	for (size_t i = 0; i < sizeof mail_ports / sizeof mail_ports[0]; i++)
		if (mail_ports[i].port == port) {
			*protocol = mail_ports[i].protocol;
			return FOUND_MAIL_IN_TLS;
		}
	return found_in_hello(look->heads[is_exchanged ? SIDE_SERVER : SIDE_CLIENT], protocol);
}

enum found first_look(
	const struct mail_first_look *look, enum mail_protocol *protocol, bool *is_exchanged)
{
	*is_exchanged = false;
	switch (mail_guess(look, is_exchanged)) {
	case GUESS_SMTP:
		*protocol = MAIL_SMTP;
		return FOUND_MAIL;
	case GUESS_POP3:
		*protocol = MAIL_POP3;
		return FOUND_MAIL;
	case GUESS_TLS:
		return found_in_tls(look, *is_exchanged, protocol);
	case GUESS_MORE:
		return FOUND_MORE;
	case GUESS_NOT_MAIL:
		break;
	}
	return FOUND_NOTHING;
}
