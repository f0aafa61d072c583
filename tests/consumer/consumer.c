/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <tschan/tschan.h>

static gpointer
set_event (gpointer data)
{
  ts_event_set (data);

  return NULL;
}

int
main (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("setter", set_event, event);
  gboolean done = ts_event_wait (event, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (done);
  g_thread_join (thread);

  return 0;
}
