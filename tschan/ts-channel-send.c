/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The sending side of a channel, in all its forms. Each is a few lines over the steps of
 * ts-channel-steps.c; a send that need not wait makes no waiter. */

#include "config.h"

#include "ts-channel-private.h"
#include "ts-result-private.h"

static gboolean TS_RELEASES (ts_channel_role)
put_and_unlock (TsChannel *self, GValue *value, TsOutcome *outcome)
{
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;
  gboolean over = ts_channel_put_locked (self, value, outcome, &after);

  ts_channel_unlock_after (self, &after);
  return over;
}

/* @value was moved on success, and only then. */
static gboolean TS_UNANALYSED
put_now (TsChannel *self, GValue *value, TsOutcome *outcome)
{
  ts_channel_lock (self);
  return put_and_unlock (self, value, outcome);
}

/* As ts-channel-receive.c's take_lazily(), where a receiver is at work: for more than one free place. */
static gboolean
put_lazily (TsChannel *self, GValue *value, TsOutcome *outcome)
{
  guint length, capacity = (guint) ts_channel_capacity (self);

  if (!ts_channel_look_away (self))
    return FALSE;
  length = ts_channel_count (self);
  ts_sync_looked_away (length + 2 <= capacity);
  return length < capacity && put_now (self, value, outcome);
}

/* With the trace this comes first, and not last: so it makes the first attempt, too, and is seen to. */
static gboolean
put_waiting (TsChannel *self, GValue *value, gint64 deadline, GCancellable *cancellable,
             GError **error)
{
  TsOperation op;
  gboolean success;

  ts_operation_init (&op, &ts_channel_send_class, self);
  op.value = *value;
  if (ts_debug_has (TS_DEBUG_TRACE))
    success = ts_operation_wait (&op, deadline, cancellable, error);
  else
    success = ts_operation_wait_on (&op, deadline, cancellable, error);
  if (success)
    *value = (GValue) G_VALUE_INIT;
  return success;
}

gboolean
ts_channel_put_slowly_and_unlock (TsChannel *self, GValue *value, gint64 deadline,
                                  GCancellable *cancellable, GError **error)
{
  TsOutcome outcome;

  if (!put_and_unlock (self, value, &outcome) && !put_lazily (self, value, &outcome))
    return put_waiting (self, value, deadline, cancellable, error);
  if (outcome == TS_OUTCOME_SUCCESS)
    return TRUE;
  ts_channel_set_error (self, TRUE, outcome, error);
  return FALSE;
}

static gboolean
put (TsChannel *self, GValue *value, gint64 deadline, GCancellable *cancellable, GError **error)
{
  if (ts_debug_has (TS_DEBUG_TRACE))
    return put_waiting (self, value, deadline, cancellable, error);
  if (cancellable == NULL || !g_cancellable_is_cancelled (cancellable))
    return ts_channel_put (self, value, deadline, cancellable, error);
  ts_channel_set_error (self, TRUE, TS_OUTCOME_CANCELLED, error);
  return FALSE;
}

static gboolean
try_put (TsChannel *self, GValue *value, GError **error)
{
  TsOutcome outcome;

  if (!put_now (self, value, &outcome))
    outcome = TS_OUTCOME_ERROR (TS_ERROR_FULL);
  if (ts_debug_has (TS_DEBUG_TRACE))
    ts_channel_trace_try (self, "try_send", outcome);
  if (outcome == TS_OUTCOME_SUCCESS)
    return TRUE;
  ts_channel_set_error (self, TRUE, outcome, error);
  return FALSE;
}

static gboolean
import (TsChannel *self, const GValue *value, GValue *imported, GError **error)
{
  if (G_LIKELY (ts_channel_import (self, value, imported)))
    return TRUE;
  ts_trace (self, "send", "fails: wrong type");
  ts_channel_set_error (self, TRUE, TS_OUTCOME_ERROR (TS_ERROR_WRONG_TYPE), error);
  return FALSE;
}

