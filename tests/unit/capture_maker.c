#include "capture_maker.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void maker_init(struct maker *maker, bool is_big)
{
	*maker = (struct maker){.is_big = is_big};
	buffer_init(&maker->out, 0);
}

void maker_fini(struct maker *maker)
{
	buffer_fini(&maker->out);
}

static void put(struct maker *maker, uint64_t value, unsigned octets)
{
	for (unsigned i = 0; i < octets; i++) {
		unsigned shift = 8 * (maker->is_big ? octets - 1 - i : i);

		buffer_add_byte(&maker->out, (uint8_t)(value >> shift));
	}
}

void maker_u16(struct maker *maker, uint16_t value)
{
	put(maker, value, 2);
}

void maker_u32(struct maker *maker, uint32_t value)
{
	put(maker, value, 4);
}

void maker_u64(struct maker *maker, uint64_t value)
{
	put(maker, value, 8);
}

void maker_text(struct maker *maker, const char *text)
{
	buffer_add_text(&maker->out, text);
}

void maker_pad(struct maker *maker)
{
	while (maker->out.length % 4 != 0)
		buffer_add_byte(&maker->out, 0);
}

void maker_patch(struct maker *maker, size_t offset, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++) {
		unsigned shift = 8 * (maker->is_big ? 3 - i : i);

		maker->out.at[offset + i] = (uint8_t)(value >> shift);
	}
}

void maker_begin(struct maker *maker, uint32_t type)
{
	if (maker->blocks == MAKER_BLOCKS)
		abort();
	maker->starts[maker->blocks] = maker->out.length;
	maker->is_frame[maker->blocks++] = type == BLOCK_ENHANCED || type == BLOCK_PACKET ||
					   type == BLOCK_SIMPLE || type == BLOCK_JOURNAL ||
					   type == BLOCK_CUSTOM || type == BLOCK_CUSTOM_NO_COPY;
	maker_u32(maker, type);
	maker_u32(maker, 0);
}

void maker_end(struct maker *maker)
{
	size_t start = maker->starts[maker->blocks - 1];
	uint32_t length;

	maker_pad(maker);
	length = (uint32_t)(maker->out.length + BLOCK_TAIL - start);
	maker_u32(maker, length);
	maker_patch(maker, start + 4, length);
	maker->starts[maker->blocks] = maker->out.length;
}

void maker_option(struct maker *maker, uint16_t code, const void *value, size_t length)
{
	maker_u16(maker, code);
	maker_u16(maker, (uint16_t)length);
	buffer_add(&maker->out, value, length);
	maker_pad(maker);
}

void maker_option_end(struct maker *maker)
{
	maker_u32(maker, OPTION_END);
}

void maker_section(struct maker *maker)
{
	maker_begin(maker, BLOCK_SECTION);
	maker_u32(maker, BLOCK_ORDER);
	maker_u16(maker, 1);
	maker_u16(maker, 0);
	maker_u64(maker, UINT64_MAX);
	maker_option(maker, OPTION_COMMENT, "made", 4);
	maker_option_end(maker);
	maker_end(maker);
}

void maker_interface(struct maker *maker, uint16_t link_type, uint32_t snaplen)
{
	maker_begin(maker, BLOCK_INTERFACE);
	maker_u16(maker, link_type);
	maker_u16(maker, 0);
	maker_u32(maker, snaplen);
	maker_end(maker);
}

static void put_packet(struct maker *maker, uint32_t captured)
{
	for (uint32_t i = 0; i < captured; i++)
		buffer_add_byte(&maker->out, (uint8_t)('a' + i % 26));
}

static void put_time(struct maker *maker, uint64_t ticks)
{
	maker_u32(maker, (uint32_t)(ticks >> 32));
	maker_u32(maker, (uint32_t)ticks);
}

void maker_enhanced(struct maker *maker, uint32_t interface, uint64_t ticks, uint32_t captured)
{
	maker_begin(maker, BLOCK_ENHANCED);
	maker_u32(maker, interface);
	put_time(maker, ticks);
	maker_u32(maker, captured);
	maker_u32(maker, captured + 100);
	put_packet(maker, captured);
	maker_end(maker);
}

