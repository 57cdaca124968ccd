#include "script.h"

#include "base/memory.h"
#include "capture/capture.h"
#include "seal.h"
#include "text.h"

#include <stdlib.h>

enum { MILLISECOND = 1000000, ETHERNET_SEGMENT = 1460, DEEPEST = 8 };

/* The next line without its line end; false at the end. */
static bool read_line(struct script *script, struct span *line)
{
	size_t length;

	if (script->rest.length == 0)
		return false;
	length = span_index(script->rest, '\n');
	*line = span_first(script->rest, length);
	script->rest = span_from(script->rest, length + 1);
	text_place(script->path, ++script->line);
	return true;
}

/* What the side has to send goes out, and the other side gets it. */
static void send_text(struct script *script, struct wish *wish, struct span text)
{
	struct talk *talk = script->current;

	wish->payload = text;
	talk_send(talk, script->stage, wish);
	if (talk->seal != NULL)
		seal_deliver(talk->seal, side_other(wish->side), text);
}

/* Seals what was said, or passes it on in clear. */
static void seal_plain(struct script *script, enum side side)
{
	struct talk *talk = script->current;
	struct talker *talker = &talk->sides[side];
	struct span text = buffer_span(&talker->plain);

	if (talk->seal == NULL) {
		buffer_add_span(&talker->wire, text);
	} else {
		size_t most = talk->record != 0 ? talk->record : text.length;

		for (; text.length > 0; text = span_from(text, most))
			seal_text(talk->seal, side, span_first(text, most), &talker->wire);
	}
	buffer_clear(&talker->plain);
}

/* C: <<END up to a line END */
static void add_block(struct script *script, struct span mark, struct buffer *out)
{
	struct span line;

	for (;;) {
		if (!read_line(script, &line))
			text_complain("the block does not end with a line \"%.*s\"",
				(int)mark.length, mark.at);
		if (span_equal(line, mark))
			return;
		if (text_unescape(line, out))
			buffer_add(out, "\r\n", 2);
	}
}

/* "C: text" ends record and segment, "C& text" the record alone, "C+ text" neither. */
static void say(struct script *script, struct event *event)
{
	enum side side = text_side(span_first(event->word, 1));
	uint8_t how = event->word.at[1];
	struct talker *talker = &script->current->sides[side];

	event->wish.side = side;
	if (how != ':' && event->is_marked)
		text_complain("brackets stand before the line that sends (C: or S:)");
	if (span_is(span_first(event->arguments, 2), "<<"))
		add_block(script, span_from(event->arguments, 2), &talker->plain);
	else if (text_unescape(event->arguments, &talker->plain))
		buffer_add(&talker->plain, "\r\n", 2);
	if (how != '+')
		seal_plain(script, side);
	if (how != ':')
		return;
	send_text(script, &event->wish, buffer_span(&talker->wire));
	buffer_clear(&talker->wire);
}

static void do_syn(struct script *script, struct event *event)
{
	struct talk *talk = script->current;
	bool is_answer = span_is(event->word, "syn-ack");

	event->wish.side = is_answer ? SIDE_SERVER : SIDE_CLIENT;
	event->wish.flags |= TCP_SYN;
	event->wish.is_first_syn = !is_answer;
	event->wish.has_sequence = true;
	event->wish.sequence = 0;
	talk_send(talk, script->stage, &event->wish);
}

static void do_ack(struct script *script, struct event *event)
{
	event->wish.side = text_side(text_take(&event->arguments, "C or S"));
	talk_send(script->current, script->stage, &event->wish);
}

/* rst C [17]: at the next sequence number, or at the 17th octet */
static void do_flag(struct script *script, struct event *event)
{
	struct wish *wish = &event->wish;

	wish->flags |= span_is(event->word, "rst") ? TCP_RST : TCP_FIN;
	wish->side = text_side(text_take(&event->arguments, "C or S"));
	wish->has_sequence = event->arguments.length > 0;
	if (wish->has_sequence)
		wish->sequence = (uint32_t)text_number(
			text_take(&event->arguments, "the sequence number"), UINT32_MAX);
	talk_send(script->current, script->stage, wish);
}

