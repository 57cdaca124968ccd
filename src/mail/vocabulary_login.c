#include "base/language.h"
#include "mail/vocabulary.h"

/* By mechanism, in the order in which they are said. A name with "-" at its end stands for all that
 * begin so. */
static const struct login_step rows[] = {
	{"PLAIN", 1, false,
		N_("In base64: whom to act for (mostly empty), NUL, the user name, NUL, the "
		   "password."),
		"RFC 4616 2"},

	{"LOGIN", 1, true, N_("The server asks for the user name (\"Username:\" in base64)."), ""},
	{"LOGIN", 2, false, N_("The user name in base64."), ""},
	{"LOGIN", 3, true, N_("The server asks for the password (\"Password:\" in base64)."), ""},
	{"LOGIN", 4, false, N_("The password in base64: that is no encryption."), ""},

	{"CRAM-MD5", 1, true, N_("A text in angle brackets that never comes again."), "RFC 2195 2"},
	{"CRAM-MD5", 2, false,
		N_("The user name, a blank, and the HMAC-MD5 of the challenge with the password as "
		   "key."),
		"RFC 2195 2"},

	{"DIGEST-MD5", 1, true, N_("Realm, nonce, qualities of protection, character set."),
		"RFC 2831 2.1.1"},
	{"DIGEST-MD5", 2, false, N_("User, both nonces, and the digest that proves the password."),
		"RFC 2831 2.1.2"},
	{"DIGEST-MD5", 3, true, N_("rspauth: the server proves that it knows the password too."),
		"RFC 2831 2.1.3"},
	{"DIGEST-MD5", 4, false, N_("An empty line: the proof is accepted."), "RFC 2831 2.1.3"},

	{"SCRAM-", 1, false,
		N_("client-first-message: whether the login is tied to TLS (n, y, p), the user "
		   "(n=), "
		   "the client's nonce (r=)."),
		"RFC 5802 7"},
	{"SCRAM-", 2, true,
		N_("server-first-message: both nonces joined (r=), the salt (s=), how often the "
		   "hash "
		   "is repeated (i=, 4096 at least)."),
		"RFC 5802 7"},
	{"SCRAM-", 3, false,
		N_("client-final-message: what ties it to TLS (c=), the nonces (r=), the proof "
		   "that "
		   "the client knows the password (p=)."),
		"RFC 5802 7"},
	{"SCRAM-", 4, true,
		N_("server-final-message: the proof that the server knows the password too (v=), "
		   "or "
		   "an error (e=)."),
		"RFC 5802 7"},
	{"SCRAM-", 5, false, N_("An empty line, after the client has checked v=."), "RFC 5802 5"},

	{"EXTERNAL", 1, false,
		N_("Whom to act for, or nothing (=): the TLS certificate says who this is."),
		"RFC 4422 A.1"},
	{"ANONYMOUS", 1, false, N_("A trace, such as a mail address; it proves nothing."),
		"RFC 4505 2"},

	{"OAUTHBEARER", 1, false,
		N_("A GS2 header, host and port, and auth=Bearer with the token, divided by ^A."),
		"RFC 7628 3.1"},
	{"OAUTHBEARER", 2, true, N_("Only after a failure: a JSON text that says why."),
		"RFC 7628 3.2.2"},
	{"OAUTHBEARER", 3, false, N_("Only after a failure: a single ^A, which ends the exchange."),
		"RFC 7628 3.2.3"},
	{"XOAUTH2", 1, false, N_("user= and auth=Bearer with the token, divided by ^A."), ""},
	{"XOAUTH2", 2, true, N_("Only after a failure: a JSON text that says why."), ""},
	{"XOAUTH2", 3, false, N_("Only after a failure: an empty line, which ends the exchange."),
		""},

	{"NTLM", 1, false, N_("Negotiate: what the client is able to do."), ""},
	{"NTLM", 2, true, N_("Challenge: eight octets, and the names of server and domain."), ""},
	{"NTLM", 3, false,
		N_("Authenticate: user, domain, and the responses made of the password."), ""},

	{"GSSAPI", 1, false, N_("A Kerberos ticket for the mail service."), "RFC 4752 3.1"},
	{"GSSAPI", 2, true, N_("The server's token, or an empty one."), "RFC 4752 3.2"},
	{"GSSAPI", 3, false, N_("An empty line: the context stands."), "RFC 4752 3.1"},
	{"GSSAPI", 4, true, N_("Which layers of security the server offers."), "RFC 4752 3.2"},
	{"GSSAPI", 5, false, N_("The layer chosen, and whom to act for."), "RFC 4752 3.1"},

	{"OTP", 1, false, N_("Whom to act for, NUL, the user name."), "RFC 2444 3"},
	{"OTP", 2, true, N_("Which password of the list is due: algorithm, number and seed."),
		"RFC 2444 3"},
	{"OTP", 3, false, N_("That password, in hexadecimal or in words."), "RFC 2444 3"},
};

static bool is_of(const struct login_step *step, struct span mechanism)
{
	size_t length = strlen(step->mechanism);

	if (step->mechanism[length - 1] == '-')
		return span_starts_letters(mechanism, step->mechanism);
	return span_is_letters(mechanism, step->mechanism);
}

const struct login_step *vocabulary_login_step(
	struct span mechanism, const struct login_step *before)
{
	size_t i = before != NULL ? (size_t)(before - rows) + 1 : 0;

	for (; i < sizeof rows / sizeof rows[0]; i++)
		if (is_of(&rows[i], mechanism))
			return &rows[i];
	return NULL;
}

const struct login_step *vocabulary_login_steps(size_t *count)
{
	*count = sizeof rows / sizeof rows[0];
	return rows;
}
