#include "mail/sasl.h"

static const char *const names[] = {
#define X(id, name) [SASL_##id] = name,
	SASL_MECHANISMS(X)
#undef X
};

enum sasl_mechanism sasl_mechanism(struct span name)
{
	for (size_t i = SASL_NONE + 1; i < SASL_UNKNOWN; i++)
		if (span_is_letters(name, names[i]))
			return (enum sasl_mechanism)i;
	return name.length > 0 ? SASL_UNKNOWN : SASL_NONE;
}

const char *sasl_name(enum sasl_mechanism mechanism)
{
	if (mechanism > SASL_NONE && mechanism < SASL_UNKNOWN)
		return names[mechanism];
	return mechanism == SASL_NONE ? "" : "unknown";
}
