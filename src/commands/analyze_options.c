#include "commands/analyze.h"

#include "base/language.h"
#include "base/memory.h"
#include "capture/filter.h"
#include "commands/options.h"
#include "tls/secrets.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const view_names[] = {
#define X(id, name) name,
	ANALYZE_VIEWS(X)
#undef X
};

const char *analyze_view_name(enum analyze_view view)
{
	return view_names[view];
}

enum option_id {
	OPTION_VIEW = 256,
	OPTION_ALL_PACKETS,
	OPTION_FILTER,
	OPTION_SESSION,
	OPTION_FORMAT,
	OPTION_DIAGRAM,
	OPTION_NO_DIAGRAM,
	OPTION_DETAIL,
	OPTION_KEYLOG,
	OPTION_EXTRACT,
	OPTION_REDACT,
	OPTION_EXPLAIN,
	OPTION_JOBS,
};

static const struct option rows[] = {
	{"view", required_argument, NULL, OPTION_VIEW},
	{"all-packets", no_argument, NULL, OPTION_ALL_PACKETS},
	{"filter", required_argument, NULL, OPTION_FILTER},
	{"session", required_argument, NULL, OPTION_SESSION},
	{"format", required_argument, NULL, OPTION_FORMAT},
	{"diagram", required_argument, NULL, OPTION_DIAGRAM},
	{"no-diagram", no_argument, NULL, OPTION_NO_DIAGRAM},
	{"diagram-detail", required_argument, NULL, OPTION_DETAIL},
	{"keylog", required_argument, NULL, OPTION_KEYLOG},
	{"extract", required_argument, NULL, OPTION_EXTRACT},
	{"redact", no_argument, NULL, OPTION_REDACT},
	{"explain", no_argument, NULL, OPTION_EXPLAIN},
	{"jobs", required_argument, NULL, OPTION_JOBS},
	OPTION_ROWS_OF_ALL,
};

/* The place of a word in a list, or -1. */
static int index_of(struct span word, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (span_is(word, names[i]))
			return (int)i;
	return -1;
}

/* The next word of a list divided by commas. */
static struct span next_word(struct span *list)
{
	size_t comma = span_index(*list, ',');
	struct span word = span_first(*list, comma);

	*list = span_from(*list, comma + 1);
	return word;
}

static void add_view(struct analyze_options *options, enum analyze_view view)
{
	if (options->has_view[view])
		return;
	options->has_view[view] = true;
	options->views[options->view_count++] = view;
}

static bool read_views(struct analyze_options *options, const char *value)
{
	struct span list = span_text(value);

	do {
		int view = index_of(next_word(&list), view_names, VIEW_COUNT);

		if (view < 0)
			return options_wrong("view", value,
				"not a list of "
				"sessions,packets,dialogue,findings,messages,streams,statistics");
		add_view(options, (enum analyze_view)view);
	} while (list.length > 0);
	return true;
}

static bool read_format(struct analyze_options *options, const char *value)
{
	static const char *const names[] = {"text", "tsv", "json", "jsonl"};
	int format = index_of(span_text(value), names, 4);

	if (format < 0)
		return options_wrong("format", value, "not one of text, tsv, json, jsonl");
	options->view.format = (enum view_format)format;
	return true;
}

static bool read_detail(struct analyze_options *options, const char *value)
{
	static const char *const names[] = {"mail", "tcp", "states"};
	int detail = index_of(span_text(value), names, 3);

	if (detail < 0)
		return options_wrong("diagram-detail", value, "not one of mail, tcp, states");
	options->detail = (enum diagram_detail)detail;
	return true;
}

static bool read_jobs(struct analyze_options *options, const char *value)
{
	uint64_t number = 0;

	if (!span_number(span_text(value), &number) || number == 0 || number > 1024)
		return options_wrong("jobs", value, "not a number from 1 to 1024");
	options->jobs = (unsigned)number;
	return true;
}

static bool read_diagram(struct analyze_options *options, const char *value)
{
	struct fail fail;

	options->diagram = value;
	options->has_diagram = true;
	if (diagram_check(value, &fail) == STEP_DONE)
		return true;
	(void)command_failed(&fail);
	return false;
}

/* Refused before any capture is opened. */
static bool read_filter(struct analyze_options *options, const char *value)
{
	struct fail fail;
	struct filter *filter = filter_new(value, &fail);

	options->filter = value;
	if (filter == NULL)
		command_say(stderr, "mailscope: --filter %s", fail.text);
	filter_free(filter);
	return filter != NULL;
}

static bool read_option(struct analyze_options *options, int id, const char *value)
{
	switch (id) {
	case OPTION_VIEW:
		return read_views(options, value);
	case OPTION_SESSION:
		return choice_read(&options->choice, value);
	case OPTION_FORMAT:
		return read_format(options, value);
	case OPTION_DIAGRAM:
		return read_diagram(options, value);
	case OPTION_DETAIL:
		return read_detail(options, value);
	case OPTION_JOBS:
		return read_jobs(options, value);
	case OPTION_ALL_PACKETS:
		options->has_all_packets = true;
		return true;
	case OPTION_FILTER:
		return read_filter(options, value);
	case OPTION_NO_DIAGRAM:
		options->has_diagram = false;
		return true;
	case OPTION_KEYLOG:
		options->keylog = value;
		return true;
	case OPTION_EXTRACT:
		options->folder = value;
		return true;
	case OPTION_REDACT:
		options->view.is_redacted = true;
		return true;
	case OPTION_EXPLAIN:
		options->view.is_explained = true;
		return true;
	default:
		return false;
	}
}

/* Whether a view that was asked for has something to explain: mail's rows alone say little of TCP.
 */
static bool has_explained_view(const struct analyze_options *options)
{
	return options->has_view[VIEW_FINDINGS] ||
	       (options->has_view[VIEW_PACKETS] && options->has_all_packets);
}

static void fill_defaults(struct analyze_options *options)
{
	if (options->view_count == 0) {
		add_view(options, VIEW_SESSIONS);
		add_view(options, VIEW_PACKETS);
		if (options->view.is_explained)
			add_view(options, VIEW_DIALOGUE);
		add_view(options, VIEW_FINDINGS);
	} else if (options->view.is_explained && !has_explained_view(options)) {
		add_view(options, VIEW_DIALOGUE);
	}
	if (options->view.format != FORMAT_TEXT)
		language_for_programs();
	options_fit_terminal(&options->view);
	options->view.with_streams = options->has_view[VIEW_STREAMS];
	options->view.with_texts = options->has_view[VIEW_MESSAGES];
	options->view.with_statistics = options->has_view[VIEW_STATISTICS];
}

enum step analyze_options_read(struct analyze_options *options, int count, char **arguments)
{
	enum step step;
	int id;

	*options = (struct analyze_options){.has_diagram = true, .jobs = 1};
	optind = 1;
	opterr = 0;
	while ((id = getopt_long(count, arguments, ":h", rows, NULL)) != -1) {
		if ((step = options_take(&command_analyze, id, arguments)) != STEP_DONE)
			return step;
		if (!read_option(options, id, optarg))
			return STEP_FAIL;
	}
	options->captures = arguments + optind;
	options->capture_count = (size_t)(count - optind);
	fill_defaults(options);
	if (options->capture_count > 0)
		return STEP_DONE;
	fputs(_("mailscope: analyze: no capture named\n"), stderr);
	return STEP_FAIL;
}

void analyze_options_fini(struct analyze_options *options)
{
	tls_secrets_free(options->secrets);
	options->secrets = NULL;
	choice_fini(&options->choice);
}
