/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Conditions and barriers, whose waiters are cancelled, late or dropped at random: no notification is
 * lost, and each round of a barrier is complete. */

#include "ts-test-util.h"

#define WORKERS 3

typedef struct _World World;

/* One worker: what it needs to be cancelled at random by another thread. */
typedef struct
{
  World        *world;
  GRand        *rand;
  guint         rounds;
  GMutex        mutex;
  GCancellable *current; /* guarded by @mutex */
  GMainContext *context;
  guint         pending;
  guint         counts[WORKERS + 1];
} Worker;

struct _World
{
  TsCondition *condition;
  TsBarrier   *barrier;
  GThreadFunc  work;
  _Atomic int  working;

  /* Guarded by the condition's lock. */
  guint        coins;
  guint        taken;
  guint        wanted; /* to be put down in all */
};

static GCancellable *
new_cancellable (Worker *self)
{
  GCancellable *cancellable = g_cancellable_new ();

  g_mutex_lock (&self->mutex);
  g_set_object (&self->current, cancellable);
  g_mutex_unlock (&self->mutex);
  return cancellable;
}

static void
cancel_at_random (World *world, Worker *workers, GRand *rand)
{
  while (atomic_load (&world->working) > 0)
    {
      Worker *victim = &workers[g_rand_int_range (rand, 0, WORKERS)];
      GCancellable *cancellable;

      g_mutex_lock (&victim->mutex);
      cancellable = g_steal_pointer (&victim->current);
      g_mutex_unlock (&victim->mutex);
      if (cancellable == NULL)
        {
          ts_test_pause ();
          continue;
        }
      g_cancellable_cancel (cancellable);
      g_object_unref (cancellable);
    }
}

static gpointer
worker_main (gpointer data)
{
  Worker *self = data;

  self->context = ts_test_context_push ();
  self->world->work (self);
  ts_test_context_pop (self->context);
  atomic_fetch_sub (&self->world->working, 1);
  return NULL;
}

static void
run (World *world, Worker *workers, guint rounds)
{
  g_autoptr (GRand) rand = ts_test_rand_new ();
  TsTestThread *threads[WORKERS];

  atomic_store (&world->working, WORKERS);
  for (guint i = 0; i < WORKERS; i++)
    {
      workers[i].world = world;
      workers[i].rand = g_rand_new_with_seed (g_rand_int (rand));
      workers[i].rounds = rounds;
      threads[i] = ts_test_thread_new (worker_main, &workers[i]);
    }
  cancel_at_random (world, workers, rand);
  for (guint i = 0; i < WORKERS; i++)
    {
      ts_test_thread_join (threads[i]);
      g_rand_free (workers[i].rand);
      g_clear_object (&workers[i].current);
    }
}

static gint64
deadline_at_random (Worker *self)
{
  if (g_rand_boolean (self->rand))
    return -1;
  return g_get_monotonic_time () + g_rand_int_range (self->rand, 0, 60);
}

/* A patient thread takes all coins that there are, and waits for those to come as long as it takes.
 * The workers put down coins, notify once for each, and stand in the way: they wait too, and whoever
 * of them is notified takes a coin; but cancelled, out of time or dropped, they leave at once without
 * looking at the coins. A notification that goes to one of those leaves the patient one asleep. */

static void
lock_world (World *self)
{
  g_assert_true (ts_lock_acquire (ts_condition_get_lock (self->condition), NULL, NULL));
}

/* Who waits already may have the lock, and not know it yet: to block for it then would be for ever. */
static gboolean
try_lock_world (World *self)
{
  return ts_lock_try_acquire (ts_condition_get_lock (self->condition));
}

static void
unlock_world (World *self)
{
  g_assert_true (ts_lock_release (ts_condition_get_lock (self->condition), NULL));
}

static void
put_down_locked (World *self)
{
  self->coins++;
  g_assert_true (ts_condition_notify_one (self->condition, NULL));
}

/* Somebody else may have taken the coin that this was about: the patient one takes all. */
static void
take_locked (World *self)
{
  if (self->coins == 0)
    return;
  self->coins--;
  self->taken++;
}

static void
stand_in_the_way (Worker *self)
{
  g_autoptr (GCancellable) cancellable = new_cancellable (self);
  World *world = self->world;
  GError *error = NULL;
  gint64 deadline = deadline_at_random (self);

  lock_world (world);
  if (deadline < 0 && world->coins == 0)
    deadline = g_get_monotonic_time () + 1000;
  if (ts_condition_wait_until (world->condition, deadline, cancellable, &error))
    take_locked (world);
  else
    g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
                   g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
  g_clear_error (&error);
  unlock_world (world);
}

static void
on_waited (GObject *object, GAsyncResult *result, gpointer data)
{
  Worker *self = data;

  self->pending--;
  if (g_rand_boolean (self->rand))
    return;
  if (ts_condition_wait_finish (self->world->condition, result, NULL))
    take_locked (self->world);
  unlock_world (self->world);
}

