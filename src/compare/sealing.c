#include "compare/sealing.h"

#include "base/language.h"

#include <stddef.h>
#include <string.h>

enum { HEADER = 5, CONTENT_TYPE = 1, HANDSHAKE_HEADER = 4 };

/* Suites by what their names end with; the first that is found in the name holds. */
static const struct {
	const char *part, *name;
	uint32_t nonce, tag; /* explicit octets in front of the text, and behind it */
	uint32_t block;
} rows[] = {
	{"CHACHA20_POLY1305", N_("TLS 1.2 with ChaCha20-Poly1305"), 0, 16, 0}, /* RFC 7905 2 */
	{"_CCM_8", N_("TLS 1.2 with CCM-8"), 8, 8, 0},                         /* RFC 6655 3 */
	{"_CCM", N_("TLS 1.2 with CCM"), 8, 16, 0},
	{"_GCM_", N_("TLS 1.2 with GCM"), 8, 16, 0}, /* RFC 5288 3 */
	/* RFC 5246 6.2.3.2: IV, text, MAC, padding with its length. Encrypt-then-MAC (RFC 7366 3)
	 * has the same octets in another order. */
	{"3DES_EDE_CBC_SHA", N_("3DES-CBC with SHA-1"), 8, 20, 8},
	{"_CBC_SHA384", N_("CBC with SHA-384"), 16, 48, 16},
	{"_CBC_SHA256", N_("CBC with SHA-256"), 16, 32, 16},
	{"_CBC_SHA", N_("CBC with SHA-1"), 16, 20, 16},
	{"RC4_128_SHA", N_("RC4 with SHA-1"), 0, 20, 0},
	{"RC4_128_MD5", N_("RC4 with MD5"), 0, 16, 0},
};

static struct sealing sealing_tls13(const char *cipher)
{
	uint32_t tag = strstr(cipher, "_CCM_8") != NULL ? 8 : 16;
	uint32_t hash = strstr(cipher, "SHA384") != NULL ? 48 : 32;
	struct sealing sealing = {.overhead = HEADER + CONTENT_TYPE + tag,
		.is_known = true,
		.is_tls13 = true,
		.name = "TLS 1.3"};

	sealing.finished = sealing.overhead + HANDSHAKE_HEADER + hash;
	return sealing;
}

struct sealing sealing_of(const char *version, const char *cipher)
{
	struct sealing sealing = {.is_known = false, .name = _("an unknown cipher")};
	/* TLS 1.0 has no explicit IV (RFC 2246 6.2.3.2). */
	bool has_iv = strcmp(version, "TLS 1.0") != 0 && strcmp(version, "SSL 3.0") != 0;

	if (strcmp(version, "TLS 1.3") == 0)
		return sealing_tls13(cipher);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (strstr(cipher, rows[i].part) == NULL)
			continue;
		sealing.overhead =
			HEADER + rows[i].tag + (rows[i].block == 0 || has_iv ? rows[i].nonce : 0);
		sealing.block = rows[i].block;
		sealing.is_known = true;
		sealing.name = rows[i].name;
		break;
	}
	return sealing;
}

struct sealing sealing_guess(unsigned n)
{
	static const struct sealing guesses[] = {
		{.overhead = 29, .is_known = true, .name = N_("TLS 1.2 with GCM")},
		{.overhead = 22, .is_known = true, .is_tls13 = true, .name = "TLS 1.3"},
		{.overhead = 21, .is_known = true, .name = N_("TLS 1.2 with ChaCha20-Poly1305")},
		{.overhead = 41, .block = 16, .is_known = true, .name = N_("CBC with SHA-1")},
		{.overhead = 53, .block = 16, .is_known = true, .name = N_("CBC with SHA-256")},
		{.name = NULL},
	};

	return guesses[n < sizeof guesses / sizeof guesses[0] ? n : 5];
}

bool sealing_text(const struct sealing *sealing, uint64_t octets, uint64_t *low, uint64_t *high)
{
	uint64_t content = octets > sealing->overhead ? octets - sealing->overhead : 0;

	*low = *high = content;
	if (octets < sealing->overhead)
		return false;
	if (sealing->block == 0)
		return true;
	*low = content > sealing->block ? content - sealing->block : 0;
	*high = content > 0 ? content - 1 : 0;
	return content > 0;
}
