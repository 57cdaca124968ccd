#include "mail_script.h"

#include "base/arena.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

enum { SCRIPT_STEPS = 40 };

enum script_flags {
	SCRIPT_MIDWAY = 1 << 0,
	SCRIPT_QUIET = 1 << 1,
	SCRIPT_IN_TLS = 1 << 2,
	SCRIPT_WHOLE = 1 << 3,
};

struct step {
	char side, action;
	struct span bytes;
};

struct script {
	struct span name, log;
	enum mail_protocol protocol;
	unsigned flags;
	struct step steps[SCRIPT_STEPS];
	size_t count;
	struct mail **parser; /* the first play makes it, the others use it again */
};

/* How a script is played: one step split there, all others whole; step SCRIPT_STEPS: all alike. */
struct way {
	size_t at, split;
	bool is_brief; /* told to be so */
	bool is_cut;   /* the log leaves out what may be missing then, and the oddities */
};

struct player {
	struct mail *mail;
	const struct way *way;
	struct buffer log, text;
	struct origin text_first, text_last;
	enum side text_side;
	uint64_t fed[2], told[2], message[2];
};

static const char *const kind_names[] = {"greeting", "command", "reply", "challenge", "response",
	"begin", "text", "end", "gap", "tls", "tls-bytes", "odd"};
static const char *const part_names[] = {
	"", "auth", "challenge", "user", "password", "initial", "next", "cancel", "result"};
static const char *const oddity_names[] = {"",
#define X(id, name, severity, rfc, text) name,
	MAIL_ODDITIES(X)
#undef X
};

static void add_text(struct buffer *log, struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		uint8_t octet = text.at[i];

		if (octet == '\r' && i + 1 < text.length && text.at[i + 1] == '\n') {
			buffer_add_byte(log, '~');
			i++;
		} else if (octet == '\r' || octet == '\n') {
			buffer_add_text(log, octet == '\r' ? "{CR}" : "{LF}");
		} else if (octet < ' ' || octet >= 0x7f) {
			buffer_printf(log, "{%02X}", octet);
		} else {
			buffer_add_byte(log, octet);
		}
	}
}

static void add_head(struct buffer *log, struct origin first, struct origin last, enum side side)
{
	buffer_add_number(log, first.frame);
	if (last.frame != first.frame)
		buffer_printf(log, "-%u", (unsigned)last.frame);
	buffer_printf(log, " %c ", side == SIDE_CLIENT ? 'C' : 'S');
}

static void add_verb(struct buffer *log, const struct mail_event *event)
{
	if (event->verb != NULL)
		buffer_printf(log, " %s", event->verb->name);
	if (event->kind == MAIL_COMMAND && event->verb == NULL)
		buffer_add_text(log, " unknown");
	if (event->mechanism != SASL_NONE)
		buffer_printf(log, " %s",
			event->mechanism == SASL_UNKNOWN ? "mechanism?"
							 : sasl_name(event->mechanism));
	if (event->part != SASL_PART_NONE)
		buffer_printf(log, " %s", part_names[event->part]);
}

static void flush_text(struct player *player)
{
	if (player->text.length == 0)
		return;
	add_head(&player->log, player->text_first, player->text_last, player->text_side);
	buffer_add_text(&player->log, "text |");
	add_text(&player->log, buffer_span(&player->text));
	buffer_add_text(&player->log, "|\n");
	buffer_clear(&player->text);
}

static void add_line(struct buffer *log, const struct mail_event *event)
{
	static const char *const ends[] = {"", " lf", " cr", " cut"};

	if (event->kind == MAIL_REPLY || event->kind == MAIL_GREETING)
		buffer_printf(log, " %d", event->code);
	if (event->asked_number > 0 && event->kind != MAIL_COMMAND)
		buffer_printf(log, " to %u", (unsigned)event->asked_number);
	if (event->asked.frame > 0)
		buffer_printf(log, "@%u", (unsigned)event->asked.frame);
	if (event->kind == MAIL_COMMAND)
		buffer_printf(log, " %u", (unsigned)event->asked_number);
	add_verb(log, event);
	if (!event->is_first)
		buffer_add_text(log, " further");
	if (!event->is_final)
		buffer_add_text(log, " more");
	buffer_printf(log, "%s |", ends[event->end]);
	add_text(log, event->text);
	buffer_add_text(log, "|");
	if (event->secret.length > 0) {
		buffer_add_text(log, " secret |");
		add_text(log, event->secret);
		buffer_add_text(log, "|");
	}
}

