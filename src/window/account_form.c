#include "window/account_form.h"
#include "window/button.h"

#include "base/memory.h"
#include "window/passwords.h"
#include "window/words.h"

#include <adwaita.h>
#include <stdlib.h>
#include <string.h>

struct server_rows {
	GtkWidget *host, *port, *tls;
};

struct account_form {
	GtkWidget *page;
	GtkWidget *name, *from, *user, *password, *ca_file;
	struct server_rows smtp, pop3;
	GtkWidget *keep, *capture;
	struct account *shown; /* NULL: a new one */
};

/* In the order of the rows. */
static const enum tls_mode modes[] = {
	TLS_MODE_IMPLICIT, TLS_MODE_STARTTLS, TLS_MODE_OFFERED, TLS_MODE_NONE};

static GtkWidget *new_group(struct account_form *form, const char *title, const char *text)
{
	GtkWidget *group = adw_preferences_group_new();

	adw_preferences_group_set_title(ADW_PREFERENCES_GROUP(group), title);
	adw_preferences_group_set_description(ADW_PREFERENCES_GROUP(group), text);
	adw_preferences_page_add(ADW_PREFERENCES_PAGE(form->page), ADW_PREFERENCES_GROUP(group));
	return group;
}

static GtkWidget *add(GtkWidget *group, GtkWidget *row, const char *title)
{
	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
	adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), row);
	return row;
}

static GtkWidget *add_switch(GtkWidget *group, const char *title, const char *text)
{
	GtkWidget *row = adw_action_row_new(), *button = gtk_switch_new();

	gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), button);
	adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), button);
	adw_action_row_set_subtitle(ADW_ACTION_ROW(row), text);
	name_widget(button, title);
	(void)add(group, row, title);
	return button;
}

/* The port that goes with a choice of TLS, unless another one was typed. */
static void on_tls(GObject *row, GParamSpec *property, gpointer data)
{
	struct server_rows *rows = data;
	enum mail_protocol protocol =
		g_object_get_data(row, "pop3") != NULL ? MAIL_POP3 : MAIL_SMTP;
	guint64 port = g_ascii_strtoull(gtk_editable_get_text(GTK_EDITABLE(rows->port)), NULL, 10);
	gboolean is_usual = port == 0;
	char text[16];

	(void)property;
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		struct account_server server = {.has_tls = true, .tls = modes[i]};

		account_server_settle(&server, protocol);
		is_usual |= server.port == port;
		if (i == adw_combo_row_get_selected(ADW_COMBO_ROW(row)))
			g_snprintf(text, sizeof text, "%u", (unsigned)server.port);
	}
	if (is_usual)
		gtk_editable_set_text(GTK_EDITABLE(rows->port), text);
}

static GtkWidget *add_tls(GtkWidget *group)
{
	const char *const words[] = {_("TLS from the first octet"), _("STARTTLS, or no session"),
		_("STARTTLS if offered"), _("None: all can read it"), NULL};
	GtkStringList *list = gtk_string_list_new(words);
	GtkWidget *row = add(group, adw_combo_row_new(), _("Encryption"));

	adw_combo_row_set_model(ADW_COMBO_ROW(row), G_LIST_MODEL(list));
	g_object_unref(list);
	return row;
}

static void add_server(struct account_form *form, struct server_rows *rows, const char *title)
{
	GtkWidget *group = new_group(form, title, NULL);

	rows->host = add(group, adw_entry_row_new(), _("Server"));
	rows->tls = add_tls(group);
	rows->port = add(group, adw_entry_row_new(), _("Port"));
	gtk_editable_set_text(GTK_EDITABLE(rows->host), "");
	adw_entry_row_set_input_purpose(ADW_ENTRY_ROW(rows->port), GTK_INPUT_PURPOSE_DIGITS);
	if (rows == &form->pop3) {
		g_object_set_data(G_OBJECT(rows->tls), "pop3", rows);
		form->keep = add_switch(group, _("Leave Messages on the Server"),
			_("Otherwise they are deleted there once they are safe here."));
	}
	g_signal_connect(rows->tls, "notify::selected", G_CALLBACK(on_tls), rows);
}

static void add_login(struct account_form *form)
{
	GtkWidget *group = new_group(form, _("Login"),
		passwords_have_keyring()
			? _("The password goes to the desktop's keyring. Where there is none, it "
			    "is kept in memory until this program ends.")
			: _("There is no keyring here (secret-tool is not installed): the password "
			    "is kept in memory alone, until this program ends."));

	form->user = add(group, adw_entry_row_new(), _("User Name"));
	form->password = add(group, adw_password_entry_row_new(), _("Password"));
	form->ca_file = add(group, adw_entry_row_new(),
		_("File of Trusted Certificates (empty: those of the system)"));
}

static void form_free(gpointer data, GObject *widget)
{
	struct account_form *form = data;

	(void)widget;
	account_free(form->shown);
	g_free(form);
}

struct account_form *account_form_new(void)
{
	struct account_form *form = g_new0(struct account_form, 1);
	GtkWidget *group;

	form->page = adw_preferences_page_new();
	group = new_group(form, _("You"), NULL);
	form->name = add(group, adw_entry_row_new(), _("Name"));
	form->from = add(group, adw_entry_row_new(), _("Mail Address"));
	add_server(form, &form->smtp, _("Sending (SMTP)"));
	add_server(form, &form->pop3, _("Receiving (POP3)"));
	add_login(form);
	group = new_group(form, _("Sessions"), NULL);
	form->capture = add_switch(group, _("Capture Sessions"),
		_("Each session's packets are kept, and held against its log."));
	account_form_show(form, NULL);
	g_object_weak_ref(G_OBJECT(form->page), form_free, form);
	return form;
}

