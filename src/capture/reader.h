/* capture/reader.h: what the readers of pcapng and pcap share, private to the wing. */
#ifndef CAPTURE_READER_H
#define CAPTURE_READER_H

#include "capture/capture.h"
#include "capture/input.h"
#include "capture/timestamp.h"

struct interface {
	struct timestamp_clock clock;
	int link_type;
	uint32_t snaplen; /* 0: none */
};

/* A pcapng section: its byte order and interfaces end with it. */
struct section {
	bool is_big;
	struct interface *interfaces;
	uint32_t count, room;
};

/* What the header of a pcap file says. */
struct pcap_header {
	bool is_big;
	bool is_nanoseconds;
	uint32_t record_head; /* octets in front of each packet */
	uint32_t limit;       /* octets that a packet can have */
	int link_type;
};

struct capture {
	struct input input;
	char *name;
	struct capture_listener listener;
	/* The next frame as capture_next() gives it; fills capture->fail on STEP_FAIL. */
	enum step (*next)(struct capture *capture, struct frame *frame);
	/* The same of as many ordinary frames, at most so many, as come next and are whole in
	 * memory. */
	size_t (*some_at_hand)(struct capture *capture, struct frame *frames, size_t most);
	uint64_t frames;  /* given so far */
	const char *what; /* name of the block at hand */
	uint64_t offset;  /* of the block at hand */
	uint64_t others;  /* blocks so far that were no frames */
	struct section section;
	struct pcap_header pcap;
	bool is_over;
	struct fail fail; /* why it is over; FAIL_NONE: it ended well */
};

/* Damage in the block at hand: fills capture->fail with file, block, offset and the text, and
 * returns STEP_FAIL. */
enum step reader_damage(struct capture *capture, const char *format, ...) PRINTF_LIKE(2, 3);

/* The input ends before the block does: says so, or why the input broke. length: the octets the
 * block should have. */
enum step reader_cut(struct capture *capture, uint64_t length);

/* capture/pcapng.c */
enum step pcapng_next(struct capture *capture, struct frame *frame);
size_t pcapng_at_hand(struct capture *capture, struct frame *frames, size_t most);

/* capture/section.c: the blocks that are no packets. Each takes the block's body; STEP_DONE or
 * STEP_FAIL. */
enum step section_begin(struct capture *capture, struct span body);
enum step section_interface(struct capture *capture, struct span body);
enum step section_names(struct capture *capture, struct span body);
enum step section_statistics(struct capture *capture, struct span body);
enum step section_secrets(struct capture *capture, struct span body);

/* capture/pcap.c */
bool pcap_is_magic(struct span start);
enum step pcap_begin(struct capture *capture); /* takes the file's header */
enum step pcap_read(struct capture *capture, struct frame *frame);
size_t pcap_at_hand(struct capture *capture, struct frame *frames, size_t most);

#endif
