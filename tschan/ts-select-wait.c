/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A select is an operation made of others that share one waiter, and so one claim.
 *
 * It first attempts its cases one after the other, beginning behind the one that won last. If none can
 * be done it parks them all; the object that wins the claim for one of them decides. A case that turns
 * out to be possible while others are parked already is not done then: two claims would be needed to
 * meet a parked partner, the own and the other's. Instead the select claims itself, unparks what it
 * has parked, and begins again. Nobody can know of it then, so it gets its claim back.
 *
 * All selects park their cases in the same order, that of the objects' addresses: of two that face
 * each other over several channels one always finds the other parked, and neither can make the other
 * begin again for ever. Two that both send and receive on one and the same channel can, but only as long
 * as they run in exact lockstep.
 *
 * Locking: none of its own, and never two objects' locks at once: each case takes and leaves its
 * object's. A select serves one wait at a time (@busy); what belongs to the wait is only touched by
 * whoever waits.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "ts-channel-private.h"
#include "ts-error-private.h"
#include "ts-event.h"
#include "ts-leaks-private.h"
#include "ts-result-private.h"
#include "ts-runner.h"
#include "ts-select-private.h"
#include "ts-source-private.h"
#include "ts-type-private.h"
#include "ts-value-private.h"

#define OUTCOME_BUSY TS_OUTCOME_OWN

/* What stands in the waiter's claim, beside the cases' own. */
#define CLAIM_WHOLE  G_MAXINT /* over at once, without having been parked */
#define CLAIM_AGAIN  (-100)   /* the select has claimed itself, to begin again */

/* Deadlines */

/* A timer that ends a wait which does not block: it sets the event of the case. All selects share one
 * thread for that, which starts with the first. */
static GMainContext *
get_timer_context (void)
{
  static TsRunner *timers;

  if (g_once_init_enter (&timers))
    {
      TsRunner *runner = ts_runner_new ("tschan timers");

      ts_leaks_forget (runner); /* it stays */
      g_once_init_leave (&timers, runner);
    }
  return ts_runner_get_context (timers);
}

static gboolean
on_deadline (gpointer event)
{
  ts_event_set (event);
  return G_SOURCE_REMOVE;
}

