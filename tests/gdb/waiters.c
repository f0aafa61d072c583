/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A program for gdb to look at, with somebody waiting in each way. */

#include "ts-test-util.h"

void look_here (TsChannel *jobs, TsChannel *results, TsEvent *event, TsLock *lock, TsFuture *future);
void look_there (TsListModel *model, TsItem *number, TsItem *text, TsCall *call);

/* Where gdb stops. */
void __attribute__ ((noinline))
look_here (TsChannel *jobs, TsChannel *results, TsEvent *event, TsLock *lock, TsFuture *future)
{
  __asm__ volatile ("" : : "r" (jobs), "r" (results), "r" (event), "r" (lock), "r" (future) : "memory");
}

/* And again. */
void __attribute__ ((noinline))
look_there (TsListModel *model, TsItem *number, TsItem *text, TsCall *call)
{
  __asm__ volatile ("" : : "r" (model), "r" (number), "r" (text), "r" (call) : "memory");
}

static gpointer
receive_job (gpointer jobs)
{
  GValue value = G_VALUE_INIT;

  ts_test_thread_will_block ();
  ts_channel_receive (jobs, NULL, &value, NULL);
  return NULL;
}

static gpointer
wait_for_event (gpointer event)
{
  ts_test_thread_will_block ();
  ts_event_wait (event, NULL, NULL);
  return NULL;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
}

static gboolean
on_job (TsChannel *channel, const GValue *value, gpointer data)
{
  return G_SOURCE_REMOVE;
}

typedef struct
{
  TsListModel *model;
  TsItem      *number;
  TsItem      *text;
} Rows;

static void
look_at_rows (TsCall *call, gpointer data)
{
  const Rows *rows = data;

  look_there (rows->model, rows->number, rows->text, call);
  ts_call_complete (call, NULL);
}

/* Two rows are shown, and one is not. */
static void
list_rows (void)
{
  g_autoptr (TsChannel) found = ts_channel_new_full (-1, G_TYPE_INVALID, TS_OVERFLOW_WAIT, "found");
  g_autoptr (TsListModel) model = ts_list_model_new (found);
  g_autoptr (TsItem) number = NULL;
  g_autoptr (TsItem) text = NULL;
  g_autoptr (TsRunner) runner = ts_runner_new ("worker");
  GValue answer = G_VALUE_INIT;

  ts_list_model_set_interval (model, 60 * 60 * 1000);
  ts_list_model_set_max_items (model, 8);
  ts_list_model_set_overflow (model, TS_OVERFLOW_DROP_OLDEST);
  ts_channel_send_int (found, -7, NULL, NULL);
  ts_channel_send_string (found, g_strdup ("a text"), NULL, NULL);
  ts_test_iterate (NULL);
  number = g_list_model_get_item (G_LIST_MODEL (model), 0);
  text = g_list_model_get_item (G_LIST_MODEL (model), 1);
  ts_channel_send_int (found, 3, NULL, NULL);
  ts_test_iterate (NULL);
  ts_runner_call (runner, look_at_rows, &(Rows) { model, number, text }, NULL, NULL, &answer, NULL);
  ts_runner_close (runner);
}

int
main (void)
{
  g_autoptr (TsChannel) jobs = ts_channel_new_full (0, G_TYPE_INVALID, TS_OVERFLOW_WAIT, "jobs");
  g_autoptr (TsChannel) results = ts_channel_new (4);
  g_autoptr (TsEvent) event = ts_event_new_full (TRUE, "news");
  g_autoptr (TsLock) lock = ts_lock_new ();
  g_autoptr (TsFuture) future = ts_future_new ();
  g_autoptr (TsSelect) select = ts_select_new ();
  TsTestThread *threads[2];

  threads[0] = ts_test_thread_new (receive_job, jobs);
  ts_test_thread_wait_blocked (threads[0]);
  threads[1] = ts_test_thread_new (wait_for_event, event);
  ts_test_thread_wait_blocked (threads[1]);
  ts_channel_send_int (results, 1, NULL, NULL);
  ts_channel_send_int (results, 2, NULL, NULL);
  ts_channel_add_watch (jobs, on_job, NULL);
  ts_future_wait_async (future, NULL, on_answer, NULL);
  ts_select_add_receive (select, jobs);
  ts_select_wait_async (select, NULL, on_answer, NULL);
  ts_lock_acquire (lock, NULL, NULL);
  ts_test_iterate (NULL);
  look_here (jobs, results, event, lock, future);

  ts_channel_close (jobs);
  ts_event_set (event);
  ts_future_resolve (future, NULL);
  ts_test_iterate (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    ts_test_thread_join (threads[i]);
  list_rows ();
  return 0;
}
