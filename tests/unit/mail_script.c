#include "mail_script.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

struct player {
	struct mail *mail;
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
static void play_step(struct player *player, const char *step, struct origin origin, size_t split)
{
	enum side side = step[0] == 'C' ? SIDE_CLIENT : SIDE_SERVER;
	struct span bytes = span_text(step + 2);

	if (step[0] == 'T') {
		mail_continue(player->mail, step[1] == '+');
	} else if (step[1] == '!') {
		mail_gap(player->mail, side, strtoul(step + 2, NULL, 10), origin);
	} else if (step[1] == '.') {
		mail_end(player->mail, side, origin);
	} else if (split == 0) {
		for (size_t i = 0; i < bytes.length; i++)
			feed(player, side, span_first(span_from(bytes, i), 1), origin);
	} else {
		feed(player, side, span_first(bytes, split), origin);
		feed(player, side, span_from(bytes, split), origin);
	}
}

/* Plays the script with one step split there, all others whole; step SCRIPT_STEPS: all alike. */
static void play(const struct script *script, size_t at, size_t split, struct buffer *log)
{
	struct player player = {.mail = NULL};
	struct mail_listener listener = {&player, on_event, !(script->flags & SCRIPT_QUIET)};
	struct origin origin = {0, 0};

	player.mail = mail_new(script->protocol, &listener);
	if (script->flags & SCRIPT_MIDWAY)
		mail_begin_midway(player.mail);
	if (script->flags & SCRIPT_IN_TLS)
		mail_continue(player.mail, true);
	for (size_t i = 0; i < SCRIPT_STEPS && script->steps[i] != NULL; i++) {
		origin.frame = i + 1;
		play_step(&player, script->steps[i], origin,
			at == SCRIPT_STEPS || at == i ? split : SIZE_MAX);
	}
	origin.frame++;
	mail_end(player.mail, SIDE_CLIENT, origin);
	mail_end(player.mail, SIDE_SERVER, origin);
	CU_ASSERT_FALSE(mail_is_holding(player.mail, SIDE_CLIENT));
	CU_ASSERT_FALSE(mail_is_holding(player.mail, SIDE_SERVER));
	CU_ASSERT_EQUAL(player.fed[SIDE_CLIENT], player.told[SIDE_CLIENT]);
	CU_ASSERT_EQUAL(player.fed[SIDE_SERVER], player.told[SIDE_SERVER]);
	flush_text(&player);
	mail_free(player.mail);
	*log = player.log;
	buffer_fini(&player.text);
}

static void check_play(const struct script *script, size_t at, size_t split)
{
	struct buffer log;
	bool is_same;

	play(script, at, split, &log);
	is_same = strcmp(buffer_text(&log), script->log) == 0;
	CU_ASSERT_TRUE(is_same);
	if (!is_same)
		fprintf(stderr, "\n%s, step %zu split %zu:\n--- is\n%s--- should be\n%s",
			script->name, at, split, buffer_text(&log), script->log);
	buffer_fini(&log);
}

void script_check(const struct script *scripts, size_t count)
{
	for (size_t n = 0; n < count; n++) {
		const struct script *script = &scripts[n];

		check_play(script, SCRIPT_STEPS, SIZE_MAX);
		if (script->flags & SCRIPT_WHOLE)
			continue;
		check_play(script, SCRIPT_STEPS, 0);
		for (size_t i = 0; i < SCRIPT_STEPS && script->steps[i] != NULL; i++)
			for (size_t split = 1; split + 2 < strlen(script->steps[i]); split++)
				check_play(script, i, split);
	}
}
