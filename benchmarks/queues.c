/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* W1 to W5 and W10: items from threads to threads. */

#include "bench.h"
#include "queue.h"

#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

#define MAX_THREADS 8
#define PAIR_CAPACITY 1024
#define FILL 1000

static const BenchQueue *const queues[] = {
  &bench_queue_gasync,
  &bench_queue_cond,
  &bench_queue_tschan,
};

/* W1, W2, W3: some threads send, some receive */

typedef struct
{
  const BenchQueue *peer;
  gpointer          queue;
  gint64            count;
  gint64            sum;
  gint64            started, ended;
} Worker;

static gpointer
producer_main (gpointer data)
{
  Worker *self = data;

  self->started = bench_now ();
  for (gint64 i = 1; i <= self->count; i++)
    self->peer->send (self->queue, i);
  self->ended = bench_now ();
  return NULL;
}

static gpointer
consumer_main (gpointer data)
{
  Worker *self = data;
  gint64 sum = 0;

  self->started = bench_now ();
  for (gint64 i = 0; i < self->count; i++)
    sum += self->peer->receive (self->queue);
  self->sum = sum;
  self->ended = bench_now ();
  return NULL;
}

static gpointer
either_main (gpointer data)
{
  Worker *self = data;

  return self->sum < 0 ? consumer_main (data) : producer_main (data);
}

/* Every item counts, and arrived. */
static double
conclude (const Worker *workers, int n, int producers, gint64 each, gint64 count)
{
  gint64 started = G_MAXINT64, ended = 0, sum = 0;

  for (int i = 0; i < n; i++)
    {
      started = MIN (started, workers[i].started);
      ended = MAX (ended, workers[i].ended);
      sum += workers[i].sum;
    }
  if (sum != producers * (each * (each + 1) / 2))
    g_error ("Items were lost");
  return (double) (ended - started) / (double) count;
}

static double
run_stream (const BenchCase *self, gint64 count)
{
  const BenchQueue *peer = self->peer;
  const int lots = self->producers * self->consumers;
  const int n = self->producers + self->consumers;
  gpointer queue = peer->create (self->capacity), data[2 * MAX_THREADS];
  Worker workers[2 * MAX_THREADS];
  double result;

  count = MAX (count / lots, 1) * lots;
  for (int i = 0; i < n; i++)
    {
      gboolean consumes = i < self->consumers;

      workers[i] = (Worker) {
        .peer = peer,
        .queue = queue,
        .count = count / (consumes ? self->consumers : self->producers),
        .sum = consumes ? -1 : 0,
      };
      data[i] = &workers[i];
    }
  bench_run_threads (either_main, data, n);
  result = conclude (workers, n, self->producers, count / self->producers, count);
  peer->destroy (queue);
  return result;
}

/* W4: one item goes there, and comes back */

typedef struct
{
  const BenchQueue *peer;
  gpointer          there, back;
  gint64            count;
} Player;

static gpointer
pong_main (gpointer data)
{
  Player *self = data;

  for (gint64 i = 0; i < self->count; i++)
    self->peer->send (self->back, self->peer->receive (self->there));
  return NULL;
}

static double
run_ping_pong (const BenchCase *self, gint64 count)
{
  const BenchQueue *peer = self->peer;
  Player player = { peer, peer->create (self->capacity), peer->create (self->capacity), count };
  GThread *thread = g_thread_new ("pong", pong_main, &player);
  gint64 started = bench_now (), took;

  for (gint64 i = 1; i <= count; i++)
    {
      peer->send (player.there, i);
      if (peer->receive (player.back) != i)
        g_error ("The wrong item came back");
    }
  took = bench_now () - started;
  g_thread_join (thread);
  peer->destroy (player.there);
  peer->destroy (player.back);
  return (double) took / (double) count;
}

/* W5: one thread alone, @producers items at a time */

static double
run_alone (const BenchCase *self, gint64 count)
{
  const BenchQueue *peer = self->peer;
  const gint64 batch = self->producers;
  gpointer queue = peer->create (PAIR_CAPACITY);
  gint64 started = bench_now (), took, sum = 0;

  count = (count + batch - 1) / batch * batch;
  for (gint64 i = 0; i < count; i += batch)
    {
      for (gint64 j = 1; j <= batch; j++)
        peer->send (queue, j);
      for (gint64 j = 1; j <= batch; j++)
        sum += peer->receive (queue);
    }
  took = bench_now () - started;
  if (sum != count / batch * (batch * (batch + 1) / 2))
    g_error ("Items were lost");
  peer->destroy (queue);
  return (double) took / (double) count;
}

/* W10: bytes */

