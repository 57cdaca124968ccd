#include "base/limits.h"
#include "base/memory.h"
#include "capture/capture.h"
#include "live/recording.h"
#include "live_play.h"
#include "suite.h"

#include <net/if.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct live_step starttls_steps[] = {
	{TURN_SERVER, "220 mail.example.org ESMTP\r\n"},
	{TURN_CLIENT, "EHLO client.example.org\r\n"},
	{TURN_SERVER, "250-mail.example.org\r\n250 STARTTLS\r\n"},
	{TURN_CLIENT, "STARTTLS\r\n"},
	{TURN_SERVER, "220 2.0.0 go on\r\n"},
	{TURN_TLS, NULL},
	{TURN_CLIENT, "EHLO client.example.org\r\n"},
	{TURN_SERVER, "250-mail.example.org\r\n250 AUTH PLAIN\r\n"},
	{TURN_CLIENT, "AUTH PLAIN "},
	{TURN_SECRET, "AGFsaWNlAGh1bnRlcjI="},
	{TURN_CLIENT, "\r\n"},
	{TURN_SERVER, "535 5.7.8 no: hunter2 is not it\r\n"},
	{TURN_CLIENT, "QUIT\r\n"},
	{TURN_SERVER, "221 2.0.0 bye\r\n"},
	{TURN_END, NULL},
};

static const struct live_step pop3_steps[] = {
	{TURN_TLS, NULL},
	{TURN_SERVER, "+OK ready\r\n"},
	{TURN_CLIENT, "USER alice\r\n"},
	{TURN_SERVER, "+OK\r\n"},
	{TURN_CLIENT, "PASS "},
	{TURN_SECRET, "hunter2"},
	{TURN_CLIENT, "\r\n"},
	{TURN_SERVER, "+OK 1 message\r\n"},
	{TURN_CLIENT, "RETR 1\r\n"},
	{TURN_SERVER, "+OK 25 octets\r\nSubject: x\r\n\r\n..dot\r\n.\r\n"},
	{TURN_CLIENT, "QUIT\r\n"},
	{TURN_SERVER, "+OK\r\n"},
	{TURN_END, NULL},
};

static const struct live_step reset_steps[] = {
	{TURN_SERVER, "421 4.3.2 no\r\n"},
	{TURN_CLIENT, "QUIT\r\n"},
	{TURN_RESET, NULL},
	{TURN_END, NULL},
};

/* What is in session.pcapng. */
struct seen {
	struct buffer comments;
	size_t frames, secrets, frames_before_secrets;
};

static void on_secrets(void *context, uint32_t type, struct span secrets)
{
	struct seen *seen = context;

	(void)type;
	(void)secrets;
	seen->secrets++;
	seen->frames_before_secrets += seen->frames;
}

static void on_comment(void *context, struct span comment)
{
	struct seen *seen = context;

	buffer_add_span(&seen->comments, comment);
	buffer_add_text(&seen->comments, "\n");
}

static void look(const struct live_played *played, struct seen *seen)
{
	struct capture_listener listener = {
		.context = seen, .on_secrets = on_secrets, .on_comment = on_comment};
	struct capture *capture;
	struct frame frame;
	struct fail fail;
	char path[128];
	enum step step;

	*seen = (struct seen){.frames = 0};
	buffer_init(&seen->comments, 0);
	snprintf(path, sizeof path, "%s/session.pcapng", played->folder);
	capture = capture_open(path, &listener, &fail);
	CU_ASSERT_PTR_NOT_NULL_FATAL(capture);
	while ((step = capture_next(capture, &frame, &fail)) == STEP_DONE) {
		seen->frames++;
		buffer_printf(&seen->comments, "%llu: %.*s\n", (unsigned long long)frame.number,
			(int)frame.comment.length, (const char *)frame.comment.at);
	}
	CU_ASSERT_EQUAL(step, STEP_MORE);
	capture_close(capture);
}

