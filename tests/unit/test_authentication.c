/* Results of checks, and signatures, as header fields write them. */
#include "base/buffer.h"
#include "base/limits.h"
#include "message/authentication.h"
#include "suite.h"

#include <inttypes.h>
#include <stdio.h>

/* "i=1 server: method=value (reason) name=value ..." of each result, divided by "; ". */
static void add_results(struct buffer *out, const struct result_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct result *result = &list->at[i];

		buffer_add_text(out, i > 0 ? "; " : "");
		if (result->instance > 0)
			buffer_printf(out, "i=%" PRIu64 " ", result->instance);
		buffer_add_span(out, result->server);
		buffer_add_text(out, ": ");
		buffer_add_span(out, result->method);
		buffer_add_byte(out, '=');
		buffer_add_span(out, result->value);
		if (result->reason.length > 0)
			buffer_printf(out, " (%.*s)", (int)result->reason.length,
				(const char *)result->reason.at);
		for (size_t k = 0; k < result->property_count; k++)
			buffer_printf(out, " %.*s=%.*s", (int)result->properties[k].name.length,
				(const char *)result->properties[k].name.at,
				(int)result->properties[k].value.length,
				(const char *)result->properties[k].value.at);
	}
}

static void check(enum result_source source, const char *field, const char *expected)
{
	struct result_list list = {.count = 0};
	struct arena arena;
	struct buffer out;

	arena_init(&arena);
	buffer_init(&out, 0);
	if (source == RESULT_SPF)
		authentication_read_spf(&arena, &list, span_text(field));
	else
		authentication_read(&arena, &list, source, span_text(field));
	add_results(&out, &list);
	if (!span_is(buffer_span(&out), expected))
		printf("\n%s:\n%s\n", field, buffer_text(&out));
	CU_ASSERT_TRUE(span_is(buffer_span(&out), expected));
	buffer_fini(&out);
	arena_fini(&arena);
}

