/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* TsEvent in main loops: which context, which thread, which order; loops within loops; callbacks
 * that use the event again. */

#include "ts-test-waiter.h"

static void
begin_wait (TsTestAsync *async, TsEvent *event, GCancellable *cancellable)
{
  ts_test_async_begin (async, event);
  ts_test_forbid_callbacks ();
  ts_event_wait_async (event, cancellable, ts_test_async_callback, async);
  ts_test_allow_callbacks ();
  ts_test_async_end (async);
}

static void
set_event (TsEvent *event)
{
  ts_test_forbid_callbacks ();
  ts_event_set (event);
  ts_test_allow_callbacks ();
}

static void
finish_wait (TsTestAsync *async, TsEvent *event)
{
  g_autoptr (GError) error = NULL;
  gboolean released;

  ts_test_async_wait (async);
  released = ts_event_wait_finish (event, async->result, &error);
  g_assert_no_error (error);
  g_assert_true (released);
  ts_test_async_clear (async);
}

static void
fail_wait (TsTestAsync *async, TsEvent *event)
{
  g_autoptr (GError) error = NULL;

  ts_test_async_wait (async);
  g_assert_false (ts_event_wait_finish (event, async->result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  ts_test_async_clear (async);
}

/* Contexts and threads */

static void
callback_comes_in_a_later_iteration (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  TsTestAsync async = { 0 };
  GMainContext *context = ts_test_context_push ();

  ts_event_set (event);
  begin_wait (&async, event, NULL);
  g_assert_true (g_main_context_pending (context));
  g_main_context_iteration (context, FALSE);
  g_assert_cmpint (atomic_load (&async.calls), ==, 1);
  finish_wait (&async, event);
  ts_test_assert_idle (context);
  ts_test_context_pop (context);
}

static void
default_context_is_used_without_another (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  TsTestAsync async = { 0 };

  begin_wait (&async, event, NULL);
  g_assert_true (async.context == g_main_context_default ());
  set_event (event);
  finish_wait (&async, event);
}

static void
each_context_has_its_own (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  TsTestAsync outer = { 0 }, inner = { 0 };
  GMainContext *outer_context = ts_test_context_push ();
  GMainContext *inner_context;

  begin_wait (&outer, event, NULL);
  inner_context = ts_test_context_push ();
  begin_wait (&inner, event, NULL);
  set_event (event);
  ts_test_iterate (inner_context);
  g_assert_cmpint (atomic_load (&inner.calls), ==, 1);
  g_assert_cmpint (atomic_load (&outer.calls), ==, 0);
  finish_wait (&inner, event);
  ts_test_context_pop (inner_context);
  ts_test_iterate (outer_context);
  g_assert_cmpint (atomic_load (&outer.calls), ==, 1);
  finish_wait (&outer, event);
  ts_test_context_pop (outer_context);
}

static gpointer
set_in_thread (gpointer event)
{
  set_event (event);
  return NULL;
}

typedef struct
{
  GMainContext *context;
  TsTestAsync  *async;
} Elsewhere;

static gpointer
run_elsewhere (gpointer data)
{
  Elsewhere *elsewhere = data;

  g_main_context_push_thread_default (elsewhere->context);
  while (atomic_load (&elsewhere->async->calls) == 0)
    g_main_context_iteration (elsewhere->context, TRUE);
  g_main_context_pop_thread_default (elsewhere->context);
  return NULL;
}

/* The context was made here, the wait started here, but the loop runs over there. */
static void
loop_may_run_in_another_thread (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();

  for (int set_first = 0; set_first <= 1; set_first++)
    {
      TsTestAsync async = { 0 };
      GMainContext *context = ts_test_context_push ();
      Elsewhere elsewhere = { context, &async };
      TsTestThread *thread;

      ts_event_clear (event);
      begin_wait (&async, event, NULL);
      g_main_context_pop_thread_default (context);
      if (set_first)
        set_event (event);
      thread = ts_test_thread_new (run_elsewhere, &elsewhere);
      set_event (event);
      ts_test_thread_join (thread);
      g_assert_true (ts_event_wait_finish (event, async.result, NULL));
      ts_test_async_clear (&async);
      g_main_context_unref (context);
    }
}

/* Order */

static void
callbacks_come_in_order_and_in_one_iteration (void)
{
  const guint n = ts_test_rounds (10000);
  g_autofree TsTestAsync *asyncs = g_new0 (TsTestAsync, n);
  g_autoptr (TsEvent) event = ts_event_new ();
  GMainContext *context = ts_test_context_push ();

  for (guint i = 0; i < n; i++)
    begin_wait (&asyncs[i], event, NULL);
  set_event (event);
  ts_event_clear (event);
  g_main_context_iteration (context, TRUE);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpint (atomic_load (&asyncs[i].calls), ==, 1);
      g_assert_cmpuint (asyncs[i].rank, ==, asyncs[0].rank + i);
      finish_wait (&asyncs[i], event);
    }
  ts_test_assert_idle (context);
  ts_test_context_pop (context);
}

static void
callbacks_come_in_the_order_of_completion (void)
{
  TsEvent *events[5];
  TsTestAsync asyncs[5] = { 0 };
  const guint order[] = { 3, 0, 4, 1, 2 };
  GMainContext *context = ts_test_context_push ();

  for (guint i = 0; i < 5; i++)
    {
      events[i] = ts_event_new ();
      begin_wait (&asyncs[i], events[i], NULL);
    }
  for (guint i = 0; i < 5; i++)
    set_event (events[order[i]]);
  for (guint i = 0; i < 5; i++)
    {
      finish_wait (&asyncs[order[i]], events[order[i]]);
      g_assert_cmpuint (asyncs[order[i]].rank, ==, asyncs[order[0]].rank + i);
      g_object_unref (events[order[i]]);
    }
  ts_test_context_pop (context);
}

static gboolean
note_priority (gpointer data)
{
  g_string_append_c (data, 'd');
  return G_SOURCE_REMOVE;
}

static gboolean
note_high (TsEvent *event, gpointer data)
{
  g_string_append_c (data, 'h');
  return G_SOURCE_REMOVE;
}

static gboolean
note_low (TsEvent *event, gpointer data)
{
  g_string_append_c (data, 'l');
  return G_SOURCE_REMOVE;
}

static void
priorities_are_kept (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  g_autoptr (GString) calls = g_string_new (NULL);
  GMainContext *context = ts_test_context_push ();
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, note_priority, calls, NULL);
  ts_event_add_watch_full (event, G_PRIORITY_LOW, note_low, calls, NULL);
  ts_event_add_watch_full (event, G_PRIORITY_HIGH, note_high, calls, NULL);
  ts_test_assert_idle (context);
  ts_event_set (event);
  g_source_attach (source, context);
  g_source_unref (source);
  ts_test_iterate (context);
  g_assert_cmpstr (calls->str, ==, "hdl");
  ts_test_context_pop (context);
}

