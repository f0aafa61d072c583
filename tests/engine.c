/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The way of waiting by itself, with an operation that is as plain as can be: to take a permit of a
 * gate. The gate writes down which of its functions are called: a, p, u and r for attempt, park,
 * unpark and undo ("returned"). */

#include "ts-dispatcher-private.h"
#include "ts-operation-private.h"
#include "ts-port-private.h"
#include "ts-result-private.h"
#include "ts-select-private.h"
#include "ts-source-private.h"
#include "ts-test-waiter.h"

#include <string.h>

/* The gate */

#define TEST_TYPE_GATE (test_gate_get_type ())
G_DECLARE_FINAL_TYPE (TestGate, test_gate, TEST, GATE, GObject)

struct _TestGate
{
  GObject    parent_instance;

  TsSyncLock lock;
  guint      permits;
  TsQueue    waiters;
  char       log[64];
};

G_DEFINE_FINAL_TYPE (TestGate, test_gate, G_TYPE_OBJECT)

static void
test_gate_init (TestGate *self)
{
}

static void
test_gate_finalize (GObject *object)
{
  g_assert_null (TEST_GATE (object)->waiters.head);
  G_OBJECT_CLASS (test_gate_parent_class)->finalize (object);
}

static void
test_gate_class_init (TestGateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_gate_finalize;
}

static void
note_locked (TestGate *self, char call)
{
  gsize length = strlen (self->log);

  if (length + 1 < sizeof self->log)
    self->log[length] = call;
}

static gboolean
take_locked (TestGate *self)
{
  if (self->permits == 0)
    return FALSE;
  self->permits--;
  return TRUE;
}

static void
release_locked (TestGate *self, guint n, TsWakeList *woken)
{
  TsOperation *op;

  for (; n > 0 && (op = ts_queue_claim_first (&self->waiters)) != NULL; n--)
    ts_wake_list_add (woken, op);
  self->permits += n;
}

static void
release (TestGate *self, guint n)
{
  TsWakeList woken = TS_WAKE_LIST_INIT;

  ts_sync_lock_acquire (&self->lock);
  release_locked (self, n, &woken);
  ts_sync_lock_release (&self->lock);
  ts_wake_list_run (&woken);
}

static gboolean
gate_attempt (TsOperation *op)
{
  TestGate *self = op->object;
  gboolean taken;

  ts_sync_lock_acquire (&self->lock);
  note_locked (self, 'a');
  taken = take_locked (self);
  ts_sync_lock_release (&self->lock);
  return taken;
}

static gboolean
gate_park (TsOperation *op)
{
  TestGate *self = op->object;
  gboolean over;

  ts_sync_lock_acquire (&self->lock);
  note_locked (self, 'p');
  over = ts_operation_is_shared (op) ? self->permits > 0 : take_locked (self);
  if (!over)
    ts_queue_push (&self->waiters, op);
  ts_sync_lock_release (&self->lock);
  return over;
}

static void
gate_unpark (TsOperation *op)
{
  TestGate *self = op->object;

  ts_sync_lock_acquire (&self->lock);
  note_locked (self, 'u');
  ts_queue_remove (&self->waiters, op);
  ts_sync_lock_release (&self->lock);
}

static void
gate_undo (TsOperation *op)
{
  TestGate *self = op->object;
  TsWakeList woken = TS_WAKE_LIST_INIT;

  ts_sync_lock_acquire (&self->lock);
  note_locked (self, 'r');
  release_locked (self, 1, &woken);
  ts_sync_lock_release (&self->lock);
  ts_wake_list_run (&woken);
}

static void
gate_set_error (TsOperation *op, TsOutcome outcome, GError **error)
{
  g_assert_cmpint (outcome, ==, TS_OUTCOME_TIMED_OUT);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "late");
}

static const TsOperationClass gate_class = {
  .attempt = gate_attempt,
  .park = gate_park,
  .unpark = gate_unpark,
  .undo = gate_undo,
  .set_error = gate_set_error,
};

/* The ways to pass it */

