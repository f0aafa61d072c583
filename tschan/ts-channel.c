/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The object. What happens in it is in ts-channel-steps.c. */

#include "config.h"

#include "ts-channel-private.h"
#include "ts-error-private.h"
#include "ts-enum-types.h"
#include "ts-leaks-private.h"

/**
 * TsChannel:
 *
 * A queue of items between threads and main loops, of any number on each side.
 *
 * Each item that is sent is received exactly once, whoever waits and in whatever way: threads that
 * block in [method@Channel.send] and [method@Channel.receive], main loops that use the asynchronous
 * methods, a source or a watch, and loops of other kinds through a [class@Port]. A wait that is
 * cancelled or runs out of time takes nothing and gives nothing. An item that was reserved for
 * somebody who no longer wants it is the next one out.
 *
 * The **capacity** says how many items may be inside. With 0, sender and receiver meet: a send is
 * over when a receiver has the item. With N, a send waits while N items are inside. With
 * [const@CHANNEL_UNLIMITED], it never waits. A channel may also drop items when it is full, see
 * [enum@Overflow]: with a capacity of 1 and %TS_OVERFLOW_DROP_OLDEST it holds the latest value, as
 * for progress.
 *
 * **Closing** ends it from the sending side: sends fail with %TS_ERROR_CLOSED, also those that
 * wait; what is inside can still be received; then receiving fails with the same error.
 *
 * Items are values of any type, or of the one given to [ctor@Channel.new_full]. They leave in the
 * order in which the sends were completed. All methods may be called from any thread.
 *
 * ```c
 * static gpointer
 * produce (gpointer data)
 * {
 *   TsChannel *channel = data;
 *
 *   for (int i = 0; i < 3; i++)
 *     ts_channel_send_int (channel, i, NULL, NULL);
 *   ts_channel_close (channel);
 *   return NULL;
 * }
 *
 * static void
 * consume (void)
 * {
 *   g_autoptr (TsChannel) channel = ts_channel_new (0);
 *   GThread *producer = g_thread_new ("producer", produce, channel);
 *   GValue value = G_VALUE_INIT;
 *
 *   while (ts_channel_receive (channel, NULL, &value, NULL))
 *     g_print ("%d\n", g_value_get_int (&value));
 *   g_thread_join (producer);
 * }
 * ```
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (TsChannel, ts_channel, G_TYPE_OBJECT)

GType ts_channel_type;

typedef enum
{
  PROP_CAPACITY = 1,
  PROP_ITEM_TYPE,
  PROP_OVERFLOW,
  PROP_NAME,
  PROP_LENGTH,
  PROP_DROPPED,
  PROP_CLOSED,
  PROP_CAN_SEND,
  PROP_CAN_RECEIVE,
} TsChannelProperty;

static GParamSpec *properties[PROP_CAN_RECEIVE + 1];

/* The object */

