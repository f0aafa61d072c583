/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Six threads, of which a semaphore lets two at a time do the work that must not be overdone. */

#include <tschan/tschan.h>

#define N_JOBS       6
#define N_AT_A_TIME  2

static TsSemaphore *permits;
static int at_once;
static int most;

static void
note_another (void)
{
  int now = g_atomic_int_add (&at_once, 1) + 1;
  int before = g_atomic_int_get (&most);

  while (now > before && !g_atomic_int_compare_and_exchange (&most, before, now))
    before = g_atomic_int_get (&most);
}

static gpointer
work (gpointer unused)
{
  ts_semaphore_acquire (permits, NULL, NULL);
  note_another ();
  g_usleep (5000); /* the work */
  g_atomic_int_add (&at_once, -1);
  ts_semaphore_release (permits, 1, NULL);
  return NULL;
}

int
main (void)
{
  GThread *threads[N_JOBS];

  permits = ts_semaphore_new (N_AT_A_TIME);
  for (int i = 0; i < N_JOBS; i++)
    threads[i] = g_thread_new ("job", work, NULL);
  for (int i = 0; i < N_JOBS; i++)
    g_thread_join (threads[i]);
  if (most <= N_AT_A_TIME)
    g_print ("%d jobs done, never more than %d at once\n", N_JOBS, N_AT_A_TIME);
  g_object_unref (permits);
  return 0;
}
