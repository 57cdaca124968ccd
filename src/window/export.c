#include "window/export.h"

#include "base/limits.h"
#include "report/report.h"
#include "window/app.h"
#include "window/words.h"

#include <string.h>

/* A report on its way. */
struct export
{
	char *session, *message, *target;
	GtkWindow *window;
	AdwToastOverlay *toasts;
	struct fail fail; /* why there is none; FAIL_NONE: it is there */
	struct fail odd;  /* what is wrong with an input */
};

static void export_free(gpointer data)
{
	struct export *export = data;

	g_free(export->session);
	g_free(export->message);
	g_free(export->target);
	g_object_unref(export->window);
	g_object_unref(export->toasts);
	g_free(export);
}

static void on_fail(void *context, const struct fail *fail)
{
	struct export *export = context;

	if (export->odd.code == FAIL_NONE)
		export->odd = *fail;
}

static void on_too_many_secrets(void *context, const char *name)
{
	(void)context;
	(void)name;
}

static void on_met(void *context, const char *name, const bool *is_met)
{
	(void)context;
	(void)name;
	(void)is_met;
}

/* Messages are called as people call them; their files have names for programs. */
static void call_messages(struct report_inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++)
		if (inputs->at[i].kind == REPORT_MESSAGE)
			report_input_call(&inputs->at[i], "message.eml");
}

static enum step write_page(struct export *export, struct report *report)
{
	struct buffer page;
	enum step step;

	(void)report_build(report);
	buffer_init(&page, 0);
	report_page(report, &page);
	step = report_write(export->target, &page, &export->fail);
	buffer_fini(&page);
	report_fini(report);
	return step;
}

static enum step make(struct export *export, const struct html_template *template)
{
	struct report report = {.listener = {export, on_fail, on_too_many_secrets, on_met},
		.template = template,
		.is_redacted = true};
	char *paths[2];
	size_t count = 0;
	enum step step;

	if (export->session != NULL)
		paths[count++] = export->session;
	if (export->message != NULL)
		paths[count++] = export->message;
	step = report_inputs_read(&report.inputs, paths, count, &export->fail);
	if (step != STEP_FAIL) {
		call_messages(&report.inputs);
		step = write_page(export, &report);
	}
	report_inputs_fini(&report.inputs);
	return step;
}

static void in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	struct export *export = data;
	struct html_template template = {.count = 0};
	enum step step;

	(void)source;
	(void)cancellable;
	arena_init(&template.arena);
	step = html_template_read(
		&template, "template", span_text(_(html_template_default)), &export->fail);
	if (step != STEP_FAIL)
		step = make(export, &template);
	if (step != STEP_FAIL)
		export->fail.code = FAIL_NONE;
	html_template_fini(&template);
	g_task_return_boolean(task, TRUE);
}

static void on_written(GObject *source, GAsyncResult *result, gpointer data)
{
	const struct export *export = g_task_get_task_data(G_TASK(result));

	(void)source;
	(void)data;
	if (export->fail.code != FAIL_NONE)
		app_complain(export->window, _("The report was not saved"), export->fail.text);
	else
		export_done(export->toasts, _("Report saved"), export->target);
	if (export->fail.code == FAIL_NONE && export->odd.code != FAIL_NONE)
		app_complain(export->window, _("The report is not whole"), export->odd.text);
}

static void on_response(GtkNativeDialog *dialog, int response, gpointer data)
{
	struct export *export = data;
	GFile *file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
	GTask *task;

	if (response == GTK_RESPONSE_ACCEPT && file != NULL && g_file_peek_path(file) != NULL) {
		export->target = g_strdup(g_file_peek_path(file));
		task = g_task_new(NULL, NULL, on_written, NULL);
		g_task_set_task_data(task, export, export_free);
		g_task_run_in_thread(task, in_thread);
		g_object_unref(task);
	} else {
		export_free(export);
	}
	g_clear_object(&file);
	g_object_unref(dialog);
}

void export_report(const struct export_place *place, const char *session, const char *message)
{
	struct export *export = g_new0(struct export, 1);
	GtkFileChooserNative *dialog = gtk_file_chooser_native_new(_("Export the Report"),
		place->window, GTK_FILE_CHOOSER_ACTION_SAVE, _("_Export"), _("_Cancel"));

	export->session = g_strdup(session);
	export->message = g_strdup(message);
	export->window = g_object_ref(place->window);
	export->toasts = g_object_ref(place->toasts);
	gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(dialog), "report.html");
	gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
	g_signal_connect(dialog, "response", G_CALLBACK(on_response), export);
	gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

void export_done(AdwToastOverlay *toasts, const char *text, const char *path)
{
	AdwToast *toast = adw_toast_new(text);

	adw_toast_set_button_label(toast, _("Open"));
	adw_toast_set_action_name(toast, "app.show");
	adw_toast_set_action_target(toast, "s", path);
	adw_toast_overlay_add_toast(toasts, toast);
}
