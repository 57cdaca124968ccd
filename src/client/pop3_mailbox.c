#include "base/language.h"
#include "base/memory.h"
#include "client/held_line.h"
#include "client/pop3_parts.h"

#include <stdlib.h>

enum {
	LIST_LINE = 512, /* RFC 1939 3: the longest line of a reply */
	LONGEST_ID = 70, /* RFC 1939 7 */
	MANY = 100,
};

/* A listing that is coming in: LIST or UIDL. */
struct listing {
	struct pop3_client *client;
	void (*take_line)(struct listing *listing, struct span line);
	struct buffer line;
	bool is_damaged; /* a line is not what RFC 1939 says */
	bool has_odd_ids;
};

/* Lines of the octets; one that is too long is damaged. */
static enum step take_octets(void *context, struct span octets)
{
	struct listing *listing = context;
	struct span line;

	while (held_line_take(&listing->line, &octets, &line)) {
		listing->is_damaged = listing->is_damaged || listing->line.is_cut;
		listing->take_line(listing, line);
		buffer_clear(&listing->line);
	}
	return listing->is_damaged ? STEP_FAIL : STEP_DONE;
}

static bool take_number(struct span *line, uint64_t *number)
{
	struct span word = span_word(line);

	return word.length > 0 && span_number(word, number);
}

/* RFC 1939 5:  scan-listing = message-number SP octets, and maybe more, which is nobody's business.
 */
static void take_size(struct listing *listing, struct span line)
{
	struct pop3_client *client = listing->client;
	struct pop3_entry *entry;
	uint64_t number = 0;
	uint64_t octets = 0;

	if (!take_number(&line, &number) || !take_number(&line, &octets) || number == 0 ||
		number > UINT32_MAX || client->entry_count == LIMIT_LISTED) {
		listing->is_damaged = true;
		return;
	}
	if (client->entry_count == client->entry_size) {
		client->entry_size = client->entry_size * 2 + MANY;
		client->entries =
			memory_resize(client->entries, client->entry_size, sizeof *client->entries);
	}
	entry = &client->entries[client->entry_count++];
	*entry = (struct pop3_entry){.number = (uint32_t)number, .octets = octets};
}

static int by_number(const void *a, const void *b)
{
	uint32_t left = ((const struct pop3_entry *)a)->number;
	uint32_t right = ((const struct pop3_entry *)b)->number;

	return (left > right) - (left < right);
}

static struct pop3_entry *find(struct pop3_client *client, uint64_t number)
{
	struct pop3_entry key = {.number = (uint32_t)number};

	if (number > UINT32_MAX || client->entry_count == 0)
		return NULL;
	return bsearch(&key, client->entries, client->entry_count, sizeof key, by_number);
}

/* RFC 1939 7:  unique-id = 1*70( 0x21 to 0x7E ) */
static bool is_id(struct span id)
{
	for (size_t i = 0; i < id.length; i++)
		if (id.at[i] < 0x21 || id.at[i] > 0x7e)
			return false;
	return id.length > 0 && id.length <= LONGEST_ID;
}

/* RFC 1939 7:  unique-id-listing = message-number SP unique-id */
static void take_id(struct listing *listing, struct span line)
{
	struct pop3_entry *entry;
	uint64_t number = 0;
	struct span id;

	if (!take_number(&line, &number)) {
		listing->is_damaged = true;
		return;
	}
	entry = find(listing->client, number);
	id = span_word(&line);
	if (entry == NULL)
		return;
	if (is_id(id)) {
		memcpy(entry->id, id.at, id.length);
		entry->id[id.length] = '\0';
	} else {
		listing->has_odd_ids = true;
	}
}

/* The numbers must be of different messages. */
static bool sort(struct pop3_client *client)
{
	if (client->entry_count == 0)
		return true;
	qsort(client->entries, client->entry_count, sizeof *client->entries, by_number);
	for (size_t i = 1; i < client->entry_count; i++)
		if (client->entries[i].number == client->entries[i - 1].number)
			return false;
	return true;
}

/* The three commands, as one group where the server allows it. The replies to LIST and UIDL are
 * read in the order of the commands, so the numbers are there when the ids come; they are sorted in
 * between, by UIDL's first line. */
struct inventory {
	struct listing sizes, ids;
	struct reply_sink size_sink, id_sink;
	int stat_code, list_code, uidl_code;
	bool is_sorted, is_unique;
};

static void take_id_line(struct listing *listing, struct span line)
{
	struct inventory *inventory =
		(struct inventory *)((uint8_t *)listing - offsetof(struct inventory, ids));

	if (!inventory->is_sorted)
		inventory->is_unique = sort(listing->client);
	inventory->is_sorted = true;
	take_id(listing, line);
}

static enum step say_one(
	struct pop3_client *client, enum pop3_at at, const struct reply_sink *sink, int *code)
{
	struct command command = course_command(&client->course, at);

	command.sink = sink;
	command.code = code;
	if (sink != NULL)
		command.limit = (uint64_t)LIMIT_LISTED * (LONGEST_ID + 20);
	return pop3_say(client, &command, 0);
}

static enum step say_all(struct pop3_client *client, struct inventory *inventory)
{
	bool has_ids =
		!client->offers.is_known || pop3_offers_has(&client->offers, POP3_OFFER_UIDL);

