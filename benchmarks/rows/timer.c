/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A timer in place of a window's frame clock, with its priority. */

#include "rows.h"

#define PRIORITY (G_PRIORITY_HIGH_IDLE + 20) /* that of drawing in GTK */

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer pace)
{
  gint64 due = g_source_get_ready_time (source) + ROWS_FRAME, now = g_get_monotonic_time ();

  callback (pace);
  g_source_set_ready_time (source, MAX (due, now));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_timer (gpointer pace)
{
  rows_pace_tick (pace);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs timer_funcs = { .dispatch = dispatch };

static void
timer_open (RowsPace *pace, gboolean follow)
{
  GSource *timer = g_source_new (&timer_funcs, sizeof (GSource));

  g_source_set_callback (timer, on_timer, pace, NULL);
  g_source_set_priority (timer, PRIORITY);
  g_source_set_ready_time (timer, g_get_monotonic_time () + ROWS_FRAME);
  g_source_attach (timer, NULL);
  g_source_unref (timer);
}

static void
timer_show (GListModel *model)
{
}

const RowsStage rows_stage_timer = { timer_open, timer_show };