static gboolean
dispatch_timer (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs timer_funcs = {
  .dispatch = dispatch_timer,
};

static void
case_arm (TsSelectCase *self)
{
  if (self->timer != NULL)
    return;
  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_ready_time (self->timer, self->deadline);
  g_source_set_callback (self->timer, on_deadline, g_object_ref (self->operation.object),
                         g_object_unref);
  g_source_attach (self->timer, get_timer_context ());
}

static gboolean
is_reached (gint64 deadline)
{
  return deadline <= ts_sync_now ();
}

/* The operation */

static void
case_prepare (TsSelectCase *self, TsSelect *select, TsWaiter *waiter)
{
  TsOperation *op = &self->operation;

  op->waiter = waiter;
  op->outcome = TS_OUTCOME_SUCCESS;
  op->flags = TS_OPERATION_SHARED | (select->final ? TS_OPERATION_FINAL : 0);
}

/* @guess: only if it looks possible without taking a lock. */
static gboolean
case_attempt (TsSelectCase *self, TsSelect *select, gboolean guess)
{
  TsOperation *op = &self->operation;

  if (op->object == NULL || self->idle)
    return FALSE;
  case_prepare (self, select, NULL);
  if (self->deadline >= 0)
    return is_reached (self->deadline);
  if (guess && op->klass->hint != NULL && !op->klass->hint (op))
    return FALSE;
  return op->klass->attempt (op);
}

/* Whoever sends to several channels in turns is best followed: then the first case will do, and a look
 * before the attempt would only have its memory fetched twice. */
static gboolean
attempt_cases (TsSelect *self, gboolean guess)
{
  guint n_cases = self->cases->len;

  for (guint i = 0, at = self->next; i < n_cases; i++, at++)
    {
      if (at >= n_cases)
        at = 0;
      if (case_attempt (g_ptr_array_index (self->cases, at), self, guess && !self->lucky))
        {
          self->winner = (int) at;
          self->lucky = i == 0;
          return TRUE;
        }
      self->lucky = FALSE;
    }
  return FALSE;
}

/* To be repeated for a while before parking, which costs two locks for each case. */
static gboolean
guess_cases (gpointer self)
{
  return attempt_cases (self, TRUE);
}

/* FALSE: another wait is going on, and this one fails. */
static gboolean
begin (TsSelect *self, TsOperation *op)
{
  if (atomic_exchange (&self->busy, TRUE))
    {
      op->outcome = OUTCOME_BUSY;
      return FALSE;
    }
  self->winner = -1;
  self->final = (op->flags & TS_OPERATION_FINAL) != 0;
  op->index = CLAIM_WHOLE - 1;
  op->queued = TRUE;
  return TRUE;
}

static void
end (TsSelect *self, TsOperation *op)
{
  op->queued = FALSE;
  atomic_store_explicit (&self->busy, FALSE, memory_order_release);
}

static gboolean
ts_select_attempt (TsOperation *op)
{
  TsSelect *self = op->object;

  if (!begin (self, op) || attempt_cases (self, TRUE) || attempt_cases (self, FALSE))
    return TRUE;
  end (self, op);
  return FALSE;
}

static void
unpark_cases (TsSelect *self)
{
  for (guint i = 0; i < self->parked; i++)
    {
      TsSelectCase *parked = g_ptr_array_index (self->active, i);

      if (parked->operation.waiter != NULL)
        parked->operation.klass->unpark (&parked->operation);
      parked->operation.waiter = NULL;
    }
  self->parked = 0;
}

/* A thread that blocks looks at the deadlines itself. */
static gboolean
is_parkable (TsSelectCase *self, TsSelect *select)
{
  return !self->idle && !(select->final && self->deadline >= 0);
}

/* FALSE: the case could be done now. */
static gboolean
case_park (TsSelectCase *self, TsSelect *select, TsWaiter *waiter)
{
  TsOperation *op = &self->operation;

  case_prepare (self, select, waiter);
  if (op->klass->park (op))
    {
      op->waiter = NULL;
      return FALSE;
    }
  if (self->deadline >= 0)
    case_arm (self);
  return TRUE;
}

/* TRUE: all are parked, or somebody has won already. FALSE: one could be done now, and none is parked
 * any more. */
static gboolean
park_cases (TsSelect *self, TsWaiter *waiter)
{
  for (guint i = 0; i < self->active->len; i++)
    {
      TsSelectCase *parked = g_ptr_array_index (self->active, i);

      self->parked = i + 1;
      if (!is_parkable (parked, self) || case_park (parked, self, waiter))
        continue;
      if (!ts_waiter_claim (waiter, CLAIM_AGAIN))
        return TRUE;
      unpark_cases (self);
      atomic_store (&waiter->claim, TS_CLAIM_NONE);
      return FALSE;
    }
  return TRUE;
}

static gboolean
ts_select_park (TsOperation *op)
{
  TsSelect *self = op->object;

  if (!begin (self, op) || (self->final && ts_sync_look (guess_cases, self)))
    return TRUE;
  do
    {
      if (attempt_cases (self, TRUE))
        return TRUE;
    }
  while (!park_cases (self, op->waiter));
  return FALSE;
}

static void
ts_select_unpark (TsOperation *op)
{
  TsSelect *self = op->object;

  if (!op->queued)
    return;
  unpark_cases (self);
  end (self, op);
}

static void
ts_select_settle (TsOperation *op)
{
  unpark_cases (op->object);
}

/* After a success: the losers leave their queues, and it is known who has won. */
static TsSelectCase *
find_winner (TsSelect *self, TsOperation *op)
{
  int claim = op->waiter == NULL ? op->claim : atomic_load (&op->waiter->claim);
  TsSelectCase *won;

  ts_select_settle (op);
  if (claim > 0 && claim != CLAIM_WHOLE)
    self->winner = claim - 1;
  won = g_ptr_array_index (self->cases, self->winner);
  won->failed = won->operation.outcome != TS_OUTCOME_SUCCESS;
  self->next = (guint) self->winner + 1;
  return won;
}

/* A send that has happened, whether anybody takes notice of it or not, has no value left. */
static gboolean
case_is_spent (TsSelectCase *won)
{
  return !won->failed && won->operation.klass == &ts_channel_send_class;
}

static void
ts_select_undo (TsOperation *op)
{
  TsSelect *self = op->object;
  TsSelectCase *won = find_winner (self, op);

  if (!won->failed && won->operation.klass->undo != NULL)
    won->operation.klass->undo (&won->operation);
  won->idle = case_is_spent (won);
  self->winner = -1;
  end (self, op);
}

static void
ts_select_collect (TsOperation *op)
{
  TsSelect *self = op->object;
  TsSelectCase *won = find_winner (self, op);

  ts_value_clear (&won->received);
  if (!won->failed)
    {
      won->idle = case_is_spent (won);
      ts_operation_collect (&won->operation, &won->received);
    }
  op->value = (GValue) { .g_type = G_TYPE_INT, .data = { { .v_int = self->winner } } };
  end (self, op);
}

static void
ts_select_set_error (TsOperation *op, TsOutcome outcome, GError **error)
{
  if (outcome == OUTCOME_BUSY)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                         ts_translate (N_("The select is being waited on already")));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                         ts_translate (N_("None of the operations was possible in time")));
}

