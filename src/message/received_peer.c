#include "message/received_parts.h"

#include "message/host.h"
#include "message/tokens.h"

static struct span without_comma(struct span word)
{
	while (word.length > 0 &&
		(word.at[word.length - 1] == ',' || word.at[word.length - 1] == ')'))
		word.length--;
	return word;
}

static bool read_helo(struct received_reader *reader, struct span name)
{
	reader->received->helo = name;
	reader->has_helo = true;
	return true;
}

/* "HELO x", "EHLO x", "LHLO x", "account x", "port 25": two words of which the first one says what
 * the second one is. */
static bool read_two_words(struct received_reader *reader, struct span word, struct span *rest)
{
	bool is_account = span_is_letters(word, "account");

	if (!is_account && !span_is_letters(word, "HELO") && !span_is_letters(word, "EHLO") &&
		!span_is_letters(word, "LHLO"))
		return false;
	word = without_comma(span_word(rest));
	if (!is_account)
		return read_helo(reader, word);
	reader->received->user = word;
	return true;
}

/* "helo=x", "ident=y", "port=1234", as Exim writes them. */
static bool read_assignment(struct received_reader *reader, struct span word)
{
	if (span_starts_letters(word, "helo=") || span_starts_letters(word, "ehlo="))
		return read_helo(reader, span_from(word, 5));
	if (span_starts_letters(word, "ident=")) {
		reader->received->user = span_from(word, 6);
		return true;
	}
	return span_starts_letters(word, "port=");
}

/* The address that the server saw goes before one that the client gave as its name. */
static bool read_address(struct received_reader *reader, struct span word)
{
	struct host_address address;
	struct span bare;

	if (!host_read_address(word, &address, &bare))
		return false;
	if (!reader->has_address)
		reader->received->address = bare;
	reader->has_address = true;
	return true;
}

/* "user@192.0.2.1", "user@host" by RFC 1413 */
static bool read_user(struct received_reader *reader, struct span word)
{
	struct received *received = reader->received;
	size_t at = span_index(word, '@');
	struct span host = span_from(word, at + 1);

	if (at == word.length || at == 0)
		return false;
	if (!read_address(reader, host)) {
		if (!host_is_name(host))
			return false;
		received->reverse = received->reverse.length > 0 ? received->reverse : host;
	}
	received->user = span_first(word, at);
	return true;
}

static bool read_name(struct received *received, struct span word)
{
	if (span_is_letters(word, "unknown")) {
		received->is_reverse_unknown = true;
		return true;
	}
	if (received->reverse.length > 0 ||
		!(host_is_name(word) || span_is_letters(word, "localhost")))
		return false;
	received->reverse = word;
	return true;
}

bool received_read_peer(struct received_reader *reader, struct span text)
{
	struct received *received = reader->received;
	bool is_read = false;
	size_t forged = span_find(text, "(may be forged");

	received->may_be_forged |= forged < text.length;
	text = span_trim(span_first(text, forged));
	while (text.length > 0) {
		struct span word = without_comma(span_word(&text));

		is_read |= read_two_words(reader, word, &text) || read_assignment(reader, word) ||
			   read_address(reader, word) || read_user(reader, word) ||
			   read_name(received, word);
	}
	return is_read;
}

/* The value behind a phrase at the front, without <>. */
static bool starts_with(struct span text, const char *phrase, struct span *value)
{
	struct token token;

	if (!span_starts_letters(text, phrase))
		return false;
	text = span_from(text, strlen(phrase));
	token = tokens_take(&text);
	*value = token.text;
	return true;
}

static bool read_phrase(struct received *received, struct span text)
{
	struct span user = span_find(text, "userid ") < text.length
				   ? span_from(text, span_find(text, "userid "))
				   : span_of(NULL, 0);

	if (starts_with(text, "envelope-from ", &received->sender) ||
		starts_with(text, "envelope-sender ", &received->sender) ||
		starts_with(text, "Authenticated sender: ", &received->user))
		return true;
	if (span_starts_letters(text, "Postfix, from ") && user.length > 0) {
		received->software = span_first(text, 7);
		received->user = user;
		return true;
	}
	return span_starts_letters(text, "authenticated bits=");
}

/* Behind "by" and "with" a comment is an address or names the server's software. */
static bool read_server(struct received *received, struct span text)
{
	struct host_address address;
	struct span bare;

	if (host_read_address(text, &address, &bare)) {
		received->by_address = bare;
		return true;
	}
	if (received->software.length > 0 || text.length == 0 ||
		span_starts_letters(text, "No client") || span_starts_letters(text, "Client ") ||
		span_starts_letters(text, "not verified") || span_starts_letters(text, "verified"))
		return false;
	received->software = text;
	return true;
}

void received_read_comment(struct received_reader *reader, struct span text)
{
	struct received *received = reader->received;
	bool is_read = received_read_tls(reader->arena, text, &received->tls) ||
		       read_phrase(received, text);

	if (!is_read && reader->clause == CLAUSE_FROM)
		is_read = received_read_peer(reader, text);
	else if (!is_read && (reader->clause == CLAUSE_BY || reader->clause == CLAUSE_WITH ||
				     reader->clause == CLAUSE_TLS))
		is_read = read_server(received, text);
	else if (!is_read && reader->seen == 0 && span_starts_letters(text, "qmail "))
		received->software = span_first(text, 5);
	if (!is_read && text.length > 0)
		received_append(&reader->comments, text, "; ");
}
