/* The dialogue on its way to the window: lines as they are said, secrets hidden. */
#include "base/limits.h"
#include "base/printable.h"
#include "window/work_parts.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static const char HIDDEN[] = "••••••";

enum { LONGEST = 4096 }; /* octets shown of a line while it happens */

static void wipe(struct buffer *buffer)
{
	if (buffer->at != NULL)
		OPENSSL_cleanse(buffer->at, buffer->size);
	buffer_clear(buffer);
}

static bool is_guarded(const struct work *work, struct span line)
{
	for (size_t i = 0; i < work->guard_count; i++)
		if (span_find(line, work->guards[i]) < line.length)
			return true;
	return false;
}

static void end_line(struct work *work, enum side from)
{
	struct buffer *said = &work->said[from];
	struct work_line line = {.from = from,
		.is_secret = work->has_secret[from] || is_guarded(work, buffer_span(said)),
		.time = g_get_monotonic_time() * 1000 - work->began};
	struct buffer text;

	buffer_init(&text, 0);
	if (line.is_secret)
		buffer_add_text(&text, HIDDEN);
	else
		printable_add(&text, buffer_span(said));
	line.text = g_strdup(buffer_text(&text));
	work_tell_line(work, &line);
	buffer_fini(&text);
	wipe(said);
	work->has_secret[from] = false;
}

static void on_octets(void *context, enum side from, struct span octets, bool is_secret)
{
	struct work *work = context;

	while (octets.length > 0) {
		size_t end = span_index(octets, '\n');
		struct span piece = span_first(octets, end);

		if (piece.length > 0 && piece.at[piece.length - 1] == '\r')
			piece.length--;
		work->has_secret[from] |= is_secret && piece.length > 0;
		if (!is_secret)
			buffer_add_span(&work->said[from], piece);
		if (end < octets.length)
			end_line(work, from);
		octets = span_from(octets, end + 1);
	}
}

static void on_note(void *context, const char *note)
{
	struct work *work = context;
	struct work_line line = {.is_note = true,
		.time = g_get_monotonic_time() * 1000 - work->began,
		.text = g_strdup(note)};

	work_tell_line(work, &line);
}

static void on_guard(void *context, struct span secret)
{
	enum { SHORTEST = 4 }; /* shorter ones stand in ordinary lines too */
	struct work *work = context;

	if (secret.length < SHORTEST || secret.length > LIMIT_GUARD ||
		work->guard_count == LIMIT_GUARDED)
		return;
	work->guards = g_renew(char *, work->guards, work->guard_count + 1);
	work->guards[work->guard_count++] = g_strndup((const char *)secret.at, secret.length);
}

struct tap work_tap(struct work *work)
{
	for (size_t i = 0; i < 2; i++) {
		buffer_init(&work->said[i], LONGEST);
		(void)buffer_reserve(&work->said[i], LONGEST); /* growing would leave copies */
	}
	return (struct tap){
		.context = work, .on_octets = on_octets, .on_note = on_note, .on_guard = on_guard};
}

void work_tap_end(struct work *work)
{
	for (size_t i = 0; i < 2; i++) {
		if (work->said[i].length > 0)
			end_line(work, (enum side)i);
		wipe(&work->said[i]);
		buffer_fini(&work->said[i]);
	}
	for (size_t i = 0; i < work->guard_count; i++) {
		OPENSSL_cleanse(work->guards[i], strlen(work->guards[i]));
		g_free(work->guards[i]);
	}
	g_clear_pointer(&work->guards, g_free);
	work->guard_count = 0;
}
