#include "mail_peer.h"

#include "suite.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

enum {
	PATIENCE = 5, /* seconds for what is expected */
	MOMENT = 60,  /* ms of silence */
	PAUSE = 2,    /* ms between the halves of what is split */
};

/* The text of a step, with its escapes undone. */
static struct span step_text(struct span line, struct buffer *out)
{
	buffer_clear(out);
	line = span_from(line, 2);
	for (size_t i = 0; i < line.length; i++)
		if (line.at[i] == '\\' && i + 3 < line.length && line.at[i + 1] == 'x') {
			buffer_add_byte(out, (uint8_t)(hex_value(line.at[i + 2]) << 4 |
						       hex_value(line.at[i + 3])));
			i += 3;
		} else {
			buffer_add_byte(out, line.at[i]);
		}
	return buffer_span(out);
}

static bool complain(struct mail_peer *peer, const char *what, struct span text)
{
	struct buffer words;

	if (peer->wrong[0] != '\0')
		return false;
	buffer_init(&words, sizeof peer->wrong - 1);
	buffer_printf(&words, "%s \"", what);
	buffer_add_span(&words, span_first(text, 100));
	buffer_add_text(&words, "\" after \"");
	buffer_add_span(&words, buffer_span(&peer->peer.heard));
	snprintf(peer->wrong, sizeof peer->wrong, "%s", buffer_text(&words));
	buffer_fini(&words);
	return false;
}

/* Says the octets as split and cut have it; false: the connection is cut. */
static bool say(struct mail_peer *peer, struct span octets)
{
	bool is_cut = peer->cut - peer->said < octets.length;
	size_t at = peer->split - peer->said;

	if (is_cut)
		octets = span_first(octets, peer->cut - peer->said);
	if (peer->split > peer->said && at < octets.length) {
		peer_say_octets(&peer->peer, span_first(octets, at));
		peer_sleep(PAUSE);
		peer_say_octets(&peer->peer, span_from(octets, at));
	} else {
		peer_say_octets(&peer->peer, octets);
	}
	peer->said += octets.length;
	return !is_cut;
}

static bool hear_line(struct mail_peer *peer, struct span *line)
{
	size_t start = peer->peer.heard.length;

	do {
		if (!peer_hear(&peer->peer, 1)) {
			*line = span_from(buffer_span(&peer->peer.heard), start);
			return false;
		}
		*line = span_from(buffer_span(&peer->peer.heard), start);
	} while (line->at[line->length - 1] != '\n');
	*line = span_first(*line, line->length - 1);
	return line->length > 0 && line->at[line->length - 1] == '\r';
}

static bool expect(struct mail_peer *peer, struct span text, bool is_whole)
{
	struct span line = {0};

	if (!hear_line(peer, &line))
		return complain(peer, "no line but", line);
	line.length--;
	if (span_equal(is_whole ? line : span_first(line, text.length), text))
		return true;
	complain(peer, "not expected:", line);
	return false;
}

static bool hear_data(struct mail_peer *peer)
{
	struct span all;

	do {
		if (!peer_hear(&peer->peer, 1))
			return complain(peer, "no end of", buffer_span(&peer->data));
		buffer_add_byte(&peer->data, peer->peer.heard.at[peer->peer.heard.length - 1]);
		all = buffer_span(&peer->data);
	} while (!(all.length >= 3 && memcmp(all.at + all.length - 3, ".\r\n", 3) == 0 &&
		   (all.length == 3 || all.at[all.length - 4] == '\n')));
	return true;
}

static bool hear_octets(struct mail_peer *peer, size_t count)
{
	size_t start = peer->peer.heard.length;

	if (!peer_hear(&peer->peer, count))
		return complain(peer, "too few octets", (struct span){0});
	buffer_add_span(&peer->data, span_from(buffer_span(&peer->peer.heard), start));
	return true;
}

static bool hear_nothing(struct mail_peer *peer)
{
	struct pollfd socket = {.fd = peer->peer.socket, .events = POLLIN};

	return poll(&socket, 1, MOMENT) == 0 || complain(peer, "no silence", (struct span){0});
}

