/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Locking: the event's lock guards its queue and the changes of @set. @set may be read without it:
 * a set manual event needs no lock to be waited for. Nothing is called under the lock. */

#include "config.h"

#include <glib/gi18n.h>

#include "ts-describe-private.h"
#include "ts-error-private.h"
#include "ts-event-private.h"
#include "ts-leaks-private.h"
#include "ts-result-private.h"
#include "ts-source-private.h"

TS_LOCK_ROLE (event);

/**
 * TsEvent:
 *
 * Something that threads and main loops wait for until it is set.
 *
 * One event serves any number of waiters of any kind at the same time: threads that block in
 * [method@Event.wait], main loops that called [method@Event.wait_async] or attached a source, and
 * loops of other kinds through a [class@Port].
 *
 * A **manual** event ([ctor@Event.new]) stays set until [method@Event.clear]. Setting it releases
 * everyone who waits, also if it is cleared at once: whoever waited before the call of
 * [method@Event.set] is released, even if it gets to run only after the [method@Event.clear].
 *
 * An **auto-reset** event ([ctor@Event.new_auto_reset]) releases exactly one waiter each time it is
 * set, in the order in which they came. If nobody waits it stays set for the next one; setting it
 * twice before that is the same as setting it once. A waiter that was released but did not take
 * notice (its task was cancelled, its source destroyed, its result dropped) passes the release on
 * to the next.
 *
 * All methods may be called from any thread. An idle event costs no thread and no file descriptor.
 *
 * ```c
 * static gpointer
 * work (gpointer data)
 * {
 *   TsEvent *done = data;
 *
 *   g_usleep (1000);
 *   ts_event_set (done);
 *   return NULL;
 * }
 *
 * static void
 * wait_for_work (void)
 * {
 *   g_autoptr (TsEvent) done = ts_event_new ();
 *   g_autoptr (GError) error = NULL;
 *   GThread *thread = g_thread_new ("work", work, done);
 *
 *   if (!ts_event_wait (done, NULL, &error))
 *     g_warning ("%s", error->message);
 *   g_thread_join (thread);
 * }
 * ```
 *
 * Since: 1.0
 */
struct _TsEvent
{
  GObject     parent_instance;

  /* Immutable. */
  char       *name;
  gboolean    auto_reset;

  TsSyncLock  lock;
  _Atomic int set;
  TsQueue     waiters TS_GUARDED_BY (ts_event_role);
};

G_DEFINE_FINAL_TYPE (TsEvent, ts_event, G_TYPE_OBJECT)

typedef enum
{
  PROP_AUTO_RESET = 1,
  PROP_NAME,
  PROP_READY,
} TsEventProperty;

static GParamSpec *properties[PROP_READY + 1];

static void TS_ACQUIRES (ts_event_role)
event_lock (TsEvent *self)
{
  ts_sync_lock_acquire (&self->lock);
}

static void TS_RELEASES (ts_event_role)
event_unlock (TsEvent *self)
{
  ts_sync_lock_release (&self->lock);
}

/* The operation */

static gboolean TS_REQUIRES (ts_event_role)
take_locked (TsEvent *self)
{
  gboolean was_set = atomic_load_explicit (&self->set, memory_order_relaxed);

  if (was_set && self->auto_reset)
    atomic_store_explicit (&self->set, FALSE, memory_order_relaxed);
  return was_set;
}

static gboolean
ts_event_wait_hint (TsOperation *op)
{
  TsEvent *self = op->object;

  return atomic_load_explicit (&self->set, memory_order_relaxed);
}

static gboolean
ts_event_wait_attempt (TsOperation *op)
{
  TsEvent *self = op->object;
  gboolean taken;

  TS_SYNC_POINT ("event attempt");
  if (!atomic_load_explicit (&self->set, memory_order_acquire))
    return FALSE;
  if (!self->auto_reset)
    return TRUE;

  event_lock (self);
  taken = take_locked (self);
  event_unlock (self);
  return taken;
}

