#include "window/session_view.h"
#include "window/button.h"

#include "window/rung.h"
#include "window/words.h"

#include <adwaita.h>

struct session_view {
	GtkWidget *dialogue_stack, *dialogue_words, *lines;
	GtkWidget *diagram_stack, *diagram_words, *rungs;
	GtkWidget *meaning, *packets;
	struct reading *reading; /* NULL: none is shown */
	size_t session;
	void (*on_arrow)(gpointer context);
	gpointer context;
};

static char *packet_number(const void *row)
{
	return g_strdup_printf(
		"%llu", (unsigned long long)((const struct shown_packet *)row)->number);
}

static char *packet_when(const void *row)
{
	return g_strdup(((const struct shown_packet *)row)->when);
}

static char *packet_source(const void *row)
{
	return g_strdup(((const struct shown_packet *)row)->source);
}

static char *packet_destination(const void *row)
{
	return g_strdup(((const struct shown_packet *)row)->destination);
}

static char *packet_protocol(const void *row)
{
	return g_strdup(((const struct shown_packet *)row)->protocol);
}

static char *packet_length(const void *row)
{
	return g_strdup_printf("%u", ((const struct shown_packet *)row)->length);
}

static char *packet_info(const void *row)
{
	return g_strdup(((const struct shown_packet *)row)->info);
}

static void dress_info(GtkWidget *label, const void *row)
{
	gtk_widget_set_tooltip_text(label, ((const struct shown_packet *)row)->info);
}

const struct column packet_columns[] = {
	{N_("No."), 64, 1, true, COLUMN_LINE, packet_number, NULL, NULL},
	{N_("Time"), 110, 1, true, COLUMN_LINE, packet_when, NULL, NULL},
	{N_("Source"), 150, 0, true, COLUMN_LINE, packet_source, NULL, NULL},
	{N_("Destination"), 150, 0, true, COLUMN_LINE, packet_destination, NULL, NULL},
	{N_("Protocol"), 90, 0, false, COLUMN_LINE, packet_protocol, NULL, NULL},
	{N_("Length"), 76, 1, true, COLUMN_LINE, packet_length, NULL, NULL},
	{N_("Info"), 0, 0, false, COLUMN_LINE, packet_info, dress_info, NULL},
	{.title = NULL},
};

/* The lines of the dialogue as list rows. */
static GtkWidget *new_label(const char *class, float align, int columns)
{
	GtkWidget *label = gtk_label_new(NULL);

	gtk_label_set_xalign(GTK_LABEL(label), align);
	gtk_label_set_width_chars(GTK_LABEL(label), columns);
	gtk_widget_set_valign(label, GTK_ALIGN_START);
	gtk_widget_add_css_class(label, class);
	return label;
}

static void setup_line(GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
	GtkWidget *text = new_label("line-text", 0, -1);

	(void)factory;
	(void)data;
	gtk_label_set_wrap(GTK_LABEL(text), TRUE);
	gtk_label_set_wrap_mode(GTK_LABEL(text), PANGO_WRAP_WORD_CHAR);
	gtk_widget_set_hexpand(text, TRUE);
	gtk_box_append(GTK_BOX(box), new_label("line-time", 1, 10));
	gtk_box_append(GTK_BOX(box), new_label("line-time", 1, 6));
	gtk_box_append(GTK_BOX(box), new_label("line-side", 0.5F, 2));
	gtk_box_append(GTK_BOX(box), text);
	gtk_list_item_set_child(cell, box);
}

static void dress_line(GtkWidget *text, const struct shown_line *line)
{
	static const char *const classes[] = {"from-client", "from-server", "dim-label", "error"};
	const char *class = line->kind == LINE_GAP      ? "error"
			    : line->kind == LINE_SEALED ? "dim-label"
			    : line->from == SIDE_CLIENT ? "from-client"
							: "from-server";

	for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
		gtk_widget_remove_css_class(text, classes[i]);
	gtk_widget_add_css_class(text, class);
}

static void bind_line(GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
	const struct shown_line *line = item_data(gtk_list_item_get_item(cell));
	GtkWidget *when = gtk_widget_get_first_child(gtk_list_item_get_child(cell));
	GtkWidget *frame = gtk_widget_get_next_sibling(when);
	GtkWidget *side = gtk_widget_get_next_sibling(frame);
	GtkWidget *text = gtk_widget_get_next_sibling(side);
	char *number = g_strdup_printf("#%llu", (unsigned long long)line->frames[0]);

	(void)factory;
	(void)data;
	gtk_label_set_text(GTK_LABEL(when), line->when);
	gtk_label_set_text(GTK_LABEL(frame), number);
	gtk_label_set_text(GTK_LABEL(side), line->from == SIDE_CLIENT ? "→" : "←");
	gtk_label_set_text(GTK_LABEL(text), line->text);
	gtk_widget_set_tooltip_text(text, line->meaning[0] != '\0' ? line->meaning : NULL);
	dress_line(text, line);
	dress_line(side, line);
	name_widget(side, line->from == SIDE_CLIENT ? _("Client") : _("Server"));
	g_free(number);
}