const TsOperationClass ts_select_wait_class = {
  .name = "wait",
  .attempt = ts_select_attempt,
  .park = ts_select_park,
  .unpark = ts_select_unpark,
  .settle = ts_select_settle,
  .undo = ts_select_undo,
  .collect = ts_select_collect,
  .set_error = ts_select_set_error,
};

/* Waiting */

static int
collect_index (TsOperation *op)
{
  GValue index = G_VALUE_INIT;

  ts_operation_collect (op, &index);
  return g_value_get_int (&index);
}

static void
init_final (TsOperation *op, TsSelect *self)
{
  ts_operation_init (op, &ts_select_wait_class, self);
  op->flags = TS_OPERATION_FINAL;
}

/**
 * ts_select_poll:
 * @self: a select
 *
 * Does one of the operations if that is possible at once.
 *
 * From any thread; does not block.
 *
 * Returns: the index of the case that has happened, or -1
 *
 * Since: 1.0
 */
int
ts_select_poll (TsSelect *self)
{
  TsOperation op;

  g_return_val_if_fail (TS_IS_SELECT (self), -1);

  init_final (&op, self);
  if (!ts_trace_try (self, "poll", ts_select_attempt (&op) && op.outcome == TS_OUTCOME_SUCCESS))
    return -1;
  return collect_index (&op);
}

static gint64
first_deadline (TsSelect *self, gint64 deadline)
{
  for (guint i = 0; i < self->active->len; i++)
    {
      TsSelectCase *looked_at = g_ptr_array_index (self->active, i);

      if (looked_at->deadline >= 0 && (deadline < 0 || looked_at->deadline < deadline))
        deadline = looked_at->deadline;
    }
  return deadline;
}

