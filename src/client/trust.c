#include "client/trust.h"

#include "base/address.h"
#include "base/language.h"
#include "base/limits.h"
#include "base/printable.h"
#include "client/trust_check.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

enum {
	FINGERPRINT = 32,
	NAMES_TOLD = 100,   /* octets of names among the reasons; the notes have more */
	REASONS_TOLD = 180, /* characters of reasons in an error; so have they */
};

/* A fingerprint as people write it: "SHA256:AB:CD...", "ab cd ..." without the blanks. */
static bool read_fingerprint(const char *text, uint8_t *octets)
{
	struct span rest = span_text(text);

	if (span_starts_letters(rest, "SHA256:"))
		rest = span_from(rest, 7);
	for (size_t i = 0; i < FINGERPRINT; i++) {
		if (i > 0 && rest.length > 0 && rest.at[0] == ':')
			rest = span_from(rest, 1);
		if (rest.length < 2 || hex_value(rest.at[0]) < 0 || hex_value(rest.at[1]) < 0)
			return false;
		octets[i] = (uint8_t)(hex_value(rest.at[0]) << 4 | hex_value(rest.at[1]));
		rest = span_from(rest, 2);
	}
	return rest.length == 0;
}

static void add_fingerprint(struct buffer *out, const X509 *certificate)
{
	uint8_t octets[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	if (X509_digest(certificate, EVP_sha256(), octets, &length) != 1)
		length = 0;
	buffer_add_text(out, "SHA256:");
	for (unsigned i = 0; i < length; i++)
		buffer_printf(out, "%02X", octets[i]);
}

static bool has_fingerprint(const X509 *certificate, const char *text)
{
	uint8_t wanted[FINGERPRINT], octets[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	return read_fingerprint(text, wanted) &&
	       X509_digest(certificate, EVP_sha256(), octets, &length) == 1 &&
	       length == FINGERPRINT && memcmp(wanted, octets, FINGERPRINT) == 0;
}

static void note(const struct trust_question *question, struct buffer *text)
{
	const struct tap *tap = question->tap;

	if (tap->on_note != NULL)
		tap->on_note(tap->context, buffer_text(text));
	buffer_clear(text);
}

static int version_of(enum trust_version version)
{
	static const int versions[] = {[TRUST_TLS_1_0] = TLS1_VERSION,
		[TRUST_TLS_1_1] = TLS1_1_VERSION,
		[TRUST_TLS_1_2] = TLS1_2_VERSION,
		[TRUST_TLS_1_3] = TLS1_3_VERSION};

	return versions[version]; /* any: 0, which OpenSSL takes for the newest */
}

static void set_versions(const struct trust_question *question, SSL_CTX *context)
{
	enum trust_version minimum = question->trust->minimum;
	struct buffer text;

	SSL_CTX_set_min_proto_version(
		context, minimum == TRUST_TLS_ANY ? TLS1_2_VERSION : version_of(minimum));
	SSL_CTX_set_max_proto_version(context, version_of(question->trust->maximum));
	if (minimum != TRUST_TLS_1_0 && minimum != TRUST_TLS_1_1)
		return;
	SSL_CTX_set_security_level(context, 0); /* their handshakes are signed with SHA-1 */
	buffer_init(&text, 0);
	buffer_printf(&text,
		_("TLS 1.%d is allowed, as asked: it is broken (RFC 8996); TLS 1.2 is the least "
		  "that "
		  "mail should use (RFC 8997)"),
		minimum == TRUST_TLS_1_0 ? 0 : 1);
	note(question, &text);
	buffer_fini(&text);
}

enum step trust_prepare(const struct trust_question *question, SSL_CTX *context, struct fail *fail)
{
	const struct trust *trust = question->trust;
	uint8_t fingerprint[FINGERPRINT];

	set_versions(question, context);
	if (trust->fingerprint != NULL) {
		if (read_fingerprint(trust->fingerprint, fingerprint))
			return STEP_DONE;
		return fail_set(fail, FAIL_USAGE,
			"%s: no SHA-256 fingerprint: it has 64 hexadecimal digits",
			trust->fingerprint);
	}
	if (trust->is_blind)
		return STEP_DONE;
	if (trust->ca_file == NULL) {
		SSL_CTX_set_default_verify_paths(context);
		return STEP_DONE;
	}
	ERR_clear_error();
	if (SSL_CTX_load_verify_file(context, trust->ca_file) == 1)
		return STEP_DONE;
	ERR_clear_error();
	return fail_set(
		fail, FAIL_OPEN, "%s: no certificates in PEM can be read from it", trust->ca_file);
}

/* A distinguished name (RFC 4514), printable. */
static void add_name(struct buffer *out, const X509_NAME *name)
{
	BIO *memory = BIO_new(BIO_s_mem());
	char *text;
	long length;

	X509_NAME_print_ex(memory, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
	length = BIO_get_mem_data(memory, &text);
	printable_add(out, span_first(span_of(text, (size_t)length), LIMIT_COLUMN));
	if (length == 0)
		buffer_add_text(out, _("(no name)"));
	BIO_free(memory);
}

static void add_date(struct buffer *out, const ASN1_TIME *time)
{
	struct tm date;

	if (ASN1_TIME_to_tm(time, &date) != 1)
		buffer_add_text(out, _("(no date)"));
	else
		buffer_printf(out, "%04d-%02d-%02d %02d:%02d:%02d UTC", date.tm_year + 1900,
			date.tm_mon + 1, date.tm_mday, date.tm_hour, date.tm_min, date.tm_sec);
}

static bool add_alternative(struct buffer *out, const GENERAL_NAME *name)
{
	const ASN1_STRING *value = name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
	const uint8_t *octets;
	char address[ADDRESS_TEXT];
	int length;

	if (name->type != GEN_DNS && name->type != GEN_IPADD)
		return false;
	octets = ASN1_STRING_get0_data(value);
	length = ASN1_STRING_length(value);
	if (out->length > 0)
		buffer_add_text(out, ", ");
	if (name->type == GEN_DNS) {
		printable_add(out, span_first(span_of(octets, (size_t)length), LIMIT_COLUMN));
	} else if (length == 4 || length == 16) {
		address_text(address, length == 4 ? 4 : 6, octets);
		buffer_add_text(out, address);
	} else {
		buffer_add_text(out, _("(no address)"));
	}
	return true;
}

/* Without alternative names the subject's common name counts (RFC 6125 6.4.4). */
static void add_common_name(struct buffer *out, const X509 *certificate)
{
	const X509_NAME *subject = X509_get_subject_name(certificate);
	int place = X509_NAME_get_index_by_NID((X509_NAME *)subject, NID_commonName, -1);
	const ASN1_STRING *value;

	if (place < 0) {
		buffer_add_text(out, _("nobody"));
		return;
	}
	value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place));
	printable_add(out,
		span_first(span_of(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value)),
			LIMIT_COLUMN));
}

