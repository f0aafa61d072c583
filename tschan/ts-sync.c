/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The slow halves of ts-sync-private.h: what a thread does when it cannot go on at once.
 *
 * Waking a thread that sleeps in the kernel costs tens of microseconds on many machines, a look that
 * ends in time a tenth of one. So both the lock and the parker first look for a while. A parked thread
 * does so as long as it pays: one look in vain, and it sleeps at once from then on, until a sleep turns
 * out to have been so short that looking would have been better. For that whoever wakes a sleeping
 * thread leaves the time, and the number of its processor: looking cannot pay while the other thread
 * waits for the same one. Then the thread lets it run before it sleeps. That is quicker, and as both can
 * run all the time, the kernel will find another processor for one of them, if there is one.
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

#define LINGER_SPINS      100 /* looks before a yield */
#define LOCK_AWAY         60   /* nanoseconds before the second look at a held lock; then twice as many */
#define LOCK_AWAY_MAX     240
#define LOCK_GIVES_WAY    20   /* looks away: the memory may take a microsecond to the other processor */
#define LOCK_SPINS        100  /* looks without looking away */
#define LOCK_YIELDS       16   /* yields before the first nap */
#define LOCK_NAP          50   /* microseconds */
#define LOCK_TRIAL_NAPS   2000 /* naps before an attempt is given up */
#define LOOK_AWAY         4000 /* nanoseconds, at most */
#define STEP_TIME         15   /* nanoseconds for an item, roughly */
#define DILIGENCE         31
#define BRIEF_LOOK        1    /* microsecond, about what it takes to let another thread run */
#define MEASURED_SPINS    1000
#define MIN_WAKE_COST     5    /* microseconds */
#define MAX_WAKE_COST     100  /* more than that is another thread's doing */
#define LONG_PAUSE        1000 /* microseconds, many wake-ups */
#define MAX_FAILURES      6
#define MAX_DOUBTS        (1 << MAX_FAILURES)

/* What a parker says. Who wakes it while it is asleep adds a stamp. */
enum
{
  PARKER_EMPTY = 0,
  PARKER_WOKEN = 1 << 0,
  PARKER_ASLEEP = 1 << 1, /* with PARKER_WOKEN: it was */
};

/* A stamp, above what it is added to */
#define STAMP_CPU_SHIFT  TS_SYNC_STAMP_SHIFT
#define STAMP_CPU_MASK   0x3ffu
#define STAMP_TIME_SHIFT (STAMP_CPU_SHIFT + 10)
#define STAMP_TIME_MASK  0xfffffu /* microseconds, about a second */

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

static void
look_away (int nanoseconds)
{
  for (int spins = MAX (get_spin_rate () * nanoseconds / 1000, 1); spins > 0; spins--)
    cpu_relax ();
}

/* Microseconds from the wake-up of a sleeping thread until it runs, as it was lately. */
static _Atomic int wake_cost = 50;

/* For how many microseconds to look: twice what a wake-up takes, since who waits for a thread that was
 * just woken waits for that first. */
static int
get_patience (void)
{
  return 2 * atomic_load_explicit (&wake_cost, memory_order_relaxed);
}

static void
note_wake_cost (guint took)
{
  int cost = (int) CLAMP (took, MIN_WAKE_COST, MAX_WAKE_COST);
  int old = atomic_load_explicit (&wake_cost, memory_order_relaxed);

  atomic_store_explicit (&wake_cost, (7 * old + cost + 4) / 8, memory_order_relaxed);
}

/* What this thread knows of its waits. */
static _Thread_local struct
{
  guint8   failures;         /* more looks in vain than others; at most MAX_FAILURES */
  guint8   doubts;           /* how many sleeps must be short before it looks again */
  gboolean shares_processor; /* with whoever wakes it */
  guint8   diligence;        /* how many times it will not look away */
  gboolean is_cold;          /* its last wait was a sleep, until @awake_since */
  gint64   awake_since;
} habit;

static void
note_look (gboolean in_vain)
{
  if (!in_vain)
    {
      habit.failures -= habit.failures > 0;
      return;
    }
  habit.failures = MIN (habit.failures + 1, MAX_FAILURES);
  habit.doubts = (guint8) (1 << habit.failures);
}

static void
note_sleep (gboolean was_short)
{
  if (was_short)
    habit.doubts -= habit.doubts > 0;
  else
    habit.doubts = MIN (habit.doubts + 1, MAX_DOUBTS);
}

static guint
get_cpu (void)
{
#ifdef __linux__
  return (guint) sched_getcpu () & STAMP_CPU_MASK;
#else
  return 0;
#endif
}

