#include "practice/faults.h"

#include "base/memory.h"

#include <stdlib.h>

void faults_init(struct faults *faults, const struct script *script, enum mail_protocol protocol,
	uint64_t session)
{
	size_t count = 0;

	*faults = (struct faults){.script = script, .protocol = protocol, .session = session};
	if (script != NULL)
		(void)script_rules(script, &count);
	if (count > 0)
		faults->counts = memory_new(count, sizeof *faults->counts);
}

void faults_fini(struct faults *faults)
{
	free(faults->counts);
	faults->counts = NULL;
}

static bool is_for(const struct faults *faults, const struct rule *rule)
{
	return (rule->sides >> faults->protocol & 1) != 0 &&
	       (rule->session == 0 || rule->session == faults->session);
}

static void meet_reply(const struct rule *rule, struct faults_met *met)
{
	if (met->reply == NULL)
		met->reply = rule;
}

static void meet_end(const struct rule *rule, struct faults_met *met)
{
	if (met->end == NULL)
		met->end = rule;
}

static void meet_delay(const struct rule *rule, struct faults_met *met)
{
	met->delay += rule->value;
}

static void meet_say(const struct rule *rule, struct faults_met *met)
{
	if (met->say_count < sizeof met->say / sizeof met->say[0])
		met->say[met->say_count++] = rule->text;
}

/* What each act does where its rule is met; the others are settings, which are asked for. */
static void (*const hooks[RULE_ACTS])(const struct rule *, struct faults_met *) = {
	[RULE_REPLY] = meet_reply,
	[RULE_DELAY] = meet_delay,
	[RULE_CLOSE] = meet_end,
	[RULE_RESET] = meet_end,
	[RULE_SAY] = meet_say,
};

struct faults_met faults_meet(struct faults *faults, enum rule_when when, const char *place)
{
	struct faults_met met = {.reply = NULL};
	const struct rule *rules;
	size_t count = 0;

	if (faults->counts == NULL)
		return met;
	rules = script_rules(faults->script, &count);
	for (size_t i = 0; i < count; i++) {
		const struct rule *rule = &rules[i];

		if (rule->when != when || !is_for(faults, rule) || strcmp(rule->place, place) != 0)
			continue;
		if (faults->counts[i] < UINT32_MAX)
			faults->counts[i]++;
		if (rule->number == 0 || rule->number == faults->counts[i])
			hooks[rule->act](rule, &met);
	}
	return met;
}

/* keyword NULL: of any. */
static const struct rule *last_rule(
	const struct faults *faults, enum rule_act act, const char *keyword)
{
	const struct rule *rules, *found = NULL;
	size_t count = 0;

	if (faults->counts == NULL)
		return NULL;
	rules = script_rules(faults->script, &count);
	for (size_t i = 0; i < count; i++)
		if (rules[i].when == RULE_ALWAYS && rules[i].act == act &&
			is_for(faults, &rules[i]) &&
			(keyword == NULL || strcmp(rules[i].place, keyword) == 0))
			found = &rules[i];
	return found;
}

const struct rule *faults_setting(const struct faults *faults, enum rule_act act)
{
	return last_rule(faults, act, NULL);
}

const struct rule *faults_offer(const struct faults *faults, const char *keyword)
{
	const struct rule *offer = last_rule(faults, RULE_OFFER, keyword);
	const struct rule *no = last_rule(faults, RULE_OFFER_NO, keyword);

	/* Rules stand in one array, so the later one has the higher address. */
	return no == NULL || (offer != NULL && offer > no) ? offer : no;
}

void faults_set_up(const struct faults *faults, struct talk *talk)
{
	const struct rule *rule = faults_setting(faults, RULE_CERTIFICATE);

	if (rule != NULL)
		talk->certificate = (enum talk_certificate)rule->value;
	rule = faults_setting(faults, RULE_SPLIT);
	if (rule != NULL)
		talk->piece = rule->value;
}
