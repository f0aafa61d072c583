/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The object, and what a list view asks of it. How it gets its rows is in ts-list-model-feed.c. */

#include "config.h"

#include "ts-describe-private.h"
#include "ts-enum-types.h"
#include "ts-item-private.h"
#include "ts-list-model-private.h"
#include "ts-value-private.h"

#define DEFAULT_INTERVAL 16 /* milliseconds, about a frame */

/**
 * TsListModel:
 *
 * A list of what comes out of a channel, for a list view.
 *
 * Threads find things and send them; the model receives them in a main loop and shows them as
 * rows of a [iface@Gio.ListModel], which a `GtkListView` and its like display. A flood of a
 * million rows does not stop the window: the model takes what is there, for about 2 milliseconds
 * at most before other sources have their turn, and it tells of new rows by one `items-changed`
 * in each [property@ListModel:interval].
 *
 * Objects that come out of the channel are rows themselves. All other values are shown as objects
 * of type [class@Item], which are made when somebody looks at a row for the first time.
 *
 * **How many.** With [property@ListModel:max-items] the list is bounded, and
 * [property@ListModel:overflow] says what then happens. By default the model stops receiving, so
 * that the workers, once a bounded channel is full, wait until [method@ListModel.remove] makes
 * room. With %TS_OVERFLOW_DROP_OLDEST the list has the latest rows, as a log would, with
 * %TS_OVERFLOW_DROP_NEWEST the first.
 *
 * **Its end.** Closing the channel ends the list: what is inside still becomes rows, then
 * [property@ListModel:finished] is set. [method@ListModel.close] ends it from this side. Rows
 * stay as long as the model does. What was received but not shown when the model is closed or
 * disposed of, or when its main context is destroyed, is given back to the channel.
 *
 * A channel may have several models and other receivers; each item goes to one of them.
 *
 * **Threads.** Unlike all else in this library a model belongs to one thread, as the widgets do:
 * the one that runs the main context which was the thread-default one of the model's creator.
 * There it is created and used, and there its signals are emitted. Only its last reference may be
 * dropped anywhere. A handler of `items-changed` may not change the list in its turn.
 *
 * ```c
 * static GListModel *
 * watch_results (TsChannel *results)
 * {
 *   TsListModel *model = ts_list_model_new (results);
 *
 *   ts_list_model_set_max_items (model, 1000);
 *   ts_list_model_set_overflow (model, TS_OVERFLOW_DROP_OLDEST);
 *   return G_LIST_MODEL (model);
 * }
 * ```
 *
 * Since: 1.0
 */

static void ts_list_model_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TsListModel, ts_list_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      ts_list_model_list_model_init))

GParamSpec *ts_list_model_properties[TS_LIST_MODEL_N_PROPS];

/* The list */

static GType
ts_list_model_get_item_type (GListModel *list)
{
  return TS_LIST_MODEL (list)->item_type;
}

static guint
ts_list_model_get_n_items (GListModel *list)
{
  return TS_LIST_MODEL (list)->n_items;
}

/* Makes an object of a row that is none. It keeps it, so that it is the same next time. */
static gpointer
get_object (GValue *row)
{
  gpointer object = G_VALUE_HOLDS_OBJECT (row) ? g_value_get_object (row) : NULL;

  if (object == NULL)
    {
      object = ts_item_new_take (row);
      g_value_init (row, TS_TYPE_ITEM);
      g_value_take_object (row, object);
    }
  return object;
}

static gpointer
ts_list_model_get_item (GListModel *list, guint position)
{
  TsListModel *self = TS_LIST_MODEL (list);

  if (position >= self->n_items)
    return NULL;
  return g_object_ref (get_object (ts_rows_get (&self->rows, position)));
}

static void
ts_list_model_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ts_list_model_get_item_type;
  iface->get_n_items = ts_list_model_get_n_items;
  iface->get_item = ts_list_model_get_item;
}

