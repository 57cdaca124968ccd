#include "replay/parts.h"

bool replay_offers(const struct replay_server *server, const char *keyword, bool is_offered)
{
	const struct rule *rule = faults_offer(&server->faults, keyword);

	return rule != NULL ? rule->act == RULE_OFFER : is_offered;
}

static bool is_smtp(const struct replay_server *server)
{
	return server->tape->protocol == MAIL_SMTP;
}

static const char *tls_keyword(const struct replay_server *server)
{
	return is_smtp(server) ? "STARTTLS" : "STLS";
}

static bool offers_tls(const struct replay_server *server)
{
	return server->house->can_tls && !server->talk.is_tls;
}

/* Upper case, for the script's rules; false: too long for any. */
static bool write_keyword(struct span keyword, char text[sizeof((struct rule *)0)->place])
{
	if (keyword.length >= sizeof((struct rule *)0)->place)
		return false;
	for (size_t i = 0; i < keyword.length; i++)
		text[i] = (char)(keyword.at[i] >= 'a' && keyword.at[i] <= 'z' ? keyword.at[i] - 32
									      : keyword.at[i]);
	text[keyword.length] = '\0';
	return true;
}

/* SCRAM proves that the server knows the password too: that cannot be faked. */
static void add_mechanisms(
	const struct replay_server *server, struct span words, struct buffer *out)
{
	while (words.length > 0) {
		struct span word = span_word(&words);

		if (replay_is_scram(word) && server->house->password == NULL)
			continue;
		buffer_add_byte(out, ' ');
		buffer_add_span(out, word);
	}
}

/* "AUTH LOGIN", and the old form "AUTH=LOGIN" that some servers repeat it in. */
static bool takes_mechanisms(struct span keyword)
{
	return span_is_letters(keyword, "AUTH") || span_is_letters(keyword, "SASL") ||
	       span_starts_letters(keyword, "AUTH=");
}

static void add_offer(const struct replay_server *server, struct span line, struct buffer *out)
{
	struct span words = line;
	struct span keyword = span_word(&words);
	char name[sizeof((struct rule *)0)->place];
	const struct rule *rule =
		write_keyword(keyword, name) ? faults_offer(&server->faults, name) : NULL;
	bool is_tls = span_is_letters(keyword, tls_keyword(server));

	if (rule != NULL ? rule->act != RULE_OFFER : is_tls && !offers_tls(server))
		return;
	buffer_add_byte(out, '\n');
	if (rule != NULL && rule->text.length > 0) {
		buffer_add_span(out, keyword);
		buffer_add_byte(out, ' ');
		buffer_add_span(out, rule->text);
	} else if (takes_mechanisms(keyword)) {
		buffer_add_span(out, keyword);
		add_mechanisms(server, words, out);
	} else {
		buffer_add_span(out, line);
	}
}

/* Of the recorded lines behind the first; code or sign stripped, without POP3's dot. */
static struct span offer_at(
	const struct replay_server *server, const struct tape_reply *reply, size_t i)
{
	struct span line = reply->lines[i];

	if (is_smtp(server))
		return tape_reply_text(MAIL_SMTP, line);
	return span_is(line, ".") ? span_of(NULL, 0) : line;
}

static bool has_offer(
	const struct replay_server *server, const struct tape_reply *reply, const char *keyword)
{
	for (size_t i = 1; i < reply->line_count; i++) {
		struct span line = offer_at(server, reply, i);

		if (span_is_letters(span_word(&line), keyword))
			return true;
	}
	return false;
}

/* Keywords that the script alone has. */
static void add_foreign(
	const struct replay_server *server, const struct tape_reply *reply, struct buffer *out)
{
	const struct rule *rules;
	size_t count = 0;

	if (server->faults.counts == NULL)
		return;
	rules = script_rules(server->faults.script, &count);
	for (size_t i = 0; i < count; i++) {
		if (rules[i].act != RULE_OFFER || has_offer(server, reply, rules[i].place) ||
			faults_offer(&server->faults, rules[i].place) != &rules[i])
			continue;
		buffer_printf(out, "\n%s", rules[i].place);
		if (rules[i].text.length > 0)
			buffer_add_byte(out, ' ');
		buffer_add_span(out, rules[i].text);
	}
}

static void add_all(
	const struct replay_server *server, const struct tape_reply *reply, struct buffer *out)
{
	for (size_t i = 1; i < reply->line_count; i++) {
		struct span line = offer_at(server, reply, i);

		if (line.length > 0)
			add_offer(server, line, out);
	}
	if (offers_tls(server) && !has_offer(server, reply, tls_keyword(server)))
		add_offer(server, span_text(tls_keyword(server)), out);
	add_foreign(server, reply, out);
}

void replay_say_offers(struct replay_server *server, size_t index)
{
	const struct tape_reply *reply = &server->tape->steps[index].reply;
	struct span first;
	struct buffer lines;

	if (tape_class(reply->code) != 2) {
		replay_say_step(server, index);
		return;
	}
	server->used[index] = 1;
	buffer_init(&lines, 0);
	first = reply->lines[0];
	if (is_smtp(server)) {
		buffer_add_span(&lines, tape_reply_text(MAIL_SMTP, first));
		add_all(server, reply, &lines);
		replay_add_lines(server, span_first(first, 3), buffer_span(&lines));
	} else {
		struct span rest;

		buffer_add_span(&lines, first);
		add_all(server, reply, &lines);
		buffer_add_text(&lines, "\n.");
		for (rest = buffer_span(&lines); rest.length > 0;) {
			struct span line = span_first(rest, span_index(rest, '\n'));

			replay_say_line(server, line);
			rest = span_from(rest, line.length + 1);
		}
	}
	buffer_fini(&lines);
}
