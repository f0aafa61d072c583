/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The scheduler itself: that it finds what it is there to find, and finds it again. Programs that are
 * to fail run in a process of their own. */

#include "ts-dst.h"

#define MANY 500 /* schedules, in which a plain mistake must show */

static _Atomic int first_lock, second_lock, parker, flag;
static int counter;
static GCancellable *cancellable;

static void
reset (void)
{
  first_lock = second_lock = parker = flag = 0;
  counter = 0;
}

/* Runs two threads under many seeds; to be called in the process that is to fail. */
static void
explore (TsDstFunc first, TsDstFunc second)
{
  for (guint64 seed = 1; seed <= MANY; seed++)
    {
      ts_dst_begin (seed);
      reset ();
      ts_dst_spawn ("first", first, NULL);
      ts_dst_spawn ("second", second, NULL);
      ts_dst_run ();
    }
}

static void
check_fails (TsDstFunc first, TsDstFunc second, const char *report)
{
  if (g_test_subprocess ())
    {
      explore (first, second);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stdout (report);
  g_test_trap_assert_stdout ("*--seed * --count 1*");
}

static void
lock_both (_Atomic int *one, _Atomic int *other)
{
  ts_dst_lock_acquire (one);
  ts_dst_lock_acquire (other);
  ts_dst_lock_release (other);
  ts_dst_lock_release (one);
}

static void
lock_forwards (gpointer data)
{
  lock_both (&first_lock, &second_lock);
}

static void
lock_backwards (gpointer data)
{
  lock_both (&second_lock, &first_lock);
}

static void
finds_a_deadlock (void)
{
  check_fails (lock_forwards, lock_backwards, "*deadlock: nobody can run*is locked out*");
}

static void
correct_order_passes (void)
{
  explore (lock_forwards, lock_forwards);
}

static void
count_without_lock (gpointer data)
{
  int seen = counter;

  ts_dst_point ("between");
  counter = seen + 1;
  if (atomic_exchange (&flag, 1) == 1)
    ts_dst_check (counter == 2);
}

static void
finds_a_lost_update (void)
{
  check_fails (count_without_lock, count_without_lock, "*counter == 2*");
}

/* The flag is looked at before the sleeper says that it sleeps. */
static void
sleep_carelessly (gpointer data)
{
  if (atomic_load (&flag) == 0)
    {
      ts_dst_point ("about to sleep");
      parker = 0;
      ts_dst_park (&parker, -1);
    }
}

static void
set_flag_and_wake (gpointer data)
{
  atomic_store (&flag, 1);
  ts_dst_unpark (&parker);
}

static void
finds_a_lost_wake_up (void)
{
  check_fails (sleep_carelessly, set_flag_and_wake, "*deadlock: nobody can run*sleeps*");
}

static void
sleep_with_lock (gpointer data)
{
  ts_dst_lock_acquire (&first_lock);
  ts_dst_park (&parker, -1);
}

static void
finds_a_lock_held_in_sleep (void)
{
  check_fails (sleep_with_lock, set_flag_and_wake, "*a lock is held where none may be*");
}

static void
on_cancelled (GCancellable *source, gulong *id)
{
  ts_dst_cancellable_disconnect (source, *id);
}

static void
disconnect_in_handler (gpointer data)
{
  gulong id = 0;

  cancellable = g_cancellable_new ();
  id = ts_dst_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), &id);
  ts_dst_cancel (cancellable);
}

static void
finds_a_handler_that_disconnects_itself (void)
{
  check_fails (disconnect_in_handler, lock_forwards, "*would wait for ever*");
}

static void
spin (gpointer data)
{
  while (atomic_load (&flag) == 0)
    ;
}

static void
finds_a_loop_without_end (void)
{
  check_fails (spin, lock_forwards, "*does not come to an end*");
}

static void
spin_for_a_while (gpointer data)
{
  while (atomic_load (&flag) == 0)
    ;
}

/* Whoever spins loses its turn, whatever its priority. */
static void
nobody_starves (void)
{
  explore (spin_for_a_while, set_flag_and_wake);
}

static guint64
hash_of (guint64 seed)
{
  ts_dst_begin (seed);
  reset ();
  ts_dst_spawn ("first", lock_forwards, NULL);
  ts_dst_spawn ("second", lock_forwards, NULL);
  ts_dst_spawn ("third", set_flag_and_wake, NULL);
  ts_dst_run ();
  return ts_dst_trace_hash ();
}