/* The object */

static void
ts_list_model_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TsListModel *self = TS_LIST_MODEL (object);

  switch (id)
    {
    case TS_LIST_MODEL_PROP_CHANNEL:
      g_value_set_object (value, self->channel);
      break;
    case TS_LIST_MODEL_PROP_ITEM_TYPE:
      g_value_set_gtype (value, self->item_type);
      break;
    case TS_LIST_MODEL_PROP_N_ITEMS:
      g_value_set_uint (value, self->n_items);
      break;
    case TS_LIST_MODEL_PROP_MAX_ITEMS:
      g_value_set_uint (value, self->max_items);
      break;
    case TS_LIST_MODEL_PROP_OVERFLOW:
      g_value_set_enum (value, self->overflow);
      break;
    case TS_LIST_MODEL_PROP_INTERVAL:
      g_value_set_uint (value, self->interval);
      break;
    case TS_LIST_MODEL_PROP_PRIORITY:
      g_value_set_int (value, self->priority);
      break;
    case TS_LIST_MODEL_PROP_RECEIVED:
      g_value_set_uint64 (value, self->received);
      break;
    case TS_LIST_MODEL_PROP_DROPPED:
      g_value_set_uint64 (value, self->dropped);
      break;
    case TS_LIST_MODEL_PROP_FINISHED:
      g_value_set_boolean (value, self->finished);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ts_list_model_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TsListModel *self = TS_LIST_MODEL (object);

  switch (id)
    {
    case TS_LIST_MODEL_PROP_CHANNEL:
      self->channel = g_value_dup_object (value);
      break;
    case TS_LIST_MODEL_PROP_MAX_ITEMS:
      ts_list_model_set_max_items (self, g_value_get_uint (value));
      break;
    case TS_LIST_MODEL_PROP_OVERFLOW:
      ts_list_model_set_overflow (self, g_value_get_enum (value));
      break;
    case TS_LIST_MODEL_PROP_INTERVAL:
      ts_list_model_set_interval (self, g_value_get_uint (value));
      break;
    case TS_LIST_MODEL_PROP_PRIORITY:
      ts_list_model_set_priority (self, g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
choose_item_type (TsListModel *self)
{
  GType type = ts_channel_get_item_type (self->channel);

  self->only_objects = type != G_TYPE_INVALID && g_type_is_a (type, G_TYPE_OBJECT);
  if (self->only_objects)
    self->item_type = type;
  else if (type != G_TYPE_INVALID)
    self->item_type = TS_TYPE_ITEM;
}

static void
ts_list_model_constructed (GObject *object)
{
  TsListModel *self = TS_LIST_MODEL (object);

  G_OBJECT_CLASS (ts_list_model_parent_class)->constructed (object);

  if (self->channel == NULL)
    {
      g_critical ("A list model needs a channel");
      self->finished = TRUE;
      return;
    }
  choose_item_type (self);
  ts_list_model_start (self);
}

static void
ts_list_model_dispose (GObject *object)
{
  TsListModel *self = TS_LIST_MODEL (object);

  if (ts_list_model_leave (self))
    self->finished = TRUE;
  g_clear_object (&self->channel);

  G_OBJECT_CLASS (ts_list_model_parent_class)->dispose (object);
}

static void
ts_list_model_finalize (GObject *object)
{
  TsListModel *self = TS_LIST_MODEL (object);

  ts_rows_clear (&self->rows);
  ts_rows_clear (&self->waste);
  g_array_unref (self->tickets);

  G_OBJECT_CLASS (ts_list_model_parent_class)->finalize (object);
}

static void
install_settings (void)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  /**
   * TsListModel:channel: (getter get_channel)
   *
   * The channel that the rows come from.
   *
   * Since: 1.0
   */
  ts_list_model_properties[TS_LIST_MODEL_PROP_CHANNEL] =
    g_param_spec_object ("channel", NULL, NULL, TS_TYPE_CHANNEL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * TsListModel:max-items: (getter get_max_items) (setter set_max_items)
   *
   * How many rows there may be.
   *
   * Since: 1.0
   */
  ts_list_model_properties[TS_LIST_MODEL_PROP_MAX_ITEMS] =
    g_param_spec_uint ("max-items", NULL, NULL, 1, G_MAXUINT, G_MAXUINT, flags);

  /**
   * TsListModel:overflow: (getter get_overflow) (setter set_overflow)
   *
   * What happens when there are that many: nothing more is received, or rows are dropped.
   *
   * Since: 1.0
   */
  ts_list_model_properties[TS_LIST_MODEL_PROP_OVERFLOW] =
    g_param_spec_enum ("overflow", NULL, NULL, TS_TYPE_OVERFLOW, TS_OVERFLOW_WAIT, flags);

  /**
   * TsListModel:interval: (getter get_interval) (setter set_interval)
   *
   * The time, in milliseconds, in which new rows are shown once at most.
   *
   * Since: 1.0
   */
  ts_list_model_properties[TS_LIST_MODEL_PROP_INTERVAL] =
    g_param_spec_uint ("interval", NULL, NULL, 0, G_MAXUINT, DEFAULT_INTERVAL, flags);

  /**
   * TsListModel:priority: (getter get_priority) (setter set_priority)
   *
   * The priority in the main loop. By default drawing and input go first.
   *
   * Since: 1.0
   */
  ts_list_model_properties[TS_LIST_MODEL_PROP_PRIORITY] =
    g_param_spec_int ("priority", NULL, NULL, G_MININT, G_MAXINT, G_PRIORITY_DEFAULT_IDLE, flags);
}

static void
install_state (void)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * TsListModel:item-type:
   *
   * The type of the rows: that of the channel's items, if they are objects by declaration;
   * [class@Item], if they are something else; [class@GObject.Object], if they may be anything.
   *
   * Since: 1.0
   */
  ts_list_model_properties[TS_LIST_MODEL_PROP_ITEM_TYPE] =
    g_param_spec_gtype ("item-type", NULL, NULL, G_TYPE_OBJECT, flags);

  /**
   * TsListModel:n-items:
   *
   * How many rows there are.
   *
   * Since: 1.0
   */
  ts_list_model_properties[TS_LIST_MODEL_PROP_N_ITEMS] =
    g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * TsListModel:received: (getter get_received)
   *
   * How many items have come so far, whether they are still rows or not.
   *
   * Since: 1.0
   */
  ts_list_model_properties[TS_LIST_MODEL_PROP_RECEIVED] =
    g_param_spec_uint64 ("received", NULL, NULL, 0, G_MAXUINT64, 0, flags);

  /**
   * TsListModel:dropped: (getter get_dropped)
   *
   * How many of them were dropped since there were [property@ListModel:max-items] already.
   *
   * Since: 1.0
   */
  ts_list_model_properties[TS_LIST_MODEL_PROP_DROPPED] =
    g_param_spec_uint64 ("dropped", NULL, NULL, 0, G_MAXUINT64, 0, flags);

  /**
   * TsListModel:finished: (getter is_finished)
   *
   * Whether no more rows will come.
   *
   * Since: 1.0
   */
  ts_list_model_properties[TS_LIST_MODEL_PROP_FINISHED] =
    g_param_spec_boolean ("finished", NULL, NULL, FALSE, flags);
}

static void
ts_list_model_class_init (TsListModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ts_list_model_get_property;
  object_class->set_property = ts_list_model_set_property;
  object_class->constructed = ts_list_model_constructed;
  object_class->dispose = ts_list_model_dispose;
  object_class->finalize = ts_list_model_finalize;

  install_settings ();
  install_state ();
  g_object_class_install_properties (object_class, TS_LIST_MODEL_N_PROPS, ts_list_model_properties);
}

static void
ts_list_model_init (TsListModel *self)
{
  self->item_type = G_TYPE_OBJECT;
  self->tickets = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->max_items = G_MAXUINT;
  self->interval = DEFAULT_INTERVAL;
  self->priority = G_PRIORITY_DEFAULT_IDLE;
}

/**
 * ts_list_model_new:
 * @channel: a channel
 *
 * Creates a list of what comes out of @channel.
 *
 * It receives in the thread-default main context of the caller, from the next iteration on, and
 * keeps the channel alive.
 *
 * Returns: (transfer full): a new list model
 *
 * Since: 1.0
 */
TsListModel *
ts_list_model_new (TsChannel *channel)
{
  g_return_val_if_fail (TS_IS_CHANNEL (channel), NULL);

  return g_object_new (TS_TYPE_LIST_MODEL, "channel", channel, NULL);
}

/**
 * ts_list_model_get_channel: (get-property channel)
 * @self: a list model
 *
 * Gets the channel that the rows come from.
 *
 * Returns: (transfer none): the channel
 *
 * Since: 1.0
 */
TsChannel *
ts_list_model_get_channel (TsListModel *self)
{
  g_return_val_if_fail (TS_IS_LIST_MODEL (self), NULL);

  return self->channel;
}

/**
 * ts_list_model_get_max_items: (get-property max-items)
 * @self: a list model
 *
 * Tells how many rows there may be.
 *
 * Returns: the number; %G_MAXUINT by default
 *
 * Since: 1.0
 */
guint
ts_list_model_get_max_items (TsListModel *self)
{
  g_return_val_if_fail (TS_IS_LIST_MODEL (self), 0);

  return self->max_items;
}

/**
 * ts_list_model_set_max_items: (set-property max-items)
 * @self: a list model
 * @max_items: how many rows there may be, at least 1
 *
 * Sets how many rows there may be.
 *
 * If there are more now, they are dropped if [property@ListModel:overflow] is
 * %TS_OVERFLOW_DROP_OLDEST; otherwise they stay, and no more come in. From a handler of
 * `items-changed` it counts for what comes next.
 *
 * Since: 1.0
 */
void
ts_list_model_set_max_items (TsListModel *self, guint max_items)
{
  g_return_if_fail (TS_IS_LIST_MODEL (self));
  g_return_if_fail (max_items > 0);

  if (self->max_items == max_items)
    return;
  self->max_items = max_items;
  g_object_notify_by_pspec (G_OBJECT (self),
                            ts_list_model_properties[TS_LIST_MODEL_PROP_MAX_ITEMS]);
  ts_list_model_adapt (self);
}

/**
 * ts_list_model_get_overflow: (get-property overflow)
 * @self: a list model
 *
 * Tells what happens when there are as many rows as there may be.
 *
 * Returns: the kind of overflow
 *
 * Since: 1.0
 */
TsOverflow
ts_list_model_get_overflow (TsListModel *self)
{
  g_return_val_if_fail (TS_IS_LIST_MODEL (self), TS_OVERFLOW_WAIT);

  return self->overflow;
}

/**
 * ts_list_model_set_overflow: (set-property overflow)
 * @self: a list model
 * @overflow: the kind of overflow
 *
 * Sets what happens when there are as many rows as there may be.
 *
 * With %TS_OVERFLOW_WAIT nothing is received until there is room, and what is sent stays in the
 * channel. With %TS_OVERFLOW_DROP_OLDEST the first rows go, which `items-changed` tells before
 * the new ones; with %TS_OVERFLOW_DROP_NEWEST what comes is dropped.
 *
 * Since: 1.0
 */
void
ts_list_model_set_overflow (TsListModel *self, TsOverflow overflow)
{
  g_return_if_fail (TS_IS_LIST_MODEL (self));
  g_return_if_fail ((int) overflow >= TS_OVERFLOW_WAIT && overflow <= TS_OVERFLOW_DROP_NEWEST);

  if (self->overflow == overflow)
    return;
  self->overflow = overflow;
  g_object_notify_by_pspec (G_OBJECT (self), ts_list_model_properties[TS_LIST_MODEL_PROP_OVERFLOW]);
  ts_list_model_adapt (self);
}

/**
 * ts_list_model_get_interval: (get-property interval)
 * @self: a list model
 *
 * Tells the time in which new rows are shown once at most.
 *
 * Returns: a number of milliseconds
 *
 * Since: 1.0
 */
guint
ts_list_model_get_interval (TsListModel *self)
{
  g_return_val_if_fail (TS_IS_LIST_MODEL (self), 0);

  return self->interval;
}

/**
 * ts_list_model_set_interval: (set-property interval)
 * @self: a list model
 * @interval: a number of milliseconds
 *
 * Sets the time in which new rows are shown once at most.
 *
 * It is 16 milliseconds by default, about that of a frame: more often than the window is drawn
 * nobody would see it. What comes in that time is received all the same, so that those who send
 * do not wait for it. What comes after a while in which nothing came is shown at once, and so is
 * the end. With 0 all is shown as it comes.
 *
 * Since: 1.0
 */
void
ts_list_model_set_interval (TsListModel *self, guint interval)
{
  g_return_if_fail (TS_IS_LIST_MODEL (self));

  if (self->interval == interval)
    return;
  self->interval = interval;
  ts_list_model_plan (self);
  g_object_notify_by_pspec (G_OBJECT (self), ts_list_model_properties[TS_LIST_MODEL_PROP_INTERVAL]);
}

/**
 * ts_list_model_get_priority: (get-property priority)
 * @self: a list model
 *
 * Tells the priority that the model has in its main loop.
 *
 * Returns: the priority; %G_PRIORITY_DEFAULT_IDLE by default
 *
 * Since: 1.0
 */
int
ts_list_model_get_priority (TsListModel *self)
{
  g_return_val_if_fail (TS_IS_LIST_MODEL (self), 0);

  return self->priority;
}

/**
 * ts_list_model_set_priority: (set-property priority)
 * @self: a list model
 * @priority: the priority, %G_PRIORITY_DEFAULT for example
 *
 * Sets the priority that the model has in its main loop.
 *
 * Since: 1.0
 */
void
ts_list_model_set_priority (TsListModel *self, int priority)
{
  g_return_if_fail (TS_IS_LIST_MODEL (self));

  if (self->priority == priority)
    return;
  self->priority = priority;
  if (self->home != NULL)
    g_source_set_priority (self->home, priority);
  if (self->source != NULL)
    g_source_set_priority (self->source, priority);
  g_object_notify_by_pspec (G_OBJECT (self), ts_list_model_properties[TS_LIST_MODEL_PROP_PRIORITY]);
}

/**
 * ts_list_model_get_received: (get-property received)
 * @self: a list model
 *
 * Tells how many items have come so far, whether they are still rows or not.
 *
 * Returns: the number of items
 *
 * Since: 1.0
 */
guint64
ts_list_model_get_received (TsListModel *self)
{
  g_return_val_if_fail (TS_IS_LIST_MODEL (self), 0);

  return self->received;
}

/**
 * ts_list_model_get_dropped: (get-property dropped)
 * @self: a list model
 *
 * Tells how many of them were dropped since there were too many.
 *
 * Rows that [method@ListModel.remove] has removed are not among them.
 *
 * Returns: the number of items
 *
 * Since: 1.0
 */
guint64
ts_list_model_get_dropped (TsListModel *self)
{
  g_return_val_if_fail (TS_IS_LIST_MODEL (self), 0);

  return self->dropped;
}

/**
 * ts_list_model_is_finished: (get-property finished)
 * @self: a list model
 *
 * Tells whether no more rows will come.
 *
 * That is so when the channel was closed and all that was inside is shown, or the model was
 * closed, or its main context destroyed.
 *
 * Returns: %TRUE if no more will come
 *
 * Since: 1.0
 */
gboolean
ts_list_model_is_finished (TsListModel *self)
{
  g_return_val_if_fail (TS_IS_LIST_MODEL (self), TRUE);

  return self->finished;
}

/**
 * ts_list_model_remove:
 * @self: a list model
 * @position: the first row to remove
 * @n_items: how many to remove; there are so many
 *
 * Removes rows.
 *
 * To do so at either end costs the same for any length of the list. Not from a handler of
 * `items-changed`.
 *
 * Since: 1.0
 */
void
ts_list_model_remove (TsListModel *self, guint position, guint n_items)
{
  g_return_if_fail (TS_IS_LIST_MODEL (self));
  g_return_if_fail (position <= self->n_items && n_items <= self->n_items - position);
  g_return_if_fail (!self->emitting);

  if (n_items > 0)
    ts_list_model_take_out (self, position, n_items);
}

/**
 * ts_list_model_remove_all:
 * @self: a list model
 *
 * Removes all rows. More may come.
 *
 * Since: 1.0
 */
void
ts_list_model_remove_all (TsListModel *self)
{
  g_return_if_fail (TS_IS_LIST_MODEL (self));

  ts_list_model_remove (self, 0, self->n_items);
}

/**
 * ts_list_model_close:
 * @self: a list model
 *
 * Ends the list: no more rows come, those that are there stay.
 *
 * What is in the channel stays in it, and what was received but is not shown yet goes back there.
 * The channel is not closed. Closing twice is harmless.
 *
 * Returns: %TRUE if this call has ended it
 *
 * Since: 1.0
 */
gboolean
ts_list_model_close (TsListModel *self)
{
  g_return_val_if_fail (TS_IS_LIST_MODEL (self), FALSE);

  if (!ts_list_model_leave (self))
    return FALSE;
  self->finished = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), ts_list_model_properties[TS_LIST_MODEL_PROP_FINISHED]);
  return TRUE;
}

