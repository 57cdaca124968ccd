#include "base/language.h"
#include "client/smtp_parts.h"

/* RFC 5321 4.2:  Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ]
 * CRLF; Reply-code = %x32-35 2DIGIT */
enum step smtp_reply_ends(struct reply *reply, struct span line)
{
	int code;

	if (line.length < 3 || line.at[0] < '2' || line.at[0] > '5' || line.at[1] < '0' ||
		line.at[1] > '9' || line.at[2] < '0' || line.at[2] > '9')
		return STEP_FAIL;
	code = (line.at[0] - '0') * 100 + (line.at[1] - '0') * 10 + (line.at[2] - '0');
	if (reply->code != 0 && reply->code != code)
		return STEP_FAIL;
	reply->code = code;
	if (line.length == 3 || line.at[3] == ' ')
		return STEP_DONE;
	return line.at[3] == '-' ? STEP_MORE : STEP_FAIL;
}

enum fail_code smtp_fail_code(const struct reply *reply)
{
	if (reply->code == 432) /* RFC 4954 6: the password must be set anew */
		return FAIL_DENIED;
	if (reply->code / 100 == 4)
		return FAIL_TEMPORARY;
	if (reply->code / 100 != 5 || reply->code <= 504 || reply->code == 555)
		return FAIL_PROTOCOL;
	return FAIL_DENIED;
}

static enum step on_reply(void *context, const struct command *command, const struct reply *reply)
{
	struct smtp_client *client = context;

	/* RFC 5321 3.8: at any time, whatever was said. */
	if (reply->code == 421)
		return conversation_refused(&client->course.conversation, FAIL_TEMPORARY,
			_("the server ends the session"));
	if (client->transaction != NULL && command->verb != NULL)
		smtp_transaction_hear(client->transaction, command, reply);
	return STEP_DONE;
}

const struct conversation_language smtp_client_language = {smtp_reply_ends, on_reply};