static void
one_seed_is_one_schedule (void)
{
  g_autoptr (GHashTable) hashes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint64 seed = 1; seed <= MANY; seed++)
    {
      guint64 hash = hash_of (seed);

      g_assert_cmpuint (hash_of (seed), ==, hash);
      g_hash_table_add (hashes, g_memdup2 (&hash, sizeof hash));
    }
  g_assert_cmpuint (g_hash_table_size (hashes), >, MANY / 5);
}

static void
sleep_for_a_year (gpointer data)
{
  const gint64 deadline = ts_dst_now () + G_GINT64_CONSTANT (365) * 24 * 3600 * G_USEC_PER_SEC;

  ts_dst_check (!ts_dst_park (&parker, deadline));
  ts_dst_check (ts_dst_now () >= deadline);
  ts_dst_unpark (&parker);
  ts_dst_check (ts_dst_park (&parker, deadline));
}

static void
a_year_passes_in_a_moment (void)
{
  explore (sleep_for_a_year, lock_forwards);
}

static void
count_and_sleep (gpointer data)
{
  counter++;
  ts_dst_park (&parker, -1);
}

static void
wake_when_quiescent (gpointer data)
{
  ts_dst_wait_quiescent ();
  ts_dst_check (counter == 1);
  ts_dst_unpark (&parker);
}

static void
quiescence_is_when_nobody_else_can_run (void)
{
  explore (count_and_sleep, wake_when_quiescent);
}

static gboolean
on_idle (gpointer data)
{
  counter++;
  return G_SOURCE_REMOVE;
}

static void
run_context (gpointer context)
{
  while (counter == 0)
    g_main_context_iteration (context, TRUE);
}

static void
attach_to_context (gpointer context)
{
  GSource *source = g_idle_source_new ();

  ts_dst_wait_quiescent ();
  g_source_set_callback (source, on_idle, NULL, NULL);
  g_source_attach (source, context);
  g_source_unref (source);
}

static void
a_main_context_sleeps_and_is_woken (void)
{
  for (guint64 seed = 1; seed <= MANY; seed++)
    {
      GMainContext *context = ts_dst_context_new ();

      ts_dst_begin (seed);
      reset ();
      ts_dst_spawn ("loop", run_context, context);
      ts_dst_spawn ("attacher", attach_to_context, context);
      ts_dst_run ();
      g_main_context_unref (context);
    }
}

/* The hooks do their work in any thread. */
static void
outside_the_scheduler_all_is_real (void)
{
  gint64 start = g_get_monotonic_time ();

  reset ();
  lock_both (&first_lock, &second_lock);
  g_assert_cmpint (first_lock, ==, 0);
  g_assert_cmpint (ts_dst_now (), >=, start);
  g_assert_false (ts_dst_park (&parker, start + 1000));
  g_assert_cmpint (g_get_monotonic_time (), >=, start + 1000);
  ts_dst_unpark (&parker);
  g_assert_true (ts_dst_park (&parker, -1));
}

int
main (int argc, char *argv[])
{
  static const TsDstScenario scenarios[] = {
    { "/tschan/dst/scheduler/finds-a-deadlock", finds_a_deadlock, 1 },
    { "/tschan/dst/scheduler/correct-order-passes", correct_order_passes, 1 },
    { "/tschan/dst/scheduler/finds-a-lost-update", finds_a_lost_update, 1 },
    { "/tschan/dst/scheduler/finds-a-lost-wake-up", finds_a_lost_wake_up, 1 },
    { "/tschan/dst/scheduler/finds-a-lock-held-in-sleep", finds_a_lock_held_in_sleep, 1 },
    { "/tschan/dst/scheduler/finds-self-disconnection", finds_a_handler_that_disconnects_itself, 1 },
    { "/tschan/dst/scheduler/finds-a-loop-without-end", finds_a_loop_without_end, 1 },
    { "/tschan/dst/scheduler/nobody-starves", nobody_starves, 1 },
    { "/tschan/dst/scheduler/one-seed-is-one-schedule", one_seed_is_one_schedule, 1 },
    { "/tschan/dst/scheduler/a-year-passes-in-a-moment", a_year_passes_in_a_moment, 1 },
    { "/tschan/dst/scheduler/quiescence", quiescence_is_when_nobody_else_can_run, 1 },
    { "/tschan/dst/scheduler/main-context-is-woken", a_main_context_sleeps_and_is_woken, 1 },
    { "/tschan/dst/scheduler/outside-all-is-real", outside_the_scheduler_all_is_real, 1 },
  };

  return ts_dst_main (argc, argv, scenarios, G_N_ELEMENTS (scenarios));
}
