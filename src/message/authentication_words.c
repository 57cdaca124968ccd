#include "base/language.h"
#include "message/authentication.h"

const char *method_meaning(struct span method, const char **rfc)
{
	static const struct {
		const char *name, *meaning, *rfc;
	} rows[] = {
		{"spf", N_("may this address send for the envelope sender's domain?"),
			"RFC 7208 2.6"},
		{"dkim", N_("does a domain's signature on the message hold?"), "RFC 6376 6"},
		{"dmarc", N_("does SPF or DKIM hold for the domain that From shows?"),
			"RFC 9989 5.3.5"},
		{"arc", N_("do the results that earlier servers noted still hold?"),
			"RFC 8617 5.2"},
		{"iprev", N_("do name and address of the client lead to each other?"),
			"RFC 8601 3"},
		{"auth", N_("did the sender log in?"), "RFC 8601 2.7.4"},
		{"dkim-adsp", N_("does the author's domain sign all its mail?"), "RFC 5617 3.3"},
		{"dkim-atps", N_("may another domain sign for this one?"), "RFC 6541 5"},
		{"domainkeys", N_("does a signature of DKIM's forerunner hold?"), "RFC 4870"},
		{"sender-id", N_("may this address send for the domain of From or Sender?"),
			"RFC 4406 4"},
		{"smime", N_("does the S/MIME signature hold?"), "RFC 7281 3"},
		{"rrvs", N_("has the recipient kept the mailbox since then?"), "RFC 7293"},
		{"vbr", N_("does somebody vouch for the domain?"), "RFC 5518 3"},
		{"dnswl", N_("is the address on a list of good ones?"), "RFC 8904 2"},
		{"compauth", N_("Microsoft's own verdict out of all checks"), ""},
		{"bimi", N_("may a logo be shown?"), ""},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (span_is_letters(method, rows[i].name)) {
			*rfc = rows[i].rfc;
			return rows[i].meaning;
		}
	return NULL;
}

/* RFC 8601 2.7, RFC 9989 9.2, RFC 8617 4.4. A row for a method stands before that for all. */
const char *result_meaning(struct span method, struct span value)
{
	static const struct {
		const char *method, *value, *meaning;
	} rows[] = {
		{"spf", "pass", N_("the domain lists this address as one of its senders")},
		{"spf", "fail", N_("the domain says that this address is none of its senders")},
		{"spf", "softfail",
			N_("the domain says that this address is probably none of its senders")},
		{"spf", "neutral", N_("the domain does not say whether this address may send")},
		{"spf", "none", N_("the domain says nothing of its senders")},
		{"dkim", "pass",
			N_("a signature was verified: these fields and the text are as signed")},
		{"dkim", "fail",
			N_("the signature does not fit: changed on the way, or not the "
			   "domain's")},
		{"dkim", "none", N_("the message was not signed")},
		{"dkim", "neutral", N_("there is a signature that could not be used")},
		{"dmarc", "pass", N_("the domain in From is backed by SPF or DKIM")},
		{"dmarc", "fail", N_("neither SPF nor DKIM backs the domain in From")},
		{"dmarc", "none", N_("the domain in From has published no policy")},
		{"dmarc", "bestguesspass", N_("no policy published; it would have passed")},
		{"arc", "pass", N_("the chain of seals holds")},
		{"arc", "fail", N_("the chain of seals is broken")},
		{"arc", "none", N_("there is no chain of seals")},
		{"iprev", "pass", N_("the address has a name that leads back to it")},
		{"iprev", "fail", N_("the address has no name that leads back to it")},
		{"auth", "pass", N_("the sender logged in")},
		{"", "pass", N_("passed")},
		{"", "fail", N_("failed")},
		{"", "hardfail", N_("failed")},
		{"", "none", N_("nothing to check")},
		{"", "neutral", N_("neither for nor against")},
		{"", "policy", N_("a rule of this server decided against it")},
		{"", "temperror", N_("could not be checked this time; another try may do")},
		{"", "permerror", N_("could not be checked: what the domain publishes is wrong")},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (span_is_letters(value, rows[i].value) &&
			(rows[i].method[0] == '\0' || span_is_letters(method, rows[i].method)))
			return rows[i].meaning;
	return NULL;
}

/* RFC 8601 2.3 and 2.7, RFC 7208 9.1 */
const char *property_meaning(struct span name)
{
	static const struct {
		const char *name, *meaning;
	} rows[] = {
		{"smtp.mailfrom", N_("the envelope's sender")},
		{"smtp.helo", N_("what the client called itself")},
		{"smtp.auth", N_("who logged in")},
		{"smtp.remote-ip", N_("the client's address")},
		{"header.from", N_("the domain in From")},
		{"header.d", N_("the domain that signed")},
		{"header.i", N_("for whom it signed")},
		{"header.s", N_("which of the domain's keys")},
		{"header.a", N_("the algorithm")},
		{"header.b", N_("the signature's first octets")},
		{"policy.iprev", N_("the client's address")},
		{"client-ip", N_("the client's address")},
		{"envelope-from", N_("the envelope's sender")},
		{"helo", N_("what the client called itself")},
		{"identity", N_("which name was checked")},
		{"mechanism", N_("the part of the domain's record that decided")},
		{"receiver", N_("who checked")},
		{"problem", N_("what went wrong")},
		{"action", N_("what was done with the message")},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (span_is_letters(name, rows[i].name))
			return rows[i].meaning;
	return NULL;
}

/* RFC 6376 3.5, RFC 8617 4.1 */
const char *tag_meaning(enum signature_kind kind, struct span name)
{
	static const struct {
		const char *name, *meaning;
	} rows[] = {
		{"v", N_("version of DKIM")},
		{"a", N_("algorithm")},
		{"b", N_("the signature")},
		{"bh", N_("hash of the text")},
		{"c", N_("how blanks are evened out before signing, header/text")},
		{"d", N_("the domain that answers for it")},
		{"h", N_("the fields that are signed")},
		{"i", N_("for whom the domain signs")},
		{"l", N_("so many octets of the text are signed, no more")},
		{"q", N_("how the key is found")},
		{"s", N_("selector: the key is in DNS at s._domainkey.d")},
		{"t", N_("when it was signed")},
		{"x", N_("until when it holds")},
		{"z", N_("copies of fields as they were")},
		{"cv", N_("what the sealer found of the seals before")},
	};

	if (kind != SIGNATURE_DKIM && span_is(name, "i"))
		return N_("number of the set in the chain");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (span_is(name, rows[i].name))
			return rows[i].meaning;
	return NULL;
}
