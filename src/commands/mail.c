#include "commands/command.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/printable.h"
#include "commands/ask.h"
#include "commands/option_table.h"
#include "commands/options.h"
#include "message/message.h"
#include "message/store.h"
#include "message/text.h"
#include "view/route.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int run(int count, char **arguments);

const struct command command_mail = {
	.name = "mail",
	.arguments = "[list | show N | headers N | route N | raw N | del N...]",
	.summary = N_("the stored messages: list, show, delete; at a terminal a loop"),
	.help = {N_(
		"list      the messages: number, date, sender, subject, size; N stands before what is new\n"
		"show N    From, To, Subject, Date, the text (HTML as text) and the attachments of message N\n"
		"headers N its header as it came\n"
		"route N   its route, authentication and remarks, as mailscope headers has them\n"
		"raw N     the whole message as it came\n"
		"del N...  deletes messages; mailscope fetch --keep does not fetch them again\n"
		"Without a word: list, or at a terminal a loop that asks for one after another.\n"
		"\n"
		"      --store FOLDER          a Maildir; default: $MAILSCOPE_STORE, or\n"
		"                              ~/.local/share/mailscope/mail\n"
		"      --format text|tsv       how to print the list\n"
		"      --help, --version, --lang en|ru\n"
		"\n"
		"Exit status: 0 done; 64 usage; 66 cannot open, or no such message; 73 cannot write.\n"
		"\n"
		"Examples:\n"
		"  mailscope mail list\n"
		"  mailscope mail show 3 | less\n"
		"  mailscope mail del 1 2\n")},
	.run = run,
};

enum mail_format { MAIL_FORMAT_TEXT, MAIL_FORMAT_TSV };

struct mail_options {
	const char *path;
	int format; /* enum mail_format + 1 */
};

static const struct option_row rows[] = {
	{"store", 0, OPTION_KIND_TEXT, offsetof(struct mail_options, path), 0, NULL},
	{"format", 0, OPTION_KIND_WORD, offsetof(struct mail_options, format), 0, "text|tsv"},
	{.name = NULL},
};

/* What a word is given: the store, and the message its number names (NULL where it takes none). */
struct mail_call {
	struct store *store;
	const struct store_entry *entry;
	const struct mail_options *options;
	struct buffer *out;
};

/* "2026-11-23 10:11", in local time. */
static void add_date(struct buffer *out, int64_t seconds)
{
	time_t time = (time_t)seconds;
	char text[32] = "";
	struct tm parts;

	if (localtime_r(&time, &parts) != NULL)
		strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
	buffer_add_text(out, text);
}

/* Printable, in so many columns: cut, or filled with blanks. */
static void add_column(struct buffer *out, struct span text, size_t width)
{
	struct buffer clean;
	struct span rest;
	size_t used = 0;

	buffer_init(&clean, 0);
	printable_add(&clean, text);
	rest = buffer_span(&clean);
	while (rest.length > 0) {
		uint32_t character;
		size_t length = utf8_take(rest, &character);
		struct span one = span_first(rest, length > 0 ? length : 1);

		if (used + printable_width(one) > width)
			break;
		used += printable_width(one);
		buffer_add_span(out, one);
		rest = span_from(rest, one.length);
	}
	for (; used < width; used++)
		buffer_add_byte(out, ' ');
	buffer_fini(&clean);
}

static void add_row(
	struct buffer *out, const struct store_entry *entry, const struct message_summary *summary)
{
	buffer_printf(out, "%c %4u  ", entry->is_seen ? ' ' : 'N', entry->number);
	add_date(out, entry->received);
	buffer_add_text(out, "  ");
	add_column(out, summary->from, 26);
	buffer_add_text(out, "  ");
	add_column(out, summary->subject, 36);
	buffer_printf(out, "  %9llu\n", (unsigned long long)entry->octets);
}

static void add_cells(
	struct buffer *out, const struct store_entry *entry, const struct message_summary *summary)
{
	buffer_printf(out, "%u\t%s\t", entry->number, entry->is_seen ? "seen" : "new");
	add_date(out, entry->received);
	buffer_add_byte(out, '\t');
	printable_add(out, summary->from);
	buffer_add_byte(out, '\t');
	printable_add(out, summary->subject);
	buffer_printf(out, "\t%llu\n", (unsigned long long)entry->octets);
}

