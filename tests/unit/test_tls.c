#include "base/limits.h"
#include "base/memory.h"
#include "suite.h"
#include "tls/tls.h"
#include "tls_log.h"

#include <stdlib.h>

/* ClientHello in two halves: session id "IIII", SNI mail.example, ALPN smtp and x, versions */
#define TWICE(text) text text
#define R32 TWICE(TWICE(TWICE("52525252")))
#define HELLO_A "0100005c0303" R32 "0449494949"
#define HELLO_B                                                                                    \
	"00041301c02f0100002b00000011000f00000c6d61696c2e6578616d706c65"                           \
	"00100009000704736d74700178002b00050403040303"
#define HELLO HELLO_A HELLO_B
#define S32 TWICE(TWICE(TWICE("53535353")))
#define SERVER12 "020000300303" S32 "00c02f0000080010000400020178" /* ALPN x */
#define SERVER12_SAME "0200002c0303" S32 "0449494949c02f000000"    /* session id "IIII" */
#define SERVER13 "0200002e0303" S32 "001301000006002b00020304"
#define RETRY                                                                                      \
	"0200002e0303cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"             \
	"001301000006002b00020304"
#define CERTIFICATE_A "0b00000c000009"
#define CERTIFICATE_B "000006303030303030"
#define DONE "0e000000"
#define SSLV2_HELLO                                                                                \
	"801c010301000300000010"                                                                   \
	"00002f" TWICE(TWICE(TWICE(TWICE("63"))))
#define START12 "C 22:" HELLO " S 22:" SERVER12 " 22:" DONE
#define LOG12 "C Client Hello | S Server Hello | S Server Hello Done | "

/* Words of a script: C and S begin a chunk of that side; 22:HEX is a record of that type, 23*90 one
 * of 90 octets of d3, =HEX are bytes; gap=90 octets are missing. */
struct tls_case {
	const char *name, *script, *log;
	bool is_chunked; /* the log depends on where the chunks end */
};

