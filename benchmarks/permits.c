/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* W11, semaphores and locks: taking and giving back, alone and with others. A GAsyncQueue of tokens is
 * the semaphore that GLib's users have. */

#include "bench.h"

typedef struct
{
  const char *name;
  gpointer  (*create)  (int permits);
  void      (*take)    (gpointer permits);
  void      (*give)    (gpointer permits);
  void      (*destroy) (gpointer permits);
} BenchPermits;

static gpointer
tokens_create (int permits)
{
  GAsyncQueue *queue = g_async_queue_new ();

  for (int i = 0; i < permits; i++)
    g_async_queue_push (queue, queue);
  return queue;
}

static void
tokens_take (gpointer permits)
{
  g_async_queue_pop (permits);
}

static void
tokens_give (gpointer permits)
{
  g_async_queue_push (permits, permits);
}

static void
tokens_destroy (gpointer permits)
{
  g_async_queue_unref (permits);
}

static gpointer
semaphore_create (int permits)
{
  return ts_semaphore_new ((guint) permits);
}

static void
semaphore_take (gpointer permits)
{
  ts_semaphore_acquire (permits, NULL, NULL);
}

static void
semaphore_give (gpointer permits)
{
  ts_semaphore_release (permits, 1, NULL);
}

static gpointer
mutex_create (int permits)
{
  GMutex *mutex = g_new0 (GMutex, 1);

  g_mutex_init (mutex);
  return mutex;
}

static void
mutex_take (gpointer permits)
{
  g_mutex_lock (permits);
}

static void
mutex_give (gpointer permits)
{
  g_mutex_unlock (permits);
}

static void
mutex_destroy (gpointer permits)
{
  g_mutex_clear (permits);
  g_free (permits);
}

static gpointer
lock_create (int permits)
{
  return ts_lock_new ();
}

static void
lock_take (gpointer permits)
{
  ts_lock_acquire (permits, NULL, NULL);
}

static void
lock_give (gpointer permits)
{
  ts_lock_release (permits, NULL);
}

static const BenchPermits tokens = {
  "GAsyncQueue", tokens_create, tokens_take, tokens_give, tokens_destroy,
};
static const BenchPermits semaphore = {
  "tschan", semaphore_create, semaphore_take, semaphore_give, g_object_unref,
};
static const BenchPermits mutex = {
  "GMutex", mutex_create, mutex_take, mutex_give, mutex_destroy,
};
static const BenchPermits lock = {
  "tschan", lock_create, lock_take, lock_give, g_object_unref,
};

typedef struct
{
  const BenchPermits *peer;
  gpointer            permits;
  gint64              count;
} Taker;

static gpointer
take_and_give (gpointer data)
{
  Taker *self = data;

  for (gint64 i = 0; i < self->count; i++)
    {
      self->peer->take (self->permits);
      self->peer->give (self->permits);
    }
  return NULL;
}

/* @producers threads share @capacity permits. */
static double
run_takers (const BenchCase *self, gint64 count)
{
  const BenchPermits *peer = self->peer;
  Taker taker = { peer, peer->create (self->capacity), count / self->producers };
  gpointer takers[] = { &taker, &taker, &taker, &taker };
  gint64 started = bench_now (), took;

  if (self->producers == 1)
    take_and_give (&taker);
  else
    bench_run_threads (take_and_give, takers, self->producers);
  took = bench_now () - started;
  peer->destroy (taker.permits);
  return (double) took / (double) count;
}

static void
add (const char *parameter, const BenchPermits *peer, int permits, int threads)
{
  bench_add (&(BenchCase) { "W11", parameter, peer->name, run_takers, peer, permits, threads,
                            .start_count = 200000 });
}

void
bench_add_permits (void)
{
  add ("semaphore", &tokens, 1, 1);
  add ("semaphore", &semaphore, 1, 1);
  add ("semaphore-4-on-2", &tokens, 2, 4);
  add ("semaphore-4-on-2", &semaphore, 2, 4);
  add ("lock", &mutex, 1, 1);
  add ("lock", &lock, 1, 1);
  add ("lock-4", &mutex, 1, 4);
  add ("lock-4", &lock, 1, 4);
}
