#include "base/address.h"
#include "base/language.h"
#include "base/memory.h"
#include "client/connection_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	HEAD_START = 250, /* ms that an address has before the next is tried (RFC 8305 5) */
	CONNECT_SECONDS = 30,
};

/* A question to the resolver. It cannot be called back: when nobody waits for the answer any more,
 * the thread that asks is left to itself, and whoever lets go last frees it. */
struct question {
	char *host;
	struct addrinfo hints, *answer;
	int error, system_error; /* of getaddrinfo(); errno */
	int pipe[2];             /* closed at the writing end: answered */
	atomic_bool is_answered; /* says the same to the memory of the other thread */
	atomic_int holders;
};

/* No other program inherits it. (pipe2() and SOCK_CLOEXEC are not everywhere.) */
static void set_flags(int descriptor, bool is_waitless)
{
	fcntl(descriptor, F_SETFD, FD_CLOEXEC);
	if (is_waitless)
		fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

static void let_go(struct question *question)
{
	if (atomic_fetch_sub(&question->holders, 1) > 1)
		return;
	if (question->answer != NULL)
		freeaddrinfo(question->answer);
	if (question->pipe[0] >= 0)
		close(question->pipe[0]);
	free(question->host);
	free(question);
}

static void look_up(struct question *question)
{
	question->error = getaddrinfo(question->host, NULL, &question->hints, &question->answer);
	question->system_error = errno;
}

static void *ask(void *context)
{
	struct question *question = context;

	look_up(question);
	atomic_store(&question->is_answered, true);
	close(question->pipe[1]);
	let_go(question);
	return NULL;
}

/* Starts the thread; the pipe's reading end becomes readable when it has the answer. */
static bool start_asking(struct question *question)
{
	pthread_t thread;

	if (pipe(question->pipe) != 0)
		return false;
	set_flags(question->pipe[0], false);
	set_flags(question->pipe[1], false);
	atomic_store(&question->holders, 2);
	if (pthread_create(&thread, NULL, ask, question) != 0) {
		close(question->pipe[1]);
		atomic_store(&question->holders, 1);
		return false;
	}
	pthread_detach(thread);
	return true;
}

static bool is_of(const struct addrinfo *address, int family)
{
	return address->ai_family == family && address->ai_addrlen <= sizeof(struct sockaddr_in6);
}

/* The next of a family from *at on. */
static const struct addrinfo *next_of(const struct addrinfo **at, int family)
{
	const struct addrinfo *found;

	while (*at != NULL && !is_of(*at, family))
		*at = (*at)->ai_next;
	found = *at;
	if (found != NULL)
		*at = found->ai_next;
	return found;
}

static void set_port(struct sockaddr_storage *address, uint16_t port)
{
	if (address->ss_family == AF_INET6)
		((struct sockaddr_in6 *)address)->sin6_port = htons(port);
	else
		((struct sockaddr_in *)address)->sin_port = htons(port);
}

/* The resolver's order, the families in turn (RFC 8305 4). */
static void take_answer(struct connection *connection, const struct addrinfo *answer)
{
	int first = answer->ai_family == AF_INET6 ? AF_INET6 : AF_INET;
	int families[] = {first, first == AF_INET6 ? AF_INET : AF_INET6};
	const struct addrinfo *at[] = {answer, answer};

	for (int turn = 0; connection->address_count < LIMIT_ADDRESSES; turn ^= 1) {
		const struct addrinfo *found = next_of(&at[turn], families[turn]);
		struct sockaddr_storage *address =
			&connection->addresses[connection->address_count];

		if (found == NULL && at[!turn] == NULL)
			break;
		if (found == NULL)
			continue;
		memcpy(address, found->ai_addr, found->ai_addrlen);
		set_port(address, connection->options.port);
		connection->address_count++;
	}
}

static enum step wait_for_answer(
	struct connection *connection, struct question *question, struct fail *fail)
{
	struct pollfd descriptors[] = {{.fd = question->pipe[0], .events = POLLIN},
		{.fd = connection->options.cancel, .events = POLLIN}};

	while (poll(descriptors, 2, -1) < 0)
		if (errno != EINTR)
			return fail_set(fail, FAIL_UNAVAILABLE, "%s: %s", connection->name,
				language_error(errno));
	if (!atomic_load(&question->is_answered))
		return fail_set(fail, FAIL_TEMPORARY, "%s: cancelled", connection->name);
	return STEP_DONE;
}

static enum step take_resolved(
	struct connection *connection, const struct question *question, struct fail *fail)
{
	if (question->error == 0 && question->answer != NULL)
		take_answer(connection, question->answer);
	if (connection->address_count > 0)
		return STEP_DONE;
	return fail_set(fail, FAIL_UNAVAILABLE, "%s: no address: %s", connection->name,
		question->error == EAI_SYSTEM ? language_error(question->system_error)
		: question->error != 0        ? _(gai_strerror(question->error))
					      : _("neither IPv4 nor IPv6"));
}

enum step connection_resolve(struct connection *connection, struct fail *fail)
{
	struct question *question = memory_new(1, sizeof *question);
	enum step step;

	connection->address_count = 0;
	question->host = memory_text(connection->host);
	question->hints = (struct addrinfo){.ai_family = connection->options.family,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST};
	question->pipe[0] = -1;
	atomic_store(&question->holders, 1);
	look_up(question);
	if (question->error == EAI_NONAME) {
		question->hints.ai_flags = 0;
		step = start_asking(question)
			       ? wait_for_answer(connection, question, fail)
			       : fail_set(fail, FAIL_UNAVAILABLE, "%s: no thread to look it up",
					 connection->name);
		if (step == STEP_FAIL)
			goto out;
	}
	step = take_resolved(connection, question, fail);
out:
	let_go(question);
	return step;
}

size_t connection_address_count(const struct connection *connection)
{
	return connection->address_count;
}

const struct sockaddr_storage *connection_address(const struct connection *connection, size_t i)
{
	return &connection->addresses[i];
}

/* All addresses being tried at once. */
struct race {
	struct connection *connection;
	int sockets[LIMIT_ADDRESSES];       /* -1: not begun, or failed */
	int64_t deadlines[LIMIT_ADDRESSES]; /* of each that was begun */
	int errors[LIMIT_ADDRESSES];        /* errno of each that failed */
	size_t begun;
	int64_t next; /* when the next one may begin */
	int winner;   /* a socket; -1: none yet */
};

static const char *address_of(const struct sockaddr_storage *address, char *text)
{
	if (address->ss_family == AF_INET6)
		address_text(text, 6, ((const struct sockaddr_in6 *)address)->sin6_addr.s6_addr);
	else
		address_text(
			text, 4, (const uint8_t *)&((const struct sockaddr_in *)address)->sin_addr);
	return text;
}

static void lose(struct race *race, size_t i, int error)
{
	char text[ADDRESS_TEXT];

	if (race->sockets[i] >= 0)
		close(race->sockets[i]);
	race->sockets[i] = -1;
	race->errors[i] = error;
	race->next = connection_clock();
	connection_note(race->connection, "%s: %s",
		address_of(&race->connection->addresses[i], text), language_error(error));
}

static void begin(struct race *race)
{
	struct connection *connection = race->connection;
	size_t i = race->begun++;
	const struct sockaddr_storage *address = &connection->addresses[i];
	int seconds = connection->options.connect_seconds;
	socklen_t length = address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
							  : sizeof(struct sockaddr_in);

	race->next = connection_clock() + HEAD_START;
	race->deadlines[i] =
		connection_clock() + (int64_t)(seconds > 0 ? seconds : CONNECT_SECONDS) * 1000;
	race->sockets[i] = socket(address->ss_family, SOCK_STREAM, 0);
	if (race->sockets[i] < 0) {
		lose(race, i, errno);
		return;
	}
	set_flags(race->sockets[i], true);
	if (connect(race->sockets[i], (const struct sockaddr *)address, length) == 0)
		race->winner = race->sockets[i];
	else if (errno != EINPROGRESS)
		lose(race, i, errno);
}

/* What became of an address whose socket has something to say. */
static void look(struct race *race, size_t i)
{
	int error = 0;
	socklen_t length = sizeof error;

	if (getsockopt(race->sockets[i], SOL_SOCKET, SO_ERROR, &error, &length) != 0)
		error = errno;
	if (error != 0)
		lose(race, i, error);
	else if (race->winner < 0)
		race->winner = race->sockets[i];
}

static void lose_late(struct race *race)
{
	for (size_t i = 0; i < race->begun; i++)
		if (race->sockets[i] >= 0 && connection_clock() >= race->deadlines[i])
			lose(race, i, ETIMEDOUT);
}

/* The first moment at which something is to be done though no socket says anything. */
static int64_t next_moment(const struct race *race)
{
	int64_t moment = INT64_MAX;

	if (race->begun < race->connection->address_count)
		moment = race->next;
	for (size_t i = 0; i < race->begun; i++)
		if (race->sockets[i] >= 0 && race->deadlines[i] < moment)
			moment = race->deadlines[i];
	return moment;
}

static enum step wait_for_race(struct race *race, struct fail *fail)
{
	struct pollfd descriptors[LIMIT_ADDRESSES + 1];
	int64_t left = next_moment(race) - connection_clock();

	for (size_t i = 0; i < race->begun; i++)
		descriptors[i] = (struct pollfd){.fd = race->sockets[i], .events = POLLOUT};
	descriptors[race->begun] =
		(struct pollfd){.fd = race->connection->options.cancel, .events = POLLIN};
	if (poll(descriptors, race->begun + 1, left > 0 ? (int)left + 1 : 0) < 0)
		return STEP_DONE; /* a signal: look again */
	if (descriptors[race->begun].revents != 0)
		return fail_set(fail, FAIL_TEMPORARY, "%s: cancelled", race->connection->name);
	for (size_t i = 0; i < race->begun; i++)
		if (race->sockets[i] >= 0 && descriptors[i].revents != 0)
			look(race, i);
	return STEP_DONE;
}

static bool is_running(const struct race *race)
{
	for (size_t i = 0; i < race->begun; i++)
		if (race->sockets[i] >= 0)
			return true;
	return false;
}

/* "HOST:PORT: 192.0.2.1: Connection refused; 2001:db8::1: Connection timed out" */
static enum step fail_all(const struct race *race, struct fail *fail)
{
	const struct connection *connection = race->connection;
	char address[ADDRESS_TEXT];
	struct buffer said;
	enum step step;

	buffer_init(&said, 0);
	for (size_t i = 0; i < race->begun; i++)
		buffer_printf(&said, "%s%s: %s", i > 0 ? "; " : "",
			address_of(&connection->addresses[i], address),
			language_error(race->errors[i]));
	step = fail_set(fail, FAIL_UNAVAILABLE, "%s: %s", connection->name, buffer_text(&said));
	buffer_fini(&said);
	return step;
}

static enum step run(struct race *race, struct fail *fail)
{
	while (race->winner < 0) {
		bool has_more = race->begun < race->connection->address_count;

		if (has_more && (connection_clock() >= race->next || !is_running(race))) {
			begin(race);
			continue;
		}
		if (!is_running(race))
			return fail_all(race, fail);
		if (wait_for_race(race, fail) == STEP_FAIL)
			return STEP_FAIL;
		if (race->winner < 0)
			lose_late(race);
	}
	return STEP_DONE;
}

/* Each write is to be a segment of its own at once: what is said is short, and answered. */
static void take_winner(struct connection *connection, int winner)
{
	int on = 1;
	socklen_t length = sizeof connection->ends.local;

	connection->socket = winner;
	connection->is_broken = false;
	setsockopt(winner, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
#ifdef SO_NOSIGPIPE /* where send() knows no MSG_NOSIGNAL */
	setsockopt(winner, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
	getsockname(winner, (struct sockaddr *)&connection->ends.local, &length);
	length = sizeof connection->ends.remote;
	getpeername(winner, (struct sockaddr *)&connection->ends.remote, &length);
	connection_note(connection, "Successfully connected to %s", connection->name);
}

enum step connection_open(struct connection *connection, struct fail *fail)
{
	struct race race = {.connection = connection, .winner = -1};
	enum step step;

	if (connection->address_count == 0 && connection_resolve(connection, fail) == STEP_FAIL)
		return STEP_FAIL;
	for (size_t i = 0; i < LIMIT_ADDRESSES; i++)
		race.sockets[i] = -1;
	step = run(&race, fail);
	for (size_t i = 0; i < race.begun; i++)
		if (race.sockets[i] >= 0 && race.sockets[i] != race.winner)
			close(race.sockets[i]);
	if (step == STEP_DONE)
		take_winner(connection, race.winner);
	return step;
}

void connection_adopt(struct connection *connection, int socket)
{
	take_winner(connection, socket);
}
