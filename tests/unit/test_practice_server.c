#include "base/memory.h"
#include "practice/server.h"
#include "suite.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A protocol of one letter: what the server does, not what mail does. */
static void letter_ready(struct talk *talk)
{
	buffer_add_text(&talk->out, talk->is_tls ? "hi tls\n" : "hi\n");
}

static void answer(struct talk *talk, uint8_t letter)
{
	switch (letter) {
	case 'w':
		buffer_add_text(&talk->out, "before ");
		talk_wait(talk, 300);
		buffer_add_text(&talk->out, "after\n");
		break;
	case 'm':
		talk->has_more = true;
		break;
	case 't':
		buffer_add_text(&talk->out, "go\n");
		talk->then = TALK_TLS;
		break;
	case 'q':
		buffer_add_text(&talk->out, "bye\n");
		talk->then = TALK_CLOSE;
		break;
	case 'r':
		talk->then = TALK_RESET;
		break;
	case 's':
		talk->idle = 0;
		buffer_add_text(&talk->out, "s");
		break;
	default:
		buffer_add_byte(&talk->out, letter);
	}
}

enum { MORE = 3000000 };

static void letter_take(struct talk *talk, struct span *octets)
{
	uint8_t letter = octets->at[0];

	*octets = span_from(*octets, 1);
	answer(talk, letter);
}

static void letter_give(struct talk *talk)
{
	size_t *given = (size_t *)(talk + 1);

	buffer_add_byte(&talk->out, (uint8_t)('0' + *given % 10));
	talk->has_more = ++*given % MORE != 0;
}

static void letter_end(struct talk *talk, const char *how, struct buffer *line)
{
	buffer_printf(line, "%s", how);
	talk_fini(talk);
	free(talk);
}

static struct talk *letter_open(void *context);

static const struct talk_words letter_words = {"busy\n", "late\n", "stop\n"};

static const struct talk_kind letter_kind = {.name = "letters",
	.open = letter_open,
	.ready = letter_ready,
	.take = letter_take,
	.give = letter_give,
	.end = letter_end,
	.words = &letter_words};

static struct talk *letter_open(void *context)
{
	struct talk *talk = memory_new(1, sizeof *talk + sizeof(size_t));
	const struct talk *model = context;

	talk_init(talk, &letter_kind, 60);
	talk->piece = model->piece;
	talk->certificate = model->certificate;
	return talk;
}

/* A server in a thread of its own. */
struct setting {
	struct server *server;
	struct authority *authority;
	struct talk model;
	pthread_t thread;
	int cancel[2];
	uint16_t port, tls_port;
	char log[4000];
	size_t sessions;
};

static void keep_log(void *context, struct span line)
{
	struct setting *setting = context;
	size_t length = strlen(setting->log);

	snprintf(setting->log + length, sizeof setting->log - length, "%.*s\n", (int)line.length,
		(const char *)line.at);
}

static void *run(void *context)
{
	server_run(((struct setting *)context)->server);
	return NULL;
}

static void begin(struct setting *setting, size_t sessions, uint64_t once)
{
	struct server_options options = {.sessions = sessions, .once = once, .context = setting};
	struct server_door door = {
		.address = "127.0.0.1", .kind = &letter_kind, .context = &setting->model};
	struct fail fail;

	setting->log[0] = '\0';
	CU_ASSERT_EQUAL_FATAL(pipe(setting->cancel), 0);
	setting->authority = authority_new("practice.test", NULL, &fail);
	CU_ASSERT_PTR_NOT_NULL_FATAL(setting->authority);
	options.authority = setting->authority;
	options.log = keep_log;
	options.cancel = setting->cancel[0];
	setting->server = server_new(&options);
	CU_ASSERT_EQUAL_FATAL(
		server_open(setting->server, &door, &setting->port, &fail), STEP_DONE);
	door.is_tls = true;
	CU_ASSERT_EQUAL_FATAL(
		server_open(setting->server, &door, &setting->tls_port, &fail), STEP_DONE);
	CU_ASSERT_EQUAL_FATAL(server_listen(setting->server, &fail), STEP_DONE);
	CU_ASSERT_EQUAL_FATAL(pthread_create(&setting->thread, NULL, run, setting), 0);
}

/* Waits for its end; with is_cancelled asks for it. */
static void finish(struct setting *setting, bool is_cancelled)
{
	if (is_cancelled)
		CU_ASSERT_EQUAL(write(setting->cancel[1], "x", 1), 1);
	pthread_join(setting->thread, NULL);
	CU_ASSERT_EQUAL(server_sessions(setting->server), 0);
	server_free(setting->server);
	authority_free(setting->authority);
	close(setting->cancel[0]);
	close(setting->cancel[1]);
}

