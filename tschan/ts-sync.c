/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The slow halves of ts-sync-private.h: what a thread does when it cannot go on at once.
 *
 * Waking a thread that sleeps in the kernel costs tens of microseconds on many machines, a spin
 * that ends in time a tenth of one. So both the lock and the parker first look for a while. How
 * long a parked thread looks adapts: where looking did not pay, the next waits sleep at once, with
 * a full look every so often, since a pair of threads that have both gone to sleep would otherwise
 * never find out that they have become quick again.
 */

#include "config.h"

#include "ts-sync-private.h"

#ifndef TS_DST

#include <errno.h>
#include <sched.h>

#ifdef __linux__
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#define LINGER_SPINS  100 /* looks before a yield */
#define LOCK_AWAY     24  /* pauses before the second look at a held lock; then twice as many */
#define LOCK_AWAY_MAX 256
#define LOCK_YIELDS   16  /* yields before the first nap */
#define LOCK_NAP      50  /* microseconds */
#define MEASURED_SPINS 1000
#define MAX_WAKE_COST 50  /* microseconds: more than that is another thread's doing */
#define AWAY_SPINS    160 /* pauses: one to five microseconds */
#define MAX_FAILURES  6   /* a full look after at most 63 waits without */

enum
{
  PARKER_EMPTY,
  PARKER_WOKEN,
  PARKER_ASLEEP,
};

static inline void
cpu_relax (void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause ();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ volatile ("yield");
#endif
}

/* How many pauses a microsecond takes; -1: spinning on the only processor would keep away the very
 * thread that is waited for. */
static int
get_spin_rate (void)
{
  static _Atomic int rate;
  int known = atomic_load_explicit (&rate, memory_order_relaxed);

  if (G_UNLIKELY (known == 0))
    {
      gint64 started = g_get_monotonic_time ();

      for (int spins = 0; spins < MEASURED_SPINS; spins++)
        cpu_relax ();
      known = MEASURED_SPINS / (int) CLAMP (g_get_monotonic_time () - started, 1, MEASURED_SPINS);
      if (g_get_num_processors () == 1)
        known = -1;
      atomic_store_explicit (&rate, known, memory_order_relaxed);
    }
  return known;
}

static gboolean
can_spin (void)
{
  return get_spin_rate () > 0;
}

/* Microseconds from the wake-up of a sleeping thread until it runs, as it was lately. Looking for longer
 * than that before sleeping costs more than it can save. */
static _Atomic int wake_cost = 10;

static void
note_wake_cost (gint64 woken_at)
{
  int cost = (int) CLAMP (g_get_monotonic_time () - woken_at, 1, MAX_WAKE_COST);
  int old = atomic_load_explicit (&wake_cost, memory_order_relaxed);

  atomic_store_explicit (&wake_cost, (7 * old + cost + 4) / 8, memory_order_relaxed);
}

#ifdef __linux__

#ifdef SYS_futex_time64 /* 32-bit machines: the call that knows 64-bit time */
#define SYS_FUTEX SYS_futex_time64
#else
#define SYS_FUTEX SYS_futex
#endif

/* Sleeps while *@word is @value; may return early, for no reason. FALSE when @deadline has passed. */
static gboolean
futex_wait (_Atomic int *word, int value, gint64 deadline)
{
  struct { gint64 sec, nsec; } until = { deadline / G_USEC_PER_SEC, (deadline % G_USEC_PER_SEC) * 1000 };
  long result;

  result = syscall (SYS_FUTEX, word, FUTEX_WAIT_BITSET_PRIVATE, value, deadline < 0 ? NULL : &until,
                    NULL, FUTEX_BITSET_MATCH_ANY);
  return !(result < 0 && errno == ETIMEDOUT);
}

/* The word may be gone by now: its thread saw the new value and left. The kernel only compares
 * addresses, so at worst a stranger wakes up early, as it must be ready to anyway. */
