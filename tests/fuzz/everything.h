/* tests/fuzz/everything.h: a capture through the whole program: reader, pipeline, all views. */
#ifndef TESTS_FUZZ_EVERYTHING_H
#define TESTS_FUZZ_EVERYTHING_H

#include "base/span.h"

/* Analyzes the capture with every view but the diagram; the octets that the views wrote. */
size_t everything_run(struct span capture);

#endif
