/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A worker reports its progress, and a main loop shows it. The channel has room for one report, and
 * a new one takes the place of the old: the worker never waits, and what is shown is never late. */

#include <tschan/tschan.h>

#define N_REPORTS 100

static int shown;
static int last;

static gpointer
work (gpointer reports)
{
  for (int percent = 1; percent <= N_REPORTS; percent++)
    ts_channel_send_int (reports, percent, NULL, NULL);
  ts_channel_close (reports);
  return NULL;
}

static gboolean
on_report (TsChannel *reports, const GValue *value, gpointer unused)
{
  shown++;
  last = g_value_get_int (value);
  return G_SOURCE_CONTINUE;
}

/* The channel is closed, and the last report has been shown. */
static void
on_end (gpointer loop)
{
  g_main_loop_quit (loop);
}

int
main (void)
{
  g_autoptr (TsChannel) reports =
    ts_channel_new_full (1, G_TYPE_INT, TS_OVERFLOW_DROP_OLDEST, "reports");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GThread *worker = g_thread_new ("worker", work, reports);

  ts_channel_add_watch_full (reports, G_PRIORITY_DEFAULT, on_report, loop, on_end);
  g_main_loop_run (loop);
  g_thread_join (worker);
  g_print ("the last report: %d %%\n", last);
  if (shown + (int) ts_channel_get_dropped (reports) == N_REPORTS)
    g_print ("of %d reports, each was shown or out of date\n", N_REPORTS);
  return 0;
}
