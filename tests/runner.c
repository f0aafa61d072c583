/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a TsRunner does. */

#include "ts-test-util.h"

static TsRunner *runner;

static void
set_up (void)
{
  runner = ts_runner_new ("test");
}

/* The thread holds nothing of ours any more. */
static void
tear_down (void)
{
  ts_runner_close (runner);
  g_assert_finalize_object (runner);
}

/* What runs over there */

typedef struct
{
  _Atomic int calls;
  _Atomic int freed;
  GThread    *thread;
  TsEvent    *started;
  TsEvent    *go_on;
  TsCall     *kept;
} Work;

static void
work_freed (gpointer data)
{
  atomic_fetch_add (&((Work *) data)->freed, 1);
}

static void
note_call (gpointer data)
{
  Work *work = data;

  g_assert_true (ts_runner_is_current (runner));
  g_assert_true (g_main_context_get_thread_default () == ts_runner_get_context (runner));
  work->thread = g_thread_self ();
  atomic_fetch_add (&work->calls, 1);
}

static void
answer_at_once (TsCall *call, gpointer data)
{
  g_auto (GValue) value = G_VALUE_INIT;

  note_call (data);
  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, atomic_load (&((Work *) data)->calls));
  g_assert_true (ts_call_complete (call, &value));
  g_assert_false (ts_call_complete (call, NULL));
}

static void
fail_at_once (TsCall *call, gpointer data)
{
  g_autoptr (GError) reason = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_EXISTS, "there");

  note_call (data);
  g_assert_true (ts_call_fail (call, reason));
}

static void
drop_call (TsCall *call, gpointer data)
{
  note_call (data);
}

static void
keep_call (TsCall *call, gpointer data)
{
  Work *work = data;

  note_call (data);
  work->kept = g_object_ref (call);
  ts_event_set (work->started);
}

static void
block_until_told (gpointer data)
{
  Work *work = data;

  ts_event_set (work->started);
  ts_event_wait (work->go_on, NULL, NULL);
}

static void
set_started (gpointer data)
{
  ts_event_set (((Work *) data)->started);
}

static void
work_init (Work *work)
{
  *work = (Work) { .started = ts_event_new (), .go_on = ts_event_new () };
}

static void
work_clear (Work *work)
{
  g_object_unref (work->started);
  g_object_unref (work->go_on);
  g_clear_object (&work->kept);
}

static gboolean
call (TsCallFunc func, Work *work, int *answer, GError **error)
{
  GValue value = G_VALUE_INIT;
  gboolean success = ts_runner_call (runner, func, work, work_freed, NULL, &value, error);

  if (success)
    *answer = g_value_get_int (&value);
  else
    g_assert_true (G_VALUE_HOLDS_POINTER (&value));
  g_value_unset (&value);
  return success;
}

