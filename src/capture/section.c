/* The pcapng blocks that are no packets: they describe the section, or go to the listener. */
#include "base/limits.h"
#include "base/memory.h"
#include "capture/block.h"
#include "capture/reader.h"

enum { MICROSECONDS = 6 }; /* if_tsresol when there is none */

static enum step option_damage(struct capture *capture)
{
	return reader_damage(capture, "an option is larger than the block");
}

/* Section Header Block, without its options: draft-ietf-opsawg-pcapng 4.1. Readers of 1.0 can read
 * 1.2. */
enum step section_begin(struct capture *capture, struct span body)
{
	bool is_big = capture->section.is_big;
	const struct capture_listener *listener = &capture->listener;
	struct cursor c = cursor_of(span_from(body, sizeof(uint32_t)));
	uint16_t major = block_u16(&c, is_big);
	uint16_t minor = block_u16(&c, is_big);
	struct block_option option;
	enum step step;

	if (major != 1 || (minor != 0 && minor != 2))
		return reader_damage(
			capture, "version %u.%u is unknown", (unsigned)major, (unsigned)minor);
	capture->section.count = 0;
	cursor_skip(&c, sizeof(uint64_t)); /* the section's length */
	while ((step = block_option_take(&c, is_big, &option)) == STEP_DONE)
		if (option.code == OPTION_COMMENT && listener->on_comment != NULL)
			listener->on_comment(listener->context, option.value);
	return step == STEP_FAIL ? option_damage(capture) : STEP_DONE;
}

static struct interface *interface_new(struct section *section)
{
	enum { FIRST = 8 };

	if (section->count == section->room) {
		section->room = section->room > 0 ? 2 * section->room : FIRST;
		section->interfaces = memory_resize(
			section->interfaces, section->room, sizeof section->interfaces[0]);
	}
	return &section->interfaces[section->count++];
}

/* if_tsresol and if_tsoffset (4.2). */
static enum step interface_clock(
	struct capture *capture, struct cursor *c, struct timestamp_clock *clock)
{
	bool is_big = capture->section.is_big;
	uint8_t resolution = MICROSECONDS;
	int64_t offset = 0;
	struct block_option option;
	enum step step;

	while ((step = block_option_take(c, is_big, &option)) == STEP_DONE) {
		struct cursor value = cursor_of(option.value);

		if (option.code == OPTION_IF_RESOLUTION && option.value.length == 1)
			resolution = cursor_u8(&value);
		if (option.code == OPTION_IF_OFFSET && option.value.length == sizeof offset)
			offset = (int64_t)block_u64(&value, is_big);
	}
	timestamp_init(clock, resolution, offset);
	return step == STEP_FAIL ? option_damage(capture) : STEP_DONE;
}

enum step section_interface(struct capture *capture, struct span body)
{
	bool is_big = capture->section.is_big;
	struct cursor c = cursor_of(body);
	struct interface *interface;

	if (capture->section.count == LIMIT_INTERFACES)
		return reader_damage(capture, "more than %d interfaces", (int)LIMIT_INTERFACES);
	interface = interface_new(&capture->section);
	interface->link_type = block_u16(&c, is_big);
	cursor_skip(&c, 2);
	interface->snaplen = block_u32(&c, is_big);
	if (interface_clock(capture, &c, &interface->clock) == STEP_FAIL)
		return STEP_FAIL;
	if (capture->listener.on_interface != NULL)
		capture->listener.on_interface(capture->listener.context, interface->link_type);
	return STEP_DONE;
}

/* The texts behind an address, each ended by a NUL. */
static void names_of(
	const struct capture_listener *listener, struct span address, struct span names)
{
	while (names.length > 0) {
		size_t length = span_index(names, 0);

		if (length > 0)
			listener->on_name(listener->context, address, span_first(names, length));
		names = span_from(names, length + 1);
	}
}

/* Name Resolution Block (4.5): records like options, type 0 ends them, then options. */
enum step section_names(struct capture *capture, struct span body)
{
	enum { NAMES_IPV4 = 1, NAMES_IPV6 = 2, IPV4 = 4, IPV6 = 16 };
	const struct capture_listener *listener = &capture->listener;
	struct cursor c = cursor_of(body);
	struct block_option record;
	enum step step;

	while ((step = block_option_take(&c, capture->section.is_big, &record)) == STEP_DONE) {
		size_t length = record.code == NAMES_IPV4 ? IPV4 : IPV6;

		if (record.code != NAMES_IPV4 && record.code != NAMES_IPV6)
			continue;
		if (record.value.length < length)
			return reader_damage(capture, "a record is too short for its address");
		if (listener->on_name != NULL)
			names_of(listener, span_first(record.value, length),
				span_from(record.value, length));
	}
	if (step == STEP_FAIL)
		return reader_damage(capture, "a record is larger than the block");
	return STEP_DONE;
}

/* Interface Statistics Block (4.6). */
enum step section_statistics(struct capture *capture, struct span body)
{
	bool is_big = capture->section.is_big;
	const struct capture_listener *listener = &capture->listener;
	struct cursor c = cursor_of(body);
	uint32_t interface = block_u32(&c, is_big);
	uint64_t dropped = 0;
	struct block_option option;
	enum step step;

	cursor_skip(&c, sizeof(uint64_t)); /* its time */
	while ((step = block_option_take(&c, is_big, &option)) == STEP_DONE) {
		struct cursor value = cursor_of(option.value);
		uint64_t count = block_u64(&value, is_big);

		if ((option.code == OPTION_DROPPED || option.code == OPTION_DROPPED_BY_SYSTEM) &&
			option.value.length == sizeof count)
			dropped += count;
	}
	if (step == STEP_FAIL)
		return option_damage(capture);
	if (listener->on_dropped != NULL && interface < capture->section.count)
		listener->on_dropped(listener->context, interface, dropped);
	return STEP_DONE;
}

/* Decryption Secrets Block (4.7). */
enum step section_secrets(struct capture *capture, struct span body)
{
	bool is_big = capture->section.is_big;
	const struct capture_listener *listener = &capture->listener;
	struct cursor c = cursor_of(body);
	uint32_t type = block_u32(&c, is_big);
	uint32_t length = block_u32(&c, is_big);
	struct span secrets = cursor_span(&c, length);

	if (c.is_short)
		return reader_damage(capture, "secrets length %u is larger than the block", length);
	if (listener->on_secrets != NULL)
		listener->on_secrets(listener->context, type, secrets);
	return STEP_DONE;
}