static gboolean
ts_event_wait_park (TsOperation *op)
{
  TsEvent *self = op->object;
  gboolean over;

  event_lock (self);
  over = ts_operation_is_shared (op) ? atomic_load_explicit (&self->set, memory_order_relaxed) : take_locked (self);
  if (!over)
    ts_queue_push (&self->waiters, op);
  event_unlock (self);
  return over;
}

static void
ts_event_wait_unpark (TsOperation *op)
{
  TsEvent *self = op->object;

  event_lock (self);
  ts_queue_remove (&self->waiters, op);
  event_unlock (self);
}

/* An auto-reset event has no two releases in store: if it was set again meanwhile, this one is
 * spent, as a second call of ts_event_set() would be. */
static void
ts_event_wait_undo (TsOperation *op)
{
  TsEvent *self = op->object;

  if (self->auto_reset)
    ts_event_set (self);
}

static void
ts_event_wait_set_error (TsOperation *op, TsOutcome outcome, GError **error)
{
  TsEvent *self = op->object;

  g_assert (outcome == TS_OUTCOME_TIMED_OUT);
  ts_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, self->name,
                N_("The event was not set in time"),
                N_("The event “%s” was not set in time"));
}

const TsOperationClass ts_event_wait_class = {
  .name = "wait",
  .hint = ts_event_wait_hint,
  .attempt = ts_event_wait_attempt,
  .park = ts_event_wait_park,
  .unpark = ts_event_wait_unpark,
  .undo = ts_event_wait_undo,
  .set_error = ts_event_wait_set_error,
};

/* The object */

