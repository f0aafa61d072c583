/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Locking: the future's lock guards its queue and the step from pending to done. What it is done
 * with, @value or @reason, is written before that step and never changes after it: so it is read,
 * copied and freed without the lock. */

#include "config.h"

#include <glib/gi18n.h>

#include "ts-describe-private.h"
#include "ts-error-private.h"
#include "ts-future-private.h"
#include "ts-leaks-private.h"
#include "ts-result-private.h"
#include "ts-source-private.h"
#include "ts-value-private.h"

TS_LOCK_ROLE (future);

enum
{
  PENDING,
  SETTLING, /* somebody has won, and writes what it is done with */
  RESOLVED,
  REJECTED,
};

/* The outcome of a wait for a future that was rejected: the error is the future's own. */
#define OUTCOME_REJECTED TS_OUTCOME_OWN

/**
 * TsFuture:
 *
 * A value that will come, or an error.
 *
 * Whoever does the work calls [method@Future.resolve] or [method@Future.reject], from any thread; the
 * first call wins. Any number of threads and main loops wait for it, before or after, and all get the
 * same: a copy of the value, or the error.
 *
 * [method@Future.cancel] is for the other direction: it rejects the future and cancels the
 * [property@Future:cancellable], which the work can watch.
 *
 * All methods may be called from any thread.
 *
 * ```c
 * static gpointer
 * compute (gpointer data)
 * {
 *   GValue answer = G_VALUE_INIT;
 *
 *   g_value_init (&answer, G_TYPE_INT);
 *   g_value_set_int (&answer, 42);
 *   ts_future_resolve (data, &answer);
 *   return NULL;
 * }
 *
 * static void
 * ask (void)
 * {
 *   g_autoptr (TsFuture) future = ts_future_new ();
 *   GThread *thread = g_thread_new ("compute", compute, future);
 *   GValue answer = G_VALUE_INIT;
 *
 *   if (ts_future_wait (future, NULL, &answer, NULL))
 *     g_print ("%d\n", g_value_get_int (&answer));
 *   g_value_unset (&answer);
 *   g_thread_join (thread);
 * }
 * ```
 *
 * Since: 1.0
 */
struct _TsFuture
{
  GObject       parent_instance;

  /* Immutable; but for @cancellable, which is made when it is first wanted. */
  char                  *name;
  GCancellable *_Atomic  cancellable;

  /* Immutable once done. */
  GValue        value;
  GError       *reason;

  TsSyncLock    lock;
  _Atomic int   state;
  TsQueue       waiters TS_GUARDED_BY (ts_future_role);
};

G_DEFINE_FINAL_TYPE (TsFuture, ts_future, G_TYPE_OBJECT)

typedef enum
{
  PROP_CANCELLABLE = 1,
  PROP_NAME,
  PROP_DONE,
} TsFutureProperty;

static GParamSpec *properties[PROP_DONE + 1];

static void TS_ACQUIRES (ts_future_role)
future_lock (TsFuture *self)
{
  ts_sync_lock_acquire (&self->lock);
}

static void TS_RELEASES (ts_future_role)
future_unlock (TsFuture *self)
{
  ts_sync_lock_release (&self->lock);
}

/* The operation */

static TsOutcome
outcome_of (int state)
{
  return state == REJECTED ? OUTCOME_REJECTED : TS_OUTCOME_SUCCESS;
}

static gboolean
ts_future_wait_attempt (TsOperation *op)
{
  TsFuture *self = op->object;
  int state = atomic_load_explicit (&self->state, memory_order_acquire);

  op->outcome = outcome_of (state);
  return state >= RESOLVED;
}

static gboolean
ts_future_wait_hint (TsOperation *op)
{
  TsFuture *self = op->object;

  return atomic_load_explicit (&self->state, memory_order_relaxed) >= RESOLVED;
}

static gboolean
ts_future_wait_park (TsOperation *op)
{
  TsFuture *self = op->object;
  gboolean done;

  future_lock (self);
  done = ts_future_wait_attempt (op);
  if (!done)
    ts_queue_push (&self->waiters, op);
  future_unlock (self);
  return done;
}

static void
ts_future_wait_unpark (TsOperation *op)
{
  TsFuture *self = op->object;

  future_lock (self);
  ts_queue_remove (&self->waiters, op);
  future_unlock (self);
}

