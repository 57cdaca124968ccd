/* The sessions themselves, each in the thread of its work. */
#include "client/password.h"
#include "window/passwords.h"
#include "window/places.h"
#include "window/words.h"
#include "window/work_parts.h"

#include <stdlib.h>
#include <string.h>

static bool is_smtp(const struct work *work)
{
	return work->order.kind == WORK_SEND || work->order.kind == WORK_TRY_SMTP;
}

static struct login login_of(struct work *work)
{
	return (struct login){.user = work->user,
		.ask_secret = work_ask_secret,
		.context = work,
		.mechanism = work->order.account->mechanism};
}

/* Not more often than it can be seen. */
static bool is_time_to_tell(struct work *work, uint64_t done, uint64_t all)
{
	enum { EVERY = 50 * 1000 };
	int64_t now = g_get_monotonic_time();

	if (done != all && now - work->told < EVERY)
		return false;
	work->told = now;
	return true;
}

static void on_sent(void *context, uint64_t done, uint64_t all)
{
	struct work *work = context;

	if (is_time_to_tell(work, done, all))
		work_tell_progress(
			work, g_strdup(_("Sending")), all > 0 ? (double)done / (double)all : -1);
}

static void tell_message(struct work *work, double part)
{
	size_t count = work->message_count > 0 ? work->message_count : 1;

	work_tell_progress(work,
		g_strdup_printf(_("Message %zu of %zu"), work->message_index + 1, count),
		((double)work->message_index + part) / (double)count);
}

static void on_fetched(void *context, uint64_t done, uint64_t all)
{
	struct work *work = context;

	if (is_time_to_tell(work, done, all))
		tell_message(work, all > 0 ? (double)done / (double)all : 0);
}

static void on_message(void *context, size_t index, size_t count)
{
	struct work *work = context;

	work->message_index = index;
	work->message_count = count;
	if (is_time_to_tell(work, index + 1, count))
		tell_message(work, 0);
}

static void on_stored(void *context, const char *name)
{
	struct work *work = context;
	char *key = place_key(name);

	place_link(key, work->result.outcome.folder);
	g_free(key);
}

/* A recipient that was refused is a failure, though others were taken. */
static enum step judge(const struct work *work, struct fail *fail)
{
	for (size_t i = 0; i < work->order.recipient_count; i++) {
		const struct smtp_recipient *result = &work->result.recipients[i];

		if (result->code >= 400)
			return fail_set(fail, result->code < 500 ? FAIL_TEMPORARY : FAIL_DENIED,
				_("not sent to %s: %d %s"), work->order.recipients[i], result->code,
				result->text);
	}
	return STEP_DONE;
}

static enum step send_message(struct work *work, struct smtp_client *client, struct fail *fail)
{
	const struct smtp_envelope envelope = {.sender = work->order.sender,
		.recipients = (const char *const *)work->order.recipients,
		.recipient_count = work->order.recipient_count};
	enum step step;

	work->result.recipients = g_new0(struct smtp_recipient, envelope.recipient_count + 1);
	step = smtp_client_send(
		client, &envelope, buffer_span(&work->order.message), work->result.recipients);
	if (step != STEP_DONE)
		return step;
	work->result.is_sent = true;
	return judge(work, fail);
}

static enum step talk_smtp(void *context, struct connection *connection, struct fail *fail)
{
	struct work *work = context;
	struct smtp_client_options options = {
		.wants = {.tls = work->server.tls, .login = login_of(work)},
		.on_progress = on_sent,
		.context = work};
	struct smtp_client *client = smtp_client_new(connection, &options);
	enum step step = smtp_client_begin(client);
	bool is_judged = false;

	if (step == STEP_DONE && work->order.kind == WORK_SEND) {
		step = send_message(work, client, fail);
		is_judged = work->result.is_sent;
	}
	if (step == STEP_FAIL && !is_judged)
		*fail = *smtp_client_fail(client);
	smtp_client_quit(client);
	smtp_client_free(client);
	return step;
}

/* Logs in, and looks how many there are. */
static enum step try_pop3(struct work *work, struct connection *connection, struct fail *fail)
{
	struct pop3_client_options options = {
		.wants = {.tls = work->server.tls, .login = login_of(work)}};
	struct pop3_client *client = pop3_client_new(connection, &options);
	const struct pop3_entry *entries = NULL;
	enum step step = pop3_client_begin(client);

