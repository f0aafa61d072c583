/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Whatever the library calls may do whatever it likes. Each callback that there is either meddles with every
 * object, the one that called it among them, also in a nested loop; or it disposes of them all, and drops the
 * last references. In the end nothing is left. */

#include "ts-test-util.h"

typedef struct
{
  TsChannel    *channel;
  TsChannel    *meeting;
  TsEvent      *event;
  TsSemaphore  *semaphore;
  TsLock       *lock;
  TsCondition  *condition;
  TsBarrier    *barrier;
  TsFuture     *future;
  TsSelect     *select;
  TsPort       *port;
  TsRunner     *runner;
  GCancellable *cancellable;
  GMainContext *context;
  gboolean      disposes;
  gboolean      cancelling; /* GLib waits for the handlers when one is disconnected, so no loop may run in one */
  guint         depth;
  _Atomic guint n_calls;
} Things;

#define N_OBJECTS 12 /* they come first in Things */

static Things things;
static TsTestFate fates[N_OBJECTS];

static gpointer *
object_at (guint i)
{
  return &((gpointer *) &things)[i];
}

static void
things_init (gboolean disposes)
{
  things = (Things) { .channel = ts_channel_new (2), .meeting = ts_channel_new (0), .disposes = disposes };
  things.event = ts_event_new_auto_reset ();
  things.semaphore = ts_semaphore_new (1);
  things.lock = ts_lock_new ();
  things.condition = ts_condition_new (NULL);
  things.barrier = ts_barrier_new (2);
  things.future = ts_future_new ();
  things.select = ts_select_new ();
  things.port = ts_port_new ();
  things.runner = ts_runner_new (NULL);
  things.cancellable = g_cancellable_new ();
  things.context = ts_test_context_push ();
  ts_select_add_event (things.select, things.event);
  for (guint i = 0; i < N_OBJECTS; i++)
    {
      fates[i] = (TsTestFate) { 0 };
      ts_test_track (*object_at (i), &fates[i]);
    }
}

static void
things_clear (void)
{
  ts_test_iterate (things.context);
  things.depth++; /* nobody acts any more */
  if (things.runner != NULL)
    ts_runner_close (things.runner);
  for (guint i = 0; i < N_OBJECTS; i++)
    g_clear_object ((GObject **) object_at (i));
  ts_test_context_pop (things.context);
  for (guint i = 0; i < N_OBJECTS; i++)
    {
      ts_test_note ("object %u", i);
      ts_test_assert_finalized (&fates[i]);
    }
  g_assert_cmpuint (atomic_load (&things.n_calls), >, 0);
}

/* What callbacks do */

static void
ignore (GObject *source, GAsyncResult *result, gpointer data)
{
}

static gboolean
ignore_item (TsChannel *channel, const GValue *value, gpointer data)
{
  return G_SOURCE_REMOVE;
}

static void
run_quickly (gpointer data)
{
}

static void
meddle_with_channel (TsChannel *channel)
{
  GValue value = G_VALUE_INIT;
  guint id;

  ts_channel_receive_async (channel, things.cancellable, ignore, NULL);
  ts_port_receive (things.port, channel);
  id = ts_channel_add_watch (channel, ignore_item, NULL);
  g_value_init (&value, G_TYPE_INT);
  for (guint i = 0; i < 4; i++)
    ts_channel_try_send (channel, &value, NULL);
  ts_channel_try_receive (channel, &value, NULL);
  ts_channel_get_length (channel);
  g_source_destroy (g_main_context_find_source_by_id (things.context, id));
}

static void
meddle_with_permits (void)
{
  if (ts_semaphore_try_acquire (things.semaphore))
    ts_semaphore_release (things.semaphore, 1, NULL);
  ts_semaphore_acquire_async (things.semaphore, NULL, ignore, NULL);
  if (ts_lock_try_acquire (things.lock))
    {
      ts_lock_acquire_async (things.lock, NULL, ignore, NULL);
      ts_lock_release (things.lock, NULL);
    }
  ts_lock_release (things.lock, NULL);
  ts_condition_notify_all (things.condition, NULL);
  ts_barrier_wait_async (things.barrier, NULL, ignore, NULL);
  ts_barrier_reset (things.barrier);
}

static void
meddle_with_all (void)
{
  meddle_with_channel (things.channel);
  meddle_with_channel (things.meeting);
  ts_event_wait_async (things.event, NULL, ignore, NULL);
  ts_event_set (things.event);
  ts_event_clear (things.event);
  meddle_with_permits ();
  ts_future_wait_async (things.future, NULL, ignore, NULL);
  ts_future_resolve (things.future, NULL);
  while (ts_port_next_ready (things.port) >= 0)
    ;
  ts_runner_invoke (things.runner, run_quickly, NULL, NULL);
  g_cancellable_cancel (things.cancellable);
}

