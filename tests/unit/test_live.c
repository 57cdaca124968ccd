#include "live/live.h"

#include "base/memory.h"
#include "capture/capture.h"
#include "live/process.h"
#include "live/recording.h"
#include "live_talk.h"
#include "suite.h"

#include <dirent.h>
#include <net/if.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct live_step clear_steps[] = {
	{TURN_SERVER, "220 mail.example.org ESMTP\r\n"},
	{TURN_CLIENT, "EHLO client.example.org\r\n"},
	{TURN_SERVER, "250-mail.example.org\r\n250-SIZE 1000000\r\n250 AUTH LOGIN\r\n"},
	{TURN_CLIENT, "AUTH LOGIN\r\n"},
	{TURN_SERVER, "334 VXNlcm5hbWU6\r\n"},
	{TURN_SECRET, "YWxpY2U=\r\n"},
	{TURN_SERVER, "334 UGFzc3dvcmQ6\r\n"},
	{TURN_SECRET, "aHVudGVyMg==\r\n"},
	{TURN_SERVER, "235 2.7.0 ok\r\n"},
	{TURN_CLIENT, "MAIL FROM:<a@example.org>\r\n"},
	{TURN_SERVER, "250 2.1.0 ok\r\n"},
	{TURN_CLIENT, "RCPT TO:<b@example.org>\r\n"},
	{TURN_SERVER, "250 2.1.5 ok\r\n"},
	{TURN_CLIENT, "DATA\r\n"},
	{TURN_SERVER, "354 go on\r\n"},
	{TURN_CLIENT, "Subject: hello\r\n\r\nA line,\r\n..and a dot, caf\351.\r\n.\r\n"},
	{TURN_SERVER, "250 2.0.0 queued\r\n"},
	{TURN_CLIENT, "QUIT\r\n"},
	{TURN_SERVER, "221 2.0.0 bye\r\n"},
	{TURN_END, NULL},
};

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

/* A session in a folder of its own, which is removed at the end. */
struct played {
	char folder[64];
	struct live_result result;
	struct fail fail;
	enum step listened, ended;
	bool is_good;
};

struct wanted {
	const char *host;
	const struct live_step *steps;
	const char *interface;
	int tls_version;
	bool no_secrets, no_capture;
};

static const char *temporary(void)
{
	const char *folder = getenv("TMPDIR");

	return folder != NULL && strlen(folder) < 32 ? folder : "/tmp";
}

static void make_folder(char *folder)
{
	snprintf(folder, 64, "%s/mailscope-live-XXXXXX", temporary());
	if (mkdtemp(folder) == NULL)
		abort();
}

static void remove_folder(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	char name[512];

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		if (entry->d_name[0] != '.' || entry->d_name[1] == 'm')
			unlink(name);
	}
	if (folder != NULL)
		closedir(folder);
	CU_ASSERT_EQUAL(rmdir(path), 0); /* nothing was left lying about */
}

static struct connection *connect_to(const struct live_server *server, struct live *live)
{
	struct connection_options options = {.host = server->host,
		.port = server->port,
		.family = AF_UNSPEC,
		.cancel = -1,
		.trust.is_blind = true,
		.tap = live_tap(live)};

	return connection_new(&options);
}

static void play_over(struct played *played, struct live *live, struct live_server *server)
{
	struct connection *connection = connect_to(server, live);
	struct connection_ends ends = {.local.ss_family = AF_UNSPEC};

	live_tap(live).on_guard(live, span_text("hunter2"));
	CU_ASSERT_EQUAL_FATAL(connection_resolve(connection, &played->fail), STEP_DONE);
	played->listened = live_listen(live, connection, &played->fail);
	played->is_good = live_client_play(connection, server->steps, &ends);
	live_server_join(server);
	played->is_good = played->is_good && server->is_played;
	played->ended = live_end(live, &ends, &played->result, &played->fail);
	connection_free(connection);
}

