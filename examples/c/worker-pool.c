/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Three workers square numbers. Each takes the next number when it is ready for it, and who hands
 * them out waits while all are busy. */

#include <tschan/tschan.h>

#define N_WORKERS 3
#define N_JOBS    10

static TsChannel *jobs;
static TsChannel *results;

static gpointer
work (gpointer unused)
{
  g_auto (GValue) job = G_VALUE_INIT;

  while (ts_channel_receive (jobs, NULL, &job, NULL)) /* FALSE: it is closed */
    {
      int number = g_value_get_int (&job);

      ts_channel_send_int (results, number * number, NULL, NULL);
    }
  return NULL;
}

static gpointer
hand_out (gpointer unused)
{
  GThread *workers[N_WORKERS];

  for (int i = 0; i < N_WORKERS; i++)
    workers[i] = g_thread_new ("worker", work, NULL);
  for (int i = 1; i <= N_JOBS; i++)
    ts_channel_send_int (jobs, i, NULL, NULL);
  ts_channel_close (jobs);
  for (int i = 0; i < N_WORKERS; i++)
    g_thread_join (workers[i]);
  ts_channel_close (results);
  return NULL;
}

int
main (void)
{
  g_auto (GValue) result = G_VALUE_INIT;
  GThread *thread;
  int count = 0, sum = 0;

  jobs = ts_channel_new (0);
  results = ts_channel_new (0);
  thread = g_thread_new ("hand-out", hand_out, NULL);
  while (ts_channel_receive (results, NULL, &result, NULL))
    {
      count++;
      sum += g_value_get_int (&result);
    }
  g_thread_join (thread);
  g_print ("%d results, %d in all\n", count, sum);
  g_object_unref (jobs);
  g_object_unref (results);
  return 0;
}
