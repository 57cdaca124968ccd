#include "base/limits.h"
#include "net/packet.h"
#include "suite.h"
#include "tcp_talk.h"

static const struct dissect_wants plain = {.lines = true, .findings = true, .rows = true};

static const char *const whole = "1 SMTP clear delivered whole\n"
				 "S 220 mail\nC HELO a\nS 250 mail\nC MAIL FROM:<a@b>\n"
				 "S 250 ok\nC RCPT TO:<c@d>\nS 250 ok\nC DATA\nS 354 go\n"
				 "C text 24\nS 250 taken\nC QUIT\nS 221 bye\n"
				 "! hello-name-not-full 0\n! message-in-clear 0\n"
				 "! eavesdropper-reads 0\n";

static void test_plain(void)
{
	struct tcp_talk talk;
	struct told told;

	tcp_talk_whole(&talk);
	told_init(&told, &plain);
	told_frames(&told, &talk, 1, talk.count);
	CU_ASSERT_EQUAL(told.session_count, 1); /* it has ended: the capture need not */
	told_end(&told);
	CU_ASSERT_STRING_EQUAL(told_sessions(&told),
		"1 SMTP clear delivered whole\n"
		"S 4 220 mail\nC 5 HELO a\nS 6 250 mail\nC 7 MAIL FROM:<a@b>\nS 8 250 ok\n"
		"C 9 RCPT TO:<c@d>\nS 10 250 ok\nC 11 DATA\nS 12 354 go\nC 13 text 24\n"
		"S 14 250 taken\nC 15 QUIT\nS 16 221 bye\n"
		"! hello-name-not-full 5\n! message-in-clear 13\n"
		"! eavesdropper-reads 1\n");
	CU_ASSERT_STRING_EQUAL(told_rows(&told),
		"4 #1 SMTP S: 220 mail\n5 #1 SMTP C: HELO a\n6 #1 SMTP S: 250 mail\n"
		"7 #1 SMTP C: MAIL FROM:<a@b>\n8 #1 SMTP S: 250 ok\n9 #1 SMTP C: RCPT TO:<c@d>\n"
		"10 #1 SMTP S: 250 ok\n11 #1 SMTP C: DATA\n12 #1 SMTP S: 354 go\n"
		"13 #1 SMTP/IMF subject: x\n14 #1 SMTP S: 250 taken\n15 #1 SMTP C: QUIT\n"
		"16 #1 SMTP S: 221 bye\n");
	told_fini(&told);
	tcp_talk_fini(&talk);
}

/* Tells frame `late` `by` places later than it was sent. */
static void tell_late(struct told *told, const struct tcp_talk *talk, size_t late, size_t by)
{
	told->hides_frames = true;
	told_frames(told, talk, 1, late - 1);
	told_frames(told, talk, late + 1, late + by);
	told_frames(told, talk, late, late);
	told_frames(told, talk, late + by + 1, talk->count);
	told_end(told);
}

/* Within the patience that gaps have, the acknowledgements put every frame into its place again,
 * the SYNs and the first words of either side too. */
static void test_late(void)
{
	struct tcp_talk talk;

	tcp_talk_whole(&talk);
	for (size_t late = 1; late <= talk.count; late++)
		for (size_t by = 0; by < LIMIT_PATIENCE && late + by <= talk.count; by++) {
			struct told told;

			told_init(&told, &plain);
			tell_late(&told, &talk, late, by);
			CU_ASSERT_STRING_EQUAL(told_sessions(&told), whole);
			CU_ASSERT_EQUAL(told.row_count, TCP_TALK_LINES);
			CU_ASSERT_FALSE(told.is_out_of_order);
			told_fini(&told);
		}
	tcp_talk_fini(&talk);
}

