/* Any text as a fault script: rules, or an error that names a line and a column. */
#include "practice/script.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script *script = script_new();
	struct fail fail;
	unsigned line, column;

	if (script_add(script, "x", span_of(data, size), &fail) == STEP_FAIL &&
		(sscanf(fail.text, "x:%u:%u: ", &line, &column) != 2 || column > size + 1))
		abort();
	script_free(script);
	return 0;
}
