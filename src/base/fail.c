#include "base/fail.h"

#include "base/language.h"

#include <stdarg.h>
#include <stdio.h>

enum step fail_set(struct fail *fail, enum fail_code code, const char *format, ...)
{
	va_list arguments;

	if (fail == NULL)
		return STEP_FAIL;
	fail->code = code;
	va_start(arguments, format);
	vsnprintf(fail->text, sizeof fail->text, language_text(format), arguments);
	va_end(arguments);
	return STEP_FAIL;
}
