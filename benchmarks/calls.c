/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* W12: an empty function is run in another thread, and its answer waited for. The peer is what one
 * writes by hand: a GAsyncQueue there, a GMutex and a GCond back. In "asleep" the caller pauses before
 * each call, so that the other thread has gone to sleep; in "awake" it calls without a pause. */

#include "bench.h"

#define PAUSE_US 2000

typedef struct
{
  GMutex   mutex;
  GCond    cond;
  gboolean answered;
} Question;

static gpointer
answer (gpointer queue)
{
  Question *question;

  while ((question = g_async_queue_pop (queue)) != queue)
    {
      g_mutex_lock (&question->mutex);
      question->answered = TRUE;
      g_cond_signal (&question->cond);
      g_mutex_unlock (&question->mutex);
    }
  return NULL;
}

static void
ask (GAsyncQueue *queue)
{
  Question question = { .answered = FALSE };

  g_mutex_init (&question.mutex);
  g_cond_init (&question.cond);
  g_async_queue_push (queue, &question);
  g_mutex_lock (&question.mutex);
  while (!question.answered)
    g_cond_wait (&question.cond, &question.mutex);
  g_mutex_unlock (&question.mutex);
  g_cond_clear (&question.cond);
  g_mutex_clear (&question.mutex);
}

static void
complete (TsCall *call, gpointer unused)
{
  ts_call_complete (call, NULL);
}

static void
call (TsRunner *runner)
{
  GValue nothing = G_VALUE_INIT;

  if (!ts_runner_call (runner, complete, NULL, NULL, NULL, &nothing, NULL))
    g_error ("The call was not answered");
}

/* How long @count calls take, without the pauses before them. */
static gint64
time_calls (gboolean by_hand, gpointer other, gint64 count, gboolean asleep)
{
  gint64 took = 0;

  for (gint64 i = 0; i < count; i++)
    {
      gint64 started;

      if (asleep)
        g_usleep (PAUSE_US);
      started = bench_now ();
      if (by_hand)
        ask (other);
      else
        call (other);
      took += bench_now () - started;
    }
  return took;
}

static double
run_by_hand (const BenchCase *self, gint64 count)
{
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();
  GThread *thread = g_thread_new ("answers", answer, queue);
  gint64 took = time_calls (TRUE, queue, count, self->capacity != 0);

  g_async_queue_push (queue, queue);
  g_thread_join (thread);
  return (double) took / (double) count;
}

static double
run_runner (const BenchCase *self, gint64 count)
{
  g_autoptr (TsRunner) runner = ts_runner_new ("bench");
  gint64 took;

  call (runner);
  took = time_calls (FALSE, runner, count, self->capacity != 0);
  ts_runner_close (runner);
  return (double) took / (double) count;
}

void
bench_add_calls (void)
{
  bench_add (&(BenchCase) { "W12", "asleep", "GAsyncQueue+GCond", run_by_hand, .capacity = 1,
                            .fixed_count = 50 });
  bench_add (&(BenchCase) { "W12", "asleep", "tschan", run_runner, .capacity = 1, .fixed_count = 50 });
  bench_add (&(BenchCase) { "W12", "awake", "GAsyncQueue+GCond", run_by_hand, .start_count = 1000 });
  bench_add (&(BenchCase) { "W12", "awake", "tschan", run_runner, .start_count = 1000 });
}
