/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* W6: a thread sends items into a main loop, which gets a callback for each. */

#include "bench.h"
#include "loop.h"

#include <stdatomic.h>

#define ITEMS_START     10000
#define ROUND_TRIPS     5000
#define WARM_UP         100000000 /* nanoseconds: "recently active", and time for the scheduler */
#define FLOOD_MS        700
#define MAX_OUTSTANDING 100000
#define LINE            128 /* bytes that processors hand to each other at once */

static const BenchLoop *const loops[] = {
  &bench_loop_gasync,
  &bench_loop_idle,
  &bench_loop_invoke,
  &bench_loop_tschan,
};

typedef struct
{
  const BenchLoop *peer;
  GMainContext    *context;
  gpointer         way;
  gint64           count;
  gpointer         reply;
  gint64          *samples;

  /* What the loop's thread writes for each item; the line above is read by the sender each time. */
  _Alignas (LINE) gint64 got;
  gint64 sum;
  gint64 ended;
  gint64 last_tick;
  int    n_samples;

  _Alignas (LINE) _Atomic gint64 outstanding;
  _Atomic int stop;
  gint64      started;
} Run;

static void
run_begin (Run *run, const BenchLoop *peer, gint64 count, BenchLoopFunc func)
{
  *run = (Run) { .peer = peer, .count = count };
  run->context = g_main_context_new ();
  g_main_context_acquire (run->context); /* else g_main_context_invoke() would call back in the sender */
  g_main_context_push_thread_default (run->context);
  if (peer != NULL)
    run->way = peer->create (run->context, func, run);
}

static void
run_end (Run *run)
{
  if (run->peer != NULL)
    run->peer->destroy (run->way);
  g_main_context_pop_thread_default (run->context);
  g_main_context_release (run->context);
  g_main_context_unref (run->context);
  g_free (run->samples);
}

/* Throughput */

static void
count_item (gint64 item, gpointer data)
{
  Run *run = data;

  run->sum += item;
  if (++run->got == run->count)
    run->ended = bench_now ();
}

static gpointer
sender_main (gpointer data)
{
  Run *run = data;

  run->started = bench_now ();
  for (gint64 i = 1; i <= run->count; i++)
    run->peer->send (run->way, i);
  return NULL;
}

static double
run_items (const BenchCase *self, gint64 count)
{
  Run run;
  GThread *thread;

  run_begin (&run, self->peer, count, count_item);
  thread = g_thread_new ("sender", sender_main, &run);
  while (run.got < count)
    g_main_context_iteration (run.context, TRUE);
  g_thread_join (thread);
  if (run.sum != count * (count + 1) / 2)
    g_error ("Items were lost");
  run_end (&run);
  return (double) (run.ended - run.started) / (double) count;
}

/* Latency: there, and back by the same library's queue; of a loop that has been at it for a while */

static void
send_back (gint64 item, gpointer data)
{
  Run *run = data;

  run->stop = item > run->count; /* the last one */
  run->peer->reply->send (run->reply, item);
}

static void
ask (Run *run, gint64 item)
{
  run->peer->send (run->way, item);
  run->peer->reply->receive (run->reply);
}

static gpointer
asker_main (gpointer data)
{
  Run *run = data;

  for (gint64 started = bench_now (); bench_now () - started < WARM_UP;)
    ask (run, 1);
  for (gint64 i = 0; i < run->count; i++)
    {
      gint64 started = bench_now ();

      ask (run, i + 1);
      run->samples[i] = bench_now () - started;
    }
  ask (run, run->count + 1);
  return NULL;
}

static double
run_latency (const BenchCase *self, gint64 count)
{
  Run run;
  GThread *thread;
  double result;

  run_begin (&run, self->peer, count, send_back);
  run.samples = g_new (gint64, count);
  run.reply = run.peer->reply->create (-1);
  thread = g_thread_new ("asker", asker_main, &run);
  while (!run.stop)
    g_main_context_iteration (run.context, TRUE);
  g_thread_join (thread);
  result = (double) bench_percentile (run.samples, (int) count, self->capacity);
  run.peer->reply->destroy (run.reply);
  run_end (&run);
  return result;
}

/* A timer of 1 kHz in a loop that is flooded: the times between its ticks, once the two threads have had
 * time to be given a processor each */

static void
drop_item (gint64 item, gpointer data)
{
  ((Run *) data)->outstanding--;
}

static gpointer
flooder_main (gpointer data)
{
  Run *run = data;

  while (!run->stop)
    {
      if (run->outstanding > MAX_OUTSTANDING)
        {
          g_usleep (20);
          continue;
        }
      run->outstanding++;
      run->peer->send (run->way, 1);
    }
  return NULL;
}

static gboolean
on_tick (gpointer data)
{
  Run *run = data;
  gint64 now = bench_now ();

  if (run->last_tick > run->started + WARM_UP && run->n_samples < run->count)
    run->samples[run->n_samples++] = now - run->last_tick;
  run->last_tick = now;
  return G_SOURCE_CONTINUE;
}

/* At most a hundredth of the samples are above the 99th percentile, so that is what @capacity says;
 * 100 stands for the longest. */
static double
run_timer (const BenchCase *self, gint64 count)
{
  Run run;
  GThread *thread = NULL;
  GSource *timer = g_timeout_source_new (1);
  gint64 end = bench_now () + WARM_UP + count * 1000000;
  double result;

  run_begin (&run, self->peer, count, drop_item);
  run.samples = g_new (gint64, count);
  run.started = bench_now ();
  g_source_set_callback (timer, on_tick, &run, NULL);
  g_source_attach (timer, run.context);
  if (run.peer != NULL)
    thread = g_thread_new ("flooder", flooder_main, &run);
  while (bench_now () < end || run.n_samples == 0)
    g_main_context_iteration (run.context, TRUE);
  run.stop = TRUE;
  while (thread != NULL && run.outstanding > 0)
    g_main_context_iteration (run.context, FALSE);
  if (thread != NULL)
    g_thread_join (thread);
  while (thread != NULL && run.outstanding > 0)
    g_main_context_iteration (run.context, FALSE);
  g_source_destroy (timer);
  g_source_unref (timer);
  result = (double) bench_percentile (run.samples, run.n_samples, self->capacity);
  run_end (&run);
  return result;
}

/* The rows */

static void
add (BenchCase bench_case)
{
  bench_case.workload = "W6";
  for (gsize i = 0; i < G_N_ELEMENTS (loops); i++)
    {
      bench_case.implementation = loops[i]->name;
      bench_case.peer = loops[i];
      bench_add (&bench_case);
    }
}

static void
add_timer (const char *parameter, int percent)
{
  BenchCase bench_case = {
    .parameter = parameter, .run = run_timer, .fixed_count = FLOOD_MS, .capacity = percent,
  };

  add (bench_case);
  bench_case.workload = "W6";
  bench_case.implementation = "no flood";
  bench_add (&bench_case);
}

void
bench_add_loops (void)
{
  add ((BenchCase) { .parameter = "items", .run = run_items, .start_count = ITEMS_START });
  add ((BenchCase) {
         .parameter = "latency-p50", .run = run_latency, .fixed_count = ROUND_TRIPS, .capacity = 50,
       });
  add ((BenchCase) {
         .parameter = "latency-p99", .run = run_latency, .fixed_count = ROUND_TRIPS, .capacity = 99,
       });
  add_timer ("timer-p99", 99);
  add_timer ("timer-max", 100);
}
