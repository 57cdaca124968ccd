#include "view/html_template.h"

#include "base/language.h"

static const struct {
	const char *name, *heading;
	enum html_scope scope;
} parts[] = {
#define X(id, name, heading, scope) {name, heading, HTML_##scope},
	HTML_PARTS(X)
#undef X
};

static const char *const scopes[] = {
	[HTML_REPORT] = "report",
	[HTML_SESSION] = "session",
	[HTML_MESSAGE] = "message",
	[HTML_LOG] = "log",
};

const char *html_part_name(enum html_part part)
{
	return parts[part].name;
}

const char *html_part_heading(enum html_part part)
{
	return parts[part].heading;
}

/* A template on its way in. */
struct reading {
	struct html_template *template;
	const char *name;
	unsigned line;
	enum html_scope scope;       /* inside of "for each" */
	bool has_each[HTML_LOG + 1]; /* stood before: a part stands once */
	bool is_open;                /* the last item is a paragraph that goes on */
	struct fail *fail;
};

static enum step refuse(const struct reading *reading, const char *what, struct span text)
{
	return fail_set(reading->fail, FAIL_DAMAGED, "%s:%u: %s: %.*s", reading->name,
		reading->line, what, (int)(text.length < 80 ? text.length : 80),
		(const char *)text.at);
}

static struct template_item *add(struct reading *reading, enum template_kind kind, struct span text)
{
	struct html_template *template = reading->template;
	struct template_item *item;

	template->items = arena_grow(
		&template->arena, template->items, template->count, sizeof *template->items);
	item = &template->items[template->count++];
	*item = (struct template_item){.kind = kind};
	item->text = arena_copy(&template->arena, text);
	reading->is_open = kind == TEMPLATE_PARAGRAPH || kind == TEMPLATE_ITEM;
	return item;
}

static enum step add_each(struct reading *reading, struct span what)
{
	for (enum html_scope scope = HTML_SESSION; scope <= HTML_LOG; scope++) {
		if (!span_is(what, scopes[scope]))
			continue;
		if (reading->scope != HTML_REPORT)
			return refuse(reading, _("a \"for each\" inside another"), what);
		if (reading->has_each[scope])
			return refuse(reading, _("stands twice"), what);
		reading->has_each[scope] = true;
		reading->scope = scope;
		add(reading, TEMPLATE_EACH, what)->scope = scope;
		return STEP_DONE;
	}
	return refuse(reading, _("there is \"for each\" session, message, log"), what);
}

static enum step add_part(struct reading *reading, struct span name)
{
	for (int part = 0; part < HTML_PART_COUNT; part++) {
		if (!span_is(name, parts[part].name))
			continue;
		if (reading->template->has_part[part])
			return refuse(reading, _("stands twice"), name);
		if (parts[part].scope != reading->scope)
			return fail_set(reading->fail, FAIL_DAMAGED,
				"%s:%u: {%s} stands %s \"for each %s\"", reading->name,
				reading->line, parts[part].name,
				parts[part].scope == HTML_REPORT ? _("outside of") : _("inside of"),
				scopes[parts[part].scope == HTML_REPORT ? reading->scope
									: parts[part].scope]);
		reading->template->has_part[part] = true;
		add(reading, TEMPLATE_PART, name)->part = (enum html_part)part;
		return STEP_DONE;
	}
	return refuse(reading, _("no such part"), name);
}

/* "{...}" alone on a line. */
static enum step read_mark(struct reading *reading, struct span mark)
{
	struct span rest = mark, word = span_word(&rest);

	if (span_is(mark, "end")) {
		if (reading->scope == HTML_REPORT)
			return refuse(reading, _("nothing to end"), mark);
		reading->scope = HTML_REPORT;
		add(reading, TEMPLATE_END, mark);
		return STEP_DONE;
	}
	if (span_is(word, "answer")) {
		add(reading, TEMPLATE_ANSWER, span_trim(rest));
		return STEP_DONE;
	}
	if (span_is(word, "for") && span_is(span_word(&rest), "each"))
		return add_each(reading, span_trim(rest));
	return add_part(reading, mark);
}

