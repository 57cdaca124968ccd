#include "meeting.h"

#include <CUnit/CUnit.h>
#include <stdio.h>

void meeting_start(struct meeting *meeting)
{
	ear_init(&meeting->ear);
	buffer_init(&meeting->in, 0);
	peer_start(&meeting->peer);
}

void meeting_approach(struct meeting *meeting, const struct trust *trust)
{
	struct connection_options options = peer_options(&meeting->peer, &meeting->ear);

	if (trust != NULL)
		options.trust = *trust;
	if (meeting->cancel != 0)
		options.cancel = meeting->cancel;
	meeting->connection = connection_new(&options);
	CU_ASSERT_EQUAL(connection_open(meeting->connection, &meeting->fail), STEP_DONE);
}

void meet(struct meeting *meeting, const struct trust *trust)
{
	meeting_start(meeting);
	meeting_approach(meeting, trust);
}

void part(struct meeting *meeting)
{
	connection_free(meeting->connection);
	peer_stop(&meeting->peer);
	ear_fini(&meeting->ear);
	buffer_fini(&meeting->in);
}

enum step secure(struct meeting *meeting)
{
	return connection_secure(meeting->connection, PATIENCE, &meeting->fail);
}

enum step say(struct meeting *meeting, const char *text)
{
	return connection_write(
		meeting->connection, span_text(text), false, PATIENCE, &meeting->fail);
}

enum step hear(struct meeting *meeting, size_t octets)
{
	enum step step = STEP_DONE;

	while (step == STEP_DONE && meeting->in.length < octets)
		step = connection_read(meeting->connection, &meeting->in, PATIENCE, &meeting->fail);
	return step;
}

void check_tap(struct meeting *meeting)
{
	peer_join(&meeting->peer);
	CU_ASSERT_TRUE(span_equal(
		buffer_span(&meeting->ear.octets[SIDE_CLIENT]), buffer_span(&meeting->peer.heard)));
	CU_ASSERT_TRUE(span_equal(
		buffer_span(&meeting->ear.octets[SIDE_SERVER]), buffer_span(&meeting->peer.said)));
}

static void check_text(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fprintf(stderr, "\"%s\" is not in \"%s\"\n", part, text);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, part));
}

void check_has(struct buffer *buffer, const char *part)
{
	check_text(buffer_text(buffer), part);
}

void check_fail(const struct meeting *meeting, enum fail_code code, const char *part)
{
	check_text(meeting->fail.text, part);
	CU_ASSERT_EQUAL(meeting->fail.code, code);
}