GtkWidget *account_form_widget(struct account_form *form)
{
	return form->page;
}

static void set_row(GtkWidget *row, const char *text)
{
	gtk_editable_set_text(GTK_EDITABLE(row), text != NULL ? text : "");
}

static void show_server(
	struct server_rows *rows, const struct account_server *known, enum mail_protocol protocol)
{
	struct account_server server = *known;
	char port[16];

	account_server_settle(&server, protocol);
	g_snprintf(port, sizeof port, "%u", (unsigned)server.port);
	for (guint i = 0; i < G_N_ELEMENTS(modes); i++)
		if (modes[i] == server.tls)
			adw_combo_row_set_selected(ADW_COMBO_ROW(rows->tls), i);
	set_row(rows->host, server.host);
	set_row(rows->port, port);
}

/* The fields of a form, and of an account, side by side. */
static char *copy(const char *text)
{
	return text != NULL ? memory_text(text) : NULL;
}

static struct account *copy_account(const struct account *account)
{
	struct account *made = memory_new(1, sizeof *made);

	*made = *account;
	made->group = copy(account->group);
	made->name = copy(account->name);
	made->from = copy(account->from);
	made->user = copy(account->user);
	made->mechanism = copy(account->mechanism);
	made->smtp.host = copy(account->smtp.host);
	made->smtp.user = copy(account->smtp.user);
	made->pop3.host = copy(account->pop3.host);
	made->pop3.user = copy(account->pop3.user);
	made->password_command = copy(account->password_command);
	made->password_file = copy(account->password_file);
	made->ca_file = copy(account->ca_file);
	made->tls_name = copy(account->tls_name);
	made->tls_fingerprint = copy(account->tls_fingerprint);
	return made;
}

void account_form_show(struct account_form *form, const struct account *account)
{
	static const struct account usual = {.has_capture = true, .capture = true};
	const struct account *shown = account != NULL ? account : &usual;

	account_free(form->shown);
	form->shown = account != NULL ? copy_account(account) : NULL;
	set_row(form->name, shown->name);
	set_row(form->from, shown->from);
	set_row(form->user, shown->user);
	set_row(form->password, "");
	set_row(form->ca_file, shown->ca_file);
	show_server(&form->smtp, &shown->smtp, MAIL_SMTP);
	show_server(&form->pop3, &shown->pop3, MAIL_POP3);
	gtk_switch_set_active(GTK_SWITCH(form->keep), shown->has_keep && shown->keep);
	gtk_switch_set_active(GTK_SWITCH(form->capture), !shown->has_capture || shown->capture);
}

static void take(char **field, GtkWidget *row)
{
	char *text = g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(row))));

	free(*field);
	*field = text[0] != '\0' ? memory_text(text) : NULL;
	g_free(text);
}

static enum step take_server(
	struct account_server *server, const struct server_rows *rows, struct fail *fail)
{
	const char *text = gtk_editable_get_text(GTK_EDITABLE(rows->port));
	uint64_t port = 0;

	take(&server->host, rows->host);
	server->has_tls = true;
	server->tls = modes[adw_combo_row_get_selected(ADW_COMBO_ROW(rows->tls))];
	if (!span_number(span_text(text), &port) || port == 0 || port > UINT16_MAX)
		return fail_set(
			fail, FAIL_USAGE, _("%s: a port is a number from 1 to 65535"), text);
	server->port = (uint16_t)port;
	return STEP_DONE;
}

/* A new account is called by its address. */
static void name_group(struct account *account)
{
	if (account->group != NULL)
		return;
	account->group = memory_text(account->from != NULL ? account->from : "default");
	for (char *at = account->group; *at != '\0'; at++)
		if (strchr("[]", *at) != NULL || (unsigned char)*at < ' ')
			*at = '_';
}

static enum step check(const struct account *account, struct fail *fail)
{
	if (account->from == NULL || strchr(account->from, '@') == NULL)
		return fail_set(fail, FAIL_USAGE, "%s", _("Fill in your mail address."));
	if (account->smtp.host == NULL && account->pop3.host == NULL)
		return fail_set(fail, FAIL_USAGE, "%s",
			_("Name the server that sends, the one that receives, or both."));
	return STEP_DONE;
}

struct account *account_form_take(struct account_form *form, struct fail *fail)
{
	static const struct account nothing = {.group = NULL};
	struct account *account = copy_account(form->shown != NULL ? form->shown : &nothing);

	take(&account->name, form->name);
	take(&account->from, form->from);
	take(&account->user, form->user);
	take(&account->ca_file, form->ca_file);
	account->has_keep = account->has_capture = true;
	account->keep = gtk_switch_get_active(GTK_SWITCH(form->keep));
	account->capture = gtk_switch_get_active(GTK_SWITCH(form->capture));
	name_group(account);
	if (take_server(&account->smtp, &form->smtp, fail) == STEP_DONE &&
		take_server(&account->pop3, &form->pop3, fail) == STEP_DONE &&
		check(account, fail) == STEP_DONE)
		return account;
	account_free(account);
	return NULL;
}

const char *account_form_password(const struct account_form *form)
{
	const char *text = gtk_editable_get_text(GTK_EDITABLE(form->password));

	return text[0] != '\0' ? text : NULL;
}