/* A line of a paragraph or of an item joins the one before it. */
static void read_words(struct reading *reading, struct span line)
{
	struct html_template *template = reading->template;
	struct template_item *last;
	struct buffer text;

	if (!reading->is_open) {
		add(reading, TEMPLATE_PARAGRAPH, line);
		return;
	}
	last = &template->items[template->count - 1];
	buffer_init(&text, 0);
	buffer_add_span(&text, last->text);
	buffer_add_byte(&text, ' ');
	buffer_add_span(&text, line);
	last->text = arena_copy(&template->arena, buffer_span(&text));
	buffer_fini(&text);
}

static struct span behind(struct span line, const char *mark)
{
	return span_trim(span_from(line, strlen(mark)));
}

static enum step read_line(struct reading *reading, struct span line)
{
	struct html_template *template = reading->template;

	if (line.length == 0) {
		reading->is_open = false;
		return STEP_DONE;
	}
	if (line.at[0] == '#')
		return STEP_DONE;
	if (line.at[0] == '{' && line.at[line.length - 1] == '}')
		return read_mark(
			reading, span_trim(span_first(span_from(line, 1), line.length - 2)));
	if (span_starts_letters(line, "= ") && reading->scope != HTML_REPORT)
		return refuse(reading, _("a heading inside of \"for each\" begins with =="), line);
	if (span_starts_letters(line, "title:") && template->count == 0)
		template->title = arena_copy(&template->arena, behind(line, "title:"));
	else if (span_starts_letters(line, "author:") && template->count == 0)
		template->author = arena_copy(&template->arena, behind(line, "author:"));
	else if (span_starts_letters(line, "== "))
		add(reading, TEMPLATE_SUBHEADING, behind(line, "=="));
	else if (span_starts_letters(line, "= "))
		add(reading, TEMPLATE_HEADING, behind(line, "="));
	else if (span_starts_letters(line, "- "))
		add(reading, TEMPLATE_ITEM, behind(line, "-"));
	else
		read_words(reading, line);
	return STEP_DONE;
}

enum step html_template_read(
	struct html_template *template, const char *name, struct span text, struct fail *fail)
{
	struct reading reading = {.template = template, .name = name, .fail = fail};

	*template = (struct html_template){.count = 0};
	arena_init(&template->arena);
	while (text.length > 0) {
		size_t length = span_index(text, '\n');
		struct span line = span_first(text, length);

		reading.line++;
		if (line.length > 0 && line.at[line.length - 1] == '\r')
			line.length--;
		if (read_line(&reading, span_trim(line)) == STEP_FAIL)
			return STEP_FAIL;
		text = span_from(text, length + 1);
	}
	if (reading.scope != HTML_REPORT)
		return refuse(&reading, _("\"for each\" without {end}"),
			span_text(scopes[reading.scope]));
	return STEP_DONE;
}

void html_template_fini(struct html_template *template)
{
	arena_fini(&template->arena);
}

/* Its headings are those of a lab report; a copy of it is what a teacher begins with. */
const char html_template_default[] = N_(
	"# The template of a mailscope report: mailscope report --print-template writes it.\n"
	"# Lines in braces are made by mailscope, each at most once; the other lines are yours.\n"
	"# docs/report.md tells what there is.\n"
	"title: Mail sessions on the wire\n"
	"\n"
	"{contents}\n"
	"\n"
	"= Aim and setup\n"
	"{answer What is to be found out?}\n"
	"{files}\n"
	"{sessions}\n"
	"\n"
	"{for each session}\n"
	"{setup}\n"
	"{facts}\n"
	"{findings}\n"
	"{packets}\n"
	"{dialogue}\n"
	"{flow}\n"
	"{tcp-flow}\n"
	"{states}\n"
	"{comparison}\n"
	"{ledger}\n"
	"{times}\n"
	"{messages}\n"
	"{answer What does this session show?}\n"
	"{end}\n"
	"\n"
	"{for each message}\n"
	"{message}\n"
	"{route}\n"
	"{authentication}\n"
	"{remarks}\n"
	"{answer What does the header tell?}\n"
	"{end}\n"
	"\n"
	"{for each log}\n"
	"{log}\n"
	"{end}\n"
	"\n"
	"= Conclusions\n"
	"{answer What follows from all this?}\n");
