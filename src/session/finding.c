#include "session/finding.h"

#include "base/language.h"

static const struct finding_rule rules[] = {
#define X(id, name, severity, rfc, text)                                                           \
	[FINDING_MAIL_##id] = {name, SEVERITY_##severity, rfc, text},
	MAIL_ODDITIES(X)
#undef X
#define X(id, name, severity, rfc, text) [FINDING_##id] = {name, SEVERITY_##severity, rfc, text},
		NETWORK_FINDINGS(X)
#undef X
};

const struct finding_rule *finding_rule(enum finding_id id)
{
	return &rules[id];
}

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {
		N_in("severity", "note"), N_in("severity", "warning"), N_in("severity", "error")};

	return names[severity];
}

enum finding_id finding_of_oddity(enum oddity oddity)
{
	return (enum finding_id)(oddity - 1); /* both enums begin with the same list */
}