static void check_whole(const struct live_played *played)
{
	CU_ASSERT_TRUE(played->is_good);
	CU_ASSERT_EQUAL(played->listened, STEP_DONE);
	CU_ASSERT_EQUAL(played->ended, STEP_DONE);
	if (played->ended != STEP_DONE || played->listened != STEP_DONE)
		puts(played->fail.text);
	CU_ASSERT_TRUE(played->result.is_captured && played->result.is_whole);
	CU_ASSERT_EQUAL(played->result.dropped, 0);
	CU_ASSERT_TRUE(played->result.is_compared);
	CU_ASSERT_TRUE(played->result.lines > 0);
	CU_ASSERT_EQUAL(played->result.differences, 0);
	CU_ASSERT_TRUE(live_file_has(played, "session.svg", "<svg"));
	CU_ASSERT_TRUE(live_file_has(played, "comparison.txt", "no difference"));
	CU_ASSERT_FALSE(live_file_has(played, "comparison.txt", "hunter2"));
	CU_ASSERT_FALSE(live_file_has(played, "session.svg", "hunter2"));
	CU_ASSERT_FALSE(live_file_has(played, "session.log", "hunter2"));
	if (played->result.differences > 0)
		printf("%s\n", played->result.summary);
}

static void check_comment(const struct seen *seen, const char *comment)
{
	if (memmem(seen->comments.at, seen->comments.length, comment, strlen(comment)) == NULL) {
		printf("no \"%s\" in:\n%.*s", comment, (int)seen->comments.length,
			(const char *)seen->comments.at);
		CU_FAIL("a comment is missing");
	}
}

static void check_clear(void)
{
	struct live_played played;
	struct seen seen;

	live_play(&played, &(struct live_wanted){.host = "127.0.0.1", .steps = live_clear_steps});
	check_whole(&played);
	look(&played, &seen);
	CU_ASSERT_EQUAL(seen.frames, played.result.packets);
	CU_ASSERT_EQUAL(seen.secrets, 0);
	check_comment(&seen, "Session of: mailscope send --server mail.example.org\n"
			     "Log against wire: ");
	check_comment(&seen, "no difference.\nThis file holds a password that was sent in clear");
	check_comment(&seen, ": log line 3: Client: EHLO client.example.org · RFC 5321 4.1.1.1\n");
	check_comment(&seen, "log line 5: Server: 250-SIZE 1000000 · RFC 1870");
	check_comment(&seen, ": log line 9: Client: [withheld] · RFC 4954");
	check_comment(&seen, "Client: [message, 5 lines] · RFC 5321 4.1.1.4\n");
	CU_ASSERT_EQUAL(span_find(buffer_span(&seen.comments), "aHVudGVyMg"), seen.comments.length);
	buffer_fini(&seen.comments);
	live_remove_folder(played.folder);
}

static void check_tls(void)
{
	static const int versions[] = {TLS1_2_VERSION, 0};

	for (size_t i = 0; i < 2; i++) {
		struct live_played played;
		struct seen seen;

		live_play(&played, &(struct live_wanted){.host = "127.0.0.1",
					   .steps = starttls_steps,
					   .tls_version = versions[i]});
		check_whole(&played);
		look(&played, &seen);
		CU_ASSERT_EQUAL(seen.secrets, 1);
		CU_ASSERT_EQUAL(seen.frames_before_secrets, 0);
		check_comment(&seen, "do not pass it on");
		check_comment(&seen, "Client: [withheld] · RFC 4954 4");
		check_comment(&seen, "Server: [withheld]"); /* it repeated the password */
		CU_ASSERT_TRUE(live_file_has(&played, "comparison.txt", "same, decrypted"));
		buffer_fini(&seen.comments);
		live_remove_folder(played.folder);
	}
}

static void check_pop3(void)
{
	struct live_played played;
	struct seen seen;

	live_play(&played,
		&(struct live_wanted){
			.prefix = "pop3", .host = "::1", .steps = pop3_steps, .no_secrets = true});
	check_whole(&played);
	look(&played, &seen);
	CU_ASSERT_EQUAL(seen.secrets, 0);
	check_comment(&seen, "Client: RETR 1 · RFC 1939 5");
	CU_ASSERT_EQUAL(
		span_find(buffer_span(&seen.comments), "do not pass it on"), seen.comments.length);
	buffer_fini(&seen.comments);
	live_remove_folder(played.folder);
}

/* Another's connection to the same server is not our business. */
static void check_stranger(void)
{
	struct live_played played;
	struct seen seen;

	live_play(&played,
		&(struct live_wanted){
			.host = "127.0.0.1", .steps = live_clear_steps, .has_stranger = true});
	check_whole(&played);
	look(&played, &seen);
	CU_ASSERT_TRUE(live_file_has(&played, "session.pcapng", "EHLO client"));
	CU_ASSERT_FALSE(live_file_has(&played, "session.pcapng", "PASS stranger"));
	buffer_fini(&seen.comments);
	live_remove_folder(played.folder);
}

