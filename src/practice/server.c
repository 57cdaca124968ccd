#include "practice/server.h"

#include "base/language.h"
#include "base/memory.h"
#include "practice/guest.h"
#include "practice/poller.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { DOORS = 16, BACKLOG = 1024, READY = 256, CHECK = 1000, FILES_OF_ONE = 5, FILES_KEPT = 64 };

/* First in both, so that what is ready says what it is. */
enum role { ROLE_DOOR, ROLE_GUEST };

struct door {
	enum role role;
	int descriptor;
	bool is_tls;
	const struct talk_kind *kind;
	void *context;
	struct sockaddr_storage address;
};

struct visit {
	enum role role;
	struct guest *guest;
};

struct server {
	struct server_options options;
	struct poller *poller;
	struct door doors[DOORS];
	const struct sockaddr_storage *addresses[DOORS];
	size_t door_count;
	struct visit **visits;
	size_t count, room;
	uint64_t opened, ended;
	int64_t next_check;
	bool is_closed; /* the doors are */
	struct buffer line;
};

static int64_t now_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct server *server_new(const struct server_options *options)
{
	struct server *server = memory_new(1, sizeof *server);
	long files = sysconf(_SC_OPEN_MAX);
	size_t most =
		files > FILES_KEPT + FILES_OF_ONE ? (size_t)(files - FILES_KEPT) / FILES_OF_ONE : 1;

	/* OpenSSL's writes cannot be asked not to raise it. */
	(void)signal(SIGPIPE, SIG_IGN);
	server->options = *options;
	for (size_t i = 0; i < DOORS; i++)
		server->addresses[i] = &server->doors[i].address;
	if (options->sessions == 0 || options->sessions > LIMIT_PRACTICE_SESSIONS)
		server->options.sessions = LIMIT_PRACTICE_SESSIONS;
	if (server->options.sessions > most)
		server->options.sessions = most;
	server->poller = poller_new();
	buffer_init(&server->line, 0);
	return server;
}

static void close_doors(struct server *server)
{
	for (size_t i = 0; i < server->door_count && !server->is_closed; i++) {
		poller_remove(server->poller, server->doors[i].descriptor);
		close(server->doors[i].descriptor);
	}
	server->is_closed = true;
}

/* The log's line of a session that has ended, if one has. */
static void tell(struct server *server)
{
	if (server->line.length == 0)
		return;
	server->ended++;
	if (server->options.log != NULL)
		server->options.log(server->options.context, buffer_span(&server->line));
	buffer_clear(&server->line);
}

static void remove_visit(struct server *server, struct visit *visit)
{
	size_t index = visit->guest->index;
	struct tap tap = visit->guest->tap;

	poller_remove(server->poller, visit->guest->descriptor);
	guest_free(visit->guest, &server->line);
	tell(server);
	if (server->options.end != NULL && tap.context != NULL)
		server->options.end(server->options.audience, tap);
	free(visit);
	server->count--;
	if (index == server->count)
		return;
	server->visits[index] = server->visits[server->count];
	server->visits[index]->guest->index = index;
}

void server_free(struct server *server)
{
	if (server == NULL)
		return;
	while (server->count > 0)
		remove_visit(server, server->visits[server->count - 1]);
	close_doors(server);
	poller_free(server->poller);
	free(server->visits);
	buffer_fini(&server->line);
	free(server);
}

/* An address of either family, without asking anyone. */
static socklen_t read_address(const char *text, uint16_t port, struct sockaddr_storage *address)
{
	struct sockaddr_in *four = (struct sockaddr_in *)address;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;

	*address = (struct sockaddr_storage){.ss_family = AF_UNSPEC};
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(port);
		return sizeof *four;
	}
	if (inet_pton(AF_INET6, text, &six->sin6_addr) != 1)
		return 0;
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(port);
	return sizeof *six;
}

