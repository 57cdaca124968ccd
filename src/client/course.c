#include "client/course.h"

#include "base/language.h"

#include <stdio.h>

void course_init(struct course *course, struct connection *connection,
	const struct course_plan *plan, const struct course_wants *wants)
{
	course->plan = plan;
	course->wants = *wants;
	conversation_init(&course->conversation, connection, plan->language, course);
}

void course_fini(struct course *course)
{
	conversation_fini(&course->conversation);
}

int course_stage(const char *const *names, const char *name)
{
	for (int i = 0; name != NULL && names[i] != NULL; i++)
		if (span_is_letters(span_text(name), names[i]))
			return i + 1;
	return 0;
}

struct command course_command(const struct course *course, int at)
{
	const struct course_step *step = &course->plan->steps[at];
	const struct verb *verb = NULL;

	if (step->verb != NULL)
		verb = vocabulary_verb(course->plan->protocol, span_text(step->verb));
	return (struct command){.verb = verb, .name = step->name, .seconds = step->seconds};
}

enum step course_say(struct course *course, const struct command *command, const char *arguments)
{
	struct buffer line;
	enum step step;

	buffer_init(&line, 0);
	buffer_add_text(&line, command->verb->name);
	if (arguments != NULL)
		buffer_printf(&line, " %s", arguments);
	step = conversation_say(&course->conversation, command, buffer_span(&line));
	buffer_fini(&line);
	return step;
}

bool course_is_good(const struct course *course, int at)
{
	return course->conversation.reply.code / 100 == course->plan->steps[at].good;
}

int course_refused(struct course *course, const char *what)
{
	struct conversation *conversation = &course->conversation;

	conversation_refused(conversation, course->plan->fail_code(&conversation->reply), what);
	return COURSE_FAILED;
}

int course_connect(struct course *course)
{
	return course->wants.tls == TLS_MODE_IMPLICIT ? COURSE_TLS : COURSE_GREETING;
}

static int go_to_login(const struct course *course)
{
	return course->wants.login.user != NULL ? COURSE_LOGIN : COURSE_READY;
}

int course_after_offers(struct course *course, bool is_tls_offered)
{
	const char *verb = course->plan->steps[COURSE_STARTTLS].verb;
	bool is_required = course->wants.tls == TLS_MODE_STARTTLS;

	if (course->has_tls || (!is_required && course->wants.tls != TLS_MODE_OFFERED))
		return go_to_login(course);
	if (is_tls_offered)
		return COURSE_STARTTLS;
	if (is_required) {
		conversation_fail(&course->conversation, FAIL_PROTOCOL,
			"TLS is required, and the server does not offer %s", verb);
		return COURSE_FAILED;
	}
	connection_note(course->conversation.connection,
		"The server does not offer %s: the session stays in clear", verb);
	return go_to_login(course);
}

int course_say_starttls(struct course *course)
{
	struct command command = course_command(course, COURSE_STARTTLS);
	char what[160];

	if (course_say(course, &command, NULL) != STEP_DONE)
		return COURSE_FAILED;
	if (course_is_good(course, COURSE_STARTTLS)) {
		course->cannot_quit = true;
		return COURSE_TLS;
	}
	if (course->wants.tls == TLS_MODE_STARTTLS) {
		snprintf(what, sizeof what, _("TLS is required, and %s was refused"),
			command.verb->name);
		return course_refused(course, what);
	}
	connection_note(course->conversation.connection,
		"%s was refused: the session stays in clear", command.verb->name);
	return go_to_login(course);
}

int course_begin_tls(struct course *course)
{
	int seconds = course->plan->steps[COURSE_TLS].seconds;

	if (conversation_secure(&course->conversation, seconds) != STEP_DONE)
		return COURSE_FAILED;
	course->has_tls = true;
	course->cannot_quit = false;
	course->conversation.is_grouping = false;
	course->plan->forget(course);
	return course->is_greeted ? COURSE_OFFERS : COURSE_GREETING;
}

static void drop(struct course *course)
{
	connection_drop(course->conversation.connection);
	course->is_closed = course->conversation.is_over = true;
}

bool course_ends(struct course *course, int stage)
{
	if (stage == 0 || (course->wants.drop_after != stage && course->wants.quit_after != stage))
		return false;
	if (course->wants.drop_after == stage)
		drop(course);
	else
		course->plan->quit(course);
	return true;
}

static bool is_past(int wanted, int stage)
{
	return wanted != 0 && wanted < stage;
}

bool course_ends_before(struct course *course, int stage)
{
	if (is_past(course->wants.drop_after, stage))
		drop(course);
	else if (is_past(course->wants.quit_after, stage))
		course->plan->quit(course);
	else
		return false;
	return true;
}

/* The stage before which the session may have had to end already. With TLS from the first octet
 * on, it begins before the greeting. */
static int stage_ahead(const struct course *course, int at)
{
	return at == COURSE_TLS && !course->is_greeted ? 0 : course->plan->steps[at].stage;
}

enum step course_begin(struct course *course)
{
	const struct course_step *steps = course->plan->steps;
	int at = COURSE_CONNECT;

	while (at != COURSE_READY) {
		int stage = steps[at].stage;

		if (course_ends_before(course, stage_ahead(course, at)))
			return STEP_MORE;
		at = steps[at].run(course);
		if (at == COURSE_FAILED)
			return STEP_FAIL;
		/* What is tried again another way is not reached yet: EHLO, by HELO. */
		if (steps[at].stage != stage && course_ends(course, stage))
			return STEP_MORE;
	}
	if (course_ends_before(course, stage_ahead(course, at)))
		return STEP_MORE;
	course->is_ready = true;
	return STEP_DONE;
}

enum step course_check_ready(struct course *course, int stage)
{
	if (course->is_closed || (course->is_ready && course_ends_before(course, stage)))
		return STEP_MORE;
	if (course->conversation.is_over)
		return STEP_FAIL;
	if (course->is_ready)
		return STEP_DONE;
	return conversation_fail(&course->conversation, FAIL_USAGE, "the session has not begun");
}

bool course_can_quit(struct course *course)
{
	return course->is_greeted && !course->cannot_quit && !course->conversation.is_over &&
	       conversation_finish(&course->conversation) == STEP_DONE;
}

void course_close(struct course *course)
{
	connection_close(course->conversation.connection);
	course->is_closed = course->conversation.is_over = true;
}
