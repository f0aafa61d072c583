/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What happens to all that waits when the world around it is not kind: signals, an exit, a fork, a context
 * that goes, readers that are slow or never come, crowds, callbacks that do what they like. */

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ts-test-util.h"

typedef struct
{
  TsChannel   *empty;
  TsChannel   *full;      /* of capacity 1 */
  TsChannel   *meeting;   /* of capacity 0 */
  TsEvent     *event;
  TsSemaphore *semaphore;
  TsLock      *lock;
  TsCondition *condition;
  TsLock      *of_condition;
  TsBarrier   *barrier;
  TsFuture    *future;
  TsSelect    *select;
  TsRunner    *runner;
  TsCall      *call;      /* what the runner was asked */
  GValue       item;
} Things;

static void
things_init (Things *t)
{
  *t = (Things) { .empty = ts_channel_new (1), .full = ts_channel_new (1), .meeting = ts_channel_new (0) };
  t->event = ts_event_new ();
  t->semaphore = ts_semaphore_new (0);
  t->lock = ts_lock_new ();
  t->of_condition = ts_lock_new ();
  t->condition = ts_condition_new (t->of_condition);
  t->barrier = ts_barrier_new (2);
  t->future = ts_future_new ();
  t->select = ts_select_new ();
  t->runner = ts_runner_new ("faults");
  g_value_init (&t->item, G_TYPE_INT);
  g_assert_true (ts_channel_send (t->full, &t->item, NULL, NULL));
  g_assert_true (ts_lock_try_acquire (t->lock));
  ts_select_add_receive (t->select, t->empty);
  ts_select_add_event (t->select, t->event);
}

static void
things_clear (Things *t)
{
  GObject *objects[] = {
    G_OBJECT (t->select),    G_OBJECT (t->empty),        G_OBJECT (t->full),    G_OBJECT (t->meeting),
    G_OBJECT (t->event),     G_OBJECT (t->semaphore),    G_OBJECT (t->lock),    G_OBJECT (t->condition),
    G_OBJECT (t->barrier),   G_OBJECT (t->of_condition), G_OBJECT (t->future),
  };

  ts_runner_close (t->runner);
  g_clear_object (&t->call);
  g_assert_finalize_object (t->runner);
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    g_assert_finalize_object (objects[i]);
}

/* Everything that can be waited for: how a thread does it, how it is done without blocking, how it ends. */

static gboolean
receive (Things *t, GError **error)
{
  GValue value = G_VALUE_INIT;

  return ts_channel_receive (t->empty, NULL, &value, error);
}

static gboolean
send (Things *t, GError **error)
{
  return ts_channel_send (t->full, &t->item, NULL, error);
}

static gboolean
meet (Things *t, GError **error)
{
  return ts_channel_send (t->meeting, &t->item, NULL, error);
}

static gboolean
wait_event (Things *t, GError **error)
{
  return ts_event_wait (t->event, NULL, error);
}

static gboolean
acquire (Things *t, GError **error)
{
  return ts_semaphore_acquire (t->semaphore, NULL, error);
}

static gboolean
take_lock (Things *t, GError **error)
{
  return ts_lock_acquire (t->lock, NULL, error);
}

static gboolean
wait_condition (Things *t, GError **error)
{
  gboolean success;

  g_assert_true (ts_lock_acquire (t->of_condition, NULL, NULL));
  success = ts_condition_wait (t->condition, NULL, error);
  g_assert_true (ts_lock_release (t->of_condition, NULL));
  return success;
}

static gboolean
wait_barrier (Things *t, GError **error)
{
  return ts_barrier_wait (t->barrier, NULL, NULL, error);
}

static gboolean
wait_future (Things *t, GError **error)
{
  GValue value = G_VALUE_INIT;

  return ts_future_wait (t->future, NULL, &value, error);
}

static gboolean
wait_select (Things *t, GError **error)
{
  return ts_select_wait (t->select, NULL, error) == 0;
}

static void
keep_call (TsCall *call, gpointer kept)
{
  g_atomic_pointer_set ((TsCall **) kept, g_object_ref (call));
}

