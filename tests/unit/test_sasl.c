#include "base/base64.h"
#include "mail/sasl.h"
#include "suite.h"

/* A message of the exchange before base64, and what is said of it. The examples are those of the
 * RFCs named. */
struct exchange {
	enum sasl_mechanism mechanism;
	enum sasl_part part;
	const char *message;
	size_t length;
	const char *said;   /* NULL: not of the mechanism's form */
	const char *secret; /* what must not be seen when redacted; NULL: nothing is hidden */
};

#define MESSAGE(text) text, sizeof(text) - 1
#define NONCE_1 "fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j"
#define NONCE_256 "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"

static const struct exchange exchanges[] = {
	/* RFC 4616 4 */
	{SASL_PLAIN, SASL_PART_INITIAL, MESSAGE("\0tim\0tanstaaftanstaaf"),
		"user \"tim\", password \"tanstaaftanstaaf\"", "tanstaaf"},
	{SASL_PLAIN, SASL_PART_NEXT, MESSAGE("Ursel\0Kurt\0xipj3plmq"),
		"authorization identity \"Ursel\", user \"Kurt\", password \"xipj3plmq\"", "xipj3"},
	{SASL_PLAIN, SASL_PART_CHALLENGE, MESSAGE(""), "(empty)", NULL},
	{SASL_PLAIN, SASL_PART_INITIAL, MESSAGE("\0\0"), "user \"\", password \"\"", NULL},
	{SASL_PLAIN, SASL_PART_INITIAL, MESSAGE(""), NULL, NULL},
	{SASL_PLAIN, SASL_PART_INITIAL, MESSAGE("tim"), NULL, NULL},
	{SASL_PLAIN, SASL_PART_INITIAL, MESSAGE("\0tim"), NULL, NULL},
	{SASL_PLAIN, SASL_PART_INITIAL, MESSAGE("a\0b\0c\0d"), NULL, NULL},

	{SASL_LOGIN, SASL_PART_CHALLENGE, MESSAGE("Username:"), "challenge \"Username:\"", NULL},
	{SASL_LOGIN, SASL_PART_USER, MESSAGE("tim"), "user \"tim\"", NULL},
	{SASL_LOGIN, SASL_PART_INITIAL, MESSAGE("tim"), "user \"tim\"", NULL},
	{SASL_LOGIN, SASL_PART_PASSWORD, MESSAGE("tanstaaf"), "password \"tanstaaf\"", "tanstaaf"},
	{SASL_LOGIN, SASL_PART_NEXT, MESSAGE("tanstaaf"), "password \"tanstaaf\"", "tanstaaf"},
	{SASL_LOGIN, SASL_PART_USER, MESSAGE("a\x1b[2J\xff"), "user \"a\\033[2J\xef\xbf\xbd\"",
		NULL},

	/* RFC 2195 2 */
	{SASL_CRAM_MD5, SASL_PART_CHALLENGE, MESSAGE("<1896.697170952@postoffice.reston.mci.net>"),
		"challenge \"<1896.697170952@postoffice.reston.mci.net>\"", NULL},
	{SASL_CRAM_MD5, SASL_PART_NEXT, MESSAGE("tim b913a602c7eda7a495b4e6e7334d3890"),
		"user \"tim\", digest \"b913a602c7eda7a495b4e6e7334d3890\"", "b913a602"},
	{SASL_CRAM_MD5, SASL_PART_NEXT, MESSAGE("tim taylor b913a602c7eda7a495b4e6e7334d3890"),
		"user \"tim taylor\", digest \"b913a602c7eda7a495b4e6e7334d3890\"", "b913a602"},
	{SASL_CRAM_MD5, SASL_PART_NEXT, MESSAGE("tim b913a602c7eda7a495b4e6e7334d389"), NULL, NULL},
	{SASL_CRAM_MD5, SASL_PART_NEXT, MESSAGE("tim b913a602c7eda7a495b4e6e7334d389g"), NULL,
		NULL},
	{SASL_CRAM_MD5, SASL_PART_NEXT, MESSAGE("b913a602c7eda7a495b4e6e7334d3890"), NULL, NULL},

	/* RFC 2831 4 */
	{SASL_DIGEST_MD5, SASL_PART_CHALLENGE,
		MESSAGE("realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\","
			"algorithm=md5-sess,charset=utf-8"),
		"realm \"elwood.innosoft.com\", nonce \"OA6MG9tEQGm2hh\", protection \"auth\", "
		"algorithm \"md5-sess\", charset \"utf-8\"",
		NULL},
	{SASL_DIGEST_MD5, SASL_PART_NEXT,
		MESSAGE("charset=utf-8,username=\"chris\",realm=\"elwood.innosoft.com\","
			"nonce=\"OA6MG9tEQGm2hh\",nc=00000001,cnonce=\"OA6MHXh6VqTrRk\","
			"digest-uri=\"imap/elwood.innosoft.com\","
			"response=d388dad90d4bbd760a152321f2143af7,qop=auth"),
		"charset \"utf-8\", user \"chris\", realm \"elwood.innosoft.com\", nonce "
		"\"OA6MG9tEQGm2hh\", count \"00000001\", client's nonce \"OA6MHXh6VqTrRk\", "
		"service \"imap/elwood.innosoft.com\", response "
		"\"d388dad90d4bbd760a152321f2143af7\", protection \"auth\"",
		"d388dad9"},
	{SASL_DIGEST_MD5, SASL_PART_CHALLENGE, MESSAGE("rspauth=ea40f60335c427b5527b84dbabcdfffd"),
		"server's proof \"ea40f60335c427b5527b84dbabcdfffd\"", NULL},
	{SASL_DIGEST_MD5, SASL_PART_NEXT, MESSAGE(""), "(empty)", NULL},
	{SASL_DIGEST_MD5, SASL_PART_CHALLENGE, MESSAGE("realm=\"a,b\\\"c\" , nonce=x"),
		"realm \"a,b\\\"c\", nonce \"x\"", NULL},
	{SASL_DIGEST_MD5, SASL_PART_CHALLENGE, MESSAGE("realm=\"open"), NULL, NULL},
	{SASL_DIGEST_MD5, SASL_PART_CHALLENGE, MESSAGE("realm=\"open\\"), NULL, NULL},
	{SASL_DIGEST_MD5, SASL_PART_CHALLENGE, MESSAGE("realm=\"a\"b"), NULL, NULL},
	{SASL_DIGEST_MD5, SASL_PART_CHALLENGE, MESSAGE("nonsense"), NULL, NULL},
	{SASL_DIGEST_MD5, SASL_PART_CHALLENGE, MESSAGE("=nonsense"), NULL, NULL},
	{SASL_DIGEST_MD5, SASL_PART_CHALLENGE, MESSAGE("unknown=1"), NULL, NULL},

	/* RFC 5802 5 */
	{SASL_SCRAM_SHA_1, SASL_PART_INITIAL, MESSAGE("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"),
		"user \"user\", nonce \"fyko+d2lbbFgONRv9qkxdawL\", no channel binding", NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_CHALLENGE, MESSAGE("r=" NONCE_1 ",s=QSXCR+Q6sek8bf92,i=4096"),
		"nonce \"" NONCE_1 "\", salt \"QSXCR+Q6sek8bf92\", iterations 4096", NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_NEXT,
		MESSAGE("c=biws,r=" NONCE_1 ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="),
		"no channel binding, nonce \"" NONCE_1 "\", proof \"v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=\"",
		"v0X8v3Bz"},
	{SASL_SCRAM_SHA_1, SASL_PART_CHALLENGE, MESSAGE("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="),
		"server signature \"rmF9pqV8S7suAoZWja4dJRkFsKQ=\"", NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_NEXT, MESSAGE(""), "(empty)", NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_CHALLENGE, MESSAGE(""), "(empty)", NULL},

	/* RFC 7677 3 */
	{SASL_SCRAM_SHA_256, SASL_PART_INITIAL, MESSAGE("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"),
		"user \"user\", nonce \"rOprNGfwEbeRWgbNEkqO\", no channel binding", NULL},
	{SASL_SCRAM_SHA_256, SASL_PART_CHALLENGE,
		MESSAGE("r=" NONCE_256 ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"),
		"nonce \"" NONCE_256 "\", salt \"W22ZaJ0SNY7soEsUEjb6gQ==\", iterations 4096",
		NULL},
	{SASL_SCRAM_SHA_256, SASL_PART_NEXT,
		MESSAGE("c=biws,r=" NONCE_256 ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="),
		"no channel binding, nonce \"" NONCE_256
		"\", proof \"dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=\"",
		"dHzbZapW"},
	{SASL_SCRAM_SHA_256, SASL_PART_CHALLENGE,
		MESSAGE("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="),
		"server signature \"6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=\"", NULL},
	{SASL_SCRAM_SHA_256, SASL_PART_CHALLENGE, MESSAGE("e=invalid-proof"),
		"error \"invalid-proof\"", NULL},

	/* names escaped, an authorization identity, channel binding */
	{SASL_SCRAM_SHA_256_PLUS, SASL_PART_INITIAL,
		MESSAGE("p=tls-exporter,a=ad=2Cmin,n=a=3Db=2Cc,r=x,future=1"),
		"user \"a=b,c\", authorization identity \"ad,min\", nonce \"x\", channel binding "
		"\"tls-exporter\"",
		NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_INITIAL, MESSAGE("y,,n=u,r=x"),
		"user \"u\", nonce \"x\", channel binding not offered by the server", NULL},
	{SASL_SCRAM_SHA_1_PLUS, SASL_PART_NEXT,
		MESSAGE("c=cD10bHMtdW5pcXVlLCxBQkM=,r=x,e=1,p=cA=="),
		"channel binding \"tls-unique\" (3 octets), nonce \"x\", proof \"cA==\"", "cA=="},
	{SASL_SCRAM_SHA_1, SASL_PART_INITIAL, MESSAGE("n,,n=a=2Xb,r=x"), NULL, NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_INITIAL, MESSAGE("n,,n=a=,r=x"), NULL, NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_INITIAL, MESSAGE("n,,m=1,n=a,r=x"), NULL, NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_INITIAL, MESSAGE("n,b,n=a,r=x"), NULL, NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_INITIAL, MESSAGE("p=,,n=a,r=x"), NULL, NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_INITIAL, MESSAGE("n"), NULL, NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_INITIAL, MESSAGE("n,,n=a"), NULL, NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_NEXT, MESSAGE("c=biws,r=x"), NULL, NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_NEXT, MESSAGE("c=biw,r=x,p=cA=="), NULL, NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_CHALLENGE, MESSAGE("r=x,s=eA==,i=many"), NULL, NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_CHALLENGE, MESSAGE("r=x"), NULL, NULL},
	{SASL_SCRAM_SHA_1, SASL_PART_CHALLENGE, MESSAGE("hello"), NULL, NULL},

	{SASL_XOAUTH2, SASL_PART_INITIAL,
		MESSAGE("user=someuser@example.com\1auth=Bearer ya29.vF9dft4qmTc2Nvb3\1\1"),
		"user \"someuser@example.com\", token \"ya29.vF9dft4qmTc2Nvb3\"", "ya29"},
	{SASL_XOAUTH2, SASL_PART_CHALLENGE,
		MESSAGE("{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"https://x/\"}"),
		"error {\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"https://x/\"}", NULL},
	{SASL_XOAUTH2, SASL_PART_NEXT, MESSAGE(""), "(empty)", NULL},
	{SASL_XOAUTH2, SASL_PART_INITIAL, MESSAGE("user=a auth=Bearer ya29.vF9d"), NULL, NULL},
	{SASL_XOAUTH2, SASL_PART_INITIAL, MESSAGE("auth=Bearer ya29.vF9d\1\1"), NULL, NULL},
	{SASL_XOAUTH2, SASL_PART_INITIAL, MESSAGE("user=a\1auth=Basic YTpi\1\1"),
		"user \"a\", authorization \"Basic YTpi\"", "YTpi"},

	/* RFC 7628 4.1 and 4.3 */
	{SASL_OAUTHBEARER, SASL_PART_INITIAL,
		MESSAGE("n,a=user@example.com,\1host=server.example.com\1port=143\1"
			"auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\1\1"),
		"user \"user@example.com\", host \"server.example.com\", port 143, token "
		"\"vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\"",
		"vF9dft4q"},
	{SASL_OAUTHBEARER, SASL_PART_CHALLENGE, MESSAGE("{\"status\":\"invalid_token\"}"),
		"error {\"status\":\"invalid_token\"}", NULL},
	{SASL_OAUTHBEARER, SASL_PART_NEXT, MESSAGE("\1"), "error acknowledged", NULL},
	{SASL_OAUTHBEARER, SASL_PART_INITIAL, MESSAGE("n,,\1auth=bearer abc\1other=zzz\1\1"),
		"token \"abc\"", "abc"},
	{SASL_OAUTHBEARER, SASL_PART_INITIAL, MESSAGE("n,,auth=Bearer abc\1\1"), NULL, NULL},
	{SASL_OAUTHBEARER, SASL_PART_INITIAL, MESSAGE("n,,\1host=a\1\1"), NULL, NULL},
	{SASL_OAUTHBEARER, SASL_PART_INITIAL, MESSAGE("n,,"), NULL, NULL},
	{SASL_OAUTHBEARER, SASL_PART_CHALLENGE, MESSAGE("no"), NULL, NULL},

	{SASL_EXTERNAL, SASL_PART_INITIAL, MESSAGE(""), "authorization identity (none)", NULL},
	{SASL_EXTERNAL, SASL_PART_INITIAL, MESSAGE("fred@example.com"),
		"authorization identity \"fred@example.com\"", NULL},
	{SASL_EXTERNAL, SASL_PART_CHALLENGE, MESSAGE(""), "(empty)", NULL},
	{SASL_ANONYMOUS, SASL_PART_INITIAL, MESSAGE("sirhc"), "trace \"sirhc\"", NULL},
	{SASL_ANONYMOUS, SASL_PART_INITIAL, MESSAGE(""), "trace (none)", NULL},
	{SASL_GSSAPI, SASL_PART_NEXT, MESSAGE("\1\0\0\0"), "4 octets", NULL},
	{SASL_GSSAPI, SASL_PART_NEXT, MESSAGE(""), "0 octets", NULL},
	{SASL_UNKNOWN, SASL_PART_NEXT, MESSAGE("x"), "1 octet", NULL},
};

static bool describe(const struct exchange *e, bool is_redacted, struct buffer *out)
{
	struct buffer base64;
	bool is_described;

	buffer_init(&base64, 0);
	base64_encode(span_of(e->message, e->length), &base64);
	is_described = sasl_describe(e->mechanism, e->part, buffer_span(&base64), is_redacted, out);
	buffer_fini(&base64);
	return is_described;
}

static void check(const struct exchange *e)
{
	struct buffer out;

	buffer_init(&out, 0);
	buffer_add_text(&out, "before ");
	CU_ASSERT_EQUAL(describe(e, false, &out), e->said != NULL);
	buffer_drop(&out, strlen("before "));
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), e->said != NULL ? e->said : "");
	if (strcmp(buffer_text(&out), e->said != NULL ? e->said : "") != 0)
		fprintf(stderr, "\nsaid: %s\n", buffer_text(&out));

	buffer_clear(&out);
	CU_ASSERT_EQUAL(describe(e, true, &out), e->said != NULL);
	if (e->secret != NULL) {
		CU_ASSERT_PTR_NULL(strstr(buffer_text(&out), e->secret));
		CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&out), SASL_HIDDEN));
	}
	buffer_fini(&out);
}