static void
add_rows (TsListModel *self, GString *text)
{
  guint n_hidden = self->rows.count - self->n_items;
  guint n = self->max_items == G_MAXUINT ? self->n_items : self->max_items;

  if (self->max_items == G_MAXUINT)
    g_string_append_printf (text, "%u ", n);
  else
    g_string_append_printf (text, "%u of at most %u ", self->n_items, n);
  g_string_append_printf (text, "%s of type %s", n == 1 ? "row" : "rows", g_type_name (self->item_type));
  if (n_hidden > 0)
    g_string_append_printf (text, ", %u to be shown", n_hidden);
}

static gboolean
ts_list_model_describe (gpointer object, GString *text)
{
  TsListModel *self = object;

  ts_description_begin (text, self, NULL);
  add_rows (self, text);
  ts_description_overflow (text, self->overflow, self->dropped);
  if (self->channel != NULL) /* it is not disposed of */
    {
      const char *name = ts_channel_get_name (self->channel);

      g_string_append_printf (text, ", from channel %p", self->channel);
      if (name != NULL)
        g_string_append_printf (text, " \"%s\"", name);
    }
  if (self->finished)
    g_string_append (text, ", finished");
  return !self->finished;
}

/**
 * ts_list_model_to_string:
 * @self: a list model
 *
 * Describes the list as it is at this moment, in one line, for logs and debuggers.
 *
 * How many rows of what type there are, and how many were received but are not shown yet; what happens
 * when there are too many; its channel; and whether it is finished. What the line looks like may change.
 *
 * Returns: (transfer full): a description
 *
 * Since: 1.0
 */
char *
ts_list_model_to_string (TsListModel *self)
{
  g_return_val_if_fail (TS_IS_LIST_MODEL (self), NULL);

  return ts_describe (self, ts_list_model_describe);
}
