/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A TsListModel: its rows, when they are shown, how it ends, and what others there may be.
 * What changes the list is in list-model-changes.c. */

#include "ts-test-list.h"

/* Rows */

static void
rows_are_what_was_sent (void)
{
  GObject *objects[10];
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (f.model)) == G_TYPE_OBJECT);
  for (guint i = 0; i < 10; i++)
    {
      objects[i] = g_object_new (TS_TYPE_EVENT, NULL);
      g_assert_true (ts_channel_send_object (f.channel, g_object_ref (objects[i]), NULL, NULL));
    }
  ts_test_list_iterate (&f);
  g_assert_cmpuint (f.mirror->len, ==, 10);
  for (guint i = 0; i < 10; i++)
    g_assert_true (f.mirror->pdata[i] == objects[i]);
  ts_test_list_clear (&f);
  for (guint i = 0; i < 10; i++)
    g_assert_finalize_object (objects[i]);
}

static void
assert_text (TsTestList *f, guint position, const char *expected)
{
  g_autofree char *by_method = ts_item_dup_string (f->mirror->pdata[position]);
  g_autofree char *by_property = NULL;

  g_object_get (f->mirror->pdata[position], "string", &by_property, NULL);
  g_assert_cmpstr (by_method, ==, expected);
  g_assert_cmpstr (by_property, ==, expected);
}

static void
send_null (TsTestList *self, GType type)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, type);
  g_assert_true (ts_channel_send (self->channel, &value, NULL, NULL));
}

static void
other_values_are_items (void)
{
  g_auto (GValue) copy = G_VALUE_INIT;
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_channel_send_string (f.channel, g_strdup ("a text"), NULL, NULL);
  ts_channel_send_int (f.channel, -7, NULL, NULL);
  send_null (&f, G_TYPE_STRING);
  send_null (&f, TS_TYPE_EVENT);
  ts_channel_send_variant (f.channel, g_variant_new_int32 (5), NULL, NULL);
  ts_test_list_iterate (&f);

  g_assert_cmpuint (f.mirror->len, ==, 5);
  assert_text (&f, 0, "a text");
  assert_text (&f, 1, "-7");
  assert_text (&f, 2, "");
  g_assert_null (g_value_get_object (ts_item_get_value (f.mirror->pdata[3])));
  g_assert_true (G_VALUE_HOLDS_VARIANT (ts_item_get_value (f.mirror->pdata[4])));
  g_value_init (&copy, G_TYPE_VALUE);
  g_object_get_property (f.mirror->pdata[1], "value", &copy);
  g_assert_cmpint (g_value_get_int (g_value_get_boxed (&copy)), ==, -7);
  ts_test_list_clear (&f);
}

static void
item_has_a_copy (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *text = NULL;
  TsItem *item;
  TsItem *empty = g_object_new (TS_TYPE_ITEM, NULL);

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, "one");
  item = ts_item_new (&value);
  g_value_set_string (&value, "another");
  g_assert_cmpstr (g_value_get_string (ts_item_get_value (item)), ==, "one");
  g_assert_finalize_object (item);

  g_assert_null (ts_item_get_value (empty));
  text = ts_item_dup_string (empty);
  g_assert_cmpstr (text, ==, "");
  g_assert_finalize_object (empty);
}

static void
channel_says_what_rows_are (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new_full (1, TS_TYPE_EVENT, TS_OVERFLOW_WAIT, NULL));
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (f.model)) == TS_TYPE_EVENT);
  ts_test_list_clear (&f);
  ts_test_list_init (&f, ts_channel_new_full (1, G_TYPE_INT, TS_OVERFLOW_WAIT, NULL));
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (f.model)) == TS_TYPE_ITEM);
  ts_test_list_clear (&f);
}

