/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a TsCondition does, by every way to wait for it. Each way begins with acquiring the lock, and
 * leaves it held. */

#include "ts-test-waiter.h"

static TsLock *
lock_of (gpointer condition)
{
  return ts_condition_get_lock (condition);
}

static void
acquire (gpointer condition)
{
  g_assert_true (ts_lock_acquire (lock_of (condition), NULL, NULL));
}

static void
release (gpointer condition)
{
  ts_test_forbid_callbacks ();
  g_assert_true (ts_lock_release (lock_of (condition), NULL));
  ts_test_allow_callbacks ();
}

static gboolean
wait_blocking (gpointer object, GCancellable *cancellable, GError **error)
{
  acquire (object);
  return ts_condition_wait (object, cancellable, error);
}

static gboolean
wait_until (gpointer object, gint64 deadline, GCancellable *cancellable, GError **error)
{
  acquire (object);
  return ts_condition_wait_until (object, deadline, cancellable, error);
}

static void
wait_async (gpointer object, GCancellable *cancellable, GAsyncReadyCallback callback,
            gpointer user_data)
{
  acquire (object);
  ts_condition_wait_async (object, cancellable, callback, user_data);
}

static gboolean
wait_finish (gpointer object, GAsyncResult *result, GError **error)
{
  return ts_condition_wait_finish (object, result, error);
}

static gint64
wait_port (TsPort *port, gpointer object)
{
  acquire (object);
  return ts_port_wait_condition (port, object);
}