/* The names it is for, "mail.example.org, *.example.org, 192.0.2.1": as many as most octets hold,
 * but one at least. */
static void add_names(struct buffer *out, const X509 *certificate, size_t most)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	int count = names != NULL ? sk_GENERAL_NAME_num(names) : 0;
	struct buffer list;
	size_t told = 0;
	int i;

	buffer_init(&list, 0);
	for (i = 0; i < count && told < LIMIT_NAMES && (told == 0 || list.length < most); i++)
		told += add_alternative(&list, sk_GENERAL_NAME_value(names, i));
	if (told == 0)
		add_common_name(&list, certificate);
	if (i < count)
		buffer_printf(&list, _(" and %d more"), count - i);
	buffer_add_span(out, buffer_span(&list));
	buffer_fini(&list);
	GENERAL_NAMES_free(names);
}

static void tell_certificate(
	const struct trust_question *question, const X509 *certificate, int number)
{
	struct buffer text;

	buffer_init(&text, 0);
	buffer_printf(&text, _("Certificate %d: "), number);
	add_name(&text, X509_get_subject_name(certificate));
	buffer_add_text(&text, _("; issued by "));
	add_name(&text, X509_get_issuer_name(certificate));
	buffer_add_text(&text, _("; valid from "));
	add_date(&text, X509_get0_notBefore(certificate));
	buffer_add_text(&text, _(" until "));
	add_date(&text, X509_get0_notAfter(certificate));
	buffer_add_text(&text, "; ");
	add_fingerprint(&text, certificate);
	if (number == 1) {
		buffer_add_text(&text, _("; for "));
		add_names(&text, certificate, LIMIT_COLUMN);
	}
	note(question, &text);
	buffer_fini(&text);
}

