/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a TsLock does besides what tests/acquire.c says. */

#include "ts-test-waiter.h"

static void
assert_not_held (TsLock *lock)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ts_lock_is_held (lock));
  g_assert_false (ts_lock_release (lock, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_NOT_HELD);
  if (ts_lock_get_name (lock) != NULL)
    g_assert_nonnull (strstr (error->message, ts_lock_get_name (lock)));
  g_assert_false (ts_lock_release (lock, NULL));
}

static void
lock_is_held_until_it_is_released (void)
{
  g_autoptr (TsLock) lock = ts_lock_new ();

  g_assert_false (ts_lock_is_held (lock));
  for (int i = 0; i < 3; i++)
    {
      g_assert_true (ts_lock_acquire (lock, NULL, NULL));
      g_assert_true (ts_lock_is_held (lock));
      g_assert_false (ts_lock_try_acquire (lock));
      g_assert_true (ts_lock_is_held (lock));
      g_assert_true (ts_lock_release (lock, NULL));
      g_assert_false (ts_lock_is_held (lock));
      g_assert_true (ts_lock_try_acquire (lock));
      g_assert_true (ts_lock_release (lock, NULL));
    }
}

static void
free_lock_cannot_be_released (void)
{
  g_autoptr (TsLock) lock = ts_lock_new ();
  g_autoptr (TsLock) named = ts_lock_new_full ("front door");

  assert_not_held (lock);
  g_assert_true (ts_lock_try_acquire (named));
  g_assert_true (ts_lock_release (named, NULL));
  assert_not_held (named);
  g_assert_true (ts_lock_try_acquire (named));
}

/* The first is the waiter's, the second finds nobody. */
static void
each_release_counts_once (void)
{
  g_autoptr (TsLock) lock = ts_lock_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestWaiter *waiter;

  g_assert_true (ts_lock_try_acquire (lock));
  waiter = ts_test_waiter_start (TS_TEST_ROUTE_ASYNC, &ts_test_lock_waitable, lock, NULL);
  g_assert_true (ts_lock_release (lock, NULL));
  g_assert_true (ts_lock_is_held (lock));
  g_assert_true (ts_test_waiter_finish (waiter, NULL));
  g_assert_true (ts_lock_release (lock, NULL));
  assert_not_held (lock);
  ts_test_context_pop (context);
}

static gpointer
acquire (gpointer lock)
{
  g_assert_true (ts_lock_acquire (lock, NULL, NULL));
  return NULL;
}

static void
lock_belongs_to_no_thread (void)
{
  g_autoptr (TsLock) lock = ts_lock_new ();

  ts_test_thread_join (ts_test_thread_new (acquire, lock));
  g_assert_true (ts_lock_is_held (lock));
  g_assert_false (ts_lock_try_acquire (lock));
  g_assert_true (ts_lock_release (lock, NULL));
  assert_not_held (lock);
}

static void
held_lock_may_go (void)
{
  TsLock *lock = ts_lock_new ();
  TsTestFate fate;

  ts_test_track (lock, &fate);
  g_assert_true (ts_lock_acquire (lock, NULL, NULL));
  g_object_unref (lock);
  ts_test_assert_finalized (&fate);
}

static void
properties_tell_name_and_state (void)
{
  g_autoptr (TsLock) lock = ts_lock_new_full ("gate");
  g_autoptr (TsLock) plain = g_object_new (TS_TYPE_LOCK, NULL);
  g_autofree char *name = NULL;
  gboolean held;

  g_object_get (lock, "name", &name, "held", &held, NULL);
  g_assert_cmpstr (name, ==, "gate");
  g_assert_false (held);
  g_assert_true (ts_lock_try_acquire (lock));
  g_object_get (lock, "held", &held, NULL);
  g_assert_true (held);
  g_assert_null (ts_lock_get_name (plain));
}

/* Two main loops and two threads keep one plain number. */

#define KEEPERS 4

typedef struct
{
  TsLock       *lock;
  guint         rounds;
  guint        *number;
  guint         left; /* of a task */
  GMainContext *context;
} Keeper;

static void
count (Keeper *self)
{
  guint seen = *self->number;

  g_thread_yield ();
  *self->number = seen + 1;
}

static gpointer
keep_in_thread (gpointer data)
{
  Keeper *self = data;

  for (guint i = 0; i < self->rounds; i++)
    {
      g_assert_true (ts_lock_acquire (self->lock, NULL, NULL));
      count (self);
      g_assert_true (ts_lock_release (self->lock, NULL));
    }
  return NULL;
}

static void
on_acquired (GObject *object, GAsyncResult *result, gpointer data)
{
  Keeper *self = data;

  g_assert_true (ts_lock_acquire_finish (self->lock, result, NULL));
  count (self);
  g_assert_true (ts_lock_release (self->lock, NULL));
  if (--self->left > 0)
    ts_lock_acquire_async (self->lock, NULL, on_acquired, self);
}

static gpointer
keep_in_loop (gpointer data)
{
  Keeper *self = data;
  GMainContext *context = ts_test_context_push ();

  self->left = self->rounds;
  ts_lock_acquire_async (self->lock, NULL, on_acquired, self);
  while (self->left > 0)
    g_main_context_iteration (context, TRUE);
  ts_test_context_pop (context);
  return NULL;
}

static void
threads_and_tasks_exclude_each_other (void)
{
  g_autoptr (TsLock) lock = ts_lock_new ();
  guint number = 0;
  Keeper keepers[KEEPERS];
  TsTestThread *threads[KEEPERS];

  for (guint i = 0; i < KEEPERS; i++)
    {
      keepers[i] = (Keeper) { .lock = lock, .rounds = ts_test_rounds (2000), .number = &number };
      threads[i] = ts_test_thread_new (i % 2 == 0 ? keep_in_thread : keep_in_loop, &keepers[i]);
    }
  for (guint i = 0; i < KEEPERS; i++)
    ts_test_thread_join (threads[i]);
  g_assert_cmpuint (number, ==, KEEPERS * keepers[0].rounds);
  assert_not_held (lock);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/lock/lock-is-held-until-it-is-released", lock_is_held_until_it_is_released);
  ts_test_add ("/tschan/lock/free-lock-cannot-be-released", free_lock_cannot_be_released);
  ts_test_add ("/tschan/lock/each-release-counts-once", each_release_counts_once);
  ts_test_add ("/tschan/lock/lock-belongs-to-no-thread", lock_belongs_to_no_thread);
  ts_test_add ("/tschan/lock/held-lock-may-go", held_lock_may_go);
  ts_test_add ("/tschan/lock/properties-tell-name-and-state", properties_tell_name_and_state);
  ts_test_add ("/tschan/lock/threads-and-tasks-exclude-each-other",
               threads_and_tasks_exclude_each_other);

  return g_test_run ();
}
