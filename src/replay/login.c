#include "replay/parts.h"

#include "base/base64.h"

#include <openssl/crypto.h>

#define USER_PROMPT "VXNlcm5hbWU6"     /* "Username:" */
#define PASSWORD_PROMPT "UGFzc3dvcmQ6" /* "Password:" */

void replay_end_login(struct replay_server *server)
{
	struct replay_login *login = &server->login;

	replay_scram_free(login->scram);
	if (login->made.size > 0)
		buffer_fini(&login->made);
	*login = (struct replay_login){.count = 0};
	if (server->mode == REPLAY_LOGIN)
		server->mode = REPLAY_COMMANDS;
	line_wipe(&server->lines);
}

static void add_challenge(struct replay_login *login, struct span text)
{
	if (login->count < REPLAY_CHALLENGES)
		login->challenges[login->count++] = text;
}

/* "AUTH" SP mechanism [SP initial-response] */
static bool has_initial(struct span line)
{
	(void)span_word(&line);
	(void)span_word(&line);
	return line.length > 0;
}

static struct span mechanism_of(struct span line)
{
	(void)span_word(&line);
	return span_word(&line);
}

static bool is_challenge(const struct tape_step *step)
{
	return tape_class(step->reply.code) == 3 && step->reply.line_count > 0;
}

/* CRAM-MD5's is another each time, with the recorded host (RFC 2195 2). */
static struct span remake_nonce(struct replay_server *server, struct span recorded)
{
	struct replay_login *login = &server->login;
	struct buffer plain, made;

	buffer_init(&plain, LIMIT_REPLY_LINE);
	buffer_init(&made, 0);
	buffer_init(&login->made, 0);
	if (!base64_decode(recorded, &plain) || plain.length == 0) {
		buffer_clear(&plain);
		buffer_add_text(&plain, "<1896.697170952@localhost>");
	}
	replay_remake_stamp(&server->chance, buffer_span(&plain), &made);
	base64_encode(buffer_span(&made), &login->made);
	buffer_fini(&made);
	buffer_fini(&plain);
	return buffer_span(&login->made);
}

static void add_recorded(struct replay_server *server, size_t index)
{
	const struct tape *tape = server->tape;
	bool is_cram = tape->steps[index].mechanism == SASL_CRAM_MD5;

	for (size_t i = index; i <= server->login.outcome; i++) {
		const struct tape_step *step = &tape->steps[i];
		struct span text;

		if (step->command != tape->steps[index].command || !is_challenge(step))
			continue;
		text = tape_reply_text(tape->protocol, step->reply.lines[0]);
		add_challenge(
			&server->login, is_cram && i == index ? remake_nonce(server, text) : text);
	}
}

/* The recording has another mechanism, or an initial response where there is none now. */
static bool add_usual(struct replay_server *server, enum sasl_mechanism mechanism)
{
	switch (mechanism) {
	case SASL_LOGIN:
		add_challenge(&server->login, span_text(USER_PROMPT));
		add_challenge(&server->login, span_text(PASSWORD_PROMPT));
		return true;
	case SASL_CRAM_MD5:
		add_challenge(&server->login, remake_nonce(server, span_of(NULL, 0)));
		return true;
	case SASL_PLAIN:
	case SASL_XOAUTH2:
	case SASL_OAUTHBEARER:
	case SASL_EXTERNAL:
	case SASL_ANONYMOUS:
		add_challenge(&server->login, span_of(NULL, 0));
		return true;
	default:
		return false;
	}
}

static void say_challenge(struct replay_server *server, struct span text)
{
	buffer_add_text(&server->pending, server->tape->protocol == MAIL_SMTP ? "334 " : "+ ");
	buffer_add_span(&server->pending, text);
	buffer_add_text(&server->pending, replay_line_end(server));
	server->mode = REPLAY_LOGIN;
}

/* The next challenge, or the end. */
static void go_on(struct replay_server *server)
{
	struct replay_login *login = &server->login;
	size_t outcome = login->outcome;

	if (login->next < login->count) {
		say_challenge(server, login->challenges[login->next++]);
		return;
	}
	replay_end_login(server);
	server->place = "AUTH";
	replay_say_step(server, outcome);
}

static void refuse(struct replay_server *server, const char *code, const char *text)
{
	replay_end_login(server);
	replay_say(server, code, "-ERR", text);
}