static void tell_chain(const struct trust_question *question, X509_STORE_CTX *store)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(store);
	int count = chain != NULL ? sk_X509_num(chain) : 0;
	struct buffer text;

	for (int i = 0; i < count && i < LIMIT_CHAIN; i++)
		tell_certificate(question, sk_X509_value(chain, i), i + 1);
	if (count <= LIMIT_CHAIN)
		return;
	buffer_init(&text, 0);
	buffer_printf(&text,
		language_count("%d more certificate", "%d more certificates",
			(uint64_t)(count - LIMIT_CHAIN)),
		count - LIMIT_CHAIN);
	note(question, &text);
	buffer_fini(&text);
}

/* What is wrong with a chain, gathered while OpenSSL walks it. */
struct blame {
	struct buffer text; /* divided by "; " */
	int first;          /* X509_V_ERR_...; 0: nothing */
	bool is_unknown;    /* that nobody trusted has issued it, is said */
};

static void begin_reason(struct blame *blame, int error)
{
	if (blame->first == X509_V_OK)
		blame->first = error;
	buffer_add_text(&blame->text, blame->text.length > 0 ? "; " : "");
}

/* "it", or the certificate of the chain that is meant. */
static void add_who(struct blame *blame, const X509 *certificate, int depth)
{
	if (depth == 0 || certificate == NULL) {
		buffer_add_text(&blame->text, _("it"));
		return;
	}
	buffer_add_text(&blame->text, _("its authority "));
	add_name(&blame->text, X509_get_subject_name(certificate));
}

static void blame_dates(struct blame *blame, const X509 *certificate, int error)
{
	bool is_early = error == X509_V_ERR_CERT_NOT_YET_VALID;

	buffer_add_text(&blame->text, is_early ? _(" is not valid before ") : _(" expired on "));
	add_date(&blame->text,
		is_early ? X509_get0_notBefore(certificate) : X509_get0_notAfter(certificate));
}

static void blame_issuer(struct blame *blame, X509_STORE_CTX *store, int error)
{
	if (blame->is_unknown)
		return;
	blame->is_unknown = true;
	begin_reason(blame, error);
	if (error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT) {
		buffer_add_text(&blame->text, _("it is self-signed"));
		return;
	}
	buffer_add_text(&blame->text, _("it was issued by "));
	add_name(&blame->text, X509_get_issuer_name(X509_STORE_CTX_get0_cert(store)));
	buffer_add_text(&blame->text, error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN
					      ? _(", and no authority above it is trusted")
					      : _(", which is not trusted or not known"));
}

/* Called by OpenSSL for each error, and for each certificate without one. Whatever is answered, an
 * error that was heard here decides. */
static int hear_error(int is_good, X509_STORE_CTX *store)
{
	struct blame *blame = X509_STORE_CTX_get_ex_data(store, 0);
	X509 *certificate = X509_STORE_CTX_get_current_cert(store);
	int error = X509_STORE_CTX_get_error(store);

	if (is_good)
		return 1;
	switch (error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case X509_V_ERR_CERT_NOT_YET_VALID:
		begin_reason(blame, error);
		add_who(blame, certificate, X509_STORE_CTX_get_error_depth(store));
		blame_dates(blame, certificate, error);
		break;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_CERT_UNTRUSTED:
		blame_issuer(blame, store, error);
		break;
	default:
		begin_reason(blame, error);
		buffer_add_text(&blame->text, _(X509_verify_cert_error_string(error)));
	}
	return 1;
}

