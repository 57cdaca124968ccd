#include "base/buffer.h"
#include "diagram/states.h"
#include "suite.h"

#include <stdio.h>

enum { LINES_MOST = 64 };

/* A session out of "C text" and "S text" lines; a reply answers the command before it. */
struct talk {
	struct line lines[LINES_MOST];
	struct session session;
};

static void say(struct talk *talk, const char *text)
{
	struct line *line = &talk->lines[talk->session.line_count];
	struct session *session = &talk->session;
	bool is_client = text[0] == 'C';

	*line = (struct line){.text = span_text(text + 2), .is_first = true, .is_final = true};
	line->kind = is_client ? LINE_COMMAND : LINE_REPLY;
	if (session->line_count == 0 && !is_client)
		line->kind = LINE_GREETING;
	session->commands += is_client;
	line->command = session->commands;
	if (is_client)
		line->verb = vocabulary_verb(session->protocol, line->text);
	else if (session->protocol == MAIL_POP3)
		line->code = line->text.at[0] == '+' ? 1 : -1;
	else
		line->code = (line->text.at[0] - '0') * 100 + (line->text.at[1] - '0') * 10 +
			     (line->text.at[2] - '0');
	session->line_count++;
}

/* "taken CONNECTED>START 1-1 220;" for each arrow that the session used, in order of its steps. */
static void tell(struct buffer *out, const struct states *states)
{
	static const char *const kinds[] = {"rule", "taken", "refused", "forbidden"};

	for (uint32_t step = 1; step <= states->steps; step++)
		for (size_t i = 0; i < states->edge_count; i++)
			for (size_t k = 0; k < states->edges[i].step_count; k++) {
				const struct state_edge *edge = &states->edges[i];
				const struct state_step *said = &edge->steps[k];

				if (said->first == step)
					buffer_printf(out, "%u-%u %s %s %.6s>%.6s\n",
						(unsigned)said->first, (unsigned)said->last,
						kinds[edge->kind], said->name,
						state_words(edge->from), state_words(edge->to));
			}
}

static void check(enum mail_protocol protocol, const char *const *said, const char *expected)
{
	struct talk talk = {.session = {.protocol = protocol, .has_begin = true}};
	struct states states;
	struct buffer out;

	talk.session.lines = talk.lines;
	for (; *said != NULL; said++)
		say(&talk, *said);
	buffer_init(&out, 0);
	states_init(&states, &talk.session);
	tell(&out, &states);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), expected);
	states_fini(&states);
	buffer_fini(&out);
}

static void test_smtp(void)
{
	check(MAIL_SMTP,
		(const char *const[]){"S 220 mx", "C EHLO a", "S 250 mx", "C MAIL FROM:<a@b>",
			"S 250 ok", "C RCPT TO:<c@d>", "S 250 ok", "C RCPT TO:<e@f>", "S 250 ok",
			"C RCPT TO:<g@h>", "S 550 no", "C DATA", "S 354 go", "S 250 ok", "C QUIT",
			"S 221 bye", NULL},
		"1-1 taken 220 connec>greete\n2-2 taken EHLO greete>ready\n\n"
		"3-3 taken MAIL ready\n>sender\n4-4 taken RCPT sender>recipi\n"
		"5-5 taken RCPT recipi>recipi\n6-6 refused RCPT recipi>recipi\n"
		"7-7 taken DATA recipi>messag\n8-8 taken 250 messag>ready\n\n"
		"9-9 taken QUIT ready\n>closed\n");
}

static void test_forbidden(void)
{
	check(MAIL_SMTP,
		(const char *const[]){"S 220 mx", "C MAIL FROM:<a@b>", "S 503 no", "C EHLO a",
			"S 250 mx", "C DATA", "S 503 no", "C AUTH PLAIN x", "S 535 no", "C QUIT",
			"S 221 bye", NULL},
		"1-1 taken 220 connec>greete\n2-2 forbidden MAIL greete>sender\n"
		"3-3 taken EHLO greete>ready\n\n4-4 forbidden DATA ready\n>messag\n"
		"5-5 taken AUTH ready\n>login\n\n6-6 refused 535 login\n>ready\n\n"
		"7-7 taken QUIT ready\n>closed\n");
}

static void test_pop3(void)
{
	check(MAIL_POP3,
		(const char *const[]){"S +OK", "C STAT", "S -ERR", "C USER a", "S +OK", "C PASS b",
			"S -ERR", "C PASS c", "S +OK", "C RETR 1", "S +OK", "C RETR 2", "S +OK",
			"C QUIT", "S +OK", NULL},
		"1-1 taken +OK connec>AUTHOR\n2-2 forbidden STAT AUTHOR>AUTHOR\n"
		"3-3 taken USER AUTHOR>AUTHOR\n4-4 refused PASS AUTHOR>TRANSA\n"
		"5-5 taken PASS AUTHOR>TRANSA\n6-7 taken RETR TRANSA>TRANSA\n"
		"8-8 taken QUIT TRANSA>UPDATE\n9-9 taken +OK UPDATE>closed\n");
}

SUITE(states, {"follows a session of SMTP", test_smtp}, {"tells what may not come", test_forbidden},
	{"follows a session of POP3", test_pop3});
