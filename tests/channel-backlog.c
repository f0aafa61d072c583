/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A TsChannel with many items inside. Without a limit its first items lie apart from the others, where
 * they can be received without the channel's lock: nothing of that may show. */

#include "ts-test-util.h"

#define MANY 1000 /* more than fit into some blocks */

/* The other items that are sent are "from" to "to" - 1. */
static void
send_numbers (TsChannel *channel, int from, int to)
{
  for (int i = from; i < to; i++)
    g_assert_true (ts_channel_send_int (channel, i, NULL, NULL));
}

/* By turns in one of two ways. */
static void
assert_next (TsChannel *channel, int wanted)
{
  GValue value = G_VALUE_INIT;

  if (wanted % 2 == 0)
    g_assert_true (ts_channel_try_receive (channel, &value, NULL));
  else
    g_assert_true (ts_channel_receive (channel, NULL, &value, NULL));
  g_assert_cmpint (g_value_get_int (&value), ==, wanted);
}

/* Received are "from" to "to" - 1. */
static void
assert_numbers (TsChannel *channel, int from, int to)
{
  for (int i = from; i < to; i++)
    assert_next (channel, i);
}

/* So much was received that the channel has set its first items apart, and some of them are left. */
static TsChannel *
channel_with_backlog (int *next)
{
  TsChannel *channel = ts_channel_new (TS_CHANNEL_UNLIMITED);

  *next = MANY / 4;
  send_numbers (channel, 0, MANY);
  assert_numbers (channel, 0, *next);
  return channel;
}

static void
items_come_out_in_order (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (TS_CHANNEL_UNLIMITED);
  g_autoptr (GRand) rand = ts_test_rand_new ();
  int sent = 0, received = 0;

  for (int round = 0; round < 200; round++)
    {
      int more = g_rand_int_range (rand, 0, MANY / 4);
      int less = g_rand_int_range (rand, 0, sent + more - received + 1);

      send_numbers (channel, sent, sent + more);
      sent += more;
      assert_numbers (channel, received, received + less);
      received += less;
      g_assert_cmpuint (ts_channel_get_length (channel), ==, (guint) (sent - received));
      g_assert_cmpint (ts_channel_get_can_receive (channel), ==, sent > received);
    }
}

static void
keep_result (GObject *channel, GAsyncResult *result, gpointer kept)
{
  *(GAsyncResult **) kept = g_object_ref (result);
}

/* Reserves the next item, and does not take it. */
static GAsyncResult *
reserve (TsChannel *channel, GMainContext *context)
{
  GAsyncResult *result = NULL;

  ts_channel_receive_async (channel, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (context, TRUE);
  return result;
}

static void
given_back_items_are_the_next (void)
{
  GMainContext *context = ts_test_context_push ();
  int next;
  g_autoptr (TsChannel) channel = channel_with_backlog (&next);
  GAsyncResult *results[3];

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    results[i] = reserve (channel, context);
  assert_next (channel, next + 3);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    g_object_unref (results[i]);
  g_assert_cmpuint (ts_channel_get_length (channel), ==, (guint) (MANY - next - 1));
  assert_numbers (channel, next, next + 3);
  assert_numbers (channel, next + 4, MANY);
  g_assert_cmpuint (ts_channel_get_length (channel), ==, 0);
  ts_test_context_pop (context);
}

typedef struct
{
  TsChannel *channel;
  int        next;
} Burst;

static gboolean
expect_next (TsChannel *channel, const GValue *value, gpointer data)
{
  Burst *self = data;

  g_assert_cmpint (g_value_get_int (value), ==, self->next);
  self->next++;
  return self->next == MANY / 2 ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* Each way of receiving goes on where the one before has stopped. */
static void
all_ways_take_turns (void)
{
  GMainContext *context = ts_test_context_push ();
  Burst burst = { NULL, 0 };
  g_autoptr (TsChannel) channel = channel_with_backlog (&burst.next);
  g_autoptr (TsSelect) select = ts_select_new ();
  g_autoptr (GPtrArray) many = NULL;
  GValue value = G_VALUE_INIT;

  ts_select_add_receive (select, channel);
  ts_channel_add_watch_full (channel, G_PRIORITY_DEFAULT, expect_next, &burst, NULL);
  while (burst.next < MANY / 2)
    g_main_context_iteration (context, TRUE);

  many = ts_channel_receive_many (channel, MANY / 4, NULL, NULL);
  g_assert_cmpuint (many->len, ==, MANY / 4);
  for (guint i = 0; i < many->len; i++)
    g_assert_cmpint (g_value_get_int (g_ptr_array_index (many, i)), ==, burst.next++);

  g_assert_cmpint (ts_select_wait (select, NULL, NULL), ==, 0);
  g_assert_true (ts_select_steal_value (select, 0, &value));
  g_assert_cmpint (g_value_get_int (&value), ==, burst.next++);
  assert_numbers (channel, burst.next, MANY);
  ts_test_context_pop (context);
}

static void
what_is_inside_outlives_the_close (void)
{
  int next;
  g_autoptr (TsChannel) channel = channel_with_backlog (&next);
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;

  ts_channel_close (channel);
  g_assert_true (ts_channel_get_can_receive (channel));
  assert_numbers (channel, next, MANY);
  g_assert_false (ts_channel_try_receive (channel, &value, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_CLOSED);
}

static void
what_is_inside_goes_with_the_channel (void)
{
  TsChannel *channel = ts_channel_new (TS_CHANNEL_UNLIMITED);
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
  GValue value = G_VALUE_INIT;

  for (int i = 0; i < MANY; i++)
    g_assert_true (ts_channel_send_object (channel, g_object_ref (object), NULL, NULL));
  for (int i = 0; i < MANY / 4; i++)
    g_assert_true (ts_channel_try_receive (channel, &value, NULL));
  g_value_unset (&value);
  g_assert_cmpuint (object->ref_count, ==, MANY - MANY / 4 + 1);
  g_object_unref (channel);
  g_assert_finalize_object (object);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);
  ts_test_add ("/tschan/channel/backlog/items-come-out-in-order", items_come_out_in_order);
  ts_test_add ("/tschan/channel/backlog/given-back-items-are-the-next", given_back_items_are_the_next);
  ts_test_add ("/tschan/channel/backlog/all-ways-take-turns", all_ways_take_turns);
  ts_test_add ("/tschan/channel/backlog/outlives-the-close", what_is_inside_outlives_the_close);
  ts_test_add ("/tschan/channel/backlog/goes-with-the-channel", what_is_inside_goes_with_the_channel);
  return g_test_run ();
}
