/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a TsSemaphore does besides what tests/acquire.c says. */

#include "ts-test-waiter.h"

#define assert_overflow(call, error) \
  G_STMT_START \
    { \
      g_assert_false (call); \
      g_assert_error (error, TS_ERROR, TS_ERROR_OVERFLOW); \
      g_clear_error (&error); \
    } \
  G_STMT_END

static void
permits_are_counted (void)
{
  g_autoptr (TsSemaphore) semaphore = ts_semaphore_new (3);

  g_assert_cmpuint (ts_semaphore_get_value (semaphore), ==, 3);
  for (guint left = 3; left-- > 0;)
    {
      g_assert_true (ts_semaphore_acquire (semaphore, NULL, NULL));
      g_assert_cmpuint (ts_semaphore_get_value (semaphore), ==, left);
    }
  g_assert_false (ts_semaphore_try_acquire (semaphore));
  g_assert_cmpuint (ts_semaphore_get_value (semaphore), ==, 0);
  g_assert_true (ts_semaphore_release (semaphore, 5, NULL));
  g_assert_cmpuint (ts_semaphore_get_value (semaphore), ==, 5);
  g_assert_true (ts_semaphore_release (semaphore, 0, NULL));
  g_assert_true (ts_semaphore_try_acquire (semaphore));
  g_assert_cmpuint (ts_semaphore_get_value (semaphore), ==, 4);
}

static void
release_above_the_limit_is_refused (void)
{
  g_autoptr (TsSemaphore) bounded = ts_semaphore_new_full (2, 3, "slots");
  g_autoptr (TsSemaphore) unbounded = ts_semaphore_new (G_MAXINT - 1);
  g_autoptr (GError) error = NULL;

  g_assert_false (ts_semaphore_release (bounded, 2, &error));
  g_assert_nonnull (strstr (error->message, "slots"));
  g_clear_error (&error);
  assert_overflow (ts_semaphore_release (bounded, G_MAXUINT, &error), error);
  g_assert_cmpuint (ts_semaphore_get_value (bounded), ==, 2);
  g_assert_true (ts_semaphore_release (bounded, 1, NULL));
  assert_overflow (ts_semaphore_release (bounded, 1, &error), error);
  g_assert_false (ts_semaphore_release (bounded, 1, NULL));
  g_assert_true (ts_semaphore_release (bounded, 0, NULL));
  g_assert_cmpuint (ts_semaphore_get_value (bounded), ==, 3);

  g_assert_true (ts_semaphore_release (unbounded, 1, NULL));
  assert_overflow (ts_semaphore_release (unbounded, 1, &error), error);
  assert_overflow (ts_semaphore_release (unbounded, G_MAXUINT, &error), error);
  g_assert_cmpuint (ts_semaphore_get_value (unbounded), ==, G_MAXINT);
}

static void
release_above_the_limit_is_refused_with_waiters (void)
{
  g_autoptr (TsSemaphore) semaphore = ts_semaphore_new_bounded (0, 2);
  g_autoptr (GError) error = NULL;
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter =
    ts_test_waiter_start (TS_TEST_ROUTE_ASYNC, &ts_test_semaphore_waitable, semaphore, NULL);

  assert_overflow (ts_semaphore_release (semaphore, 3, &error), error);
  g_assert_false (ts_test_waiter_is_over (waiter));
  g_assert_true (ts_semaphore_release (semaphore, 2, NULL));
  g_assert_cmpuint (ts_semaphore_get_value (semaphore), ==, 1);
  g_assert_true (ts_test_waiter_finish (waiter, NULL));
  ts_test_context_pop (context);
}

/* The permit was there before it was taken: giving it back is no release too many. */
static void
permit_given_back_may_exceed_the_limit (void)
{
  g_autoptr (TsSemaphore) semaphore = ts_semaphore_new_bounded (1, 1);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter =
    ts_test_waiter_start (TS_TEST_ROUTE_PORT, &ts_test_semaphore_waitable, semaphore, NULL);

  g_assert_true (ts_semaphore_release (semaphore, 1, NULL));
  ts_test_waiter_drop (waiter);
  g_assert_cmpuint (ts_semaphore_get_value (semaphore), ==, 2);
  g_assert_false (ts_semaphore_release (semaphore, 1, NULL));
  g_assert_true (ts_semaphore_release (semaphore, 0, NULL));
  g_assert_true (ts_semaphore_try_acquire (semaphore));
  g_assert_true (ts_semaphore_try_acquire (semaphore));
  g_assert_false (ts_semaphore_try_acquire (semaphore));
  ts_test_context_pop (context);
}

