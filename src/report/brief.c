#include "report/html.h"

#include "base/language.h"
#include "base/printable.h"
#include "report/text.h"
#include "view/text.h"

void html_title(struct buffer *out, const struct session *session)
{
	static const char *const words[] = {
		[TRANSPORT_CLEAR] = N_(" in clear"),
		[TRANSPORT_STARTTLS] = N_(" with STARTTLS"),
		[TRANSPORT_TLS] = N_(" over TLS"),
	};

	buffer_add_text(out, protocol_name(session->protocol));
	buffer_add_text(
		out, session->transport == TRANSPORT_STARTTLS && session->protocol == MAIL_POP3
			     ? _(" with STLS")
			     : _(words[session->transport]));
	buffer_add_text(out, ", ");
	printable_add(out, span_text(session->capture));
}

static void add_content(struct buffer *out, const struct session *session)
{
	if (!session->tls.is_present) {
		buffer_add_text(out, _("readable by anyone"));
		return;
	}
	html_text(out, span_text(session->tls.version[0] != '\0' ? session->tls.version : "TLS"));
	buffer_add_text(
		out, session->tls.is_decrypted ? _(", opened with its keys") : _(", sealed"));
}

static void add_findings(struct buffer *out, const struct session *session)
{
	uint64_t counts[3] = {0};
	const char *divider = "";

	for (size_t i = 0; i < session->finding_count; i++)
		counts[finding_rule(session->findings[i].id)->severity]++;
	for (size_t i = 3; i > 0; i--) {
		if (counts[i - 1] == 0)
			continue;
		buffer_add_text(out, divider);
		text_severity(out, (enum severity)(i - 1), counts[i - 1]);
		divider = ", ";
	}
	buffer_add_text(out, divider[0] == '\0' ? _("none") : "");
}

void html_brief(
	const struct html *html, const struct session *session, const struct comparison *comparison)
{
	struct buffer *out = html->out;

	buffer_add_text(out, "<td>");
	html_text(out, span_text(session->capture));
	buffer_add_text(out, "</td><td>");
	text_endpoints(out, session);
	buffer_add_text(out, "</td><td>");
	add_content(out, session);
	buffer_printf(out, "</td><td>%s</td><td>", _(outcome_name(session->outcome)));
	add_findings(out, session);
	buffer_add_text(out, "</td><td>");
	if (comparison == NULL)
		buffer_add_text(out, "–");
	else if (comparison_differences(comparison) == 0)
		buffer_add_text(out, _("agrees"));
	else
		text_count(out, comparison_differences(comparison), "difference", "differences");
	buffer_add_text(out, "</td>");
}
