/* builder/trace.h: the capture to be: its interfaces, frames and secrets, kept until it is written.
 */
#ifndef BUILDER_TRACE_H
#define BUILDER_TRACE_H

#include "base/buffer.h"

enum { TRACE_INTERFACES = 8 };

struct trace_frame {
	int64_t time; /* ns since 1970 */
	uint32_t interface, length;
	uint8_t *bytes;
	size_t captured;
	char *comment;
};

struct trace_interface {
	uint16_t link_type;
	uint32_t snaplen;
	char *name;
};

struct trace {
	struct trace_frame *frames;
	size_t count;
	struct trace_interface interfaces[TRACE_INTERFACES];
	size_t interface_count;
	struct buffer secrets; /* TLS key log lines */
	bool has_secrets;      /* they go into the capture */
	char *title;           /* comment of the section */
	char *comment;         /* of the next frame */
	int64_t start, last;   /* of the session, of the newest frame */
	int64_t next;          /* time of the next frame */
	size_t cut;            /* octets taken off the end of the file */
};

void trace_init(struct trace *trace);
void trace_fini(struct trace *trace);

/* name may be NULL; the interface is that of the frames to come. */
void trace_interface(struct trace *trace, uint16_t link_type, const char *name);

/* Adds a frame at trace->next, with trailer octets of zero behind the packet. */
void trace_add(struct trace *trace, struct span bytes, size_t trailer);

/* Writes all as a pcapng; complains when it cannot. */
void trace_write(struct trace *trace, const char *path);

#endif