/* The packets of the selected line. */
struct frame_rows {
	struct reading *reading;
	const struct shown_line *line;
};

static void *frame_at(void *context, guint place)
{
	const struct frame_rows *rows = context;

	return reading_packet(rows->reading, rows->line->frames[place]);
}

static void frame_rows_free(gpointer data)
{
	struct frame_rows *rows = data;

	reading_unref(rows->reading);
	g_free(rows);
}

static guint known_frames(const struct reading *reading, const struct shown_line *line)
{
	guint count = 0;

	while (count < line->frame_count && reading_packet(reading, line->frames[count]) != NULL)
		count++;
	return count;
}

static void show_packets(struct session_view *view, const struct shown_line *line)
{
	struct frame_rows *rows = g_new0(struct frame_rows, 1);
	struct array_source source = {rows, frame_rows_free, 0, frame_at};
	GtkSelectionModel *model;

	rows->reading = reading_ref(view->reading);
	rows->line = line;
	source.count = known_frames(view->reading, line);
	model = GTK_SELECTION_MODEL(gtk_no_selection_new(array_model_new(&source)));
	gtk_column_view_set_model(GTK_COLUMN_VIEW(view->packets), model);
	g_object_unref(model);
}

static void on_selected(GtkSelectionModel *model, GParamSpec *property, gpointer data)
{
	struct session_view *view = data;
	const struct shown_line *line =
		item_data(gtk_single_selection_get_selected_item(GTK_SINGLE_SELECTION(model)));

	(void)property;
	if (line == NULL || view->reading == NULL) {
		gtk_column_view_set_model(GTK_COLUMN_VIEW(view->packets), NULL);
		gtk_label_set_text(GTK_LABEL(view->meaning),
			_("Choose a line to see its packets and what it means."));
		return;
	}
	gtk_label_set_text(
		GTK_LABEL(view->meaning), line->meaning[0] != '\0' ? line->meaning : line->text);
	show_packets(view, line);
}

static GtkWidget *new_packets(struct session_view *view)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkWidget *scrolled;

	view->meaning = new_label("meaning", 0, -1);
	gtk_label_set_wrap(GTK_LABEL(view->meaning), TRUE);
	gtk_label_set_lines(GTK_LABEL(view->meaning), 3);
	gtk_label_set_ellipsize(GTK_LABEL(view->meaning), PANGO_ELLIPSIZE_END);
	gtk_label_set_selectable(GTK_LABEL(view->meaning), TRUE);
	view->packets = gtk_column_view_new(NULL);
	gtk_widget_add_css_class(view->packets, "data-table");
	columns_add(GTK_COLUMN_VIEW(view->packets), packet_columns);
	scrolled = columns_scrolled(view->packets);
	name_widget(view->packets, _("Packets of the line"));
	gtk_box_append(GTK_BOX(box), view->meaning);
	gtk_box_append(GTK_BOX(box), scrolled);
	gtk_widget_set_size_request(box, -1, 130);
	return box;
}

static GtkWidget *new_dialogue(struct session_view *view)
{
	GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
	GtkWidget *paned = gtk_paned_new(GTK_ORIENTATION_VERTICAL);

	g_signal_connect(factory, "setup", G_CALLBACK(setup_line), NULL);
	g_signal_connect(factory, "bind", G_CALLBACK(bind_line), NULL);
	view->lines = gtk_list_view_new(NULL, factory);
	gtk_widget_add_css_class(view->lines, "dialogue");
	name_widget(view->lines, _("Dialogue"));
	gtk_paned_set_start_child(GTK_PANED(paned), columns_scrolled(view->lines));
	gtk_paned_set_end_child(GTK_PANED(paned), new_packets(view));
	gtk_paned_set_resize_end_child(GTK_PANED(paned), FALSE);
	gtk_paned_set_shrink_start_child(GTK_PANED(paned), FALSE);
	gtk_paned_set_shrink_end_child(GTK_PANED(paned), FALSE);
	return paned;
}

static GtkWidget *new_stack(GtkWidget *rows, GtkWidget **words)
{
	GtkWidget *stack = gtk_stack_new();

	*words = adw_status_page_new();
	gtk_widget_add_css_class(*words, "compact");
	gtk_stack_add_named(GTK_STACK(stack), *words, "words");
	gtk_stack_add_named(GTK_STACK(stack), rows, "rows");
	return stack;
}

static void on_rung(GtkListView *list, guint place, gpointer data)
{
	struct session_view *view = data;
	GListModel *model = G_LIST_MODEL(gtk_list_view_get_model(list));
	struct item *item = g_list_model_get_item(model, place);
	const struct ladder_row *row = item_data(item);

	if (row != NULL && row->frame > 0) {
		session_view_select_frame(view, row->frame);
		if (view->on_arrow != NULL)
			view->on_arrow(view->context);
	}
	g_clear_object(&item);
}

