/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Three worker threads count prime numbers; a main loop shows each result as it comes, and a clock
 * that never stands still meanwhile. */

#include <tschan/tschan.h>

#define N_WORKERS 3

typedef struct
{
  TsEvent *done;
  GThread *thread;
  guint    from;
  guint    to;
  guint    primes;
} Job;

static guint ticks;
static guint jobs_left = N_WORKERS;

static gboolean
is_prime (guint number)
{
  for (guint i = 2; i * i <= number; i++)
    {
      if (number % i == 0)
        return FALSE;
    }
  return number > 1;
}

/* In the worker's thread. */
static gpointer
work (gpointer data)
{
  Job *job = data;

  for (guint number = job->from; number < job->to; number++)
    job->primes += is_prime (number);
  ts_event_set (job->done);
  return NULL;
}

/* In the main loop. */
static void
on_done (GObject *event, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  Job *job = data;

  if (!ts_event_wait_finish (TS_EVENT (event), result, &error))
    g_error ("%s", error->message);
  g_print ("%u primes from %u to %u; the main loop has ticked %u times\n",
           job->primes, job->from, job->to, ticks);
  jobs_left--;
}

static gboolean
on_tick (gpointer data)
{
  ticks++;
  return G_SOURCE_CONTINUE;
}

int
main (void)
{
  Job jobs[N_WORKERS] = { 0 };

  g_timeout_add (10, on_tick, NULL);
  for (guint i = 0; i < N_WORKERS; i++)
    {
      Job *job = &jobs[i];

      job->from = i * 300000;
      job->to = job->from + 300000;
      job->done = ts_event_new ();
      ts_event_wait_async (job->done, NULL, on_done, job);
      job->thread = g_thread_new ("worker", work, job);
    }
  while (jobs_left > 0)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < N_WORKERS; i++)
    {
      g_thread_join (jobs[i].thread);
      g_object_unref (jobs[i].done);
    }
  return 0;
}