static const struct tls_case cases[] = {
	{"TLS 1.2 from start to end",
		START12 " C 22:10000000 20:01 22*40 S 22:04000000 20:01 22*40 C 23*50 S 23*60 23*70"
			" 21*26 C 21*26",
		LOG12
		"C Client Key Exchange | C Change Cipher Spec | C* Encrypted Handshake Message"
		" | S New Session Ticket | S Change Cipher Spec"
		" | S* Encrypted Handshake Message | C* Application Data"
		" | S* Application Data | S* Application Data | S* Encrypted Alert"
		" | C* Encrypted Alert",
		false},
	{"TLS 1.3", "C 22:" HELLO " S 22:" SERVER13 " 20:01 23*40 C 20:01 23*50 23*60 S 23*70",
		"C Client Hello | S Server Hello | S Change Cipher Spec | S* Application Data"
		" | C Change Cipher Spec | C* Application Data | C* Application Data"
		" | S* Application Data",
		false},
	{"a second ClientHello in clear after ChangeCipherSpec",
		"C 22:" HELLO " 20:01 23*30 S 22:" RETRY " 20:01 C 20:01 22:" HELLO
		" S 22:" SERVER13,
		"C Client Hello | C Change Cipher Spec | C* Application Data | S Hello Retry "
		"Request"
		" | S Change Cipher Spec | C Change Cipher Spec | C Client Hello | S Server Hello",
		false},
	{"messages that share a record",
		"C 22:" HELLO " S 22:" SERVER12 CERTIFICATE_A CERTIFICATE_B DONE,
		"C Client Hello | S Server Hello, Certificate, Server Hello Done", false},
	{"a message over two records", "C 22:" HELLO_A " 22:" HELLO_B,
		"C [Client Hello Fragment] | C Client Hello", false},
	{"a message over many records, its header too",
		"C 22:01 22:0000 22:5c03 22:03 22:" R32 " 22:0449494949 22:" HELLO_B,
		"C [Client Hello Fragment] | C | C | C | C | C | C Client Hello", false},
	{"a record ends one message and holds two",
		"S 22:" SERVER12 CERTIFICATE_A " 22:" CERTIFICATE_B DONE DONE,
		"S Server Hello | S Certificate, Server Hello Done, Server Hello Done", false},
	{"a record ends one message and begins another",
		"S 22:" CERTIFICATE_A " 22:" CERTIFICATE_B "0e00 22:0000 22:" DONE,
		"S [Certificate Fragment] | S Certificate | S Server Hello Done | S Server Hello "
		"Done",
		false},
	{"application data ends a message that was begun", "S 22:" CERTIFICATE_A " 23*20 22:" DONE,
		"S [Certificate Fragment] | S* Application Data | S Server Hello Done", false},
	{"an alert does not", "S 22:" CERTIFICATE_A " 21:0100 22:" CERTIFICATE_B,
		"S [Certificate Fragment] | S Alert (Level: Warning, Description: Close Notify)"
		" | S Certificate",
		false},
	{"ChangeCipherSpec does", "S 22:" CERTIFICATE_A " 20:01 22*40",
		"S [Certificate Fragment] | S Change Cipher Spec | S* Encrypted Handshake Message",
		false},
	{"each side has its own ChangeCipherSpec", START12 " C 20:01 22*40 S 22:04000000 C 22*99",
		LOG12 "C Change Cipher Spec | C* Encrypted Handshake Message | S New Session Ticket"
		      " | C* Encrypted Handshake Message",
		false},
	{"encrypted with a plausible first octet",
		START12 " C 20:01 22:0e000000" TWICE("0e000000") "0e000000",
		LOG12 "C Change Cipher Spec | C* Encrypted Handshake Message", false},
	{"too short to be encrypted", START12 " C 20:01 22:14000002aabb",
		LOG12 "C Change Cipher Spec | C Finished", false},
	{"picked up midway",
		"C 22*40 S 22:" TWICE("0000000000000000") "1122 S 23*40 C 21*26 S 22:0b200000" S32,
		"C* Encrypted Handshake Message | S* Encrypted Handshake Message"
		" | S* Application Data | C* Encrypted Alert | S* Encrypted Handshake Message",
		false},
	{"alerts in clear", "C 22:" HELLO " S 21:0228 21:012e 21:0500 21:02c8 21:02 21:02280228",
		"C Client Hello | S Alert (Level: Fatal, Description: Handshake Failure)"
		" | S Alert (Level: Warning, Description: Certificate Unknown)"
		" | S Alert (Level: Unknown, Description: Close Notify)"
		" | S Alert (Level: Fatal, Description: Unknown) | S* Encrypted Alert"
		" | S* Encrypted Alert",
		false},
	{"heartbeats", START12 " C 24:010001aa S 24:020001aa C 24:030001aa 20:01 24*40",
		LOG12 "C Heartbeat Request | S Heartbeat Response | C* Encrypted Heartbeat"
		      " | C Change Cipher Spec | C* Encrypted Heartbeat",
		false},
	{"messages without a known type",
		START12 " S 22:0900000101 22:0e00000009000000 22:" TWICE("09000002aabb")
			TWICE(DONE),
		LOG12 "S* Encrypted Handshake Message | S Server Hello Done"
		      " | S* Encrypted Handshake Message",
		false},
	{"names up to the event's limit", "S 22:" TWICE(TWICE(TWICE(TWICE(DONE)))) DONE,
		"S " TWICE(TWICE(TWICE("Server Hello Done, "))) TWICE(TWICE("Server Hello Done, "))
			TWICE("Server Hello Done, ") "Server Hello Done, Server Hello Done",
		false},
	{"empty records", START12 " S 23: 22: 21: 20: 24: 23*30",
		LOG12 "S* Application Data | S [Malformed Packet] | S [Malformed Packet]"
		      " | S [Malformed Packet] | S [Malformed Packet] | S* Application Data",
		false},
	{"SSLv2-compatible ClientHello", "C =" SSLV2_HELLO " S 22:" SERVER12,
		"C Client Hello | S Server Hello", false},
	{"the biggest record", "C 23*18432", "C* Application Data", false},
	{"no TLS", "S =323230206869 C 22:" HELLO, "S no TLS | C Client Hello", true},
	{"no TLS, found out late", "S =16 S =0303 S =f0000099", "S no TLS", true},
	{"no TLS: a record that is too long", "C =1703034801", "C no TLS", true},
	{"no TLS: an empty record", "C =1603030000", "C no TLS", true},
	{"no TLS: SSLv2 with odd ciphers", "C =801c01030100040000001000", "C no TLS", true},
	{"no record: the rest of the chunk", START12 " C 23*30 =999999999999 C 23*30",
		LOG12 "C* Application Data | C* Ignored Unknown Record | C* Application Data",
		true},
	{"no record: the next one inside the chunk", START12 " C 23*30 =9917030399 23*30 C 23*31",
		LOG12 "C* Application Data | C* Ignored Unknown Record | C* Application Data"
		      " | C* Application Data",
		true},
	{"no record: what looks like one is followed by none", START12 " C =9917030300029999777777",
		LOG12 "C* Ignored Unknown Record", true},
	{"no record in TLS 1.3", "C 22:" HELLO " S 22:" SERVER13 " S =9999 S 23*30",
		"C Client Hello | S Server Hello | S* Continuation Data | S* Application Data",
		true},
	{"no record: another version than agreed", START12 " C =99 C =1703010001aa C =1703030001aa",
		LOG12 "C* Ignored Unknown Record | C* Ignored Unknown Record | C* Application Data",
		true},
};

