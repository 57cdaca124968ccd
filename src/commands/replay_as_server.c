#include "commands/replay.h"

#include "base/language.h"
#include "base/memory.h"
#include "commands/interrupt.h"
#include "commands/server_run.h"
#include "practice/replay_server.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

/* One run of the server. */
struct serving {
	const struct replay_options *options;
	struct replay_house house;
	struct script *script;
	struct authority *authority; /* NULL: no TLS */
	struct server *server;
	struct password_source source;
	char *password;
	char address[64]; /* to listen on */
	uint16_t port;
	bool is_implicit;
	struct server_run run;
};

/* ADDRESS:PORT, [ADDRESS]:PORT or a port. */
static enum step read_listen(struct serving *serving, struct fail *fail)
{
	const char *text = serving->options->listen;
	struct span rest = span_text(text != NULL ? text : "127.0.0.1:2525");
	struct span address = span_text("127.0.0.1");
	const char *colon = strrchr((const char *)rest.at, ':');
	uint64_t port;

	if (colon != NULL) {
		address = span_first(rest, (size_t)(colon - (const char *)rest.at));
		rest = span_text(colon + 1);
		if (address.length > 2 && address.at[0] == '[')
			address = span_of(address.at + 1, address.length - 2);
	}
	if (!span_number(rest, &port) || port > 65535 || address.length == 0 ||
		address.length >= sizeof serving->address)
		return fail_set(fail, FAIL_USAGE,
			"--listen %s: not an address and a port, as "
			"127.0.0.1:2525",
			text);
	memcpy(serving->address, address.at, address.length);
	serving->address[address.length] = '\0';
	serving->port = (uint16_t)port;
	if (!serving->options->is_really && strncmp(serving->address, "127.", 4) != 0 &&
		strcmp(serving->address, "::1") != 0)
		return fail_set(fail, FAIL_USAGE,
			"--listen %s: others can reach that: ask again, with --really", text);
	return STEP_DONE;
}

/* How TLS begins: as recorded, or as asked. */
static enum step settle_tls(struct serving *serving, const struct tape *tape, struct fail *fail)
{
	int asked = serving->options->session.tls;
	enum tls_mode recorded = replay_tls_mode(tape);
	enum tls_mode tls = asked > 0 ? (enum tls_mode)(asked - 1) : recorded;

	if (tls == TLS_MODE_OFFERED)
		return fail_set(fail, FAIL_USAGE, "--tls offered: none, starttls or implicit");
	serving->is_implicit = tls == TLS_MODE_IMPLICIT;
	serving->house.can_tls = tls == TLS_MODE_STARTTLS ||
				 (asked == 0 && tls == TLS_MODE_NONE && tape->offers_tls);
	serving->house.counts_as_sealed = tls == TLS_MODE_NONE && recorded != TLS_MODE_NONE;
	if (tls == TLS_MODE_NONE && !serving->house.can_tls)
		return STEP_DONE;
	serving->authority = authority_new("localhost", serving->address, fail);
	if (serving->authority == NULL)
		return STEP_FAIL;
	return serving->options->ca_out != NULL
		       ? authority_write(serving->authority, serving->options->ca_out, fail)
		       : STEP_DONE;
}

static enum step ask_password(struct serving *serving, struct fail *fail)
{
	const struct session_options *session = &serving->options->session;

	if (session->password_file == NULL && session->password_command == NULL)
		return STEP_DONE;
	serving->source.file = session->password_file;
	serving->source.command = session->password_command;
	if (password_ask(&serving->source, &serving->password, fail) == STEP_FAIL)
		return STEP_FAIL;
	serving->house.password = serving->password;
	return STEP_DONE;
}

static void say_ended(void *context, struct span line)
{
	const struct serving *serving = context;

	if (!serving->options->is_quiet)
		command_say(stderr, "%.*s", (int)line.length, (const char *)line.at);
}

static enum step write_ports(const struct serving *serving, struct fail *fail)
{
	const char *path = serving->options->ports_out;
	bool is_smtp = serving->house.tape->protocol == MAIL_SMTP;
	FILE *file = fopen(path, "we");
	bool is_good = file != NULL;

	if (is_good) {
		fprintf(file, "%s%s %u\n", is_smtp ? "smtp" : "pop3",
			serving->is_implicit ? "s" : "", serving->port);
		is_good = fclose(file) == 0;
	}
	return is_good ? STEP_DONE
		       : fail_set(fail, FAIL_WRITE, "%s: cannot write: %s", path,
				 language_error(errno));
}

static void say_start(const struct serving *serving)
{
	const struct tape *tape = serving->house.tape;

	if (serving->options->is_quiet)
		return;
	command_say(stdout, "The server of session %u of %s: %s on %s port %u%s", tape->session,
		tape->capture, protocol_name(tape->protocol), serving->address, serving->port,
		serving->is_implicit     ? _(", TLS from the first octet")
		: serving->house.can_tls ? ", STARTTLS"
					 : "");
	(void)fflush(stdout);
}

static enum step serve(struct serving *serving, struct fail *fail)
{
	struct server_options options = {.authority = serving->authority,
		.once = serving->options->once,
		.cancel = interrupt_descriptor(),
		.log = say_ended,
		.context = serving};
	struct server_door door = {.address = serving->address,
		.port = serving->port,
		.is_tls = serving->is_implicit,
		.kind = replay_server_kind(serving->house.tape),
		.context = &serving->house};
	enum step step;

	server_run_prepare(&serving->run, &options);
	serving->server = server_new(&options);
	step = server_open(serving->server, &door, &serving->port, fail);
	if (step == STEP_DONE)
		step = server_run_listen(&serving->run, serving->server, fail);
	if (step == STEP_DONE && serving->options->ports_out != NULL)
		step = write_ports(serving, fail);
	if (step == STEP_DONE) {
		say_start(serving);
		server_run(serving->server);
	}
	server_free(serving->server);
	return step;
}

int replay_as_server(const struct replay_options *options, const struct tape *tape)
{
	struct serving serving = {.options = options, .script = script_new()};
	struct fail fail;
	int status = 0;

	serving.house = (struct replay_house){.tape = tape, .script = serving.script};
	serving.run.keep = (struct server_keep){.has_folders = !options->has_no_log,
		.folder = options->session.folder,
		.interface = options->session.interface,
		.capture = options->session.capture,
		.no_secrets = options->session.no_secrets,
		.no_diagram = options->session.no_diagram,
		.is_quiet = options->is_quiet,
		.command = "mailscope replay --as server"};
	(void)RAND_bytes((uint8_t *)&serving.house.seed, sizeof serving.house.seed);
	if (read_listen(&serving, &fail) == STEP_FAIL ||
		server_run_script(serving.script, &options->scripts, &options->faults, &fail) ==
			STEP_FAIL ||
		ask_password(&serving, &fail) == STEP_FAIL ||
		settle_tls(&serving, tape, &fail) == STEP_FAIL ||
		serve(&serving, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	status = server_run_end(&serving.run, status);
	authority_free(serving.authority);
	password_free(serving.password);
	password_forget(&serving.source);
	script_free(serving.script);
	return status;
}
