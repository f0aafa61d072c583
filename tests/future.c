/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a TsFuture does, by every way to wait for it, and ts_offload(). */

#include "ts-test-waiter.h"

/* The waits of ts-test-waiter.h, which look at the value on the way: 42. */

static gboolean
check_value (gboolean success, GValue *value)
{
  if (success)
    g_assert_cmpint (g_value_get_int (value), ==, 42);
  else
    g_assert_true (G_VALUE_HOLDS_POINTER (value));
  g_value_unset (value);
  return success;
}

static gboolean
future_wait (gpointer object, GCancellable *cancellable, GError **error)
{
  GValue value = G_VALUE_INIT;

  return check_value (ts_future_wait (object, cancellable, &value, error), &value);
}

static gboolean
future_wait_until (gpointer object, gint64 deadline, GCancellable *cancellable, GError **error)
{
  GValue *box = ts_future_wait_until_value (object, deadline, cancellable, error);

  if (box == NULL)
    return FALSE;
  g_assert_cmpint (g_value_get_int (box), ==, 42);
  g_boxed_free (G_TYPE_VALUE, box);
  return TRUE;
}

static void
future_wait_async (gpointer object, GCancellable *cancellable, GAsyncReadyCallback callback,
                   gpointer user_data)
{
  ts_future_wait_async (object, cancellable, callback, user_data);
}

static gboolean
future_wait_finish (gpointer object, GAsyncResult *result, GError **error)
{
  GValue value = G_VALUE_INIT;

  return check_value (ts_future_wait_finish (object, result, &value, error), &value);
}

static GSource *
future_create_source (gpointer object, GCancellable *cancellable)
{
  return ts_future_create_source (object, cancellable);
}

static const TsTestWaitable waitable = {
  .name = "future",
  .wait = future_wait,
  .wait_until = future_wait_until,
  .wait_async = future_wait_async,
  .wait_finish = future_wait_finish,
  .create_source = future_create_source,
};

static const TsTestRoute routes[] = {
  TS_TEST_ROUTE_BLOCKING, TS_TEST_ROUTE_UNTIL, TS_TEST_ROUTE_ASYNC, TS_TEST_ROUTE_SOURCE,
};

static void
resolve (TsFuture *future)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, 42);
  ts_test_forbid_callbacks ();
  g_assert_true (ts_future_resolve (future, &value));
  ts_test_allow_callbacks ();
}

static void
reject (TsFuture *future)
{
  g_autoptr (GError) reason = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_EXISTS, "there");

  ts_test_forbid_callbacks ();
  g_assert_true (ts_future_reject (future, reason));
  ts_test_allow_callbacks ();
}

static TsTestWaiter *
start (gconstpointer route, TsFuture *future, GCancellable *cancellable)
{
  return ts_test_waiter_start (GPOINTER_TO_INT (route), &waitable, future, cancellable);
}

static void
value_reaches_everyone (gconstpointer route)
{
  g_autoptr (TsFuture) future = ts_future_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *before[3];
  GValue value = G_VALUE_INIT;

  g_assert_false (ts_future_is_done (future));
  for (guint i = 0; i < 3; i++)
    before[i] = start (route, future, NULL);
  for (guint i = 0; i < 3; i++)
    g_assert_false (ts_test_waiter_is_over (before[i]));
  resolve (future);
  for (guint i = 0; i < 3; i++)
    g_assert_true (ts_test_waiter_finish (before[i], NULL));
  g_assert_true (ts_future_is_done (future));
  g_assert_true (ts_test_waiter_finish (start (route, future, NULL), NULL));
  g_assert_true (check_value (ts_future_wait_until (future, 0, NULL, &value, NULL), &value));
  ts_test_context_pop (context);
}