static void test_exchanges(void)
{
	for (size_t i = 0; i < sizeof exchanges / sizeof exchanges[0]; i++)
		check(&exchanges[i]);
}

static bool describe_raw(
	enum sasl_mechanism mechanism, enum sasl_part part, const char *payload, struct buffer *out)
{
	buffer_clear(out);
	return sasl_describe(mechanism, part, span_text(payload), false, out);
}

/* What stands in no base64, and what is not a message. */
static void test_payloads(void)
{
	static const struct {
		enum sasl_mechanism mechanism;
		enum sasl_part part;
		const char *payload, *said;
	} cases[] = {
		{SASL_PLAIN, SASL_PART_INITIAL, "AHRpbQB0YW5zdGFhZnRhbnN0YWFm",
			"user \"tim\", password \"tanstaaftanstaaf\""},
		{SASL_CRAM_MD5, SASL_PART_NEXT, "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw",
			"user \"tim\", digest \"b913a602c7eda7a495b4e6e7334d3890\""},
		{SASL_EXTERNAL, SASL_PART_INITIAL, "=", "authorization identity (none)"},
		{SASL_LOGIN, SASL_PART_CHALLENGE, "", "(empty)"},
		{SASL_LOGIN, SASL_PART_USER, "not base64", NULL},
		{SASL_LOGIN, SASL_PART_USER, "dGlt=", NULL},
		{SASL_LOGIN, SASL_PART_USER, "dGl", NULL},
		{SASL_NTLM, SASL_PART_CHALLENGE, "NTLM supported", NULL},
		{SASL_NTLM, SASL_PART_CHALLENGE, "", "(empty)"},
		{SASL_PLAIN, SASL_PART_CANCEL, "*", "cancelled"},
		{SASL_UNKNOWN, SASL_PART_CANCEL, "*", "cancelled"},
		{SASL_PLAIN, SASL_PART_COMMAND, "", NULL},
		{SASL_PLAIN, SASL_PART_RESULT, "AHRpbQB0YW5zdGFhZnRhbnN0YWFm", NULL},
		{SASL_PLAIN, SASL_PART_NONE, "AHRpbQB0YW5zdGFhZnRhbnN0YWFm", NULL},
		{SASL_NONE, SASL_PART_USER, "mrose", "user \"mrose\""},
		{SASL_NONE, SASL_PART_PASSWORD, "tan staaf", "password \"tan staaf\""},
		{SASL_NONE, SASL_PART_NEXT, "mrose", NULL},
		{SASL_NONE, SASL_PART_CHALLENGE, "", NULL},
		{SASL_APOP, SASL_PART_INITIAL, "mrose c4c9334bac560ecc979e58001b3e22fb",
			"user \"mrose\", digest \"c4c9334bac560ecc979e58001b3e22fb\""},
		{SASL_APOP, SASL_PART_INITIAL, "mrose", NULL},
	};
	struct buffer out;

	buffer_init(&out, 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CU_ASSERT_EQUAL(
			describe_raw(cases[i].mechanism, cases[i].part, cases[i].payload, &out),
			cases[i].said != NULL);
		CU_ASSERT_STRING_EQUAL(
			buffer_text(&out), cases[i].said != NULL ? cases[i].said : "");
	}
	buffer_fini(&out);
}