static void
null_is_no_object (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new_full (3, TS_TYPE_EVENT, TS_OVERFLOW_WAIT, NULL));
  ts_channel_send_object (f.channel, ts_event_new (), NULL, NULL);
  send_null (&f, TS_TYPE_EVENT);
  ts_channel_send_object (f.channel, ts_event_new (), NULL, NULL);
  g_test_expect_message ("tschan", G_LOG_LEVEL_CRITICAL, "*NULL as a TsEvent");
  ts_test_list_iterate (&f);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (f.mirror->len, ==, 2);
  g_assert_cmpuint (ts_list_model_get_received (f.model), ==, 3);
  g_assert_cmpuint (ts_list_model_get_dropped (f.model), ==, 1);
  ts_test_list_clear (&f);
}

/* Bursts */

static void
one_change_for_each_burst (void)
{
  const guint n = ts_test_rounds (10000);
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_test_list_hide (&f, n);
  g_assert_cmpuint (f.n_changes, ==, 1);
  g_assert_cmpuint (ts_list_model_get_received (f.model), ==, 1);
  ts_list_model_set_interval (f.model, 0);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, n);
  g_assert_cmpuint (f.n_changes, ==, 2);
  g_assert_cmpuint (ts_list_model_get_received (f.model), ==, n);
  ts_test_list_clear (&f);
}

/* The timer shows it, with nothing else to wake the loop. */
static void
interval_passes (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_test_list_hide (&f, 5);
  ts_list_model_set_interval (f.model, 1);
  while (f.mirror->len < 5)
    g_main_context_iteration (f.context, TRUE);
  ts_test_list_assert_rows (&f, 0, 5);
  ts_test_list_clear (&f);
}

static gboolean
count_turn (gpointer data)
{
  ++*(guint *) data;
  return G_SOURCE_CONTINUE;
}

static void
flood_leaves_others_their_turn (void)
{
  const guint n = ts_test_rounds (300000);
  guint n_turns = 0;
  GSource *other = g_idle_source_new ();
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  g_source_set_callback (other, count_turn, &n_turns, NULL);
  g_source_attach (other, f.context);
  ts_test_list_send (&f, 0, n);
  while (f.mirror->len < n)
    g_main_context_iteration (f.context, FALSE);
  g_assert_cmpuint (f.n_changes, >, 1);
  g_assert_cmpuint (n_turns, >=, f.n_changes - 1);
  g_source_destroy (other);
  g_source_unref (other);
  ts_test_list_check (&f);
  ts_test_list_clear (&f);
}

static void
priority_is_obeyed (void)
{
  guint n_turns = 0;
  GSource *other = g_idle_source_new ();
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  g_source_set_callback (other, count_turn, &n_turns, NULL);
  g_source_set_priority (other, G_PRIORITY_DEFAULT);
  g_source_attach (other, f.context);
  ts_test_list_send (&f, 0, 1);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (f.context, FALSE);
  ts_test_list_assert_rows (&f, 0, 0);
  ts_list_model_set_priority (f.model, G_PRIORITY_HIGH);
  g_main_context_iteration (f.context, FALSE);
  ts_test_list_assert_rows (&f, 0, 1);
  ts_list_model_set_interval (f.model, 1);
  ts_test_list_send (&f, 1, 3);
  while (f.mirror->len < 3)
    g_main_context_iteration (f.context, FALSE);
  g_source_destroy (other);
  g_source_unref (other);
  ts_test_list_clear (&f);
}

static gpointer
send_many (gpointer data)
{
  TsTestList *f = data;
  const guint n = ts_test_rounds (500000);

  for (guint i = 0; i < n; i++)
    g_assert_true (ts_channel_send_int64 (f->channel, i, NULL, NULL));
  return NULL;
}

