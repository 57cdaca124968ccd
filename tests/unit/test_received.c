/* One Received field: what stands in comments and clauses beyond the names that route.blocks has.
 */
#include "message/host.h"
#include "message/received.h"
#include "suite.h"

#include <stddef.h>
#include <stdio.h>

#define FIELD(name) offsetof(struct received, name)

static const struct {
	const char *field;
	size_t offset;
	const char *expected;
} cases[] = {
	{"by a.example (Postfix) with SMTP id 1", FIELD(software), "Postfix"},
	{"by a.example (Postfix, from userid 33) id 1", FIELD(user), "userid 33"},
	{"by a.example (8.17.1/8.17.1/Debian-2) with SMTP id 1", FIELD(software),
		"8.17.1/8.17.1/Debian-2"},
	{"by a.example with esmtp (Exim 4.96) id 1", FIELD(software), "Exim 4.96"},
	{"by a.example (Haraka/3.0.1) with ESMTPS envelope-from <x@y.example> tls Z", FIELD(sender),
		"x@y.example"},
	{"by a.example with esmtps (TLS1.3) tls TLS_AES_128_GCM_SHA256 (Exim 4.96)",
		FIELD(tls.cipher), "TLS_AES_128_GCM_SHA256"},
	{"by a.example with ESMTPS tls TLS_AES_128_GCM_SHA256 group x25519 id 1", FIELD(tls.group),
		"x25519"},
	{"from b.example (b.example [192.0.2.1]) (using TLSv1.2 with cipher C (128/256 bits)) by a",
		FIELD(tls.bits), "128"},
	{"from b.example (b.example [192.0.2.1]) (using TLSv1.2 with cipher C (128/256 bits)) by a",
		FIELD(tls.version), "TLS 1.2"},
	{"from b.example (b.example [192.0.2.1]) (using TLSv1 with cipher C (128/256 bits)) by a",
		FIELD(tls.version), "TLS 1.0"},
	{"by a with ESMTPS (version=TLSv1_2 cipher=C bits=256) id 1", FIELD(tls.version),
		"TLS 1.2"},
	{"by a with ESMTPS (version=TLSv1/SSLv3 cipher=C bits=256) id 1", FIELD(tls.version),
		"TLSv1/SSLv3"},
	{"by a with ESMTPS (version=SSLv3 cipher=C bits=256) id 1", FIELD(tls.version), "SSL 3.0"},
	{"by a with ESMTPS (version=TLSv12 cipher=C) id 1", FIELD(tls.version), "TLS 1.2"},
	{"by a with ESMTPS (version=TLSv9 cipher=C) id 1", FIELD(tls.version), "TLSv9"},
	{"by a with ESMTP (version=NONE cipher=NONE) id 1", FIELD(tls.cipher), ""},
	{"by a with (AES128-SHA encrypted) SMTP", FIELD(tls.cipher), "AES128-SHA"},
	{"by a with ESMTP/TLS/AES128-SHA", FIELD(tls.cipher), "AES128-SHA"},
	{"from b (ident@[192.0.2.9]) by a", FIELD(user), "ident"},
	{"from b (c.example [192.0.2.9] ident=eve) by a", FIELD(user), "eve"},
	{"from [192.0.2.9] (account eve@a.example HELO b) by a", FIELD(user), "eve@a.example"},
	{"from b (c.example [192.0.2.9]) (Authenticated sender: eve@a.example) by a", FIELD(user),
		"eve@a.example"},
	{"from b ([192.0.2.9]) by a (OpenSMTPD) with ESMTPSA id 1 auth=yes user=eve", FIELD(user),
		"eve"},
	{"from b ([192.0.2.9]:25) by a", FIELD(address), "192.0.2.9"},
	{"from b ([IPv6:2001:db8::9]) by a", FIELD(address), "2001:db8::9"},
	{"from b ([fe80::9%eth0]) by a", FIELD(address), "fe80::9"},
	{"from b ([999.0.2.9]) by a", FIELD(address), ""},
	{"from b [192.0.2.9] by a", FIELD(address), "192.0.2.9"},
	{"from [10.0.0.1] (c.example [192.0.2.9]) by a", FIELD(address), "192.0.2.9"},
	{"from c.example ([192.0.2.9] helo=b) by a", FIELD(reverse), "c.example"},
	{"from b (c.example. [192.0.2.9]) by a", FIELD(reverse), "c.example"},
	{"by a.example (192.0.2.7) with SMTP", FIELD(by_address), "192.0.2.7"},
	{"by a.example [192.0.2.7] with SMTP", FIELD(by_address), "192.0.2.7"},
	{"by a via TCP with SMTP", FIELD(via), "TCP"},
	{"by a with Microsoft SMTP Server id 15.2 via Frontend Transport", FIELD(via),
		"Frontend Transport"},
	{"by a with Microsoft SMTPSVC(6.0.3790)", FIELD(with), "Microsoft SMTPSVC"},
	{"by a with SMTP id <1@a.example> for <b@c.example>, d@e.example", FIELD(recipient),
		"b@c.example , d@e.example"},
	{"by a with SMTP id <1@a.example>", FIELD(id), "1@a.example"},
	{"by a with SMTP id 1 (single-drop)", FIELD(comments), "single-drop"},
	{"from b ([192.0.2.9]) (No client certificate requested) by a", FIELD(comments),
		"No client certificate requested"},
	{"from b named unknown by a", FIELD(unread), "named unknown"},
	{"FROM b BY a.example WITH esmtp ID 1", FIELD(by), "a.example"},
	{"from a by with by.example with SMTP", FIELD(by), "with"},
	{"by a; nonsense", FIELD(date_text), "nonsense"},
	{"by a (with; a semicolon) id 7; Tue, 8 Nov 2022 18:43:51 +0000", FIELD(date_text),
		"Tue, 8 Nov 2022 18:43:51 +0000"},
	{"by a id 7; Tue, 8 Nov 2022 18:43:51 +0000; what; else", FIELD(id), "7"},
	{"(qmail 1 invoked by uid 5); 8 Nov 2022 18:43:51 -0000", FIELD(software), "qmail"},
	{"(qmail 1 invoked by uid 5); 8 Nov 2022 18:43:51 -0000", FIELD(comments),
		"qmail 1 invoked by uid 5"},
};

