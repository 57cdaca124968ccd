/* dissect/recorder_parts.h: what the files of the recorder share. Private to recorder*.c. */
#ifndef DISSECT_RECORDER_PARTS_H
#define DISSECT_RECORDER_PARTS_H

#include "dissect/recorder.h"

/* Whether this session's lines are kept. */
static inline bool recorder_wants_lines(const struct recorder *recorder)
{
	return recorder->wants->lines && !recorder->drops_lines;
}

/* SHA-256, begun with the first bytes. */
void recorder_hash_add(EVP_MD_CTX **hash, struct span bytes);
void recorder_hash_end(EVP_MD_CTX **hash, uint8_t *digest);

void recorder_frames_add(struct frame_list *list, uint64_t frame);

/* A new line at the end of the session, its frames those since the direction's last line; NULL when
 * lines are not kept (it is counted all the same). */
struct line *recorder_line(
	struct recorder *recorder, enum line_kind kind, enum side side, struct origin last);

/* What came before the line's first octet does not carry it. */
void recorder_line_begins(struct recorder *recorder, struct line *line, struct origin first);

/* Notes a finding with "1460 octets" as its detail. */
void recorder_note_octets(struct recorder *recorder, struct finding_note note, uint64_t octets);

/* Notes, once a session, that there is more than a limit of limits.h lets be kept. */
void recorder_note_limit(
	struct recorder *recorder, enum side side, uint64_t frame, const char *what);

/* Counts a message's beginning or text, and picks out what its row says. */
void recorder_message_count(struct recorder *recorder, const struct mail_event *event);

/* A message's beginning, text, end, and octets missing inside it. */
void recorder_message_begin(struct recorder *recorder, const struct mail_event *event);
void recorder_message_text(struct recorder *recorder, const struct mail_event *event);
void recorder_message_end(struct recorder *recorder, const struct mail_event *event);
void recorder_message_gap(struct recorder *recorder, uint64_t octets);

#endif
