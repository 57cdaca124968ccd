#include "tape_maker.h"

#include "base/memory.h"
#include "suite.h"
#include "tcp_talk.h"

enum { SEGMENT = 1000 }; /* octets; more begin the next one */

struct making {
	struct tape *tape;
	struct fail *fail;
	enum step step;
	unsigned sessions;
};

static void on_session(void *context, const struct session *session)
{
	struct making *making = context;

	making->sessions++;
	making->step = tape_record(making->tape, session, making->fail);
}

static void on_row(void *context, const struct row *row)
{
	(void)context;
	(void)row;
}

static void add_line(struct buffer *out, struct span line)
{
	while (line.length > 0) {
		if (line.length >= 4 && line.at[0] == '\\' && line.at[1] == 'x') {
			buffer_add_byte(
				out, (uint8_t)(hex_value(line.at[2]) * 16 + hex_value(line.at[3])));
			line = span_from(line, 4);
		} else {
			buffer_add_byte(out, line.at[0]);
			line = span_from(line, 1);
		}
	}
	buffer_add_text(out, "\r\n");
}

/* Lines of one side in a row are one segment. */
static void say_all(struct tcp_talk *talk, struct span session)
{
	struct buffer run;
	uint8_t side = 0;

	buffer_init(&run, 0);
	while (session.length > 0) {
		struct span line = span_first(session, span_index(session, '\n'));

		if (run.length > SEGMENT || (run.length > 0 && line.at[0] != side)) {
			tcp_talk_say_octets(
				talk, side == 'C' ? SIDE_CLIENT : SIDE_SERVER, buffer_span(&run));
			buffer_clear(&run);
		}
		side = line.at[0];
		add_line(&run, span_from(line, 2));
		session = span_from(session, line.length + 1);
	}
	if (run.length > 0)
		tcp_talk_say_octets(
			talk, side == 'C' ? SIDE_CLIENT : SIDE_SERVER, buffer_span(&run));
	buffer_fini(&run);
}

static void dissect_all(struct tcp_talk *talk, struct making *making)
{
	struct dissect_wants wants = {.lines = true, .texts = true};
	struct dissect_listener listener = {making, on_session, on_row};
	struct dissect *dissect = dissect_new("made.pcapng", &wants, &listener);

	for (size_t i = 0; i < talk->count; i++) {
		size_t end = i + 1 < talk->count ? talk->starts[i + 1] : talk->bytes.length;
		struct frame frame = {.number = i + 1,
			.time = (int64_t)i * 1000000,
			.link_type = 1,
			.length = (uint32_t)(end - talk->starts[i]),
			.bytes = span_of(talk->bytes.at + talk->starts[i], end - talk->starts[i])};

		dissect_frame(dissect, &frame);
	}
	dissect_end(dissect);
	dissect_free(dissect);
}

enum step tape_try(
	struct tape *tape, enum mail_protocol protocol, const char *session, struct fail *fail)
{
	struct making making = {.tape = tape, .fail = fail};
	struct tcp_talk talk;

	tcp_talk_init(&talk);
	talk.ports[1] = protocol == MAIL_SMTP ? 25 : 110;
	tcp_talk_open(&talk, 1000);
	say_all(&talk, span_text(session));
	tcp_talk_close(&talk);
	dissect_all(&talk, &making);
	tcp_talk_fini(&talk);
	CU_ASSERT_EQUAL_FATAL(making.sessions, 1);
	return making.step;
}

void tape_make(struct tape *tape, enum mail_protocol protocol, const char *session)
{
	struct fail fail;

	CU_ASSERT_EQUAL_FATAL(tape_try(tape, protocol, session, &fail), STEP_DONE);
}

char *tape_text(const struct tape *tape)
{
	struct buffer text;
	char *copy;

	buffer_init(&text, 0);
	for (size_t i = 0; i < tape->count; i++) {
		const struct tape_step *step = &tape->steps[i];

		tape_describe(step, &text);
		buffer_printf(&text, "|%d", step->reply.code);
		for (size_t line = 0; line < step->reply.line_count; line++) {
			buffer_add_byte(&text, ' ');
			buffer_add_span(&text, step->reply.lines[line]);
		}
		buffer_add_text(&text, step->reply.is_open ? "...\n" : "\n");
	}
	copy = memory_text(buffer_text(&text));
	buffer_fini(&text);
	return copy;
}
