/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a TsEvent does, by every way to wait for it. */

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "ts-test-waiter.h"

static TsTestWaiter *
start (TsTestRoute route, TsEvent *event, GCancellable *cancellable)
{
  return ts_test_waiter_start (route, &ts_test_event_waitable, event, cancellable);
}

static void
assert_released (TsTestWaiter *waiter)
{
  g_autoptr (GError) error = NULL;
  gboolean released = ts_test_waiter_finish (waiter, &error);

  g_assert_no_error (error);
  g_assert_true (released);
}

static void
assert_cancelled (TsTestWaiter *waiter)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ts_test_waiter_finish (waiter, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* No callback may run inside. */
static void
set_event (TsEvent *event)
{
  ts_test_forbid_callbacks ();
  ts_event_set (event);
  ts_test_allow_callbacks ();
}

static gpointer
set_in_thread (gpointer event)
{
  set_event (event);
  return NULL;
}

static void
set_from_another_thread (TsEvent *event)
{
  ts_test_thread_join (ts_test_thread_new (set_in_thread, event));
}

static void
set_manual_event_lets_through (gconstpointer data)
{
  const TsTestRoute route = GPOINTER_TO_INT (data);
  g_autoptr (TsEvent) event = ts_event_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter;

  ts_event_set (event);
  for (int i = 0; i < 3; i++)
    {
      /* A thread would not block, so it is not started through its route. */
      if (ts_test_route_is_thread (route))
        g_assert_true (ts_event_wait (event, NULL, NULL));
      else
        assert_released (start (route, event, NULL));
      g_assert_true (ts_event_is_set (event));
    }

  ts_event_clear (event);
  g_assert_false (ts_event_is_set (event));
  waiter = start (route, event, NULL);
  g_assert_false (ts_test_waiter_is_over (waiter));
  set_event (event);
  assert_released (waiter);
  ts_test_context_pop (context);
}

static void
set_by_another_thread_releases (gconstpointer data)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  g_autoptr (TsEvent) automatic = ts_event_new_auto_reset ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter = start (GPOINTER_TO_INT (data), event, NULL);

  g_assert_false (ts_test_waiter_is_over (waiter));
  set_from_another_thread (event);
  assert_released (waiter);
  g_assert_true (ts_event_is_set (event));

  waiter = start (GPOINTER_TO_INT (data), automatic, NULL);
  g_assert_false (ts_test_waiter_is_over (waiter));
  set_from_another_thread (automatic);
  assert_released (waiter);
  g_assert_false (ts_event_is_set (automatic));
  ts_test_context_pop (context);
}

static void
deadline_ends_a_wait_and_takes_nothing (void)
{
  g_autoptr (TsEvent) event = ts_event_new_full (TRUE, "dinner");
  g_autoptr (GError) error = NULL;
  const gint64 deadline = g_get_monotonic_time () + 20000;

  g_assert_false (ts_event_wait_until (event, deadline, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, "dinner"));
  g_assert_cmpint (g_get_monotonic_time (), >=, deadline);
  g_assert_false (ts_event_is_set (event));

  /* Nobody is left in the queue to swallow this. */
  ts_event_set (event);
  g_assert_true (ts_event_is_set (event));
}