static uint16_t port_of(const struct sockaddr_storage *address)
{
	return ntohs(address->ss_family == AF_INET
			     ? ((const struct sockaddr_in *)address)->sin_port
			     : ((const struct sockaddr_in6 *)address)->sin6_port);
}

static struct sockaddr_storage address_of(int descriptor)
{
	struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
	socklen_t length = sizeof address;

	(void)getsockname(descriptor, (struct sockaddr *)&address, &length);
	return address;
}

/* Not every system has accept4() and socket()'s flags. */
static int prepare(int descriptor)
{
	if (descriptor >= 0) {
		(void)fcntl(descriptor, F_SETFD, FD_CLOEXEC);
		(void)fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
	}
	return descriptor;
}

enum step server_open(
	struct server *server, const struct server_door *door, uint16_t *port, struct fail *fail)
{
	struct sockaddr_storage address;
	socklen_t length = read_address(door->address, door->port, &address);
	int on = 1, descriptor;

	if (length == 0 || server->door_count == DOORS)
		return fail_set(fail, FAIL_USAGE, "%s: no address to listen on", door->address);
	descriptor = prepare(socket(address.ss_family, SOCK_STREAM, 0));
	if (descriptor < 0)
		return fail_set(
			fail, FAIL_UNAVAILABLE, "%s: %s", door->address, language_error(errno));
	(void)setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (address.ss_family == AF_INET6)
		(void)setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(descriptor, (struct sockaddr *)&address, length) != 0) {
		(void)fail_set(fail, FAIL_UNAVAILABLE, "%s port %u: cannot listen: %s",
			door->address, door->port, language_error(errno));
		close(descriptor);
		return STEP_FAIL;
	}
	address = address_of(descriptor);
	*port = port_of(&address);
	server->doors[server->door_count++] = (struct door){.role = ROLE_DOOR,
		.descriptor = descriptor,
		.is_tls = door->is_tls,
		.kind = door->kind,
		.context = door->context,
		.address = address};
	return STEP_DONE;
}

size_t server_addresses(
	const struct server *server, const struct sockaddr_storage *const **addresses)
{
	*addresses = server->addresses;
	return server->door_count;
}

enum step server_listen(struct server *server, struct fail *fail)
{
	for (size_t i = 0; i < server->door_count; i++) {
		struct door *door = &server->doors[i];

		if (listen(door->descriptor, BACKLOG) != 0)
			return fail_set(fail, FAIL_UNAVAILABLE, "port %u: cannot listen: %s",
				port_of(&door->address), language_error(errno));
		poller_set(server->poller, door->descriptor, POLLER_IN, door);
	}
	return STEP_DONE;
}

static void write_address(const struct sockaddr_storage *address, char *text)
{
	if (address->ss_family == AF_INET)
		address_text(
			text, 4, (const uint8_t *)&((const struct sockaddr_in *)address)->sin_addr);
	else
		address_text(text, 6,
			(const uint8_t *)&((const struct sockaddr_in6 *)address)->sin6_addr);
}

/* After its work: it leaves, or is waited for. */
static void settle(struct server *server, struct visit *visit)
{
	int64_t due = guest_due(visit->guest);

	tell(server);
	if (visit->guest->state == GUEST_GONE) {
		remove_visit(server, visit);
		return;
	}
	if (due < server->next_check)
		server->next_check = due;
	poller_set(server->poller, visit->guest->descriptor, guest_wants(visit->guest), visit);
}

static void begin(struct server *server, struct talk *talk, struct connection_ends ends)
{
	struct server_session session = {talk, ends};

	if (server->options.begin != NULL)
		talk->tap = server->options.begin(server->options.audience, &session);
}