static void test_clauses(void)
{
	struct arena arena;

	arena_init(&arena);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct received received;
		struct span value;

		received_read(&arena, span_text(cases[i].field), &received);
		value = *(const struct span *)((const char *)&received + cases[i].offset);
		if (!span_is(value, cases[i].expected))
			printf("\n%s: %.*s\n", cases[i].field, (int)value.length,
				(const char *)value.at);
		CU_ASSERT_TRUE(span_is(value, cases[i].expected));
		CU_ASSERT_TRUE(span_is(received.whole, cases[i].field));
	}
	arena_fini(&arena);
}

static void test_protocols(void)
{
	static const struct {
		const char *with;
		bool is_known, has_tls, has_login;
	} protocols[] = {
		{"ESMTPSA", true, true, true},
		{"esmtp", true, false, false},
		{"LMTPS", true, true, false},
		{"UTF8SMTPSA", true, true, true},
		{"Microsoft SMTP Server", true, false, false},
		{"Pigeon", false, false, false},
		{"", false, false, false},
	};

	for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
		const struct protocol *row = protocol_find(span_text(protocols[i].with));

		CU_ASSERT_EQUAL(row != NULL, protocols[i].is_known);
		if (row == NULL)
			continue;
		CU_ASSERT_EQUAL(row->has_tls, protocols[i].has_tls);
		CU_ASSERT_EQUAL(row->has_login, protocols[i].has_login);
	}
}

