#include "capture/unpack.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

struct unpack {
	enum packing packing;
	bool is_between; /* no member or frame is unfinished */
	const char *error;
	z_stream gzip;
	ZSTD_DStream *zstd;
};

enum packing packing_of(struct span start)
{
	static const uint8_t gzip[] = {0x1f, 0x8b};
	static const uint8_t zstd[] = {0x28, 0xb5, 0x2f, 0xfd};

	if (span_equal(span_first(start, sizeof gzip), span_of(gzip, sizeof gzip)))
		return PACKING_GZIP;
	if (span_equal(span_first(start, sizeof zstd), span_of(zstd, sizeof zstd)))
		return PACKING_ZSTD;
	return PACKING_NONE;
}

struct unpack *unpack_new(enum packing packing)
{
	enum { GZIP_ALONE = 16 }; /* added to the window's bits (zlib.h, inflateInit2) */
	struct unpack *unpack = memory_new(1, sizeof *unpack);
	bool is_ready;

	unpack->packing = packing;
	unpack->is_between = true;
	if (packing == PACKING_GZIP) {
		is_ready = inflateInit2(&unpack->gzip, MAX_WBITS + GZIP_ALONE) == Z_OK;
	} else {
		unpack->zstd = ZSTD_createDStream();
		is_ready =
			unpack->zstd != NULL && !ZSTD_isError(ZSTD_DCtx_setParameter(unpack->zstd,
							ZSTD_d_windowLogMax, LIMIT_ZSTD_WINDOW));
	}
	if (!is_ready)
		abort(); /* no memory: as memory_new() does */
	return unpack;
}

void unpack_free(struct unpack *unpack)
{
	if (unpack == NULL)
		return;
	if (unpack->packing == PACKING_GZIP)
		inflateEnd(&unpack->gzip);
	ZSTD_freeDStream(unpack->zstd);
	free(unpack);
}

/* Behind a member (RFC 1952 2.2) another one may follow, or zeros that fill up a tape's block. */
static enum step gzip_between(struct unpack *unpack, struct span *packed)
{
	enum { FIRST = 0x1f };

	while (packed->length > 0 && packed->at[0] == 0)
		*packed = span_from(*packed, 1);
	if (packed->length == 0)
		return STEP_MORE;
	if (packed->at[0] != FIRST) {
		unpack->error = _("what follows its end is no gzip");
		return STEP_FAIL;
	}
	inflateReset(&unpack->gzip);
	unpack->is_between = false;
	return STEP_DONE;
}

static const char *gzip_error(const z_stream *stream, int result)
{
	if (result == Z_NEED_DICT)
		return _("it needs a dictionary");
	return stream->msg != NULL ? stream->msg : _("it is damaged");
}

static enum step gzip_run(struct unpack *unpack, struct span *packed, struct unpack_room *room)
{
	z_stream *stream = &unpack->gzip;
	size_t available = packed->length < UINT_MAX ? packed->length : UINT_MAX;
	size_t length = room->length < UINT_MAX ? room->length : UINT_MAX;
	int result;

	stream->next_in = (z_const Bytef *)packed->at;
	stream->avail_in = (uInt)available;
	stream->next_out = room->at;
	stream->avail_out = (uInt)length;
	result = inflate(stream, Z_NO_FLUSH);
	*packed = span_from(*packed, available - stream->avail_in);
	room->made = length - stream->avail_out;
	if (result == Z_STREAM_END)
		unpack->is_between = true;
	else if (result != Z_OK && result != Z_BUF_ERROR) {
		unpack->error = gzip_error(stream, result);
		return STEP_FAIL;
	}
	return room->made > 0 || result == Z_STREAM_END ? STEP_DONE : STEP_MORE;
}

static enum step zstd_run(struct unpack *unpack, struct span *packed, struct unpack_room *room)
{
	ZSTD_inBuffer in = {packed->at, packed->length, 0};
	ZSTD_outBuffer out = {room->at, room->length, 0};
	size_t result = ZSTD_decompressStream(unpack->zstd, &out, &in);

	*packed = span_from(*packed, in.pos);
	room->made = out.pos;
	if (ZSTD_isError(result)) {
		unpack->error = ZSTD_getErrorName(result);
		return STEP_FAIL;
	}
	unpack->is_between = result == 0;
	return out.pos > 0 || result == 0 ? STEP_DONE : STEP_MORE;
}

enum step unpack_run(struct unpack *unpack, struct span *packed, struct unpack_room *room)
{
	enum step step;

	room->made = 0;
	do {
		if (unpack->packing == PACKING_GZIP && unpack->is_between) {
			step = gzip_between(unpack, packed);
			if (step != STEP_DONE)
				return step;
		}
		if (unpack->packing == PACKING_ZSTD && unpack->is_between && packed->length == 0)
			return STEP_MORE;
		step = unpack->packing == PACKING_GZIP ? gzip_run(unpack, packed, room)
						       : zstd_run(unpack, packed, room);
	} while (step == STEP_DONE && room->made == 0);
	return step;
}

bool unpack_may_end(const struct unpack *unpack)
{
	return unpack->is_between;
}

const char *unpack_error(const struct unpack *unpack)
{
	return unpack->error;
}
