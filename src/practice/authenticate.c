#include "practice/authenticate.h"

#include "base/memory.h"

#include <gsasl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

struct authenticator {
	Gsasl *gsasl;
	struct accounts *accounts;
};

struct exchange {
	struct authenticator *authenticator;
	enum step (*step)(struct exchange *exchange, bool has_response, struct span response,
		struct buffer *challenge);
	Gsasl_session *session; /* NULL: a mechanism of our own */
	struct account *account;
	unsigned stage;
	bool begins_server;
};

static const char *const names[] = {"SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN",
	"XOAUTH2", "OAUTHBEARER", NULL};

const char *const *authenticate_mechanisms(void)
{
	return names;
}

static struct account *account_named(const struct exchange *exchange, const char *name)
{
	return name != NULL ? accounts_find(exchange->authenticator->accounts, span_text(name))
			    : NULL;
}

static int give_password(struct exchange *exchange, Gsasl_session *session)
{
	const struct account *account =
		account_named(exchange, gsasl_property_fast(session, GSASL_AUTHID));

	if (account == NULL)
		return GSASL_AUTHENTICATION_ERROR;
	return gsasl_property_set(session, GSASL_PASSWORD, account->password);
}

static int check_password(struct exchange *exchange, Gsasl_session *session)
{
	const struct account *account =
		account_named(exchange, gsasl_property_fast(session, GSASL_AUTHID));
	const char *password = gsasl_property_fast(session, GSASL_PASSWORD);

	return account != NULL && password != NULL &&
			       account_has_password(account, span_text(password))
		       ? GSASL_OK
		       : GSASL_AUTHENTICATION_ERROR;
}

/* What libgsasl asks of the server. */
static int answer(Gsasl *gsasl, Gsasl_session *session, Gsasl_property property)
{
	struct exchange *exchange = gsasl_session_hook_get(session);

	(void)gsasl;
	switch ((int)property) {
	case GSASL_PASSWORD:
		return give_password(exchange, session);
	case GSASL_VALIDATE_SIMPLE:
		return check_password(exchange, session);
	case GSASL_SCRAM_ITER:
		return gsasl_property_set(session, property, "4096");
	default:
		return GSASL_NO_CALLBACK;
	}
}

struct authenticator *authenticator_new(struct accounts *accounts)
{
	struct authenticator *authenticator = memory_new(1, sizeof *authenticator);

	authenticator->accounts = accounts;
	if (gsasl_init(&authenticator->gsasl) != GSASL_OK) {
		free(authenticator);
		return NULL;
	}
	gsasl_callback_set(authenticator->gsasl, answer);
	return authenticator;
}

void authenticator_free(struct authenticator *authenticator)
{
	if (authenticator == NULL)
		return;
	gsasl_done(authenticator->gsasl);
	free(authenticator);
}

/* The user who may act as the one that was asked for: himself alone. */
static enum step settle(struct exchange *exchange, const char *user, const char *acting_as)
{
	struct account *account = account_named(exchange, user);

	if (acting_as != NULL && acting_as[0] != '\0' &&
		account_named(exchange, acting_as) != account)
		account = NULL;
	exchange->account = account;
	return account != NULL ? STEP_DONE : STEP_FAIL;
}

static enum step settle_gsasl(struct exchange *exchange)
{
	return settle(exchange, gsasl_property_fast(exchange->session, GSASL_AUTHID),
		gsasl_property_fast(exchange->session, GSASL_AUTHZID));
}

/* SMTP and POP3 have no place for data beside the success (RFC 4954 4, RFC 5034 4): it goes as a
 * challenge, which the client answers with nothing. */
static enum step step_gsasl(struct exchange *exchange, bool has_response, struct span response,
	struct buffer *challenge)
{
	static const char nothing[] = "";
	char *out = NULL;
	size_t length = 0;
	int code;

	(void)has_response;
	if (exchange->stage == 1)
		return response.length == 0 ? settle_gsasl(exchange) : STEP_FAIL;
	code = gsasl_step(exchange->session,
		response.length > 0 ? (const char *)response.at : nothing, response.length, &out,
		&length);
	if (out != NULL)
		buffer_add(challenge, out, length);
	gsasl_free(out);
	if (code == GSASL_NEEDS_MORE)
		return STEP_MORE;
	if (code != GSASL_OK)
		return STEP_FAIL;
	if (length == 0)
		return settle_gsasl(exchange);
	exchange->stage = 1;
	return STEP_MORE;
}

