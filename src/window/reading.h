/* window/reading.h: a capture read whole, in a thread, into what the window shows of it. */
#ifndef WINDOW_READING_H
#define WINDOW_READING_H

#include "session/session.h"
#include "view/diagram_ladder.h"

#include <gio/gio.h>

/* A line of the dialogue. Texts live as long as the reading; all are printable UTF-8. */
struct shown_line {
	enum line_kind kind;
	enum side from;
	const char *when; /* "0.095212" */
	const char *text;
	const char *meaning; /* with its RFC; may be "" */
	const uint64_t *frames;
	size_t frame_count;
	bool is_sealed, is_decrypted;
};

struct shown_packet {
	uint64_t number;
	const char *when, *source, *destination, *protocol, *info;
	uint32_t length, session;
	bool is_from_client;
};

struct shown_finding {
	enum severity severity;
	const char *text, *rfc;
	uint64_t frame;
	uint32_t line, session;
};

struct shown_message {
	const char *from, *to, *subject, *date, *text;
	uint64_t octets;
	uint32_t session;
};

struct shown_session {
	uint32_t number;
	const char *title, *facts; /* "SMTP, in clear" and "192.0.2.1:1045 → 192.0.2.2:25" */
	const char *outcome;
	struct shown_line *lines;
	size_t line_count;
	struct ladder ladder;
};

struct reading {
	int references;
	char *path, *name;
	struct arena arena;
	struct shown_session *sessions;
	struct shown_packet *packets;
	struct shown_finding *findings;
	struct shown_message *messages;
	size_t session_count, packet_count, finding_count, message_count;
	bool is_cut; /* more packets or sessions than are shown */
	bool is_redacted;
	struct fail fail; /* all before it is there; FAIL_NONE: nothing */
};

/* Reads the capture; reading_end() gives the reading, which is the caller's. is_redacted: secrets
 * are hidden. */
void reading_begin(const char *path, bool is_redacted, GCancellable *cancellable,
	GAsyncReadyCallback done, gpointer data);

/* NULL: it was cancelled. */
struct reading *reading_end(GAsyncResult *result);

struct reading *reading_ref(struct reading *reading);
void reading_unref(gpointer reading); /* NULL is fine */

/* The packet of that frame; NULL when it is not in the list. */
struct shown_packet *reading_packet(const struct reading *reading, uint64_t frame);

#endif
