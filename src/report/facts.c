#include "report/html.h"

#include "base/language.h"
#include "base/printable.h"
#include "report/frames.h"
#include "report/text.h"
#include "view/text.h"

static void begin_table(struct buffer *out)
{
	buffer_add_text(out, "<table class=\"facts\"><tbody>\n");
}

static void end_table(struct buffer *out)
{
	buffer_add_text(out, "</tbody></table>\n");
}

/* The row of what was put into *value, which is empty again then. */
static void take_fact(const struct html *html, const char *label, struct buffer *value)
{
	html_fact(html->out, label, buffer_span(value));
	buffer_clear(value);
}

static void add_span_of_time(struct buffer *out, const struct session *session)
{
	text_time(out, session->start, ' ', 6);
	buffer_add_text(out, _(" UTC, for "));
	text_seconds(out, session->end - session->start, 6);
	buffer_add_text(out, _(" s"));
}

static void add_completeness(struct buffer *out, const struct session *session)
{
	uint64_t missing = session->streams[0].missing + session->streams[1].missing;

	if (session->is_complete) {
		buffer_add_text(out, _("yes, from the first SYN to the end"));
		return;
	}
	buffer_add_text(out, _("no"));
	if (!session->has_begin)
		buffer_add_text(out, _(": the capture begins midway"));
	if (!session->has_end)
		buffer_add_text(out, session->has_begin ? _(": its end is not in the capture")
							: _(", and its end is not in it"));
	if (missing > 0) {
		buffer_add_text(out, "; ");
		text_count(out, missing, "octet is missing", "octets are missing");
	}
}

void html_setup(const struct html *html, const struct session *session)
{
	struct buffer value;

	buffer_init(&value, 0);
	begin_table(html->out);
	html_fact(html->out, _("Capture"), span_text(session->capture));
	text_endpoint(&value, &session->client);
	take_fact(html, _("Client"), &value);
	text_endpoint(&value, &session->server);
	take_fact(html, _("Server"), &value);
	add_span_of_time(&value, session);
	take_fact(html, _("Time"), &value);
	buffer_add_number(&value, session->first_frame);
	if (session->last_frame != session->first_frame) {
		buffer_add_text(&value, _(" to "));
		buffer_add_number(&value, session->last_frame);
	}
	take_fact(html, _("Frames"), &value);
	text_count(&value, session->streams[SIDE_CLIENT].octets, "octet", "octets");
	buffer_add_text(&value, _(" from the client, "));
	text_number(&value, session->streams[SIDE_SERVER].octets);
	buffer_add_text(&value, _(" from the server, each counted once"));
	take_fact(html, _("TCP payload"), &value);
	add_completeness(&value, session);
	take_fact(html, _("Complete"), &value);
	end_table(html->out);
	buffer_fini(&value);
}

/* In clear: whoever is on the way reads along. */
static void say_clear(struct buffer *out, const struct session *session)
{
	bool has_secret = false;

	for (size_t i = 0; i < session->line_count; i++)
		has_secret |= session->lines[i].secret.length > 0;
	buffer_add_text(out, _("<b>Yes.</b> Nothing is encrypted: whoever is on the way between "
			       "client and server reads every command and reply"));
	if (session->messages_seen > 0)
		buffer_add_text(out, _(", the addresses and the whole message"));
	if (has_secret)
		buffer_add_text(out, _(", and the password, which base64 or plain text does not "
				       "hide"));
	buffer_add_text(out, ".");
}

static void say_version(struct buffer *out, const struct session_tls *tls)
{
	html_text(out, span_text(tls->version[0] != '\0' ? tls->version : "TLS"));
}

static void say_opened(struct buffer *out, const struct session *session)
{
	buffer_add_text(out, _("<b>Yes, but only with the keys.</b> "));
	say_version(out, &session->tls);
	buffer_add_text(out, _(" seals the session from frame "));
	buffer_add_number(out, session->tls.first_frame);
	buffer_add_text(out, _(" on. The secrets of this one session were at hand, so it could be "
			       "opened here; without them nobody on the way can read it."));
}

static void say_sealed(struct buffer *out, const struct session *session)
{
	const struct session_tls *tls = &session->tls;

	buffer_add_text(out, _("<b>No.</b> "));
	if (session->transport == TRANSPORT_STARTTLS)
		buffer_add_text(out, _("What was said before STARTTLS can be read; from "));
	else
		buffer_add_text(out, _("From "));
	buffer_add_text(out, _("frame "));
	buffer_add_number(out, tls->first_frame);
	buffer_add_text(out, _(" on everything is inside "));
	say_version(out, tls);
	buffer_add_text(
		out, _(", and its keys, which the two sides agreed on in the handshake, are "
		       "not in the capture. What can still be seen: addresses and ports, "
		       "times, the direction and the length of each record"));
	if (tls->server_name[0] != '\0')
		buffer_add_text(out, _(", the server's name"));
	if (tls->subject[0] != '\0')
		buffer_add_text(out, _(", its certificate"));
	buffer_add_text(out, _(". To open it, capture again with the client's TLS secrets (a key "
			       "log)."));
}

static void add_answer(const struct html *html, const struct session *session)
{
	struct buffer *out = html->out;

	buffer_add_text(
		out, _("<div class=\"key\"><h4>Can you see the content, and if not, why?</h4>"
		       "<p>"));
	if (!session->tls.is_present)
		say_clear(out, session);
	else if (session->tls.is_decrypted)
		say_opened(out, session);
	else
		say_sealed(out, session);
	buffer_add_text(out, "</p></div>\n");
}

static bool is_record_sealed(struct span name)
{
	return span_is(name, "Change Cipher Spec") || span_is(name, "Application Data") ||
	       span_starts_letters(name, "Encrypted");
}

