#include "practice/pop3_parts.h"

enum { LINES_AT_ONCE = 500 };

/* The message of a number (1*DIGIT), or NULL: then the client was told. */
static struct maildrop_message *find(
	struct pop3_server *pop3, const struct verb *verb, struct span number)
{
	struct maildrop_message *message;
	uint64_t index;

	if (!span_number(number, &index)) {
		desk_wrong(&pop3->desk, "-ERR", "Syntax: %s", verb->grammar);
		return NULL;
	}
	if (index == 0 || index > maildrop_count(pop3->maildrop)) {
		desk_wrong(&pop3->desk, "-ERR", "No such message, only %zu",
			maildrop_count(pop3->maildrop));
		return NULL;
	}
	message = maildrop_message(pop3->maildrop, index - 1);
	if (!message->is_deleted)
		return message;
	desk_wrong(&pop3->desk, "-ERR", "Message %llu is marked as deleted",
		(unsigned long long)index);
	return NULL;
}

static void sum(const struct pop3_server *pop3, size_t *count, uint64_t *octets)
{
	*count = 0;
	*octets = 0;
	for (size_t i = 0; i < maildrop_count(pop3->maildrop); i++) {
		const struct maildrop_message *message = maildrop_message(pop3->maildrop, i);

		*count += !message->is_deleted;
		*octets += message->is_deleted ? 0 : message->octets;
	}
}

void pop3_stat(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct pop3_server *pop3 = (struct pop3_server *)desk;
	size_t count;
	uint64_t octets;

	(void)verb, (void)argument;
	sum(pop3, &count, &octets);
	desk_reply(desk, "+OK", "%zu %llu", count, (unsigned long long)octets);
}

static void add_entry(
	struct pop3_server *pop3, const struct maildrop_message *message, enum pop3_giving what)
{
	struct buffer *out = &pop3->desk.talk.out;

	buffer_add_number(out, (uint64_t)(message - maildrop_message(pop3->maildrop, 0)) + 1);
	buffer_add_byte(out, ' ');
	if (what == POP3_GIVES_IDS)
		maildrop_add_id(message, out);
	else
		buffer_add_number(out, message->octets);
	buffer_add_text(out, desk_line_end(&pop3->desk));
}

static void begin_giving(struct pop3_server *pop3, const struct verb *verb, enum pop3_giving what)
{
	pop3->giving = what;
	pop3->giver = verb;
	pop3->next = 0;
	pop3->desk.talk.has_more = true;
}

/* LIST and UIDL (RFC 1939 5, 7). */
void pop3_list(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct pop3_server *pop3 = (struct pop3_server *)desk;
	enum pop3_giving what = verb->name[0] == 'U' ? POP3_GIVES_IDS : POP3_GIVES_SIZES;
	const struct maildrop_message *message;
	size_t count;
	uint64_t octets;

	if (what == POP3_GIVES_IDS && !desk_offers(desk, "UIDL", true)) {
		desk_wrong(desk, "-ERR", "UIDL is not offered");
	} else if (argument.length == 0) {
		sum(pop3, &count, &octets);
		desk_reply(desk, "+OK", "%zu message%s (%llu octets)", count, count == 1 ? "" : "s",
			(unsigned long long)octets);
		begin_giving(pop3, verb, what);
	} else if ((message = find(pop3, verb, argument)) != NULL) {
		buffer_add_text(&desk->talk.out, "+OK ");
		add_entry(pop3, message, what);
	}
}

/* RETR, and TOP with its lines. */
void pop3_retr(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct pop3_server *pop3 = (struct pop3_server *)desk;
	bool is_top = verb->name[0] == 'T';
	struct span number = span_first(argument, span_index(argument, ' '));
	struct span lines = span_from(argument, number.length + 1);
	const struct rule *rule = faults_setting(&desk->faults, RULE_OCTETS);
	const struct maildrop_message *message;
	struct unload unload = {.has_limit = is_top};

	if (is_top && !desk_offers(desk, "TOP", true)) {
		desk_wrong(desk, "-ERR", "TOP is not offered");
		return;
	}
	if (is_top ? !span_number(lines, &unload.lines) : number.length < argument.length) {
		desk_wrong(desk, "-ERR", "Syntax: %s", verb->grammar);
		return;
	}
	message = find(pop3, verb, number);
	if (message == NULL)
		return;
	unload.descriptor = maildrop_read(pop3->maildrop, message);
	unload.is_unix = message->is_unix;
	unload.is_unstuffed = faults_setting(&desk->faults, RULE_UNSTUFFED) != NULL;
	if (unload.descriptor < 0) {
		desk_reply(desk, "-ERR", "[SYS/TEMP] The message cannot be read");
		return;
	}
	pop3->unload = unload;
	if (is_top)
		desk_reply(desk, "+OK", "The header, and %llu lines",
			(unsigned long long)unload.lines);
	else
		desk_reply(desk, "+OK", "%llu octets",
			(unsigned long long)(rule != NULL ? rule->value : message->octets));
	begin_giving(pop3, verb, POP3_GIVES_MESSAGE);
}

static enum step give_entries(struct pop3_server *pop3)
{
	size_t count = maildrop_count(pop3->maildrop);
	size_t end = pop3->next + LINES_AT_ONCE < count ? pop3->next + LINES_AT_ONCE : count;

	for (; pop3->next < end; pop3->next++) {
		const struct maildrop_message *message =
			maildrop_message(pop3->maildrop, pop3->next);

		if (!message->is_deleted)
			add_entry(pop3, message, pop3->giving);
	}
	if (end < count)
		return STEP_MORE;
	buffer_add_byte(&pop3->desk.talk.out, '.');
	buffer_add_text(&pop3->desk.talk.out, desk_line_end(&pop3->desk));
	return STEP_DONE;
}

void pop3_give(struct pop3_server *pop3)
{
	enum step step = pop3->giving == POP3_GIVES_MESSAGE
				 ? unload_next(&pop3->unload, &pop3->desk.talk.out)
				 : give_entries(pop3);

	if (step == STEP_MORE)
		return;
	if (pop3->giving == POP3_GIVES_MESSAGE) {
		unload_fini(&pop3->unload);
		if (step == STEP_DONE && pop3->giver->name[0] == 'R') {
			pop3->fetched++;
			pop3->desk.house->messages_out++;
		}
	}
	pop3->giving = POP3_GIVES_NOTHING;
	pop3->desk.talk.has_more = false;
	/* What is begun cannot be refused any more: the client must see that it is not whole. */
	if (step == STEP_FAIL)
		pop3->desk.talk.then = TALK_RESET;
	else
		desk_after(&pop3->desk, pop3->giver->name);
}

void pop3_dele(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct pop3_server *pop3 = (struct pop3_server *)desk;
	struct maildrop_message *message = find(pop3, verb, argument);

	if (message == NULL)
		return;
	message->is_deleted = true;
	desk_reply(desk, "+OK", "Marked as deleted");
}

void pop3_rset(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct pop3_server *pop3 = (struct pop3_server *)desk;
	(void)verb, (void)argument;
	for (size_t i = 0; i < maildrop_count(pop3->maildrop); i++)
		maildrop_message(pop3->maildrop, i)->is_deleted = false;
	desk_reply(desk, "+OK", "No message is marked as deleted");
}
