#include "everything.h"

#include "dissect/dissect.h"
#include "tls/secrets.h"
#include "view/packets.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct everything {
	struct buffer out;
	struct view_options options;
	size_t octets;
};

static void drop(struct everything *all)
{
	all->octets += all->out.length;
	buffer_clear(&all->out);
}

static void on_session(void *context, const struct session *session)
{
	static void (*const views[])(struct buffer *, const struct session *,
		const struct view_options *) = {view_sessions, view_dialogue, view_findings,
		view_messages, view_streams, view_statistics};
	struct everything *all = context;

	for (int is_redacted = 0; is_redacted < 2; is_redacted++) {
		all->options.is_redacted = is_redacted != 0;
		for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
			views[i](&all->out, session, &all->options);
		all->options.format = FORMAT_JSONL;
		view_json(&all->out, session, &all->options);
		all->options.format = FORMAT_TEXT;
	}
	drop(all);
}

static void on_row(void *context, const struct row *row)
{
	struct everything *all = context;

	view_packets(&all->out, row, &all->options);
	drop(all);
}

static void on_secrets(void *context, uint32_t type, struct span text)
{
	if (type == TLS_SECRETS_DSB)
		(void)tls_secrets_add(context, text);
}

/* A file in memory that holds the bytes. */
static int descriptor_of(struct span bytes)
{
	int descriptor = memfd_create("capture", 0);

	if (descriptor < 0 || write(descriptor, bytes.at, bytes.length) != (ssize_t)bytes.length ||
		lseek(descriptor, 0, SEEK_SET) != 0)
		abort();
	return descriptor;
}

size_t everything_run(struct span bytes)
{
	struct everything all = {.options = {.is_explained = true,
					 .with_streams = true,
					 .with_texts = true,
					 .with_statistics = true}};
	struct tls_secrets *secrets = tls_secrets_new(NULL);
	struct capture_listener capture_listener = {.context = secrets, .on_secrets = on_secrets};
	struct dissect_wants wants = {.lines = true,
		.findings = true,
		.hashes = true,
		.headers = true,
		.texts = true,
		.segments = true,
		.statistics = true,
		.rows = true,
		.all_rows = true,
		.settled_rows = true,
		.redacted_rows = true,
		.secrets = secrets};
	struct dissect_listener listener = {&all, on_session, on_row};
	struct dissect *dissect = dissect_new("capture", &wants, &listener);
	struct fail fail;
	struct capture *capture =
		capture_open_descriptor(descriptor_of(bytes), "capture", &capture_listener, &fail);
	struct frame frame;

	buffer_init(&all.out, 0);
	while (capture != NULL && capture_next(capture, &frame, &fail) == STEP_DONE)
		dissect_frame(dissect, &frame);
	dissect_end(dissect);
	dissect_free(dissect);
	capture_close(capture);
	tls_secrets_free(secrets);
	buffer_fini(&all.out);
	return all.octets;
}
