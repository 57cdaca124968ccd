#include "base/base64.h"
#include "base/language.h"
#include "client/authenticate_parts.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

/* How it is done: a SASL mechanism, or POP3's own ways. */
enum way { WAY_NONE, WAY_SASL, WAY_APOP, WAY_USER };

struct choice {
	enum way way;
	const struct sasl_way *sasl;
	unsigned traits;
};

static bool is_offered(const struct authenticate *authenticate, const char *name)
{
	struct span offers = span_trim(authenticate->offers);

	while (offers.length > 0)
		if (span_is_letters(span_word(&offers), name))
			return true;
	return false;
}

static bool is_in_tls(const struct authenticate *authenticate)
{
	return connection_tls(authenticate->conversation->connection).is_on;
}

static bool may_be_chosen(const struct authenticate *authenticate, const struct sasl_way *sasl)
{
	return (sasl->traits & SASL_NAMED) == 0 && is_offered(authenticate, sasl->name) &&
	       ((sasl->traits & SASL_READABLE) == 0 || is_in_tls(authenticate));
}

/* The best that both know: what hides the password, then, inside TLS, what shows it. */
static struct choice choose_best(const struct authenticate *authenticate)
{
	for (unsigned readable = 0; readable <= SASL_READABLE; readable += SASL_READABLE) {
		for (size_t i = 0; i < sasl_way_count; i++)
			if ((sasl_ways[i].traits & SASL_READABLE) == readable &&
				may_be_chosen(authenticate, &sasl_ways[i]))
				return (struct choice){
					WAY_SASL, &sasl_ways[i], sasl_ways[i].traits};
		if (readable == 0 && authenticate->timestamp.length > 0)
			return (struct choice){.way = WAY_APOP};
	}
	if (authenticate->has_user && is_in_tls(authenticate))
		return (struct choice){.way = WAY_USER, .traits = SASL_READABLE};
	return (struct choice){.way = WAY_NONE};
}

static struct choice choose_named(const struct authenticate *authenticate, const char *name)
{
	bool is_pop3 = authenticate->protocol == MAIL_POP3;
	const struct sasl_way *sasl = sasl_way_find(span_text(name));

	if (sasl != NULL && (is_offered(authenticate, sasl->name) || !authenticate->has_list))
		return (struct choice){WAY_SASL, sasl, sasl->traits};
	if (is_pop3 && span_is_letters(span_text(name), "APOP") &&
		authenticate->timestamp.length > 0)
		return (struct choice){.way = WAY_APOP};
	if (is_pop3 && span_is_letters(span_text(name), "USER") && authenticate->has_user)
		return (struct choice){.way = WAY_USER, .traits = SASL_READABLE};
	return (struct choice){.way = WAY_NONE};
}

static bool is_known(const struct authenticate *authenticate, const char *name)
{
	return sasl_way_find(span_text(name)) != NULL ||
	       (authenticate->protocol == MAIL_POP3 &&
		       (span_is_letters(span_text(name), "APOP") ||
			       span_is_letters(span_text(name), "USER")));
}

static enum step complain_choice(const struct authenticate *authenticate)
{
	struct conversation *conversation = authenticate->conversation;
	const char *name = authenticate->login->mechanism;
	struct buffer offers;

	if (name != NULL && !is_known(authenticate, name))
		return conversation_fail(
			conversation, FAIL_USAGE, "no way to log in is called %s", name);
	buffer_init(&offers, 0);
	conversation_cite(conversation, span_trim(authenticate->offers), &offers);
	if (offers.length == 0)
		buffer_add_text(&offers, _("none"));
	if (name != NULL)
		conversation_fail(conversation, FAIL_DENIED,
			"the server does not offer to log in by %s (it offers: %s)", name,
			buffer_text(&offers));
	else
		conversation_fail(conversation, FAIL_DENIED,
			"the server offers no way to log in that may be used%s (it offers: %s)",
			is_in_tls(authenticate) ? ""
						: _(" outside TLS unless it is asked for by name"),
			buffer_text(&offers));
	buffer_fini(&offers);
	return STEP_FAIL;
}

void authenticate_wipe(struct buffer *buffer)
{
	if (buffer->at != NULL)
		OPENSSL_cleanse(buffer->at, buffer->size);
	buffer_fini(buffer);
}

static void guard_base64(struct attempt *attempt, struct span octets)
{
	struct buffer text;

	buffer_init(&text, 0);
	buffer_reserve(&text, octets.length / 3 * 4 + 4);
	base64_encode(octets, &text);
	conversation_guard(attempt->conversation, buffer_span(&text));
	authenticate_wipe(&text);
}

static enum step ask_secret(struct attempt *attempt)
{
	const struct login *login = attempt->authenticate->login;

	if (login->ask_secret(login->context, &attempt->secret, &attempt->conversation->fail) !=
		STEP_DONE)
		return STEP_FAIL;
	conversation_guard(attempt->conversation, span_text(attempt->secret));
	if (*attempt->secret != '\0')
		guard_base64(attempt, span_text(attempt->secret));
	return STEP_DONE;
}

