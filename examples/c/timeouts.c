/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Two servers are asked. A select takes what comes first: an answer, or the end of our patience. */

#include <tschan/tschan.h>

static gpointer
serve (gpointer reply)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_static_string (&value, "hello");
  ts_future_resolve (reply, &value);
  return NULL;
}

int
main (void)
{
  g_autoptr (TsFuture) first = ts_future_new ();
  g_autoptr (TsFuture) second = ts_future_new (); /* from a server that is down */
  g_autoptr (TsSelect) select = ts_select_new ();
  g_auto (GValue) answer = G_VALUE_INIT;
  GThread *server = g_thread_new ("server", serve, first);
  int on_first = ts_select_add_future (select, first);
  int on_deadline;

  ts_select_add_future (select, second);
  if (ts_select_wait (select, NULL, NULL) == on_first &&
      ts_select_get_value (select, on_first, &answer))
    g_print ("the first server says %s\n", g_value_get_string (&answer));

  ts_select_remove (select, on_first);
  on_deadline = ts_select_add_deadline (select, g_get_monotonic_time () + 50 * 1000);
  if (ts_select_wait (select, NULL, NULL) == on_deadline)
    g_print ("no answer from the second in time\n");
  g_thread_join (server);
  return 0;
}