/* Several plain events, one pace apart. */
static void do_several(struct script *script, const struct wish *wishes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			script->stage->trace.next = script->stage->trace.last + script->pace;
		talk_send(script->current, script->stage, &wishes[i]);
	}
}

static void do_connect(struct script *script, struct event *event)
{
	(void)event;
	do_several(script,
		(struct wish[]){{.side = SIDE_CLIENT,
					.flags = TCP_SYN,
					.is_first_syn = true,
					.has_sequence = true},
			{.side = SIDE_SERVER, .flags = TCP_SYN, .has_sequence = true},
			{.side = SIDE_CLIENT}},
		3);
}

static void do_close(struct script *script, struct event *event)
{
	enum side side = event->arguments.length > 0 ? text_side(event->arguments) : SIDE_CLIENT;

	do_several(script,
		(struct wish[]){{.side = side, .flags = TCP_FIN},
			{.side = side_other(side), .flags = TCP_FIN}, {.side = side}},
		3);
}

/* RFC 9293 3.8.4: the octet before the next one, or no octet. */
static void do_keep_alive(struct script *script, struct event *event)
{
	struct wish *wish = &event->wish;
	const struct talker *talker;

	wish->side = text_side(text_take(&event->arguments, "C or S"));
	talker = &script->current->sides[wish->side];
	wish->has_sequence = true;
	wish->sequence = talker->next - 1 - talker->isn;
	if (span_is(event->arguments, "1"))
		wish->payload = span_of("\0", 1);
	talk_send(script->current, script->stage, wish);
}

static void do_again(struct script *script, struct event *event)
{
	talk_again(script->current, script->stage, text_take(&event->arguments, "the name"));
}

/* put C 17 text: a segment that begins at the 17th octet */
static void do_put(struct script *script, struct event *event)
{
	struct wish *wish = &event->wish;
	struct buffer text;

	buffer_init(&text, 0);
	wish->side = text_side(text_take(&event->arguments, "C or S"));
	wish->has_sequence = true;
	wish->sequence = (uint32_t)text_number(
		text_take(&event->arguments, "the sequence number"), UINT32_MAX);
	if (text_unescape(event->arguments, &text))
		buffer_add(&text, "\r\n", 2);
	wish->payload = buffer_span(&text);
	talk_send(script->current, script->stage, wish);
	buffer_fini(&text);
}

/* flight C [octets]: TLS of this side goes on; what it sends, or that many octets of it */
static void do_flight(struct script *script, struct event *event)
{
	enum side side = text_side(text_take(&event->arguments, "C or S"));
	struct talk *talk = script->current;
	struct talker *talker = &talk->sides[side];
	bool is_closing = span_is(event->arguments, "close");
	size_t octets;

	if (talk->seal == NULL)
		text_complain("\"tls\" comes before the flights");
	if (is_closing)
		seal_close(talk->seal, side, &talker->wire);
	else
		seal_handshake(talk->seal, side, &talker->wire);
	octets = talker->wire.length;
	if (!is_closing && event->arguments.length > 0)
		octets = text_number(event->arguments, octets);
	if (octets == 0)
		text_complain("this side has nothing to send");
	event->wish.side = side;
	event->wish.has_more = octets < talker->wire.length;
	send_text(script, &event->wish, span_of(talker->wire.at, octets));
	buffer_drop(&talker->wire, octets);
}

static const struct {
	const char *name;
	void (*run)(struct script *script, struct event *event);
} events[] = {
	{"syn", do_syn},
	{"syn-ack", do_syn},
	{"ack", do_ack},
	{"fin", do_flag},
	{"rst", do_flag},
	{"connect", do_connect},
	{"close", do_close},
	{"keep-alive", do_keep_alive},
	{"again", do_again},
	{"put", do_put},
	{"flight", do_flight},
};

