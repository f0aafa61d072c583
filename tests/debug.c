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

/* Long enough to be about to block, whatever else the machine does. */
static gboolean
wait_a_while (gpointer event)
{
  ts_event_wait_until (event, g_get_monotonic_time () + 3 * G_TIME_SPAN_SECOND, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
do_in_main_loop (GSourceFunc wait, gpointer object)
{
  g_idle_add (wait, object);
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
    do_in_main_loop (wait_a_while, event);
  else
    {
      g_test_trap_assert_failed (); /* warnings are fatal in tests */
      g_test_trap_assert_stderr ("*TsEvent is about to block a thread that runs a main loop*");
    }
}

static gboolean
take (gpointer lock)
{
  ts_lock_acquire_until (lock, g_get_monotonic_time () + 3 * G_TIME_SPAN_SECOND, NULL, NULL);
  return G_SOURCE_REMOVE;
}

/* Whoever has the lock may be a task of this very loop, which cannot go on before the callback is over. */
static void
blocking_warns_of_a_lock_that_is_held (void)
{
  g_autoptr (TsLock) lock = ts_lock_new ();

  if (inside ("blocking"))
    {
      do_in_main_loop (take, lock); /* free */
      do_in_main_loop (take, lock);
    }
  else
    {
      g_test_trap_assert_failed ();
      g_test_trap_assert_stderr ("*TsLock is about to block a thread that runs a main loop*");
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
      do_in_main_loop (wait_a_moment, event); /* set already */
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
    do_in_main_loop (wait_a_moment, event);
  else
    g_test_trap_assert_passed ();
}

static void
help_lists_the_words (void)
{
  if (!inside ("help"))
    {
      g_test_trap_assert_passed ();
      g_test_trap_assert_stderr ("*Supported debug values: blocking leaks stacks trace all help*");
    }
}

/* Trace */

static gpointer
wait_for_event (gpointer event)
{
  ts_test_thread_will_block ();
  ts_event_wait (event, NULL, NULL);
  return NULL;
}

static void
release_a_thread (TsEvent *event)
{
  TsTestThread *thread = ts_test_thread_new (wait_for_event, event);

  ts_test_thread_wait_blocked (thread);
  ts_event_set (event);
  ts_test_thread_join (thread);
}

static void
trace_tells_the_life_of_a_wait (void)
{
  g_autoptr (TsEvent) event = ts_event_new_full (FALSE, "news");

  if (inside ("trace"))
    {
      release_a_thread (event);
      return;
    }
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*tschan *.* TsEvent 0x* \"news\": wait begins\n"
                             "*TsEvent 0x* \"news\": wait waits\n"
                             "*TsEvent 0x* \"news\": set\n"
                             "*TsEvent 0x* \"news\": wait is settled\n"
                             "*TsEvent 0x* \"news\": wait succeeds\n*");
}

static void
use_without_waiting (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (1);
  g_autoptr (TsLock) lock = ts_lock_new ();
  g_autoptr (TsSemaphore) semaphore = ts_semaphore_new (1);
  GValue value = G_VALUE_INIT, number = G_VALUE_INIT;

  g_value_init (&number, G_TYPE_INT);
  ts_channel_send_int (channel, 1, NULL, NULL);
  ts_channel_receive (channel, NULL, &value, NULL);
  ts_channel_try_receive (channel, &value, NULL);
  ts_channel_try_send (channel, &number, NULL);
  ts_channel_try_send (channel, &number, NULL);
  ts_channel_try_receive (channel, &value, NULL);
  ts_channel_close (channel);
  ts_channel_receive (channel, NULL, &value, NULL);
  ts_lock_acquire (lock, NULL, NULL);
  ts_lock_release (lock, NULL);
  ts_semaphore_acquire_until (semaphore, 0, NULL, NULL);
  ts_semaphore_acquire_until (semaphore, 0, NULL, NULL);
  ts_semaphore_release (semaphore, 1, NULL);
}

static void
trace_tells_what_need_not_wait (void)
{
  if (inside ("trace"))
    {
      use_without_waiting ();
      return;
    }
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*TsChannel 0x*: send begins\n"
                             "*TsChannel 0x*: send succeeds\n"
                             "*TsChannel 0x*: receive begins\n"
                             "*TsChannel 0x*: receive succeeds\n"
                             "*TsChannel 0x*: try_receive fails: empty\n"
                             "*TsChannel 0x*: try_send succeeds\n"
                             "*TsChannel 0x*: try_send fails: full\n"
                             "*TsChannel 0x*: try_receive succeeds\n"
                             "*TsChannel 0x*: close\n"
                             "*TsChannel 0x*: receive begins\n"
                             "*TsChannel 0x*: receive fails: closed\n"
                             "*TsLock 0x*: acquire begins\n"
                             "*TsLock 0x*: acquire succeeds\n"
                             "*TsLock 0x*: release\n"
                             "*TsSemaphore 0x*: acquire begins\n"
                             "*TsSemaphore 0x*: acquire succeeds\n"
                             "*TsSemaphore 0x*: acquire begins\n"
                             "*TsSemaphore 0x*: acquire is out of time\n"
                             "*TsSemaphore 0x*: release\n*");
}

static gboolean
take_item (TsChannel *channel, const GValue *value, gpointer data)
{
  return G_SOURCE_REMOVE;
}

static void
wait_in_all_ways (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (1);
  g_autoptr (TsFuture) future = ts_future_new ();
  g_autoptr (TsPort) port = ts_port_new ();

  ts_port_wait_future (port, future);
  ts_future_wait_async (future, NULL, NULL, NULL);
  ts_future_resolve (future, NULL);
  ts_port_close (port);
  ts_channel_add_watch (channel, take_item, NULL);
  ts_test_iterate (NULL);
  ts_channel_send_int (channel, 1, NULL, NULL);
  ts_test_iterate (NULL);
}

static void
trace_tells_of_tasks_ports_and_sources (void)
{
  if (inside ("trace"))
    {
      wait_in_all_ways ();
      return;
    }
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*TsFuture 0x*: wait begins\n"
                             "*TsFuture 0x*: wait waits\n"
                             "*TsFuture 0x*: wait begins\n"
                             "*TsFuture 0x*: wait waits\n"
                             "*TsFuture 0x*: resolve\n"
                             "*TsFuture 0x*: wait is settled\n"
                             "*TsFuture 0x*: wait is settled\n"
                             "*TsPort 0x*: close\n"
                             "*TsFuture 0x*: wait is given up\n"
                             "*TsChannel 0x*: receive waits\n"
                             "*TsFuture 0x*: wait is dropped\n"
                             "*TsChannel 0x*: send begins\n"
                             "*TsChannel 0x*: receive is settled\n"
                             "*TsChannel 0x*: send succeeds\n"
                             "*TsChannel 0x*: receive is dispatched\n"
                             "*TsChannel 0x*: receive succeeds\n*");
}

