#include "base/language.h"
#include "client/pop3_parts.h"

/* RFC 1939 3:  "+OK" / "-ERR", in upper case, and a text; RFC 5034 4:  "+" SP challenge */
enum step pop3_reply_ends(struct reply *reply, struct span line)
{
	struct span rest = line;
	struct span sign = span_first(rest, span_index(rest, ' '));

	if (span_is(sign, "+OK"))
		reply->code = POP3_OK;
	else if (span_is(sign, "-ERR"))
		reply->code = POP3_ERROR;
	else if (span_is(sign, "+"))
		reply->code = POP3_CHALLENGE;
	return reply->code != 0 ? STEP_DONE : STEP_FAIL;
}

static enum step on_reply(void *context, const struct command *command, const struct reply *reply)
{
	struct pop3_client *client = context;

	if (reply->code != POP3_CHALLENGE ||
		(command->verb != NULL && command->verb->effect == EFFECT_AUTH) ||
		client->is_logging_in)
		return STEP_DONE;
	return conversation_refused(&client->course.conversation, FAIL_PROTOCOL,
		_("the server asks for more where nothing is to be said"));
}

const struct conversation_language pop3_client_language = {pop3_reply_ends, on_reply};

/* RFC 2449 8, RFC 3206: what stands in brackets behind -ERR. */
static const struct {
	const char *name;
	enum fail_code code;
} codes[] = {
	{"IN-USE", FAIL_TEMPORARY},
	{"LOGIN-DELAY", FAIL_TEMPORARY},
	{"SYS/TEMP", FAIL_TEMPORARY},
	{"SYS/PERM", FAIL_UNAVAILABLE},
	{"AUTH", FAIL_DENIED},
};

/* Sub-codes of a code ("SYS/TEMP/DISK") mean what the code means (RFC 2449 8). */
static bool is_code(struct span text, const char *name)
{
	size_t length = strlen(name);

	return span_starts_letters(text, name) && length < text.length &&
	       (text.at[length] == ']' || text.at[length] == '/');
}

static enum fail_code code_of(const struct reply *reply, enum fail_code otherwise)
{
	struct span lines = buffer_span(&reply->lines);
	struct span text;

	if (!reply_take(&lines, &text) || text.length == 0 || text.at[0] != '[')
		return otherwise;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (is_code(span_from(text, 1), codes[i].name))
			return codes[i].code;
	return otherwise;
}

enum fail_code pop3_login_fail_code(const struct reply *reply)
{
	return code_of(reply, FAIL_DENIED);
}

enum fail_code pop3_fail_code(const struct reply *reply)
{
	return code_of(reply, FAIL_PROTOCOL);
}
