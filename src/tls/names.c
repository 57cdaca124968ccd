#include "tls/names.h"

enum { COUNT_LEVELS = 3 };

struct version_row {
	uint16_t version;
	const char *name, *column;
};

struct handshake_row {
	uint8_t type;
	const char *name, *fragment;
};

struct alert_row {
	uint8_t description;
	const char *names[COUNT_LEVELS]; /* by level; another level: the first */
};

static const struct version_row versions[] = {
	{0x0002, "SSL 2.0", "SSLv2"},
	{0x0300, "SSL 3.0", "SSLv3"},
	{0x0301, "TLS 1.0", "TLSv1"},
	{0x0302, "TLS 1.1", "TLSv1.1"},
	{0x0303, "TLS 1.2", "TLSv1.2"},
	{0x0304, "TLS 1.3", "TLSv1.3"},
};

#define HANDSHAKE(type, name)                                                                      \
	{                                                                                          \
		type, name, "[" name " Fragment]"                                                  \
	}
static const struct handshake_row handshakes[] = {
	HANDSHAKE(0, "Hello Request"),
	HANDSHAKE(1, "Client Hello"),
	HANDSHAKE(2, "Server Hello"),
	HANDSHAKE(3, "Hello Verify Request"),
	HANDSHAKE(4, "New Session Ticket"),
	HANDSHAKE(5, "End of Early Data"),
	HANDSHAKE(6, "Hello Retry Request"),
	HANDSHAKE(8, "Encrypted Extensions"),
	HANDSHAKE(11, "Certificate"),
	HANDSHAKE(12, "Server Key Exchange"),
	HANDSHAKE(13, "Certificate Request"),
	HANDSHAKE(14, "Server Hello Done"),
	HANDSHAKE(15, "Certificate Verify"),
	HANDSHAKE(16, "Client Key Exchange"),
	HANDSHAKE(20, "Finished"),
	HANDSHAKE(21, "Client Certificate URL"),
	HANDSHAKE(22, "Certificate Status"),
	HANDSHAKE(23, "Supplemental Data"),
	HANDSHAKE(24, "Key Update"),
	HANDSHAKE(25, "Compressed Certificate"),
	HANDSHAKE(67, "Encrypted Extensions"),
};

#define ALERT_TEXT(level, text) "Alert (Level: " level ", Description: " text ")"
#define ALERT(description, text)                                                                   \
	{                                                                                          \
		description,                                                                       \
		{                                                                                  \
			ALERT_TEXT("Unknown", text), ALERT_TEXT("Warning", text),                  \
				ALERT_TEXT("Fatal", text)                                          \
		}                                                                                  \
	}
static const struct alert_row alerts[] = {
	ALERT(0, "Close Notify"),
	ALERT(1, "End of Early Data"),
	ALERT(10, "Unexpected Message"),
	ALERT(20, "Bad Record MAC"),
	ALERT(21, "Decryption Failed"),
	ALERT(22, "Record Overflow"),
	ALERT(30, "Decompression Failure"),
	ALERT(40, "Handshake Failure"),
	ALERT(41, "No Certificate"),
	ALERT(42, "Bad Certificate"),
	ALERT(43, "Unsupported Certificate"),
	ALERT(44, "Certificate Revoked"),
	ALERT(45, "Certificate Expired"),
	ALERT(46, "Certificate Unknown"),
	ALERT(47, "Illegal Parameter"),
	ALERT(48, "Unknown CA"),
	ALERT(49, "Access Denied"),
	ALERT(50, "Decode Error"),
	ALERT(51, "Decrypt Error"),
	ALERT(60, "Export Restriction"),
	ALERT(70, "Protocol Version"),
	ALERT(71, "Insufficient Security"),
	ALERT(80, "Internal Error"),
	ALERT(86, "Inappropriate Fallback"),
	ALERT(90, "User Canceled"),
	ALERT(100, "No Renegotiation"),
	ALERT(109, "Missing Extension"),
	ALERT(110, "Unsupported Extension"),
	ALERT(111, "Certificate Unobtainable"),
	ALERT(112, "Unrecognized Name"),
	ALERT(113, "Bad Certificate Status Response"),
	ALERT(114, "Bad Certificate Hash Value"),
	ALERT(115, "Unknown PSK Identity"),
	ALERT(116, "Certificate Required"),
	ALERT(120, "No application Protocol"),
	ALERT(121, "ECH Required"),
};
static const struct alert_row unknown_alert = ALERT(255, "Unknown");

static const struct version_row *version_find(uint16_t version)
{
	for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
		if (versions[i].version == version)
			return &versions[i];
	return NULL;
}

const char *tls_version_name(uint16_t version)
{
	const struct version_row *row = version_find(version);

	return row != NULL ? row->name : "unknown";
}

const char *tls_version_column(uint16_t version)
{
	const struct version_row *row = version_find(version);

	return row != NULL ? row->column : "TLS";
}

static const struct handshake_row *handshake_find(uint8_t type)
{
	for (size_t i = 0; i < sizeof handshakes / sizeof handshakes[0]; i++)
		if (handshakes[i].type == type)
			return &handshakes[i];
	return NULL;
}

const char *names_handshake(uint8_t type)
{
	const struct handshake_row *row = handshake_find(type);

	return row != NULL ? row->name : NULL;
}

const char *names_fragment(uint8_t type)
{
	const struct handshake_row *row = handshake_find(type);

	return row != NULL ? row->fragment : "[Encrypted Handshake Message Fragment]";
}

const char *names_alert(uint8_t level, uint8_t description)
{
	const struct alert_row *row = &unknown_alert;

	for (size_t i = 0; i < sizeof alerts / sizeof alerts[0]; i++)
		if (alerts[i].description == description)
			row = &alerts[i];
	return row->names[level < COUNT_LEVELS ? level : 0];
}

const char *names_heartbeat(uint8_t type)
{
	return type == 1 ? "Heartbeat Request" : type == 2 ? "Heartbeat Response" : NULL;
}