static void
release_of_n_lets_n_through (void)
{
  g_autoptr (TsSemaphore) semaphore = ts_semaphore_new (0);
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiters[4 * TS_TEST_N_ROUTES];
  const guint n = G_N_ELEMENTS (waiters);

  for (guint i = 0; i < n; i++)
    waiters[i] = ts_test_waiter_start (i % TS_TEST_N_ROUTES, &ts_test_semaphore_waitable, semaphore,
                                       NULL);
  for (guint served = 0; served < n; served += 4)
    {
      g_assert_true (ts_semaphore_release (semaphore, 4, NULL));
      for (guint i = served; i < served + 4; i++)
        g_assert_true (ts_test_waiter_finish (waiters[i], NULL));
      for (guint i = served + 4; i < n; i++)
        g_assert_false (ts_test_waiter_is_over (waiters[i]));
    }
  g_assert_cmpuint (ts_semaphore_get_value (semaphore), ==, 0);

  waiters[0] = ts_test_waiter_start (TS_TEST_ROUTE_ASYNC, &ts_test_semaphore_waitable, semaphore,
                                     NULL);
  g_assert_true (ts_semaphore_release (semaphore, 4, NULL));
  g_assert_cmpuint (ts_semaphore_get_value (semaphore), ==, 3);
  g_assert_true (ts_test_waiter_finish (waiters[0], NULL));
  ts_test_context_pop (context);
}

typedef struct
{
  TsSemaphore *semaphore;
  guint        calls;
  guint        wanted;
  gboolean     ended;
} Watch;

static gboolean
on_permit (TsSemaphore *semaphore, gpointer data)
{
  Watch *watch = data;

  g_assert_true (semaphore == watch->semaphore);
  return ++watch->calls < watch->wanted ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
on_plain_permit (gpointer data)
{
  return on_permit (((Watch *) data)->semaphore, data);
}

static void
on_end (gpointer data)
{
  ((Watch *) data)->ended = TRUE;
}

static void
watch_is_called_once_for_each_permit (void)
{
  g_autoptr (TsSemaphore) semaphore = ts_semaphore_new (2);
  GMainContext *context = ts_test_context_push ();
  Watch watch = { semaphore, 0, 4, FALSE };

  ts_semaphore_add_watch_full (semaphore, G_PRIORITY_DEFAULT, on_permit, &watch, on_end);
  ts_test_iterate (context);
  g_assert_cmpuint (watch.calls, ==, 2);
  g_assert_cmpuint (ts_semaphore_get_value (semaphore), ==, 0);
  g_assert_true (ts_semaphore_release (semaphore, 5, NULL));
  ts_test_iterate (context);
  g_assert_cmpuint (watch.calls, ==, 4);
  g_assert_true (watch.ended);
  g_assert_cmpuint (ts_semaphore_get_value (semaphore), ==, 3);

  watch.wanted = 1;
  watch.calls = 0;
  ts_semaphore_add_watch (semaphore, on_permit, &watch);
  ts_test_iterate (context);
  g_assert_cmpuint (watch.calls, ==, 1);
  g_assert_cmpuint (ts_semaphore_get_value (semaphore), ==, 2);
  ts_test_context_pop (context);
}

static void
watch_has_its_priority (void)
{
  g_autoptr (TsSemaphore) semaphore = ts_semaphore_new (0);
  GMainContext *context = ts_test_context_push ();
  Watch watch = { semaphore, 0, 1, FALSE };
  guint id = ts_semaphore_add_watch_full (semaphore, G_PRIORITY_LOW, on_permit, &watch, on_end);
  GSource *source = g_main_context_find_source_by_id (context, id);

  g_assert_cmpint (g_source_get_priority (source), ==, G_PRIORITY_LOW);
  g_source_destroy (source);
  ts_test_context_pop (context);
}

/* So each call of the callback means a permit. */
static void
cancelled_source_ends_without_a_call (void)
{
  g_autoptr (TsSemaphore) semaphore = ts_semaphore_new (0);
  GMainContext *context = ts_test_context_push ();

  for (int has_permit = 0; has_permit < 2; has_permit++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GSource) source = ts_semaphore_create_source (semaphore, cancellable);
      Watch watch = { semaphore, 0, G_MAXUINT, FALSE };

      g_source_set_callback (source, on_plain_permit, &watch, on_end);
      g_source_attach (source, context);
      ts_test_iterate (context);
      if (has_permit)
        g_assert_true (ts_semaphore_release (semaphore, 1, NULL));
      g_cancellable_cancel (cancellable);
      ts_test_iterate (context);
      g_assert_true (watch.ended);
      g_assert_cmpuint (watch.calls, ==, 0);
      g_assert_true (g_source_is_destroyed (source));
      g_clear_pointer (&source, g_source_unref);
      g_assert_cmpuint (ts_semaphore_get_value (semaphore), ==, has_permit);
    }
  ts_test_context_pop (context);
}