	if (step == STEP_DONE)
		step = pop3_client_list(client, &entries, &work->result.known);
	if (step == STEP_FAIL)
		*fail = *pop3_client_fail(client);
	(void)pop3_client_quit(client);
	pop3_client_free(client);
	return step;
}

static enum step fetch(struct work *work, struct connection *connection, struct fail *fail)
{
	char *path = place_path(PLACE_INBOX);
	char *account =
		g_strdup_printf("%s@%s", work->user != NULL ? work->user : "", work->server.host);
	enum step step = STEP_FAIL;

	work->fetching = (struct fetching){
		.client = {.wants = {.tls = work->server.tls, .login = login_of(work)},
			.on_progress = on_fetched,
			.context = work},
		.store = store_open(path, fail),
		.account = account,
		.deletes = !(work->order.account->has_keep && work->order.account->keep),
		.on_message = on_message,
		.on_stored = on_stored,
		.context = work};
	if (work->fetching.store != NULL)
		step = fetching_talk(&work->fetching, connection, fail);
	store_close(work->fetching.store);
	work->result.fetched = work->fetching.fetched;
	work->result.known = work->fetching.known;
	g_free(account);
	g_free(path);
	return step;
}

static enum step talk_pop3(void *context, struct connection *connection, struct fail *fail)
{
	struct work *work = context;

	if (work->order.kind == WORK_FETCH)
		return fetch(work, connection, fail);
	return try_pop3(work, connection, fail);
}

/* A copy of what was sent, linked to the session that sent it. */
static void keep_sent(struct work *work)
{
	char *path = place_path(PLACE_SENT), *key = NULL;
	struct fail *fail = &work->result.outcome.files;
	struct store *store = store_open(path, fail);
	struct store_incoming *incoming = NULL;
	enum step step = STEP_FAIL;

	if (store != NULL)
		incoming = store_begin(store, "sent", "", fail);
	if (incoming != NULL) {
		key = place_key(store_incoming_name(incoming));
		step = store_write(incoming, buffer_span(&work->order.message), fail);
		if (step == STEP_DONE)
			step = store_commit(incoming, fail);
		else
			store_abandon(incoming);
	}
	if (step == STEP_DONE)
		place_link(key, work->result.outcome.folder);
	store_close(store);
	g_free(key);
	g_free(path);
}

static void fill(struct work *work, struct live_hold *hold)
{
	const struct account *account = work->order.account;

	hold->live = (struct live_options){.prefix = is_smtp(work) ? "smtp" : "pop3",
		.has_capture = work->order.has_capture,
		.has_secrets = true,
		.has_diagram = true};
	hold->connection = (struct connection_options){.host = work->server.host,
		.port = work->server.port,
		.family = AF_UNSPEC,
		.cancel = work->cancel[0],
		.trust = {.ca_file = account->ca_file,
			.name = account->tls_name,
			.fingerprint = account->tls_fingerprint,
			.minimum = TRUST_TLS_1_2}};
}

/* A password of this run that was refused is asked for again next time. */
static void forget_refused(const struct work *work)
{
	if (work->result.outcome.session.code == FAIL_DENIED && work->user != NULL &&
		!work->result.outcome.is_capture_refused && !work_was_refused(work))
		passwords_set(work->user, work->server.host, NULL);
}

static void hold_session(struct work *work, char *folder)
{
	struct live_talk talk = {is_smtp(work) ? talk_smtp : talk_pop3, work};
	struct tap tap = work_tap(work);
	struct live_hold hold = {.listener = &tap};

	fill(work, &hold);
	hold.live.folder = folder;
	live_hold(&hold, &talk, &work->result.outcome);
	work_tap_end(work);
	forget_refused(work);
	if (work->result.is_sent)
		keep_sent(work);
}

void work_run(struct work *work)
{
	const struct account *account = work->order.account;
	struct fail *fail = &work->result.outcome.session;
	char *folder;

	work->server = is_smtp(work) ? account->smtp : account->pop3;
	work->user = work->server.user != NULL ? work->server.user : account->user;
	account_server_settle(&work->server, is_smtp(work) ? MAIL_SMTP : MAIL_POP3);
	if (work->server.host == NULL) {
		(void)fail_set(fail, FAIL_UNAVAILABLE, "%s",
			is_smtp(work) ? _("The account has no SMTP server.")
				      : _("The account has no POP3 server."));
		return;
	}
	folder = place_session(is_smtp(work) ? "smtp" : "pop3", fail);
	if (folder != NULL)
		hold_session(work, folder);
	g_free(folder);
}
