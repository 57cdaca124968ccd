#include "suite.h"

#include "base/memory.h"
#include "client/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/mailscope-account-XXXXXX";
static char path[sizeof folder + 16];

static void begin(const char *text)
{
	FILE *file;

	memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	(void)snprintf(path, sizeof path, "%s/accounts.conf", folder);
	file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_TRUE(fputs(text, file) >= 0);
	CU_ASSERT_EQUAL(fclose(file), 0);
}

static void end(void)
{
	CU_ASSERT_EQUAL(unlink(path), 0);
	CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static const char two[] = "[lab]\n"
			  "name = \xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0 Lee\n"
			  "from=ann@a.example\n"
			  "user=ann\n"
			  "auth=SCRAM-SHA-256\n"
			  "smtp-server=smtp.a.example\n"
			  "smtp-port=465\n"
			  "smtp-tls=implicit\n"
			  "smtp-user=ann2\n"
			  "pop3-server=pop.a.example\n"
			  "pop3-port=110\n"
			  "pop3-tls=none\n"
			  "password-command=pass show 'lab one' | head -1\n"
			  "password-file=~/secret\n"
			  "ca-file=ca.pem\n"
			  "tls-name=mail.a.example\n"
			  "tls-fingerprint=AA:BB:cc:dd:00112233445566778899aabbccddeeff"
			  "00112233445566778899aabb\n"
			  "keep=true\n"
			  "\n# a comment\n[other]\nsmtp-server=smtp.b.example\nkeep=false\n";

static void test_keys(void)
{
	struct account *account;
	struct fail fail = {.text = ""};
	char expected[sizeof folder + 8];

	begin(two);
	setenv("HOME", "/home/ann", 1);
	CU_ASSERT_EQUAL_FATAL(account_load(path, "lab", &account, &fail), STEP_DONE);
	CU_ASSERT_STRING_EQUAL(account->group, "lab");
	CU_ASSERT_STRING_EQUAL(account->name, "\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0 Lee");
	CU_ASSERT_STRING_EQUAL(account->from, "ann@a.example");
	CU_ASSERT_STRING_EQUAL(account->user, "ann");
	CU_ASSERT_STRING_EQUAL(account->mechanism, "SCRAM-SHA-256");
	CU_ASSERT_STRING_EQUAL(account->smtp.host, "smtp.a.example");
	CU_ASSERT_EQUAL(account->smtp.port, 465);
	CU_ASSERT_TRUE(account->smtp.has_tls);
	CU_ASSERT_EQUAL(account->smtp.tls, TLS_MODE_IMPLICIT);
	CU_ASSERT_STRING_EQUAL(account->smtp.user, "ann2");
	CU_ASSERT_PTR_NULL(account->pop3.user);
	CU_ASSERT_EQUAL(account->pop3.port, 110);
	CU_ASSERT_TRUE(account->pop3.has_tls);
	CU_ASSERT_EQUAL(account->pop3.tls, TLS_MODE_NONE);
	CU_ASSERT_STRING_EQUAL(account->password_command, "pass show 'lab one' | head -1");
	CU_ASSERT_STRING_EQUAL(account->password_file, "/home/ann/secret");
	(void)snprintf(expected, sizeof expected, "%s/ca.pem", folder);
	CU_ASSERT_STRING_EQUAL(account->ca_file, expected);
	CU_ASSERT_STRING_EQUAL(account->tls_name, "mail.a.example");
	CU_ASSERT_TRUE(account->has_keep && account->keep);
	account_free(account);
	CU_ASSERT_EQUAL_FATAL(account_load(path, "other", &account, &fail), STEP_DONE);
	CU_ASSERT_TRUE(account->has_keep && !account->keep);
	CU_ASSERT_FALSE(account->smtp.has_tls);
	CU_ASSERT_EQUAL(account->smtp.port, 0);
	CU_ASSERT_PTR_NULL(account->name);
	account_free(account);
	account_free(NULL);
	end();
}

static void test_choice(void)
{
	struct account *account;
	struct fail fail = {.text = ""};

	begin(two);
	CU_ASSERT_EQUAL_FATAL(account_load(path, NULL, &account, &fail), STEP_DONE);
	CU_ASSERT_STRING_EQUAL(account->group, "lab");
	account_free(account);
	CU_ASSERT_EQUAL(account_load(path, "none", &account, &fail), STEP_FAIL);
	CU_ASSERT_PTR_NULL(account);
	CU_ASSERT_EQUAL(fail.code, FAIL_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(fail.text, "none in it, but lab, other"));
	end();
	begin("[a]\nuser=a\n[default]\nuser=d\n");
	setenv("MAILSCOPE_CONFIG", path, 1);
	CU_ASSERT_EQUAL_FATAL(account_load(NULL, NULL, &account, &fail), STEP_DONE);
	CU_ASSERT_STRING_EQUAL(account->user, "d");
	account_free(account);
	end();
	CU_ASSERT_EQUAL(account_load(NULL, NULL, &account, &fail), STEP_MORE);
	CU_ASSERT_PTR_NULL(account);
	CU_ASSERT_EQUAL(account_load(NULL, "a", &account, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_OPEN);
	CU_ASSERT_EQUAL(account_load(path, NULL, &account, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_OPEN);
	unsetenv("MAILSCOPE_CONFIG");
}

/* What is wrong is named with file, group and key. */
static void test_wrong(void)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "no account"},
		{"user=a\n", "accounts.conf: "},
		{"[a]\nnonsense\n", "accounts.conf: "},
		{"[a]\nsmpt-server=x\n", "accounts.conf: [a] smpt-server: there is no such key"},
		{"[a]\npassword=x\n", "accounts.conf: [a] password: no password is kept"},
		{"[a]\nsmtp-password=x\n", "[a] smtp-password: no password is kept"},
		{"[a]\nsmtp-port=0\n", "[a] smtp-port: a port is"},
		{"[a]\nsmtp-port=65536\n", "[a] smtp-port: a port is"},
		{"[a]\npop3-port=pop3\n", "[a] pop3-port: a port is"},
		{"[a]\nsmtp-tls=ssl\n", "[a] smtp-tls: it is one of"},
		{"[a]\nkeep=maybe\n", "[a] keep: it is true or false"},
		{"[a]\nuser=\n", "[a] user: it has no value"},
		{"[a]\nuser=a\\nb\n", "[a] user: its value has control"},
		{"[a]\nuser=\xff\n", "[a] user: its value is no text"},
		{"[a]\ntls-fingerprint=aa:bb\n", "[a] tls-fingerprint: a fingerprint is"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct account *account;
		struct fail fail = {.text = ""};

		begin(cases[i].text);
		CU_ASSERT_EQUAL(account_load(path, NULL, &account, &fail), STEP_FAIL);
		CU_ASSERT_PTR_NULL(account);
		CU_ASSERT_EQUAL(fail.code, FAIL_USAGE);
		CU_ASSERT_PTR_NOT_NULL(strstr(fail.text, cases[i].says));
		CU_ASSERT_PTR_NULL(strstr(fail.text, "=x"));
		end();
	}
}

static void test_writable(void)
{
	struct account *account;
	struct fail fail = {.text = ""};

	begin(two);
	CU_ASSERT_EQUAL(chmod(path, 0622), 0);
	CU_ASSERT_EQUAL(account_load(path, NULL, &account, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_DENIED);
	CU_ASSERT_EQUAL(chmod(path, 0644), 0);
	CU_ASSERT_EQUAL(account_load(path, NULL, &account, &fail), STEP_DONE);
	account_free(account);
	end();
}

static void test_default_path(void)
{
	char *standard;

	setenv("XDG_CONFIG_HOME", "/config", 1);
	standard = account_default_path();
	CU_ASSERT_STRING_EQUAL(standard, "/config/mailscope/accounts.conf");
	free(standard);
	setenv("XDG_CONFIG_HOME", "relative", 1);
	setenv("HOME", "/home/ann", 1);
	standard = account_default_path();
	CU_ASSERT_STRING_EQUAL(standard, "/home/ann/.config/mailscope/accounts.conf");
	free(standard);
	unsetenv("XDG_CONFIG_HOME");
}

/* What is saved is read again, and nothing else of the file is touched. */
static void test_save(void)
{
	struct account *account;
	struct fail fail = {.text = ""};
	char host[] = "mx.c.example", bad[] = "two\nlines", group[] = "third";
	struct account third = {.group = group,
		.user = host,
		.smtp = {.host = host, .port = 2525, .has_tls = true, .tls = TLS_MODE_OFFERED},
		.has_capture = true};
	char **names;

	begin(two);
	CU_ASSERT_EQUAL_FATAL(account_load(path, "lab", &account, &fail), STEP_DONE);
	free(account->smtp.user);
	account->smtp.user = NULL;
	CU_ASSERT_EQUAL(account_save(path, account, &fail), STEP_DONE);
	account_free(account);
	CU_ASSERT_EQUAL(account_save(path, &third, &fail), STEP_DONE);
	CU_ASSERT_EQUAL_FATAL(account_load(path, "lab", &account, &fail), STEP_DONE);
	CU_ASSERT_PTR_NULL(account->smtp.user);
	CU_ASSERT_STRING_EQUAL(account->password_command, "pass show 'lab one' | head -1");
	CU_ASSERT_TRUE(account->has_keep && account->keep);
	account_free(account);
	CU_ASSERT_EQUAL_FATAL(account_load(path, "third", &account, &fail), STEP_DONE);
	CU_ASSERT_EQUAL(account->smtp.port, 2525);
	CU_ASSERT_EQUAL(account->smtp.tls, TLS_MODE_OFFERED);
	CU_ASSERT_TRUE(account->has_capture && !account->capture);
	account_free(account);
	names = account_names(path, &fail);
	CU_ASSERT_PTR_NOT_NULL_FATAL(names);
	CU_ASSERT_STRING_EQUAL(names[1], "other");
	CU_ASSERT_STRING_EQUAL(names[2], "third");
	CU_ASSERT_PTR_NULL(names[3]);
	account_names_free(names);
	third.user = bad;
	CU_ASSERT_EQUAL(account_save(path, &third, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_USAGE);
	CU_ASSERT_EQUAL(account_remove(path, "other", &fail), STEP_DONE);
	names = account_names(path, &fail);
	CU_ASSERT_STRING_EQUAL(names[1], "third");
	account_names_free(names);
	end();
}

static void test_save_new(void)
{
	struct fail fail = {.text = ""};
	char group[] = "a", wrong[] = "a]b";
	struct account account = {.group = group, .has_keep = true};
	char **names;
	struct stat status;

	begin("");
	CU_ASSERT_EQUAL(unlink(path), 0);
	names = account_names(path, &fail);
	CU_ASSERT_PTR_NOT_NULL_FATAL(names);
	CU_ASSERT_PTR_NULL(names[0]);
	account_names_free(names);
	CU_ASSERT_EQUAL(account_save(path, &account, &fail), STEP_DONE);
	CU_ASSERT_EQUAL(stat(path, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
	account.group = wrong;
	CU_ASSERT_EQUAL(account_save(path, &account, &fail), STEP_FAIL);
	end();
}

static void test_settle(void)
{
	static const struct {
		struct account_server given;
		enum mail_protocol protocol;
		uint16_t port;
		enum tls_mode tls;
	} cases[] = {
		{{.port = 0}, MAIL_SMTP, 465, TLS_MODE_IMPLICIT},
		{{.port = 25}, MAIL_SMTP, 25, TLS_MODE_OFFERED},
		{{.port = 0, .has_tls = true, .tls = TLS_MODE_STARTTLS}, MAIL_POP3, 110,
			TLS_MODE_STARTTLS},
		{{.port = 2110}, MAIL_POP3, 2110, TLS_MODE_STARTTLS},
		{{.port = 995, .has_tls = true, .tls = TLS_MODE_NONE}, MAIL_POP3, 995,
			TLS_MODE_NONE},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct account_server server = cases[i].given;

		account_server_settle(&server, cases[i].protocol);
		CU_ASSERT_EQUAL(server.port, cases[i].port);
		CU_ASSERT_TRUE(server.has_tls);
		CU_ASSERT_EQUAL(server.tls, cases[i].tls);
	}
}

SUITE(account, {"keys", test_keys}, {"choice", test_choice}, {"wrong", test_wrong},
	{"writable", test_writable}, {"default path", test_default_path}, {"save", test_save},
	{"save new", test_save_new}, {"settle", test_settle});
