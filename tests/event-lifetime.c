/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Waits that nobody collects: results dropped, sources destroyed, contexts gone. What was reserved
 * for them goes to the next, and nothing of theirs stays. */

#include "ts-test-waiter.h"

static void
set_event (TsEvent *event)
{
  ts_test_forbid_callbacks ();
  ts_event_set (event);
  ts_test_allow_callbacks ();
}

static TsTestWaiter *
wait_by_port (TsEvent *event)
{
  return ts_test_waiter_start (TS_TEST_ROUTE_PORT, &ts_test_event_waitable, event, NULL);
}

static void
begin_wait (TsTestAsync *async, TsEvent *event, GCancellable *cancellable)
{
  ts_test_async_begin (async, event);
  ts_event_wait_async (event, cancellable, ts_test_async_callback, async);
  ts_test_async_end (async);
}

/* What has happened to a wait when its context goes. */
typedef enum
{
  PENDING,
  RELEASED,         /* but the context was not iterated since */
  OVER_AT_ONCE,     /* the event was set before */
  CANCELLED_BEFORE,
  CANCELLED_AFTER,
  N_STATES,
} State;

static const char *const state_names[] = {
  "pending", "released", "over-at-once", "cancelled-before", "cancelled-after",
};

static void
bring_to_state (TsEvent *event, State state, TsTestAsync *async, GCancellable *cancellable)
{
  if (state == OVER_AT_ONCE)
    ts_event_set (event);
  if (state == CANCELLED_BEFORE)
    g_cancellable_cancel (cancellable);
  begin_wait (async, event, cancellable);
  if (state == RELEASED)
    ts_event_set (event);
  if (state == CANCELLED_AFTER)
    g_cancellable_cancel (cancellable);
}

static gpointer
unref_context (gpointer context)
{
  g_main_context_unref (context);
  return NULL;
}

static void
lose_context (State state, gboolean with_cancellable, gboolean in_thread)
{
  TsEvent *event = ts_event_new_auto_reset ();
  GCancellable *cancellable = with_cancellable ? g_cancellable_new () : NULL;
  GMainContext *context = g_main_context_new ();
  TsTestAsync async = { 0 };
  TsTestFate event_fate, cancellable_fate = { TRUE };

  ts_test_track (event, &event_fate);
  if (cancellable != NULL)
    ts_test_track (cancellable, &cancellable_fate);
  g_main_context_push_thread_default (context);
  bring_to_state (event, state, &async, cancellable);
  g_main_context_pop_thread_default (context);

  if (in_thread)
    ts_test_thread_join (ts_test_thread_new (unref_context, context));
  else
    g_main_context_unref (context);

  /* The release that was taken for it is there again, and the queue is empty. */
  g_assert_cmpint (ts_event_is_set (event), ==, (state == RELEASED || state == OVER_AT_ONCE));
  ts_event_set (event);
  g_assert_true (ts_event_wait_until (event, 0, NULL, NULL));
  g_assert_cmpint (atomic_load (&async.calls), ==, 0);

  g_clear_object (&cancellable);
  g_object_unref (event);
  ts_test_assert_finalized (&event_fate);
  ts_test_assert_finalized (&cancellable_fate);
}

static void
lost_context_leaks_and_takes_nothing (gconstpointer data)
{
  const State state = GPOINTER_TO_INT (data);

  lose_context (state, TRUE, FALSE);
  lose_context (state, TRUE, TRUE);
  if (state != CANCELLED_BEFORE && state != CANCELLED_AFTER)
    {
      lose_context (state, FALSE, FALSE);
      lose_context (state, FALSE, TRUE);
    }
}

static void
lost_context_ends_sources (void)
{
  TsEvent *event = ts_event_new_auto_reset ();
  TsTestFate fate;

  ts_test_track (event, &fate);
  for (int ready = 0; ready <= 1; ready++)
    {
      GMainContext *context = g_main_context_new ();
      GSource *source = ts_event_create_source (event, NULL);

      g_source_attach (source, context);
      g_source_unref (source);
      g_main_context_iteration (context, FALSE);
      if (ready)
        ts_event_set (event);
      g_main_context_unref (context);
      g_assert_cmpint (ts_event_is_set (event), ==, ready);
    }
  g_object_unref (event);
  ts_test_assert_finalized (&fate);
}

/* GLib frees a context before it lets go of the last of its sources. Another thread may get the same address
 * for a context of its own in between; here the last of the sources do that. */

