#include "tls/derive.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

enum { RANDOM = 32 };

static OSSL_PARAM octets_of(const char *name, struct span octets)
{
	return OSSL_PARAM_construct_octet_string(name, (void *)octets.at, octets.length);
}

static OSSL_PARAM text_of(const char *name, const char *text)
{
	return OSSL_PARAM_construct_utf8_string(name, (char *)text, 0);
}

static bool derive(const char *name, const OSSL_PARAM *parameters, uint8_t *out, size_t length)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, name, NULL);
	EVP_KDF_CTX *context = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
	bool is_done = context != NULL && EVP_KDF_derive(context, out, length, parameters) == 1;

	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
	return is_done;
}

bool derive_key_block(const struct derive_block *block, uint8_t *out, size_t length)
{
	const OSSL_PARAM parameters[] = {
		text_of(OSSL_KDF_PARAM_DIGEST, block->digest),
		octets_of(OSSL_KDF_PARAM_SECRET, block->master),
		octets_of(OSSL_KDF_PARAM_SEED, span_text("key expansion")),
		octets_of(OSSL_KDF_PARAM_SEED, span_of(block->server_random, RANDOM)),
		octets_of(OSSL_KDF_PARAM_SEED, span_of(block->client_random, RANDOM)),
		OSSL_PARAM_construct_end(),
	};

	return derive("TLS1-PRF", parameters, out, length);
}

bool derive_label(const struct derive_label *label, uint8_t *out, size_t length)
{
	int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
	const OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
		text_of(OSSL_KDF_PARAM_DIGEST, label->digest),
		octets_of(OSSL_KDF_PARAM_KEY, label->secret),
		octets_of(OSSL_KDF_PARAM_PREFIX, span_text("tls13 ")),
		octets_of(OSSL_KDF_PARAM_LABEL, span_text(label->label)),
		OSSL_PARAM_construct_end(),
	};

	return derive("TLS13-KDF", parameters, out, length);
}
