#include "view/check_parts.h"

#include "base/limits.h"
#include "base/memory.h"

#include <stdlib.h>

static bool take_relation(struct check_rule *rule, struct span word)
{
	static const char *const relations[] = {"<", "<=", "=", ">=", ">"};

	for (size_t i = 0; i < sizeof relations / sizeof relations[0]; i++)
		if (span_is(word, relations[i])) {
			rule->relation = (enum check_relation)i;
			return true;
		}
	return false;
}

/* "1.2" as 12 */
static bool take_version(struct check_rule *rule, struct span word)
{
	if (word.length != 3 || word.at[0] != '1' || word.at[1] != '.' || word.at[2] < '0' ||
		word.at[2] > '3')
		return false;
	rule->number = 10 + (uint64_t)(word.at[2] - '0');
	return true;
}

static bool is_hash(struct span word)
{
	for (size_t i = 0; i < word.length; i++)
		if (hex_value(word.at[i]) < 0)
			return false;
	return word.length == 64;
}

/* One word of the pattern: capitals stand for what the teacher chooses. */
static bool take_word(struct check_rule *rule, struct span wanted, struct span word)
{
	if (span_is(wanted, "COMPARE"))
		return take_relation(rule, word);
	if (span_is(wanted, "NUMBER"))
		return span_number(word, &rule->number);
	if (span_is(wanted, "VERSION"))
		return take_version(rule, word);
	if (span_is(wanted, "WORD") || span_is(wanted, "HASH")) {
		rule->text = word;
		return word.length > 0 && (span_is(wanted, "WORD") || is_hash(word));
	}
	return span_same_letters(wanted, word);
}

static bool is_of_form(struct check_rule *rule, const struct check_form *form)
{
	struct span pattern = span_text(form->pattern), words = rule->words;

	while (pattern.length > 0) {
		struct span wanted = span_word(&pattern);

		if (span_is(wanted, "TEXT")) {
			rule->text = words;
			return words.length > 0;
		}
		if (words.length == 0 || !take_word(rule, wanted, span_word(&words)))
			return false;
	}
	return words.length == 0 && (form->is_right == NULL || form->is_right(rule));
}

static bool take_form(struct check_rule *rule)
{
	size_t count;
	const struct check_form *forms = check_forms(&count);

	for (rule->form = 0; rule->form < count; rule->form++)
		if (is_of_form(rule, &forms[rule->form]))
			return true;
	return false;
}

static enum step take_line(
	struct check_rules *rules, struct span line, uint32_t number, struct fail *fail)
{
	struct check_rule rule = {.line = number, .points = 1};
	struct span rest = line;

	if (span_is_letters(span_word(&rest), "score")) {
		if (!span_number(span_word(&rest), &rule.points) || rule.points > LIMIT_RULES)
			return fail_set(fail, FAIL_DAMAGED,
				"line %u: score is followed by a number up to %d", (unsigned)number,
				(int)LIMIT_RULES);
		line = rest;
	}
	rule.words = span_trim(line);
	if (!take_form(&rule))
		return fail_set(fail, FAIL_DAMAGED, "line %u: no rule: %.*s", (unsigned)number,
			(int)(rule.words.length < 60 ? rule.words.length : 60),
			(const char *)rule.words.at);
	if (rules->count >= LIMIT_RULES)
		return fail_set(fail, FAIL_DAMAGED, "line %u: more than %d rules", (unsigned)number,
			(int)LIMIT_RULES);
	rules->at = memory_resize(rules->at, rules->count + 1, sizeof *rules->at);
	rules->at[rules->count++] = rule;
	rules->points += rule.points;
	return STEP_DONE;
}

enum step check_rules_read(struct check_rules *rules, struct span text, struct fail *fail)
{
	uint32_t number = 0;

	*rules = (struct check_rules){.at = NULL};
	while (text.length > 0) {
		size_t length = span_index(text, '\n');
		struct span line = span_first(text, length);

		number++;
		if (line.length > 0 && line.at[line.length - 1] == '\r')
			line.length--;
		line = span_trim(line);
		if (line.length > 0 && line.at[0] != '#' &&
			take_line(rules, line, number, fail) == STEP_FAIL)
			return STEP_FAIL;
		text = span_from(text, length + 1);
	}
	if (rules->count == 0)
		return fail_set(fail, FAIL_DAMAGED, "there is no rule in it");
	return STEP_DONE;
}

void check_rules_fini(struct check_rules *rules)
{
	free(rules->at);
	*rules = (struct check_rules){.at = NULL};
}
