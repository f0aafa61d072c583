/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What the C tests share. A test is registered with ts_test_add(): then it is watched (a test that
 * hangs prints where each thread is, and aborts), and afterwards it must have left no thread behind.
 *
 * Environment:
 *   TS_TEST_SEED        the seed of all random choices, printed by each test that makes any
 *   TS_TEST_ITERATIONS  multiplies the rounds of a test; a fraction is allowed
 *   TS_TEST_TIMEOUT     seconds that one test may take
 */

#pragma once

#include <stdatomic.h>

#include <tschan/tschan.h>

G_BEGIN_DECLS

#if defined(__SANITIZE_THREAD__)
#define TS_TEST_THREAD_SANITIZER 1
#elif defined(__SANITIZE_ADDRESS__)
#define TS_TEST_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TS_TEST_THREAD_SANITIZER 1
#elif __has_feature(address_sanitizer)
#define TS_TEST_ADDRESS_SANITIZER 1
#endif
#endif
#if defined(TS_TEST_THREAD_SANITIZER) || defined(TS_TEST_ADDRESS_SANITIZER)
#define TS_TEST_SANITIZED 1
#endif

void     ts_test_init     (int *argc, char ***argv);
void     ts_test_add      (const char *path, GTestFunc func);
void     ts_test_add_data (const char *path, GTestDataFunc func, gconstpointer data);

/* How often to do something that is worth doing @rounds times; at least once. */
guint    ts_test_rounds   (guint rounds);

/* TRUE where one thread runs at a time, and slowly. */
gboolean ts_test_in_valgrind (void);

/* Random numbers of the running test: the same for the same seed and path. */
GRand   *ts_test_rand_new (void);

/* Ends the running test if it goes on for so many seconds more, whatever the environment says. */
void     ts_test_limit_time (double seconds);

/* What the running test is at: printed should it fail. */
void     ts_test_note     (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Waits for what another thread does; the watchdog sees to it that this ends. */
#define ts_test_wait_for(condition) \
  G_STMT_START { while (!(condition)) ts_test_pause (); } G_STMT_END
void     ts_test_pause    (void);

/* The same for what comes in a moment: gives way, but does not sleep. */
#define ts_test_spin_until(condition) \
  G_STMT_START { while (!(condition)) g_thread_yield (); } G_STMT_END

/* The number of bytes in use by malloc(), or 0 if nobody counts them here. */
gsize    ts_test_memory_in_use (void);

/* Leaves this process no file descriptor to open, and gives them back. */
void     ts_test_exhaust_descriptors   (void);
void     ts_test_give_back_descriptors (void);

/* Threads of which one can tell whether they sleep */

typedef struct _TsTestThread TsTestThread;

TsTestThread *ts_test_thread_new          (GThreadFunc func, gpointer data);
gpointer      ts_test_thread_join         (TsTestThread *self);
/* Runs in the thread: what comes next is the call that is to block. */
void          ts_test_thread_will_block   (void);
/* Waits until the thread is in that call, and asleep. */
void          ts_test_thread_wait_blocked (TsTestThread *self);
/* Sends it a signal. */
void          ts_test_thread_kill         (TsTestThread *self, int signal_number);

/* A main loop in a thread of its own */

typedef struct _TsTestLoop TsTestLoop;

TsTestLoop   *ts_test_loop_new         (void);
GMainContext *ts_test_loop_get_context (TsTestLoop *self);
/* Runs @func there, and waits until it has returned. */
void          ts_test_loop_call        (TsTestLoop *self, GThreadFunc func, gpointer data);
void          ts_test_loop_free        (TsTestLoop *self);

/* Whether an object is gone */

typedef struct
{
  _Atomic int gone;
} TsTestFate;

void ts_test_track (gpointer object, TsTestFate *fate);
#define ts_test_assert_finalized(fate) g_assert_true (atomic_load (&(fate)->gone))
#define ts_test_assert_alive(fate)     g_assert_false (atomic_load (&(fate)->gone))

/* Asynchronous calls. The context of the caller is noted at submission, and the callback checks that
 * it runs there, once, not before the call has returned, and not inside ts_test_forbid_callbacks(). */

typedef struct
{
  GMainContext *context;
  GObject      *source;
  GAsyncResult *result; /* NULL until it has come; released by ts_test_async_clear() */
  gboolean      submitted;
  _Atomic int   calls;
  guint         rank; /* the first that came has 1, and so on, in the whole process */
  void        (*then) (gpointer self); /* called at the end of the callback */
  gpointer      data;
} TsTestAsync;

void ts_test_async_begin    (TsTestAsync *self, gpointer source);
void ts_test_async_end      (TsTestAsync *self);
void ts_test_async_callback (GObject *source, GAsyncResult *result, gpointer self);
void ts_test_async_wait     (TsTestAsync *self);
void ts_test_async_clear    (TsTestAsync *self);

/* Between the two no callback may run in this thread. */
void ts_test_forbid_callbacks (void);
void ts_test_allow_callbacks  (void);
void ts_test_check_callback   (GMainContext *context);

/* Makes a new context this thread's default, and back. */
GMainContext *ts_test_context_push (void);
void          ts_test_context_pop  (GMainContext *context);

/* All that can be done now, without blocking. */
void ts_test_iterate (GMainContext *context);

/* Asserts that the context has nothing to do, though it was asked. */
#define ts_test_assert_idle(context) g_assert_false (g_main_context_iteration ((context), FALSE))

G_END_DECLS