static gboolean
call_runner (Things *t, GError **error)
{
  GValue value = G_VALUE_INIT;

  return ts_runner_call (t->runner, keep_call, &t->call, NULL, NULL, &value, error);
}

static void
feed_empty (Things *t)
{
  g_assert_true (ts_channel_try_send (t->empty, &t->item, NULL));
}

static void
drain_full (Things *t)
{
  GValue value = G_VALUE_INIT;

  g_assert_true (ts_channel_try_receive (t->full, &value, NULL));
}

static void
come_to_meet (Things *t)
{
  GValue value = G_VALUE_INIT;

  g_assert_true (ts_channel_try_receive (t->meeting, &value, NULL));
}

static void
set_event (Things *t)
{
  ts_event_set (t->event);
}

static void
give_permit (Things *t)
{
  g_assert_true (ts_semaphore_release (t->semaphore, 1, NULL));
}

static void
release_lock (Things *t)
{
  g_assert_true (ts_lock_release (t->lock, NULL));
}

static void
notify (Things *t)
{
  g_assert_true (ts_lock_acquire (t->of_condition, NULL, NULL));
  g_assert_true (ts_condition_notify_one (t->condition, NULL));
  g_assert_true (ts_lock_release (t->of_condition, NULL));
}

static void
come_to_barrier (Things *t)
{
  g_assert_true (ts_barrier_wait (t->barrier, NULL, NULL, NULL));
}

static void
resolve (Things *t)
{
  g_assert_true (ts_future_resolve (t->future, &t->item));
}

static void
answer (Things *t)
{
  g_assert_true (ts_call_complete (t->call, NULL));
}

typedef void (*Start) (Things *t, GAsyncReadyCallback callback, gpointer data);

#define DEFINE_START(name, call) \
  static void \
  name (Things *t, GAsyncReadyCallback callback, gpointer data) \
  { \
    call; \
  }

DEFINE_START (start_receive, ts_channel_receive_async (t->empty, NULL, callback, data))
DEFINE_START (start_send, ts_channel_send_async (t->full, &t->item, NULL, callback, data))
DEFINE_START (start_meet, ts_channel_send_async (t->meeting, &t->item, NULL, callback, data))
DEFINE_START (start_event, ts_event_wait_async (t->event, NULL, callback, data))
DEFINE_START (start_acquire, ts_semaphore_acquire_async (t->semaphore, NULL, callback, data))
DEFINE_START (start_lock, ts_lock_acquire_async (t->lock, NULL, callback, data))
DEFINE_START (start_barrier, ts_barrier_wait_async (t->barrier, NULL, callback, data))
DEFINE_START (start_future, ts_future_wait_async (t->future, NULL, callback, data))
DEFINE_START (start_select, ts_select_wait_async (t->select, NULL, callback, data))
DEFINE_START (start_call, ts_runner_call_async (t->runner, keep_call, &t->call, NULL, NULL, callback, data))

static void
start_condition (Things *t, GAsyncReadyCallback callback, gpointer data)
{
  g_assert_true (ts_lock_try_acquire (t->of_condition));
  ts_condition_wait_async (t->condition, NULL, callback, data);
}

static const struct
{
  const char *name;
  gboolean  (*block) (Things *t, GError **error);
  void      (*end)   (Things *t);
  Start       start;
} waits[] = {
  { "receive", receive, feed_empty, start_receive },
  { "send", send, drain_full, start_send },
  { "rendezvous", meet, come_to_meet, start_meet },
  { "event", wait_event, set_event, start_event },
  { "semaphore", acquire, give_permit, start_acquire },
  { "lock", take_lock, release_lock, start_lock },
  { "condition", wait_condition, notify, start_condition },
  { "barrier", wait_barrier, come_to_barrier, start_barrier },
  { "future", wait_future, resolve, start_future },
  { "select", wait_select, feed_empty, start_select },
  { "call", call_runner, answer, start_call },
};

/* Signals: a handler without SA_RESTART, so that each ends whatever system call there is. */

