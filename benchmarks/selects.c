/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* W7: one producer sends into n channels in turns, one consumer selects over them. GLib has no select:
 * its users merge everything into one queue, which is the peer. And what a poll costs that finds
 * nothing, beside trying each channel. */

#include "bench.h"

static gpointer
produce_merged (gpointer data)
{
  gpointer *arguments = data;
  gint64 count = *(gint64 *) arguments[1];

  for (gint64 i = 1; i <= count; i++)
    g_async_queue_push (arguments[0], (gpointer) (guintptr) i);
  return NULL;
}

static double
run_merged (const BenchCase *self, gint64 count)
{
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();
  gpointer arguments[] = { queue, &count };
  gint64 started = bench_now (), took;
  GThread *thread = g_thread_new ("producer", produce_merged, arguments);

  for (gint64 i = 0; i < count; i++)
    g_async_queue_pop (queue);
  took = bench_now () - started;
  g_thread_join (thread);
  return (double) took / (double) count;
}

static gpointer
produce_in_turns (gpointer data)
{
  gpointer *arguments = data;
  GPtrArray *channels = arguments[0];
  gint64 count = *(gint64 *) arguments[1];

  for (gint64 i = 0; i < count; i++)
    ts_channel_send_int64 (g_ptr_array_index (channels, i % channels->len), i, NULL, NULL);
  return NULL;
}

static void
make_channels (GPtrArray *channels, TsSelect *select, int n)
{
  for (int i = 0; i < n; i++)
    {
      TsChannel *channel = ts_channel_new (TS_CHANNEL_UNLIMITED);

      g_ptr_array_add (channels, channel);
      ts_select_add_receive (select, channel);
    }
}

static double
run_select (const BenchCase *self, gint64 count)
{
  g_autoptr (GPtrArray) channels = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (TsSelect) select = ts_select_new ();
  gpointer arguments[] = { channels, &count };
  GValue item = G_VALUE_INIT;
  gint64 started, took;
  GThread *thread;

  make_channels (channels, select, self->capacity);
  started = bench_now ();
  thread = g_thread_new ("producer", produce_in_turns, arguments);
  for (gint64 i = 0; i < count; i++)
    {
      int which = ts_select_wait (select, NULL, NULL);

      if (!ts_select_steal_value (select, which, &item))
        g_error ("No item was received");
    }
  took = bench_now () - started;
  g_thread_join (thread);
  return (double) took / (double) count;
}

static double
run_tries (const BenchCase *self, gint64 count)
{
  g_autoptr (TsChannel) first = ts_channel_new (1), second = ts_channel_new (1);
  GValue item = G_VALUE_INIT;
  gint64 started = bench_now ();

  for (gint64 i = 0; i < count; i++)
    {
      if (ts_channel_try_receive (first, &item, NULL) || ts_channel_try_receive (second, &item, NULL))
        g_error ("There is nothing to receive");
    }
  return (double) (bench_now () - started) / (double) count;
}

static double
run_poll (const BenchCase *self, gint64 count)
{
  g_autoptr (GPtrArray) channels = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (TsSelect) select = ts_select_new ();
  gint64 started;

  make_channels (channels, select, 2);
  started = bench_now ();
  for (gint64 i = 0; i < count; i++)
    {
      if (ts_select_poll (select) >= 0)
        g_error ("There is nothing to receive");
    }
  return (double) (bench_now () - started) / (double) count;
}

void
bench_add_selects (void)
{
  static const struct { const char *parameter; int n; } sizes[] = { { "2", 2 }, { "8", 8 }, { "64", 64 } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      BenchCase row = { "W7", sizes[i].parameter, "GAsyncQueue", run_merged, .capacity = sizes[i].n,
                        .start_count = 100000 };

      bench_add (&row);
      row.implementation = "tschan";
      row.run = run_select;
      bench_add (&row);
    }
  bench_add (&(BenchCase) { "W7", "poll-2", "two try_receive", run_tries, .start_count = 1000000 });
  bench_add (&(BenchCase) { "W7", "poll-2", "tschan", run_poll, .start_count = 1000000 });
}
