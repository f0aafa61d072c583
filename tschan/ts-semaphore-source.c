/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A semaphore's source and watch. Locking: none. */

#include "config.h"

#include "ts-semaphore-private.h"
#include "ts-source-private.h"

/* Cancelled: it ends, without a call that would look as if it brought a permit. */
static gboolean
dispatch_source (GSource *source, gpointer object, TsOperation *op, GSourceFunc callback,
                 gpointer user_data)
{
  return op == NULL ? G_SOURCE_REMOVE : callback (user_data);
}

static gboolean
dispatch_watch (GSource *source, gpointer object, TsOperation *op, GSourceFunc callback,
                gpointer user_data)
{
  return ((TsSemaphoreFunc) (GCallback) callback) (object, user_data);
}

/**
 * ts_semaphore_create_source:
 * @self: a semaphore
 * @cancellable: (nullable): ends the source when it is cancelled
 *
 * Creates a source for a main loop that takes a permit, as soon as there is one.
 *
 * Its callback is a plain [callback@GLib.SourceFunc]. Each call of it brings one permit, which is the
 * callback's to release. It is one waiter among others; as long as it returns %G_SOURCE_CONTINUE it
 * waits for another permit. Unlike other sources of GIO it is not called when @cancellable is
 * cancelled, so that a call always means a permit: the source is removed then.
 *
 * A source that is destroyed passes on a permit that it was not called with yet. It keeps the
 * semaphore alive. From any thread.
 *
 * Returns: (transfer full): a new source, to be attached to a main context
 *
 * Since: 1.0
 */
GSource *
ts_semaphore_create_source (TsSemaphore *self, GCancellable *cancellable)
{
  g_return_val_if_fail (TS_IS_SEMAPHORE (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  return ts_source_new (self, &ts_semaphore_acquire_class, dispatch_source, cancellable,
                        "TsSemaphore");
}

/**
 * ts_semaphore_add_watch_full: (rename-to ts_semaphore_add_watch)
 * @self: a semaphore
 * @priority: the priority of the source, %G_PRIORITY_DEFAULT for example
 * @func: (scope notified) (closure user_data) (destroy notify): called with a permit
 * @user_data: for @func
 * @notify: (nullable): called when the watch ends
 *
 * Takes permits, as soon as there are any, and calls a function with each in the thread-default main
 * context of the caller.
 *
 * As [method@Semaphore.create_source], with a function that gets the semaphore, and releases the
 * permit when it is done with it. From any thread. End the watch by returning %G_SOURCE_REMOVE from
 * @func or, for the global default context, with [func@GLib.Source.remove].
 *
 * Returns: the ID of the source
 *
 * Since: 1.0
 */
guint
ts_semaphore_add_watch_full (TsSemaphore     *self,
                             int              priority,
                             TsSemaphoreFunc  func,
                             gpointer         user_data,
                             GDestroyNotify   notify)
{
  GMainContext *context;
  GSource *source;
  guint id;

  g_return_val_if_fail (TS_IS_SEMAPHORE (self), 0);
  g_return_val_if_fail (func != NULL, 0);

  source = ts_source_new (self, &ts_semaphore_acquire_class, dispatch_watch, NULL,
                          "TsSemaphore watch");
  g_source_set_priority (source, priority);
  g_source_set_callback (source, (GSourceFunc) (GCallback) func, user_data, notify);
  context = g_main_context_ref_thread_default ();
  id = g_source_attach (source, context);
  g_main_context_unref (context);
  g_source_unref (source);
  return id;
}

/**
 * ts_semaphore_add_watch: (skip)
 * @self: a semaphore
 * @func: called with a permit
 * @user_data: for @func
 *
 * Takes permits, as soon as there are any, and calls a function with each in the thread-default main
 * context of the caller.
 *
 * As [method@Semaphore.add_watch_full], at %G_PRIORITY_DEFAULT.
 *
 * Returns: the ID of the source
 *
 * Since: 1.0
 */
guint
ts_semaphore_add_watch (TsSemaphore *self, TsSemaphoreFunc func, gpointer user_data)
{
  return ts_semaphore_add_watch_full (self, G_PRIORITY_DEFAULT, func, user_data, NULL);
}