static void
ts_event_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TsEvent *self = TS_EVENT (object);

  switch ((TsEventProperty) id)
    {
    case PROP_AUTO_RESET:
      g_value_set_boolean (value, self->auto_reset);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_READY:
      g_value_set_boolean (value, ts_event_is_set (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ts_event_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TsEvent *self = TS_EVENT (object);

  switch ((TsEventProperty) id)
    {
    case PROP_AUTO_RESET:
      self->auto_reset = g_value_get_boolean (value);
      break;
    case PROP_NAME:
      self->name = ts_dup_name (g_value_get_string (value));
      break;
    case PROP_READY:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* Nobody else has the object now, so there is no lock to hold. */
TS_UNANALYSED static void
ts_event_finalize (GObject *object)
{
  TsEvent *self = TS_EVENT (object);

  ts_leaks_forget (self);
  g_assert (self->waiters.head == NULL);
  ts_sync_lock_clear (&self->lock);
  g_free (self->name);

  G_OBJECT_CLASS (ts_event_parent_class)->finalize (object);
}

static void
ts_event_class_init (TsEventClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags construct_only =
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ts_event_get_property;
  object_class->set_property = ts_event_set_property;
  object_class->finalize = ts_event_finalize;

  /**
   * TsEvent:auto-reset: (getter get_auto_reset)
   *
   * Whether each [method@Event.set] releases exactly one waiter.
   *
   * Since: 1.0
   */
  properties[PROP_AUTO_RESET] =
    g_param_spec_boolean ("auto-reset", NULL, NULL, FALSE, construct_only);

  /**
   * TsEvent:name: (getter get_name)
   *
   * What to call the event in messages.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, construct_only);

  /**
   * TsEvent:ready: (getter is_set)
   *
   * Whether the event is set at this moment.
   *
   * There is no notification when it changes: wait for the event instead.
   *
   * Since: 1.0
   */
  properties[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ts_event_init (TsEvent *self)
{
  ts_leaks_watch (self, ts_event_describe);
}

/**
 * ts_event_new:
 *
 * Creates a manual event, which is not set.
 *
 * Returns: (transfer full): a new event
 *
 * Since: 1.0
 */
TsEvent *
ts_event_new (void)
{
  return ts_event_new_full (FALSE, NULL);
}

/**
 * ts_event_new_auto_reset:
 *
 * Creates an auto-reset event, which is not set.
 *
 * Returns: (transfer full): a new event
 *
 * Since: 1.0
 */
TsEvent *
ts_event_new_auto_reset (void)
{
  return ts_event_new_full (TRUE, NULL);
}

/**
 * ts_event_new_full:
 * @auto_reset: whether each [method@Event.set] releases exactly one waiter
 * @name: (nullable): what to call the event in messages
 *
 * Creates an event, which is not set.
 *
 * Returns: (transfer full): a new event
 *
 * Since: 1.0
 */
TsEvent *
ts_event_new_full (gboolean auto_reset, const char *name)
{
  return g_object_new (TS_TYPE_EVENT, "auto-reset", auto_reset, "name", name, NULL);
}

/**
 * ts_event_is_set: (get-property ready)
 * @self: an event
 *
 * Tells whether the event is set at this moment.
 *
 * From any thread; does not block. By the time the caller looks at the answer it may be another.
 *
 * Returns: %TRUE if a wait would end at once
 *
 * Since: 1.0
 */
gboolean
ts_event_is_set (TsEvent *self)
{
  g_return_val_if_fail (TS_IS_EVENT (self), FALSE);

  return atomic_load_explicit (&self->set, memory_order_acquire);
}

/**
 * ts_event_get_auto_reset: (get-property auto-reset)
 * @self: an event
 *
 * Tells which kind of event this is.
 *
 * Returns: %TRUE if each [method@Event.set] releases exactly one waiter
 *
 * Since: 1.0
 */
gboolean
ts_event_get_auto_reset (TsEvent *self)
{
  g_return_val_if_fail (TS_IS_EVENT (self), FALSE);

  return self->auto_reset;
}

/**
 * ts_event_get_name: (get-property name)
 * @self: an event
 *
 * Tells what the event is called in messages.
 *
 * Returns: (nullable): the name
 *
 * Since: 1.0
 */
const char *
ts_event_get_name (TsEvent *self)
{
  g_return_val_if_fail (TS_IS_EVENT (self), NULL);

  return self->name;
}

static void TS_REQUIRES (ts_event_role)
release_locked (TsEvent *self, TsWakeList *woken)
{
  TsOperation *op;

  while ((op = ts_queue_claim_first (&self->waiters)) != NULL)
    {
      ts_wake_list_add (woken, op);
      if (self->auto_reset)
        return;
    }
  atomic_store_explicit (&self->set, TRUE, memory_order_release);
}

/**
 * ts_event_set:
 * @self: an event
 *
 * Sets the event: a manual one releases everyone who waits, an auto-reset one the first who does.
 *
 * From any thread; does not block. No callback runs inside this call: main loops are woken, and
 * call back on their own.
 *
 * Since: 1.0
 */
void
ts_event_set (TsEvent *self)
{
  TsWakeList woken = TS_WAKE_LIST_INIT;

  g_return_if_fail (TS_IS_EVENT (self));

  ts_trace_call (self, "set");
  event_lock (self);
  release_locked (self, &woken);
  event_unlock (self);
  ts_wake_list_run (&woken);
}

/**
 * ts_event_clear:
 * @self: an event
 *
 * Makes the event one that is not set: later waits wait.
 *
 * From any thread; does not block. Waiters whom [method@Event.set] has released stay released.
 *
 * Since: 1.0
 */
void
ts_event_clear (TsEvent *self)
{
  g_return_if_fail (TS_IS_EVENT (self));

  ts_trace_call (self, "clear");
  event_lock (self);
  atomic_store_explicit (&self->set, FALSE, memory_order_relaxed);
  event_unlock (self);
}

/**
 * ts_event_wait:
 * @self: an event
 * @cancellable: (nullable): to give up waiting
 * @error: return location for an error
 *
 * Blocks this thread until the event is set.
 *
 * From any thread; in one that runs a main loop, [method@Event.wait_async] is what you want. Fails
 * with %G_IO_ERROR_CANCELLED if @cancellable is or becomes cancelled; the event is then as it was.
 *
 * Returns: %TRUE if the event was set, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_event_wait (TsEvent *self, GCancellable *cancellable, GError **error)
{
  return ts_event_wait_until (self, -1, cancellable, error);
}

static gboolean
look (gpointer op)
{
  return ts_event_wait_hint (op) && ts_event_wait_attempt (op);
}

/* Before it parks, a thread looks for a while: then whoever sets the event has nobody to hand it to. */
static gboolean
wait_looking (TsOperation *op, gint64 deadline, GCancellable *cancellable)
{
  if (ts_debug_has (TS_DEBUG_TRACE) ||
      (cancellable != NULL && g_cancellable_is_cancelled (cancellable)))
    return FALSE;
  return look (op) || ((deadline < 0 || deadline > ts_sync_now ()) && ts_sync_look (look, op));
}

/**
 * ts_event_wait_until:
 * @self: an event
 * @deadline: when to give up, in microseconds of [func@GLib.get_monotonic_time]; -1 for never
 * @cancellable: (nullable): to give up waiting
 * @error: return location for an error
 *
 * Blocks this thread until the event is set, or until @deadline.
 *
 * A deadline in the past only looks whether the event is set, and does not block. Otherwise as
 * [method@Event.wait]. Fails with %G_IO_ERROR_TIMED_OUT once the deadline has passed; the event is
 * then as it was.
 *
 * Returns: %TRUE if the event was set, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_event_wait_until (TsEvent *self, gint64 deadline, GCancellable *cancellable, GError **error)
{
  TsOperation op;

  g_return_val_if_fail (TS_IS_EVENT (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  ts_operation_init (&op, &ts_event_wait_class, self);
  return wait_looking (&op, deadline, cancellable) ||
         ts_operation_wait (&op, deadline, cancellable, error);
}

/**
 * ts_event_wait_async:
 * @self: an event
 * @cancellable: (nullable): to give up waiting
 * @callback: (nullable) (scope async) (closure user_data): called when the wait is over
 * @user_data: for @callback
 *
 * Waits until the event is set, without blocking.
 *
 * From any thread. @callback runs in the thread-default main context of the caller, in a later
 * iteration, and calls [method@Event.wait_finish]. The wait keeps the event alive. If its result is
 * dropped without that call, or the context goes, an auto-reset event releases the next waiter
 * instead.
 *
 * Since: 1.0
 */
void
ts_event_wait_async (TsEvent             *self,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_return_if_fail (TS_IS_EVENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  ts_result_start (ts_result_new (self, &ts_event_wait_class, cancellable, callback, user_data,
                                  ts_event_wait_async));
}

/**
 * ts_event_wait_finish:
 * @self: an event
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Event.wait_async].
 *
 * Fails with %G_IO_ERROR_CANCELLED if the wait was cancelled before the event was set. A release
 * that has come is not taken back by cancelling later.
 *
 * Returns: %TRUE if the event was set, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_event_wait_finish (TsEvent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (TS_IS_EVENT (self), FALSE);
  g_return_val_if_fail (ts_result_is_valid (result, self, ts_event_wait_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return ts_result_finish (result, error) != NULL;
}

/**
 * ts_event_create_source:
 * @self: an event
 * @cancellable: (nullable): also makes the source ready when it is cancelled
 *
 * Creates a source for a main loop that is ready when the event is set.
 *
 * Its callback is a plain [callback@GLib.SourceFunc]. As long as a manual event stays set the source
 * is ready again and again: return %G_SOURCE_REMOVE, or clear the event, in the callback. For an
 * auto-reset event the callback is one waiter among others, and each call of it uses up one
 * release.
 *
 * The source keeps the event alive. From any thread.
 *
 * Returns: (transfer full): a new source, to be attached to a main context
 *
 * Since: 1.0
 */
GSource *
ts_event_create_source (TsEvent *self, GCancellable *cancellable)
{
  g_return_val_if_fail (TS_IS_EVENT (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  return ts_source_new (self, &ts_event_wait_class, NULL, cancellable, "TsEvent");
}

static gboolean
ts_event_dispatch_watch (GSource *source, gpointer object, TsOperation *op, GSourceFunc callback,
                         gpointer user_data)
{
  return ((TsEventFunc) (GCallback) callback) (object, user_data);
}

/**
 * ts_event_add_watch_full: (rename-to ts_event_add_watch)
 * @self: an event
 * @priority: the priority of the source, %G_PRIORITY_DEFAULT for example
 * @func: (scope notified) (closure user_data) (destroy notify): called when the event is set
 * @user_data: for @func
 * @notify: (nullable): called when the watch ends
 *
 * Calls a function in the thread-default main context of the caller whenever the event is set.
 *
 * As [method@Event.create_source], with a function that gets the event. From any thread. End the
 * watch by returning %G_SOURCE_REMOVE from @func or, for the global default context, with
 * [func@GLib.Source.remove].
 *
 * Returns: the ID of the source
 *
 * Since: 1.0
 */
guint
ts_event_add_watch_full (TsEvent        *self,
                         int             priority,
                         TsEventFunc     func,
                         gpointer        user_data,
                         GDestroyNotify  notify)
{
  GMainContext *context;
  GSource *source;
  guint id;

  g_return_val_if_fail (TS_IS_EVENT (self), 0);
  g_return_val_if_fail (func != NULL, 0);

  source = ts_source_new (self, &ts_event_wait_class, ts_event_dispatch_watch, NULL, "TsEvent watch");
  g_source_set_priority (source, priority);
  g_source_set_callback (source, (GSourceFunc) (GCallback) func, user_data, notify);
  context = g_main_context_ref_thread_default ();
  id = g_source_attach (source, context);
  g_main_context_unref (context);
  g_source_unref (source);
  return id;
}

/**
 * ts_event_add_watch: (skip)
 * @self: an event
 * @func: called when the event is set
 * @user_data: for @func
 *
 * Calls a function in the thread-default main context of the caller whenever the event is set.
 *
 * As [method@Event.add_watch_full], at %G_PRIORITY_DEFAULT.
 *
 * Returns: the ID of the source
 *
 * Since: 1.0
 */
guint
ts_event_add_watch (TsEvent *self, TsEventFunc func, gpointer user_data)
{
  return ts_event_add_watch_full (self, G_PRIORITY_DEFAULT, func, user_data, NULL);
}

/* Description */

gboolean TS_UNANALYSED
ts_event_describe (gpointer object, GString *text)
{
  TsEvent *self = object;
  TsCrowd waiters = { .threads = 0 };

  ts_description_begin (text, self, self->name);
  if (!ts_description_lock (text, &self->lock))
    return TRUE;
  ts_crowd_count (&waiters, &self->waiters);
  event_unlock (self);

  g_string_append_printf (text, "%s%s", ts_event_is_set (self) ? "set" : "not set",
                          self->auto_reset ? ", auto-reset" : "");
  return ts_crowd_describe (&waiters, text, "");
}

/**
 * ts_event_to_string:
 * @self: an event
 *
 * Describes the event as it is at this moment, in one line, for logs and debuggers.
 *
 * Its name, whether it is set, and who waits. What the line looks like may change. From any
 * thread; does not block.
 *
 * Returns: (transfer full): a description
 *
 * Since: 1.0
 */
char *
ts_event_to_string (TsEvent *self)
{
  g_return_val_if_fail (TS_IS_EVENT (self), NULL);

  return ts_describe (self, ts_event_describe);
}