enum step authenticate_say(struct attempt *attempt, struct span line, bool is_secret)
{
	struct command command = attempt->command;

	command.is_secret = is_secret;
	return conversation_say(attempt->conversation, &command, line);
}

enum step authenticate_refuse(struct attempt *attempt, const char *what)
{
	return conversation_refused(attempt->conversation,
		attempt->authenticate->fail_code(&attempt->conversation->reply), what);
}

static void set_verb(struct attempt *attempt, const char *name)
{
	attempt->command.verb = vocabulary_verb(attempt->authenticate->protocol, span_text(name));
}

/* RFC 1939 7:  digest = MD5( timestamp shared-secret ), in lower-case hexadecimal */
static bool add_digest(const struct attempt *attempt, struct buffer *out)
{
	struct buffer text;
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	bool is_made;

	buffer_init(&text, 0);
	buffer_reserve(
		&text, attempt->authenticate->timestamp.length + strlen(attempt->secret) + 1);
	buffer_add_span(&text, attempt->authenticate->timestamp);
	buffer_add_text(&text, attempt->secret);
	is_made = EVP_Digest(text.at, text.length, digest, &length, EVP_md5(), NULL) == 1;
	for (unsigned i = 0; is_made && i < length; i++)
		buffer_printf(out, "%02x", digest[i]);
	authenticate_wipe(&text);
	return is_made;
}

static enum step run_apop(struct attempt *attempt)
{
	struct buffer line;
	size_t digest;
	enum step step;

	set_verb(attempt, "APOP");
	buffer_init(&line, 0);
	buffer_printf(&line, "APOP %s ", attempt->authenticate->login->user);
	digest = line.length;
	if (!add_digest(attempt, &line)) {
		step = conversation_fail(attempt->conversation, FAIL_INTERNAL,
			"this system's library does not know MD5, which APOP needs");
	} else {
		conversation_guard(attempt->conversation, span_from(buffer_span(&line), digest));
		step = authenticate_say(attempt, buffer_span(&line), true);
	}
	if (step == STEP_DONE && attempt->conversation->reply.code != POP3_OK)
		step = authenticate_refuse(attempt, _("the login was refused"));
	buffer_fini(&line);
	return step;
}

/* RFC 1939 7, RFC 2449 4: a line has 255 octets at most. */
static enum step say_word(struct attempt *attempt, const char *verb, const char *word)
{
	struct buffer line;
	enum step step;

	set_verb(attempt, verb);
	buffer_init(&line, 0);
	buffer_reserve(&line, strlen(verb) + strlen(word) + 2);
	buffer_add_text(&line, verb);
	buffer_add_text(&line, " ");
	buffer_add_text(&line, word);
	if (line.length + 2 > LIMIT_POP3_COMMAND)
		step = conversation_fail(attempt->conversation, FAIL_USAGE,
			"%s is too long for POP3: a line has %d octets at most", verb,
			LIMIT_POP3_COMMAND);
	else
		step = authenticate_say(attempt, buffer_span(&line),
			attempt->command.verb->effect == EFFECT_PASSWORD);
	if (step == STEP_DONE && attempt->conversation->reply.code != POP3_OK)
		step = authenticate_refuse(attempt, _("the login was refused"));
	authenticate_wipe(&line);
	return step;
}

static enum step run_user(struct attempt *attempt)
{
	if (say_word(attempt, "USER", attempt->authenticate->login->user) != STEP_DONE)
		return STEP_FAIL;
	return say_word(attempt, "PASS", attempt->secret);
}

static enum step run(struct attempt *attempt, const struct choice *choice)
{
	struct conversation *conversation = attempt->conversation;

	if ((choice->traits & SASL_READABLE) != 0 && !is_in_tls(attempt->authenticate))
		connection_note(conversation->connection,
			"The password goes over a connection that is not encrypted, as asked for");
	if (choice->way == WAY_APOP)
		return run_apop(attempt);
	if (choice->way == WAY_USER)
		return run_user(attempt);
	set_verb(attempt, "AUTH");
	return authenticate_run_sasl(attempt, choice->sasl);
}

enum step authenticate_run(const struct authenticate *authenticate)
{
	struct conversation *conversation = authenticate->conversation;
	const char *name = authenticate->login->mechanism;
	struct choice choice =
		name != NULL ? choose_named(authenticate, name) : choose_best(authenticate);
	struct attempt attempt = {
		.authenticate = authenticate,
		.conversation = conversation,
		.command = {.seconds = authenticate->seconds},
	};
	bool was_grouping = conversation->is_grouping;
	enum step step = STEP_DONE;

	if (choice.way == WAY_NONE)
		return complain_choice(authenticate);
	if ((choice.traits & SASL_WITHOUT_SECRET) == 0)
		step = ask_secret(&attempt);
	conversation->is_grouping = false; /* each reply decides what is said next */
	if (step == STEP_DONE)
		step = run(&attempt, &choice);
	conversation->is_grouping = was_grouping;
	if (attempt.secret != NULL)
		OPENSSL_cleanse(attempt.secret, strlen(attempt.secret));
	free(attempt.secret);
	return step;
}