static struct span text_of_hex(struct buffer *out, struct span hex)
{
	for (size_t i = 0; i + 1 < hex.length; i += 2) {
		char digits[3] = {(char)hex.at[i], (char)hex.at[i + 1], '\0'};

		buffer_add_byte(out, (uint8_t)strtoul(digits, NULL, 16));
	}
	return buffer_span(out);
}

/* 22:HEX or 23*90 */
static void add_record(struct buffer *out, struct span word)
{
	uint8_t type = (uint8_t)((word.at[0] - '0') * 10 + word.at[1] - '0');
	uint64_t length = (word.length - 3) / 2;

	if (word.at[2] == '*')
		CU_ASSERT_TRUE(span_number(span_from(word, 3), &length));
	buffer_add_byte(out, type);
	buffer_add(out, "\3\3", 2);
	buffer_add_byte(out, (uint8_t)(length >> 8));
	buffer_add_byte(out, (uint8_t)length);
	if (word.at[2] == ':')
		text_of_hex(out, span_from(word, 3));
	for (uint64_t i = 0; word.at[2] == '*' && i < length; i++)
		buffer_add_byte(out, 0xd3);
}

/* Feeds a chunk, in two when split lies inside it; what is left of split. */
static size_t feed_split(struct tls_log *log, enum side side, struct buffer *chunk, size_t split)
{
	struct span bytes = buffer_span(chunk);

	if (bytes.length > 0) {
		tls_log_feed(log, side, span_first(bytes, split));
		if (split < bytes.length)
			tls_log_feed(log, side, span_from(bytes, split));
	}
	split = split < bytes.length ? SIZE_MAX : split - bytes.length;
	buffer_clear(chunk);
	return split;
}

/* Runs a script, with the chunk at this octet of the whole split there. */
static void run(struct tls_log *log, const char *text, size_t split)
{
	struct span script = span_text(text);
	enum side side = SIDE_CLIENT;
	struct buffer chunk;

	buffer_init(&chunk, 0);
	while (script.length > 0) {
		struct span word = span_word(&script);
		uint64_t octets;

		if (span_is(word, "C") || span_is(word, "S")) {
			split = feed_split(log, side, &chunk, split);
			side = word.at[0] == 'C' ? SIDE_CLIENT : SIDE_SERVER;
		} else if (span_starts_letters(word, "gap=")) {
			split = feed_split(log, side, &chunk, split);
			CU_ASSERT_TRUE(span_number(span_from(word, 4), &octets));
			tls_log_gap(log, side, octets);
		} else if (word.at[0] == '=') {
			text_of_hex(&chunk, span_from(word, 1));
		} else {
			add_record(&chunk, word);
		}
	}
	feed_split(log, side, &chunk, split);
	buffer_fini(&chunk);
}

