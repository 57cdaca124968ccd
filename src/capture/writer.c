#include "capture/writer.h"

#include "base/language.h"
#include "base/limits.h"
#include "capture/block.h"

#include <errno.h>

/* The fixed part of a block, built in a small array and written at once. */
struct head {
	uint8_t octets[32];
	size_t length;
};

static void put(struct writer *writer, const void *octets, size_t length)
{
	if (writer->failed || length == 0)
		return;
	errno = 0;
	if (fwrite(octets, 1, length, writer->stream) != length) {
		writer->failed = true;
		writer->error = errno;
		return;
	}
	writer->octets += length;
}

static void head_u16(struct head *head, uint16_t value)
{
	head->octets[head->length++] = (uint8_t)value;
	head->octets[head->length++] = (uint8_t)(value >> 8);
}

static void head_u32(struct head *head, uint32_t value)
{
	head_u16(head, (uint16_t)value);
	head_u16(head, (uint16_t)(value >> 16));
}

/* A 64-bit time stands in two halves, the high one first, whatever the byte order. */
static void head_time(struct head *head, int64_t time)
{
	uint64_t value = time > 0 ? (uint64_t)time : 0;

	head_u32(head, (uint32_t)(value >> 32));
	head_u32(head, (uint32_t)value);
}

static void head_u64(struct head *head, uint64_t value)
{
	head_u32(head, (uint32_t)value);
	head_u32(head, (uint32_t)(value >> 32));
}

static struct head head_begin(uint32_t type, size_t body)
{
	struct head head = {.length = 0};

	head_u32(&head, type);
	head_u32(&head, (uint32_t)(BLOCK_FRAME + body));
	return head;
}

static void put_head(struct writer *writer, const struct head *head)
{
	put(writer, head->octets, head->length);
}

/* Ends the block whose body has this many octets: its total length stands here again. */
static void put_tail(struct writer *writer, size_t body)
{
	struct head tail = {.length = 0};

	head_u32(&tail, (uint32_t)(BLOCK_FRAME + body));
	put_head(writer, &tail);
}

static void put_padded(struct writer *writer, struct span octets)
{
	static const uint8_t zeros[4];

	put(writer, octets.at, octets.length);
	put(writer, zeros, (size_t)block_padded(octets.length) - octets.length);
}

/* An option as it will be written; one without octets is left out. */
struct option {
	uint16_t code;
	struct span octets;
};

static struct option option_text(uint16_t code, const char *text)
{
	struct span octets = text != NULL ? span_text(text) : span_of(NULL, 0);

	return (struct option){code, span_first(octets, OPTION_LIMIT)};
}

/* The octets that the options take, opt_endofopt in; none when there is no option. */
static size_t options_length(const struct option *options, size_t count)
{
	size_t length = 0;

	for (size_t i = 0; i < count; i++)
		if (options[i].octets.length > 0)
			length += OPTION_HEAD + (size_t)block_padded(options[i].octets.length);
	return length > 0 ? length + OPTION_HEAD : 0;
}

static void put_options(struct writer *writer, const struct option *options, size_t count)
{
	struct head end = {.length = 0};

	if (options_length(options, count) == 0)
		return;
	for (size_t i = 0; i < count; i++) {
		struct head head = {.length = 0};

		if (options[i].octets.length == 0)
			continue;
		head_u16(&head, options[i].code);
		head_u16(&head, (uint16_t)options[i].octets.length);
		put_head(writer, &head);
		put_padded(writer, options[i].octets);
	}
	head_u16(&end, OPTION_END);
	head_u16(&end, 0);
	put_head(writer, &end);
}

void writer_begin(struct writer *writer, FILE *stream, const struct writer_section *section)
{
	struct option options[] = {
		option_text(OPTION_COMMENT, section->comment),
		option_text(OPTION_HARDWARE, section->hardware),
		option_text(OPTION_SYSTEM, section->system),
		option_text(OPTION_APPLICATION, section->application),
	};
	enum { OPTIONS = sizeof options / sizeof options[0], FIXED = 16 };
	size_t body = FIXED + options_length(options, OPTIONS);
	struct head head = head_begin(BLOCK_SECTION, body);

	*writer = (struct writer){.stream = stream};
	head_u32(&head, BLOCK_ORDER);
	head_u16(&head, 1); /* version 1.0 */
	head_u16(&head, 0);
	head_u64(&head, UINT64_MAX); /* the section's length is not known */
	put_head(writer, &head);
	put_options(writer, options, OPTIONS);
	put_tail(writer, body);
}

