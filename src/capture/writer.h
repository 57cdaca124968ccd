/* capture/writer.h: writes pcapng: section, interfaces, secrets before the packets they open,
 * comments. */
#ifndef CAPTURE_WRITER_H
#define CAPTURE_WRITER_H

#include "base/fail.h"
#include "base/span.h"

#include <stdio.h>

/* Writes to a stream that the caller opened and closes. Errors of the stream are kept and told by
 * writer_finish(). All numbers are little-endian; times are in nanoseconds (if_tsresol 9). */
struct writer {
	FILE *stream;
	uint64_t octets; /* written so far */
	uint32_t interfaces;
	int64_t latest; /* time of the latest packet; it stands in the statistics */
	bool failed;
	int error; /* errno of the first failure */
};

/* Writes the Section Header Block. hardware, system, application and comment may be NULL (left
 * out). */
struct writer_section {
	const char *hardware, *system, *application, *comment;
};
void writer_begin(struct writer *writer, FILE *stream, const struct writer_section *section);

/* Writes an Interface Description Block; its index. name and filter may be NULL; snaplen 0: no
 * limit. */
struct writer_interface {
	uint16_t link_type;
	uint32_t snaplen;
	const char *name, *filter;
};
uint32_t writer_interface(struct writer *writer, const struct writer_interface *interface);

/* Writes a Decryption Secrets Block; type 0x544c534b for TLS key log lines. */
void writer_secrets(struct writer *writer, uint32_t type, struct span secrets);

/* Writes an Enhanced Packet Block. length is that on the wire, comment may be NULL. A time before
 * 1970 cannot be written and becomes 0; texts are cut at 65,535 octets, packets where the block
 * would pass LIMIT_BLOCK. */
struct writer_packet {
	uint32_t interface;
	int64_t time; /* nanoseconds since 1970-01-01 UTC */
	struct span bytes;
	uint32_t length;
	const char *comment;
};
void writer_packet(struct writer *writer, const struct writer_packet *packet);

/* Writes an Interface Statistics Block. */
void writer_statistics(
	struct writer *writer, uint32_t interface, uint64_t received, uint64_t dropped);

/* Flushes; STEP_DONE, or STEP_FAIL with FAIL_WRITE naming `name`. */
enum step writer_finish(struct writer *writer, const char *name, struct fail *fail);

#endif
