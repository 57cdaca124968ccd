#include "base/language.h"
#include "explain/explain.h"

static const struct record_meaning records[] = {
	{"Client Hello",
		N_("In clear: the client offers versions, cipher suites and extensions; one of "
		   "these "
		   "may "
		   "name the server it wants."),
		"RFC 5246 7.4.1.2, RFC 6066 3", NULL, "RFC 8446 4.1.2, RFC 6066 3"},
	{"Server Hello", N_("In clear: the server chooses version and cipher suite."),
		"RFC 5246 7.4.1.3",
		N_("In clear: the server chooses version and cipher suite and sends its key share; "
		   "what "
		   "follows is sealed, its certificate too."),
		"RFC 8446 4.1.3"},
	{"Hello Retry Request",
		N_("The server wants another key share; the client says its hello again."),
		"RFC 8446 4.1.4", NULL, NULL},
	{"Certificate",
		N_("In clear: the certificate that says who this side is; anyone on the way can "
		   "read "
		   "it."),
		"RFC 5246 7.4.2",
		N_("The certificate that says who this side is; TLS 1.3 sends it sealed."),
		"RFC 8446 4.4.2"},
	{"Certificate Status", N_("The proof that the certificate is not revoked (OCSP)."),
		"RFC 6066 8", NULL, NULL},
	{"Server Key Exchange", N_("The server's part of the key agreement."), "RFC 5246 7.4.3",
		NULL, NULL},
	{"Certificate Request", N_("The server asks the client for a certificate too."),
		"RFC 5246 7.4.4", NULL, "RFC 8446 4.3.2"},
	{"Server Hello Done", N_("The server has said its part and waits for the client's."),
		"RFC 5246 7.4.5", NULL, NULL},
	{"Client Key Exchange",
		N_("The client's part of the key agreement: both sides can make the keys now."),
		"RFC 5246 7.4.7", NULL, NULL},
	{"Certificate Verify",
		N_("A signature that proves the certificate to be the sender's own."),
		"RFC 5246 7.4.8", NULL, "RFC 8446 4.4.3"},
	{"Change Cipher Spec",
		N_("From here on this side seals its records with the keys agreed on."),
		"RFC 5246 7.1",
		N_("It means nothing in TLS 1.3, and is sent for the sake of old devices on the "
		   "way."),
		"RFC 8446 5, D.4"},
	{"Encrypted Handshake Message",
		N_("Sealed: the first one of each side is its Finished, which proves that nobody "
		   "changed "
		   "the handshake."),
		"RFC 5246 7.4.9", N_("Sealed: a message of the handshake."), "RFC 8446 4, 5.2"},
	{"Finished", N_("Proves that both sides saw the same handshake."), "RFC 5246 7.4.9", NULL,
		"RFC 8446 4.4.4"},
	{"New Session Ticket",
		N_("The server hands out a ticket with which a later session can begin faster."),
		"RFC 5077 3.3", NULL, "RFC 8446 4.6.1"},
	{"Application Data",
		N_("Sealed: commands, replies, mail; without the session's keys its length is all "
		   "that "
		   "can be read."),
		"RFC 5246 6.2.3, 10",
		N_("Sealed: the rest of the handshake, then commands, replies, mail; without the "
		   "session's keys its length is all that can be read."),
		"RFC 8446 5.2"},
	{"Encrypted Alert", N_("Sealed: an alert; the last one is mostly Close Notify."),
		"RFC 5246 7.2", NULL, "RFC 8446 6"},
	{"Hello Request", N_("The server asks for a new handshake."), "RFC 5246 7.4.1.1", NULL,
		NULL},
	{"Hello Verify Request", N_("A message of DTLS, which has no place in TLS."),
		"RFC 6347 4.2.1", NULL, NULL},
	{"End of Early Data", N_("The client's data ahead of the handshake ends here."),
		"RFC 8446 4.5", NULL, NULL},
	{"Encrypted Extensions", N_("The server's answers to the client's extensions."),
		"RFC 8446 4.3.1", NULL, NULL},
	{"Client Certificate URL", N_("Where the client's certificate can be fetched."),
		"RFC 6066 5", NULL, NULL},
	{"Supplemental Data", N_("Data for the application, inside the handshake."), "RFC 4680 2",
		NULL, NULL},
	{"Key Update", N_("This side goes on with a new key."), "RFC 8446 4.6.3", NULL, NULL},
	{"Compressed Certificate", N_("The certificate, packed."), "RFC 8879 4", NULL, NULL},
	{"Heartbeat Request", N_("Asks the other side for a sign of life."), "RFC 6520 4", NULL,
		NULL},
	{"Heartbeat Response", N_("The sign of life that was asked for."), "RFC 6520 4", NULL,
		NULL},
	{"Encrypted Heartbeat", N_("Sealed: a sign of life, or the question for one."),
		"RFC 6520 4", NULL, NULL},
	{"Handshake, continued", N_("Goes on with the message that a record before began."),
		"RFC 5246 6.2.1", NULL, "RFC 8446 5.1"},
	{"[Malformed Packet]", N_("A record without content."), "RFC 5246 6.2.1", NULL,
		"RFC 8446 5.1"},
	{"Continuation Data", N_("Octets in which no record of TLS begins."), "", NULL, NULL},
	{"Ignored Unknown Record", N_("Octets in which no record of TLS begins."), "", NULL, NULL},
	/* the last one: what is named after a message */
	{"Fragment", N_("The message begins here and goes on in the next record."),
		"RFC 5246 6.2.1", NULL, "RFC 8446 5.1"},
};

