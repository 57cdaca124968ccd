#include "base/limits.h"
#include "base/printable.h"
#include "net/packet.h"
#include "suite.h"
#include "tcp_talk.h"

#include <stdio.h>

static const struct dissect_wants plain = {.lines = true, .findings = true, .rows = true};

static bool is_utf8(struct span text)
{
	size_t taken = 1;

	while (text.length > 0 && taken > 0) {
		uint32_t character;

		taken = utf8_take(text, &character);
		text = span_from(text, taken);
	}
	return text.length == 0;
}

/* A row longer than Wireshark's column is cut between two characters. */
static void test_long_rows(void)
{
	for (size_t shift = 0; shift < 6; shift++) {
		struct tcp_talk talk;
		struct told told;
		struct buffer message;
		struct span row;

		buffer_init(&message, 0);
		buffer_printf(&message, "Subject: %.*s", (int)shift, "aaaaaa");
		for (size_t i = 0; i < 1000; i++)
			buffer_add_text(&message, "\xc3\xa9\xe2\x82\xac");
		buffer_add_text(&message, "\r\n\r\nx\r\n.\r\n");
		tcp_talk_greeted(&talk);
		tcp_talk_say(&talk, SIDE_CLIENT, "DATA\r\n");
		tcp_talk_say(&talk, SIDE_SERVER, "354 go\r\n");
		tcp_talk_say(&talk, SIDE_CLIENT, buffer_text(&message));
		told_init(&told, &(struct dissect_wants){.rows = true});
		told_frames(&told, &talk, 1, talk.count);
		told_end(&told);
		row = buffer_span(&told.rows);
		row = span_from(row, span_find(row, "subject: "));
		CU_ASSERT_TRUE(row.length > LIMIT_COLUMN - 3 && row.length <= LIMIT_COLUMN + 1);
		CU_ASSERT_TRUE(is_utf8(row));
		buffer_fini(&message);
		told_fini(&told);
		tcp_talk_fini(&talk);
	}
}

/* A row is written when all its bytes have found their place, and not later. */
static void test_row_bytes(void)
{
	struct tcp_talk talk;
	struct told told;

	tcp_talk_greeted(&talk);
	tcp_talk_say(&talk, SIDE_CLIENT, "NOOP\r\n");
	tcp_talk_say(&talk, SIDE_CLIENT, "RSET\r\n");
	tcp_talk_say(&talk, SIDE_CLIENT, "QUIT\r\n");
	/* all three in one segment */
	tcp_talk_add(&talk, &(struct said){.sequence = talk.next[SIDE_CLIENT] - 18,
				    .acknowledgement = talk.next[SIDE_SERVER],
				    .text = span_text("NOOP\r\nRSET\r\nQUIT\r\n")});
	told_init(&told, &plain);
	told_order(&told, &talk, "1 2 3 4 6");
	CU_ASSERT_EQUAL(told.row_count, 1);
	told_order(&told, &talk, "5");
	CU_ASSERT_EQUAL(told.row_count, 3);
	told_order(&told, &talk, "7");
	CU_ASSERT_EQUAL(told.row_count, 4);
	told_end(&told);
	told_fini(&told);
	told_init(&told, &plain);
	told_order(&told, &talk, "1 2 3 4 6 8");
	CU_ASSERT_STRING_EQUAL(told_rows(&told),
		"4 #1 SMTP S: 220 mail\n"
		"5 #1 SMTP [TCP Previous segment not captured] C: RSET\n"
		"6 #1 SMTP [TCP Out-Of-Order] C: NOOP | QUIT\n");
	told_end(&told);
	told_fini(&told);
	tcp_talk_fini(&talk);
}

/* Rows are the same whether they are held back or not: here by another
 * connection, of which nothing is known yet. */
