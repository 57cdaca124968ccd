#include "message/authentication.h"

const char *method_meaning(struct span method, const char **rfc)
{
	static const struct {
		const char *name, *meaning, *rfc;
	} rows[] = {
		{"spf", "may this address send for the envelope sender's domain?", "RFC 7208"},
		{"dkim", "does a domain's signature on the message hold?", "RFC 6376"},
		{"dmarc", "does SPF or DKIM hold for the domain that From shows?", "RFC 7489"},
		{"arc", "do the results that earlier servers noted still hold?", "RFC 8617"},
		{"iprev", "do name and address of the client lead to each other?", "RFC 8601 3"},
		{"auth", "did the sender log in?", "RFC 4954"},
		{"dkim-adsp", "does the author's domain sign all its mail?", "RFC 5617"},
		{"dkim-atps", "may another domain sign for this one?", "RFC 6541"},
		{"domainkeys", "does a signature of DKIM's forerunner hold?", "RFC 4870"},
		{"sender-id", "may this address send for the domain of From or Sender?",
			"RFC 4406"},
		{"smime", "does the S/MIME signature hold?", "RFC 7281"},
		{"rrvs", "has the recipient kept the mailbox since then?", "RFC 7293"},
		{"vbr", "does somebody vouch for the domain?", "RFC 5518"},
		{"dnswl", "is the address on a list of good ones?", "RFC 8904"},
		{"compauth", "Microsoft's own verdict out of all checks", ""},
		{"bimi", "may a logo be shown?", ""},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (span_is_letters(method, rows[i].name)) {
			*rfc = rows[i].rfc;
			return rows[i].meaning;
		}
	return NULL;
}

/* RFC 8601 2.7, RFC 7489 11.2, RFC 8617 4.4. A row for a method stands before that for all. */
const char *result_meaning(struct span method, struct span value)
{
	static const struct {
		const char *method, *value, *meaning;
	} rows[] = {
		{"spf", "pass", "the domain lists this address as one of its senders"},
		{"spf", "fail", "the domain says that this address is none of its senders"},
		{"spf", "softfail",
			"the domain says that this address is probably none of its senders"},
		{"spf", "neutral", "the domain does not say whether this address may send"},
		{"spf", "none", "the domain says nothing of its senders"},
		{"dkim", "pass",
			"a signature was verified: these fields and the text are as signed"},
		{"dkim", "fail",
			"the signature does not fit: changed on the way, or not the "
			"domain's"},
		{"dkim", "none", "the message was not signed"},
		{"dkim", "neutral", "there is a signature that could not be used"},
		{"dmarc", "pass", "the domain in From is backed by SPF or DKIM"},
		{"dmarc", "fail", "neither SPF nor DKIM backs the domain in From"},
		{"dmarc", "none", "the domain in From has published no policy"},
		{"dmarc", "bestguesspass", "no policy published; it would have passed"},
		{"arc", "pass", "the chain of seals holds"},
		{"arc", "fail", "the chain of seals is broken"},
		{"arc", "none", "there is no chain of seals"},
		{"iprev", "pass", "the address has a name that leads back to it"},
		{"iprev", "fail", "the address has no name that leads back to it"},
		{"auth", "pass", "the sender logged in"},
		{"", "pass", "passed"},
		{"", "fail", "failed"},
		{"", "hardfail", "failed"},
		{"", "none", "nothing to check"},
		{"", "neutral", "neither for nor against"},
		{"", "policy", "a rule of this server decided against it"},
		{"", "temperror", "could not be checked this time; another try may do"},
		{"", "permerror", "could not be checked: what the domain publishes is wrong"},
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
		{"smtp.mailfrom", "the envelope's sender"},
		{"smtp.helo", "what the client called itself"},
		{"smtp.auth", "who logged in"},
		{"smtp.remote-ip", "the client's address"},
		{"header.from", "the domain in From"},
		{"header.d", "the domain that signed"},
		{"header.i", "for whom it signed"},
		{"header.s", "which of the domain's keys"},
		{"header.a", "the algorithm"},
		{"header.b", "the signature's first octets"},
		{"policy.iprev", "the client's address"},
		{"client-ip", "the client's address"},
		{"envelope-from", "the envelope's sender"},
		{"helo", "what the client called itself"},
		{"identity", "which name was checked"},
		{"mechanism", "the part of the domain's record that decided"},
		{"receiver", "who checked"},
		{"problem", "what went wrong"},
		{"action", "what was done with the message"},
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
		{"v", "version of DKIM"},
		{"a", "algorithm"},
		{"b", "the signature"},
		{"bh", "hash of the text"},
		{"c", "how blanks are evened out before signing, header/text"},
		{"d", "the domain that answers for it"},
		{"h", "the fields that are signed"},
		{"i", "for whom the domain signs"},
		{"l", "so many octets of the text are signed, no more"},
		{"q", "how the key is found"},
		{"s", "selector: the key is in DNS at s._domainkey.d"},
		{"t", "when it was signed"},
		{"x", "until when it holds"},
		{"z", "copies of fields as they were"},
		{"cv", "what the sealer found of the seals before"},
	};

	if (kind != SIGNATURE_DKIM && span_is(name, "i"))
		return "number of the set in the chain";
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (span_is(name, rows[i].name))
			return rows[i].meaning;
	return NULL;
}
