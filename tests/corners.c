/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What the suites of the single classes do not come to: deadlines of selects that do not block, values
 * that are turned into others on the way, closures for sources, properties read by name, crowds. */

#include "ts-test-util.h"

#define CROWD 10000

static gint64
soon (void)
{
  return g_get_monotonic_time () + 5 * G_TIME_SPAN_MILLISECOND;
}

/* A select whose only way out is its deadline */

static void
select_in_a_loop_ends_at_its_deadline (void)
{
  GMainContext *context = ts_test_context_push ();
  g_autoptr (TsChannel) channel = ts_channel_new (0);
  g_autoptr (TsSelect) select = ts_select_new ();
  g_autoptr (GError) error = NULL;
  gint64 deadline = soon ();
  TsTestAsync wait = { 0 };
  int late;

  ts_select_add_receive (select, channel);
  late = ts_select_add_deadline (select, deadline);
  ts_test_async_begin (&wait, select);
  ts_select_wait_async (select, NULL, ts_test_async_callback, &wait);
  ts_test_async_end (&wait);
  ts_test_async_wait (&wait);
  g_assert_cmpint (g_get_monotonic_time (), >=, deadline);
  g_assert_cmpint (ts_select_wait_finish (select, wait.result, &error), ==, late);
  g_assert_no_error (error);
  ts_test_async_clear (&wait);
  ts_test_context_pop (context);
}