/**
 * ts_channel_send:
 * @self: a channel
 * @value: what to send; it is copied
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Sends an item; blocks this thread while there is no room, or nobody to meet.
 *
 * From any thread; in one that runs a main loop, [method@Channel.send_async] is what you want. Fails
 * with %TS_ERROR_CLOSED if the channel is or becomes closed, with
 * %TS_ERROR_WRONG_TYPE if it does not take such values, and with %G_IO_ERROR_CANCELLED if
 * @cancellable is or becomes cancelled. If it fails, nobody gets the item.
 *
 * Returns: %TRUE if the item was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_send (TsChannel *self, const GValue *value, GCancellable *cancellable, GError **error)
{
  return ts_channel_send_until (self, value, -1, cancellable, error);
}

/**
 * ts_channel_send_until:
 * @self: a channel
 * @value: what to send; it is copied
 * @deadline: when to give up, in microseconds of [func@GLib.get_monotonic_time]; -1 for never
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Sends an item; blocks this thread while there is no room, or nobody to meet, until @deadline.
 *
 * A deadline in the past only tries, and does not block. Otherwise as [method@Channel.send]. Fails
 * with %G_IO_ERROR_TIMED_OUT once the deadline has passed; nobody gets the item then.
 *
 * Returns: %TRUE if the item was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_send_until (TsChannel *self, const GValue *value, gint64 deadline,
                       GCancellable *cancellable, GError **error)
{
  GValue item;

  if (ts_channel_is_plain_send (self, value, cancellable, error) && ts_value_is_scalar (value))
    {
      item = *value;
      return ts_channel_put (self, &item, deadline, NULL, error);
    }

  g_return_val_if_fail (TS_IS_CHANNEL (self), FALSE);
  g_return_val_if_fail (ts_value_is_initialized (value), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!import (self, value, &item, error))
    return FALSE;
  if (G_LIKELY (put (self, &item, deadline, cancellable, error)))
    return TRUE;
  ts_value_clear (&item);
  return FALSE;
}

/**
 * ts_channel_try_send:
 * @self: a channel
 * @value: what to send; it is copied
 * @error: return location for an error
 *
 * Sends an item if that is possible at once.
 *
 * From any thread; does not block. A channel of capacity 0 takes the item if a receiver waits. Fails
 * with %TS_ERROR_FULL, %TS_ERROR_CLOSED or %TS_ERROR_WRONG_TYPE.
 *
 * Returns: %TRUE if the item was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_try_send (TsChannel *self, const GValue *value, GError **error)
{
  GValue item;

  g_return_val_if_fail (TS_IS_CHANNEL (self), FALSE);
  g_return_val_if_fail (ts_value_is_initialized (value), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!import (self, value, &item, error))
    return FALSE;
  if (try_put (self, &item, error))
    return TRUE;
  ts_value_clear (&item);
  return FALSE;
}

/**
 * ts_channel_send_async:
 * @self: a channel
 * @value: what to send; it is copied
 * @cancellable: (nullable): to give up
 * @callback: (nullable) (scope async) (closure user_data): called when the send is over
 * @user_data: for @callback
 *
 * Sends an item, without blocking.
 *
 * From any thread. The item takes its place among the senders before this returns. @callback runs in
 * the thread-default main context of the caller, in a later iteration, and calls
 * [method@Channel.send_finish]. The operation keeps the channel alive. If the context goes while the
 * item waits, nobody gets it.
 *
 * Since: 1.0
 */
void
ts_channel_send_async (TsChannel           *self,
                       const GValue        *value,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  TsResult *result;

  g_return_if_fail (TS_IS_CHANNEL (self));
  g_return_if_fail (ts_value_is_initialized (value));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  result = ts_result_new (self, &ts_channel_send_class, cancellable, callback, user_data,
                          ts_channel_send_async);
  ts_channel_fill_send (self, ts_result_get_operation (result), value);
  ts_result_start (result);
}

/**
 * ts_channel_send_finish:
 * @self: a channel
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Channel.send_async].
 *
 * Fails as [method@Channel.send] does.
 *
 * Returns: %TRUE if the item was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_send_finish (TsChannel *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (TS_IS_CHANNEL (self), FALSE);
  g_return_val_if_fail (ts_result_is_valid (result, self, ts_channel_send_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return ts_result_finish (result, error) != NULL;
}

/* Values that are moved in */

/* What a channel of another type gets instead of @value; FALSE if there is nothing to be had. On
 * success of the send the original is dropped too. */
static gboolean
put_transformed (TsChannel *self, GValue *value, gint64 deadline, GCancellable *cancellable,
                 GError **error)
{
  gboolean success = ts_channel_send_until (self, value, deadline, cancellable, error);

  if (success)
    ts_value_clear (value);
  return success;
}

/**
 * ts_channel_send_take: (skip)
 * @self: a channel
 * @value: what to send; it is moved
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Sends an item without copying it.
 *
 * As [method@Channel.send]. On success @value is empty afterwards (all zero); on failure it is as it
 * was, and still the caller's to unset.
 *
 * Returns: %TRUE if the item was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_send_take (TsChannel *self, GValue *value, GCancellable *cancellable, GError **error)
{
  return ts_channel_send_take_until (self, value, -1, cancellable, error);
}

/**
 * ts_channel_send_take_until: (skip)
 * @self: a channel
 * @value: what to send; it is moved
 * @deadline: when to give up, in microseconds of [func@GLib.get_monotonic_time]; -1 for never
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Sends an item without copying it, until @deadline.
 *
 * As [method@Channel.send_until] and [method@Channel.send_take].
 *
 * Returns: %TRUE if the item was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_send_take_until (TsChannel *self, GValue *value, gint64 deadline,
                            GCancellable *cancellable, GError **error)
{
  if (ts_channel_is_plain_send (self, value, cancellable, error))
    return ts_channel_put (self, value, deadline, NULL, error);

  g_return_val_if_fail (TS_IS_CHANNEL (self), FALSE);
  g_return_val_if_fail (ts_value_is_initialized (value), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!ts_channel_fits (self, value))
    return put_transformed (self, value, deadline, cancellable, error);
  return put (self, value, deadline, cancellable, error);
}

/**
 * ts_channel_try_send_take: (skip)
 * @self: a channel
 * @value: what to send; it is moved
 * @error: return location for an error
 *
 * Sends an item without copying it, if that is possible at once.
 *
 * As [method@Channel.try_send] and [method@Channel.send_take].
 *
 * Returns: %TRUE if the item was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_try_send_take (TsChannel *self, GValue *value, GError **error)
{
  gboolean success;

  g_return_val_if_fail (TS_IS_CHANNEL (self), FALSE);
  g_return_val_if_fail (ts_value_is_initialized (value), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (ts_channel_fits (self, value))
    return try_put (self, value, error);
  success = ts_channel_try_send (self, value, error);
  if (success)
    ts_value_clear (value);
  return success;
}
