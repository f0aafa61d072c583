/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Conditions under the deterministic scheduler: consumers of all kinds wait until there is something
 * on a shelf, producers put something there and notify.
 *
 * Whoever's wait has ended, however it ended, has the lock, and nobody else has. When nobody can run
 * the lock is free, and nobody waits while there is something on the shelf: no notification is lost,
 * also not one that came to a consumer who took no notice.
 */

#include "ts-dst.h"

#include <tschan/tschan.h>

#define MAX_CONSUMERS 3
#define MAX_PRODUCERS 2

typedef enum
{
  THREAD,
  TASK,
  PORT,
  N_KINDS,
} Kind;

typedef struct
{
  Kind          kind;
  guint         wanted;
  gint64        timeout;
  GCancellable *cancellable;
  gboolean      drops;
  guint         patience;
  GMainContext *context;

  gboolean      waiting;
  guint         taken;
  gboolean      over;
} Consumer;

typedef struct
{
  guint    n_items;
  gboolean notifies_all;
} Producer;

static const char *const kind_names[] = { "thread", "task", "port" };

static TsLock *lock;
static TsCondition *condition;
static guint inside;
static guint shelf, put, taken;
static Consumer consumers[MAX_CONSUMERS];
static guint n_consumers;
static Producer producers[MAX_PRODUCERS];
static guint n_producers;
static GCancellable *cancellable;
static guint running;
static gboolean closing; /* consumers give up when the shelf is empty */
static _Thread_local Consumer *myself;

/* Having the lock */

static void
come_in (void)
{
  ts_dst_check (++inside == 1);
  ts_dst_check (ts_lock_is_held (lock));
}

static void
go_out (void)
{
  ts_dst_check (inside-- == 1);
}

static void
acquire (void)
{
  ts_dst_check (ts_lock_acquire (lock, NULL, NULL));
  come_in ();
}

static void
release (void)
{
  go_out ();
  ts_dst_check (ts_lock_release (lock, NULL));
}

/* Takes what is there. TRUE: this consumer wants to wait, and has the lock; FALSE: it has neither. */
static gboolean
look_at_shelf (Consumer *consumer)
{
  ts_dst_point ("looks at the shelf");
  while (shelf > 0 && consumer->taken < consumer->wanted)
    {
      shelf--;
      taken++;
      consumer->taken++;
    }
  if (!consumer->over && !closing && consumer->taken < consumer->wanted)
    return TRUE;
  release ();
  return FALSE;
}

static void
check_result (Consumer *consumer, gboolean success, GError *error, gint64 deadline)
{
  ts_dst_check (success == (error == NULL));
  if (success)
    return;
  consumer->over = TRUE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    ts_dst_check (deadline >= 0 && deadline <= ts_dst_now ());
  else
    ts_dst_check (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
                  consumer->cancellable != NULL &&
                  g_cancellable_is_cancelled (consumer->cancellable));
  g_error_free (error);
}

/* Consumers */

static void
consume_as_thread (Consumer *consumer)
{
  acquire ();
  while (look_at_shelf (consumer))
    {
      gint64 deadline = consumer->timeout < 0 ? -1 : ts_dst_now () + consumer->timeout;
      GError *error = NULL;
      gboolean success;

      go_out ();
      consumer->waiting = TRUE;
      success = ts_condition_wait_until (condition, deadline, consumer->cancellable, &error);
      consumer->waiting = FALSE;
      come_in ();
      check_result (consumer, success, error, deadline);
    }
}

static void wait_as_task (Consumer *consumer);

static void
on_notified (GObject *object, GAsyncResult *result, gpointer data)
{
  Consumer *consumer = data;
  GError *error = NULL;
  gboolean success;

  ts_dst_check (myself == consumer);
  ts_dst_assert_unlocked ();
  consumer->waiting = FALSE;
  if (consumer->drops)
    return;
  success = ts_condition_wait_finish (condition, result, &error);
  come_in ();
  check_result (consumer, success, error, -1);
  wait_as_task (consumer);
}

