#include "capture_maker.h"
#include "suite.h"

static const struct {
	uint32_t magic, link_type;
	const char *log;
} cases[] = {
	{0xa1b2c3d4, LINK_ETHERNET,
		"1 at 24 link 1 interface 0 time 1.000999000 length 103 abc\n"
		"2 at 43 link 1 interface 0 time 4295.967295000 length 100 \n"},
	{0xa1b2c3d4, LINK_RAW | 0x14000000, /* with the length of a frame check sequence */
		"1 at 24 link 101 interface 0 time 1.000999000 length 103 abc\n"
		"2 at 43 link 101 interface 0 time 4295.967295000 length 100 \n"},
	{0xa1b23c4d, LINK_LINUX_SLL2,
		"1 at 24 link 276 interface 0 time 1.000000999 length 103 abc\n"
		"2 at 43 link 276 interface 0 time 5.294967295 length 100 \n"},
};

static void test_cases(void)
{
	for (int i = 0; i < 2 * (int)(sizeof cases / sizeof cases[0]); i++) {
		struct maker maker;
		struct reading reading;

		maker_init(&maker, i % 2 != 0);
		maker_pcap(&maker, cases[i / 2].magic, cases[i / 2].link_type);
		maker_record(&maker, 1, 999, 3);
		maker_record(&maker, 1, UINT32_MAX, 0);
		reading_of(&reading, buffer_span(&maker.out));
		CU_ASSERT_EQUAL(reading.end, STEP_MORE);
		CU_ASSERT_STRING_EQUAL(buffer_text(&reading.log), cases[i / 2].log);
		reading_fini(&reading);
		maker_fini(&maker);
	}
}

/* A fraction of a whole second and more is added to the seconds. */
static void test_fractions(void)
{
	static const struct {
		uint32_t magic, fraction;
		const char *time;
	} fractions[] = {
		{0xa1b2c3d4, 999999, " time 7.999999000 "},
		{0xa1b2c3d4, 1000000, " time 8.000000000 "},
		{0xa1b23c4d, 999999999, " time 7.999999999 "},
		{0xa1b23c4d, 1000000000, " time 8.000000000 "},
	};

	for (size_t i = 0; i < sizeof fractions / sizeof fractions[0]; i++) {
		struct maker maker;
		struct reading reading;

		maker_init(&maker, false);
		maker_pcap(&maker, fractions[i].magic, LINK_RAW);
		maker_record(&maker, 7, fractions[i].fraction, 1);
		reading_of(&reading, buffer_span(&maker.out));
		CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&reading.log), fractions[i].time));
		reading_fini(&reading);
		maker_fini(&maker);
	}
}

/* The last second that 32 bits can say, 2106-02-07. */
static void test_last_second(void)
{
	struct maker maker;
	struct reading reading;

	maker_init(&maker, false);
	maker_pcap(&maker, 0xa1b2c3d4, LINK_RAW);
	maker_record(&maker, UINT32_MAX, 0, 1);
	reading_of(&reading, buffer_span(&maker.out));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(buffer_text(&reading.log), " time 4294967295.000000000 length 101 a\n"));
	reading_fini(&reading);
	maker_fini(&maker);
}

/* Kuznetzov's pcap has eight more octets in front of each packet. */
static void test_kuznetzov(void)
{
	struct maker maker;
	struct reading reading;

	maker_init(&maker, false);
	maker_pcap(&maker, 0xa1b2cd34, LINK_ETHERNET);
	for (uint32_t i = 1; i < 3; i++) {
		maker_u32(&maker, i);
		maker_u32(&maker, 0);
		maker_u32(&maker, 4);
		maker_u32(&maker, 60);
		maker_u64(&maker, 0x0102030405060708);
		maker_text(&maker, "data");
	}
	reading_of(&reading, buffer_span(&maker.out));
	CU_ASSERT_EQUAL(reading.end, STEP_MORE);
	CU_ASSERT_STRING_EQUAL(buffer_text(&reading.log),
		"1 at 24 link 1 interface 0 time 1.000000000 length 60 data\n"
		"2 at 52 link 1 interface 0 time 2.000000000 length 60 data\n");
	reading_fini(&reading);
	maker_fini(&maker);
}

/* No packet is larger than the snapshot length, or than libpcap's when that is larger. */
static void test_too_large(void)
{
	enum { SNAPLEN_AT = 16, LARGEST = 262144 };
	static const struct {
		uint32_t snaplen, captured;
		enum step end;
	} lengths[] = {
		{65535, LARGEST, STEP_MORE},
		{65535, LARGEST + 1, STEP_FAIL},
		{LARGEST + 1, LARGEST + 1, STEP_MORE},
		{LARGEST + 1, LARGEST + 2, STEP_FAIL},
		{UINT32_MAX, 16 * 1024 * 1024, STEP_MORE},
		{UINT32_MAX, 16 * 1024 * 1024 + 1, STEP_FAIL},
	};

	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		struct maker maker;
		struct reading reading;

		maker_init(&maker, false);
		maker_pcap(&maker, 0xa1b2c3d4, LINK_RAW);
		maker_patch(&maker, SNAPLEN_AT, lengths[i].snaplen);
		maker_record(&maker, 1, 1, 1);
		maker_record(&maker, 1, 1, lengths[i].captured);
		reading_of(&reading, buffer_span(&maker.out));
		CU_ASSERT_EQUAL(reading.end, lengths[i].end);
		CU_ASSERT_EQUAL(reading.frames, lengths[i].end == STEP_MORE ? 2 : 1);
		if (lengths[i].end == STEP_FAIL)
			CU_ASSERT_PTR_NOT_NULL(strstr(reading.fail.text,
				"made: block 2 (packet record) at offset 41: captured length "));
		reading_fini(&reading);
		maker_fini(&maker);
	}
}

SUITE(pcap, {"resolutions, byte orders, link types", test_cases},
	{"a second and more in a fraction", test_fractions}, {"the last second", test_last_second},
	{"Kuznetzov's pcap", test_kuznetzov}, {"too large", test_too_large});