static void
error_reaches_everyone (gconstpointer route)
{
  g_autoptr (TsFuture) future = ts_future_new ();
  GMainContext *context = ts_test_context_push ();
  g_autoptr (GError) error = NULL;
  TsTestWaiter *waiters[2];

  if (GPOINTER_TO_INT (route) == TS_TEST_ROUTE_SOURCE) /* tells only that it is done */
    {
      ts_test_context_pop (context);
      return;
    }
  waiters[0] = start (route, future, NULL);
  reject (future);
  waiters[1] = start (route, future, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (ts_test_waiter_finish (waiters[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
      g_assert_cmpstr (error->message, ==, "there");
      g_clear_error (&error);
    }
  ts_test_context_pop (context);
}

static void
only_the_first_counts (void)
{
  g_autoptr (TsFuture) resolved = ts_future_new ();
  g_autoptr (TsFuture) rejected = ts_future_new ();
  g_autoptr (GError) reason = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "late");
  g_auto (GValue) late = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&late, G_TYPE_STRING);
  resolve (resolved);
  reject (rejected);
  g_assert_false (ts_future_resolve (resolved, &late));
  g_assert_false (ts_future_reject (resolved, reason));
  g_assert_false (ts_future_cancel (resolved));
  g_assert_false (ts_future_resolve (rejected, &late));
  g_assert_false (ts_future_reject (rejected, reason));
  g_assert_false (ts_future_cancel (rejected));
  g_assert_false (g_cancellable_is_cancelled (ts_future_get_cancellable (resolved)));
  g_assert_true (future_wait (resolved, NULL, NULL));
  g_assert_false (future_wait (rejected, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
}

static void
nothing_is_a_value_too (void)
{
  g_autoptr (TsFuture) future = ts_future_new ();
  GValue value = G_VALUE_INIT;

  g_assert_true (ts_future_resolve (future, NULL));
  g_assert_true (ts_future_wait (future, NULL, &value, NULL));
  g_assert_true (G_VALUE_HOLDS_POINTER (&value));
  g_assert_null (g_value_get_pointer (&value));
}

static void
cancel_rejects_and_tells_the_work (void)
{
  g_autoptr (GCancellable) work = g_cancellable_new ();
  g_autoptr (TsFuture) future = ts_future_new_full (work, "answer");
  GMainContext *context = ts_test_context_push ();
  g_autoptr (GError) error = NULL;
  TsTestWaiter *waiter = start (GINT_TO_POINTER (TS_TEST_ROUTE_ASYNC), future, NULL);

  g_assert_true (ts_future_get_cancellable (future) == work);
  g_assert_cmpstr (ts_future_get_name (future), ==, "answer");
  g_assert_true (ts_future_cancel (future));
  g_assert_false (ts_future_cancel (future));
  g_assert_true (g_cancellable_is_cancelled (work));
  g_assert_true (ts_future_is_done (future));
  g_assert_false (ts_test_waiter_finish (waiter, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  ts_test_context_pop (context);
}

static void
giving_up_leaves_the_future (gconstpointer route)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TsFuture) future = ts_future_new ();
  GMainContext *context = ts_test_context_push ();
  g_autoptr (GError) error = NULL;
  TsTestWaiter *first = start (route, future, cancellable);
  TsTestWaiter *second = start (route, future, NULL);
  GValue value = G_VALUE_INIT;

  g_cancellable_cancel (cancellable);
  g_assert_false (ts_test_waiter_finish (first, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (ts_future_wait_until (future, 0, NULL, &value, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_true (G_VALUE_HOLDS_POINTER (&value));
  g_assert_false (ts_future_is_done (future));
  g_assert_false (g_cancellable_is_cancelled (ts_future_get_cancellable (future)));
  resolve (future);
  g_assert_true (ts_test_waiter_finish (second, NULL));
  ts_test_context_pop (context);
}

static void
port_finishes_with_the_value_or_the_error (void)
{
  g_autoptr (TsFuture) resolved = ts_future_new ();
  g_autoptr (TsFuture) rejected = ts_future_new ();
  g_autoptr (TsPort) port = ts_port_new ();
  const gint64 tokens[] = { ts_port_wait_future (port, resolved),
                            ts_port_wait_future (port, rejected) };
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;

  resolve (resolved);
  reject (rejected);
  g_assert_cmpint (ts_port_next_ready (port), ==, tokens[0]);
  g_assert_cmpint (ts_port_next_ready (port), ==, tokens[1]);
  g_assert_true (check_value (ts_port_finish (port, tokens[0], &value, NULL), &value));
  g_assert_false (check_value (ts_port_finish (port, tokens[1], &value, &error), &value));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
}

static void
future_goes_when_nobody_wants_it (void)
{
  GMainContext *context = ts_test_context_push ();
  TsFuture *future = ts_future_new ();
  GObject *inside = g_object_new (G_TYPE_OBJECT, NULL);
  GValue value = G_VALUE_INIT;
  TsTestFate fate, inside_fate;

  ts_test_track (future, &fate);
  ts_test_track (inside, &inside_fate);
  g_value_init (&value, G_TYPE_OBJECT);
  g_value_take_object (&value, inside);
  ts_future_wait_async (future, NULL, NULL, NULL);
  g_assert_true (ts_future_resolve (future, &value));
  g_value_unset (&value);
  g_object_unref (future);
  ts_test_assert_alive (&fate);
  ts_test_assert_alive (&inside_fate);
  ts_test_context_pop (context);
  ts_test_assert_finalized (&fate);
  ts_test_assert_finalized (&inside_fate);
}

/* One of many answers first, many wait. */

typedef struct
{
  TsFuture   *future;
  _Atomic int n_first;
  _Atomic int first;
} Contest;

typedef struct
{
  Contest *contest;
  int      number;
} Contestant;

static gpointer
answer (gpointer data)
{
  Contestant *self = data;
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, self->number);
  if (ts_future_resolve (self->contest->future, &value))
    {
      atomic_fetch_add (&self->contest->n_first, 1);
      atomic_store (&self->contest->first, self->number);
    }
  return NULL;
}

static gpointer
ask (gpointer data)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_assert_true (ts_future_wait (data, NULL, &value, NULL));
  return GINT_TO_POINTER (g_value_get_int (&value));
}

static void
contest_has_one_winner (void)
{
  const guint rounds = ts_test_rounds (200);

  for (guint round = 0; round < rounds; round++)
    {
      Contest contest = { .future = ts_future_new () };
      Contestant contestants[3];
      TsTestThread *answering[3], *asking[3];
      int heard[3];

      for (int i = 0; i < 3; i++)
        {
          contestants[i] = (Contestant) { &contest, i + 1 };
          asking[i] = ts_test_thread_new (ask, contest.future);
          answering[i] = ts_test_thread_new (answer, &contestants[i]);
        }
      for (int i = 0; i < 3; i++)
        {
          ts_test_thread_join (answering[i]);
          heard[i] = GPOINTER_TO_INT (ts_test_thread_join (asking[i]));
        }
      g_assert_cmpint (atomic_load (&contest.n_first), ==, 1);
      for (int i = 0; i < 3; i++)
        g_assert_cmpint (heard[i], ==, atomic_load (&contest.first));
      g_assert_finalize_object (contest.future);
    }
}

static void
add_for_routes (const char *path, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      g_autofree char *full = g_strconcat (path, "/", ts_test_route_name (routes[i]), NULL);

      ts_test_add_data (full, func, GINT_TO_POINTER ((int) routes[i]));
    }
}

/* Blocking functions offloaded */

typedef struct
{
  _Atomic int calls;
  _Atomic int freed;
} Offloaded;

static void
offloaded (TsCall *call, gpointer data)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_POINTER);
  g_value_set_pointer (&value, g_thread_self ());
  atomic_fetch_add (&((Offloaded *) data)->calls, 1);
  ts_call_complete (call, &value);
}

static void
offloaded_freed (gpointer data)
{
  atomic_fetch_add (&((Offloaded *) data)->freed, 1);
}

static void
offload_runs_elsewhere (void)
{
  Offloaded work = { 0 };

  for (int i = 0; i < 10; i++)
    {
      g_autoptr (TsFuture) future = ts_offload (offloaded, &work, offloaded_freed, NULL);
      g_auto (GValue) value = G_VALUE_INIT;

      g_assert_true (ts_future_wait (future, NULL, &value, NULL));
      g_assert_true (g_value_get_pointer (&value) != g_thread_self ());
    }
  ts_test_wait_for (atomic_load (&work.freed) == 10);
  g_assert_cmpint (atomic_load (&work.calls), ==, 10);
}

static void
wait_for_the_other (TsCall *call, gpointer event)
{
  ts_event_wait (event, NULL, NULL);
  ts_call_complete (call, NULL);
}

static void
let_the_other_go (TsCall *call, gpointer event)
{
  ts_event_set (event);
  ts_call_complete (call, NULL);
}

static void
offloaded_work_may_wait_for_other_work (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  g_autoptr (TsFuture) first = ts_offload (wait_for_the_other, event, NULL, NULL);
  g_autoptr (TsFuture) second = ts_offload (let_the_other_go, event, NULL, NULL);
  const gint64 in_a_while = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;
  GValue value = G_VALUE_INIT;

  g_assert_true (ts_future_wait_until (first, in_a_while, NULL, &value, NULL));
  g_value_unset (&value);
  g_assert_true (ts_future_wait (second, NULL, &value, NULL));
  g_value_unset (&value);
}

static void
offload_begins_nothing_that_is_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TsFuture) future = NULL;
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;
  Offloaded work = { 0 };

  g_cancellable_cancel (cancellable);
  future = ts_offload (offloaded, &work, offloaded_freed, cancellable);
  g_assert_false (ts_future_wait (future, NULL, &value, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  ts_test_wait_for (atomic_load (&work.freed) == 1);
  g_assert_cmpint (atomic_load (&work.calls), ==, 0);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  add_for_routes ("/tschan/future/F01-value-reaches-everyone", value_reaches_everyone);
  add_for_routes ("/tschan/future/F02-error-reaches-everyone", error_reaches_everyone);
  ts_test_add ("/tschan/future/F02-only-the-first-counts", only_the_first_counts);
  ts_test_add ("/tschan/future/F02-contest-has-one-winner", contest_has_one_winner);
  ts_test_add ("/tschan/future/F03-cancel-rejects-and-tells-the-work",
               cancel_rejects_and_tells_the_work);
  add_for_routes ("/tschan/future/F04-giving-up-leaves-the-future", giving_up_leaves_the_future);
  ts_test_add ("/tschan/future/nothing-is-a-value-too", nothing_is_a_value_too);
  ts_test_add ("/tschan/future/port-finishes-with-the-value-or-the-error",
               port_finishes_with_the_value_or_the_error);
  ts_test_add ("/tschan/future/future-goes-when-nobody-wants-it",
               future_goes_when_nobody_wants_it);
  ts_test_add ("/tschan/future/offload-runs-elsewhere", offload_runs_elsewhere);
  ts_test_add ("/tschan/future/offloaded-work-may-wait-for-other-work",
               offloaded_work_may_wait_for_other_work);
  ts_test_add ("/tschan/future/offload-begins-nothing-that-is-cancelled",
               offload_begins_nothing_that_is_cancelled);

  return g_test_run ();
}
