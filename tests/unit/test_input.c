#include "capture/input.h"

#include "capture_maker.h"
#include "suite.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

/* Writes into a pipe in small pieces, beside the reader. */
struct dripping {
	struct span octets;
	size_t piece;
	int descriptor;
};

static void *drip(void *context)
{
	struct dripping *dripping = context;
	struct span left = dripping->octets;

	while (left.length > 0) {
		struct span piece = span_first(left, dripping->piece);

		if (write(dripping->descriptor, piece.at, piece.length) != (ssize_t)piece.length)
			abort();
		left = span_from(left, piece.length);
	}
	close(dripping->descriptor);
	return NULL;
}

static void reading_through_pipe(struct reading *reading, struct span octets, size_t piece)
{
	int ends[2];
	pthread_t thread;
	struct dripping dripping = {octets, piece, -1};

	if (pipe(ends) != 0)
		abort();
	dripping.descriptor = ends[1];
	if (pthread_create(&thread, NULL, drip, &dripping) != 0)
		abort();
	reading_of_descriptor(reading, ends[0]);
	pthread_join(thread, NULL);
}

static void add_gzip(struct buffer *out, struct span plain)
{
	enum { GZIP = 15 + 16, ROOM = 4096 };
	uint8_t room[ROOM];
	z_stream stream = {.next_in = (z_const Bytef *)plain.at,
		.avail_in = (uInt)plain.length,
		.next_out = room,
		.avail_out = ROOM};

	if (deflateInit2(&stream, 9, Z_DEFLATED, GZIP, 9, Z_DEFAULT_STRATEGY) != Z_OK ||
		deflate(&stream, Z_FINISH) != Z_STREAM_END)
		abort();
	buffer_add(out, room, ROOM - stream.avail_out);
	deflateEnd(&stream);
}

static void add_zstd(struct buffer *out, struct span plain)
{
	enum { ROOM = 4096 };
	uint8_t room[ROOM];
	size_t length = ZSTD_compress(room, ROOM, plain.at, plain.length, 3);

	if (ZSTD_isError(length))
		abort();
	buffer_add(out, room, length);
}

static void add_plain(struct buffer *out, struct span plain)
{
	buffer_add_span(out, plain);
}

/* A capture packed as a whole, and in two parts one behind the other. */
struct packed {
	struct maker maker;
	struct reading plain;
	struct buffer out;
};

static void (*const packers[])(struct buffer *out, struct span plain) = {
	add_plain, add_gzip, add_zstd};
enum { PACKERS = sizeof packers / sizeof packers[0] };

static void packed_init(struct packed *packed, size_t packer, size_t split)
{
	maker_init(&packed->maker, false);
	maker_everything(&packed->maker);
	reading_of(&packed->plain, buffer_span(&packed->maker.out));
	buffer_init(&packed->out, 0);
	packers[packer](&packed->out, span_first(buffer_span(&packed->maker.out), split));
	packers[packer](&packed->out, span_from(buffer_span(&packed->maker.out), split));
}

static void packed_fini(struct packed *packed)
{
	buffer_fini(&packed->out);
	reading_fini(&packed->plain);
	maker_fini(&packed->maker);
}

static void check_same(struct reading *reading, struct packed *packed)
{
	CU_ASSERT_EQUAL(reading->end, STEP_MORE);
	CU_ASSERT_EQUAL(reading->octets, packed->out.length);
	CU_ASSERT_STRING_EQUAL(buffer_text(&reading->log), buffer_text(&packed->plain.log));
}

/* Whatever the packing and the pieces in which it comes, the frames are the same. */
static void test_pieces(void)
{
	static const size_t pieces[] = {1, 2, 3, 7, 100, 5000};

	for (size_t packer = 0; packer < PACKERS; packer++) {
		struct packed packed;

		packed_init(&packed, packer, 300);
		for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
			struct reading reading;

			reading_through_pipe(&reading, buffer_span(&packed.out), pieces[i]);
			check_same(&reading, &packed);
			reading_fini(&reading);
		}
		packed_fini(&packed);
	}
}

/* Two members or frames, split at every octet. */
static void test_parts(void)
{
	for (size_t packer = 1; packer < PACKERS; packer++) {
		for (size_t split = 0; split < 600; split++) {
			struct packed packed;
			struct reading reading;

			packed_init(&packed, packer, split);
			reading_of(&reading, buffer_span(&packed.out));
			check_same(&reading, &packed);
			reading_fini(&reading);
			packed_fini(&packed);
		}
	}
}