static bool is_tsv(const struct mail_call *call)
{
	return call->options->format == MAIL_FORMAT_TSV + 1;
}

/* Nothing of one that another program has taken away meanwhile. */
static void list_entry(struct mail_call *call, const struct store_entry *entry, struct buffer *text)
{
	struct message_summary summary;
	struct fail gone;

	buffer_clear(text);
	if (entry->is_deleted || store_read_header(entry, text, &gone) == STEP_FAIL)
		return;
	message_parse_header(&summary, buffer_span(text));
	(is_tsv(call) ? add_cells : add_row)(call->out, entry, &summary);
	message_fini(&summary);
}

static enum step call_list(struct mail_call *call, struct fail *fail)
{
	struct buffer text;

	(void)fail;
	if (is_tsv(call))
		buffer_add_text(call->out, "number\tstate\tdate\tfrom\tsubject\toctets\n");
	else if (store_count(call->store) == 0)
		buffer_add_text(call->out, _("No messages.\n"));
	buffer_init(&text, LIMIT_HEADER);
	for (size_t i = 0; i < store_count(call->store); i++)
		list_entry(call, store_entry(call->store, i), &text);
	buffer_fini(&text);
	return STEP_DONE;
}

/* The message's octets as add() has them. */
static enum step show(struct mail_call *call, void (*add)(struct buffer *out, struct span message),
	struct fail *fail)
{
	struct buffer text;
	enum step step;

	buffer_init(&text, LIMIT_MESSAGE);
	step = store_read(call->entry, &text, fail);
	if (step == STEP_DONE)
		add(call->out, buffer_span(&text));
	buffer_fini(&text);
	return step;
}

static enum step call_show(struct mail_call *call, struct fail *fail)
{
	if (show(call, message_text, fail) == STEP_FAIL)
		return STEP_FAIL;
	return store_mark_seen(call->store, call->entry->number, fail);
}

static enum step call_headers(struct mail_call *call, struct fail *fail)
{
	return show(call, message_text_header, fail);
}

static enum step call_route(struct mail_call *call, struct fail *fail)
{
	struct view_options options = {.format = FORMAT_TEXT};
	char name[32];
	struct route route;
	struct route_view view = {call->out, &route, name, ROUTE_PARTS, &options};
	struct buffer text;
	enum step step;

	buffer_init(&text, LIMIT_MESSAGE);
	step = store_read(call->entry, &text, fail);
	if (step == STEP_DONE) {
		options_fit_terminal(&options);
		snprintf(name, sizeof name, _("message %u"), call->entry->number);
		route_read(&route, buffer_span(&text), (int64_t)time(NULL));
		view_route(&view);
		route_fini(&route);
	}
	buffer_fini(&text);
	return step;
}

static void add_raw(struct buffer *out, struct span message)
{
	buffer_add_span(out, message);
}

static enum step call_raw(struct mail_call *call, struct fail *fail)
{
	return show(call, add_raw, fail);
}

static enum step call_delete(struct mail_call *call, struct fail *fail)
{
	uint32_t number = call->entry->number;
	enum step step = store_delete(call->store, number, fail);

	if (step == STEP_DONE)
		buffer_printf(call->out, _("Message %u deleted.\n"), number);
	return step;
}

static const struct mail_word {
	const char *name;
	bool takes_numbers, takes_many;
	enum step (*call)(struct mail_call *call, struct fail *fail);
} words[] = {
	{"list", false, false, call_list},
	{"show", true, false, call_show},
	{"headers", true, false, call_headers},
	{"route", true, false, call_route},
	{"raw", true, false, call_raw},
	{"del", true, true, call_delete},
};

static const struct mail_word *find_word(const char *name)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i].name, name) == 0)
			return &words[i];
	return NULL;
}

static const struct store_entry *find_entry(const struct store *store, const char *number)
{
	uint64_t wanted = 0;

	if (!span_number(span_text(number), &wanted))
		return NULL;
	for (size_t i = 0; i < store_count(store); i++)
		if (store_entry(store, i)->number == wanted && !store_entry(store, i)->is_deleted)
			return store_entry(store, i);
	return NULL;
}