typedef struct
{
  GMainContext *lost;
  GMainContext *heir; /* at the same address */
  TsEvent      *event;
  TsTestAsync   async;
} Inheritance;

static Inheritance inheritance;

/* malloc() keeps some blocks for which calloc() does not ask: those of so many contexts. AddressSanitizer
 * uses none again before many more have been freed. */
#define MANY_CONTEXTS 16
#define MANY_ROUNDS   400

static void
make_contexts (GMainContext **contexts)
{
  for (guint i = 0; i < MANY_CONTEXTS; i++)
    contexts[i] = g_main_context_new ();
}

static void
drop_contexts (GMainContext **contexts)
{
  for (guint i = 0; i < MANY_CONTEXTS; i++)
    g_clear_pointer (&contexts[i], g_main_context_unref);
}

static GMainContext *
find_context_at (gpointer address)
{
  GMainContext *contexts[MANY_CONTEXTS], *found = NULL;

  make_contexts (contexts);
  for (guint i = 0; i < MANY_CONTEXTS; i++)
    if (contexts[i] == address)
      found = g_main_context_ref (contexts[i]);
  drop_contexts (contexts);
  return found;
}

static void
inherit_address (GSource *source)
{
  if (inheritance.heir != NULL)
    return;
  for (guint i = 0; i < MANY_ROUNDS && inheritance.heir == NULL; i++)
    inheritance.heir = find_context_at (inheritance.lost);
  if (inheritance.heir == NULL)
    return;
  g_main_context_push_thread_default (inheritance.heir);
  begin_wait (&inheritance.async, inheritance.event, NULL);
  g_main_context_pop_thread_default (inheritance.heir);
}

static void
attach_heir (GMainContext *context)
{
  static GSourceFuncs funcs = { .finalize = inherit_address };
  GSource *source = g_source_new (&funcs, sizeof (GSource));

  g_source_attach (source, context);
  g_source_unref (source);
}

static void
context_inherits_only_an_address (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  GMainContext *contexts[MANY_CONTEXTS], *context;
  TsTestAsync lost = { 0 };

  make_contexts (contexts);
  drop_contexts (contexts);
  context = ts_test_context_push ();
  inheritance = (Inheritance) { .lost = context, .event = event };
  attach_heir (context);
  begin_wait (&lost, event, NULL);
  attach_heir (context);
  ts_test_context_pop (context);
  if (inheritance.heir == NULL)
    {
      g_test_skip ("no context came to the same address");
      return;
    }

  set_event (event);
  g_main_context_push_thread_default (inheritance.heir);
  ts_test_iterate (inheritance.heir);
  g_assert_cmpint (atomic_load (&inheritance.async.calls), ==, 1);
  ts_test_async_clear (&inheritance.async);
  ts_test_context_pop (inheritance.heir);
}

static void
dropped_result_passes_the_release_on (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  GMainContext *context = ts_test_context_push ();
  TsTestAsync async = { 0 };
  TsTestWaiter *next;

  begin_wait (&async, event, NULL);
  next = wait_by_port (event);
  set_event (event);
  ts_test_async_wait (&async);

  /* Its callback has run, its result is not finished: it may still be. */
  g_assert_false (ts_test_waiter_is_over (next));
  ts_test_async_clear (&async);
  g_assert_true (ts_test_waiter_is_over (next));
  g_assert_true (ts_test_waiter_finish (next, NULL));
  g_assert_false (ts_event_is_set (event));
  ts_test_context_pop (context);
}

static void
finished_result_keeps_the_release (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  GMainContext *context = ts_test_context_push ();
  TsTestAsync async = { 0 };

  begin_wait (&async, event, NULL);
  set_event (event);
  ts_test_async_wait (&async);
  g_assert_true (ts_event_wait_finish (event, async.result, NULL));
  ts_test_async_clear (&async);
  g_assert_false (ts_event_is_set (event));
  ts_test_context_pop (context);
}

static void
call_without_callback_takes_nothing (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  GMainContext *context = ts_test_context_push ();

  ts_event_wait_async (event, NULL, NULL, NULL);
  set_event (event);
  g_assert_false (ts_event_is_set (event));
  ts_test_iterate (context);
  g_assert_true (ts_event_is_set (event));

  ts_event_wait_async (event, NULL, NULL, NULL);
  g_assert_false (ts_event_is_set (event));
  ts_test_iterate (context);
  g_assert_true (ts_event_is_set (event));
  ts_test_context_pop (context);
}

