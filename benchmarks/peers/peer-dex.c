/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The channels of libdex, for "tschan-bench --peer". Those who wait are fibers, as libdex wants them:
 * who sends on its thread pool, who receives in the main loop. It has no channel that hands over
 * without room. */

#include <libdex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME          "libdex"
#define SLICES        5
#define MAX_SLICES    64
#define PAIR_CAPACITY 1024

typedef struct _Workload Workload;

struct _Workload
{
  const char *name;
  gint64    (*run) (const Workload *self, gint64 count); /* microseconds */
  guint       capacity; /* 0: unlimited */
  gint64      producers;
  gint64      consumers;
};

/* A fiber */
typedef struct
{
  DexChannel *from, *to; /* of those that have both each item goes on */
  gint64      count;
  gint64      sum;
  gint64      started, ended;
  int        *running;
} Actor;

static void
send_item (DexChannel *channel, gint64 item)
{
  g_autoptr (GError) error = NULL;

  if (!dex_await (dex_channel_send (channel, dex_future_new_for_int64 (item)), &error))
    g_error ("%s", error->message);
}

static gint64
receive_item (DexChannel *channel)
{
  g_autoptr (GError) error = NULL;
  gint64 item = dex_await_int64 (dex_channel_receive (channel), &error);

  if (error != NULL)
    g_error ("%s", error->message);
  return item;
}

static DexFuture *
act (gpointer data)
{
  Actor *self = data;

  self->started = g_get_monotonic_time ();
  for (gint64 i = 1; i <= self->count; i++)
    {
      gint64 item = self->from != NULL ? receive_item (self->from) : i;

      self->sum += self->from != NULL ? item : 0;
      if (self->to != NULL)
        send_item (self->to, item);
    }
  self->ended = g_get_monotonic_time ();
  g_atomic_int_add (self->running, -1);
  g_main_context_wakeup (NULL);
  return dex_future_new_true ();
}

static void
spawn (DexScheduler *scheduler, DexFiberFunc func, Actor *actor, int *running)
{
  actor->running = running;
  g_atomic_int_inc (running);
  dex_future_disown (dex_scheduler_spawn (scheduler, 0, func, actor, NULL));
}

static void
wait_for_all (int *running)
{
  while (g_atomic_int_get (running) > 0)
    g_main_context_iteration (NULL, TRUE);
}

static gint64
run_stream (const Workload *self, gint64 count)
{
  const gint64 lots = self->producers * self->consumers;
  g_autofree Actor *actors = g_new0 (Actor, self->producers + self->consumers);
  DexChannel *channel = dex_channel_new (self->capacity);
  gint64 started = G_MAXINT64, ended = 0, sum = 0, each;
  int running = 0;

  count = (count + lots - 1) / lots * lots;
  each = count / self->producers;
  for (gint64 i = 0; i < self->producers + self->consumers; i++)
    {
      const gboolean produces = i < self->producers;

      actors[i].from = produces ? NULL : channel;
      actors[i].to = produces ? channel : NULL;
      actors[i].count = produces ? each : count / self->consumers;
      spawn (produces ? dex_thread_pool_scheduler_get_default () : dex_scheduler_get_default (), act,
             &actors[i], &running);
    }
  wait_for_all (&running);
  for (gint64 i = 0; i < self->producers + self->consumers; i++)
    {
      started = MIN (started, actors[i].started);
      ended = MAX (ended, actors[i].ended);
      sum += actors[i].sum;
    }
  if (sum != self->producers * (each * (each + 1) / 2))
    g_error ("Items were lost");
  dex_unref (channel);
  return ended - started;
}

static DexFuture *
play (gpointer data)
{
  Actor *self = data;

  self->started = g_get_monotonic_time ();
  for (gint64 i = 1; i <= self->count; i++)
    {
      send_item (self->to, i);
      if (receive_item (self->from) != i)
        g_error ("The wrong item came back");
    }
  self->ended = g_get_monotonic_time ();
  g_atomic_int_add (self->running, -1);
  return dex_future_new_true ();
}