/* draft-murchison-sasl-login: two questions; the name may come with AUTH. */
static enum step step_login(struct exchange *exchange, bool has_response, struct span response,
	struct buffer *challenge)
{
	if (!has_response) {
		buffer_add_text(challenge, "Username:");
		return STEP_MORE;
	}
	if (exchange->stage++ == 0) {
		exchange->account = accounts_find(exchange->authenticator->accounts, response);
		buffer_add_text(challenge, "Password:");
		return STEP_MORE;
	}
	return exchange->account != NULL && account_has_password(exchange->account, response)
		       ? STEP_DONE
		       : STEP_FAIL;
}

/* The value of KEY=VALUE among parts that end in ^A. */
static struct span oauth_part(struct span message, const char *key)
{
	while (message.length > 0) {
		struct span part = span_first(message, span_index(message, 1));

		if (span_starts_letters(part, key))
			return span_from(part, strlen(key));
		message = span_from(message, part.length + 1);
	}
	return span_of(NULL, 0);
}

/* RFC 7628 3.1: "n," ["a=" user] "," ^A ... "auth=Bearer " token ^A ^A. XOAUTH2: "user=" user ^A
 * "auth=Bearer " token ^A ^A. */
static struct span oauth_user(struct span message)
{
	struct span user = oauth_part(message, "user=");

	if (user.length > 0)
		return user;
	message = span_first(message, span_index(message, 1));
	message = span_from(message, span_index(message, ',') + 1);
	message = span_first(message, span_index(message, ','));
	return span_starts_letters(message, "a=") ? span_from(message, 2) : span_of(NULL, 0);
}

/* The token is the user's password. What is wrong is told in a challenge; the client answers it,
 * and only then is refused (RFC 7628 3.2.3). */
static enum step step_oauth(struct exchange *exchange, bool has_response, struct span response,
	struct buffer *challenge)
{
	struct span token = oauth_part(response, "auth=Bearer ");

	if (!has_response)
		return STEP_MORE;
	if (exchange->stage == 1)
		return STEP_FAIL;
	exchange->account = accounts_find(exchange->authenticator->accounts, oauth_user(response));
	if (exchange->account != NULL && account_has_password(exchange->account, token))
		return STEP_DONE;
	buffer_add_text(challenge, "{\"status\":\"invalid_token\",\"schemes\":\"bearer\"}");
	exchange->stage = 1;
	return STEP_MORE;
}

struct exchange *exchange_new(struct authenticator *authenticator, struct span mechanism)
{
	struct exchange *exchange;
	size_t i = 0;

	while (names[i] != NULL && !span_is_letters(mechanism, names[i]))
		i++;
	if (names[i] == NULL)
		return NULL;
	exchange = memory_new(1, sizeof *exchange);
	exchange->authenticator = authenticator;
	exchange->begins_server = strcmp(names[i], "CRAM-MD5") == 0;
	exchange->step = strcmp(names[i], "LOGIN") == 0      ? step_login
			 : strstr(names[i], "OAUTH") != NULL ? step_oauth
							     : step_gsasl;
	if (exchange->step != step_gsasl)
		return exchange;
	if (gsasl_server_start(authenticator->gsasl, names[i], &exchange->session) != GSASL_OK) {
		free(exchange);
		return NULL;
	}
	gsasl_session_hook_set(exchange->session, exchange);
	return exchange;
}

void exchange_free(struct exchange *exchange)
{
	if (exchange == NULL)
		return;
	if (exchange->session != NULL)
		gsasl_finish(exchange->session);
	free(exchange);
}

enum step exchange_step(struct exchange *exchange, bool has_response, struct span response,
	struct buffer *challenge)
{
	return exchange->step(exchange, has_response, response, challenge);
}

bool exchange_begins_server(const struct exchange *exchange)
{
	return exchange->begins_server;
}

struct account *exchange_account(const struct exchange *exchange)
{
	return exchange->account;
}

bool authenticate_apop(const struct account *account, const char *stamp, struct span digest)
{
	uint8_t octets[EVP_MAX_MD_SIZE];
	char should[2 * 16 + 1];
	struct buffer text;
	bool is_good;

	buffer_init(&text, 0);
	buffer_reserve(&text, strlen(stamp) + strlen(account->password));
	buffer_add_text(&text, stamp);
	buffer_add_text(&text, account->password);
	is_good = EVP_Digest(text.at, text.length, octets, NULL, EVP_md5(), NULL) == 1;
	OPENSSL_cleanse(text.at, text.size);
	buffer_fini(&text);
	for (size_t i = 0; i < 16 && is_good; i++) {
		should[2 * i] = "0123456789abcdef"[octets[i] >> 4];
		should[2 * i + 1] = "0123456789abcdef"[octets[i] & 15];
	}
	return is_good && digest.length == 32 && CRYPTO_memcmp(digest.at, should, 32) == 0;
}