#define NTLM "NTLMSSP\0"
#define FIELD(length, offset) length "\0" length "\0" offset "\0\0\0"

static const char negotiate[] = NTLM "\1\0\0\0\7\x82\0\0";
static const char challenge[] = NTLM "\2\0\0\0" FIELD("\x0c", "\x20") "\1\0\0\0"
								      "12345678"
								      "D\0O\0M\0A\0I\0N";
/* An unpaired and a paired surrogate in the user name. */
static const char authenticate[] = NTLM "\3\0\0\0" FIELD("\0", "\x40") FIELD("\x02", "\x52")
	FIELD("\x04", "\x40") FIELD("\x0a", "\x44") FIELD("\x04", "\x4e")
		FIELD("\0", "\x40") "\1\0\0\0"
				    "D\0M\0"
				    "u\0\x3d\xd8\0\xde\x3d\xd8!\0"
				    "W\0S\0"
				    "RR";
/* Without session key and flags, as Windows 95 sends it. */
static const char old_authenticate[] = NTLM "\3\0\0\0" FIELD("\0", "\x34") FIELD("\0", "\x34")
	FIELD("\3", "\x34") FIELD("\3", "\x37") FIELD("\0", "\x34") "DOMtim";

static void test_ntlm(void)
{
	static const struct exchange cases[] = {
		{SASL_NTLM, SASL_PART_INITIAL, negotiate, sizeof negotiate - 1, "NTLM negotiate",
			NULL},
		{SASL_NTLM, SASL_PART_CHALLENGE, challenge, sizeof challenge,
			"NTLM challenge, target \"DOMAIN\"", NULL},
		{SASL_NTLM, SASL_PART_NEXT, authenticate, sizeof authenticate - 1,
			"NTLM authenticate, user "
			"\"u\xf0\x9f\x98\x80\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd!\", "
			"domain \"DM\", workstation \"WS\", response of 2 octets",
			NULL},
		{SASL_NTLM, SASL_PART_NEXT, old_authenticate, sizeof old_authenticate - 1,
			"NTLM authenticate, user \"tim\", domain \"DOM\", response of 0 octets",
			NULL},
		{SASL_NTLM, SASL_PART_NEXT, MESSAGE(NTLM "\4\0\0\0"), NULL, NULL},
		{SASL_NTLM, SASL_PART_NEXT, MESSAGE("NTLMSSX\0\1\0\0\0"), NULL, NULL},
		{SASL_NTLM, SASL_PART_CHALLENGE,
			MESSAGE(NTLM "\2\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\1\0\0\0"), NULL,
			NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check(&cases[i]);
}

/* No message cut short says more than the whole one, reads outside, or leaves a part behind. */
static void check_cut(const struct exchange *whole)
{
	struct buffer out;

	buffer_init(&out, 0);
	for (size_t length = 0; length < whole->length; length++) {
		struct exchange cut = *whole;

		cut.length = length;
		buffer_clear(&out);
		if (!describe(&cut, true, &out))
			CU_ASSERT_EQUAL(out.length, 0);
		if (whole->secret != NULL)
			CU_ASSERT_PTR_NULL(strstr(buffer_text(&out), whole->secret));
	}
	buffer_fini(&out);
}

static void test_cut_messages(void)
{
	const struct exchange ntlm[] = {
		{SASL_NTLM, SASL_PART_CHALLENGE, challenge, sizeof challenge, NULL, NULL},
		{SASL_NTLM, SASL_PART_NEXT, authenticate, sizeof authenticate - 1, NULL, NULL},
	};

	for (size_t i = 0; i < sizeof exchanges / sizeof exchanges[0]; i++)
		check_cut(&exchanges[i]);
	check_cut(&ntlm[0]);
	check_cut(&ntlm[1]);
}

/* A value of any length makes a description of bounded length, and no half character. */
static void test_long_values(void)
{
	enum { LENGTH = 3 * 3000 };
	static char text[LENGTH + 1];
	struct exchange e = {SASL_LOGIN, SASL_PART_USER, text, LENGTH, NULL, NULL};
	struct buffer out;

	for (size_t i = 0; i < LENGTH; i += 3)
		memcpy(text + i, "\xe2\x82\xac", 3);
	buffer_init(&out, 0);
	for (size_t shift = 0; shift < 3; shift++) {
		buffer_clear(&out);
		text[0] = 'a';
		text[1] = 'b';
		text[2] = 'c';
		e.message = text + shift;
		e.length = LENGTH - shift;
		CU_ASSERT_TRUE(describe(&e, false, &out));
		CU_ASSERT_TRUE(out.length < 1100);
		CU_ASSERT_PTR_NULL(strstr(buffer_text(&out), "\xef\xbf\xbd"));
		CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&out), "\"... ("));
	}
	buffer_fini(&out);
}