static void check(const char *name, const char *script, size_t split, const char *expected)
{
	struct tls_log log;

	tls_log_init(&log, false);
	run(&log, script, split);
	if (strcmp(tls_log_text(&log), expected) != 0)
		printf("\n%s, split at %zu\n  is:       %s\n  expected: %s\n", name, split,
			tls_log_text(&log), expected);
	CU_ASSERT_STRING_EQUAL(tls_log_text(&log), expected);
	CU_ASSERT_TRUE(tls_log_adds_up(&log));
	tls_log_fini(&log);
}

static void test_cases(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check(cases[i].name, cases[i].script, SIZE_MAX, cases[i].log);
}

static size_t octets_of(const char *script)
{
	struct tls_log log;
	size_t octets;

	tls_log_init(&log, false);
	run(&log, script, SIZE_MAX);
	octets = (size_t)(log.fed[0] + log.fed[1]);
	tls_log_fini(&log);
	return octets;
}

static void test_trickle(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t octets = octets_of(cases[i].script);

		for (size_t split = 1; !cases[i].is_chunked && split < octets && split < 600;
			split++)
			check(cases[i].name, cases[i].script, split, cases[i].log);
	}
}

static void check_details(const char *script, const char *expected)
{
	struct tls_log log;

	tls_log_init(&log, true);
	run(&log, script, SIZE_MAX);
	CU_ASSERT_STRING_EQUAL(tls_log_text(&log), expected);
	if (strcmp(tls_log_text(&log), expected) != 0)
		printf("\n  is:       %s\n  expected: %s\n", tls_log_text(&log), expected);
	CU_ASSERT_TRUE(tls_log_adds_up(&log));
	tls_log_fini(&log);
}

static void test_provenance(void)
{
	check_details("C 22:" HELLO
		      " 23*10 S =1503 S =0300 S =02 S =02 S =28 23*20 C =17030300 C =01aa",
		"C22:101@1-1 Client Hello | C*23:15@1-1 Application Data"
		" | S21:7@2-6 Alert (Level: Fatal, Description: Handshake Failure)"
		" | S*23:25@6-6 Application Data | C*23:6@7-8 Application Data");
}

static void test_gaps(void)
{
	/* inside a record: it is counted out, and the next one stands where it must */
	check_details(START12 " S =17030301f4aaaa gap=400 S =" S32 S32 "aaaa" S32 " 23*5 23*6",
		"C22:101@1-1 Client Hello | S22:57@2-2 Server Hello | S22:9@2-2 Server Hello Done"
		" | S0:400@4-4 missing 400 | S*23:505@3-5 Application Data"
		" | S*23:10@5-5 Application Data | S*23:11@5-5 Application Data");
	/* to the record's end */
	check_details("C 23*5 =17030301f4aaaa gap=498 C 23*6",
		"C*23:10@1-1 Application Data | C0:498@2-2 missing 498"
		" | C*23:505@1-2 Application Data | C*23:11@3-3 Application Data");
	/* beyond it: the next header that fits is found */
	check_details(START12 " S =1703030010aaaa gap=90 S =aabbccdd 23*5 23*6",
		"C22:101@1-1 Client Hello | S22:57@2-2 Server Hello | S22:9@2-2 Server Hello Done"
		" | S0:90@4-4 missing 90 | S*23:21@3-4 Application Data"
		" | S*0:4@5-5 Ignored Unknown Record | S*23:10@5-5 Application Data"
		" | S*23:11@5-5 Application Data");
	/* inside a header, and before anything */
	check_details("C 23*5 =1703 gap=3 C 23*5 S gap=7 S 23*9",
		"C*23:10@1-1 Application Data | C0:3@2-2 missing 3"
		" | C*0:2@1-2 Ignored Unknown Record | C*23:10@3-3 Application Data"
		" | S0:7@4-4 missing 7 | S*23:14@5-5 Application Data");
	/* a handshake message over it is given up, one before it is not */
	check_details("S 22:" SERVER12 CERTIFICATE_A " gap=14 S 22:" DONE,
		"S22:64@1-1 Server Hello | S0:14@2-2 missing 14 | S22:9@3-3 Server Hello Done");
	check_details("S =1603030010" DONE "0b00 gap=10 S 22:" DONE,
		"S0:10@2-2 missing 10 | S22:21@1-2 Server Hello Done | S22:9@3-3 Server Hello "
		"Done");
	check_details("C gap=5000000000 C 23*1", "C0:4294967295@1-1 missing 4294967295"
						 " | C*23:6@2-2 Application Data");
}

