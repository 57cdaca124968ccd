#include "base/cursor.h"
#include "compare/verdicts.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The session: three octets a line, which say its kind, its side, and how long a record is or which
 * line of the log it repeats. */
static void add_line(struct session *session, const struct log *log, struct cursor *input)
{
	static const enum line_kind kinds[] = {LINE_COMMAND, LINE_REPLY, LINE_SEALED, LINE_SEALED,
		LINE_SEALED, LINE_GAP, LINE_DATA, LINE_BODY};
	uint8_t what = cursor_u8(input);
	uint16_t number = cursor_u16(input);
	struct line *line;

	session->lines = arena_grow(
		&session->arena, session->lines, session->line_count, sizeof *session->lines);
	line = &session->lines[session->line_count++];
	*line = (struct line){.kind = kinds[what % 8],
		.from = what & 8 ? SIDE_SERVER : SIDE_CLIENT,
		.end = what & 16 ? LINE_LF : LINE_CRLF,
		.octets = number,
		.frame = session->line_count};
	if (line->kind == LINE_SEALED)
		line->text = span_text("Application Data");
	else if (log->count > 0 && line->kind != LINE_GAP)
		line->text = log->lines[number % log->count].text;
}

static void make(struct session *session, const struct log *log, struct span input)
{
	static const char *const versions[] = {"TLS 1.2", "TLS 1.3", "", "TLS 1.0"};
	static const char *const ciphers[] = {"TLS_RSA_WITH_AES_128_GCM_SHA256",
		"TLS_AES_128_GCM_SHA256", "", "TLS_RSA_WITH_AES_128_CBC_SHA"};
	struct cursor cursor = cursor_of(input);
	uint8_t flags = cursor_u8(&cursor);

	*session = (struct session){.capture = "fuzz", .has_begin = flags & 4};
	arena_init(&session->arena);
	strncpy(session->tls.version, versions[flags % 4], sizeof session->tls.version - 1);
	strncpy(session->tls.cipher, ciphers[flags % 4], sizeof session->tls.cipher - 1);
	while (cursor.left >= 3)
		add_line(session, log, &cursor);
}

/* Every line of the log is in at most one row, and so is every item of the wire. */
static void check(const struct comparison *comparison)
{
	bool *is_used = calloc(comparison->wire.count + 1, 1);
	bool *is_said = calloc(comparison->log->count + 1, 1);

	for (size_t i = 0; i < comparison->row_count; i++) {
		const struct comparison_row *row = &comparison->rows[i];

		for (size_t k = row->wire; k < row->wire + row->wire_count; k++) {
			if (k >= comparison->wire.count || is_used[k])
				abort();
			is_used[k] = true;
		}
		for (size_t k = row->log; k < row->log + row->log_count; k++) {
			if (k >= comparison->log->count ||
				(is_said[k] && row->verdict != VERDICT_WITHHELD))
				abort();
			is_said[k] = true;
		}
	}
	for (size_t k = 0; k < comparison->log->count; k++)
		if (!is_said[k] && comparison->log->lines[k].kind == LOG_SAID)
			abort();
	free(is_used);
	free(is_said);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = span_of(data, size);
	size_t length = span_index(input, 0);
	struct comparison comparison;
	struct session session;
	struct fail fail;
	struct log log;

	(void)log_read(&log, span_first(input, length), &fail);
	make(&session, &log, span_from(input, length + 1));
	compare(&comparison, &log, &session);
	check(&comparison);
	comparison_fini(&comparison);
	arena_fini(&session.arena);
	log_fini(&log);
	return 0;
}
