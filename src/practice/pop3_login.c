#include "practice/pop3_parts.h"

#include "base/base64.h"

#include <openssl/crypto.h>

void pop3_give_up_login(struct pop3_server *pop3)
{
	exchange_free(pop3->exchange);
	pop3->exchange = NULL;
	buffer_clear(&pop3->name);
	line_wipe(&pop3->lines);
}

static const char *code(const struct pop3_server *pop3, const char *tag, const char *text)
{
	return pop3_offers(pop3, tag, true) ? text : "";
}

/* RFC 3206 6: [AUTH] says that it is the user's fault. */
static void refuse(struct pop3_server *pop3)
{
	pop3_give_up_login(pop3);
	pop3_reply(pop3, "-ERR %sWrong user or password", code(pop3, "AUTH-RESP-CODE", "[AUTH] "));
	if (++pop3->failed_logins >= LIMIT_PRACTICE_LOGINS)
		pop3->talk.then = TALK_CLOSE;
}

static void accept(struct pop3_server *pop3, struct account *account)
{
	bool is_in_use = false;
	struct maildrop *maildrop = maildrop_open(&account->mailbox, &is_in_use);

	pop3_give_up_login(pop3);
	if (maildrop == NULL) {
		pop3_reply(pop3, "-ERR %s%s",
			code(pop3, "RESP-CODES", is_in_use ? "[IN-USE] " : "[SYS/TEMP] "),
			is_in_use ? "Another session has this mailbox"
				  : "The mailbox cannot be read");
		return;
	}
	pop3->user = account;
	pop3->maildrop = maildrop;
	pop3->state = IN_TRANSACTION;
	pop3_reply(pop3, "+OK Welcome, %s: %zu message%s", account->name, maildrop_count(maildrop),
		maildrop_count(maildrop) == 1 ? "" : "s");
}

/* What stands against a login before it begins; false: it was refused. */
static bool may_log_in(struct pop3_server *pop3)
{
	if (!pop3->house->needs_tls || pop3->talk.is_tls)
		return true;
	pop3_reply(pop3, "-ERR STLS comes first");
	return false;
}

void pop3_user(struct pop3_server *pop3, const struct verb *verb, struct span argument)
{
	(void)verb;
	if (!pop3_offers(pop3, "USER", true)) {
		pop3_wrong(pop3, "-ERR USER is not offered");
	} else if (may_log_in(pop3)) {
		buffer_clear(&pop3->name);
		buffer_add_span(&pop3->name, argument);
		/* Whether there is such a user is not told. */
		pop3_reply(pop3, "+OK Now the password, with PASS");
	}
}

void pop3_pass(struct pop3_server *pop3, const struct verb *verb, struct span argument)
{
	struct account *account;

	(void)verb;
	if (pop3->name.length == 0) {
		pop3_wrong(pop3, "-ERR USER comes first");
		return;
	}
	account = accounts_find(pop3->house->accounts, buffer_span(&pop3->name));
	if (account != NULL && account_has_password(account, argument))
		accept(pop3, account);
	else
		refuse(pop3);
}

void pop3_apop(struct pop3_server *pop3, const struct verb *verb, struct span argument)
{
	struct span name = span_first(argument, span_index(argument, ' '));
	struct span digest = span_from(argument, name.length + 1);
	struct account *account;

	if (pop3->stamp[0] == '\0') {
		pop3_wrong(pop3, "-ERR APOP is not offered");
	} else if (digest.length == 0) {
		pop3_wrong(pop3, "-ERR Syntax: %s", verb->grammar);
	} else if (may_log_in(pop3)) {
		account = accounts_find(pop3->house->accounts, name);
		if (account != NULL && authenticate_apop(account, pop3->stamp, digest))
			accept(pop3, account);
		else
			refuse(pop3);
	}
}

static void challenge(struct pop3_server *pop3, struct span text)
{
	struct buffer encoded;

	buffer_init(&encoded, 0);
	base64_encode(text, &encoded);
	pop3_reply(pop3, "+ %s", buffer_text(&encoded));
	buffer_fini(&encoded);
}

static void step(struct pop3_server *pop3, bool has_response, struct span response)
{
	struct buffer text;

	buffer_init(&text, 0);
	switch (exchange_step(pop3->exchange, has_response, response, &text)) {
	case STEP_MORE:
		challenge(pop3, buffer_span(&text));
		break;
	case STEP_DONE:
		accept(pop3, exchange_account(pop3->exchange));
		break;
	default:
		refuse(pop3);
	}
	buffer_fini(&text);
}

static void step_encoded(struct pop3_server *pop3, struct span encoded)
{
	struct buffer response;

	buffer_init(&response, 0);
	buffer_reserve(&response, encoded.length + 1);
	if (base64_decode(encoded, &response)) {
		step(pop3, true, buffer_span(&response));
	} else {
		pop3_give_up_login(pop3);
		pop3_wrong(pop3, "-ERR Not base64; login given up");
	}
	OPENSSL_cleanse(response.at, response.size);
	buffer_fini(&response);
}

void pop3_response(struct pop3_server *pop3, struct span line)
{
	if (!span_is(line, "*")) {
		step_encoded(pop3, line);
		return;
	}
	pop3_give_up_login(pop3);
	pop3_reply(pop3, "-ERR Login cancelled");
}

static void list_mechanisms(struct pop3_server *pop3, const struct rule *rule)
{
	struct buffer names;
	struct span rest;

	buffer_init(&names, 0);
	house_add_mechanisms(rule, &names);
	rest = span_trim(buffer_span(&names));
	pop3_reply(pop3, "+OK The mechanisms:");
	while (rest.length > 0) {
		struct span name = span_word(&rest);

		pop3_reply(pop3, "%.*s", (int)name.length, (const char *)name.at);
	}
	pop3_reply(pop3, ".");
	buffer_fini(&names);
}

/* "AUTH" [SP mechanism [SP initial-response]] (RFC 5034 4) */
void pop3_auth(struct pop3_server *pop3, const struct verb *verb, struct span argument)
{
	const struct rule *rule = faults_offer(&pop3->faults, "SASL");
	struct span mechanism = span_word(&argument);

	(void)verb;
	if (!pop3_offers(pop3, "SASL", true)) {
		pop3_wrong(pop3, "-ERR AUTH is not offered");
		return;
	}
	if (!may_log_in(pop3))
		return;
	if (mechanism.length == 0) {
		list_mechanisms(pop3, rule);
		return;
	}
	pop3->exchange = house_offers_mechanism(rule, mechanism)
				 ? exchange_new(pop3->house->authenticator, mechanism)
				 : NULL;
	if (pop3->exchange == NULL) {
		pop3_wrong(pop3, "-ERR No such mechanism here");
	} else if (argument.length > 0 && exchange_begins_server(pop3->exchange)) {
		pop3_give_up_login(pop3);
		pop3_wrong(pop3, "-ERR This mechanism has no initial response");
	} else if (argument.length == 0) {
		step(pop3, false, argument);
	} else {
		step_encoded(pop3, span_is(argument, "=") ? span_of(NULL, 0) : argument);
	}
}
