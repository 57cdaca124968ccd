#include "base/language.h"
#include "explain/catalogue.h"
#include "explain/explain.h"

/* Only what RFCs name. What has no meaning here has one in src/message. */
static const struct header_word rows[] = {
	{CATALOGUE_FIELD, "Received",
		N_("A server writes this on top of the message that it takes: from whom, by whom, "
		   "with what, when."),
		"RFC 5321 4.4"},
	{CATALOGUE_FIELD, "Return-Path",
		N_("The envelope's sender, written by the server that delivered the message."),
		"RFC 5321 4.4"},
	{CATALOGUE_FIELD, "Delivered-To",
		N_("The mailbox that the message was put into; servers know by it when mail goes "
		   "in a "
		   "circle."),
		"RFC 9228 2"},
	{CATALOGUE_FIELD, "Message-ID",
		N_("The message's own name, made where it was written, the same for ever."),
		"RFC 5322 3.6.4"},
	{CATALOGUE_FIELD, "Received-SPF",
		N_("What the server found of the client's right to send for the envelope's "
		   "domain."),
		"RFC 7208 9.1"},
	{CATALOGUE_FIELD, "Authentication-Results",
		N_("What a server found of who sent the message, method by method."),
		"RFC 8601 2.2"},
	{CATALOGUE_FIELD, "DKIM-Signature",
		N_("A domain's signature on fields and text of the message."), "RFC 6376 3.5"},
	{CATALOGUE_FIELD, "ARC-Authentication-Results",
		N_("The results that one server found, kept for those behind it."),
		"RFC 8617 4.1.1"},
	{CATALOGUE_FIELD, "ARC-Message-Signature",
		N_("The message as that server passed it on, signed."), "RFC 8617 4.1.2"},
	{CATALOGUE_FIELD, "ARC-Seal", N_("The seal of one server on what all before it noted."),
		"RFC 8617 4.1.3"},

	{CATALOGUE_WITH, "SMTP", NULL, NULL},
	{CATALOGUE_WITH, "ESMTP", NULL, NULL},
	{CATALOGUE_WITH, "ESMTPA", NULL, NULL},
	{CATALOGUE_WITH, "ESMTPS", NULL, NULL},
	{CATALOGUE_WITH, "ESMTPSA", NULL, NULL},
	{CATALOGUE_WITH, "LMTP", NULL, NULL},
	{CATALOGUE_WITH, "LMTPA", NULL, NULL},
	{CATALOGUE_WITH, "LMTPS", NULL, NULL},
	{CATALOGUE_WITH, "LMTPSA", NULL, NULL},
	{CATALOGUE_WITH, "UTF8SMTP", NULL, NULL},
	{CATALOGUE_WITH, "UTF8SMTPA", NULL, NULL},
	{CATALOGUE_WITH, "UTF8SMTPS", NULL, NULL},
	{CATALOGUE_WITH, "UTF8SMTPSA", NULL, NULL},
	{CATALOGUE_WITH, "UTF8LMTP", NULL, NULL},
	{CATALOGUE_WITH, "UTF8LMTPA", NULL, NULL},
	{CATALOGUE_WITH, "UTF8LMTPS", NULL, NULL},
	{CATALOGUE_WITH, "UTF8LMTPSA", NULL, NULL},

	{CATALOGUE_METHOD, "spf", NULL, NULL},
	{CATALOGUE_METHOD, "dkim", NULL, NULL},
	{CATALOGUE_METHOD, "dmarc", NULL, NULL},
	{CATALOGUE_METHOD, "arc", NULL, NULL},
	{CATALOGUE_METHOD, "iprev", NULL, NULL},
	{CATALOGUE_METHOD, "auth", NULL, NULL},
	{CATALOGUE_METHOD, "dkim-adsp", NULL, NULL},
	{CATALOGUE_METHOD, "dkim-atps", NULL, NULL},
	{CATALOGUE_METHOD, "domainkeys", NULL, NULL},
	{CATALOGUE_METHOD, "sender-id", NULL, NULL},
	{CATALOGUE_METHOD, "smime", NULL, NULL},
	{CATALOGUE_METHOD, "rrvs", NULL, NULL},
	{CATALOGUE_METHOD, "vbr", NULL, NULL},
	{CATALOGUE_METHOD, "dnswl", NULL, NULL},

	{CATALOGUE_RESULT, "spf=pass", NULL, "RFC 7208 2.6, RFC 8601 2.7.2"},
	{CATALOGUE_RESULT, "spf=fail", NULL, "RFC 7208 2.6, RFC 8601 2.7.2"},
	{CATALOGUE_RESULT, "spf=softfail", NULL, "RFC 7208 2.6, RFC 8601 2.7.2"},
	{CATALOGUE_RESULT, "spf=neutral", NULL, "RFC 7208 2.6, RFC 8601 2.7.2"},
	{CATALOGUE_RESULT, "spf=none", NULL, "RFC 7208 2.6, RFC 8601 2.7.2"},
	{CATALOGUE_RESULT, "dkim=pass", NULL, "RFC 8601 2.7.1"},
	{CATALOGUE_RESULT, "dkim=fail", NULL, "RFC 8601 2.7.1"},
	{CATALOGUE_RESULT, "dkim=none", NULL, "RFC 8601 2.7.1"},
	{CATALOGUE_RESULT, "dkim=neutral", NULL, "RFC 8601 2.7.1"},
	{CATALOGUE_RESULT, "dmarc=pass", NULL, "RFC 9989 9.2"},
	{CATALOGUE_RESULT, "dmarc=fail", NULL, "RFC 9989 9.2"},
	{CATALOGUE_RESULT, "dmarc=none", NULL, "RFC 9989 9.2"},
	{CATALOGUE_RESULT, "arc=pass", NULL, "RFC 8617 4.4"},
	{CATALOGUE_RESULT, "arc=fail", NULL, "RFC 8617 4.4"},
	{CATALOGUE_RESULT, "arc=none", NULL, "RFC 8617 4.4"},
	{CATALOGUE_RESULT, "iprev=pass", NULL, "RFC 8601 2.7.3"},
	{CATALOGUE_RESULT, "iprev=fail", NULL, "RFC 8601 2.7.3"},
	{CATALOGUE_RESULT, "auth=pass", NULL, "RFC 8601 2.7.4"},
	{CATALOGUE_RESULT, "pass", NULL, "RFC 8601 2.7"},
	{CATALOGUE_RESULT, "fail", NULL, "RFC 8601 2.7"},
	{CATALOGUE_RESULT, "hardfail", NULL, "RFC 8601 2.7"},
	{CATALOGUE_RESULT, "none", NULL, "RFC 8601 2.7"},
	{CATALOGUE_RESULT, "neutral", NULL, "RFC 8601 2.7"},
	{CATALOGUE_RESULT, "policy", NULL, "RFC 8601 2.7"},
	{CATALOGUE_RESULT, "temperror", NULL, "RFC 8601 2.7"},
	{CATALOGUE_RESULT, "permerror", NULL, "RFC 8601 2.7"},

	{CATALOGUE_PROPERTY, "smtp.mailfrom", NULL, "RFC 8601 2.3"},
	{CATALOGUE_PROPERTY, "smtp.helo", NULL, "RFC 8601 2.3"},
	{CATALOGUE_PROPERTY, "smtp.auth", NULL, "RFC 8601 2.3"},
	{CATALOGUE_PROPERTY, "header.from", NULL, "RFC 8601 2.3"},
	{CATALOGUE_PROPERTY, "header.d", NULL, "RFC 8601 2.3"},
	{CATALOGUE_PROPERTY, "header.i", NULL, "RFC 8601 2.3"},
	{CATALOGUE_PROPERTY, "header.s", NULL, "RFC 8601 2.3"},
	{CATALOGUE_PROPERTY, "header.a", NULL, "RFC 8601 2.3"},
	{CATALOGUE_PROPERTY, "header.b", NULL, "RFC 8601 2.3"},
	{CATALOGUE_PROPERTY, "policy.iprev", NULL, "RFC 8601 2.3"},
	{CATALOGUE_PROPERTY, "smtp.remote-ip", NULL, "RFC 8617 6"},
	{CATALOGUE_PROPERTY, "client-ip", NULL, "RFC 7208 9.1"},
	{CATALOGUE_PROPERTY, "envelope-from", NULL, "RFC 7208 9.1"},
	{CATALOGUE_PROPERTY, "helo", NULL, "RFC 7208 9.1"},
	{CATALOGUE_PROPERTY, "identity", NULL, "RFC 7208 9.1"},
	{CATALOGUE_PROPERTY, "mechanism", NULL, "RFC 7208 9.1"},
	{CATALOGUE_PROPERTY, "receiver", NULL, "RFC 7208 9.1"},
	{CATALOGUE_PROPERTY, "problem", NULL, "RFC 7208 9.1"},

	{CATALOGUE_DKIM_TAG, "v=", NULL, "RFC 6376 3.5"},
	{CATALOGUE_DKIM_TAG, "a=", NULL, "RFC 6376 3.5"},
	{CATALOGUE_DKIM_TAG, "b=", NULL, "RFC 6376 3.5"},
	{CATALOGUE_DKIM_TAG, "bh=", NULL, "RFC 6376 3.5"},
	{CATALOGUE_DKIM_TAG, "c=", NULL, "RFC 6376 3.5"},
	{CATALOGUE_DKIM_TAG, "d=", NULL, "RFC 6376 3.5"},
	{CATALOGUE_DKIM_TAG, "h=", NULL, "RFC 6376 3.5"},
	{CATALOGUE_DKIM_TAG, "i=", NULL, "RFC 6376 3.5"},
	{CATALOGUE_DKIM_TAG, "l=", NULL, "RFC 6376 3.5"},
	{CATALOGUE_DKIM_TAG, "q=", NULL, "RFC 6376 3.5"},
	{CATALOGUE_DKIM_TAG, "s=", NULL, "RFC 6376 3.5"},
	{CATALOGUE_DKIM_TAG, "t=", NULL, "RFC 6376 3.5"},
	{CATALOGUE_DKIM_TAG, "x=", NULL, "RFC 6376 3.5"},
	{CATALOGUE_DKIM_TAG, "z=", NULL, "RFC 6376 3.5"},

	{CATALOGUE_ARC_TAG, "i=", NULL, "RFC 8617 4.2.1"},
	{CATALOGUE_ARC_TAG, "cv=", NULL, "RFC 8617 4.4"},
};

const struct header_word *explain_header_words(size_t *count)
{
	*count = sizeof rows / sizeof rows[0];
	return rows;
}

void text_explain_field(struct buffer *out, struct span name)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].kind == CATALOGUE_FIELD && span_is_letters(name, rows[i].name))
			explain_sentence(out, span_of(NULL, 0), rows[i].meaning, rows[i].rfc);
}