typedef struct
{
  Things *things;
  guint   wait;
} Blocked;

static gpointer
block (gpointer data)
{
  Blocked *blocked = data;
  g_autoptr (GError) error = NULL;
  gboolean success;

  ts_test_thread_will_block ();
  success = waits[blocked->wait].block (blocked->things, &error);
  g_assert_no_error (error);
  return GINT_TO_POINTER (success);
}

static void
on_signal (int number)
{
}

static void
storm_of_signals (gconstpointer data)
{
  struct sigaction action = { .sa_handler = on_signal }, old;
  Blocked blocked = { .wait = GPOINTER_TO_UINT (data) };
  guint n = ts_test_rounds (300);
  TsTestThread *thread;
  Things t;

  sigaction (SIGUSR1, &action, &old);
  things_init (&t);
  blocked.things = &t;
  thread = ts_test_thread_new (block, &blocked);
  ts_test_thread_wait_blocked (thread);
  for (guint i = 0; i < n; i++)
    {
      ts_test_thread_kill (thread, SIGUSR1);
      if (i % 16 == 0)
        ts_test_pause ();
    }
  if (waits[blocked.wait].block == call_runner)
    ts_test_wait_for (g_atomic_pointer_get (&t.call) != NULL);
  waits[blocked.wait].end (&t);
  g_assert_true (GPOINTER_TO_INT (ts_test_thread_join (thread)));
  things_clear (&t);
  sigaction (SIGUSR1, &old, NULL);
}

static gpointer
block_for_ever (gpointer data)
{
  Blocked *blocked = data;

  waits[blocked->wait].block (blocked->things, NULL);
  return NULL;
}

/* The whole process stands still for a while, as in a debugger, past the deadline of a wait. */

static gpointer
wait_past_a_stop (gpointer event)
{
  const gint64 deadline = g_get_monotonic_time () + 10000;
  g_autoptr (GError) error = NULL;

  g_assert_false (ts_event_wait_until (event, deadline, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time (), >=, deadline);
  return NULL;
}

static void
stop_and_continue (void)
{
  const pid_t self = getpid ();
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      kill (self, SIGSTOP);
      usleep (20000);
      kill (self, SIGCONT);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
}

/* In a process of its own, since whoever runs the tests may look for those that have stopped. */
static void
stopped_and_continued (void)
{
  Blocked blocked = { .wait = 0 };
  GThread *late, *patient;
  TsEvent *never;
  Things t;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }
  things_init (&t);
  never = ts_event_new ();
  blocked.things = &t;
  patient = g_thread_new ("patient", block_for_ever, &blocked);
  late = g_thread_new ("late", wait_past_a_stop, never);
  stop_and_continue ();
  g_thread_join (late);
  waits[0].end (&t);
  g_thread_join (patient);
  things_clear (&t);
  g_assert_finalize_object (never);
}

/* The process ends, and with it threads that are blocked in each kind of wait. */

static void G_GNUC_NORETURN
run_till_exit (void)
{
  static Blocked blocked[G_N_ELEMENTS (waits)];
  static Things things[G_N_ELEMENTS (waits)];

  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      things_init (&things[i]);
      blocked[i] = (Blocked) { &things[i], i };
      g_thread_unref (g_thread_new ("left behind", block_for_ever, &blocked[i]));
    }
  g_usleep (20000); /* it may end at any moment of theirs; mostly when they are asleep */
#ifdef TS_TEST_SANITIZED
  _exit (0); /* what is left behind is meant to be */
#else
  exit (0);
#endif
}

static void
process_ends_with_threads_blocked (void)
{
  if (g_test_subprocess ())
    run_till_exit ();
  for (guint i = 0; i < 3; i++)
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
    }
}

/* A child may be made at any moment, while locks of ours are held; it does nothing but go. */

static gpointer
count_items (gpointer channel)
{
  guint n = 0;
  GValue *item;

  while ((item = ts_channel_next (channel)) != NULL)
    {
      g_value_unset (item);
      g_free (item);
      n++;
    }
  return GUINT_TO_POINTER (n);
}

