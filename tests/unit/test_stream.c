#include "base/buffer.h"
#include "base/limits.h"
#include "net/stream.h"
#include "suite.h"

static const char text[] = "EHLO a\r\nMAIL FROM:<b@c>\r\nQUIT\r\n";

struct piece {
	uint32_t from, to;
};

/* Places text[from..to) at sequence number base + from and takes what is in order. */
static bool place(struct tcp_stream *stream, struct buffer *out, uint32_t base, struct piece piece)
{
	struct arriving arriving = {base + piece.from, piece.to - piece.from, 0,
		{span_of(text + piece.from, piece.to - piece.from), {1, 0}}};
	bool conflicts = false;
	enum placing placing = stream_place(stream, &arriving, &conflicts);
	struct ready ready;

	if (placing == PLACED_NOW)
		buffer_add_span(out, arriving.chunk.bytes);
	while (placing == PLACED_HELD && stream_take(stream, &ready))
		buffer_add_span(out, ready.chunk.bytes);
	return conflicts;
}

static bool next_permutation(int *order, int count)
{
	int i = count - 2, k = count - 1;

	while (i >= 0 && order[i] >= order[i + 1])
		i--;
	if (i < 0)
		return false;
	while (order[k] <= order[i])
		k--;
	order[i] ^= order[k], order[k] ^= order[i], order[i] ^= order[k];
	for (int a = i + 1, b = count - 1; a < b; a++, b--)
		order[a] ^= order[b], order[b] ^= order[a], order[a] ^= order[b];
	return true;
}

/* Every order of six segments with a duplicate and overlaps gives the same bytes, before and across
 * 2^32. */
static void test_permutations(void)
{
	static const struct piece pieces[] = {{0, 8}, {5, 14}, {8, 20}, {0, 8}, {19, 29}, {25, 31}};
	static const uint32_t bases[] = {1000, 0xffffffff - 12, 0x7ffffff0};

	for (size_t b = 0; b < 3; b++)
		for (int keeps = 0; keeps < 2; keeps++) {
			int order[] = {0, 1, 2, 3, 4, 5};

			do {
				struct tcp_stream stream;
				struct buffer out;
				bool conflicts = false;

				buffer_init(&out, 0);
				stream_init(&stream, keeps != 0);
				stream_begin(&stream, bases[b]);
				for (int i = 0; i < 6; i++)
					conflicts |=
						place(&stream, &out, bases[b], pieces[order[i]]);
				CU_ASSERT_FALSE(conflicts);
				CU_ASSERT_TRUE(span_is(buffer_span(&out), text));
				CU_ASSERT_EQUAL(stream.octets, sizeof text - 1);
				CU_ASSERT_PTR_NULL(stream.held);
				CU_ASSERT_EQUAL(stream.held_octets, 0);
				stream_fini(&stream);
				buffer_fini(&out);
			} while (next_permutation(order, 6));
		}
}

static void test_gap(void)
{
	struct tcp_stream stream;
	struct buffer out;
	struct ready ready;

	buffer_init(&out, 0);
	stream_init(&stream, false);
	stream_begin(&stream, 0xfffffffe);
	place(&stream, &out, 0xfffffffe, (struct piece){0, 8});
	place(&stream, &out, 0xfffffffe, (struct piece){20, 31});
	CU_ASSERT_EQUAL(out.length, 8);
	CU_ASSERT_EQUAL(stream_lacks(&stream), 0);
	stream.has_acknowledged = true;
	stream.acknowledged = 0xfffffffeu + 8;
	CU_ASSERT_EQUAL(stream_lacks(&stream), 0);
	stream.acknowledged = 0xfffffffeu + 31;
	CU_ASSERT_EQUAL(stream_lacks(&stream), 12);
	CU_ASSERT_EQUAL(stream_give_up(&stream), 12);
	CU_ASSERT_TRUE(stream_take(&stream, &ready));
	CU_ASSERT_EQUAL(ready.chunk.bytes.length, 11);
	CU_ASSERT_FALSE(stream_take(&stream, &ready));
	CU_ASSERT_EQUAL(stream_give_up(&stream), 0);
	stream_fini(&stream);
	buffer_fini(&out);
}

