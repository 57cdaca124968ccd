#include "mail/held.h"

#include "base/limits.h"

struct piece {
	struct origin origin;
	uint64_t octets;
	bool is_gap;
};

static struct piece piece_at(const struct held *held, size_t offset)
{
	struct piece piece = {.octets = 0};

	if (offset < held->pieces.length)
		memcpy(&piece, held->pieces.at + offset, sizeof piece);
	return piece;
}

static void piece_put(struct held *held, size_t offset, const struct piece *piece)
{
	memcpy(held->pieces.at + offset, piece, sizeof *piece);
}

bool held_is_empty(const struct held *held)
{
	return held->piece >= held->pieces.length;
}

/* Gives the room of what was taken back, when that is most of it. */
static void held_compact(struct held *held)
{
	if (held->byte > held->bytes.length / 2) {
		buffer_drop(&held->bytes, held->byte);
		held->byte = 0;
	}
	if (held->piece > held->pieces.length / 2) {
		buffer_drop(&held->pieces, held->piece);
		held->piece = 0;
	}
}

static bool piece_add(struct held *held, const struct piece *piece)
{
	struct piece last;
	size_t offset = held->pieces.length - sizeof last;

	if (!held_is_empty(held)) {
		last = piece_at(held, offset);
		if (!last.is_gap && !piece->is_gap && last.origin.frame == piece->origin.frame &&
			last.origin.time == piece->origin.time) {
			last.octets += piece->octets;
			piece_put(held, offset, &last);
			return true;
		}
	}
	held->pieces.limit = LIMIT_BARRIER;
	return buffer_reserve(&held->pieces, sizeof *piece) &&
	       buffer_add(&held->pieces, piece, sizeof *piece);
}

bool held_add(struct held *held, const struct chunk *chunk)
{
	struct piece piece = {.origin = chunk->origin, .octets = chunk->bytes.length};

	if (chunk->bytes.length == 0)
		return true;
	held_compact(held);
	held->bytes.limit = LIMIT_BARRIER;
	if (!buffer_reserve(&held->bytes, chunk->bytes.length) || !piece_add(held, &piece))
		return false;
	return buffer_add_span(&held->bytes, chunk->bytes);
}

bool held_add_gap(struct held *held, uint64_t octets, struct origin origin)
{
	struct piece piece = {.origin = origin, .octets = octets, .is_gap = true};

	held_compact(held);
	if (octets == 0)
		return true;
	if (!piece_add(held, &piece))
		return false;
	held->gaps++;
	return true;
}

struct span held_peek(const struct held *held)
{
	size_t length = 0;

	for (size_t offset = held->piece; offset < held->pieces.length;
		offset += sizeof(struct piece)) {
		struct piece piece = piece_at(held, offset);

		if (piece.is_gap || length > LIMIT_GUESS)
			break;
		length += piece.octets;
	}
	return span_first(span_from(buffer_span(&held->bytes), held->byte), length);
}

uint64_t held_gap(const struct held *held, struct origin *origin)
{
	struct piece piece = piece_at(held, held->piece);

	*origin = piece.origin;
	return piece.is_gap ? piece.octets : 0;
}

struct chunk held_front(const struct held *held)
{
	struct piece piece = piece_at(held, held->piece);

	return (struct chunk){
		span_first(span_from(buffer_span(&held->bytes), held->byte), piece.octets),
		piece.origin};
}

void held_take(struct held *held, size_t octets)
{
	struct piece piece = piece_at(held, held->piece);

	if (piece.is_gap) {
		held->gaps--;
	} else {
		octets = octets < piece.octets ? octets : piece.octets;
		held->byte += octets;
		piece.octets -= octets;
	}
	if (!piece.is_gap && piece.octets > 0)
		piece_put(held, held->piece, &piece);
	else
		held->piece += sizeof piece;
	if (held_is_empty(held))
		held_clear(held);
}

void held_clear(struct held *held)
{
	buffer_clear(&held->bytes);
	buffer_clear(&held->pieces);
	held->byte = held->piece = held->gaps = 0;
}

void held_fini(struct held *held)
{
	buffer_fini(&held->bytes);
	buffer_fini(&held->pieces);
}