/* Calls it for each number, or once. */
static enum step call_word(struct mail_call *call, const struct mail_word *word, char **numbers,
	size_t count, struct fail *fail)
{
	enum step step = STEP_DONE;

	if (!word->takes_numbers)
		return word->call(call, fail);
	for (size_t i = 0; i < count && step == STEP_DONE; i++) {
		call->entry = find_entry(call->store, numbers[i]);
		if (call->entry == NULL)
			return fail_set(
				fail, FAIL_OPEN, "%s: no message of that number", numbers[i]);
		step = word->call(call, fail);
	}
	return step;
}

/* What is wrong with a line of words; NULL: nothing. */
static const char *check(const struct mail_word *word, size_t count)
{
	if (word == NULL)
		return _("no such word: list, show N, headers N, route N, raw N, del N");
	if (word->takes_numbers && count == 0)
		return _("which message? Give its number");
	if (count > 1 && !word->takes_many)
		return _("takes one number");
	return count > 0 && !word->takes_numbers ? _("takes no number") : NULL;
}

static int print(struct buffer *out)
{
	size_t written = fwrite(out->at, 1, out->length, stdout);
	bool is_whole = written == out->length && fflush(stdout) == 0;

	buffer_clear(out);
	return is_whole ? 0 : FAIL_WRITE;
}

/* One line of words; the exit status. */
static int obey(struct mail_call *call, char **line, size_t count)
{
	const struct mail_word *word = find_word(line[0]);
	const char *wrong = check(word, count - 1);
	struct fail fail;
	int status = 0;

	if (wrong != NULL) {
		command_say(stderr, "mailscope: %s: %s", line[0], wrong);
		return FAIL_USAGE;
	}
	if (call_word(call, word, line + 1, count - 1, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	return print(call->out) != 0 && status == 0 ? FAIL_WRITE : status;
}

enum { LINE_WORDS = 64 };

static size_t split(char *line, char **parts)
{
	size_t count = 0;
	char *rest = NULL;

	for (char *part = strtok_r(line, " \t", &rest); part != NULL && count < LINE_WORDS;
		part = strtok_r(NULL, " \t", &rest))
		parts[count++] = part;
	return count;
}

/* The lab's loop: until quit, or the end of input. */
static int loop(struct mail_call *call)
{
	char word[] = "list", *list[] = {word}, *line;
	int status = obey(call, list, 1);

	while ((line = ask_line(_("mail (list, show N, headers N, route N, del N, quit)> "))) !=
		NULL) {
		char *parts[LINE_WORDS];
		size_t count = split(line, parts);
		bool is_end =
			count > 0 && (strcmp(parts[0], "quit") == 0 || strcmp(parts[0], "q") == 0);

		if (count > 0 && !is_end)
			status = obey(call, parts, count);
		free(line);
		if (is_end)
			break;
	}
	return status;
}

static int open_store(const struct mail_options *options, char **line, size_t count)
{
	char *path = options->path != NULL ? memory_text(options->path) : store_default_path();
	char word[] = "list", *list[] = {word};
	struct buffer out;
	struct fail fail;
	struct mail_call call = {.store = store_open(path, &fail), .options = options, .out = &out};
	int status;

	free(path);
	if (call.store == NULL)
		return command_failed(&fail);
	buffer_init(&out, 0);
	if (count > 0)
		status = obey(&call, line, count);
	else
		status = ask_can() ? loop(&call) : obey(&call, list, 1);
	buffer_fini(&out);
	store_close(call.store);
	return status;
}

static int run(int count, char **arguments)
{
	const struct option_row *const tables[] = {rows, NULL};
	struct mail_options options = {.path = NULL};
	enum step step = option_table_read(&command_mail, tables, &options, count, arguments);

	if (step == STEP_FAIL)
		return command_usage(&command_mail);
	if (options.format == MAIL_FORMAT_TSV + 1)
		language_for_programs();
	return step == STEP_MORE
		       ? 0
		       : open_store(&options, arguments + optind, (size_t)(count - optind));
}
