/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What only sources and watches of a TsEvent do; and the GAsyncResult of its async calls. */

#include "ts-test-waiter.h"

typedef struct
{
  TsEvent      *event;
  GMainContext *context;
  GSource      *source;
  guint         calls;
  guint         end_at; /* the call that returns "remove" */
  guint         ended;  /* calls of the destroy notify */
} Watch;

static gboolean
count_call (gpointer data)
{
  Watch *watch = data;

  ts_test_check_callback (watch->context);
  return ++watch->calls < watch->end_at;
}

static gboolean
count_watch (TsEvent *event, gpointer data)
{
  g_assert_true (event == ((Watch *) data)->event);
  return count_call (data);
}

static void
count_end (gpointer data)
{
  ((Watch *) data)->ended++;
}

static void
set_event (TsEvent *event)
{
  ts_test_forbid_callbacks ();
  ts_event_set (event);
  ts_test_allow_callbacks ();
}

static void
watch_init (Watch *watch, gboolean auto_reset, guint end_at)
{
  *watch = (Watch) { .event = ts_event_new_full (auto_reset, NULL), .end_at = end_at };
  watch->context = ts_test_context_push ();
}

static void
watch_clear (Watch *watch)
{
  ts_test_context_pop (watch->context);
  g_object_unref (watch->event);
}

static GSource *
attach_source (Watch *watch, GSourceFunc func, GCancellable *cancellable)
{
  GSource *source = ts_event_create_source (watch->event, cancellable);

  g_source_set_callback (source, func, watch, count_end);
  g_source_attach (source, watch->context);
  ts_test_assert_idle (watch->context);
  return source;
}

static void
source_is_ready_as_long_as_a_manual_event_is_set (void)
{
  Watch watch;
  GSource *source;

  watch_init (&watch, FALSE, 5);
  source = attach_source (&watch, count_call, NULL);
  set_event (watch.event);
  for (guint i = 1; i <= 3; i++)
    {
      g_main_context_iteration (watch.context, TRUE);
      g_assert_cmpuint (watch.calls, ==, i);
    }
  ts_event_clear (watch.event);
  ts_test_iterate (watch.context);
  g_assert_cmpuint (watch.calls, <=, 4); /* the one that was settled before the clear */
  g_assert_cmpuint (watch.ended, ==, 0);

  set_event (watch.event);
  ts_test_iterate (watch.context);
  g_assert_cmpuint (watch.calls, ==, 5);
  g_assert_cmpuint (watch.ended, ==, 1);
  g_assert_true (g_source_is_destroyed (source));
  g_source_unref (source);
  watch_clear (&watch);
}

static void
watch_is_called_for_each_release (void)
{
  Watch watch;
  guint id;

  watch_init (&watch, TRUE, 3);
  id = ts_event_add_watch_full (watch.event, G_PRIORITY_DEFAULT, count_watch, &watch, count_end);
  g_assert_cmpuint (id, >, 0);
  g_assert_nonnull (g_main_context_find_source_by_id (watch.context, id));
  ts_test_assert_idle (watch.context);
  for (guint i = 1; i <= 3; i++)
    {
      set_event (watch.event);
      g_assert_cmpuint (watch.calls, ==, i - 1);
      ts_test_iterate (watch.context);
      g_assert_cmpuint (watch.calls, ==, i);
      g_assert_false (ts_event_is_set (watch.event));
    }
  g_assert_cmpuint (watch.ended, ==, 1);
  g_assert_null (g_main_context_find_source_by_id (watch.context, id));

  set_event (watch.event);
  ts_test_iterate (watch.context);
  g_assert_true (ts_event_is_set (watch.event));
  watch_clear (&watch);
}

static gboolean
destroy_own_source (gpointer data)
{
  Watch *watch = data;

  watch->calls++;
  set_event (watch->event); /* for the next, and not for this one */
  g_source_destroy (watch->source);
  return G_SOURCE_CONTINUE;
}