/* The frames of a broken capture are the first ones of the whole one. */
static void check_broken(struct reading *reading, struct packed *packed)
{
	struct span whole = buffer_span(&packed->plain.log);

	CU_ASSERT_EQUAL(reading->end, STEP_FAIL);
	CU_ASSERT_EQUAL(reading->fail.code, FAIL_DAMAGED);
	CU_ASSERT_TRUE(
		span_equal(buffer_span(&reading->log), span_first(whole, reading->log.length)));
}

static void test_cut(void)
{
	for (size_t packer = 1; packer < PACKERS; packer++) {
		struct packed packed;

		packed_init(&packed, packer, 300);
		for (size_t length = 4; length < packed.out.length; length++) {
			struct reading reading;

			reading_of(&reading, span_of(packed.out.at, length));
			check_broken(&reading, &packed);
			reading_fini(&reading);
		}
		packed_fini(&packed);
	}
}

/* The capture ends at a block's border, its packing does not. */
static void test_cut_behind(void)
{
	static const char *const texts[] = {NULL, "made: the gzip data is cut short at octet ",
		"made: the zstd data is damaged before octet "};

	for (size_t packer = 1; packer < PACKERS; packer++) {
		struct packed packed;
		struct reading reading;

		packed_init(&packed, packer, 0);
		if (packer == 1)
			packed.out.length -= 4;
		else
			buffer_add_text(&packed.out, "garbage");
		reading_of(&reading, buffer_span(&packed.out));
		check_broken(&reading, &packed);
		CU_ASSERT_EQUAL(reading.log.length, packed.plain.log.length);
		CU_ASSERT_PTR_NOT_NULL(strstr(reading.fail.text, texts[packer]));
		reading_fini(&reading);
		packed_fini(&packed);
	}
}

static void test_changed(void)
{
	struct packed packed;
	struct reading reading;

	packed_init(&packed, 1, 0);
	packed.out.at[packed.out.length - 5] ^= 1; /* the CRC's last octet */
	reading_of(&reading, buffer_span(&packed.out));
	check_broken(&reading, &packed);
	CU_ASSERT_PTR_NOT_NULL(strstr(reading.fail.text, ": incorrect data check"));
	reading_fini(&reading);
	packed_fini(&packed);
}

/* Zeros behind gzip are a tape's padding; anything else is damage. */
static void test_behind(void)
{
	struct packed packed;
	struct reading reading;

	packed_init(&packed, 1, 0);
	buffer_add(&packed.out, "\0\0\0\0\0", 5);
	reading_of(&reading, buffer_span(&packed.out));
	check_same(&reading, &packed);
	reading_fini(&reading);
	buffer_add_text(&packed.out, "x");
	reading_of(&reading, buffer_span(&packed.out));
	check_broken(&reading, &packed);
	CU_ASSERT_PTR_NOT_NULL(strstr(reading.fail.text, "what follows its end is no gzip"));
	reading_fini(&reading);
	packed_fini(&packed);
}

static void test_other_content(void)
{
	for (size_t packer = 1; packer < PACKERS; packer++) {
		struct reading reading;
		struct buffer out;

		buffer_init(&out, 0);
		packers[packer](&out, span_text("a letter"));
		reading_of(&reading, buffer_span(&out));
		CU_ASSERT_STRING_EQUAL(
			reading.fail.text, "made: this is no pcapng or pcap capture");
		reading_fini(&reading);
		buffer_fini(&out);
	}
}

/* A directory as standard input, a descriptor that is closed: read() itself fails. */
static void test_unreadable(void)
{
	struct reading reading;
	int ends[2];

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	reading_of_descriptor(&reading, ends[1]);
	CU_ASSERT_EQUAL(reading.fail.code, FAIL_OPEN);
	CU_ASSERT_STRING_EQUAL(reading.fail.text, "made: cannot read: Bad file descriptor");
	reading_fini(&reading);
	close(ends[0]);
}

SUITE(input, {"pieces of every size", test_pieces}, {"several parts", test_parts},
	{"cut at every octet", test_cut}, {"cut behind the capture", test_cut_behind},
	{"changed", test_changed}, {"something behind", test_behind},
	{"something else inside", test_other_content}, {"cannot be read", test_unreadable});