static bool say_many(struct mail_peer *peer, const char *arguments, bool is_line)
{
	char *rest = NULL;
	size_t count = strtoul(arguments, &rest, 10);
	struct buffer text;
	bool goes_on;

	buffer_init(&text, 0);
	for (size_t i = 0; i < count; i++)
		buffer_add_text(&text, is_line ? rest + 1 : "x");
	goes_on = say(peer, buffer_span(&text));
	buffer_fini(&text);
	return goes_on;
}

static bool take_step(struct mail_peer *peer, struct span line, struct buffer *scratch)
{
	struct span text = step_text(line, scratch);

	switch (line.at[0]) {
	case 'S':
		buffer_add_text(scratch, "\r\n");
		return say(peer, buffer_span(scratch));
	case 's':
		return say(peer, text);
	case 'C':
	case 'c':
		return expect(peer, text, line.at[0] == 'C');
	case 'D':
		return hear_data(peer);
	case 'B':
		return hear_octets(peer, strtoul(buffer_text(scratch), NULL, 10));
	case 'Q':
		return hear_nothing(peer);
	case 'T':
		return peer_secure(&peer->peer);
	case 'R':
		buffer_add_text(scratch, "\r\n");
		return say_many(peer, buffer_text(scratch), true);
	case 'L':
		return say_many(peer, buffer_text(scratch), false);
	default:
		return false;
	}
}

static bool take_line(struct span *script, struct span *line)
{
	size_t end = span_index(*script, '\n');

	*line = span_first(*script, end);
	*script = span_from(*script, end + 1);
	return line->length > 0;
}

static void follow(struct peer *thread)
{
	struct mail_peer *peer = thread->context;
	struct timeval patience = {.tv_sec = PATIENCE};
	int at_once = 1;
	struct span script = span_text(peer->script);
	struct buffer scratch;
	struct span line;
	bool goes_on = true;

	setsockopt(thread->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(thread->socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
	buffer_init(&scratch, 0);
	while (goes_on && take_line(&script, &line))
		goes_on = take_step(peer, line, &scratch);
	buffer_fini(&scratch);
	if (!goes_on)
		return;
	if (SSL_is_init_finished(thread->ssl))
		SSL_shutdown(thread->ssl);
	shutdown(thread->socket, SHUT_WR); /* the client need not wait for it */
	if (hear_line(peer, &line))
		complain(peer, "after the end:", line);
}

void mail_peer_meet_with(
	struct mail_peer *peer, const char *script, void (*change)(struct connection_options *))
{
	struct connection_options options;
	struct fail fail = {0};

	peer->script = script;
	if (peer->cut == 0)
		peer->cut = SIZE_MAX;
	peer->said = 0;
	peer->wrong[0] = '\0';
	buffer_init(&peer->data, 0);
	ear_init(&peer->ear);
	peer->peer.run = follow;
	peer->peer.context = peer;
	peer_start(&peer->peer);
	options = peer_options(&peer->peer, &peer->ear);
	if (change != NULL)
		change(&options);
	peer->connection = connection_new(&options);
	CU_ASSERT_EQUAL(connection_open(peer->connection, &fail), STEP_DONE);
}

void mail_peer_meet(struct mail_peer *peer, const char *script)
{
	mail_peer_meet_with(peer, script, NULL);
}

void mail_peer_join(struct mail_peer *peer)
{
	connection_free(peer->connection);
	peer->connection = NULL;
	peer_join(&peer->peer);
}

void mail_peer_part(struct mail_peer *peer)
{
	mail_peer_join(peer);
	peer_stop(&peer->peer);
	ear_fini(&peer->ear);
	buffer_fini(&peer->data);
}

size_t mail_peer_octets(const char *script)
{
	struct span rest = span_text(script);
	struct buffer scratch;
	struct span line;
	size_t octets = 0;

	buffer_init(&scratch, 0);
	while (take_line(&rest, &line))
		if (line.at[0] == 'S' || line.at[0] == 's')
			octets += step_text(line, &scratch).length + (line.at[0] == 'S' ? 2 : 0);
	buffer_fini(&scratch);
	return octets;
}