static void play(struct played *played, const struct wanted *wanted)
{
	struct live_options options = {.folder = played->folder,
		.prefix = wanted->steps == pop3_steps ? "pop3" : "smtp",
		.has_capture = !wanted->no_capture,
		.interface = wanted->interface,
		.has_secrets = !wanted->no_secrets,
		.has_diagram = true,
		.command = "mailscope send --server mail.example.org"};
	struct live_server server = {
		.host = wanted->host, .steps = wanted->steps, .tls_version = wanted->tls_version};
	struct live *live;

	*played = (struct played){.folder = ""};
	make_folder(played->folder);
	live = live_new(&options, &played->fail);
	CU_ASSERT_PTR_NOT_NULL_FATAL(live);
	CU_ASSERT_STRING_EQUAL(live_folder(live), played->folder);
	live_server_start(&server);
	play_over(played, live, &server);
	live_free(live);
}

/* A file of the folder, with a NUL behind it; NULL: it is not there. */
static char *read_file(const struct played *played, const char *name, size_t *length)
{
	char path[128];
	char *octets;
	struct stat status;
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", played->folder, name);
	file = fopen(path, "rb");
	if (file == NULL || fstat(fileno(file), &status) != 0)
		return NULL;
	CU_ASSERT_EQUAL(status.st_mode & 077, 0);
	octets = memory_new((size_t)status.st_size + 1, 1);
	*length = fread(octets, 1, (size_t)status.st_size, file);
	fclose(file);
	return octets;
}

static bool has(const struct played *played, const char *name, const char *text)
{
	size_t length = 0;
	char *octets = read_file(played, name, &length);
	bool is_there = octets != NULL && memmem(octets, length, text, strlen(text)) != NULL;

	free(octets);
	return is_there;
}

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

static void look(const struct played *played, struct seen *seen)
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

static void check_whole(const struct played *played)
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
	CU_ASSERT_TRUE(has(played, "session.svg", "<svg"));
	CU_ASSERT_TRUE(has(played, "comparison.txt", "no difference"));
	CU_ASSERT_FALSE(has(played, "comparison.txt", "hunter2"));
	CU_ASSERT_FALSE(has(played, "session.svg", "hunter2"));
	CU_ASSERT_FALSE(has(played, "session.log", "hunter2"));
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
	struct played played;
	struct seen seen;

	play(&played, &(struct wanted){.host = "127.0.0.1", .steps = clear_steps});
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
	remove_folder(played.folder);
}

static void check_tls(void)
{
	static const int versions[] = {TLS1_2_VERSION, 0};

	for (size_t i = 0; i < 2; i++) {
		struct played played;
		struct seen seen;

		play(&played, &(struct wanted){.host = "127.0.0.1",
				      .steps = starttls_steps,
				      .tls_version = versions[i]});
		check_whole(&played);
		look(&played, &seen);
		CU_ASSERT_EQUAL(seen.secrets, 1);
		CU_ASSERT_EQUAL(seen.frames_before_secrets, 0);
		check_comment(&seen, "do not pass it on");
		check_comment(&seen, "Client: [withheld] · RFC 4954 4");
		check_comment(&seen, "Server: [withheld]"); /* it repeated the password */
		CU_ASSERT_TRUE(has(&played, "comparison.txt", "same, decrypted"));
		buffer_fini(&seen.comments);
		remove_folder(played.folder);
	}
}

static void check_pop3(void)
{
	struct played played;
	struct seen seen;

	play(&played, &(struct wanted){.host = "::1", .steps = pop3_steps, .no_secrets = true});
	check_whole(&played);
	look(&played, &seen);
	CU_ASSERT_EQUAL(seen.secrets, 0);
	check_comment(&seen, "Client: RETR 1 · RFC 1939 5");
	CU_ASSERT_EQUAL(
		span_find(buffer_span(&seen.comments), "do not pass it on"), seen.comments.length);
	buffer_fini(&seen.comments);
	remove_folder(played.folder);
}

static void check_any(void)
{
	struct played played;

	play(&played,
		&(struct wanted){.host = "127.0.0.1", .steps = clear_steps, .interface = "any"});
	check_whole(&played);
	remove_folder(played.folder);
}

static void check_reset(void)
{
	struct played played;

	play(&played, &(struct wanted){.host = "127.0.0.1", .steps = reset_steps});
	check_whole(&played);
	remove_folder(played.folder);
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
	struct played played;

	memset(text, 'x', SIZE);
	for (size_t i = LINE - 2; i + 2 <= SIZE; i += LINE)
		memcpy(text + i, "\r\n", 2);
	memcpy(text + SIZE, ".\r\n", 4);
	steps[9].text = text;
	play(&played, &(struct wanted){.host = "127.0.0.1", .steps = steps});
	check_whole(&played);
	free(text);
	remove_folder(played.folder);
}

