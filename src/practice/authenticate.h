/* practice/authenticate.h: the server's side of a login, for SMTP's AUTH and POP3's. */
#ifndef PRACTICE_AUTHENTICATE_H
#define PRACTICE_AUTHENTICATE_H

#include "base/step.h"
#include "practice/accounts.h"

struct authenticator;

/* NULL: libgsasl cannot be used. accounts is borrowed. */
struct authenticator *authenticator_new(struct accounts *accounts);
void authenticator_free(struct authenticator *authenticator);

/* The names of the mechanisms, the strongest first, as a NULL-ended list. */
const char *const *authenticate_mechanisms(void);

/* One login. */
struct exchange;

/* NULL: no such mechanism. */
struct exchange *exchange_new(struct authenticator *authenticator, struct span mechanism);
void exchange_free(struct exchange *exchange);

/* The client's next message, base64 undone; has_response: false only for AUTH without an initial
 * one. STEP_MORE: *challenge is to be sent. STEP_DONE: the user is exchange_account(). STEP_FAIL:
 * refused. Responses are limited by the line that brings them. */
enum step exchange_step(struct exchange *exchange, bool has_response, struct span response,
	struct buffer *challenge);

/* Whether the mechanism begins with a challenge: then AUTH brings no response (RFC 4954 4). */
bool exchange_begins_server(const struct exchange *exchange);

struct account *exchange_account(const struct exchange *exchange);

/* APOP (RFC 1939 7): whether digest is that of the time stamp and the user's password. */
bool authenticate_apop(const struct account *account, const char *stamp, struct span digest);

#endif
