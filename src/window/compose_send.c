#include "window/compose_send.h"

#include "base/limits.h"
#include "message/compose.h"
#include "window/words.h"

#include <stdlib.h>
#include <string.h>

/* "Ann Lee <ann@example.org>"; to be freed. */
static char *from_of(const struct account *account)
{
	if (account->from == NULL)
		return NULL;
	if (account->name == NULL || strchr(account->from, '<') != NULL)
		return g_strdup(account->from);
	return g_strdup_printf("\"%s\" <%s>", account->name, account->from);
}

static const char *unless_empty(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static enum step fill(const struct draft *draft, const struct compose *compose,
	struct work_order *order, struct fail *fail)
{
	char *sender;

	(void)draft;
	buffer_init(&order->message, LIMIT_MESSAGE);
	if (compose_recipients(compose, &order->recipients, &order->recipient_count, fail) ==
		STEP_FAIL)
		return STEP_FAIL;
	if (order->recipient_count == 0)
		return fail_set(fail, FAIL_USAGE, "%s", _("Nobody is named to send it to."));
	if (compose_message(compose, &order->message, fail) == STEP_FAIL)
		return STEP_FAIL;
	sender = compose_address(compose->from);
	order->sender = g_strdup(sender != NULL ? sender : "");
	free(sender);
	return STEP_DONE;
}

enum step compose_order(const struct draft *draft, struct account *account,
	struct work_order *order, struct fail *fail)
{
	guint count = g_strv_length(draft->attachments);
	struct compose_attachment *attachments = g_new0(struct compose_attachment, count + 1);
	char *from = from_of(account);
	const struct compose compose = {.from = from,
		.to = unless_empty(draft->to),
		.cc = unless_empty(draft->cc),
		.bcc = unless_empty(draft->bcc),
		.subject = draft->subject,
		.body = span_text(draft->body),
		.attachments = attachments,
		.attachment_count = count,
		.in_reply_to = unless_empty(draft->in_reply_to),
		.references = unless_empty(draft->references)};
	enum step step = STEP_FAIL;

	*order = (struct work_order){.kind = WORK_SEND,
		.account = account,
		.has_capture = !account->has_capture || account->capture};
	for (guint i = 0; i < count; i++)
		attachments[i].path = draft->attachments[i];
	if (from == NULL)
		(void)fail_set(fail, FAIL_USAGE, "%s",
			_("The account has no address to send from: give it one in the settings."));
	else
		step = fill(draft, &compose, order, fail);
	if (step == STEP_FAIL) {
		account_free(account);
		buffer_fini(&order->message);
		compose_recipients_free(order->recipients);
		*order = (struct work_order){.account = NULL};
	}
	g_free(from);
	g_free(attachments);
	return step;
}
