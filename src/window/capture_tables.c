#include "window/capture_tables.h"
#include "window/button.h"

#include "window/app.h"
#include "window/columns.h"
#include "window/session_view.h"
#include "window/words.h"

#include "capture/capture.h"
#include "diagram/diagram.h"
#include "dissect/dissect.h"
#include "tls/secrets.h"

static char *severity_text(const void *row)
{
	return g_strdup(language_text_in(
		"severity", severity_name(((const struct shown_finding *)row)->severity)));
}

static void dress_severity(GtkWidget *label, const void *data)
{
	static const char *const classes[] = {"dim-label", "warning", "error"};
	const struct shown_finding *row = data;

	for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
		gtk_widget_remove_css_class(label, classes[i]);
	gtk_widget_add_css_class(label, classes[row->severity]);
}

static char *finding_session(const void *row)
{
	return g_strdup_printf("%u", ((const struct shown_finding *)row)->session);
}

static char *finding_frame(const void *row)
{
	guint64 frame = ((const struct shown_finding *)row)->frame;

	return frame > 0 ? g_strdup_printf("%" G_GUINT64_FORMAT, frame) : g_strdup("");
}

static char *finding_text(const void *row)
{
	return g_strdup(((const struct shown_finding *)row)->text);
}

static char *finding_rfc(const void *row)
{
	return g_strdup(((const struct shown_finding *)row)->rfc);
}

static const struct column finding_columns[] = {
	{N_("Severity"), 90, 0, false, COLUMN_LINE, severity_text, dress_severity, NULL},
	{N_("Session"), 80, 1, true, COLUMN_LINE, finding_session, NULL, NULL},
	{N_("Frame"), 80, 1, true, COLUMN_LINE, finding_frame, NULL, NULL},
	{N_("Finding"), 0, 0, false, COLUMN_TEXT, finding_text, NULL, NULL},
	{N_("RFC"), 200, 0, false, COLUMN_TEXT, finding_rfc, NULL, NULL},
	{.title = NULL},
};

static char *message_session(const void *row)
{
	return g_strdup_printf("%u", ((const struct shown_message *)row)->session);
}

static char *message_from(const void *row)
{
	return g_strdup(((const struct shown_message *)row)->from);
}

static char *message_to(const void *row)
{
	return g_strdup(((const struct shown_message *)row)->to);
}

static char *message_subject(const void *row)
{
	return g_strdup(((const struct shown_message *)row)->subject);
}

static char *message_size(const void *row)
{
	return columns_size(((const struct shown_message *)row)->octets);
}

static const struct column message_columns[] = {
	{N_("Session"), 80, 1, true, COLUMN_LINE, message_session, NULL, NULL},
	{N_("From"), 220, 0, false, COLUMN_LINE, message_from, NULL, NULL},
	{N_("To"), 220, 0, false, COLUMN_LINE, message_to, NULL, NULL},
	{N_("Subject"), 0, 0, false, COLUMN_LINE, message_subject, NULL, NULL},
	{N_("Size"), 96, 1, true, COLUMN_LINE, message_size, NULL, NULL},
	{.title = NULL},
};

static GtkWidget *new_table(const struct column *columns, const char *name)
{
	GtkWidget *table = gtk_column_view_new(NULL);

	gtk_widget_add_css_class(table, "data-table");
	columns_add(GTK_COLUMN_VIEW(table), columns);
	name_widget(table, name);
	return table;
}

GtkWidget *capture_packets_new(void)
{
	return new_table(packet_columns, _("Packets"));
}

GtkWidget *capture_findings_new(void)
{
	return new_table(finding_columns, _("Findings"));
}

GtkWidget *capture_messages_new(void)
{
	return new_table(message_columns, _("Messages"));
}

static void *packet_at(void *context, guint place)
{
	return &((struct reading *)context)->packets[place];
}

static void *finding_at(void *context, guint place)
{
	return &((struct reading *)context)->findings[place];
}

static void *message_at(void *context, guint place)
{
	return &((struct reading *)context)->messages[place];
}

static GtkSingleSelection *show(GtkWidget *table, const struct array_source *source)
{
	GtkSingleSelection *selection = gtk_single_selection_new(array_model_new(source));

	gtk_single_selection_set_autoselect(selection, FALSE);
	gtk_single_selection_set_selected(selection, GTK_INVALID_LIST_POSITION);
	gtk_column_view_set_model(GTK_COLUMN_VIEW(table), GTK_SELECTION_MODEL(selection));
	g_object_unref(selection);
	return selection;
}

