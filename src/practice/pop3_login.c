#include "practice/pop3_parts.h"

static const char *code(const struct desk *desk, const char *tag, const char *text)
{
	return desk_offers(desk, tag, true) ? text : "";
}

/* RFC 3206 6: [AUTH] says that it is the user's fault. */
void pop3_refuse(struct desk *desk)
{
	buffer_clear(&((struct pop3_server *)desk)->name);
	desk_reply(
		desk, "-ERR", "%sWrong user or password", code(desk, "AUTH-RESP-CODE", "[AUTH] "));
}

void pop3_accept(struct desk *desk, struct account *account)
{
	struct pop3_server *pop3 = (struct pop3_server *)desk;
	bool is_in_use = false;
	struct maildrop *maildrop = maildrop_open(&account->mailbox, &is_in_use);

	buffer_clear(&pop3->name);
	if (maildrop == NULL) {
		desk_reply(desk, "-ERR", "%s%s",
			code(desk, "RESP-CODES", is_in_use ? "[IN-USE] " : "[SYS/TEMP] "),
			is_in_use ? "Another session has this mailbox"
				  : "The mailbox cannot be read");
		return;
	}
	pop3->maildrop = maildrop;
	desk->user = account;
	desk->state = IN_TRANSACTION;
	desk_reply(desk, "+OK", "Welcome, %s: %zu message%s", account->name,
		maildrop_count(maildrop), maildrop_count(maildrop) == 1 ? "" : "s");
}

/* What stands against a login before it begins; false: it was refused. */
static bool may_log_in(struct pop3_server *pop3)
{
	if (desk_offers_login(&pop3->desk))
		return true;
	desk_reply(&pop3->desk, "-ERR", "STLS comes first");
	return false;
}

void pop3_user(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct pop3_server *pop3 = (struct pop3_server *)desk;
	(void)verb;
	if (!desk_offers(desk, "USER", true)) {
		desk_wrong(desk, "-ERR", "USER is not offered");
	} else if (may_log_in(pop3)) {
		buffer_clear(&pop3->name);
		buffer_add_span(&pop3->name, argument);
		/* Whether there is such a user is not told. */
		desk_reply(desk, "+OK", "Now the password, with PASS");
	}
}

void pop3_pass(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct pop3_server *pop3 = (struct pop3_server *)desk;
	struct account *account;

	(void)verb;
	if (pop3->name.length == 0) {
		desk_wrong(desk, "-ERR", "USER comes first");
		return;
	}
	account = accounts_find(desk->house->accounts, buffer_span(&pop3->name));
	if (account != NULL && account_has_password(account, argument))
		desk_accept(desk, account);
	else
		desk_refuse(desk);
}

void pop3_apop(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct pop3_server *pop3 = (struct pop3_server *)desk;
	struct span name = span_first(argument, span_index(argument, ' '));
	struct span digest = span_from(argument, name.length + 1);
	struct account *account;

	if (pop3->stamp[0] == '\0') {
		desk_wrong(desk, "-ERR", "APOP is not offered");
	} else if (digest.length == 0) {
		desk_wrong(desk, "-ERR", "Syntax: %s", verb->grammar);
	} else if (may_log_in(pop3)) {
		account = accounts_find(desk->house->accounts, name);
		if (account != NULL && authenticate_apop(account, pop3->stamp, digest))
			desk_accept(desk, account);
		else
			desk_refuse(desk);
	}
}

static void list_mechanisms(struct pop3_server *pop3, const struct rule *rule)
{
	struct buffer names;
	struct span rest;

	buffer_init(&names, 0);
	house_add_mechanisms(rule, &names);
	rest = span_trim(buffer_span(&names));
	desk_reply(&pop3->desk, "+OK", "The mechanisms:");
	while (rest.length > 0) {
		struct span name = span_word(&rest);

		desk_say(&pop3->desk, name);
	}
	desk_say(&pop3->desk, span_text("."));
	buffer_fini(&names);
}

/* "AUTH" [SP mechanism [SP initial-response]] (RFC 5034 4) */
void pop3_auth(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct pop3_server *pop3 = (struct pop3_server *)desk;
	const struct rule *rule = faults_offer(&desk->faults, "SASL");
	struct span mechanism = span_word(&argument);

	(void)verb;
	if (!desk_offers(desk, "SASL", true)) {
		desk_wrong(desk, "-ERR", "AUTH is not offered");
		return;
	}
	if (!may_log_in(pop3))
		return;
	if (mechanism.length == 0) {
		list_mechanisms(pop3, rule);
		return;
	}
	desk->exchange = house_offers_mechanism(rule, mechanism)
				 ? exchange_new(desk->house->authenticator, mechanism)
				 : NULL;
	if (desk->exchange == NULL) {
		desk_wrong(desk, "-ERR", "No such mechanism here");
	} else {
		buffer_clear(&pop3->name);
		desk_log_in(desk, argument);
	}
}
