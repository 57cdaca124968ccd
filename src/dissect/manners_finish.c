#include "base/language.h"
#include "dissect/manners_parts.h"

/* All of the dialogue could be read, from its beginning to its end. */
static bool is_whole(const struct recorder *recorder)
{
	const struct session *session = &recorder->session;

	return session->is_complete && !recorder->manners->is_lossy && recorder->commands > 0 &&
	       (session->transport == TRANSPORT_CLEAR || session->tls.is_decrypted);
}

static void judge_end(struct recorder *recorder)
{
	const struct manners *manners = recorder->manners;
	struct finding_note note = {
		.id = FINDING_NO_QUIT, .side = SIDE_CLIENT, .frame = recorder->session.last_frame};

	if (manners->has_quit || manners->has_refused_greeting || !is_whole(recorder))
		return;
	if (manners->has_deleted)
		note.id = FINDING_DELETE_LOST;
	else if (recorder->session.ledger.resets > 0)
		return; /* RST is told already */
	recorder_note(recorder, &note);
}

static void add_part(struct buffer *out, const char *front, struct span text)
{
	if (text.length == 0)
		return;
	if (out->length > 0)
		buffer_add_text(out, ", ");
	buffer_add_text(out, front);
	buffer_add_span(out, text);
}

static void add_count(struct buffer *out, uint64_t count, const char *one, const char *many)
{
	if (count == 0)
		return;
	if (out->length > 0)
		buffer_add_text(out, ", ");
	buffer_add_number(out, count);
	buffer_add_byte(out, ' ');
	buffer_add_text(out, language_count(one, many, count));
}

/* RFC 8446 5.4: neither who speaks to whom, nor how much, is hidden by TLS. */
static void tell_sealed(struct recorder *recorder)
{
	const struct session *session = &recorder->session;
	struct buffer detail;

	buffer_init(&detail, 4 * MANNERS_TEXT);
	add_part(&detail, _("server name "), span_text(session->tls.server_name));
	add_part(&detail, _("certificate of "), span_text(session->tls.subject));
	add_count(&detail, session->streams[SIDE_CLIENT].octets, "octet", "octets");
	buffer_add_text(&detail, _(" from the client"));
	add_count(&detail, session->streams[SIDE_SERVER].octets, "octet", "octets");
	buffer_add_text(&detail, _(" from the server"));
	recorder_note(recorder, &(struct finding_note){.id = FINDING_TLS_SHOWS,
					.side = SIDE_CLIENT,
					.frame = session->tls.first_frame,
					.detail = buffer_span(&detail)});
	buffer_fini(&detail);
}

static void tell_clear(struct recorder *recorder)
{
	const struct manners *manners = recorder->manners;
	struct buffer detail;

	buffer_init(&detail, 4 * MANNERS_TEXT);
	add_part(&detail, _("user "), manners_kept(&manners->user));
	add_part(&detail, _("sender "), manners_kept(&manners->sender));
	add_part(&detail, _("recipient "), manners_kept(&manners->recipient));
	add_count(&detail, manners->messages, "message", "messages");
	if (detail.length > 0)
		recorder_note(recorder, &(struct finding_note){.id = FINDING_READABLE,
						.side = SIDE_CLIENT,
						.frame = recorder->session.first_frame,
						.detail = buffer_span(&detail)});
	buffer_fini(&detail);
}

void manners_finish(struct recorder *recorder)
{
	const struct session *session = &recorder->session;

	judge_end(recorder);
	if (session->transport == TRANSPORT_CLEAR)
		tell_clear(recorder);
	else if (session->tls.first_frame != 0 && (recorder->has_data || recorder->is_opened))
		tell_sealed(recorder);
}
