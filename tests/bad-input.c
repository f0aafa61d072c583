/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a programmer's errors do: a critical, a neutral answer, and nothing else. Every function of the
 * list of symbols is called with a missing and with a wrong object; the tables do the rest. */

#include <dlfcn.h>
#include <string.h>

#include "ts-test-util.h"

static void
expect_critical (void)
{
  g_test_expect_message ("tschan", G_LOG_LEVEL_CRITICAL, "*");
}

/* Every function */

typedef guint32 (*AnyFunction) (gpointer, gpointer, gpointer, gpointer, gpointer, gpointer,
                                gpointer);

static gboolean
needs_no_object (const char *symbol)
{
  return g_str_has_suffix (symbol, "_get_type") || g_str_has_suffix (symbol, "_quark") ||
         g_str_has_suffix (symbol, "_new") || strstr (symbol, "_new_") != NULL ||
         g_str_equal (symbol, "ts_offload");
}

static GPtrArray *
all_functions (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("TS_TEST_SRCDIR"), "..", "tschan",
                                            "tschan-1.symbols", NULL);
  GPtrArray *functions = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "ts_") && !needs_no_object (*line))
      g_ptr_array_add (functions, g_strdup (*line));
  return functions;
}

/* Unlike any right call, so that no sanitizer may look at it; the registers are filled as for any. */
static void
call_with_object (const char *symbol, gpointer object)
{
  AnyFunction function;
  guint32 answer;

  ts_test_note ("%s", symbol);
  *(void **) &function = dlsym (RTLD_DEFAULT, symbol);
  g_assert_true (function != NULL);
  expect_critical ();
  answer = function (object, NULL, NULL, NULL, NULL, NULL, NULL);
  g_test_assert_expected_messages ();
  (void) answer;
}

static void
every_function_refuses_a_wrong_object (void)
{
  g_autoptr (GPtrArray) functions = NULL;
  g_autoptr (GObject) wrong = g_object_new (G_TYPE_OBJECT, NULL);

  if (g_getenv ("TS_TEST_SRCDIR") == NULL)
    {
      g_test_skip ("TS_TEST_SRCDIR is not set");
      return;
    }
  functions = all_functions ();
  g_assert_cmpuint (functions->len, >, 50);
  for (guint i = 0; i < functions->len; i++)
    {
      call_with_object (functions->pdata[i], NULL);
      call_with_object (functions->pdata[i], wrong);
    }
  g_assert_cmpuint (wrong->ref_count, ==, 1);
}

/* Other arguments */

typedef struct
{
  TsEvent      *event;
  TsPort       *port;
  TsChannel    *channel;
  TsSemaphore  *semaphore;
  TsLock       *lock;
  TsCondition  *condition;
  TsBarrier    *barrier;
  TsFuture     *future;
  TsSelect     *select;
  TsRunner     *runner;
  gpointer      wrong;  /* an object of no such type */
  GError       *error;  /* set already */
  GValue        value;
  GValue        unset;  /* not initialized */
} Things;

static void
things_init (Things *t)
{
  *t = (Things) { .event = ts_event_new (), .port = ts_port_new () };
  t->channel = ts_channel_new (1);
  t->semaphore = ts_semaphore_new (0);
  t->lock = ts_lock_new ();
  t->condition = ts_condition_new (NULL);
  t->barrier = ts_barrier_new (2);
  t->future = ts_future_new ();
  t->select = ts_select_new ();
  t->runner = ts_runner_new ("bad input");
  t->wrong = g_object_new (G_TYPE_OBJECT, NULL);
  t->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_EXISTS, "set already");
  g_value_init (&t->value, G_TYPE_INT);
}