	if (say_one(client, POP3_AT_STAT, NULL, &inventory->stat_code) != STEP_DONE ||
		say_one(client, POP3_AT_LIST, &inventory->size_sink, &inventory->list_code) !=
			STEP_DONE)
		return STEP_FAIL;
	if (has_ids && say_one(client, POP3_AT_UIDL, &inventory->id_sink, &inventory->uidl_code) !=
			       STEP_DONE)
		return STEP_FAIL;
	return conversation_finish(&client->course.conversation);
}

static enum step judge(struct pop3_client *client, const struct inventory *inventory)
{
	struct conversation *conversation = &client->course.conversation;

	if (inventory->list_code != POP3_OK)
		return conversation_fail(
			conversation, FAIL_PROTOCOL, "the server does not list the messages");
	if (inventory->sizes.is_damaged || inventory->ids.is_damaged || !inventory->is_unique)
		return conversation_fail(
			conversation, FAIL_PROTOCOL, "the server's list of messages is damaged");
	if (inventory->ids.has_odd_ids)
		connection_note(
			conversation->connection, "Some messages have no valid id (RFC 1939 7)");
	if (inventory->uidl_code != POP3_OK)
		connection_note(conversation->connection,
			"The server has no ids for its messages: what is new cannot be told");
	return STEP_DONE;
}

enum step pop3_client_list(
	struct pop3_client *client, const struct pop3_entry **entries, size_t *count)
{
	struct inventory inventory = {
		.sizes = {.client = client, .take_line = take_size},
		.ids = {.client = client, .take_line = take_id_line},
	};
	enum step step;

	*entries = NULL;
	*count = client->entry_count = 0;
	step = course_check_ready(&client->course, POP3_STAGE_LIST);
	if (step != STEP_DONE)
		return step;
	inventory.size_sink = (struct reply_sink){&inventory.sizes, take_octets};
	inventory.id_sink = (struct reply_sink){&inventory.ids, take_octets};
	buffer_init(&inventory.sizes.line, LIST_LINE);
	buffer_init(&inventory.ids.line, LIST_LINE);
	step = say_all(client, &inventory);
	if (!inventory.is_sorted)
		inventory.is_unique = sort(client);
	if (step == STEP_DONE)
		step = judge(client, &inventory);
	buffer_fini(&inventory.sizes.line);
	buffer_fini(&inventory.ids.line);
	if (step != STEP_DONE)
		return STEP_FAIL;
	*entries = client->entries;
	*count = client->entry_count;
	return course_ends(&client->course, POP3_STAGE_LIST) ? STEP_MORE : STEP_DONE;
}

/* A message that is coming in. */
struct retrieval {
	struct pop3_client *client;
	const struct pop3_entry *entry;
	const struct pop3_sink *sink;
	uint64_t octets;
	bool is_broken; /* the sink has failed */
	struct fail fail;
};

static enum step take_text(void *context, struct span octets)
{
	struct retrieval *retrieval = context;
	const struct pop3_client_options *options = &retrieval->client->options;

	retrieval->octets += octets.length;
	if (options->on_progress != NULL)
		options->on_progress(options->context, retrieval->octets, retrieval->entry->octets);
	retrieval->is_broken = retrieval->sink->take(retrieval->sink->context, octets,
				       &retrieval->fail) == STEP_FAIL;
	return retrieval->is_broken ? STEP_FAIL : STEP_DONE;
}

static void compare_octets(const struct retrieval *retrieval)
{
	if (retrieval->octets != retrieval->entry->octets)
		connection_note(retrieval->client->course.conversation.connection,
			"Message %u: the server said %llu octets, %llu came",
			retrieval->entry->number, (unsigned long long)retrieval->entry->octets,
			(unsigned long long)retrieval->octets);
}

/* Says a command about one message; refused: what that means. */
static enum step say_of_one(struct pop3_client *client, const struct command *command,
	uint32_t number, const char *refused)
{
	struct course *course = &client->course;

	if (pop3_say(client, command, number) != STEP_DONE ||
		conversation_finish(&course->conversation) != STEP_DONE)
		return STEP_FAIL;
	if (course->conversation.reply.code == POP3_OK)
		return STEP_DONE;
	course_refused(course, refused);
	return STEP_FAIL;
}

enum step pop3_client_retrieve(
	struct pop3_client *client, const struct pop3_entry *entry, const struct pop3_sink *sink)
{
	struct retrieval retrieval = {.client = client, .entry = entry, .sink = sink};
	struct reply_sink reply_sink = {&retrieval, take_text};
	struct command command = course_command(&client->course, POP3_AT_RETR);
	enum step step = course_check_ready(&client->course, POP3_STAGE_RETR);

	if (step != STEP_DONE)
		return step;
	command.sink = &reply_sink;
	if (say_of_one(client, &command, entry->number, _("the message was not given")) !=
		STEP_DONE)
		return STEP_FAIL;
	if (retrieval.is_broken) {
		client->course.conversation.fail = retrieval.fail;
		return STEP_FAIL;
	}
	compare_octets(&retrieval);
	return course_ends(&client->course, POP3_STAGE_RETR) ? STEP_MORE : STEP_DONE;
}

enum step pop3_client_delete(struct pop3_client *client, const struct pop3_entry *entry)
{
	struct command command = course_command(&client->course, POP3_AT_DELE);
	enum step step = course_check_ready(&client->course, POP3_STAGE_DELE);

	if (step != STEP_DONE)
		return step;
	if (say_of_one(client, &command, entry->number, _("the message was not marked")) !=
		STEP_DONE)
		return STEP_FAIL;
	return course_ends(&client->course, POP3_STAGE_DELE) ? STEP_MORE : STEP_DONE;
}