/* Each frame twice, the second time at once or later, changes nothing but the findings. */
static void test_again(void)
{
	struct tcp_talk talk;

	tcp_talk_whole(&talk);
	for (size_t again = 1; again <= talk.count; again++)
		for (size_t by = 0; by < 5 && again + by <= talk.count; by++) {
			struct told told;

			told_init(&told, &plain);
			told.hides_frames = true;
			told_frames(&told, &talk, 1, again + by);
			told_frames(&told, &talk, again, again);
			told_frames(&told, &talk, again + by + 1, talk.count);
			told_end(&told);
			CU_ASSERT_EQUAL(told.session_count, 1);
			CU_ASSERT_TRUE(span_find(buffer_span(&told.sessions), "missing") ==
				       told.sessions.length);
			CU_ASSERT_EQUAL(memcmp(told_sessions(&told), whole,
						(size_t)(strstr(whole, "! ") - whole)),
				0);
			told_fini(&told);
		}
	tcp_talk_fini(&talk);
}

/* The lines of the session with one replaced by a gap, and another header line. */
static void lines_with_gap(struct buffer *out, size_t lost)
{
	for (size_t i = 0; i < TCP_TALK_LINES; i++) {
		const char *side = tcp_talk_dialogue[i].from == SIDE_CLIENT ? "C" : "S";
		struct span text = span_text(tcp_talk_dialogue[i].text);

		if (i == lost)
			buffer_printf(out, "%s gap %zu\n", side, text.length);
		else if (i == 9)
			buffer_add_text(out, "C text 24\n");
		else
			buffer_printf(out, "%s %.*s\n", side, (int)text.length - 2,
				(const char *)text.at);
	}
}

/* What the capture lacks is a line of its own, in its place, and everything else is as it was: for
 * every frame with text. */
static void test_lost(void)
{
	struct tcp_talk talk;

	tcp_talk_whole(&talk);
	for (size_t lost = 0; lost < TCP_TALK_LINES; lost++) {
		struct told told;
		struct buffer lines;
		size_t heading;

		buffer_init(&lines, 0);
		told_init(&told, &plain);
		told.hides_frames = true;
		told_frames(&told, &talk, 1, TCP_TALK_OPENING + lost);
		told_frames(&told, &talk, TCP_TALK_OPENING + lost + 2, talk.count);
		told_end(&told);
		lines_with_gap(&lines, lost);
		heading = span_index(buffer_span(&told.sessions), '\n') + 1;
		CU_ASSERT_TRUE(span_equal(
			span_first(span_from(buffer_span(&told.sessions), heading), lines.length),
			buffer_span(&lines)));
		CU_ASSERT_TRUE(span_find(buffer_span(&told.sessions), "! bytes-missing 0\n") <
			       told.sessions.length);
		CU_ASSERT_EQUAL(told.row_count, TCP_TALK_LINES - 1);
		CU_ASSERT_FALSE(told.is_out_of_order);
		told_fini(&told);
		buffer_fini(&lines);
	}
	tcp_talk_fini(&talk);
}

/* A gap is waited for as long as LIMIT_PATIENCE says, then rows go on; not longer. */
static void test_patience(void)
{
	static const enum side sides[] = {SIDE_CLIENT, SIDE_SERVER};

	for (size_t i = 0; i < 2; i++) {
		struct tcp_talk talk;
		struct told told;
		size_t lost;

		tcp_talk_greeted(&talk);
		tcp_talk_say(&talk, sides[i], "500 is lost\r\n");
		lost = talk.count;
		tcp_talk_say(&talk, side_other(sides[i]), "500 b\r\n");
		for (int k = 0; k < 20; k++)
			tcp_talk_acknowledge(&talk, sides[k % 2]);
		told_init(&told, &plain);
		told_frames(&told, &talk, 1, lost - 1);
		told_frames(&told, &talk, lost + 1, lost + LIMIT_PATIENCE);
		CU_ASSERT_EQUAL(told.row_count, 1); /* the greeting */
		told_frames(&told, &talk, lost + LIMIT_PATIENCE + 1, lost + LIMIT_PATIENCE + 1);
		CU_ASSERT_EQUAL(told.row_count, 2);
		told_end(&told);
		CU_ASSERT_TRUE(
			span_find(buffer_span(&told.sessions), " gap 13\n") < told.sessions.length);
		told_fini(&told);
		tcp_talk_fini(&talk);
	}
}

