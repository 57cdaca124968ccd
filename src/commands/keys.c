#include "base/buffer.h"
#include "base/language.h"
#include "capture/capture.h"
#include "capture/strip.h"
#include "commands/options.h"
#include "tls/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int run(int count, char **arguments);

const struct command command_keys = {
	.name = "keys",
	.arguments = N_("extract|strip CAPTURE"),
	.summary =
		N_("takes the TLS secrets out of a capture: as a key log, or out of a copy of it"),
	.help = {N_(
		"CAPTURE is pcapng or pcap, plain or compressed (gzip, zstd), or - for standard input.\n"
		"\n"
		"  extract                 prints the secrets as key log lines (SSLKEYLOGFILE format)\n"
		"  strip                   copies the capture without them, all else octet for octet\n"
		"\n"
		"  --out FILE              where to write (extract: standard output without it; - is standard\n"
		"                          output)\n"
		"  --help, --version, --lang en|ru\n"
		"\n"
		"Who has the secrets can read the sessions: FILE of extract is for its owner alone.\n"
		"\n"
		"Exit status: 0 done; 64 usage; 65 damaged capture (all before the damage is written);\n"
		"66 cannot open; 73 cannot write.\n"
		"\n"
		"Examples:\n"
		"  mailscope keys extract session.pcapng --out keys.log\n"
		"  mailscope keys strip session.pcapng --out public.pcapng\n")},
	.run = run,
};

struct keys_options {
	const char *action, *capture, *out; /* out NULL: none named */
};

/* What is being written. */
struct keys_output {
	FILE *file;
	const char *name;
	uint64_t lines;
};

static enum step cannot_write(const struct keys_output *output, struct fail *fail)
{
	return fail_set(
		fail, FAIL_WRITE, "%s: cannot write: %s", output->name, language_error(errno));
}

static bool is_standard(const char *path)
{
	return path == NULL || strcmp(path, "-") == 0;
}

