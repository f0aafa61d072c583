/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The tests' own tools must be able to fail. */

#include "ts-test-waiter.h"

G_NO_INLINE static gpointer
hang_in_another_thread (gpointer event)
{
  ts_test_thread_will_block ();
  ts_event_wait (event, NULL, NULL);
  return NULL;
}

static void
watchdog_tells_where_threads_hang (void)
{
  if (g_test_subprocess ())
    {
      TsEvent *event = ts_event_new ();
      TsTestThread *thread = ts_test_thread_new (hang_in_another_thread, event);

      ts_test_thread_wait_blocked (thread);
      ts_test_limit_time (0.1);
      ts_test_thread_join (thread);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*watchdog ends /tschan/util/watchdog-tells-where-threads-hang*");
#ifndef TS_TEST_THREAD_SANITIZER /* see FRAMES_PATIENCE in ts-test-util.c */
  g_test_trap_assert_stderr ("*Thread*ts_event_wait*");
#endif
}

static void
callback_in_the_wrong_context_is_noticed (void)
{
  if (g_test_subprocess ())
    {
      GMainContext *context = ts_test_context_push ();

      ts_test_check_callback (g_main_context_default ());
      ts_test_context_pop (context);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
}

static void
object_that_stays_is_noticed (void)
{
  if (g_test_subprocess ())
    {
      TsTestFate fate;

      ts_test_track (ts_event_new (), &fate);
      ts_test_assert_finalized (&fate);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
}

static void
random_numbers_follow_the_seed (void)
{
  g_autoptr (GRand) first = ts_test_rand_new ();
  g_autoptr (GRand) second = ts_test_rand_new ();

  for (int i = 0; i < 10; i++)
    g_assert_cmpuint (g_rand_int (first), ==, g_rand_int (second));
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/util/watchdog-tells-where-threads-hang", watchdog_tells_where_threads_hang);
  ts_test_add ("/tschan/util/callback-in-the-wrong-context-is-noticed",
               callback_in_the_wrong_context_is_noticed);
  ts_test_add ("/tschan/util/object-that-stays-is-noticed", object_that_stays_is_noticed);
  ts_test_add ("/tschan/util/random-numbers-follow-the-seed", random_numbers_follow_the_seed);

  return g_test_run ();
}