static void
wait_as_task (Consumer *consumer)
{
  if (!look_at_shelf (consumer))
    return;
  go_out ();
  consumer->waiting = TRUE;
  ts_condition_wait_async (condition, consumer->cancellable, on_notified, consumer);
}

static void
consume_as_task (Consumer *consumer)
{
  g_main_context_push_thread_default (consumer->context);
  acquire ();
  wait_as_task (consumer);
  for (guint i = 0; consumer->waiting && (consumer->patience == 0 || i < consumer->patience); i++)
    g_main_context_iteration (consumer->context, consumer->patience == 0);
  g_main_context_pop_thread_default (consumer->context);
  g_clear_pointer (&consumer->context, g_main_context_unref);
  consumer->waiting = FALSE;
}

/* FALSE: there is nothing more to wait for. */
static gboolean
collect (Consumer *consumer, TsPort *port, gint64 *token)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success;

  if (ts_port_next_ready (port) != *token)
    return TRUE;
  consumer->waiting = FALSE;
  if (consumer->drops)
    {
      ts_dst_check (ts_port_cancel (port, *token));
      return FALSE;
    }
  success = ts_port_finish (port, *token, &value, &error);
  g_value_unset (&value);
  come_in ();
  check_result (consumer, success, error, -1);
  if (!look_at_shelf (consumer))
    return FALSE;
  go_out ();
  consumer->waiting = TRUE;
  *token = ts_port_wait_condition (port, condition);
  return TRUE;
}

static void
consume_by_port (Consumer *consumer)
{
  TsPort *port = ts_port_new ();
  GPollFD pollfd = { .fd = ts_port_get_fd (port), .events = G_IO_IN };
  gint64 token;

  acquire ();
  if (look_at_shelf (consumer))
    {
      go_out ();
      consumer->waiting = TRUE;
      token = ts_port_wait_condition (port, condition);
      for (guint i = 0; consumer->patience == 0 || i < consumer->patience; i++)
        {
          ts_dst_poll (&pollfd, 1, consumer->patience == 0 ? -1 : 0);
          if (!collect (consumer, port, &token))
            break;
        }
    }
  g_object_unref (port);
  consumer->waiting = FALSE;
}

static void
run_consumer (gpointer data)
{
  myself = data;
  if (myself->kind == THREAD)
    consume_as_thread (myself);
  else if (myself->kind == TASK)
    consume_as_task (myself);
  else
    consume_by_port (myself);
  running--;
}

/* Those who make it happen */

static void
run_producer (gpointer data)
{
  Producer *producer = data;

  for (guint i = 0; i < producer->n_items; i++)
    {
      acquire ();
      shelf++;
      put++;
      if (producer->notifies_all)
        ts_dst_check (ts_condition_notify_all (condition, NULL));
      else
        ts_dst_check (ts_condition_notify_one (condition, NULL));
      ts_dst_check (inside == 1);
      release ();
    }
  running--;
}

static void
run_canceller (gpointer data)
{
  ts_dst_cancel (cancellable);
  running--;
}

static gboolean
is_anybody_waiting (void)
{
  for (guint i = 0; i < n_consumers; i++)
    if (consumers[i].waiting)
      return TRUE;
  return FALSE;
}

static void
run_referee (gpointer data)
{
  for (guint round = 0;; round++)
    {
      ts_dst_wait_quiescent ();
      ts_dst_freeze ();
      ts_dst_check (inside == 0 && !ts_lock_is_held (lock));
      ts_dst_check (shelf == 0 || !is_anybody_waiting ());
      for (guint i = 0; i < n_consumers; i++)
        ts_dst_check (!consumers[i].waiting || consumers[i].cancellable == NULL ||
                      !g_cancellable_is_cancelled (consumers[i].cancellable));
      ts_dst_thaw ();
      if (running == 0)
        break;
      acquire ();
      if (round < 3 && ts_dst_random (3) != 0)
        {
          shelf++;
          put++;
          ts_dst_check (ts_condition_notify_one (condition, NULL));
        }
      else
        {
          closing = TRUE;
          ts_dst_check (ts_condition_notify_all (condition, NULL));
        }
      release ();
    }
  ts_dst_check (put == taken + shelf);
}