/* What is said on one packet has a limit; a long line is cut between two characters. */
static void check_long(void)
{
	enum { LINES = 100, LINE = 400 };
	struct live_step steps[] = {{TURN_SERVER, "220 x\r\n"}, {TURN_CLIENT, "EHLO x\r\n"},
		{TURN_SERVER, NULL}, {TURN_CLIENT, "QUIT\r\n"}, {TURN_SERVER, "221 x\r\n"},
		{TURN_END, NULL}};
	struct buffer reply;
	struct live_played played;
	struct seen seen;
	size_t at;

	buffer_init(&reply, 0);
	buffer_add_text(&reply, "250-x");
	for (int i = 0; i < LINE / 2; i++)
		buffer_add_text(&reply, "\xc3\xa9");
	for (int i = 0; i < LINES; i++)
		buffer_printf(&reply, "\r\n250%cX%d", i + 1 < LINES ? '-' : ' ', i);
	buffer_add_text(&reply, "\r\n");
	steps[2].text = buffer_text(&reply);
	live_play(&played, &(struct live_wanted){.host = "127.0.0.1", .steps = steps});
	check_whole(&played);
	look(&played, &seen);
	check_comment(&seen, "log line 4: Server: 250-x\xc3\xa9");
	check_comment(&seen, "\xc3\xa9…");
	at = span_find(buffer_span(&seen.comments), "of the log's lines");
	CU_ASSERT_TRUE(at > LIMIT_CITED / 2 && at < LIMIT_CITED + 1024);
	buffer_fini(&seen.comments);
	buffer_fini(&reply);
	live_remove_folder(played.folder);
}

static void check_any(void)
{
	struct live_played played;

	live_play(&played,
		&(struct live_wanted){
			.host = "127.0.0.1", .steps = live_clear_steps, .interface = "any"});
	check_whole(&played);
	live_remove_folder(played.folder);
}

static void check_reset(void)
{
	struct live_played played;

	live_play(&played, &(struct live_wanted){.host = "127.0.0.1", .steps = reset_steps});
	check_whole(&played);
	live_remove_folder(played.folder);
}

/* A large message, faster than anything on a real network. */
static void check_large(void)
{
	enum { SIZE = 3 * 1024 * 1024, LINE = 64 };
	struct live_step steps[] = {{TURN_SERVER, "220 x\r\n"}, {TURN_CLIENT, "HELO x\r\n"},
		{TURN_SERVER, "250 x\r\n"}, {TURN_CLIENT, "MAIL FROM:<>\r\n"},
		{TURN_SERVER, "250 x\r\n"}, {TURN_CLIENT, "RCPT TO:<b@example.org>\r\n"},
		{TURN_SERVER, "250 x\r\n"}, {TURN_CLIENT, "DATA\r\n"}, {TURN_SERVER, "354 x\r\n"},
		{TURN_CLIENT, NULL}, {TURN_SERVER, "250 x\r\n"}, {TURN_CLIENT, "QUIT\r\n"},
		{TURN_SERVER, "221 x\r\n"}, {TURN_END, NULL}};
	char *text = memory_new(SIZE + 8, 1);
	struct live_played played;

	memset(text, 'x', SIZE);
	for (size_t i = LINE - 2; i + 2 <= SIZE; i += LINE)
		memcpy(text + i, "\r\n", 2);
	memcpy(text + SIZE, ".\r\n", 4);
	steps[9].text = text;
	live_play(&played, &(struct live_wanted){.host = "127.0.0.1", .steps = steps});
	check_whole(&played);
	free(text);
	live_remove_folder(played.folder);
}

/* LIVE_SESSIONS=200 holds more of them. */
static void check_many(void)
{
	const char *wanted = getenv("LIVE_SESSIONS");
	uint64_t sessions = 20;

	if (wanted != NULL && !span_number(span_text(wanted), &sessions))
		abort();
	for (uint64_t i = 0; i < sessions; i++) {
		struct live_played played;

		live_play(&played, &(struct live_wanted){.host = "127.0.0.1",
					   .steps = i % 2 > 0 ? starttls_steps : live_clear_steps});
		check_whole(&played);
		live_remove_folder(played.folder);
	}
}

