/* The walk over pcapng's blocks (draft-ietf-opsawg-pcapng 3.1) and the blocks that are frames. */
#include "base/language.h"
#include "base/limits.h"
#include "capture/block.h"
#include "capture/reader.h"

#include <endian.h>

/* The block at hand, before its type is looked at. */
struct block {
	uint32_t type;
	struct span body; /* without type and lengths */
};

enum { ENHANCED_FIXED = 20 };

/* The interface a packet names, or NULL and damage. */
static ALWAYS_INLINE const struct interface *interface_of(struct capture *capture, uint32_t index)
{
	if (LIKELY(index < capture->section.count))
		return &capture->section.interfaces[index];
	reader_damage(capture, "interface %u was not described", index);
	return NULL;
}

/* The packet's octets off the front of the cursor, and its comment out of the options behind. */
static ALWAYS_INLINE enum step frame_bytes(
	struct capture *capture, struct cursor *c, uint32_t captured, struct frame *frame)
{
	struct block_option option;
	enum step step;

	frame->bytes = cursor_span(c, captured);
	if (UNLIKELY(c->is_short))
		return reader_damage(
			capture, "captured length %u is larger than the block", captured);
	cursor_skip(c, (size_t)(block_padded(captured) - captured));
	frame->comment = span_of(NULL, 0);
	if (LIKELY(c->left == 0 || c->is_short))
		return STEP_DONE;
	while ((step = block_option_take(c, capture->section.is_big, &option)) == STEP_DONE)
		if (option.code == OPTION_COMMENT && frame->comment.at == NULL)
			frame->comment = option.value;
	if (step == STEP_FAIL)
		return reader_damage(capture, "an option is larger than the block");
	return STEP_DONE;
}

static ALWAYS_INLINE enum step pcapng_enhanced(
	struct capture *capture, const struct block *block, struct frame *frame)
{
	bool is_big = capture->section.is_big;
	struct cursor c = cursor_of(block->body);
	uint32_t index = block_u32(&c, is_big);
	uint64_t ticks = block_ticks(&c, is_big);
	uint32_t captured = block_u32(&c, is_big);
	const struct interface *interface = interface_of(capture, index);

	if (UNLIKELY(interface == NULL))
		return STEP_FAIL;
	frame->interface = index;
	frame->link_type = interface->link_type;
	frame->time = timestamp_of(&interface->clock, ticks);
	frame->has_time = true;
	frame->length = block_u32(&c, is_big);
	return frame_bytes(capture, &c, captured, frame);
}

/* The obsolete Packet Block counts drops and has a smaller interface number (appendix A). */
static enum step pcapng_obsolete(
	struct capture *capture, const struct block *block, struct frame *frame)
{
	bool is_big = capture->section.is_big;
	struct cursor c = cursor_of(block->body);
	uint32_t index = block_u16(&c, is_big);
	uint32_t captured;
	uint64_t ticks;
	const struct interface *interface = interface_of(capture, index);

	if (interface == NULL)
		return STEP_FAIL;
	cursor_skip(&c, 2);
	ticks = block_ticks(&c, is_big);
	captured = block_u32(&c, is_big);
	frame->interface = index;
	frame->link_type = interface->link_type;
	frame->time = timestamp_of(&interface->clock, ticks);
	frame->has_time = true;
	frame->length = block_u32(&c, is_big);
	return frame_bytes(capture, &c, captured, frame);
}

/* A Simple Packet Block has no time, no options, no interface but the first, and its captured
 * length is what that one's snapshot length leaves (4.4). */
static enum step pcapng_simple(
	struct capture *capture, const struct block *block, struct frame *frame)
{
	struct cursor c = cursor_of(block->body);
	uint32_t length = block_u32(&c, capture->section.is_big);
	const struct interface *interface = interface_of(capture, 0);
	uint32_t captured = length;

	if (interface == NULL)
		return STEP_FAIL;
	if (interface->snaplen != 0 && captured > interface->snaplen)
		captured = interface->snaplen;
	frame->interface = 0;
	frame->link_type = interface->link_type;
	frame->time = 0;
	frame->has_time = false;
	frame->length = length;
	frame->comment = span_of(NULL, 0);
	frame->bytes = cursor_span(&c, captured);
	if (c.is_short)
		return reader_damage(
			capture, "packet length %u is larger than the block", captured);
	return STEP_DONE;
}