static void on_event(void *context, const struct mail_event *event)
{
	struct player *player = context;
	struct buffer *log = &player->log;
	bool is_reply = event->kind == MAIL_REPLY || event->kind == MAIL_GREETING;

	CU_ASSERT_FALSE(player->way->is_brief && event->kind == MAIL_MESSAGE_TEXT);
	if (player->way->is_cut &&
		(event->kind == MAIL_MESSAGE_TEXT || (is_reply && !event->is_final)))
		return;
	if (event->kind == MAIL_MESSAGE_TEXT) {
		if (player->text.length == 0)
			player->text_first = event->first;
		player->text_last = event->last;
		player->text_side = event->side;
		buffer_add_span(&player->text, event->text);
		player->message[event->side] += event->octets;
		return;
	}
	if (event->kind != MAIL_ODDITY)
		flush_text(player);
	if (event->kind != MAIL_GAP)
		player->told[event->side] += event->octets;
	add_head(log, event->first, event->last, event->side);
	buffer_add_text(log, kind_names[event->kind]);
	switch (event->kind) {
	case MAIL_ODDITY:
		buffer_printf(log, " %s", oddity_names[event->oddity]);
		break;
	case MAIL_GAP:
		buffer_printf(log, " %u", (unsigned)event->octets);
		break;
	case MAIL_MESSAGE_BEGIN:
		player->message[event->side] = 0;
		buffer_printf(log, " %u", (unsigned)event->asked_number);
		add_verb(log, event);
		break;
	case MAIL_MESSAGE_END:
		CU_ASSERT_TRUE(player->message[event->side] <= event->octets);
		buffer_printf(log, " %u", (unsigned)event->asked_number);
		add_verb(log, event);
		buffer_printf(log, " %u%s%s", (unsigned)event->octets,
			event->is_complete ? "" : " incomplete",
			event->is_final ? "" : " not-last");
		break;
	case MAIL_TLS:
		break;
	case MAIL_TLS_BYTES:
		buffer_printf(log, " %u", (unsigned)event->octets);
		break;
	default:
		add_line(log, event);
		break;
	}
	buffer_add_byte(log, '\n');
}

static void feed(struct player *player, enum side side, struct span bytes, struct origin origin)
{
	struct chunk chunk = {bytes, origin};
	size_t used;

	if (bytes.length == 0)
		return;
	used = mail_feed(player->mail, side, &chunk);
	CU_ASSERT_TRUE(used <= bytes.length);
	if (used < bytes.length)
		CU_ASSERT_TRUE(mail_is_sealed(player->mail, side));
	player->fed[side] += used;
}

/* split: octets of the first piece; 0: one octet at a time; SIZE_MAX: whole */
static void play_step(
	struct player *player, const struct step *step, struct origin origin, size_t split)
{
	enum side side = step->side == 'C' ? SIDE_CLIENT : SIDE_SERVER;
	struct span bytes = step->bytes;
	uint64_t octets = 0;

	if (step->side == 'T') {
		mail_continue(player->mail, step->action == '+');
	} else if (step->action == '!') {
		CU_ASSERT_TRUE(span_number(bytes, &octets));
		mail_gap(player->mail, side, octets, origin);
	} else if (step->action == '.') {
		mail_end(player->mail, side, origin);
	} else if (split == 0) {
		for (size_t i = 0; i < bytes.length; i++)
			feed(player, side, span_first(span_from(bytes, i), 1), origin);
	} else {
		feed(player, side, span_first(bytes, split), origin);
		feed(player, side, span_from(bytes, split), origin);
	}
}

static void play(const struct script *script, const struct way *way, struct buffer *log)
{
	struct player player = {.way = way};
	struct mail_listener listener = {
		&player, on_event, !way->is_cut && !(script->flags & SCRIPT_QUIET), way->is_brief};
	struct origin origin = {0, 0};

	if (*script->parser == NULL)
		*script->parser = mail_new(script->protocol, &listener);
	else
		mail_reset(*script->parser, script->protocol, &listener);
	player.mail = *script->parser;
	if (script->flags & SCRIPT_MIDWAY)
		mail_begin_midway(player.mail);
	if (script->flags & SCRIPT_IN_TLS)
		mail_continue(player.mail, true);
	for (size_t i = 0; i < script->count; i++) {
		origin.frame = i + 1;
		play_step(&player, &script->steps[i], origin,
			way->at == SCRIPT_STEPS || way->at == i ? way->split : SIZE_MAX);
	}
	origin.frame++;
	mail_end(player.mail, SIDE_CLIENT, origin);
	mail_end(player.mail, SIDE_SERVER, origin);
	CU_ASSERT_FALSE(mail_is_holding(player.mail, SIDE_CLIENT));
	CU_ASSERT_FALSE(mail_is_holding(player.mail, SIDE_SERVER));
	if (!way->is_cut) {
		CU_ASSERT_EQUAL(player.fed[SIDE_CLIENT], player.told[SIDE_CLIENT]);
		CU_ASSERT_EQUAL(player.fed[SIDE_SERVER], player.told[SIDE_SERVER]);
	}
	flush_text(&player);
	*log = player.log;
	buffer_fini(&player.text);
}

