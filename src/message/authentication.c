#include "message/authentication.h"

#include "base/limits.h"
#include "message/tokens.h"

static struct result *add_result(struct arena *arena, struct result_list *list)
{
	struct result *result;

	if (list->count >= LIMIT_RESULTS) {
		list->dropped++;
		return NULL;
	}
	list->at = arena_grow(arena, list->at, list->count, sizeof *result);
	result = &list->at[list->count++];
	*result = (struct result){.instance = 0};
	return result;
}

static void add_property(struct arena *arena, struct result *result, const struct pair *pair)
{
	if (result->property_count >= LIMIT_TAGS)
		return;
	result->properties = arena_grow(
		arena, result->properties, result->property_count, sizeof *result->properties);
	result->properties[result->property_count++] = (struct property){pair->name, pair->value};
}

/* resinfo = [CFWS] ";" methodspec [ CFWS reasonspec ] *( CFWS propspec ) (RFC 8601 2.2) */
static void read_result(struct arena *arena, struct span *text, struct result *result)
{
	struct pair pair;
	bool is_first = true;

	while (tokens_take_pair(text, &pair, false)) {
		if (is_first) {
			result->method = span_first(pair.name, span_index(pair.name, '/'));
			result->value = pair.value;
		} else if (span_is_letters(pair.name, "reason")) {
			result->reason = pair.value;
		} else {
			add_property(arena, result, &pair);
		}
		if (result->reason.length == 0)
			result->reason = pair.comment;
		is_first = false;
	}
}

/* Whether the text up to the next semicolon is a methodspec: some servers leave their name out. */
static bool is_result(struct span text)
{
	struct pair pair;

	return tokens_take_pair(&text, &pair, false) && pair.has_value;
}

static void skip_semicolon(struct span *text)
{
	*text = tokens_skip(*text);
	if (text->length > 0 && text->at[0] == ';')
		*text = span_from(*text, 1);
}

/* "i=1;" in front of an ARC field (RFC 8617 4.1.1) */
static void read_instance(struct span *text, uint64_t *instance)
{
	struct span rest = *text;
	struct pair pair;

	if (!tokens_take_pair(&rest, &pair, false) || !span_is_letters(pair.name, "i") ||
		!pair.has_value)
		return;
	if (!span_number(pair.value, instance))
		*instance = 0;
	skip_semicolon(&rest);
	*text = rest;
}

/* authserv-id [ CFWS authres-version ] */
static void read_server(struct span *text, struct span *server)
{
	struct pair pair;

	if (is_result(*text))
		return;
	if (tokens_take_pair(text, &pair, false))
		*server = pair.name;
	while (tokens_take_pair(text, &pair, false)) /* its version */
		;
	skip_semicolon(text);
}

void authentication_read(
	struct arena *arena, struct result_list *list, enum result_source source, struct span value)
{
	size_t before = list->count;
	struct span server = span_of(NULL, 0);
	uint64_t instance = 0;
	struct result *result;

	if (source == RESULT_ARC)
		read_instance(&value, &instance);
	read_server(&value, &server);
	for (value = tokens_skip(value); value.length > 0; skip_semicolon(&value)) {
		if (!is_result(value)) { /* "none", an empty place between semicolons, or damage */
			value = span_from(value, span_index(value, ';'));
			continue;
		}
		result = add_result(arena, list);
		if (result == NULL)
			return;
		*result = (struct result){.source = source, .instance = instance, .server = server};
		read_result(arena, &value, result);
	}
	if (list->count > before)
		return;
	result = add_result(arena, list);
	if (result != NULL)
		*result = (struct result){.source = source, .instance = instance, .server = server};
}

void authentication_read_spf(struct arena *arena, struct result_list *list, struct span value)
{
	struct result *result = add_result(arena, list);
	struct pair pair;

	if (result == NULL)
		return;
	result->source = RESULT_SPF;
	result->method = span_text("spf");
	if (!tokens_take_pair(&value, &pair, true))
		return;
	result->value = pair.name;
	result->reason = pair.comment;
	while (tokens_take_pair(&value, &pair, true)) {
		if (pair.has_value)
			add_property(arena, result, &pair);
		if (span_is_letters(pair.name, "receiver"))
			result->server = pair.value;
		if (result->reason.length == 0)
			result->reason = pair.comment;
	}
}

