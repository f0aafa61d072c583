/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Threads that acquire by every way, at random, and are cancelled, late or give up at random: there
 * are never more inside than there are permits, and in the end all permits are back. And what was written
 * before a release is seen by whoever it lets in. */

#include "ts-test-util.h"

#define WORKERS 3
#define TASKS   4 /* at the same time, of one worker */

typedef struct
{
  const char *name;
  int         permits;
  gpointer  (*new_free) (void);
  gboolean  (*wait)     (gpointer object, gint64 deadline, GCancellable *cancellable,
                         GError **error);
  void      (*async)    (gpointer object, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data);
  gboolean  (*finish)   (gpointer object, GAsyncResult *result, GError **error);
  gint64    (*port)     (TsPort *port, gpointer object);
  int       (*select)   (TsSelect *select, gpointer object);
  gboolean  (*try)      (gpointer object);
  void      (*release)  (gpointer object);
} Kind;

static gpointer
semaphore_new_free (void)
{
  return ts_semaphore_new_bounded (2, 4); /* one more for each worker that gives back late */
}

static gboolean
semaphore_wait (gpointer object, gint64 deadline, GCancellable *cancellable, GError **error)
{
  return ts_semaphore_acquire_until (object, deadline, cancellable, error);
}

static void
semaphore_async (gpointer object, GCancellable *cancellable, GAsyncReadyCallback callback,
                 gpointer user_data)
{
  ts_semaphore_acquire_async (object, cancellable, callback, user_data);
}

static gboolean
semaphore_finish (gpointer object, GAsyncResult *result, GError **error)
{
  return ts_semaphore_acquire_finish (object, result, error);
}

static gint64
semaphore_port (TsPort *port, gpointer object)
{
  return ts_port_acquire (port, object);
}

static int
semaphore_select (TsSelect *select, gpointer object)
{
  return ts_select_add_acquire (select, object);
}

static gboolean
semaphore_try (gpointer object)
{
  return ts_semaphore_try_acquire (object);
}

static void
semaphore_release (gpointer object)
{
  g_assert_true (ts_semaphore_release (object, 1, NULL));
}

static gpointer
lock_new_free (void)
{
  return ts_lock_new ();
}

static gboolean
lock_wait (gpointer object, gint64 deadline, GCancellable *cancellable, GError **error)
{
  return ts_lock_acquire_until (object, deadline, cancellable, error);
}

static void
lock_async (gpointer object, GCancellable *cancellable, GAsyncReadyCallback callback,
            gpointer user_data)
{
  ts_lock_acquire_async (object, cancellable, callback, user_data);
}

static gboolean
lock_finish (gpointer object, GAsyncResult *result, GError **error)
{
  return ts_lock_acquire_finish (object, result, error);
}

static gint64
lock_port (TsPort *port, gpointer object)
{
  return ts_port_acquire_lock (port, object);
}

static int
lock_select (TsSelect *select, gpointer object)
{
  return ts_select_add_lock (select, object);
}

static gboolean
lock_try (gpointer object)
{
  return ts_lock_try_acquire (object);
}

static void
lock_release (gpointer object)
{
  g_assert_true (ts_lock_release (object, NULL));
}

static const Kind semaphore_kind = {
  "semaphore", 2, semaphore_new_free, semaphore_wait, semaphore_async, semaphore_finish,
  semaphore_port, semaphore_select, semaphore_try, semaphore_release,
};

static const Kind lock_kind = {
  "lock", 1, lock_new_free, lock_wait, lock_async, lock_finish, lock_port, lock_select, lock_try,
  lock_release,
};

typedef struct
{
  const Kind   *kind;
  gpointer      object;
  _Atomic int   inside;
  _Atomic int   working; /* workers */
  _Atomic guint cancels;
  guint         enough;  /* of them */
  _Atomic guint entered;
} World;

typedef struct
{
  World        *world;
  GRand        *rand;
  GMutex        mutex;
  GCancellable *current; /* guarded by @mutex */
  GMainContext *context;
  guint         pending; /* tasks */
} Worker;