/* What is cut by the snapshot length is missing behind the bytes that are there. */
static void test_cut_segment(void)
{
	struct tcp_stream stream;
	struct ready ready;
	bool conflicts = false;
	struct arriving late = {105, 10, 0, {span_of("56789", 5), {2, 0}}};
	struct arriving first = {100, 5, 0, {span_of("01234", 5), {3, 0}}};

	stream_init(&stream, false);
	stream_begin(&stream, 100);
	CU_ASSERT_EQUAL(stream_place(&stream, &late, &conflicts), PLACED_HELD);
	CU_ASSERT_EQUAL(stream_place(&stream, &first, &conflicts), PLACED_HELD);
	CU_ASSERT_TRUE(stream_take(&stream, &ready));
	CU_ASSERT_EQUAL(ready.missing, 0);
	CU_ASSERT_TRUE(stream_take(&stream, &ready));
	CU_ASSERT_EQUAL(ready.missing, 5);
	CU_ASSERT_EQUAL(stream.next, 115);
	CU_ASSERT_FALSE(stream_take(&stream, &ready));
	stream_fini(&stream);
}

static void test_conflicts(void)
{
	struct tcp_stream stream;
	struct buffer out;
	bool conflicts = false;
	struct arriving other = {3, 8, 0, {span_of("XXXXXXXX", 8), {2, 0}}};
	struct arriving ahead = {20, 5, 0, {span_of("abcde", 5), {3, 0}}};
	struct arriving again = {18, 5, 0, {span_of("..abX", 5), {4, 0}}};

	buffer_init(&out, 0);
	stream_init(&stream, true);
	stream_begin(&stream, 0);
	CU_ASSERT_FALSE(place(&stream, &out, 0, (struct piece){0, 8}));
	CU_ASSERT_FALSE(place(&stream, &out, 0, (struct piece){2, 6}));
	CU_ASSERT_EQUAL(stream_place(&stream, &other, &conflicts), PLACED_NOW);
	CU_ASSERT_TRUE(conflicts);
	CU_ASSERT_TRUE(span_is(other.chunk.bytes, "XXX"));
	conflicts = false;
	CU_ASSERT_EQUAL(stream_place(&stream, &ahead, &conflicts), PLACED_HELD);
	CU_ASSERT_FALSE(conflicts);
	CU_ASSERT_EQUAL(stream_place(&stream, &again, &conflicts), PLACED_HELD);
	CU_ASSERT_TRUE(conflicts);
	stream_fini(&stream);
	buffer_fini(&out);
}

/* However the bytes came: every one of the last LIMIT_RECENT is compared with what is sent again,
 * in front of them none is. */
static void test_recent(void)
{
	static const uint32_t pieces[] = {1, 7, 100, 256, 300, 1460, 2048, 5000};

	for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
		const uint32_t begin = 0xfffff000, whole = 5000;
		struct tcp_stream stream;
		uint8_t bytes[5000];
		size_t wrong = 0;

		for (uint32_t i = 0; i < whole; i++)
			bytes[i] = (uint8_t)(i * 7 + i / 256);
		stream_init(&stream, true);
		stream_begin(&stream, begin);
		for (uint32_t at = 0; at < whole; at += pieces[p]) {
			uint32_t length = whole - at < pieces[p] ? whole - at : pieces[p];
			struct arriving piece = {
				begin + at, length, 0, {span_of(bytes + at, length), {1, 0}}};
			bool conflicts = false;

			wrong += stream_place(&stream, &piece, &conflicts) != PLACED_NOW ||
				 conflicts;
		}
		for (uint32_t at = 0; at < whole; at++) {
			uint8_t octets[2] = {bytes[at], (uint8_t)~bytes[at]};

			for (int is_other = 0; is_other < 2; is_other++) {
				struct arriving again = {
					begin + at, 1, 0, {span_of(&octets[is_other], 1), {2, 0}}};
				bool conflicts = false;

				wrong += stream_place(&stream, &again, &conflicts) != PLACED_OLD;
				wrong += conflicts != (is_other && at >= whole - LIMIT_RECENT);
			}
		}
		CU_ASSERT_EQUAL(wrong, 0);
		stream_fini(&stream);
	}
}

