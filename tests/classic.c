/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The programs that every library of channels is tried with. Others are in examples/. */

#include "ts-test-util.h"

static int
receive_int (TsChannel *channel)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_true (ts_channel_receive (channel, NULL, &value, &error));
  g_assert_no_error (error);
  return g_value_get_int (&value);
}

static void
send_int (TsChannel *channel, int number)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ts_channel_send_int (channel, number, NULL, &error));
  g_assert_no_error (error);
}

/* Daisy chain: a number goes through many, each of which adds one. */

typedef struct
{
  TsChannel *input;
  TsChannel *output;
} Link;

static gpointer
pass_on_in_thread (gpointer data)
{
  Link *link = data;

  send_int (link->output, receive_int (link->input) + 1);
  return NULL;
}

static void
daisy_chain_of_threads (void)
{
  const guint length = MIN (ts_test_rounds (100), 400); /* threads cost memory */
  g_autoptr (GPtrArray) channels = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree TsTestThread **threads = g_new (TsTestThread *, length);
  g_autofree Link *links = g_new (Link, length);

  for (guint i = 0; i <= length; i++)
    g_ptr_array_add (channels, ts_channel_new (0));
  for (guint i = 0; i < length; i++)
    {
      links[i] = (Link) { channels->pdata[i], channels->pdata[i + 1] };
      threads[i] = ts_test_thread_new (pass_on_in_thread, &links[i]);
    }
  send_int (channels->pdata[0], 0);
  g_assert_cmpint (receive_int (channels->pdata[length]), ==, (int) length);
  for (guint i = 0; i < length; i++)
    ts_test_thread_join (threads[i]);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_true (ts_channel_send_finish (TS_CHANNEL (source), result, NULL));
  ++*(guint *) data;
}

typedef struct
{
  TsChannel *output;
  guint     *sent;
} Task;

static void
pass_on_in_task (GObject *source, GAsyncResult *result, gpointer data)
{
  Task *task = data;
  g_auto (GValue) value = G_VALUE_INIT;

  g_assert_true (ts_channel_receive_finish (TS_CHANNEL (source), result, &value, NULL));
  g_value_set_int (&value, g_value_get_int (&value) + 1);
  ts_channel_send_async (task->output, &value, NULL, on_sent, task->sent);
}

/* Each is a callback in the same main loop, and the ends are here. */
static void
daisy_chain_of_tasks (void)
{
  const guint length = ts_test_rounds (1000);
  GMainContext *context = ts_test_context_push ();
  g_autoptr (GPtrArray) channels = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree Task *tasks = g_new (Task, length);
  g_auto (GValue) value = G_VALUE_INIT;
  guint sent = 0;

  for (guint i = 0; i <= length; i++)
    g_ptr_array_add (channels, ts_channel_new (0));
  for (guint i = 0; i < length; i++)
    {
      tasks[i] = (Task) { channels->pdata[i + 1], &sent };
      ts_channel_receive_async (channels->pdata[i], NULL, pass_on_in_task, &tasks[i]);
    }
  send_int (channels->pdata[0], 0); /* the first is waiting for it */
  while (!ts_channel_try_receive (channels->pdata[length], &value, NULL))
    g_main_context_iteration (context, TRUE);
  g_assert_cmpint (g_value_get_int (&value), ==, (int) length);
  while (sent < length)
    g_main_context_iteration (context, TRUE);
  ts_test_context_pop (context);
}

/* Ping-pong, where one of the two goes away */

static gpointer
return_balls (gpointer data)
{
  TsChannel **table = data;
  const int rounds = (int) ts_test_rounds (1000);

  for (int i = 0; i < rounds; i++)
    send_int (table[1], receive_int (table[0]) + 1);
  return NULL;
}