static void admit(struct server *server, const struct door *door, int descriptor,
	const struct sockaddr_storage *address)
{
	struct visit *visit = memory_new(1, sizeof *visit);
	struct talk *talk = door->kind->open(door->context);
	int on = 1;

	(void)setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	write_address(address, talk->address);
	begin(server, talk, (struct connection_ends){*address, address_of(descriptor)});
	visit->role = ROLE_GUEST;
	visit->guest = guest_new(descriptor, talk, server->options.authority, door->is_tls);
	visit->guest->index = server->count;
	if (server->count == server->room) {
		server->room = server->room > 0 ? 2 * server->room : 64;
		server->visits =
			memory_resize(server->visits, server->room, sizeof(struct visit *));
	}
	server->visits[server->count++] = visit;
	server->opened++;
	guest_work(visit->guest, now_milliseconds(), &server->line);
	settle(server, visit);
}

static void turn_away(const struct door *door, int descriptor)
{
	const char *busy = door->kind->words->busy;

	if (busy != NULL && !door->is_tls)
		(void)send(descriptor, busy, strlen(busy), MSG_NOSIGNAL);
	close(descriptor);
}

static void let_in(struct server *server, const struct door *door)
{
	for (unsigned i = 0; i < 64 && !server->is_closed; i++) {
		struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
		socklen_t length = sizeof address;
		int descriptor =
			prepare(accept(door->descriptor, (struct sockaddr *)&address, &length));

		if (descriptor < 0) {
			/* No descriptors are left: rest until the next check. */
			if (errno == EMFILE || errno == ENFILE)
				poller_set(server->poller, door->descriptor, 0, (void *)door);
			return;
		}
		if (server->count >= server->options.sessions)
			turn_away(door, descriptor);
		else
			admit(server, door, descriptor, &address);
		if (server->options.once > 0 && server->opened >= server->options.once)
			close_doors(server);
	}
}

static void work(struct server *server, struct visit *visit, unsigned events)
{
	guest_work(visit->guest, now_milliseconds(), &server->line);
	/* It waits for its time, and nobody is there any more. */
	if ((events & POLLER_LOST) != 0 && guest_wants(visit->guest) == 0)
		visit->guest->state = GUEST_GONE;
	settle(server, visit);
}

/* Deadlines and the ends of pauses. */
static void check(struct server *server)
{
	int64_t now = now_milliseconds();

	if (now < server->next_check)
		return;
	server->next_check = now + CHECK;
	for (size_t i = server->count; i > 0; i--) {
		struct visit *visit = server->visits[i - 1];

		if (guest_due(visit->guest) <= now)
			guest_tick(visit->guest, now, &server->line);
		settle(server, visit);
	}
	for (size_t i = 0; i < server->door_count && !server->is_closed; i++)
		poller_set(
			server->poller, server->doors[i].descriptor, POLLER_IN, &server->doors[i]);
}

static bool is_cancelled(const struct server *server)
{
	struct pollfd cancel = {.fd = server->options.cancel, .events = POLLIN};

	return server->options.cancel >= 0 && poll(&cancel, 1, 0) > 0;
}

static void serve(struct server *server)
{
	struct poller_ready ready[READY];
	int64_t wait = server->next_check - now_milliseconds();
	size_t count = poller_wait(
		server->poller, wait < 0 ? 0 : (int)(wait < CHECK ? wait : CHECK), ready, READY);

	for (size_t i = 0; i < count; i++) {
		enum role role;

		if (ready[i].context == NULL) /* the cancel descriptor */
			continue;
		role = *(const enum role *)ready[i].context;
		if (role == ROLE_GUEST)
			work(server, ready[i].context, ready[i].events);
		else
			let_in(server, ready[i].context);
	}
	check(server);
}

void server_run(struct server *server)
{
	if (server->options.cancel >= 0)
		poller_set(server->poller, server->options.cancel, POLLER_IN, NULL);
	while (!is_cancelled(server) &&
		(server->options.once == 0 || server->ended < server->options.once ||
			server->count > 0))
		serve(server);
	close_doors(server);
	for (size_t i = 0; i < server->count; i++)
		if (server->visits[i]->guest->talk != NULL)
			guest_dismiss(server->visits[i]->guest);
	while (server->count > 0)
		remove_visit(server, server->visits[server->count - 1]);
}

size_t server_sessions(const struct server *server)
{
	return server->count;
}