enum {
	RECORD_COUNT = sizeof records / sizeof records[0],
	RECORD_FRAGMENT = RECORD_COUNT - 1,
	RECORD_NONE = RECORD_COUNT, /* several names, as a rule */
};

static const struct wire_meaning alerts[] = {
	{"alert", "Close Notify", N_("This side sends nothing more: the proper end."),
		"RFC 8446 6.1"},
	{"alert", "End of Early Data", N_("The client's data ahead of the handshake ends."),
		"RFC 8446 4.5"},
	{"alert", "Unexpected Message", N_("A message came that has no place there."),
		"RFC 8446 6.2"},
	{"alert", "Bad Record MAC",
		N_("A record could not be opened: it was changed, or the keys differ."),
		"RFC 8446 6.2"},
	{"alert", "Decryption Failed", N_("A record could not be opened."), "RFC 5246 7.2.2"},
	{"alert", "Record Overflow", N_("A record is longer than is allowed."), "RFC 8446 6.2"},
	{"alert", "Decompression Failure", N_("A record could not be unpacked."), "RFC 5246 7.2.2"},
	{"alert", "Handshake Failure",
		N_("What one side offers suits the other in no combination."), "RFC 8446 6.2"},
	{"alert", "No Certificate", N_("The client has no certificate (SSL 3.0)."),
		"RFC 6101 5.4.2"},
	{"alert", "Bad Certificate", N_("The certificate is damaged, or its signature is wrong."),
		"RFC 8446 6.2"},
	{"alert", "Unsupported Certificate", N_("The certificate is of a kind not supported."),
		"RFC 8446 6.2"},
	{"alert", "Certificate Revoked", N_("The certificate was revoked by who issued it."),
		"RFC 8446 6.2"},
	{"alert", "Certificate Expired", N_("The certificate is not valid any more, or not yet."),
		"RFC 8446 6.2"},
	{"alert", "Certificate Unknown", N_("The certificate is not accepted, for another reason."),
		"RFC 8446 6.2"},
	{"alert", "Illegal Parameter",
		N_("A field of the handshake is wrong or contradicts another."), "RFC 8446 6.2"},
	{"alert", "Unknown CA", N_("Whoever issued the certificate is not trusted here."),
		"RFC 8446 6.2"},
	{"alert", "Access Denied", N_("The certificate is good, and its owner not let in."),
		"RFC 8446 6.2"},
	{"alert", "Decode Error", N_("A message could not be read."), "RFC 8446 6.2"},
	{"alert", "Decrypt Error", N_("A signature, or Finished, proved wrong."), "RFC 8446 6.2"},
	{"alert", "Export Restriction", N_("The keys are longer than export rules once allowed."),
		"RFC 2246 7.2.2"},
	{"alert", "Protocol Version", N_("The version is known and not supported."),
		"RFC 8446 6.2"},
	{"alert", "Insufficient Security",
		N_("The server wants stronger ciphers than the client has."), "RFC 8446 6.2"},
	{"alert", "Internal Error", N_("One side failed by itself; the other did nothing wrong."),
		"RFC 8446 6.2"},
	{"alert", "Inappropriate Fallback",
		N_("The client tries an older version than both sides have."), "RFC 7507 3"},
	{"alert", "User Canceled", N_("The user gave up."), "RFC 8446 6.1"},
	{"alert", "No Renegotiation", N_("This side does not want a new handshake."),
		"RFC 5246 7.2.2"},
	{"alert", "Missing Extension", N_("An extension that must be there is not."),
		"RFC 8446 6.2"},
	{"alert", "Unsupported Extension", N_("An extension came that was not offered."),
		"RFC 8446 6.2"},
	{"alert", "Certificate Unobtainable",
		N_("The certificate cannot be fetched from where the client said."), "RFC 6066 5"},
	{"alert", "Unrecognized Name", N_("The server has not the name that the client asked for."),
		"RFC 6066 3"},
	{"alert", "Bad Certificate Status Response",
		N_("The proof against revocation (OCSP) is not accepted."), "RFC 6066 8"},
	{"alert", "Bad Certificate Hash Value",
		N_("The certificate fetched is not the one that was meant."), "RFC 6066 5"},
	{"alert", "Unknown PSK Identity",
		N_("The server does not know the key that the client names."), "RFC 8446 6.2"},
	{"alert", "Certificate Required",
		N_("The server wants a certificate, and the client sent none."), "RFC 8446 6.2"},
	{"alert", "No application Protocol",
		N_("The server has none of the protocols offered (ALPN)."), "RFC 7301 3.2"},
	{"alert", "ECH Required", N_("The server wants the hello to be encrypted."),
		"RFC 9849 11.2"},
	{"alert", "", N_("An alert that no RFC names."), "RFC 8446 6"},
};