static gpointer
make_children (gpointer stop)
{
  for (guint i = 0; i < 20; i++)
    {
      pid_t child = fork ();
      int status;

      if (child == 0)
        _exit (7);
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 7);
    }
  g_atomic_int_set ((gint *) stop, TRUE);
  return NULL;
}

static void
fork_disturbs_nobody (void)
{
  TsChannel *channel = ts_channel_new (4);
  GThread *counter = g_thread_new ("counter", count_items, channel), *parent;
  gint stop = FALSE;
  guint n;

  parent = g_thread_new ("parent", make_children, &stop);
  for (n = 0; n < 1000 || !g_atomic_int_get (&stop); n++)
    g_assert_true (ts_channel_send_int (channel, 1, NULL, NULL));
  ts_channel_close (channel);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (counter)), ==, n);
  g_thread_join (parent);
  g_assert_finalize_object (channel);
}

/* A context goes, with one wait of each kind pending in it. */

static void G_GNUC_NORETURN
never_called (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_not_reached ();
}

static void
context_goes_with_all_pending (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      GMainContext *context = ts_test_context_push ();
      Things t;

      ts_test_note ("%s", waits[i].name);
      things_init (&t);
      waits[i].start (&t, never_called, NULL);
      if (waits[i].start == start_call)
        ts_test_wait_for (g_atomic_pointer_get (&t.call) != NULL);
      ts_test_context_pop (context);
      if (waits[i].start == start_condition)
        g_assert_false (ts_lock_is_held (t.of_condition));
      things_clear (&t);
    }
}

/* Clocks that jump */

static void
only_the_monotonic_clock_is_read (void)
{
  static const char *const others[] = { "g_get_real_time", "g_get_current_time", "gettimeofday",
                                        "CLOCK_REALTIME",  "g_date_time_new_now", "time (NULL)" };
  g_autofree char *directory = NULL;
  g_autoptr (GDir) files = NULL;
  const char *name;
  guint n = 0;

  if (g_getenv ("TS_TEST_SRCDIR") == NULL)
    {
      g_test_skip ("TS_TEST_SRCDIR is not set");
      return;
    }
  directory = g_build_filename (g_getenv ("TS_TEST_SRCDIR"), "..", "tschan", NULL);
  files = g_dir_open (directory, 0, NULL);
  while ((name = g_dir_read_name (files)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL), *text = NULL;

      if (!g_str_has_suffix (name, ".c") && !g_str_has_suffix (name, "-private.h"))
        continue;
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      for (guint i = 0; i < G_N_ELEMENTS (others); i++)
        if (strstr (text, others[i]) != NULL)
          g_error ("%s reads another clock: %s", name, others[i]);
      n++;
    }
  g_assert_cmpuint (n, >, 30);
}

/* A day's work in miniature: each kind of wait, in each way, done and given up, over and over again. */

static void
finish_quietly (GObject *source, GAsyncResult *result, gpointer n_left)
{
  --*(guint *) n_left;
}

static void
do_a_bit_of_everything (void)
{
  GMainContext *context = ts_test_context_push ();
  guint n_left = 0;
  Things t;

  things_init (&t);
  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      if (waits[i].start == start_barrier || waits[i].start == start_call || waits[i].start == start_select)
        continue; /* the other party would block */
      n_left++;
      waits[i].start (&t, finish_quietly, &n_left);
      waits[i].end (&t);
    }
  while (n_left > 0)
    g_main_context_iteration (context, TRUE);
  ts_test_context_pop (context);
  things_clear (&t);
}

static void
memory_does_not_grow (void)
{
  guint n = ts_test_rounds (1500);
  gsize before, after;

  if (ts_test_memory_in_use () == 0)
    {
      g_test_skip ("nobody counts memory here");
      return;
    }
  for (guint i = 0; i < n / 10 + 10; i++)
    do_a_bit_of_everything ();
  before = ts_test_memory_in_use ();
  for (guint i = 0; i < n; i++)
    do_a_bit_of_everything ();
  after = ts_test_memory_in_use ();
  g_test_message ("%" G_GSIZE_FORMAT " bytes before, %" G_GSIZE_FORMAT " after", before, after);
  g_assert_cmpuint (after, <, before + 20000);
}