static const struct tls_facts *facts_of(struct tls_log *log, const char *script)
{
	tls_log_init(log, false);
	run(log, script, SIZE_MAX);
	return tls_facts(log->tls);
}

static void test_facts(void)
{
	struct tls_log log;
	const struct tls_facts *facts = facts_of(&log, "C 22:" HELLO);

	CU_ASSERT_TRUE(facts->has_client_hello && !facts->has_server_hello);
	CU_ASSERT_STRING_EQUAL(facts->server_name, "mail.example");
	CU_ASSERT_STRING_EQUAL(facts->alpn, "smtp");
	CU_ASSERT_EQUAL(facts->version, 0);
	CU_ASSERT_EQUAL(facts->record_version, 0x0303);
	tls_log_fini(&log);
	facts = facts_of(&log, START12);
	CU_ASSERT_TRUE(facts->has_server_hello && !facts->is_resumed);
	CU_ASSERT_STRING_EQUAL(facts->alpn, "x");
	CU_ASSERT_EQUAL(facts->version, 0x0303);
	CU_ASSERT_EQUAL(facts->cipher, 0xc02f);
	tls_log_fini(&log);
	facts = facts_of(&log, "C 22:" HELLO " S 22:" SERVER12_SAME " 20:01 22*40");
	CU_ASSERT_TRUE(facts->is_resumed);
	tls_log_fini(&log);
	facts = facts_of(
		&log, "C 22:" HELLO " S 22:" SERVER12_SAME " 22:" CERTIFICATE_A CERTIFICATE_B);
	CU_ASSERT_FALSE(facts->is_resumed);
	tls_log_fini(&log);
	facts = facts_of(&log, "C 22:" HELLO " S 22:" RETRY);
	CU_ASSERT_TRUE(facts->version == 0x0304 && !facts->has_server_hello);
	tls_log_fini(&log);
}

/* The record of a ClientHello may say an older version than the next record. */
static void test_record_version(void)
{
	struct tls_log log;
	const struct tls_facts *facts = facts_of(&log, "C =1603010061" HELLO "00");

	CU_ASSERT_EQUAL(facts->record_version, 0x0301);
	tls_log_fini(&log);
	facts = facts_of(&log, "C =1603010061" HELLO "00 S =15030200020228 C 23*3");
	CU_ASSERT_EQUAL(facts->record_version, 0x0302);
	tls_log_fini(&log);
	facts = facts_of(&log, "C =" SSLV2_HELLO " S 21:0228");
	CU_ASSERT_EQUAL(facts->record_version, 0x0303);
	tls_log_fini(&log);
}

static void test_inside(void)
{
	struct tls_log log;

	tls_log_init(&log, false);
	run(&log, "C 23*5 S =17", SIZE_MAX);
	CU_ASSERT_FALSE(tls_is_inside_record(log.tls, SIDE_CLIENT));
	CU_ASSERT_TRUE(tls_is_inside_record(log.tls, SIDE_SERVER));
	run(&log, "S =0303000a01 gap=5", SIZE_MAX);
	CU_ASSERT_TRUE(tls_is_inside_record(log.tls, SIDE_SERVER));
	tls_log_end(&log);
	CU_ASSERT_TRUE(tls_is_inside_record(log.tls, SIDE_SERVER));
	CU_ASSERT_TRUE(tls_log_adds_up(&log));
	tls_log_fini(&log);
}