/* A keep-alive brings the last byte again, and nothing. */
static void test_keep_alive(void)
{
	struct tcp_stream stream;
	struct buffer out;

	buffer_init(&out, 0);
	stream_init(&stream, false);
	stream_begin(&stream, 7);
	place(&stream, &out, 7, (struct piece){0, 8});
	place(&stream, &out, 7, (struct piece){7, 8});
	CU_ASSERT_EQUAL(out.length, 8);
	CU_ASSERT_EQUAL(stream.octets, 8);
	stream_fini(&stream);
	buffer_fini(&out);
}

/* Half the circle away is neither before nor behind: it must not be held, nor end the program. */
static void test_half_circle(void)
{
	static const uint32_t offsets[] = {0x7fffffff, 0x80000000, 0x80000001};

	for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
		struct tcp_stream stream;
		bool conflicts = false;
		struct arriving held = {110, 2, 0, {span_of("ab", 2), {2, 0}}};
		struct arriving far = {100 + offsets[i], 5, 0, {span_of("far..", 5), {3, 0}}};
		enum placing placing;

		stream_init(&stream, true);
		stream_begin(&stream, 100);
		CU_ASSERT_EQUAL(stream_place(&stream, &held, &conflicts), PLACED_HELD);
		placing = stream_place(&stream, &far, &conflicts);
		CU_ASSERT_EQUAL(placing, offsets[i] < 0x80000000 ? PLACED_HELD : PLACED_OLD);
		CU_ASSERT_FALSE(conflicts);
		CU_ASSERT_EQUAL(stream_give_up(&stream), 10);
		stream_fini(&stream);
	}
}

static void test_window(void)
{
	static const struct {
		bool is_known, has_acknowledged;
		uint32_t next, acknowledged, sequence;
		bool is_taken;
	} cases[] = {
		{false, false, 0, 0, 12345, true}, /* nothing is known */
		{true, false, 100, 0, 100, true},
		{true, false, 100, 0, 99, true}, /* may not have come */
		{true, false, 100, 0, 100u - LIMIT_UNSEEN, true},
		{true, false, 100, 0, 99u - LIMIT_UNSEEN, false},
		{true, true, 100, 50, 50, true},
		{true, true, 100, 50, 49, false},
		{true, true, 100, 100, 100, true},
		{true, true, 100, 100, 99, false},
		{true, true, 100, 101, 100, true}, /* the capture lacks the FIN */
		{true, true, 100, 5000, 2000, true},
		{true, true, 100, 100, 100 + LIMIT_UNSEEN, true},
		{true, true, 100, 100, 101 + LIMIT_UNSEEN, false},
		{true, true, 100, 100, 100 + 0x80000000, false},
		{true, true, 5, 0xfffffff0, 0xffffffff, true}, /* around 0 */
		{true, true, 5, 0xfffffff0, 0xffffffef, false},
		{true, true, 0xfffffff0, 0xfffffff0, 5, true},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct tcp_stream stream = {.is_known = cases[i].is_known,
			.has_acknowledged = cases[i].has_acknowledged,
			.next = cases[i].next,
			.acknowledged = cases[i].acknowledged};

		CU_ASSERT_EQUAL(stream_may_take(&stream, cases[i].sequence), cases[i].is_taken);
	}
}

SUITE(stream, {"every order gives the same bytes", test_permutations},
	{"says what is missing", test_gap}, {"knows segments cut short", test_cut_segment},
	{"keeps the first bytes, and says so", test_conflicts},
	{"compares what is sent again", test_recent}, {"drops keep-alives", test_keep_alive},
	{"bears a number half the circle away", test_half_circle},
	{"knows what a window may hold", test_window});
