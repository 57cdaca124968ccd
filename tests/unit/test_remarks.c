/* Remarks on a route: for each id a header that has it, and the header of good order that has none.
 */
#include "base/buffer.h"
#include "message/route.h"
#include "suite.h"

#include <stdio.h>

enum { NOW = 1710000000 /* 2024-03-09 */ };

#define HOP_1                                                                                      \
	"Received: from a.example.org (a.example.org [8.8.8.1]) by b.example.org with ESMTPS id "  \
	"1; Tue, 8 Nov 2022 18:43:50 +0000\n"
#define HOP_2                                                                                      \
	"Received: from b.example.org (b.example.org [8.8.8.2]) by c.example.net with ESMTPS id "  \
	"2; Tue, 8 Nov 2022 18:43:51 +0000\n"
#define PATH "Return-Path: <anna@example.org>\n"
#define FROM "From: anna@example.org\n"
#define DATE "Date: Tue, 8 Nov 2022 18:43:49 +0000\n"
#define ID "Message-ID: <1@example.org>\n"
#define SIGNED "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=k; h=From:To; bh=QQ==; b=QQ==\n"
#define RESULTS                                                                                    \
	"Authentication-Results: c.example.net; spf=pass smtp.mailfrom=anna@example.org; "         \
	"dkim=pass\nReceived-SPF: pass client-ip=8.8.8.2\n"
#define ARC_1                                                                                      \
	"ARC-Seal: i=1; cv=none; d=x\nARC-Message-Signature: i=1; d=x\n"                           \
	"ARC-Authentication-Results: i=1; x; spf=pass\n"
#define ARC_2                                                                                      \
	"ARC-Seal: i=2; cv=pass; d=x\nARC-Message-Signature: i=2; d=x\n"                           \
	"ARC-Authentication-Results: i=2; x; spf=pass\n"
#define GOOD HOP_2 HOP_1 PATH FROM DATE ID SIGNED RESULTS ARC_1 ARC_2
#define REST PATH FROM DATE ID