static void make_interfaces(struct maker *maker)
{
	static const uint8_t nanoseconds = 9, sixteenths = 0x84;

	maker_interface(maker, LINK_ETHERNET, 10);
	maker_begin(maker, BLOCK_INTERFACE);
	maker_u16(maker, LINK_RAW);
	maker_u16(maker, 0);
	maker_u32(maker, 0);
	maker_option(maker, OPTION_IF_NAME, "lo", 2);
	maker_option(maker, OPTION_IF_RESOLUTION, &nanoseconds, 1);
	maker_u16(maker, OPTION_IF_OFFSET);
	maker_u16(maker, 8);
	maker_u64(maker, (uint64_t)-5);
	maker_end(maker);
	maker_begin(maker, BLOCK_INTERFACE);
	maker_u16(maker, LINK_LINUX_SLL);
	maker_u16(maker, 0);
	maker_u32(maker, 65535);
	maker_option(maker, OPTION_IF_RESOLUTION, &sixteenths, 1);
	maker_option_end(maker);
	maker_end(maker);
}

static void make_packets(struct maker *maker)
{
	maker_enhanced(maker, 0, 1000001, 7);
	maker_begin(maker, BLOCK_ENHANCED);
	maker_u32(maker, 1);
	put_time(maker, 6000000007);
	maker_u32(maker, 6);
	maker_u32(maker, 6);
	put_packet(maker, 6);
	maker_pad(maker);
	maker_option(maker, 2, "\1\0\0\0", 4);
	maker_option(maker, OPTION_COMMENT, "first", 5);
	maker_option(maker, OPTION_COMMENT, "second", 6);
	maker_option_end(maker);
	maker_end(maker);
	maker_begin(maker, BLOCK_SIMPLE);
	maker_u32(maker, 12);
	put_packet(maker, 10);
	maker_end(maker);
	maker_begin(maker, BLOCK_PACKET);
	maker_u16(maker, 2);
	maker_u16(maker, 0xffff);
	put_time(maker, 24);
	maker_u32(maker, 1);
	maker_u32(maker, 2);
	put_packet(maker, 1);
	maker_pad(maker);
	maker_option(maker, OPTION_COMMENT, "old", 3);
	maker_end(maker);
}

static void make_names(struct maker *maker)
{
	maker_begin(maker, BLOCK_NAMES);
	maker_option(maker, 1, "\177\0\0\1localhost\0loop", 19);
	maker_option(maker, 2, "0123456789abcdefsix", 20);
	maker_option(maker, 3, "123456maker", 12);
	maker_option_end(maker);
	maker_option(maker, 2, "resolver", 8);
	maker_option_end(maker);
	maker_end(maker);
}

static void make_others(struct maker *maker)
{
	make_names(maker);
	maker_begin(maker, BLOCK_SECRETS);
	maker_u32(maker, 0x544c534b);
	maker_u32(maker, 6);
	maker_text(maker, "secret");
	maker_end(maker);
	maker_begin(maker, BLOCK_CUSTOM);
	maker_u32(maker, 32473);
	maker_text(maker, "custom");
	maker_end(maker);
	maker_begin(maker, BLOCK_CUSTOM_NO_COPY);
	maker_u32(maker, 32473);
	maker_end(maker);
	maker_begin(maker, BLOCK_JOURNAL);
	maker_text(maker, "MESSAGE=hello\n");
	maker_end(maker);
	maker_begin(maker, 0x7fffffff);
	maker_text(maker, "unknown");
	maker_end(maker);
	maker_begin(maker, BLOCK_STATISTICS);
	maker_u32(maker, 1);
	put_time(maker, 0);
	maker_u16(maker, OPTION_DROPPED);
	maker_u16(maker, 8);
	maker_u64(maker, 3);
	maker_u16(maker, OPTION_DROPPED_BY_SYSTEM);
	maker_u16(maker, 8);
	maker_u64(maker, 0x100000000);
	maker_option_end(maker);
	maker_end(maker);
}

void maker_everything(struct maker *maker)
{
	maker_section(maker);
	make_interfaces(maker);
	make_packets(maker);
	make_others(maker);
	maker_enhanced(maker, 2, 16, 0);
}

