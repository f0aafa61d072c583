/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The receiving side of a channel, in all its forms. Each is a few lines over the steps of
 * ts-channel-steps.c; a receive that need not wait makes no waiter. */

#include "config.h"

#include "ts-channel-private.h"
#include "ts-result-private.h"

static gboolean TS_RELEASES (ts_channel_role)
take_and_unlock (TsChannel *self, GValue *value, TsOutcome *outcome)
{
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;
  gboolean over = ts_channel_take_locked (self, value, outcome, &after);

  ts_channel_unlock_after (self, &after);
  return over;
}

static gboolean TS_UNANALYSED
take_now (TsChannel *self, GValue *value, TsOutcome *outcome)
{
  ts_channel_lock (self);
  return take_and_unlock (self, value, outcome);
}

/* Where a sender is at work, being handed each item as it comes is dear, as both threads fetch each
 * other's memory for it. So look away for a moment, and take from the store what has gathered. */
static gboolean
take_lazily (TsChannel *self, GValue *value, TsOutcome *outcome)
{
  guint length;

  if (!ts_channel_look_away (self))
    return FALSE;
  length = ts_channel_count (self);
  ts_sync_looked_away (length >= 2);
  return length > 0 && take_now (self, value, outcome);
}

/* With the trace this comes first, and not last: so it makes the first attempt, too, and is seen to. */
static gboolean
take_waiting (TsChannel *self, gint64 deadline, GCancellable *cancellable, GValue *value,
              GError **error)
{
  TsOperation op;
  gboolean success;

  ts_operation_init (&op, &ts_channel_receive_class, self);
  if (ts_debug_has (TS_DEBUG_TRACE))
    success = ts_operation_wait (&op, deadline, cancellable, error);
  else
    success = ts_operation_wait_on (&op, deadline, cancellable, error);
  if (success)
    *value = op.value;
  return success;
}

/* What is left of a receive for which the store has nothing. */
static gboolean G_GNUC_NO_INLINE TS_RELEASES (ts_channel_role)
take_slowly_and_unlock (TsChannel *self, gint64 deadline, GCancellable *cancellable, GValue *value,
                        GError **error)
{
  TsOutcome outcome;

  if (!take_and_unlock (self, value, &outcome) && !take_lazily (self, value, &outcome))
    return take_waiting (self, deadline, cancellable, value, error);
  if (outcome == TS_OUTCOME_SUCCESS)
    return TRUE;
  ts_channel_set_error (self, FALSE, outcome, error);
  return FALSE;
}

/* @value is only written on success. */
static inline gboolean TS_UNANALYSED
take_unless_cancelled (TsChannel *self, gint64 deadline, GCancellable *cancellable, GValue *value,
                       GError **error)
{
  if (ts_channel_take_from_front (self, value))
    return TRUE;
  ts_channel_lock_to_take (self);
  if (G_UNLIKELY (!ts_channel_unstore_quickly_locked (self, value)))
    return take_slowly_and_unlock (self, deadline, cancellable, value, error);
  ts_channel_unlock (self);
  return TRUE;
}

static gboolean
take (TsChannel *self, gint64 deadline, GCancellable *cancellable, GValue *value, GError **error)
{
  if (ts_debug_has (TS_DEBUG_TRACE))
    return take_waiting (self, deadline, cancellable, value, error);
  if (cancellable == NULL || !g_cancellable_is_cancelled (cancellable))
    return take_unless_cancelled (self, deadline, cancellable, value, error);
  ts_channel_set_error (self, FALSE, TS_OUTCOME_CANCELLED, error);
  return FALSE;
}

static gboolean
try_take (TsChannel *self, GValue *value, GError **error)
{
  TsOutcome outcome;

  if (!take_now (self, value, &outcome))
    outcome = TS_OUTCOME_ERROR (TS_ERROR_EMPTY);
  if (ts_debug_has (TS_DEBUG_TRACE))
    ts_channel_trace_try (self, "try_receive", outcome);
  if (outcome == TS_OUTCOME_SUCCESS)
    return TRUE;
  ts_channel_set_error (self, FALSE, outcome, error);
  return FALSE;
}

/* Makes the out value ready for what comes, and for nothing if nothing comes. What the caller had in
 * it is unset, so that one value can be used again and again. */
static void
prepare_out (GValue *value)
{
  ts_value_clear (value);
  ts_value_init_nothing (value);
}

/* Whether a call needs no look at its arguments but this; what is not so here may still be right. */
static inline gboolean
is_plain_receive (TsChannel *self, GCancellable *cancellable, GValue *value, GError **error)
{
  return ts_is_exactly (self, ts_channel_type) && ts_is_plain (cancellable, error) &&
         G_LIKELY (value != NULL && (!ts_value_is_initialized (value) || ts_value_is_scalar (value)));
}

/* Frees what ts_value_box() made. */
static void
free_boxed (gpointer boxed)
{
  ts_value_clear (boxed);
  g_free (boxed);
}