static void test_addresses(void)
{
	static const struct {
		const char *text;
		enum address_kind kind;
	} addresses[] = {
		{"127.0.0.1", ADDRESS_LOOPBACK},
		{"[::1]", ADDRESS_LOOPBACK},
		{"10.255.0.1", ADDRESS_PRIVATE},
		{"172.16.0.1", ADDRESS_PRIVATE},
		{"172.32.0.1", ADDRESS_PUBLIC},
		{"192.168.1.1", ADDRESS_PRIVATE},
		{"100.64.0.1", ADDRESS_PRIVATE},
		{"100.128.0.1", ADDRESS_PUBLIC},
		{"fd00::1", ADDRESS_PRIVATE},
		{"169.254.9.9", ADDRESS_LINK_LOCAL},
		{"fe80::1%eth0", ADDRESS_LINK_LOCAL},
		{"192.0.2.1", ADDRESS_DOCUMENTATION},
		{"2001:db8::1", ADDRESS_DOCUMENTATION},
		{"::ffff:10.0.0.1", ADDRESS_PRIVATE},
		{"0.0.0.0", ADDRESS_RESERVED},
		{"240.0.0.1", ADDRESS_RESERVED},
		{"ff02::1", ADDRESS_RESERVED},
		{"8.8.8.8", ADDRESS_PUBLIC},
		{"2a00::1", ADDRESS_PUBLIC},
		{"mail.example", ADDRESS_NONE},
		{"1.2.3", ADDRESS_NONE},
		{"", ADDRESS_NONE},
	};

	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		struct host_address address;
		struct span bare;
		bool is_read = host_read_address(span_text(addresses[i].text), &address, &bare);

		CU_ASSERT_EQUAL(is_read, addresses[i].kind != ADDRESS_NONE);
		CU_ASSERT_EQUAL(address.kind, addresses[i].kind);
	}
	CU_ASSERT_TRUE(host_same_address(span_text("[2001:db8:0::1]"), span_text("2001:DB8::1")));
	CU_ASSERT_FALSE(host_same_address(span_text("192.0.2.1"), span_text("192.0.2.2")));
	CU_ASSERT_FALSE(host_same_address(span_text("a"), span_text("a")));
}

static void test_kinship(void)
{
	static const struct {
		const char *a, *b;
		enum kinship kinship;
	} pairs[] = {
		{"example.org", "EXAMPLE.org.", KINSHIP_SAME},
		{"mail.example.org", "example.org", KINSHIP_UNDER},
		{"example.org", "a.b.example.org", KINSHIP_UNDER},
		{"mail.example.org", "news.example.org", KINSHIP_SIBLINGS},
		{"example.co.uk", "other.co.uk", KINSHIP_SIBLINGS},
		{"badexample.org", "example.org", KINSHIP_NONE},
		{"mail-1.google.com", "smtp.gmail.com", KINSHIP_HOUSE},
		{"google.com.evil.example", "smtp.gmail.com", KINSHIP_NONE},
		{"localhost", "example.org", KINSHIP_NONE},
		{"", "", KINSHIP_NONE},
	};

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		CU_ASSERT_EQUAL(host_kinship(span_text(pairs[i].a), span_text(pairs[i].b)),
			pairs[i].kinship);
		CU_ASSERT_EQUAL(host_kinship(span_text(pairs[i].b), span_text(pairs[i].a)),
			pairs[i].kinship);
	}
	CU_ASSERT_TRUE(host_is_local_name(span_text("mail")));
	CU_ASSERT_TRUE(host_is_local_name(span_text("mail.corp.local")));
	CU_ASSERT_FALSE(host_is_local_name(span_text("mail.example.org")));
	CU_ASSERT_FALSE(host_is_name(span_text("a..b")));
	CU_ASSERT_FALSE(host_is_name(span_text("a b.c")));
}

SUITE(received, {"reads clauses and comments", test_clauses},
	{"knows what protocols mean", test_protocols}, {"knows kinds of addresses", test_addresses},
	{"tells which names belong together", test_kinship});
