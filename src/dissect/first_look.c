#include "dissect/first_look.h"

#include "mail/port.h"
#include "tls/tls.h"

/* First labels of the names that mail servers have, behind which digits may follow: pop3.example,
 * mx1.example. */
static const struct {
	const char *label;
	enum mail_protocol protocol;
} mail_labels[] = {{"pop", MAIL_POP3}, {"pop3", MAIL_POP3}, {"pops", MAIL_POP3},
	{"pop3s", MAIL_POP3}, {"smtp", MAIL_SMTP}, {"smtps", MAIL_SMTP}, {"submission", MAIL_SMTP},
	{"submissions", MAIL_SMTP}, {"mx", MAIL_SMTP}};

static bool is_digits(struct span s)
{
	for (size_t i = 0; i < s.length; i++)
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
	return true;
}

static enum found found_by_name(const char *name, enum mail_protocol *protocol)
{
	struct span label = span_first(span_text(name), span_index(span_text(name), '.'));

	for (size_t i = 0; i < sizeof mail_labels / sizeof mail_labels[0]; i++)
		if (span_starts_letters(label, mail_labels[i].label) &&
			is_digits(span_from(label, strlen(mail_labels[i].label)))) {
			*protocol = mail_labels[i].protocol;
			return FOUND_MAIL_IN_TLS;
		}
	return FOUND_TLS;
}

/* ALPN names the protocol outright, mail or not (RFC 7301 6; "pop3" is registered, "smtp" is used).
 */
static enum found found_by_alpn(const char *alpn, enum mail_protocol *protocol)
{
	*protocol = strcmp(alpn, "pop3") == 0 ? MAIL_POP3 : MAIL_SMTP;
	return strcmp(alpn, "pop3") == 0 || strcmp(alpn, "smtp") == 0 ? FOUND_MAIL_IN_TLS
								      : FOUND_OTHER_TLS;
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
	if (!facts->has_client_hello && tls_is_inside_record(tls, SIDE_CLIENT))
		found = FOUND_MORE;
	else if (facts->alpn[0] != '\0')
		found = found_by_alpn(facts->alpn, protocol);
	else
		found = found_by_name(facts->server_name, protocol);
	tls_free(tls);
	return found;
}

/* On a mail port it is mail, also where TLS would begin by STARTTLS. */
static enum found found_in_tls(
	const struct mail_first_look *look, bool is_exchanged, enum mail_protocol *protocol)
{
	const struct mail_port *port =
		mail_port_find(look->ports[is_exchanged ? SIDE_CLIENT : SIDE_SERVER]);

	if (port != NULL) {
		*protocol = port->protocol;
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