static void test_same_rows(void)
{
	struct tcp_talk talk;
	struct told told[2];

	tcp_talk_whole(&talk);
	talk.count = TCP_TALK_OPENING + 9; /* up to 354 */
	talk.bytes.length = talk.starts[talk.count];
	talk.next[SIDE_CLIENT] -= 7 + 24;
	tcp_talk_say(&talk, SIDE_CLIENT, "Subject: y\r\n\r\ncut");
	talk.ports[SIDE_CLIENT] = 50000;
	tcp_talk_open(&talk, 3000);
	for (int is_settled = 0; is_settled < 2; is_settled++) {
		struct dissect_wants wants = plain;

		wants.settled_rows = is_settled != 0;
		told_init(&told[is_settled], &wants);
		told_frames(&told[is_settled], &talk, 1, TCP_TALK_OPENING);
		told_frames(&told[is_settled], &talk, TCP_TALK_OPENING + 11, talk.count);
		told_frames(&told[is_settled], &talk, TCP_TALK_OPENING + 1, TCP_TALK_OPENING + 10);
		told_end(&told[is_settled]);
	}
	CU_ASSERT_EQUAL(told[0].row_count, 10);
	CU_ASSERT_STRING_EQUAL(told_rows(&told[0]), told_rows(&told[1]));
	told_fini(&told[0]);
	told_fini(&told[1]);
	tcp_talk_fini(&talk);
}

/* A ClientHello's row says the version that is agreed later; its record's own when none is. */
static void test_version(void)
{
	static const uint8_t client[50] = {
		22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3, [45] = 2, 0, 0x9c, 1};
	static const uint8_t server[47] = {22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3, [45] = 0x9c};
	struct tcp_talk talk;

	tcp_talk_init(&talk);
	talk.ports[SIDE_SERVER] = 465;
	tcp_talk_open(&talk, 1000);
	tcp_talk_say_octets(&talk, SIDE_CLIENT, span_of(client, sizeof client));
	tcp_talk_say_octets(&talk, SIDE_SERVER, span_of(server, sizeof server));
	for (int has_answer = 0; has_answer < 2; has_answer++) {
		struct told told;

		told_init(&told, &plain);
		told_frames(&told, &talk, 1, 4);
		CU_ASSERT_EQUAL(told.row_count, 0);
		told_frames(&told, &talk, 5, has_answer ? 5 : 4);
		CU_ASSERT_EQUAL(told.row_count, has_answer ? 2 : 0);
		told_end(&told);
		CU_ASSERT_STRING_EQUAL(told_rows(&told),
			has_answer ? "4 #1 TLSv1.2 Client Hello\n5 #1 TLSv1.2 Server Hello\n"
				   : "4 #1 TLSv1 Client Hello\n");
		told_fini(&told);
	}
	tcp_talk_fini(&talk);
}

/* Text behind DATA waits for the reply that says whether it is a message; rows stay in order, and
 * lines keep the frames that carry them. */