static void
source_may_be_destroyed_in_its_callback (void)
{
  Watch watch;

  watch_init (&watch, TRUE, 0);
  watch.source = attach_source (&watch, destroy_own_source, NULL);
  set_event (watch.event);
  ts_test_iterate (watch.context);
  g_assert_cmpuint (watch.calls, ==, 1);
  g_assert_cmpuint (watch.ended, ==, 1);
  g_assert_true (ts_event_is_set (watch.event));
  g_source_unref (watch.source);
  watch_clear (&watch);
}

static gboolean
drop_own_event (gpointer data)
{
  Watch *watch = data;

  watch->calls++;
  g_clear_object (&watch->event);
  return G_SOURCE_REMOVE;
}

static void
source_keeps_its_event (void)
{
  Watch watch;
  TsTestFate fate;
  GSource *source;

  watch_init (&watch, FALSE, 0);
  ts_test_track (watch.event, &fate);
  source = attach_source (&watch, drop_own_event, NULL);
  set_event (watch.event);
  ts_test_iterate (watch.context);
  g_assert_cmpuint (watch.calls, ==, 1);
  g_source_unref (source);
  ts_test_assert_finalized (&fate);
  ts_test_context_pop (watch.context);
}

static void
cancelled_cancellable_makes_a_source_ready (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Watch watch;
  GSource *source;

  watch_init (&watch, TRUE, 1);
  source = attach_source (&watch, count_call, cancellable);
  g_cancellable_cancel (cancellable);
  ts_test_iterate (watch.context);
  g_assert_cmpuint (watch.calls, ==, 1);
  g_assert_true (g_source_is_destroyed (source));
  g_source_unref (source);

  /* It has taken nothing with it. */
  ts_event_set (watch.event);
  g_assert_true (ts_event_is_set (watch.event));
  watch_clear (&watch);
}

static void
source_with_a_cancellable_waits_for_the_event_too (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Watch watch;
  GSource *source;

  watch_init (&watch, TRUE, 2);
  source = attach_source (&watch, count_call, cancellable);
  for (guint i = 1; i <= 2; i++)
    {
      set_event (watch.event);
      ts_test_iterate (watch.context);
      g_assert_cmpuint (watch.calls, ==, i);
    }
  g_source_unref (source);
  watch_clear (&watch);
}

static void
source_may_be_a_child (void)
{
  Watch watch, parent_watch;
  GSource *parent = g_timeout_source_new_seconds (3600);
  GSource *child;

  watch_init (&watch, TRUE, G_MAXUINT);
  parent_watch = (Watch) { .context = watch.context, .end_at = G_MAXUINT };
  child = ts_event_create_source (watch.event, NULL);
  g_source_set_callback (child, count_call, &watch, count_end);
  g_source_add_child_source (parent, child);
  g_source_set_callback (parent, count_call, &parent_watch, count_end);
  g_source_attach (parent, watch.context);
  ts_test_assert_idle (watch.context);

  set_event (watch.event);
  ts_test_iterate (watch.context);
  g_assert_cmpuint (watch.calls, ==, 1);
  g_assert_cmpuint (parent_watch.calls, ==, 1);

  g_source_unref (child);
  g_source_destroy (parent);
  g_source_unref (parent);
  g_assert_cmpuint (watch.ended, ==, 1);
  g_assert_cmpuint (parent_watch.ended, ==, 1);
  ts_event_set (watch.event);
  g_assert_true (ts_event_is_set (watch.event));
  watch_clear (&watch);
}

static void
source_without_callback_warns_and_ends (void)
{
  Watch watch;
  GSource *source;

  watch_init (&watch, FALSE, 1);
  source = ts_event_create_source (watch.event, NULL);
  g_source_attach (source, watch.context);
  ts_event_set (watch.event);
  g_test_expect_message ("tschan", G_LOG_LEVEL_WARNING, "*without a callback*");
  ts_test_iterate (watch.context);
  g_test_assert_expected_messages ();
  g_assert_true (g_source_is_destroyed (source));
  g_source_unref (source);
  watch_clear (&watch);
}

