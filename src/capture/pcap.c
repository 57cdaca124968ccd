/* The classic pcap format (draft-ietf-opsawg-pcap): a header, then records. */
#include "base/language.h"
#include "base/limits.h"
#include "capture/block.h"
#include "capture/reader.h"

enum {
	FILE_HEAD = 24,
	RECORD_HEAD = 16,
	RECORD_HEAD_KUZNETZOV = 24, /* interface, protocol and packet type follow */
	LARGEST_PACKET = 262144,    /* what libpcap takes where the file has no larger snapshot */
	SECOND = 1000000000,
	MICROSECOND = 1000,
};

static const struct {
	uint32_t magic;
	bool is_nanoseconds;
	uint32_t record_head;
} magics[] = {
	{0xa1b2c3d4, false, RECORD_HEAD},
	{0xa1b23c4d, true, RECORD_HEAD},
	{0xa1b2cd34, false, RECORD_HEAD_KUZNETZOV},
};

/* Fills *header by the magic; false when it is none. */
static bool magic_find(uint32_t magic, struct pcap_header *header)
{
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
		if (magic != magics[i].magic && magic != __builtin_bswap32(magics[i].magic))
			continue;
		header->is_big = magic == magics[i].magic;
		header->is_nanoseconds = magics[i].is_nanoseconds;
		header->record_head = magics[i].record_head;
		return true;
	}
	return false;
}

bool pcap_is_magic(struct span start)
{
	struct cursor c = cursor_of(start);
	struct pcap_header header;

	return magic_find(cursor_u32(&c), &header) && !c.is_short;
}

/* The link type stands in the low bits, the length of a frame check sequence above it. */
enum step pcap_begin(struct capture *capture)
{
	enum { LINK_TYPE = 0x03ffffff, VERSION_TO_OFFSET = 12 };
	struct pcap_header *header = &capture->pcap;
	struct cursor c;
	uint32_t snaplen;

	capture->what = _("file header");
	if (!input_need(&capture->input, FILE_HEAD))
		return reader_cut(capture, FILE_HEAD);
	c = cursor_of(input_span(&capture->input));
	(void)magic_find(cursor_u32(&c), header);
	cursor_skip(&c, VERSION_TO_OFFSET);
	snaplen = block_u32(&c, header->is_big);
	header->link_type = (int)(block_u32(&c, header->is_big) & LINK_TYPE);
	header->limit = snaplen < LARGEST_PACKET ? LARGEST_PACKET : snaplen;
	if (header->limit > LIMIT_BLOCK)
		header->limit = LIMIT_BLOCK;
	input_skip(&capture->input, FILE_HEAD);
	return STEP_DONE;
}

enum step pcap_read(struct capture *capture, struct frame *frame)
{
	const struct pcap_header *header = &capture->pcap;
	struct input *input = &capture->input;
	struct cursor c;
	uint32_t seconds, fraction, captured;

	capture->offset = input_offset(input);
	capture->what = _("packet record");
	if (UNLIKELY(!input_need(input, header->record_head)))
		return input->begin == input->end ? STEP_MORE
						  : reader_cut(capture, header->record_head);
	c = cursor_of(input_span(input));
	seconds = block_u32(&c, header->is_big);
	fraction = block_u32(&c, header->is_big);
	captured = block_u32(&c, header->is_big);
	frame->length = block_u32(&c, header->is_big);
	if (UNLIKELY(captured > header->limit))
		return reader_damage(capture, "captured length %u is larger than the limit of %u",
			captured, header->limit);
	if (UNLIKELY(!input_need(input, header->record_head + captured)))
		return reader_cut(capture, header->record_head + captured);
	frame->bytes = span_first(span_from(input_span(input), header->record_head), captured);
	input_skip(input, header->record_head + captured);
	frame->offset = capture->offset;
	/* A fraction of a second or more is added like any other. */
	frame->time = (int64_t)seconds * SECOND +
		      (int64_t)fraction * (header->is_nanoseconds ? 1 : MICROSECOND);
	frame->has_time = true;
	frame->link_type = header->link_type;
	frame->interface = 0;
	frame->comment = span_of(NULL, 0);
	return STEP_DONE;
}

/* Whether the next record is whole in memory. */
static bool is_at_hand(const struct capture *capture)
{
	const struct pcap_header *header = &capture->pcap;
	struct span rest = input_span(&capture->input);
	struct cursor c = cursor_of(rest);
	uint32_t captured;

	cursor_skip(&c, 8); /* the time */
	captured = block_u32(&c, header->is_big);
	return !c.is_short && captured <= header->limit &&
	       rest.length >= header->record_head + captured;
}

size_t pcap_at_hand(struct capture *capture, struct frame *frames, size_t most)
{
	size_t taken = 0;

	while (taken < most && is_at_hand(capture) &&
		pcap_read(capture, &frames[taken]) == STEP_DONE)
		taken++;
	return taken;
}