/* @SECONDS after the start, +SECONDS after the last frame, or the pace */
static void read_time(struct script *script, struct span *line)
{
	struct trace *trace = &script->stage->trace;

	if (line->length == 0 || (line->at[0] != '@' && line->at[0] != '+')) {
		trace->next =
			trace->last < trace->start ? trace->start : trace->last + script->pace;
		return;
	}
	bool is_absolute = line->at[0] == '@';
	int64_t seconds = text_seconds(span_from(span_word(line), 1));

	trace->next = (is_absolute ? trace->start : trace->last) + seconds;
}

static void read_splits(struct wish *wish, struct span *words)
{
	while (words->length > 0 && words->at[0] >= '0' && words->at[0] <= '9') {
		if (wish->split_count == TALK_SPLITS)
			text_complain("more than %d splits", TALK_SPLITS);
		wish->splits[wish->split_count++] = text_number(span_word(words), UINT16_MAX);
	}
}

/* Sets the flag of that name; false when there is none. */
static bool read_flag(struct wish *wish, struct span word)
{
	static const struct {
		const char *name;
		uint16_t flag;
	} flags[] = {{"fin", TCP_FIN}, {"urg", TCP_URG}, {"ece", TCP_ECE}, {"cwr", TCP_CWR},
		{"ae", TCP_AE}};

	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
		if (span_is(word, flags[i].name)) {
			wish->flags |= flags[i].flag;
			return true;
		}
	}
	return false;
}

static void read_mark(struct wish *wish, struct span word, struct span *words)
{
	if (read_flag(wish, word))
		return;
	if (span_is(word, "drop")) {
		wish->is_dropped = true;
	} else if (span_is(word, "hold") || span_is(word, "as")) {
		wish->is_held = span_is(word, "hold");
		wish->name = text_take(words, "the name");
	} else if (span_is(word, "split")) {
		read_splits(wish, words);
	} else if (span_is(word, "segment")) {
		wish->segment = text_number(text_take(words, "the octets"), UINT16_MAX);
	} else if (span_is(word, "trailer")) {
		wish->trailer = text_number(text_take(words, "the octets"), UINT16_MAX);
	} else if (span_is(word, "sack")) {
		wish->has_sack = true;
		wish->sack[0] = (uint32_t)text_number(text_take(words, "the begin"), UINT32_MAX);
		wish->sack[1] = (uint32_t)text_number(text_take(words, "the end"), UINT32_MAX);
	} else {
		text_complain("\"%.*s\" has no meaning in brackets", (int)word.length, word.at);
	}
}

/* [drop] [hold NAME] [split 3 5] ... in front of an event; several in one bracket are fine. */
static void read_marks(struct event *event, struct span *line)
{
	while (line->length > 0 && line->at[0] == '[') {
		size_t end = span_index(*line, ']');
		struct span words = span_trim(span_first(span_from(*line, 1), end - 1));

		if (end == line->length)
			text_complain("the bracket is not closed");
		while (words.length > 0) {
			struct span word = span_word(&words);

			read_mark(&event->wish, word, &words);
		}
		event->is_marked = true;
		*line = span_trim(span_from(*line, end + 1));
	}
}

static bool is_speech(struct span word)
{
	return word.length == 2 && (word.at[0] == 'C' || word.at[0] == 'S') &&
	       (word.at[1] == ':' || word.at[1] == '+' || word.at[1] == '&');
}

static void check_ends(const struct talk *talk)
{
	uint8_t family = talk->sides[SIDE_CLIENT].end.family;

	if (family == 0 || family != talk->sides[SIDE_SERVER].end.family)
		text_complain("client and server want addresses of one family");
}