static void check_play(const struct script *script, size_t at, size_t split)
{
	struct way way = {.at = at, .split = split};
	struct buffer log;
	bool is_same;

	play(script, &way, &log);
	is_same = span_equal(buffer_span(&log), script->log);
	CU_ASSERT_TRUE(is_same);
	if (!is_same)
		fprintf(stderr, "\n%.*s, step %zu split %zu:\n--- is\n%s--- should be\n%.*s",
			(int)script->name.length, (const char *)script->name.at, at, split,
			buffer_text(&log), (int)script->log.length, (const char *)script->log.at);
	buffer_fini(&log);
}

/* What is left is the same whether the rest is asked for or not. */
static void check_brief(const struct script *script)
{
	struct way way = {.at = SCRIPT_STEPS, .split = SIZE_MAX, .is_cut = true};
	struct buffer all, brief;

	play(script, &way, &all);
	way.is_brief = true;
	play(script, &way, &brief);
	CU_ASSERT_TRUE(span_equal(buffer_span(&all), buffer_span(&brief)));
	buffer_fini(&all);
	buffer_fini(&brief);
}

static void check_script(const struct script *script)
{
	CU_ASSERT_TRUE(script->count > 0 && script->log.length > 0);
	check_brief(script);
	check_play(script, SCRIPT_STEPS, SIZE_MAX);
	if (script->flags & SCRIPT_WHOLE)
		return;
	check_play(script, SCRIPT_STEPS, 0);
	for (size_t i = 0; i < script->count; i++)
		for (size_t split = 1; split < script->steps[i].bytes.length; split++)
			check_play(script, i, split);
}

static struct span take_line(struct span *rest)
{
	size_t length = span_index(*rest, '\n');
	struct span line = span_first(*rest, length);

	*rest = span_from(*rest, length + 1);
	return line;
}

static uint8_t unescaped(struct span *text)
{
	char digits[3] = "";
	uint8_t octet = text->at[0];

	if (octet != '\\' || text->length < 2) {
		*text = span_from(*text, 1);
		return octet;
	}
	octet = text->at[1];
	*text = span_from(*text, 2);
	if (octet != 'x')
		return octet == 'r' ? '\r' : octet == 'n' ? '\n' : octet;
	memcpy(digits, text->at, text->length < 2 ? text->length : 2);
	*text = span_from(*text, 2);
	return (uint8_t)strtoul(digits, NULL, 16);
}

static struct step step_of(struct arena *arena, struct span line)
{
	struct step step = {(char)line.at[0], line.length > 1 ? (char)line.at[1] : '\0', {NULL, 0}};
	struct span text = span_from(line, 2);
	uint8_t *bytes = arena_new(arena, text.length + 1);

	step.bytes.at = bytes;
	while (text.length > 0)
		bytes[step.bytes.length++] = unescaped(&text);
	return step;
}

static unsigned flags_of(struct span line)
{
	static const char *const names[] = {"[MIDWAY]", "[QUIET]", "[IN_TLS]", "[WHOLE]"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_find(line, names[i]) < line.length)
			return 1U << i;
	return 0;
}

/* Takes the next script off *rest. */
static struct script take_script(struct arena *arena, struct span *rest)
{
	struct script script = {.name = take_line(rest)};
	struct span line = take_line(rest), before;

	script.flags = flags_of(script.name);
	for (; line.length > 0 && !span_is(line, "--"); line = take_line(rest))
		if (script.count < SCRIPT_STEPS)
			script.steps[script.count++] = step_of(arena, line);
	script.log = before = *rest;
	while (rest->length > 0 && rest->at[0] != '\n')
		(void)take_line(rest);
	script.log.length = before.length - rest->length;
	return script;
}

static struct span read_file(struct arena *arena, const char *name)
{
	FILE *file = fopen(name, "rb");
	uint8_t *bytes = arena_new(arena, 1024 * 1024);
	size_t length = 0;

	if (file != NULL) {
		length = fread(bytes, 1, 1024 * 1024, file);
		fclose(file);
	}
	return span_of(bytes, length);
}

void script_check(const char *file, enum mail_protocol protocol)
{
	struct arena arena;
	struct span rest;
	struct mail *parser = NULL;
	size_t count = 0;

	arena_init(&arena);
	rest = read_file(&arena, file);
	while (rest.length > 0) {
		struct span next = rest;
		struct script script;

		if (!span_starts_letters(take_line(&next), "== ")) {
			rest = next;
			continue;
		}
		script = take_script(&arena, &rest);
		script.protocol = protocol;
		script.parser = &parser;
		check_script(&script);
		count++;
	}
	CU_ASSERT_TRUE(count > 0);
	mail_free(parser);
	arena_fini(&arena);
}