/**
 * ts_channel_receive:
 * @self: a channel
 * @cancellable: (nullable): to give up
 * @value: (out caller-allocates): the item; zeroed or initialized by the caller
 * @error: return location for an error
 *
 * Receives an item; blocks this thread while there is none.
 *
 * From any thread; in one that runs a main loop, [method@Channel.receive_async] is what you want. Fails
 * with %TS_ERROR_CLOSED if the channel is or becomes closed and nothing is left inside, and
 * with %G_IO_ERROR_CANCELLED if @cancellable is or becomes cancelled. If it fails, no item was taken,
 * and @value holds a %NULL pointer.
 *
 * What @value held before is unset, so one value serves for many calls. After the last one unset it.
 *
 * Returns: (skip): %TRUE if there was an item, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_receive (TsChannel *self, GCancellable *cancellable, GValue *value, GError **error)
{
  return ts_channel_receive_until (self, -1, cancellable, value, error);
}

/**
 * ts_channel_receive_until:
 * @self: a channel
 * @deadline: when to give up, in microseconds of [func@GLib.get_monotonic_time]; -1 for never
 * @cancellable: (nullable): to give up
 * @value: (out caller-allocates): the item; zeroed or initialized by the caller
 * @error: return location for an error
 *
 * Receives an item; blocks this thread while there is none, until @deadline.
 *
 * A deadline in the past only tries, and does not block. Otherwise as [method@Channel.receive]. Fails
 * with %G_IO_ERROR_TIMED_OUT once the deadline has passed; no item was taken then.
 *
 * Returns: (skip): %TRUE if there was an item, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_receive_until (TsChannel *self, gint64 deadline, GCancellable *cancellable, GValue *value,
                          GError **error)
{
  if (is_plain_receive (self, cancellable, value, error))
    {
      ts_value_init_nothing (value);
      return take_unless_cancelled (self, deadline, NULL, value, error);
    }

  g_return_val_if_fail (value != NULL, FALSE);
  prepare_out (value);
  g_return_val_if_fail (TS_IS_CHANNEL (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return take (self, deadline, cancellable, value, error);
}

/**
 * ts_channel_try_receive:
 * @self: a channel
 * @value: (out caller-allocates): the item; zeroed or initialized by the caller
 * @error: return location for an error
 *
 * Receives an item if there is one now.
 *
 * From any thread; does not block. From a channel of capacity 0 it receives if a sender waits. Fails
 * with %TS_ERROR_EMPTY or %TS_ERROR_CLOSED.
 *
 * Returns: (skip): %TRUE if there was an item, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_try_receive (TsChannel *self, GValue *value, GError **error)
{
  g_return_val_if_fail (value != NULL, FALSE);
  prepare_out (value);
  g_return_val_if_fail (TS_IS_CHANNEL (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return try_take (self, value, error);
}

/**
 * ts_channel_receive_async:
 * @self: a channel
 * @cancellable: (nullable): to give up
 * @callback: (nullable) (scope async) (closure user_data): called when the wait is over
 * @user_data: for @callback
 *
 * Receives an item, without blocking.
 *
 * From any thread. @callback runs in the thread-default main context of the caller, in a later
 * iteration, and calls [method@Channel.receive_finish]. Receives are served in the order in which they
 * were made, whoever made them. The operation keeps the channel alive.
 *
 * The item that has come is reserved until [method@Channel.receive_finish] takes it. If the result is
 * dropped without that, or the context goes, it is the channel's next one again.
 *
 * Since: 1.0
 */