/* No mirror: a list view looks at few rows. */
static void
million_rows (void)
{
  const gint64 n = 2 * (gint64) ts_test_rounds (500000);
  GThread *threads[2];
  gint64 sum = 0;
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (1000));
  g_signal_handlers_disconnect_by_data (f.model, &f);
  ts_list_model_set_interval (f.model, 16);
  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("finder", send_many, &f);
  while (g_list_model_get_n_items (G_LIST_MODEL (f.model)) < n)
    g_main_context_iteration (f.context, TRUE);
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TsItem) item = g_list_model_get_item (G_LIST_MODEL (f.model), i);

      sum += g_value_get_int64 (ts_item_get_value (item));
    }
  g_assert_cmpint (sum, ==, (n / 2) * (n / 2 - 1));
  ts_test_list_clear (&f);
}

/* The end */

static void
closed_channel_finishes (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_test_list_hide (&f, 5);
  ts_test_list_send (&f, 5, 10);
  ts_channel_close (f.channel);
  g_assert_false (ts_list_model_is_finished (f.model));
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, 10);
  g_assert_cmpuint (f.n_finished, ==, 1);
  g_assert_cmpuint (f.n_changes, ==, 2);
  g_assert_false (ts_list_model_close (f.model));
  g_assert_cmpuint (f.n_finished, ==, 1);
  ts_test_list_clear (&f);
}

static void
closed_while_nothing_is_hidden (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_list_model_set_interval (f.model, TS_TEST_AN_HOUR);
  ts_test_list_send (&f, 0, 3);
  ts_test_list_iterate (&f);
  ts_channel_close (f.channel);
  ts_test_list_iterate (&f);
  g_assert_cmpuint (f.n_finished, ==, 1);
  ts_test_list_clear (&f);
}

static void
closed_model_leaves_the_rest (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_test_list_hide (&f, 200);
  ts_test_list_send (&f, 200, 205);
  g_assert_true (ts_list_model_close (f.model));
  g_assert_cmpuint (f.n_finished, ==, 1);
  g_assert_false (ts_list_model_close (f.model));
  ts_test_list_send (&f, 205, 210);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, 1);
  g_assert_false (ts_channel_is_closed (f.channel));
  ts_test_list_assert_inside (&f, 1, 210);
  ts_test_list_clear (&f);
}

static void
dropped_model_leaves_the_rest (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_test_list_hide (&f, 5);
  g_ptr_array_set_size (f.mirror, 0);
  ts_test_list_send (&f, 5, 10);
  g_assert_finalize_object (g_steal_pointer (&f.model));
  ts_test_iterate (f.context);
  ts_test_list_assert_inside (&f, 1, 10);
  ts_test_list_clear (&f);
}

static void
lost_context_leaves_the_rest (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_test_list_hide (&f, 5);
  ts_test_list_send (&f, 5, 10);
  ts_test_context_pop (f.context);
  g_assert_true (ts_list_model_is_finished (f.model));
  g_assert_cmpuint (f.n_finished, ==, 0);
  ts_test_list_check (&f);
  ts_test_list_assert_inside (&f, 1, 10);
  g_assert_false (ts_list_model_close (f.model));
  ts_list_model_set_priority (f.model, 0);
  ts_list_model_set_interval (f.model, 0);
  ts_list_model_set_max_items (f.model, 1);
  f.context = ts_test_context_push ();
  ts_test_list_clear (&f);
}

/* What comes back is the oldest: those who wait get it in order. */
static void
who_waits_gets_the_rest_in_order (void)
{
  TsTestPeer *peers[2];
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_test_list_hide (&f, 6);
  for (guint i = 0; i < 2; i++)
    peers[i] = ts_test_receive_start (TS_TEST_RECEIVE_PORT, f.channel, NULL);
  g_assert_true (ts_list_model_close (f.model));
  for (guint i = 0; i < 2; i++)
    ts_test_assert_received (peers[i], i + 1);
  ts_test_list_assert_inside (&f, 3, 6);
  ts_test_list_clear (&f);
}