static void
ping_pong_with_time_outs (void)
{
  TsChannel *table[2] = { ts_channel_new (0), ts_channel_new (0) };
  TsTestThread *partner = ts_test_thread_new (return_balls, table);
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;
  const int rounds = (int) ts_test_rounds (1000);

  g_value_init (&value, G_TYPE_INT);
  for (int i = 0; i < rounds; i++)
    {
      const gint64 deadline = g_get_monotonic_time () + 100 * G_USEC_PER_SEC;

      g_value_set_int (&value, i);
      g_assert_true (ts_channel_send_until (table[0], &value, deadline, NULL, NULL));
      g_assert_true (ts_channel_receive_until (table[1], deadline, NULL, &value, NULL));
      g_assert_cmpint (g_value_get_int (&value), ==, i + 1);
    }
  ts_test_thread_join (partner);

  /* Nobody is there: what was not taken in time stays with the sender, and nothing comes. */
  g_assert_false (ts_channel_send_until (table[0], &value, g_get_monotonic_time () + 5000, NULL,
                                         &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_assert_false (ts_channel_receive_until (table[1], g_get_monotonic_time () + 5000, NULL, &value,
                                            &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_false (ts_channel_get_can_receive (table[0]));
  g_value_unset (&value);
  g_object_unref (table[0]);
  g_object_unref (table[1]);
}

/* Or-done: of many, the first that is done ends it for all. */

typedef struct
{
  TsEvent     *done;
  TsChannel   *never;
  _Atomic int  stopped;
} OrDone;

static gpointer
work_until_done (gpointer data)
{
  OrDone *self = data;
  g_autoptr (TsSelect) select = ts_select_new ();
  int on_done = ts_select_add_event (select, self->done);

  ts_select_add_receive (select, self->never);
  g_assert_cmpint (ts_select_wait (select, NULL, NULL), ==, on_done);
  atomic_fetch_add (&self->stopped, 1);
  return NULL;
}

static void
first_that_is_done_ends_all (void)
{
  enum { N = 8 };
  OrDone self = { ts_event_new (), ts_channel_new (0), 0 };
  TsTestThread *threads[N];
  TsFuture *futures[N];
  g_autoptr (TsSelect) any = ts_select_new ();
  GValue value = G_VALUE_INIT;

  for (int i = 0; i < N; i++)
    {
      threads[i] = ts_test_thread_new (work_until_done, &self);
      futures[i] = ts_future_new ();
      g_assert_cmpint (ts_select_add_future (any, futures[i]), ==, i);
    }
  g_assert_cmpint (ts_select_poll (any), ==, -1);
  ts_future_resolve (futures[5], NULL);
  g_assert_cmpint (ts_select_wait (any, NULL, NULL), ==, 5);
  g_assert_true (ts_select_get_value (any, 5, &value));
  g_value_unset (&value);
  g_assert_cmpint (atomic_load (&self.stopped), ==, 0);
  ts_event_set (self.done);
  for (int i = 0; i < N; i++)
    {
      ts_test_thread_join (threads[i]);
      g_object_unref (futures[i]);
    }
  g_assert_cmpint (atomic_load (&self.stopped), ==, N);
  g_object_unref (self.done);
  g_object_unref (self.never);
}

/* A semaphore made of a channel: what is inside are the permits that are out. */

typedef struct
{
  TsChannel   *permits;
  _Atomic int  inside;
  _Atomic int  most;
} Room;

static gpointer
enter_and_leave (gpointer data)
{
  Room *room = data;
  const guint rounds = ts_test_rounds (500);

  for (guint i = 0; i < rounds; i++)
    {
      int now, before;

      send_int (room->permits, 0);
      now = atomic_fetch_add (&room->inside, 1) + 1;
      before = atomic_load (&room->most);
      while (now > before && !atomic_compare_exchange_weak (&room->most, &before, now))
        continue;
      g_thread_yield ();
      atomic_fetch_sub (&room->inside, 1);
      receive_int (room->permits);
    }
  return NULL;
}

static void
channel_is_a_semaphore (void)
{
  Room room = { ts_channel_new (3), 0, 0 };
  TsTestThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = ts_test_thread_new (enter_and_leave, &room);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    ts_test_thread_join (threads[i]);
  g_assert_cmpint (atomic_load (&room.most), <=, 3);
  g_assert_cmpint (atomic_load (&room.most), >, 0);
  g_assert_cmpuint (ts_channel_get_length (room.permits), ==, 0);
  g_object_unref (room.permits);
}

/* A select of a thousand */

#define N_CASES 1000

static gpointer
choose_of_many (gpointer select)
{
  ts_test_thread_will_block ();
  return GINT_TO_POINTER (ts_select_wait (select, NULL, NULL));
}

static TsSelect *
select_from_many (GPtrArray *channels)
{
  TsSelect *select = ts_select_new ();

  for (int i = 0; i < N_CASES; i++)
    {
      g_ptr_array_add (channels, ts_channel_new (0));
      g_assert_cmpint (ts_select_add_receive (select, channels->pdata[i]), ==, i);
    }
  return select;
}

static void
thousand_cases_from_a_thread (void)
{
  g_autoptr (GPtrArray) channels = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (TsSelect) select = select_from_many (channels);

  g_assert_cmpint (ts_select_poll (select), ==, -1);
  for (int i = 0; i < N_CASES; i += 333)
    {
      TsTestThread *thread = ts_test_thread_new (choose_of_many, select);
      g_auto (GValue) value = G_VALUE_INIT;

      ts_test_thread_wait_blocked (thread);
      send_int (channels->pdata[i], -i); /* goes to the one who waits */
      g_assert_cmpint (GPOINTER_TO_INT (ts_test_thread_join (thread)), ==, i);
      g_assert_true (ts_select_get_value (select, i, &value));
      g_assert_cmpint (g_value_get_int (&value), ==, -i);
    }
  for (int i = 0; i < N_CASES; i++) /* nothing is left that would take an item */
    g_assert_false (ts_channel_get_can_send (channels->pdata[i]));
}

static void
thousand_cases_from_a_task (void)
{
  GMainContext *context = ts_test_context_push ();
  g_autoptr (GPtrArray) channels = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (TsSelect) select = select_from_many (channels);

  for (int i = 999; i >= 0; i -= 333)
    {
      TsTestAsync async = { 0 };

      ts_test_async_begin (&async, select);
      ts_select_wait_async (select, NULL, ts_test_async_callback, &async);
      ts_test_async_end (&async);
      send_int (channels->pdata[i], i);
      ts_test_async_wait (&async);
      g_assert_cmpint (ts_select_wait_finish (select, async.result, NULL), ==, i);
      ts_test_async_clear (&async);
    }
  ts_test_context_pop (context);
}

/* Two selects that face each other, each ready to send on one channel and to receive on the other */

typedef struct
{
  TsChannel *mine;
  TsChannel *theirs;
  int        balance; /* sent less received */
} Side;

static TsSelect *
face (Side *self, int *sending)
{
  TsSelect *select = ts_select_new ();
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, 1);
  ts_select_add_receive (select, self->theirs);
  *sending = ts_select_add_send (select, self->mine, &value, NULL);
  return select;
}

static gpointer
meet_many_times (gpointer data)
{
  Side *self = data;
  const guint rounds = ts_test_rounds (2000);

  for (guint i = 0; i < rounds; i++)
    {
      int sending;
      g_autoptr (TsSelect) select = face (self, &sending);

      self->balance += ts_select_wait (select, NULL, NULL) == sending ? 1 : -1;
    }
  return NULL;
}

/* In a main loop, by wait_async(). */
static gpointer
meet_in_a_loop (gpointer data)
{
  Side *self = data;
  const guint rounds = ts_test_rounds (2000);

  for (guint i = 0; i < rounds; i++)
    {
      int sending;
      g_autoptr (TsSelect) select = face (self, &sending);
      TsTestAsync async = { 0 };

      ts_test_async_begin (&async, select);
      ts_select_wait_async (select, NULL, ts_test_async_callback, &async);
      ts_test_async_end (&async);
      ts_test_async_wait (&async);
      self->balance +=
        ts_select_wait_finish (select, async.result, NULL) == sending ? 1 : -1;
      ts_test_async_clear (&async);
    }
  return NULL;
}

static gpointer
meet_in_own_context (gpointer data)
{
  GMainContext *context = ts_test_context_push ();

  meet_in_a_loop (data);
  ts_test_context_pop (context);
  return NULL;
}

/* Each meeting is a send of one and a receive of the other: so the two agree in the end. */
static void
meet (GThreadFunc left, GThreadFunc right)
{
  g_autoptr (TsChannel) one = ts_channel_new (0);
  g_autoptr (TsChannel) other = ts_channel_new (0);
  Side sides[2] = { { one, other, 0 }, { other, one, 0 } };
  TsTestThread *threads[2] = {
    ts_test_thread_new (left, &sides[0]),
    ts_test_thread_new (right, &sides[1]),
  };

  ts_test_thread_join (threads[0]);
  ts_test_thread_join (threads[1]);
  g_assert_cmpint (sides[0].balance + sides[1].balance, ==, 0);
}

static void
selects_of_threads_face_each_other (void)
{
  meet (meet_many_times, meet_many_times);
}

static void
selects_of_loops_face_each_other (void)
{
  meet (meet_in_own_context, meet_in_own_context);
}

static void
selects_of_thread_and_loop_face_each_other (void)
{
  meet (meet_many_times, meet_in_own_context);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/classic/daisy-chain-of-threads", daisy_chain_of_threads);
  ts_test_add ("/tschan/classic/daisy-chain-of-tasks", daisy_chain_of_tasks);
  ts_test_add ("/tschan/classic/ping-pong-with-time-outs", ping_pong_with_time_outs);
  ts_test_add ("/tschan/classic/first-that-is-done-ends-all", first_that_is_done_ends_all);
  ts_test_add ("/tschan/classic/channel-is-a-semaphore", channel_is_a_semaphore);
  ts_test_add ("/tschan/classic/thousand-cases-from-a-thread", thousand_cases_from_a_thread);
  ts_test_add ("/tschan/classic/thousand-cases-from-a-task", thousand_cases_from_a_task);
  ts_test_add ("/tschan/classic/selects-of-threads-face-each-other",
               selects_of_threads_face_each_other);
  ts_test_add ("/tschan/classic/selects-of-loops-face-each-other",
               selects_of_loops_face_each_other);
  ts_test_add ("/tschan/classic/selects-of-thread-and-loop-face-each-other",
               selects_of_thread_and_loop_face_each_other);

  return g_test_run ();
}