static void
enter_and_leave (World *self)
{
  g_assert_cmpint (atomic_fetch_add (&self->inside, 1), <, self->kind->permits);
  atomic_fetch_add_explicit (&self->entered, 1, memory_order_relaxed);
  if (atomic_load (&self->entered) % 8 == 0)
    g_thread_yield ();
  atomic_fetch_sub (&self->inside, 1);
  self->kind->release (self->object);
}

static void
check (World *self, gboolean acquired, GError *error)
{
  g_assert_true (acquired == (error == NULL));
  if (acquired)
    enter_and_leave (self);
  else
    g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
                   g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
  g_clear_error (&error);
}

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
acquire_blocking (Worker *self)
{
  g_autoptr (GCancellable) cancellable = g_rand_boolean (self->rand) ? new_cancellable (self) : NULL;
  GError *error = NULL;
  gint64 deadline = -1;
  gboolean acquired;

  if (g_rand_boolean (self->rand))
    deadline = g_get_monotonic_time () + g_rand_int_range (self->rand, 0, 60);
  acquired = self->world->kind->wait (self->world->object, deadline, cancellable, &error);
  check (self->world, acquired, error);
}

static void
on_acquired (GObject *object, GAsyncResult *result, gpointer data)
{
  Worker *self = data;
  GError *error = NULL;
  gboolean acquired;

  self->pending--;
  if (g_rand_int_range (self->rand, 0, 4) == 0)
    return;
  acquired = self->world->kind->finish (object, result, &error);
  check (self->world, acquired, error);
}

static void
acquire_async (Worker *self)
{
  guint n = (guint) g_rand_int_range (self->rand, 1, TASKS + 1);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GCancellable) cancellable = new_cancellable (self);

      self->pending++;
      self->world->kind->async (self->world->object, cancellable, on_acquired, self);
      if (g_rand_boolean (self->rand))
        g_main_context_iteration (self->context, FALSE);
      if (g_rand_boolean (self->rand))
        {
          g_cancellable_cancel (cancellable);
          atomic_fetch_add (&self->world->cancels, 1);
        }
    }
  while (self->pending > 0)
    g_main_context_iteration (self->context, TRUE);
}

/* The rest of the context's tasks go with it. */
static void
lose_context (Worker *self)
{
  self->pending += TASKS;
  for (guint i = 0; i < TASKS; i++)
    self->world->kind->async (self->world->object, NULL, on_acquired, self);
  while (self->pending > TASKS / 2)
    g_main_context_iteration (self->context, TRUE);
  ts_test_context_pop (self->context);
  self->context = ts_test_context_push ();
  self->pending = 0;
}

static void
acquire_by_port (Worker *self)
{
  g_autoptr (TsPort) port = ts_port_new ();
  gint64 tokens[TASKS], ready;

  for (guint i = 0; i < TASKS; i++)
    tokens[i] = self->world->kind->port (port, self->world->object);
  for (guint i = 0; i < TASKS; i++)
    if (g_rand_boolean (self->rand))
      {
        ts_port_cancel (port, tokens[i]);
        atomic_fetch_add (&self->world->cancels, 1);
      }
  while ((ready = ts_port_next_ready (port)) >= 0)
    {
      GValue value = G_VALUE_INIT;
      GError *error = NULL;
      gboolean acquired = ts_port_finish (port, ready, &value, &error);

      g_value_unset (&value);
      check (self->world, acquired, error);
    }
}

static gboolean
wait_once (Worker *self, TsSelect *select, int *won)
{
  const gboolean patient = g_rand_boolean (self->rand);
  g_autoptr (GCancellable) cancellable = patient ? NULL : new_cancellable (self);
  g_autoptr (GError) error = NULL;

  *won = ts_select_wait (select, cancellable, &error);
  if (*won < 0)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return *won >= 0;
}

