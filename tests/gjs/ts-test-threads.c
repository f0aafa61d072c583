/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "ts-test-threads.h"

typedef struct
{
  gpointer object;
  guint    number;
  guint    successes;
} Work;

static _Atomic guint n_alive;

/* Of the main thread alone. */
static GPtrArray *threads;

static Work *
work_new (gpointer object, guint number)
{
  Work *work = g_new0 (Work, 1);

  work->object = g_object_ref (object);
  work->number = number;
  return work;
}

static guint
work_free (Work *work)
{
  guint successes = work->successes;

  g_object_unref (work->object);
  g_free (work);
  return successes;
}

static void
start (const char *name, GThreadFunc func, Work *work)
{
  if (threads == NULL)
    threads = g_ptr_array_new ();
  g_ptr_array_add (threads, g_thread_new (name, func, work));
}

static gpointer
set_later (gpointer data)
{
  Work *work = data;

  g_usleep (work->number);
  ts_event_set (work->object);
  return work;
}

/**
 * ts_test_set_later:
 * @event: an event
 * @delay: in microseconds
 *
 * Sets @event in another thread.
 */
void
ts_test_set_later (TsEvent *event, guint delay)
{
  start ("set", set_later, work_new (event, delay));
}

static gpointer
cancel_later (gpointer data)
{
  Work *work = data;

  g_usleep (work->number);
  g_cancellable_cancel (work->object);
  return work;
}

/**
 * ts_test_cancel_later:
 * @cancellable: a cancellable
 * @delay: in microseconds
 *
 * Cancels @cancellable in another thread.
 */
void
ts_test_cancel_later (GCancellable *cancellable, guint delay)
{
  start ("cancel", cancel_later, work_new (cancellable, delay));
}

static gpointer
wait_often (gpointer data)
{
  Work *work = data;

  for (guint i = 0; i < work->number; i++)
    work->successes += ts_event_wait (work->object, NULL, NULL);
  return work;
}

/**
 * ts_test_start_waits:
 * @event: an event
 * @n_threads: how many threads
 * @n_waits: how often each waits
 *
 * Starts threads that wait for @event.
 */
void
ts_test_start_waits (TsEvent *event, guint n_threads, guint n_waits)
{
  for (guint i = 0; i < n_threads; i++)
    start ("wait", wait_often, work_new (event, n_waits));
}

/**
 * ts_test_join:
 *
 * Waits until all threads have ended.
 *
 * Returns: how many of their calls have succeeded
 */
guint
ts_test_join (void)
{
  guint successes = 0;

  for (guint i = 0; threads != NULL && i < threads->len; i++)
    successes += work_free (g_thread_join (g_ptr_array_index (threads, i)));
  g_clear_pointer (&threads, g_ptr_array_unref);
  return successes;
}

static void
on_gone (gpointer data, GObject *where)
{
  n_alive--;
}

/**
 * ts_test_track:
 * @object: an object
 *
 * Counts @object as long as it lives.
 */
void
ts_test_track (GObject *object)
{
  n_alive++;
  g_object_weak_ref (object, on_gone, NULL);
}

/**
 * ts_test_count_alive:
 *
 * Counts the tracked objects that are alive.
 *
 * Returns: how many
 */
guint
ts_test_count_alive (void)
{
  return n_alive;
}
