/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <malloc.h>

#include "ts-test-threads.h"

typedef struct
{
  gpointer object;
  gpointer other; /* owned, if any */
  guint    number;
  guint    delay;
  guint    successes;
} Work;

static _Atomic guint n_alive;

/* Of the main thread alone. */
static GPtrArray *threads;

static Work *
work_new (gpointer object, guint number)
{
  Work *work = g_new0 (Work, 1);

  work->object = g_object_ref (object);
  work->number = number;
  return work;
}

static guint
work_free (Work *work)
{
  guint successes = work->successes;

  g_object_unref (work->object);
  g_clear_object (&work->other);
  g_free (work);
  return successes;
}

static void
start (const char *name, GThreadFunc func, Work *work)
{
  if (threads == NULL)
    threads = g_ptr_array_new ();
  g_ptr_array_add (threads, g_thread_new (name, func, work));
}

static gpointer
set_later (gpointer data)
{
  Work *work = data;

  g_usleep (work->number);
  ts_event_set (work->object);
  return work;
}

/**
 * ts_test_set_later:
 * @event: an event
 * @delay: in microseconds
 *
 * Sets @event in another thread.
 */
void
ts_test_set_later (TsEvent *event, guint delay)
{
  start ("set", set_later, work_new (event, delay));
}

static gpointer
cancel_later (gpointer data)
{
  Work *work = data;

  g_usleep (work->number);
  g_cancellable_cancel (work->object);
  return work;
}

/**
 * ts_test_cancel_later:
 * @cancellable: a cancellable
 * @delay: in microseconds
 *
 * Cancels @cancellable in another thread.
 */
void
ts_test_cancel_later (GCancellable *cancellable, guint delay)
{
  start ("cancel", cancel_later, work_new (cancellable, delay));
}

static gpointer
wait_often (gpointer data)
{
  Work *work = data;

  for (guint i = 0; i < work->number; i++)
    work->successes += ts_event_wait (work->object, NULL, NULL);
  return work;
}

/**
 * ts_test_start_waits:
 * @event: an event
 * @n_threads: how many threads
 * @n_waits: how often each waits
 *
 * Starts threads that wait for @event.
 */
void
ts_test_start_waits (TsEvent *event, guint n_threads, guint n_waits)
{
  for (guint i = 0; i < n_threads; i++)
    start ("wait", wait_often, work_new (event, n_waits));
}

/* How many threads that send have not come to their end. */
static _Atomic guint n_sending;

static gpointer
send_numbers (gpointer data)
{
  Work *work = data;

  if (work->delay > 0)
    g_usleep (work->delay);
  for (guint i = 0; i < work->number; i++)
    work->successes += ts_channel_send_int (work->object, (int) i, NULL, NULL);
  n_sending--;
  return work;
}

/**
 * ts_test_start_sends:
 * @channel: a channel
 * @n_threads: how many threads
 * @n_items: how many numbers each sends, from 0 on
 * @delay: when to begin, in microseconds
 *
 * Starts threads that send.
 */
void
ts_test_start_sends (TsChannel *channel, guint n_threads, guint n_items, guint delay)
{
  for (guint i = 0; i < n_threads; i++)
    {
      Work *work = work_new (channel, n_items);

      work->delay = delay;
      n_sending++;
      start ("send", send_numbers, work);
    }
}

static gpointer
flood (gpointer data)
{
  Work *work = data;

  while (ts_channel_send_int (work->object, 0, NULL, NULL))
    ;
  return work;
}

/**
 * ts_test_start_flood:
 * @channel: a channel
 * @n_threads: how many threads
 *
 * Starts threads that send until @channel is closed.
 */
void
ts_test_start_flood (TsChannel *channel, guint n_threads)
{
  for (guint i = 0; i < n_threads; i++)
    start ("flood", flood, work_new (channel, 0));
}

/* Moved into the channel, which frees what it does not take. */
#define SEND(channel, type, set, content) \
  G_STMT_START \
  { \
    GValue value = G_VALUE_INIT; \
    g_value_init (&value, type); \
    set (&value, content); \
    if (!ts_channel_send_take (channel, &value, NULL, NULL)) \
      g_value_unset (&value); \
  } \
  G_STMT_END

static void
send_scalars (TsChannel *channel)
{
  SEND (channel, G_TYPE_INT, g_value_set_int, -7);
  SEND (channel, G_TYPE_INT64, g_value_set_int64, G_GINT64_CONSTANT (1) << 40);
  SEND (channel, G_TYPE_DOUBLE, g_value_set_double, 0.5);
  SEND (channel, G_TYPE_BOOLEAN, g_value_set_boolean, TRUE);
  SEND (channel, TS_TYPE_OVERFLOW, g_value_set_enum, TS_OVERFLOW_DROP_NEWEST);
  SEND (channel, G_TYPE_STRING, g_value_take_string, g_strnfill (1000, 's'));
}

static void
send_things (TsChannel *channel)
{
  GObject *object = G_OBJECT (g_cancellable_new ());
  const char *words[] = { "some", "words", NULL };

  ts_test_track (object);
  SEND (channel, G_TYPE_CANCELLABLE, g_value_take_object, object);
  SEND (channel, G_TYPE_VARIANT, g_value_take_variant,
        g_variant_ref_sink (g_variant_new ("(is)", 5, "text")));
  SEND (channel, G_TYPE_BYTES, g_value_take_boxed, g_bytes_new ("bytes", 5));
  SEND (channel, G_TYPE_DATE_TIME, g_value_take_boxed, g_date_time_new_from_unix_utc (5));
  SEND (channel, G_TYPE_STRV, g_value_set_boxed, words);
  SEND (channel, G_TYPE_PARAM, g_value_take_param,
        g_param_spec_ref_sink (g_param_spec_int ("number", NULL, NULL, 0, 9, 5, G_PARAM_READABLE)));
}