/* Cancellation */

static void
cancel_others (gpointer self)
{
  g_cancellable_cancel (((TsTestAsync *) self)->data);
}

static void
cancelling_inside_a_callback_completes_others_once (void)
{
  g_autoptr (TsEvent) first = ts_event_new ();
  g_autoptr (TsEvent) second = ts_event_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TsTestAsync a = { .then = cancel_others, .data = cancellable };
  TsTestAsync b = { 0 };
  GMainContext *context = ts_test_context_push ();

  /* Also its own, which is over. */
  begin_wait (&a, first, cancellable);
  begin_wait (&b, second, cancellable);
  set_event (first);
  finish_wait (&a, first);
  fail_wait (&b, second);
  ts_test_assert_idle (context);
  ts_test_context_pop (context);
}

static void
success_stays_when_cancelled_later (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  GMainContext *context = ts_test_context_push ();

  for (int seen = 0; seen <= 1; seen++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      TsTestAsync async = { 0 };

      begin_wait (&async, event, cancellable);
      set_event (event);
      if (seen)
        ts_test_async_wait (&async);
      g_cancellable_cancel (cancellable);
      finish_wait (&async, event);
      g_assert_false (ts_event_is_set (event));
    }
  ts_test_context_pop (context);
}

static void
set_by_handler (GCancellable *cancellable, TsEvent *event)
{
  set_event (event);
  ts_event_clear (event);
}

/* A handler on the same cancellable, which runs under GLib's lock, uses the event. */
static void
handler_of_the_cancellable_may_use_the_event (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TsTestAsync before = { 0 }, after = { 0 };
  GMainContext *context = ts_test_context_push ();

  begin_wait (&before, event, cancellable);
  g_signal_connect (cancellable, "cancelled", G_CALLBACK (set_by_handler), event);
  begin_wait (&after, event, cancellable);
  g_cancellable_cancel (cancellable);
  fail_wait (&before, event);
  finish_wait (&after, event);
  ts_test_context_pop (context);
}

