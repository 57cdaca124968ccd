#include "tls/secrets.h"

#include "base/limits.h"
#include "base/memory.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/random.h>

enum {
	FEWEST_PLACES = 16,
	SHORT_SECRET = 32, /* of SHA-256 */
};

struct tls_secrets {
	const struct tls_secrets *also;
	struct tls_keyring *rings;
	size_t count, size;
	uint32_t *places;   /* open addressing: 0, or the number of a ring from 1 */
	size_t place_count; /* a power of two, at least twice as many as rings */
	uint64_t seed;      /* who knew it could make all randoms meet in one place */
};

static const struct {
	const char *label;
	enum tls_secret_kind kind;
} labels[] = {
	{"CLIENT_RANDOM", TLS_SECRET_MASTER},
	{"CLIENT_HANDSHAKE_TRAFFIC_SECRET", TLS_SECRET_CLIENT_HANDSHAKE},
	{"SERVER_HANDSHAKE_TRAFFIC_SECRET", TLS_SECRET_SERVER_HANDSHAKE},
	{"CLIENT_TRAFFIC_SECRET_0", TLS_SECRET_CLIENT_TRAFFIC},
	{"SERVER_TRAFFIC_SECRET_0", TLS_SECRET_SERVER_TRAFFIC},
};

struct tls_secrets *tls_secrets_new(const struct tls_secrets *also)
{
	struct tls_secrets *secrets = memory_new(1, sizeof *secrets);

	secrets->also = also;
	if (getrandom(&secrets->seed, sizeof secrets->seed, GRND_NONBLOCK) < 0)
		secrets->seed = (uint64_t)(uintptr_t)secrets;
	return secrets;
}

static void free_rings(struct tls_secrets *secrets)
{
	if (secrets->rings != NULL)
		OPENSSL_cleanse(secrets->rings, secrets->count * sizeof *secrets->rings);
	free(secrets->rings);
}

void tls_secrets_free(struct tls_secrets *secrets)
{
	if (secrets == NULL)
		return;
	free_rings(secrets);
	free(secrets->places);
	free(secrets);
}

bool tls_secrets_is_empty(const struct tls_secrets *secrets)
{
	for (; secrets != NULL; secrets = secrets->also)
		if (secrets->count > 0)
			return false;
	return true;
}

/* The place of the random: its ring's, or the free one where it belongs. */
static size_t find_place(const struct tls_secrets *secrets, const uint8_t *random)
{
	uint64_t words[TLS_RANDOM / sizeof(uint64_t)], hash = secrets->seed;
	size_t mask = secrets->place_count - 1, place;

	memcpy(words, random, sizeof words);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		hash = (hash ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	for (place = hash & mask; secrets->places[place] != 0; place = (place + 1) & mask)
		if (memcmp(secrets->rings[secrets->places[place] - 1].random, random, TLS_RANDOM) ==
			0)
			break;
	return place;
}

const struct tls_keyring *tls_secrets_find(const struct tls_secrets *secrets, const uint8_t *random)
{
	for (; secrets != NULL; secrets = secrets->also) {
		uint32_t number =
			secrets->count > 0 ? secrets->places[find_place(secrets, random)] : 0;

		if (number > 0)
			return &secrets->rings[number - 1];
	}
	return NULL;
}

/* Room for one more ring. No copy of a secret stays behind. */
static void grow(struct tls_secrets *secrets)
{
	struct tls_keyring *rings;

	if (secrets->count < secrets->size)
		return;
	secrets->size = secrets->size > 0 ? secrets->size * 2 : FEWEST_PLACES / 2;
	rings = memory_new(secrets->size, sizeof *rings);
	if (secrets->count > 0)
		memcpy(rings, secrets->rings, secrets->count * sizeof *rings);
	free_rings(secrets);
	secrets->rings = rings;
	free(secrets->places);
	secrets->place_count = secrets->size * 2;
	secrets->places = memory_new(secrets->place_count, sizeof *secrets->places);
	for (size_t i = 0; i < secrets->count; i++)
		secrets->places[find_place(secrets, rings[i].random)] = (uint32_t)i + 1;
}

/* The ring of this random, a new one if there is none; NULL when there are too many. */
static struct tls_keyring *need_ring(struct tls_secrets *secrets, const uint8_t *random)
{
	size_t place;

	grow(secrets);
	place = find_place(secrets, random);
	if (secrets->places[place] == 0) {
		if ((secrets->count + 1) * sizeof *secrets->rings > LIMIT_SECRETS)
			return NULL;
		memcpy(secrets->rings[secrets->count].random, random, TLS_RANDOM);
		secrets->places[place] = (uint32_t)++secrets->count;
	}
	return &secrets->rings[secrets->places[place] - 1];
}

static int digit_of(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The octets that the hexadecimal digits stand for; 0 when they are none, or more than size. */
static size_t read_octets(struct span digits, uint8_t *octets, size_t size)
{
	if (digits.length % 2 != 0 || digits.length / 2 > size)
		return 0;
	for (size_t i = 0; i < digits.length / 2; i++) {
		int high = digit_of(digits.at[2 * i]), low = digit_of(digits.at[2 * i + 1]);

		if (high < 0 || low < 0)
			return 0;
		octets[i] = (uint8_t)(high << 4 | low);
	}
	return digits.length / 2;
}

static bool is_length_right(enum tls_secret_kind kind, size_t length)
{
	return length == TLS_SECRET_OCTETS || (length == SHORT_SECRET && kind != TLS_SECRET_MASTER);
}

/* LABEL SP client-random SP secret (draft-ietf-tls-keylogfile 2) */
static bool add_line(struct tls_secrets *secrets, struct span line)
{
	struct span label = span_word(&line), random_digits = span_word(&line);
	struct span digits = span_word(&line);
	uint8_t random[TLS_RANDOM];
	struct tls_secret secret = {.length = 0};
	struct tls_keyring *ring = NULL;
	bool is_secret = false;

	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
		if (!span_is(label, labels[i].label))
			continue;
		secret.length = (uint8_t)read_octets(digits, secret.octets, sizeof secret.octets);
		is_secret = is_length_right(labels[i].kind, secret.length) &&
			    read_octets(random_digits, random, sizeof random) == sizeof random;
		if (is_secret && (ring = need_ring(secrets, random)) != NULL)
			ring->secrets[labels[i].kind] = secret;
	}
	OPENSSL_cleanse(&secret, sizeof secret);
	return !is_secret || ring != NULL;
}

bool tls_secrets_add(struct tls_secrets *secrets, struct span text)
{
	bool is_all = true;

	while (text.length > 0) {
		size_t end = span_index(text, '\n');
		struct span line = span_first(text, end);

		if (line.length > 0 && line.at[line.length - 1] == '\r')
			line.length--;
		is_all = add_line(secrets, span_trim(line)) && is_all;
		text = span_from(text, end + 1);
	}
	return is_all;
}