static void check_chain(struct blame *blame, X509_STORE_CTX *store)
{
	void *before = X509_STORE_CTX_get_ex_data(store, 0);
	bool is_good;

	X509_STORE_CTX_set_ex_data(store, 0, blame);
	X509_STORE_CTX_set_verify_cb(store, hear_error);
	is_good = X509_verify_cert(store) == 1;
	X509_STORE_CTX_set_ex_data(store, 0, before);
	if (is_good || blame->first != X509_V_OK)
		return;
	begin_reason(blame, X509_V_ERR_UNSPECIFIED);
	buffer_add_text(&blame->text, _("OpenSSL cannot check it"));
}

static void check_name(
	const struct trust_question *question, struct blame *blame, X509 *certificate)
{
	const char *name = question->host;
	int is_for = X509_check_ip_asc(certificate, name, 0);

	if (is_for == -2) /* no address */
		is_for = X509_check_host(certificate, name, strlen(name),
			X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL);
	if (is_for == 1)
		return;
	begin_reason(blame, X509_V_ERR_HOSTNAME_MISMATCH);
	buffer_add_text(&blame->text, _("it is for "));
	add_names(&blame->text, certificate, NAMES_TOLD);
	buffer_add_text(&blame->text, _("; not for "));
	printable_add(&blame->text, span_text(name));
}

static void check_fingerprint(
	const struct trust_question *question, struct blame *blame, const X509 *certificate)
{
	if (has_fingerprint(certificate, question->trust->fingerprint))
		return;
	begin_reason(blame, X509_V_ERR_CERT_REJECTED);
	buffer_add_text(&blame->text, _("its fingerprint is "));
	add_fingerprint(&blame->text, certificate);
	buffer_add_text(&blame->text, _(", not the one asked for"));
}

/* What helps, if the user knows better. */
static void tell_way_out(
	const struct trust_question *question, const struct blame *blame, const X509 *certificate)
{
	struct buffer text;

	buffer_init(&text, 0);
	buffer_add_text(&text, _("Certificate not trusted: "));
	buffer_add_span(&text, buffer_span(&blame->text));
	note(question, &text);
	buffer_add_text(&text, _("If you know this server: "));
	if (blame->is_unknown)
		buffer_add_text(&text, _("--ca-file FILE trusts the authorities in FILE; "));
	if (blame->first == X509_V_ERR_HOSTNAME_MISMATCH)
		buffer_add_text(&text, _("--tls-name NAME asks for another name; "));
	buffer_add_text(&text, "--tls-fingerprint ");
	add_fingerprint(&text, certificate);
	buffer_add_text(&text, _(" trusts this certificate alone"));
	note(question, &text);
	buffer_fini(&text);
}

/* Keeps so many characters. */
static void shorten(struct buffer *text, size_t most)
{
	size_t characters = 0;

	for (size_t i = 0; i < text->length; i++) {
		characters += (text->at[i] & 0xc0) != 0x80;
		if (characters <= most)
			continue;
		text->length = i;
		buffer_add_text(text, "...");
		return;
	}
}

static enum step refuse(const struct trust_question *question, struct blame *blame,
	const X509 *certificate, struct fail *fail)
{
	tell_way_out(question, blame, certificate);
	shorten(&blame->text, REASONS_TOLD);
	return fail_set(fail, FAIL_DENIED,
		"%s: certificate not trusted: %s (--ca-file, --tls-name or --tls-fingerprint can "
		"help)",
		question->name, buffer_text(&blame->text));
}

enum step trust_check(
	const struct trust_question *question, X509_STORE_CTX *store, struct fail *fail)
{
	const struct trust *trust = question->trust;
	X509 *certificate = X509_STORE_CTX_get0_cert(store);
	struct blame blame = {.first = X509_V_OK};
	enum step step = STEP_DONE;

	buffer_init(&blame.text, LIMIT_COLUMN);
	tell_chain(question, store);
	if (trust->fingerprint != NULL) {
		check_fingerprint(question, &blame, certificate);
	} else if (!trust->is_blind) {
		check_chain(&blame, store);
		check_name(question, &blame, certificate);
	}
	X509_STORE_CTX_set_error(store, blame.first);
	if (blame.first != X509_V_OK)
		step = refuse(question, &blame, certificate, fail);
	buffer_fini(&blame.text);
	return step;
}