static gpointer
send_kinds (gpointer data)
{
  Work *work = data;

  for (guint i = 0; i < work->number; i++)
    {
      send_scalars (work->object);
      send_things (work->object);
    }
  return work;
}

/**
 * ts_test_start_kinds:
 * @channel: a channel
 * @n_rounds: how often
 *
 * Starts a thread that sends one value of each of many types, again and again.
 */
void
ts_test_start_kinds (TsChannel *channel, guint n_rounds)
{
  start ("kinds", send_kinds, work_new (channel, n_rounds));
}

static gpointer
receive_all (gpointer data)
{
  Work *work = data;
  GValue *value;

  while ((value = ts_channel_next (work->object)) != NULL)
    {
      work->successes++;
      g_boxed_free (G_TYPE_VALUE, value);
    }
  return work;
}

/**
 * ts_test_start_receives:
 * @channel: a channel
 * @n_threads: how many threads
 *
 * Starts threads that receive, and drop what they get, until @channel is closed.
 */
void
ts_test_start_receives (TsChannel *channel, guint n_threads)
{
  for (guint i = 0; i < n_threads; i++)
    start ("receive", receive_all, work_new (channel, 0));
}

static gpointer
forward (gpointer data)
{
  Work *work = data;
  GValue value = G_VALUE_INIT;

  while (ts_channel_receive (work->object, NULL, &value, NULL))
    ts_channel_send_take (work->other, &value, NULL, NULL);
  ts_channel_close (work->other);
  return work;
}

/**
 * ts_test_start_forward:
 * @from: a channel
 * @to: another one
 *
 * Starts a thread that hands on each item until @from is closed, and then closes @to.
 */
void
ts_test_start_forward (TsChannel *from, TsChannel *to)
{
  Work *work = work_new (from, 0);

  work->other = g_object_ref (to);
  start ("forward", forward, work);
}

static gpointer
close_after (gpointer data)
{
  Work *work = data;

  while (n_sending > 0)
    g_usleep (100);
  ts_channel_close (work->object);
  return work;
}

/**
 * ts_test_close_when_joined:
 * @channel: a channel
 *
 * Closes @channel when all threads that send have come to their end.
 */
void
ts_test_close_when_joined (TsChannel *channel)
{
  start ("close", close_after, work_new (channel, 0));
}

/**
 * ts_test_receive_type_name:
 * @channel: a channel with an item in it
 *
 * Receives an item.
 *
 * Returns: its type
 */
const char *
ts_test_receive_type_name (TsChannel *channel)
{
  GValue value = G_VALUE_INIT;
  const char *name;

  if (!ts_channel_try_receive (channel, &value, NULL))
    return "nothing";
  name = G_VALUE_TYPE_NAME (&value);
  g_value_unset (&value);
  return name;
}

typedef struct
{
  TsTestDoneFunc func;
  gpointer       user_data;
  GDestroyNotify notify;
} Done;

static gboolean
check_sent (gpointer data)
{
  Done *done = data;

  if (n_sending > 0)
    return G_SOURCE_CONTINUE;
  done->func (done->user_data);
  return G_SOURCE_REMOVE;
}

static void
done_free (gpointer data)
{
  Done *done = data;

  if (done->notify != NULL)
    done->notify (done->user_data);
  g_free (done);
}

/**
 * ts_test_when_sent:
 * @func: (scope notified): called when all threads that send have come to their end
 * @user_data: for @func
 * @notify: called when @func is not needed any more
 *
 * Waits in the main loop.
 */
void
ts_test_when_sent (TsTestDoneFunc func, gpointer user_data, GDestroyNotify notify)
{
  Done *done = g_new (Done, 1);

  *done = (Done) { func, user_data, notify };
  g_timeout_add_full (G_PRIORITY_DEFAULT, 1, check_sent, done, done_free);
}

/**
 * ts_test_join:
 *
 * Waits until all threads have ended.
 *
 * Returns: how many of their calls have succeeded
 */
guint
ts_test_join (void)
{
  guint successes = 0;

  for (guint i = 0; threads != NULL && i < threads->len; i++)
    successes += work_free (g_thread_join (g_ptr_array_index (threads, i)));
  g_clear_pointer (&threads, g_ptr_array_unref);
  return successes;
}

static void
on_gone (gpointer data, GObject *where)
{
  n_alive--;
}

/**
 * ts_test_track:
 * @object: an object
 *
 * Counts @object as long as it lives.
 */
void
ts_test_track (GObject *object)
{
  n_alive++;
  g_object_weak_ref (object, on_gone, NULL);
}

/**
 * ts_test_count_alive:
 *
 * Counts the tracked objects that are alive.
 *
 * Returns: how many
 */
guint
ts_test_count_alive (void)
{
  return n_alive;
}

/**
 * ts_test_memory_in_use:
 *
 * Counts what malloc() has given out.
 *
 * Returns: bytes; 0 if nobody counts them here
 */
guint64
ts_test_memory_in_use (void)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
  return mallinfo2 ().uordblks;
#else
  return 0;
#endif
}
