/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* TS_DEBUG is read once in a process, so each case runs in one of its own. */

#include "ts-test-util.h"

static gboolean
wait_a_moment (gpointer event)
{
  ts_event_wait_until (event, g_get_monotonic_time () + 1000, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
wait_in_main_loop (TsEvent *event)
{
  g_idle_add (wait_a_moment, event);
  ts_test_iterate (NULL);
}

/* Runs this test again as a subprocess, with TS_DEBUG as given. TRUE: this is the subprocess. */
static gboolean
inside (const char *words)
{
  if (g_test_subprocess ())
    return TRUE;
  g_setenv ("TS_DEBUG", words, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_unsetenv ("TS_DEBUG");
  return FALSE;
}

static void
blocking_warns_in_a_main_loop (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();

  if (inside ("blocking"))
    wait_in_main_loop (event);
  else
    {
      g_test_trap_assert_failed (); /* warnings are fatal in tests */
      g_test_trap_assert_stderr ("*TsEvent is about to block a thread that runs a main loop*");
    }
}

static void
blocking_is_silent_where_nothing_blocks (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();

  if (inside ("blocking"))
    {
      wait_a_moment (event); /* no main loop runs here */
      ts_event_set (event);
      wait_in_main_loop (event); /* set already */
    }
  else
    {
      g_test_trap_assert_passed ();
      g_test_trap_assert_stderr_unmatched ("*about to block*");
    }
}

static void
nothing_is_said_unasked (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();

  if (inside ("nothing-of-ours"))
    wait_in_main_loop (event);
  else
    g_test_trap_assert_passed ();
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/debug/blocking-warns-in-a-main-loop", blocking_warns_in_a_main_loop);
  ts_test_add ("/tschan/debug/blocking-is-silent-where-nothing-blocks",
               blocking_is_silent_where_nothing_blocks);
  ts_test_add ("/tschan/debug/nothing-is-said-unasked", nothing_is_said_unasked);

  return g_test_run ();
}