static void test_results(void)
{
	static const struct {
		enum result_source source;
		const char *field, *expected;
	} cases[] = {
		/* RFC 8601 appendix B in form */
		{RESULT_AUTHENTICATION, "example.org 1; none", "example.org: ="},
		{RESULT_AUTHENTICATION, "example.org; none", "example.org: ="},
		{RESULT_AUTHENTICATION, "example.com; spf=pass smtp.mailfrom=example.net",
			"example.com: spf=pass smtp.mailfrom=example.net"},
		{RESULT_AUTHENTICATION,
			"example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=pass "
			"smtp.mailfrom=example.net",
			"example.com: auth=pass (cram-md5) smtp.auth=sender@example.net; "
			"example.com: spf=pass smtp.mailfrom=example.net"},
		{RESULT_AUTHENTICATION,
			"example.com; dkim=pass reason=\"good signature\" header.i=@a.example.com",
			"example.com: dkim=pass (good signature) header.i=@a.example.com"},
		{RESULT_AUTHENTICATION,
			"mx.example (its name) 1 (version); dkim (how) / 1 (so) = (and) fail "
			"policy "
			"(here) . (too) expired = (when) 1362471462",
			"mx.example: dkim=fail (and) policy (here) . (too) expired=1362471462"},
		{RESULT_AUTHENTICATION, "x; dkim/1=fail header.b=ab+/c=; dkim=none",
			"x: dkim=fail header.b=ab+/c=; x: dkim=none"},
		{RESULT_AUTHENTICATION, "x; spf = pass smtp.mailfrom = \"a b\"@c.example",
			"x: spf=pass smtp.mailfrom=a b @c.example="},
		/* without a server, as Microsoft writes it */
		{RESULT_AUTHENTICATION,
			"spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; "
			"dkim=none (message not signed) header.d=none;dmarc=bestguesspass "
			"action=none",
			": spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; : dkim=none "
			"(message not signed) header.d=none; : dmarc=bestguesspass action=none"},
		/* empty, and damaged */
		{RESULT_AUTHENTICATION, "", ": ="},
		{RESULT_AUTHENTICATION, ";;;", ": ="},
		{RESULT_AUTHENTICATION, "x; ; spf=pass;; ", "x: spf=pass"},
		{RESULT_AUTHENTICATION, "x; spf", "x: ="},
		{RESULT_AUTHENTICATION, "x; =pass", "x: =pass"},
		{RESULT_AUTHENTICATION, "x; spf=pass (never closed", "x: spf=pass (never closed)"},
		{RESULT_ARC, "i=2; x; arc=pass; spf=fail", "i=2 x: arc=pass; i=2 x: spf=fail"},
		{RESULT_ARC, "i=99999999999999999999; x; arc=pass", "x: arc=pass"},
		{RESULT_ARC, "x; arc=pass", "x: arc=pass"},
		/* RFC 7208 9.1 in form */
		{RESULT_SPF,
			"pass (mybox.example.org: domain of a@b.example designates 192.0.2.1 as "
			"permitted sender) receiver=mybox.example.org; client-ip=192.0.2.1; "
			"envelope-from=\"a@b.example\"; helo=foo.example;",
			"mybox.example.org: spf=pass (mybox.example.org: domain of a@b.example "
			"designates 192.0.2.1 as permitted sender) receiver=mybox.example.org "
			"client-ip=192.0.2.1 envelope-from=a@b.example helo=foo.example"},
		{RESULT_SPF, "SoftFail client-ip=192.0.2.1", ": spf=SoftFail client-ip=192.0.2.1"},
		{RESULT_SPF, "", ": spf="},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check(cases[i].source, cases[i].field, cases[i].expected);
}

static void test_signature(void)
{
	struct signature_list list = {.count = 0};
	const struct signature *signature;
	struct arena arena;

	arena_init(&arena);
	signature_read(&arena, &list, SIGNATURE_DKIM,
		span_text("v=1; a=rsa-sha256; d=b.example ; s = k1;h=From : To:\tSubject; "
			  "bh=ab cd=; b=e f\t g; ; odd; i=@b.example"));
	signature_read(&arena, &list, SIGNATURE_ARC_SEAL, span_text("i=51; cv=none"));
	signature_read(&arena, &list, SIGNATURE_ARC_SEAL, span_text("i=50; cv=none"));
	CU_ASSERT_EQUAL_FATAL(list.count, 3);
	signature = &list.at[0];
	CU_ASSERT_EQUAL(signature->tag_count, 8);
	CU_ASSERT_TRUE(span_is(signature_tag(signature, "d"), "b.example"));
	CU_ASSERT_TRUE(span_is(signature_tag(signature, "s"), "k1"));
	CU_ASSERT_TRUE(span_is(signature_tag(signature, "h"), "From:To:Subject"));
	CU_ASSERT_TRUE(span_is(signature_tag(signature, "bh"), "abcd="));
	CU_ASSERT_TRUE(span_is(signature_tag(signature, "b"), "efg"));
	CU_ASSERT_TRUE(span_is(signature_tag(signature, "x"), ""));
	CU_ASSERT_TRUE(signature_covers(signature, "from"));
	CU_ASSERT_TRUE(signature_covers(signature, "Subject"));
	CU_ASSERT_FALSE(signature_covers(signature, "Sub"));
	CU_ASSERT_EQUAL(signature_instance(signature), 0);
	CU_ASSERT_EQUAL(signature_instance(&list.at[1]), 0);
	CU_ASSERT_EQUAL(signature_instance(&list.at[2]), 50);
	arena_fini(&arena);
}

/* Every method and result that RFC 8601 registers, and every tag of RFC 6376, has its words. */
static void test_words(void)
{
	static const char *const methods[] = {"auth", "dkim", "dkim-adsp", "dkim-atps", "dmarc",
		"domainkeys", "iprev", "rrvs", "sender-id", "smime", "spf", "vbr", "arc", "dnswl"};
	static const char *const values[] = {"none", "pass", "fail", "policy", "neutral",
		"temperror", "permerror", "softfail", "hardfail"};
	static const char *const tags[] = {
		"v", "a", "b", "bh", "c", "d", "h", "i", "l", "q", "s", "t", "x", "z"};

	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		const char *rfc = "";

		CU_ASSERT_PTR_NOT_NULL(method_meaning(span_text(methods[i]), &rfc));
		CU_ASSERT_TRUE(strncmp(rfc, "RFC ", 4) == 0);
		for (size_t k = 0; k < 7; k++)
			CU_ASSERT_PTR_NOT_NULL(
				result_meaning(span_text(methods[i]), span_text(values[k])));
	}
	CU_ASSERT_PTR_NOT_NULL(result_meaning(span_text("spf"), span_text("softfail")));
	CU_ASSERT_PTR_NULL(result_meaning(span_text("spf"), span_text("maybe")));
	CU_ASSERT_PTR_NULL(method_meaning(span_text("astrology"), &(const char *){NULL}));
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
		CU_ASSERT_PTR_NOT_NULL(tag_meaning(SIGNATURE_DKIM, span_text(tags[i])));
	CU_ASSERT_PTR_NULL(tag_meaning(SIGNATURE_DKIM, span_text("zz")));
	CU_ASSERT_STRING_NOT_EQUAL(tag_meaning(SIGNATURE_DKIM, span_text("i")),
		tag_meaning(SIGNATURE_ARC_SEAL, span_text("i")));
	CU_ASSERT_PTR_NOT_NULL(property_meaning(span_text("smtp.mailfrom")));
	CU_ASSERT_PTR_NULL(property_meaning(span_text("smtp.mood")));
}

static void test_limits(void)
{
	struct signature_list signatures = {.count = 0};
	struct result_list results = {.count = 0};
	struct buffer field;
	struct arena arena;

	arena_init(&arena);
	buffer_init(&field, 0);
	buffer_add_text(&field, "x; spf=pass");
	for (int i = 0; i < LIMIT_TAGS * 2; i++)
		buffer_add_text(&field, " a.b=c");
	authentication_read(&arena, &results, RESULT_AUTHENTICATION, buffer_span(&field));
	CU_ASSERT_EQUAL(results.at[0].property_count, LIMIT_TAGS);
	buffer_clear(&field);
	for (int i = 0; i < LIMIT_TAGS * 2; i++)
		buffer_add_text(&field, "a=b;");
	signature_read(&arena, &signatures, SIGNATURE_DKIM, buffer_span(&field));
	CU_ASSERT_EQUAL(signatures.at[0].tag_count, LIMIT_TAGS);
	buffer_fini(&field);
	arena_fini(&arena);
}

SUITE(authentication, {"reads results", test_results}, {"reads signatures", test_signature},
	{"has words for what is registered", test_words}, {"keeps its limits", test_limits});
