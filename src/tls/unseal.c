#include "tls/unseal.h"

#include "tls/derive.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

enum {
	NONCE = 12,
	EXPLICIT = 8, /* octets of a nonce that stand in the record (RFC 5288 3) */
	BLOCK = 16,
	TLS11 = 0x0302,
};

static bool begin_cipher(struct keys *keys, struct span key)
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, keys->cipher->name, NULL);
	bool is_done;

	keys->context = EVP_CIPHER_CTX_new();
	is_done = cipher != NULL && keys->context != NULL &&
		  EVP_DecryptInit_ex2(keys->context, cipher, key.at, NULL, NULL) == 1 &&
		  EVP_CIPHER_CTX_set_padding(keys->context, 0) == 1;
	EVP_CIPHER_free(cipher);
	return is_done;
}

bool keys_of_block(struct keys *keys, struct span key, struct span iv, struct span mac)
{
	memcpy(keys->iv, iv.at, iv.length);
	if (mac.length > 0)
		memcpy(keys->mac, mac.at, mac.length);
	return begin_cipher(keys, key);
}

bool keys_of_secret(struct keys *keys, const struct tls_secret *secret)
{
	uint8_t key[32];
	struct derive_label label = {
		keys->cipher->digest, "key", span_of(secret->octets, secret->length)};
	bool is_done = derive_label(&label, key, keys->cipher->key_length);

	label.label = "iv";
	is_done = is_done && derive_label(&label, keys->iv, NONCE) &&
		  begin_cipher(keys, span_of(key, keys->cipher->key_length));
	keys->secret = *secret;
	OPENSSL_cleanse(key, sizeof key);
	return is_done;
}

void keys_fini(struct keys *keys)
{
	EVP_CIPHER_CTX_free(keys->context);
	OPENSSL_cleanse(keys, sizeof *keys);
}

static void put_u64(uint8_t *at, uint64_t value)
{
	for (int i = 8; i-- > 0; value >>= 8)
		at[i] = (uint8_t)value;
}

/* sequence number, type, version, length: what is authenticated beside the text (RFC 5246
 * 6.2.3.1, 6.2.3.3). */
static void put_front(
	uint8_t *front, uint64_t sequence, const struct sealed_record *record, size_t length)
{
	put_u64(front, sequence);
	front[8] = record->content;
	front[9] = (uint8_t)(record->version >> 8);
	front[10] = (uint8_t)record->version;
	front[11] = (uint8_t)(length >> 8);
	front[12] = (uint8_t)length;
}

/* The nonce: salt and what the record brings (RFC 5288 3), or the IV XOR the sequence number
 * (RFC 8446 5.3, RFC 7905 2). */
static void put_nonce(
	uint8_t *nonce, const struct keys *keys, uint64_t sequence, struct span explicit_part)
{
	uint8_t number[8];

	memcpy(nonce, keys->iv, NONCE);
	if (explicit_part.length == EXPLICIT) {
		memcpy(nonce + NONCE - EXPLICIT, explicit_part.at, EXPLICIT);
		return;
	}
	put_u64(number, sequence);
	for (size_t i = 0; i < sizeof number; i++)
		nonce[NONCE - sizeof number + i] ^= number[i];
}

/* Its additional data: the header as it stands in TLS 1.3 (RFC 8446 5.2), before that with the
 * sequence number and the length of the text. */
static size_t put_additional(uint8_t *additional, const struct keys *keys, uint64_t sequence,
	const struct sealed_record *record)
{
	size_t around = (keys->cipher->has_explicit_nonce ? EXPLICIT : 0) +
			(size_t)keys->cipher->mac_length;
	bool is_old = keys->version < TLS13;

	put_front(additional, sequence, record, record->payload.length - (is_old ? around : 0));
	if (is_old)
		return UNSEAL_FRONT;
	memmove(additional, additional + 8, UNSEAL_FRONT - 8);
	return UNSEAL_FRONT - 8;
}

static bool decrypt_aead(EVP_CIPHER_CTX *context, struct span text, struct span tag, uint8_t *out)
{
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_octet_string(
			OSSL_CIPHER_PARAM_AEAD_TAG, (void *)tag.at, tag.length),
		OSSL_PARAM_construct_end(),
	};
	int length = 0, last = 0;

	return EVP_CIPHER_CTX_set_params(context, parameters) == 1 &&
	       (text.length == 0 ||
		       EVP_DecryptUpdate(context, out, &length, text.at, (int)text.length) == 1) &&
	       EVP_DecryptFinal_ex(context, out + length, &last) == 1;
}

/* Cuts TLSInnerPlaintext's zeros off (RFC 8446 5.4); false when nothing is left. */
static bool cut_padding(struct span *plain)
{
	while (plain->length > 0 && plain->at[plain->length - 1] == 0)
		plain->length--;
	return plain->length > 0;
}

static bool unseal_aead(const struct keys *keys, uint64_t sequence,
	const struct sealed_record *record, struct unsealed *out)
{
	const struct cipher *cipher = keys->cipher;
	bool is_old = keys->version < TLS13;
	size_t front = is_old && cipher->has_explicit_nonce ? EXPLICIT : 0;
	uint8_t nonce[NONCE], additional[UNSEAL_FRONT];
	struct span text, tag;
	int length;

	if (record->payload.length < front + cipher->mac_length)
		return false;
	text = span_from(record->payload, front);
	tag = span_from(text, text.length - cipher->mac_length);
	text = span_first(text, text.length - cipher->mac_length);
	put_nonce(nonce, keys, sequence, span_first(record->payload, front));
	length = (int)put_additional(additional, keys, sequence, record);
	if (EVP_DecryptInit_ex2(keys->context, NULL, NULL, nonce, NULL) != 1 ||
		EVP_DecryptUpdate(keys->context, NULL, &length, additional, length) != 1 ||
		!decrypt_aead(keys->context, text, tag, out->octets))
		return false;
	out->plain = span_of(out->octets, text.length);
	return is_old || cut_padding(&out->plain);
}

