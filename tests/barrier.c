/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a TsBarrier does, by every way to wait at it. */

#include "ts-test-waiter.h"

#define NO_INDEX G_MAXUINT

static guint last_index; /* of the wait that ended last; by a port it is not known */

static gboolean
wait_blocking (gpointer object, GCancellable *cancellable, GError **error)
{
  guint index = NO_INDEX;
  gboolean success = ts_barrier_wait (object, cancellable, &index, error);

  g_assert_true (success || index == 0);
  return success;
}

static gboolean
wait_until (gpointer object, gint64 deadline, GCancellable *cancellable, GError **error)
{
  return ts_barrier_wait_until (object, deadline, cancellable, NULL, error);
}

static void
wait_async (gpointer object, GCancellable *cancellable, GAsyncReadyCallback callback,
            gpointer user_data)
{
  ts_barrier_wait_async (object, cancellable, callback, user_data);
}

static gboolean
wait_finish (gpointer object, GAsyncResult *result, GError **error)
{
  last_index = NO_INDEX;
  return ts_barrier_wait_finish (object, result, &last_index, error);
}

static gint64
wait_port (TsPort *port, gpointer object)
{
  return ts_port_wait_barrier (port, object);
}

static const TsTestWaitable waitable = {
  .name = "barrier", .wait = wait_blocking, .wait_until = wait_until, .wait_async = wait_async,
  .wait_finish = wait_finish, .wait_port = wait_port,
};

static gboolean
has_route (TsTestRoute route)
{
  return route != TS_TEST_ROUTE_SOURCE && route != TS_TEST_ROUTE_WATCH;
}

static gboolean
can_be_cancelled (TsTestRoute route)
{
  return has_route (route) && ts_test_route_takes_cancellable (route);
}

static gboolean
can_be_dropped_unread (TsTestRoute route)
{
  return has_route (route) && !ts_test_route_is_thread (route);
}

static TsTestWaiter *
start (TsTestRoute route, TsBarrier *barrier, GCancellable *cancellable)
{
  return ts_test_waiter_start (route, &waitable, barrier, cancellable);
}

static void
assert_complete (TsTestWaiter *waiter)
{
  g_autoptr (GError) error = NULL;
  gboolean complete = ts_test_waiter_finish (waiter, &error);

  g_assert_no_error (error);
  g_assert_true (complete);
}

static void
assert_cancelled (TsTestWaiter *waiter)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ts_test_waiter_finish (waiter, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
assert_broken (TsTestWaiter *waiter)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ts_test_waiter_finish (waiter, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_CLOSED);
}

static guint
start_all_routes (TsBarrier *barrier, TsTestWaiter **waiters)
{
  guint n = 0;

  for (int route = 0; route < TS_TEST_N_ROUTES; route++)
    if (has_route (route))
      waiters[n++] = start (route, barrier, NULL);
  return n;
}

/* Whether one more makes it complete, and which index that one gets. */
static gboolean
arrive_as_last (TsBarrier *barrier, guint *index)
{
  g_autoptr (GError) error = NULL;

  if (ts_barrier_wait_until (barrier, 0, NULL, index, &error))
    return TRUE;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpuint (*index, ==, 0);
  return FALSE;
}

static void
last_to_arrive_lets_all_go (void)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new (5);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiters[TS_TEST_N_ROUTES];

  for (int round = 0; round < 3; round++)
    {
      guint n = start_all_routes (barrier, waiters);
      guint index = NO_INDEX;

      g_assert_cmpuint (n, ==, 4);
      g_assert_cmpuint (ts_barrier_get_waiting (barrier), ==, n);
      for (guint i = 0; i < n; i++)
        g_assert_false (ts_test_waiter_is_over (waiters[i]));
      g_assert_true (arrive_as_last (barrier, &index));
      g_assert_cmpuint (index, ==, n);
      g_assert_cmpuint (ts_barrier_get_waiting (barrier), ==, 0);
      for (guint i = 0; i < n; i++)
        assert_complete (waiters[i]);
    }
  ts_test_context_pop (context);
}

