#include "message/received_parts.h"

/* The value behind "key=" in the text, up to a blank or comma. */
static struct span value_of(struct span text, const char *key)
{
	struct span value = span_from(text, span_find(text, key) + strlen(key));
	size_t length = 0;

	if (span_find(text, key) == text.length)
		return span_of(NULL, 0);
	while (length < value.length && value.at[length] != ' ' && value.at[length] != ',')
		length++;
	return span_first(value, length);
}

/* The word behind a word. */
static struct span word_behind(struct span text, const char *word)
{
	struct span rest = span_from(text, span_find(text, word) + strlen(word));

	return span_find(text, word) < text.length ? span_word(&rest) : span_of(NULL, 0);
}

static bool is_version(struct span word)
{
	return span_starts_letters(word, "TLS") || span_starts_letters(word, "SSL");
}

/* "TLS1_2", "TLSv1.2", "TLS1.2", "TLSv1_2" are "TLS 1.2"; "TLSv1" is TLS 1.0. What has another form
 * stays as it is. */
static struct span plain_version(struct arena *arena, struct span word)
{
	uint8_t text[8] = "TLS ";
	size_t at = 3;

	if (word.length <= 3)
		return span_of(NULL, 0);
	memcpy(text, span_starts_letters(word, "SSL") ? "SSL" : "TLS", 3);
	at += (word.at[at] | 0x20) == 'v';
	if (at >= word.length || word.at[at] < '1' || word.at[at] > '3')
		return word;
	text[4] = word.at[at];
	text[5] = '.';
	text[6] = '0';
	if (at + 3 == word.length && (word.at[at + 1] == '.' || word.at[at + 1] == '_'))
		text[6] = word.at[at + 2];
	else if (at + 2 == word.length && word.at[at + 1] >= '0' && word.at[at + 1] <= '3')
		text[6] = word.at[at + 1]; /* "TLSv12" */
	else if (at + 1 != word.length)
		return word;
	return arena_copy(arena, span_of(text, 7));
}

static void set(struct span *value, struct span found)
{
	if (found.length > 0)
		*value = found;
}

/* "using TLSv1.3 with cipher X (256/256 bits) key-exchange Y ...": Postfix, Yandex, Proton. */
static void read_using(struct arena *arena, struct span text, struct received_tls *tls)
{
	struct span bits = span_from(text, span_index(text, '('));

	tls->is_used = true;
	set(&tls->version, plain_version(arena, word_behind(text, "using ")));
	set(&tls->cipher, word_behind(text, "cipher "));
	if (bits.length > 1)
		set(&tls->bits,
			span_first(span_from(bits, 1), span_index(span_from(bits, 1), '/')));
	set(&tls->group, word_behind(text, "key-exchange "));
}

/* "version=TLS1_2 cipher=X bits=128/128": Gmail, Sendmail, Exchange; without TLS Sendmail writes
 * "version=NONE". */
static void read_values(struct arena *arena, struct span text, struct received_tls *tls)
{
	struct span version = value_of(text, "version=");
	struct span bits = value_of(text, "bits=");

	if (!is_version(version))
		return;
	tls->is_used = true;
	set(&tls->version, plain_version(arena, version));
	set(&tls->cipher, value_of(text, "cipher="));
	set(&tls->bits, span_first(bits, span_index(bits, '/')));
}

/* "TLS1.2:ECDHE_RSA_AES_256_GCM_SHA384:256", "TLSv1.3:AEAD-AES256-GCM-SHA384:256:NO", "TLS": Exim,
 * OpenSMTPD, Exchange. */
static void read_colons(struct arena *arena, struct span text, struct received_tls *tls)
{
	struct span version = span_first(text, span_index(text, ':'));
	struct span behind = span_from(span_from(text, version.length), 1);
	struct span cipher = span_first(behind, span_index(behind, ':'));
	struct span bits = span_from(span_from(behind, cipher.length), 1);

	tls->is_used = true;
	set(&tls->version, plain_version(arena, span_first(version, span_index(version, ' '))));
	set(&tls->cipher, cipher);
	set(&tls->bits, span_first(bits, span_index(bits, ':')));
}

bool received_read_tls(struct arena *arena, struct span text, struct received_tls *tls)
{
	if (span_starts_letters(text, "using TLS") || span_starts_letters(text, "using SSL")) {
		read_using(arena, text, tls);
	} else if (span_starts_letters(text, "version=")) {
		read_values(arena, text, tls);
	} else if (span_starts_letters(text, "Cipher TLS")) {
		read_colons(arena, span_from(text, 7), tls);
	} else if (is_version(text)) {
		read_colons(arena, text, tls);
	} else if (text.length > 10 &&
		   span_is_letters(span_from(text, text.length - 10), " encrypted")) {
		tls->is_used = true;
		set(&tls->cipher, span_first(text, text.length - 10));
	} else if (span_is_letters(text, "Google Transport Security")) {
		tls->is_used = true;
	} else {
		return false;
	}
	return true;
}
