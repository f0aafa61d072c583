/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* W12: an empty function is run in another thread, and its answer waited for. The peers are what one
 * writes by hand: a GAsyncQueue there, a GMutex and a GCond back; or, as the runner's thread has a main
 * loop, g_main_context_invoke() there. In "asleep" the caller pauses before each call, so that the other
 * thread has gone to sleep, and what it needs out of the caches; on one core neither can go on before the
 * other sleeps, pause or not. In "awake" it calls without a pause. */

#include "bench.h"

#define PAUSE_US 2000

typedef struct
{
  GMutex   mutex;
  GCond    cond;
  gboolean answered;
} Question;

static gboolean
answer (gpointer data)
{
  Question *question = data;

  g_mutex_lock (&question->mutex);
  question->answered = TRUE;
  g_cond_signal (&question->cond);
  g_mutex_unlock (&question->mutex);
  return G_SOURCE_REMOVE;
}

static gpointer
answer_queue (gpointer queue)
{
  Question *question;

  while ((question = g_async_queue_pop (queue)) != queue)
    answer (question);
  return NULL;
}

static gpointer
answer_loop (gpointer data)
{
  GMainLoop *loop = data;

  g_main_context_push_thread_default (g_main_loop_get_context (loop));
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (g_main_loop_get_context (loop));
  return NULL;
}

static void
ask_queue (gpointer queue, Question *question)
{
  g_async_queue_push (queue, question);
}

static void
ask_loop (gpointer loop, Question *question)
{
  g_main_context_invoke (g_main_loop_get_context (loop), answer, question);
}

static void
ask (void (*put) (gpointer other, Question *question), gpointer other)
{
  Question question = { .answered = FALSE };

  g_mutex_init (&question.mutex);
  g_cond_init (&question.cond);
  put (other, &question);
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
call_queue (gpointer queue)
{
  ask (ask_queue, queue);
}

static void
call_loop (gpointer loop)
{
  ask (ask_loop, loop);
}

static void
call_runner (gpointer runner)
{
  GValue nothing = G_VALUE_INIT;

  if (!ts_runner_call (runner, complete, NULL, NULL, NULL, &nothing, NULL))
    g_error ("The call was not answered");
}

/* How long @count calls take, without the pauses before them. */
static gint64
time_calls (void (*call) (gpointer other), gpointer other, gint64 count, gboolean asleep)
{
  gint64 took = 0;

  for (gint64 i = 0; i < count; i++)
    {
      gint64 started;

      if (asleep)
        g_usleep (PAUSE_US);
      started = bench_now ();
      call (other);
      took += bench_now () - started;
    }
  return took;
}

static double
run_queue (const BenchCase *self, gint64 count)
{
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();
  GThread *thread = g_thread_new ("answers", answer_queue, queue);
  gint64 took = time_calls (call_queue, queue, count, self->capacity != 0);

  g_async_queue_push (queue, queue);
  g_thread_join (thread);
  return (double) took / (double) count;
}

static double
run_loop (const BenchCase *self, gint64 count)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  GThread *thread = g_thread_new ("answers", answer_loop, loop);
  gint64 took;

  while (!g_main_loop_is_running (loop)) /* else it would be answered here */
    g_usleep (100);
  took = time_calls (call_loop, loop, count, self->capacity != 0);
  g_main_loop_quit (loop);
  g_thread_join (thread);
  return (double) took / (double) count;
}

static double
run_runner (const BenchCase *self, gint64 count)
{
  g_autoptr (TsRunner) runner = ts_runner_new ("bench");
  gint64 took;

  call_runner (runner);
  took = time_calls (call_runner, runner, count, self->capacity != 0);
  ts_runner_close (runner);
  return (double) took / (double) count;
}

static void
add (const char *name, BenchFunc run)
{
  bench_add (&(BenchCase) { "W12", "asleep", name, run, .capacity = 1, .fixed_count = 100 });
  bench_add (&(BenchCase) {
               "W12", "asleep@1core", name, run, .start_count = 100, .regime = BENCH_ONE_CORE,
             });
  bench_add (&(BenchCase) { "W12", "awake", name, run, .start_count = 1000 });
}

void
bench_add_calls (void)
{
  add ("GAsyncQueue+GCond", run_queue);
  add ("GMainContext+GCond", run_loop);
  add ("tschan", run_runner);
}
