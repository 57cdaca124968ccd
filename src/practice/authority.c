#include "practice/authority.h"

#include "base/language.h"
#include "base/memory.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DAY = 24 * 60 * 60, DAYS = 90 };

struct authority {
	char *host, *address;
	X509 *certificate;
	EVP_PKEY *key;
	SSL_CTX *contexts[TALK_CERTIFICATES];
	FILE *secrets; /* NULL: none are kept */
};

/* What a certificate says. */
struct paper {
	const char *name;   /* CN */
	const char *names;  /* subjectAltName, NULL for the authority */
	long begin, end;    /* seconds from now */
	const X509 *issuer; /* NULL: itself */
};

static bool add_extension(X509 *certificate, X509 *issuer, int id, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	bool is_good;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&context);
	extension = X509V3_EXT_conf_nid(NULL, &context, id, value);
	is_good = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return is_good;
}

static bool add_extensions(X509 *certificate, X509 *issuer, const struct paper *paper)
{
	bool is_authority = paper->names == NULL;

	return add_extension(certificate, issuer, NID_basic_constraints,
		       is_authority ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE") &&
	       add_extension(certificate, issuer, NID_key_usage,
		       is_authority ? "critical,keyCertSign,cRLSign"
				    : "critical,digitalSignature") &&
	       add_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
	       add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always") &&
	       (is_authority ||
		       (add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth") &&
			       add_extension(
				       certificate, issuer, NID_subject_alt_name, paper->names)));
}

static bool set_serial(X509 *certificate)
{
	uint64_t serial;

	return RAND_bytes((uint8_t *)&serial, sizeof serial) == 1 &&
	       ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1) == 1;
}

static bool fill(X509 *certificate, EVP_PKEY *key, const struct paper *paper)
{
	X509_NAME *name = X509_get_subject_name(certificate);

	return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
	       X509_gmtime_adj(X509_getm_notBefore(certificate), paper->begin) != NULL &&
	       X509_gmtime_adj(X509_getm_notAfter(certificate), paper->end) != NULL &&
	       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
		       (const unsigned char *)paper->name, -1, -1, 0) == 1 &&
	       X509_set_issuer_name(certificate,
		       paper->issuer != NULL ? X509_get_subject_name(paper->issuer) : name) == 1 &&
	       X509_set_pubkey(certificate, key) == 1;
}

/* A certificate for the key, signed by the issuer's; NULL: OpenSSL cannot. */
static X509 *issue(EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key, struct paper *paper)
{
	X509 *certificate = X509_new();

	paper->issuer = issuer;
	if (certificate != NULL && fill(certificate, key, paper) &&
		add_extensions(certificate, issuer != NULL ? issuer : certificate, paper) &&
		X509_sign(certificate, issuer_key, EVP_sha256()) > 0)
		return certificate;
	X509_free(certificate);
	return NULL;
}

static X509 *issue_own(EVP_PKEY *key)
{
	struct paper paper = {.begin = -60 * 60, .end = DAYS * DAY};
	char name[64];
	uint32_t number = 0;

	(void)RAND_bytes((uint8_t *)&number, sizeof number);
	snprintf(name, sizeof name, "mailscope practice CA %08x", number);
	paper.name = name;
	return issue(key, NULL, key, &paper);
}

struct authority *authority_new(const char *host, const char *address, struct fail *fail)
{
	struct authority *authority = memory_new(1, sizeof *authority);

	authority->host = memory_text(host);
	authority->address = address != NULL ? memory_text(address) : NULL;
	authority->key = EVP_EC_gen("P-256");
	if (authority->key != NULL)
		authority->certificate = issue_own(authority->key);
	if (authority->certificate != NULL)
		return authority;
	(void)fail_set(fail, FAIL_INTERNAL, "TLS: no certificate: %s",
		ERR_reason_error_string(ERR_peek_last_error()));
	authority_free(authority);
	return NULL;
}

