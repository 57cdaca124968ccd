#include "practice/pop3_parts.h"

enum { LINES_AT_ONCE = 500 };

/* The message of a number (1*DIGIT), or NULL: then the client was told. */
static struct maildrop_message *find(
	struct pop3_server *pop3, const struct verb *verb, struct span number)
{
	struct maildrop_message *message;
	uint64_t index;

	if (!span_number(number, &index)) {
		pop3_wrong(pop3, "-ERR Syntax: %s", verb->grammar);
		return NULL;
	}
	if (index == 0 || index > maildrop_count(pop3->maildrop)) {
		pop3_wrong(pop3, "-ERR No such message, only %zu", maildrop_count(pop3->maildrop));
		return NULL;
	}
	message = maildrop_message(pop3->maildrop, index - 1);
	if (!message->is_deleted)
		return message;
	pop3_wrong(pop3, "-ERR Message %llu is marked as deleted", (unsigned long long)index);
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

void pop3_stat(struct pop3_server *pop3, const struct verb *verb, struct span argument)
{
	size_t count;
	uint64_t octets;

	(void)verb, (void)argument;
	sum(pop3, &count, &octets);
	pop3_reply(pop3, "+OK %zu %llu", count, (unsigned long long)octets);
}

static void add_entry(
	struct pop3_server *pop3, const struct maildrop_message *message, enum pop3_giving what)
{
	struct buffer *out = &pop3->talk.out;

	buffer_add_number(out, (uint64_t)(message - maildrop_message(pop3->maildrop, 0)) + 1);
	buffer_add_byte(out, ' ');
	if (what == POP3_GIVES_IDS)
		maildrop_add_id(message, out);
	else
		buffer_add_number(out, message->octets);
	buffer_add_text(out, pop3_line_end(pop3));
}

static void begin_giving(struct pop3_server *pop3, const struct verb *verb, enum pop3_giving what)
{
	pop3->giving = what;
	pop3->giver = verb;
	pop3->next = 0;
	pop3->talk.has_more = true;
}

/* LIST and UIDL (RFC 1939 5, 7). */
void pop3_list(struct pop3_server *pop3, const struct verb *verb, struct span argument)
{
	enum pop3_giving what = verb->name[0] == 'U' ? POP3_GIVES_IDS : POP3_GIVES_SIZES;
	const struct maildrop_message *message;
	size_t count;
	uint64_t octets;

	if (what == POP3_GIVES_IDS && !pop3_offers(pop3, "UIDL", true)) {
		pop3_wrong(pop3, "-ERR UIDL is not offered");
	} else if (argument.length == 0) {
		sum(pop3, &count, &octets);
		pop3_reply(pop3, "+OK %zu message%s (%llu octets)", count, count == 1 ? "" : "s",
			(unsigned long long)octets);
		begin_giving(pop3, verb, what);
	} else if ((message = find(pop3, verb, argument)) != NULL) {
		buffer_add_text(&pop3->talk.out, "+OK ");
		add_entry(pop3, message, what);
	}
}

/* RETR, and TOP with its lines. */
void pop3_retr(struct pop3_server *pop3, const struct verb *verb, struct span argument)
{
	bool is_top = verb->name[0] == 'T';
	struct span number = span_first(argument, span_index(argument, ' '));
	struct span lines = span_from(argument, number.length + 1);
	const struct rule *rule = faults_setting(&pop3->faults, RULE_OCTETS);
	const struct maildrop_message *message;
	struct unload unload = {.has_limit = is_top};

	if (is_top && !pop3_offers(pop3, "TOP", true)) {
		pop3_wrong(pop3, "-ERR TOP is not offered");
		return;
	}
	if (is_top ? !span_number(lines, &unload.lines) : number.length < argument.length) {
		pop3_wrong(pop3, "-ERR Syntax: %s", verb->grammar);
		return;
	}
	message = find(pop3, verb, number);
	if (message == NULL)
		return;
	unload.descriptor = maildrop_read(pop3->maildrop, message);
	unload.is_unix = message->is_unix;
	unload.is_unstuffed = faults_setting(&pop3->faults, RULE_UNSTUFFED) != NULL;
	if (unload.descriptor < 0) {
		pop3_reply(pop3, "-ERR [SYS/TEMP] The message cannot be read");
		return;
	}
	pop3->unload = unload;
	if (is_top)
		pop3_reply(
			pop3, "+OK The header, and %llu lines", (unsigned long long)unload.lines);
	else
		pop3_reply(pop3, "+OK %llu octets",
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
	buffer_add_byte(&pop3->talk.out, '.');
	buffer_add_text(&pop3->talk.out, pop3_line_end(pop3));
	return STEP_DONE;
}

void pop3_give(struct pop3_server *pop3)
{
	enum step step = pop3->giving == POP3_GIVES_MESSAGE
				 ? unload_next(&pop3->unload, &pop3->talk.out)
				 : give_entries(pop3);

	if (step == STEP_MORE)
		return;
	if (pop3->giving == POP3_GIVES_MESSAGE) {
		unload_fini(&pop3->unload);
		if (step == STEP_DONE && pop3->giver->name[0] == 'R') {
			pop3->fetched++;
			pop3->house->messages_out++;
		}
	}
	pop3->giving = POP3_GIVES_NOTHING;
	pop3->talk.has_more = false;
	/* What is begun cannot be refused any more: the client must see that it is not whole. */
	if (step == STEP_FAIL)
		pop3->talk.then = TALK_RESET;
	else
		pop3_after(pop3, pop3->giver->name);
}

void pop3_dele(struct pop3_server *pop3, const struct verb *verb, struct span argument)
{
	struct maildrop_message *message = find(pop3, verb, argument);

	if (message == NULL)
		return;
	message->is_deleted = true;
	pop3_reply(pop3, "+OK Marked as deleted");
}

void pop3_rset(struct pop3_server *pop3, const struct verb *verb, struct span argument)
{
	(void)verb, (void)argument;
	for (size_t i = 0; i < maildrop_count(pop3->maildrop); i++)
		maildrop_message(pop3->maildrop, i)->is_deleted = false;
	pop3_reply(pop3, "+OK No message is marked as deleted");
}
