/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Every lock, every sleep and every look at the clock of the library goes through this header,
 * and through nothing else. On it hang
 *
 *  - the locks and the parking of threads (ts-sync.c: spin, yield, then a futex),
 *  - clang's thread-safety analysis: each type names a *role* for its lock, since C cannot name a
 *    member of the same struct,
 *  - ThreadSanitizer's view of these locks,
 *  - the deterministic scheduler of test builds (TS_DST), which replaces all of it,
 *  - TS_SYNC_POINT(), the places where another thread's step would matter, and which are no lock.
 */

#pragma once

#include <gio/gio.h>
#include <stdatomic.h>

#if defined(__SANITIZE_THREAD__)
#define TS_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TS_TSAN 1
#endif
#endif

#ifdef TS_TSAN
#include <sanitizer/tsan_interface.h>
#define TS_TSAN_MUTEX(step, lock, ...) __tsan_mutex_##step ((lock), ##__VA_ARGS__)
#else
#define TS_TSAN_MUTEX(step, lock, ...) ((void) 0)
#endif

/* Roles: TS_LOCK_ROLE (event) declares ts_event_role, a stand-in for the lock of any TsEvent. */
#ifdef __clang__
#define TS_ROLE_ATTRIBUTE(x)  __attribute__ ((x))
#define TS_LOCK_ROLE(name)    extern struct __attribute__ ((capability ("mutex"))) ts_##name##_role_ { char unused; } ts_##name##_role
#else
#define TS_ROLE_ATTRIBUTE(x)
#define TS_LOCK_ROLE(name)    struct ts_##name##_role_
#endif
#define TS_GUARDED_BY(role)   TS_ROLE_ATTRIBUTE (guarded_by (&role))
#define TS_ACQUIRES(role)     TS_ROLE_ATTRIBUTE (acquire_capability (&role)) TS_ROLE_ATTRIBUTE (no_thread_safety_analysis)
#define TS_RELEASES(role)     TS_ROLE_ATTRIBUTE (release_capability (&role)) TS_ROLE_ATTRIBUTE (no_thread_safety_analysis)
#define TS_REQUIRES(role)     TS_ROLE_ATTRIBUTE (requires_capability (&role))
#define TS_EXCLUDES(role)     TS_ROLE_ATTRIBUTE (locks_excluded (&role))
#define TS_UNANALYSED         TS_ROLE_ATTRIBUTE (no_thread_safety_analysis)

/* A short lock: four bytes, zero is free, not recursive. Only a few instructions belong under it,
 * and nothing that is not ours: no callback, no unref, no GValue copy, no GCancellable call.
 *
 * Releasing it is a plain store, which is what makes a short step cheap. So nobody can be woken by
 * it: whoever finds it held looks again after a moment, and lets others run meanwhile. Who takes it over
 * and over again would seldom be met between two steps. So who has waited for a while says so in the
 * other half of the word, where the release leaves it, and the next to take it waits a moment, too. */
typedef union
{
  _Atomic int     word;
  _Atomic gint16  held; /* the half of the word in which TS_SYNC_HELD is */
} TsSyncLock;

#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#define TS_SYNC_HELD   1
#define TS_SYNC_WANTED (1 << 16)
#else
#define TS_SYNC_HELD   (1 << 16)
#define TS_SYNC_WANTED 1
#endif

/* Where one thread sleeps until another wakes it, once. Four bytes; zero is "nobody woke it yet". */
typedef struct
{
  _Atomic int state;
} TsParker;

/* How many bits ts_sync_stamp() leaves free. */
#define TS_SYNC_STAMP_SHIFT 2

#ifdef TS_DST

#include "ts-dst.h"

