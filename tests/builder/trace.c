#include "trace.h"

#include "base/memory.h"
#include "capture/writer.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { KEY_LOG = 0x544c534b, BETWEEN_SEGMENTS = 1000 /* ns */ };

void trace_init(struct trace *trace)
{
	*trace = (struct trace){0};
	buffer_init(&trace->secrets, 0);
}

void trace_fini(struct trace *trace)
{
	for (size_t i = 0; i < trace->count; i++) {
		free(trace->frames[i].bytes);
		free(trace->frames[i].comment);
	}
	for (size_t i = 0; i < trace->interface_count; i++)
		free(trace->interfaces[i].name);
	free(trace->frames);
	free(trace->title);
	free(trace->comment);
	buffer_fini(&trace->secrets);
}

void trace_interface(struct trace *trace, uint16_t link_type, const char *name)
{
	if (trace->interface_count == TRACE_INTERFACES)
		text_complain("more than %d interfaces", TRACE_INTERFACES);
	trace->interfaces[trace->interface_count++] = (struct trace_interface){
		.link_type = link_type, .name = name != NULL ? memory_text(name) : NULL};
}

void trace_add(struct trace *trace, struct span bytes, size_t trailer)
{
	uint32_t interface = (uint32_t)trace->interface_count - 1;
	uint32_t snaplen = trace->interfaces[interface].snaplen;
	struct trace_frame *frame;

	if ((trace->count & (trace->count - 1)) == 0)
		trace->frames = memory_resize(trace->frames,
			trace->count > 0 ? trace->count * 2 : 1, sizeof *trace->frames);
	frame = &trace->frames[trace->count++];
	frame->interface = interface;
	frame->length = (uint32_t)(bytes.length + trailer);
	frame->bytes = memory_new(frame->length, 1);
	memcpy(frame->bytes, bytes.at, bytes.length);
	frame->captured = snaplen != 0 && frame->length > snaplen ? snaplen : frame->length;
	frame->comment = trace->comment;
	trace->comment = NULL;
	frame->time = trace->next > trace->last ? trace->next : trace->last + 1;
	trace->last = frame->time;
	trace->next = frame->time + BETWEEN_SEGMENTS;
}

static void write_blocks(const struct trace *trace, struct writer *writer)
{
	for (size_t i = 0; i < trace->interface_count; i++) {
		const struct trace_interface *from = &trace->interfaces[i];

		writer_interface(writer, &(struct writer_interface){.link_type = from->link_type,
						 .snaplen = from->snaplen,
						 .name = from->name});
	}
	if (trace->has_secrets && trace->secrets.length > 0)
		writer_secrets(writer, KEY_LOG, buffer_span(&trace->secrets));
	for (size_t i = 0; i < trace->count; i++) {
		const struct trace_frame *frame = &trace->frames[i];

		writer_packet(writer, &(struct writer_packet){.interface = frame->interface,
					      .time = frame->time,
					      .bytes = span_of(frame->bytes, frame->captured),
					      .length = frame->length,
					      .comment = frame->comment});
	}
}

void trace_write(struct trace *trace, const char *path)
{
	struct writer writer;
	struct fail fail = {0};
	FILE *stream = fopen(path, "wb");

	text_place(path, 0);
	if (stream == NULL)
		text_complain("%s", strerror(errno));
	writer_begin(&writer, stream,
		&(struct writer_section){
			.application = "mailscope builder", .comment = trace->title});
	write_blocks(trace, &writer);
	if (writer_finish(&writer, path, &fail) != STEP_DONE)
		text_complain("%s", fail.text);
	if (fclose(stream) != 0)
		text_complain("%s", strerror(errno));
	if (trace->cut >= writer.octets ||
		(trace->cut > 0 && truncate(path, (off_t)(writer.octets - trace->cut)) != 0))
		text_complain("cannot cut %zu octets off", trace->cut);
}