static void play_event(struct script *script, struct event *event)
{
	void (*run)(struct script *, struct event *) = is_speech(event->word) ? say : NULL;

	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (span_is(event->word, events[i].name))
			run = events[i].run;
	if (run == NULL)
		text_complain("\"%.*s\" is no word of the language", (int)event->word.length,
			event->word.at);
	check_ends(script->current);
	if (script->stage->trace.interface_count == 0)
		trace_interface(&script->stage->trace, LINK_ETHERNET, NULL);
	run(script, event);
}

/* The text of a line is what follows "C:" and one blank, to the last octet. */
static struct span text_behind(struct span line)
{
	line = span_from(line, 2);
	return line.length > 0 && line.at[0] == ' ' ? span_from(line, 1) : line;
}

static void play_lines(struct script *script);

/* The lines of another file, which lies beside this one, are played here. */
static void include(struct script *script, struct span name)
{
	struct script before = *script;
	struct buffer path, text;
	const char *slash = strrchr(script->path, '/');

	if (++script->depth == DEEPEST)
		text_complain("files include each other");
	buffer_init(&path, 0);
	buffer_init(&text, 0);
	buffer_add(&path, script->path, slash != NULL ? (size_t)(slash + 1 - script->path) : 0);
	buffer_add_span(&path, span_trim(name));
	script->path = buffer_text(&path);
	text_read_file(script->path, &text);
	script->rest = buffer_span(&text);
	script->line = 0;
	play_lines(script);
	script->path = before.path;
	script->rest = before.rest;
	script->line = before.line;
	script->depth = before.depth;
	text_place(script->path, script->line);
	buffer_fini(&path);
	buffer_fini(&text);
}

static void play_line(struct script *script, struct span line)
{
	struct event event = {0};
	struct span rest;

	if (span_trim(line).length == 0 || line.at[0] == '#')
		return;
	rest = line;
	if (span_is(span_word(&rest), "include")) {
		include(script, rest);
		return;
	}
	rest = line;
	if (setting_apply(script, span_word(&rest), rest))
		return;
	while (line.length > 0 && line.at[0] == ' ')
		line = span_from(line, 1);
	read_time(script, &line);
	read_marks(&event, &line);
	event.word = span_first(line, 2);
	if (is_speech(event.word)) {
		event.arguments = text_behind(line);
	} else {
		event.arguments = span_trim(line);
		event.word = span_word(&event.arguments);
	}
	play_event(script, &event);
}

static void play_lines(struct script *script)
{
	struct span line;

	while (read_line(script, &line))
		play_line(script, line);
}

static void begin(struct script *script)
{
	static const uint8_t macs[2][6] = {
		{0x00, 0x00, 0x5e, 0x00, 0x53, 0x01}, {0x00, 0x00, 0x5e, 0x00, 0x53, 0x02}};

	script->pace = MILLISECOND;
	script->first = talk_new(span_text(""), NULL);
	script->first->wrap.link_type = LINK_ETHERNET;
	script->first->segment = ETHERNET_SEGMENT;
	for (int i = 0; i < 2; i++) {
		memcpy(script->first->sides[i].end.mac, macs[i], 6);
		script->first->sides[i].window = 64240;
		talk_set_isn(script->first, (enum side)i, 1000000 * (1 + (uint32_t)i));
	}
	script->current = script->first;
}

static void check_sent(const struct talk *talk)
{
	for (int i = 0; i < 2; i++)
		if (talk->sides[i].plain.length > 0 || talk->sides[i].wire.length > 0)
			text_complain("text waits at the end of the script for a line that sends");
}

void script_play(const char *path, struct span text, struct stage *stage, uint32_t shift)
{
	struct script script = {.path = path, .rest = text, .stage = stage, .shift = shift};

	begin(&script);
	play_lines(&script);
	check_sent(script.first);
	for (size_t i = 0; i < script.talk_count; i++) {
		check_sent(script.talks[i]);
		talk_free(script.talks[i]);
	}
	talk_free(script.first);
	free(script.talks);
}