void maker_pcap(struct maker *maker, uint32_t magic, uint32_t link_type)
{
	maker->starts[0] = maker->out.length;
	maker->is_frame[maker->blocks++] = false;
	maker_u32(maker, magic);
	maker_u16(maker, 2);
	maker_u16(maker, 4);
	maker_u32(maker, 0);
	maker_u32(maker, 0);
	maker_u32(maker, 65535);
	maker_u32(maker, link_type);
	maker->starts[maker->blocks] = maker->out.length;
}

void maker_record(struct maker *maker, uint32_t seconds, uint32_t fraction, uint32_t captured)
{
	maker->is_frame[maker->blocks++] = true;
	maker_u32(maker, seconds);
	maker_u32(maker, fraction);
	maker_u32(maker, captured);
	maker_u32(maker, captured + 100);
	put_packet(maker, captured);
	maker->starts[maker->blocks] = maker->out.length;
}

static void hear_secrets(void *context, uint32_t type, struct span secrets)
{
	buffer_printf(context, "secrets %x %.*s\n", type, (int)secrets.length, secrets.at);
}

static void hear_name(void *context, struct span address, struct span name)
{
	buffer_printf(context, "name %zu %.*s\n", address.length, (int)name.length, name.at);
}

static void hear_comment(void *context, struct span comment)
{
	buffer_printf(context, "comment %.*s\n", (int)comment.length, comment.at);
}

static void hear_dropped(void *context, uint32_t interface, uint64_t count)
{
	buffer_printf(context, "dropped %u %llu\n", interface, (unsigned long long)count);
}

static void log_octets(struct buffer *log, struct span octets)
{
	enum { SHOWN = 40 };

	for (size_t i = 0; i < octets.length && i < SHOWN; i++)
		buffer_add_byte(log, octets.at[i] >= ' ' ? octets.at[i] : '.');
	if (octets.length > SHOWN)
		buffer_printf(log, "... %zu", octets.length);
}

static void log_frame(struct buffer *log, const struct frame *frame)
{
	buffer_printf(log, "%llu at %llu link %d", (unsigned long long)frame->number,
		(unsigned long long)frame->offset, frame->link_type);
	if (frame->link_type == LINK_NONE)
		buffer_printf(log, " enterprise %u%s", frame->enterprise,
			frame->is_copied ? " copied" : "");
	else
		buffer_printf(log, " interface %u", frame->interface);
	if (frame->has_time) {
		buffer_add_text(log, " time ");
		buffer_add_seconds(log, frame->time);
	}
	buffer_printf(log, " length %u ", frame->length);
	log_octets(log, frame->bytes);
	if (frame->comment.length > 0)
		buffer_printf(log, " (%.*s)", (int)frame->comment.length, frame->comment.at);
	buffer_add_byte(log, '\n');
}

/* What stands between two frames is told before those behind it are given. */
static enum step log_some(struct capture *capture, struct reading *reading)
{
	struct frame frames[3];
	size_t count = 3;
	enum step step = capture_next_some(capture, frames, &count, &reading->fail);

	for (size_t i = 0; i < count; i++)
		log_frame(&reading->log, &frames[i]);
	reading->frames += count;
	return step;
}

void reading_of_descriptor(struct reading *reading, int descriptor)
{
	struct capture_listener listener = {
		&reading->log, hear_secrets, hear_name, hear_comment, hear_dropped, NULL};
	struct capture *capture;
	struct frame frame;

	*reading = (struct reading){.end = STEP_FAIL};
	buffer_init(&reading->log, 0);
	capture = capture_open_descriptor(descriptor, "made", &listener, &reading->fail);
	if (capture == NULL)
		return;
	while ((reading->end = log_some(capture, reading)) == STEP_DONE)
		;
	if (capture_next(capture, &frame, &reading->fail) != reading->end)
		abort(); /* once over, always over */
	reading->octets = capture_octets(capture);
	capture_close(capture);
}

void reading_of(struct reading *reading, struct span capture)
{
	reading_of_descriptor(reading, descriptor_of(capture));
}

void reading_fini(struct reading *reading)
{
	buffer_fini(&reading->log);
}

int descriptor_of(struct span octets)
{
	int descriptor = memfd_create("capture", MFD_CLOEXEC);

	if (descriptor < 0 ||
		write(descriptor, octets.at, octets.length) != (ssize_t)octets.length ||
		lseek(descriptor, 0, SEEK_SET) != 0)
		abort();
	return descriptor;
}