/* One acknowledgement far ahead of all that was seen drops nothing of what is still to come. */
static void test_forged(void)
{
	for (int is_late = 0; is_late < 2; is_late++) {
		struct tcp_talk talk;
		struct told told;

		tcp_talk_whole(&talk);
		tcp_talk_add(&talk,
			&(struct said){
				.from = SIDE_SERVER, .sequence = 6001, .acknowledgement = 5000000});
		told_init(&told, &plain);
		told.hides_frames = true;
		told_frames(&told, &talk, 1, is_late ? 8 : 3);
		told_frames(&told, &talk, 20, 20);
		for (int i = 0; i < LIMIT_PATIENCE; i++)
			told_frames(&told, &talk, 3, 3);
		told_frames(&told, &talk, is_late ? 9 : 4, 19);
		told_end(&told);
		CU_ASSERT_STRING_EQUAL(told_sessions(&told), whole);
		told_fini(&told);
		tcp_talk_fini(&talk);
	}
}

/* Many octets that are missing in truth stand before the reply that acknowledged them. */
static void test_great_loss(void)
{
	struct tcp_talk talk;
	struct told told;

	tcp_talk_whole(&talk);
	talk.count = TCP_TALK_OPENING + 10; /* the message */
	talk.bytes.length = talk.starts[talk.count];
	talk.next[SIDE_CLIENT] += 6000000 - 7; /* without QUIT and FIN */
	talk.next[SIDE_SERVER] -= 11 + 9 + 1;
	tcp_talk_say(&talk, SIDE_SERVER, "250 taken\r\n");
	for (int i = 0; i < 3; i++) {
		tcp_talk_say(&talk, SIDE_CLIENT, "NOOP\r\n");
		tcp_talk_say(&talk, SIDE_SERVER, "250 ok\r\n");
	}
	told_init(&told, &plain);
	told.hides_frames = true;
	told_frames(&told, &talk, 1, talk.count);
	told_end(&told);
	CU_ASSERT_PTR_NOT_NULL(strstr(
		told_sessions(&told), "C text 24\nC gap 6000000\nS 250 taken\nC NOOP\nS 250 ok\n"));
	told_fini(&told);
	tcp_talk_fini(&talk);
}

/* Empty segments before the first data do not change the session, whether their rows are wanted or
 * not. */
static void test_idle(void)
{
	static const uint8_t flags[] = {TCP_ACK, TCP_FIN, TCP_RST};

	for (size_t i = 0; i < sizeof flags; i++)
		for (int has_all = 0; has_all < 2; has_all++) {
			struct dissect_wants wants = {.lines = true, .all_rows = has_all != 0};
			struct tcp_talk talk;
			struct told told;

			tcp_talk_whole(&talk);
			tcp_talk_add(&talk, &(struct said){.flags = flags[i],
						    .sequence = 1000,
						    .acknowledgement = 6001});
			told_init(&told, &wants);
			told_frames(&told, &talk, 20, 20);
			told_frames(&told, &talk, 4, 6);
			told_end(&told);
			CU_ASSERT_STRING_EQUAL(told_sessions(&told),
				"1 SMTP clear no message midway open\n"
				"S 2 220 mail\nC 3 HELO a\nS 4 250 mail\n");
			CU_ASSERT_EQUAL(told.row_count, has_all ? 4 : 0);
			told_fini(&told);
			tcp_talk_fini(&talk);
		}
}