/* -1: nobody listens. */
static int try_to_call(uint16_t port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
	int descriptor = socket(AF_INET, SOCK_STREAM, 0);
	struct timeval patience = {.tv_sec = 20};

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0)
		return descriptor;
	close(descriptor);
	return -1;
}

static int call(uint16_t port)
{
	int descriptor = try_to_call(port);

	CU_ASSERT_FATAL(descriptor >= 0);
	return descriptor;
}

static void hear(int descriptor, const char *must)
{
	char text[200] = "";
	size_t length = 0;

	while (length < strlen(must)) {
		ssize_t got = recv(descriptor, text + length, strlen(must) - length, 0);

		if (got <= 0)
			break;
		length += (size_t)got;
	}
	if (strcmp(text, must) != 0)
		fprintf(stderr, "\nheard %s, not %s\n", text, must);
	CU_ASSERT_STRING_EQUAL(text, must);
}

static void hear_end(int descriptor, bool is_reset)
{
	char octet;
	ssize_t got = recv(descriptor, &octet, 1, 0);

	CU_ASSERT_EQUAL(got, is_reset ? -1 : 0);
	CU_ASSERT(!is_reset || errno == ECONNRESET);
	close(descriptor);
}

static void say(int descriptor, const char *text)
{
	CU_ASSERT_EQUAL(send(descriptor, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void test_sessions(void)
{
	struct setting setting = {.port = 0};
	int one, two;
	int64_t start;

	begin(&setting, 0, 0);
	one = call(setting.port);
	two = call(setting.port);
	hear(two, "hi\n");
	hear(one, "hi\n");
	say(one, "ab");
	hear(one, "ab");
	start = milliseconds();
	say(two, "wx");
	hear(two, "before ");
	say(one, "c"); /* one waits, the other does not */
	hear(one, "c");
	CU_ASSERT(milliseconds() - start < 300);
	hear(two, "after\nx");
	CU_ASSERT(milliseconds() - start >= 300);
	say(one, "q");
	hear(one, "bye\n");
	hear_end(one, false);
	say(two, "r");
	hear_end(two, true);
	one = call(setting.port);
	hear(one, "hi\n");
	close(one);
	one = call(setting.port);
	hear(one, "hi\n");
	say(one, "y");
	(void)shutdown(one, SHUT_WR);
	hear(one, "y");
	hear_end(one, false);
	one = call(setting.port);
	hear(one, "hi\n");
	say(one, "s");
	hear(one, "slate\n");
	hear_end(one, false);
	one = call(setting.port);
	hear(one, "hi\n");
	finish(&setting, true);
	hear(one, "stop\n");
	hear_end(one, false);
	CU_ASSERT_STRING_EQUAL(setting.log,
		"closed by the server\nreset by the server\nclosed by the client\nclosed by the "
		"client\nsilent too long\nthe server stops\n");
}

/* A client that does not read does not make the server keep everything. */
static void test_much(void)
{
	struct setting setting = {.port = 0};
	uint8_t octets[50000];
	size_t count = 0;
	bool is_right = true;
	int one;

	begin(&setting, 0, 1);
	one = call(setting.port);
	hear(one, "hi\n");
	say(one, "mq");
	usleep(100000);
	while (count < MORE) {
		ssize_t got = recv(one, octets,
			MORE - count < sizeof octets ? MORE - count : sizeof octets, 0);

		if (got <= 0)
			break;
		for (ssize_t i = 0; i < got; i++)
			is_right = is_right && octets[i] == '0' + count++ % 10;
	}
	CU_ASSERT_TRUE(is_right);
	CU_ASSERT_EQUAL(count, MORE);
	hear(one, "bye\n");
	hear_end(one, false);
	finish(&setting, false); /* once */
}

/* One client more than there are places; a place that is free again is taken. */
static void test_places(void)
{
	struct setting setting = {.port = 0};
	int one, two;

	begin(&setting, 1, 0);
	one = call(setting.port);
	hear(one, "hi\n");
	two = call(setting.port);
	hear(two, "busy\n");
	hear_end(two, false);
	close(one);
	usleep(50000);
	one = call(setting.port);
	hear(one, "hi\n");
	close(one);
	finish(&setting, true);
}

static void test_pieces(void)
{
	struct setting setting = {.model = {.piece = 1}};
	int one;

	begin(&setting, 0, 0);
	one = call(setting.port);
	hear(one, "hi\n");
	say(one, "abcdefq");
	hear(one, "abcdefbye\n");
	hear_end(one, false);
	finish(&setting, true);
}

static size_t descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t count = 0;

	while (folder != NULL && readdir(folder) != NULL)
		count++;
	if (folder != NULL)
		closedir(folder);
	return count;
}

/* Clients that vanish in every state leave nothing behind. */
static void test_no_leak(void)
{
	size_t before = descriptors();
	struct setting setting = {.port = 0};
	static const char *const words[] = {"", "a", "w", "m", "t", "tgarbage", "q", "r", "mw"};

	begin(&setting, 0, 0);
	for (size_t i = 0; i < 40 * sizeof words / sizeof words[0]; i++) {
		int one = call(i % 5 == 4 ? setting.tls_port : setting.port);

		(void)send(one, words[i % 9], strlen(words[i % 9]), MSG_NOSIGNAL);
		if (i % 2 == 0)
			(void)shutdown(one, SHUT_WR);
		close(one);
	}
	finish(&setting, true);
	CU_ASSERT_EQUAL(descriptors(), before);
}

/* What a client that trusts the authority says of the certificate. */
static long handshake(struct setting *setting, bool is_implicit, const char *name)
{
	int descriptor = call(is_implicit ? setting->tls_port : setting->port);
	char path[] = "/tmp/mailscope-ca-XXXXXX";
	int file = mkstemp(path);
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	SSL *tls;
	struct fail fail;
	char text[8] = "";
	long verdict;

	CU_ASSERT_EQUAL(authority_write(setting->authority, path, &fail), STEP_DONE);
	CU_ASSERT_EQUAL(SSL_CTX_load_verify_file(context, path), 1);
	tls = SSL_new(context);
	if (strchr(name, ':') != NULL || name[0] == '1')
		(void)X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), name);
	else
		(void)SSL_set1_host(tls, name);
	SSL_set_fd(tls, descriptor);
	if (!is_implicit) {
		hear(descriptor, "hi\n");
		say(descriptor, "t");
		hear(descriptor, "go\n");
	}
	CU_ASSERT_EQUAL(SSL_connect(tls), 1);
	verdict = SSL_get_verify_result(tls);
	for (size_t length = 0; length < 7;) {
		int got = SSL_read(tls, text + length, (int)(7 - length));

		if (got <= 0)
			break;
		length += (size_t)got;
	}
	CU_ASSERT_STRING_EQUAL(text, "hi tls\n");
	(void)SSL_write(tls, "q", 1);
	SSL_free(tls);
	SSL_CTX_free(context);
	close(descriptor);
	close(file);
	(void)unlink(path);
	return verdict;
}