/* A wait that ends with the deadline of a case is a success: it can be attempted now. */
static gboolean
wait_blocking (TsSelect *self, TsOperation *op, gint64 deadline, GCancellable *cancellable,
               GError **error)
{
  gint64 first = first_deadline (self, deadline);
  g_autoptr (GError) reason = NULL;

  if (ts_operation_wait (op, first, cancellable, &reason))
    return TRUE;
  if (first != deadline && g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return ts_select_attempt (op);
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/**
 * ts_select_wait:
 * @self: a select
 * @cancellable: (nullable): to give up waiting
 * @error: return location for an error
 *
 * Blocks this thread until one of the operations has happened.
 *
 * From any thread; in one that runs a main loop, [method@Select.wait_async] is what you want. Fails with
 * %G_IO_ERROR_CANCELLED if @cancellable is or becomes cancelled, and with %G_IO_ERROR_PENDING if the
 * select is being waited on already; none of the operations has happened then. Without cases it waits
 * until it is cancelled.
 *
 * Returns: the index of the case that has happened, or -1 and @error
 *
 * Since: 1.0
 */
int
ts_select_wait (TsSelect *self, GCancellable *cancellable, GError **error)
{
  return ts_select_wait_until (self, -1, cancellable, error);
}

/**
 * ts_select_wait_until:
 * @self: a select
 * @deadline: when to give up, in microseconds of [func@GLib.get_monotonic_time]; -1 for never
 * @cancellable: (nullable): to give up waiting
 * @error: return location for an error
 *
 * Blocks this thread until one of the operations has happened, or until @deadline.
 *
 * As [method@Select.wait]. Fails with %G_IO_ERROR_TIMED_OUT once the deadline has passed; none of the
 * operations has happened then.
 *
 * Returns: the index of the case that has happened, or -1 and @error
 *
 * Since: 1.0
 */
int
ts_select_wait_until (TsSelect *self, gint64 deadline, GCancellable *cancellable, GError **error)
{
  TsOperation op;
  int index = -1;

  g_return_val_if_fail (TS_IS_SELECT (self), -1);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  init_final (&op, self);
  if (ts_is_plain (cancellable, error) && ts_select_attempt (&op) && op.outcome == TS_OUTCOME_SUCCESS)
    return collect_index (&op);

  g_object_ref (self);
  if (wait_blocking (self, &op, deadline, cancellable, error))
    index = collect_index (&op);
  g_object_unref (self);
  return index;
}

/**
 * ts_select_wait_async:
 * @self: a select
 * @cancellable: (nullable): to give up waiting
 * @callback: (nullable) (scope async) (closure user_data): called when the wait is over
 * @user_data: for @callback
 *
 * Waits until one of the operations has happened, without blocking.
 *
 * From any thread. @callback runs in the thread-default main context of the caller, in a later
 * iteration, and calls [method@Select.wait_finish]. The operation that has happened is reserved until
 * then, and undone if the result is dropped without that.
 *
 * Since: 1.0
 */
void
ts_select_wait_async (TsSelect            *self,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_return_if_fail (TS_IS_SELECT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  ts_result_start (ts_result_new (self, &ts_select_wait_class, cancellable, callback, user_data,
                                  ts_select_wait_async));
}

/**
 * ts_select_wait_finish:
 * @self: a select
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Select.wait_async].
 *
 * Fails as [method@Select.wait] does.
 *
 * Returns: the index of the case that has happened, or -1 and @error
 *
 * Since: 1.0
 */
int
ts_select_wait_finish (TsSelect *self, GAsyncResult *result, GError **error)
{
  TsOperation *op;

  g_return_val_if_fail (TS_IS_SELECT (self), -1);
  g_return_val_if_fail (ts_result_is_valid (result, self, ts_select_wait_async), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  op = ts_result_finish (result, error);
  return op == NULL ? -1 : collect_index (op);
}

static gboolean
dispatch (GSource *source, gpointer object, TsOperation *op, GSourceFunc callback, gpointer user_data)
{
  if (op != NULL && op->outcome == TS_OUTCOME_SUCCESS)
    collect_index (op);
  return callback (user_data);
}

/**
 * ts_select_create_source:
 * @self: a select
 * @cancellable: (nullable): also makes the source ready when it is cancelled
 *
 * Creates a source for a main loop that is ready when one of the operations has happened.
 *
 * Its callback is a plain [callback@GLib.SourceFunc], and [method@Select.get_winner] tells it the case. As
 * long as it returns %G_SOURCE_CONTINUE the select is waited on again: cases may be changed in the
 * callback. The source keeps the select alive. From any thread.
 *
 * Returns: (transfer full): a new source, to be attached to a main context
 *
 * Since: 1.0
 */
GSource *
ts_select_create_source (TsSelect *self, GCancellable *cancellable)
{
  g_return_val_if_fail (TS_IS_SELECT (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  return ts_source_new (self, &ts_select_wait_class, dispatch, cancellable, "TsSelect");
}

/* Once */

/* Channels that are closed are left out, until there are no others. */
static int
receive_once (TsSelect *self, GCancellable *cancellable, GValue *value, GError **error)
{
  static _Atomic guint n_calls;

  /* Each call has a select of its own: so the choice goes round over the calls. */
  self->next = atomic_fetch_add_explicit (&n_calls, 1, memory_order_relaxed);
  while (self->active->len > 0)
    {
      int index = ts_select_wait (self, cancellable, error);

      if (index < 0 || ts_select_steal_value (self, index, value))
        return index;
      ts_select_remove (self, index);
    }
  g_set_error_literal (error, TS_ERROR, TS_ERROR_CLOSED,
                       ts_translate (N_("All channels are closed")));
  return -1;
}

/**
 * ts_select_oncev: (rename-to ts_select_once)
 * @channels: (array length=n_channels): where to receive from
 * @n_channels: how many there are
 * @cancellable: (nullable): to give up waiting
 * @value: (out caller-allocates): the item; zeroed or initialized by the caller
 * @error: return location for an error
 *
 * Receives one item from the first of several channels that has one; blocks this thread until then.
 *
 * Channels that are closed and empty are left out; if all are, this fails with
 * %TS_ERROR_CLOSED.
 *
 * Returns: the index of the channel, or -1 and @error
 *
 * Since: 1.0
 */
int
ts_select_oncev (TsChannel **channels, gsize n_channels, GCancellable *cancellable, GValue *value,
                 GError **error)
{
  g_autoptr (TsSelect) self = ts_select_new ();

  g_return_val_if_fail (value != NULL, -1);
  ts_value_clear (value);
  ts_value_init_nothing (value);
  g_return_val_if_fail (channels != NULL || n_channels == 0, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  for (gsize i = 0; i < n_channels; i++)
    if (ts_select_add_receive (self, channels[i]) < 0)
      return -1;
  return receive_once (self, cancellable, value, error);
}

/**
 * ts_select_once: (skip)
 * @cancellable: (nullable): to give up waiting
 * @value: (out caller-allocates): the item; zeroed or initialized by the caller
 * @error: return location for an error
 * @first: where to receive from
 * @...: more channels, ended by %NULL
 *
 * Receives one item from the first of several channels that has one, as [func@Select.once] does.
 *
 * Returns: the index of the channel, or -1 and @error
 *
 * Since: 1.0
 */
int
ts_select_once (GCancellable *cancellable, GValue *value, GError **error, TsChannel *first, ...)
{
  g_autoptr (TsSelect) self = ts_select_new ();
  gboolean added = TRUE;
  va_list channels;

  g_return_val_if_fail (value != NULL, -1);
  ts_value_clear (value);
  ts_value_init_nothing (value);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  va_start (channels, first);
  for (TsChannel *channel = first; added && channel != NULL; channel = va_arg (channels, TsChannel *))
    added = ts_select_add_receive (self, channel) >= 0;
  va_end (channels);
  return added ? receive_once (self, cancellable, value, error) : -1;
}
