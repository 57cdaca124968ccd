#include "tls/record.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "tls/names.h"

/* struct { ContentType type; ProtocolVersion version; uint16 length; ... } TLSPlaintext */
enum step record_read_header(struct span bytes, struct record_header *header)
{
	struct cursor c = cursor_of(bytes);
	uint8_t content = cursor_u8(&c);
	uint16_t version = cursor_u16(&c);
	uint16_t length = cursor_u16(&c);

	if (bytes.length > 0 && (content < TLS_CHANGE_CIPHER_SPEC || content > TLS_HEARTBEAT))
		return STEP_FAIL;
	if (bytes.length > 1 && bytes.at[1] != 3)
		return STEP_FAIL;
	if (bytes.length > 2 && bytes.at[2] > 4)
		return STEP_FAIL;
	if (c.is_short)
		return STEP_MORE;
	if (length > LIMIT_RECORD - HEADER)
		return STEP_FAIL;
	*header = (struct record_header){content, version, HEADER + (uint32_t)length, HEADER};
	return STEP_DONE;
}

static bool is_sslv2(struct span bytes)
{
	return bytes.length > 0 && (bytes.at[0] & 0xfc) == 0x80;
}

/* V2ClientHello: length below 1024 here, msg_type 1, version 3.x, cipher_spec_length in whole
 * V2CipherSpecs of three octets (RFC 5246 E.2). */
static enum step read_sslv2(struct span bytes, struct record_header *header)
{
	struct cursor c = cursor_of(bytes);
	uint16_t length = cursor_u16(&c) & 0x3ff;
	uint8_t type = cursor_u8(&c), major = cursor_u8(&c), minor = cursor_u8(&c);
	uint16_t ciphers = cursor_u16(&c);

	if (bytes.length > 2 && type != CLIENT_HELLO)
		return STEP_FAIL;
	if (bytes.length > 3 && major != 3)
		return STEP_FAIL;
	if (c.is_short)
		return STEP_MORE;
	if (minor > 4 || ciphers == 0 || ciphers % 3 != 0 || length < 9 + ciphers + 16)
		return STEP_FAIL;
	*header = (struct record_header){
		TLS_HANDSHAKE, SSLV2, SSLV2_HEADER + (uint32_t)length, SSLV2_HEADER};
	return STEP_DONE;
}

enum step record_read_first(struct span bytes, struct record_header *header)
{
	enum step step;

	if (is_sslv2(bytes))
		return read_sslv2(bytes, header);
	step = record_read_header(bytes, header);
	if (step == STEP_DONE && header->octets == HEADER &&
		header->content != TLS_APPLICATION_DATA)
		return STEP_FAIL;
	return step;
}

enum step tls_looks_like(struct span bytes)
{
	struct record_header header;
	enum step step = record_read_first(bytes, &header);

	if (step != STEP_DONE || header.content != TLS_HANDSHAKE || header.version == SSLV2)
		return step;
	if (bytes.length == HEADER)
		return STEP_MORE;
	return names_handshake(bytes.at[HEADER]) != NULL ? STEP_DONE : STEP_FAIL;
}