/* Each to the place that it had, though others come back to theirs. */
static void
the_rest_finds_its_places (void)
{
  TsTestPeer *peer;
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_test_list_hide (&f, 1);
  peer = ts_test_receive_start (TS_TEST_RECEIVE_PORT, f.channel, NULL);
  ts_test_list_send (&f, 1, 3); /* one for the model, one for the other */
  ts_test_list_iterate (&f);
  ts_test_list_send (&f, 3, 4);
  ts_test_list_iterate (&f);
  g_assert_true (ts_list_model_close (f.model));
  ts_test_peer_drop (peer);
  ts_test_list_assert_inside (&f, 1, 4);
  ts_test_list_clear (&f);
}

static void
dropping_channel_keeps_the_latest (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new_full (2, G_TYPE_INT64, TS_OVERFLOW_DROP_OLDEST, NULL));
  ts_list_model_set_interval (f.model, TS_TEST_AN_HOUR);
  for (gint64 i = 0; i < 5; i++)
    {
      ts_test_list_send (&f, i, i + 1);
      ts_test_list_iterate (&f);
    }
  ts_test_list_assert_rows (&f, 0, 1);
  g_assert_true (ts_list_model_close (f.model));
  ts_test_list_assert_inside (&f, 3, 5);
  g_assert_cmpuint (ts_channel_get_dropped (f.channel), ==, 2);
  ts_test_list_clear (&f);
}

/* With others */

static void
each_item_goes_to_one_model (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (TS_CHANNEL_UNLIMITED);
  const guint n = ts_test_rounds (10000);
  guint n_rows;
  TsTestList a, b;

  ts_test_list_init (&a, g_object_ref (channel));
  b = a;
  b.mirror = g_ptr_array_new_with_free_func (g_object_unref);
  b.model = ts_list_model_new (channel);
  ts_test_list_watch (&b);
  ts_test_list_send (&a, 0, n);
  ts_channel_close (channel);
  while (a.n_finished + b.n_finished < 2)
    g_main_context_iteration (a.context, TRUE);
  n_rows = a.mirror->len + b.mirror->len;
  g_assert_cmpuint (n_rows, ==, n);
  g_ptr_array_unref (b.mirror);
  g_assert_finalize_object (b.model);
  g_object_unref (a.channel);
  a.channel = g_steal_pointer (&channel);
  ts_test_list_clear (&a);
}

static void
rendezvous_meets_the_model (void)
{
  TsTestPeer *peers[3];
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (0));
  ts_test_list_iterate (&f);
  g_assert_true (ts_test_try_send (f.channel, 0));
  ts_test_list_iterate (&f);
  ts_list_model_set_interval (f.model, TS_TEST_AN_HOUR);
  for (guint i = 0; i < 3; i++)
    peers[i] = ts_test_send_start (TS_TEST_SEND_PORT, f.channel, i + 1, NULL);
  ts_test_list_iterate (&f);
  for (guint i = 0; i < 3; i++)
    ts_test_assert_sent (peers[i]); /* though it is not shown yet */
  ts_test_list_assert_rows (&f, 0, 1);
  g_assert_true (ts_list_model_close (f.model));
  ts_test_list_assert_inside (&f, 1, 4);
  ts_test_list_clear (&f);
}

/* Things that count themselves */

static _Atomic int n_alive;

static void
count_gone (gpointer data, GObject *gone)
{
  atomic_fetch_sub (&n_alive, 1);
}

typedef struct
{
  TsChannel  *channel;
  guint       n;
  _Atomic int stop;
} Flood;

static gpointer
send_objects (gpointer data)
{
  Flood *flood = data;

  for (guint i = 0; i < flood->n; i++)
    {
      GObject *object = g_object_new (G_TYPE_OBJECT, NULL);

      atomic_fetch_add (&n_alive, 1);
      g_object_weak_ref (object, count_gone, NULL);
      g_assert_true (ts_channel_send_object (flood->channel, object, NULL, NULL));
    }
  atomic_fetch_add (&flood->stop, 1);
  return NULL;
}