static gboolean
must_not_be_called (gpointer data)
{
  g_assert_not_reached ();
  return G_SOURCE_REMOVE;
}

static GSource *
attach_parked_source (TsEvent *event, GMainContext *context, GSourceFunc func, gpointer data)
{
  GSource *source = ts_event_create_source (event, NULL);

  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, context);
  g_assert_false (g_main_context_iteration (context, FALSE));
  return source;
}

/* Whoever destroys a source may keep a reference on it for long: languages with a garbage collector
 * do. It waits for nothing any more. */
static void
destroyed_source_takes_nothing (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  GMainContext *context = ts_test_context_push ();
  GSource *source = attach_parked_source (event, context, must_not_be_called, NULL);

  g_source_destroy (source);
  set_event (event);
  g_assert_true (ts_event_is_set (event));
  g_source_unref (source);
  g_assert_true (ts_event_is_set (event));
  ts_test_context_pop (context);
}

static void
source_destroyed_while_ready_passes_the_release_on (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  GMainContext *context = ts_test_context_push ();
  GSource *source = attach_parked_source (event, context, must_not_be_called, NULL);

  set_event (event);
  g_assert_false (ts_event_is_set (event));
  g_source_destroy (source);
  g_assert_true (ts_event_is_set (event));
  g_source_unref (source);
  g_assert_true (ts_event_is_set (event));
  ts_test_iterate (context);
  ts_test_context_pop (context);
}

/* Of two that are ready at once, the first removes the second. */
static gboolean
destroy_other (gpointer data)
{
  g_source_destroy (*(GSource **) data);
  return G_SOURCE_REMOVE;
}

static void
source_destroyed_by_another_callback_passes_the_release_on (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  GMainContext *context = ts_test_context_push ();
  GSource *second = NULL;
  GSource *first = attach_parked_source (event, context, destroy_other, &second);

  second = attach_parked_source (event, context, must_not_be_called, NULL);
  set_event (event);
  set_event (event);
  g_assert_false (ts_event_is_set (event));
  ts_test_iterate (context);
  g_source_unref (first);
  g_source_unref (second);
  g_assert_true (ts_event_is_set (event));
  ts_test_context_pop (context);
}

static void
source_never_attached_leaves_no_trace (void)
{
  TsEvent *event = ts_event_new_auto_reset ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TsTestFate fate;

  ts_test_track (event, &fate);
  g_source_unref (ts_event_create_source (event, cancellable));
  g_source_unref (ts_event_create_source (event, NULL));
  g_object_unref (event);
  ts_test_assert_finalized (&fate);
}

static gpointer
destroy_in_thread (gpointer source)
{
  g_source_destroy (source);
  g_source_unref (source);
  return NULL;
}

static void
source_destroyed_by_another_thread_passes_the_release_on (void)
{
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  GMainContext *context = ts_test_context_push ();

  for (int ready = 0; ready <= 1; ready++)
    {
      GSource *source = attach_parked_source (event, context, must_not_be_called, NULL);

      if (ready)
        set_event (event);
      ts_test_thread_join (ts_test_thread_new (destroy_in_thread, source));
      g_assert_cmpint (ts_event_is_set (event), ==, ready);
    }
  ts_test_iterate (context);
  ts_test_context_pop (context);
}

/* Memory */

typedef void (*Usage) (TsEvent *event, GMainContext *context);

static void
use_async_and_finish (TsEvent *event, GMainContext *context)
{
  TsTestAsync async = { 0 };

  begin_wait (&async, event, NULL);
  ts_event_set (event);
  ts_test_async_wait (&async);
  g_assert_true (ts_event_wait_finish (event, async.result, NULL));
  ts_test_async_clear (&async);
}

static void
use_async_and_cancel (TsEvent *event, GMainContext *context)
{
  GCancellable *cancellable = g_cancellable_new ();
  TsTestAsync async = { 0 };

  begin_wait (&async, event, cancellable);
  g_cancellable_cancel (cancellable);
  ts_test_async_wait (&async);
  g_assert_false (ts_event_wait_finish (event, async.result, NULL));
  ts_test_async_clear (&async);
  g_object_unref (cancellable);
}