static guint
get_clock (void)
{
  return (guint) g_get_monotonic_time () & STAMP_TIME_MASK;
}

/* When and where this is, for a thread that is woken now; not zero. */
int
ts_sync_stamp (void)
{
  return (int) (get_cpu () << STAMP_CPU_SHIFT | (get_clock () | 1) << STAMP_TIME_SHIFT);
}

/* What a thread that goes to sleep keeps for ts_sync_learn(). */
guint
ts_sync_fall_asleep (void)
{
  return get_clock ();
}

/* After a sleep that was ended by whoever has left @stamp. */
void
ts_sync_learn (guint asleep_at, int stamp)
{
  guint woken_at = (guint) stamp >> STAMP_TIME_SHIFT;
  guint slept = (woken_at - asleep_at) & STAMP_TIME_MASK;

  habit.is_cold = TRUE;
  habit.awake_since = g_get_monotonic_time ();
  note_wake_cost (((guint) habit.awake_since - woken_at) & STAMP_TIME_MASK);
  habit.shares_processor = ((guint) stamp >> STAMP_CPU_SHIFT & STAMP_CPU_MASK) == get_cpu ();
  note_sleep (!habit.shares_processor && slept <= (guint) get_patience ());
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

/* Whoever takes it no longer wants it; others who do will say so again. */
static gboolean
lock_try (TsSyncLock *lock)
{
  int seen = atomic_load_explicit (&lock->word, memory_order_relaxed);

  return (seen & TS_SYNC_HELD) == 0 &&
         atomic_compare_exchange_weak_explicit (&lock->word, &seen, TS_SYNC_HELD, memory_order_acquire,
                                                memory_order_relaxed);
}

/* The holder is a few instructions from its end; but taking the lock's memory from it at once would only
 * make both fetch it in turn for each step. So this thread looks away for a while, in which the other
 * gets much done. */
static gboolean
lock_try_politely (TsSyncLock *lock)
{
  for (int away = LOCK_AWAY; away <= LOCK_AWAY_MAX; away *= 2)
    {
      look_away (away);
      if (lock_try (lock))
        return TRUE;
    }
  return FALSE;
}

/* Somebody has waited longer: this thread, which may have held the lock just now, must not be the next. */
static void
lock_give_way (TsSyncLock *lock)
{
  for (int round = 0; round < LOCK_GIVES_WAY; round++)
    {
      look_away (LOCK_AWAY_MAX);
      if ((atomic_load_explicit (&lock->word, memory_order_relaxed) & TS_SYNC_WANTED) == 0)
        return;
    }
}

static gboolean
lock_insist (TsSyncLock *lock)
{
  for (int spin = 0; spin < LOCK_SPINS; spin++)
    {
      int seen = atomic_load_explicit (&lock->word, memory_order_relaxed);

      if ((seen & TS_SYNC_WANTED) == 0)
        atomic_fetch_or_explicit (&lock->word, TS_SYNC_WANTED, memory_order_relaxed);
      if (lock_try (lock))
        return TRUE;
      cpu_relax ();
    }
  return FALSE;
}

/* If the holder has lost its processor, yielding gives it one, and sleeping does even if this thread has
 * the higher priority. If it only comes back for more all the time, it must hear of this thread again
 * after each rest, or that would not get the lock for milliseconds. */
void
ts_sync_lock_contended (TsSyncLock *lock, gboolean politely)
{
  if (can_spin () &&
      (atomic_load_explicit (&lock->word, memory_order_relaxed) & TS_SYNC_WANTED) != 0)
    lock_give_way (lock);
  if (can_spin () && ((politely && lock_try_politely (lock)) || lock_insist (lock)))
    return;
  for (guint round = 0; !(can_spin () ? lock_insist (lock) : lock_try (lock)); round++)
    {
      if (round < LOCK_YIELDS)
        sched_yield ();
      else
        g_usleep (LOCK_NAP);
    }
}

/* For who can do without: a debugger may have stopped the thread that holds the lock. */
gboolean
ts_sync_lock_try (TsSyncLock *lock)
{
  gboolean taken = lock_try (lock);

  TS_TSAN_MUTEX (pre_lock, lock, __tsan_mutex_linker_init | __tsan_mutex_try_lock);
  for (guint nap = 0; !taken && nap < LOCK_TRIAL_NAPS; nap++)
    {
      g_usleep (LOCK_NAP);
      taken = lock_try (lock);
    }
  TS_TSAN_MUTEX (post_lock, lock,
                 __tsan_mutex_linker_init | __tsan_mutex_try_lock |
                   (taken ? 0 : __tsan_mutex_try_lock_failed), 0);
  return taken;
}

static gboolean
parker_is_woken (TsParker *parker)
{
  return (atomic_load_explicit (&parker->state, memory_order_acquire) & PARKER_WOKEN) != 0;
}

static gboolean
parker_look (gpointer parker)
{
  return parker_is_woken (parker);
}

static gboolean
look_for (int microseconds, gboolean (*look) (gpointer), gpointer data)
{
  for (int spins = get_spin_rate () * microseconds; spins > 0; spins--)
    {
      if (look (data))
        return TRUE;
      cpu_relax ();
    }
  return FALSE;
}

/* Who has done something else for long has let the other go to sleep, too. */
static gboolean
has_paused (void)
{
  return habit.is_cold && g_get_monotonic_time () - habit.awake_since > LONG_PAUSE;
}

/* Calls @look for longer, if that may pay. */
static gboolean
look_patiently (gboolean (*look) (gpointer), gpointer data)
{
  gboolean seen;

  if (!can_spin () || habit.doubts > 0 || has_paused ())
    return FALSE;
  seen = look_for (get_patience (), look, data);
  note_look (!seen);
  return seen;
}

/* Lets the other thread run, if both want this processor. */
static gboolean
look_after_others (gboolean (*look) (gpointer), gpointer data)
{
  if (can_spin () && !habit.shares_processor)
    return FALSE;
  sched_yield ();
  return look (data);
}

static gboolean
look_briefly (gboolean (*look) (gpointer), gpointer data)
{
  gboolean seen = look (data) || (can_spin () && look_for (BRIEF_LOOK, look, data));

  if (seen)
    habit.is_cold = FALSE;
  return seen;
}

/* What to do before a sleep: calls @look for as long as may pay, until it says TRUE. */
gboolean
ts_sync_look (gboolean (*look) (gpointer), gpointer data)
{
  if (!can_spin () || habit.shares_processor)
    return look_after_others (look, data);
  return look_briefly (look, data) || look_patiently (look, data);
}

/* A moment without touching anything, in which something may gather for this thread to take at once: as
 * long as it takes another to do @n_steps. FALSE: lately that did not pay, so it was left out. */
gboolean
ts_sync_look_away (guint n_steps)
{
  if (habit.diligence > 0)
    {
      habit.diligence--;
      return FALSE;
    }
  look_away ((int) MIN (n_steps, LOOK_AWAY / STEP_TIME) * STEP_TIME);
  return TRUE;
}

void
ts_sync_looked_away (gboolean paid)
{
  if (!paid)
    habit.diligence = DILIGENCE;
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

/* FALSE when @deadline has passed. */
static gboolean
parker_sleep (TsParker *parker, gint64 deadline)
{
  guint asleep_at = ts_sync_fall_asleep ();
  int state = PARKER_EMPTY;

  if (!atomic_compare_exchange_strong (&parker->state, &state, PARKER_ASLEEP) &&
      (state & PARKER_WOKEN) != 0)
    return TRUE;
  while (!parker_is_woken (parker))
    {
      if (!futex_wait (&parker->state, PARKER_ASLEEP, deadline))
        return parker_is_woken (parker);
    }
  ts_sync_learn (asleep_at, atomic_load_explicit (&parker->state, memory_order_relaxed));
  return TRUE;
}

/* Whether ts_parker_wake() comes at once. */
gboolean
ts_parker_look (TsParker *parker)
{
  return look_briefly (parker_look, parker);
}

/* Sleeps until ts_parker_wake(), however early that came. FALSE when @deadline (-1: never) passed
 * first; the parker may still be woken afterwards, and may then be waited on again. */
gboolean
ts_parker_wait (TsParker *parker, gint64 deadline)
{
  return parker_is_woken (parker) || look_patiently (parker_look, parker) ||
         look_after_others (parker_look, parker) || parker_sleep (parker, deadline);
}

/* The parker's memory belongs to the thread that waits, which may return as soon as it sees the
 * new state: nothing here may touch it after that, but for its address. */
void
ts_parker_wake (TsParker *parker)
{
  _Atomic int *word = &parker->state;
  int state = PARKER_EMPTY;

  if (atomic_compare_exchange_strong (word, &state, PARKER_WOKEN))
    return;
  atomic_store (word, PARKER_WOKEN | PARKER_ASLEEP | ts_sync_stamp ());
  futex_wake (word);
}

#endif