static gpointer
drop (gpointer model)
{
  g_object_unref (model);
  return NULL;
}

/* As a garbage collector in another thread would: at any moment of the loop. What had not
 * become a row by then is in the channel. */
static void
model_goes_in_another_thread (void)
{
  const guint n_rounds = ts_test_rounds (200);
  GMainContext *context = ts_test_context_push ();
  Flood flood = { .channel = ts_channel_new (50), .n = ts_test_rounds (20000) };
  GThread *sender = g_thread_new ("sender", send_objects, &flood);
  TsListModel *last;

  for (guint i = 0; i < n_rounds; i++)
    {
      TsListModel *model = ts_list_model_new (flood.channel);
      GThread *dropper;

      ts_list_model_set_interval (model, i % 2);
      g_main_context_iteration (context, FALSE);
      dropper = g_thread_new ("dropper", drop, model);
      for (guint j = 0; j < 20; j++)
        g_main_context_iteration (context, FALSE);
      g_thread_join (dropper);
    }
  last = ts_list_model_new (flood.channel);
  while (atomic_load (&flood.stop) == 0 || ts_channel_get_length (flood.channel) > 0)
    g_main_context_iteration (context, FALSE);
  g_thread_join (sender);
  ts_channel_close (flood.channel);
  while (!ts_list_model_is_finished (last))
    g_main_context_iteration (context, TRUE);
  g_assert_cmpint (atomic_load (&n_alive), ==, g_list_model_get_n_items (G_LIST_MODEL (last)));
  g_assert_finalize_object (last);
  g_assert_cmpint (atomic_load (&n_alive), ==, 0);
  ts_test_context_pop (context);
  g_assert_finalize_object (flood.channel);
}

/* Properties */

static void
count_note (guint *n)
{
  ++*n;
}

static void
properties_tell_what_was_set (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (1);
  g_autoptr (TsChannel) same = NULL;
  guint max_items, interval, n_items, n_notes = 0;
  TsListModel *model;
  TsOverflow overflow;
  GType item_type;
  int priority;

  model = g_object_new (TS_TYPE_LIST_MODEL, "channel", channel, "max-items", 7,
                        "overflow", TS_OVERFLOW_DROP_NEWEST, "interval", 5, "priority", 3, NULL);
  g_object_get (model, "channel", &same, "max-items", &max_items, "overflow", &overflow,
                "interval", &interval, "priority", &priority, "n-items", &n_items,
                "item-type", &item_type, NULL);
  g_assert_true (same == channel && ts_list_model_get_channel (model) == channel);
  g_assert_cmpuint (max_items, ==, 7);
  g_assert_cmpuint (max_items, ==, ts_list_model_get_max_items (model));
  g_assert_cmpint (overflow, ==, TS_OVERFLOW_DROP_NEWEST);
  g_assert_cmpint (overflow, ==, ts_list_model_get_overflow (model));
  g_assert_cmpuint (interval, ==, 5);
  g_assert_cmpuint (interval, ==, ts_list_model_get_interval (model));
  g_assert_cmpint (priority, ==, 3);
  g_assert_cmpint (priority, ==, ts_list_model_get_priority (model));
  g_assert_cmpuint (n_items, ==, 0);
  g_assert_true (item_type == G_TYPE_OBJECT);

  g_signal_connect_swapped (model, "notify", G_CALLBACK (count_note), &n_notes);
  g_object_set (model, "max-items", 7, "overflow", TS_OVERFLOW_DROP_NEWEST, "interval", 5,
                "priority", 3, NULL);
  g_assert_cmpuint (n_notes, ==, 0);
  g_object_set (model, "max-items", 8, "overflow", TS_OVERFLOW_WAIT, "interval", 6,
                "priority", 4, NULL);
  g_assert_cmpuint (n_notes, ==, 4);
  g_assert_finalize_object (model);
}

