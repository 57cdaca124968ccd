/* The parser of SMTP: whole sessions (smtp.sessions), and what it keeps of what never ends. */
#include "base/limits.h"
#include "mail_script.h"
#include "suite.h"

static void test_sessions(void)
{
	script_check("tests/unit/smtp.sessions", MAIL_SMTP);
}

static void test_paths(void)
{
	static const struct {
		const char *line, *path;
	} rows[] = {
		{"MAIL FROM:<a@b> SIZE=5", "a@b"},
		{"MAIL FROM:<>", ""},
		{"mail from: <a@b>", "a@b"},
		{"RCPT TO:a@b NOTIFY=NEVER", "a@b"},
		{"RCPT TO:<@x,@y:a@b>", "@x,@y:a@b"},
		{"RCPT TO:<\"a>\\\"b\"@c> X=<y>", "\"a>\\\"b\"@c"},
		{"RCPT TO:<a@b", "a@b"},
		{"RCPT TO:", ""},
		{"RCPT", ""},
		{"", ""},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		CU_ASSERT_TRUE(span_is(mail_path(span_text(rows[i].line)), rows[i].path));
}

/* What counts of the events a long input gives. */
struct count {
	size_t events[MAIL_ODDITY + 1];
	size_t oddities[ODDITY_MESSAGE_CUT + 1];
	uint64_t octets, text;
	size_t longest;
	size_t answers; /* replies that speak for a message */
	uint32_t last_asked;
};

static void count_event(void *context, const struct mail_event *event)
{
	struct count *count = context;

	count->events[event->kind]++;
	count->oddities[event->oddity]++;
	if (event->kind == MAIL_MESSAGE_TEXT)
		count->text += event->text.length;
	else
		count->octets += event->octets;
	if (event->text.length > count->longest)
		count->longest = event->text.length;
	count->answers += event->answers_message;
	count->last_asked = event->asked_number;
}

static struct mail *mail_for(struct count *count)
{
	struct mail_listener listener = {
		.context = count, .on_event = count_event, .wants_oddities = true};

	*count = (struct count){.octets = 0};
	return mail_new(MAIL_SMTP, &listener);
}

static void give(struct mail *mail, enum side side, const char *text)
{
	struct chunk chunk = {span_text(text), {1, 0}};

	CU_ASSERT_EQUAL(mail_feed(mail, side, &chunk), chunk.bytes.length);
}

static void give_many(struct mail *mail, enum side side, const char *text, size_t times)
{
	for (size_t i = 0; i < times; i++)
		give(mail, side, text);
}

static void finish(struct mail *mail)
{
	struct origin origin = {2, 0};

	mail_end(mail, SIDE_CLIENT, origin);
	mail_end(mail, SIDE_SERVER, origin);
	mail_free(mail);
}

static void test_long_lines(void)
{
	struct count count;
	struct mail *mail = mail_for(&count);

	give_many(mail, SIDE_SERVER, "0123456789", LIMIT_LINE / 10 + 100);
	give(mail, SIDE_SERVER, "\r\n");
	CU_ASSERT_EQUAL(count.longest, LIMIT_LINE);
	CU_ASSERT_EQUAL(count.octets, (LIMIT_LINE / 10 + 100) * 10 + 2);
	CU_ASSERT_EQUAL(count.oddities[ODDITY_LINE_OVER_LIMIT], 1);
	give_many(mail, SIDE_SERVER, "220 456789", 52);
	give(mail, SIDE_SERVER, "\r\n");
	CU_ASSERT_EQUAL(count.oddities[ODDITY_LONG_LINE], 1);
	finish(mail);
}

/* What is held for the reply to DATA passes its limit: it is taken for what it looks like. */
static void test_barrier_limit(void)
{
	struct count count;
	struct mail *mail = mail_for(&count);

	give(mail, SIDE_SERVER, "220 mx\r\n");
	give(mail, SIDE_CLIENT, "DATA\r\n");
	give_many(mail, SIDE_CLIENT, "0123456789abcdef0123456789abcdef\r\n", 100);
	CU_ASSERT_TRUE(mail_is_holding(mail, SIDE_CLIENT));
	CU_ASSERT_EQUAL(count.events[MAIL_MESSAGE_TEXT], 0);
	give_many(mail, SIDE_CLIENT, "0123456789abcdef0123456789abcdef\r\n", 10000);
	CU_ASSERT_FALSE(mail_is_holding(mail, SIDE_CLIENT));
	CU_ASSERT_EQUAL(count.text, 10100 * 34);
	give(mail, SIDE_CLIENT, ".\r\nQUIT\r\n");
	give(mail, SIDE_SERVER, "354 go\r\n250 ok\r\n221 bye\r\n");
	CU_ASSERT_EQUAL(count.last_asked, 2);
	CU_ASSERT_EQUAL(count.oddities[ODDITY_UNASKED_REPLY], 0);
	finish(mail);
}

/* One chunk alone is more than may be held. */
static void test_barrier_chunk(void)
{
	struct count count;
	struct mail *mail = mail_for(&count);
	struct chunk chunk = {{NULL, 0}, {1, 0}};
	struct buffer text;

	buffer_init(&text, 0);
	buffer_add_text(&text, "DATA\r\n");
	while (text.length < 2 * LIMIT_BARRIER)
		buffer_add_text(&text, "0123456789abcdef0123456789abcdef\r\n");
	chunk.bytes = buffer_span(&text);
	give(mail, SIDE_SERVER, "220 mx\r\n");
	CU_ASSERT_EQUAL(mail_feed(mail, SIDE_CLIENT, &chunk), text.length);
	CU_ASSERT_EQUAL(count.text, text.length - 6);
	buffer_fini(&text);
	finish(mail);
}

static void test_pending_limit(void)
{
	struct count count;
	struct mail *mail = mail_for(&count);

	give(mail, SIDE_SERVER, "220 mx\r\n");
	give_many(mail, SIDE_CLIENT, "NOOP\r\n", LIMIT_PENDING + 10);
	give(mail, SIDE_SERVER, "250 ok\r\n");
	CU_ASSERT_EQUAL(count.last_asked, 11);
	give_many(mail, SIDE_SERVER, "250 ok\r\n", LIMIT_PENDING - 1);
	CU_ASSERT_EQUAL(count.last_asked, LIMIT_PENDING + 10);
	CU_ASSERT_EQUAL(count.oddities[ODDITY_UNASKED_REPLY], 0);
	give(mail, SIDE_SERVER, "250 ok\r\n");
	CU_ASSERT_EQUAL(count.oddities[ODDITY_UNASKED_REPLY], 1);
	finish(mail);
}

/* RFC 2033 4.2: a reply for each recipient, of which the last speaks for the message. */
static void test_lmtp_answers(void)
{
	struct count count;
	struct mail *mail = mail_for(&count);

	give(mail, SIDE_SERVER, "220 mx\r\n");
	give(mail, SIDE_CLIENT, "LHLO me\r\n");
	give(mail, SIDE_SERVER, "250 mx\r\n");
	give(mail, SIDE_CLIENT, "MAIL FROM:<a@b>\r\n");
	give(mail, SIDE_SERVER, "250 ok\r\n");
	give_many(mail, SIDE_CLIENT, "RCPT TO:<c@d>\r\n", 3);
	give(mail, SIDE_SERVER, "250 ok\r\n550 no\r\n250 ok\r\n");
	give(mail, SIDE_CLIENT, "DATA\r\n");
	give(mail, SIDE_SERVER, "354 go\r\n");
	give(mail, SIDE_CLIENT, "x\r\n.\r\n");
	give(mail, SIDE_SERVER, "452 full\r\n");
	CU_ASSERT_EQUAL(count.answers, 0);
	give(mail, SIDE_SERVER, "250 ok\r\n");
	CU_ASSERT_EQUAL(count.answers, 1);
	CU_ASSERT_EQUAL(count.oddities[ODDITY_UNASKED_REPLY], 0);
	finish(mail);
}

SUITE(smtp, {"tells the events of sessions, at every split", test_sessions},
	{"finds the path in a command", test_paths}, {"keeps a limited line", test_long_lines},
	{"holds a limited amount", test_barrier_limit},
	{"holds no chunk beyond the limit", test_barrier_chunk},
	{"forgets the oldest commands", test_pending_limit},
	{"takes the last reply of LMTP for the message's", test_lmtp_answers});
