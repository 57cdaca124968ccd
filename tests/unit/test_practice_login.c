#include "practice_play.h"
#include "suite.h"

#include <fcntl.h>
#include <gsasl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct login_case {
	const char *mechanism, *user, *acting_as, *password;
	bool is_good;
};

static const struct login_case logins[] = {
	{"SCRAM-SHA-256", "ann", NULL, "ann-secret", true},
	{"SCRAM-SHA-256", "ann@any.example", NULL, "ann-secret", true},
	{"SCRAM-SHA-256", "ann", NULL, "bob-secret", false},
	{"SCRAM-SHA-256", "nobody", NULL, "x", false},
	{"SCRAM-SHA-256", "ann", "ann", "ann-secret", true},
	{"SCRAM-SHA-256", "ann", "bob", "ann-secret", false},
	{"SCRAM-SHA-1", "bob", NULL, "bob-secret", true},
	{"SCRAM-SHA-1", "Пётр", NULL, "пароль", true},
	{"SCRAM-SHA-1", "bob", NULL, "bob-secre", false},
	{"CRAM-MD5", "ann", NULL, "ann-secret", true},
	{"CRAM-MD5", "ann", NULL, "ann-secre", false},
	{"CRAM-MD5", "nobody", NULL, "ann-secret", false},
	{"PLAIN", "ann", NULL, "ann-secret", true},
	{"PLAIN", "ann", "nobody", "ann-secret", false},
	{"PLAIN", "ANN", "ann", "ann-secret", true},
	{"PLAIN", "ann", NULL, "", false},
	{"LOGIN", "ann", NULL, "ann-secret", true},
	{"LOGIN", "ann", NULL, "ann-secret ", false},
};