/* if_filter is one octet, 0 for libpcap's language, and the text. */
static size_t filter_option(const char *filter, uint8_t *octets, size_t size)
{
	size_t length = filter != NULL ? strlen(filter) : 0;

	if (length == 0 || length >= size)
		return 0;
	octets[0] = 0;
	memcpy(octets + 1, filter, length);
	return length + 1;
}

uint32_t writer_interface(struct writer *writer, const struct writer_interface *interface)
{
	static const uint8_t nanoseconds = 9;
	uint8_t filter[4096];
	struct option options[] = {
		option_text(OPTION_IF_NAME, interface->name),
		{OPTION_IF_RESOLUTION, span_of(&nanoseconds, 1)},
		{OPTION_IF_FILTER,
			span_of(filter, filter_option(interface->filter, filter, sizeof filter))},
	};
	enum { OPTIONS = sizeof options / sizeof options[0], FIXED = 8 };
	size_t body = FIXED + options_length(options, OPTIONS);
	struct head head = head_begin(BLOCK_INTERFACE, body);

	head_u16(&head, interface->link_type);
	head_u16(&head, 0);
	head_u32(&head, interface->snaplen);
	put_head(writer, &head);
	put_options(writer, options, OPTIONS);
	put_tail(writer, body);
	return writer->interfaces++;
}

void writer_secrets(struct writer *writer, uint32_t type, struct span secrets)
{
	enum { FIXED = 8 };
	struct span kept = span_first(secrets, LIMIT_SECRETS);
	size_t body = FIXED + (size_t)block_padded(kept.length);
	struct head head = head_begin(BLOCK_SECRETS, body);

	head_u32(&head, type);
	head_u32(&head, (uint32_t)kept.length);
	put_head(writer, &head);
	put_padded(writer, kept);
	put_tail(writer, body);
}

void writer_packet(struct writer *writer, const struct writer_packet *packet)
{
	enum { FIXED = 20, ROOM = LIMIT_BLOCK - 2 * OPTION_LIMIT };
	struct option comment = option_text(OPTION_COMMENT, packet->comment);
	struct span bytes = span_first(packet->bytes, ROOM);
	size_t body = FIXED + (size_t)block_padded(bytes.length) + options_length(&comment, 1);
	struct head head = head_begin(BLOCK_ENHANCED, body);

	head_u32(&head, packet->interface);
	head_time(&head, packet->time);
	head_u32(&head, (uint32_t)bytes.length);
	head_u32(&head, packet->length);
	put_head(writer, &head);
	put_padded(writer, bytes);
	put_options(writer, &comment, 1);
	put_tail(writer, body);
	if (packet->time > writer->latest)
		writer->latest = packet->time;
}

void writer_statistics(
	struct writer *writer, uint32_t interface, uint64_t received, uint64_t dropped)
{
	enum { FIXED = 12 };
	struct head counts[2] = {{.length = 0}, {.length = 0}};
	struct option options[2];
	struct head head;
	size_t body;

	head_u64(&counts[0], received);
	head_u64(&counts[1], dropped);
	options[0] = (struct option){OPTION_RECEIVED, span_of(counts[0].octets, counts[0].length)};
	options[1] = (struct option){OPTION_DROPPED, span_of(counts[1].octets, counts[1].length)};
	body = FIXED + options_length(options, 2);
	head = head_begin(BLOCK_STATISTICS, body);
	head_u32(&head, interface);
	head_time(&head, writer->latest);
	put_head(writer, &head);
	put_options(writer, options, 2);
	put_tail(writer, body);
}

enum step writer_finish(struct writer *writer, const char *name, struct fail *fail)
{
	errno = 0;
	if (!writer->failed && fflush(writer->stream) != 0) {
		writer->failed = true;
		writer->error = errno;
	}
	if (writer->failed)
		return fail_set(fail, FAIL_WRITE, "%s: cannot write: %s", name,
			language_error(writer->error != 0 ? writer->error : EIO));
	return STEP_DONE;
}