static const struct {
	const char *id, *header;
} cases[] = {
	{"stray-line", GOOD "not a field\n"},
	{"no-received", REST},
	{"field-unread", "Received: from a.example.org by b.example.org pod x; Tue, 8 Nov 2022 "
			 "18:43:50 +0000\n" REST},
	{"field-unread", "Received: ; Tue, 8 Nov 2022 18:43:50 +0000\n" REST},
	{"date-unread", "Received: from a.example.org by b.example.org; never\n" REST},
	{"date-unread", HOP_2 HOP_1 PATH FROM ID "Date: never\n"},
	{"zone-unknown", "Received: from a.example.org by b.example.org; Tue, 8 Nov 2022 18:43:50 "
			 "MSK\n" REST},
	{"zone-unknown", HOP_2 HOP_1 PATH FROM ID "Date: Tue, 8 Nov 2022 18:43:50\n"},
	{"weekday-wrong", "Received: from a.example.org by b.example.org; Mon, 8 Nov 2022 18:43:50 "
			  "+0000\n" REST},
	{"weekday-wrong", HOP_2 HOP_1 PATH FROM ID "Date: Fri, 8 Nov 2022 18:43:50 +0000\n"},
	{"clock-back", HOP_1 HOP_2 REST},
	{"slow-hop", "Received: from b.example.org by c.example.net; Tue, 8 Nov 2022 18:48:50 "
		     "+0000\n" HOP_1 REST},
	{"future-date", "Received: from a.example.org by b.example.org; Sat, 8 Nov 2042 18:43:50 "
			"+0000\n" REST},
	{"future-date", HOP_2 HOP_1 PATH FROM ID "Date: Sat, 8 Nov 2042 18:43:50 +0000\n"},
	{"chain-break", "Received: from x.other.example by c.example.net; Tue, 8 Nov 2022 18:43:51 "
			"+0000\n" HOP_1 REST},
	{"maybe-forged", "Received: from x.other.example by c.example.net; Tue, 8 Nov 2022 "
			 "18:43:51 +0000\n" HOP_1 REST},
	{"name-unproven", "Received: from a.example.org (a.example.org [8.8.8.1] (may be forged)) "
			  "by b.example.org; Tue, 8 Nov 2022 18:43:50 +0000\n" REST},
	{"helo-differs", "Received: from a.example.org (x.other.example [8.8.8.1]) by "
			 "b.example.org; Tue, 8 Nov 2022 18:43:50 +0000\n" REST},
	{"no-reverse-name", "Received: from a.example.org (unknown [8.8.8.1]) by b.example.org; "
			    "Tue, 8 Nov 2022 18:43:50 +0000\n" REST},
	{"not-public-address", "Received: from b.example.org ([192.168.0.1]) by c.example.net; "
			       "Tue, 8 Nov 2022 18:43:51 +0000\n" HOP_1 REST},
	{"in-clear", "Received: from a.example.org ([8.8.8.1]) by b.example.org with ESMTP; Tue, 8 "
		     "Nov 2022 18:43:50 +0000\n" REST},
	{"old-tls", "Received: from a.example.org ([8.8.8.1]) by b.example.org with ESMTPS "
		    "(version=TLSv1 cipher=C); Tue, 8 Nov 2022 18:43:50 +0000\n" REST},
	{"no-date", HOP_2 HOP_1 PATH FROM ID},
	{"no-from", HOP_2 HOP_1 PATH DATE ID},
	{"no-message-id", HOP_2 HOP_1 PATH FROM DATE},
	{"repeated-field", GOOD FROM},
	{"repeated-field", GOOD "Subject: a\nSubject: b\n"},
	{"several-authors", HOP_2 HOP_1 PATH DATE ID "From: a@example.org, b@example.org\n"},
	{"date-far", HOP_2 HOP_1 PATH FROM ID "Date: Tue, 8 Nov 2022 18:49:00 +0000\n"},
	{"date-far", HOP_2 HOP_1 PATH FROM ID "Date: Mon, 7 Nov 2022 18:43:49 +0000\n"},
	{"return-path-differs", HOP_2 HOP_1 FROM DATE ID "Return-Path: <a@other.example>\n"},
	{"signer-differs", HOP_2 HOP_1 REST "DKIM-Signature: v=1; a=rsa-sha256; d=other.example; "
					    "s=k; h=from; bh=QQ==; b=QQ==\n"},
	{"nothing-aligned", HOP_2 HOP_1 FROM DATE ID "Return-Path: <a@other.example>\n"},
	{"check-failed", GOOD "Authentication-Results: c.example.net; dkim=fail\n"},
	{"check-failed", GOOD "Received-SPF: softfail client-ip=8.8.8.2\n"},
	{"results-of-others", GOOD "Authentication-Results: x.other.example; dkim=pass\n"},
	{"spf-address", GOOD "Received-SPF: pass client-ip=8.8.8.9\n"},
	{"tag-missing", HOP_2 HOP_1 REST "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=k; "
					 "h=from; b=QQ==\n"},
	{"from-unsigned", HOP_2 HOP_1 REST "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=k; "
					   "h=to; bh=QQ==; b=QQ==\n"},
	{"text-unsigned", HOP_2 HOP_1 REST "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=k; "
					   "h=from; l=9; bh=QQ==; b=QQ==\n"},
	{"weak-algorithm", HOP_2 HOP_1 REST "DKIM-Signature: v=1; a=rsa-sha1; d=example.org; s=k; "
					    "h=from; bh=QQ==; b=QQ==\n"},
	{"signature-time", HOP_2 HOP_1 REST "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; "
					    "s=k; h=from; x=1600000000; bh=QQ==; b=QQ==\n"},
	{"arc-chain", HOP_2 HOP_1 REST ARC_2},
	{"arc-chain", HOP_2 HOP_1 REST ARC_1 ARC_1},
	{"arc-chain",
		HOP_2 HOP_1 REST "ARC-Seal: i=1; cv=fail; d=x\nARC-Message-Signature: i=1; d=x\n"
				 "ARC-Authentication-Results: i=1; x; spf=pass\n"},
};

static const struct remark *find(const struct route *route, const char *id)
{
	for (size_t i = 0; i < route->remarks.count; i++)
		if (strcmp(route->remarks.at[i].id, id) == 0)
			return &route->remarks.at[i];
	return NULL;
}