static gint64
run_ping_pong (const Workload *self, gint64 count)
{
  DexChannel *there = dex_channel_new (self->capacity), *back = dex_channel_new (self->capacity);
  Actor pong = { .from = there, .to = back, .count = count };
  Actor ping = { .from = back, .to = there, .count = count };
  int running = 0;

  spawn (dex_thread_pool_scheduler_get_default (), act, &pong, &running);
  spawn (dex_scheduler_get_default (), play, &ping, &running);
  wait_for_all (&running);
  dex_unref (there);
  dex_unref (back);
  return ping.ended - ping.started;
}

/* @sum: how many at a time */
static DexFuture *
act_alone (gpointer data)
{
  Actor *self = data;
  const gint64 batch = self->sum;

  self->started = g_get_monotonic_time ();
  for (gint64 i = 0; i < self->count; i += batch)
    {
      for (gint64 j = 0; j < batch; j++)
        send_item (self->to, j);
      for (gint64 j = 0; j < batch; j++)
        receive_item (self->from);
    }
  self->ended = g_get_monotonic_time ();
  g_atomic_int_add (self->running, -1);
  return dex_future_new_true ();
}

static gint64
run_alone (const Workload *self, gint64 count)
{
  DexChannel *channel = dex_channel_new (PAIR_CAPACITY);
  Actor actor = { .from = channel, .to = channel, .count = count, .sum = self->producers };
  int running = 0;

  spawn (dex_scheduler_get_default (), act_alone, &actor, &running);
  wait_for_all (&running);
  dex_unref (channel);
  return actor.ended - actor.started;
}

static const Workload workloads[] = {
  { "W1,cap=1", run_stream, 1, 1, 1 },
  { "W1,cap=64", run_stream, 64, 1, 1 },
  { "W1,cap=1024", run_stream, 1024, 1, 1 },
  { "W1,cap=unlimited", run_stream, 0, 1, 1 },
  { "W2,cap=64", run_stream, 64, 4, 4 },
  { "W2,cap=unlimited", run_stream, 0, 4, 4 },
  { "W3,cap=64", run_stream, 64, 4, 1 },
  { "W3,cap=unlimited", run_stream, 0, 4, 1 },
  { "W4,cap=1", run_ping_pong, 1, 0, 0 },
  { "W5,pair", run_alone, 0, 1, 0 },
  { "W5,fill", run_alone, 0, 1000, 0 },
};

static int
compare (gconstpointer a, gconstpointer b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* How many operations fill a slice of the time, then that many several times: the median. */
static double
measure (const Workload *self, gint64 total)
{
  double values[MAX_SLICES];
  gint64 count = 1000, took, started;
  int n = 0;

  if (total <= 0)
    return (double) self->run (self, count) * 1000 / (double) count;
  while ((took = self->run (self, count)) < total / SLICES / 2)
    count *= took < total / SLICES / 20 ? 8 : 2;
  started = g_get_monotonic_time ();
  do
    values[n++] = (double) self->run (self, count) * 1000 / (double) count;
  while (n < MAX_SLICES && g_get_monotonic_time () - started < total);
  qsort (values, (size_t) n, sizeof *values, compare);
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

int
main (int argc, char **argv)
{
  g_autofree char *wanted = argc == 5 ? g_strdup_printf ("%s,%s", argv[1], argv[2]) : NULL;

  dex_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (workloads); i++)
    if (argc == 2 && strcmp (argv[1], "--list") == 0)
      printf ("%s,%s\n", workloads[i].name, NAME);
    else if (g_strcmp0 (workloads[i].name, wanted) == 0)
      printf ("%.17g\n", measure (&workloads[i], atoll (argv[4]) * 1000));
  return 0;
}
