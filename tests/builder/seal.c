#include "seal.h"

#include "base/memory.h"
#include "certificate.h"
#include "text.h"

#include <openssl/ssl.h>
#include <stdlib.h>

struct seal {
	SSL_CTX *contexts[2]; /* by enum side */
	SSL *ends[2];
	struct buffer *secrets;
	bool is_merged;
	size_t padding;
	unsigned char alpn[64]; /* one name, with its length in front */
	unsigned alpn_length;
};

/* A span as a text; the caller frees it. */
static char *text_of(struct span s)
{
	char *text = memory_new(s.length + 1, 1);

	if (s.length > 0)
		memcpy(text, s.at, s.length);
	return text;
}

/* Calls an OpenSSL function that takes a text, unless it is empty. */
#define SET(function, object, span)                                                                \
	do {                                                                                       \
		char *text = text_of(span);                                                        \
                                                                                                   \
		if (*text != '\0' && function(object, text) != 1)                                  \
			text_complain("OpenSSL refuses \"%s\"", text);                             \
		free(text);                                                                        \
	} while (0)

static void on_secret(const SSL *end, const char *line)
{
	struct seal *seal = SSL_CTX_get_app_data(SSL_get_SSL_CTX(end));

	buffer_add_text(seal->secrets, line);
	buffer_add_byte(seal->secrets, '\n');
}

/* A ticket holds the time of its making: the same in each run. */
static int on_ticket(SSL *end, void *context)
{
	(void)context;
	SSL_SESSION_set_time(SSL_get_session(end), 1);
	return 1;
}

static SSL_TICKET_RETURN on_ticket_shown(SSL *end, SSL_SESSION *session, const unsigned char *name,
	size_t length, SSL_TICKET_STATUS status, void *context)
{
	(void)end, (void)session, (void)name, (void)length, (void)status, (void)context;
	return SSL_TICKET_RETURN_IGNORE;
}