static void
calls_run_in_order_and_answer (void)
{
  g_autoptr (GError) error = NULL;
  Work work;
  int answer;

  set_up ();
  work_init (&work);
  g_assert_false (ts_runner_is_current (runner));
  for (int i = 1; i <= 5; i++)
    {
      g_assert_true (call (answer_at_once, &work, &answer, NULL));
      g_assert_cmpint (answer, ==, i);
    }
  g_assert_true (work.thread != g_thread_self ());
  g_assert_false (call (fail_at_once, &work, &answer, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  ts_test_wait_for (atomic_load (&work.freed) == 6);
  tear_down ();
  g_assert_cmpint (atomic_load (&work.calls), ==, 6);
  work_clear (&work);
}

static void
append_letter (gpointer data)
{
  gpointer *args = data;

  g_string_append_c (args[0], (char) GPOINTER_TO_INT (args[1]));
}

static void
invocations_keep_order_and_priority (void)
{
  g_autoptr (GString) string = g_string_new (NULL);
  gpointer args[5][2];
  Work work;

  set_up ();
  work_init (&work);
  for (int i = 0; i < 5; i++)
    {
      args[i][0] = string;
      args[i][1] = GINT_TO_POINTER ('a' + i);
    }
  g_assert_true (ts_runner_invoke_full (runner, G_PRIORITY_HIGH, block_until_told, &work, NULL,
                                        NULL));
  g_assert_true (ts_event_wait (work.started, NULL, NULL));
  g_assert_true (ts_runner_invoke_full (runner, G_PRIORITY_LOW, append_letter, args[4], NULL,
                                        NULL));
  for (int i = 1; i < 4; i++)
    g_assert_true (ts_runner_invoke (runner, append_letter, args[i], NULL));
  g_assert_true (ts_runner_invoke_full (runner, G_PRIORITY_HIGH, append_letter, args[0], NULL,
                                        NULL));
  ts_event_set (work.go_on);
  tear_down (); /* runs what was queued */
  g_assert_cmpstr (string->str, ==, "abcde");
  work_clear (&work);
}

static void
call_that_is_dropped_fails (void)
{
  Work work;
  int answer;

  set_up ();
  work_init (&work);
  g_assert_false (call (drop_call, &work, &answer, NULL));
  g_assert_cmpint (atomic_load (&work.calls), ==, 1);
  tear_down ();
  work_clear (&work);
}

G_NORETURN static void
must_not_start (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer callback_data,
                gpointer user_data)
{
  g_assert_not_reached ();
}

/* For what must not be waited for, or is there in a moment: so that a mistake is told, and does not hang. */
static gint64
in_a_while (void)
{
  return g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;
}

static void
ask_itself (TsCall *call, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;

  g_assert_false (ts_runner_call_until (runner, answer_at_once, data, NULL, in_a_while (), NULL, &value,
                                        &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_WOULD_DEADLOCK);
  g_clear_error (&error);
  g_assert_false (ts_runner_call (runner, answer_at_once, data, NULL, NULL, &value, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_WOULD_DEADLOCK);
  g_clear_error (&error);
  g_assert_null (ts_runner_perform (runner, must_not_start, NULL, NULL, NULL, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_WOULD_DEADLOCK);
  answer_at_once (call, data);
}

static void
asking_itself_would_deadlock (void)
{
  Work work;
  int answer;

  set_up ();
  work_init (&work);
  g_assert_true (call (ask_itself, &work, &answer, NULL));
  g_assert_cmpint (answer, ==, 1);
  tear_down ();
  work_clear (&work);
}

static void
closed_runner_refuses (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsFuture) future = NULL;
  GValue value = G_VALUE_INIT;
  Work work;
  int answer;

  set_up ();
  work_init (&work);
  g_assert_true (call (answer_at_once, &work, &answer, NULL));
  g_assert_true (ts_runner_close (runner));
  g_assert_false (ts_runner_close (runner));
  g_assert_true (ts_runner_is_closed (runner));
  g_assert_cmpint (atomic_load (&work.freed), ==, 1);

  g_assert_false (call (answer_at_once, &work, &answer, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (ts_runner_invoke_full (runner, 0, note_call, &work, work_freed, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_CLOSED);
  g_clear_error (&error);
  future = ts_runner_spawn (runner, answer_at_once, &work, work_freed);
  g_assert_false (ts_future_wait (future, NULL, &value, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_CLOSED);
  g_assert_cmpint (atomic_load (&work.calls), ==, 1);
  g_assert_cmpint (atomic_load (&work.freed), ==, 4); /* of every one */
  tear_down ();
  work_clear (&work);
}

static void
never_started_runner_closes (void)
{
  set_up ();
  g_assert_cmpstr (ts_runner_get_name (runner), ==, "test");
  g_assert_false (ts_runner_is_closed (runner));
  g_assert_true (ts_runner_close (runner));
  tear_down ();
}

/* Waiting in other ways, and giving up */

static void
call_from_a_main_loop (void)
{
  GMainContext *context = ts_test_context_push ();
  g_auto (GValue) value = G_VALUE_INIT;
  TsTestAsync async = { 0 };
  Work work;

  set_up ();
  work_init (&work);
  ts_test_async_begin (&async, runner);
  ts_runner_call_async (runner, answer_at_once, &work, work_freed, NULL, ts_test_async_callback,
                        &async);
  ts_test_async_end (&async);
  ts_test_async_wait (&async);
  g_assert_true (ts_runner_call_finish (runner, async.result, &value, NULL));
  g_assert_cmpint (g_value_get_int (&value), ==, 1);
  ts_test_async_clear (&async);
  tear_down ();
  g_assert_cmpint (atomic_load (&work.freed), ==, 1);
  work_clear (&work);
  ts_test_context_pop (context);
}

static void
call_until_late (Work *work, gint64 patience)
{
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;

  g_assert_false (ts_runner_call_until (runner, keep_call, work, work_freed,
                                        g_get_monotonic_time () + patience, NULL, &value, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* Where the machine is so slow that the work is given up before it begins, it gets more time. */
static void
giving_up_cancels_the_work (void)
{
  gint64 patience = 50000;
  int answer;
  Work work;

  set_up ();
  work_init (&work);
  do
    {
      call_until_late (&work, patience);
      g_assert_true (call (answer_at_once, &work, &answer, NULL)); /* what began has come so far */
      patience *= 2;
    }
  while (!ts_event_is_set (work.started));
  g_assert_true (g_cancellable_is_cancelled (ts_call_get_cancellable (work.kept)));
  g_assert_false (ts_call_complete (work.kept, NULL));
  tear_down ();
  work_clear (&work);
}

static void
giving_up_a_task_cancels_the_work (void)
{
  GMainContext *context = ts_test_context_push ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;
  TsTestAsync async = { 0 };
  Work work;

  set_up ();
  work_init (&work);
  ts_test_async_begin (&async, runner);
  ts_runner_call_async (runner, keep_call, &work, work_freed, cancellable, ts_test_async_callback,
                        &async);
  ts_test_async_end (&async);
  g_assert_true (ts_event_wait (work.started, NULL, NULL));
  g_assert_false (g_cancellable_is_cancelled (ts_call_get_cancellable (work.kept)));
  g_cancellable_cancel (cancellable);
  ts_test_async_wait (&async);
  g_assert_false (ts_runner_call_finish (runner, async.result, &value, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_cancellable_is_cancelled (ts_call_get_cancellable (work.kept)));
  g_assert_false (ts_call_complete (work.kept, NULL));
  ts_test_async_clear (&async);
  tear_down ();
  work_clear (&work);
  ts_test_context_pop (context);
}

static void G_GNUC_NORETURN
must_not_run (TsCall *call, gpointer data)
{
  g_assert_not_reached ();
}

static void
what_is_cancelled_before_does_not_begin (void)
{
  GMainContext *context = ts_test_context_push ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;
  TsTestAsync async = { 0 };
  Work work;

  set_up ();
  work_init (&work);
  g_cancellable_cancel (cancellable);
  ts_test_async_begin (&async, runner);
  ts_runner_call_async (runner, must_not_run, &work, work_freed, cancellable, ts_test_async_callback,
                        &async);
  ts_test_async_end (&async);
  g_assert_cmpint (atomic_load (&work.freed), ==, 1);
  ts_test_async_wait (&async);
  g_assert_false (ts_runner_call_finish (runner, async.result, &value, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  ts_test_async_clear (&async);
  tear_down ();
  work_clear (&work);
  ts_test_context_pop (context);
}

static void
spawned_work_may_be_cancelled (void)
{
  g_autoptr (TsFuture) running = NULL;
  g_autoptr (TsFuture) queued = NULL;
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;
  Work work, other;

  set_up ();
  work_init (&work);
  work_init (&other);
  running = ts_runner_spawn (runner, keep_call, &work, work_freed);
  g_assert_true (ts_event_wait (work.started, NULL, NULL));
  g_assert_true (ts_runner_invoke (runner, block_until_told, &other, NULL));
  g_assert_true (ts_event_wait (other.started, NULL, NULL));
  queued = ts_runner_spawn (runner, answer_at_once, &other, work_freed);
  g_assert_true (ts_future_cancel (queued)); /* before it has begun */
  g_assert_true (ts_future_cancel (running));
  g_assert_true (g_cancellable_is_cancelled (ts_call_get_cancellable (work.kept)));
  ts_event_set (other.go_on);
  g_assert_false (ts_future_wait (running, NULL, &value, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  tear_down ();
  g_assert_cmpint (atomic_load (&other.calls), ==, 0);
  g_assert_cmpint (atomic_load (&other.freed), ==, 1);
  work_clear (&work);
  work_clear (&other);
}

static void
answer_may_come_later_and_from_elsewhere (void)
{
  g_autoptr (TsFuture) future = NULL;
  g_auto (GValue) value = G_VALUE_INIT;
  GValue answer = G_VALUE_INIT;
  Work work;

  set_up ();
  work_init (&work);
  future = ts_runner_spawn (runner, keep_call, &work, work_freed);
  g_assert_true (ts_event_wait (work.started, NULL, NULL));
  g_assert_false (ts_future_is_done (future));
  g_value_init (&answer, G_TYPE_INT);
  g_value_set_int (&answer, 7);
  g_assert_true (ts_call_complete (work.kept, &answer));
  g_assert_true (ts_future_wait (future, NULL, &value, NULL));
  g_assert_cmpint (g_value_get_int (&value), ==, 7);
  tear_down ();
  work_clear (&work);
}

static void
close_fails_what_is_not_answered (void)
{
  g_autoptr (TsFuture) future = NULL;
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;
  Work work;

  set_up ();
  work_init (&work);
  future = ts_runner_spawn (runner, keep_call, &work, work_freed);
  g_assert_true (ts_event_wait (work.started, NULL, NULL));
  g_assert_true (ts_runner_close (runner));
  g_assert_false (ts_future_wait (future, NULL, &value, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_CLOSED);
  g_assert_true (g_cancellable_is_cancelled (ts_call_get_cancellable (work.kept)));
  g_assert_false (ts_call_complete (work.kept, NULL));
  tear_down ();
  work_clear (&work);
}

/* Asynchronous functions performed */

static void
query_root (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer callback_data,
            gpointer file)
{
  g_assert_true (ts_runner_is_current (runner));
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT, cancellable, callback, callback_data);
}

static void
asynchronous_function_is_performed (void)
{
  g_autoptr (GFile) root = g_file_new_for_path ("/");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  set_up ();
  result = ts_runner_perform (runner, query_root, g_object_ref (root), g_object_unref, NULL,
                              &error);
  g_assert_no_error (error);
  info = g_file_query_info_finish (root, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_file_info_get_file_type (info), ==, G_FILE_TYPE_DIRECTORY);
  tear_down ();
}

/* Who asks may have a context of its own, and so may who is asked: neither has a part in it. */
static gpointer
perform_from_another_context (gpointer data)
{
  g_autoptr (GFile) root = g_file_new_for_path ("/");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  GMainContext *context = ts_test_context_push ();

  result = ts_runner_perform (runner, query_root, g_object_ref (root), g_object_unref, NULL,
                              &error);
  g_assert_no_error (error);
  g_assert_true (g_main_context_get_thread_default () == context);
  ts_test_assert_idle (context);
  info = g_file_query_info_finish (root, result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (info);
  ts_test_context_pop (context);
  return NULL;
}

static void
perform_from_there (TsCall *call, gpointer data)
{
  perform_from_another_context (NULL);
  ts_call_complete (call, NULL);
}

static void
performed_from_any_context (void)
{
  TsRunner *other = ts_runner_new ("other");
  GValue value = G_VALUE_INIT;

  set_up ();
  perform_from_another_context (NULL);
  ts_test_thread_join (ts_test_thread_new (perform_from_another_context, NULL));
  /* And from the thread of another runner */
  g_assert_true (ts_runner_call (other, perform_from_there, NULL, NULL, NULL, &value, NULL));
  g_value_unset (&value);
  ts_runner_close (other);
  g_object_unref (other);
  tear_down ();
}

/* Not every such function keeps to the context in which it was called. */

typedef struct
{
  GAsyncReadyCallback callback;
  gpointer            callback_data;
  GThread            *thread;
} Stray;

static gpointer
call_back_from_thread (gpointer data)
{
  Stray *stray = data;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_return_int (task, 42);
  stray->callback (NULL, G_ASYNC_RESULT (task), stray->callback_data);
  return NULL;
}

static void
start_stray (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer callback_data,
             gpointer data)
{
  Stray *stray = data;

  stray->callback = callback;
  stray->callback_data = callback_data;
  stray->thread = g_thread_new ("stray", call_back_from_thread, stray);
}

static void
performed_function_may_call_back_anywhere (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Stray stray = { NULL };

  set_up ();
  result = ts_runner_perform_until (runner, start_stray, &stray, NULL, in_a_while (), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_task_propagate_int (G_TASK (result), NULL), ==, 42);
  g_thread_join (stray.thread);
  tear_down ();
}

static void
leave_a_context (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer callback_data,
                 gpointer context)
{
  ts_event_wait_async (g_object_get_data (G_OBJECT (runner), "event"), cancellable, callback,
                       callback_data);
  g_main_context_push_thread_default (context);
}

static void
take_context_away (TsCall *call, gpointer context)
{
  g_main_context_pop_thread_default (context);
  ts_call_complete (call, NULL);
}

/* What runs there may have another context as the default one when the callback comes. */
static void
performed_in_spite_of_another_default (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (TsEvent) event = ts_event_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;

  set_up ();
  ts_event_set (event);
  g_object_set_data (G_OBJECT (runner), "event", event);
  result = ts_runner_perform (runner, leave_a_context, context, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ts_event_wait_finish (event, result, &error));
  g_assert_true (ts_runner_call (runner, take_context_away, context, NULL, NULL, &value, NULL));
  g_value_unset (&value);
  tear_down ();
}

static void
wait_for_event (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer callback_data,
                gpointer event)
{
  ts_event_wait_async (event, cancellable, callback, callback_data);
}

static void
performed_function_may_time_out (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  set_up ();
  g_assert_null (ts_runner_perform_until (runner, wait_for_event, event, NULL,
                                          g_get_monotonic_time () + 20000, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_null (ts_runner_perform (runner, wait_for_event, event, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  tear_down ();

  /* Both waits were given up: neither is there to take this. */
  ts_event_set (event);
  g_assert_true (ts_event_is_set (event));
}

/* Many at once */

static void
count (gpointer data)
{
  note_call (data);
}

static gpointer
use_runner (gpointer data)
{
  const guint rounds = ts_test_rounds (300);

  for (guint i = 0; i < rounds; i++)
    {
      GValue value = G_VALUE_INIT;

      g_assert_true (ts_runner_invoke (runner, count, data, NULL));
      g_assert_true (ts_runner_call (runner, answer_at_once, data, NULL, NULL, &value, NULL));
      g_value_unset (&value);
    }
  return NULL;
}

static void
many_threads_share_a_runner (void)
{
  TsTestThread *threads[4];
  Work work;

  set_up ();
  work_init (&work);
  for (int i = 0; i < 4; i++)
    threads[i] = ts_test_thread_new (use_runner, &work);
  for (int i = 0; i < 4; i++)
    ts_test_thread_join (threads[i]);
  tear_down ();
  g_assert_cmpint (atomic_load (&work.calls), ==, 4 * 2 * (int) ts_test_rounds (300));
  work_clear (&work);
}

static gpointer
spawn_until_closed (gpointer data)
{
  while (!ts_runner_is_closed (runner))
    {
      g_autoptr (TsFuture) future = ts_runner_spawn (runner, answer_at_once, data, work_freed);
      GValue value = G_VALUE_INIT;
      g_autoptr (GError) error = NULL;

      if (!ts_future_wait (future, NULL, &value, &error))
        g_assert_error (error, TS_ERROR, TS_ERROR_CLOSED);
      g_value_unset (&value);
    }
  return NULL;
}

static void
close_against_spawn (void)
{
  const guint rounds = ts_test_rounds (100);

  for (guint round = 0; round < rounds; round++)
    {
      TsTestThread *threads[2];
      Work work;

      set_up ();
      work_init (&work);
      for (int i = 0; i < 2; i++)
        threads[i] = ts_test_thread_new (spawn_until_closed, &work);
      ts_test_wait_for (atomic_load (&work.calls) > 0);
      ts_runner_close (runner);
      for (int i = 0; i < 2; i++)
        ts_test_thread_join (threads[i]);
      tear_down ();
      work_clear (&work);
    }
}

#define N_CALLERS 8

static gpointer
call_many_times (gpointer data)
{
  const guint rounds = ts_test_rounds (1250);
  guint answers = 0;

  for (guint i = 0; i < rounds; i++)
    {
      g_autoptr (GError) error = NULL;
      int answer;

      if (call (answer_at_once, data, &answer, &error))
        answers++;
      else
        g_assert_error (error, TS_ERROR, TS_ERROR_CLOSED);
    }
  return GUINT_TO_POINTER (answers);
}

/* Each call has its answer, or was refused; none hangs, and none runs that was refused. */
static void
close_against_calls (void)
{
  TsTestThread *threads[N_CALLERS];
  int answers = 0;
  Work work;

  set_up ();
  work_init (&work);
  for (int i = 0; i < N_CALLERS; i++)
    threads[i] = ts_test_thread_new (call_many_times, &work);
  ts_test_wait_for (atomic_load (&work.calls) >= (int) ts_test_rounds (2000));
  g_assert_true (ts_runner_close (runner));
  for (int i = 0; i < N_CALLERS; i++)
    answers += GPOINTER_TO_INT (ts_test_thread_join (threads[i]));
  g_assert_cmpint (answers, ==, atomic_load (&work.calls));
  g_assert_cmpint (atomic_load (&work.freed), ==, N_CALLERS * (int) ts_test_rounds (1250));
  tear_down ();
  work_clear (&work);
}

/* Closed over there */

static void
close_over_there (gpointer data)
{
  g_autoptr (GError) error = NULL;

  note_call (data);
  g_assert_true (ts_runner_close (runner));
  g_assert_false (ts_runner_close (runner));
  g_assert_false (ts_runner_invoke (runner, note_call, data, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_CLOSED);
}

static void
runner_closes_in_its_own_thread (void)
{
  Work work;

  set_up ();
  work_init (&work);
  g_assert_true (ts_runner_invoke (runner, block_until_told, &work, NULL));
  g_assert_true (ts_runner_invoke (runner, close_over_there, &work, NULL));
  g_assert_true (ts_runner_invoke_full (runner, G_PRIORITY_DEFAULT, note_call, &work, work_freed,
                                        NULL));
  ts_event_set (work.go_on);
  g_assert_true (ts_event_wait (work.started, NULL, NULL));
  ts_test_wait_for (ts_runner_is_closed (runner));
  g_assert_false (ts_runner_close (runner)); /* waits for the end */
  g_assert_cmpint (atomic_load (&work.calls), ==, 2);
  g_assert_cmpint (atomic_load (&work.freed), ==, 1);
  tear_down ();
  work_clear (&work);
}

static void
drop_last_reference (gpointer data)
{
  Work *work = data;

  ts_event_wait (work->go_on, NULL, NULL);
  g_object_unref (runner);
  atomic_fetch_add (&work->calls, 1);
}

/* What was queued runs, and the thread ends: ts_test_add() sees to that. */
static void
last_reference_is_dropped_over_there (void)
{
  TsTestFate fate = { 0 };
  Work work;

  set_up ();
  work_init (&work);
  ts_test_track (runner, &fate);
  g_assert_true (ts_runner_invoke (runner, drop_last_reference, &work, NULL));
  g_assert_true (ts_runner_invoke_full (runner, G_PRIORITY_DEFAULT, set_started, &work, work_freed,
                                        NULL));
  ts_event_set (work.go_on);
  g_assert_true (ts_event_wait (work.started, NULL, NULL));
  ts_test_wait_for (atomic_load (&work.freed) == 1);
  ts_test_assert_finalized (&fate);
  g_assert_cmpint (atomic_load (&work.calls), ==, 1);
  work_clear (&work);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/runner/R01-calls-run-in-order-and-answer", calls_run_in_order_and_answer);
  ts_test_add ("/tschan/runner/R01-invocations-keep-order-and-priority",
               invocations_keep_order_and_priority);
  ts_test_add ("/tschan/runner/R01-call-from-a-main-loop", call_from_a_main_loop);
  ts_test_add ("/tschan/runner/R01-answer-may-come-later-and-from-elsewhere",
               answer_may_come_later_and_from_elsewhere);
  ts_test_add ("/tschan/runner/R02-asking-itself-would-deadlock", asking_itself_would_deadlock);
  ts_test_add ("/tschan/runner/R03-closed-runner-refuses", closed_runner_refuses);
  ts_test_add ("/tschan/runner/R03-never-started-runner-closes", never_started_runner_closes);
  ts_test_add ("/tschan/runner/R03-close-fails-what-is-not-answered",
               close_fails_what_is_not_answered);
  ts_test_add ("/tschan/runner/R03-close-against-spawn", close_against_spawn);
  ts_test_add ("/tschan/runner/R03-close-against-calls", close_against_calls);
  ts_test_add ("/tschan/runner/R03-runner-closes-in-its-own-thread",
               runner_closes_in_its_own_thread);
  ts_test_add ("/tschan/runner/R03-last-reference-is-dropped-over-there",
               last_reference_is_dropped_over_there);
  ts_test_add ("/tschan/runner/R04-asynchronous-function-is-performed",
               asynchronous_function_is_performed);
  ts_test_add ("/tschan/runner/R04-performed-from-any-context", performed_from_any_context);
  ts_test_add ("/tschan/runner/R04-performed-function-may-call-back-anywhere",
               performed_function_may_call_back_anywhere);
  ts_test_add ("/tschan/runner/R04-performed-in-spite-of-another-default",
               performed_in_spite_of_another_default);
  ts_test_add ("/tschan/runner/R04-performed-function-may-time-out",
               performed_function_may_time_out);
  ts_test_add ("/tschan/runner/R05-call-that-is-dropped-fails", call_that_is_dropped_fails);
  ts_test_add ("/tschan/runner/giving-up-cancels-the-work", giving_up_cancels_the_work);
  ts_test_add ("/tschan/runner/giving-up-a-task-cancels-the-work", giving_up_a_task_cancels_the_work);
  ts_test_add ("/tschan/runner/what-is-cancelled-before-does-not-begin",
               what_is_cancelled_before_does_not_begin);
  ts_test_add ("/tschan/runner/spawned-work-may-be-cancelled", spawned_work_may_be_cancelled);
  ts_test_add ("/tschan/runner/many-threads-share-a-runner", many_threads_share_a_runner);

  return g_test_run ();
}
