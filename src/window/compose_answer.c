/* What an answer begins with. */
#include "message/compose.h"
#include "window/compose.h"
#include "window/words.h"

#include <stdlib.h>
#include <string.h>

static char *prefixed(const char *prefix, const char *subject)
{
	size_t length = strlen(prefix);

	if (g_ascii_strncasecmp(subject, prefix, length) == 0)
		return g_strdup(subject);
	return g_strconcat(prefix, " ", subject, NULL);
}

static void quote(GString *body, const char *text)
{
	char **lines = g_strsplit(text, "\n", -1);

	for (size_t i = 0; lines[i] != NULL; i++) {
		if (lines[i][0] == '\0' && lines[i + 1] == NULL)
			break;
		g_string_append(body, lines[i][0] == '>' || lines[i][0] == '\0' ? ">" : "> ");
		g_string_append(body, lines[i]);
		g_string_append_c(body, '\n');
	}
	g_strfreev(lines);
}

static char *answer_body(const struct stored_mail *mail, enum answer answer)
{
	GString *body = g_string_new("\n\n");

	if (answer == ANSWER_FORWARD) {
		g_string_append_printf(body,
			_("---------- Forwarded message ----------\nFrom: %s\nDate: %s\nSubject: "
			  "%s\nTo: %s\n\n"),
			mail->from, mail->date, mail->subject, mail->to);
		g_string_append(body, mail->text);
	} else {
		g_string_append_printf(body, _("%s, %s wrote:\n"), mail->date, mail->from);
		quote(body, mail->text);
	}
	return g_string_free(body, FALSE);
}

/* Everybody the message went to, but the user, and but who is written to already. */
static char *others(const struct stored_mail *mail, const char *own, const char *to)
{
	char *all = g_strjoin(", ", mail->to, mail->cc[0] != '\0' ? mail->cc : NULL, NULL);
	const struct compose compose = {.to = all};
	GString *list = g_string_new(NULL);
	char **addresses = NULL, *first = compose_address(to);
	size_t count = 0;
	struct fail fail;

	if (compose_recipients(&compose, &addresses, &count, &fail) == STEP_FAIL)
		count = 0;
	for (size_t i = 0; i < count; i++)
		if ((own == NULL || g_ascii_strcasecmp(addresses[i], own) != 0) &&
			(first == NULL || g_ascii_strcasecmp(addresses[i], first) != 0))
			g_string_append_printf(
				list, "%s%s", list->len > 0 ? ", " : "", addresses[i]);
	compose_recipients_free(addresses);
	free(first);
	g_free(all);
	return g_string_free(list, FALSE);
}

/* A Reply-To in encoded words is taken by its address alone. */
static char *answer_to(const struct stored_mail *mail)
{
	char *address, *copy;

	if (mail->reply_to[0] == '\0')
		return g_strdup(mail->from);
	if (strstr(mail->reply_to, "=?") == NULL)
		return g_strdup(mail->reply_to);
	address = compose_address(mail->reply_to);
	copy = g_strdup(address != NULL ? address : mail->from);
	free(address);
	return copy;
}

/* RFC 5322 3.6.4: the references of the message, and itself. */
static void thread(struct draft *draft, const struct stored_mail *mail)
{
	char *references = mail->references[0] != '\0'
				   ? g_strconcat(mail->references, " ", mail->message_id, NULL)
				   : g_strdup(mail->message_id);

	draft_set(&draft->in_reply_to, mail->message_id);
	draft_set(&draft->references, references);
	g_free(references);
}

struct draft *compose_answer(const struct stored_mail *mail, enum answer answer, const char *own)
{
	struct draft *draft = draft_new();
	char *subject = prefixed(answer == ANSWER_FORWARD ? "Fwd:" : "Re:", mail->subject);
	char *body = answer_body(mail, answer), *to = NULL, *cc = NULL;

	if (answer != ANSWER_FORWARD) {
		to = answer_to(mail);
		thread(draft, mail);
	}
	if (answer == ANSWER_REPLY_ALL)
		cc = others(mail, own, to);
	draft_set(&draft->to, to);
	draft_set(&draft->cc, cc);
	draft_set(&draft->subject, subject);
	draft_set(&draft->body, body);
	g_free(subject);
	g_free(body);
	g_free(to);
	g_free(cc);
	return draft;
}
