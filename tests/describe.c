/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What objects say of themselves. */

#include "ts-test-util.h"

static void
assert_description (char *text, const char *pattern)
{
  ts_test_note ("%s", text);
  if (!g_pattern_match_simple (pattern, text))
    g_error ("“%s” is not like “%s”", text, pattern);
  g_free (text);
}

#define assert_says(type, object, pattern) \
  assert_description (ts_##type##_to_string (object), pattern)

static void
channel_tells_what_is_inside (void)
{
  g_autoptr (TsChannel) meeting = ts_channel_new (0);
  g_autoptr (TsChannel) endless = ts_channel_new (TS_CHANNEL_UNLIMITED);
  g_autoptr (TsChannel) full = ts_channel_new_full (2, G_TYPE_INT, TS_OVERFLOW_WAIT, "jobs");
  g_autoptr (TsChannel) latest = ts_channel_new_full (1, G_TYPE_INT, TS_OVERFLOW_DROP_OLDEST, NULL);

  ts_channel_send_int (endless, 1, NULL, NULL);
  for (int i = 0; i < 2; i++)
    {
      ts_channel_send_int (full, i, NULL, NULL);
      ts_channel_send_int (latest, i, NULL, NULL);
    }
  ts_channel_close (full);

  assert_says (channel, meeting, "TsChannel 0x*: rendezvous");
  assert_says (channel, endless, "TsChannel 0x*: 1 item");
  assert_says (channel, full, "TsChannel 0x* \"jobs\": 2 of 2 items of type gint, closed");
  assert_says (channel, latest, "TsChannel 0x*: 1 of 1 item of type gint, drops the oldest, 1 so far");
}

static gpointer
receive (gpointer channel)
{
  GValue value = G_VALUE_INIT;

  ts_test_thread_will_block ();
  ts_channel_receive (channel, NULL, &value, NULL);
  g_value_unset (&value);
  return NULL;
}

static gboolean
keep_watching (TsChannel *channel, const GValue *value, gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
channel_tells_who_waits (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (0);
  g_autoptr (TsSelect) select = ts_select_new ();
  g_autoptr (TsPort) port = ts_port_new ();
  TsTestThread *thread = ts_test_thread_new (receive, channel);

  ts_test_thread_wait_blocked (thread);
  assert_says (channel, channel, "TsChannel 0x*: rendezvous, 1 thread waits to receive");

  ts_select_add_receive (select, channel);
  ts_select_wait_async (select, NULL, NULL, NULL);
  ts_channel_receive_async (channel, NULL, NULL, NULL);
  ts_channel_receive_async (channel, NULL, NULL, NULL);
  ts_channel_add_watch (channel, keep_watching, NULL);
  ts_port_receive (port, channel);
  ts_test_iterate (NULL);
  assert_says (channel, channel, "TsChannel 0x*: rendezvous, 1 thread and 2 tasks and 1 source and 1 port "
                                 "and 1 select wait to receive");
  assert_says (select, select, "TsSelect 0x*: 1 case, waited on");
  assert_says (port, port, "TsPort 0x*: 1 operation, 0 to be told");

  ts_channel_close (channel);
  assert_says (port, port, "TsPort 0x*: 1 operation, 1 to be told");
  ts_test_thread_join (thread);
  ts_test_iterate (NULL);
  assert_says (channel, channel, "TsChannel 0x*: rendezvous, closed");
  ts_select_clear (select);
  assert_says (select, select, "TsSelect 0x*: 0 cases");
  ts_port_close (port);
  assert_says (port, port, "TsPort 0x*: 0 operations, 0 to be told, closed");
}

static void
event_tells_whether_it_is_set (void)
{
  g_autoptr (TsEvent) event = ts_event_new_full (TRUE, "news");

  assert_says (event, event, "TsEvent 0x* \"news\": not set, auto-reset");
  ts_event_wait_async (event, NULL, NULL, NULL);
  assert_says (event, event, "TsEvent 0x* \"news\": not set, auto-reset, 1 task waits");
  ts_event_set (event);
  ts_test_iterate (NULL); /* nobody collects the release */
  assert_says (event, event, "TsEvent 0x* \"news\": set, auto-reset");
}

static void
semaphore_tells_its_permits (void)
{
  g_autoptr (TsSemaphore) one = ts_semaphore_new (1);
  g_autoptr (TsSemaphore) bounded = ts_semaphore_new_bounded (0, 2);

  ts_semaphore_acquire_async (bounded, NULL, NULL, NULL);
  assert_says (semaphore, one, "TsSemaphore 0x*: 1 permit");
  assert_says (semaphore, bounded, "TsSemaphore 0x*: 0 of at most 2 permits, 1 task waits");
  ts_semaphore_release (bounded, 1, NULL);
  ts_test_iterate (NULL);
  assert_says (semaphore, bounded, "TsSemaphore 0x*: 1 of at most 2 permits");
}

static void
condition_and_lock_tell_who_waits (void)
{
  g_autoptr (TsLock) lock = ts_lock_new_full ("shelf");
  g_autoptr (TsCondition) condition = ts_condition_new (lock);

  assert_says (lock, lock, "TsLock 0x* \"shelf\": free");
  ts_lock_acquire (lock, NULL, NULL);
  ts_condition_wait_async (condition, NULL, NULL, NULL);
  assert_says (condition, condition, "TsCondition 0x*: of lock 0x*, which is free, 1 task waits");

  ts_lock_acquire (lock, NULL, NULL);
  assert_says (lock, lock, "TsLock 0x* \"shelf\": held");
  ts_condition_notify_one (condition, NULL);
  assert_says (condition, condition, "TsCondition 0x*: of lock 0x*, which is held");
  assert_says (lock, lock, "TsLock 0x* \"shelf\": held, 1 task waits");
  ts_lock_release (lock, NULL);
  ts_test_iterate (NULL);
}

static void
barrier_tells_who_is_there (void)
{
  g_autoptr (TsBarrier) barrier = ts_barrier_new (3);

  ts_barrier_wait_async (barrier, NULL, NULL, NULL);
  assert_says (barrier, barrier, "TsBarrier 0x*: 1 of 3 are there, 1 task waits");
  ts_barrier_abort (barrier);
  ts_test_iterate (NULL);
  assert_says (barrier, barrier, "TsBarrier 0x*: 0 of 3 are there, broken");
}

static void
future_tells_its_result (void)
{
  g_autoptr (TsFuture) future = ts_future_new_full (NULL, "answer");
  g_autoptr (TsFuture) empty = ts_future_new ();
  g_autoptr (TsFuture) failed = ts_future_new ();
  g_autoptr (GError) reason = g_error_new (G_IO_ERROR, G_IO_ERROR_BUSY, "not now");
  GValue value = G_VALUE_INIT;

  assert_says (future, future, "TsFuture 0x* \"answer\": pending");
  ts_future_wait_async (future, NULL, NULL, NULL);
  assert_says (future, future, "TsFuture 0x* \"answer\": pending, 1 task waits");

  g_value_init (&value, G_TYPE_INT);
  ts_future_resolve (future, &value);
  ts_future_resolve (empty, NULL);
  ts_future_reject (failed, reason);
  assert_says (future, future, "TsFuture 0x* \"answer\": resolved with a value of type gint");
  assert_says (future, empty, "TsFuture 0x*: resolved");
  assert_says (future, failed, "TsFuture 0x*: rejected with g-io-error-quark 26: not now");
  ts_test_iterate (NULL);
}

static void
run_nothing (gpointer data)
{
}

static void
runner_tells_its_jobs (void)
{
  g_autoptr (TsRunner) runner = ts_runner_new ("worker");

  assert_says (runner, runner, "TsRunner 0x* \"worker\": not started, 0 jobs in the queue");
  ts_runner_invoke (runner, run_nothing, NULL, NULL);
  assert_says (runner, runner, "TsRunner 0x* \"worker\": running, * in the queue");
  ts_runner_close (runner);
  assert_says (runner, runner, "TsRunner 0x* \"worker\": closed, 0 jobs in the queue");
}

static void
tell_and_answer (TsCall *call, gpointer data)
{
  assert_says (call, call, "TsCall 0x*: answers TsFuture 0x* \"worker\": pending*");
  ts_call_complete (call, NULL);
  assert_says (call, call, "TsCall 0x*: answers TsFuture 0x* \"worker\": resolved*");
}

static void
call_tells_its_answer (void)
{
  g_autoptr (TsRunner) runner = ts_runner_new ("worker");
  g_autoptr (TsCall) nobody_asks = g_object_new (TS_TYPE_CALL, NULL);
  GValue answer = G_VALUE_INIT;

  assert_says (call, nobody_asks, "TsCall 0x*: answers nobody");
  g_assert_true (ts_runner_call (runner, tell_and_answer, NULL, NULL, NULL, &answer, NULL));
  ts_runner_close (runner);
}

static void
item_tells_its_value (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (TsItem) number = NULL;
  g_autoptr (TsItem) text = NULL;
  g_autoptr (TsItem) empty = g_object_new (TS_TYPE_ITEM, NULL);

  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, -7);
  number = ts_item_new (&value);
  g_value_unset (&value);
  g_value_init (&value, G_TYPE_STRING);
  g_value_set_static_string (&value, "two\nlines");
  text = ts_item_new (&value);

  assert_says (item, number, "TsItem 0x*: gint -7");
  assert_says (item, text, "TsItem 0x*: gchararray \"two\\nlines\"");
  assert_says (item, empty, "TsItem 0x*: empty");
}

static void
list_model_tells_its_rows (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new_full (-1, G_TYPE_INT, TS_OVERFLOW_WAIT, "found");
  g_autoptr (TsChannel) other = ts_channel_new (0);
  g_autoptr (TsListModel) model = ts_list_model_new (channel);
  g_autoptr (TsListModel) waiting = ts_list_model_new (other);

  assert_says (list_model, waiting, "TsListModel 0x*: 0 rows of type GObject, from channel 0x*");
  ts_list_model_set_interval (model, 60 * 60 * 1000);
  ts_list_model_set_max_items (model, 3);
  ts_list_model_set_overflow (model, TS_OVERFLOW_DROP_OLDEST);
  ts_channel_send_int (channel, 0, NULL, NULL);
  ts_test_iterate (NULL);
  ts_channel_send_int (channel, 1, NULL, NULL);
  ts_channel_send_int (channel, 2, NULL, NULL);
  ts_test_iterate (NULL);
  assert_says (list_model, model, "TsListModel 0x*: 1 of at most 3 rows of type TsItem, 2 to be shown, "
                                  "drops the oldest, 0 so far, from channel 0x* \"found\"");

  ts_channel_send_int (channel, 3, NULL, NULL);
  ts_channel_close (channel);
  ts_test_iterate (NULL);
  assert_says (list_model, model, "TsListModel 0x*: 3 of at most 3 rows of type TsItem, drops the oldest, "
                                  "1 so far, from channel 0x* \"found\", finished");
}

static void
crowds_are_counted_up_to_a_limit (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();

  for (int i = 0; i < 1100; i++)
    ts_event_wait_async (event, NULL, NULL, NULL);
  assert_says (event, event, "TsEvent 0x*: not set, 1000 tasks and others wait");
  ts_event_set (event);
  ts_test_iterate (NULL);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/describe/channel-tells-what-is-inside", channel_tells_what_is_inside);
  ts_test_add ("/tschan/describe/channel-tells-who-waits", channel_tells_who_waits);
  ts_test_add ("/tschan/describe/event-tells-whether-it-is-set", event_tells_whether_it_is_set);
  ts_test_add ("/tschan/describe/semaphore-tells-its-permits", semaphore_tells_its_permits);
  ts_test_add ("/tschan/describe/condition-and-lock-tell-who-waits", condition_and_lock_tell_who_waits);
  ts_test_add ("/tschan/describe/barrier-tells-who-is-there", barrier_tells_who_is_there);
  ts_test_add ("/tschan/describe/future-tells-its-result", future_tells_its_result);
  ts_test_add ("/tschan/describe/runner-tells-its-jobs", runner_tells_its_jobs);
  ts_test_add ("/tschan/describe/call-tells-its-answer", call_tells_its_answer);
  ts_test_add ("/tschan/describe/item-tells-its-value", item_tells_its_value);
  ts_test_add ("/tschan/describe/list-model-tells-its-rows", list_model_tells_its_rows);
  ts_test_add ("/tschan/describe/crowds-are-counted-up-to-a-limit", crowds_are_counted_up_to_a_limit);

  return g_test_run ();
}
