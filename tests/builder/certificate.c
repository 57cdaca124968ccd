#include "certificate.h"

#include "base/memory.h"
#include "text.h"

#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

enum { DAY = 86400 };

/* Keys are dear: one run of the builder makes each kind once. */
static EVP_PKEY *shared_key(bool is_elliptic, bool is_authority)
{
	static EVP_PKEY *keys[2][2];
	EVP_PKEY **key = &keys[is_elliptic][is_authority];

	if (*key == NULL)
		*key = is_elliptic ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048);
	if (*key == NULL)
		text_complain("OpenSSL makes no key");
	return *key;
}

static void add_extension(X509 *certificate, X509 *issuer, int id, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, id, value);
	if (extension == NULL || X509_add_ext(certificate, extension, -1) != 1)
		text_complain("OpenSSL takes no extension \"%s\"", value);
	X509_EXTENSION_free(extension);
}

static X509 *begin(const char *name, const char *issuer, long serial, int64_t now)
{
	X509 *certificate = X509_new();
	time_t seconds = (time_t)(now / 1000000000);
	X509_NAME *subject, *from;

	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
	X509_time_adj_ex(X509_getm_notBefore(certificate), -90, 0, &seconds);
	X509_time_adj_ex(X509_getm_notAfter(certificate), 275, 0, &seconds);
	subject = X509_get_subject_name(certificate);
	from = X509_get_issuer_name(certificate);
	X509_NAME_add_entry_by_txt(
		subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
	X509_NAME_add_entry_by_txt(
		from, "CN", MBSTRING_UTF8, (const unsigned char *)issuer, -1, -1, 0);
	return certificate;
}

static X509 *authority(size_t level, const struct certificate_wish *wish)
{
	EVP_PKEY *key = shared_key(wish->has_elliptic_key, true);
	char name[64], issuer[64];
	X509 *certificate;

	snprintf(name, sizeof name, "Practice Authority %zu", level);
	snprintf(issuer, sizeof issuer, "Practice Authority %zu", level + 1);
	certificate = begin(name, issuer, 1000 + (long)level, wish->now);
	X509_set_pubkey(certificate, key);
	add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
	add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
	X509_sign(certificate, key, EVP_sha256());
	return certificate;
}

/* padding octets stand in a comment, as old authorities wrote them. */
static X509 *server(const struct certificate_wish *wish, size_t padding)
{
	X509 *certificate = begin(wish->name, "Practice Authority 1", 2022112101, wish->now);
	char alternative[300];

	X509_set_pubkey(certificate, shared_key(wish->has_elliptic_key, false));
	add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:FALSE");
	add_extension(certificate, certificate, NID_key_usage,
		wish->has_elliptic_key ? "critical,digitalSignature"
				       : "critical,digitalSignature,keyEncipherment");
	add_extension(certificate, certificate, NID_ext_key_usage, "serverAuth");
	snprintf(alternative, sizeof alternative, "DNS:%s", wish->name);
	add_extension(certificate, certificate, NID_subject_alt_name, alternative);
	if (padding > 0) {
		static const char words[] = "Made for a capture of the mailscope project. ";
		char *text = memory_new(padding + 1, 1);

		for (size_t i = 0; i < padding; i++)
			text[i] = i + 1 < padding ? words[i % (sizeof words - 1)] : '.';
		add_extension(certificate, certificate, NID_netscape_comment, text);
		free(text);
	}
	X509_sign(certificate, shared_key(wish->has_elliptic_key, true), EVP_sha256());
	return certificate;
}

static size_t octets_of(X509 *certificate)
{
	return (size_t)i2d_X509(certificate, NULL);
}

/* Lengths of lengths jump, and elliptic signatures vary: so it is tried until it fits. */
static X509 *padded_server(const struct certificate_wish *wish, size_t others)
{
	size_t padding = 1;

	for (int i = 0; i < 64; i++) {
		X509 *certificate = server(wish, padding);
		size_t octets = others + octets_of(certificate);

		if (octets == wish->octets)
			return certificate;
		X509_free(certificate);
		if (octets > wish->octets + padding)
			text_complain("the certificates have at least %zu octets", octets);
		padding += wish->octets - octets;
	}
	text_complain("certificates of %zu octets cannot be made", wish->octets);
}

void certificate_make(struct certificate_chain *chain, const struct certificate_wish *wish)
{
	size_t others = 0;

	if (wish->length == 0 || wish->length > CERTIFICATE_CHAIN)
		text_complain("a chain has 1 to %d certificates", CERTIFICATE_CHAIN);
	chain->count = wish->length;
	for (size_t i = 1; i < wish->length; i++) {
		chain->list[i] = authority(i, wish);
		others += octets_of(chain->list[i]);
	}
	chain->key = shared_key(wish->has_elliptic_key, false);
	chain->list[0] = wish->octets != 0 ? padded_server(wish, others) : server(wish, 0);
}

void certificate_fini(struct certificate_chain *chain)
{
	for (size_t i = 0; i < chain->count; i++)
		X509_free(chain->list[i]);
}