static void frame_no_packet(struct frame *frame, struct span bytes)
{
	frame->link_type = LINK_NONE;
	frame->interface = 0;
	frame->time = 0;
	frame->has_time = false;
	frame->bytes = bytes;
	frame->length = (uint32_t)bytes.length;
	frame->comment = span_of(NULL, 0);
}

static enum step pcapng_custom(
	struct capture *capture, const struct block *block, struct frame *frame)
{
	struct cursor c = cursor_of(block->body);

	frame->enterprise = block_u32(&c, capture->section.is_big);
	frame->is_copied = block->type == BLOCK_CUSTOM;
	frame_no_packet(frame, cursor_rest(&c));
	return STEP_DONE;
}

static enum step pcapng_journal(
	struct capture *capture, const struct block *block, struct frame *frame)
{
	(void)capture;
	frame->enterprise = 0;
	frame->is_copied = true;
	frame_no_packet(frame, block->body);
	return STEP_DONE;
}

/* What a type means to us. */
struct block_rule {
	uint32_t type;
	const char *name;
	uint32_t fixed; /* octets that stand in every such body */
	enum step (*take)(struct capture *capture, struct span body); /* not a frame */
	enum step (*frame)(struct capture *capture, const struct block *block, struct frame *frame);
};

static const struct block_rule rules[] = {
	{BLOCK_ENHANCED, "Enhanced Packet Block", ENHANCED_FIXED, NULL, pcapng_enhanced},
	{BLOCK_SECTION, "Section Header Block", 16, section_begin, NULL},
	{BLOCK_INTERFACE, "Interface Description Block", 8, section_interface, NULL},
	{BLOCK_PACKET, "Packet Block", 20, NULL, pcapng_obsolete},
	{BLOCK_SIMPLE, "Simple Packet Block", 4, NULL, pcapng_simple},
	{BLOCK_NAMES, "Name Resolution Block", 0, section_names, NULL},
	{BLOCK_STATISTICS, "Interface Statistics Block", 12, section_statistics, NULL},
	{BLOCK_JOURNAL, "systemd Journal Export Block", 0, NULL, pcapng_journal},
	{BLOCK_SECRETS, "Decryption Secrets Block", 8, section_secrets, NULL},
	{BLOCK_CUSTOM, "Custom Block", 4, NULL, pcapng_custom},
	{BLOCK_CUSTOM_NO_COPY, "Custom Block", 4, NULL, pcapng_custom},
};

static const struct block_rule *rule_of(uint32_t type)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (rules[i].type == type)
			return &rules[i];
	return NULL;
}

/* A section header says in which byte order its own length stands. */
static enum step section_order(struct capture *capture)
{
	struct cursor c;
	uint32_t magic;

	capture->what = "Section Header Block";
	if (!input_need(&capture->input, BLOCK_HEAD + sizeof magic))
		return reader_cut(capture, BLOCK_HEAD + sizeof magic);
	c = cursor_of(span_from(input_span(&capture->input), BLOCK_HEAD));
	magic = cursor_u32(&c);
	if (magic != BLOCK_ORDER && magic != __builtin_bswap32(BLOCK_ORDER))
		return reader_damage(capture, "0x%08x is no byte-order magic", magic);
	capture->section.is_big = magic == BLOCK_ORDER;
	return STEP_DONE;
}

static void name_block(struct capture *capture, uint32_t type)
{
	const struct block_rule *rule = rule_of(type);

	capture->what = rule != NULL ? rule->name : _("of unknown type");
}

/* Something is wrong with the lengths; says what. */
static enum step block_damage(struct capture *capture, uint32_t type, uint64_t length)
{
	struct span rest = input_span(&capture->input);
	struct cursor c;

	name_block(capture, type);
	if (length < BLOCK_FRAME)
		return reader_damage(
			capture, "length %llu is too small", (unsigned long long)length);
	if (length > LIMIT_BLOCK)
		return reader_damage(capture, "length %llu is larger than the limit of %d",
			(unsigned long long)length, (int)LIMIT_BLOCK);
	if (rest.length < length)
		return reader_cut(capture, length);
	c = cursor_of(span_from(rest, (size_t)length - BLOCK_TAIL));
	return reader_damage(capture, "length %llu in front, %u behind", (unsigned long long)length,
		block_u32(&c, capture->section.is_big));
}

/* The next block, whole. Some writers leave the padding out of its length (and it stands there all
 * the same). STEP_MORE: the capture ends in front of it. */
static enum step block_take(struct capture *capture, struct block *block)
{
	struct input *input = &capture->input;
	struct cursor c;
	uint64_t length;