/* What the handshake shows in clear: "Client Hello, Server Hello, Certificate". */
static void add_handshake(struct buffer *out, const struct session *session)
{
	for (size_t i = 0; i < session->line_count; i++) {
		const struct line *line = &session->lines[i];

		if (line->kind != LINE_SEALED)
			continue;
		if (is_record_sealed(line->text))
			return;
		buffer_add_text(out, out->length > 0 ? ", " : "");
		printable_add(out, line->text);
	}
}

static const char *transport_words(enum transport transport)
{
	static const char *const words[] = {
		[TRANSPORT_CLEAR] = N_("in clear"),
		[TRANSPORT_STARTTLS] = N_("clear at first, then TLS (STARTTLS)"),
		[TRANSPORT_TLS] = N_("TLS from the first octet on"),
	};

	return words[transport];
}

static void add_tls(const struct html *html, const struct session *session, struct buffer *value)
{
	const struct session_tls *tls = &session->tls;

	if (!tls->is_present)
		return;
	html_fact(html->out, _("TLS version"), span_text(tls->version));
	html_fact(html->out, _("Cipher suite"), span_text(tls->cipher));
	html_fact(html->out, _("Server name asked for (SNI)"), span_text(tls->server_name));
	html_fact(html->out, _("Protocol agreed on (ALPN)"), span_text(tls->alpn));
	add_handshake(value, session);
	take_fact(html, _("Messages before the first encrypted record"), value);
	html_fact(html->out, _("Certificate of"), span_text(tls->subject));
	html_fact(html->out, _("Good for"), span_text(tls->names));
	html_fact(html->out, _("Issued by"), span_text(tls->issuer));
	if (tls->subject[0] == '\0' && tls->names[0] == '\0')
		html_fact(html->out, _("Certificate"),
			span_text(strcmp(tls->version, "TLS 1.3") == 0
					  ? _("not visible: TLS 1.3 sends it encrypted")
					  : _("not seen")));
}

static void add_greeting(const struct html *html, const struct session *session)
{
	for (size_t i = 0; i < session->line_count; i++)
		if (session->lines[i].kind == LINE_GREETING) {
			html_fact(html->out, _("The server's greeting"), session->lines[i].text);
			return;
		}
}

static void add_messages(struct buffer *value, const struct session *session)
{
	uint64_t octets = 0;

	for (size_t i = 0; i < session->message_count; i++)
		octets += session->messages[i].octets;
	text_number(value, session->messages_seen);
	if (session->messages_seen == 0 || octets == 0)
		return;
	buffer_add_text(value, _(", of "));
	text_count(value, octets, "octet", "octets");
	if (session->ledger.wire == 0)
		return;
	buffer_add_text(value, _("; the whole session took "));
	text_number(value, session->ledger.wire);
	buffer_add_text(value, _(" on the wire"));
}

void html_facts(const struct html *html, const struct session *session)
{
	struct buffer value;

	buffer_init(&value, 0);
	add_answer(html, session);
	begin_table(html->out);
	html_fact(html->out, _("Protocol"), span_text(protocol_name(session->protocol)));
	html_fact(html->out, _("Transport"), span_text(_(transport_words(session->transport))));
	add_tls(html, session, &value);
	add_greeting(html, session);
	html_fact(html->out, session->is_logged_in ? _("Logged in as") : _("User"), session->user);
	if (session->commands > 0) {
		text_number(&value, session->commands);
		take_fact(html, _("Commands seen"), &value);
	}
	add_messages(&value, session);
	if (session->messages_seen > 0)
		take_fact(html, _("Messages"), &value);
	html_fact(html->out, _("Outcome"), span_text(_(outcome_name(session->outcome))));
	end_table(html->out);
	buffer_fini(&value);
}

static void add_finding(const struct html *html, const struct finding *finding)
{
	const struct finding_rule *rule = finding_rule(finding->id);
	struct buffer *out = html->out;

	buffer_printf(out, "<li class=\"%s\"", severity_name(rule->severity));
	html_frames_range(out, finding->frame, finding->frame);
	buffer_printf(out, "><span class=\"severity\">%s</span> <span class=\"what\">",
		language_text_in("severity", severity_name(rule->severity)));
	html_escape(out, span_text(_(rule->text)));
	if (finding->detail.length > 0) {
		buffer_add_text(out, " (");
		html_text(out, finding->detail);
		buffer_add_byte(out, ')');
	}
	buffer_add_text(out, " <span class=\"where\">");
	html_frames_link(html, finding->frame, finding->frame);
	if (finding->line > 0)
		buffer_printf(out, _(" <a href=\"#%s-l%u\">line %u</a>"), html->id,
			(unsigned)finding->line, (unsigned)finding->line);
	buffer_printf(out, " <code>%s</code> ", rule->name);
	html_rfc(out, span_text(rule->rfc));
	buffer_add_text(out, "</span></span></li>\n");
}

void html_findings(const struct html *html, const struct session *session)
{
	struct buffer *out = html->out;

	if (session->finding_count == 0) {
		buffer_add_text(out, _("<p class=\"remark\">Nothing odd was found.</p>\n"));
		return;
	}
	buffer_add_text(out, "<ul class=\"findings\">\n");
	for (size_t i = 0; i < session->finding_count; i++)
		add_finding(html, &session->findings[i]);
	buffer_add_text(out, "</ul>\n");
	if (session->findings_dropped == 0)
		return;
	buffer_add_text(out, _("<p class=\"remark\">… and "));
	text_number(out, session->findings_dropped);
	buffer_add_text(out, _(" more, which were not kept.</p>\n"));
}
