#include "view/guide.h"

#include <stdio.h>
#include <string.h>

enum { ID_SIZE = 96 };

static const struct guide *find_exactly(const char *id)
{
	static const struct guide *const tables[] = {
		guide_smtp, guide_reply, guide_pop3, guide_word, guide_wire, guide_header};

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		for (const struct guide *row = tables[i]; row->id != NULL; row++)
			if (strcmp(row->id, id) == 0)
				return row;
	return NULL;
}

/* "smtp.reply.453" -> "smtp.reply.4yz" */
static const struct guide *find_class(const char *id)
{
	static const char FRONT[] = "smtp.reply.";
	char class[sizeof FRONT + 3];

	if (strncmp(id, FRONT, sizeof FRONT - 1) != 0 || strlen(id) != sizeof FRONT - 1 + 3)
		return NULL;
	snprintf(class, sizeof class, "%s%cyz", FRONT, id[sizeof FRONT - 1]);
	return find_exactly(class);
}

const struct guide *guide_find(const char *id)
{
	char part[ID_SIZE];
	const struct guide *row;
	char *dot;

	snprintf(part, sizeof part, "%s", id);
	while ((row = find_exactly(part)) == NULL && (row = find_class(part)) == NULL &&
		(dot = strrchr(part, '.')) != NULL)
		*dot = '\0';
	return row;
}
