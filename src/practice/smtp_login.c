#include "practice/smtp_parts.h"

void smtp_accept(struct desk *desk, struct account *account)
{
	desk->user = account;
	desk_reply(desk, "235 2.7.0", "Welcome, %s", account->name);
}

/* For whatever was wrong (RFC 4954 6). */
void smtp_refuse(struct desk *desk)
{
	desk_reply(desk, "535 5.7.8", "Wrong user or password");
}

/* What stands against a login before it begins; false: it was refused. */
static bool may_log_in(struct smtp_server *smtp, struct span mechanism)
{
	const struct rule *rule = faults_offer(&smtp->desk.faults, "AUTH");

	if (smtp->desk.user != NULL)
		desk_wrong(&smtp->desk, "503 5.5.1", "You are logged in already");
	else if (!desk_offers_login(&smtp->desk))
		desk_reply(&smtp->desk, "538 5.7.11", "STARTTLS comes first");
	else if (!smtp->is_extended || !desk_offers(&smtp->desk, "AUTH", true))
		desk_wrong(&smtp->desk, "502 5.5.1", "AUTH is not offered");
	else if (!house_offers_mechanism(rule, mechanism))
		desk_wrong(&smtp->desk, "504 5.5.4", "Mechanism not offered");
	else
		return true;
	return false;
}

/* "AUTH" SP sasl-mech [SP initial-response]; "=" stands for an empty one (RFC 4954 4). */
void smtp_auth(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct smtp_server *smtp = (struct smtp_server *)desk;
	struct span mechanism = span_word(&argument);

	(void)verb;
	if (!may_log_in(smtp, mechanism))
		return;
	desk->exchange = exchange_new(desk->house->authenticator, mechanism);
	if (desk->exchange == NULL)
		desk_wrong(desk, "504 5.5.4", "Mechanism not recognized");
	else
		desk_log_in(desk, argument);
}