/* Nothing has changed, and nobody is left in a queue. */
static void
assert_unchanged (Things *t)
{
  g_assert_error (t->error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_false (ts_event_is_set (t->event));
  g_assert_cmpint (ts_port_next_ready (t->port), ==, -1);
  g_assert_cmpuint (ts_channel_get_length (t->channel), ==, 0);
  g_assert_false (ts_channel_is_closed (t->channel));
  g_assert_cmpuint (ts_semaphore_get_value (t->semaphore), ==, 0);
  g_assert_false (ts_lock_is_held (t->lock));
  g_assert_cmpuint (ts_barrier_get_waiting (t->barrier), ==, 0);
  g_assert_false (ts_future_is_done (t->future));
  g_assert_false (ts_runner_is_closed (t->runner));
}

static void
things_clear (Things *t)
{
  GObject *objects[] = {
    G_OBJECT (t->select),  G_OBJECT (t->event),     G_OBJECT (t->port),    G_OBJECT (t->channel),
    G_OBJECT (t->future),  G_OBJECT (t->semaphore), G_OBJECT (t->barrier), t->wrong,
    G_OBJECT (t->condition), G_OBJECT (t->lock),    G_OBJECT (t->runner),
  };

  ts_runner_close (t->runner);
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    g_assert_finalize_object (objects[i]);
  g_clear_error (&t->error);
  g_value_unset (&t->value);
}

/* A wrong call. */
#define BAD(call) \
  G_STMT_START { expect_critical (); call; g_test_assert_expected_messages (); } G_STMT_END
/* One with an answer that says no. */
#define BAD_ANSWER(call, neutral) BAD (g_assert_true ((call) == (neutral)))
#define BAD_BOOL(call) BAD_ANSWER (call, FALSE)
#define BAD_NULL(call) BAD_ANSWER (call, NULL)

typedef void (*Misuse) (Things *t);

static void
misuse_event (Things *t)
{
  BAD_BOOL (ts_event_wait (t->event, t->wrong, NULL));
  BAD_BOOL (ts_event_wait (t->event, NULL, &t->error));
  BAD_BOOL (ts_event_wait_until (t->event, 0, t->wrong, NULL));
  BAD_BOOL (ts_event_wait_until (t->event, 0, NULL, &t->error));
  BAD (ts_event_wait_async (t->event, t->wrong, NULL, NULL));
  BAD_NULL (ts_event_create_source (t->event, t->wrong));
  BAD_ANSWER (ts_event_add_watch (t->event, NULL, NULL), 0);
  BAD_ANSWER (ts_event_add_watch_full (t->event, 0, NULL, NULL, NULL), 0);
}

static void
misuse_port (Things *t)
{
  GValue out = G_VALUE_INIT;

  BAD_ANSWER (ts_port_wait_event (t->port, NULL), -1);
  BAD_ANSWER (ts_port_wait_event (t->port, t->wrong), -1);
  BAD_ANSWER (ts_port_receive (t->port, NULL), -1);
  BAD_ANSWER (ts_port_receive (t->port, t->wrong), -1);
  BAD_ANSWER (ts_port_send (t->port, NULL, &t->value), -1);
  BAD_ANSWER (ts_port_send (t->port, t->channel, NULL), -1);
  BAD_ANSWER (ts_port_send (t->port, t->channel, &t->unset), -1);
  BAD_ANSWER (ts_port_acquire (t->port, t->wrong), -1);
  BAD_ANSWER (ts_port_acquire_lock (t->port, t->wrong), -1);
  BAD_ANSWER (ts_port_wait_condition (t->port, t->wrong), -1);
  BAD_ANSWER (ts_port_wait_barrier (t->port, t->wrong), -1);
  BAD_ANSWER (ts_port_wait_future (t->port, t->wrong), -1);
  BAD_ANSWER (ts_port_select (t->port, t->wrong), -1);
  BAD_BOOL (ts_port_finish (t->port, 1, NULL, NULL));
  BAD_BOOL (ts_port_finish (t->port, 1, &out, &t->error));
  g_assert_true (G_VALUE_HOLDS_POINTER (&out));

  /* What a correct program may meet is no programmer's error. */
  g_assert_false (ts_port_finish (t->port, 0, &out, NULL));
  g_assert_false (ts_port_finish (t->port, -1, &out, NULL));
  g_assert_false (ts_port_finish (t->port, G_MAXINT64, &out, NULL));
  g_assert_false (ts_port_cancel (t->port, 0));
  g_assert_false (ts_port_cancel (t->port, -1));
  g_assert_false (ts_port_cancel (t->port, G_MAXINT64));
}

static void
misuse_send (Things *t)
{
  BAD_BOOL (ts_channel_send (t->channel, NULL, NULL, NULL));
  BAD_BOOL (ts_channel_send (t->channel, &t->unset, NULL, NULL));
  BAD_BOOL (ts_channel_send (t->channel, &t->value, t->wrong, NULL));
  BAD_BOOL (ts_channel_send (t->channel, &t->value, NULL, &t->error));
  BAD_BOOL (ts_channel_send_until (t->channel, NULL, 0, NULL, NULL));
  BAD_BOOL (ts_channel_send_until (t->channel, &t->value, 0, t->wrong, NULL));
  BAD_BOOL (ts_channel_send_until (t->channel, &t->value, 0, NULL, &t->error));
  BAD_BOOL (ts_channel_try_send (t->channel, NULL, NULL));
  BAD_BOOL (ts_channel_try_send (t->channel, &t->unset, NULL));
  BAD_BOOL (ts_channel_try_send (t->channel, &t->value, &t->error));
  BAD (ts_channel_send_async (t->channel, NULL, NULL, NULL, NULL));
  BAD (ts_channel_send_async (t->channel, &t->unset, NULL, NULL, NULL));
  BAD (ts_channel_send_async (t->channel, &t->value, t->wrong, NULL, NULL));
  BAD_BOOL (ts_channel_send_take (t->channel, NULL, NULL, NULL));
  BAD_BOOL (ts_channel_send_take (t->channel, &t->value, t->wrong, NULL));
  BAD_BOOL (ts_channel_send_take_until (t->channel, &t->unset, 0, NULL, NULL));
  BAD_BOOL (ts_channel_try_send_take (t->channel, &t->unset, NULL));
  BAD_BOOL (ts_channel_send_boxed (t->channel, G_TYPE_INT, NULL, NULL, NULL));
  BAD_BOOL (ts_channel_send_object (t->channel, NULL, NULL, NULL));
  BAD_BOOL (ts_channel_send_int (t->channel, 1, t->wrong, NULL));
  BAD_BOOL (ts_channel_send_int (t->channel, 1, NULL, &t->error));
}

static void
misuse_receive (Things *t)
{
  GValue out = G_VALUE_INIT;

  BAD_BOOL (ts_channel_receive (t->channel, NULL, NULL, NULL));
  BAD_BOOL (ts_channel_receive (t->channel, t->wrong, &out, NULL));
  g_assert_true (G_VALUE_HOLDS_POINTER (&out));
  BAD_BOOL (ts_channel_receive (t->channel, NULL, &out, &t->error));
  BAD_BOOL (ts_channel_receive_until (t->channel, 0, NULL, NULL, NULL));
  BAD_BOOL (ts_channel_receive_until (t->channel, 0, t->wrong, &out, NULL));
  BAD_BOOL (ts_channel_try_receive (t->channel, NULL, NULL));
  BAD_BOOL (ts_channel_try_receive (t->channel, &out, &t->error));
  BAD_NULL (ts_channel_receive_value (t->channel, t->wrong, NULL));
  BAD_NULL (ts_channel_receive_value (t->channel, NULL, &t->error));
  BAD_NULL (ts_channel_receive_until_value (t->channel, 0, t->wrong, NULL));
  BAD_NULL (ts_channel_try_receive_value (t->channel, &t->error));
  BAD (ts_channel_receive_async (t->channel, t->wrong, NULL, NULL));
  BAD_NULL (ts_channel_receive_many (t->channel, 0, NULL, NULL));
  BAD_NULL (ts_channel_receive_many (t->channel, 1, t->wrong, NULL));
  BAD_NULL (ts_channel_receive_many (t->channel, 1, NULL, &t->error));
  BAD_NULL (ts_channel_try_receive_many (t->channel, 0, NULL));
  BAD_NULL (ts_channel_try_receive_many (t->channel, 1, &t->error));
}

static void
misuse_channel (Things *t)
{
  GSource *source = g_idle_source_new ();

  BAD_NULL (ts_channel_new (-2));
  BAD_NULL (ts_channel_new_full (-2, G_TYPE_INT, TS_OVERFLOW_WAIT, NULL));
  BAD_NULL (ts_channel_new_full (0, G_TYPE_INT, TS_OVERFLOW_DROP_OLDEST, NULL));
  BAD_NULL (ts_channel_new_full (-1, G_TYPE_INT, TS_OVERFLOW_DROP_NEWEST, NULL));
  BAD_NULL (ts_channel_create_source (t->channel, 0, NULL));
  BAD_NULL (ts_channel_create_source (t->channel, G_IO_PRI, NULL));
  BAD_NULL (ts_channel_create_source (t->channel, G_IO_IN, t->wrong));
  BAD_ANSWER (ts_channel_add_watch (t->channel, NULL, NULL), 0);
  BAD_ANSWER (ts_channel_add_watch_full (t->channel, 0, NULL, NULL, NULL), 0);
  BAD (ts_channel_set_watch_budget (source, 1, 1));
  g_source_unref (source);
  source = ts_event_create_source (t->event, NULL);
  BAD (ts_channel_set_watch_budget (source, 1, 1));
  g_source_unref (source);
}

static void
misuse_semaphore_and_lock (Things *t)
{
  BAD_BOOL (ts_semaphore_acquire (t->semaphore, t->wrong, NULL));
  BAD_BOOL (ts_semaphore_acquire (t->semaphore, NULL, &t->error));
  BAD_BOOL (ts_semaphore_acquire_until (t->semaphore, 0, t->wrong, NULL));
  BAD (ts_semaphore_acquire_async (t->semaphore, t->wrong, NULL, NULL));
  BAD_BOOL (ts_semaphore_release (t->semaphore, 1, &t->error));
  BAD_NULL (ts_semaphore_create_source (t->semaphore, t->wrong));
  BAD_ANSWER (ts_semaphore_add_watch (t->semaphore, NULL, NULL), 0);
  BAD_BOOL (ts_lock_acquire (t->lock, t->wrong, NULL));
  BAD_BOOL (ts_lock_acquire (t->lock, NULL, &t->error));
  BAD_BOOL (ts_lock_acquire_until (t->lock, 0, t->wrong, NULL));
  BAD (ts_lock_acquire_async (t->lock, t->wrong, NULL, NULL));
  BAD_BOOL (ts_lock_release (t->lock, &t->error));
}

static void
misuse_condition_and_barrier (Things *t)
{
  BAD_BOOL (ts_condition_wait (t->condition, t->wrong, NULL));
  BAD_BOOL (ts_condition_wait (t->condition, NULL, &t->error));
  BAD_BOOL (ts_condition_wait_until (t->condition, 0, t->wrong, NULL));
  BAD (ts_condition_wait_async (t->condition, t->wrong, NULL, NULL));
  BAD_BOOL (ts_condition_notify_one (t->condition, &t->error));
  BAD_BOOL (ts_condition_notify_many (t->condition, 1, &t->error));
  BAD_BOOL (ts_condition_notify_all (t->condition, &t->error));
  BAD_NULL (ts_condition_new (t->wrong));
  BAD_NULL (ts_barrier_new (0));
  BAD_BOOL (ts_barrier_wait (t->barrier, t->wrong, NULL, NULL));
  BAD_BOOL (ts_barrier_wait (t->barrier, NULL, NULL, &t->error));
  BAD_BOOL (ts_barrier_wait_until (t->barrier, 0, t->wrong, NULL, NULL));
  BAD (ts_barrier_wait_async (t->barrier, t->wrong, NULL, NULL));
}

static void
misuse_future (Things *t)
{
  GValue out = G_VALUE_INIT;

  BAD_BOOL (ts_future_reject (t->future, NULL));
  BAD_BOOL (ts_future_wait (t->future, t->wrong, &out, NULL));
  BAD_BOOL (ts_future_wait (t->future, NULL, &out, &t->error));
  BAD_BOOL (ts_future_wait_until (t->future, 0, t->wrong, &out, NULL));
  BAD (ts_future_wait_async (t->future, t->wrong, NULL, NULL));
  BAD_NULL (ts_future_wait_value (t->future, t->wrong, NULL));
  BAD_NULL (ts_future_wait_until_value (t->future, 0, t->wrong, NULL));
  BAD_NULL (ts_future_create_source (t->future, t->wrong));
}

static void
misuse_select (Things *t)
{
  GValue out = G_VALUE_INIT;

  BAD_ANSWER (ts_select_once (NULL, NULL, NULL, t->channel, NULL), -1);
  BAD_ANSWER (ts_select_once (NULL, &out, &t->error, t->channel, NULL), -1);
  BAD_ANSWER (ts_select_oncev (NULL, 1, NULL, &out, NULL), -1);
  BAD_ANSWER (ts_select_add_receive (t->select, NULL), -1);
  BAD_ANSWER (ts_select_add_receive (t->select, t->wrong), -1);
  BAD_ANSWER (ts_select_add_send (t->select, t->wrong, &t->value, NULL), -1);
  BAD_ANSWER (ts_select_add_send (t->select, t->channel, NULL, NULL), -1);
  BAD_ANSWER (ts_select_add_send (t->select, t->channel, &t->unset, NULL), -1);
  BAD_ANSWER (ts_select_add_event (t->select, t->wrong), -1);
  BAD_ANSWER (ts_select_add_acquire (t->select, t->wrong), -1);
  BAD_ANSWER (ts_select_add_lock (t->select, t->wrong), -1);
  BAD_ANSWER (ts_select_add_future (t->select, t->wrong), -1);
  BAD_ANSWER (ts_select_wait (t->select, t->wrong, NULL), -1);
  BAD_ANSWER (ts_select_wait (t->select, NULL, &t->error), -1);
  BAD_ANSWER (ts_select_wait_until (t->select, 0, t->wrong, NULL), -1);
  BAD (ts_select_wait_async (t->select, t->wrong, NULL, NULL));
  BAD_NULL (ts_select_create_source (t->select, t->wrong));
  BAD_BOOL (ts_select_get_value (t->select, 0, NULL));
  BAD_BOOL (ts_select_steal_value (t->select, 0, NULL));
  g_assert_false (ts_select_remove (t->select, 99));
}

static void
misuse_runner (Things *t)
{
  GValue out = G_VALUE_INIT;

  BAD_BOOL (ts_runner_invoke (t->runner, NULL, NULL, NULL));
  BAD_BOOL (ts_runner_invoke_full (t->runner, 0, NULL, NULL, NULL, NULL));
  BAD_NULL (ts_runner_spawn (t->runner, NULL, NULL, NULL));
  BAD_BOOL (ts_runner_call (t->runner, NULL, NULL, NULL, NULL, &out, NULL));
  BAD_BOOL (ts_runner_call_until (t->runner, NULL, NULL, NULL, 0, NULL, &out, NULL));
  BAD (ts_runner_call_async (t->runner, NULL, NULL, NULL, NULL, NULL, NULL));
  BAD_NULL (ts_runner_perform (t->runner, NULL, NULL, NULL, NULL, NULL));
  BAD_NULL (ts_runner_perform_until (t->runner, NULL, NULL, NULL, 0, NULL, NULL));
  BAD_NULL (ts_offload (NULL, NULL, NULL, NULL));
}

static const struct
{
  const char *path;
  Misuse      misuse;
} misuses[] = {
  { "/tschan/bad-input/E20-event", misuse_event },
  { "/tschan/bad-input/port", misuse_port },
  { "/tschan/bad-input/send", misuse_send },
  { "/tschan/bad-input/receive", misuse_receive },
  { "/tschan/bad-input/channel", misuse_channel },
  { "/tschan/bad-input/semaphore-and-lock", misuse_semaphore_and_lock },
  { "/tschan/bad-input/condition-and-barrier", misuse_condition_and_barrier },
  { "/tschan/bad-input/future", misuse_future },
  { "/tschan/bad-input/select", misuse_select },
  { "/tschan/bad-input/runner", misuse_runner },
};

static void
misuse_changes_nothing (gconstpointer data)
{
  Things things;

  things_init (&things);
  misuses[GPOINTER_TO_UINT (data)].misuse (&things);
  assert_unchanged (&things);
  things_clear (&things);
}

/* Results */

typedef void     (*Start)  (gpointer object, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
typedef gboolean (*Finish) (gpointer object, GAsyncResult *result, GError **error);

#define DEFINE_PAIR(name, start, finish) \
  static void \
  name##_start (gpointer object, GCancellable *cancellable, GAsyncReadyCallback callback, \
                gpointer user_data) \
  { \
    start (object, cancellable, callback, user_data); \
  } \
  static gboolean \
  name##_finish (gpointer object, GAsyncResult *result, GError **error) \
  { \
    return finish; \
  }

DEFINE_PAIR (event, ts_event_wait_async, ts_event_wait_finish (object, result, error))
DEFINE_PAIR (semaphore, ts_semaphore_acquire_async,
             ts_semaphore_acquire_finish (object, result, error))
DEFINE_PAIR (lock, ts_lock_acquire_async, ts_lock_acquire_finish (object, result, error))
DEFINE_PAIR (barrier, ts_barrier_wait_async, ts_barrier_wait_finish (object, result, NULL, error))
DEFINE_PAIR (receive, ts_channel_receive_async,
             ts_channel_receive_finish (object, result, &(GValue) { 0 }, error))
DEFINE_PAIR (future, ts_future_wait_async,
             ts_future_wait_finish (object, result, &(GValue) { 0 }, error))
DEFINE_PAIR (select, ts_select_wait_async, ts_select_wait_finish (object, result, error) >= 0)

static const struct
{
  Start  start;
  Finish finish;
} pairs[] = {
  { event_start, event_finish },     { semaphore_start, semaphore_finish },
  { lock_start, lock_finish },       { barrier_start, barrier_finish },
  { receive_start, receive_finish }, { future_start, future_finish },
  { select_start, select_finish },
};

/* Over at once, with a success. */
static gpointer
ready_object (guint pair)
{
  gpointer objects[] = { ts_event_new (),  ts_semaphore_new (1), ts_lock_new (), ts_barrier_new (1),
                         ts_channel_new (1), ts_future_new (),     ts_select_new () };
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  ts_event_set (objects[0]);
  ts_channel_send (objects[4], &value, NULL, NULL);
  ts_future_resolve (objects[5], &value);
  ts_select_add_event (objects[6], objects[0]);
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    if (i != pair)
      g_object_unref (objects[i]);
  return objects[pair];
}

static void
foreign_and_spent_results_are_refused (void)
{
  GMainContext *context = ts_test_context_push ();

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      gpointer object = ready_object (i), twin = ready_object (i);
      g_autoptr (GTask) task = g_task_new (object, NULL, NULL, NULL);
      const guint other = (i + 1) % G_N_ELEMENTS (pairs);
      gpointer stranger = ready_object (other);
      TsTestAsync async = { 0 };

      ts_test_note ("pair %u", i);
      ts_test_async_begin (&async, object);
      pairs[i].start (object, NULL, ts_test_async_callback, &async);
      ts_test_async_end (&async);
      ts_test_async_wait (&async);

      BAD_BOOL (pairs[i].finish (object, NULL, NULL));
      BAD_BOOL (pairs[i].finish (object, G_ASYNC_RESULT (task), NULL));
      BAD_BOOL (pairs[i].finish (twin, async.result, NULL));
      BAD_BOOL (pairs[other].finish (stranger, async.result, NULL));
      g_assert_true (pairs[i].finish (object, async.result, NULL));
      BAD_BOOL (pairs[i].finish (object, async.result, NULL));
      ts_test_async_clear (&async);
      g_object_unref (object);
      g_object_unref (twin);
      g_object_unref (stranger);
    }
  ts_test_context_pop (context);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/bad-input/every-function-refuses-a-wrong-object",
               every_function_refuses_a_wrong_object);
  for (guint i = 0; i < G_N_ELEMENTS (misuses); i++)
    ts_test_add_data (misuses[i].path, misuse_changes_nothing, GUINT_TO_POINTER (i));
  ts_test_add ("/tschan/bad-input/foreign-and-spent-results-are-refused",
               foreign_and_spent_results_are_refused);

  return g_test_run ();
}