static void test_tls(void)
{
	static const struct {
		enum talk_certificate kind;
		const char *name;
		long verdict;
	} rows[] = {
		{TALK_CERTIFICATE_GOOD, "localhost", X509_V_OK},
		{TALK_CERTIFICATE_GOOD, "practice.test", X509_V_OK},
		{TALK_CERTIFICATE_GOOD, "127.0.0.1", X509_V_OK},
		{TALK_CERTIFICATE_GOOD, "::1", X509_V_OK},
		{TALK_CERTIFICATE_GOOD, "other.test", X509_V_ERR_HOSTNAME_MISMATCH},
		{TALK_CERTIFICATE_EXPIRED, "localhost", X509_V_ERR_CERT_HAS_EXPIRED},
		{TALK_CERTIFICATE_WRONG_NAME, "localhost", X509_V_ERR_HOSTNAME_MISMATCH},
		{TALK_CERTIFICATE_WRONG_NAME, "wrong.example", X509_V_OK},
		{TALK_CERTIFICATE_SELF_SIGNED, "localhost", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct setting setting = {.model = {.certificate = rows[i].kind}};

		begin(&setting, 0, 0);
		CU_ASSERT_EQUAL(handshake(&setting, false, rows[i].name), rows[i].verdict);
		CU_ASSERT_EQUAL(handshake(&setting, true, rows[i].name), rows[i].verdict);
		finish(&setting, true);
	}
}

static void test_doors(void)
{
	struct server_options options = {.cancel = -1};
	struct server *server = server_new(&options);
	struct server_door door = {.address = "127.0.0.1", .kind = &letter_kind};
	struct fail fail;
	uint16_t port;

	CU_ASSERT_EQUAL(server_open(server, &door, &port, &fail), STEP_DONE);
	CU_ASSERT_EQUAL(try_to_call(port), -1); /* nobody listens yet */
	CU_ASSERT_EQUAL(server_listen(server, &fail), STEP_DONE);
	door.port = port;
	CU_ASSERT_EQUAL(server_open(server, &door, &port, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_UNAVAILABLE);
	door.address = "localhost";
	CU_ASSERT_EQUAL(server_open(server, &door, &port, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_USAGE);
	server_free(server);
}

SUITE(practice_server, {"sessions", test_sessions}, {"more than one buffer", test_much},
	{"places", test_places}, {"pieces", test_pieces}, {"nothing is left", test_no_leak},
	{"TLS and certificates", test_tls}, {"doors", test_doors});