static void
ts_channel_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TsChannel *self = TS_CHANNEL (object);

  switch ((TsChannelProperty) id)
    {
    case PROP_CAPACITY:
      g_value_set_int (value, ts_channel_capacity (self));
      break;
    case PROP_ITEM_TYPE:
      g_value_set_gtype (value, self->item_type);
      break;
    case PROP_OVERFLOW:
      g_value_set_enum (value, ts_channel_overflow (self));
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_LENGTH:
      g_value_set_uint (value, ts_channel_get_length (self));
      break;
    case PROP_DROPPED:
      g_value_set_uint64 (value, ts_channel_get_dropped (self));
      break;
    case PROP_CLOSED:
      g_value_set_boolean (value, ts_channel_is_closed (self));
      break;
    case PROP_CAN_SEND:
      g_value_set_boolean (value, ts_channel_get_can_send (self));
      break;
    case PROP_CAN_RECEIVE:
      g_value_set_boolean (value, ts_channel_get_can_receive (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* Before anybody else has the channel. */
static void
set_overflow (TsChannel *self, TsOverflow overflow)
{
  atomic_init (&ts_channel_state (self)->status, (guint) overflow << TS_CHANNEL_OVERFLOW_SHIFT);
}

static void TS_UNANALYSED
ts_channel_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TsChannel *self = TS_CHANNEL (object);

  switch (id)
    {
    case PROP_CAPACITY:
      self->rest.capacity = g_value_get_int (value);
      break;
    case PROP_ITEM_TYPE:
      self->item_type = g_value_get_gtype (value);
      break;
    case PROP_OVERFLOW:
      set_overflow (self, g_value_get_enum (value));
      break;
    case PROP_NAME:
      self->name = ts_dup_name (g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void TS_UNANALYSED
ts_channel_constructed (GObject *object)
{
  TsChannel *self = TS_CHANNEL (object);

  G_OBJECT_CLASS (ts_channel_parent_class)->constructed (object);

  if (self->item_type == G_TYPE_NONE)
    self->item_type = G_TYPE_INVALID;
  if (self->item_type != G_TYPE_INVALID && !G_TYPE_IS_VALUE_TYPE (self->item_type))
    {
      g_critical ("%s cannot be the type of a channel's items", g_type_name (self->item_type));
      self->item_type = G_TYPE_INVALID;
    }
  if (ts_channel_overflow (self) != TS_OVERFLOW_WAIT && ts_channel_capacity (self) < 1)
    {
      g_critical ("A channel that drops items needs a capacity of at least 1");
      set_overflow (self, TS_OVERFLOW_WAIT);
    }
  ts_store_init (&ts_channel_state (self)->store, &self->rest);
}

/* TRUE: there are threads that block, which nobody is to notice; and the reference that the caller has just taken is theirs now. */
static gboolean
ts_channel_become_orphan (TsChannel *self)
{
  _Atomic guint *status = &ts_channel_state (self)->status;
  guint seen = atomic_load (status);

  while (seen >= TS_CHANNEL_BLOCKED && (seen & TS_CHANNEL_ORPHANED) == 0)
    {
      if (atomic_compare_exchange_weak (status, &seen, seen | TS_CHANNEL_ORPHANED))
        return TRUE;
    }
  return FALSE;
}

static void
ts_channel_dispose (GObject *object)
{
  TsChannel *self = TS_CHANNEL (object);

  g_object_ref (self);
  if (ts_channel_become_orphan (self))
    return;
  g_object_unref (self);

  G_OBJECT_CLASS (ts_channel_parent_class)->dispose (object);
}

static void
ts_channel_finalize (GObject *object)
{
  TsChannel *self = TS_CHANNEL (object);
  TsChannelState *state = ts_channel_state (self);
  TsDropBundle dropped = TS_DROP_BUNDLE_INIT;
  GValue value;

  ts_leaks_forget (self);
  g_assert (ts_queue_get_head (&state->receivers) == NULL &&
            ts_queue_get_head (&state->senders) == NULL);
  while (ts_store_pop_head (&state->store, &self->rest, &value))
    ts_value_clear_in (&dropped, &value);
  ts_drop_bundle_finish (&dropped);
  ts_store_clear (&state->store, &self->rest);
  ts_sync_lock_clear (&state->lock);
  g_free (self->name);

  G_OBJECT_CLASS (ts_channel_parent_class)->finalize (object);
}

static void
install_construct_properties (void)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  /**
   * TsChannel:capacity: (getter get_capacity)
   *
   * How many items may be inside; 0: sender and receiver meet; -1: any number.
   *
   * Since: 1.0
   */
  properties[PROP_CAPACITY] = g_param_spec_int ("capacity", NULL, NULL, TS_CHANNEL_UNLIMITED,
                                                G_MAXINT, 0, flags);

  /**
   * TsChannel:item-type: (getter get_item_type)
   *
   * What type the items have; %G_TYPE_INVALID: any.
   *
   * Since: 1.0
   */
  properties[PROP_ITEM_TYPE] = g_param_spec_gtype ("item-type", NULL, NULL, G_TYPE_NONE, flags);

  /**
   * TsChannel:overflow: (getter get_overflow)
   *
   * What a send does when the channel is full.
   *
   * Since: 1.0
   */
  properties[PROP_OVERFLOW] = g_param_spec_enum ("overflow", NULL, NULL, TS_TYPE_OVERFLOW,
                                                 TS_OVERFLOW_WAIT, flags);

  /**
   * TsChannel:name: (getter get_name)
   *
   * What to call the channel in messages.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
}

static void
install_state_properties (void)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * TsChannel:length: (getter get_length)
   *
   * How many items are inside at this moment. There is no notification when it changes.
   *
   * Since: 1.0
   */
  properties[PROP_LENGTH] = g_param_spec_uint ("length", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * TsChannel:dropped: (getter get_dropped)
   *
   * How many items were dropped so far because the channel was full.
   *
   * Since: 1.0
   */
  properties[PROP_DROPPED] = g_param_spec_uint64 ("dropped", NULL, NULL, 0, G_MAXUINT64, 0, flags);

  /**
   * TsChannel:closed: (getter is_closed)
   *
   * Whether the channel was closed. There is no notification when it changes.
   *
   * Since: 1.0
   */
  properties[PROP_CLOSED] = g_param_spec_boolean ("closed", NULL, NULL, FALSE, flags);

  /**
   * TsChannel:can-send: (getter get_can_send)
   *
   * Whether [method@Channel.try_send] would succeed at this moment.
   *
   * Since: 1.0
   */
  properties[PROP_CAN_SEND] = g_param_spec_boolean ("can-send", NULL, NULL, FALSE, flags);

  /**
   * TsChannel:can-receive: (getter get_can_receive)
   *
   * Whether [method@Channel.try_receive] would succeed at this moment.
   *
   * Since: 1.0
   */
  properties[PROP_CAN_RECEIVE] = g_param_spec_boolean ("can-receive", NULL, NULL, FALSE, flags);
}

static void
ts_channel_class_init (TsChannelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  ts_channel_type = ts_debug_plain_type (G_OBJECT_CLASS_TYPE (klass));
  ts_drop_publish (G_OBJECT_CLASS_TYPE (klass));
  object_class->get_property = ts_channel_get_property;
  object_class->set_property = ts_channel_set_property;
  object_class->constructed = ts_channel_constructed;
  object_class->dispose = ts_channel_dispose;
  object_class->finalize = ts_channel_finalize;

  install_construct_properties ();
  install_state_properties ();
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ts_channel_init (TsChannel *self)
{
  ts_leaks_watch (self, ts_channel_describe);
}

/**
 * ts_channel_new:
 * @capacity: how many items may be inside; 0: sender and receiver meet;
 *   [const@CHANNEL_UNLIMITED]: any number
 *
 * Creates a channel for items of any type.
 *
 * Returns: (transfer full): a new channel
 *
 * Since: 1.0
 */
TsChannel *
ts_channel_new (int capacity)
{
  return ts_channel_new_full (capacity, G_TYPE_INVALID, TS_OVERFLOW_WAIT, NULL);
}

/**
 * ts_channel_new_full:
 * @capacity: how many items may be inside; 0: sender and receiver meet;
 *   [const@CHANNEL_UNLIMITED]: any number
 * @item_type: what type the items have; %G_TYPE_INVALID: any
 * @overflow: what a send does when the channel is full; the kinds that drop need a capacity of at
 *   least 1
 * @name: (nullable): what to call the channel in messages
 *
 * Creates a channel.
 *
 * With an @item_type a send takes values of that type or of one derived from it, and those that
 * [method@GObject.Value.transform] turns into it; any other fails with
 * %TS_ERROR_WRONG_TYPE.
 *
 * Returns: (transfer full): a new channel
 *
 * Since: 1.0
 */
TsChannel *
ts_channel_new_full (int capacity, GType item_type, TsOverflow overflow, const char *name)
{
  g_return_val_if_fail (capacity >= TS_CHANNEL_UNLIMITED, NULL);
  g_return_val_if_fail (overflow == TS_OVERFLOW_WAIT || capacity >= 1, NULL);

  return g_object_new (TS_TYPE_CHANNEL,
                       "capacity", capacity,
                       "item-type", item_type,
                       "overflow", overflow,
                       "name", name,
                       NULL);
}

/**
 * ts_channel_get_capacity: (get-property capacity)
 * @self: a channel
 *
 * Tells how many items may be inside.
 *
 * Returns: a number; 0: sender and receiver meet; [const@CHANNEL_UNLIMITED]: any number
 *
 * Since: 1.0
 */
int
ts_channel_get_capacity (TsChannel *self)
{
  g_return_val_if_fail (TS_IS_CHANNEL (self), 0);

  return ts_channel_capacity (self);
}

/**
 * ts_channel_get_item_type: (get-property item-type)
 * @self: a channel
 *
 * Tells what type the items have.
 *
 * Returns: a type; %G_TYPE_INVALID: any
 *
 * Since: 1.0
 */
GType
ts_channel_get_item_type (TsChannel *self)
{
  g_return_val_if_fail (TS_IS_CHANNEL (self), G_TYPE_INVALID);

  return self->item_type;
}

/**
 * ts_channel_get_overflow: (get-property overflow)
 * @self: a channel
 *
 * Tells what a send does when the channel is full.
 *
 * Returns: the kind of overflow
 *
 * Since: 1.0
 */
TsOverflow
ts_channel_get_overflow (TsChannel *self)
{
  g_return_val_if_fail (TS_IS_CHANNEL (self), TS_OVERFLOW_WAIT);

  return ts_channel_overflow (self);
}

/**
 * ts_channel_get_name: (get-property name)
 * @self: a channel
 *
 * Tells what the channel is called in messages.
 *
 * Returns: (nullable): the name
 *
 * Since: 1.0
 */
const char *
ts_channel_get_name (TsChannel *self)
{
  g_return_val_if_fail (TS_IS_CHANNEL (self), NULL);

  return self->name;
}

/**
 * ts_channel_get_length: (get-property length)
 * @self: a channel
 *
 * Tells how many items are inside at this moment.
 *
 * Items of senders that still wait are not inside, nor are those reserved for a receiver that has
 * not collected its result yet. From any thread; does not block.
 *
 * Returns: the number of items
 *
 * Since: 1.0
 */
guint
ts_channel_get_length (TsChannel *self)
{
  guint length;

  g_return_val_if_fail (TS_IS_CHANNEL (self), 0);

  ts_channel_lock (self);
  length = ts_channel_count (self);
  ts_channel_unlock (self);
  return length;
}

/**
 * ts_channel_get_dropped: (get-property dropped)
 * @self: a channel
 *
 * Tells how many items were dropped so far because the channel was full.
 *
 * Returns: the number of items
 *
 * Since: 1.0
 */
guint64
ts_channel_get_dropped (TsChannel *self)
{
  guint64 dropped;

  g_return_val_if_fail (TS_IS_CHANNEL (self), 0);

  ts_channel_lock (self);
  dropped = self->dropped;
  ts_channel_unlock (self);
  return dropped;
}

/**
 * ts_channel_is_closed: (get-property closed)
 * @self: a channel
 *
 * Tells whether the channel was closed. There may still be items to receive.
 *
 * Returns: %TRUE if it was
 *
 * Since: 1.0
 */
gboolean
ts_channel_is_closed (TsChannel *self)
{
  gboolean closed;

  g_return_val_if_fail (TS_IS_CHANNEL (self), TRUE);

  ts_channel_lock (self);
  closed = ts_channel_is_closed_locked (self);
  ts_channel_unlock (self);
  return closed;
}

/**
 * ts_channel_get_can_send: (get-property can-send)
 * @self: a channel
 *
 * Tells whether [method@Channel.try_send] would succeed at this moment.
 *
 * From any thread; does not block. By the time the caller looks at the answer it may be another.
 *
 * Returns: %TRUE if it would
 *
 * Since: 1.0
 */
gboolean
ts_channel_get_can_send (TsChannel *self)
{
  gboolean answer;

  g_return_val_if_fail (TS_IS_CHANNEL (self), FALSE);

  ts_channel_lock (self);
  answer = ts_channel_can_put_locked (self, NULL);
  ts_channel_unlock (self);
  return answer;
}

/**
 * ts_channel_get_can_receive: (get-property can-receive)
 * @self: a channel
 *
 * Tells whether [method@Channel.try_receive] would succeed at this moment.
 *
 * From any thread; does not block. By the time the caller looks at the answer it may be another.
 *
 * Returns: %TRUE if it would
 *
 * Since: 1.0
 */
gboolean
ts_channel_get_can_receive (TsChannel *self)
{
  gboolean answer;

  g_return_val_if_fail (TS_IS_CHANNEL (self), FALSE);

  ts_channel_lock (self);
  answer = ts_channel_can_take_locked (self, NULL);
  ts_channel_unlock (self);
  return answer;
}

/**
 * ts_channel_close:
 * @self: a channel
 *
 * Closes the channel: no item goes in any more.
 *
 * Sends fail with %TS_ERROR_CLOSED, also those that wait now, and their senders keep their
 * values. Items that are inside can still be received, in order; after that receives fail with the
 * same error, and watches end. From any thread; does not block. Closing twice is harmless.
 *
 * Returns: %TRUE if this call has closed it
 *
 * Since: 1.0
 */
gboolean
ts_channel_close (TsChannel *self)
{
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;
  gboolean was_open;

  g_return_val_if_fail (TS_IS_CHANNEL (self), FALSE);

  ts_trace_call (self, "close");
  ts_channel_lock (self);
  was_open = ts_channel_close_locked (self, &after);
  ts_channel_unlock_after (self, &after);
  return was_open;
}
