/* builder/chance.h: random numbers for OpenSSL that are the same in every run. */
#ifndef BUILDER_CHANCE_H
#define BUILDER_CHANCE_H

#include <stdint.h>

/* From here on every key and nonce follows from the seed: good for captures that can be built
 * again octet by octet, and for nothing else. */
void chance_begin(uint64_t seed);

#endif
