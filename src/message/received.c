#include "message/received_parts.h"

#include "base/language.h"
#include "message/host.h"
#include "message/tokens.h"

enum { DATE_TRIES = 4 }; /* semicolons, or days of the week, behind which a date is looked for */

void received_append(struct buffer *out, struct span words, const char *divider)
{
	if (out->length > 0)
		buffer_add_text(out, divider);
	buffer_add_span(out, words);
}

static enum clause clause_of(struct span word)
{
	static const struct {
		const char *word;
		enum clause clause;
	} rows[] = {
		{"from", CLAUSE_FROM},
		{"by", CLAUSE_BY},
		{"via", CLAUSE_VIA},
		{"with", CLAUSE_WITH},
		{"id", CLAUSE_ID},
		{"for", CLAUSE_FOR},
		{"tls", CLAUSE_TLS},
		{"group", CLAUSE_GROUP},
		{"envelope-from", CLAUSE_SENDER},
		{"envelope-sender", CLAUSE_SENDER},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (span_is_letters(word, rows[i].word))
			return rows[i].clause;
	return CLAUSE_NONE;
}

/* Whether the word begins a clause here. Each clause comes once; "group" belongs to "tls", and a
 * clause that has no word yet takes any. */
static bool begins_clause(const struct received_reader *reader, enum clause clause)
{
	if (clause == CLAUSE_NONE || (reader->seen & 1u << clause) != 0)
		return false;
	if (clause == CLAUSE_GROUP)
		return reader->clause == CLAUSE_TLS && reader->has_word;
	return reader->clause == CLAUSE_NONE || reader->has_word ||
	       reader->clause == CLAUSE_FROM; /* "from (HELO x) by": a client without a name */
}

static bool read_address(struct span text, struct span *address)
{
	struct host_address parts;
	struct span bare;

	if (!host_read_address(text, &parts, &bare))
		return false;
	*address = bare;
	return true;
}

/* The first word of "from" is a name; an address may follow it. */
static void add_from(struct received_reader *reader, struct span word)
{
	struct received *received = reader->received;

	if (!reader->has_word) {
		received->from = word;
		reader->is_from_bare = read_address(word, &received->address);
	} else if (read_address(word, &received->address)) {
		reader->has_address = true;
	} else {
		received_append(&reader->unread, word, " ");
	}
}

static void add_by(struct received_reader *reader, struct span word)
{
	struct received *received = reader->received;
	bool is_address = read_address(word, &received->by_address);

	if (!reader->has_word)
		received->by = word;
	else if (!is_address)
		received_append(&reader->unread, word, " ");
}

/* One word is enough; more are kept as unread. */
static void add_single(struct received_reader *reader, struct span *value, struct span word)
{
	if (reader->has_word)
		received_append(&reader->unread, word, " ");
	else
		*value = word;
}

static void add_word(struct received_reader *reader, struct span word)
{
	struct received *received = reader->received;

	switch (reader->clause) {
	case CLAUSE_NONE:
		received_append(&reader->unread, word, " ");
		break;
	case CLAUSE_FROM:
		add_from(reader, word);
		break;
	case CLAUSE_BY:
		add_by(reader, word);
		break;
	case CLAUSE_VIA:
		received_append(&reader->via, word, " ");
		break;
	case CLAUSE_WITH:
		received_append(&reader->with, word, " ");
		break;
	case CLAUSE_ID:
		add_single(reader, &received->id, word);
		break;
	case CLAUSE_FOR:
		received_append(&reader->recipient, word, " ");
		break;
	case CLAUSE_TLS:
		add_single(reader, &received->tls.cipher, word);
		received->tls.is_used = true;
		break;
	case CLAUSE_GROUP:
		add_single(reader, &received->tls.group, word);
		break;
	case CLAUSE_SENDER:
		add_single(reader, &received->sender, word);
		break;
	}
	reader->has_word = true;
}

/* OpenSMTPD's "auth=yes user=martin" */
static bool read_pair(struct received_reader *reader, struct span word)
{
	if (span_starts_letters(word, "auth="))
		return true;
	if (!span_starts_letters(word, "user="))
		return false;
	reader->received->user = span_from(word, 5);
	return true;
}

static void read_word(struct received_reader *reader, const struct token *token)
{
	enum clause clause = token->kind == TOKEN_WORD ? clause_of(token->text) : CLAUSE_NONE;

	if (begins_clause(reader, clause)) {
		reader->clause = clause;
		reader->seen |= 1u << clause;
		reader->has_word = false;
	} else if (token->kind != TOKEN_WORD || !read_pair(reader, token->text)) {
		add_word(reader, token->text);
	}
}

static void read_clauses(struct received_reader *reader, struct span text)
{
	struct token token;

	while ((token = tokens_take(&text)).kind != TOKEN_END) {
		if (token.is_open)
			received_append(&reader->unread, token.text, " ");
		else if (token.kind == TOKEN_COMMENT)
			received_read_comment(reader, token.text);
		else if (token.kind != TOKEN_SEMICOLON)
			read_word(reader, &token);
	}
}

static bool is_weekday(struct span word)
{
	static const char *const days[] = {"Sun,", "Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,"};

	for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
		if (span_is_letters(word, days[i]))
			return true;
	return false;
}

/* Where a date may begin: the last places behind semicolons that are in no comment or string; or,
 * when there is none, the days of the week. Newest first in the ring. */
struct places {
	size_t at[DATE_TRIES];
	size_t count;
};

static void find_places(struct span text, bool at_weekdays, struct places *places)
{
	struct span rest = text;
	struct token token;

	places->count = 0;
	while ((token = tokens_take(&rest)).kind != TOKEN_END) {
		size_t at = text.length - rest.length;

		if (at_weekdays && token.kind == TOKEN_WORD && is_weekday(token.text))
			places->at[places->count++ % DATE_TRIES] = at - token.text.length;
		else if (!at_weekdays && token.kind == TOKEN_SEMICOLON)
			places->at[places->count++ % DATE_TRIES] = at;
	}
}

/* Tries the places from the last one on; *at is where the date begins. */
static bool try_places(struct received *received, const struct places *places, size_t *at)
{
	for (size_t i = places->count; i > 0 && i + DATE_TRIES > places->count; i--) {
		*at = places->at[(i - 1) % DATE_TRIES];
		if (date_read(span_from(received->whole, *at), &received->date))
			return true;
	}
	return false;
}

/* date-time stands behind the last semicolon (RFC 5321 4.4); the octets before it. */
static size_t read_date(struct received *received)
{
	struct places places;
	size_t at = received->whole.length;

	find_places(received->whole, false, &places);
	received->has_date = try_places(received, &places, &at);
	if (!received->has_date && places.count > 0)
		at = places.at[(places.count - 1) % DATE_TRIES];
	if (places.count == 0) {
		find_places(received->whole, true, &places);
		received->has_date = try_places(received, &places, &at);
		if (!received->has_date)
			at = received->whole.length;
	}
	received->date_text = span_trim(span_from(received->whole, at));
	return at;
}

/* Comments behind the date belong to the field as any other. */
static void read_behind_date(struct received_reader *reader)
{
	struct received *received = reader->received;
	struct span text = received->date_text;
	struct token token;

	reader->clause = CLAUSE_NONE;
	if (received->has_date && received->date.rest.length > 0)
		received_append(&reader->unread, received->date.rest, " ");
	while ((token = tokens_take(&text)).kind != TOKEN_END)
		if (token.kind == TOKEN_COMMENT && token.text.length > 5) /* not "(PST)" */
			received_read_comment(reader, token.text);
}

/* A word in front of the client's own name is the one that the server found. */
static void settle_names(struct received_reader *reader)
{
	struct received *received = reader->received;

	if (!reader->has_helo) {
		received->helo = received->from;
	} else if (!reader->is_from_bare && host_is_name(received->from)) {
		if (received->reverse.length == 0)
			received->reverse = received->from;
	}
	received->is_reverse_unknown |=
		reader->has_helo && span_is_letters(received->from, "unknown");
	received->reverse = host_name(received->reverse);
	if (span_starts_letters(received->with, "local") && received->address.length == 0) {
		received->user = received->user.length > 0 ? received->user : received->from;
		received->helo = span_of(NULL, 0);
	}
}

/* "Microsoft SMTP Server", "ESMTP/TLS/ECDHE-RSA-AES128-GCM-SHA256" */
static void settle_protocol(struct received *received)
{
	size_t at = span_find(received->with, "/TLS/");

	if (at == received->with.length)
		return;
	received->tls.is_used = true;
	if (received->tls.cipher.length == 0)
		received->tls.cipher = span_from(received->with, at + 5);
	received->with = span_first(received->with, at);
}

static struct span keep(struct received_reader *reader, struct buffer *buffer)
{
	struct span kept = arena_copy(reader->arena, buffer_span(buffer));

