/* capture/capture.h: reads pcapng and pcap captures, plain, gzip or zstd, from files and pipes,
 * frame by frame. */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include "base/fail.h"
#include "base/span.h"

/* LINKTYPE_ values of the pcap registry that net decodes. */
enum link_type {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_PPP = 9,
	LINK_RAW_BSD = 12,
	LINK_RAW_OPENBSD = 14,
	LINK_RAW = 101,
	LINK_LOOP = 108,
	LINK_LINUX_SLL = 113,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_LINUX_SLL2 = 276,
	LINK_NONE = -1, /* not a packet: a pcapng custom block (or a systemd journal's), which takes
			   a frame number all the same */
};

struct frame {
	uint64_t number;     /* from 1 over the whole capture, as Wireshark counts */
	int64_t time;        /* nanoseconds since 1970-01-01 UTC */
	bool has_time;       /* false for a Simple Packet Block */
	int link_type;       /* LINKTYPE_ value, LINK_NONE for a custom block */
	uint32_t interface;  /* index in its section */
	uint32_t length;     /* octets on the wire */
	struct span bytes;   /* octets captured; valid until the next capture_next() */
	struct span comment; /* the first opt_comment, empty if none; valid as bytes */
	uint64_t offset;     /* of its block in the uncompressed capture */
	/* LINK_NONE alone; bytes are then the block's octets behind its number. */
	uint32_t enterprise; /* Private Enterprise Number, 0 for a journal block */
	bool is_copied;      /* an editor of the capture copies the block */
};

/* What a pcapng holds beside its packets. Any function may be NULL; spans hold during the call. */
struct capture_listener {
	void *context;
	void (*on_secrets)(void *context, uint32_t type,
		struct span secrets); /* DSB: 0x544c534b is a TLS key log */
	void (*on_name)(
		void *context, struct span address, struct span name); /* NRB: 4 or 16 octets */
	void (*on_comment)(void *context, struct span comment);        /* section header comments */
	void (*on_dropped)(void *context, uint32_t interface,
		uint64_t count);                            /* ISB: isb_ifdrop + isb_osdrop */
	void (*on_interface)(void *context, int link_type); /* IDB */
};

struct capture;

/* Opens path ("-": standard input) and reads its first bytes. listener may be NULL and is copied.
 * NULL and *fail: cannot open (FAIL_OPEN) or no capture at all (FAIL_DAMAGED). */
struct capture *capture_open(
	const char *path, const struct capture_listener *listener, struct fail *fail);

/* The same for a descriptor that is open; it is closed by capture_close(). name is for error texts.
 */
struct capture *capture_open_descriptor(int descriptor, const char *name,
	const struct capture_listener *listener, struct fail *fail);

/* The next frame. STEP_DONE: *frame is filled. STEP_MORE: the capture has ended. STEP_FAIL: damaged
 * here (FAIL_DAMAGED; the text names the file, the block and its offset); all frames before it were
 * given. */
enum step capture_next(struct capture *capture, struct frame *frame, struct fail *fail);

/* The same for as many frames, at most *count, as are there without reading on: nothing else stands
 * between them. STEP_DONE: *count of them, at least one, are filled, and valid until the next call.
 */
enum step capture_next_some(
	struct capture *capture, struct frame *frames, size_t *count, struct fail *fail);

/* Octets of the file, as it is stored, read so far: for progress. */
uint64_t capture_octets(const struct capture *capture);

void capture_close(struct capture *capture);

#endif
