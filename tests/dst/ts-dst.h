/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The deterministic scheduler of test builds.
 *
 * A scenario spawns a few threads. Exactly one of them runs at a time; at each lock, wake-up, poll,
 * look at an atomic and TS_SYNC_POINT() of the library a seeded generator chooses who runs next. So
 * a seed is a schedule: what failed once fails again with the same seed. Time is virtual, and passes
 * when the generator says so: a deadline costs nothing, and comes at any moment that it could.
 *
 * If nobody can run any more, that is a deadlock, reported at once with the seed and the last steps.
 * A thread in ts_dst_wait_quiescent() goes on when nobody else can: the place to assert that nobody
 * is parked who should not be.
 *
 * Seen are all interleavings of sequentially consistent steps. What weaker memory orders allow, and
 * data that is read without a lock, are ThreadSanitizer's to find.
 *
 * The hooks may be called by threads that the scheduler does not run, the main thread in set-up code
 * for example: there they do what they would do without it. Only, nobody else may run meanwhile.
 */

#pragma once

#include <gio/gio.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* For the library: see ts-sync-private.h. */

void     ts_dst_point                  (const char *name);
void     ts_dst_lock_acquire           (_Atomic int *state);
void     ts_dst_lock_release           (_Atomic int *state);
gboolean ts_dst_park                   (_Atomic int *state, gint64 deadline);
void     ts_dst_unpark                 (_Atomic int *state);
gint64   ts_dst_now                    (void);
gulong   ts_dst_cancellable_connect    (GCancellable *cancellable, GCallback handler, gpointer data);
void     ts_dst_cancellable_disconnect (GCancellable *cancellable, gulong id);
GThread *ts_dst_thread_new             (const char *name, GThreadFunc func, gpointer data,
                                        GError **error);
void     ts_dst_thread_join            (GThread *thread);
void     ts_dst_thread_unref           (GThread *thread);

/* For scenarios */

typedef void (*TsDstFunc) (gpointer data);

typedef struct
{
  const char *path;    /* of the test */
  void      (*run) (void); /* one schedule: spawns, runs, and checks */
  guint       count;   /* schedules in an ordinary run of the tests */
} TsDstScenario;

/* The main function of a program of scenarios. Options: --seed, --count, --seconds, --trace and those of
 * g_test_init(). Environment: TS_TEST_SEED, TS_TEST_ITERATIONS. A scenario with a count of 1 has no seed. */
int      ts_dst_main                   (int argc, char *argv[], const TsDstScenario *scenarios,
                                        guint n_scenarios);

/* Within run() */
void     ts_dst_begin                  (guint64 seed);
void     ts_dst_spawn                  (const char *name, TsDstFunc func, gpointer data);
void     ts_dst_run                    (void);
guint64  ts_dst_trace_hash             (void);

/* Before ts_dst_run(): the threads take turns, a step each, so that those who do the same go in lockstep. */
void     ts_dst_take_turns             (void);

/* For a fuzzer. After ts_dst_begin() its bytes are the choices, for the scenario and for who runs; where they
 * end the seed goes on. A failure aborts. */
void     ts_dst_init_fuzzing           (void);
void     ts_dst_set_input              (const guint8 *bytes, gsize size);

/* In the scenario's threads. Between freeze and thaw nobody else runs, and no time passes: for a look
 * around when all is quiescent. */
void     ts_dst_wait_quiescent         (void);
void     ts_dst_cancel                 (GCancellable *cancellable);
void     ts_dst_freeze                 (void);
void     ts_dst_thaw                   (void);
void     ts_dst_deny_threads           (guint n); /* the library asks for next */
int      ts_dst_poll                   (GPollFD *fds, guint n_fds, int timeout);
void     ts_dst_assert_unlocked        (void);

/* A main context that any one thread may run: it polls with ts_dst_poll(). */
GMainContext *ts_dst_context_new       (void);