/* Writing over the capture that is read would lose it. */
static bool is_same_file(const char *capture, const char *out)
{
	struct stat first, second;

	return stat(capture, &first) == 0 && stat(out, &second) == 0 &&
	       first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

static enum step open_output(struct keys_output *output, const struct keys_options *options,
	mode_t mode, struct fail *fail)
{
	int descriptor;

	*output = (struct keys_output){stdout, _("standard output"), 0};
	if (is_standard(options->out))
		return STEP_DONE;
	output->name = options->out;
	if (is_same_file(options->capture, options->out))
		return fail_set(fail, FAIL_USAGE, "%s: is the capture itself", options->out);
	descriptor = open(options->out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	output->file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
	if (output->file == NULL)
		return cannot_write(output, fail);
	return STEP_DONE;
}

static int close_output(struct keys_output *output)
{
	struct fail fail;
	bool is_written = fflush(output->file) == 0 && !ferror(output->file);

	if (output->file != stdout)
		is_written = fclose(output->file) == 0 && is_written;
	if (is_written)
		return 0;
	(void)cannot_write(output, &fail);
	return command_failed(&fail);
}

static bool is_made_of(struct span word, const char *characters)
{
	for (size_t i = 0; i < word.length; i++)
		if (word.at[i] == 0 || strchr(characters, word.at[i]) == NULL)
			return false;
	return word.length > 0;
}

/* LABEL SP client-random SP secret (draft-ietf-tls-keylogfile 2): anything else may do harm at a
 * terminal. */
static bool is_key_line(struct span line)
{
	static const char hexadecimal[] = "0123456789abcdefABCDEF";
	struct span label = span_word(&line), random = span_word(&line);

	return is_made_of(label, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") &&
	       is_made_of(random, hexadecimal) && is_made_of(line, hexadecimal);
}

static void on_secrets(void *context, uint32_t type, struct span text)
{
	struct keys_output *output = context;

	while (type == TLS_SECRETS_DSB && text.length > 0) {
		size_t end = span_index(text, '\n');
		struct span line = span_first(text, end);

		if (line.length > 0 && line.at[line.length - 1] == '\r')
			line.length--;
		line = span_trim(line);
		if (is_key_line(line)) {
			fwrite(line.at, 1, line.length, output->file);
			fputc('\n', output->file);
			output->lines++;
		}
		text = span_from(text, end + 1);
	}
}

static int extract(const struct keys_options *options)
{
	struct keys_output output;
	struct capture_listener listener = {.context = &output, .on_secrets = on_secrets};
	struct fail fail;
	struct frame frame;
	struct capture *capture = capture_open(options->capture, &listener, &fail);
	enum step step;
	int status = 0, close_status;

	if (capture == NULL)
		return command_failed(&fail);
	if (open_output(&output, options, 0600, &fail) == STEP_FAIL) {
		capture_close(capture);
		return command_failed(&fail);
	}
	do
		step = capture_next(capture, &frame, &fail);
	while (step == STEP_DONE);
	if (step == STEP_FAIL)
		status = command_failed(&fail);
	else if (output.lines == 0)
		command_say(
			stderr, "mailscope: %s: no TLS secrets in this capture", options->capture);
	capture_close(capture);
	close_status = close_output(&output);
	return status != 0 ? status : close_status;
}

static enum step write_octets(void *context, struct span octets, struct fail *fail)
{
	const struct keys_output *output = context;

	if (fwrite(octets.at, 1, octets.length, output->file) == octets.length)
		return STEP_DONE;
	return cannot_write(output, fail);
}

static int open_capture(const char *path, struct fail *fail)
{
	int descriptor = is_standard(path) ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
					   : open(path, O_RDONLY | O_CLOEXEC);

	if (descriptor < 0)
		fail_set(fail, FAIL_OPEN, "%s: cannot open: %s", path, language_error(errno));
	return descriptor;
}

static int strip(const struct keys_options *options)
{
	struct keys_output output;
	struct strip_sink sink = {&output, write_octets};
	struct strip_result result;
	struct fail fail;
	int descriptor = open_capture(options->capture, &fail), status = 0, close_status;

	if (descriptor < 0)
		return command_failed(&fail);
	if (open_output(&output, options, 0666, &fail) == STEP_FAIL) {
		close(descriptor);
		return command_failed(&fail);
	}
	if (strip_copy(descriptor, options->capture, &sink, &result) == STEP_FAIL)
		status = command_failed(&result.fail);
	close_status = close_output(&output);
	if (status == 0 && close_status == 0 && output.file != stdout)
		command_say(stdout,
			language_count("%s: %llu block of secrets left out",
				"%s: %llu blocks of secrets left out", result.blocks),
			output.name, (unsigned long long)result.blocks);
	return status != 0 ? status : close_status;
}

static const struct option rows[] = {
	{"out", required_argument, NULL, 'o'},
	OPTION_ROWS_OF_ALL,
};

/* STEP_MORE: help or version was printed. */
static enum step read_options(struct keys_options *options, int count, char **arguments)
{
	enum step step;
	int id;

	*options = (struct keys_options){NULL, NULL, NULL};
	optind = 1;
	opterr = 0;
	while ((id = getopt_long(count, arguments, ":", rows, NULL)) != -1) {
		if ((step = options_take(&command_keys, id, arguments)) != STEP_DONE)
			return step;
		options->out = optarg;
	}
	if (count - optind != 2) {
		fputs(_("mailscope: keys: name extract or strip, and one capture\n"), stderr);
		return STEP_FAIL;
	}
	options->action = arguments[optind];
	options->capture = arguments[optind + 1];
	return STEP_DONE;
}

static int run(int count, char **arguments)
{
	struct keys_options options;
	enum step step = read_options(&options, count, arguments);

	if (step == STEP_MORE)
		return 0;
	if (step == STEP_FAIL)
		return command_usage(&command_keys);
	if (strcmp(options.action, "extract") == 0)
		return extract(&options);
	if (strcmp(options.action, "strip") != 0) {
		command_say(
			stderr, "mailscope: keys: %s: neither extract nor strip", options.action);
		return command_usage(&command_keys);
	}
	if (options.out != NULL)
		return strip(&options);
	fputs(_("mailscope: keys: strip needs --out\n"), stderr);
	return command_usage(&command_keys);
}