/* Waits for a source do not wait for each other: the flood of one leaves the others their turn. */
static void
sources_of_one_context_take_turns (void)
{
  g_autoptr (TsEvent) flood = ts_event_new ();
  Watch watch, other;
  GSource *first, *second;

  watch_init (&watch, FALSE, G_MAXUINT);
  other = (Watch) { .event = flood, .context = watch.context, .end_at = G_MAXUINT };
  ts_event_set (flood);
  ts_event_set (watch.event);
  first = ts_event_create_source (other.event, NULL);
  g_source_set_callback (first, count_call, &other, NULL);
  g_source_attach (first, watch.context);
  second = ts_event_create_source (watch.event, NULL);
  g_source_set_callback (second, count_call, &watch, NULL);
  g_source_attach (second, watch.context);
  for (int i = 0; i < 10; i++)
    g_main_context_iteration (watch.context, FALSE);
  g_assert_cmpuint (watch.calls, >=, 8);
  g_assert_cmpuint (other.calls, >=, 8);
  g_source_destroy (first);
  g_source_destroy (second);
  g_source_unref (first);
  g_source_unref (second);
  watch_clear (&watch);
}

/* The result */

static void
result_tells_what_it_belongs_to (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  g_autoptr (GObject) source = NULL;
  GMainContext *context = ts_test_context_push ();
  TsTestAsync async = { 0 };

  ts_event_set (event);
  ts_test_async_begin (&async, event);
  ts_event_wait_async (event, NULL, ts_test_async_callback, &async);
  ts_test_async_end (&async);
  ts_test_async_wait (&async);

  source = g_async_result_get_source_object (async.result);
  g_assert_true (source == G_OBJECT (event));
  g_assert_true (g_async_result_get_user_data (async.result) == &async);
  g_assert_true (g_async_result_is_tagged (async.result, ts_event_wait_async));
  g_assert_false (g_async_result_is_tagged (async.result, NULL));
  g_assert_false (g_async_result_is_tagged (async.result, ts_event_new));
  g_assert_false (g_async_result_legacy_propagate_error (async.result, NULL));
  g_assert_true (ts_event_wait_finish (event, async.result, NULL));
  ts_test_async_clear (&async);
  ts_test_context_pop (context);
}

static void
result_may_outlive_its_context (void)
{
  TsEvent *event = ts_event_new_auto_reset ();
  GMainContext *context = ts_test_context_push ();
  TsTestAsync async = { 0 };
  TsTestFate fate;

  ts_test_track (event, &fate);
  ts_event_set (event);
  ts_test_async_begin (&async, event);
  ts_event_wait_async (event, NULL, ts_test_async_callback, &async);
  ts_test_async_end (&async);
  ts_test_async_wait (&async);
  ts_test_context_pop (context);
  g_object_unref (event);
  ts_test_assert_alive (&fate);

  g_assert_true (ts_event_wait_finish (event, async.result, NULL));
  ts_test_async_clear (&async);
  ts_test_assert_finalized (&fate);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/event/E11-source-is-ready-as-long-as-a-manual-event-is-set",
               source_is_ready_as_long_as_a_manual_event_is_set);
  ts_test_add ("/tschan/event/E11-cancelled-cancellable-makes-a-source-ready",
               cancelled_cancellable_makes_a_source_ready);
  ts_test_add ("/tschan/event/E11-source-with-a-cancellable-waits-for-the-event-too",
               source_with_a_cancellable_waits_for_the_event_too);
  ts_test_add ("/tschan/event/E12-watch-is-called-for-each-release",
               watch_is_called_for_each_release);
  ts_test_add ("/tschan/event/E13-source-may-be-destroyed-in-its-callback",
               source_may_be_destroyed_in_its_callback);
  ts_test_add ("/tschan/event/E19-source-keeps-its-event", source_keeps_its_event);
  ts_test_add ("/tschan/event/source-may-be-a-child", source_may_be_a_child);
  ts_test_add ("/tschan/event/source-without-callback-warns-and-ends",
               source_without_callback_warns_and_ends);
  ts_test_add ("/tschan/event/sources-of-one-context-take-turns",
               sources_of_one_context_take_turns);
  ts_test_add ("/tschan/event/result-tells-what-it-belongs-to", result_tells_what_it_belongs_to);
  ts_test_add ("/tschan/event/result-may-outlive-its-context", result_may_outlive_its_context);

  return g_test_run ();
}