static void
ts_future_wait_collect (TsOperation *op)
{
  TsFuture *self = op->object;

  if (ts_value_is_initialized (&self->value))
    ts_value_copy (&op->value, &self->value);
}

static void
ts_future_wait_set_error (TsOperation *op, TsOutcome outcome, GError **error)
{
  TsFuture *self = op->object;

  if (outcome == OUTCOME_REJECTED)
    g_propagate_error (error, g_error_copy (self->reason));
  else
    ts_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, self->name,
                  N_("No result came in time"), N_("The result of “%s” did not come in time"));
}

const TsOperationClass ts_future_wait_class = {
  .name = "wait",
  .hint = ts_future_wait_hint,
  .attempt = ts_future_wait_attempt,
  .park = ts_future_wait_park,
  .unpark = ts_future_wait_unpark,
  .collect = ts_future_wait_collect,
  .set_error = ts_future_wait_set_error,
};

/* The object */

static void
ts_future_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TsFuture *self = TS_FUTURE (object);

  switch ((TsFutureProperty) id)
    {
    case PROP_CANCELLABLE:
      g_value_set_object (value, ts_future_get_cancellable (self));
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_DONE:
      g_value_set_boolean (value, ts_future_is_done (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ts_future_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TsFuture *self = TS_FUTURE (object);

  switch (id)
    {
    case PROP_CANCELLABLE:
      self->cancellable = g_value_dup_object (value);
      break;
    case PROP_NAME:
      self->name = ts_dup_name (g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void TS_UNANALYSED
ts_future_finalize (GObject *object)
{
  TsFuture *self = TS_FUTURE (object);

  ts_leaks_forget (self);
  g_assert (self->waiters.head == NULL);
  ts_sync_lock_clear (&self->lock);
  ts_value_clear (&self->value);
  g_clear_error (&self->reason);
  if (self->cancellable != NULL)
    g_object_unref (self->cancellable);
  g_free (self->name);

  G_OBJECT_CLASS (ts_future_parent_class)->finalize (object);
}

static void
ts_future_class_init (TsFutureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags construct_only =
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ts_future_get_property;
  object_class->set_property = ts_future_set_property;
  object_class->finalize = ts_future_finalize;

  /**
   * TsFuture:cancellable: (getter get_cancellable)
   *
   * What is cancelled by [method@Future.cancel]. One is made if none is given.
   *
   * Since: 1.0
   */
  properties[PROP_CANCELLABLE] =
    g_param_spec_object ("cancellable", NULL, NULL, G_TYPE_CANCELLABLE, construct_only);

  /**
   * TsFuture:name: (getter get_name)
   *
   * What to call the future in messages.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, construct_only);

  /**
   * TsFuture:done: (getter is_done)
   *
   * Whether the value or the error has come. There is no notification when it does: wait instead.
   *
   * Since: 1.0
   */
  properties[PROP_DONE] = g_param_spec_boolean ("done", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ts_future_init (TsFuture *self)
{
  ts_leaks_watch (self, ts_future_describe);
}

/**
 * ts_future_new:
 *
 * Creates a future, which is not done.
 *
 * Returns: (transfer full): a new future
 *
 * Since: 1.0
 */
TsFuture *
ts_future_new (void)
{
  return ts_future_new_full (NULL, NULL);
}

/**
 * ts_future_new_full:
 * @cancellable: (nullable): what [method@Future.cancel] cancels; %NULL: a new one
 * @name: (nullable): what to call the future in messages
 *
 * Creates a future, which is not done.
 *
 * Returns: (transfer full): a new future
 *
 * Since: 1.0
 */
TsFuture *
ts_future_new_full (GCancellable *cancellable, const char *name)
{
  TsFuture *self;

  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  self = g_object_new (TS_TYPE_FUTURE, NULL);
  self->name = ts_dup_name (name);
  if (cancellable != NULL)
    self->cancellable = g_object_ref (cancellable);
  return self;
}

/**
 * ts_future_get_cancellable: (get-property cancellable)
 * @self: a future
 *
 * Tells what [method@Future.cancel] cancels, for the work to watch.
 *
 * Returns: (transfer none): the cancellable
 *
 * Since: 1.0
 */
GCancellable *
ts_future_get_cancellable (TsFuture *self)
{
  GCancellable *known = NULL, *made;

  g_return_val_if_fail (TS_IS_FUTURE (self), NULL);

  if (self->cancellable != NULL)
    return self->cancellable;
  made = g_cancellable_new ();
  if (atomic_compare_exchange_strong (&self->cancellable, &known, made))
    return made;
  g_object_unref (made);
  return known;
}

/**
 * ts_future_get_name: (get-property name)
 * @self: a future
 *
 * Tells what the future is called in messages.
 *
 * Returns: (nullable): the name
 *
 * Since: 1.0
 */
const char *
ts_future_get_name (TsFuture *self)
{
  g_return_val_if_fail (TS_IS_FUTURE (self), NULL);

  return self->name;
}

/**
 * ts_future_is_done: (get-property done)
 * @self: a future
 *
 * Tells whether the value or the error has come.
 *
 * From any thread; does not block.
 *
 * Returns: %TRUE if a wait would end at once
 *
 * Since: 1.0
 */
gboolean
ts_future_is_done (TsFuture *self)
{
  g_return_val_if_fail (TS_IS_FUTURE (self), FALSE);

  return atomic_load_explicit (&self->state, memory_order_acquire) >= RESOLVED;
}

/* TRUE for exactly one caller, which then writes @value or @reason and calls settle(). */
static gboolean
begin_to_settle (TsFuture *self)
{
  int pending = PENDING;

  TS_SYNC_POINT ("future settle");
  return atomic_compare_exchange_strong (&self->state, &pending, SETTLING);
}

static void
settle (TsFuture *self, int state)
{
  TsWakeList woken = TS_WAKE_LIST_INIT;
  TsOperation *op;

  ts_trace_call (self, state == REJECTED ? "reject" : "resolve");
  future_lock (self);
  atomic_store_explicit (&self->state, state, memory_order_release);
  while ((op = ts_queue_claim_first (&self->waiters)) != NULL)
    {
      op->outcome = outcome_of (state);
      ts_wake_list_add (&woken, op);
    }
  future_unlock (self);
  ts_wake_list_run (&woken);
}

/**
 * ts_future_resolve:
 * @self: a future
 * @value: (nullable): the value, which is copied; %NULL: there is nothing to say but that it is done
 *
 * Gives the future its value, if it is not done yet.
 *
 * From any thread; does not block. No callback runs inside this call.
 *
 * Returns: %TRUE if the future is done with this value, %FALSE if it was done before
 *
 * Since: 1.0
 */
gboolean
ts_future_resolve (TsFuture *self, const GValue *value)
{
  g_return_val_if_fail (TS_IS_FUTURE (self), FALSE);
  g_return_val_if_fail (value == NULL || ts_value_is_initialized (value), FALSE);

  if (!begin_to_settle (self))
    return FALSE;
  if (value != NULL)
    ts_value_copy (&self->value, value);
  settle (self, RESOLVED);
  return TRUE;
}

/**
 * ts_future_reject:
 * @self: a future
 * @reason: the error, which is copied
 *
 * Ends the future with an error, if it is not done yet.
 *
 * From any thread; does not block. No callback runs inside this call.
 *
 * Returns: %TRUE if the future is done with this error, %FALSE if it was done before
 *
 * Since: 1.0
 */
gboolean
ts_future_reject (TsFuture *self, const GError *reason)
{
  g_return_val_if_fail (TS_IS_FUTURE (self), FALSE);
  g_return_val_if_fail (reason != NULL, FALSE);

  if (!begin_to_settle (self))
    return FALSE;
  self->reason = g_error_copy (reason);
  settle (self, REJECTED);
  return TRUE;
}

gboolean
ts_future_is_unwanted (TsFuture *self)
{
  GCancellable *cancellable = self->cancellable;

  return cancellable != NULL && g_cancellable_is_cancelled (cancellable);
}

/**
 * ts_future_cancel:
 * @self: a future
 *
 * Rejects the future with %G_IO_ERROR_CANCELLED if it is not done yet, and cancels its
 * [property@Future:cancellable].
 *
 * From any thread. The handlers of the cancellable run inside this call. If the future is done the
 * cancellable is left alone.
 *
 * Returns: %TRUE if the future is cancelled, %FALSE if it was done before
 *
 * Since: 1.0
 */
gboolean
ts_future_cancel (TsFuture *self)
{
  g_autoptr (GError) reason = NULL;
  gboolean cancelled;

  g_return_val_if_fail (TS_IS_FUTURE (self), FALSE);

  reason = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                ts_translate (N_("The work was cancelled")));
  g_object_ref (self);
  cancelled = ts_future_reject (self, reason);
  if (cancelled)
    g_cancellable_cancel (ts_future_get_cancellable (self));
  g_object_unref (self);
  return cancelled;
}

/* The value is copied where it is wanted, and by whoever wants it. */
static gboolean
wait (TsFuture *self, gint64 deadline, GCancellable *cancellable, GValue *value, GError **error)
{
  TsOperation op;
  gboolean success;

  ts_operation_init (&op, &ts_future_wait_class, self);
  g_object_ref (self);
  success = ts_operation_wait (&op, deadline, cancellable, error);
  if (success)
    ts_operation_collect (&op, value);
  g_object_unref (self);
  return success;
}

/**
 * ts_future_wait:
 * @self: a future
 * @cancellable: (nullable): to give up waiting; the future goes on
 * @value: (out caller-allocates): the value, or a %NULL pointer if there is none; zeroed or initialized
 *   by the caller
 * @error: return location for an error
 *
 * Blocks this thread until the future is done.
 *
 * From any thread; in one that runs a main loop, [method@Future.wait_async] is what you want. Fails
 * with the error that the future was rejected with, or with %G_IO_ERROR_CANCELLED if @cancellable is
 * or becomes cancelled.
 *
 * Returns: (skip): %TRUE if there is a value, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_future_wait (TsFuture *self, GCancellable *cancellable, GValue *value, GError **error)
{
  return ts_future_wait_until (self, -1, cancellable, value, error);
}

/**
 * ts_future_wait_until:
 * @self: a future
 * @deadline: when to give up, in microseconds of [func@GLib.get_monotonic_time]; -1 for never
 * @cancellable: (nullable): to give up waiting; the future goes on
 * @value: (out caller-allocates): the value, or a %NULL pointer if there is none; zeroed or initialized
 *   by the caller
 * @error: return location for an error
 *
 * Blocks this thread until the future is done, or until @deadline.
 *
 * A deadline in the past only looks, and does not block. Otherwise as [method@Future.wait]. Fails
 * with %G_IO_ERROR_TIMED_OUT once the deadline has passed; the future goes on.
 *
 * Returns: (skip): %TRUE if there is a value, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_future_wait_until (TsFuture *self, gint64 deadline, GCancellable *cancellable, GValue *value,
                      GError **error)
{
  g_return_val_if_fail (value != NULL, FALSE);
  ts_value_clear (value);
  ts_value_init_nothing (value);
  g_return_val_if_fail (TS_IS_FUTURE (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return wait (self, deadline, cancellable, value, error);
}

/**
 * ts_future_wait_async:
 * @self: a future
 * @cancellable: (nullable): to give up waiting; the future goes on
 * @callback: (nullable) (scope async) (closure user_data): called when the wait is over
 * @user_data: for @callback
 *
 * Waits until the future is done, without blocking.
 *
 * From any thread. @callback runs in the thread-default main context of the caller, in a later
 * iteration, and calls [method@Future.wait_finish]. The wait keeps the future alive.
 *
 * Since: 1.0
 */
void
ts_future_wait_async (TsFuture            *self,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_return_if_fail (TS_IS_FUTURE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  ts_result_start (ts_result_new (self, &ts_future_wait_class, cancellable, callback, user_data,
                                  ts_future_wait_async));
}

/**
 * ts_future_wait_finish:
 * @self: a future
 * @result: what the callback was given
 * @value: (out caller-allocates): the value, or a %NULL pointer if there is none; zeroed or initialized
 *   by the caller
 * @error: return location for an error
 *
 * Ends [method@Future.wait_async].
 *
 * Fails as [method@Future.wait] does.
 *
 * Returns: (skip): %TRUE if there is a value, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_future_wait_finish (TsFuture *self, GAsyncResult *result, GValue *value, GError **error)
{
  TsOperation *op;

  g_return_val_if_fail (value != NULL, FALSE);
  ts_value_clear (value);
  ts_value_init_nothing (value);
  g_return_val_if_fail (TS_IS_FUTURE (self), FALSE);
  g_return_val_if_fail (ts_result_is_valid (result, self, ts_future_wait_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  op = ts_result_finish (result, error);
  if (op == NULL)
    return FALSE;
  ts_operation_collect (op, value);
  return TRUE;
}

/* The same, returned in a box */

/**
 * ts_future_wait_value:
 * @self: a future
 * @cancellable: (nullable): to give up waiting; the future goes on
 * @error: return location for an error
 *
 * Waits as [method@Future.wait] does, and returns the value.
 *
 * For languages whose bindings do better with a returned value, as JavaScript's.
 *
 * Returns: (transfer full): the value; %NULL and @error if there is none
 *
 * Since: 1.0
 */
GValue *
ts_future_wait_value (TsFuture *self, GCancellable *cancellable, GError **error)
{
  return ts_future_wait_until_value (self, -1, cancellable, error);
}

/**
 * ts_future_wait_until_value:
 * @self: a future
 * @deadline: when to give up, in microseconds of [func@GLib.get_monotonic_time]; -1 for never
 * @cancellable: (nullable): to give up waiting; the future goes on
 * @error: return location for an error
 *
 * Waits as [method@Future.wait_until] does, and returns the value.
 *
 * Returns: (transfer full): the value; %NULL and @error if there is none
 *
 * Since: 1.0
 */
GValue *
ts_future_wait_until_value (TsFuture *self, gint64 deadline, GCancellable *cancellable, GError **error)
{
  GValue value;

  g_return_val_if_fail (TS_IS_FUTURE (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  ts_value_init_nothing (&value);
  return wait (self, deadline, cancellable, &value, error) ? ts_value_box (&value) : NULL;
}

/**
 * ts_future_wait_finish_value:
 * @self: a future
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Future.wait_async] as [method@Future.wait_finish] does, and returns the value.
 *
 * Returns: (transfer full): the value; %NULL and @error if there is none
 *
 * Since: 1.0
 */
GValue *
ts_future_wait_finish_value (TsFuture *self, GAsyncResult *result, GError **error)
{
  GValue value = G_VALUE_INIT;

  return ts_future_wait_finish (self, result, &value, error) ? ts_value_box (&value) : NULL;
}

/**
 * ts_future_create_source:
 * @self: a future
 * @cancellable: (nullable): also makes the source ready when it is cancelled
 *
 * Creates a source for a main loop that is ready when the future is done.
 *
 * Its callback is a plain [callback@GLib.SourceFunc]. A future stays done: return %G_SOURCE_REMOVE. The
 * source keeps the future alive. From any thread.
 *
 * Returns: (transfer full): a new source, to be attached to a main context
 *
 * Since: 1.0
 */
GSource *
ts_future_create_source (TsFuture *self, GCancellable *cancellable)
{
  g_return_val_if_fail (TS_IS_FUTURE (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  return ts_source_new (self, &ts_future_wait_class, NULL, cancellable, "TsFuture");
}

/* Description */

static void
add_result (TsFuture *self, GString *text)
{
  int state = atomic_load_explicit (&self->state, memory_order_acquire);

  if (state < RESOLVED)
    g_string_append (text, "pending");
  else if (state == REJECTED)
    g_string_append_printf (text, "rejected with %s %d: %s", g_quark_to_string (self->reason->domain),
                            self->reason->code, self->reason->message);
  else if (ts_value_is_initialized (&self->value))
    g_string_append_printf (text, "resolved with a value of type %s", G_VALUE_TYPE_NAME (&self->value));
  else
    g_string_append (text, "resolved");
}

gboolean TS_UNANALYSED
ts_future_describe (gpointer object, GString *text)
{
  TsFuture *self = object;
  TsCrowd waiters = { .threads = 0 };

  ts_description_begin (text, self, self->name);
  if (!ts_description_lock (text, &self->lock))
    return TRUE;
  ts_crowd_count (&waiters, &self->waiters);
  future_unlock (self);

  add_result (self, text);
  return ts_crowd_describe (&waiters, text, "");
}

/**
 * ts_future_to_string:
 * @self: a future
 *
 * Describes the future as it is at this moment, in one line, for logs and debuggers.
 *
 * Its name, whether it is done and with what, and who waits. What the line looks like may
 * change. From any thread; does not block.
 *
 * Returns: (transfer full): a description
 *
 * Since: 1.0
 */
char *
ts_future_to_string (TsFuture *self)
{
  g_return_val_if_fail (TS_IS_FUTURE (self), NULL);

  return ts_describe (self, ts_future_describe);
}