static gboolean
gate_wait_until (gpointer gate, gint64 deadline, GCancellable *cancellable, GError **error)
{
  TsOperation op;

  ts_operation_init (&op, &gate_class, gate);
  return ts_operation_wait (&op, deadline, cancellable, error);
}

static gboolean
gate_wait (gpointer gate, GCancellable *cancellable, GError **error)
{
  return gate_wait_until (gate, -1, cancellable, error);
}

static void
gate_wait_async (gpointer gate, GCancellable *cancellable, GAsyncReadyCallback callback,
                 gpointer user_data)
{
  ts_result_start (ts_result_new (gate, &gate_class, cancellable, callback, user_data,
                                  gate_wait_async));
}

static gboolean
gate_wait_finish (gpointer gate, GAsyncResult *result, GError **error)
{
  g_assert_true (ts_result_is_valid (result, gate, gate_wait_async));
  return ts_result_finish (result, error) != NULL;
}

static GSource *
gate_create_source (gpointer gate, GCancellable *cancellable)
{
  return ts_source_new (gate, &gate_class, NULL, cancellable, "TestGate");
}

static gint64
gate_wait_port (TsPort *port, gpointer gate)
{
  TsOperation op;

  ts_operation_init (&op, &gate_class, gate);
  return ts_port_submit (port, &op);
}

static const TsTestWaitable gate_waitable = {
  .name = "gate",
  .wait = gate_wait,
  .wait_until = gate_wait_until,
  .wait_async = gate_wait_async,
  .wait_finish = gate_wait_finish,
  .create_source = gate_create_source,
  .wait_port = gate_wait_port,
};

static TestGate *
gate_new (guint permits)
{
  TestGate *self = g_object_new (TEST_TYPE_GATE, NULL);

  self->permits = permits;
  return self;
}

static void
gate_free (TestGate *self)
{
  g_assert_cmpuint (G_OBJECT (self)->ref_count, ==, 1);
  g_object_unref (self);
}

#define assert_log(gate, expected) g_assert_cmpstr ((gate)->log, ==, (expected))

/* The waiters of all kinds but those that block another thread */
static const TsTestRoute loop_routes[] = {
  TS_TEST_ROUTE_ASYNC, TS_TEST_ROUTE_SOURCE, TS_TEST_ROUTE_PORT,
};

/* Claims */

static void
a_claim_is_won_once (void)
{
  TsWaiter waiter = { 0 };

  g_assert_true (ts_waiter_claim (&waiter, TS_CLAIM_TIMED_OUT));
  g_assert_false (ts_waiter_claim (&waiter, TS_CLAIM_CANCELLED));
  g_assert_cmpint (atomic_load (&waiter.claim), ==, TS_CLAIM_TIMED_OUT);
}

static void
the_queue_passes_over_those_who_have_gone (void)
{
  TsWaiter waiters[3] = { { 0 } };
  TsOperation ops[3];
  TsQueue queue = { NULL, NULL };

  for (guint i = 0; i < 3; i++)
    {
      ts_operation_init (&ops[i], &gate_class, NULL);
      ops[i].waiter = &waiters[i];
      ts_queue_push (&queue, &ops[i]);
    }
  g_assert_true (ts_waiter_claim (&waiters[0], TS_CLAIM_CANCELLED));
  ts_queue_remove (&queue, &ops[1]);
  ts_queue_remove (&queue, &ops[1]);
  g_assert_true (ts_queue_claim_first (&queue) == &ops[2]);
  g_assert_false (ops[0].queued);
  g_assert_null (queue.head);
  g_assert_null (queue.tail);
}

/* A thread */

static void
what_is_there_is_taken_without_parking (void)
{
  TestGate *gate = gate_new (1);
  g_autoptr (GError) error = NULL;

  g_assert_true (gate_wait (gate, NULL, &error));
  g_assert_no_error (error);
  assert_log (gate, "a");
  gate_free (gate);
}

static void
a_blocked_thread_is_released (void)
{
  TestGate *gate = gate_new (0);
  TsTestWaiter *waiter = ts_test_waiter_start (TS_TEST_ROUTE_BLOCKING, &gate_waitable, gate, NULL);
  g_autoptr (GError) error = NULL;

  release (gate, 1);
  g_assert_true (ts_test_waiter_finish (waiter, &error));
  g_assert_no_error (error);
  assert_log (gate, "ap");
  g_assert_cmpuint (gate->permits, ==, 0);
  gate_free (gate);
}

