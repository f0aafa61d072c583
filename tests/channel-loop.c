/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A TsChannel in main loops: watches and their budget, sources, order of callbacks; and receiving many
 * at once. */

#include "ts-test-channel.h"

typedef struct
{
  TsChannel    *channel;
  GMainContext *context;
  GSource      *source; /* of the watch */
  GArray       *items;
  guint         end_at; /* the item after which the watch ends by itself */
  guint         ended;
  void        (*then) (gpointer self);
  gpointer      data;
} Watch;

static gboolean
on_item (TsChannel *channel, const GValue *value, gpointer data)
{
  Watch *self = data;
  const gint64 item = g_value_get_int64 (value);

  ts_test_check_callback (self->context);
  g_assert_true (channel == self->channel);
  g_assert_cmpuint (self->ended, ==, 0);
  g_array_append_val (self->items, item);
  if (self->then != NULL)
    self->then (self);
  return self->items->len < self->end_at;
}

static void
on_end (gpointer data)
{
  ((Watch *) data)->ended++;
}

static void
watch_init (Watch *self, int capacity)
{
  *self = (Watch) { .channel = ts_channel_new (capacity), .end_at = G_MAXUINT };
  self->context = ts_test_context_push ();
  self->items = g_array_new (FALSE, FALSE, sizeof (gint64));
}

static void
watch_add (Watch *self, int priority)
{
  guint id = ts_channel_add_watch_full (self->channel, priority, on_item, self, on_end);

  self->source = g_source_ref (g_main_context_find_source_by_id (self->context, id));
}

static void
watch_clear (Watch *self)
{
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
    }
  g_array_unref (self->items);
  ts_test_context_pop (self->context);
  g_clear_object (&self->channel);
}

static void
send_numbers (TsChannel *channel, gint64 from, gint64 to)
{
  ts_test_forbid_callbacks ();
  while (from < to)
    g_assert_true (ts_channel_send_int64 (channel, from++, NULL, NULL));
  ts_test_allow_callbacks ();
}