static const TsTestWaitable waitable = {
  .name = "condition", .wait = wait_blocking, .wait_until = wait_until, .wait_async = wait_async,
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
start (TsTestRoute route, TsCondition *condition, GCancellable *cancellable)
{
  TsTestWaiter *waiter = ts_test_waiter_start (route, &waitable, condition, cancellable);

  g_assert_false (ts_test_waiter_is_over (waiter));
  return waiter;
}

/* And leaves the lock to others. */
static void
assert_notified (TsTestWaiter *waiter, TsCondition *condition)
{
  g_autoptr (GError) error = NULL;
  gboolean notified = ts_test_waiter_finish (waiter, &error);

  g_assert_no_error (error);
  g_assert_true (notified);
  release (condition);
}

static void
assert_cancelled (TsTestWaiter *waiter, TsCondition *condition)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ts_test_waiter_finish (waiter, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  release (condition);
}

static void
notify (TsCondition *condition, guint n)
{
  acquire (condition);
  ts_test_forbid_callbacks ();
  if (n == 1)
    g_assert_true (ts_condition_notify_one (condition, NULL));
  else
    g_assert_true (ts_condition_notify_many (condition, n, NULL));
  ts_test_allow_callbacks ();
  release (condition);
}

static void
assert_free (TsCondition *condition)
{
  g_assert_false (ts_lock_is_held (lock_of (condition)));
}

static void
notified_waiter_has_the_lock (gconstpointer data)
{
  g_autoptr (TsCondition) condition = ts_condition_new (NULL);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter = start (GPOINTER_TO_INT (data), condition, NULL);

  assert_free (condition);
  acquire (condition);
  g_assert_true (ts_condition_notify_one (condition, NULL));
  g_assert_false (ts_test_waiter_is_over (waiter));
  release (condition);
  g_assert_true (ts_lock_is_held (lock_of (condition)));
  assert_notified (waiter, condition);
  assert_free (condition);
  ts_test_context_pop (context);
}

static void
notification_wakes_as_many_as_it_says (void)
{
  g_autoptr (TsCondition) condition = ts_condition_new (NULL);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiters[3 * TS_TEST_N_ROUTES];
  guint n = 0, done = 0;

  for (guint i = 0; i < G_N_ELEMENTS (waiters); i++)
    if (has_route (i % TS_TEST_N_ROUTES))
      waiters[n++] = start (i % TS_TEST_N_ROUTES, condition, NULL);
  for (guint count = 0; done < n; count++)
    {
      guint end = MIN (n, done + count);

      notify (condition, count);
      for (; done < end; done++)
        assert_notified (waiters[done], condition);
      assert_free (condition);
      for (guint i = end; i < n; i++)
        g_assert_false (ts_test_waiter_is_over (waiters[i]));
    }
  ts_test_context_pop (context);
}

static void
notification_of_all_is_not_for_those_who_come_later (void)
{
  g_autoptr (TsCondition) condition = ts_condition_new (NULL);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiters[TS_TEST_N_ROUTES], *late;
  guint n = 0;

  for (int route = 0; route < TS_TEST_N_ROUTES; route++)
    if (has_route (route))
      waiters[n++] = start (route, condition, NULL);
  acquire (condition);
  g_assert_true (ts_condition_notify_all (condition, NULL));
  release (condition);
  for (guint i = 0; i < n; i++)
    assert_notified (waiters[i], condition);

  notify (condition, 3); /* with nobody there: not for later */
  late = start (TS_TEST_ROUTE_PORT, condition, NULL);
  g_assert_false (ts_test_waiter_is_over (late));
  notify (condition, 1);
  assert_notified (late, condition);
  ts_test_context_pop (context);
}

static void
notified_waiter_has_its_turn_behind_those_who_want_the_lock (gconstpointer data)
{
  g_autoptr (TsCondition) condition = ts_condition_new (NULL);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter = start (GPOINTER_TO_INT (data), condition, NULL);
  TsTestWaiter *before, *after;

  acquire (condition);
  before = ts_test_waiter_start (TS_TEST_ROUTE_PORT, &ts_test_lock_waitable, lock_of (condition),
                                 NULL);
  g_assert_true (ts_condition_notify_one (condition, NULL));
  after = ts_test_waiter_start (TS_TEST_ROUTE_PORT, &ts_test_lock_waitable, lock_of (condition),
                                NULL);
  release (condition);
  g_assert_false (ts_test_waiter_is_over (waiter));
  assert_notified (before, condition);
  g_assert_false (ts_test_waiter_is_over (after));
  assert_notified (waiter, condition);
  assert_notified (after, condition);
  assert_free (condition);
  ts_test_context_pop (context);
}

static void
assert_not_held (gboolean success, GError **error)
{
  g_assert_false (success);
  g_assert_error (*error, TS_ERROR, TS_ERROR_NOT_HELD);
  g_assert_nonnull (strstr ((*error)->message, "toolbox"));
  g_clear_error (error);
}

static void
without_the_lock_nothing_goes (void)
{
  g_autoptr (TsCondition) condition = ts_condition_new_full (NULL, "toolbox");
  g_autoptr (TsPort) port = ts_port_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestAsync async = { 0 };
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gint64 token;

  assert_not_held (ts_condition_wait (condition, NULL, &error), &error);
  assert_not_held (ts_condition_wait_until (condition, 0, NULL, &error), &error);
  assert_not_held (ts_condition_notify_one (condition, &error), &error);
  assert_not_held (ts_condition_notify_all (condition, &error), &error);
  assert_not_held (ts_condition_notify_many (condition, 0, &error), &error);
  g_assert_false (ts_condition_wait (condition, NULL, NULL));

  ts_test_async_begin (&async, condition);
  ts_condition_wait_async (condition, NULL, ts_test_async_callback, &async);
  ts_test_async_end (&async);
  ts_test_async_wait (&async);
  assert_not_held (ts_condition_wait_finish (condition, async.result, &error), &error);
  ts_test_async_clear (&async);

  token = ts_port_wait_condition (port, condition);
  g_assert_cmpint (ts_port_next_ready (port), ==, token);
  assert_not_held (ts_port_finish (port, token, &value, &error), &error);
  g_value_unset (&value);

  assert_free (condition);
  ts_test_context_pop (context);
}

static void
cancelled_before_keeps_the_lock (gconstpointer data)
{
  g_autoptr (TsCondition) condition = ts_condition_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter;

  g_cancellable_cancel (cancellable);
  if (ts_test_route_is_thread (GPOINTER_TO_INT (data)))
    {
      g_assert_false (wait_blocking (condition, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      release (condition);
    }
  else
    {
      waiter = ts_test_waiter_start (GPOINTER_TO_INT (data), &waitable, condition, cancellable);
      g_assert_true (ts_lock_is_held (lock_of (condition)));
      assert_cancelled (waiter, condition);
    }
  assert_free (condition);
  ts_test_context_pop (context);
}

static void
cancelled_waiter_has_the_lock (gconstpointer data)
{
  g_autoptr (TsCondition) condition = ts_condition_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter = start (GPOINTER_TO_INT (data), condition, cancellable);

  g_cancellable_cancel (cancellable);
  assert_cancelled (waiter, condition);
  assert_free (condition);

  /* Somebody else has it. */
  g_cancellable_reset (cancellable);
  waiter = start (GPOINTER_TO_INT (data), condition, cancellable);
  acquire (condition);
  g_cancellable_cancel (cancellable);
  for (int i = 0; i < 3; i++)
    g_assert_false (ts_test_waiter_is_over (waiter));
  release (condition);
  assert_cancelled (waiter, condition);
  assert_free (condition);
  ts_test_context_pop (context);
}

static void
cancelled_waiter_takes_no_notification (gconstpointer data)
{
  g_autoptr (TsCondition) condition = ts_condition_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *first, *second;

  first = start (GPOINTER_TO_INT (data), condition, cancellable);
  second = start (TS_TEST_ROUTE_PORT, condition, NULL);
  acquire (condition);
  g_cancellable_cancel (cancellable);
  g_assert_true (ts_condition_notify_one (condition, NULL));
  release (condition);
  if (ts_test_route_is_thread (GPOINTER_TO_INT (data)))
    {
      /* Either of them was first in the lock's queue. */
      ts_test_wait_for (ts_test_waiter_is_over (first) || ts_test_waiter_is_over (second));
      if (ts_test_waiter_is_over (first))
        {
          assert_cancelled (first, condition);
          assert_notified (second, condition);
        }
      else
        {
          assert_notified (second, condition);
          assert_cancelled (first, condition);
        }
    }
  else
    {
      assert_notified (second, condition);
      assert_cancelled (first, condition);
    }
  assert_free (condition);
  ts_test_context_pop (context);
}

static void
cancelling_later_takes_nothing_back (gconstpointer data)
{
  g_autoptr (TsCondition) condition = ts_condition_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter = start (GPOINTER_TO_INT (data), condition, cancellable);

  acquire (condition);
  g_assert_true (ts_condition_notify_one (condition, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_false (ts_test_waiter_is_over (waiter));
  release (condition);
  assert_notified (waiter, condition);
  ts_test_context_pop (context);
}

typedef struct
{
  TsCondition *condition;
  gint64       deadline;
  _Atomic int  over;
} LateWait;

static gpointer
wait_too_long (gpointer data)
{
  LateWait *self = data;
  g_autoptr (GError) error = NULL;

  ts_test_thread_will_block ();
  g_assert_false (wait_until (self->condition, self->deadline, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time (), >=, self->deadline);
  atomic_store (&self->over, TRUE);
  release (self->condition);
  return NULL;
}

/* Returns with the lock held, while the thread waits: with more time, should the machine be too slow. */
static TsTestThread *
start_late_wait (LateWait *late, TsCondition *condition)
{
  for (gint64 patience = 50000;; patience *= 2)
    {
      TsTestThread *thread;

      *late = (LateWait) { condition, g_get_monotonic_time () + patience, FALSE };
      thread = ts_test_thread_new (wait_too_long, late);
      ts_test_thread_wait_blocked (thread);
      acquire (condition);
      if (!atomic_load (&late->over))
        return thread;
      release (condition);
      ts_test_thread_join (thread);
    }
}

static void
late_waiter_has_the_lock (void)
{
  g_autoptr (TsCondition) condition = ts_condition_new_full (NULL, "toolbox");
  g_autoptr (GError) error = NULL;
  LateWait late = { condition, g_get_monotonic_time () + 10000, FALSE };
  TsTestThread *thread;

  ts_test_thread_join (ts_test_thread_new (wait_too_long, &late));
  assert_free (condition);

  thread = start_late_wait (&late, condition);
  while (g_get_monotonic_time () < late.deadline + 5000)
    ts_test_pause ();
  g_assert_false (atomic_load (&late.over));
  release (condition);
  ts_test_thread_join (thread);
  assert_free (condition);

  acquire (condition);
  g_assert_false (ts_condition_wait_until (condition, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, "toolbox"));
  release (condition);
}

static void
dropped_waiter_passes_the_notification_on (gconstpointer data)
{
  g_autoptr (TsCondition) condition = ts_condition_new (NULL);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *first = start (GPOINTER_TO_INT (data), condition, NULL);
  TsTestWaiter *second = start (TS_TEST_ROUTE_PORT, condition, NULL);

  notify (condition, 1);
  g_assert_false (ts_test_waiter_is_over (second));
  ts_test_waiter_drop (first);
  assert_notified (second, condition);
  assert_free (condition);

  first = start (GPOINTER_TO_INT (data), condition, NULL);
  notify (condition, 1);
  ts_test_waiter_drop (first);
  assert_free (condition);
  ts_test_context_pop (context);
}

/* Cancelled on its way from the condition's queue through that of the lock. */
static void
token_cancelled_half_way_passes_the_notification_on (void)
{
  g_autoptr (TsCondition) condition = ts_condition_new (NULL);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *first = start (TS_TEST_ROUTE_PORT, condition, NULL);
  TsTestWaiter *second = start (TS_TEST_ROUTE_ASYNC, condition, NULL);

  acquire (condition);
  g_assert_true (ts_condition_notify_one (condition, NULL));
  ts_test_waiter_drop (first);
  release (condition);
  assert_notified (second, condition);
  assert_free (condition);

  first = start (TS_TEST_ROUTE_PORT, condition, NULL);
  ts_test_waiter_drop (first);
  second = start (TS_TEST_ROUTE_PORT, condition, NULL);
  notify (condition, 1);
  assert_notified (second, condition);
  ts_test_context_pop (context);
}

static void
dropped_result_of_a_cancelled_wait_releases_the_lock (void)
{
  g_autoptr (TsCondition) condition = ts_condition_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *bystander = start (TS_TEST_ROUTE_PORT, condition, NULL);
  TsTestWaiter *waiter = start (TS_TEST_ROUTE_ASYNC, condition, cancellable);

  g_cancellable_cancel (cancellable);
  ts_test_wait_for (ts_test_waiter_is_over (waiter));
  g_assert_true (ts_lock_is_held (lock_of (condition)));
  ts_test_waiter_drop (waiter);
  assert_free (condition);

  g_assert_false (ts_test_waiter_is_over (bystander));
  notify (condition, 1);
  assert_notified (bystander, condition);
  ts_test_context_pop (context);
}

typedef enum
{
  PARKED,
  NOTIFIED,
  HAS_LOCK,
  CANCELLED,
  LEAVING,
  HAS_LEFT,
  N_STATES,
} State;

/* The context goes when the wait is in each of the states in which it can be. */
static void
lost_context_keeps_nothing (gconstpointer data)
{
  const State state = GPOINTER_TO_INT (data);
  g_autoptr (TsCondition) condition = ts_condition_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *outer = ts_test_context_push ();
  GMainContext *context = g_main_context_new ();
  TsTestAsync async = { 0 };
  TsTestWaiter *other;

  g_main_context_push_thread_default (context);
  wait_async (condition, cancellable, ts_test_async_callback, &async);
  g_main_context_pop_thread_default (context);
  other = start (TS_TEST_ROUTE_PORT, condition, NULL);
  acquire (condition);
  if (state == NOTIFIED || state == HAS_LOCK)
    g_assert_true (ts_condition_notify_one (condition, NULL));
  if (state >= CANCELLED)
    g_cancellable_cancel (cancellable);
  if (state >= LEAVING) /* it comes to want the lock */
    g_main_context_iteration (context, FALSE);
  if (state == HAS_LOCK || state == HAS_LEFT)
    release (condition);
  g_assert_cmpint (atomic_load (&async.calls), ==, 0);
  g_main_context_unref (context);
  if (state != HAS_LOCK && state != HAS_LEFT)
    release (condition);

  if (state != NOTIFIED && state != HAS_LOCK)
    notify (condition, 1);
  assert_notified (other, condition);
  assert_free (condition);
  g_assert_cmpint (atomic_load (&async.calls), ==, 0);
  ts_test_context_pop (outer);
}

static void
pending_wait_keeps_the_condition_and_its_lock (gconstpointer data)
{
  TsCondition *condition = ts_condition_new (NULL);
  TsLock *lock = lock_of (condition);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter = start (GPOINTER_TO_INT (data), condition, NULL);
  TsTestFate fate, lock_fate;

  ts_test_track (condition, &fate);
  ts_test_track (lock, &lock_fate);
  g_object_unref (condition);
  ts_test_assert_alive (&fate);
  g_object_ref (lock); /* from here on the waiter may let go of the condition at any moment */
  notify (condition, 1);
  g_assert_true (ts_test_waiter_finish (waiter, NULL));
  ts_test_context_pop (context);
  ts_test_assert_finalized (&fate);
  g_assert_true (ts_lock_release (lock, NULL));
  g_object_unref (lock);
  ts_test_assert_finalized (&lock_fate);
}

static void
conditions_may_share_a_lock (void)
{
  g_autoptr (TsLock) lock = ts_lock_new ();
  g_autoptr (TsCondition) full = ts_condition_new_full (lock, "full");
  g_autoptr (TsCondition) empty = g_object_new (TS_TYPE_CONDITION, "lock", lock, NULL);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *for_full = start (TS_TEST_ROUTE_ASYNC, full, NULL);
  TsTestWaiter *for_empty = start (TS_TEST_ROUTE_ASYNC, empty, NULL);
  g_autoptr (TsLock) property = NULL;
  g_autofree char *name = NULL;

  notify (empty, 9);
  assert_notified (for_empty, empty);
  g_assert_false (ts_test_waiter_is_over (for_full));
  notify (full, 1);
  assert_notified (for_full, full);

  g_object_get (full, "lock", &property, "name", &name, NULL);
  g_assert_true (property == lock && lock_of (full) == lock && lock_of (empty) == lock);
  g_assert_cmpstr (name, ==, "full");
  g_assert_cmpstr (ts_condition_get_name (full), ==, "full");
  g_assert_null (ts_condition_get_name (empty));
  ts_test_context_pop (context);
}

static void
add_for_routes (const char *name, GTestDataFunc func, gboolean (*suits) (TsTestRoute))
{
  for (int route = 0; route < TS_TEST_N_ROUTES; route++)
    {
      g_autofree char *path =
        g_strjoin ("/", "/tschan/condition", name, ts_test_route_name (route), NULL);

      if (suits (route))
        ts_test_add_data (path, func, GINT_TO_POINTER (route));
    }
}

static void
add_for_states (const char *name, GTestDataFunc func)
{
  static const char *const names[N_STATES] = {
    "parked", "notified", "has-lock", "cancelled", "leaving", "has-left",
  };

  for (int state = 0; state < N_STATES; state++)
    {
      g_autofree char *path = g_strjoin ("/", "/tschan/condition", name, names[state], NULL);

      ts_test_add_data (path, func, GINT_TO_POINTER (state));
    }
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  add_for_routes ("notified-waiter-has-the-lock", notified_waiter_has_the_lock, has_route);
  ts_test_add ("/tschan/condition/notification-wakes-as-many-as-it-says",
               notification_wakes_as_many_as_it_says);
  ts_test_add ("/tschan/condition/notification-of-all-is-not-for-those-who-come-later",
               notification_of_all_is_not_for_those_who_come_later);
  add_for_routes ("notified-waiter-has-its-turn-behind-those-who-want-the-lock",
                  notified_waiter_has_its_turn_behind_those_who_want_the_lock, has_route);
  ts_test_add ("/tschan/condition/without-the-lock-nothing-goes", without_the_lock_nothing_goes);
  add_for_routes ("cancelled-before-keeps-the-lock", cancelled_before_keeps_the_lock,
                  can_be_cancelled);
  add_for_routes ("cancelled-waiter-has-the-lock", cancelled_waiter_has_the_lock, can_be_cancelled);
  add_for_routes ("cancelled-waiter-takes-no-notification", cancelled_waiter_takes_no_notification,
                  can_be_cancelled);
  add_for_routes ("cancelling-later-takes-nothing-back", cancelling_later_takes_nothing_back,
                  can_be_cancelled);
  ts_test_add ("/tschan/condition/late-waiter-has-the-lock", late_waiter_has_the_lock);
  add_for_routes ("dropped-waiter-passes-the-notification-on",
                  dropped_waiter_passes_the_notification_on, can_be_dropped_unread);
  ts_test_add ("/tschan/condition/token-cancelled-half-way-passes-the-notification-on",
               token_cancelled_half_way_passes_the_notification_on);
  ts_test_add ("/tschan/condition/dropped-result-of-a-cancelled-wait-releases-the-lock",
               dropped_result_of_a_cancelled_wait_releases_the_lock);
  add_for_states ("lost-context-keeps-nothing", lost_context_keeps_nothing);
  add_for_routes ("pending-wait-keeps-the-condition-and-its-lock",
                  pending_wait_keeps_the_condition_and_its_lock, has_route);
  ts_test_add ("/tschan/condition/conditions-may-share-a-lock", conditions_may_share_a_lock);

  return g_test_run ();
}