static void
a_past_deadline_only_attempts (void)
{
  TestGate *gate = gate_new (0);
  g_autoptr (GError) error = NULL;

  g_assert_false (gate_wait_until (gate, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  assert_log (gate, "a");
  gate_free (gate);
}

static void
a_deadline_leaves_the_queue (void)
{
  TestGate *gate = gate_new (0);
  g_autoptr (GError) error = NULL;

  g_assert_false (gate_wait_until (gate, g_get_monotonic_time () + 2000, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  assert_log (gate, "apu");
  release (gate, 1);
  g_assert_cmpuint (gate->permits, ==, 1);
  gate_free (gate);
}

static void
who_is_cancelled_already_attempts_nothing (void)
{
  TestGate *gate = gate_new (1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (gate_wait (gate, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_log (gate, "");
  g_assert_cmpuint (gate->permits, ==, 1);
  gate_free (gate);
}

static void
who_is_cancelled_leaves_the_queue (void)
{
  TestGate *gate = gate_new (0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TsTestWaiter *waiter =
    ts_test_waiter_start (TS_TEST_ROUTE_BLOCKING, &gate_waitable, gate, cancellable);
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (ts_test_waiter_finish (waiter, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_log (gate, "apu");
  release (gate, 1);
  g_assert_cmpuint (gate->permits, ==, 1);
  gate_free (gate);
}

/* Tasks, sources, ports */

static void
each_way_parks_once_and_is_released (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (loop_routes); i++)
    {
      TestGate *gate = gate_new (0);
      TsTestWaiter *waiter = ts_test_waiter_start (loop_routes[i], &gate_waitable, gate, NULL);

      ts_test_note ("%s", ts_test_route_name (loop_routes[i]));
      assert_log (gate, "p");
      g_assert_false (ts_test_waiter_is_over (waiter));
      release (gate, 1);
      g_assert_true (ts_test_waiter_finish (waiter, NULL));
      assert_log (gate, "p");
      g_assert_cmpuint (gate->permits, ==, 0);
      gate_free (gate);
    }
}

static void
what_is_there_is_taken_while_parking (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (loop_routes); i++)
    {
      TestGate *gate = gate_new (1);
      TsTestWaiter *waiter = ts_test_waiter_start (loop_routes[i], &gate_waitable, gate, NULL);

      ts_test_note ("%s", ts_test_route_name (loop_routes[i]));
      g_assert_true (ts_test_waiter_finish (waiter, NULL));
      assert_log (gate, "p");
      gate_free (gate);
    }
}

static void
who_gives_up_leaves_the_queue (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (loop_routes); i++)
    {
      TestGate *gate = gate_new (0);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      TsTestWaiter *waiter =
        ts_test_waiter_start (loop_routes[i], &gate_waitable, gate,
                              loop_routes[i] == TS_TEST_ROUTE_ASYNC ? cancellable : NULL);

      ts_test_note ("%s", ts_test_route_name (loop_routes[i]));
      ts_test_waiter_drop (waiter);
      assert_log (gate, "pu");
      gate_free (gate);
    }
}

static void
what_nobody_collects_is_undone (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (loop_routes); i++)
    {
      TestGate *gate = gate_new (0);
      TsTestWaiter *waiter = ts_test_waiter_start (loop_routes[i], &gate_waitable, gate, NULL);

      ts_test_note ("%s", ts_test_route_name (loop_routes[i]));
      release (gate, 1);
      g_assert_cmpuint (gate->permits, ==, 0);
      ts_test_waiter_drop (waiter);
      assert_log (gate, "pr");
      g_assert_cmpuint (gate->permits, ==, 1);
      gate_free (gate);
    }
}

static void
what_is_undone_goes_to_the_next (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (loop_routes); i++)
    {
      TestGate *gate = gate_new (0);
      TsTestWaiter *first = ts_test_waiter_start (loop_routes[i], &gate_waitable, gate, NULL);
      TsTestWaiter *second = ts_test_waiter_start (TS_TEST_ROUTE_BLOCKING, &gate_waitable, gate, NULL);

      ts_test_note ("%s", ts_test_route_name (loop_routes[i]));
      release (gate, 1);
      ts_test_waiter_drop (first);
      g_assert_true (ts_test_waiter_finish (second, NULL));
      g_assert_cmpuint (gate->permits, ==, 0);
      gate_free (gate);
    }
}

static void
a_port_that_closes_gives_back (void)
{
  TestGate *gate = gate_new (0);
  TsPort *port = ts_port_new ();

  gate_wait_port (port, gate);
  gate_wait_port (port, gate);
  release (gate, 1);
  ts_port_close (port);
  g_assert_cmpuint (gate->permits, ==, 1);
  g_assert_null (gate->waiters.head);
  g_assert_cmpint (gate_wait_port (port, gate), ==, -1);
  g_assert_cmpuint (gate->permits, ==, 1);
  g_object_unref (port);
  gate_free (gate);
}

G_NORETURN static void
never_called (GObject *object, GAsyncResult *result, gpointer data)
{
  g_assert_not_reached ();
}

static void
a_context_that_goes_gives_back (void)
{
  TestGate *gate = gate_new (0);
  GMainContext *context = ts_test_context_push ();
  GSource *source = gate_create_source (gate, NULL);

  gate_wait_async (gate, NULL, never_called, NULL); /* is released, and never told */
  gate_wait_async (gate, NULL, never_called, NULL); /* is still parked */
  g_source_attach (source, context);
  g_source_unref (source);
  ts_test_iterate (context);
  release (gate, 1);
  g_assert_cmpuint (gate->permits, ==, 0);
  ts_test_context_pop (context);

  g_assert_cmpuint (gate->permits, ==, 1);
  g_assert_null (gate->waiters.head);
  gate_free (gate);
}

static gboolean
count_down (gpointer data)
{
  guint *left = data;

  return --*left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
a_source_waits_again_and_again (void)
{
  TestGate *gate = gate_new (2);
  GMainContext *context = ts_test_context_push ();
  GSource *source = gate_create_source (gate, NULL);
  guint left = 3;

  g_source_set_callback (source, count_down, &left, NULL);
  g_source_attach (source, context);
  g_source_unref (source);
  ts_test_iterate (context);
  g_assert_cmpuint (left, ==, 1);
  assert_log (gate, "ppp");
  release (gate, 1);
  ts_test_iterate (context);
  g_assert_cmpuint (left, ==, 0);
  assert_log (gate, "ppp");
  ts_test_context_pop (context);
  gate_free (gate);
}

/* Order */

static void
first_come_first_served (void)
{
  static const TsTestRoute routes[] = {
    TS_TEST_ROUTE_ASYNC,    TS_TEST_ROUTE_SOURCE, TS_TEST_ROUTE_PORT,
    TS_TEST_ROUTE_BLOCKING, TS_TEST_ROUTE_ASYNC,  TS_TEST_ROUTE_PORT,
  };
  TsTestWaiter *waiters[G_N_ELEMENTS (routes)];
  TestGate *gate = gate_new (0);

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    waiters[i] = ts_test_waiter_start (routes[i], &gate_waitable, gate, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      for (guint k = i; k < G_N_ELEMENTS (routes); k++)
        if (!ts_test_route_is_thread (routes[k]))
          g_assert_false (ts_test_waiter_is_over (waiters[k]));
      release (gate, 1);
      g_assert_true (ts_test_waiter_finish (waiters[i], NULL));
    }
  gate_free (gate);
}

/* Delivery */

static guint n_delivered;

static void
count_delivery (GObject *gate, GAsyncResult *result, gpointer data)
{
  g_assert_true (gate_wait_finish (gate, result, NULL));
  n_delivered++;
}

static guint
query (GMainContext *context, GPollFD *fds, guint n_fds, int *priority)
{
  int timeout;
  int n;

  g_main_context_prepare (context, priority);
  n = g_main_context_query (context, *priority, &timeout, fds, (int) n_fds);
  g_assert_cmpint (n, <=, (int) n_fds);
  return (guint) n;
}

/* Takes what was written to the one descriptor that is readable, and puts it back. */
static guint64
count_writes (GPollFD *fds, guint n)
{
  guint64 count = 0;

  g_assert_cmpint (g_poll (fds, n, 0), ==, 1);
  for (guint i = 0; i < n; i++)
    if (fds[i].revents != 0)
      {
        g_assert_cmpint (read (fds[i].fd, &count, sizeof count), ==, sizeof count);
        g_assert_cmpint (write (fds[i].fd, &count, sizeof count), ==, sizeof count);
      }
  return count;
}

static void
a_burst_wakes_once_and_is_delivered_at_once (void)
{
  const guint n_waits = 1000;
  TestGate *gate = gate_new (0);
  GMainContext *context = ts_test_context_push ();
  GPollFD fds[8];
  int priority;
  guint n;

  n_delivered = 0;
  for (guint i = 0; i < n_waits; i++)
    gate_wait_async (gate, NULL, count_delivery, NULL);
  ts_test_iterate (context);

  n = query (context, fds, G_N_ELEMENTS (fds), &priority);
  for (guint i = 0; i < n_waits; i++)
    release (gate, 1);
  g_assert_cmpuint (count_writes (fds, n), ==, 1);
  g_poll (fds, n, 0);
  g_assert_true (g_main_context_check (context, priority, fds, (int) n));
  g_main_context_dispatch (context);
  g_assert_cmpuint (n_delivered, ==, n_waits);
  ts_test_assert_idle (context);

  ts_test_context_pop (context);
  gate_free (gate);
}

static void
a_loop_that_is_awake_is_not_woken (void)
{
  TestGate *gate = gate_new (0);
  GMainContext *context = ts_test_context_push ();
  GPollFD fds[8];
  int priority;
  guint n;

  n_delivered = 0;
  gate_wait_async (gate, NULL, count_delivery, NULL);
  ts_test_iterate (context);
  release (gate, 1);
  n = query (context, fds, G_N_ELEMENTS (fds), &priority);
  g_assert_cmpint (g_poll (fds, n, 0), ==, 0);
  g_main_context_check (context, priority, fds, (int) n);
  g_main_context_dispatch (context);
  g_assert_cmpuint (n_delivered, ==, 1);

  ts_test_context_pop (context);
  gate_free (gate);
}

static void
wait_nested (GObject *gate, GAsyncResult *result, gpointer data)
{
  GMainContext *context = g_main_context_get_thread_default ();

  count_delivery (gate, result, NULL);
  while (n_delivered < GPOINTER_TO_UINT (data))
    g_main_context_iteration (context, TRUE);
}

static void
a_nested_loop_gets_the_rest_of_a_burst (void)
{
  TestGate *gate = gate_new (0);
  GMainContext *context = ts_test_context_push ();

  n_delivered = 0;
  gate_wait_async (gate, NULL, wait_nested, GUINT_TO_POINTER (3));
  gate_wait_async (gate, NULL, wait_nested, GUINT_TO_POINTER (3));
  gate_wait_async (gate, NULL, count_delivery, NULL);
  release (gate, 3);
  g_main_context_iteration (context, TRUE);
  g_assert_cmpuint (n_delivered, ==, 3);

  ts_test_context_pop (context);
  gate_free (gate);
}

static void
wait_again (GObject *gate, GAsyncResult *result, gpointer data)
{
  count_delivery (gate, result, NULL);
  release (TEST_GATE (gate), 1);
  if (n_delivered < GPOINTER_TO_UINT (data))
    gate_wait_async (gate, NULL, wait_again, data);
}

static void
a_callback_uses_the_object_again (void)
{
  TestGate *gate = gate_new (1);
  GMainContext *context = ts_test_context_push ();

  n_delivered = 0;
  gate_wait_async (gate, NULL, wait_again, GUINT_TO_POINTER (100));
  while (n_delivered < 100)
    g_main_context_iteration (context, TRUE);
  ts_test_iterate (context);
  g_assert_cmpuint (gate->permits, ==, 1);

  ts_test_context_pop (context);
  gate_free (gate);
}

static gpointer
run_until_delivered (gpointer context)
{
  while (n_delivered == 0)
    g_main_context_iteration (context, TRUE);
  return g_thread_self ();
}

static void
a_context_may_be_run_by_another_thread (void)
{
  TestGate *gate = gate_new (0);
  GMainContext *context = ts_test_context_push ();
  GThread *thread;

  n_delivered = 0;
  gate_wait_async (gate, NULL, count_delivery, NULL);
  g_main_context_pop_thread_default (context);
  thread = g_thread_new ("loop", run_until_delivered, context);
  release (gate, 1);
  g_assert_true (g_thread_join (thread) == thread);
  g_main_context_push_thread_default (context);
  ts_test_context_pop (context);
  gate_free (gate);
}

static void
cancel_in_callback (GObject *gate, GAsyncResult *result, gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  g_assert_true (gate_wait_finish (gate, result, NULL));
  n_delivered++;
}

static void
cancelling_in_the_callback_is_too_late (void)
{
  TestGate *gate = gate_new (0);
  GMainContext *context = ts_test_context_push ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  n_delivered = 0;
  gate_wait_async (gate, cancellable, cancel_in_callback, cancellable);
  release (gate, 1);
  ts_test_iterate (context);
  g_assert_cmpuint (n_delivered, ==, 1);
  assert_log (gate, "p");

  ts_test_context_pop (context);
  gate_free (gate);
}

/* Several operations of one waiter, as a select has them */

static void
wake_parker (TsWaiter *waiter)
{
  ts_parker_wake (&waiter->parker);
}

static void
one_of_several_operations_happens (void)
{
  TestGate *gates[2] = { gate_new (0), gate_new (0) };
  TsWaiter waiter = { .wake = wake_parker };
  TsOperation ops[2];

  for (guint i = 0; i < 2; i++)
    {
      ts_operation_init (&ops[i], &gate_class, gates[i]);
      ops[i].waiter = &waiter;
      ops[i].index = i;
      ops[i].flags = TS_OPERATION_SHARED;
      g_assert_false (gate_park (&ops[i]));
    }
  release (gates[1], 1);
  release (gates[0], 1);
  g_assert_cmpint (atomic_load (&waiter.claim), ==, 2);
  g_assert_true (ts_parker_wait (&waiter.parker, 0));
  g_assert_cmpint (ts_operation_get_outcome (&ops[1]), ==, TS_OUTCOME_SUCCESS);
  g_assert_cmpuint (gates[0]->permits, ==, 1);
  g_assert_cmpuint (gates[1]->permits, ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      gate_unpark (&ops[i]);
      gate_free (gates[i]);
    }
}

static void
a_shared_operation_takes_nothing_while_parking (void)
{
  TestGate *gate = gate_new (1);
  TsWaiter waiter = { 0 };
  TsOperation op;

  ts_operation_init (&op, &gate_class, gate);
  op.waiter = &waiter;
  op.flags = TS_OPERATION_SHARED;
  g_assert_true (gate_park (&op));
  g_assert_cmpuint (gate->permits, ==, 1);
  g_assert_null (gate->waiters.head);
  gate_free (gate);
}

/* A million */

static void
pass_in_all_ways (TestGate *gate, GMainContext *context, guint rounds)
{
  TsPort *port = ts_port_new ();
  GValue value = G_VALUE_INIT;

  n_delivered = 0;
  for (guint i = 0; i < rounds; i++)
    {
      release (gate, 1);
      g_assert_true (gate_wait (gate, NULL, NULL));
      gate_wait_port (port, gate);
      gate_wait_async (gate, NULL, count_delivery, NULL);
      release (gate, 2);
      g_assert_true (ts_port_finish (port, ts_port_next_ready (port), &value, NULL));
      g_value_unset (&value);
      if (i % 1000 == 0)
        ts_test_iterate (context);
    }
  ts_test_iterate (context);
  g_assert_cmpuint (n_delivered, ==, rounds);
  g_object_unref (port);
}

static void
a_million_waits_leave_nothing_behind (void)
{
  TestGate *gate = gate_new (0);
  GMainContext *context = ts_test_context_push ();
  guint rounds = ts_test_in_valgrind () ? 1000 : 333333;
  gsize before;

  pass_in_all_ways (gate, context, 2000);
  before = ts_test_memory_in_use ();
  pass_in_all_ways (gate, context, rounds);
  g_assert_cmpuint (ts_test_memory_in_use (), <=, before + 16384);

  ts_test_context_pop (context);
  gate_free (gate);
}

/* A timer that stayed would keep its event, and sit in the thread of the timers, for an hour. */
static void
a_timer_goes_with_its_select (void)
{
  GMainContext *context = ts_test_context_push ();
  g_autoptr (TsEvent) event = ts_event_new ();
  TsSelect *select = ts_select_new ();
  TsTestAsync async = { 0 };
  const TsSelectCase *timed;
  gpointer reached;

  ts_select_add_event (select, event);
  ts_select_add_deadline (select, g_get_monotonic_time () + G_TIME_SPAN_HOUR);
  timed = g_ptr_array_index (select->cases, 1);
  reached = timed->operation.object;
  g_object_add_weak_pointer (reached, &reached);
  ts_test_async_begin (&async, select);
  ts_select_wait_async (select, NULL, ts_test_async_callback, &async);
  ts_test_async_end (&async);
  g_assert_nonnull (timed->timer);
  ts_event_set (event);
  ts_test_async_wait (&async);
  g_assert_cmpint (ts_select_wait_finish (select, async.result, NULL), ==, 0);
  ts_test_async_clear (&async);
  g_assert_nonnull (reached);
  g_assert_finalize_object (select);
  g_assert_null (reached);
  ts_test_context_pop (context);
}

#define ADD(path, func) ts_test_add ("/tschan/engine/" path, func)

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ADD ("claim-is-won-once", a_claim_is_won_once);
  ADD ("queue-passes-over-those-who-have-gone", the_queue_passes_over_those_who_have_gone);
  ADD ("thread-takes-what-is-there", what_is_there_is_taken_without_parking);
  ADD ("thread-is-released", a_blocked_thread_is_released);
  ADD ("past-deadline-only-attempts", a_past_deadline_only_attempts);
  ADD ("deadline-leaves-queue", a_deadline_leaves_the_queue);
  ADD ("cancelled-already-attempts-nothing", who_is_cancelled_already_attempts_nothing);
  ADD ("cancelled-leaves-queue", who_is_cancelled_leaves_the_queue);
  ADD ("each-way-parks-once", each_way_parks_once_and_is_released);
  ADD ("each-way-takes-what-is-there", what_is_there_is_taken_while_parking);
  ADD ("giving-up-leaves-queue", who_gives_up_leaves_the_queue);
  ADD ("uncollected-is-undone", what_nobody_collects_is_undone);
  ADD ("undone-goes-to-the-next", what_is_undone_goes_to_the_next);
  ADD ("closed-port-gives-back", a_port_that_closes_gives_back);
  ADD ("lost-context-gives-back", a_context_that_goes_gives_back);
  ADD ("source-waits-again", a_source_waits_again_and_again);
  ADD ("first-come-first-served", first_come_first_served);
  ADD ("burst-wakes-once", a_burst_wakes_once_and_is_delivered_at_once);
  ADD ("loop-that-is-awake-is-not-woken", a_loop_that_is_awake_is_not_woken);
  ADD ("nested-loop-gets-the-rest", a_nested_loop_gets_the_rest_of_a_burst);
  ADD ("callback-uses-the-object-again", a_callback_uses_the_object_again);
  ADD ("context-run-by-another-thread", a_context_may_be_run_by_another_thread);
  ADD ("cancelling-in-the-callback-is-too-late", cancelling_in_the_callback_is_too_late);
  ADD ("one-of-several-operations", one_of_several_operations_happens);
  ADD ("shared-takes-nothing", a_shared_operation_takes_nothing_while_parking);
  ADD ("timer-goes-with-its-select", a_timer_goes_with_its_select);
  ADD ("a-million-waits", a_million_waits_leave_nothing_behind);

  return g_test_run ();
}
