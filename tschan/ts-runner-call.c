/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Functions with an answer: a job of the runner, a TsCall that it answers, and a TsFuture that whoever
 * asked waits for, in one way or another. */

#include "config.h"

#include <glib/gi18n.h>

#include "ts-call-private.h"
#include "ts-error-private.h"
#include "ts-future-private.h"
#include "ts-result-private.h"
#include "ts-runner-private.h"
#include "ts-value-private.h"

/**
 * ts_runner_spawn:
 * @self: a runner
 * @func: (scope notified) (closure user_data) (destroy notify): what to run
 * @user_data: for @func
 * @notify: (nullable): called for @user_data after @func
 *
 * Runs a function in the runner's thread, and returns a future for its answer.
 *
 * From any thread; does not block. If the runner is or becomes closed before there is an answer, the
 * future is rejected with %TS_ERROR_CLOSED. Cancelling the future before @func has begun keeps
 * it from running; later, it cancels what [method@Call.get_cancellable] returns.
 *
 * Returns: (transfer full): a future
 *
 * Since: 1.0
 */
TsFuture *
ts_runner_spawn (TsRunner *self, TsCallFunc func, gpointer user_data, GDestroyNotify notify)
{
  g_autoptr (TsCall) call = NULL; /* must not go unanswered before it is known why */
  g_autoptr (GError) error = NULL;
  TsFuture *future;
  TsCallJob *job;

  g_return_val_if_fail (TS_IS_RUNNER (self), NULL);
  g_return_val_if_fail (func != NULL, NULL);

  future = ts_future_new_full (NULL, ts_runner_get_name (self));
  job = ts_call_job_new (future, ts_runner_get_calls (self), func, user_data, notify);
  call = g_object_ref (job->call);
  if (!ts_runner_invoke_full (self, G_PRIORITY_DEFAULT, ts_call_job_run, job, ts_call_job_free, &error))
    ts_future_reject (future, error);
  return future;
}

/* What is cancelled before it begins does not begin. */
static TsFuture *
spawn_unless_cancelled (TsRunner *self, TsCallFunc func, gpointer user_data, GDestroyNotify notify,
                        GCancellable *cancellable)
{
  TsFuture *future;

  if (cancellable == NULL || !g_cancellable_is_cancelled (cancellable))
    return ts_runner_spawn (self, func, user_data, notify);
  future = ts_future_new ();
  ts_future_cancel (future);
  if (notify != NULL)
    notify (user_data);
  return future;
}

static gboolean
refuse_own_thread (TsRunner *self, GError **error)
{
  if (!ts_runner_is_current (self))
    return FALSE;
  ts_set_error (error, TS_ERROR, TS_ERROR_WOULD_DEADLOCK, ts_runner_get_name (self),
                N_("A runner cannot wait for itself"), N_("The runner “%s” cannot wait for itself"));
  return TRUE;
}

/* Takes the future. Whoever gives up waiting has the work cancelled. */
static gboolean
await_answer (TsFuture *future, gint64 deadline, GCancellable *cancellable, GValue *value,
              GError **error)
{
  gboolean success = ts_future_wait_until (future, deadline, cancellable, value, error);

  if (!success)
    ts_future_cancel (future);
  g_object_unref (future);
  return success;
}

