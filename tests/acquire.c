/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What holds for everything that is acquired and released, by every way to wait for it. */

#include "ts-test-waiter.h"

typedef struct
{
  const TsTestWaitable *waitable;
  gpointer            (*new_taken) (const char *name); /* nothing left to acquire */
  void                (*release)   (gpointer object);
  gboolean            (*try)       (gpointer object);
} Kind;

static gpointer
semaphore_new_taken (const char *name)
{
  return ts_semaphore_new_full (0, 1, name);
}

static void
semaphore_release (gpointer object)
{
  g_assert_true (ts_semaphore_release (object, 1, NULL));
}

static gboolean
semaphore_try (gpointer object)
{
  gboolean taken = ts_semaphore_try_acquire (object);

  g_assert_cmpint (ts_semaphore_get_value (object), ==, 0);
  return taken;
}

static gpointer
lock_new_taken (const char *name)
{
  TsLock *lock = ts_lock_new_full (name);

  g_assert_true (ts_lock_try_acquire (lock));
  return lock;
}

static void
lock_release (gpointer object)
{
  g_assert_true (ts_lock_release (object, NULL));
}

static gboolean
lock_try (gpointer object)
{
  gboolean taken = ts_lock_try_acquire (object);

  g_assert_true (ts_lock_is_held (object));
  return taken;
}

static const Kind kinds[] = {
  { &ts_test_semaphore_waitable, semaphore_new_taken, semaphore_release, semaphore_try },
  { &ts_test_lock_waitable, lock_new_taken, lock_release, lock_try },
};

/* A test runs for one kind and, mostly, for one route. */
typedef struct
{
  const Kind *kind;
  TsTestRoute route;
} Case;

static TsTestWaiter *
start (const Kind *kind, TsTestRoute route, gpointer object, GCancellable *cancellable)
{
  return ts_test_waiter_start (route, kind->waitable, object, cancellable);
}

static void
release (const Kind *kind, gpointer object)
{
  ts_test_forbid_callbacks ();
  kind->release (object);
  ts_test_allow_callbacks ();
}

static void
assert_acquired (TsTestWaiter *waiter)
{
  g_autoptr (GError) error = NULL;
  gboolean acquired = ts_test_waiter_finish (waiter, &error);

  g_assert_no_error (error);
  g_assert_true (acquired);
}

static void
assert_cancelled (TsTestWaiter *waiter)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ts_test_waiter_finish (waiter, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
has_route (const Kind *kind, TsTestRoute route)
{
  return !(route == TS_TEST_ROUTE_SOURCE && kind->waitable->create_source == NULL) &&
         !(route == TS_TEST_ROUTE_WATCH && kind->waitable->add_watch == NULL);
}

/* The source of a semaphore ends without a word when it is cancelled. */
static gboolean
tells_of_cancelling (const Kind *kind, TsTestRoute route)
{
  return has_route (kind, route) && ts_test_route_takes_cancellable (route) &&
         route != TS_TEST_ROUTE_SOURCE;
}

static gboolean
can_be_dropped_unread (const Kind *kind, TsTestRoute route)
{
  return has_route (kind, route) && !ts_test_route_is_thread (route);
}

static gboolean
can_be_dropped (const Kind *kind, TsTestRoute route)
{
  return has_route (kind, route);
}

static gpointer
release_in_thread (gpointer data)
{
  gpointer *both = data;

  release (both[0], both[1]);
  return NULL;
}

static void
free_one_is_acquired_at_once (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (GObject) object = self->kind->new_taken (NULL);
  GMainContext *context = ts_test_context_push ();

  g_assert_false (self->kind->try (object));
  for (int i = 0; i < 3; i++)
    {
      release (self->kind, object);
      if (ts_test_route_is_thread (self->route))
        g_assert_true (self->kind->waitable->wait_until (object, -i, NULL, NULL));
      else
        assert_acquired (start (self->kind, self->route, object, NULL));
      g_assert_false (self->kind->try (object));
    }
  ts_test_context_pop (context);
}

static void
release_by_another_thread_lets_through (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (GObject) object = self->kind->new_taken (NULL);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter = start (self->kind, self->route, object, NULL);
  gpointer both[] = { (gpointer) self->kind, object };

  g_assert_false (ts_test_waiter_is_over (waiter));
  ts_test_thread_join (ts_test_thread_new (release_in_thread, both));
  g_assert_false (self->kind->try (object));
  assert_acquired (waiter);
  g_assert_false (self->kind->try (object));
  release (self->kind, object);
  g_assert_true (self->kind->try (object));
  ts_test_context_pop (context);
}

/* By then it is the waiter's, though that has not run yet. */
static void
newcomer_does_not_pass_those_who_wait (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (GObject) object = self->kind->new_taken (NULL);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *first = start (self->kind, self->route, object, NULL);
  TsTestWaiter *second = start (self->kind, self->route, object, NULL);

  release (self->kind, object);
  g_assert_false (self->kind->try (object));
  g_assert_false (self->kind->waitable->wait_until (object, 0, NULL, NULL));
  assert_acquired (first);
  release (self->kind, object);
  g_assert_false (self->kind->try (object));
  assert_acquired (second);
  ts_test_context_pop (context);
}

static void
waiters_of_all_kinds_are_served_in_order (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (GObject) object = self->kind->new_taken (NULL);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiters[3 * TS_TEST_N_ROUTES];
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (waiters); i++)
    if (has_route (self->kind, i % TS_TEST_N_ROUTES))
      waiters[n++] = start (self->kind, i % TS_TEST_N_ROUTES, object, NULL);
  for (guint i = 0; i < n; i++)
    {
      release (self->kind, object);
      ts_test_wait_for (ts_test_waiter_is_over (waiters[i]));
      for (guint later = i + 1; later < n; later++)
        g_assert_false (ts_test_waiter_is_over (waiters[later]));
    }
  for (guint i = 0; i < n; i++)
    assert_acquired (waiters[i]);
  ts_test_context_pop (context);
}