/* Whether the HMAC of the octets is what stands there. */
static bool is_authentic(const struct keys *keys, struct span octets, struct span code)
{
	uint8_t own[EVP_MAX_MD_SIZE];
	size_t length = 0;

	return EVP_Q_mac(NULL, "HMAC", NULL, keys->cipher->mac, NULL, keys->mac,
		       keys->cipher->mac_length, octets.at, octets.length, own, sizeof own,
		       &length) != NULL &&
	       span_equal(span_of(own, length), code);
}

/* Decrypts whole blocks behind the front; the IV is the first block from TLS 1.1 on (RFC 4346
 * 6.2.3.2). */
static bool decrypt_blocks(const struct keys *keys, struct span blocks, struct unsealed *out)
{
	const uint8_t *iv = keys->iv;
	int length = 0;

	if (keys->version >= TLS11) {
		iv = blocks.at;
		blocks = span_from(blocks, BLOCK);
	}
	if (EVP_DecryptInit_ex2(keys->context, NULL, NULL, iv, NULL) != 1 ||
		EVP_DecryptUpdate(keys->context, out->octets + UNSEAL_FRONT, &length, blocks.at,
			(int)blocks.length) != 1 ||
		(size_t)length != blocks.length)
		return false;
	out->plain = span_of(out->octets + UNSEAL_FRONT, blocks.length);
	return true;
}

/* GenericBlockCipher's padding: its length, that many times, and once more (RFC 5246 6.2.3.2). */
static bool cut_block_padding(struct span *plain)
{
	size_t padding = plain->length > 0 ? plain->at[plain->length - 1] + (size_t)1 : 0;

	if (padding == 0 || padding > plain->length)
		return false;
	for (size_t i = 1; i <= padding; i++)
		if (plain->at[plain->length - i] != padding - 1)
			return false;
	plain->length -= padding;
	return true;
}

/* Whether the IV is another record's: the one before this was not opened. */
static bool lacks_iv(const struct keys *keys, uint64_t sequence)
{
	return keys->version < TLS11 && keys->iv_sequence != sequence;
}

/* RFC 7366 3: the HMAC stands behind the blocks, and is of them. It says nothing of the IV: with a
 * wrong one the first block would be noise. */
static bool unseal_then_decrypt(const struct keys *keys, uint64_t sequence,
	const struct sealed_record *record, struct unsealed *out)
{
	struct span blocks =
		span_first(record->payload, record->payload.length - keys->cipher->mac_length);
	struct span code = span_from(record->payload, blocks.length);

	put_front(out->octets, sequence, record, blocks.length);
	memcpy(out->octets + UNSEAL_FRONT, blocks.at, blocks.length);
	if (!is_authentic(keys, span_of(out->octets, UNSEAL_FRONT + blocks.length), code))
		return false;
	out->is_blind = lacks_iv(keys, sequence);
	return out->is_blind ||
	       (decrypt_blocks(keys, blocks, out) && cut_block_padding(&out->plain));
}

static bool decrypt_then_unseal(const struct keys *keys, uint64_t sequence,
	const struct sealed_record *record, struct unsealed *out)
{
	size_t code_length = keys->cipher->mac_length;
	struct span code;

	if (!decrypt_blocks(keys, record->payload, out) || !cut_block_padding(&out->plain) ||
		out->plain.length < code_length)
		return false;
	out->plain.length -= code_length;
	code = span_of(out->plain.at + out->plain.length, code_length);
	put_front(out->octets, sequence, record, out->plain.length);
	return is_authentic(keys, span_of(out->octets, UNSEAL_FRONT + out->plain.length), code);
}

static bool unseal_blocks(const struct keys *keys, uint64_t sequence,
	const struct sealed_record *record, struct unsealed *out)
{
	size_t behind = keys->encrypts_then_macs ? keys->cipher->mac_length : 0;
	size_t least = behind + BLOCK + (keys->version >= TLS11 ? BLOCK : 0);

	if (record->payload.length < least || (record->payload.length - behind) % BLOCK != 0)
		return false;
	return keys->encrypts_then_macs ? unseal_then_decrypt(keys, sequence, record, out)
					: decrypt_then_unseal(keys, sequence, record, out);
}

bool unseal(const struct keys *keys, uint64_t sequence, const struct sealed_record *record,
	struct unsealed *out)
{
	out->plain = span_of(NULL, 0);
	out->is_blind = false;
	if (record->payload.length > LIMIT_RECORD)
		return false;
	return keys->cipher->mac != NULL ? unseal_blocks(keys, sequence, record, out)
					 : unseal_aead(keys, sequence, record, out);
}

void unseal_pass(struct keys *keys, uint64_t next, const struct sealed_record *record)
{
	size_t behind = keys->encrypts_then_macs ? keys->cipher->mac_length : 0;

	keys->iv_sequence = next;
	if (keys->cipher->mac != NULL && keys->version < TLS11 &&
		record->payload.length >= BLOCK + behind)
		memcpy(keys->iv, record->payload.at + record->payload.length - behind - BLOCK,
			BLOCK);
}
