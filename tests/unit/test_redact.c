/* Headers without the people in them. HIDDEN stands for the bullets. */
#include "message/redact.h"
#include "suite.h"

#include <stdio.h>

#define HIDDEN "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2"

static void test_addresses(void)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"", ""},
		{"no address", "no address"},
		{"From: anna@example.org", "From: " HIDDEN "@example.org"},
		{"Anna <anna.b+c=d@example.org>, x@y",
			"Anna <" HIDDEN "@example.org>, " HIDDEN "@y"},
		{"\"anna b\"@example.org", HIDDEN "@example.org"},
		{"b\"@example.org", "b\"@example.org"},
		{"header.i=@example.org", "header.i=@example.org"},
		{"smtp.mailfrom=anna@example.org", "smtp.mailfrom=" HIDDEN "@example.org"},
		{"<bounce+anna=example.org@list.example>", "<" HIDDEN "@list.example>"},
		{"@", "@"},
		{"a@b@c", HIDDEN "@" HIDDEN "@c"},
		{"(Authenticated sender: anna)", "(Authenticated sender: " HIDDEN ")"},
		{"(Authenticated sender: anna@example.org)",
			"(Authenticated sender: " HIDDEN "@example.org)"},
		{"([192.0.2.1] ident=anna helo=x)", "([192.0.2.1] ident=" HIDDEN " helo=x)"},
		{"auth=yes user=anna for", "auth=yes user=" HIDDEN " for"},
		{"user=", "user="},
		{"\xd0\xb0\xd0\xbd\xd0\xbd\xd0\xb0@example.org", HIDDEN "@example.org"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buffer out;

		buffer_init(&out, 0);
		redact_addresses(&out, span_text(cases[i].text));
		if (!span_is(buffer_span(&out), cases[i].expected))
			printf("\n%s: %s\n", cases[i].text, buffer_text(&out));
		CU_ASSERT_TRUE(span_is(buffer_span(&out), cases[i].expected));
		buffer_fini(&out);
	}
}

SUITE(redact, {"hides local parts and users", test_addresses});