static void
assert_items (const Watch *self, guint n)
{
  g_assert_cmpuint (self->items->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (g_array_index (self->items, gint64, i), ==, i);
}

static void
watch_gets_each_item_and_the_rest (void)
{
  Watch watch;

  watch_init (&watch, TS_CHANNEL_UNLIMITED);
  watch_add (&watch, G_PRIORITY_DEFAULT);
  send_numbers (watch.channel, 0, 10);
  ts_test_iterate (watch.context);
  assert_items (&watch, 10);
  send_numbers (watch.channel, 10, 1000);
  ts_channel_close (watch.channel);
  ts_test_iterate (watch.context);
  assert_items (&watch, 1000);
  g_assert_cmpuint (watch.ended, ==, 1);
  g_assert_true (g_source_is_destroyed (watch.source));
  watch_clear (&watch);
}

static void
watch_that_ends_leaves_the_rest (void)
{
  Watch watch;

  watch_init (&watch, TS_CHANNEL_UNLIMITED);
  watch.end_at = 3;
  watch_add (&watch, G_PRIORITY_DEFAULT);
  send_numbers (watch.channel, 0, 10);
  ts_test_iterate (watch.context);
  assert_items (&watch, 3);
  g_assert_cmpuint (watch.ended, ==, 1);
  g_assert_cmpuint (ts_channel_get_length (watch.channel), ==, 7);
  g_assert_cmpint (ts_test_try_receive (watch.channel), ==, 3);
  watch_clear (&watch);
}

static void
destroy_own (gpointer data)
{
  Watch *self = data;

  if (self->items->len == 2)
    g_source_destroy (self->source);
}

static void
watch_may_be_removed_in_its_callback (void)
{
  Watch watch;

  watch_init (&watch, TS_CHANNEL_UNLIMITED);
  watch.then = destroy_own;
  watch_add (&watch, G_PRIORITY_DEFAULT);
  send_numbers (watch.channel, 0, 10);
  ts_test_iterate (watch.context);
  assert_items (&watch, 2);
  g_assert_cmpuint (watch.ended, ==, 1);
  for (int i = 2; i < 10; i++)
    g_assert_cmpint (ts_test_try_receive (watch.channel), ==, i);
  watch_clear (&watch);
}

static void
removed_watch_gives_its_item_back (void)
{
  Watch watch;

  watch_init (&watch, TS_CHANNEL_UNLIMITED);
  watch_add (&watch, G_PRIORITY_DEFAULT);
  ts_test_assert_idle (watch.context);
  send_numbers (watch.channel, 0, 3);
  g_assert_cmpuint (ts_channel_get_length (watch.channel), ==, 2); /* the first is reserved */
  g_source_destroy (watch.source);
  g_assert_cmpuint (ts_channel_get_length (watch.channel), ==, 3);
  for (int i = 0; i < 3; i++)
    g_assert_cmpint (ts_test_try_receive (watch.channel), ==, i);
  ts_test_iterate (watch.context);
  assert_items (&watch, 0);
  watch_clear (&watch);
}

static void
close_channel (gpointer data)
{
  ts_channel_close (((Watch *) data)->channel);
}

static void
watch_may_close_its_channel (void)
{
  Watch watch;

  watch_init (&watch, TS_CHANNEL_UNLIMITED);
  watch.then = close_channel;
  watch_add (&watch, G_PRIORITY_DEFAULT);
  send_numbers (watch.channel, 0, 200);
  ts_test_iterate (watch.context);
  assert_items (&watch, 200);
  g_assert_cmpuint (watch.ended, ==, 1);
  watch_clear (&watch);
}

static void
send_next (gpointer data)
{
  Watch *self = data;

  if (self->items->len < 500)
    g_assert_true (ts_test_try_send (self->channel, self->items->len));
}

/* A watch that feeds itself neither recurses nor keeps the loop for itself. */
static void
watch_may_send_to_its_channel (void)
{
  Watch watch;

  watch_init (&watch, 1);
  watch.then = send_next;
  watch_add (&watch, G_PRIORITY_DEFAULT);
  send_numbers (watch.channel, 0, 1);
  for (int i = 0; i < 3; i++)
    g_main_context_iteration (watch.context, FALSE);
  g_assert_cmpuint (watch.items->len, <=, 3 * 64);
  ts_test_iterate (watch.context);
  assert_items (&watch, 500);
  watch_clear (&watch);
}

static void
drop_channel (gpointer data)
{
  Watch *self = data;

  if (self->items->len == 1)
    g_object_unref (self->channel);
}

static void
watch_keeps_its_channel (void)
{
  TsTestFate fate;
  Watch watch;

  watch_init (&watch, TS_CHANNEL_UNLIMITED);
  ts_test_track (watch.channel, &fate);
  watch.then = drop_channel;
  watch.end_at = 3;
  watch_add (&watch, G_PRIORITY_DEFAULT);
  send_numbers (watch.channel, 0, 5);
  ts_test_iterate (watch.context);
  assert_items (&watch, 3);
  g_clear_pointer (&watch.source, g_source_unref);
  ts_test_assert_finalized (&fate);
  watch.channel = NULL;
  watch_clear (&watch);
}

/* The budget */

static void
dispatch_hands_over_a_budget_of_items (void)
{
  Watch watch;

  watch_init (&watch, TS_CHANNEL_UNLIMITED);
  watch_add (&watch, G_PRIORITY_DEFAULT);
  ts_channel_set_watch_budget (watch.source, 10, G_MAXINT64);
  send_numbers (watch.channel, 0, 35);
  for (guint i = 1; i <= 3; i++)
    {
      g_main_context_iteration (watch.context, FALSE);
      assert_items (&watch, 10 * i);
    }
  ts_test_iterate (watch.context);
  assert_items (&watch, 35);

  ts_channel_set_watch_budget (watch.source, 1000, 0);
  send_numbers (watch.channel, 35, 40);
  g_main_context_iteration (watch.context, FALSE);
  assert_items (&watch, 36);
  ts_test_iterate (watch.context);
  assert_items (&watch, 40);
  watch_clear (&watch);
}

static gboolean
count_tick (gpointer data)
{
  ++*(guint *) data;
  return G_SOURCE_CONTINUE;
}

static void
flood_leaves_others_their_turn (void)
{
  GSource *idle = g_idle_source_new ();
  guint ticks = 0;
  Watch watch;

  watch_init (&watch, TS_CHANNEL_UNLIMITED);
  watch_add (&watch, G_PRIORITY_DEFAULT);
  g_source_set_priority (idle, G_PRIORITY_DEFAULT);
  g_source_set_callback (idle, count_tick, &ticks, NULL);
  g_source_attach (idle, watch.context);
  send_numbers (watch.channel, 0, 64 * 10);
  for (int i = 0; i < 10; i++)
    g_main_context_iteration (watch.context, FALSE);
  g_assert_cmpuint (ticks, >=, 9);
  g_assert_cmpuint (watch.items->len, <=, 64 * 10);
  while (watch.items->len < 64 * 10)
    g_main_context_iteration (watch.context, FALSE);
  assert_items (&watch, 64 * 10);
  g_source_destroy (idle);
  g_source_unref (idle);
  watch_clear (&watch);
}

static void
several_watches_share (void)
{
  Watch watch, other;

  watch_init (&watch, TS_CHANNEL_UNLIMITED);
  other = watch;
  other.items = g_array_new (FALSE, FALSE, sizeof (gint64));
  watch_add (&watch, G_PRIORITY_DEFAULT);
  watch_add (&other, G_PRIORITY_DEFAULT);
  for (int i = 0; i < 100; i++)
    {
      send_numbers (watch.channel, i, i + 1);
      ts_test_iterate (watch.context);
    }
  g_assert_cmpuint (watch.items->len + other.items->len, ==, 100);
  g_assert_cmpuint (watch.items->len, >, 0);
  g_assert_cmpuint (other.items->len, >, 0);
  ts_channel_close (watch.channel);
  ts_test_iterate (watch.context);
  g_assert_cmpuint (watch.ended, ==, 1);
  g_assert_cmpuint (other.ended, ==, 1);
  g_source_unref (other.source);
  g_array_unref (other.items);
  watch_clear (&watch);
}

static void
urgent_watch_comes_first (void)
{
  Watch watch, urgent;

  watch_init (&watch, TS_CHANNEL_UNLIMITED);
  urgent = watch;
  urgent.channel = ts_channel_new (TS_CHANNEL_UNLIMITED);
  urgent.items = g_array_new (FALSE, FALSE, sizeof (gint64));
  watch_add (&watch, G_PRIORITY_DEFAULT);
  watch_add (&urgent, G_PRIORITY_HIGH);
  ts_test_assert_idle (watch.context);
  send_numbers (watch.channel, 0, 100);
  send_numbers (urgent.channel, 0, 300);
  while (urgent.items->len < 300)
    {
      g_main_context_iteration (watch.context, FALSE);
      assert_items (&watch, 0);
    }
  ts_test_iterate (watch.context);
  assert_items (&watch, 100);
  g_source_destroy (urgent.source);
  g_source_unref (urgent.source);
  g_array_unref (urgent.items);
  g_object_unref (urgent.channel);
  watch_clear (&watch);
}

static void
iterate_inside (gpointer data)
{
  Watch *self = data;
  TsTestPeer *receiver;

  if (self->items->len > 1)
    return;
  receiver = ts_test_receive_start (TS_TEST_RECEIVE_ASYNC, self->channel, NULL);
  ts_test_assert_received (receiver, 1);
}

/* A nested loop does not enter the watch again, and serves others meanwhile. */
static void
nested_loop_in_a_watch (void)
{
  Watch watch;

  watch_init (&watch, TS_CHANNEL_UNLIMITED);
  watch.then = iterate_inside;
  watch_add (&watch, G_PRIORITY_DEFAULT);
  send_numbers (watch.channel, 0, 3);
  ts_test_iterate (watch.context);
  g_assert_cmpuint (watch.items->len, ==, 2);
  g_assert_cmpint (g_array_index (watch.items, gint64, 1), ==, 2);
  watch_clear (&watch);
}

/* Sources */

static void
source_is_ready_when_it_says (void)
{
  TsChannel *channel = ts_channel_new (1);
  GMainContext *context = ts_test_context_push ();
  const GIOCondition conditions[] = { G_IO_IN, G_IO_OUT, G_IO_IN | G_IO_OUT };
  guint calls[3] = { 0 };
  GSource *sources[3];

  for (guint i = 0; i < 3; i++)
    {
      sources[i] = ts_channel_create_source (channel, conditions[i], NULL);
      g_source_set_callback (sources[i], count_tick, &calls[i], NULL);
      g_source_attach (sources[i], context);
    }
  for (int i = 0; i < 5; i++)
    g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (calls[0], ==, 0);
  g_assert_cmpuint (calls[1], >=, 3);
  g_assert_cmpuint (calls[2], >=, 3);

  send_numbers (channel, 0, 1);
  g_main_context_iteration (context, FALSE);
  calls[0] = calls[1] = calls[2] = 0;
  for (int i = 0; i < 5; i++)
    g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (calls[0], >=, 3);
  g_assert_cmpuint (calls[1], ==, 0);
  g_assert_cmpuint (calls[2], >=, 3);

  g_assert_cmpint (ts_test_try_receive (channel), ==, 0);
  ts_channel_close (channel);
  calls[0] = calls[1] = calls[2] = 0;
  for (int i = 0; i < 5; i++)
    g_main_context_iteration (context, FALSE);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (calls[i], >=, 3);
      g_source_destroy (sources[i]);
      g_source_unref (sources[i]);
    }
  g_object_unref (channel);
  ts_test_context_pop (context);
}