/* LIVE_SESSIONS=200 holds more of them. */
static void check_many(void)
{
	const char *wanted = getenv("LIVE_SESSIONS");
	uint64_t sessions = 20;

	if (wanted != NULL && !span_number(span_text(wanted), &sessions))
		abort();
	for (uint64_t i = 0; i < sessions; i++) {
		struct played played;

		play(&played, &(struct wanted){.host = "127.0.0.1",
				      .steps = i % 2 > 0 ? starttls_steps : clear_steps});
		check_whole(&played);
		remove_folder(played.folder);
	}
}

/* Nobody listens: the capture shows what was tried. */
static void check_refused(void)
{
	struct live_server server = {.host = "127.0.0.1", .steps = clear_steps};
	struct played played = {.folder = ""};
	struct live_options options = {.folder = played.folder, .has_capture = true};
	struct connection_ends ends = {.local.ss_family = AF_UNSPEC};
	struct connection *connection;
	struct live *live;

	make_folder(played.folder);
	live = live_new(&options, &played.fail);
	CU_ASSERT_PTR_NOT_NULL_FATAL(live);
	server.port = 1; /* tcpmux: no machine that runs tests has it */
	connection = connect_to(&server, live);
	CU_ASSERT_EQUAL(connection_resolve(connection, &played.fail), STEP_DONE);
	CU_ASSERT_EQUAL(live_listen(live, connection, &played.fail), STEP_DONE);
	CU_ASSERT_EQUAL(connection_open(connection, &played.fail), STEP_FAIL);
	CU_ASSERT_EQUAL(live_end(live, &ends, &played.result, &played.fail), STEP_DONE);
	CU_ASSERT_TRUE(played.result.packets >= 2); /* SYN, RST; and others' attempts */
	CU_ASSERT_FALSE(played.result.is_compared);
	connection_free(connection);
	live_free(live);
	remove_folder(played.folder);
}

/* With the helper that was built; for those who run the tests without make. */
static void name_helper(void)
{
	if (getenv("MAILSCOPE_CAPTURE") == NULL)
		setenv("MAILSCOPE_CAPTURE", "./mailscope-capture", 1);
}

