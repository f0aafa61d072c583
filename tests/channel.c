/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a TsChannel does, by every way to send and to receive, for every kind of capacity. Each claim
 * is written once; for_all() goes through the combinations. */

#include "ts-test-channel.h"

typedef struct
{
  TsTestSend    send;
  TsTestReceive receive;
  int           capacity;
  TsChannel    *channel;
} Case;

typedef void (*Claim) (const Case *c);

static gboolean
send_waits (TsTestSend route)
{
  return route != TS_TEST_SEND_TRY;
}

static gboolean
receive_waits (TsTestReceive route)
{
  return route != TS_TEST_RECEIVE_TRY;
}

static void
run_case (Case *c, Claim claim)
{
  GMainContext *context = ts_test_context_push ();
  TsTestFate fate;

  ts_test_note ("capacity %d, send: %s, receive: %s", c->capacity, ts_test_send_name (c->send),
                ts_test_receive_name (c->receive));
  c->channel = ts_channel_new (c->capacity);
  ts_test_track (c->channel, &fate);
  claim (c);
  g_object_unref (c->channel);
  ts_test_assert_finalized (&fate);
  ts_test_context_pop (context);
}

static void
for_all (gconstpointer data)
{
  const Claim claim = ((const Claim *) data)[0];
  Case c;

  for (guint i = 0; i < TS_TEST_N_CAPACITIES; i++)
    for (c.send = 0; c.send < TS_TEST_N_SENDS; c.send++)
      for (c.receive = 0; c.receive < TS_TEST_N_RECEIVES; c.receive++)
        {
          c.capacity = ts_test_capacities[i];
          run_case (&c, claim);
        }
}

static TsTestPeer *
start_send (const Case *c, gint64 item)
{
  return ts_test_send_start (c->send, c->channel, item, NULL);
}

static TsTestPeer *
start_receive (const Case *c)
{
  return ts_test_receive_start (c->receive, c->channel, NULL);
}

static void
assert_state (const Case *c, guint length, gboolean can_send, gboolean can_receive)
{
  g_assert_cmpuint (ts_channel_get_length (c->channel), ==, length);
  g_assert_true (ts_channel_get_can_send (c->channel) == can_send);
  g_assert_true (ts_channel_get_can_receive (c->channel) == can_receive);
}

/* So many that the channel is full; for an unlimited one, many. */
static guint
fill (const Case *c)
{
  const guint n = c->capacity < 0 ? 10 : (guint) c->capacity;

  for (guint i = 0; i < n; i++)
    ts_test_assert_sent (start_send (c, i));
  return n;
}

static void
items_come_out_in_order (const Case *c)
{
  const guint n = c->capacity < 0 ? 10 : (guint) c->capacity;

  for (guint round = 0; round < 2; round++)
    {
      assert_state (c, 0, c->capacity != 0, FALSE);
      fill (c);
      assert_state (c, n, c->capacity < 0, n > 0);
      for (guint i = 0; i < n; i++)
        {
          ts_test_assert_received (start_receive (c), i);
          assert_state (c, n - 1 - i, TRUE, i < n - 1);
        }
    }
}

static void
parked_receiver_gets_the_item (const Case *c)
{
  TsTestPeer *receiver;

  if (!receive_waits (c->receive))
    return;
  receiver = start_receive (c);
  g_assert_false (ts_test_peer_is_over (receiver));
  if (c->receive == TS_TEST_RECEIVE_SOURCE && c->capacity == 0)
    {
      /* A source only tells; on a channel without room there is nobody whom a send could meet. */
      TsTestPeer *sender;

      if (!send_waits (c->send) || c->send == TS_TEST_SEND_SOURCE)
        {
          ts_test_peer_drop (receiver);
          return;
        }
      sender = start_send (c, 7);
      ts_test_assert_received (receiver, 7);
      ts_test_assert_sent (sender);
      return;
    }
  ts_test_assert_sent (start_send (c, 7));
  ts_test_assert_received (receiver, 7);
  assert_state (c, 0, c->capacity != 0, FALSE);
}