static void test_looks_like(void)
{
	static const struct {
		const char *hex;
		enum step step;
	} looks[] = {
		{"", STEP_MORE},
		{"16", STEP_MORE},
		{"1603010005", STEP_MORE},
		{"160301000501", STEP_DONE},
		{"160301000563", STEP_FAIL},
		{"1604", STEP_FAIL},
		{"160305", STEP_FAIL},
		{"160303ffff01", STEP_FAIL},
		{"1603030000", STEP_FAIL},
		{"1703030000", STEP_DONE},
		{"1703034800", STEP_DONE},
		{"1703034801", STEP_FAIL},
		{"19", STEP_FAIL},
		{"13", STEP_FAIL},
		{"323230", STEP_FAIL},
		{"45484c4f", STEP_FAIL},
		{"80", STEP_MORE},
		{"802e0103", STEP_MORE},
		{"802e010301000300000010", STEP_DONE},
		{"802e02", STEP_FAIL},
		{"802e0102", STEP_FAIL},
		{"800f010301000300000010", STEP_FAIL},
	};

	for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
		struct buffer bytes;

		buffer_init(&bytes, 0);
		CU_ASSERT_EQUAL(tls_looks_like(text_of_hex(&bytes, span_text(looks[i].hex))),
			looks[i].step);
		buffer_fini(&bytes);
	}
}

static void test_names(void)
{
	CU_ASSERT_STRING_EQUAL(tls_version_name(0x0300), "SSL 3.0");
	CU_ASSERT_STRING_EQUAL(tls_version_name(0x0304), "TLS 1.3");
	CU_ASSERT_STRING_EQUAL(tls_version_name(0x0305), "unknown");
	CU_ASSERT_STRING_EQUAL(tls_version_column(0x0002), "SSLv2");
	CU_ASSERT_STRING_EQUAL(tls_version_column(0x0301), "TLSv1");
	CU_ASSERT_STRING_EQUAL(tls_version_column(0x0303), "TLSv1.2");
	CU_ASSERT_STRING_EQUAL(tls_version_column(0), "TLS");
	CU_ASSERT_STRING_EQUAL(tls_cipher_name(0x0001), "TLS_RSA_WITH_NULL_MD5");
	CU_ASSERT_STRING_EQUAL(tls_cipher_name(0x1302), "TLS_AES_256_GCM_SHA384");
	CU_ASSERT_STRING_EQUAL(tls_cipher_name(0xd005), "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256");
	CU_ASSERT_PTR_NULL(tls_cipher_name(0));
	CU_ASSERT_PTR_NULL(tls_cipher_name(0xffff));
}

/* Memory stays bounded: messages that never end, and a name of 64 KiB. */
static void test_limits(void)
{
	struct tls_log log;
	struct buffer record;

	tls_log_init(&log, false);
	buffer_init(&record, 0);
	add_record(&record, span_text("22*16384"));
	memcpy(record.at + 5, "\x0b\x02\x00\x00", 4); /* a message of 128 KiB */
	for (size_t i = 0; i < 9; i++) {
		tls_log_feed(&log, SIDE_SERVER, buffer_span(&record));
		memset(record.at + 5, 0, 4);
	}
	CU_ASSERT_STRING_EQUAL(tls_log_text(&log),
		"S [Certificate Fragment] | S | S | S | S | S | S | S | S Certificate");
	buffer_fini(&record);
	tls_log_fini(&log);
}

SUITE(tls, {"names records and messages", test_cases}, {"does so at every split", test_trickle},
	{"says where they came", test_provenance}, {"finds its way after gaps", test_gaps},
	{"reads the hellos", test_facts}, {"knows the records' version", test_record_version},
	{"knows when it is inside a record", test_inside},
	{"knows TLS when it sees it", test_looks_like}, {"knows names", test_names},
	{"keeps its limits", test_limits});