static void test_reply(void)
{
	static const struct {
		const char *reply, *rows, *lines;
	} cases[] = {
		{"354 go\r\n",
			"4 #1 SMTP S: 220 mail\n5 #1 SMTP C: DATA | DATA fragment, 12 bytes\n"
			"7 #1 SMTP/IMF subject: y\n8 #1 SMTP S: 354 go\n9 #1 SMTP C: QUIT\n",
			"\nC 5 DATA\nS 8 354 go\nC 5,7 text 17\nC 9 QUIT\n"},
		{"503 no\r\n",
			"4 #1 SMTP S: 220 mail\n5 #1 SMTP C: DATA | Subject: y\n"
			"7 #1 SMTP C:  | .\n8 #1 SMTP S: 503 no\n9 #1 SMTP C: QUIT\n",
			"\nC 5 DATA\nS 8 503 no\nC 5 Subject: y\nC 7\nC 7 .\nC 9 QUIT\n"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct tcp_talk talk;
		struct told told;

		tcp_talk_greeted(&talk);
		tcp_talk_say(&talk, SIDE_CLIENT, "DATA\r\nSubject: y\r\n");
		tcp_talk_acknowledge(&talk, SIDE_SERVER);
		tcp_talk_say(&talk, SIDE_CLIENT, "\r\n.\r\n");
		tcp_talk_say(&talk, SIDE_SERVER, cases[i].reply);
		tcp_talk_say(&talk, SIDE_CLIENT, "QUIT\r\n");
		told_init(&told, &plain);
		told_frames(&told, &talk, 1, 7);
		CU_ASSERT_STRING_EQUAL(told_rows(&told), "4 #1 SMTP S: 220 mail\n");
		told_frames(&told, &talk, 8, talk.count);
		told_end(&told);
		CU_ASSERT_STRING_EQUAL(told_rows(&told), cases[i].rows);
		CU_ASSERT_PTR_NOT_NULL(strstr(told_sessions(&told), cases[i].lines));
		told_fini(&told);
		tcp_talk_fini(&talk);
	}
}

/* One row that waits does not hold back more than LIMIT_ROWS_WAITING others. */
static void test_rows_waiting(void)
{
	struct dissect_wants wants = {.all_rows = true};
	struct tcp_talk talk;
	struct told told;

	tcp_talk_greeted(&talk);
	tcp_talk_say(&talk, SIDE_CLIENT, "DATA\r\nSubject: y\r\n");
	talk.ports[0] = 0;
	tcp_talk_add(&talk, &(struct said){.length = 0});
	told_init(&told, &wants);
	told_frames(&told, &talk, 1, 5);
	CU_ASSERT_EQUAL(told.row_count, 4);
	for (size_t i = 0; i < LIMIT_ROWS_WAITING - 1; i++)
		told_frames(&told, &talk, 6, 6);
	CU_ASSERT_EQUAL(told.row_count, 4);
	told_frames(&told, &talk, 6, 6);
	CU_ASSERT_EQUAL(told.row_count, told.frames);
	told_end(&told);
	CU_ASSERT_EQUAL(told.row_count, told.frames);
	CU_ASSERT_FALSE(told.is_out_of_order);
	told_fini(&told);
	tcp_talk_fini(&talk);
}

/* With settled_rows every row knows its session, those of the handshake and behind the end too;
 * rows of what is no mail know that they have none. */
static void test_settled(void)
{
	for (int is_settled = 0; is_settled < 2; is_settled++) {
		struct dissect_wants wants = {.all_rows = true, .settled_rows = is_settled != 0};
		const char *number = is_settled ? "#1 " : "";
		struct tcp_talk talk;
		struct told told;
		char row[32];

		tcp_talk_greeted(&talk);
		tcp_talk_close(&talk);
		tcp_talk_add(&talk, &(struct said){.flags = TCP_RST, .sequence = 1001});
		talk.ports[SIDE_SERVER] = 80;
		tcp_talk_open(&talk, 900);
		tcp_talk_say(&talk, SIDE_CLIENT, "GET / HTTP/1.0\r\n\r\n");
		told_init(&told, &wants);
		told_frames(&told, &talk, 1, talk.count);
		told_end(&told);
		CU_ASSERT_EQUAL(told.session_count, 1);
		CU_ASSERT_EQUAL(told.row_count, talk.count);
		CU_ASSERT_FALSE(told.is_out_of_order);
		for (int i = 1; i <= 3; i++) {
			snprintf(row, sizeof row, "%d %sTCP ", i, number);
			CU_ASSERT_PTR_NOT_NULL(strstr(told_rows(&told), row));
		}
		CU_ASSERT_PTR_NOT_NULL(
			strstr(told_rows(&told), "\n4 #1 SMTP S: 220 mail\n5 #1 TCP"));
		CU_ASSERT_PTR_NOT_NULL(strstr(told_rows(&told), "\n8 #1 TCP"));
		CU_ASSERT_PTR_NOT_NULL(strstr(told_rows(&told), "\n9 TCP"));
		CU_ASSERT_PTR_NOT_NULL(strstr(told_rows(&told), "\n12 TCP"));
		told_fini(&told);
		tcp_talk_fini(&talk);
	}
}

/* A password shows in its row, or does not. */
static void test_redacted(void)
{
	static const char *const logins[] = {"AUTH PLAIN AGIAc2VjcmV0\r\n", "AUTH LOGIN\r\n"};

	for (int i = 0; i < 4; i++) {
		struct dissect_wants wants = {.rows = true, .redacted_rows = i % 2 != 0};
		struct tcp_talk talk;
		struct told told;

		tcp_talk_greeted(&talk);
		tcp_talk_say(&talk, SIDE_CLIENT, logins[i / 2]);
		tcp_talk_say(&talk, SIDE_SERVER, "334 VXNlcm5hbWU6\r\n");
		tcp_talk_say(&talk, SIDE_CLIENT, "Yg==\r\n");
		tcp_talk_say(&talk, SIDE_SERVER, "334 UGFzc3dvcmQ6\r\n");
		tcp_talk_say(&talk, SIDE_CLIENT, "AGIAc2VjcmV0\r\n");
		told_init(&told, &wants);
		told_frames(&told, &talk, 1, talk.count);
		told_end(&told);
		CU_ASSERT_EQUAL(told.row_count, 6);
		CU_ASSERT_EQUAL(
			strstr(told_rows(&told), "AGIAc2VjcmV0") == NULL, wants.redacted_rows);
		told_fini(&told);
		tcp_talk_fini(&talk);
	}
}

/* The TCP flow has every frame of the connection, once and in order, a late one and the handshake
 * too. */
static void test_segments(void)
{
	struct dissect_wants wants = {.segments = true};
	struct tcp_talk talk;
	struct told told;

	tcp_talk_greeted(&talk);
	tcp_talk_say(&talk, SIDE_CLIENT, "QUIT\r\n");
	tcp_talk_close(&talk);
	told_init(&told, &wants);
	told_order(&told, &talk, "1 2 3 5 4 6 7 8");
	told_end(&told);
	CU_ASSERT_STRING_EQUAL(told_sessions(&told),
		"1 SMTP clear no message whole\n"
		"> 1 TCP 40000 \xe2\x86\x92 25 [SYN] Seq=0 Win=8192 Len=0\n"
		"< 2 TCP 25 \xe2\x86\x92 40000 [SYN, ACK] Seq=0 Ack=1 Win=8192 Len=0\n"
		"> 3 TCP 40000 \xe2\x86\x92 25 [ACK] Seq=1 Ack=1 Win=8192 Len=0\n"
		"> 4 SMTP [TCP ACKed unseen segment] C: QUIT\n"
		"< 5 SMTP [TCP Spurious Retransmission] S: 220 mail\n"
		"> 6 TCP 40000 \xe2\x86\x92 25 [FIN, ACK] Seq=7 Ack=11 Win=8192 Len=0\n"
		"< 7 TCP 25 \xe2\x86\x92 40000 [FIN, ACK] Seq=11 Ack=8 Win=8192 Len=0\n"
		"> 8 TCP 40000 \xe2\x86\x92 25 [ACK] Seq=8 Ack=12 Win=8192 Len=0\n");
	told_fini(&told);
	tcp_talk_fini(&talk);
}

SUITE(dissect_rows, {"long rows are cut between characters", test_long_rows},
	{"rows wait for their bytes", test_row_bytes},
	{"rows held back are the same", test_same_rows},
	{"rows wait for the TLS version", test_version}, {"rows wait for a reply", test_reply},
	{"rows do not wait without end", test_rows_waiting},
	{"rows know their session", test_settled}, {"rows hide secrets", test_redacted},
	{"the TCP flow", test_segments});
