#define OPENSSL_SUPPRESS_DEPRECATED /* RAND_METHOD: the new way is a provider of our own */
#include "chance.h"

#include <openssl/rand.h>
#include <string.h>

static uint64_t state;

/* SplitMix64 */
static uint64_t draw(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static int chance_bytes(unsigned char *out, int length)
{
	for (int i = 0; i < length; i++)
		out[i] = (unsigned char)(draw() >> 32);
	return 1;
}

static int chance_status(void)
{
	return 1;
}

void chance_begin(uint64_t seed)
{
	static const RAND_METHOD method = {
		.bytes = chance_bytes, .pseudorand = chance_bytes, .status = chance_status};

	state = seed;
	RAND_set_rand_method(&method);
}