/**
 * ts_runner_call:
 * @self: a runner
 * @func: (scope notified) (closure user_data) (destroy notify): what to run
 * @user_data: for @func
 * @notify: (nullable): called for @user_data after @func
 * @cancellable: (nullable): to give up waiting; cancels the work
 * @value: (out caller-allocates): the answer, or a %NULL pointer if there is none; zeroed or
 *   initialized by the caller
 * @error: return location for an error
 *
 * Runs a function in the runner's thread, and blocks this one until it has answered.
 *
 * From any thread but the runner's own, where it fails with %TS_ERROR_WOULD_DEADLOCK. Fails with
 * the error that @func answers with, with %TS_ERROR_CLOSED if the runner is or becomes closed,
 * and with %G_IO_ERROR_CANCELLED. As the function may still run then, @user_data should be kept alive
 * by @notify.
 *
 * Returns: (skip): %TRUE if there is an answer, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_runner_call (TsRunner *self, TsCallFunc func, gpointer user_data, GDestroyNotify notify,
                GCancellable *cancellable, GValue *value, GError **error)
{
  return ts_runner_call_until (self, func, user_data, notify, -1, cancellable, value, error);
}

/**
 * ts_runner_call_until:
 * @self: a runner
 * @func: (scope notified) (closure user_data) (destroy notify): what to run
 * @user_data: for @func
 * @notify: (nullable): called for @user_data after @func
 * @deadline: when to give up, in microseconds of [func@GLib.get_monotonic_time]; -1 for never
 * @cancellable: (nullable): to give up waiting; cancels the work
 * @value: (out caller-allocates): the answer, or a %NULL pointer if there is none; zeroed or
 *   initialized by the caller
 * @error: return location for an error
 *
 * Runs a function in the runner's thread, and blocks this one until it has answered, or until
 * @deadline.
 *
 * As [method@Runner.call]. Fails with %G_IO_ERROR_TIMED_OUT once the deadline has passed, and cancels
 * the work then.
 *
 * Returns: (skip): %TRUE if there is an answer, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_runner_call_until (TsRunner *self, TsCallFunc func, gpointer user_data, GDestroyNotify notify,
                      gint64 deadline, GCancellable *cancellable, GValue *value, GError **error)
{
  g_return_val_if_fail (value != NULL, FALSE);
  ts_value_clear (value);
  ts_value_init_nothing (value);
  g_return_val_if_fail (TS_IS_RUNNER (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (refuse_own_thread (self, error) || g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      if (notify != NULL)
        notify (user_data);
      return FALSE;
    }
  return await_answer (ts_runner_spawn (self, func, user_data, notify), deadline, cancellable, value,
                       error);
}

/**
 * ts_runner_call_async:
 * @self: a runner
 * @func: (scope notified) (closure func_data) (destroy func_notify): what to run
 * @func_data: for @func
 * @func_notify: (nullable): called for @func_data after @func
 * @cancellable: (nullable): to give up waiting; cancels the work
 * @callback: (nullable) (scope async) (closure user_data): called when there is an answer
 * @user_data: for @callback
 *
 * Runs a function in the runner's thread, and waits for its answer without blocking.
 *
 * From any thread, also the runner's own. @callback runs in the thread-default main context of the
 * caller, and calls [method@Runner.call_finish].
 *
 * Since: 1.0
 */
void
ts_runner_call_async (TsRunner            *self,
                      TsCallFunc           func,
                      gpointer             func_data,
                      GDestroyNotify       func_notify,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  TsFuture *future;
  TsResult *result;

  g_return_if_fail (TS_IS_RUNNER (self));
  g_return_if_fail (func != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  future = spawn_unless_cancelled (self, func, func_data, func_notify, cancellable);
  result = ts_result_new (self, &ts_future_wait_class, cancellable, callback, user_data,
                          ts_runner_call_async);
  ts_result_set_object (result, future);
  ts_result_start (result);
  g_object_unref (future);
}

/**
 * ts_runner_call_finish:
 * @self: a runner
 * @result: what the callback was given
 * @value: (out caller-allocates): the answer, or a %NULL pointer if there is none; zeroed or
 *   initialized by the caller
 * @error: return location for an error
 *
 * Ends [method@Runner.call_async].
 *
 * Fails as [method@Runner.call] does.
 *
 * Returns: (skip): %TRUE if there is an answer, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_runner_call_finish (TsRunner *self, GAsyncResult *result, GValue *value, GError **error)
{
  TsOperation *op;

  g_return_val_if_fail (value != NULL, FALSE);
  ts_value_clear (value);
  ts_value_init_nothing (value);
  g_return_val_if_fail (TS_IS_RUNNER (self), FALSE);
  g_return_val_if_fail (ts_result_is_valid (result, self, ts_runner_call_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  op = ts_result_finish (result, error);
  if (op == NULL)
    {
      ts_future_cancel (ts_result_get_operation (TS_RESULT (result))->object);
      return FALSE;
    }
  ts_operation_collect (op, value);
  return TRUE;
}

/* Asynchronous functions */

typedef struct
{
  TsRunnerStartFunc start;
  gpointer          user_data;
  GDestroyNotify    notify;
} Performance;

static void
performance_free (gpointer data)
{
  Performance *self = data;

  if (self->notify != NULL)
    self->notify (self->user_data);
  g_free (self);
}

/* What the asynchronous function gives back to its callback */
typedef struct
{
  TsCall       *call;
  GMainContext *context; /* the runner's */
  GValue        result;
} Performed;

static void
performed_free (gpointer data)
{
  Performed *self = data;

  g_object_unref (self->call);
  g_value_unset (&self->result);
  g_free (self);
}

static gboolean
tell_performed (gpointer data)
{
  Performed *self = data;

  ts_call_complete (self->call, &self->result);
  return G_SOURCE_REMOVE;
}

/* A result belongs to the function that calls back until the callback has returned: GTask, for one,
 * writes to it after that. So the caller, in its own thread, is told a moment later. That is in the
 * runner's context, whichever is the default one here: nobody may iterate that. */
static void
on_performed (GObject *source_object, GAsyncResult *result, gpointer data)
{
  GSource *source = g_idle_source_new ();
  Performed *self = data;
  GMainContext *context = self->context;

  g_value_init (&self->result, G_TYPE_OBJECT);
  g_value_set_object (&self->result, result);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, tell_performed, self, performed_free);
  g_source_attach (source, context);
  g_source_unref (source);
  g_main_context_unref (context);
}

