#include "tls/hello.h"

#include "base/cursor.h"
#include "tls/text.h"

/* extension types (IANA "TLS ExtensionType Values") */
enum extension {
	EXTENSION_SERVER_NAME = 0,
	EXTENSION_ALPN = 16,
	EXTENSION_ENCRYPT_THEN_MAC = 22,
	EXTENSION_PRE_SHARED_KEY = 41,
	EXTENSION_EARLY_DATA = 42,
	EXTENSION_SUPPORTED_VERSIONS = 43,
};

/* The random of a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 8446 4.1.3). */
static const uint8_t retry_random[32] = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d,
	0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07,
	0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

/* What a ServerHello says before it is believed. */
struct server_hello {
	uint16_t version;
	bool has_shared_key, encrypts_then_macs;
	struct span session_id, random;
};

/* The next extension of a list; false at its end or where it is malformed. */
static bool take_extension(struct cursor *c, uint16_t *type, struct span *data)
{
	*type = cursor_u16(c);
	*data = cursor_span(c, cursor_u16(c));
	return !c->is_short;
}

/* ServerNameList (RFC 6066 3); the only name type there is is host_name(0). */
static void read_server_name(struct tls_facts *facts, struct span data)
{
	struct cursor c = cursor_of(data);
	struct span name;
	uint8_t type;

	cursor_skip(&c, 2); /* the list's length */
	type = cursor_u8(&c);
	name = cursor_span(&c, cursor_u16(&c));
	if (type == 0 && name.length > 0)
		text_set(facts->server_name, sizeof facts->server_name, name);
}

/* ProtocolNameList: the client's first, or the one the server chose (RFC 7301 3.1). */
static void read_alpn(struct tls_facts *facts, struct span data)
{
	struct cursor c = cursor_of(data);
	struct span name;

	cursor_skip(&c, 2); /* the list's length */
	name = cursor_span(&c, cursor_u8(&c));
	if (name.length > 0)
		text_set(facts->alpn, sizeof facts->alpn, name);
}

void hello_read_client(struct handshake *handshake, struct span body)
{
	struct cursor c = cursor_of(body), list;
	struct span random, session_id, extensions, data;
	uint16_t type;

	handshake->facts.has_client_hello = true;
	cursor_skip(&c, 2); /* legacy_version */
	random = cursor_span(&c, sizeof handshake->hellos.client_random);
	if (random.length > 0)
		memcpy(handshake->hellos.client_random, random.at, random.length);
	handshake->hellos.offers_early_data = false;
	session_id = cursor_span(&c, cursor_u8(&c));
	handshake->session_id_length = 0;
	if (session_id.length > 0 && session_id.length <= sizeof handshake->session_id) {
		memcpy(handshake->session_id, session_id.at, session_id.length);
		handshake->session_id_length = session_id.length;
	}
	cursor_skip(&c, cursor_u16(&c)); /* cipher_suites */
	cursor_skip(&c, cursor_u8(&c));  /* compression_methods */
	extensions = cursor_span(&c, cursor_u16(&c));
	if (c.is_short)
		return;
	list = cursor_of(extensions);
	while (take_extension(&list, &type, &data)) {
		if (type == EXTENSION_SERVER_NAME)
			read_server_name(&handshake->facts, data);
		else if (type == EXTENSION_ALPN)
			read_alpn(&handshake->facts, data);
		else if (type == EXTENSION_EARLY_DATA)
			handshake->hellos.offers_early_data = true;
	}
}

static void read_server_extensions(
	struct tls_facts *facts, struct span extensions, struct server_hello *hello)
{
	struct cursor list = cursor_of(extensions);
	struct span data;
	uint16_t type;

	while (take_extension(&list, &type, &data)) {
		if (type == EXTENSION_SUPPORTED_VERSIONS && data.length == 2)
			hello->version = (uint16_t)(data.at[0] << 8 | data.at[1]);
		else if (type == EXTENSION_PRE_SHARED_KEY)
			hello->has_shared_key = true;
		else if (type == EXTENSION_ENCRYPT_THEN_MAC)
			hello->encrypts_then_macs = true;
		else if (type == EXTENSION_ALPN)
			read_alpn(facts, data);
	}
}

void hello_read_extensions(struct handshake *handshake, struct span body)
{
	struct cursor c = cursor_of(body);
	struct server_hello hello = {.version = 0};
	struct span extensions = cursor_span(&c, cursor_u16(&c));

	read_server_extensions(&handshake->facts, extensions, &hello);
}

/* Before TLS 1.3 the echoed session identifier says that a session goes on (RFC 5246 7.4.1.3,
 * RFC 5077 3.4); later it is always echoed, and the chosen key says it (RFC 8446 4.2.11). */
static bool is_resumption(const struct handshake *handshake, const struct server_hello *hello)
{
	if (handshake->facts.version >= TLS13)
		return hello->has_shared_key;
	return handshake->session_id_length > 0 &&
	       span_equal(hello->session_id,
		       span_of(handshake->session_id, handshake->session_id_length));
}

static void agree(struct handshake *handshake, const struct server_hello *hello)
{
	if ((hello->version & 0xff00) == 0x7f00) /* a draft of TLS 1.3 */
		handshake->facts.version = TLS13;
	else if (hello->version >= 0x0300 && hello->version <= TLS13)
		handshake->facts.version = hello->version;
	/* ChangeCipherSpec means nothing in TLS 1.3, so a second ClientHello may follow it in
	 * clear. */
	if (handshake->facts.version == TLS13)
		handshake->is_ciphered[0] = handshake->is_ciphered[1] = false;
}

bool hello_read_server(struct handshake *handshake, struct span body)
{
	struct cursor c = cursor_of(body);
	struct server_hello hello = {.version = cursor_u16(&c)};
	struct span extensions;
	uint16_t cipher;
	uint8_t compression;
	bool is_retry;

	hello.random = cursor_span(&c, 32);
	hello.session_id = cursor_span(&c, cursor_u8(&c));
	cipher = cursor_u16(&c);
	compression = cursor_u8(&c);
	if (c.is_short)
		return false;
	is_retry = span_equal(hello.random, span_of(retry_random, sizeof retry_random));
	extensions = cursor_span(&c, cursor_u16(&c)); /* may be absent */
	if (!c.is_short)
		read_server_extensions(&handshake->facts, extensions, &hello);
	agree(handshake, &hello);
	handshake->facts.cipher = cipher;
	if (!is_retry) {
		handshake->facts.has_server_hello = true;
		handshake->facts.is_resumed = is_resumption(handshake, &hello);
		memcpy(handshake->hellos.server_random, hello.random.at, hello.random.length);
		handshake->hellos.encrypts_then_macs = hello.encrypts_then_macs;
		handshake->hellos.is_compressed = compression != 0;
	}
	return is_retry;
}