static void
each_kind_may_be_the_last (gconstpointer data)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new (2);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *first = start (TS_TEST_ROUTE_ASYNC, barrier, NULL);

  if (ts_test_route_is_thread (GPOINTER_TO_INT (data)))
    g_assert_true (wait_blocking (barrier, NULL, NULL));
  else
    assert_complete (start (GPOINTER_TO_INT (data), barrier, NULL));
  assert_complete (first);
  g_assert_cmpuint (last_index, ==, 0);
  ts_test_context_pop (context);
}

static void
indices_are_in_order_of_arrival (void)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new (5);
  g_autoptr (TsPort) port = ts_port_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *tasks[3];
  gint64 token;
  GValue value = G_VALUE_INIT;

  tasks[0] = start (TS_TEST_ROUTE_ASYNC, barrier, NULL);
  tasks[1] = start (TS_TEST_ROUTE_ASYNC, barrier, NULL);
  token = ts_port_wait_barrier (port, barrier);
  tasks[2] = start (TS_TEST_ROUTE_ASYNC, barrier, NULL);
  g_assert_true (ts_barrier_wait (barrier, NULL, NULL, NULL));

  assert_complete (tasks[2]);
  g_assert_cmpuint (last_index, ==, 3);
  assert_complete (tasks[0]);
  g_assert_cmpuint (last_index, ==, 0);
  assert_complete (tasks[1]);
  g_assert_cmpuint (last_index, ==, 1);
  g_assert_cmpint (ts_port_next_ready (port), ==, token);
  g_assert_true (ts_port_finish (port, token, &value, NULL));
  g_assert_cmpuint (g_value_get_uint (&value), ==, 2);
  ts_test_context_pop (context);
}

static void
one_party_never_waits (void)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new (1);
  guint index = NO_INDEX;

  for (int i = 0; i < 3; i++)
    {
      g_assert_true (ts_barrier_wait (barrier, NULL, &index, NULL));
      g_assert_cmpuint (index, ==, 0);
    }
}

/* Of a task: before its main loop has heard of it. */
static void
cancelled_waiter_has_not_come (gconstpointer data)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new (3);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *first = start (GPOINTER_TO_INT (data), barrier, cancellable);
  TsTestWaiter *second = start (TS_TEST_ROUTE_ASYNC, barrier, NULL);
  guint index;

  g_cancellable_cancel (cancellable);
  g_assert_false (arrive_as_last (barrier, &index));
  g_assert_cmpuint (ts_barrier_get_waiting (barrier), ==, 1);
  assert_cancelled (first);
  g_assert_false (ts_test_waiter_is_over (second));

  first = start (TS_TEST_ROUTE_PORT, barrier, NULL);
  g_assert_true (arrive_as_last (barrier, &index));
  assert_complete (second);
  g_assert_cmpuint (last_index, ==, 0);
  assert_complete (first);
  ts_test_context_pop (context);
}

static void
cancelled_before_has_not_come (gconstpointer data)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new (2);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *first = start (TS_TEST_ROUTE_PORT, barrier, NULL);

  g_cancellable_cancel (cancellable);
  if (ts_test_route_is_thread (GPOINTER_TO_INT (data)))
    {
      g_assert_false (wait_blocking (barrier, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  else
    {
      assert_cancelled (start (GPOINTER_TO_INT (data), barrier, cancellable));
    }
  g_assert_false (ts_test_waiter_is_over (first));
  g_assert_cmpuint (ts_barrier_get_waiting (barrier), ==, 1);
  ts_test_waiter_drop (first);
  g_assert_cmpuint (ts_barrier_get_waiting (barrier), ==, 0);
  ts_test_context_pop (context);
}

static void
cancelling_later_takes_nothing_back (gconstpointer data)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new (2);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter = start (GPOINTER_TO_INT (data), barrier, cancellable);

  g_assert_true (ts_barrier_wait (barrier, NULL, NULL, NULL));
  g_cancellable_cancel (cancellable);
  assert_complete (waiter);
  ts_test_context_pop (context);
}

static void
late_waiter_has_not_come (void)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new_full (2, "start line");
  g_autoptr (GError) error = NULL;
  const gint64 deadline = g_get_monotonic_time () + 10000;
  guint index = NO_INDEX;

  g_assert_false (ts_barrier_wait_until (barrier, deadline, NULL, &index, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, "start line"));
  g_assert_cmpint (g_get_monotonic_time (), >=, deadline);
  g_assert_cmpuint (index, ==, 0);
  g_assert_cmpuint (ts_barrier_get_waiting (barrier), ==, 0);
  g_assert_false (arrive_as_last (barrier, &index));
}

