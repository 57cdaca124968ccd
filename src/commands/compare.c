#include "commands/command.h"

#include "base/file.h"
#include "base/language.h"
#include "base/limits.h"
#include "capture/capture.h"
#include "commands/keylog.h"
#include "commands/options.h"
#include "commands/section.h"
#include "dissect/dissect.h"
#include "tls/secrets.h"
#include "view/comparison.h"

#include <getopt.h>
#include <string.h>

static int run(int count, char **arguments);

enum { DIFFERENCE = 1 }; /* the exit status when log and wire differ */

const struct command command_compare = {
	.name = "compare",
	.arguments = N_("LOG CAPTURE"),
	.summary = N_("compares the log of a session with the capture of it, line by line"),
	.help = {N_(
		"LOG is mailscope's own log or the transcript of swaks, curl -v, msmtp --debug, mpop\n"
		"--debug, or Python's smtplib or poplib with set_debuglevel(); CAPTURE is pcapng or pcap,\n"
		"plain or compressed. One of the two may be - for standard input.\n"
		"\n"
		"  --session N             the capture's session N, not the one that fits best\n"
		"  --format FORMAT         text, tsv or json\n"
		"  --keylog FILE           TLS secrets (SSLKEYLOGFILE format) to open TLS with; those in a\n"
		"                          pcapng are used unasked\n"
		"  --redact                hide every secret\n"
		"  --help, --version, --lang en|ru\n"
		"\n"
		"Each line is the same, the same after decryption, fits (sealed without a key: lengths,\n"
		"direction and order are right), is withheld by the log, differs, or is in the log only\n"
		"or on the wire only.\n"
		"\n"
		"Exit status: 0 no difference; 1 there are differences; 64 usage; 65 damaged input; 66\n"
		"cannot open; 73 cannot write.\n"
		"\n"
		"Examples:\n"
		"  mailscope compare captures/smtp_3.log captures/smtp_3.pcapng\n"
		"  mailscope compare --format tsv captures/pop3_3.log captures/pop3_3.pcapng\n"
		"  swaks --to b@example.org 2>&1 | mailscope compare --redact - session.pcapng\n")},
	.run = run,
};

struct compare_options {
	struct view_options view;
	uint64_t session; /* 0: the one that fits best */
	const char *log, *capture;
	const char *keylog; /* NULL: none */
};

/* The comparison that is best so far, written out already: a session holds during its call alone.
 */
struct best {
	const struct compare_options *options;
	const struct log *log;
	struct tls_secrets *secrets;
	struct buffer text;
	int64_t score;
	bool is_found, has_difference;
};

static bool read_format(struct compare_options *options, const char *value)
{
	static const char *const names[] = {"text", "tsv", "json"};

	for (int i = 0; i < 3; i++)
		if (strcmp(value, names[i]) == 0) {
			options->view.format = (enum view_format)i;
			return true;
		}
	return options_wrong("format", value, "not one of text, tsv, json");
}

static bool read_session(struct compare_options *options, const char *value)
{
	if (span_number(span_text(value), &options->session) && options->session > 0)
		return true;
	return options_wrong("session", value, "not a session number, as 2");
}

static enum step read_arguments(struct compare_options *options, int count, char **arguments)
{
	if (count - optind != 2) {
		fputs(_("mailscope: compare: a log and a capture must be named\n"), stderr);
		return STEP_FAIL;
	}
	options->log = arguments[optind];
	options->capture = arguments[optind + 1];
	if (strcmp(options->log, "-") == 0 && strcmp(options->capture, "-") == 0) {
		fputs(_("mailscope: compare: log and capture cannot both be standard input\n"),
			stderr);
		return STEP_FAIL;
	}
	if (options->view.format != FORMAT_TEXT)
		language_for_programs();
	options_fit_terminal(&options->view);
	return STEP_DONE;
}

/* As analyze_options_read(). */
static enum step read_options(struct compare_options *options, int count, char **arguments)
{
	static const struct option rows[] = {{"session", required_argument, NULL, 's'},
		{"format", required_argument, NULL, 'f'}, {"keylog", required_argument, NULL, 'k'},
		{"redact", no_argument, NULL, 'r'}, OPTION_ROWS_OF_ALL};
	enum step step;
	int id;