static void test_each(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct remark *remark;
		struct route route;

		route_read(&route, span_text(cases[i].header), NOW);
		remark = find(&route, cases[i].id);
		if (remark == NULL)
			printf("\nno %s (case %zu)\n", cases[i].id, i);
		CU_ASSERT_PTR_NOT_NULL(remark);
		if (remark != NULL) {
			CU_ASSERT_TRUE(remark->text.length > 10);
			CU_ASSERT_TRUE(strncmp(remark->rfc, "RFC ", 4) == 0);
			CU_ASSERT_TRUE(remark->hop <= route.hop_count);
		}
		route_fini(&route);
	}
}

static void test_none(void)
{
	struct route route;

	route_read(&route, span_text(GOOD), NOW);
	for (size_t i = 0; i < route.remarks.count; i++)
		printf("\n%s\n", route.remarks.at[i].id);
	CU_ASSERT_EQUAL(route.remarks.count, 0);
	CU_ASSERT_EQUAL(route.hop_count, 2);
	route_fini(&route);
}

/* Those that need many fields are found by the tests of limits, in test_route.c. */
static void test_all(void)
{
	for (size_t i = 0; remark_ids[i] != NULL; i++) {
		bool is_found = strcmp(remark_ids[i], "cut") == 0 ||
				strcmp(remark_ids[i], "many-hops") == 0;

		for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++)
			is_found |= strcmp(remark_ids[i], cases[k].id) == 0;
		if (!is_found)
			printf("\n%s has no case\n", remark_ids[i]);
		CU_ASSERT_TRUE(is_found);
	}
}

/* The man page has them all. */
static void test_written(void)
{
	static uint8_t bytes[64 * 1024];
	FILE *file = fopen("docs/mailscope-headers.1", "rb");
	struct span page;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	page = span_of(bytes, fread(bytes, 1, sizeof bytes, file));
	fclose(file);
	for (size_t i = 0; remark_ids[i] != NULL; i++) {
		if (span_find(page, remark_ids[i]) == page.length)
			printf("\n%s is not in the man page\n", remark_ids[i]);
		CU_ASSERT_TRUE(span_find(page, remark_ids[i]) < page.length);
	}
}

/* How a hop goes on from the one before it, when the names differ. */
static void test_links(void)
{
	static const struct {
		const char *by, *from;
		enum hop_link link;
	} links[] = {
		{"b.example.org", "b.example.org", LINK_JOINED},
		{"b.example.org", "B.EXAMPLE.ORG. ([8.8.8.8])", LINK_JOINED},
		{"b.example.org", "x (b.example.org [8.8.8.8])", LINK_JOINED},
		{"in.example.org", "out.example.org", LINK_JOINED},
		{"b", "b.example.org", LINK_JOINED},
		{"b.example.org", "b", LINK_JOINED},
		{"b.example.org (8.8.4.4)", "x.other.example ([8.8.4.4])", LINK_JOINED},
		{"smtp.gmail.com", "mail-1.google.com", LINK_JOINED},
		{"b.example.org", "localhost", LINK_UNKNOWN},
		{"c.example.net", "localhost", LINK_JOINED},
		{"b", "c.example.org", LINK_UNKNOWN},
		{"b.corp.local", "c.example.org", LINK_UNKNOWN},
		{"10.0.0.1", "c.example.org", LINK_UNKNOWN},
		{"b.example.org", "[8.8.8.8]", LINK_UNKNOWN},
		{"b.example.org", "x.other.example", LINK_BROKEN},
		{"b.example.org", "b.example.org.other.example", LINK_BROKEN},
	};

	for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
		struct buffer text;
		struct route route;

		buffer_init(&text, 0);
		buffer_printf(
			&text, "Received: from %s by mx.example.net with SMTP\n", links[i].from);
		buffer_printf(&text, "Received: from a.example by %s with SMTP\n", links[i].by);
		route_read(&route, buffer_span(&text), NOW);
		CU_ASSERT_EQUAL_FATAL(route.hop_count, 2);
		CU_ASSERT_EQUAL(route.hops[0].link, LINK_FIRST);
		if (route.hops[1].link != links[i].link)
			printf("\n%s → %s: %d\n", links[i].by, links[i].from, route.hops[1].link);
		CU_ASSERT_EQUAL(route.hops[1].link, links[i].link);
		route_fini(&route);
		buffer_fini(&text);
	}
}

SUITE(remarks, {"each has a header that shows it", test_each},
	{"has none for a header in good order", test_none}, {"has a case for each", test_all},
	{"are all in the man page", test_written}, {"sees where the chain goes on", test_links});
