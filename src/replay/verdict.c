#include "replay/verdict.h"

#include "base/language.h"
#include "replay/tape.h"

static const char *const names[] = {
#define X(id, name) name,
	REPLAY_VERDICTS(X)
#undef X
};

const char *replay_verdict_name(enum replay_verdict verdict)
{
	return names[verdict];
}

static bool take_line(struct span *lines, struct span *line)
{
	if (lines->length == 0)
		return false;
	*line = span_first(*lines, span_index(*lines, '\n'));
	*lines = span_from(*lines, line->length + 1);
	return true;
}

/* The offers of a reply to EHLO or CAPA, one a call: keyword, and the words behind it. */
struct offers {
	enum mail_protocol protocol;
	struct span lines;
};

static struct offers offers_of(const struct replay_pair *pair, struct span lines)
{
	struct span first;

	(void)take_line(&lines, &first);
	return (struct offers){pair->protocol, lines};
}

static bool take_offer(struct offers *offers, struct span *keyword, struct span *words)
{
	struct span line;

	while (take_line(&offers->lines, &line)) {
		if (offers->protocol == MAIL_SMTP)
			line = tape_reply_text(MAIL_SMTP, line);
		/* "AUTH=LOGIN" is an old form of the same (draft-myers-smtp-auth). */
		*words = span_trim(line);
		*keyword = span_word(words);
		if (span_starts_letters(*keyword, "AUTH=") || keyword->length == 0 ||
			span_is(*keyword, "."))
			continue;
		return true;
	}
	return false;
}

static bool find_offer(struct offers offers, struct span wanted, struct span *words)
{
	struct span keyword;

	while (take_offer(&offers, &keyword, words))
		if (span_same_letters(keyword, wanted))
			return true;
	return false;
}

/* Whether the one has a word that the other has not. */
static bool has_other_word(struct span words, struct span others)
{
	while (words.length > 0) {
		struct span word = span_word(&words), rest = others;
		bool is_there = false;

		while (rest.length > 0 && !is_there)
			is_there = span_same_letters(span_word(&rest), word);
		if (!is_there)
			return true;
	}
	return false;
}

static void add_to_list(struct buffer *note, const char *what, struct span word, bool *has_any)
{
	if (!*has_any) {
		buffer_add_text(note, note->length > 0 ? "; " : "");
		buffer_add_text(note, what);
	}
	*has_any = true;
	buffer_add_byte(note, ' ');
	buffer_add_span(note, word);
}

/* Keywords of one reply that the other has not. */
static bool note_lack(
	struct offers offers, const struct offers *others, const char *what, struct buffer *note)
{
	struct span keyword, words, ignored;
	bool has_any = false;

	while (take_offer(&offers, &keyword, &words))
		if (!find_offer(*others, keyword, &ignored))
			add_to_list(note, what, keyword, &has_any);
	return has_any;
}

/* Mechanisms are words of the same keyword. */
static bool note_mechanisms(struct offers offers, const struct offers *others, struct buffer *note)
{
	struct span keyword, words, live;

	while (take_offer(&offers, &keyword, &words)) {
		if ((!span_is_letters(keyword, "AUTH") && !span_is_letters(keyword, "SASL")) ||
			!find_offer(*others, keyword, &live) ||
			(!has_other_word(words, live) && !has_other_word(live, words)))
			continue;
		buffer_add_text(note, _("other mechanisms: "));
		buffer_add_span(note, live);
		return true;
	}
	return false;
}

static enum replay_verdict judge_offers(const struct replay_pair *pair, struct buffer *note)
{
	struct offers recorded = offers_of(pair, pair->recorded.lines);
	struct offers live = offers_of(pair, pair->live.lines);
	bool lacks = note_lack(recorded, &live, _("no longer offered:"), note);
	bool adds = note_lack(live, &recorded, _("offered besides:"), note);

	if (lacks || adds)
		return REPLAY_DIFFERS;
	return note_mechanisms(recorded, &live, note) ? REPLAY_SAME_CLASS : REPLAY_SAME;
}

static bool is_digit_or_dot(uint8_t octet)
{
	return (octet >= '0' && octet <= '9') || octet == '.';
}

/* The enhanced status code (RFC 3463) or POP3's response code (RFC 2449 8) of a reply's first line;
 * empty: none. */
static struct span status_of(enum mail_protocol protocol, struct span lines)
{
	struct span text = tape_reply_text(protocol, span_first(lines, span_index(lines, '\n')));
	struct span word = span_first(text, span_index(text, ' '));
	size_t end = span_index(text, ']');

	if (protocol == MAIL_POP3)
		return text.length > 0 && text.at[0] == '[' && end < text.length
			       ? span_first(text, end + 1)
			       : span_of(NULL, 0);
	if (word.length < 5 || word.at[1] != '.' || word.at[0] < '2' || word.at[0] > '5')
		return span_of(NULL, 0);
	for (size_t i = 0; i < word.length; i++)
		if (!is_digit_or_dot(word.at[i]))
			return span_of(NULL, 0);
	return word;
}

static enum replay_verdict judge_status(const struct replay_pair *pair, struct buffer *note)
{
	struct span recorded = status_of(pair->protocol, pair->recorded.lines);
	struct span live = status_of(pair->protocol, pair->live.lines);

	if (recorded.length == 0 || live.length == 0 || span_same_letters(recorded, live))
		return REPLAY_SAME;
	buffer_add_text(note, _("the status is "));
	buffer_add_span(note, live);
	buffer_add_text(note, _(", not "));
	buffer_add_span(note, recorded);
	return REPLAY_SAME_CLASS;
}

static bool has_offers(const struct verb *verb)
{
	return verb != NULL && (strcmp(verb->name, "EHLO") == 0 || strcmp(verb->name, "CAPA") == 0);
}

static enum replay_verdict judge_codes(const struct replay_pair *pair, struct buffer *note)
{
	int recorded = pair->recorded.code, live = pair->live.code;

	if (live == 0) {
		buffer_add_text(note, _("no reply came"));
		return REPLAY_DIFFERS;
	}
	if (tape_class(recorded) != tape_class(live)) {
		if (pair->protocol == MAIL_SMTP)
			buffer_printf(note, _("%d, not %d"), live, recorded);
		else
			buffer_add_text(note, _("another status"));
		return REPLAY_DIFFERS;
	}
	if (recorded != live) {
		buffer_printf(note, _("%d, not %d"), live, recorded);
		return REPLAY_SAME_CLASS;
	}
	return REPLAY_SAME;
}

enum replay_verdict replay_judge(const struct replay_pair *pair, struct buffer *note)
{
	enum replay_verdict verdict;

	if (pair->recorded.code == 0) {
		if (pair->live.code == 0)
			return REPLAY_SAME;
		buffer_add_text(note, _("the recording has no reply here"));
		return REPLAY_NOT_RECORDED;
	}
	verdict = judge_codes(pair, note);
	if (verdict == REPLAY_SAME && tape_class(pair->live.code) == 2 && has_offers(pair->verb))
		return judge_offers(pair, note);
	return verdict == REPLAY_SAME ? judge_status(pair, note) : verdict;
}