static void
dropped_waiter_has_not_come (gconstpointer data)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new (2);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  const TsTestRoute route = GPOINTER_TO_INT (data);
  TsTestWaiter *waiter = start (route, barrier, can_be_cancelled (route) ? cancellable : NULL);
  guint index;

  ts_test_waiter_drop (waiter);
  g_assert_cmpuint (ts_barrier_get_waiting (barrier), ==, 0);
  g_assert_false (arrive_as_last (barrier, &index));
  ts_test_context_pop (context);
}

static void
dropped_result_changes_nothing (gconstpointer data)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new (3);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *dropped = start (GPOINTER_TO_INT (data), barrier, NULL);
  TsTestWaiter *other = start (TS_TEST_ROUTE_PORT, barrier, NULL);
  guint index;

  g_assert_true (arrive_as_last (barrier, &index));
  ts_test_waiter_drop (dropped);
  assert_complete (other);
  g_assert_cmpuint (ts_barrier_get_waiting (barrier), ==, 0);
  g_assert_false (arrive_as_last (barrier, &index));
  ts_test_context_pop (context);
}

static void
lost_context_has_not_come (void)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new (2);
  GMainContext *context = ts_test_context_push ();
  TsTestAsync async = { 0 };
  guint index;

  ts_barrier_wait_async (barrier, NULL, ts_test_async_callback, &async);
  ts_test_context_pop (context);
  g_assert_cmpuint (ts_barrier_get_waiting (barrier), ==, 0);
  g_assert_false (arrive_as_last (barrier, &index));
  g_assert_cmpint (atomic_load (&async.calls), ==, 0);
}

static void
abort_sends_everyone_away (void)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new_full (5, "start line");
  g_autoptr (GError) error = NULL;
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiters[TS_TEST_N_ROUTES];
  guint n = start_all_routes (barrier, waiters);
  guint index = NO_INDEX;

  g_assert_false (ts_barrier_is_broken (barrier));
  ts_test_forbid_callbacks ();
  ts_barrier_abort (barrier);
  ts_barrier_abort (barrier);
  ts_test_allow_callbacks ();
  g_assert_true (ts_barrier_is_broken (barrier));
  while (n-- > 0)
    assert_broken (waiters[n]);

  g_assert_false (ts_barrier_wait (barrier, NULL, &index, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_CLOSED);
  g_assert_nonnull (strstr (error->message, "start line"));
  g_assert_cmpuint (index, ==, 0);
  assert_broken (start (TS_TEST_ROUTE_ASYNC, barrier, NULL));
  assert_broken (start (TS_TEST_ROUTE_PORT, barrier, NULL));

  ts_barrier_reset (barrier);
  g_assert_false (ts_barrier_is_broken (barrier));
  n = start_all_routes (barrier, waiters);
  g_assert_true (arrive_as_last (barrier, &index));
  while (n-- > 0)
    assert_complete (waiters[n]);
  ts_test_context_pop (context);
}

static void
reset_starts_over (void)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new (5);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiters[TS_TEST_N_ROUTES];
  guint n = start_all_routes (barrier, waiters);
  guint index;

  ts_barrier_reset (barrier);
  g_assert_false (ts_barrier_is_broken (barrier));
  g_assert_false (arrive_as_last (barrier, &index));
  while (n-- > 0)
    assert_broken (waiters[n]);
  n = start_all_routes (barrier, waiters);
  g_assert_true (arrive_as_last (barrier, &index));
  while (n-- > 0)
    assert_complete (waiters[n]);
  ts_test_context_pop (context);
}

/* Those who were let go are out, though they have not run yet. */
static void
reset_does_not_touch_a_complete_round (gconstpointer data)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new (2);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter = start (GPOINTER_TO_INT (data), barrier, NULL);

  g_assert_true (ts_barrier_wait (barrier, NULL, NULL, NULL));
  ts_barrier_reset (barrier);
  ts_barrier_abort (barrier);
  assert_complete (waiter);
  ts_test_context_pop (context);
}