static void
parked_sender_waits_for_room (const Case *c)
{
  TsTestPeer *sender;
  guint n;

  if (!send_waits (c->send) || c->capacity < 0)
    return;
  n = fill (c);
  sender = start_send (c, n);
  g_assert_false (ts_test_peer_is_over (sender));
  g_assert_cmpuint (ts_channel_get_length (c->channel), ==, n);
  if (c->send == TS_TEST_SEND_SOURCE && c->capacity == 0)
    {
      /* It is told of somebody who waits, and then tries; a source on the other side only tells. */
      if (!receive_waits (c->receive) || c->receive == TS_TEST_RECEIVE_SOURCE)
        {
          ts_test_peer_drop (sender);
          return;
        }
      TsTestPeer *receiver = start_receive (c);
      ts_test_assert_sent (sender);
      ts_test_assert_received (receiver, 0);
      return;
    }
  ts_test_assert_received (start_receive (c), 0);
  ts_test_assert_sent (sender);
  for (guint i = 1; i <= n; i++)
    ts_test_assert_received (start_receive (c), i);
  assert_state (c, 0, c->capacity != 0, FALSE);
}

/* The item of a parked sender goes in at once when there is room: nobody can overtake it. */
static void
newcomers_do_not_overtake (const Case *c)
{
  TsTestPeer *first, *second;
  guint n;

  if (!send_waits (c->send) || c->send == TS_TEST_SEND_SOURCE || c->capacity <= 0)
    return;
  n = fill (c);
  first = start_send (c, n);
  second = start_send (c, n + 1);
  ts_test_assert_received (start_receive (c), 0);
  g_assert_false (ts_test_try_send (c->channel, 1000));
  g_assert_false (ts_test_peer_is_over (second));
  for (guint i = 1; i <= n + 1; i++)
    ts_test_assert_received (start_receive (c), i);
  ts_test_assert_sent (first);
  ts_test_assert_sent (second);
}

/* Those who wait are served in the order in which they came. */
static void
waiters_are_served_in_order (const Case *c)
{
  TsTestPeer *peers[4];

  if (receive_waits (c->receive) && c->receive != TS_TEST_RECEIVE_SOURCE &&
      c->send != TS_TEST_SEND_SOURCE)
    {
      for (guint i = 0; i < 4; i++)
        peers[i] = start_receive (c);
      for (guint i = 0; i < 4; i++)
        ts_test_assert_sent (start_send (c, i));
      for (guint i = 0; i < 4; i++)
        ts_test_assert_received (peers[i], i);
    }
  if (c->capacity == 0 && send_waits (c->send) && c->send != TS_TEST_SEND_SOURCE)
    {
      for (guint i = 0; i < 4; i++)
        peers[i] = start_send (c, i);
      for (guint i = 0; i < 4; i++)
        ts_test_assert_received (start_receive (c), i);
      for (guint i = 0; i < 4; i++)
        ts_test_assert_sent (peers[i]);
    }
}

