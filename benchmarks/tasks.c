/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* W6, asynchronous calls: many waits pend in one main context, and another thread makes all of them
 * come true. Counted is everything: the calls, the thread's part, the callbacks. */

#include "bench.h"

#define MAX_WAITS 1000

typedef struct _Burst Burst;

typedef struct
{
  const char *name;
  int         waits;
  void      (*prepare) (Burst *burst); /* in the main context's thread */
  void      (*start)   (Burst *burst);
  void      (*release) (Burst *burst); /* in the other thread */
} BenchBurst;

struct _Burst
{
  const BenchBurst *peer;
  GMainContext     *context;
  GAsyncQueue      *turns;
  int               pending;
  gpointer          object;
  GTask            *tasks[MAX_WAITS];
};

/* GTask, as it is used to come back from a thread: each task brings a source of its own. */

static void
task_done (GObject *object, GAsyncResult *result, gpointer data)
{
  Burst *burst = data;

  g_assert (g_task_propagate_boolean (G_TASK (result), NULL));
  burst->pending--;
}

static void
task_prepare (Burst *burst)
{
  burst->object = g_object_new (G_TYPE_OBJECT, NULL);
}

static void
task_start (Burst *burst)
{
  for (int i = 0; i < burst->peer->waits; i++)
    burst->tasks[i] = g_task_new (burst->object, NULL, task_done, burst);
}

static void
task_release (Burst *burst)
{
  for (int i = 0; i < burst->peer->waits; i++)
    {
      GTask *task = burst->tasks[i]; /* the array is for the next burst once the last has returned */

      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
}

static const BenchBurst task_1000 = { "GTask", 1000, task_prepare, task_start, task_release };
static const BenchBurst task_256 = { "GTask", 256, task_prepare, task_start, task_release };

/* TsEvent */

static void
event_done (GObject *object, GAsyncResult *result, gpointer data)
{
  Burst *burst = data;

  g_assert (ts_event_wait_finish (TS_EVENT (object), result, NULL));
  burst->pending--;
}

static void
event_prepare (Burst *burst)
{
  burst->object = ts_event_new ();
}

static void
event_start (Burst *burst)
{
  ts_event_clear (burst->object);
  for (int i = 0; i < burst->peer->waits; i++)
    ts_event_wait_async (burst->object, NULL, event_done, burst);
}

static void
event_release (Burst *burst)
{
  ts_event_set (burst->object);
}

static const BenchBurst event_1000 = { "tschan", 1000, event_prepare, event_start, event_release };

/* TsChannel */

static void
receive_done (GObject *object, GAsyncResult *result, gpointer data)
{
  Burst *burst = data;
  GValue value = G_VALUE_INIT;

  g_assert (ts_channel_receive_finish (TS_CHANNEL (object), result, &value, NULL));
  burst->pending--;
}

static void
channel_prepare (Burst *burst)
{
  burst->object = ts_channel_new (TS_CHANNEL_UNLIMITED);
}

static void
channel_start (Burst *burst)
{
  for (int i = 0; i < burst->peer->waits; i++)
    ts_channel_receive_async (burst->object, NULL, receive_done, burst);
}

static void
channel_release (Burst *burst)
{
  for (int i = 0; i < burst->peer->waits; i++)
    ts_channel_send_int64 (burst->object, i, NULL, NULL);
}

static const BenchBurst channel_256 = {
  "tschan", 256, channel_prepare, channel_start, channel_release,
};

/* The bursts */

static gpointer
releaser_main (gpointer data)
{
  Burst *burst = data;

  while (g_async_queue_pop (burst->turns) == burst)
    burst->peer->release (burst);
  return NULL;
}

static void
run_bursts (Burst *burst, gint64 count)
{
  for (gint64 i = 0; i < count; i += burst->peer->waits)
    {
      burst->pending = burst->peer->waits;
      burst->peer->start (burst);
      g_async_queue_push (burst->turns, burst);
      while (burst->pending > 0)
        g_main_context_iteration (burst->context, TRUE);
    }
}

static double
run (const BenchCase *self, gint64 count)
{
  Burst *burst = g_new0 (Burst, 1);
  gint64 started, took;
  GThread *thread;

  burst->peer = self->peer;
  burst->context = g_main_context_new ();
  burst->turns = g_async_queue_new ();
  g_main_context_push_thread_default (burst->context);
  burst->peer->prepare (burst);
  thread = g_thread_new ("releaser", releaser_main, burst);

  count = (count + burst->peer->waits - 1) / burst->peer->waits * burst->peer->waits;
  run_bursts (burst, 1);
  started = bench_now ();
  run_bursts (burst, count);
  took = bench_now () - started;

  g_async_queue_push (burst->turns, burst->turns);
  g_thread_join (thread);
  g_main_context_pop_thread_default (burst->context);
  g_object_unref (burst->object);
  g_async_queue_unref (burst->turns);
  g_main_context_unref (burst->context);
  g_free (burst);
  return (double) took / (double) count;
}

static void
add (const char *parameter, const BenchBurst *peer)
{
  bench_add (&(BenchCase) {
               .workload = "W6", .parameter = parameter, .implementation = peer->name,
               .run = run, .peer = peer, .start_count = 1000,
             });
}

void
bench_add_tasks (void)
{
  add ("event-async", &task_1000);
  add ("event-async", &event_1000);
  add ("receive-async", &task_256);
  add ("receive-async", &channel_256);
}