static double
run_empty (const BenchCase *self, gint64 count)
{
  const BenchQueue *peer = self->peer;
  gpointer *all = g_new (gpointer, count);
  struct mallinfo2 before, after;
  gint64 used;

  for (int i = 0; i < 64; i++)
    peer->destroy (peer->create (self->capacity));
  before = mallinfo2 ();
  for (gint64 i = 0; i < count; i++)
    all[i] = peer->create (self->capacity);
  after = mallinfo2 ();
  used = (gint64) (after.uordblks + after.hblkhd) - (gint64) (before.uordblks + before.hblkhd);
  for (gint64 i = 0; i < count; i++)
    peer->destroy (all[i]);
  g_free (all);
  return (double) used / (double) count;
}

static double
resident_bytes (void)
{
  long size = 0, resident = 0;
  FILE *file = fopen ("/proc/self/statm", "r");

  if (file == NULL || fscanf (file, "%ld %ld", &size, &resident) != 2)
    g_error ("No /proc/self/statm");
  fclose (file);
  return (double) resident * (double) sysconf (_SC_PAGESIZE);
}

static double
run_item (const BenchCase *self, gint64 count)
{
  const BenchQueue *peer = self->peer;
  gpointer queue = peer->create (-1);
  double before, after;

  for (gint64 i = 1; i <= 64; i++)
    peer->send (queue, i);
  for (gint64 i = 1; i <= 64; i++)
    peer->receive (queue);
  before = resident_bytes ();
  for (gint64 i = 1; i <= count; i++)
    peer->send (queue, i);
  after = resident_bytes ();
  for (gint64 i = 1; i <= count; i++)
    peer->receive (queue);
  peer->destroy (queue);
  return (after - before) / (double) count;
}

/* The rows */

static void
add (BenchCase bench_case, gboolean regimes)
{
  for (gsize i = 0; i < G_N_ELEMENTS (queues); i++)
    {
      /* The first is the peer of the row though it has no capacity: it then runs without. */
      if (i > 0 && !queues[i]->can_have (bench_case.capacity))
        continue;
      bench_case.implementation = queues[i]->name;
      bench_case.peer = queues[i];
      if (regimes)
        bench_add_regimes (&bench_case);
      else
        bench_add (&bench_case);
    }
}

/* What a busy loop of either side, and a processor for each, make possible. */
static void
add_floor (BenchCase bench_case)
{
  bench_case.implementation = bench_queue_slot.name;
  bench_case.peer = &bench_queue_slot;
  if (bench_queue_slot.can_have (bench_case.capacity) && g_get_num_processors () > 1)
    bench_add (&bench_case);
}

static void
add_stream (const char *workload, int capacity, int producers, int consumers, gboolean regimes)
{
  add ((BenchCase) {
         .workload = workload,
         .parameter = capacity < 0 ? "cap=unlimited" : g_strdup_printf ("cap=%d", capacity),
         .run = run_stream,
         .capacity = capacity,
         .producers = producers,
         .consumers = consumers,
         .start_count = 1000,
       }, regimes);
}

static void
add_ping_pong (int capacity)
{
  BenchCase bench_case = {
    .workload = "W4",
    .parameter = g_strdup_printf ("cap=%d", capacity),
    .run = run_ping_pong,
    .capacity = capacity,
    .start_count = 500,
  };

  add (bench_case, TRUE);
  add_floor (bench_case);
}

static void
add_alone (const char *parameter, int batch)
{
  add ((BenchCase) {
         .workload = "W5",
         .parameter = parameter,
         .run = run_alone,
         .capacity = PAIR_CAPACITY,
         .producers = batch,
         .start_count = 10000,
       }, FALSE);
}

static void
add_memory (const char *parameter, BenchFunc run, int capacity, gint64 count)
{
  add ((BenchCase) {
         .workload = "W10",
         .parameter = parameter,
         .run = run,
         .capacity = capacity,
         .fixed_count = count,
       }, FALSE);
}

void
bench_add_queues (void)
{
  static const int capacities[] = { 0, 1, 64, 1024, -1 };

  for (gsize i = 0; i < G_N_ELEMENTS (capacities); i++)
    add_stream ("W1", capacities[i], 1, 1, TRUE);
  add_stream ("W2", 0, 4, 4, TRUE);
  add_stream ("W2", 64, 4, 4, TRUE);
  add_stream ("W2", -1, 4, 4, TRUE);
  add_stream ("W3", 64, 4, 1, FALSE);
  add_stream ("W3", -1, 4, 1, FALSE);
  add_ping_pong (0);
  add_ping_pong (1);
  add_alone ("pair", 1);
  add_alone ("fill", FILL);
  add_memory ("empty", run_empty, 0, 20000);
  add_memory ("empty-64", run_empty, 64, 20000);
  add_memory ("empty-unlimited", run_empty, -1, 20000);
  add_memory ("item", run_item, -1, 1000000);
}