struct span result_property(const struct result *result, const char *name)
{
	for (size_t i = 0; i < result->property_count; i++)
		if (span_is_letters(result->properties[i].name, name))
			return result->properties[i].value;
	return span_of(NULL, 0);
}

bool result_is_failure(const struct result *result)
{
	static const char *const values[] = {"fail", "softfail", "hardfail", "permerror", "policy"};

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		if (span_is_letters(result->value, values[i]))
			return true;
	return false;
}

/* Blanks and folds mean nothing in these tags (RFC 6376 3.5, 2.10). */
static bool ignores_blanks(struct span name)
{
	return span_is(name, "b") || span_is(name, "bh") || span_is(name, "h");
}

static struct span without_blanks(struct arena *arena, struct span value)
{
	struct span copy = arena_copy(arena, value);
	uint8_t *to = (uint8_t *)(uintptr_t)copy.at;
	size_t used = 0;

	for (size_t i = 0; i < value.length; i++)
		if (value.at[i] != ' ' && value.at[i] != '\t')
			to[used++] = value.at[i];
	return span_first(copy, used);
}

static void add_tag(struct arena *arena, struct signature *signature, struct span spec)
{
	size_t equals = span_index(spec, '=');
	struct property tag = {
		span_trim(span_first(spec, equals)), span_trim(span_from(spec, equals + 1))};

	if (equals == spec.length || signature->tag_count >= LIMIT_TAGS)
		return;
	if (ignores_blanks(tag.name))
		tag.value = without_blanks(arena, tag.value);
	signature->tags =
		arena_grow(arena, signature->tags, signature->tag_count, sizeof *signature->tags);
	signature->tags[signature->tag_count++] = tag;
}

/* tag-list = tag-spec *( ";" tag-spec ) [ ";" ] (RFC 6376 3.2) */
void signature_read(struct arena *arena, struct signature_list *list, enum signature_kind kind,
	struct span value)
{
	struct signature *signature;

	if (list->count >= LIMIT_SIGNATURES) {
		list->dropped++;
		return;
	}
	list->at = arena_grow(arena, list->at, list->count, sizeof *signature);
	signature = &list->at[list->count++];
	*signature = (struct signature){.kind = kind};
	while (value.length > 0) {
		struct span spec = span_first(value, span_index(value, ';'));

		add_tag(arena, signature, spec);
		value = span_from(value, spec.length + 1);
	}
}

struct span signature_tag(const struct signature *signature, const char *name)
{
	for (size_t i = 0; i < signature->tag_count; i++)
		if (span_is(signature->tags[i].name, name))
			return signature->tags[i].value;
	return span_of(NULL, 0);
}

uint64_t signature_instance(const struct signature *signature)
{
	uint64_t instance;

	if (!span_number(signature_tag(signature, "i"), &instance) || instance > 50)
		return 0;
	return instance;
}

bool signature_covers(const struct signature *signature, const char *field)
{
	struct span names = signature_tag(signature, "h");

	while (names.length > 0) {
		struct span name = span_first(names, span_index(names, ':'));

		if (span_is_letters(name, field))
			return true;
		names = span_from(names, name.length + 1);
	}
	return false;
}

const char *signature_name(enum signature_kind kind)
{
	static const char *const names[] = {[SIGNATURE_DKIM] = "DKIM-Signature",
		[SIGNATURE_ARC_MESSAGE] = "ARC-Message-Signature",
		[SIGNATURE_ARC_SEAL] = "ARC-Seal"};

	return names[kind];
}

const char *result_source_name(enum result_source source)
{
	static const char *const names[] = {[RESULT_AUTHENTICATION] = "Authentication-Results",
		[RESULT_ARC] = "ARC-Authentication-Results",
		[RESULT_SPF] = "Received-SPF"};

	return names[source];
}