void
ts_channel_receive_async (TsChannel           *self,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_return_if_fail (TS_IS_CHANNEL (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  ts_result_start (ts_result_new (self, &ts_channel_receive_class, cancellable, callback, user_data,
                                  ts_channel_receive_async));
}

/**
 * ts_channel_receive_finish:
 * @self: a channel
 * @result: what the callback was given
 * @value: (out caller-allocates): the item; zeroed or initialized by the caller
 * @error: return location for an error
 *
 * Ends [method@Channel.receive_async]: takes the item.
 *
 * Fails as [method@Channel.receive] does. An item that has come is not lost by cancelling later.
 *
 * Returns: (skip): %TRUE if there was an item, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_receive_finish (TsChannel *self, GAsyncResult *result, GValue *value, GError **error)
{
  TsOperation *op;

  g_return_val_if_fail (value != NULL, FALSE);
  prepare_out (value);
  g_return_val_if_fail (TS_IS_CHANNEL (self), FALSE);
  g_return_val_if_fail (ts_result_is_valid (result, self, ts_channel_receive_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  op = ts_result_finish (result, error);
  if (op == NULL)
    return FALSE;
  *value = ts_value_move (&op->value);
  return TRUE;
}

/* The same, returned in a box */

/**
 * ts_channel_receive_value:
 * @self: a channel
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Receives an item as [method@Channel.receive] does, and returns it.
 *
 * For languages whose bindings do better with a returned value, as JavaScript's.
 *
 * Returns: (transfer full): the item, to be freed with its type's free function; %NULL and @error if
 *   there was none
 *
 * Since: 1.0
 */
GValue *
ts_channel_receive_value (TsChannel *self, GCancellable *cancellable, GError **error)
{
  return ts_channel_receive_until_value (self, -1, cancellable, error);
}

/**
 * ts_channel_receive_until_value:
 * @self: a channel
 * @deadline: when to give up, in microseconds of [func@GLib.get_monotonic_time]; -1 for never
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Receives an item as [method@Channel.receive_until] does, and returns it.
 *
 * Returns: (transfer full): the item; %NULL and @error if there was none
 *
 * Since: 1.0
 */
GValue *
ts_channel_receive_until_value (TsChannel *self, gint64 deadline, GCancellable *cancellable,
                                GError **error)
{
  GValue value;

  g_return_val_if_fail (TS_IS_CHANNEL (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return take (self, deadline, cancellable, &value, error) ? ts_value_box (&value) : NULL;
}

/**
 * ts_channel_try_receive_value:
 * @self: a channel
 * @error: return location for an error
 *
 * Receives an item as [method@Channel.try_receive] does, and returns it.
 *
 * Returns: (transfer full): the item; %NULL and @error if there was none
 *
 * Since: 1.0
 */
GValue *
ts_channel_try_receive_value (TsChannel *self, GError **error)
{
  GValue value;

  g_return_val_if_fail (TS_IS_CHANNEL (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return try_take (self, &value, error) ? ts_value_box (&value) : NULL;
}

/**
 * ts_channel_receive_finish_value:
 * @self: a channel
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Channel.receive_async] as [method@Channel.receive_finish] does, and returns the item.
 *
 * Returns: (transfer full): the item; %NULL and @error if there was none
 *
 * Since: 1.0
 */
GValue *
ts_channel_receive_finish_value (TsChannel *self, GAsyncResult *result, GError **error)
{
  TsOperation *op;

  g_return_val_if_fail (TS_IS_CHANNEL (self), NULL);
  g_return_val_if_fail (ts_result_is_valid (result, self, ts_channel_receive_async), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  op = ts_result_finish (result, error);
  return op == NULL ? NULL : ts_value_box (&op->value);
}

/**
 * ts_channel_next:
 * @self: a channel
 *
 * Receives an item for a loop over all of them; blocks this thread while there is none.
 *
 * From any thread.
 *
 * Returns: (transfer full) (nullable): the item; %NULL once the channel is closed and nothing is left
 *
 * Since: 1.0
 */
GValue *
ts_channel_next (TsChannel *self)
{
  return ts_channel_receive_value (self, NULL, NULL);
}

/* Many at once */

static gboolean
take_next_locked (TsChannel *self, GPtrArray *items, TsChannelAfter *after)
  TS_REQUIRES (ts_channel_role)
{
  TsOutcome outcome;
  GValue value;

  if (!ts_channel_take_locked (self, &value, &outcome, after) || outcome != TS_OUTCOME_SUCCESS)
    return FALSE;
  g_ptr_array_add (items, ts_value_box (&value));
  return TRUE;
}

static void
take_more (TsChannel *self, GPtrArray *items, guint max)
{
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;

  ts_channel_lock (self);
  while (items->len < max && take_next_locked (self, items, &after))
    ;
  ts_channel_unlock_after (self, &after);
}

static GPtrArray *
many_from (TsChannel *self, GValue first, guint max)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (free_boxed);

  g_ptr_array_add (items, ts_value_box (&first));
  take_more (self, items, max);
  return items;
}

/**
 * ts_channel_receive_many:
 * @self: a channel
 * @max: how many items to receive at most, at least 1
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Receives what is there, at least one item; blocks this thread while there is none.
 *
 * Otherwise as [method@Channel.receive].
 *
 * Returns: (transfer full) (element-type GObject.Value): the items in their order; %NULL and @error if
 *   there was none
 *
 * Since: 1.0
 */
GPtrArray *
ts_channel_receive_many (TsChannel *self, guint max, GCancellable *cancellable, GError **error)
{
  GValue first;

  g_return_val_if_fail (TS_IS_CHANNEL (self), NULL);
  g_return_val_if_fail (max > 0, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return take (self, -1, cancellable, &first, error) ? many_from (self, first, max) : NULL;
}

/**
 * ts_channel_try_receive_many:
 * @self: a channel
 * @max: how many items to receive at most, at least 1
 * @error: return location for an error
 *
 * Receives what is there now.
 *
 * Otherwise as [method@Channel.try_receive].
 *
 * Returns: (transfer full) (element-type GObject.Value): the items in their order; %NULL and @error if
 *   there was none
 *
 * Since: 1.0
 */
GPtrArray *
ts_channel_try_receive_many (TsChannel *self, guint max, GError **error)
{
  GValue first;

  g_return_val_if_fail (TS_IS_CHANNEL (self), NULL);
  g_return_val_if_fail (max > 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return try_take (self, &first, error) ? many_from (self, first, max) : NULL;
}