static void
use_deadline (TsEvent *event, GMainContext *context)
{
  GError *error = NULL;

  g_assert_false (ts_event_wait_until (event, 0, NULL, &error));
  g_clear_error (&error);
  g_assert_false (ts_event_wait_until (event, g_get_monotonic_time () + 1, NULL, &error));
  g_clear_error (&error);
}

static void
use_source (TsEvent *event, GMainContext *context)
{
  GSource *source = ts_event_create_source (event, NULL);

  g_source_attach (source, context);
  g_main_context_iteration (context, FALSE);
  ts_event_set (event);
  g_source_destroy (source);
  g_source_unref (source);
  ts_event_clear (event);
}

static void
use_port (TsEvent *event, GMainContext *context)
{
  static TsPort *port; /* one for all, as a loop would have it */
  gint64 token;

  if (event == NULL)
    {
      g_clear_object (&port);
      return;
    }
  if (port == NULL)
    port = ts_port_new ();
  token = ts_port_wait_event (port, event);
  ts_event_set (event);
  g_assert_cmpint (ts_port_next_ready (port), ==, token);
  g_assert_true (ts_port_cancel (port, token));
  ts_event_clear (event);
}

static const struct
{
  const char *path;
  Usage       use;
  guint       rounds;
} usages[] = {
  { "/tschan/event/a-million-waits-leak-nothing/finished", use_async_and_finish, 500000 },
  { "/tschan/event/a-million-waits-leak-nothing/cancelled", use_async_and_cancel, 100000 },
  { "/tschan/event/a-million-waits-leak-nothing/timed-out", use_deadline, 100000 },
  { "/tschan/event/a-million-waits-leak-nothing/sources", use_source, 100000 },
  { "/tschan/event/a-million-waits-leak-nothing/port", use_port, 200000 },
};

static void
many_waits_leak_nothing (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  TsEvent *event = ts_event_new_auto_reset ();
  GMainContext *context = ts_test_context_push ();
  const guint rounds = MIN (usages[i].rounds, ts_test_rounds (usages[i].rounds));
  TsTestFate fate;
  gsize before;

  ts_test_track (event, &fate);
  for (guint round = 0; round < 100; round++)
    usages[i].use (event, context);
  before = ts_test_memory_in_use ();
  for (guint round = 0; round < rounds; round++)
    usages[i].use (event, context);
  g_assert_cmpuint (ts_test_memory_in_use (), <=, before + 16 * 1024);

  if (usages[i].use == use_port)
    use_port (NULL, NULL);
  g_object_unref (event);
  ts_test_assert_finalized (&fate);
  ts_test_context_pop (context);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  for (int state = 0; state < N_STATES; state++)
    {
      g_autofree char *path =
        g_strconcat ("/tschan/event/E23-lost-context-leaks-and-takes-nothing/",
                     state_names[state], NULL);

      ts_test_add_data (path, lost_context_leaks_and_takes_nothing, GINT_TO_POINTER (state));
    }
  ts_test_add ("/tschan/event/E23-lost-context-ends-sources", lost_context_ends_sources);
  ts_test_add ("/tschan/event/E23-context-inherits-only-an-address", context_inherits_only_an_address);
  ts_test_add ("/tschan/event/E16-dropped-result-passes-the-release-on",
               dropped_result_passes_the_release_on);
  ts_test_add ("/tschan/event/E16-finished-result-keeps-the-release",
               finished_result_keeps_the_release);
  ts_test_add ("/tschan/event/E16-call-without-callback-takes-nothing",
               call_without_callback_takes_nothing);
  ts_test_add ("/tschan/event/E13-destroyed-source-takes-nothing", destroyed_source_takes_nothing);
  ts_test_add ("/tschan/event/E13-source-destroyed-while-ready-passes-the-release-on",
               source_destroyed_while_ready_passes_the_release_on);
  ts_test_add ("/tschan/event/E13-source-destroyed-by-another-callback-passes-the-release-on",
               source_destroyed_by_another_callback_passes_the_release_on);
  ts_test_add ("/tschan/event/E13-source-destroyed-by-another-thread-passes-the-release-on",
               source_destroyed_by_another_thread_passes_the_release_on);
  ts_test_add ("/tschan/event/E13-source-never-attached-leaves-no-trace",
               source_never_attached_leaves_no_trace);
  for (guint i = 0; i < G_N_ELEMENTS (usages); i++)
    ts_test_add_data (usages[i].path, many_waits_leak_nothing, GUINT_TO_POINTER (i));

  return g_test_run ();
}