static int on_alpn(SSL *end, const unsigned char **out, unsigned char *length,
	const unsigned char *offers, unsigned offers_length, void *context)
{
	struct seal *seal = context;
	unsigned char *chosen;

	(void)end;
	if (SSL_select_next_proto(&chosen, length, seal->alpn, seal->alpn_length, offers,
		    offers_length) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static size_t on_padding(SSL *end, int type, size_t length, void *context)
{
	const struct seal *seal = context;

	(void)end, (void)type, (void)length;
	return seal->padding;
}

static void set_cipher(SSL_CTX *context, const struct seal_wish *wish, struct span list)
{
	if (wish->version == TLS1_3_VERSION)
		SET(SSL_CTX_set_ciphersuites, context, list);
	else
		SET(SSL_CTX_set_cipher_list, context, list);
}

static SSL_CTX *context_new(struct seal *seal, const struct seal_wish *wish, enum side side)
{
	SSL_CTX *context =
		SSL_CTX_new(side == SIDE_CLIENT ? TLS_client_method() : TLS_server_method());
	bool is_offering = side == SIDE_CLIENT && wish->offers.length > 0;

	SSL_CTX_set_app_data(context, seal);
	SSL_CTX_set_record_padding_callback(context, on_padding);
	SSL_CTX_set_record_padding_callback_arg(context, seal);
	SSL_CTX_set_security_level(context, 0);
	SSL_CTX_set_min_proto_version(
		context, side == SIDE_CLIENT && wish->version == TLS1_3_VERSION ? TLS1_2_VERSION
										: wish->version);
	SSL_CTX_set_max_proto_version(context, wish->version);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
	if (wish->tickets == 0)
		SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
	if (wish->has_padding)
		SSL_CTX_set_options(context, SSL_OP_TLSEXT_PADDING);
	if (wish->is_bare)
		SSL_CTX_set_options(
			context, SSL_OP_NO_ENCRYPT_THEN_MAC | SSL_OP_NO_EXTENDED_MASTER_SECRET);
	set_cipher(context, wish, is_offering ? wish->offers : wish->cipher);
	return context;
}

static void set_client(struct seal *seal, const struct seal_wish *wish)
{
	SSL_CTX *context = seal->contexts[SIDE_CLIENT];

	SET(SSL_CTX_set1_groups_list, context, wish->groups);
	SET(SSL_CTX_set1_sigalgs_list, context, wish->signatures);
	if (seal->alpn_length > 0)
		SSL_CTX_set_alpn_protos(context, seal->alpn, seal->alpn_length);
}

static void set_server(struct seal *seal, const struct seal_wish *wish)
{
	SSL_CTX *context = seal->contexts[SIDE_SERVER];
	char *name = text_of(
		wish->server_name.length > 0 ? wish->server_name : span_text("mail.example"));
	struct certificate_chain chain;

	certificate_make(&chain, &(struct certificate_wish){.name = name,
					 .has_elliptic_key = wish->has_elliptic_key,
					 .length = wish->chain,
					 .octets = wish->certificates,
					 .now = wish->now});
	SSL_CTX_use_certificate(context, chain.list[0]);
	SSL_CTX_use_PrivateKey(context, chain.key);
	for (size_t i = 1; i < chain.count; i++)
		SSL_CTX_add1_chain_cert(context, chain.list[i]);
	SSL_CTX_set_keylog_callback(context, on_secret);
	SSL_CTX_set_num_tickets(context, wish->tickets);
	SSL_CTX_set_session_ticket_cb(context, on_ticket, on_ticket_shown, NULL);
	if (seal->alpn_length > 0)
		SSL_CTX_set_alpn_select_cb(context, on_alpn, seal);
	certificate_fini(&chain);
	free(name);
}

struct seal *seal_new(const struct seal_wish *wish, struct buffer *secrets)
{
	struct seal *seal = memory_new(1, sizeof *seal);

	seal->secrets = secrets;
	seal->is_merged = wish->is_merged;
	if (wish->alpn.length >= sizeof seal->alpn)
		text_complain("the ALPN name is too long");
	if (wish->alpn.length > 0) {
		seal->alpn[0] = (unsigned char)wish->alpn.length;
		memcpy(seal->alpn + 1, wish->alpn.at, wish->alpn.length);
		seal->alpn_length = (unsigned)wish->alpn.length + 1;
	}
	for (int i = 0; i < 2; i++)
		seal->contexts[i] = context_new(seal, wish, (enum side)i);
	set_client(seal, wish);
	set_server(seal, wish);
	for (int i = 0; i < 2; i++) {
		seal->ends[i] = SSL_new(seal->contexts[i]);
		SSL_set_bio(seal->ends[i], BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	}
	SET(SSL_set_tlsext_host_name, seal->ends[SIDE_CLIENT], wish->server_name);
	SSL_set_connect_state(seal->ends[SIDE_CLIENT]);
	SSL_set_accept_state(seal->ends[SIDE_SERVER]);
	return seal;
}

void seal_set_padding(struct seal *seal, size_t octets)
{
	seal->padding = octets;
}

void seal_free(struct seal *seal)
{
	if (seal == NULL)
		return;
	for (int i = 0; i < 2; i++) {
		SSL_free(seal->ends[i]);
		SSL_CTX_free(seal->contexts[i]);
	}
	free(seal);
}

enum { RECORD_HEADER = 5, RECORD_HANDSHAKE = 22 };

/* Copies records; a handshake record is joined to one just before it: OpenSSL gives each message
 * a record of its own, other servers do not (RFC 5246 6.2.1 allows both). */
static void add_merged(struct span records, struct buffer *out)
{
	size_t open = SIZE_MAX; /* where the handshake record begins that is joined to */

	while (records.length >= RECORD_HEADER) {
		size_t length = (size_t)records.at[3] << 8 | records.at[4];
		bool is_handshake = records.at[0] == RECORD_HANDSHAKE;
		struct span record = span_first(records, RECORD_HEADER + length);

		if (is_handshake && open != SIZE_MAX) {
			buffer_add_span(out, span_from(record, RECORD_HEADER));
			length = out->length - open - RECORD_HEADER;
			out->at[open + 3] = (uint8_t)(length >> 8);
			out->at[open + 4] = (uint8_t)length;
		} else {
			open = is_handshake ? out->length : SIZE_MAX;
			buffer_add_span(out, record);
		}
		records = span_from(records, record.length);
	}
}

static void take_output(struct seal *seal, enum side side, struct buffer *out)
{
	char *bytes;
	BIO *bio = SSL_get_wbio(seal->ends[side]);
	long length = BIO_get_mem_data(bio, &bytes);

	if (length > 0 && seal->is_merged)
		add_merged(span_of(bytes, (size_t)length), out);
	else if (length > 0)
		buffer_add(out, bytes, (size_t)length);
	(void)BIO_reset(bio);
}

static void check(struct seal *seal, enum side side, int result)
{
	int why = SSL_get_error(seal->ends[side], result);

	if (result <= 0 && why != SSL_ERROR_WANT_READ && why != SSL_ERROR_ZERO_RETURN)
		text_complain("TLS of %c fails (%d)", side == SIDE_CLIENT ? 'C' : 'S', why);
}

void seal_handshake(struct seal *seal, enum side side, struct buffer *out)
{
	if (!SSL_is_init_finished(seal->ends[side]))
		check(seal, side, SSL_do_handshake(seal->ends[side]));
	take_output(seal, side, out);
}

void seal_text(struct seal *seal, enum side side, struct span text, struct buffer *out)
{
	seal_handshake(seal, side, out); /* takes in what ended the handshake */
	if (!SSL_is_init_finished(seal->ends[side]))
		text_complain("the TLS handshake is not at its end");
	check(seal, side, SSL_write(seal->ends[side], text.at, (int)text.length));
	take_output(seal, side, out);
}

void seal_close(struct seal *seal, enum side side, struct buffer *out)
{
	(void)SSL_shutdown(seal->ends[side]);
	take_output(seal, side, out);
}

void seal_deliver(struct seal *seal, enum side to, struct span bytes)
{
	char text[4096];
	int got = 1;

	if (bytes.length > 0)
		BIO_write(SSL_get_rbio(seal->ends[to]), bytes.at, (int)bytes.length);
	while (SSL_is_init_finished(seal->ends[to]) && got > 0) {
		got = SSL_read(seal->ends[to], text, sizeof text);
		check(seal, to, got);
	}
}