static gboolean
must_not_be_called (gpointer data)
{
  g_assert_not_reached ();
  return G_SOURCE_REMOVE;
}

/* A source only tells: whoever was quicker has the item, and the callback is spared. */
static void
source_is_not_called_for_nothing (void)
{
  TsChannel *channel = ts_channel_new (1);
  GMainContext *context = ts_test_context_push ();
  GSource *source = ts_channel_create_source (channel, G_IO_IN, NULL);

  g_source_set_callback (source, must_not_be_called, NULL, NULL);
  g_source_attach (source, context);
  ts_test_assert_idle (context);
  for (int i = 0; i < 3; i++)
    {
      send_numbers (channel, i, i + 1);
      g_assert_cmpint (ts_test_try_receive (channel), ==, i);
      ts_test_iterate (context);
    }
  g_source_destroy (source);
  g_source_unref (source);
  g_object_unref (channel);
  ts_test_context_pop (context);
}

static void
source_takes_no_place_in_line (void)
{
  TsChannel *channel = ts_channel_new (0);
  GMainContext *context = ts_test_context_push ();
  GSource *source = ts_channel_create_source (channel, G_IO_IN, NULL);
  guint calls = 0;

  g_source_set_callback (source, count_tick, &calls, NULL);
  g_source_attach (source, context);
  ts_test_assert_idle (context);
  g_assert_false (ts_test_try_send (channel, 1)); /* nobody would take it */
  g_assert_false (ts_channel_get_can_send (channel));
  g_source_destroy (source);
  g_source_unref (source);
  g_object_unref (channel);
  ts_test_context_pop (context);
}