/* Nobody listens: the capture shows what was tried. */
static void check_refused(void)
{
	struct live_server server = {.host = "127.0.0.1", .steps = live_clear_steps};
	struct live_played played = {.folder = ""};
	struct live_options options = {.folder = played.folder, .has_capture = true};
	struct connection_ends ends = {.local.ss_family = AF_UNSPEC};
	struct connection *connection;
	struct live *live;

	live_make_folder(played.folder);
	live = live_new(&options, &played.fail);
	CU_ASSERT_PTR_NOT_NULL_FATAL(live);
	server.port = 1; /* tcpmux: no machine that runs tests has it */
	connection = live_connect(&server, live);
	CU_ASSERT_EQUAL(connection_resolve(connection, &played.fail), STEP_DONE);
	CU_ASSERT_EQUAL(live_listen(live, connection, &played.fail), STEP_DONE);
	CU_ASSERT_EQUAL(connection_open(connection, &played.fail), STEP_FAIL);
	CU_ASSERT_EQUAL(live_end(live, &ends, &played.result, &played.fail), STEP_DONE);
	CU_ASSERT_TRUE(played.result.packets >= 2); /* SYN, RST; and others' attempts */
	CU_ASSERT_FALSE(played.result.is_compared);
	connection_free(connection);
	live_free(live);
	live_remove_folder(played.folder);
}

static bool may_capture(void)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_port = htons(25), .sin_addr.s_addr = htonl(0x7f000001)};
	struct sockaddr_storage address = {.ss_family = 0};
	const struct sockaddr_storage *addresses[] = {&address};
	struct recording_options options = {.folder = live_temporary(),
		.interface = "lo",
		.addresses = addresses,
		.address_count = 1};
	struct recording *recording;
	struct fail fail;

	memcpy(&address, &in, sizeof in);
	recording = recording_new(&options, &fail);
	if (recording == NULL && fail.code != FAIL_DENIED)
		printf("%s\n", fail.text);
	recording_free(recording);
	return recording != NULL;
}

static bool write_to(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	return file != NULL && fputs(text, file) >= 0 && fclose(file) == 0;
}

static bool raise_loopback(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_up = descriptor >= 0 && ioctl(descriptor, SIOCSIFFLAGS, &request) == 0;

	if (descriptor >= 0)
		close(descriptor);
	return is_up;
}

/* A network of its own, in which this process has every right. */
static bool enter_namespace(void)
{
	char map[64];

	snprintf(map, sizeof map, "0 %u 1", (unsigned)getuid());
	return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 &&
	       write_to("/proc/self/setgroups", "deny") && write_to("/proc/self/uid_map", map) &&
	       raise_loopback();
}

enum { PASSED = 0, FAILED = 1, IMPOSSIBLE = 2 };

/* In a process of its own; what fails there is told by its exit status. */
static int run_in_namespace(void (*check)(void))
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		unsigned before = CU_get_number_of_failure_records();

		if (!enter_namespace() || !may_capture())
			_exit(IMPOSSIBLE);
		check();
		fflush(stdout);
		_exit(CU_get_number_of_failure_records() > before ? FAILED : PASSED);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return IMPOSSIBLE;
	return WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}

static void captured(const char *what, void (*check)(void))
{
	int status = PASSED;

	live_name_helper();
	if (may_capture())
		check();
	else
		status = run_in_namespace(check);
	CU_ASSERT_NOT_EQUAL(status, FAILED);
	if (status == IMPOSSIBLE)
		printf("\n    SKIPPED, since capturing is not allowed here: %s\n    ", what);
}

static void test_clear(void)
{
	captured("a session in clear", check_clear);
}

static void test_tls(void)
{
	captured("sessions inside TLS", check_tls);
}

static void test_pop3(void)
{
	captured("POP3 over IPv6, inside TLS, no secrets in the file", check_pop3);
}

static void test_stranger(void)
{
	captured("a stranger's connection", check_stranger);
}

static void test_long(void)
{
	captured("long replies", check_long);
}

static void test_any(void)
{
	captured("all interfaces at once", check_any);
}

static void test_reset(void)
{
	captured("a session that ends by RST", check_reset);
}

static void test_large(void)
{
	captured("a large message", check_large);
}

static void test_many(void)
{
	captured("sessions in a row", check_many);
}

static void test_refused(void)
{
	captured("a connection that is refused", check_refused);
}
SUITE(live, {"a session in clear", test_clear}, {"inside TLS", test_tls}, {"POP3", test_pop3},
	{"any interface", test_any}, {"a stranger", test_stranger}, {"long replies", test_long},
	{"RST", test_reset}, {"a large message", test_large}, {"many", test_many},
	{"refused", test_refused});
