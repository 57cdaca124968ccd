#include "tls/open.h"

#include "base/memory.h"
#include "tls/derive.h"
#include "tls/unseal.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdlib.h>

enum epoch {
	EPOCH_NONE,      /* nothing was encrypted yet */
	EPOCH_HANDSHAKE, /* TLS 1.3 (RFC 8446 7.1) */
	EPOCH_TRAFFIC,
};

/* One side's records: their numbers are not on the wire. */
struct direction {
	enum epoch epoch;
	struct keys keys;  /* of the epoch; keys.context NULL: not made yet */
	uint64_t sequence; /* the next record's, at least */
	uint32_t skipped;  /* at most so many more */
	uint32_t tries;    /* in vain, since a record was opened */
	bool has_opened;
};

struct opener {
	const struct tls_secrets *secrets;
	struct direction directions[2];
	struct unsealed unsealed;
};

struct opener *opener_new(const struct tls_secrets *secrets)
{
	struct opener *opener = memory_new(1, sizeof *opener);

	opener->secrets = secrets;
	return opener;
}

void opener_free(struct opener *opener)
{
	if (opener == NULL)
		return;
	keys_fini(&opener->directions[0].keys);
	keys_fini(&opener->directions[1].keys);
	OPENSSL_cleanse(&opener->unsealed, sizeof opener->unsealed);
	free(opener);
}

static void enter(struct direction *direction, enum epoch epoch)
{
	keys_fini(&direction->keys);
	direction->epoch = epoch;
	direction->sequence = 0;
	direction->skipped = direction->tries = 0;
}

void opener_skip(struct opener *opener, enum side side, uint32_t records)
{
	struct direction *direction = &opener->directions[side];
	uint32_t room = LIMIT_SKIPPED - direction->skipped;

	direction->skipped += records < room ? records : room;
}

void opener_change_cipher(struct opener *opener, enum side side)
{
	enter(&opener->directions[side], EPOCH_TRAFFIC);
}

void opener_end_handshake(struct opener *opener, enum side side)
{
	/* Behind the handshake a client that is asked for its certificate says Finished too. */
	if (opener->directions[side].epoch == EPOCH_HANDSHAKE)
		enter(&opener->directions[side], EPOCH_TRAFFIC);
}

/* A record's keys begin so. */
static struct keys keys_for(const struct handshake *handshake, const struct cipher *cipher)
{
	return (struct keys){.cipher = cipher,
		.version = handshake->facts.version,
		.encrypts_then_macs = handshake->hellos.encrypts_then_macs};
}

static bool make_of_secret(struct keys *keys, const struct tls_secret *secret)
{
	return secret->length > 0 && keys_of_secret(keys, secret);
}

/* The key block has client's, then server's MAC key, key, IV (RFC 5246 6.3). */
static bool make_of_master(struct keys *keys, const struct tls_secret *master,
	const struct hellos *hellos, enum side side)
{
	const struct cipher *cipher = keys->cipher;
	size_t mac = cipher->mac != NULL ? cipher->mac_length : 0;
	size_t key = cipher->key_length, iv = cipher->iv_length;
	uint8_t octets[2 * (48 + 32 + 16)];
	struct span block = span_of(octets, 2 * (mac + key + iv)), macs, rest;
	struct derive_block derivation = {keys->version >= TLS13 - 1 ? cipher->digest : "MD5-SHA1",
		span_of(master->octets, master->length), hellos->client_random,
		hellos->server_random};
	bool is_made = master->length > 0 && derive_key_block(&derivation, octets, block.length);

	macs = span_from(block, side * mac);
	rest = span_from(block, 2 * mac);
	is_made = is_made && keys_of_block(keys, span_first(span_from(rest, side * key), key),
				     span_first(span_from(rest, 2 * key + side * iv), iv),
				     span_first(macs, mac));
	OPENSSL_cleanse(octets, sizeof octets);
	return is_made;
}

/* Whose record it is, and what is known of its connection. */
struct opening_record {
	struct opener *opener;
	const struct handshake *handshake;
	const struct cipher *cipher;
	struct sealed_record *record;
	struct direction *direction;
};

/* Makes the keys of an epoch, if their secret is known. */
static bool make_keys(const struct opening_record *opening, enum epoch epoch, struct keys *keys)
{
	const struct handshake *handshake = opening->handshake;
	enum side side = opening->record->side;
	const struct tls_keyring *ring =
		tls_secrets_find(opening->opener->secrets, handshake->hellos.client_random);
	enum tls_secret_kind kind =
		epoch == EPOCH_HANDSHAKE ? TLS_SECRET_CLIENT_HANDSHAKE : TLS_SECRET_CLIENT_TRAFFIC;
	bool is_made = false;

	*keys = keys_for(handshake, opening->cipher);
	if (ring != NULL && handshake->facts.version < TLS13)
		is_made = make_of_master(
			keys, &ring->secrets[TLS_SECRET_MASTER], &handshake->hellos, side);
	else if (ring != NULL)
		is_made = make_of_secret(keys, &ring->secrets[kind + (int)side]);
	if (!is_made)
		keys_fini(keys);
	return is_made;
}