/* A capture that has one direction only is told at once: nothing is waited for. */
static void test_one_direction(void)
{
	static const struct {
		enum side side;
		const char *sessions;
	} cases[] = {
		{SIDE_CLIENT, "1 SMTP clear cut off open\nC HELO a\nC MAIL FROM:<a@b>\n"
			      "C RCPT TO:<c@d>\nC DATA\nC text 24\nC QUIT\n"},
		{SIDE_SERVER, "S 220 mail\nS 250 mail\nS 250 ok\nS 250 ok\nS 354 go\n"
			      "S 250 taken\nS 221 bye\n"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t syn = cases[i].side == SIDE_CLIENT ? 1 : 2;
		struct tcp_talk talk;
		struct told told;
		size_t said = 0;

		tcp_talk_whole(&talk);
		told_init(&told, &plain);
		told.hides_frames = true;
		told_frames(&told, &talk, syn, syn);
		for (size_t k = 0; k < TCP_TALK_LINES; k++) {
			if (tcp_talk_dialogue[k].from != cases[i].side)
				continue;
			told_frames(
				&told, &talk, TCP_TALK_OPENING + 1 + k, TCP_TALK_OPENING + 1 + k);
			CU_ASSERT_EQUAL(told.row_count, ++said);
		}
		told_end(&told);
		CU_ASSERT_PTR_NOT_NULL(strstr(told_sessions(&told), cases[i].sessions));
		CU_ASSERT_PTR_NOT_NULL(strstr(told_sessions(&told), "! one-direction-only"));
		CU_ASSERT_PTR_NULL(strstr(told_sessions(&told), "gap"));
		told_fini(&told);
		tcp_talk_fini(&talk);
	}
}

/* A new SYN on the same ports is another session: after FIN, after RST, and in the middle; the same
 * SYN again is not. */
static void test_port_reuse(void)
{
	static const struct {
		const char *order; /* frames of the talk; the second connection's begin with 20 */
		size_t sessions;
		bool is_marked;
	} cases[] = {
		{"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24", 2, true},
		{"1 2 3 4 5 39 20 21 22 23 24", 2, true},
		{"1 2 3 4 5 6 20 21 22 23 24", 2, true},
		{"1 2 3 4 1 5 6 7 8", 1, false},
		{"1 1 2 2 3 4 5 6 7 8", 1, false},
		{"1 20 21 22 23 24", 1, true},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dissect_wants wants = {.lines = true, .all_rows = true};
		struct tcp_talk talk;
		struct told told;

		tcp_talk_whole(&talk);
		tcp_talk_open(&talk, 700000);
		for (size_t k = 0; k < TCP_TALK_LINES; k++)
			tcp_talk_say(&talk, tcp_talk_dialogue[k].from, tcp_talk_dialogue[k].text);
		tcp_talk_close(&talk);
		tcp_talk_add(&talk, &(struct said){.flags = TCP_RST, .sequence = 1008});
		told_init(&told, &wants);
		told_order(&told, &talk, cases[i].order);
		told_end(&told);
		CU_ASSERT_EQUAL(told.session_count, cases[i].sessions);
		CU_ASSERT_EQUAL(told.row_count, told.frames);
		CU_ASSERT_EQUAL(
			strstr(told_rows(&told), "TCP [TCP Port numbers reused] 40000") != NULL,
			cases[i].is_marked);
		CU_ASSERT_PTR_NULL(strstr(told_sessions(&told), "gap"));
		told_fini(&told);
		tcp_talk_fini(&talk);
	}
}

/* RST ends the session at once; what is behind it is not taken for another. */
static void test_reset(void)
{
	struct tcp_talk talk;
	struct told told;

	tcp_talk_whole(&talk);
	tcp_talk_add(
		&talk, &(struct said){.from = SIDE_SERVER, .flags = TCP_RST, .sequence = 6021});
	told_init(&told, &plain);
	told_order(&told, &talk, "1 2 3 4 5 6 7 20");
	CU_ASSERT_EQUAL(told.session_count, 1);
	told_order(&told, &talk, "7 8");
	told_end(&told);
	CU_ASSERT_STRING_EQUAL(told_sessions(&told),
		"1 SMTP clear no message whole\n"
		"S 4 220 mail\nC 5 HELO a\nS 6 250 mail\nC 7 MAIL FROM:<a@b>\n"
		"! hello-name-not-full 5\n! command-without-reply 8\n! connection-reset 8\n"
		"! eavesdropper-reads 1\n");
	told_fini(&told);
	tcp_talk_fini(&talk);
}

/* A line names the frames that carry it, in the order of its octets, whatever came first. */
static void test_line_frames(void)
{
	struct tcp_talk talk;
	struct told told;

	tcp_talk_greeted(&talk);
	tcp_talk_say(&talk, SIDE_CLIENT, "HELO a\r\nNO");
	tcp_talk_say(&talk, SIDE_CLIENT, "OP\r\nRS");
	tcp_talk_say(&talk, SIDE_CLIENT, "ET\r\n");
	tcp_talk_say(&talk, SIDE_CLIENT, "QUIT\r\n");
	told_init(&told, &(struct dissect_wants){.lines = true});
	told_order(&told, &talk, "1 2 3 4 6 7 5 8");
	told_end(&told);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(told_sessions(&told), "\nC 7 HELO a\nC 7,5 NOOP\nC 5,6 RSET\nC 8 QUIT\n"));
	told_fini(&told);
	tcp_talk_fini(&talk);
}