static void
try_never_waits (const Case *c)
{
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;
  guint n;

  g_assert_false (ts_channel_try_receive (c->channel, &value, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_EMPTY);
  g_assert_true (G_VALUE_HOLDS_POINTER (&value));
  g_clear_error (&error);
  g_assert_null (ts_channel_try_receive_value (c->channel, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_EMPTY);
  g_clear_error (&error);
  g_assert_null (ts_channel_try_receive_many (c->channel, 10, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_EMPTY);
  if (c->capacity < 0)
    return;

  n = fill (c);
  g_value_unset (&value);
  g_value_init (&value, G_TYPE_INT64);
  g_clear_error (&error);
  g_assert_false (ts_channel_try_send (c->channel, &value, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_FULL);
  g_clear_error (&error);
  g_assert_false (ts_channel_try_send_take (c->channel, &value, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_FULL);
  g_assert_true (G_VALUE_HOLDS_INT64 (&value));
  g_assert_cmpuint (ts_channel_get_length (c->channel), ==, n);
}

/* On a rendezvous channel a try succeeds if somebody waits on the other side. */
static void
try_meets_who_waits (const Case *c)
{
  TsTestPeer *peer;

  if (receive_waits (c->receive) && c->receive != TS_TEST_RECEIVE_SOURCE)
    {
      peer = start_receive (c);
      g_assert_true (ts_channel_get_can_send (c->channel));
      g_assert_true (ts_test_try_send (c->channel, 5));
      ts_test_assert_received (peer, 5);
    }
  if (c->capacity == 0 && send_waits (c->send) && c->send != TS_TEST_SEND_SOURCE)
    {
      peer = start_send (c, 6);
      g_assert_true (ts_channel_get_can_receive (c->channel));
      g_assert_cmpint (ts_test_try_receive (c->channel), ==, 6);
      ts_test_assert_sent (peer);
    }
}

/* Cancellation and deadlines */

static void
cancelled_before_does_nothing (const Case *c)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  if (ts_test_send_takes_cancellable (c->send))
    {
      ts_test_assert_failed (ts_test_send_start (c->send, c->channel, 1, cancellable), G_IO_ERROR,
                             G_IO_ERROR_CANCELLED);
      assert_state (c, 0, c->capacity != 0, FALSE);
    }
  if (ts_test_receive_takes_cancellable (c->receive) && c->capacity != 0)
    {
      ts_test_assert_sent (start_send (c, 1));
      ts_test_assert_failed (ts_test_receive_start (c->receive, c->channel, cancellable),
                             G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpint (ts_test_try_receive (c->channel), ==, 1);
    }
}

static void
cancelled_receive_takes_nothing (const Case *c)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TsTestPeer *first, *second;

  if (!ts_test_receive_takes_cancellable (c->receive) || c->receive == TS_TEST_RECEIVE_SOURCE ||
      c->send == TS_TEST_SEND_SOURCE)
    return;
  first = ts_test_receive_start (c->receive, c->channel, cancellable);
  second = start_receive (c);
  g_cancellable_cancel (cancellable);
  ts_test_assert_failed (first, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (ts_test_peer_is_over (second));
  ts_test_assert_sent (start_send (c, 9));
  ts_test_assert_received (second, 9);
}

static void
cancelled_send_gives_nothing (const Case *c)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TsTestPeer *first, *second;
  guint n;

  if (!ts_test_send_takes_cancellable (c->send) || c->send == TS_TEST_SEND_SOURCE ||
      c->capacity < 0)
    return;
  n = fill (c);
  first = ts_test_send_start (c->send, c->channel, 1000, cancellable);
  second = start_send (c, n);
  g_cancellable_cancel (cancellable);
  ts_test_assert_failed (first, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  for (guint i = 0; i <= n; i++)
    ts_test_assert_received (start_receive (c), i);
  ts_test_assert_sent (second);
  assert_state (c, 0, c->capacity != 0, FALSE);
}

static void
deadlines_change_nothing (const Case *c)
{
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;
  guint n;

  for (gint64 later = 0; later <= 1000; later += 1000)
    {
      const gint64 deadline = g_get_monotonic_time () + later;

      g_assert_false (ts_channel_receive_until (c->channel, deadline, NULL, &value, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
      g_assert_true (G_VALUE_HOLDS_POINTER (&value));
      g_assert_cmpint (g_get_monotonic_time (), >=, deadline);
      g_clear_error (&error);
      g_assert_null (ts_channel_receive_until_value (c->channel, deadline, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
      g_clear_error (&error);
    }
  assert_state (c, 0, c->capacity != 0, FALSE);
  if (c->capacity < 0)
    return;

  n = fill (c);
  g_value_unset (&value);
  g_value_init (&value, G_TYPE_INT64);
  g_assert_false (ts_channel_send_until (c->channel, &value, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_assert_false (ts_channel_send_take_until (c->channel, &value, g_get_monotonic_time () + 1000,
                                              NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_true (G_VALUE_HOLDS_INT64 (&value));
  assert_state (c, n, FALSE, n > 0);
}

/* Results that nobody collects */

/* A watch takes its item as soon as the context is iterated, which some senders do. */
static gboolean
can_be_dropped_unread (const Case *c)
{
  if (c->send == TS_TEST_SEND_SOURCE)
    return FALSE;
  return c->receive == TS_TEST_RECEIVE_ASYNC || c->receive == TS_TEST_RECEIVE_PORT ||
         (c->receive == TS_TEST_RECEIVE_WATCH && c->send != TS_TEST_SEND_ASYNC);
}

static void
uncollected_item_is_the_next_one_out (const Case *c)
{
  TsTestPeer *receiver;

  if (!can_be_dropped_unread (c) || c->capacity == 0)
    return;
  receiver = start_receive (c);
  ts_test_assert_sent (start_send (c, 1));
  ts_test_assert_sent (start_send (c, 2));
  ts_test_peer_drop (receiver);
  g_assert_cmpint (ts_test_try_receive (c->channel), ==, 1);
  g_assert_cmpint (ts_test_try_receive (c->channel), ==, 2);
  assert_state (c, 0, TRUE, FALSE);
}

static void
uncollected_item_goes_to_who_waits (const Case *c)
{
  TsTestPeer *receiver, *next;

  if (!can_be_dropped_unread (c))
    return;
  receiver = start_receive (c);
  next = start_receive (c);
  ts_test_assert_sent (start_send (c, 1));
  if (c->receive == TS_TEST_RECEIVE_ASYNC)
    g_assert_false (ts_test_peer_is_over (next));
  ts_test_peer_drop (receiver);
  ts_test_assert_received (next, 1);
  assert_state (c, 0, c->capacity != 0, FALSE);
}

/* Several that are given up one after the other come out in their old order. */
static void
uncollected_items_keep_their_order (const Case *c)
{
  TsTestPeer *receivers[3];
  const guint orders[][3] = { { 0, 1, 2 }, { 2, 1, 0 }, { 1, 2, 0 } };

  if (!can_be_dropped_unread (c))
    return;
  for (guint o = 0; o < G_N_ELEMENTS (orders); o++)
    {
      for (guint i = 0; i < 3; i++)
        receivers[i] = start_receive (c);
      for (guint i = 0; i < 3; i++)
        ts_test_assert_sent (start_send (c, i));
      for (guint i = 0; i < 3; i++)
        ts_test_peer_drop (receivers[orders[o][i]]);
      for (guint i = 0; i < 3; i++)
        g_assert_cmpint (ts_test_try_receive (c->channel), ==, i);
      assert_state (c, 0, c->capacity != 0, FALSE);
    }
}

static void
dropped_send_sends_nothing (const Case *c)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TsTestPeer *sender;
  guint n;

  if (!send_waits (c->send) || c->capacity < 0)
    return;
  n = fill (c);
  sender = ts_test_send_start (c->send, c->channel, 1000,
                               ts_test_send_takes_cancellable (c->send) ? cancellable : NULL);
  ts_test_peer_drop (sender);
  for (guint i = 0; i < n; i++)
    ts_test_assert_received (start_receive (c), i);
  assert_state (c, 0, c->capacity != 0, FALSE);
}

/* Closing */

static void
closed_channel_gives_what_is_inside (const Case *c)
{
  guint n;

  g_assert_false (ts_channel_is_closed (c->channel));
  n = fill (c);
  g_assert_true (ts_channel_close (c->channel));
  g_assert_false (ts_channel_close (c->channel));
  g_assert_true (ts_channel_is_closed (c->channel));
  g_assert_false (ts_channel_get_can_send (c->channel));
  ts_test_assert_failed (start_send (c, 1), TS_ERROR, TS_ERROR_CLOSED);
  for (guint i = 0; i < n; i++)
    ts_test_assert_received (start_receive (c), i);
  for (guint i = 0; i < 3; i++)
    ts_test_assert_failed (start_receive (c), TS_ERROR, TS_ERROR_CLOSED);
  ts_test_assert_failed (start_send (c, 1), TS_ERROR, TS_ERROR_CLOSED);
  g_assert_cmpuint (ts_channel_get_length (c->channel), ==, 0);
}

static void
close_wakes_who_waits (const Case *c)
{
  TsTestPeer *peers[3];
  guint n;

  if (receive_waits (c->receive))
    {
      for (guint i = 0; i < 3; i++)
        peers[i] = start_receive (c);
      ts_channel_close (c->channel);
      for (guint i = 0; i < 3; i++)
        ts_test_assert_failed (peers[i], TS_ERROR, TS_ERROR_CLOSED);
      g_object_unref (c->channel);
      ((Case *) c)->channel = ts_channel_new (c->capacity);
    }
  if (send_waits (c->send) && c->capacity >= 0)
    {
      n = fill (c);
      for (guint i = 0; i < 3; i++)
        peers[i] = start_send (c, 1000 + i);
      ts_channel_close (c->channel);
      for (guint i = 0; i < 3; i++)
        ts_test_assert_failed (peers[i], TS_ERROR, TS_ERROR_CLOSED);
      for (guint i = 0; i < n; i++)
        ts_test_assert_received (start_receive (c), i);
      ts_test_assert_failed (start_receive (c), TS_ERROR, TS_ERROR_CLOSED);
    }
}

/* Lifetime: a parked call keeps its channel; the tests of ownership are in channel-values.c. */
static void
parked_call_keeps_the_channel (const Case *c)
{
  TsChannel *channel = ts_channel_new (0);
  TsTestFate fate;
  TsTestPeer *peer;

  ts_test_track (channel, &fate);
  if (receive_waits (c->receive))
    {
      peer = ts_test_receive_start (c->receive, channel, NULL);
      g_object_unref (channel);
      ts_test_assert_alive (&fate);
      ts_channel_close (channel);
      ts_test_assert_failed (peer, TS_ERROR, TS_ERROR_CLOSED);
      ts_test_assert_finalized (&fate);
    }
  else
    {
      g_object_unref (channel);
    }
}

static const struct
{
  const char *path;
  Claim       claim;
} claims[] = {
  { "/tschan/channel/C01-items-come-out-in-order", items_come_out_in_order },
  { "/tschan/channel/C02-parked-receiver-gets-the-item", parked_receiver_gets_the_item },
  { "/tschan/channel/C03-parked-sender-waits-for-room", parked_sender_waits_for_room },
  { "/tschan/channel/C03-newcomers-do-not-overtake", newcomers_do_not_overtake },
  { "/tschan/channel/waiters-are-served-in-order", waiters_are_served_in_order },
  { "/tschan/channel/C05-try-never-waits", try_never_waits },
  { "/tschan/channel/C05-try-meets-who-waits", try_meets_who_waits },
  { "/tschan/channel/C06-cancelled-before-does-nothing", cancelled_before_does_nothing },
  { "/tschan/channel/C06-cancelled-receive-takes-nothing", cancelled_receive_takes_nothing },
  { "/tschan/channel/C06-cancelled-send-gives-nothing", cancelled_send_gives_nothing },
  { "/tschan/channel/C06-deadlines-change-nothing", deadlines_change_nothing },
  { "/tschan/channel/C10-uncollected-item-is-the-next-one-out",
    uncollected_item_is_the_next_one_out },
  { "/tschan/channel/C10-uncollected-item-goes-to-who-waits", uncollected_item_goes_to_who_waits },
  { "/tschan/channel/C10-uncollected-items-keep-their-order", uncollected_items_keep_their_order },
  { "/tschan/channel/C10-dropped-send-sends-nothing", dropped_send_sends_nothing },
  { "/tschan/channel/C07-closed-channel-gives-what-is-inside",
    closed_channel_gives_what_is_inside },
  { "/tschan/channel/C08-close-wakes-who-waits", close_wakes_who_waits },
  { "/tschan/channel/parked-call-keeps-the-channel", parked_call_keeps_the_channel },
};

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (claims); i++)
    ts_test_add_data (claims[i].path, for_all, &claims[i].claim);

  return g_test_run ();
}