static bool may_capture(void)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_port = htons(25), .sin_addr.s_addr = htonl(0x7f000001)};
	struct sockaddr_storage address = {.ss_family = 0};
	const struct sockaddr_storage *addresses[] = {&address};
	struct recording_options options = {.folder = temporary(),
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

	name_helper();
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

/* Without a capture there is the log, and nothing else. */
static void test_log_only(void)
{
	struct played played;

	play(&played,
		&(struct wanted){.host = "127.0.0.1", .steps = clear_steps, .no_capture = true});
	CU_ASSERT_TRUE(played.is_good);
	CU_ASSERT_EQUAL(played.listened, STEP_DONE);
	CU_ASSERT_EQUAL(played.ended, STEP_DONE);
	CU_ASSERT_FALSE(played.result.is_captured || played.result.is_compared);
	CU_ASSERT_TRUE(has(&played, "session.log", "Client: QUIT"));
	CU_ASSERT_FALSE(has(&played, "session.pcapng", ""));
	remove_folder(played.folder);
}

/* A helper of the test's own making, in place of the real one. */
struct fake {
	char folder[64], script[128];
	char *path; /* PATH as it was: there is no dumpcap either */
};

static void fake_init(struct fake *fake, const char *script)
{
	FILE *file;

	make_folder(fake->folder);
	snprintf(fake->script, sizeof fake->script, "%s/helper", fake->folder);
	file = fopen(fake->script, "w");
	if (file == NULL)
		abort();
	fprintf(file, "#!/bin/sh\n%s\n", script);
	fchmod(fileno(file), 0700);
	fclose(file);
	name_helper();
	fake->path = memory_text(getenv("PATH") != NULL ? getenv("PATH") : "");
	setenv("PATH", fake->folder, 1);
}

static void fake_fini(struct fake *fake)
{
	setenv("PATH", fake->path, 1);
	free(fake->path);
	unlink(fake->script);
	rmdir(fake->folder);
}

static void play_with(struct played *played, const char *script)
{
	char *before = memory_text(getenv("MAILSCOPE_CAPTURE") != NULL ? getenv("MAILSCOPE_CAPTURE")
								       : "./mailscope-capture");
	struct fake fake;

	fake_init(&fake, script);
	setenv("MAILSCOPE_CAPTURE", fake.script, 1);
	play(played, &(struct wanted){.host = "127.0.0.1", .steps = clear_steps});
	setenv("MAILSCOPE_CAPTURE", before, 1);
	free(before);
	fake_fini(&fake);
}

/* The session is held all the same here: whether to go on is the command's business. */
static void check_unheard(const char *script, enum fail_code code, const char *text)
{
	struct played played;

	play_with(&played, script);
	CU_ASSERT_EQUAL(played.listened, STEP_FAIL);
	CU_ASSERT_EQUAL(played.fail.code, code);
	if (strstr(played.fail.text, text) == NULL) {
		printf("no \"%s\" in: %s\n", text, played.fail.text);
		CU_FAIL("the reason is not told");
	}
	CU_ASSERT_TRUE(has(&played, "session.log", "Client: QUIT"));
	remove_folder(played.folder);
}

static void test_no_right(void)
{
	static const char script[] = "echo 'mailscope-capture: no right to capture on lo' >&2\n"
				     "exit 77";

	check_unheard(script, FAIL_DENIED, "sudo setcap cap_net_raw+ep /");
	check_unheard(script, FAIL_DENIED, "--capture off");
}

static void test_broken_helper(void)
{
	check_unheard("echo 'mailscope-capture: lo: it is \033down' >&2; exit 66", FAIL_OPEN,
		"capture: mailscope-capture: lo: it is \\033down");
	check_unheard("exit 3", FAIL_OPEN, "the capture is empty");
	check_unheard("echo This is no capture, but a text.; exit 0", FAIL_OPEN,
		"this is no pcapng or pcap capture");
	check_unheard("while :; do echo trash; done", FAIL_OPEN, "no pcapng");
}

/* What it started is ended with it. */
static void test_silent_helper(void)
{
	check_unheard(
		"/bin/sleep 100; exit 0", FAIL_OPEN, "did not begin to hear within 5 seconds");
}

/* It says that it hears, and is gone before the session is. */
static void test_dying_helper(void)
{
	static const char section[] =
		"printf '\\012\\015\\015\\012\\034\\0\\0\\0\\115\\074\\053\\032\\001\\0\\0\\0"
		"\\377\\377\\377\\377\\377\\377\\377\\377\\034\\0\\0\\0'\n"
		"printf '\\001\\0\\0\\0\\024\\0\\0\\0\\001\\0\\0\\0\\0\\0\\0\\0\\024\\0\\0\\0'\n";
	static const char *const ends[] = {
		"exit 0", "exit 9", "printf '\\006\\0\\0\\0'; exit 0", "kill -9 $$"};

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		struct played played;
		char script[512];

		snprintf(script, sizeof script, "%s%s", section, ends[i]);
		play_with(&played, script);
		CU_ASSERT_EQUAL(played.listened, STEP_DONE);
		CU_ASSERT_EQUAL(played.ended, STEP_FAIL);
		CU_ASSERT_EQUAL(played.fail.code, FAIL_INTERNAL);
		CU_ASSERT_PTR_NOT_NULL(strstr(played.fail.text, "capture: "));
		CU_ASSERT_FALSE(played.result.is_whole || played.result.is_compared);
		CU_ASSERT_EQUAL(played.result.packets, 0);
		CU_ASSERT_TRUE(has(&played, "session.pcapng", "mailscope"));
		CU_ASSERT_TRUE(has(&played, "session.log", "Client: QUIT"));
		remove_folder(played.folder);
	}
}