	*options = (struct compare_options){.session = 0};
	optind = 1;
	opterr = 0;
	while ((id = getopt_long(count, arguments, ":", rows, NULL)) != -1) {
		if ((step = options_take(&command_compare, id, arguments)) != STEP_DONE)
			return step;
		if (id == 'k')
			options->keylog = optarg;
		options->view.is_redacted = options->view.is_redacted || id == 'r';
		if ((id == 's' && !read_session(options, optarg)) ||
			(id == 'f' && !read_format(options, optarg)))
			return STEP_FAIL;
	}
	return read_arguments(options, count, arguments);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void on_session(void *context, const struct session *session)
{
	struct best *best = context;
	const struct compare_options *options = best->options;
	struct comparison comparison;
	int64_t score;

	if (options->session > 0 && session->number != options->session)
		return;
	compare(&comparison, best->log, session);
	score = comparison_score(&comparison);
	if (!best->is_found || score > best->score) {
		buffer_clear(&best->text);
		view_comparison(&best->text, &comparison, base_name(options->log), &options->view);
		best->has_difference = comparison_differences(&comparison) > 0;
		best->score = score;
		best->is_found = true;
	}
	comparison_fini(&comparison);
}

static void on_row(void *context, const struct row *row)
{
	(void)context;
	(void)row;
}

/* Every frame through the pipeline. What comes before damage is compared all the same. */
static enum step read_capture(struct best *best, struct capture *capture, struct fail *fail)
{
	struct dissect_wants wants = {.lines = true, .texts = true, .secrets = best->secrets};
	struct dissect_listener listener = {best, on_session, on_row};
	struct dissect *dissect = dissect_new(base_name(best->options->capture), &wants, &listener);
	struct frame frame;
	enum step step;

	while ((step = capture_next(capture, &frame, fail)) == STEP_DONE)
		dissect_frame(dissect, &frame);
	dissect_end(dissect);
	dissect_free(dissect);
	return step == STEP_FAIL ? STEP_FAIL : STEP_DONE;
}

static int print(struct best *best)
{
	struct section section;
	struct fail fail;
	int status = best->has_difference ? DIFFERENCE : 0;

	section_init(&section, true);
	buffer_add_span(&section.pending, buffer_span(&best->text));
	if (section_print(&section, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	section_fini(&section);
	return status;
}

static void on_secrets(void *context, uint32_t type, struct span text)
{
	struct best *best = context;

	if (type == TLS_SECRETS_DSB && !tls_secrets_add(best->secrets, text))
		keylog_warn(base_name(best->options->capture));
}

static int compare_with(struct best *best, const char *path)
{
	struct capture_listener listener = {.context = best, .on_secrets = on_secrets};
	struct fail fail;
	struct capture *capture = capture_open(path, &listener, &fail);
	int status, damage = 0;

	if (capture == NULL)
		return command_failed(&fail);
	if (read_capture(best, capture, &fail) == STEP_FAIL)
		damage = command_failed(&fail);
	capture_close(capture);
	if (!best->is_found) {
		command_say(stderr,
			best->options->session > 0
				? _("mailscope: %s: no mail session of that number")
				: _("mailscope: %s: no mail session in this capture"),
			base_name(path));
		return damage != 0 ? damage : FAIL_DAMAGED;
	}
	status = print(best);
	return damage != 0 ? damage : status;
}

/* With the secrets of the key log, if one was named. */
static int compare_log(const struct compare_options *options, const struct log *log)
{
	struct best best = {.options = options, .log = log};
	struct tls_secrets *secrets = NULL;
	struct fail fail;
	int status;

	if (options->keylog != NULL && (secrets = keylog_load(options->keylog, &fail)) == NULL)
		return command_failed(&fail);
	buffer_init(&best.text, 0);
	best.secrets = tls_secrets_new(secrets);
	status = compare_with(&best, options->capture);
	tls_secrets_free(best.secrets);
	tls_secrets_free(secrets);
	buffer_fini(&best.text);
	return status;
}

static int compare_files(const struct compare_options *options)
{
	struct buffer text;
	struct log log = {.count = 0};
	struct fail fail, cause;
	int status;

	buffer_init(&text, LIMIT_LOG);
	arena_init(&log.arena);
	if (file_read(options->log, &text, &fail) == STEP_FAIL) {
		status = command_failed(&fail);
	} else if (log_read(&log, buffer_span(&text), &cause) == STEP_FAIL) {
		(void)fail_set(&fail, cause.code, "%s: %s", options->log, cause.text);
		status = command_failed(&fail);
	} else {
		status = compare_log(options, &log);
	}
	log_fini(&log);
	buffer_fini(&text);
	return status;
}

static int run(int count, char **arguments)
{
	struct compare_options options;
	enum step step = read_options(&options, count, arguments);

	if (step == STEP_FAIL)
		return command_usage(&command_compare);
	return step == STEP_MORE ? 0 : compare_files(&options);
}
