#include "window/work_parts.h"

#include "base/limits.h"
#include "client/password.h"
#include "message/compose.h"
#include "window/passwords.h"
#include "window/words.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void (*work_on_question)(const struct work_question *question);

static void order_fini(struct work_order *order)
{
	account_free(order->account);
	buffer_fini(&order->message);
	g_free(order->sender);
	compose_recipients_free(order->recipients);
}

static void work_free(struct work *work)
{
	order_fini(&work->order);
	live_outcome_fini(&work->result.outcome);
	g_free(work->result.recipients);
	close(work->cancel[0]);
	close(work->cancel[1]);
	password_free(work->answer);
	g_mutex_clear(&work->lock);
	g_cond_clear(&work->answered);
	g_free(work);
}

/* What the thread tells, on its way to the main thread. */
struct told {
	struct work *work;
	struct work_line line;
	char *text;
	double part;
};

static gboolean hear_line(gpointer data)
{
	struct told *told = data;
	const struct work *work = told->work;

	if (!work->is_forgotten && work->events.said != NULL)
		work->events.said(work->events.context, &told->line);
	g_free(told->line.text);
	g_free(told);
	return G_SOURCE_REMOVE;
}

static gboolean hear_progress(gpointer data)
{
	struct told *told = data;
	const struct work *work = told->work;

	if (!work->is_forgotten && work->events.progress != NULL)
		work->events.progress(work->events.context, told->text, told->part);
	g_free(told->text);
	g_free(told);
	return G_SOURCE_REMOVE;
}

/* Default priority: what is told comes in order, and before the end. */
static void tell(GSourceFunc hear, const struct told *what)
{
	g_main_context_invoke_full(
		NULL, G_PRIORITY_DEFAULT, hear, g_memdup2(what, sizeof *what), NULL);
}

void work_tell_line(struct work *work, const struct work_line *line)
{
	tell(hear_line, &(struct told){.work = work, .line = *line});
}

void work_tell_progress(struct work *work, char *text, double part)
{
	tell(hear_progress, &(struct told){.work = work, .text = text, .part = part});
}

static void in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	(void)source;
	(void)cancellable;
	work_run(data);
	g_task_return_boolean(task, TRUE);
}

static void on_done(GObject *source, GAsyncResult *result, gpointer data)
{
	struct work *work = data;

	(void)source;
	(void)result;
	work->result.is_cancelled = work->is_cancelled;
	if (!work->is_forgotten && work->events.ended != NULL)
		work->events.ended(work->events.context, work);
	work->is_over = true;
	if (work->is_forgotten)
		work_free(work);
}

struct work *work_start(const struct work_order *order, const struct work_events *events)
{
	struct work *work = g_new0(struct work, 1);
	GTask *task;

	work->order = *order;
	work->events = *events;
	if (pipe2(work->cancel, O_CLOEXEC | O_NONBLOCK) != 0)
		abort();
	g_mutex_init(&work->lock);
	g_cond_init(&work->answered);
	work->began = g_get_monotonic_time() * 1000;
	task = g_task_new(NULL, NULL, on_done, work);
	g_task_set_task_data(task, work, NULL);
	g_task_run_in_thread(task, in_thread);
	g_object_unref(task);
	return work;
}

void work_cancel(struct work *work)
{
	if (work == NULL || work->is_over)
		return;
	work->is_cancelled = true;
	if (write(work->cancel[1], "", 1) < 0)
		work->is_cancelled = true; /* it is full: the session hears it already */
	work_answer(work, NULL);
}

void work_forget(struct work *work)
{
	if (work == NULL)
		return;
	work->is_forgotten = true;
	if (work->is_over)
		work_free(work);
}

const struct work_result *work_result(const struct work *work)
{
	return &work->result;
}

const struct work_order *work_order(const struct work *work)
{
	return &work->order;
}

void work_answer(struct work *work, const char *secret)
{
	g_mutex_lock(&work->lock);
	if (!work->has_answer) {
		work->has_answer = true;
		work->answer = secret != NULL ? strdup(secret) : NULL;
		g_cond_signal(&work->answered);
	}
	g_mutex_unlock(&work->lock);
}

static gboolean hear_question(gpointer data)
{
	struct work *work = data;
	const struct work_question question = {
		.work = work, .user = (char *)(uintptr_t)work->user, .host = work->server.host};

	if (!work->is_cancelled && work_on_question != NULL)
		work_on_question(&question);
	else
		work_answer(work, NULL);
	return G_SOURCE_REMOVE;
}

/* The thread waits until the user has answered, or cancelled. */
static char *ask_user(struct work *work)
{
	char *secret;

	g_main_context_invoke(NULL, hear_question, work);
	g_mutex_lock(&work->lock);
	while (!work->has_answer)
		g_cond_wait(&work->answered, &work->lock);
	secret = work->answer;
	work->answer = NULL;
	g_mutex_unlock(&work->lock);
	return secret;
}

enum step work_ask_secret(void *context, char **secret, struct fail *fail)
{
	struct work *work = context;
	struct password_source source = {.file = work->order.account->password_file,
		.command = work->order.account->password_command,
		.user = work->user,
		.host = work->server.host,
		.is_silent = true};
	bool has_own = source.file != NULL || source.command != NULL;
	enum step step = STEP_DONE;

	*secret = passwords_get(work->user, work->server.host);
	if (*secret == NULL)
		step = password_ask(&source, secret, fail);
	password_forget(&source);
	if (step == STEP_FAIL && !has_own) {
		*secret = ask_user(work);
		if (*secret != NULL)
			return STEP_DONE;
		return fail_set(fail, work->is_cancelled ? FAIL_TEMPORARY : FAIL_DENIED, "%s",
			work->is_cancelled ? _("cancelled") : _("no password was given"));
	}
	return step;
}

bool work_was_refused(const struct work *work)
{
	for (size_t i = 0; work->result.recipients != NULL && i < work->order.recipient_count; i++)
		if (work->result.recipients[i].code >= 400)
			return true;
	return false;
}

/* What can be done, by the kind of failure. */
static const char *advice(const struct work *work, enum fail_code code)
{
	if (work_was_refused(work))
		return _("Check the addresses, and what the server says of them.");
	if (work->result.outcome.is_capture_refused)
		return _("Give mailscope the right to capture, or switch capturing off in the "
			 "settings.");
	switch (code) {
	case FAIL_UNAVAILABLE:
		return _("Check the server's name and port in the settings, and that this computer "
			 "is online.");
	case FAIL_DENIED:
		return _("Check user name, password and certificate in the settings.");
	case FAIL_TEMPORARY:
		return _("Try again later.");
	case FAIL_PROTOCOL:
		return _("Check the port and the kind of encryption in the settings: the server "
			 "does not speak as expected there.");
	case FAIL_WRITE:
		return _("Look whether the disk is full.");
	default:
		return "";
	}
}

char *work_trouble(const struct work *work)
{
	const struct live_outcome *outcome = &work->result.outcome;
	const struct fail *fail =
		outcome->session.code != FAIL_NONE ? &outcome->session : &outcome->files;

	if (fail->code == FAIL_NONE)
		return NULL;
	if (work->is_cancelled)
		return g_strdup(_("Cancelled."));
	return g_strdup_printf("%s\n\n%s", fail->text, advice(work, fail->code));
}