	buffer_fini(buffer);
	return kept;
}

void received_read(struct arena *arena, struct span value, struct received *received)
{
	struct received_reader reader = {.arena = arena, .received = received};
	size_t length;

	*received = (struct received){.whole = value};
	buffer_init(&reader.via, 0);
	buffer_init(&reader.with, 0);
	buffer_init(&reader.recipient, 0);
	buffer_init(&reader.comments, 0);
	buffer_init(&reader.unread, 0);
	length = read_date(received);
	read_clauses(&reader, span_first(value, length));
	read_behind_date(&reader);
	received->via = keep(&reader, &reader.via);
	received->with = keep(&reader, &reader.with);
	received->recipient = keep(&reader, &reader.recipient);
	received->comments = keep(&reader, &reader.comments);
	received->unread = keep(&reader, &reader.unread);
	settle_names(&reader);
	settle_protocol(received);
}

const struct protocol *protocol_find(struct span with)
{
	static const struct protocol rows[] = {
		{"SMTP", N_("SMTP without extensions"), "RFC 5321 4.4", false, false},
		{"ESMTP", N_("SMTP with extensions"), "RFC 5321 4.4", false, false},
		{"ESMTPA", N_("SMTP, the client logged in"), "RFC 3848 1", false, true},
		{"ESMTPS", N_("SMTP through TLS"), "RFC 3848 1", true, false},
		{"ESMTPSA", N_("SMTP through TLS, the client logged in"), "RFC 3848 1", true, true},
		{"LMTP", N_("local delivery by LMTP"), "RFC 3848 1", false, false},
		{"LMTPA", N_("local delivery by LMTP, the client logged in"), "RFC 3848 1", false,
			true},
		{"LMTPS", N_("local delivery by LMTP through TLS"), "RFC 3848 1", true, false},
		{"LMTPSA", N_("local delivery by LMTP through TLS, the client logged in"),
			"RFC 3848 1", true, true},
		{"UTF8SMTP", N_("SMTP with addresses in UTF-8"), "RFC 6531 4.3", false, false},
		{"UTF8SMTPA", N_("SMTP with addresses in UTF-8, the client logged in"),
			"RFC 6531 4.3", false, true},
		{"UTF8SMTPS", N_("SMTP with addresses in UTF-8 through TLS"), "RFC 6531 4.3", true,
			false},
		{"UTF8SMTPSA", N_("SMTP with addresses in UTF-8 through TLS, the client logged in"),
			"RFC 6531 4.3", true, true},
		{"UTF8LMTP", N_("LMTP with addresses in UTF-8"), "RFC 6531 4.3", false, false},
		{"UTF8LMTPA", N_("LMTP with addresses in UTF-8, the client logged in"),
			"RFC 6531 4.3", false, true},
		{"UTF8LMTPS", N_("LMTP with addresses in UTF-8 through TLS"), "RFC 6531 4.3", true,
			false},
		{"UTF8LMTPSA", N_("LMTP with addresses in UTF-8 through TLS, the client logged in"),
			"RFC 6531 4.3", true, true},
		{"SMTPS", N_("SMTP through TLS (not a registered name)"), "", true, false},
		{"SMTPSA", N_("SMTP through TLS, the client logged in (not a registered name)"), "",
			true, true},
		{"ASMTP", N_("SMTP, the client logged in (not a registered name)"), "", false,
			true},
		{"HTTP", N_("handed in through a web page or program"), "", false, false},
		{"HTTPS", N_("handed in through a web page or program, through TLS"), "", true,
			false},
		{"HTTPREST", N_("handed in by a program over HTTP"), "", false, false},
		{"MAPI", N_("handed over inside Microsoft Exchange"), "", false, false},
		{"Microsoft", N_("SMTP, as Microsoft's servers write it"), "", false, false},
		{"local", N_("handed in on the machine itself"), "", false, false},
		{"local-esmtp", N_("SMTP on the machine itself"), "", false, false},
		{"POP3", N_("fetched by POP3"), "", false, false},
		{"IMAP", N_("fetched by IMAP"), "", false, false},
		{"UUCP", N_("handed over by UUCP"), "", false, false},
		{"BSMTP", N_("SMTP in batches"), "", false, false},
	};
	struct span word = span_word(&with);

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (span_is_letters(word, rows[i].name))
			return &rows[i];
	return NULL;
}

bool received_is_sealed(const struct received *received)
{
	const struct protocol *protocol = protocol_find(received->with);

	return received->tls.is_used || (protocol != NULL && protocol->has_tls);
}