static void
futex_wake (_Atomic int *word)
{
  syscall (SYS_FUTEX, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

#else

/* Elsewhere one bucket of a small table stands in for the kernel's. */
typedef struct
{
  GMutex mutex;
  GCond  cond;
} Bucket;

static Bucket *
bucket_for (_Atomic int *word)
{
  static Bucket buckets[64];

  return &buckets[((guintptr) word >> 4) % G_N_ELEMENTS (buckets)];
}

static gboolean
futex_wait (_Atomic int *word, int value, gint64 deadline)
{
  Bucket *bucket = bucket_for (word);
  gboolean in_time = TRUE;

  g_mutex_lock (&bucket->mutex);
  if (atomic_load (word) == value)
    {
      if (deadline < 0)
        g_cond_wait (&bucket->cond, &bucket->mutex);
      else
        in_time = g_cond_wait_until (&bucket->cond, &bucket->mutex, deadline);
    }
  g_mutex_unlock (&bucket->mutex);
  return in_time;
}

static void
futex_wake (_Atomic int *word)
{
  Bucket *bucket = bucket_for (word);

  g_mutex_lock (&bucket->mutex);
  g_cond_broadcast (&bucket->cond);
  g_mutex_unlock (&bucket->mutex);
}

#endif

static gboolean
lock_try (TsSyncLock *lock)
{
  int expected = 0;

  return atomic_load_explicit (&lock->state, memory_order_relaxed) == 0 &&
         atomic_compare_exchange_weak_explicit (&lock->state, &expected, 1, memory_order_acquire,
                                                memory_order_relaxed);
}

/* The holder is a few instructions from its end; but taking the lock's memory from it at once would only
 * make both fetch it in turn for each step. So this thread looks away for a while, in which the other
 * gets much done. If the holder has lost its processor, yielding gives it one, and sleeping does even if
 * this thread has the higher priority. */
void
ts_sync_lock_contended (TsSyncLock *lock)
{
  int away = can_spin () ? LOCK_AWAY : 0;

  for (guint round = 0;; round++)
    {
      for (int spin = 0; spin < away; spin++)
        cpu_relax ();
      if (lock_try (lock))
        return;
      if (away < LOCK_AWAY_MAX && away > 0)
        away *= 2;
      else if (round < LOCK_YIELDS)
        sched_yield ();
      else
        g_usleep (LOCK_NAP);
    }
}

static gboolean
parker_is_woken (TsParker *parker)
{
  return atomic_load_explicit (&parker->state, memory_order_acquire) == PARKER_WOKEN;
}

static gboolean
parker_look (gpointer parker)
{
  return parker_is_woken (parker);
}

/* Calls @look for about as long as a wake-up takes, until it says TRUE. Each time in a row that this did not pay, the thread does
 * without it twice as often before it tries again. */
gboolean
ts_sync_spin (gboolean (*look) (gpointer), gpointer data)
{
  static _Thread_local guint8 failures, sleeps_left;

  if (!can_spin ())
    return FALSE;
  if (sleeps_left > 0)
    {
      sleeps_left--;
      return FALSE;
    }
  for (int spins = get_spin_rate () * wake_cost; spins > 0; spins--)
    {
      if (look (data))
        {
          failures = 0;
          return TRUE;
        }
      cpu_relax ();
    }
  failures = MIN (failures + 1, MAX_FAILURES);
  sleeps_left = (guint8) ((1 << failures) - 1);
  return FALSE;
}

/* A moment without touching anything. */
void
ts_sync_look_away (void)
{
  for (int spins = 0; spins < AWAY_SPINS; spins++)
    cpu_relax ();
}

/* Calls @look for a while, until it says TRUE, and lets other threads run in between: for something
 * that is held for short moments, by threads that may have lost their processor meanwhile. */
gboolean
ts_sync_linger (gboolean (*look) (gpointer), gpointer data)
{
  const int spins = can_spin () ? LINGER_SPINS : 1;

  for (int round = 0; round < LOCK_YIELDS; round++)
    {
      for (int spin = 0; spin < spins; spin++)
        {
          if (look (data))
            return TRUE;
          cpu_relax ();
        }
      sched_yield ();
    }
  return FALSE;
}

/* Sleeps until ts_parker_wake(), however early that came. FALSE when @deadline (-1: never) passed
 * first; the parker may still be woken afterwards, and may then be waited on again. */
gboolean
ts_parker_wait (TsParker *parker, gint64 deadline)
{
  int state = PARKER_EMPTY;

  if (parker_is_woken (parker) || ts_sync_spin (parker_look, parker))
    return TRUE;
  if (!can_spin ())
    sched_yield (); /* on the only processor that is what looking is elsewhere */
  if (!atomic_compare_exchange_strong (&parker->state, &state, PARKER_ASLEEP) &&
      state == PARKER_WOKEN)
    return TRUE;
  while (!parker_is_woken (parker))
    {
      if (!futex_wait (&parker->state, PARKER_ASLEEP, deadline))
        return parker_is_woken (parker);
    }
  if (parker->woken_at != 0)
    note_wake_cost (parker->woken_at);
  return TRUE;
}

/* The parker's memory belongs to the thread that waits, which may return as soon as it sees the
 * new state: nothing here may touch it after that, but for its address. */
void
ts_parker_wake (TsParker *parker)
{
  _Atomic int *word = &parker->state;

  if (atomic_load_explicit (word, memory_order_relaxed) == PARKER_ASLEEP)
    parker->woken_at = g_get_monotonic_time ();
  if (atomic_exchange (word, PARKER_WOKEN) == PARKER_ASLEEP)
    futex_wake (word);
}

#endif