static void step_scram(struct replay_server *server, struct span encoded)
{
	struct buffer response, challenge, text;
	enum step step = STEP_FAIL;

	buffer_init(&response, LIMIT_PRACTICE_LOGIN);
	buffer_init(&challenge, 0);
	buffer_init(&text, 0);
	if (base64_decode(encoded, &response))
		step = replay_scram_step(server->login.scram, buffer_span(&response), &challenge);
	base64_encode(buffer_span(&challenge), &text);
	if (step == STEP_MORE)
		say_challenge(server, buffer_span(&text));
	else if (step == STEP_DONE)
		go_on(server);
	else
		refuse(server, "535 5.7.8", "Not the password of --password-file");
	buffer_fini(&text);
	buffer_fini(&challenge);
	if (response.size > 0)
		OPENSSL_cleanse(response.at, response.size);
	buffer_fini(&response);
}

static void begin_scram(struct replay_server *server, struct span line)
{
	struct span mechanism = mechanism_of(line);
	char name[32];

	if (server->house->password == NULL || mechanism.length >= sizeof name) {
		refuse(server, "504 5.5.4", "SCRAM needs the password: --password-file");
		return;
	}
	for (size_t i = 0; i < mechanism.length; i++)
		name[i] = (char)(mechanism.at[i] >= 'a' && mechanism.at[i] <= 'z'
					 ? mechanism.at[i] - 32
					 : mechanism.at[i]);
	name[mechanism.length] = '\0';
	server->login.scram = replay_scram_new(name, server->house->password);
	if (server->login.scram == NULL) {
		refuse(server, "504 5.5.4", "Mechanism not known");
		return;
	}
	server->mode = REPLAY_LOGIN;
	if (!has_initial(line)) {
		say_challenge(server, span_of(NULL, 0));
		return;
	}
	(void)span_word(&line);
	(void)span_word(&line);
	step_scram(server, span_trim(line));
}

/* An attempt that was refused at once says nothing of another mechanism. */
static size_t stand_in(const struct replay_server *server, size_t index)
{
	const struct tape *tape = server->tape;

	for (size_t i = 0; i < tape->count; i++)
		if (tape->steps[i].kind == TAPE_COMMAND &&
			tape->steps[i].verb == tape->steps[index].verb &&
			(has_initial(tape->steps[i].said) || is_challenge(&tape->steps[i])))
			return i;
	return index;
}

/* The tape may have had its first response in the AUTH line and the client not, or the other way
 * round. */
static void fit_initial(struct replay_server *server, size_t index, struct span line)
{
	struct replay_login *login = &server->login;
	bool had = has_initial(server->tape->steps[index].said);

	if (had && !has_initial(line) && login->count < REPLAY_CHALLENGES) {
		memmove(login->challenges + 1, login->challenges,
			login->count * sizeof login->challenges[0]);
		login->count++;
		login->challenges[0] = server->tape->steps[index].mechanism == SASL_LOGIN
					       ? span_text(USER_PROMPT)
					       : span_of(NULL, 0);
	} else if (!had && has_initial(line)) {
		login->next = login->count > 0;
	}
}

/* Refused without a word: 504, 530, 538. */
static bool is_refused_at_once(const struct tape_step *step)
{
	return tape_class(step->reply.code) > 3;
}

void replay_begin_login(struct replay_server *server, size_t index, struct span line)
{
	const struct tape *tape = server->tape;
	struct span mechanism = mechanism_of(line);
	bool is_same = span_same_letters(mechanism, mechanism_of(tape->steps[index].said));

	if (!is_same)
		index = stand_in(server, index);
	server->used[index] = 1;
	server->login.outcome = tape_outcome(tape, index);
	if (is_same && is_refused_at_once(&tape->steps[index]) && server->login.outcome == index) {
		if (has_initial(tape->steps[index].said) == has_initial(line)) {
			go_on(server);
			return;
		}
	}
	if (replay_is_scram(mechanism)) {
		begin_scram(server, line);
		return;
	}
	if (is_same) {
		add_recorded(server, index);
		fit_initial(server, index, line);
	} else if (add_usual(server, sasl_mechanism(mechanism))) {
		server->login.next = has_initial(line);
	} else {
		refuse(server, "504 5.5.4", "The recording cannot play this mechanism");
		return;
	}
	go_on(server);
}

static bool was_cancelled(const struct replay_server *server)
{
	return span_is(server->tape->steps[server->login.outcome].said, "*");
}

/* Whatever it says, it is taken for what was said then. */
void replay_take_response(struct replay_server *server, struct span line)
{
	if (span_is(line, "*") && !was_cancelled(server))
		refuse(server, "501 5.7.0", "Login cancelled");
	else if (server->login.scram != NULL && server->login.next == server->login.count)
		step_scram(server, line);
	else
		go_on(server);
}