/* Asynchronous calls */

static void
callbacks_come_in_order (void)
{
  TsChannel *channel = ts_channel_new (0);
  GMainContext *context = ts_test_context_push ();
  TsTestAsync receives[100] = { 0 }, sends[100] = { 0 };
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT64);
  for (guint i = 0; i < 100; i++)
    {
      ts_test_async_begin (&receives[i], channel);
      ts_channel_receive_async (channel, NULL, ts_test_async_callback, &receives[i]);
      ts_test_async_end (&receives[i]);
    }
  for (guint i = 0; i < 100; i++)
    {
      g_value_set_int64 (&value, i);
      ts_test_async_begin (&sends[i], channel);
      ts_channel_send_async (channel, &value, NULL, ts_test_async_callback, &sends[i]);
      ts_test_async_end (&sends[i]);
    }
  g_main_context_iteration (context, FALSE); /* one for all */
  for (guint i = 0; i < 100; i++)
    {
      g_auto (GValue) received = G_VALUE_INIT;

      g_assert_true (ts_channel_send_finish (channel, sends[i].result, NULL));
      g_assert_true (ts_channel_receive_finish (channel, receives[i].result, &received, NULL));
      g_assert_cmpint (g_value_get_int64 (&received), ==, i);
      if (i > 0)
        g_assert_cmpuint (receives[i].rank, >, receives[i - 1].rank);
      if (i > 0)
        g_assert_cmpuint (sends[i].rank, >, sends[i - 1].rank);
      ts_test_async_clear (&receives[i]);
      ts_test_async_clear (&sends[i]);
    }
  ts_test_assert_idle (context);
  g_object_unref (channel);
  ts_test_context_pop (context);
}