static void
numbers_are_notified (void)
{
  guint64 received, dropped;
  guint n_items = 0, n_received = 0;
  gboolean finished;
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  g_signal_connect_swapped (f.model, "notify::n-items", G_CALLBACK (count_note), &n_items);
  g_signal_connect_swapped (f.model, "notify::received", G_CALLBACK (count_note), &n_received);
  ts_test_list_send (&f, 0, 3);
  ts_test_list_iterate (&f);
  g_assert_cmpuint (n_items, ==, f.n_changes);
  g_assert_cmpuint (n_received, ==, f.n_changes);
  ts_list_model_remove_all (f.model);
  g_assert_cmpuint (n_items, ==, f.n_changes);
  g_object_get (f.model, "received", &received, "dropped", &dropped, "finished", &finished, NULL);
  g_assert_cmpuint (received, ==, 3);
  g_assert_cmpuint (dropped, ==, 0);
  g_assert_false (finished);
  ts_test_list_clear (&f);
}

static void
channel_is_needed (void)
{
  TsListModel *model;

  g_test_expect_message ("tschan", G_LOG_LEVEL_CRITICAL, "*needs a channel*");
  model = g_object_new (TS_TYPE_LIST_MODEL, NULL);
  g_test_assert_expected_messages ();
  g_assert_true (ts_list_model_is_finished (model));
  ts_list_model_set_max_items (model, 1);
  g_assert_finalize_object (model);
}

int
main (int argc, char **argv)
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/list-model/rows-are-what-was-sent", rows_are_what_was_sent);
  ts_test_add ("/tschan/list-model/other-values-are-items", other_values_are_items);
  ts_test_add ("/tschan/list-model/item-has-a-copy", item_has_a_copy);
  ts_test_add ("/tschan/list-model/channel-says-what-rows-are", channel_says_what_rows_are);
  ts_test_add ("/tschan/list-model/null-is-no-object", null_is_no_object);

  ts_test_add ("/tschan/list-model/one-change-for-each-burst", one_change_for_each_burst);
  ts_test_add ("/tschan/list-model/interval-passes", interval_passes);
  ts_test_add ("/tschan/list-model/flood-leaves-others-their-turn", flood_leaves_others_their_turn);
  ts_test_add ("/tschan/list-model/priority-is-obeyed", priority_is_obeyed);
  ts_test_add ("/tschan/list-model/million-rows", million_rows);

  ts_test_add ("/tschan/list-model/closed-channel-finishes", closed_channel_finishes);
  ts_test_add ("/tschan/list-model/closed-while-nothing-is-hidden", closed_while_nothing_is_hidden);
  ts_test_add ("/tschan/list-model/closed-model-leaves-the-rest", closed_model_leaves_the_rest);
  ts_test_add ("/tschan/list-model/dropped-model-leaves-the-rest", dropped_model_leaves_the_rest);
  ts_test_add ("/tschan/list-model/lost-context-leaves-the-rest", lost_context_leaves_the_rest);
  ts_test_add ("/tschan/list-model/who-waits-gets-the-rest-in-order",
               who_waits_gets_the_rest_in_order);
  ts_test_add ("/tschan/list-model/the-rest-finds-its-places", the_rest_finds_its_places);
  ts_test_add ("/tschan/list-model/dropping-channel-keeps-the-latest",
               dropping_channel_keeps_the_latest);

  ts_test_add ("/tschan/list-model/each-item-goes-to-one-model", each_item_goes_to_one_model);
  ts_test_add ("/tschan/list-model/rendezvous-meets-the-model", rendezvous_meets_the_model);
  ts_test_add ("/tschan/list-model/model-goes-in-another-thread", model_goes_in_another_thread);

  ts_test_add ("/tschan/list-model/properties-tell-what-was-set", properties_tell_what_was_set);
  ts_test_add ("/tschan/list-model/numbers-are-notified", numbers_are_notified);
  ts_test_add ("/tschan/list-model/channel-is-needed", channel_is_needed);

  return g_test_run ();
}
