/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "ts-call-private.h"
#include "ts-marks-private.h"
#include "ts-runner.h"

#define MORE_THREADS_THAN_PROCESSORS 4
#define MAX_THREADS                  32

static void
run_job (gpointer job, gpointer unused)
{
  gint64 begun = ts_mark_begin ();

  ts_call_job_run (job);
  ts_mark_run (begun, "offload", NULL);
  ts_call_job_free (job);
}

/* Its threads are GLib's shared ones: they end on their own when there is nothing to do. */
static GThreadPool *
get_pool (void)
{
  static GThreadPool *pool;

  if (g_once_init_enter (&pool))
    {
      int wanted = (int) g_get_num_processors () + MORE_THREADS_THAN_PROCESSORS;

      g_once_init_leave (&pool, g_thread_pool_new (run_job, NULL, MIN (wanted, MAX_THREADS), FALSE,
                                                   NULL));
    }
  return pool;
}

/**
 * ts_offload:
 * @func: (scope notified) (closure user_data) (destroy notify): what to run; it may block
 * @user_data: for @func
 * @notify: (nullable): called for @user_data after @func, in whatever thread
 * @cancellable: (nullable): what the future's [method@Future.cancel] cancels; if it is cancelled before
 *   @func has begun, that does not run
 *
 * Runs a blocking function in a thread of a pool, and returns a future for its answer.
 *
 * The pool has a few threads more than the machine has processors, so functions that block for long
 * hold each other up; a [class@Runner] or a thread of its own is better for those. From any thread;
 * does not block.
 *
 * Returns: (transfer full): a future
 *
 * Since: 1.0
 */
TsFuture *
ts_offload (TsCallFunc func, gpointer user_data, GDestroyNotify notify, GCancellable *cancellable)
{
  TsFuture *future;

  g_return_val_if_fail (func != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  future = ts_future_new_full (cancellable, NULL);
  if (cancellable != NULL && g_cancellable_is_cancelled (cancellable))
    ts_future_cancel (future);
  g_thread_pool_push (get_pool (), ts_call_job_new (future, NULL, func, user_data, notify), NULL);
  return future;
}