static void test_limit(void)
{
	struct buffer out;

	buffer_init(&out, 16);
	describe(&exchanges[0], false, &out);
	CU_ASSERT_TRUE(out.length <= 16);
	CU_ASSERT_TRUE(out.is_cut);
	buffer_fini(&out);
}

static void test_names(void)
{
	for (int i = SASL_NONE + 1; i < SASL_UNKNOWN; i++)
		CU_ASSERT_EQUAL(sasl_mechanism(span_text(sasl_name((enum sasl_mechanism)i))), i);
	CU_ASSERT_EQUAL(sasl_mechanism(span_text("cram-md5")), SASL_CRAM_MD5);
	CU_ASSERT_EQUAL(sasl_mechanism(span_text("Scram-Sha-1-Plus")), SASL_SCRAM_SHA_1_PLUS);
	CU_ASSERT_EQUAL(sasl_mechanism(span_text("PLAINX")), SASL_UNKNOWN);
	CU_ASSERT_EQUAL(sasl_mechanism(span_text("PLAI")), SASL_UNKNOWN);
	CU_ASSERT_EQUAL(sasl_mechanism(span_text("")), SASL_NONE);
	CU_ASSERT_STRING_EQUAL(sasl_name(SASL_NONE), "");
	CU_ASSERT_STRING_EQUAL(sasl_name(SASL_UNKNOWN), "unknown");
}

SUITE(sasl, {"decodes and hides", test_exchanges}, {"takes payloads as they stand", test_payloads},
	{"decodes NTLM", test_ntlm}, {"bears messages cut short", test_cut_messages},
	{"cuts long values", test_long_values}, {"keeps the buffer's limit", test_limit},
	{"knows the mechanisms by name", test_names});
