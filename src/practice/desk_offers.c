#include "practice/desk.h"

bool desk_offers(const struct desk *desk, const char *keyword, bool is_offered)
{
	const struct rule *rule = faults_offer(&desk->faults, keyword);

	return rule != NULL ? rule->act == RULE_OFFER : is_offered;
}

bool desk_offers_login(const struct desk *desk)
{
	return desk->talk.is_tls || !desk->house->needs_tls;
}

bool desk_offers_tls(const struct desk *desk)
{
	return !desk->talk.is_tls && desk->house->can_tls;
}

void desk_add_mechanisms(const struct desk *desk, const struct rule *rule, struct buffer *out)
{
	(void)desk;
	house_add_mechanisms(rule, out);
}

static bool is_known(const struct desk *desk, const char *keyword)
{
	const struct desk_language *language = desk->language;

	for (const struct desk_offer *offer = language->offers; offer->keyword != NULL; offer++)
		if (strcmp(offer->keyword, keyword) == 0)
			return true;
	return language->unlisted != NULL && strcmp(keyword, language->unlisted) == 0;
}

static void add_own_words(const struct desk *desk, const struct desk_offer *offer,
	const struct rule *rule, struct buffer *out)
{
	if (offer->add_words != NULL)
		offer->add_words(desk, rule, out);
	else if (offer->words != NULL)
		buffer_add_text(out, offer->words);
}

static void add_words_of(const struct rule *rule, struct buffer *out)
{
	if (rule->text.length > 0)
		buffer_add_byte(out, ' ');
	buffer_add_span(out, rule->text);
}

/* Whether this very rule offers something that the script alone knows. */
static bool is_foreign(const struct desk *desk, const struct rule *rule)
{
	return rule->act == RULE_OFFER && !is_known(desk, rule->place) &&
	       faults_offer(&desk->faults, rule->place) == rule;
}

void desk_add_offers(
	const struct desk *desk, const char *before, const char *behind, struct buffer *out)
{
	const struct desk_offer *offer = desk->language->offers;
	const struct rule *rules = NULL;
	size_t count = 0;

	for (; offer->keyword != NULL; offer++) {
		const struct rule *rule = faults_offer(&desk->faults, offer->keyword);
		bool is_offered = offer->is_offered == NULL || offer->is_offered(desk);

		if (!desk_offers(desk, offer->keyword, is_offered))
			continue;
		buffer_printf(out, "%s%s", before, offer->keyword);
		if (rule != NULL && rule->text.length > 0)
			add_words_of(rule, out);
		else
			add_own_words(desk, offer, rule, out);
		buffer_add_text(out, behind);
	}
	if (desk->faults.counts != NULL)
		rules = script_rules(desk->faults.script, &count);
	for (size_t i = 0; i < count; i++) {
		if (!is_foreign(desk, &rules[i]))
			continue;
		buffer_printf(out, "%s%s", before, rules[i].place);
		add_words_of(&rules[i], out);
		buffer_add_text(out, behind);
	}
}
