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
 * it: whoever finds it held looks again after a moment, and lets others run meanwhile. */
typedef struct
{
  _Atomic int state;
} TsSyncLock;

/* Where one thread sleeps until another wakes it, once. Zero is "nobody woke it yet". */
typedef struct
{
  _Atomic int state;
  gint64      woken_at; /* by a thread that found it asleep; 0: it was awake */
} TsParker;

#ifdef TS_DST

#include "ts-dst.h"

#define TS_SYNC_POINT(name)                      ts_dst_point (name)
#define ts_sync_lock_acquire(lock)               ts_dst_lock_acquire (&(lock)->state)
#define ts_sync_lock_release(lock)               ts_dst_lock_release (&(lock)->state)
#define ts_parker_wait(parker, deadline)         ts_dst_park (&(parker)->state, (deadline))
#define ts_parker_wake(parker)                   ts_dst_unpark (&(parker)->state)
#define ts_sync_spin(look, data)                 ((void) (look), (void) (data), FALSE)
#define ts_sync_linger(look, data)               ((look) (data))
#define ts_sync_look_away()                      ((void) 0)
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

void     ts_sync_lock_contended (TsSyncLock *lock);
void     ts_sync_look_away      (void);
gboolean ts_sync_spin           (gboolean (*look) (gpointer), gpointer data);
gboolean ts_sync_linger         (gboolean (*look) (gpointer), gpointer data);
gboolean ts_parker_wait         (TsParker *parker, gint64 deadline);
void     ts_parker_wake         (TsParker *parker);

static inline void
ts_sync_lock_acquire (TsSyncLock *lock)
{
  int expected = 0;

  TS_TSAN_MUTEX (pre_lock, lock, __tsan_mutex_linker_init);
  if (G_UNLIKELY (!atomic_compare_exchange_strong_explicit (&lock->state, &expected, 1,
                                                            memory_order_acquire,
                                                            memory_order_relaxed)))
    ts_sync_lock_contended (lock);
  TS_TSAN_MUTEX (post_lock, lock, __tsan_mutex_linker_init, 0);
}

static inline void
ts_sync_lock_release (TsSyncLock *lock)
{
  TS_TSAN_MUTEX (pre_unlock, lock, 0);
  atomic_store_explicit (&lock->state, 0, memory_order_release);
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
  parker->woken_at = 0;
}

/* When the memory of a lock is about to be something else: ThreadSanitizer must forget it. */
static inline void
ts_sync_lock_clear (TsSyncLock *lock)
{
  TS_TSAN_MUTEX (destroy, lock, __tsan_mutex_linker_init);
  (void) lock;
}
