#include "window/item.h"

struct item_class {
	GObjectClass parent;
};

static guint changed_signal;

static void item_finalize(GObject *object)
{
	struct item *item = (struct item *)object;

	if (item->release != NULL)
		item->release(item->data);
	g_clear_object(&item->owner);
	G_OBJECT_CLASS(g_type_class_peek(G_TYPE_OBJECT))->finalize(object);
}

static void item_class_init(gpointer class, gpointer data)
{
	(void)data;
	G_OBJECT_CLASS(class)->finalize = item_finalize;
	changed_signal = g_signal_new("changed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0,
		NULL, NULL, NULL, G_TYPE_NONE, 0);
}

GType item_get_type(void)
{
	static gsize type;

	if (g_once_init_enter(&type)) {
		GType made = g_type_register_static_simple(G_TYPE_OBJECT, "MailscopeItem",
			sizeof(struct item_class), item_class_init, sizeof(struct item), NULL, 0);

		g_once_init_leave(&type, made);
	}
	return type;
}

struct item *item_new(void *data, GDestroyNotify release)
{
	struct item *item = g_object_new(item_get_type(), NULL);

	item->data = data;
	item->release = release;
	return item;
}

void item_changed(struct item *item)
{
	g_signal_emit(item, changed_signal, 0);
}

void *item_data(gpointer item)
{
	return item != NULL ? ((struct item *)item)->data : NULL;
}

struct array_model {
	GObject parent;
	struct array_source source;
};

struct array_model_class {
	GObjectClass parent;
};

static void array_finalize(GObject *object)
{
	struct array_model *rows = (struct array_model *)object;

	if (rows->source.release != NULL)
		rows->source.release(rows->source.context);
	G_OBJECT_CLASS(g_type_class_peek(G_TYPE_OBJECT))->finalize(object);
}

static void array_class_init(gpointer class, gpointer data)
{
	(void)data;
	G_OBJECT_CLASS(class)->finalize = array_finalize;
}

static GType array_item_type(GListModel *model)
{
	(void)model;
	return item_get_type();
}

static guint array_count(GListModel *model)
{
	return ((struct array_model *)model)->source.count;
}

static gpointer array_item(GListModel *model, guint place)
{
	struct array_model *rows = (struct array_model *)model;
	struct item *item;

	if (place >= rows->source.count)
		return NULL;
	item = item_new(rows->source.at(rows->source.context, place), NULL);
	item->place = place;
	item->owner = g_object_ref(G_OBJECT(rows));
	return item;
}

static void array_model_init(gpointer interface, gpointer data)
{
	GListModelInterface *model = interface;

	(void)data;
	model->get_item_type = array_item_type;
	model->get_n_items = array_count;
	model->get_item = array_item;
}

static GType array_get_type(void)
{
	static gsize type;

	if (g_once_init_enter(&type)) {
		const GInterfaceInfo model = {array_model_init, NULL, NULL};
		GType made = g_type_register_static_simple(G_TYPE_OBJECT, "MailscopeRows",
			sizeof(struct array_model_class), array_class_init,
			sizeof(struct array_model), NULL, 0);

		g_type_add_interface_static(made, G_TYPE_LIST_MODEL, &model);
		g_once_init_leave(&type, made);
	}
	return type;
}

GListModel *array_model_new(const struct array_source *source)
{
	struct array_model *rows = g_object_new(array_get_type(), NULL);

	rows->source = *source;
	return G_LIST_MODEL(rows);
}
