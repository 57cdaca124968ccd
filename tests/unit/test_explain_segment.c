#include "base/buffer.h"
#include "suite.h"
#include "view/text.h"

/* The names in front of the sentences that the rows of a packet list make, "Why here" and "Next"
 * too. */
static void names_of(struct buffer *names, struct span sentences)
{
	buffer_clear(names);
	while (sentences.length > 0) {
		size_t length = span_index(sentences, '\n');
		struct span sentence = span_first(sentences, length);

		if (names->length > 0)
			buffer_add_text(names, ", ");
		buffer_add_span(names, span_first(sentence, span_index(sentence, ':')));
		sentences = span_from(sentences, length + 1);
	}
}

/* A list of its own for each case: protocol and Info of its rows, and what is said of the last. */
static void test_segments(void)
{
	static const struct {
		const char *rows[3][2];
		const char *said;
	} cases[] = {
		{{{"TCP", "2127 \xe2\x86\x92 25 [SYN] Seq=0 Win=512 Len=0"}},
			"SYN, connect, Why here, Next"},
		{{{"TCP", "2127 \xe2\x86\x92 25 [SYN, ECE, CWR] Seq=0"}},
			"SYN, connect, ECE, CWR, Why here, Next"},
		{{{"TCP", "25 \xe2\x86\x92 2127 [SYN, ACK] Seq=0"}}, "SYN ACK, Why here, Next"},
		{{{"TCP", "1 \xe2\x86\x92 2 [ACK] Seq=1"}}, "ACK, Why here, Next"},
		{{{"TCP", "1 \xe2\x86\x92 2 [ACK] Seq=1"},
			 {"TCP", "1 \xe2\x86\x92 2 [ACK, AE] Seq=1"}},
			"AE, NS, Why here, Next"},
		{{{"TCP", "1 \xe2\x86\x92 2 [FIN, PSH, ACK] Seq=1"}},
			"FIN, close, half-close, PSH, ACK, Why here, Next"},
		{{{"TCP", "1 \xe2\x86\x92 2 [RST] Seq=1"}}, "RST, reset, Why here, Next"},
		{{{"TCP", "1 \xe2\x86\x92 2 [<None>] Seq=1"}}, ""},
		/* each once */
		{{{"TCP", "1 \xe2\x86\x92 2 [FIN, ACK] Seq=1"},
			 {"TCP", "2 \xe2\x86\x92 1 [FIN, ACK] Seq=1"}},
			""},
		/* octets go over behind the handshake that was seen, and no others are explained */
		{{{"SMTP", "S: 220 mx"}}, ""},
		{{{"TCP", "1 \xe2\x86\x92 2 [SYN] Seq=0"}, {"SMTP", "S: 220 mx"}},
			"transfer, Why here, Next"},
		{{{"TCP", "1 \xe2\x86\x92 2 [SYN] Seq=0"}, {"TLSv1.2", "Client Hello"}},
			"transfer, Why here, Next"},
		{{{"TCP", "1 \xe2\x86\x92 2 [SYN] Seq=0"},
			 {"TCP", "1 \xe2\x86\x92 2 [ACK] Seq=1 Len=0"}},
			"ACK, Why here, Next"},
		/* marks: several, and what is behind them */
		{{{"SMTP", "[TCP Retransmission] C: QUIT"}}, "retransmission, Why here, Next"},
		{{{"SMTP", "[TCP Fast Retransmission] C: QUIT"}}, "retransmission, Why here, Next"},
		{{{"SMTP", "[TCP Spurious Retransmission] C: QUIT"}},
			"retransmission, Why here, Next"},
		{{{"SMTP", "[TCP Out-Of-Order] C: QUIT"}}, "out-of-order, Why here, Next"},
		{{{"TCP", "[TCP ZeroWindow] [TCP Dup ACK 93#1] 1 \xe2\x86\x92 2 [ACK] Seq=1"}},
			"zero window, duplicate ACK, ACK, Why here, Next"},
		{{{"TCP", "[TCP ZeroWindowProbe] 1 \xe2\x86\x92 2 [<None>]"}},
			"zero window, Why here, Next"},
		{{{"TCP", "[TCP Keep-Alive ACK] 1 \xe2\x86\x92 2 [<None>]"}},
			"keep-alive, Why here, Next"},
		{{{"TCP", "[TCP Previous segment not captured] 1 \xe2\x86\x92 2 [<None>]"}},
			"gap, Why here, Next"},
		{{{"TCP", "[TCP ACKed unseen segment] 1 \xe2\x86\x92 2 [<None>]"}},
			"gap, Why here, Next"},
		{{{"TCP", "[TCP Window Update] 1 \xe2\x86\x92 2 [<None>]"}}, ""},
		/* what was said is no mark and has no flags */
		{{{"SMTP", "S: 220 [TCP Retransmission] [SYN, ACK, FIN]"}}, ""},
		{{{"TCP", ""}}, ""},
		{{{"TCP", "[TCP "}}, ""},
		{{{"TCP", "1 \xe2\x86\x92 2 ["}}, ""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint64_t explained = 0;
		struct buffer sentences, names;

		buffer_init(&sentences, 0);
		buffer_init(&names, 0);
		for (size_t row = 0; row < 3 && cases[i].rows[row][0] != NULL; row++) {
			buffer_clear(&sentences);
			text_explain_segment(&sentences, span_text(cases[i].rows[row][0]),
				span_text(cases[i].rows[row][1]), &explained);
		}
		names_of(&names, buffer_span(&sentences));
		CU_ASSERT_STRING_EQUAL(buffer_text(&names), cases[i].said);
		if (strcmp(buffer_text(&names), cases[i].said) != 0)
			printf("\n    case %zu: %s\n", i, buffer_text(&names));
		buffer_fini(&names);
		buffer_fini(&sentences);
	}
}

static void test_fields(void)
{
	struct buffer out;

	buffer_init(&out, 0);
	text_explain_field(&out, span_text("Subject"));
	CU_ASSERT_EQUAL(out.length, 0);
	text_explain_field(&out, span_text("arc-seal"));
	CU_ASSERT_STRING_EQUAL(buffer_text(&out),
		"The seal of one server on what all before it noted. [RFC 8617 4.1.3]\n");
	buffer_fini(&out);
}

SUITE(explain_segment, {"says what TCP does in each row, once", test_segments},
	{"says what a service field is", test_fields});