static void
stand_in_the_way_as_tasks (Worker *self)
{
  GCancellable *cancellables[4];
  guint n = 0;

  lock_world (self->world);
  do
    {
      cancellables[n] = g_cancellable_new ();
      self->pending++;
      ts_condition_wait_async (self->world->condition, cancellables[n++], on_waited, self);
      if (g_rand_boolean (self->rand))
        g_main_context_iteration (self->context, FALSE);
    }
  while (n < G_N_ELEMENTS (cancellables) && try_lock_world (self->world));
  for (guint i = 0; i < n; i++)
    {
      g_cancellable_cancel (cancellables[i]);
      g_object_unref (cancellables[i]);
    }
  while (self->pending > 0)
    g_main_context_iteration (self->context, TRUE);
}

static void
stand_in_the_way_by_port (Worker *self)
{
  g_autoptr (TsPort) port = ts_port_new ();

  lock_world (self->world);
  ts_port_wait_condition (port, self->world->condition);
  if (try_lock_world (self->world))
    ts_port_wait_condition (port, self->world->condition);
  if (g_rand_boolean (self->rand))
    g_thread_yield ();
}

static gpointer
put_coins_down (gpointer data)
{
  Worker *self = data;

  for (guint i = 0; i < self->rounds; i++)
    {
      const int way = g_rand_int_range (self->rand, 0, 4);

      if (way == 0)
        stand_in_the_way (self);
      else if (way == 1)
        stand_in_the_way_as_tasks (self);
      else if (way == 2)
        stand_in_the_way_by_port (self);
      lock_world (self->world);
      put_down_locked (self->world);
      unlock_world (self->world);
    }
  return NULL;
}

static gpointer
take_coins (gpointer data)
{
  World *self = data;

  lock_world (self);
  while (self->taken < self->wanted)
    {
      if (self->coins == 0)
        g_assert_true (ts_condition_wait (self->condition, NULL, NULL));
      while (self->coins > 0)
        take_locked (self);
    }
  unlock_world (self);
  return NULL;
}

static void
random_cancels_lose_no_notification (void)
{
  World world = { .condition = ts_condition_new (NULL), .work = put_coins_down };
  Worker workers[WORKERS] = { 0 };
  const guint rounds = ts_test_rounds (4000);
  TsTestThread *patient;

  world.wanted = WORKERS * rounds;
  patient = ts_test_thread_new (take_coins, &world);
  run (&world, workers, rounds);
  ts_test_thread_join (patient);
  g_assert_cmpuint (world.coins, ==, 0);
  g_assert_cmpuint (world.taken, ==, world.wanted);
  g_assert_false (ts_lock_is_held (ts_condition_get_lock (world.condition)));
  g_object_unref (world.condition);
}

/* Whoever gives up has not come; so in the end each index was given as often as any other. */

static gboolean
count_index (Worker *self, gboolean complete, guint index, GError *error)
{
  gboolean closed = g_error_matches (error, TS_ERROR, TS_ERROR_CLOSED);

  g_assert_true (complete == (error == NULL));
  g_clear_error (&error);
  if (complete)
    self->counts[index]++;
  return !closed;
}

static gboolean
meet_as_thread (Worker *self)
{
  g_autoptr (GCancellable) cancellable = new_cancellable (self);
  GError *error = NULL;
  guint index;
  gboolean complete = ts_barrier_wait_until (self->world->barrier, deadline_at_random (self),
                                             cancellable, &index, &error);

  return count_index (self, complete, index, error);
}

static void
on_met (GObject *object, GAsyncResult *result, gpointer data)
{
  Worker *self = data;
  GError *error = NULL;
  guint index;
  gboolean complete = ts_barrier_wait_finish (TS_BARRIER (object), result, &index, &error);

  if (!count_index (self, complete, index, error))
    self->rounds = 0;
  self->pending--;
}

static gboolean
meet_as_task (Worker *self)
{
  g_autoptr (GCancellable) cancellable = new_cancellable (self);

  self->pending = 1;
  ts_barrier_wait_async (self->world->barrier, cancellable, on_met, self);
  while (self->pending > 0)
    g_main_context_iteration (self->context, TRUE);
  return self->rounds > 0;
}

/* The first who is done sends the others home. */
static gpointer
meet (gpointer data)
{
  Worker *self = data;

  for (guint i = 0; i < self->rounds; i++)
    {
      if (!(g_rand_boolean (self->rand) ? meet_as_task (self) : meet_as_thread (self)))
        return NULL;
    }
  ts_barrier_abort (self->world->barrier);
  return NULL;
}

static void
random_cancels_leave_each_round_complete (void)
{
  World world = { .barrier = ts_barrier_new (WORKERS), .work = meet };
  Worker workers[WORKERS] = { 0 };
  guint counts[WORKERS] = { 0 };

  run (&world, workers, ts_test_rounds (10000));
  for (guint i = 0; i < WORKERS; i++)
    for (guint index = 0; index < WORKERS; index++)
      counts[index] += workers[i].counts[index];
  g_test_message ("%u rounds were complete", counts[0]);
  for (guint index = 1; index < WORKERS; index++)
    g_assert_cmpuint (counts[index], ==, counts[0]);
  g_object_unref (world.barrier);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/condition/random-cancels-lose-no-notification",
               random_cancels_lose_no_notification);
  ts_test_add ("/tschan/barrier/random-cancels-leave-each-round-complete",
               random_cancels_leave_each_round_complete);

  return g_test_run ();
}