/* Leaks */

static gpointer left[3]; /* so that no sanitizer takes them for leaked, too */

static void
leave_things_in_use (void)
{
  TsChannel *channel = ts_channel_new_full (4, G_TYPE_INVALID, TS_OVERFLOW_WAIT, "left");
  TsEvent *event = ts_event_new ();
  TsLock *lock = ts_lock_new ();

  ts_channel_send_int (channel, 1, NULL, NULL);
  ts_event_wait_async (event, NULL, NULL, NULL);
  ts_lock_acquire (lock, NULL, NULL);
  left[0] = channel;
  left[1] = lock;
  left[2] = ts_semaphore_new (1); /* of no use to anybody */
  g_object_unref (event);
}

static void
leaks_lists_what_is_in_use_at_exit (void)
{
  if (inside ("leaks"))
    {
      leave_things_in_use ();
      return;
    }
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*tschan: 3 objects are in use at exit:\n"
                             "  TsChannel 0x* \"left\": 1 of 4 items\n"
                             "  TsEvent 0x*: not set, 1 task waits\n"
                             "  TsLock 0x*: held by thread *\n");
  g_test_trap_assert_stderr_unmatched ("*TsSemaphore*");
}

static void
run_nothing (gpointer data)
{
}

static void
leave_nothing_in_use (void)
{
  g_autoptr (TsRunner) runner = ts_runner_new ("worker");
  g_autoptr (TsSelect) select = ts_select_new ();
  g_autoptr (TsLock) lock = ts_lock_new ();
  TsTestAsync async = { 0 };

  ts_runner_invoke (runner, run_nothing, NULL, NULL);
  ts_runner_close (runner);
  ts_lock_acquire (lock, NULL, NULL);
  ts_lock_release (lock, NULL);

  ts_select_add_deadline (select, g_get_monotonic_time () + 1000);
  ts_test_async_begin (&async, select);
  ts_select_wait_async (select, NULL, ts_test_async_callback, &async);
  ts_test_async_end (&async);
  ts_test_async_wait (&async);
  ts_test_async_clear (&async);
}

static void
leaks_is_silent_when_nothing_is (void)
{
  if (inside ("leaks"))
    {
      leave_nothing_in_use ();
      return;
    }
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr_unmatched ("*in use at exit*");
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/debug/blocking-warns-in-a-main-loop", blocking_warns_in_a_main_loop);
  ts_test_add ("/tschan/debug/blocking-warns-of-a-lock-that-is-held", blocking_warns_of_a_lock_that_is_held);
  ts_test_add ("/tschan/debug/blocking-is-silent-where-nothing-blocks",
               blocking_is_silent_where_nothing_blocks);
  ts_test_add ("/tschan/debug/nothing-is-said-unasked", nothing_is_said_unasked);
  ts_test_add ("/tschan/debug/help-lists-the-words", help_lists_the_words);
  ts_test_add ("/tschan/debug/trace-tells-the-life-of-a-wait", trace_tells_the_life_of_a_wait);
  ts_test_add ("/tschan/debug/trace-tells-what-need-not-wait", trace_tells_what_need_not_wait);
  ts_test_add ("/tschan/debug/trace-tells-of-tasks-ports-and-sources",
               trace_tells_of_tasks_ports_and_sources);
  ts_test_add ("/tschan/debug/leaks-lists-what-is-in-use-at-exit", leaks_lists_what_is_in_use_at_exit);
  ts_test_add ("/tschan/debug/leaks-is-silent-when-nothing-is", leaks_is_silent_when_nothing_is);

  return g_test_run ();
}