static void
drop_cancellable (GCancellable *cancellable, gpointer data)
{
  g_object_unref (cancellable); /* the test's last */
}

static void
cancellable_may_go_in_its_handler (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  GCancellable *cancellable = g_cancellable_new ();
  GMainContext *context = ts_test_context_push ();
  TsTestAsync async = { 0 };
  TsTestFate fate;

  ts_test_track (cancellable, &fate);
  begin_wait (&async, event, cancellable);
  g_signal_connect (cancellable, "cancelled", G_CALLBACK (drop_cancellable), NULL);
  g_cancellable_cancel (cancellable);
  fail_wait (&async, event);
  ts_test_assert_finalized (&fate);
  ts_test_context_pop (context);
}

/* Loops within loops */

typedef struct
{
  TsEvent     *event;
  TsTestAsync *inner;
} Nesting;

static void
wait_for_inner (gpointer self)
{
  Nesting *nesting = ((TsTestAsync *) self)->data;

  ts_test_async_wait (nesting->inner);
}

static void
set_and_wait_for_inner (gpointer self)
{
  Nesting *nesting = ((TsTestAsync *) self)->data;

  begin_wait (nesting->inner, nesting->event, NULL);
  set_event (nesting->event);
  ts_test_async_wait (nesting->inner);
}

/* The two are released by one call, and come in one burst. */
static void
nested_loop_gets_the_rest_of_its_burst (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  TsTestAsync inner = { 0 };
  Nesting nesting = { event, &inner };
  TsTestAsync outer = { .then = wait_for_inner, .data = &nesting };
  GMainContext *context = ts_test_context_push ();

  begin_wait (&outer, event, NULL);
  begin_wait (&inner, event, NULL);
  set_event (event);
  finish_wait (&outer, event);
  finish_wait (&inner, event);
  ts_test_context_pop (context);
}

static void
nested_loop_gets_what_starts_in_it (void)
{
  g_autoptr (TsEvent) first = ts_event_new ();
  g_autoptr (TsEvent) second = ts_event_new ();
  TsTestAsync inner = { 0 };
  Nesting nesting = { second, &inner };
  TsTestAsync outer = { .then = set_and_wait_for_inner, .data = &nesting };
  GMainContext *context = ts_test_context_push ();

  begin_wait (&outer, first, NULL);
  set_event (first);
  finish_wait (&outer, first);
  finish_wait (&inner, second);
  ts_test_context_pop (context);
}

static gboolean
nest_in_watch (TsEvent *event, gpointer data)
{
  Nesting *nesting = data;

  begin_wait (nesting->inner, nesting->event, NULL);
  ts_test_thread_join (ts_test_thread_new (set_in_thread, nesting->event));
  ts_test_async_wait (nesting->inner);
  return G_SOURCE_REMOVE;
}

static void
nested_loop_in_a_watch (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  g_autoptr (TsEvent) second = ts_event_new ();
  TsTestAsync inner = { 0 };
  Nesting nesting = { second, &inner };
  GMainContext *context = ts_test_context_push ();

  ts_event_add_watch (event, nest_in_watch, &nesting);
  ts_test_assert_idle (context);
  set_event (event);
  g_main_context_iteration (context, TRUE);
  finish_wait (&inner, second);
  ts_test_context_pop (context);
}

/* Using the same event in its callback */

static void
use_again (gpointer self)
{
  TsTestAsync *async = self;
  TsEvent *event = TS_EVENT (async->source);

  g_assert_true (ts_event_wait_finish (event, async->result, NULL));
  ts_event_clear (event);
  ts_event_set (event);
  g_assert_true (ts_event_wait_until (event, 0, NULL, NULL));
  ts_event_clear (event);
  begin_wait (async->data, event, NULL);
  set_event (event);
  g_assert_cmpint (atomic_load (&((TsTestAsync *) async->data)->calls), ==, 0);
}

