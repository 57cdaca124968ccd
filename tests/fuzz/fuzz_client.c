/* What a server says to the client: the first octet chooses protocol, TLS and login, the rest are
 * the server's octets, and then its end. No secret may come to light, and nothing unprintable. */
#include "base/memory.h"
#include "client/pop3_client.h"
#include "client/smtp_client.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 32 * 1024 };

static const char secret[] = "tanstaaftanstaaf";
static bool is_secret_known; /* before, the server says it of its own accord */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum step give_secret(void *context, char **out, struct fail *fail)
{
	(void)context, (void)fail;
	is_secret_known = true;
	*out = memory_text(secret);
	return STEP_DONE;
}

static void look_at(const char *text)
{
	if (is_secret_known && strstr(text, secret) != NULL)
		abort();
	for (; *text != '\0'; text++)
		if ((uint8_t)*text < ' ' || *text == 0x7f)
			abort();
}

static void hear_note(void *context, const char *note)
{
	(void)context;
	look_at(note);
}

static enum step take(void *context, struct span octets, struct fail *fail)
{
	(void)context;
	/* Every other message breaks the sink. */
	return octets.length % 2 == 0 ? STEP_DONE : fail_set(fail, FAIL_WRITE, "full");
}

static void send_mail(struct connection *connection, const struct login *login, uint8_t choice)
{
	static const char *const recipients[] = {"b@example.org", "c@example.org"};
	struct smtp_client_options options = {
		.wants = {.tls = (enum tls_mode)(choice % 3), .login = *login},
		.hello = "client.example"};
	struct smtp_envelope envelope = {.sender = "a@example.org",
		.recipients = recipients,
		.recipient_count = 2,
		.notify = "FAILURE"};
	struct smtp_client *client = smtp_client_new(connection, &options);
	struct smtp_recipient results[2];

	if (smtp_client_begin(client) == STEP_DONE)
		for (int i = 0; i < 2; i++) {
			smtp_client_send(client, &envelope, span_text(".a\n\xc3\xa4\n"), results);
			look_at(results[0].text);
			look_at(results[1].text);
		}
	look_at(smtp_client_fail(client)->text);
	smtp_client_quit(client);
	smtp_client_free(client);
}

static void fetch_mail(struct connection *connection, const struct login *login, uint8_t choice)
{
	struct pop3_client_options options = {
		.wants = {.tls = (enum tls_mode)(choice % 3), .login = *login}};
	struct pop3_client *client = pop3_client_new(connection, &options);
	const struct pop3_entry *entries = NULL;
	struct pop3_sink sink = {NULL, take};
	size_t count = 0;

	if (pop3_client_begin(client) == STEP_DONE &&
		pop3_client_list(client, &entries, &count) == STEP_DONE)
		for (size_t i = 0; i < count && i < 4; i++)
			if (pop3_client_retrieve(client, &entries[i], &sink) == STEP_DONE)
				pop3_client_delete(client, &entries[i]);
	look_at(pop3_client_fail(client)->text);
	pop3_client_quit(client);
	pop3_client_free(client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const mechanisms[] = {NULL, "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1",
		"XOAUTH2", "OAUTHBEARER", "USER"};
	struct connection_options options = {.host = "mail.example",
		.port = 25,
		.cancel = -1,
		.trust = {.is_blind = true},
		.tap = {.on_note = hear_note}};
	struct login login = {.ask_secret = give_secret};
	struct connection *connection;
	int sockets[2];

	if (size < 1 || size > MOST || socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0)
		return 0;
	if (write(sockets[1], data + 1, size - 1) != (ssize_t)(size - 1) ||
		shutdown(sockets[1], SHUT_WR) != 0)
		abort();
	is_secret_known = false;
	login.user = data[0] & 0x80 ? "tim" : NULL;
	login.mechanism = mechanisms[data[0] >> 1 & 7];
	connection = connection_new(&options);
	connection_adopt(connection, sockets[0]);
	if (data[0] & 1)
		fetch_mail(connection, &login, data[0] >> 4 & 3);
	else
		send_mail(connection, &login, data[0] >> 4 & 3);
	connection_free(connection);
	close(sockets[1]);
	return 0;
}