	capture->offset = input_offset(input);
	if (UNLIKELY(!input_need(input, BLOCK_HEAD))) {
		capture->what = _("header");
		return input->begin == input->end ? STEP_MORE : reader_cut(capture, BLOCK_HEAD);
	}
	c = cursor_of(input_span(input));
	block->type = block_u32(&c, capture->section.is_big);
	if (UNLIKELY(block->type == BLOCK_SECTION) && section_order(capture) != STEP_DONE)
		return STEP_FAIL;
	c = cursor_of(span_from(input_span(input), 4));
	length = block_padded(block_u32(&c, capture->section.is_big));
	if (UNLIKELY(length < BLOCK_FRAME || length > LIMIT_BLOCK) ||
		UNLIKELY(!input_need(input, length)))
		return block_damage(capture, block->type, length);
	c = cursor_of(span_from(input_span(input), length - BLOCK_TAIL));
	if (UNLIKELY(block_padded(block_u32(&c, capture->section.is_big)) != length))
		return block_damage(capture, block->type, length);
	block->body = span_first(span_from(input_span(input), BLOCK_HEAD), length - BLOCK_FRAME);
	input_skip(input, length);
	return STEP_DONE;
}

/* A block that is no Enhanced Packet Block. STEP_MORE: it was no frame. */
static enum step block_other(
	struct capture *capture, const struct block *block, struct frame *frame)
{
	const struct block_rule *rule = rule_of(block->type);

	if (rule == NULL) {
		capture->others++;
		return STEP_MORE;
	}
	capture->what = rule->name;
	if (block->body.length < rule->fixed)
		return reader_damage(capture, "length %zu is too small for its kind",
			block->body.length + BLOCK_FRAME);
	if (rule->frame != NULL)
		return rule->frame(capture, block, frame);
	if (rule->take(capture, block->body) != STEP_DONE)
		return STEP_FAIL;
	capture->others++;
	return STEP_MORE;
}

static uint32_t little_u32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof value);
	return le32toh(value);
}

/* Nearly every block: an Enhanced Packet Block in little-endian order, without options, whole in
 * the buffer. Its numbers stand at fixed places behind one check of the length; false for all
 * others, and nothing is taken. */
static ALWAYS_INLINE bool ordinary_take(struct capture *capture, struct frame *frame)
{
	enum { FRONT = BLOCK_HEAD + ENHANCED_FIXED };
	struct span rest = input_span(&capture->input);
	const struct section *section = &capture->section;
	uint32_t length, captured, index;

	if (UNLIKELY(section->is_big || rest.length < FRONT) ||
		little_u32(rest.at) != BLOCK_ENHANCED)
		return false;
	length = little_u32(rest.at + 4);
	index = little_u32(rest.at + 8);
	captured = little_u32(rest.at + 20);
	if (UNLIKELY(length > LIMIT_BLOCK || length > rest.length || index >= section->count ||
		     length != FRONT + block_padded(captured) + BLOCK_TAIL ||
		     little_u32(rest.at + length - BLOCK_TAIL) != length))
		return false;
	frame->offset = input_offset(&capture->input);
	frame->interface = index;
	frame->link_type = section->interfaces[index].link_type;
	frame->time = timestamp_of(&section->interfaces[index].clock,
		(uint64_t)little_u32(rest.at + 12) << 32 | little_u32(rest.at + 16));
	frame->has_time = true;
	frame->length = little_u32(rest.at + 24);
	frame->bytes = span_of(rest.at + FRONT, captured);
	frame->comment = span_of(NULL, 0);
	input_skip(&capture->input, length);
	return true;
}

size_t pcapng_at_hand(struct capture *capture, struct frame *frames, size_t most)
{
	size_t taken = 0;

	while (taken < most && ordinary_take(capture, &frames[taken]))
		taken++;
	return taken;
}

enum step pcapng_next(struct capture *capture, struct frame *frame)
{
	struct block block;
	enum step step;

	if (LIKELY(ordinary_take(capture, frame)))
		return STEP_DONE;
	do {
		step = block_take(capture, &block);
		if (UNLIKELY(step != STEP_DONE))
			return step;
		frame->offset = capture->offset;
		if (LIKELY(block.type == BLOCK_ENHANCED && block.body.length >= ENHANCED_FIXED)) {
			capture->what = rules[0].name;
			return pcapng_enhanced(capture, &block, frame);
		}
		step = block_other(capture, &block, frame);
	} while (step == STEP_MORE);
	return step;
}