static void
pending_wait_keeps_the_barrier (gconstpointer data)
{
  TsBarrier *barrier = ts_barrier_new (2);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter = start (GPOINTER_TO_INT (data), barrier, NULL);
  TsTestFate fate;

  ts_test_track (barrier, &fate);
  g_object_unref (barrier);
  ts_test_assert_alive (&fate);
  g_assert_true (ts_barrier_wait (barrier, NULL, NULL, NULL));
  assert_complete (waiter);
  ts_test_context_pop (context);
  ts_test_assert_finalized (&fate);
}

static void
properties_tell_parties_state_and_name (void)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new_full (3, "lunch");
  g_autoptr (TsBarrier) plain = g_object_new (TS_TYPE_BARRIER, NULL);
  g_autofree char *name = NULL;
  gboolean broken;
  guint parties, waiting;
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter = start (TS_TEST_ROUTE_PORT, barrier, NULL);

  g_object_get (barrier, "name", &name, "parties", &parties, "waiting", &waiting, "broken", &broken,
                NULL);
  g_assert_cmpstr (name, ==, "lunch");
  g_assert_cmpuint (parties, ==, 3);
  g_assert_cmpuint (waiting, ==, 1);
  g_assert_false (broken);
  g_assert_cmpstr (ts_barrier_get_name (barrier), ==, "lunch");
  g_assert_cmpuint (ts_barrier_get_parties (barrier), ==, 3);
  ts_test_waiter_drop (waiter);
  ts_barrier_abort (barrier);
  g_object_get (barrier, "waiting", &waiting, "broken", &broken, NULL);
  g_assert_cmpuint (waiting, ==, 0);
  g_assert_true (broken);

  g_assert_null (ts_barrier_get_name (plain));
  g_assert_cmpuint (ts_barrier_get_parties (plain), ==, 1);
  ts_test_context_pop (context);
}

static void
add_for_routes (const char *name, GTestDataFunc func, gboolean (*suits) (TsTestRoute))
{
  for (int route = 0; route < TS_TEST_N_ROUTES; route++)
    {
      g_autofree char *path =
        g_strjoin ("/", "/tschan/barrier", name, ts_test_route_name (route), NULL);

      if (suits (route))
        ts_test_add_data (path, func, GINT_TO_POINTER (route));
    }
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/barrier/last-to-arrive-lets-all-go", last_to_arrive_lets_all_go);
  add_for_routes ("each-kind-may-be-the-last", each_kind_may_be_the_last, has_route);
  ts_test_add ("/tschan/barrier/indices-are-in-order-of-arrival", indices_are_in_order_of_arrival);
  ts_test_add ("/tschan/barrier/one-party-never-waits", one_party_never_waits);
  add_for_routes ("cancelled-waiter-has-not-come", cancelled_waiter_has_not_come,
                  can_be_cancelled);
  add_for_routes ("cancelled-before-has-not-come", cancelled_before_has_not_come,
                  can_be_cancelled);
  add_for_routes ("cancelling-later-takes-nothing-back", cancelling_later_takes_nothing_back,
                  can_be_cancelled);
  ts_test_add ("/tschan/barrier/late-waiter-has-not-come", late_waiter_has_not_come);
  add_for_routes ("dropped-waiter-has-not-come", dropped_waiter_has_not_come, has_route);
  add_for_routes ("dropped-result-changes-nothing", dropped_result_changes_nothing,
                  can_be_dropped_unread);
  ts_test_add ("/tschan/barrier/lost-context-has-not-come", lost_context_has_not_come);
  ts_test_add ("/tschan/barrier/abort-sends-everyone-away", abort_sends_everyone_away);
  ts_test_add ("/tschan/barrier/reset-starts-over", reset_starts_over);
  add_for_routes ("reset-does-not-touch-a-complete-round", reset_does_not_touch_a_complete_round,
                  has_route);
  add_for_routes ("pending-wait-keeps-the-barrier", pending_wait_keeps_the_barrier, has_route);
  ts_test_add ("/tschan/barrier/properties-tell-parties-state-and-name",
               properties_tell_parties_state_and_name);

  return g_test_run ();
}
