/* tests/unit/diagram_sessions.h: sessions made by hand, as the pipeline would make them. */
#ifndef TESTS_UNIT_DIAGRAM_SESSIONS_H
#define TESTS_UNIT_DIAGRAM_SESSIONS_H

#include "session/session.h"

#define MILLISECOND INT64_C(1000000)
#define SECOND (1000 * MILLISECOND)
#define CAPTURE_START (INT64_C(1669017849) * SECOND)

/* A session that grows: each call adds a line (or a finding, a segment) behind the last. */
struct play {
	struct session session;
	uint64_t frame;
	int64_t time; /* since the capture's first packet */
	uint32_t command;
	const struct verb *verb;
};

void play_init(struct play *play, uint32_t number, enum mail_protocol protocol);
void play_fini(struct play *play);

struct line *play_command(struct play *play, const char *text);
void play_reply(struct play *play, enum line_kind kind, const char *lines);
struct line *play_response(struct play *play, const char *text, enum sasl_part part);
void play_message(struct play *play, uint64_t octets, bool is_sent);
void play_sealed(struct play *play, enum side from, const char *name, uint64_t octets);
void play_gap(struct play *play, enum side from, uint64_t octets);
void play_finding(struct play *play, enum finding_id id, bool has_line);
void play_segment(struct play *play, enum side from, const char *protocol, const char *info);
struct span play_text(struct play *play, const char *text);

/* Whole sessions: clear SMTP with AUTH LOGIN and DATA (its password is AiZieb7O, QWlaaWViN08= in
 * base64), STARTTLS with records that were not opened, POP3 with a gap (its password is eech6Uba),
 * and one of many lines. */
void play_smtp(struct play *play);
void play_starttls(struct play *play);
void play_pop3(struct play *play);
void play_many(struct play *play, size_t lines);

#endif