static void
boxed_result_is_the_same (void)
{
  TsChannel *channel = ts_channel_new (1);
  GMainContext *context = ts_test_context_push ();
  TsTestAsync async = { 0 };
  GValue *box;

  ts_test_async_begin (&async, channel);
  ts_channel_receive_async (channel, NULL, ts_test_async_callback, &async);
  ts_test_async_end (&async);
  send_numbers (channel, 5, 6);
  ts_test_async_wait (&async);
  box = ts_channel_receive_finish_value (channel, async.result, NULL);
  g_assert_cmpint (g_value_get_int64 (box), ==, 5);
  g_boxed_free (G_TYPE_VALUE, box);
  ts_test_async_clear (&async);
  g_object_unref (channel);
  ts_test_context_pop (context);
}

/* Contexts that go give back in order what was reserved for them. */
static void
lost_context_gives_items_back_in_order (void)
{
  TsChannel *channel = ts_channel_new (TS_CHANNEL_UNLIMITED);
  GMainContext *context = ts_test_context_push ();

  for (int i = 0; i < 20; i++)
    ts_channel_receive_async (channel, NULL, NULL, NULL);
  ts_channel_add_watch (channel, on_item, NULL);
  ts_test_iterate (context);
  send_numbers (channel, 0, 30);
  ts_test_context_pop (context);
  for (int i = 0; i < 30; i++)
    g_assert_cmpint (ts_test_try_receive (channel), ==, i);
  g_object_unref (channel);
}

/* Many at once, and one after the other */

static void
many_takes_what_is_there (void)
{
  TsChannel *channel = ts_channel_new (3);
  GMainContext *context = ts_test_context_push ();
  const guint limits[] = { 1, 2, 3, 4, G_MAXUINT };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autoptr (GPtrArray) items = NULL;

      send_numbers (channel, 0, 3);
      items = ts_channel_receive_many (channel, limits[i], NULL, NULL);
      g_assert_cmpuint (items->len, ==, MIN (limits[i], 3));
      for (guint n = 0; n < items->len; n++)
        g_assert_cmpint (g_value_get_int64 (items->pdata[n]), ==, n);
      while (ts_test_try_receive (channel) >= 0)
        ;
    }
  g_object_unref (channel);
  ts_test_context_pop (context);
}