/* application_traffic_secret_N+1 (RFC 8446 7.2) */
static bool make_updated(const struct keys *keys, struct keys *next)
{
	struct tls_secret secret = {.length = keys->secret.length};
	struct derive_label label = {
		.label = "traffic upd", .secret = span_of(keys->secret.octets, secret.length)};
	bool is_made;

	if (keys->context == NULL)
		return false;
	label.digest = keys->cipher->digest;
	is_made = derive_label(&label, secret.octets, secret.length);
	*next = (struct keys){.cipher = keys->cipher, .version = keys->version};
	is_made = is_made && keys_of_secret(next, &secret);
	if (!is_made)
		keys_fini(next);
	OPENSSL_cleanse(&secret, sizeof secret);
	return is_made;
}

void opener_update(struct opener *opener, enum side side)
{
	struct direction *direction = &opener->directions[side];
	struct keys next;

	if (direction->epoch != EPOCH_TRAFFIC || !make_updated(&direction->keys, &next))
		return;
	enter(direction, EPOCH_TRAFFIC);
	direction->keys = next;
}

/* Tries the record with every number that it may have; whether it opened. */
static bool try_numbers(
	const struct opening_record *opening, const struct keys *keys, uint64_t first)
{
	struct direction *direction = opening->direction;

	for (uint64_t i = 0; i <= direction->skipped && direction->tries <= LIMIT_TRIES; i++) {
		if (unseal(keys, first + i, opening->record, &opening->opener->unsealed)) {
			direction->sequence = first + i + 1;
			direction->skipped = direction->tries = 0;
			direction->has_opened = true;
			return true;
		}
		direction->tries++;
	}
	return false;
}

/* What said that the keys change may be among the records that are missing. */
static bool try_next_keys(const struct opening_record *opening)
{
	struct direction *direction = opening->direction;
	bool is_handshake = direction->epoch == EPOCH_HANDSHAKE;
	struct keys next;
	bool is_made = is_handshake ? make_keys(opening, EPOCH_TRAFFIC, &next)
				    : make_updated(&direction->keys, &next);

	if (!is_made)
		return false;
	if (!try_numbers(opening, &next, 0)) {
		keys_fini(&next);
		return false;
	}
	keys_fini(&direction->keys);
	direction->keys = next;
	direction->epoch = EPOCH_TRAFFIC;
	return true;
}

static bool try_keys(const struct opening_record *opening)
{
	struct direction *direction = opening->direction;
	bool has_keys = direction->keys.context != NULL ||
			make_keys(opening, direction->epoch, &direction->keys);
	bool is_in_doubt = direction->skipped > 0 || !has_keys;

	if (has_keys && try_numbers(opening, &direction->keys, direction->sequence))
		return true;
	return is_in_doubt && opening->handshake->facts.version == TLS13 && try_next_keys(opening);
}

/* Early data has keys of its own, which are not looked for (RFC 8446 4.2.10). */
static bool is_early_data(const struct opening_record *opening)
{
	return opening->record->side == SIDE_CLIENT && !opening->direction->has_opened &&
	       opening->handshake->hellos.offers_early_data;
}

/* The real content type is the last octet of what TLS 1.3 seals. */
static struct span take_plain(const struct opening_record *opening)
{
	struct span plain = opening->opener->unsealed.plain;

	if (opening->handshake->facts.version < TLS13)
		return plain;
	opening->record->content = plain.at[plain.length - 1];
	return span_first(plain, plain.length - 1);
}

static enum opening open_next(const struct opening_record *opening, struct span *plain)
{
	struct direction *direction = opening->direction;
	const struct unsealed *unsealed = &opening->opener->unsealed;
	bool is_open;

	if (direction->epoch == EPOCH_NONE)
		direction->epoch = opening->handshake->facts.version == TLS13 ? EPOCH_HANDSHAKE
									      : EPOCH_TRAFFIC;
	is_open = direction->tries <= LIMIT_TRIES && try_keys(opening);
	if (direction->keys.context != NULL)
		unseal_pass(&direction->keys, is_open ? direction->sequence : UINT64_MAX,
			opening->record);
	if (is_open && unsealed->is_blind)
		return OPENING_REFUSED;
	if (is_open) {
		*plain = take_plain(opening);
		return OPENING_DONE;
	}
	opener_skip(opening->opener, opening->record->side, 1);
	return direction->keys.context == NULL || is_early_data(opening) ? OPENING_NO_KEYS
									 : OPENING_REFUSED;
}

enum opening opener_open(struct opener *opener, const struct handshake *handshake,
	struct sealed_record *record, struct span *plain)
{
	struct opening_record opening = {opener, handshake, cipher_find(handshake->facts.cipher),
		record, &opener->directions[record->side]};
	bool can_open = handshake->facts.has_client_hello && handshake->facts.has_server_hello &&
			opening.cipher != NULL && !handshake->hellos.is_compressed &&
			handshake->facts.version > 0x0300 &&
			(handshake->facts.version < TLS13 || opening.cipher->mac == NULL);
	enum opening result;

	if (!can_open) {
		opener_skip(opener, record->side, 1);
		return OPENING_NO_KEYS;
	}
	ERR_set_mark();
	result = open_next(&opening, plain);
	ERR_pop_to_mark();
	return result;
}