/* GLib's own sources for a cancellable lock it, from 2.82 on also while its handlers run; before, one
 * that goes while they run may leak. A scenario makes and destroys such sources between these. */
void     ts_dst_cancellable_enter      (GCancellable *cancellable);
void     ts_dst_cancellable_leave      (GCancellable *cancellable);

/* Anywhere: a number below @n, from the seed */
guint    ts_dst_random                 (guint n);

/* Called at each step, by the thread that runs; it may look, but change nothing and not block. */
void     ts_dst_set_observer           (TsDstFunc observer, gpointer data);

/* When all is over: nobody else holds @object, nobody is connected to it if it is a cancellable. */
void     ts_dst_check_last_reference   (gpointer object);

/* What to print about this schedule if it fails */
void     ts_dst_describe               (const char *format, ...) G_GNUC_PRINTF (1, 2);
G_NORETURN
void     ts_dst_fail                   (const char *format, ...) G_GNUC_PRINTF (1, 2);

#define ts_dst_check(expression) \
  G_STMT_START \
    { \
      if (G_UNLIKELY (!(expression))) \
        ts_dst_fail ("%s:%d: %s", __FILE__, __LINE__, #expression); \
    } \
  G_STMT_END

/* Each look at an atomic is a step of its own, except for reference counts. */
#ifndef TS_DST_IMPLEMENTATION

#ifdef __clang__
#define TS_DST_EXCHANGE(p, value) __c11_atomic_exchange ((p), (value), __ATOMIC_SEQ_CST)
#define TS_DST_FETCH_OR(p, value) __c11_atomic_fetch_or ((p), (value), __ATOMIC_SEQ_CST)
#define TS_DST_COMPARE(p, expected, value) \
  __c11_atomic_compare_exchange_strong ((p), (expected), (value), __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
#else
#define TS_DST_EXCHANGE(p, value) __atomic_exchange_n ((p), (value), __ATOMIC_SEQ_CST)
#define TS_DST_FETCH_OR(p, value) __atomic_fetch_or ((p), (value), __ATOMIC_SEQ_CST)
#define TS_DST_COMPARE(p, expected, value) \
  __atomic_compare_exchange_n ((p), (expected), (value), 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
#endif

#undef atomic_load
#undef atomic_load_explicit
#undef atomic_store
#undef atomic_store_explicit
#undef atomic_exchange
#undef atomic_exchange_explicit
#undef atomic_fetch_or
#undef atomic_fetch_or_explicit
#undef atomic_compare_exchange_strong
#undef atomic_compare_exchange_strong_explicit
#undef atomic_compare_exchange_weak
#undef atomic_compare_exchange_weak_explicit

#define atomic_load(p)                             (ts_dst_point ("load"), *(p))
#define atomic_load_explicit(p, order)             atomic_load (p)
#define atomic_store(p, value)                     (ts_dst_point ("store"), (void) (*(p) = (value)))
#define atomic_store_explicit(p, value, order)     atomic_store (p, value)
#define atomic_exchange(p, value)                  (ts_dst_point ("exchange"), TS_DST_EXCHANGE (p, value))
#define atomic_exchange_explicit(p, value, order)  atomic_exchange (p, value)
#define atomic_fetch_or(p, value)                  (ts_dst_point ("or"), TS_DST_FETCH_OR (p, value))
#define atomic_fetch_or_explicit(p, value, order)  atomic_fetch_or (p, value)
#define atomic_compare_exchange_strong(p, expected, value) \
  (ts_dst_point ("compare"), TS_DST_COMPARE (p, expected, value))
#define atomic_compare_exchange_strong_explicit(p, expected, value, success, failure) \
  atomic_compare_exchange_strong (p, expected, value)
#define atomic_compare_exchange_weak(p, expected, value) \
  atomic_compare_exchange_strong (p, expected, value)
#define atomic_compare_exchange_weak_explicit(p, expected, value, success, failure) \
  atomic_compare_exchange_strong (p, expected, value)

#endif

G_END_DECLS