/* The same twice, beside a deadline: one of them happens at a time. */
static void
acquire_by_select (Worker *self)
{
  g_autoptr (TsSelect) select = ts_select_new ();
  const int late = ts_select_add_deadline (select, g_get_monotonic_time () +
                                                   g_rand_int_range (self->rand, 0, 60));
  int won;

  self->world->kind->select (select, self->world->object);
  self->world->kind->select (select, self->world->object);
  while (wait_once (self, select, &won) && won != late)
    enter_and_leave (self->world);
}

static void
acquire_somehow (Worker *self)
{
  const gint32 way = g_rand_int_range (self->rand, 0, 100);

  if (way < 50)
    acquire_blocking (self);
  else if (way < 70)
    acquire_async (self);
  else if (way < 72)
    lose_context (self);
  else if (way < 80)
    acquire_by_port (self);
  else if (way < 90)
    acquire_by_select (self);
  else if (self->world->kind->try (self->world->object))
    enter_and_leave (self->world);
}

static gpointer
work (gpointer data)
{
  Worker *self = data;

  self->context = ts_test_context_push ();
  while (atomic_load_explicit (&self->world->cancels, memory_order_relaxed) < self->world->enough)
    acquire_somehow (self);
  ts_test_context_pop (self->context);
  atomic_fetch_sub (&self->world->working, 1);
  return NULL;
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
      atomic_fetch_add (&world->cancels, 1);
      g_object_unref (cancellable);
    }
}

/* A hundred times as many, as under stress, are a million cancels. */
static void
random_cancels_lose_no_permit (gconstpointer data)
{
  World world = { .kind = data, .working = WORKERS, .enough = ts_test_rounds (10000) };
  Worker workers[WORKERS] = { 0 };
  TsTestThread *threads[WORKERS];
  g_autoptr (GRand) rand = ts_test_rand_new ();

  world.object = world.kind->new_free ();
  for (guint i = 0; i < WORKERS; i++)
    {
      workers[i].world = &world;
      workers[i].rand = g_rand_new_with_seed (g_rand_int (rand));
      threads[i] = ts_test_thread_new (work, &workers[i]);
    }
  cancel_at_random (&world, workers, rand);
  for (guint i = 0; i < WORKERS; i++)
    {
      ts_test_thread_join (threads[i]);
      g_rand_free (workers[i].rand);
      g_clear_object (&workers[i].current);
    }

  g_test_message ("%u times inside, %u cancelled", world.entered, world.cancels);
  for (int i = 0; i < world.kind->permits; i++)
    g_assert_true (world.kind->try (world.object));
  g_assert_false (world.kind->try (world.object));
  g_object_unref (world.object);
}

/* What was written before a permit was released is seen by whoever gets it, though neither takes a lock:
 * for ThreadSanitizer. */

typedef struct
{
  TsSemaphore *semaphore;
  int          written; /* without any protection but the permit's */
} Parcel;

static gpointer
write_and_release (gpointer data)
{
  Parcel *parcel = data;

  parcel->written = 1;
  g_assert_true (ts_semaphore_release (parcel->semaphore, 1, NULL));
  return NULL;
}

static void
what_was_written_before_a_release_is_seen (void)
{
  for (guint round = 0; round < 50; round++)
    {
      Parcel parcel = { ts_semaphore_new (0), 0 };
      TsTestThread *writer = ts_test_thread_new (write_and_release, &parcel);

      while (!ts_semaphore_try_acquire (parcel.semaphore))
        g_thread_yield ();
      g_assert_cmpint (parcel.written, ==, 1);
      ts_test_thread_join (writer);
      g_object_unref (parcel.semaphore);
    }
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add_data ("/tschan/semaphore/random-cancels-lose-no-permit",
                    random_cancels_lose_no_permit, &semaphore_kind);
  ts_test_add_data ("/tschan/lock/random-cancels-lose-no-permit", random_cancels_lose_no_permit,
                    &lock_kind);
  ts_test_add ("/tschan/semaphore/race/what-was-written-before-a-release-is-seen",
               what_was_written_before_a_release_is_seen);

  return g_test_run ();
}