static void
select_in_a_port_ends_at_its_deadline (void)
{
  g_autoptr (TsPort) port = ts_port_new ();
  g_autoptr (TsSelect) select = ts_select_new ();
  g_autoptr (GError) error = NULL;
  gint64 deadline = soon (), token, ready;
  GValue value = G_VALUE_INIT;
  int late = ts_select_add_deadline (select, deadline);

  token = ts_port_select (port, select);
  ts_test_wait_for ((ready = ts_port_next_ready (port)) >= 0);
  g_assert_cmpint (ready, ==, token);
  g_assert_cmpint (g_get_monotonic_time (), >=, deadline);
  g_assert_true (ts_port_finish (port, token, &value, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_value_get_int (&value), ==, late);
  g_value_unset (&value);
}

/* Its timer is still due: it must not outlive the case. */
static void
deadline_is_forgotten_with_its_case (void)
{
  g_autoptr (TsPort) port = ts_port_new ();
  g_autoptr (TsEvent) event = ts_event_new ();
  TsSelect *select = ts_select_new ();
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;
  TsTestFate fate = { 0 };
  gint64 token;
  int late;

  ts_test_track (select, &fate);
  late = ts_select_add_deadline (select, g_get_monotonic_time () + G_TIME_SPAN_DAY);
  g_assert_cmpint (ts_select_add_event (select, event), ==, 1);
  token = ts_port_select (port, select);
  ts_event_set (event);
  g_assert_cmpint (ts_port_next_ready (port), ==, token);
  g_assert_true (ts_port_finish (port, token, &value, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_value_get_int (&value), ==, 1);
  g_value_unset (&value);
  g_assert_true (ts_select_remove (select, late));
  g_object_unref (select);
  ts_test_assert_finalized (&fate);
}

/* What fits only after it was turned into something else, moved into a channel */

static void
taken_value_may_be_transformed (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new_full (2, G_TYPE_STRING, TS_OVERFLOW_WAIT, NULL);
  g_autoptr (GError) error = NULL;
  GValue number = G_VALUE_INIT, text = G_VALUE_INIT;

  g_value_init (&number, G_TYPE_INT);
  g_value_set_int (&number, 42);
  g_assert_true (ts_channel_try_send_take (channel, &number, &error));
  g_assert_false (G_IS_VALUE (&number));

  g_value_init (&number, G_TYPE_INT);
  g_value_set_int (&number, 43);
  g_assert_true (ts_channel_send_take (channel, &number, NULL, &error));
  g_assert_false (G_IS_VALUE (&number));

  g_value_init (&number, G_TYPE_INT);
  g_assert_false (ts_channel_try_send_take (channel, &number, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_FULL);
  g_assert_true (G_VALUE_HOLDS_INT (&number));
  g_value_unset (&number);
  g_clear_error (&error);

  g_assert_true (ts_channel_try_receive (channel, &text, &error));
  g_assert_cmpstr (g_value_get_string (&text), ==, "42");
  g_assert_true (ts_channel_try_receive (channel, &text, &error));
  g_assert_cmpstr (g_value_get_string (&text), ==, "43");
  g_value_unset (&text);
}

/* A closure instead of a callback */

static void
count_and_end (GClosure *closure, GValue *result, guint n_values, const GValue *values, gpointer hint,
               gpointer data)
{
  (*(int *) closure->data)++;
  g_value_set_boolean (result, G_SOURCE_REMOVE);
}

static void
source_takes_a_closure (void)
{
  GMainContext *context = ts_test_context_push ();
  g_autoptr (TsEvent) event = ts_event_new ();
  g_autoptr (GSource) source = ts_event_create_source (event, NULL);
  int calls = 0;
  GClosure *closure = g_closure_new_simple (sizeof (GClosure), &calls);

  g_closure_set_marshal (closure, count_and_end);
  g_source_set_closure (source, closure);
  g_source_attach (source, context);
  ts_test_assert_idle (context);
  ts_event_set (event);
  ts_test_iterate (context);
  g_assert_cmpint (calls, ==, 1);
  g_assert_true (g_source_is_destroyed (source));
  ts_test_context_pop (context);
}

/* Properties, as languages read them */

static void
assert_property (gpointer object, const char *name, const char *expected)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *contents = NULL;

  g_object_get_property (object, name, &value);
  contents = g_strdup_value_contents (&value);
  g_assert_cmpstr (contents, ==, expected);
}

static void
properties_are_read_by_name (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TsFuture) future = ts_future_new_full (cancellable, "answer");
  g_autoptr (TsRunner) runner = ts_runner_new ("worker");
  g_autoptr (TsLock) lock = ts_lock_new_full ("door");
  g_autoptr (TsSemaphore) semaphore = ts_semaphore_new_full (1, 2, "chairs");
  g_autoptr (TsCondition) condition = ts_condition_new (lock);
  g_autoptr (GCancellable) same = NULL;
  g_autoptr (TsLock) same_lock = NULL;

  assert_property (future, "name", "\"answer\"");
  assert_property (future, "done", "FALSE");
  g_assert_true (ts_future_cancel (future));
  assert_property (future, "done", "TRUE");
  g_object_get (future, "cancellable", &same, NULL);
  g_assert_true (same == cancellable);
  assert_property (runner, "name", "\"worker\"");
  assert_property (lock, "name", "\"door\"");
  assert_property (semaphore, "name", "\"chairs\"");
  g_object_get (condition, "lock", &same_lock, NULL);
  g_assert_true (same_lock == lock);
}

/* Crowds */

static void
count_closed (GObject *source, GAsyncResult *result, gpointer count)
{
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;

  g_assert_false (ts_channel_receive_finish (TS_CHANNEL (source), result, &value, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_CLOSED);
  g_value_unset (&value);
  (*(guint *) count)++;
}

static void
crowd_at_one_channel_goes_when_it_closes (void)
{
  GMainContext *context = ts_test_context_push ();
  g_autoptr (TsChannel) channel = ts_channel_new (0);
  guint crowd = ts_test_in_valgrind () ? CROWD / 10 : CROWD, count = 0;

  for (guint i = 0; i < crowd; i++)
    ts_channel_receive_async (channel, NULL, count_closed, &count);
  ts_channel_close (channel);
  ts_test_iterate (context);
  g_assert_cmpuint (count, ==, crowd);
  ts_test_context_pop (context);
}

static void
crowd_of_channels_is_served_by_one_loop (void)
{
  GMainContext *context = ts_test_context_push ();
  g_autoptr (GPtrArray) channels = g_ptr_array_new_with_free_func (g_object_unref);
  guint crowd = ts_test_in_valgrind () ? CROWD / 10 : CROWD, count = 0;

  for (guint i = 0; i < crowd; i++)
    {
      TsChannel *channel = ts_channel_new (1);

      g_ptr_array_add (channels, channel);
      ts_channel_receive_async (channel, NULL, count_closed, &count);
    }
  for (guint i = 0; i < crowd; i++)
    ts_channel_close (g_ptr_array_index (channels, i));
  ts_test_iterate (context);
  g_assert_cmpuint (count, ==, crowd);
  ts_test_context_pop (context);
}

/* The first use of all types, by several threads at once: in a process in which nobody has used them. */

static gpointer
ensure_types (gpointer data)
{
  static GType (*const types[]) (void) = {
    ts_channel_get_type, ts_select_get_type, ts_event_get_type,  ts_semaphore_get_type, ts_lock_get_type,
    ts_condition_get_type, ts_barrier_get_type, ts_future_get_type, ts_runner_get_type, ts_port_get_type,
    ts_call_get_type, ts_list_model_get_type, ts_overflow_get_type, ts_error_get_type,
  };
  _Atomic int *missing = data;

  atomic_fetch_sub (missing, 1);
  ts_test_spin_until (atomic_load (missing) == 0);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    g_assert_true (types[i] () != G_TYPE_INVALID);
  return NULL;
}

static void
types_are_registered_once (void)
{
  TsTestThread *threads[4];
  _Atomic int missing = G_N_ELEMENTS (threads);

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = ts_test_thread_new (ensure_types, &missing);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    ts_test_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  ts_test_init (&argc, &argv);
  ts_test_add ("/tschan/corners/select-in-a-loop-ends-at-its-deadline",
               select_in_a_loop_ends_at_its_deadline);
  ts_test_add ("/tschan/corners/select-in-a-port-ends-at-its-deadline",
               select_in_a_port_ends_at_its_deadline);
  ts_test_add ("/tschan/corners/deadline-is-forgotten-with-its-case",
               deadline_is_forgotten_with_its_case);
  ts_test_add ("/tschan/corners/taken-value-may-be-transformed", taken_value_may_be_transformed);
  ts_test_add ("/tschan/corners/source-takes-a-closure", source_takes_a_closure);
  ts_test_add ("/tschan/corners/properties-are-read-by-name", properties_are_read_by_name);
  ts_test_add ("/tschan/corners/crowd-at-one-channel-goes-when-it-closes",
               crowd_at_one_channel_goes_when_it_closes);
  ts_test_add ("/tschan/corners/crowd-of-channels-is-served-by-one-loop",
               crowd_of_channels_is_served_by_one_loop);
  ts_test_add ("/tschan/corners/types-are-registered-once", types_are_registered_once);
  return g_test_run ();
}