static void
callback_may_use_the_event_again (void)
{
  for (int auto_reset = 0; auto_reset <= 1; auto_reset++)
    {
      g_autoptr (TsEvent) event = ts_event_new_full (auto_reset, NULL);
      TsTestAsync second = { 0 };
      TsTestAsync first = { .then = use_again, .data = &second };
      GMainContext *context = ts_test_context_push ();

      begin_wait (&first, event, NULL);
      set_event (event);
      ts_test_async_wait (&first);
      ts_test_async_clear (&first);
      finish_wait (&second, event);
      ts_test_context_pop (context);
    }
}

static void
drop_event (gpointer self)
{
  TsTestAsync *async = self;

  g_assert_true (ts_event_wait_finish (TS_EVENT (async->source), async->result, NULL));
  ts_test_async_clear (async);
  g_object_unref (async->source); /* the test's last */
}

static void
callback_may_drop_the_event (void)
{
  TsEvent *event = ts_event_new ();
  TsTestAsync async = { .then = drop_event };
  GMainContext *context = ts_test_context_push ();
  TsTestFate fate;

  ts_test_track (event, &fate);
  begin_wait (&async, event, NULL);
  set_event (event);
  ts_test_async_wait (&async);
  ts_test_assert_finalized (&fate);
  ts_test_context_pop (context);
}

/* Without file descriptors */

static gpointer
set_after_a_while (gpointer event)
{
  ts_test_pause ();
  ts_event_set (event);
  return NULL;
}

static void
waits_work_without_descriptors_inside (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  GMainContext *context = ts_test_context_push ();
  TsTestAsync async = { 0 };
  TsTestWaiter *waiter;

  ts_test_exhaust_descriptors ();
  for (int i = 0; i < 100; i++)
    {
      TsTestThread *thread;

      begin_wait (&async, event, NULL);
      thread = ts_test_thread_new (set_after_a_while, event);
      finish_wait (&async, event);
      ts_test_thread_join (thread);

      waiter = ts_test_waiter_start (TS_TEST_ROUTE_SOURCE, &ts_test_event_waitable, event, NULL);
      thread = ts_test_thread_new (set_after_a_while, event);
      g_assert_true (ts_test_waiter_finish (waiter, NULL));
      ts_test_thread_join (thread);
    }
  ts_test_give_back_descriptors ();
  ts_test_context_pop (context);
}

static void
waits_work_without_descriptors (void)
{
  if (g_test_subprocess ())
    {
      waits_work_without_descriptors_inside ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/event/E09-callback-comes-in-a-later-iteration",
               callback_comes_in_a_later_iteration);
  ts_test_add ("/tschan/event/E09-default-context-is-used-without-another",
               default_context_is_used_without_another);
  ts_test_add ("/tschan/event/E09-each-context-has-its-own", each_context_has_its_own);
  ts_test_add ("/tschan/event/E09-loop-may-run-in-another-thread", loop_may_run_in_another_thread);
  ts_test_add ("/tschan/event/E15-callbacks-come-in-order-and-in-one-iteration",
               callbacks_come_in_order_and_in_one_iteration);
  ts_test_add ("/tschan/event/callbacks-come-in-the-order-of-completion",
               callbacks_come_in_the_order_of_completion);
  ts_test_add ("/tschan/event/priorities-are-kept", priorities_are_kept);
  ts_test_add ("/tschan/event/E10-cancelling-inside-a-callback-completes-others-once",
               cancelling_inside_a_callback_completes_others_once);
  ts_test_add ("/tschan/event/E10-success-stays-when-cancelled-later",
               success_stays_when_cancelled_later);
  ts_test_add ("/tschan/event/handler-of-the-cancellable-may-use-the-event",
               handler_of_the_cancellable_may_use_the_event);
  ts_test_add ("/tschan/event/cancellable-may-go-in-its-handler",
               cancellable_may_go_in_its_handler);
  ts_test_add ("/tschan/event/E14-nested-loop-gets-the-rest-of-its-burst",
               nested_loop_gets_the_rest_of_its_burst);
  ts_test_add ("/tschan/event/E14-nested-loop-gets-what-starts-in-it",
               nested_loop_gets_what_starts_in_it);
  ts_test_add ("/tschan/event/E14-nested-loop-in-a-watch", nested_loop_in_a_watch);
  ts_test_add ("/tschan/event/E22-callback-may-use-the-event-again",
               callback_may_use_the_event_again);
  ts_test_add ("/tschan/event/E22-callback-may-drop-the-event", callback_may_drop_the_event);
  ts_test_add ("/tschan/event/waits-work-without-descriptors", waits_work_without_descriptors);

  return g_test_run ();
}