/* Readers that are slow, or never come */

static gboolean
take_slowly (TsChannel *channel, const GValue *value, gpointer n_left)
{
  g_assert_cmpint (g_value_get_int (value), ==, (int) (10000 - *(guint *) n_left));
  return --*(guint *) n_left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
slow_consumer_gets_all_in_order (void)
{
  GMainContext *context = ts_test_context_push ();
  TsChannel *channel = ts_channel_new (TS_CHANNEL_UNLIMITED);
  guint n_left = 10000, id = ts_channel_add_watch (channel, take_slowly, &n_left);
  int n_sent = 0;

  ts_channel_set_watch_budget (g_main_context_find_source_by_id (context, id), 1, 0);
  while (n_left > 0)
    {
      for (guint i = 0; i < 3 && n_sent < 10000; i++)
        g_assert_true (ts_channel_send_int (channel, n_sent++, NULL, NULL));
      g_main_context_iteration (context, TRUE);
    }
  g_assert_cmpuint (ts_channel_get_length (channel), ==, 0);
  ts_test_context_pop (context);
  g_assert_finalize_object (channel);
}

static void
reader_that_never_comes (void)
{
  TsChannel *limited = ts_channel_new (2), *unlimited = ts_channel_new (TS_CHANNEL_UNLIMITED);
  TsChannel *latest = ts_channel_new_full (1, G_TYPE_INT, TS_OVERFLOW_DROP_OLDEST, NULL);
  gsize before = ts_test_memory_in_use ();
  g_autoptr (GError) error = NULL;
  GValue item = G_VALUE_INIT;

  g_value_init (&item, G_TYPE_INT);
  for (int i = 0; i < 100000; i++)
    {
      g_assert_true (ts_channel_send_int (unlimited, i, NULL, NULL));
      g_assert_true (ts_channel_send_int (latest, i, NULL, NULL));
    }
  g_assert_cmpuint (ts_channel_get_length (unlimited), ==, 100000);
  g_assert_cmpuint (ts_channel_get_length (latest), ==, 1);
  g_assert_cmpuint (ts_channel_get_dropped (latest), ==, 99999);

  for (int i = 0; i < 2; i++)
    g_assert_true (ts_channel_send (limited, &item, NULL, NULL));
  for (int i = 0; i < 100; i++)
    {
      g_assert_false (ts_channel_send_until (limited, &item, g_get_monotonic_time () + 10, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
      g_clear_error (&error);
    }
  g_assert_finalize_object (limited);
  g_assert_finalize_object (unlimited);
  g_assert_finalize_object (latest);
  g_assert_cmpuint (ts_test_memory_in_use (), <, before + 20000);
}

/* Crowds */

#define CROWD 10000

typedef struct
{
  guint n_came;
  guint next; /* in which order */
} Crowd;

static Crowd crowd;

static void
comes_in_order (GObject *source, GAsyncResult *result, gpointer number)
{
  g_assert_cmpuint (GPOINTER_TO_UINT (number), ==, crowd.next++);
  crowd.n_came++;
}

static void
ten_thousand_waiters (gconstpointer data)
{
  guint which = GPOINTER_TO_UINT (data);
  GMainContext *context = ts_test_context_push ();
  TsEvent *event = ts_event_new ();
  TsChannel *channel = ts_channel_new (0);

  crowd = (Crowd) { 0, 0 };
  for (guint i = 0; i < CROWD; i++)
    if (which == 0)
      ts_event_wait_async (event, NULL, comes_in_order, GUINT_TO_POINTER (i));
    else
      ts_channel_receive_async (channel, NULL, comes_in_order, GUINT_TO_POINTER (i));
  ts_test_iterate (context);
  g_assert_cmpuint (crowd.n_came, ==, 0);
  ts_event_set (event);
  ts_channel_close (channel);
  while (crowd.n_came < CROWD)
    g_main_context_iteration (context, TRUE);
  ts_test_context_pop (context);
  g_assert_finalize_object (event);
  g_assert_finalize_object (channel);
}

static void
cancelled_in_the_crowd (GObject *source, GAsyncResult *result, gpointer cancelled)
{
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;

  g_assert_false (ts_channel_receive_finish (TS_CHANNEL (source), result, &value, &error));
  if (GPOINTER_TO_INT (cancelled))
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  else
    g_assert_error (error, TS_ERROR, TS_ERROR_CLOSED);
  crowd.n_came++;
}

/* Half of them share one cancellable. */
static void
half_a_crowd_is_cancelled (void)
{
  GMainContext *context = ts_test_context_push ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TsChannel *channel = ts_channel_new (0);

  crowd = (Crowd) { 0, 0 };
  for (guint i = 0; i < CROWD / 2; i++)
    ts_channel_receive_async (channel, i % 2 == 0 ? cancellable : NULL, cancelled_in_the_crowd,
                              GINT_TO_POINTER (i % 2 == 0));
  g_cancellable_cancel (cancellable);
  while (crowd.n_came < CROWD / 4)
    g_main_context_iteration (context, TRUE);
  g_assert_cmpuint (crowd.n_came, ==, CROWD / 4);
  ts_channel_close (channel);
  while (crowd.n_came < CROWD / 2)
    g_main_context_iteration (context, TRUE);
  ts_test_context_pop (context);
  g_assert_finalize_object (channel);
}

static void
ten_thousand_channels (void)
{
  GMainContext *context = ts_test_context_push ();
  TsChannel **channels = g_new (TsChannel *, CROWD);

  crowd = (Crowd) { 0, 0 };
  for (guint i = 0; i < CROWD; i++)
    {
      channels[i] = ts_channel_new (1);
      ts_channel_receive_async (channels[i], NULL, comes_in_order, GUINT_TO_POINTER (i));
    }
  for (guint i = 0; i < CROWD; i++)
    g_assert_true (ts_channel_send_int (channels[i], 1, NULL, NULL));
  while (crowd.n_came < CROWD)
    g_main_context_iteration (context, TRUE);
  ts_test_context_pop (context);
  for (guint i = 0; i < CROWD; i++)
    g_assert_finalize_object (channels[i]);
  g_free (channels);
}

static void
add_for_waits (const char *path, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      g_autofree char *full = g_strconcat (path, "/", waits[i].name, NULL);

      ts_test_add_data (full, func, GUINT_TO_POINTER (i));
    }
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  add_for_waits ("/tschan/faults/storm-of-signals", storm_of_signals);
  ts_test_add ("/tschan/faults/stopped-and-continued", stopped_and_continued);
  ts_test_add ("/tschan/faults/process-ends-with-threads-blocked", process_ends_with_threads_blocked);
  ts_test_add ("/tschan/faults/fork-disturbs-nobody", fork_disturbs_nobody);
  ts_test_add ("/tschan/faults/context-goes-with-all-pending", context_goes_with_all_pending);
  ts_test_add ("/tschan/faults/only-the-monotonic-clock-is-read", only_the_monotonic_clock_is_read);
  ts_test_add ("/tschan/faults/memory-does-not-grow", memory_does_not_grow);
  ts_test_add ("/tschan/faults/slow-consumer-gets-all-in-order", slow_consumer_gets_all_in_order);
  ts_test_add ("/tschan/faults/reader-that-never-comes", reader_that_never_comes);
  ts_test_add_data ("/tschan/faults/ten-thousand-waiters/event", ten_thousand_waiters, GUINT_TO_POINTER (0));
  ts_test_add_data ("/tschan/faults/ten-thousand-waiters/channel", ten_thousand_waiters, GUINT_TO_POINTER (1));
  ts_test_add ("/tschan/faults/half-a-crowd-is-cancelled", half_a_crowd_is_cancelled);
  ts_test_add ("/tschan/faults/ten-thousand-channels", ten_thousand_channels);

  return g_test_run ();
}
