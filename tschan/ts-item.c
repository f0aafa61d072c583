/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Locking: none; an item never changes. */

#include "config.h"

#include "ts-describe-private.h"
#include "ts-item-private.h"
#include "ts-value-private.h"

/**
 * TsItem:
 *
 * An object around a value, where only objects will do.
 *
 * The rows of a [iface@Gio.ListModel] are objects. What comes out of a channel need not be: so a
 * [class@ListModel] shows numbers, strings and all else as items of this type. The property
 * [property@Item:value] has what was sent. [property@Item:string] is a text for it, to which a
 * label can be bound as it is.
 *
 * An item never changes. All methods may be called from any thread.
 *
 * ```c
 * static void
 * show (GListModel *model, guint position)
 * {
 *   g_autoptr (TsItem) item = g_list_model_get_item (model, position);
 *   g_autofree char *text = ts_item_dup_string (item);
 *
 *   g_print ("%u: %s\n", position, text);
 * }
 * ```
 *
 * Since: 1.0
 */
struct _TsItem
{
  GObject parent_instance;

  /* Immutable. */
  GValue  value;
};

G_DEFINE_FINAL_TYPE (TsItem, ts_item, G_TYPE_OBJECT)

typedef enum
{
  PROP_VALUE = 1,
  PROP_STRING,
} TsItemProperty;

static GParamSpec *properties[PROP_STRING + 1];

static void
ts_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TsItem *self = TS_ITEM (object);

  switch ((TsItemProperty) id)
    {
    case PROP_VALUE:
      g_value_set_boxed (value, ts_item_get_value (self));
      break;
    case PROP_STRING:
      g_value_take_string (value, ts_item_dup_string (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ts_item_finalize (GObject *object)
{
  TsItem *self = TS_ITEM (object);

  ts_value_clear (&self->value);

  G_OBJECT_CLASS (ts_item_parent_class)->finalize (object);
}

static void
ts_item_class_init (TsItemClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ts_item_get_property;
  object_class->finalize = ts_item_finalize;

  /**
   * TsItem:value: (getter get_value)
   *
   * The value.
   *
   * Since: 1.0
   */
  properties[PROP_VALUE] = g_param_spec_boxed ("value", NULL, NULL, G_TYPE_VALUE, flags);

  /**
   * TsItem:string: (getter dup_string)
   *
   * The value as text for a person to read.
   *
   * Since: 1.0
   */
  properties[PROP_STRING] = g_param_spec_string ("string", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ts_item_init (TsItem *self)
{
}

TsItem *
ts_item_new_take (GValue *value)
{
  TsItem *self = g_object_new (TS_TYPE_ITEM, NULL);

  self->value = ts_value_move (value);
  return self;
}

/**
 * ts_item_new:
 * @value: a value
 *
 * Creates an item with a copy of @value.
 *
 * Returns: (transfer full): a new item
 *
 * Since: 1.0
 */
TsItem *
ts_item_new (const GValue *value)
{
  GValue copy;

  g_return_val_if_fail (G_IS_VALUE (value), NULL);

  ts_value_copy (&copy, value);
  return ts_item_new_take (&copy);
}

/**
 * ts_item_get_value: (get-property value)
 * @self: an item
 *
 * Gets the value.
 *
 * Returns: (transfer none) (nullable): the value; %NULL if the item was created without one, as
 *   [ctor@GObject.Object.new] would
 *
 * Since: 1.0
 */
const GValue *
ts_item_get_value (TsItem *self)
{
  g_return_val_if_fail (TS_IS_ITEM (self), NULL);

  return ts_value_is_initialized (&self->value) ? &self->value : NULL;
}

/**
 * ts_item_dup_string: (get-property string)
 * @self: an item
 *
 * Puts the value into words.
 *
 * A string is itself, and empty if there is none. What [method@GObject.Value.transform] turns
 * into a string is that: numbers, for example. All else is described as
 * [func@GObject.strdup_value_contents] does it.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
ts_item_dup_string (TsItem *self)
{
  GValue text = G_VALUE_INIT;
  char *string;

  g_return_val_if_fail (TS_IS_ITEM (self), NULL);

  if (!ts_value_is_initialized (&self->value))
    return g_strdup ("");
  g_value_init (&text, G_TYPE_STRING);
  if (!g_value_transform (&self->value, &text))
    return g_strdup_value_contents (&self->value);
  string = g_value_dup_string (&text);
  g_value_unset (&text);
  return string != NULL ? string : g_strdup ("");
}

static gboolean
ts_item_describe (gpointer object, GString *text)
{
  TsItem *self = object;
  g_autofree char *content = NULL;

  ts_description_begin (text, self, NULL);
  if (!ts_value_is_initialized (&self->value))
    {
      g_string_append (text, "empty");
      return FALSE;
    }
  content = g_strdup_value_contents (&self->value);
  g_string_append_printf (text, "%s %s", G_VALUE_TYPE_NAME (&self->value), content);
  return TRUE;
}

/**
 * ts_item_to_string:
 * @self: an item
 *
 * Describes the item in one line, for logs and debuggers.
 *
 * The type of its value, and the value as [func@GObject.strdup_value_contents] describes it. What the
 * line looks like may change; [method@Item.dup_string] is for people. From any thread; does not block.
 *
 * Returns: (transfer full): a description
 *
 * Since: 1.0
 */
char *
ts_item_to_string (TsItem *self)
{
  g_return_val_if_fail (TS_IS_ITEM (self), NULL);

  return ts_describe (self, ts_item_describe);
}
