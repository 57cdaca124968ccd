#include "message/remarks.h"

#include "base/buffer.h"
#include "base/language.h"
#include "base/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { SHOWN_LIMIT = 120 }; /* octets of one value in a remark */

static const struct {
	const char *id;
	enum remark_severity severity;
	const char *rfc;
} rows[] = {
#define X(id, name, severity, rfc) {name, REMARK_##severity, rfc},
	REMARKS(X)
#undef X
};

const char *const remark_ids[] = {
#define X(id, name, severity, rfc) name,
	REMARKS(X)
#undef X
		NULL};

const char *remark_severity_name(enum remark_severity severity)
{
	return severity == REMARK_WARNING ? "warning" : "note";
}

int remark_shown(struct span text)
{
	return text.length < SHOWN_LIMIT ? (int)text.length : SHOWN_LIMIT;
}

void remark_add(struct remarks *remarks, enum remark_id id, size_t hop, const char *format, ...)
{
	struct route *route = remarks->route;
	struct remark_list *list = &route->remarks;
	char *text = NULL;
	va_list arguments;

	if (list->count >= LIMIT_REMARKS) {
		list->dropped++;
		return;
	}
	va_start(arguments, format);
	if (vasprintf(&text, language_text(format), arguments) < 0)
		abort();
	va_end(arguments);
	list->at = arena_grow(&route->arena, list->at, list->count, sizeof *list->at);
	list->at[list->count++] = (struct remark){rows[id].id, rows[id].severity, hop,
		arena_copy(&route->arena, span_text(text)), rows[id].rfc};
	free(text);
}

void remarks_make(struct route *route, int64_t now)
{
	struct remarks remarks = {route, now};

	remarks_of_limits(&remarks); /* first: they say that others may be missing */
	remarks_of_chain(&remarks);
	remarks_of_times(&remarks);
	remarks_of_hosts(&remarks);
	remarks_of_fields(&remarks);
	remarks_of_origin(&remarks);
	remarks_of_signatures(&remarks);
}