/* More messages and lines than are kept: the others are counted, and it is said. */
static void test_limits(void)
{
	struct dissect_wants wants = {.lines = true, .headers = true, .findings = true};
	struct tcp_talk talk;
	struct told told;

	tcp_talk_greeted(&talk);
	tcp_talk_say(&talk, SIDE_CLIENT, "DATA\r\n");
	tcp_talk_say(&talk, SIDE_SERVER, "354 go\r\n");
	for (size_t i = 0; i < LIMIT_MESSAGES + 10; i++) {
		tcp_talk_say(&talk, SIDE_CLIENT, "x\r\n.\r\nDATA\r\n");
		tcp_talk_say(&talk, SIDE_SERVER, "250 ok\r\n354 go\r\n");
	}
	tcp_talk_close(&talk);
	told_init(&told, &wants);
	told_frames(&told, &talk, 1, talk.count);
	told_end(&told);
	CU_ASSERT_EQUAL(told.messages, LIMIT_MESSAGES);
	CU_ASSERT_EQUAL(told.lines, LIMIT_LINES);
	CU_ASSERT_PTR_NOT_NULL(strstr(told_sessions(&told), "1 SMTP clear delivered whole\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(told_sessions(&told), "! over-limit"));
	told_fini(&told);
	tcp_talk_fini(&talk);
}

/* What TOP shows of a message is not a message fetched, however much is kept of the session. */
static void test_previews(void)
{
	static const struct {
		const char *command;
		const char *outcome;
		size_t seen;
	} cases[] = {
		{"TOP 1 0\r\n", "1 POP3 clear listed whole\n", 0},
		{"top 1 20\r\n", "1 POP3 clear listed whole\n", 0},
		{"RETR 1\r\n", "1 POP3 clear fetched whole\n", 1},
		{"TOP 1 0\r\nRETR 2\r\n", "1 POP3 clear fetched whole\n", 1},
	};

	for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
		const struct dissect_wants wants = {.lines = i % 2 != 0};
		struct tcp_talk talk;
		struct told told;

		tcp_talk_init(&talk);
		talk.ports[SIDE_SERVER] = 110;
		tcp_talk_open(&talk, 1000);
		tcp_talk_say(&talk, SIDE_SERVER, "+OK ready\r\n");
		tcp_talk_say(&talk, SIDE_CLIENT, "USER a\r\nPASS b\r\n");
		tcp_talk_say(&talk, SIDE_SERVER, "+OK\r\n+OK welcome\r\n");
		tcp_talk_say(&talk, SIDE_CLIENT, cases[i / 2].command);
		for (const char *at = cases[i / 2].command; *at != '\0'; at++)
			if (*at == '\n')
				tcp_talk_say(&talk, SIDE_SERVER, "+OK\r\nSubject: a\r\n\r\n.\r\n");
		tcp_talk_close(&talk);
		told_init(&told, &wants);
		told_frames(&told, &talk, 1, talk.count);
		told_end(&told);
		CU_ASSERT_PTR_NOT_NULL(strstr(told_sessions(&told), cases[i / 2].outcome));
		CU_ASSERT_EQUAL(told.messages_seen, cases[i / 2].seen);
		told_fini(&told);
		tcp_talk_fini(&talk);
	}
}

SUITE(dissect, {"a session and its rows", test_plain}, {"late frames find their place", test_late},
	{"frames sent again change nothing", test_again}, {"gaps stand where they are", test_lost},
	{"waits for a gap, but not for ever", test_patience},
	{"one acknowledgement is not believed", test_forged},
	{"great losses stand where they are", test_great_loss},
	{"empty segments begin nothing", test_idle},
	{"one direction is enough", test_one_direction},
	{"ports used anew are another session", test_port_reuse}, {"RST ends it", test_reset},
	{"lines name their frames", test_line_frames}, {"keeps within its limits", test_limits},
	{"TOP fetches no message", test_previews});