static void
dispose_of_all (void)
{
  for (guint i = 0; i < N_OBJECTS; i++)
    {
      GObject *object = *object_at (i);

      if (object == NULL || G_IS_CANCELLABLE (object))
        continue; /* what is being cancelled may not go in a handler of its own */
      *object_at (i) = NULL;
      g_object_run_dispose (object);
      g_object_unref (object);
    }
}

/* Not in callbacks of what it does itself, and not for ever, since that may lead to the next call. */
static void
act (void)
{
  if (atomic_fetch_add (&things.n_calls, 1) >= 3 || things.depth > 0)
    return;
  things.depth++;
  if (things.disposes)
    dispose_of_all ();
  else
    {
      meddle_with_all ();
      for (guint i = 0; i < 5 && !things.cancelling; i++)
        g_main_context_iteration (things.context, FALSE);
    }
  things.depth--;
}

/* The callbacks */

static void
on_result (GObject *source, GAsyncResult *result, gpointer data)
{
  act ();
}

static gboolean
on_item (TsChannel *channel, const GValue *value, gpointer data)
{
  act ();
  return G_SOURCE_CONTINUE;
}

static gboolean
on_event (TsEvent *event, gpointer data)
{
  act ();
  return G_SOURCE_CONTINUE;
}

static gboolean
on_permit (TsSemaphore *semaphore, gpointer data)
{
  act ();
  return G_SOURCE_REMOVE;
}

static gboolean
on_source (gpointer data)
{
  act ();
  return G_SOURCE_REMOVE;
}

static void
on_destroy (gpointer data)
{
  act ();
}

static void
on_weak (gpointer data, GObject *object)
{
  atomic_fetch_add (&things.n_calls, 1);
}

static gboolean
quiet_item (TsChannel *channel, const GValue *value, gpointer data)
{
  return G_SOURCE_REMOVE;
}

static gboolean
quiet_event (TsEvent *event, gpointer data)
{
  return G_SOURCE_REMOVE;
}

/* Boxed items whose free function acts */

static gpointer
tricky_copy (gpointer boxed)
{
  return g_memdup2 (boxed, 1);
}

static void
tricky_free (gpointer boxed)
{
  g_free (boxed);
  act ();
}

typedef char Tricky;
GType tricky_get_type (void);
G_DEFINE_BOXED_TYPE (Tricky, tricky, tricky_copy, tricky_free)

static void
send_tricky (TsChannel *channel)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, tricky_get_type ());
  g_value_take_boxed (&value, g_malloc0 (1));
  g_assert_true (ts_channel_try_send_take (channel, &value, NULL));
}

static void
attach (GSource *source)
{
  g_source_set_callback (source, on_source, NULL, on_destroy);
  g_source_attach (source, things.context);
  g_source_unref (source);
}

static void
send_a_few (void)
{
  for (int i = 0; i < 2; i++)
    g_assert_true (ts_channel_send_int (things.channel, i, NULL, NULL));
}

/* Each arranges for one kind of callback, and for what leads to it. */

static void
by_receive (void)
{
  ts_channel_receive_async (things.channel, NULL, on_result, NULL);
  send_a_few ();
}

static void
by_send (void)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  ts_channel_send_async (things.channel, &value, NULL, on_result, NULL);
}

static void
by_event (void)
{
  ts_event_wait_async (things.event, NULL, on_result, NULL);
  ts_event_set (things.event);
}

static void
by_acquire (void)
{
  ts_semaphore_acquire_async (things.semaphore, NULL, on_result, NULL);
}

static void
by_lock (void)
{
  ts_lock_acquire_async (things.lock, NULL, on_result, NULL);
}

static void
by_condition (void)
{
  TsLock *lock = ts_condition_get_lock (things.condition);

  g_assert_true (ts_lock_try_acquire (lock));
  ts_condition_wait_async (things.condition, NULL, on_result, NULL);
  g_assert_true (ts_lock_try_acquire (lock));
  g_assert_true (ts_condition_notify_one (things.condition, NULL));
  g_assert_true (ts_lock_release (lock, NULL));
}

static void
by_barrier (void)
{
  ts_barrier_wait_async (things.barrier, NULL, on_result, NULL);
  ts_barrier_wait_async (things.barrier, NULL, on_result, NULL);
}

static void
by_future (void)
{
  ts_future_wait_async (things.future, NULL, on_result, NULL);
  ts_future_resolve (things.future, NULL);
}

static void
by_select (void)
{
  ts_select_wait_async (things.select, NULL, on_result, NULL);
  ts_event_set (things.event);
}

static void
complete (TsCall *call, gpointer data)
{
  ts_call_complete (call, NULL);
}

static void
by_call (void)
{
  ts_runner_call_async (things.runner, complete, NULL, NULL, NULL, on_result, NULL);
  while (atomic_load (&things.n_calls) == 0)
    g_main_context_iteration (things.context, TRUE);
}

static void
by_watch (void)
{
  ts_channel_add_watch (things.channel, on_item, NULL);
  send_a_few ();
}