static void
past_deadline_only_looks (void)
{
  const gint64 deadlines[] = { 0, 1, g_get_monotonic_time () };

  for (guint i = 0; i < G_N_ELEMENTS (deadlines); i++)
    {
      g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
      g_autoptr (GError) error = NULL;

      g_assert_false (ts_event_wait_until (event, deadlines[i], NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
      g_assert_false (ts_event_wait_until (event, deadlines[i], NULL, NULL));

      ts_event_set (event);
      g_assert_true (ts_event_wait_until (event, deadlines[i], NULL, NULL));
      g_assert_false (ts_event_is_set (event));
    }
}

typedef struct
{
  TsEvent *event;
  gint64   deadline;
} FarWait;

static gpointer
wait_far (gpointer data)
{
  FarWait *wait = data;

  ts_test_thread_will_block ();
  g_assert_true (ts_event_wait_until (wait->event, wait->deadline, NULL, NULL));
  return NULL;
}

static void
distant_deadlines_wait (void)
{
  const gint64 deadlines[] = {
    -1, G_MININT64, G_MAXINT64, G_MAXINT64 / 1000, g_get_monotonic_time () + G_MAXINT32,
  };

  for (guint i = 0; i < G_N_ELEMENTS (deadlines); i++)
    {
      FarWait wait = { ts_event_new (), deadlines[i] };
      TsTestThread *thread = ts_test_thread_new (wait_far, &wait);

      ts_test_thread_wait_blocked (thread);
      ts_event_set (wait.event);
      ts_test_thread_join (thread);
      g_object_unref (wait.event);
    }
}

static void
cancelled_before_takes_nothing (gconstpointer data)
{
  const TsTestRoute route = GPOINTER_TO_INT (data);
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GMainContext *context = ts_test_context_push ();

  g_cancellable_cancel (cancellable);
  ts_event_set (event);
  if (ts_test_route_is_thread (route))
    {
      g_assert_false (ts_event_wait_until (event, -1, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_false (ts_event_wait (event, cancellable, NULL));
    }
  else
    {
      assert_cancelled (start (route, event, cancellable));
    }
  g_assert_true (ts_event_is_set (event));
  ts_test_context_pop (context);
}

static void
cancelled_waiter_takes_nothing (gconstpointer data)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *first = start (GPOINTER_TO_INT (data), event, cancellable);
  TsTestWaiter *second = start (GPOINTER_TO_INT (data), event, NULL);

  g_cancellable_cancel (cancellable);
  assert_cancelled (first);
  g_assert_false (ts_test_waiter_is_over (second));
  set_event (event);
  assert_released (second);
  g_assert_false (ts_event_is_set (event));
  ts_test_context_pop (context);
}

static void
one_cancellable_ends_many_waits (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiters[3 * TS_TEST_N_ROUTES];
  guint n = 0;

  for (int route = 0; route < 3 * TS_TEST_N_ROUTES; route++)
    if (ts_test_route_takes_cancellable (route % TS_TEST_N_ROUTES))
      waiters[n++] = start (route % TS_TEST_N_ROUTES, event, cancellable);
  g_cancellable_cancel (cancellable);
  while (n-- > 0)
    assert_cancelled (waiters[n]);

  /* The cancellable may be used again, and nobody is left in the queue. */
  g_cancellable_reset (cancellable);
  ts_event_set (event);
  g_assert_true (ts_event_wait (event, cancellable, NULL));
  ts_test_context_pop (context);
}

static void
each_set_releases_the_next (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiters[3 * TS_TEST_N_ROUTES];
  const guint n = G_N_ELEMENTS (waiters);

  for (guint i = 0; i < n; i++)
    waiters[i] = start (i % TS_TEST_N_ROUTES, event, NULL);
  for (guint i = 0; i < n; i++)
    {
      set_event (event);
      g_assert_false (ts_event_is_set (event));
      ts_test_wait_for (ts_test_waiter_is_over (waiters[i]));
      for (guint later = i + 1; later < n; later++)
        g_assert_false (ts_test_waiter_is_over (waiters[later]));
    }
  for (guint i = 0; i < n; i++)
    assert_released (waiters[i]);
  ts_test_context_pop (context);
}

static void
two_sets_with_nobody_waiting_are_one (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();

  ts_event_set (event);
  ts_event_set (event);
  g_assert_true (ts_event_wait_until (event, 0, NULL, NULL));
  g_assert_false (ts_event_wait_until (event, 0, NULL, NULL));
  ts_event_set (event);
  ts_event_clear (event);
  g_assert_false (ts_event_wait_until (event, 0, NULL, NULL));
}

static void
clear_at_once_takes_nothing_back (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiters[3 * TS_TEST_N_ROUTES];

  for (guint i = 0; i < G_N_ELEMENTS (waiters); i++)
    waiters[i] = start (i % TS_TEST_N_ROUTES, event, NULL);
  set_event (event);
  ts_event_clear (event);
  g_assert_false (ts_event_is_set (event));
  for (guint i = 0; i < G_N_ELEMENTS (waiters); i++)
    assert_released (waiters[i]);
  ts_test_context_pop (context);
}

static void
dropped_waiter_passes_the_release_on (gconstpointer data)
{
  const TsTestRoute route = GPOINTER_TO_INT (data);
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *first = start (route, event, NULL);
  TsTestWaiter *second = start (TS_TEST_ROUTE_PORT, event, NULL);

  set_event (event);
  g_assert_false (ts_test_waiter_is_over (second));
  ts_test_waiter_drop (first);
  assert_released (second);
  g_assert_false (ts_event_is_set (event));

  /* With nobody behind it, the event is set for whoever comes. */
  first = start (route, event, NULL);
  set_event (event);
  g_assert_false (ts_event_is_set (event));
  ts_test_waiter_drop (first);
  g_assert_true (ts_event_is_set (event));
  ts_test_context_pop (context);
}

static void
dropped_waiter_leaves_the_queue (gconstpointer data)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  const TsTestRoute route = GPOINTER_TO_INT (data);
  TsTestWaiter *waiter =
    start (route, event, ts_test_route_takes_cancellable (route) ? cancellable : NULL);

  ts_test_waiter_drop (waiter);
  ts_event_set (event);
  g_assert_true (ts_event_is_set (event));
  ts_test_context_pop (context);
}

static void
pending_wait_keeps_the_event (gconstpointer data)
{
  TsEvent *event = ts_event_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter = start (GPOINTER_TO_INT (data), event, NULL);
  TsTestFate fate;

  ts_test_track (event, &fate);
  g_object_unref (event);
  ts_test_assert_alive (&fate);
  ts_event_set (event); /* alive, though it is nobody's but the wait's */
  assert_released (waiter);
  ts_test_context_pop (context);
  ts_test_assert_finalized (&fate);
}

static void
properties_tell_name_kind_and_state (void)
{
  g_autoptr (TsEvent) event = ts_event_new_full (TRUE, "bell");
  g_autoptr (TsEvent) plain = g_object_new (TS_TYPE_EVENT, NULL);
  g_autofree char *name = NULL;
  gboolean auto_reset, ready;

  ts_event_set (event);
  g_object_get (event, "name", &name, "auto-reset", &auto_reset, "ready", &ready, NULL);
  g_assert_cmpstr (name, ==, "bell");
  g_assert_true (auto_reset);
  g_assert_true (ready);
  g_assert_cmpstr (ts_event_get_name (event), ==, "bell");
  g_assert_true (ts_event_get_auto_reset (event));

  g_assert_null (ts_event_get_name (plain));
  g_assert_false (ts_event_get_auto_reset (plain));
  g_assert_false (ts_event_is_set (plain));
}

static void
do_nothing (int signal_number)
{
}

static gpointer
wait_through_signals (gpointer data)
{
  FarWait *wait = data;
  gboolean released;

  ts_test_thread_will_block ();
  released = ts_event_wait_until (wait->event, wait->deadline, NULL, NULL);
  if (wait->deadline >= 0)
    g_assert_cmpint (g_get_monotonic_time (), >=, wait->deadline);
  g_assert_true (released == (wait->deadline < 0));
  return NULL;
}

static void
storm (TsTestThread *thread, guint signals)
{
  ts_test_thread_wait_blocked (thread);
  for (guint i = 0; i < signals; i++)
    {
      ts_test_thread_kill (thread, SIGUSR1);
      if (i % 16 == 0)
        ts_test_pause ();
    }
}

static void
signals_do_not_end_a_wait (gconstpointer data)
{
  struct sigaction action = { .sa_handler = do_nothing, .sa_flags = GPOINTER_TO_INT (data) };
  struct sigaction before;
  FarWait wait = { ts_event_new (), -1 };
  TsTestThread *thread;

  sigaction (SIGUSR1, &action, &before);
  thread = ts_test_thread_new (wait_through_signals, &wait);
  storm (thread, 500);
  ts_event_set (wait.event);
  ts_test_thread_join (thread);

  ts_event_clear (wait.event);
  wait.deadline = g_get_monotonic_time () + 100000;
  thread = ts_test_thread_new (wait_through_signals, &wait);
  ts_test_thread_wait_blocked (thread);
  while (g_get_monotonic_time () < wait.deadline - 20000)
    ts_test_thread_kill (thread, SIGUSR1);
  ts_test_thread_join (thread);
  sigaction (SIGUSR1, &before, NULL);
  g_object_unref (wait.event);
}

/* At the ends of threads and of the process */

static void
use_at_exit (gpointer data)
{
  TsEvent *event = data;

  ts_event_set (event);
  g_assert_true (ts_event_wait_until (event, 0, NULL, NULL));
  g_assert_false (ts_event_wait_until (event, g_get_monotonic_time () + 100, NULL, NULL));
  ts_event_set (event);
  g_object_unref (event);
}

static GPrivate at_exit = G_PRIVATE_INIT (use_at_exit);

static gpointer
exit_with_event (gpointer event)
{
  g_private_set (&at_exit, g_object_ref (event));
  return NULL;
}

static void
ending_thread_may_use_it (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();

  ts_test_thread_join (ts_test_thread_new (exit_with_event, event));
  g_assert_true (ts_event_is_set (event));
}

static void
process_may_end_with_waits_pending (void)
{
  TsTestWaiter *waiter;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  ts_test_context_push ();
  for (int route = 0; route < TS_TEST_N_ROUTES; route++)
    {
      waiter = start (route, ts_event_new (), NULL);
      g_assert_nonnull (waiter);
    }
#ifdef TS_TEST_ADDRESS_SANITIZER
  _exit (0); /* it would report what is pending */
#else
  exit (0);
#endif
}

static void
add_for_routes (const char *path, GTestDataFunc func, gboolean (*suits) (TsTestRoute))
{
  for (int route = 0; route < TS_TEST_N_ROUTES; route++)
    {
      g_autofree char *full = g_strconcat (path, "/", ts_test_route_name (route), NULL);

      if (suits == NULL || suits (route))
        ts_test_add_data (full, func, GINT_TO_POINTER (route));
    }
}

static gboolean
can_be_dropped_unread (TsTestRoute route)
{
  return !ts_test_route_is_thread (route);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  add_for_routes ("/tschan/event/E01-set-manual-event-lets-through", set_manual_event_lets_through,
                  NULL);
  add_for_routes ("/tschan/event/E02-set-by-another-thread-releases",
                  set_by_another_thread_releases, NULL);
  ts_test_add ("/tschan/event/E03-deadline-ends-a-wait-and-takes-nothing",
               deadline_ends_a_wait_and_takes_nothing);
  ts_test_add ("/tschan/event/E03-past-deadline-only-looks", past_deadline_only_looks);
  ts_test_add ("/tschan/event/E03-distant-deadlines-wait", distant_deadlines_wait);
  add_for_routes ("/tschan/event/E04-cancelled-before-takes-nothing",
                  cancelled_before_takes_nothing, ts_test_route_takes_cancellable);
  add_for_routes ("/tschan/event/E05-cancelled-waiter-takes-nothing",
                  cancelled_waiter_takes_nothing, ts_test_route_takes_cancellable);
  ts_test_add ("/tschan/event/E05-one-cancellable-ends-many-waits", one_cancellable_ends_many_waits);
  if (!ts_test_in_valgrind ()) /* where a thread that waits for its turn looks parked */
    ts_test_add ("/tschan/event/E06-each-set-releases-the-next", each_set_releases_the_next);
  ts_test_add ("/tschan/event/E06-two-sets-with-nobody-waiting-are-one",
               two_sets_with_nobody_waiting_are_one);
  ts_test_add ("/tschan/event/E07-clear-at-once-takes-nothing-back",
               clear_at_once_takes_nothing_back);
  add_for_routes ("/tschan/event/E16-dropped-waiter-passes-the-release-on",
                  dropped_waiter_passes_the_release_on, can_be_dropped_unread);
  add_for_routes ("/tschan/event/E05-dropped-waiter-leaves-the-queue",
                  dropped_waiter_leaves_the_queue, NULL);
  add_for_routes ("/tschan/event/E19-pending-wait-keeps-the-event", pending_wait_keeps_the_event,
                  NULL);
  ts_test_add ("/tschan/event/E21-properties-tell-name-kind-and-state",
               properties_tell_name_kind_and_state);
  ts_test_add ("/tschan/event/ending-thread-may-use-it", ending_thread_may_use_it);
  ts_test_add ("/tschan/event/process-may-end-with-waits-pending",
               process_may_end_with_waits_pending);
  ts_test_add_data ("/tschan/event/signals-do-not-end-a-wait/interrupting",
                    signals_do_not_end_a_wait, GINT_TO_POINTER (0));
  ts_test_add_data ("/tschan/event/signals-do-not-end-a-wait/restarting",
                    signals_do_not_end_a_wait, GINT_TO_POINTER (SA_RESTART));

  return g_test_run ();
}
