#include "live/review.h"

#include "base/memory.h"
#include "compare/withheld.h"
#include "dissect/dissect.h"
#include "view/comparison.h"
#include "view/diagram.h"

#include <stdlib.h>

void review_init(struct review *review, const struct log *log, const struct tls_secrets *secrets)
{
	*review = (struct review){.log = log, .secrets = secrets};
	buffer_init(&review->text, 0);
	buffer_init(&review->summary, 0);
	citations_init(&review->citations);
}

void review_fini(struct review *review)
{
	buffer_fini(&review->text);
	buffer_fini(&review->summary);
	citations_fini(&review->citations);
	diagram_free(review->diagram);
}

static void look_for_secrets(struct review *review, const struct session *session)
{
	for (size_t i = 0; i < session->line_count; i++)
		if (session->lines[i].secret.length > 0 && !session->lines[i].is_sealed)
			review->has_clear_secret = true;
}

static void keep(struct review *review, const struct comparison *comparison)
{
	static const struct view_options options = {.format = FORMAT_TEXT, .is_redacted = true};

	buffer_clear(&review->text);
	buffer_clear(&review->summary);
	view_comparison(&review->text, comparison, REVIEW_PEOPLE, &options);
	view_comparison_summary(&review->summary, comparison, &options);
	citations_fini(&review->citations);
	citations_init(&review->citations);
	citations_add(&review->citations, comparison);
	review->lines = comparison->row_count;
	review->differences = comparison_differences(comparison);
	review->score = comparison_score(comparison);
	review->is_compared = true;
}

/* The picture may be shown to others. comparison: NULL, there is no log. */
static void draw(
	struct review *review, const struct session *session, const struct comparison *comparison)
{
	struct session drawn = *session;

	if (review->diagram == NULL)
		review->diagram = diagram_new(DIAGRAM_MAIL, true);
	drawn.lines = memory_new(session->line_count + 1, sizeof *drawn.lines);
	if (session->line_count > 0)
		memcpy(drawn.lines, session->lines, session->line_count * sizeof *drawn.lines);
	if (comparison != NULL)
		withheld_mark(drawn.lines, comparison);
	diagram_add(review->diagram, &drawn);
	free(drawn.lines);
}

/* A connection is one session, but for ports that were used twice: the one that fits best is held
 * against the log. */
static void on_session(void *context, const struct session *session)
{
	struct review *review = context;
	struct comparison comparison;

	look_for_secrets(review, session);
	if (review->log == NULL) {
		draw(review, session, NULL);
		return;
	}
	compare(&comparison, review->log, session);
	draw(review, session, &comparison);
	if (!review->is_compared || comparison_score(&comparison) > review->score)
		keep(review, &comparison);
	comparison_fini(&comparison);
}

static void on_row(void *context, const struct row *row)
{
	(void)context;
	(void)row;
}

static void on_frame(void *context, const struct frame *frame)
{
	dissect_frame(context, frame);
}

enum step review_recording(
	struct review *review, struct reel *reel, const struct ends *ends, struct fail *fail)
{
	struct dissect_wants wants = {.lines = true,
		.texts = true,
		.findings = true,
		.headers = true,
		.statistics = true,
		.known_port = review->known_port,
		.secrets = review->secrets};
	struct dissect_listener listener = {review, on_session, on_row};
	struct dissect *dissect = dissect_new(REVIEW_CAPTURE, &wants, &listener);
	struct reel_reader reader = {ends, dissect, on_frame};
	enum step step = reel_read(reel, &reader, fail);

	dissect_end(dissect);
	dissect_free(dissect);
	return step;
}