enum { ALERT_COUNT = sizeof alerts / sizeof alerts[0] };

_Static_assert((int)RECORD_COUNT <= 64 && (int)ALERT_COUNT <= 64, "a bit each");

static const char ALERT_FRONT[] = "Alert (";
static const char DESCRIPTION[] = "Description: ";

/* Whether this is the first time; it is not again. */
static bool is_new(uint64_t *explained, size_t row)
{
	bool is_first = (*explained >> row & 1) == 0;

	*explained |= (uint64_t)1 << row;
	return is_first;
}

/* "Alert (Level: Fatal, Description: Handshake Failure)" */
static void explain_alert(struct buffer *out, struct span name, struct text_explained *explained)
{
	struct span what = span_from(name, span_find(name, DESCRIPTION) + sizeof DESCRIPTION - 1);
	size_t row = 0;

	what = span_first(what, span_index(what, ')'));
	while (row + 1 < ALERT_COUNT && !span_is(what, alerts[row].name))
		row++;
	if (is_new(&explained->alerts, row))
		explain_sentence(out, what, alerts[row].meaning, alerts[row].rfc);
}

static size_t row_of(struct span name)
{
	static const char fragment[] = " Fragment]";
	size_t row = 0;

	if (name.length > 0 && name.at[0] == '[' &&
		span_find(name, fragment) + sizeof fragment - 1 == name.length)
		return RECORD_FRAGMENT;
	while (row < RECORD_FRAGMENT && !span_is(name, records[row].name))
		row++;
	return row < RECORD_FRAGMENT ? row : RECORD_NONE;
}

static void explain_name(struct buffer *out, const struct session *session, struct span name,
	struct text_explained *explained)
{
	bool is_13 = strcmp(session->tls.version, "TLS 1.3") == 0;
	size_t row = row_of(name);
	const struct record_meaning *record = &records[row];

	if (row == RECORD_NONE || !is_new(&explained->records, row))
		return;
	explain_sentence(out, name,
		is_13 && record->meaning13 != NULL ? record->meaning13 : record->meaning,
		is_13 && record->rfc13 != NULL ? record->rfc13 : record->rfc);
}

/* The next of the names in a record, which commas divide; an alert has a comma of its own. */
static struct span take_name(struct span *names)
{
	size_t length = span_starts_letters(*names, ALERT_FRONT) ? span_index(*names, ')') + 1
								 : span_find(*names, ", ");
	struct span name = span_first(*names, length);

	*names = span_from(*names, length + strlen(", "));
	return name;
}

void explain_record(struct buffer *out, const struct session *session, const struct line *line,
	struct text_explained *explained)
{
	struct span rest = line->text;

	if (row_of(rest) != RECORD_NONE) {
		explain_name(out, session, rest, explained);
		return;
	}
	do {
		struct span name = take_name(&rest);

		if (span_starts_letters(name, ALERT_FRONT))
			explain_alert(out, name, explained);
		else
			explain_name(out, session, name, explained);
	} while (rest.length > 0);
}

const struct record_meaning *explain_records(size_t *count)
{
	*count = RECORD_COUNT;
	return records;
}

const struct wire_meaning *explain_alerts(size_t *count)
{
	*count = ALERT_COUNT;
	return alerts;
}
