#include "practice/desk.h"

#include "base/base64.h"

#include <openssl/crypto.h>

void desk_give_up_login(struct desk *desk)
{
	exchange_free(desk->exchange);
	desk->exchange = NULL;
	line_wipe(&desk->lines);
}

void desk_accept(struct desk *desk, struct account *account)
{
	desk_give_up_login(desk);
	desk->language->accept(desk, account);
}

/* A few are enough. */
void desk_refuse(struct desk *desk)
{
	desk_give_up_login(desk);
	desk->language->refuse(desk);
	if (++desk->failed_logins >= LIMIT_PRACTICE_LOGINS)
		desk_dismiss(desk, "Too many failed logins");
}

static void challenge(struct desk *desk, struct span text)
{
	struct buffer encoded;

	buffer_init(&encoded, 0);
	base64_encode(text, &encoded);
	desk_reply(desk, desk->language->codes[DESK_CHALLENGE], "%s", buffer_text(&encoded));
	buffer_fini(&encoded);
}

static void step(struct desk *desk, bool has_response, struct span response)
{
	struct buffer text;

	buffer_init(&text, 0);
	switch (exchange_step(desk->exchange, has_response, response, &text)) {
	case STEP_MORE:
		challenge(desk, buffer_span(&text));
		break;
	case STEP_DONE:
		desk_accept(desk, exchange_account(desk->exchange));
		break;
	default:
		desk_refuse(desk);
	}
	buffer_fini(&text);
}

/* A response in base64. */
static void step_encoded(struct desk *desk, struct span encoded)
{
	struct buffer response;

	buffer_init(&response, 0);
	buffer_reserve(&response, encoded.length + 1);
	if (base64_decode(encoded, &response)) {
		step(desk, true, buffer_span(&response));
	} else {
		desk_give_up_login(desk);
		desk_wrong(desk, desk->language->codes[DESK_BASE64], "Not base64; login given up");
	}
	OPENSSL_cleanse(response.at, response.size);
	buffer_fini(&response);
}

void desk_respond(struct desk *desk, struct span line)
{
	if (!span_is(line, "*")) {
		step_encoded(desk, line);
		return;
	}
	desk_give_up_login(desk);
	desk_reply(desk, desk->language->codes[DESK_CANCELLED], "Login cancelled");
}

/* "=" stands for an empty initial response (RFC 4954 4, RFC 5034 4). */
void desk_log_in(struct desk *desk, struct span argument)
{
	if (argument.length > 0 && exchange_begins_server(desk->exchange)) {
		desk_give_up_login(desk);
		desk_wrong(desk, desk->language->codes[DESK_CANCELLED],
			"This mechanism has no initial response");
	} else if (argument.length == 0) {
		step(desk, false, argument);
	} else {
		step_encoded(desk, span_is(argument, "=") ? span_of(NULL, 0) : argument);
	}
}
