#include "base/memory.h"
#include "live/process.h"
#include "live_play.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Without a capture there is the log, and nothing else. */
static void test_log_only(void)
{
	struct live_played played;

	live_play(&played,
		&(struct live_wanted){
			.host = "127.0.0.1", .steps = live_clear_steps, .no_capture = true});
	CU_ASSERT_TRUE(played.is_good);
	CU_ASSERT_EQUAL(played.listened, STEP_DONE);
	CU_ASSERT_EQUAL(played.ended, STEP_DONE);
	CU_ASSERT_FALSE(played.result.is_captured || played.result.is_compared);
	CU_ASSERT_TRUE(live_file_has(&played, "session.log", "Client: QUIT"));
	CU_ASSERT_FALSE(live_file_has(&played, "session.pcapng", ""));
	live_remove_folder(played.folder);
}

/* A helper of the test's own making, in place of the real one. */
struct fake {
	char folder[64], script[128];
	char *path; /* PATH as it was: there is no dumpcap either */
};

static void fake_init(struct fake *fake, const char *script)
{
	FILE *file;

	live_make_folder(fake->folder);
	snprintf(fake->script, sizeof fake->script, "%s/helper", fake->folder);
	file = fopen(fake->script, "w");
	if (file == NULL)
		abort();
	fprintf(file, "#!/bin/sh\n%s\n", script);
	fchmod(fileno(file), 0700);
	fclose(file);
	live_name_helper();
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

static void play_with(struct live_played *played, const char *script)
{
	char *before = memory_text(getenv("MAILSCOPE_CAPTURE") != NULL ? getenv("MAILSCOPE_CAPTURE")
								       : "./mailscope-capture");
	struct fake fake;

	fake_init(&fake, script);
	setenv("MAILSCOPE_CAPTURE", fake.script, 1);
	live_play(played, &(struct live_wanted){.host = "127.0.0.1", .steps = live_clear_steps});
	setenv("MAILSCOPE_CAPTURE", before, 1);
	free(before);
	fake_fini(&fake);
}

/* The session is held all the same here: whether to go on is the command's business. */
static void check_unheard(const char *script, enum fail_code code, const char *text)
{
	struct live_played played;

	play_with(&played, script);
	CU_ASSERT_EQUAL(played.listened, STEP_FAIL);
	CU_ASSERT_EQUAL(played.fail.code, code);
	if (strstr(played.fail.text, text) == NULL) {
		printf("no \"%s\" in: %s\n", text, played.fail.text);
		CU_FAIL("the reason is not told");
	}
	CU_ASSERT_TRUE(live_file_has(&played, "session.log", "Client: QUIT"));
	live_remove_folder(played.folder);
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
		struct live_played played;
		char script[512];

		snprintf(script, sizeof script, "%s%s", section, ends[i]);
		play_with(&played, script);
		CU_ASSERT_EQUAL(played.listened, STEP_DONE);
		CU_ASSERT_EQUAL(played.ended, STEP_FAIL);
		CU_ASSERT_EQUAL(played.fail.code, FAIL_INTERNAL);
		CU_ASSERT_PTR_NOT_NULL(strstr(played.fail.text, "capture: "));
		CU_ASSERT_FALSE(played.result.is_whole || played.result.is_compared);
		CU_ASSERT_EQUAL(played.result.packets, 0);
		CU_ASSERT_TRUE(live_file_has(&played, "session.pcapng", "mailscope"));
		CU_ASSERT_TRUE(live_file_has(&played, "session.log", "Client: QUIT"));
		live_remove_folder(played.folder);
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
		{FAIL_USAGE, "lo", "tcp and () and (host 127.0.0.1)"},
		{FAIL_USAGE, "lo", "tcp and (port 25) or udp and (host 127.0.0.1)"},
		{FAIL_USAGE, "lo", "tcp and (port 25 or udp) and (host 127.0.0.1)"},
		{FAIL_USAGE, "lo", "tcp and (port 25 or port 70000) and (host 127.0.0.1)"},
		{FAIL_USAGE, "lo", "tcp and (port 25 or port 26 and (host 127.0.0.1)"},
		{FAIL_USAGE, "lo", "tcp and (port 25 or port 26) and"},
		{FAIL_USAGE, "lo", "tcp and (port 25-26) and (host 127.0.0.1)"},
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

	live_name_helper();
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

	live_make_folder(folder);
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

	live_make_folder(folder);
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

SUITE(live_helper, {"the log alone", test_log_only}, {"no right to capture", test_no_right},
	{"a broken helper", test_broken_helper}, {"the helper's arguments", test_helper_arguments},
	{"a silent helper", test_silent_helper}, {"a dying helper", test_dying_helper},
	{"the folder", test_folder}, {"folders by time", test_folder_by_time});