static void
start_performance (TsCall *call, gpointer data)
{
  Performance *self = data;
  Performed *performed = g_new0 (Performed, 1);

  performed->call = g_object_ref (call);
  performed->context = g_main_context_ref_thread_default ();
  self->start (ts_call_get_cancellable (call), on_performed, performed, self->user_data);
}

/**
 * ts_runner_perform:
 * @self: a runner
 * @start: (scope notified) (closure user_data) (destroy notify): starts the asynchronous function
 * @user_data: for @start
 * @notify: (nullable): called for @user_data after @start
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Runs an asynchronous function in the runner's thread, and blocks this one until it is done.
 *
 * @start is called in the runner's thread, where the runner's context is the thread-default one. It
 * passes the cancellable and the callback that it is given on to the function. What the callback gets
 * is returned here, for the function's own `_finish`. The thread-default context of the caller has no
 * part in it, and the callback may come in any thread.
 *
 * From any thread but the runner's own, where it fails with %TS_ERROR_WOULD_DEADLOCK. Fails with
 * %TS_ERROR_CLOSED and %G_IO_ERROR_CANCELLED as [method@Runner.call] does; the function is
 * cancelled then.
 *
 * Returns: (transfer full): the result; %NULL and @error if there is none
 *
 * Since: 1.0
 */
GAsyncResult *
ts_runner_perform (TsRunner *self, TsRunnerStartFunc start, gpointer user_data,
                   GDestroyNotify notify, GCancellable *cancellable, GError **error)
{
  return ts_runner_perform_until (self, start, user_data, notify, -1, cancellable, error);
}

/**
 * ts_runner_perform_until:
 * @self: a runner
 * @start: (scope notified) (closure user_data) (destroy notify): starts the asynchronous function
 * @user_data: for @start
 * @notify: (nullable): called for @user_data after @start
 * @deadline: when to give up, in microseconds of [func@GLib.get_monotonic_time]; -1 for never
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Runs an asynchronous function in the runner's thread, and blocks this one until it is done, or until
 * @deadline.
 *
 * As [method@Runner.perform]. Fails with %G_IO_ERROR_TIMED_OUT once the deadline has passed; the
 * function is cancelled then.
 *
 * Returns: (transfer full): the result; %NULL and @error if there is none
 *
 * Since: 1.0
 */
GAsyncResult *
ts_runner_perform_until (TsRunner *self, TsRunnerStartFunc start, gpointer user_data,
                         GDestroyNotify notify, gint64 deadline, GCancellable *cancellable,
                         GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;
  Performance *performance;

  g_return_val_if_fail (TS_IS_RUNNER (self), NULL);
  g_return_val_if_fail (start != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  performance = g_new (Performance, 1);
  *performance = (Performance) { start, user_data, notify };
  if (!ts_runner_call_until (self, start_performance, performance, performance_free, deadline,
                             cancellable, &value, error))
    return NULL;
  return g_value_dup_object (&value);
}