/* libgsasl's client against our server. */
static bool log_in(struct practice_play *play, Gsasl *gsasl, const struct login_case *one)
{
	struct exchange *exchange =
		exchange_new(play->house.authenticator, span_text(one->mechanism));
	struct buffer challenge;
	Gsasl_session *client = NULL;
	enum step step = STEP_MORE;
	bool has_response = false;
	char *response = NULL;
	size_t length = 0;

	CU_ASSERT_EQUAL_FATAL(gsasl_client_start(gsasl, one->mechanism, &client), GSASL_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(exchange);
	(void)gsasl_property_set(client, GSASL_AUTHID, one->user);
	(void)gsasl_property_set(client, GSASL_PASSWORD, one->password);
	if (one->acting_as != NULL)
		(void)gsasl_property_set(client, GSASL_AUTHZID, one->acting_as);
	buffer_init(&challenge, 0);
	for (unsigned i = 0; i < 6 && step == STEP_MORE; i++) {
		int code;

		buffer_clear(&challenge);
		step = exchange_step(exchange, has_response, span_of(response, length), &challenge);
		gsasl_free(response);
		response = NULL;
		length = 0;
		has_response = true;
		if (step != STEP_MORE)
			break;
		code = gsasl_step(
			client, (const char *)challenge.at, challenge.length, &response, &length);
		if (code != GSASL_OK && code != GSASL_NEEDS_MORE)
			break;
	}
	CU_ASSERT(step != STEP_DONE || exchange_account(exchange) != NULL);
	gsasl_free(response);
	gsasl_finish(client);
	exchange_free(exchange);
	buffer_fini(&challenge);
	return step == STEP_DONE;
}

static void test_mechanisms(void)
{
	struct practice_play play;
	Gsasl *gsasl = NULL;

	practice_play_init(&play, NULL);
	CU_ASSERT_EQUAL_FATAL(gsasl_init(&gsasl), GSASL_OK);
	for (size_t i = 0; i < sizeof logins / sizeof logins[0]; i++) {
		bool is_good = log_in(&play, gsasl, &logins[i]);

		if (is_good != logins[i].is_good)
			fprintf(stderr, "\n%s %s %s\n", logins[i].mechanism, logins[i].user,
				logins[i].password);
		CU_ASSERT_EQUAL(is_good, logins[i].is_good);
	}
	gsasl_done(gsasl);
	practice_play_fini(&play);
}

/* Whatever comes in place of a response is no login, and no crash. */
static void test_nonsense(void)
{
	static const char *const responses[] = {"", "\0", "x", "n,,n=ann,r=x",
		"y,,n=ann,r=", "p=tls-unique,,n=ann,r=x", "c=biws,r=x,p=AAAA", "\0ann\0", "ann 0",
		"user=\1", "auth=Bearer ", "n,a=,\1auth=Bearer \1\1"};
	const char *const *names = authenticate_mechanisms();
	struct practice_play play;
	struct buffer challenge;

	practice_play_init(&play, NULL);
	buffer_init(&challenge, 0);
	for (size_t name = 0; names[name] != NULL; name++)
		for (size_t i = 0; i < 12 * 12; i++) {
			struct exchange *exchange =
				exchange_new(play.house.authenticator, span_text(names[name]));
			enum step step = STEP_MORE;

			for (size_t turn = 0; turn < 3 && step == STEP_MORE; turn++) {
				const char *text = responses[(turn == 0 ? i : i / 12) % 12];

				step = exchange_step(exchange, true,
					span_of(text, strlen(text) + (text[0] == '\0')),
					&challenge);
			}
			CU_ASSERT(step != STEP_DONE);
			exchange_free(exchange);
		}
	CU_ASSERT_PTR_NULL(exchange_new(play.house.authenticator, span_text("DIGEST-MD5")));
	CU_ASSERT_PTR_NULL(exchange_new(play.house.authenticator, span_text("")));
	buffer_fini(&challenge);
	practice_play_fini(&play);
}

static void test_names(void)
{
	struct practice_play play;
	struct fail fail;
	static const char *const bad[] = {"", ".", "..", ".x", "a/b", "a:b", "a b", "a\n", "a\xff",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};

	practice_play_init(&play, NULL);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CU_ASSERT_EQUAL(accounts_add(play.house.accounts, bad[i], "x", &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(accounts_add(play.house.accounts, "ANN", "x", &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(accounts_count(play.house.accounts), 3);
	CU_ASSERT_STRING_EQUAL(
		accounts_find(play.house.accounts, span_text("Bob@here.example"))->name, "bob");
	CU_ASSERT_PTR_NULL(accounts_find(play.house.accounts, span_text("")));
	CU_ASSERT_PTR_NULL(accounts_find(play.house.accounts, span_text("carl")));
	CU_ASSERT_STRING_EQUAL(accounts_postmaster(play.house.accounts)->name, "ann");
	accounts_allow_any(play.house.accounts, "any-secret");
	CU_ASSERT_PTR_NULL(accounts_find(play.house.accounts, span_text("../x")));
	CU_ASSERT_TRUE(account_has_password(
		accounts_find(play.house.accounts, span_text("carl")), span_text("any-secret")));
	CU_ASSERT_TRUE(account_has_password(
		accounts_find(play.house.accounts, span_text("ann")), span_text("ann-secret")));
	CU_ASSERT_EQUAL(accounts_count(play.house.accounts), 4);
	practice_play_fini(&play);
}

/* A file's fault is named by its line, and never with what stands in it. */
static void test_file(void)
{
	struct practice_play play;
	struct fail fail;
	char path[100];

	practice_play_init(&play, NULL);
	snprintf(path, sizeof path, "%s/ann/new/users", play.folder);
	practice_put(&play, "ann", "new/users",
		span_text("# users\n\ncarl:with:colon \r\ndora:x\nno-password\n"));
	CU_ASSERT_EQUAL(accounts_read(play.house.accounts, path, &fail), STEP_FAIL);
	CU_ASSERT_PTR_NOT_NULL(strstr(fail.text, "users:5: "));
	CU_ASSERT_PTR_NULL(strstr(fail.text, "no-password"));
	CU_ASSERT_TRUE(account_has_password(
		accounts_find(play.house.accounts, span_text("carl")), span_text("with:colon ")));
	CU_ASSERT_EQUAL(accounts_read(play.house.accounts, "/nowhere", &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_OPEN);
	practice_play_fini(&play);
}

/* What cannot be written is not accepted. */
static void test_no_room(void)
{
	struct practice_play play;
	struct account *ann;
	struct mailbox broken;
	struct mailbox *both[2] = {NULL, &broken};
	struct delivery *delivery;
	char path[100];

	practice_play_init(&play, NULL);
	ann = accounts_find(play.house.accounts, span_text("ann"));
	snprintf(path, sizeof path, "%s/nowhere", play.folder);
	broken = (struct mailbox){.path = path};
	CU_ASSERT_PTR_NULL(delivery_begin(&broken, false));
	delivery = delivery_begin(&ann->mailbox, true);
	CU_ASSERT_PTR_NOT_NULL_FATAL(delivery);
	CU_ASSERT_TRUE(delivery_write(delivery, span_text("x")));
	both[0] = &ann->mailbox;
	CU_ASSERT_FALSE(delivery_commit(delivery, both, 2));
	CU_ASSERT_EQUAL(ann->mailbox.count, 0);
	snprintf(path, sizeof path, "%s/ann/new", play.folder);
	CU_ASSERT_EQUAL(rmdir(path), 0); /* it is empty */
	practice_play_fini(&play);
}

SUITE(practice_login, {"mechanisms", test_mechanisms}, {"nonsense", test_nonsense},
	{"names", test_names}, {"a file of users", test_file}, {"no room", test_no_room});