static void
deadline_ends_a_wait_and_takes_nothing (gconstpointer data)
{
  const Kind *kind = ((const Case *) data)->kind;
  g_autoptr (GObject) object = kind->new_taken ("dinner");
  g_autoptr (GError) error = NULL;
  const gint64 deadline = g_get_monotonic_time () + 20000;

  g_assert_false (kind->waitable->wait_until (object, deadline, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, "dinner"));
  g_assert_cmpint (g_get_monotonic_time (), >=, deadline);
  g_assert_false (kind->waitable->wait_until (object, deadline, NULL, NULL));

  /* Nobody is left in the queue to swallow this. */
  release (kind, object);
  g_assert_true (kind->waitable->wait_until (object, deadline, NULL, NULL));
}

static void
cancelled_before_takes_nothing (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (GObject) object = self->kind->new_taken (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GMainContext *context = ts_test_context_push ();

  release (self->kind, object);
  g_cancellable_cancel (cancellable);
  if (ts_test_route_is_thread (self->route))
    {
      g_assert_false (self->kind->waitable->wait (object, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_false (self->kind->waitable->wait_until (object, -1, cancellable, NULL));
    }
  else
    {
      assert_cancelled (start (self->kind, self->route, object, cancellable));
    }
  g_assert_true (self->kind->try (object));
  ts_test_context_pop (context);
}

static void
cancelled_waiter_takes_nothing (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (GObject) object = self->kind->new_taken (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *first = start (self->kind, self->route, object, NULL);
  TsTestWaiter *doomed = start (self->kind, self->route, object, cancellable);
  TsTestWaiter *last = start (self->kind, self->route, object, NULL);

  g_cancellable_cancel (cancellable);
  if (self->route != TS_TEST_ROUTE_ASYNC) /* of a task, it is still in the queue below */
    assert_cancelled (doomed);
  g_assert_false (ts_test_waiter_is_over (last));
  release (self->kind, object);
  assert_acquired (first);
  g_assert_false (ts_test_waiter_is_over (last));
  release (self->kind, object);
  assert_acquired (last);
  if (self->route == TS_TEST_ROUTE_ASYNC)
    assert_cancelled (doomed);
  g_assert_false (self->kind->try (object));
  release (self->kind, object);
  g_assert_true (self->kind->try (object));
  ts_test_context_pop (context);
}

static void
all_cancelled_leave_it_free (gconstpointer data)
{
  const Kind *kind = ((const Case *) data)->kind;
  g_autoptr (GObject) object = kind->new_taken (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiters[3 * TS_TEST_N_ROUTES];
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (waiters); i++)
    if (tells_of_cancelling (kind, i % TS_TEST_N_ROUTES))
      waiters[n++] = start (kind, i % TS_TEST_N_ROUTES, object, cancellable);
  g_cancellable_cancel (cancellable);
  release (kind, object); /* perhaps to some who have not left the queue yet */
  g_assert_true (kind->try (object));
  while (n-- > 0)
    assert_cancelled (waiters[n]);
  g_assert_false (kind->try (object));
  release (kind, object);
  g_assert_true (kind->try (object));
  ts_test_context_pop (context);
}

static void
cancelling_later_takes_nothing_back (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (GObject) object = self->kind->new_taken (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter = start (self->kind, self->route, object, cancellable);

  release (self->kind, object);
  g_cancellable_cancel (cancellable);
  assert_acquired (waiter);
  g_assert_false (self->kind->try (object));
  ts_test_context_pop (context);
}

static void
dropped_waiter_passes_it_on (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (GObject) object = self->kind->new_taken (NULL);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *first = start (self->kind, self->route, object, NULL);
  TsTestWaiter *second = start (self->kind, TS_TEST_ROUTE_PORT, object, NULL);

  release (self->kind, object);
  g_assert_false (ts_test_waiter_is_over (second));
  ts_test_waiter_drop (first);
  assert_acquired (second);
  g_assert_false (self->kind->try (object));

  /* With nobody behind it, it is free for whoever comes. */
  first = start (self->kind, self->route, object, NULL);
  release (self->kind, object);
  g_assert_false (self->kind->try (object));
  ts_test_waiter_drop (first);
  g_assert_true (self->kind->try (object));
  ts_test_context_pop (context);
}

static void
dropped_waiter_leaves_the_queue (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (GObject) object = self->kind->new_taken (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  gboolean cancels = ts_test_route_takes_cancellable (self->route);
  TsTestWaiter *waiter =
    start (self->kind, self->route, object, cancels ? cancellable : NULL);

  ts_test_waiter_drop (waiter);
  release (self->kind, object);
  g_assert_true (self->kind->try (object));
  ts_test_context_pop (context);
}

static void
lost_context_passes_it_on (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (GObject) object = self->kind->new_taken (NULL);
  TsTestAsync woken = { 0 }, parked = { 0 };
  GMainContext *context = ts_test_context_push ();

  self->kind->waitable->wait_async (object, NULL, ts_test_async_callback, &woken);
  self->kind->waitable->wait_async (object, NULL, ts_test_async_callback, &parked);
  release (self->kind, object);
  g_assert_false (self->kind->try (object));
  ts_test_context_pop (context);
  g_assert_cmpint (atomic_load (&woken.calls) + atomic_load (&parked.calls), ==, 0);
  g_assert_true (self->kind->try (object));
}

static void
pending_wait_keeps_the_object (gconstpointer data)
{
  const Case *self = data;
  GObject *object = self->kind->new_taken (NULL);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter = start (self->kind, self->route, object, NULL);
  TsTestFate fate;

  ts_test_track (object, &fate);
  g_object_unref (object);
  ts_test_assert_alive (&fate);
  release (self->kind, object);
  assert_acquired (waiter);
  ts_test_context_pop (context);
  ts_test_assert_finalized (&fate);
}

static void
add (const char *name, GTestDataFunc func,
     gboolean (*suits) (const Kind *kind, TsTestRoute route))
{
  static Case cases[G_N_ELEMENTS (kinds)][TS_TEST_N_ROUTES];

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      for (int route = 0; route < TS_TEST_N_ROUTES; route++)
        {
          const char *suffix = suits == NULL ? NULL : ts_test_route_name (route);
          g_autofree char *path =
            g_strjoin ("/", "/tschan", kinds[k].waitable->name, name, suffix, NULL);

          cases[k][route] = (Case) { &kinds[k], route };
          if (suits == NULL ? route == 0 : suits (&kinds[k], route))
            ts_test_add_data (path, func, &cases[k][route]);
        }
    }
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  add ("free-one-is-acquired-at-once", free_one_is_acquired_at_once, has_route);
  add ("release-by-another-thread-lets-through", release_by_another_thread_lets_through, has_route);
  add ("newcomer-does-not-pass-those-who-wait", newcomer_does_not_pass_those_who_wait, has_route);
  if (!ts_test_in_valgrind ()) /* where a thread that waits for its turn looks parked */
    add ("waiters-of-all-kinds-are-served-in-order", waiters_of_all_kinds_are_served_in_order, NULL);
  add ("deadline-ends-a-wait-and-takes-nothing", deadline_ends_a_wait_and_takes_nothing, NULL);
  add ("cancelled-before-takes-nothing", cancelled_before_takes_nothing, tells_of_cancelling);
  add ("cancelled-waiter-takes-nothing", cancelled_waiter_takes_nothing, tells_of_cancelling);
  add ("all-cancelled-leave-it-free", all_cancelled_leave_it_free, NULL);
  add ("cancelling-later-takes-nothing-back", cancelling_later_takes_nothing_back,
       tells_of_cancelling);
  add ("dropped-waiter-passes-it-on", dropped_waiter_passes_it_on, can_be_dropped_unread);
  add ("dropped-waiter-leaves-the-queue", dropped_waiter_leaves_the_queue, can_be_dropped);
  add ("lost-context-passes-it-on", lost_context_passes_it_on, NULL);
  add ("pending-wait-keeps-the-object", pending_wait_keeps_the_object, has_route);

  return g_test_run ();
}