static void
properties_tell_value_limit_and_name (void)
{
  g_autoptr (TsSemaphore) plain = g_object_new (TS_TYPE_SEMAPHORE, NULL);
  g_autoptr (TsSemaphore) full = ts_semaphore_new_full (2, 7, "seats");
  g_autofree char *name = NULL;
  guint value, limit;

  g_assert_true (ts_semaphore_try_acquire (full));
  g_object_get (full, "name", &name, "value", &value, "limit", &limit, NULL);
  g_assert_cmpstr (name, ==, "seats");
  g_assert_cmpuint (value, ==, 1);
  g_assert_cmpuint (limit, ==, 7);
  g_assert_cmpstr (ts_semaphore_get_name (full), ==, "seats");
  g_assert_cmpuint (ts_semaphore_get_limit (full), ==, 7);

  g_assert_cmpuint (ts_semaphore_get_value (plain), ==, 1);
  g_assert_cmpuint (ts_semaphore_get_limit (plain), ==, G_MAXINT);
  g_assert_null (ts_semaphore_get_name (plain));
}

static void
expect_critical (const char *pattern)
{
  g_test_expect_message ("tschan", G_LOG_LEVEL_CRITICAL, pattern);
}

static void
beginning_above_the_limit_is_a_mistake (void)
{
  g_autoptr (TsSemaphore) semaphore = NULL;

  expect_critical ("*value <= limit*");
  g_assert_null (ts_semaphore_new_bounded (2, 1));
  expect_critical ("*limit >= 1*");
  g_assert_null (ts_semaphore_new_bounded (0, 0));
  expect_critical ("*value <= limit*");
  g_assert_null (ts_semaphore_new ((guint) G_MAXINT + 1));
  expect_critical ("*above its limit*");
  semaphore = g_object_new (TS_TYPE_SEMAPHORE, "value", 3, "limit", 2, NULL);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (ts_semaphore_get_value (semaphore), ==, 2);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/semaphore/permits-are-counted", permits_are_counted);
  ts_test_add ("/tschan/semaphore/release-above-the-limit-is-refused",
               release_above_the_limit_is_refused);
  ts_test_add ("/tschan/semaphore/release-above-the-limit-is-refused-with-waiters",
               release_above_the_limit_is_refused_with_waiters);
  ts_test_add ("/tschan/semaphore/permit-given-back-may-exceed-the-limit",
               permit_given_back_may_exceed_the_limit);
  ts_test_add ("/tschan/semaphore/watch-is-called-once-for-each-permit",
               watch_is_called_once_for_each_permit);
  ts_test_add ("/tschan/semaphore/watch-has-its-priority", watch_has_its_priority);
  ts_test_add ("/tschan/semaphore/release-of-n-lets-n-through", release_of_n_lets_n_through);
  ts_test_add ("/tschan/semaphore/cancelled-source-ends-without-a-call",
               cancelled_source_ends_without_a_call);
  ts_test_add ("/tschan/semaphore/properties-tell-value-limit-and-name",
               properties_tell_value_limit_and_name);
  ts_test_add ("/tschan/semaphore/beginning-above-the-limit-is-a-mistake",
               beginning_above_the_limit_is_a_mistake);

  return g_test_run ();
}