void capture_show_packets(GtkWidget *table, struct reading *reading)
{
	(void)show(table, &(struct array_source){reading_ref(reading), reading_unref,
				  (guint)reading->packet_count, packet_at});
}

void capture_show_findings(GtkWidget *table, struct reading *reading)
{
	(void)show(table, &(struct array_source){reading_ref(reading), reading_unref,
				  (guint)reading->finding_count, finding_at});
}

GtkSingleSelection *capture_show_messages(GtkWidget *table, struct reading *reading)
{
	return show(table, &(struct array_source){reading_ref(reading), reading_unref,
				   (guint)reading->message_count, message_at});
}

/* The picture is that of the command line, drawn anew from the capture. */
struct picture {
	char *capture, *target;
	GtkWindow *window; /* references */
	AdwToastOverlay *toasts;
	struct tls_secrets *secrets;
	struct diagram *diagram;
	struct fail fail;
};

static void picture_free(gpointer data)
{
	struct picture *picture = data;

	g_object_unref(picture->window);
	g_object_unref(picture->toasts);
	g_free(picture->capture);
	g_free(picture->target);
	g_free(picture);
}

static void on_session(void *context, const struct session *session)
{
	diagram_add(((struct picture *)context)->diagram, session);
}

static void on_row(void *context, const struct row *row)
{
	(void)context;
	(void)row;
}

static void on_secrets(void *context, uint32_t type, struct span text)
{
	if (type == TLS_SECRETS_DSB)
		(void)tls_secrets_add(((struct picture *)context)->secrets, text);
}

static enum step read_sessions(struct picture *picture, struct fail *fail)
{
	const struct capture_listener heard = {.context = picture, .on_secrets = on_secrets};
	const struct dissect_listener listener = {picture, on_session, on_row};
	const struct dissect_wants wants = {.lines = true,
		.findings = true,
		.headers = true,
		.statistics = true,
		.secrets = picture->secrets};
	char *name = g_path_get_basename(picture->capture);
	struct capture *capture = capture_open(picture->capture, &heard, fail);
	struct dissect *dissect = dissect_new(name, &wants, &listener);
	enum step step = capture != NULL ? STEP_DONE : STEP_FAIL;
	struct frame frame;

	while (capture != NULL && (step = capture_next(capture, &frame, fail)) == STEP_DONE)
		dissect_frame(dissect, &frame);
	dissect_end(dissect);
	dissect_free(dissect);
	if (capture != NULL)
		capture_close(capture);
	g_free(name);
	return step;
}

static void draw_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	struct picture *picture = data;
	enum step step;

	(void)source;
	(void)cancellable;
	picture->secrets = tls_secrets_new(NULL);
	picture->diagram = diagram_new(DIAGRAM_MAIL, true);
	step = read_sessions(picture, &picture->fail);
	if (!diagram_is_empty(picture->diagram))
		step = diagram_write(picture->diagram, picture->target, &picture->fail);
	if (step != STEP_FAIL)
		picture->fail.code = FAIL_NONE;
	diagram_free(picture->diagram);
	tls_secrets_free(picture->secrets);
	g_task_return_boolean(task, TRUE);
}

static void on_drawn(GObject *source, GAsyncResult *result, gpointer data)
{
	struct picture *picture = g_task_get_task_data(G_TASK(result));

	(void)source;
	(void)data;
	if (picture->fail.code != FAIL_NONE)
		app_complain(picture->window, _("The diagram was not saved"), picture->fail.text);
	else
		export_done(picture->toasts, _("Diagram saved"), picture->target);
}

void capture_save_picture(const char *capture, const char *target, const struct export_place *place)
{
	struct picture *picture = g_new0(struct picture, 1);
	GTask *task = g_task_new(NULL, NULL, on_drawn, NULL);

	picture->capture = g_strdup(capture);
	picture->target = g_strdup(target);
	picture->window = g_object_ref(place->window);
	picture->toasts = g_object_ref(place->toasts);
	g_task_set_task_data(task, picture, picture_free);
	g_task_run_in_thread(task, draw_in_thread);
	g_object_unref(task);
}
