#include "replay/rewrite.h"

#include "mail/mail.h"

/* What may stand in a path, so that no line can become two, or another command. */
static bool is_path(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] <= ' ' || text.at[i] == 0x7f || text.at[i] == '<' ||
			text.at[i] == '>')
			return false;
	return span_index(text, '@') < text.length;
}

static bool is_domain(struct span text)
{
	return text.length > 0 && text.at[0] == '@';
}

bool replay_rewrite_read(struct replay_rewrite *rewrite, const char *text)
{
	struct span all = span_text(text);
	size_t equals = span_index(all, '=');

	rewrite->from = span_first(all, equals);
	rewrite->to = span_from(all, equals + 1);
	return is_path(rewrite->from) && is_path(rewrite->to) &&
	       is_domain(rewrite->from) == is_domain(rewrite->to);
}

/* Where the part begins that the rewrite replaces; path.length: it does not fit. */
static size_t fit(const struct replay_rewrite *rewrite, struct span path)
{
	size_t start;

	if (path.length < rewrite->from.length)
		return path.length;
	start = path.length - rewrite->from.length;
	if ((start > 0 && !is_domain(rewrite->from)) ||
		!span_same_letters(span_from(path, start), rewrite->from))
		return path.length;
	return start;
}

void replay_rewrite_line(
	const struct replay_rewrites *rewrites, struct span line, struct buffer *out)
{
	struct span path = mail_path(line);

	for (size_t i = 0; i < rewrites->count && path.length > 0; i++) {
		size_t start = fit(&rewrites->at[i], path);
		size_t before = (size_t)(path.at - line.at) + start;

		if (start == path.length)
			continue;
		buffer_add_span(out, span_first(line, before));
		buffer_add_span(out, rewrites->at[i].to);
		buffer_add_span(out, span_from(line, (size_t)(path.at - line.at) + path.length));
		return;
	}
	buffer_add_span(out, line);
}