#define TS_SYNC_POINT(name)                      ts_dst_point (name)
#define ts_sync_lock_acquire(lock)               ts_dst_lock_acquire (&(lock)->word)
#define ts_sync_lock_acquire_soon(lock)          ts_dst_lock_acquire (&(lock)->word)
#define ts_sync_lock_try(lock)                   (ts_dst_lock_acquire (&(lock)->word), TRUE)
#define ts_sync_lock_release(lock)               ts_dst_lock_release (&(lock)->word)
#define ts_parker_look(parker)                   (ts_dst_point ("look"), atomic_load (&(parker)->state) != 0)
#define ts_parker_wait(parker, deadline)         ts_dst_park (&(parker)->state, (deadline))
#define ts_parker_wake(parker)                   ts_dst_unpark (&(parker)->state)
#define ts_sync_look(look, data)                 ((void) (look), (void) (data), FALSE)
#define ts_sync_stamp()                          (1 << TS_SYNC_STAMP_SHIFT)
#define ts_sync_fall_asleep()                    (0u)
#define ts_sync_learn(asleep_at, stamp)          ((void) (asleep_at), (void) (stamp))
#define ts_sync_linger(look, data)               ((look) (data))
#define ts_sync_look_away(n_steps)               ((void) (n_steps), TRUE)
#define ts_sync_looked_away(paid)                ((void) (paid))
#define ts_sync_now()                            ts_dst_now ()
#define ts_sync_cancellable_connect(c, f, data)  ts_dst_cancellable_connect ((c), (f), (data))
#define ts_sync_cancellable_disconnect(c, id)    ts_dst_cancellable_disconnect ((c), (id))
#define ts_sync_thread_try_new(name, f, data, e) ts_dst_thread_new ((name), (f), (data), (e))
#define ts_sync_thread_join(thread)              ts_dst_thread_join (thread)
#define ts_sync_thread_unref(thread)             ts_dst_thread_unref (thread)
#define ts_sync_context_new()                    ts_dst_context_new ()

#else

#define TS_SYNC_POINT(name) ((void) 0)

#define ts_sync_thread_try_new(name, f, data, e) g_thread_try_new ((name), (f), (data), (e))
#define ts_sync_thread_join(thread)              g_thread_join (thread)
#define ts_sync_thread_unref(thread)             g_thread_unref (thread)
#define ts_sync_context_new()                    g_main_context_new ()

void     ts_sync_lock_contended (TsSyncLock *lock, gboolean politely);
gboolean ts_sync_lock_try       (TsSyncLock *lock);
gboolean ts_sync_look_away      (guint n_steps);
void     ts_sync_looked_away    (gboolean paid);
gboolean ts_sync_look           (gboolean (*look) (gpointer), gpointer data);
int      ts_sync_stamp          (void);
guint    ts_sync_fall_asleep    (void);
void     ts_sync_learn          (guint asleep_at, int stamp);
gboolean ts_sync_linger         (gboolean (*look) (gpointer), gpointer data);
gboolean ts_parker_look         (TsParker *parker);
gboolean ts_parker_wait         (TsParker *parker, gint64 deadline);
void     ts_parker_wake         (TsParker *parker);

static inline void
ts_sync_lock_take (TsSyncLock *lock, gboolean politely)
{
  int expected = 0;

  TS_TSAN_MUTEX (pre_lock, lock, __tsan_mutex_linker_init);
  if (G_UNLIKELY (!atomic_compare_exchange_strong_explicit (&lock->word, &expected, TS_SYNC_HELD,
                                                            memory_order_acquire,
                                                            memory_order_relaxed)))
    ts_sync_lock_contended (lock, politely);
  TS_TSAN_MUTEX (post_lock, lock, __tsan_mutex_linker_init, 0);
}

static inline void
ts_sync_lock_acquire (TsSyncLock *lock)
{
  ts_sync_lock_take (lock, TRUE);
}

/* For who takes it seldom, but others over and over again. */
static inline void
ts_sync_lock_acquire_soon (TsSyncLock *lock)
{
  ts_sync_lock_take (lock, FALSE);
}

static inline void
ts_sync_lock_release (TsSyncLock *lock)
{
  TS_TSAN_MUTEX (pre_unlock, lock, 0);
  atomic_store_explicit (&lock->held, 0, memory_order_release);
  TS_TSAN_MUTEX (post_unlock, lock, 0);
}

static inline gint64
ts_sync_now (void)
{
  return g_get_monotonic_time ();
}

static inline gulong
ts_sync_cancellable_connect (GCancellable *cancellable, GCallback handler, gpointer data)
{
  return g_cancellable_connect (cancellable, handler, data, NULL);
}

static inline void
ts_sync_cancellable_disconnect (GCancellable *cancellable, gulong id)
{
  g_cancellable_disconnect (cancellable, id);
}

#endif

/* To sleep a second time. Nobody may be about to wake it. */
static inline void
ts_parker_reset (TsParker *parker)
{
  atomic_store (&parker->state, 0);
}

/* When the memory of a lock is about to be something else: ThreadSanitizer must forget it. */
static inline void
ts_sync_lock_clear (TsSyncLock *lock)
{
  TS_TSAN_MUTEX (destroy, lock, __tsan_mutex_linker_init);
  (void) lock;
}