/* A schedule */

static void
choose_consumer (Consumer *consumer)
{
  *consumer = (Consumer) { .kind = (Kind) ts_dst_random (N_KINDS), .timeout = -1 };
  consumer->wanted = 1 + ts_dst_random (2);
  if (consumer->kind == THREAD && ts_dst_random (3) == 0)
    consumer->timeout = ts_dst_random (3) * 40;
  if (consumer->kind != PORT && ts_dst_random (3) == 0)
    consumer->cancellable = cancellable;
  if (consumer->kind == TASK)
    consumer->context = ts_dst_context_new ();
  if (consumer->kind != THREAD)
    {
      consumer->drops = ts_dst_random (4) == 0;
      consumer->patience = ts_dst_random (4) == 0 ? 1 + ts_dst_random (6) : 0;
    }
  ts_dst_describe ("[%s ×%u%s%s%s%s] ", kind_names[consumer->kind], consumer->wanted,
                   consumer->timeout >= 0 ? ", deadline" : "",
                   consumer->cancellable != NULL ? ", cancellable" : "",
                   consumer->drops ? ", drops" : "", consumer->patience > 0 ? ", gives up" : "");
}

static void
spawn (const char *name, TsDstFunc func, gpointer data)
{
  ts_dst_spawn (name, func, data);
  running++;
}

static void
check_not_held (void)
{
  GError *error = NULL;

  ts_dst_check (!ts_condition_wait (condition, NULL, &error));
  ts_dst_check (g_error_matches (error, TS_ERROR, TS_ERROR_NOT_HELD));
  g_clear_error (&error);
  ts_dst_check (!ts_condition_notify_one (condition, &error));
  ts_dst_check (g_error_matches (error, TS_ERROR, TS_ERROR_NOT_HELD));
  g_clear_error (&error);
}

static void
a_shelf (void)
{
  static const char *const consumer_names[] = { "consumer 1", "consumer 2", "consumer 3" };
  static const char *const producer_names[] = { "producer 1", "producer 2" };

  lock = ts_lock_new ();
  condition = ts_condition_new (lock);
  cancellable = g_cancellable_new ();
  running = inside = shelf = put = taken = 0;
  closing = FALSE;
  n_consumers = 1 + ts_dst_random (MAX_CONSUMERS);
  n_producers = ts_dst_random (MAX_PRODUCERS + 1);
  for (guint i = 0; i < n_consumers; i++)
    choose_consumer (&consumers[i]);
  for (guint i = 0; i < n_consumers; i++)
    spawn (consumer_names[i], run_consumer, &consumers[i]);
  for (guint i = 0; i < n_producers; i++)
    {
      producers[i] = (Producer) { 1 + ts_dst_random (2), ts_dst_random (3) == 0 };
      spawn (producer_names[i], run_producer, &producers[i]);
    }
  if (ts_dst_random (2) == 0)
    spawn ("canceller", run_canceller, NULL);
  ts_dst_spawn ("referee", run_referee, NULL);
  ts_dst_run ();

  check_not_held ();
  ts_dst_check_last_reference (cancellable);
  ts_dst_check_last_reference (condition);
  g_clear_object (&cancellable);
  g_clear_object (&condition);
  ts_dst_check_last_reference (lock);
  g_clear_object (&lock);
}

int
main (int argc, char *argv[])
{
  static const TsDstScenario scenarios[] = {
    { "/tschan/dst/condition/a-shelf", a_shelf, 20000 },
  };

  return ts_dst_main (argc, argv, scenarios, G_N_ELEMENTS (scenarios));
}