/* The helper takes one form of filter, and interfaces; nothing else. */
static void test_helper_arguments(void)
{
	static const struct {
		int status;
		const char *interface, *filter;
	} rows[] = {
		{FAIL_USAGE, "lo", ""},
		{FAIL_USAGE, "lo", "tcp"},
		{FAIL_USAGE, "lo", "tcp and port 25"},
		{FAIL_USAGE, "lo", "tcp and port 25 and ()"},
		{FAIL_USAGE, "lo", "tcp and port 0 and (host 127.0.0.1)"},
		{FAIL_USAGE, "lo", "tcp and port 65536 and (host 127.0.0.1)"},
		{FAIL_USAGE, "lo", "tcp and port 25 and (host 127.0.0.1) or udp"},
		{FAIL_USAGE, "lo", "tcp and port 25 and (host 127.0.0.1 or udp)"},
		{FAIL_USAGE, "lo", "tcp and port 25 and (host 127.0.0.1 or host )"},
		{FAIL_USAGE, "lo", "tcp and port 25 and (host 127.0.0)"},
		{FAIL_USAGE, "lo", "tcp and port 25 and (host mail.example.org)"},
		{FAIL_USAGE, "lo", "tcp and port 25 and (host 127.0.0.1/8)"},
		{FAIL_USAGE, "lo", "tcp and port 25 and (host ::1:::)"},
		{FAIL_USAGE, "", "tcp and port 25 and (host 127.0.0.1)"},
		{FAIL_USAGE, "0123456789abcdef", "tcp and port 25 and (host 127.0.0.1)"},
		{FAIL_OPEN, "usbmon0", "tcp and port 25 and (host 127.0.0.1)"},
	};

	name_helper();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *arguments[] = {
			getenv("MAILSCOPE_CAPTURE"), rows[i].interface, rows[i].filter, NULL};
		struct process process;
		struct buffer said;
		struct fail fail;

		buffer_init(&said, 0);
		CU_ASSERT_EQUAL_FATAL(process_start(&process, arguments, &fail), STEP_DONE);
		CU_ASSERT_EQUAL(process_end(&process, 5000, &said), rows[i].status);
		CU_ASSERT_EQUAL(span_find(buffer_span(&said), "mailscope-capture: "), 0);
		buffer_fini(&said);
	}
}

/* A folder that is there is taken when it is empty, made when it is not there, and else left. */
static void test_folder(void)
{
	struct live_options options = {.prefix = "smtp"};
	char folder[64], inner[96];
	struct live *live;
	struct fail fail;
	struct stat status;

	make_folder(folder);
	snprintf(inner, sizeof inner, "%s/x", folder);
	options.folder = inner;
	live = live_new(&options, &fail);
	CU_ASSERT_PTR_NOT_NULL_FATAL(live);
	CU_ASSERT_EQUAL(stat(inner, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0700);
	options.folder = folder;
	CU_ASSERT_PTR_NULL(live_new(&options, &fail));
	CU_ASSERT_EQUAL(fail.code, FAIL_WRITE);
	CU_ASSERT_PTR_NOT_NULL(strstr(fail.text, "no empty folder"));
	live_free(live); /* nothing was said */
	CU_ASSERT_NOT_EQUAL(stat(inner, &status), 0);
	chmod(folder, 0755);
	live = live_new(&options, &fail);
	CU_ASSERT_PTR_NOT_NULL_FATAL(live);
	CU_ASSERT_EQUAL(stat(folder, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0700);
	live_free(live);
	CU_ASSERT_NOT_EQUAL(stat(folder, &status), 0);
}

static void test_folder_by_time(void)
{
	struct live_options options = {.prefix = "pop3"};
	char folder[64], before[512];
	struct live *first, *second;
	struct fail fail;

	make_folder(folder);
	if (getcwd(before, sizeof before) == NULL || chdir(folder) != 0)
		abort();
	first = live_new(&options, &fail);
	second = live_new(&options, &fail);
	CU_ASSERT_PTR_NOT_NULL_FATAL(first);
	CU_ASSERT_PTR_NOT_NULL_FATAL(second);
	CU_ASSERT_STRING_NOT_EQUAL(live_folder(first), live_folder(second));
	CU_ASSERT_EQUAL(
		strspn(live_folder(first), "pop3-0123456789"), strlen("pop3-20221121-002409"));
	live_free(first);
	live_free(second);
	if (chdir(before) != 0)
		abort();
	CU_ASSERT_EQUAL(rmdir(folder), 0);
}

SUITE(live, {"a session in clear", test_clear}, {"inside TLS", test_tls}, {"POP3", test_pop3},
	{"any interface", test_any}, {"RST", test_reset}, {"a large message", test_large},
	{"many", test_many}, {"refused", test_refused}, {"the log alone", test_log_only},
	{"no right to capture", test_no_right}, {"a broken helper", test_broken_helper},
	{"the helper's arguments", test_helper_arguments}, {"a silent helper", test_silent_helper},
	{"a dying helper", test_dying_helper}, {"the folder", test_folder},
	{"folders by time", test_folder_by_time});
