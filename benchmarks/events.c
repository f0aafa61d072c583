/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* W11, events: one thread waits until another says so. */

#include "bench.h"

#include <stdatomic.h>

#ifdef __linux__
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

typedef struct
{
  const char *name;
  gpointer  (*create)  (gboolean auto_reset);
  void      (*set)     (gpointer event);
  void      (*wait)    (gpointer event);
  void      (*destroy) (gpointer event);
} BenchEvent;

/* tschan */

static gpointer
tschan_create (gboolean auto_reset)
{
  return auto_reset ? ts_event_new_auto_reset () : ts_event_new ();
}

static void
tschan_set (gpointer event)
{
  ts_event_set (event);
}

static void
tschan_wait (gpointer event)
{
  ts_event_wait (event, NULL, NULL);
}

static const BenchEvent tschan_event = {
  "tschan", tschan_create, tschan_set, tschan_wait, g_object_unref,
};

/* What everybody writes by hand */

typedef struct
{
  GMutex   mutex;
  GCond    cond;
  gboolean auto_reset;
  gboolean set;
} CondEvent;

static gpointer
cond_create (gboolean auto_reset)
{
  CondEvent *self = g_new0 (CondEvent, 1);

  self->auto_reset = auto_reset;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  return self;
}

static void
cond_set (gpointer event)
{
  CondEvent *self = event;

  g_mutex_lock (&self->mutex);
  self->set = TRUE;
  if (self->auto_reset)
    g_cond_signal (&self->cond);
  else
    g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

static void
cond_wait (gpointer event)
{
  CondEvent *self = event;

  g_mutex_lock (&self->mutex);
  while (!self->set)
    g_cond_wait (&self->cond, &self->mutex);
  if (self->auto_reset)
    self->set = FALSE;
  g_mutex_unlock (&self->mutex);
}

static void
cond_destroy (gpointer event)
{
  CondEvent *self = event;

  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

static const BenchEvent cond_event = {
  "GMutex+GCond", cond_create, cond_set, cond_wait, cond_destroy,
};

#ifdef __linux__

/* What the kernel needs for it: nobody can be quicker without looking. */

typedef struct
{
  _Atomic int set;
  gboolean    auto_reset;
} FutexEvent;

static gpointer
futex_create (gboolean auto_reset)
{
  FutexEvent *self = g_new0 (FutexEvent, 1);

  self->auto_reset = auto_reset;
  return self;
}

static void
futex_set (gpointer event)
{
  FutexEvent *self = event;

  atomic_store (&self->set, TRUE);
  syscall (SYS_futex, &self->set, FUTEX_WAKE_PRIVATE, self->auto_reset ? 1 : G_MAXINT, NULL, NULL, 0);
}

static void
futex_wait (gpointer event)
{
  FutexEvent *self = event;

  while (self->auto_reset ? !atomic_exchange (&self->set, FALSE) : !atomic_load (&self->set))
    syscall (SYS_futex, &self->set, FUTEX_WAIT_PRIVATE, FALSE, NULL, NULL, 0);
}

static const BenchEvent futex_event = {
  "futex", futex_create, futex_set, futex_wait, g_free,
};

#endif

/* Two threads that wake each other in turns */

typedef struct
{
  const BenchEvent *peer;
  gpointer          mine, theirs;
  gint64            count;
  gboolean          first;
} Player;

static gpointer
play (gpointer data)
{
  Player *self = data;

  for (gint64 i = 0; i < self->count; i++)
    {
      if (self->first)
        self->peer->set (self->theirs);
      self->peer->wait (self->mine);
      if (!self->first)
        self->peer->set (self->theirs);
    }
  return NULL;
}

static double
run_ping_pong (const BenchCase *self, gint64 count)
{
  const BenchEvent *peer = self->peer;
  gpointer a = peer->create (TRUE), b = peer->create (TRUE);
  Player one = { peer, a, b, count, TRUE }, two = { peer, b, a, count, FALSE };
  gint64 started = bench_now (), took;

  bench_run_threads (play, (gpointer[]) { &one, &two }, 2);
  took = bench_now () - started;
  peer->destroy (a);
  peer->destroy (b);
  return (double) took / (double) count;
}

/* A thread that has slept for a while */

#define SLEPT_US 5000

typedef struct
{
  const BenchEvent *peer;
  gpointer          event, reply;
  gint64            count;
  _Atomic gint64    woken_at;
} Sleeper;

static gpointer
sleeper_main (gpointer data)
{
  Sleeper *self = data;

  for (gint64 i = 0; i < self->count; i++)
    {
      self->peer->wait (self->event);
      self->woken_at = bench_now ();
      self->peer->set (self->reply);
    }
  return NULL;
}

static double
run_parked (const BenchCase *self, gint64 count)
{
  const BenchEvent *peer = self->peer;
  Sleeper sleeper = { peer, peer->create (TRUE), peer->create (TRUE), count, 0 };
  GThread *thread = g_thread_new ("sleeper", sleeper_main, &sleeper);
  gint64 *samples = g_new (gint64, count);
  double median;

  for (gint64 i = 0; i < count; i++)
    {
      gint64 set_at;

      g_usleep (SLEPT_US);
      set_at = bench_now ();
      peer->set (sleeper.event);
      peer->wait (sleeper.reply);
      samples[i] = sleeper.woken_at - set_at;
    }
  g_thread_join (thread);
  median = (double) bench_percentile (samples, (int) count, 50);
  g_free (samples);
  peer->destroy (sleeper.event);
  peer->destroy (sleeper.reply);
  return median;
}

/* Many threads that sleep on one event */

#define CROWD        1000
#define CROWD_ROUNDS 5

typedef struct
{
  const BenchEvent *peer;
  gpointer          events[CROWD_ROUNDS];
  _Atomic int       asleep, woken;
  _Atomic gint64    last_woken_at;
} Crowd;

static gpointer
crowd_main (gpointer data)
{
  Crowd *self = data;

  for (int round = 0; round < CROWD_ROUNDS; round++)
    {
      self->asleep++;
      self->peer->wait (self->events[round]);
      if (++self->woken == (round + 1) * CROWD)
        self->last_woken_at = bench_now ();
    }
  return NULL;
}

static gint64
wake_crowd (Crowd *crowd, int round)
{
  gint64 set_at;

  while (crowd->asleep < (round + 1) * CROWD)
    g_usleep (500);
  g_usleep (20000);
  set_at = bench_now ();
  crowd->peer->set (crowd->events[round]);
  while (crowd->last_woken_at == 0)
    g_usleep (200);
  return crowd->last_woken_at - set_at;
}

static double
run_crowd (const BenchCase *self, gint64 count)
{
  Crowd crowd = { .peer = self->peer };
  GThread *threads[CROWD];
  gint64 took[CROWD_ROUNDS];

  for (int round = 0; round < CROWD_ROUNDS; round++)
    crowd.events[round] = crowd.peer->create (FALSE);
  for (int i = 0; i < CROWD; i++)
    threads[i] = g_thread_new ("crowd", crowd_main, &crowd);
  for (int round = 0; round < CROWD_ROUNDS; round++)
    {
      took[round] = wake_crowd (&crowd, round);
      crowd.last_woken_at = 0;
    }
  for (int i = 0; i < CROWD; i++)
    g_thread_join (threads[i]);
  for (int round = 0; round < CROWD_ROUNDS; round++)
    crowd.peer->destroy (crowd.events[round]);
  return (double) bench_percentile (took, CROWD_ROUNDS, 50) / CROWD;
}

static void
add (const BenchEvent *peer)
{
  bench_add (&(BenchCase) {
               .workload = "W11", .parameter = "event-spinning", .implementation = peer->name,
               .run = run_ping_pong, .peer = peer, .start_count = 1000,
             });
  bench_add (&(BenchCase) {
               .workload = "W11", .parameter = "event-parked", .implementation = peer->name,
               .run = run_parked, .peer = peer, .fixed_count = 60,
             });
  bench_add (&(BenchCase) {
               .workload = "W11", .parameter = "event-1000", .implementation = peer->name,
               .run = run_crowd, .peer = peer, .fixed_count = 1,
             });
}

void
bench_add_events (void)
{
  add (&cond_event);
#ifdef __linux__
  add (&futex_event);
#endif
  add (&tschan_event);
}
