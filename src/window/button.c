#include "window/button.h"

#include <adwaita.h>

void name_widget(GtkWidget *widget, const char *name)
{
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
	/* Else GTK says the text on a button besides. */
	if (GTK_IS_BUTTON(widget))
		gtk_accessible_reset_relation(
			GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

void button_say(GtkWidget *button, const char *mnemonic)
{
	char **parts = g_strsplit(mnemonic, "_", -1), *name = g_strjoinv("", parts);

	gtk_button_set_label(GTK_BUTTON(button), mnemonic);
	name_widget(button, name);
	g_free(name);
	g_strfreev(parts);
}

GtkWidget *button_new(const char *mnemonic)
{
	GtkWidget *button = gtk_button_new_with_mnemonic(mnemonic);

	button_say(button, mnemonic);
	return button;
}

GtkWidget *button_icon_new(const char *icon, const char *name, const char *action)
{
	GtkWidget *button = gtk_button_new_from_icon_name(icon);

	gtk_widget_set_tooltip_text(button, name);
	name_widget(button, name);
	gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
	if (action != NULL)
		gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
	return button;
}

GtkWidget *button_attachment_new(const char *icon, const char *label, guint number)
{
	GtkWidget *button = gtk_button_new(), *content = adw_button_content_new();

	adw_button_content_set_icon_name(ADW_BUTTON_CONTENT(content), icon);
	adw_button_content_set_label(ADW_BUTTON_CONTENT(content), label);
	gtk_button_set_child(GTK_BUTTON(button), content);
	gtk_widget_set_halign(button, GTK_ALIGN_START);
	name_widget(button, label);
	g_object_set_data(G_OBJECT(button), "attachment", GUINT_TO_POINTER(number));
	return button;
}