static void session_view_free(gpointer data, GObject *widget)
{
	struct session_view *view = data;

	(void)widget;
	reading_unref(view->reading);
	g_free(view);
}

struct session_view *session_view_new(void)
{
	struct session_view *view = g_new0(struct session_view, 1);

	view->dialogue_stack = new_stack(new_dialogue(view), &view->dialogue_words);
	view->rungs = rung_list_new(NULL);
	g_signal_connect(view->rungs, "activate", G_CALLBACK(on_rung), view);
	name_widget(view->rungs, _("Flow diagram"));
	view->diagram_stack = new_stack(columns_scrolled(view->rungs), &view->diagram_words);
	g_object_weak_ref(G_OBJECT(view->dialogue_stack), session_view_free, view);
	return view;
}

GtkWidget *session_view_dialogue(struct session_view *view)
{
	return view->dialogue_stack;
}

GtkWidget *session_view_diagram(struct session_view *view)
{
	return view->diagram_stack;
}

void session_view_on_arrow(
	struct session_view *view, void (*on_arrow)(gpointer context), gpointer context)
{
	view->on_arrow = on_arrow;
	view->context = context;
}

/* The rows of one session, which keep its reading. */
struct session_rows {
	struct reading *reading;
	struct shown_session *session;
};

static void session_rows_free(gpointer data)
{
	struct session_rows *rows = data;

	reading_unref(rows->reading);
	g_free(rows);
}

static void *line_at(void *context, guint place)
{
	return &((const struct session_rows *)context)->session->lines[place];
}

static void *rung_at(void *context, guint place)
{
	return &((const struct session_rows *)context)->session->ladder.rows[place];
}

static GListModel *rows_of(struct session_view *view, gboolean is_ladder)
{
	struct session_rows *rows = g_new0(struct session_rows, 1);
	struct array_source source = {rows, session_rows_free, 0, is_ladder ? rung_at : line_at};

	rows->reading = reading_ref(view->reading);
	rows->session = &view->reading->sessions[view->session];
	source.count =
		(guint)(is_ladder ? rows->session->ladder.row_count : rows->session->line_count);
	return array_model_new(&source);
}

void session_view_show(struct session_view *view, struct reading *reading, size_t session)
{
	GtkSingleSelection *selection;

	reading_ref(reading);
	reading_unref(view->reading);
	view->reading = reading;
	view->session = session;
	selection = gtk_single_selection_new(rows_of(view, FALSE));
	gtk_single_selection_set_autoselect(selection, FALSE);
	gtk_single_selection_set_selected(selection, GTK_INVALID_LIST_POSITION);
	g_signal_connect(selection, "notify::selected-item", G_CALLBACK(on_selected), view);
	gtk_list_view_set_model(GTK_LIST_VIEW(view->lines), GTK_SELECTION_MODEL(selection));
	on_selected(GTK_SELECTION_MODEL(selection), NULL, view);
	g_object_unref(selection);
	rung_list_show(view->rungs, rows_of(view, TRUE));
	gtk_stack_set_visible_child_name(GTK_STACK(view->dialogue_stack), "rows");
	gtk_stack_set_visible_child_name(GTK_STACK(view->diagram_stack), "rows");
}

void session_view_say(struct session_view *view, const char *title, const char *text)
{
	GtkWidget *const pages[] = {view->dialogue_words, view->diagram_words};

	reading_unref(view->reading);
	view->reading = NULL;
	gtk_list_view_set_model(GTK_LIST_VIEW(view->lines), NULL);
	gtk_column_view_set_model(GTK_COLUMN_VIEW(view->packets), NULL);
	rung_list_show(view->rungs, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
		char *safe = g_markup_escape_text(text, -1);

		adw_status_page_set_title(ADW_STATUS_PAGE(pages[i]), title);
		adw_status_page_set_description(ADW_STATUS_PAGE(pages[i]), safe);
		g_free(safe);
	}
	gtk_stack_set_visible_child_name(GTK_STACK(view->dialogue_stack), "words");
	gtk_stack_set_visible_child_name(GTK_STACK(view->diagram_stack), "words");
}

void session_view_select_line(struct session_view *view, size_t line)
{
	GtkSelectionModel *model = gtk_list_view_get_model(GTK_LIST_VIEW(view->lines));

	if (model == NULL || line == 0 || line > g_list_model_get_n_items(G_LIST_MODEL(model)))
		return;
	gtk_single_selection_set_selected(GTK_SINGLE_SELECTION(model), (guint)(line - 1));
	gtk_widget_activate_action(view->lines, "list.scroll-to-item", "u", (guint)(line - 1));
}

void session_view_select_frame(struct session_view *view, uint64_t frame)
{
	const struct shown_session *session;

	if (view->reading == NULL)
		return;
	session = &view->reading->sessions[view->session];
	for (size_t i = 0; i < session->line_count; i++)
		for (size_t k = 0; k < session->lines[i].frame_count; k++)
			if (session->lines[i].frames[k] == frame) {
				session_view_select_line(view, i + 1);
				return;
			}
}
