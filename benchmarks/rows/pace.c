/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "rows.h"

#include <stdio.h>

void
rows_pace_begin (RowsPace *self)
{
  if (self->gaps == NULL)
    self->gaps = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_set_size (self->gaps, 0);
  self->last = 0;
}

void
rows_pace_tick (RowsPace *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 gap = now - self->last;

  if (self->last != 0)
    g_array_append_val (self->gaps, gap);
  self->last = now;
}

void
rows_pace_report (RowsPace *self, const char *when)
{
  printf ("%s", when);
  for (guint i = 0; i < self->gaps->len; i++)
    printf (" %.2f", (double) g_array_index (self->gaps, gint64, i) / 1000);
  printf ("\n");
}