static void
by_end_of_watch (void)
{
  ts_channel_add_watch_full (things.channel, 0, quiet_item, NULL, on_destroy);
  send_a_few ();
}

static void
by_event_watch (void)
{
  ts_event_add_watch (things.event, on_event, NULL);
  ts_event_set (things.event);
}

static void
by_end_of_event_watch (void)
{
  ts_event_add_watch_full (things.event, 0, quiet_event, NULL, on_destroy);
  ts_event_set (things.event);
}

static void
by_semaphore_watch (void)
{
  ts_semaphore_add_watch (things.semaphore, on_permit, NULL);
}

static void
by_channel_source (void)
{
  attach (ts_channel_create_source (things.channel, G_IO_OUT, things.cancellable));
}

static void
by_event_source (void)
{
  attach (ts_event_create_source (things.event, NULL));
  ts_event_set (things.event);
}

static void
by_future_source (void)
{
  attach (ts_future_create_source (things.future, NULL));
  ts_future_resolve (things.future, NULL);
}

static void
by_select_source (void)
{
  attach (ts_select_create_source (things.select, NULL));
  ts_event_set (things.event);
}

static void
by_cancelled (void)
{
  GCancellable *cancellable = g_object_ref (things.cancellable);
  gulong id;

  ts_channel_receive_async (things.channel, cancellable, ignore, NULL);
  ts_event_wait_async (things.event, cancellable, ignore, NULL);
  id = g_cancellable_connect (cancellable, G_CALLBACK (on_destroy), NULL, NULL);
  things.cancelling = TRUE;
  g_cancellable_cancel (cancellable);
  things.cancelling = FALSE;
  g_cancellable_disconnect (cancellable, id);
  g_object_unref (cancellable);
}

static void
by_freed_item (void)
{
  GValue value = G_VALUE_INIT;

  send_tricky (things.channel);
  g_assert_true (ts_channel_try_receive (things.channel, &value, NULL));
  g_value_unset (&value);
}

static void
by_dropped_item (void)
{
  TsChannel *channel = ts_channel_new_full (1, G_TYPE_INVALID, TS_OVERFLOW_DROP_OLDEST, NULL);

  send_tricky (channel);
  send_tricky (channel);
  g_assert_finalize_object (channel);
}

static void
by_item_left_inside (void)
{
  TsChannel *channel = ts_channel_new (2);

  send_tricky (channel);
  send_tricky (channel);
  g_object_weak_ref (G_OBJECT (channel), on_weak, NULL);
  g_assert_finalize_object (channel);
}

static void
by_notify_of_runner (void)
{
  GError *error = NULL;

  ts_runner_close (things.runner);
  g_assert_false (ts_runner_invoke_full (things.runner, 0, run_quickly, NULL, on_destroy, &error));
  g_clear_error (&error);
}

static void
by_notify_of_call (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GValue value = G_VALUE_INIT;

  g_cancellable_cancel (cancellable);
  g_assert_false (ts_runner_call (things.runner, complete, NULL, on_destroy, cancellable, &value, NULL));
}

static const struct
{
  const char *name;
  void      (*arrange) (void);
} callbacks[] = {
  { "receive", by_receive },
  { "send", by_send },
  { "event", by_event },
  { "semaphore", by_acquire },
  { "lock", by_lock },
  { "condition", by_condition },
  { "barrier", by_barrier },
  { "future", by_future },
  { "select", by_select },
  { "call", by_call },
  { "watch", by_watch },
  { "end-of-watch", by_end_of_watch },
  { "event-watch", by_event_watch },
  { "end-of-event-watch", by_end_of_event_watch },
  { "semaphore-watch", by_semaphore_watch },
  { "channel-source", by_channel_source },
  { "event-source", by_event_source },
  { "future-source", by_future_source },
  { "select-source", by_select_source },
  { "cancelled", by_cancelled },
  { "freed-item", by_freed_item },
  { "dropped-item", by_dropped_item },
  { "item-left-inside", by_item_left_inside },
  { "notify-of-runner", by_notify_of_runner },
  { "notify-of-call", by_notify_of_call },
};

static void
meddles (gconstpointer data)
{
  things_init (FALSE);
  callbacks[GPOINTER_TO_UINT (data)].arrange ();
  things_clear ();
}

static void
disposes (gconstpointer data)
{
  things_init (TRUE);
  callbacks[GPOINTER_TO_UINT (data)].arrange ();
  things_clear ();
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (callbacks); i++)
    {
      g_autofree char *meddling = g_strconcat ("/tschan/callbacks/meddling-in/", callbacks[i].name, NULL);
      g_autofree char *disposing = g_strconcat ("/tschan/callbacks/disposing-in/", callbacks[i].name, NULL);

      ts_test_add_data (meddling, meddles, GUINT_TO_POINTER (i));
      ts_test_add_data (disposing, disposes, GUINT_TO_POINTER (i));
    }

  return g_test_run ();
}