void authority_free(struct authority *authority)
{
	if (authority == NULL)
		return;
	for (size_t i = 0; i < TALK_CERTIFICATES; i++)
		SSL_CTX_free(authority->contexts[i]);
	X509_free(authority->certificate);
	EVP_PKEY_free(authority->key);
	if (authority->secrets != NULL)
		fclose(authority->secrets);
	free(authority->host);
	free(authority->address);
	free(authority);
}

enum step authority_write(const struct authority *authority, const char *path, struct fail *fail)
{
	FILE *file = fopen(path, "we");
	bool is_good = file != NULL && PEM_write_X509(file, authority->certificate) == 1;

	if (file != NULL && fclose(file) != 0)
		is_good = false;
	if (is_good)
		return STEP_DONE;
	return fail_set(fail, FAIL_WRITE, "%s: cannot write: %s", path, language_error(errno));
}

enum step authority_keep_secrets(struct authority *authority, const char *path, struct fail *fail)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	authority->secrets = descriptor >= 0 ? fdopen(descriptor, "a") : NULL;
	if (authority->secrets != NULL)
		return STEP_DONE;
	(void)fail_set(fail, FAIL_WRITE, "%s: cannot write: %s", path, language_error(errno));
	if (descriptor >= 0)
		close(descriptor);
	return STEP_FAIL;
}

static void keep_secret(const SSL *ssl, const char *line)
{
	const struct authority *authority = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	const struct tap *tap = SSL_get_app_data(ssl);

	if (tap != NULL && tap->on_secrets != NULL)
		tap->on_secrets(tap->context, line);
	if (authority->secrets == NULL)
		return;
	fprintf(authority->secrets, "%s\n", line);
	fflush(authority->secrets);
}

/* "DNS:localhost,IP:127.0.0.1,..." */
static void add_names(const struct authority *authority, struct buffer *out)
{
	uint8_t octets[16];

	buffer_add_text(out, "DNS:localhost,IP:127.0.0.1,IP:::1");
	if (strcmp(authority->host, "localhost") != 0 &&
		inet_pton(AF_INET, authority->host, octets) != 1)
		buffer_printf(out, ",DNS:%s", authority->host);
	if (authority->address != NULL && strcmp(authority->address, "127.0.0.1") != 0 &&
		strcmp(authority->address, "::1") != 0)
		buffer_printf(out, ",IP:%s", authority->address);
}

static X509 *issue_kind(struct authority *authority, enum talk_certificate kind, EVP_PKEY *key)
{
	struct paper paper = {.name = authority->host, .begin = -60 * 60, .end = DAYS * DAY};
	bool is_own = kind == TALK_CERTIFICATE_SELF_SIGNED;
	struct buffer names;
	X509 *certificate;

	buffer_init(&names, 0);
	add_names(authority, &names);
	paper.names = buffer_text(&names);
	if (kind == TALK_CERTIFICATE_EXPIRED) {
		paper.begin = -DAYS * DAY;
		paper.end = -DAY;
	} else if (kind == TALK_CERTIFICATE_WRONG_NAME) {
		paper.name = "wrong.example";
		paper.names = "DNS:wrong.example";
	}
	certificate = issue(
		key, is_own ? NULL : authority->certificate, is_own ? key : authority->key, &paper);
	buffer_fini(&names);
	return certificate;
}

static SSL_CTX *make_context(struct authority *authority, enum talk_certificate kind)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = key != NULL ? issue_kind(authority, kind, key) : NULL;
	bool is_good = context != NULL && certificate != NULL &&
		       SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
		       SSL_CTX_use_certificate(context, certificate) == 1 &&
		       SSL_CTX_use_PrivateKey(context, key) == 1;

	X509_free(certificate);
	EVP_PKEY_free(key);
	if (!is_good) {
		SSL_CTX_free(context);
		return NULL;
	}
	/* Each session shows a whole handshake. */
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_num_tickets(context, 0);
	SSL_CTX_set_options(
		context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
					  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					  SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_app_data(context, authority);
	SSL_CTX_set_keylog_callback(context, keep_secret);
	return context;
}

SSL_CTX *authority_context(struct authority *authority, enum talk_certificate kind)
{
	if (authority->contexts[kind] == NULL)
		authority->contexts[kind] = make_context(authority, kind);
	return authority->contexts[kind];
}
