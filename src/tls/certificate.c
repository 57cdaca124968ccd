#include "tls/certificate.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "tls/text.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>

/* tags of DER (X.690 8.1.2) that a certificate has */
enum tag {
	TAG_BOOLEAN = 0x01,
	TAG_INTEGER = 0x02,
	TAG_OCTETS = 0x04,
	TAG_SEQUENCE = 0x30,
	TAG_VERSION = 0xa0,    /* TBSCertificate.version */
	TAG_EXTENSIONS = 0xa3, /* TBSCertificate.extensions */
	TAG_DNS_NAME = 0x82,   /* GeneralName.dNSName */
};

/* One element: its content, and all of it. */
struct element {
	uint8_t tag;
	struct span content, whole;
};

/* Takes an element off the front; false, with nothing consumed, when its length is no DER of at
 * most 16 bits or passes the end. */
static bool element_take(struct cursor *c, struct element *element)
{
	struct cursor inner = *c;
	size_t length;

	element->tag = cursor_u8(&inner);
	length = cursor_u8(&inner);
	if (length == 0x81)
		length = cursor_u8(&inner);
	else if (length == 0x82)
		length = cursor_u16(&inner);
	else if (length >= 0x80)
		return false;
	element->content = cursor_span(&inner, length);
	if (inner.is_short)
		return false;
	element->whole = cursor_span(c, c->left - inner.left);
	return true;
}

/* Takes an element if it has this tag. */
static bool element_is(struct cursor *c, enum tag tag, struct element *element)
{
	struct cursor before = *c;

	if (element_take(c, element) && element->tag == tag)
		return true;
	*c = before;
	return false;
}

/* A Name as "C=DE, O=Example, CN=mail.example". Decoding the names alone is about 20 times as fast
 * as d2i_X509(), which decodes the public key too. */
static void read_name(char *field, size_t size, struct span name)
{
	const unsigned long flags = XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_FN_SN |
				    XN_FLAG_DUMP_UNKNOWN_FIELDS | ASN1_STRFLGS_ESC_2253 |
				    ASN1_STRFLGS_UTF8_CONVERT | ASN1_STRFLGS_DUMP_UNKNOWN |
				    ASN1_STRFLGS_DUMP_DER;
	const unsigned char *at = name.at;
	X509_NAME *decoded = d2i_X509_NAME(NULL, &at, (long)name.length);
	BIO *out = BIO_new(BIO_s_mem());
	char *text;
	long length;

	if (decoded != NULL && out != NULL && X509_NAME_print_ex(out, decoded, 0, flags) >= 0) {
		length = BIO_get_mem_data(out, &text);
		text_set(field, size, span_of(text, length > 0 ? (size_t)length : 0));
	}
	BIO_free(out);
	X509_NAME_free(decoded);
}

/* GeneralNames (RFC 5280 4.2.1.6) */
static void read_general_names(struct tls_facts *facts, struct span octets)
{
	struct cursor c = cursor_of(octets), inner;
	struct element names, name;

	if (!element_is(&c, TAG_SEQUENCE, &names))
		return;
	inner = cursor_of(names.content);
	while (element_take(&inner, &name))
		if (name.tag == TAG_DNS_NAME && name.content.length > 0)
			text_add(facts->names, sizeof facts->names, name.content);
}

/* Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING } */
static void read_extension(struct tls_facts *facts, struct span extension)
{
	static const uint8_t alternative_names[] = {0x06, 0x03, 0x55, 0x1d, 0x11}; /* 2.5.29.17 */
	struct cursor c = cursor_of(extension);
	struct element id, value;

	if (!element_take(&c, &id) ||
		!span_equal(id.whole, span_of(alternative_names, sizeof alternative_names)))
		return;
	element_is(&c, TAG_BOOLEAN, &value);
	if (element_is(&c, TAG_OCTETS, &value))
		read_general_names(facts, value.content);
}

static void read_extensions(struct tls_facts *facts, struct span extensions)
{
	struct cursor c = cursor_of(extensions), list;
	struct element element;

	if (!element_is(&c, TAG_SEQUENCE, &element))
		return;
	list = cursor_of(element.content);
	while (element_is(&list, TAG_SEQUENCE, &element))
		read_extension(facts, element.content);
}

/* TBSCertificate ::= SEQUENCE { version [0] DEFAULT v1, serialNumber, signature, issuer, validity,
 * subject, subjectPublicKeyInfo, ..., extensions [3] OPTIONAL } */
static void read_certificate(struct tls_facts *facts, struct span certificate)
{
	struct cursor c = cursor_of(certificate);
	struct element outer, element, issuer, subject;

	if (!element_is(&c, TAG_SEQUENCE, &outer))
		return;
	c = cursor_of(outer.content);
	if (!element_is(&c, TAG_SEQUENCE, &outer))
		return;
	c = cursor_of(outer.content);
	element_is(&c, TAG_VERSION, &element);
	if (!element_is(&c, TAG_INTEGER, &element) || !element_is(&c, TAG_SEQUENCE, &element) ||
		!element_is(&c, TAG_SEQUENCE, &issuer) || !element_is(&c, TAG_SEQUENCE, &element) ||
		!element_is(&c, TAG_SEQUENCE, &subject) || !element_is(&c, TAG_SEQUENCE, &element))
		return;
	read_name(facts->issuer, sizeof facts->issuer, issuer.whole);
	read_name(facts->subject, sizeof facts->subject, subject.whole);
	while (element_take(&c, &element)) /* unique identifiers, extensions */
		if (element.tag == TAG_EXTENSIONS)
			read_extensions(facts, element.content);
}

void certificate_read(struct tls_facts *facts, struct span body)
{
	struct cursor c = cursor_of(body);
	struct span first;

	cursor_skip(&c, 3); /* the list's length */
	first = cursor_span(&c, cursor_u24(&c));
	if (first.length == 0 || first.length > LIMIT_CERTIFICATE)
		return;
	ERR_set_mark();
	read_certificate(facts, first);
	ERR_pop_to_mark();
}
