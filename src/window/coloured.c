#include "window/coloured.h"

#include <adwaita.h>
#include <string.h>

/* The colours are libadwaita's, in which text of a window can be read. */
static const struct shade {
	const char *code, *light, *dark; /* colours NULL: not by colour */
} shades[] = {
	{"1", NULL, NULL},
	{"2", "#6a6a6d", "#a8a8aa"},
	{"31", "#c01c28", "#ff7b63"},
	{"32", "#1b7f43", "#8ff0a4"},
	{"33", "#905400", "#f8e45c"},
	{"36", "#1c63b7", "#78aeed"},
};

static void set_shades(AdwStyleManager *manager, GParamSpec *property, gpointer data)
{
	GtkTextTagTable *tags = gtk_text_buffer_get_tag_table(data);
	gboolean is_dark = adw_style_manager_get_dark(manager);

	(void)property;
	for (size_t i = 0; i < G_N_ELEMENTS(shades); i++)
		if (shades[i].light != NULL)
			g_object_set(gtk_text_tag_table_lookup(tags, shades[i].code), "foreground",
				is_dark ? shades[i].dark : shades[i].light, NULL);
}

void coloured_prepare(GtkTextView *view)
{
	GtkTextBuffer *buffer = gtk_text_view_get_buffer(view);
	AdwStyleManager *manager = adw_style_manager_get_default();

	for (size_t i = 0; i < G_N_ELEMENTS(shades); i++)
		gtk_text_buffer_create_tag(buffer, shades[i].code, "weight",
			shades[i].light == NULL ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL, NULL);
	set_shades(manager, NULL, buffer);
	g_signal_connect_object(manager, "notify::dark", G_CALLBACK(set_shades), buffer, 0);
}

/* The tag that an escape at the front of the text begins, NULL for the one that ends it; *text goes
 * behind it. */
static const char *take_escape(const char **text)
{
	const char *code = *text + 2;
	size_t length = strcspn(code, "m");
	const char *tag = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(shades); i++)
		if (strlen(shades[i].code) == length && memcmp(shades[i].code, code, length) == 0)
			tag = shades[i].code;
	*text = code + length + (code[length] == 'm');
	return tag;
}

void coloured_set(GtkTextView *view, const char *text)
{
	GtkTextBuffer *buffer = gtk_text_view_get_buffer(view);
	const char *tag = NULL;
	GtkTextIter end;

	gtk_text_buffer_set_text(buffer, "", 0);
	while (*text != '\0') {
		const char *next = strstr(text, "\x1b[");
		size_t length = next != NULL ? (size_t)(next - text) : strlen(text);

		gtk_text_buffer_get_end_iter(buffer, &end);
		if (length > 0)
			gtk_text_buffer_insert_with_tags_by_name(
				buffer, &end, text, (int)length, tag, NULL);
		text += length;
		if (next != NULL)
			tag = take_escape(&text);
	}
}