static void
many_lets_parked_senders_in (void)
{
  TsChannel *channel = ts_channel_new (2);
  GMainContext *context = ts_test_context_push ();
  TsTestPeer *senders[3];
  g_autoptr (GPtrArray) items = NULL;

  send_numbers (channel, 0, 2);
  for (guint i = 0; i < 3; i++)
    senders[i] = ts_test_send_start (TS_TEST_SEND_ASYNC, channel, 2 + i, NULL);
  items = ts_channel_try_receive_many (channel, 10, NULL);
  g_assert_cmpuint (items->len, ==, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (g_value_get_int64 (items->pdata[i]), ==, i);
  for (guint i = 0; i < 3; i++)
    ts_test_assert_sent (senders[i]);
  g_object_unref (channel);
  ts_test_context_pop (context);
}

static void
iteration_ends_when_closed_and_empty (void)
{
  TsChannel *channel = ts_channel_new (TS_CHANNEL_UNLIMITED);
  GValue *box;
  gint64 n = 0;

  send_numbers (channel, 0, 100);
  ts_channel_close (channel);
  while ((box = ts_channel_next (channel)) != NULL)
    {
      g_assert_cmpint (g_value_get_int64 (box), ==, n++);
      g_boxed_free (G_TYPE_VALUE, box);
    }
  g_assert_cmpint (n, ==, 100);
  g_object_unref (channel);
}

/* An unlimited channel gives memory back as it drains, and a steady flow takes none. */
static void
drained_channel_is_small (void)
{
  TsChannel *channel = ts_channel_new (TS_CHANNEL_UNLIMITED);
  const gsize before = ts_test_memory_in_use ();

  send_numbers (channel, 0, 100000);
  for (int i = 0; i < 100000; i++)
    g_assert_cmpint (ts_test_try_receive (channel), ==, i);
  g_assert_cmpuint (ts_test_memory_in_use (), <, before + 16 * 1024);
  g_object_unref (channel);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/channel/C14-watch-gets-each-item-and-the-rest",
               watch_gets_each_item_and_the_rest);
  ts_test_add ("/tschan/channel/C14-watch-that-ends-leaves-the-rest",
               watch_that_ends_leaves_the_rest);
  ts_test_add ("/tschan/channel/C14-watch-may-be-removed-in-its-callback",
               watch_may_be_removed_in_its_callback);
  ts_test_add ("/tschan/channel/C14-removed-watch-gives-its-item-back",
               removed_watch_gives_its_item_back);
  ts_test_add ("/tschan/channel/C14-watch-may-close-its-channel", watch_may_close_its_channel);
  ts_test_add ("/tschan/channel/C14-watch-may-send-to-its-channel",
               watch_may_send_to_its_channel);
  ts_test_add ("/tschan/channel/C14-watch-keeps-its-channel", watch_keeps_its_channel);
  ts_test_add ("/tschan/channel/C14-dispatch-hands-over-a-budget-of-items",
               dispatch_hands_over_a_budget_of_items);
  ts_test_add ("/tschan/channel/C14-flood-leaves-others-their-turn",
               flood_leaves_others_their_turn);
  ts_test_add ("/tschan/channel/C14-several-watches-share", several_watches_share);
  ts_test_add ("/tschan/channel/C14-urgent-watch-comes-first", urgent_watch_comes_first);
  ts_test_add ("/tschan/channel/nested-loop-in-a-watch", nested_loop_in_a_watch);
  ts_test_add ("/tschan/channel/C15-source-is-ready-when-it-says", source_is_ready_when_it_says);
  ts_test_add ("/tschan/channel/C15-source-is-not-called-for-nothing",
               source_is_not_called_for_nothing);
  ts_test_add ("/tschan/channel/C15-source-takes-no-place-in-line",
               source_takes_no_place_in_line);
  ts_test_add ("/tschan/channel/C09-callbacks-come-in-order", callbacks_come_in_order);
  ts_test_add ("/tschan/channel/boxed-result-is-the-same", boxed_result_is_the_same);
  ts_test_add ("/tschan/channel/C10-lost-context-gives-items-back-in-order",
               lost_context_gives_items_back_in_order);
  ts_test_add ("/tschan/channel/C16-many-takes-what-is-there", many_takes_what_is_there);
  ts_test_add ("/tschan/channel/C16-many-lets-parked-senders-in", many_lets_parked_senders_in);
  ts_test_add ("/tschan/channel/C13-iteration-ends-when-closed-and-empty",
               iteration_ends_when_closed_and_empty);
  ts_test_add ("/tschan/channel/drained-channel-is-small", drained_channel_is_small);

  return g_test_run ();
}
