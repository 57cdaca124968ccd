#include "practice/house.h"

bool house_offers_mechanism(const struct rule *rule, struct span mechanism)
{
	struct span words = rule != NULL ? rule->text : span_of(NULL, 0);

	if (rule == NULL || (rule->act == RULE_OFFER && words.length == 0))
		return true;
	while (rule->act == RULE_OFFER && words.length > 0)
		if (span_same_letters(span_word(&words), mechanism))
			return true;
	return false;
}

void house_add_mechanisms(const struct rule *rule, struct buffer *out)
{
	const char *const *names = authenticate_mechanisms();

	if (rule != NULL && rule->text.length > 0) {
		buffer_add_byte(out, ' ');
		buffer_add_span(out, rule->text);
		return;
	}
	for (size_t i = 0; names[i] != NULL; i++)
		buffer_printf(out, " %s", names[i]);
}
