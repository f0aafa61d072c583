/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "ts-test-channel.h"

#include <poll.h>

typedef enum
{
  THREAD,
  ASYNC,
  SOURCE,
  PORT,
  AT_ONCE,
} Manner;

struct _TsTestPeer
{
  Manner        manner;
  gboolean      sends;
  TsTestSend    send;
  TsTestReceive receive;
  TsChannel    *channel;
  GCancellable *cancellable;

  gint64        item;
  GError       *error;
  gboolean      success;
  _Atomic int   over;

  TsTestThread *thread;
  TsTestAsync   async;
  GMainContext *context;
  GSource      *source;
  TsPort       *port;
  gint64        token;
};

const int ts_test_capacities[TS_TEST_N_CAPACITIES] = { 0, 1, 2, 7, TS_CHANNEL_UNLIMITED };

const char *
ts_test_send_name (TsTestSend route)
{
  static const char *const names[] = {
    "blocking", "until", "take", "async", "source", "port", "try",
  };

  return names[route];
}

const char *
ts_test_receive_name (TsTestReceive route)
{
  static const char *const names[] = {
    "blocking", "until", "value", "many", "next", "async", "source", "watch", "port", "try",
  };

  return names[route];
}

gboolean
ts_test_send_takes_cancellable (TsTestSend route)
{
  return route != TS_TEST_SEND_PORT && route != TS_TEST_SEND_TRY;
}

gboolean
ts_test_receive_takes_cancellable (TsTestReceive route)
{
  return route != TS_TEST_RECEIVE_NEXT && route != TS_TEST_RECEIVE_WATCH &&
         route != TS_TEST_RECEIVE_PORT && route != TS_TEST_RECEIVE_TRY;
}

/* What comes out of the calls */

static void
value_set (GValue *value, gint64 item)
{
  g_value_init (value, G_TYPE_INT64);
  g_value_set_int64 (value, item);
}

/* On every exit but success an out value is a NULL pointer. */
static void
take_out_value (TsTestPeer *self, GValue *value)
{
  if (self->success)
    self->item = g_value_get_int64 (value);
  else
    g_assert_true (G_VALUE_HOLDS_POINTER (value) && g_value_get_pointer (value) == NULL);
  g_value_unset (value);
}

static void
take_box (TsTestPeer *self, GValue *box)
{
  self->success = box != NULL;
  if (box == NULL)
    return;
  self->item = g_value_get_int64 (box);
  g_boxed_free (G_TYPE_VALUE, box);
}

static void
take_array (TsTestPeer *self, GPtrArray *items)
{
  self->success = items != NULL;
  if (items == NULL)
    return;
  g_assert_cmpuint (items->len, ==, 1);
  self->item = g_value_get_int64 (items->pdata[0]);
  g_ptr_array_unref (items);
}

/* Threads, and what never waits */

static gint64
far_away (void)
{
  return g_get_monotonic_time () + G_MAXINT32;
}

static void
send_blocking (TsTestPeer *self)
{
  GValue value = G_VALUE_INIT;

  value_set (&value, self->item);
  switch ((int) self->send)
    {
    case TS_TEST_SEND_UNTIL:
      self->success = ts_channel_send_until (self->channel, &value, far_away (), self->cancellable,
                                             &self->error);
      break;
    case TS_TEST_SEND_TAKE:
      self->success = ts_channel_send_take (self->channel, &value, self->cancellable,
                                            &self->error);
      g_assert_true (G_IS_VALUE (&value) == !self->success);
      if (self->success)
        return;
      break;
    case TS_TEST_SEND_TRY:
      self->success = ts_channel_try_send (self->channel, &value, &self->error);
      break;
    default:
      self->success = ts_channel_send (self->channel, &value, self->cancellable, &self->error);
    }
  g_assert_cmpint (g_value_get_int64 (&value), ==, self->item);
  g_value_unset (&value);
}

static void
receive_blocking (TsTestPeer *self)
{
  GValue value = G_VALUE_INIT;

  switch ((int) self->receive)
    {
    case TS_TEST_RECEIVE_VALUE:
      take_box (self, ts_channel_receive_value (self->channel, self->cancellable, &self->error));
      return;
    case TS_TEST_RECEIVE_MANY:
      take_array (self, ts_channel_receive_many (self->channel, 1, self->cancellable,
                                                 &self->error));
      return;
    case TS_TEST_RECEIVE_NEXT:
      take_box (self, ts_channel_next (self->channel));
      if (!self->success)
        self->error = g_error_new_literal (TS_ERROR, TS_ERROR_CLOSED, "the end");
      return;
    case TS_TEST_RECEIVE_UNTIL:
      self->success = ts_channel_receive_until (self->channel, far_away (), self->cancellable,
                                                &value, &self->error);
      break;
    case TS_TEST_RECEIVE_TRY:
      self->success = ts_channel_try_receive (self->channel, &value, &self->error);
      break;
    default:
      self->success = ts_channel_receive (self->channel, self->cancellable, &value, &self->error);
    }
  take_out_value (self, &value);
}

static gpointer
call_in_thread (gpointer data)
{
  TsTestPeer *self = data;

  ts_test_thread_will_block ();
  if (self->sends)
    send_blocking (self);
  else
    receive_blocking (self);
  atomic_store (&self->over, TRUE);
  return NULL;
}

/* Sources and watches */

static gboolean
on_source (gpointer data)
{
  TsTestPeer *self = data;

  g_assert_false (atomic_load (&self->over));
  ts_test_check_callback (self->context);
  if (g_cancellable_set_error_if_cancelled (self->cancellable, &self->error))
    self->success = FALSE;
  else if (self->sends)
    send_blocking (self);
  else
    receive_blocking (self);
  if (g_error_matches (self->error, TS_ERROR, self->sends ? TS_ERROR_FULL : TS_ERROR_EMPTY))
    {
      g_clear_error (&self->error); /* somebody else was quicker */
      return G_SOURCE_CONTINUE;
    }
  atomic_store (&self->over, TRUE);
  return G_SOURCE_REMOVE;
}

static gboolean
on_item (TsChannel *channel, const GValue *value, gpointer data)
{
  TsTestPeer *self = data;

  g_assert_true (channel == self->channel);
  g_assert_false (atomic_load (&self->over));
  ts_test_check_callback (self->context);
  self->item = g_value_get_int64 (value);
  self->success = TRUE;
  atomic_store (&self->over, TRUE);
  return G_SOURCE_REMOVE;
}

static void
on_watch_end (gpointer data)
{
  TsTestPeer *self = data;

  if (!self->success && self->error == NULL)
    self->error = g_error_new_literal (TS_ERROR, TS_ERROR_CLOSED, "the end");
  atomic_store (&self->over, TRUE);
}

static void
start_source (TsTestPeer *self)
{
  if (!self->sends && self->receive == TS_TEST_RECEIVE_WATCH)
    {
      guint id = ts_channel_add_watch_full (self->channel, G_PRIORITY_DEFAULT, on_item, self,
                                            on_watch_end);

      self->source = g_source_ref (g_main_context_find_source_by_id (self->context, id));
    }
  else
    {
      self->source = ts_channel_create_source (self->channel, self->sends ? G_IO_OUT : G_IO_IN,
                                               self->cancellable);
      g_source_set_callback (self->source, on_source, self, NULL);
      g_source_attach (self->source, self->context);
      self->send = TS_TEST_SEND_TRY;
      self->receive = TS_TEST_RECEIVE_TRY;
    }
  g_main_context_iteration (self->context, FALSE);
}

static void
start_async (TsTestPeer *self)
{
  GValue value = G_VALUE_INIT;

  ts_test_async_begin (&self->async, self->channel);
  if (self->sends)
    {
      value_set (&value, self->item);
      ts_channel_send_async (self->channel, &value, self->cancellable, ts_test_async_callback,
                             &self->async);
      g_value_unset (&value);
    }
  else
    {
      ts_channel_receive_async (self->channel, self->cancellable, ts_test_async_callback,
                                &self->async);
    }
  ts_test_async_end (&self->async);
}

static void
start_port (TsTestPeer *self)
{
  GValue value = G_VALUE_INIT;

  self->port = ts_port_new ();
  if (self->sends)
    {
      value_set (&value, self->item);
      self->token = ts_port_send (self->port, self->channel, &value);
      g_value_unset (&value);
    }
  else
    {
      self->token = ts_port_receive (self->port, self->channel);
    }
  g_assert_cmpint (self->token, >, 0);
}

static void
start (TsTestPeer *self)
{
  self->context = g_main_context_ref_thread_default ();
  if (self->manner == SOURCE)
    {
      start_source (self);
      return;
    }
  ts_test_forbid_callbacks ();
  switch (self->manner)
    {
    case THREAD:
      self->thread = ts_test_thread_new (call_in_thread, self);
      ts_test_thread_wait_blocked (self->thread);
      break;
    case ASYNC:
      start_async (self);
      break;
    case PORT:
      start_port (self);
      break;
    case AT_ONCE:
      if (self->sends)
        send_blocking (self);
      else
        receive_blocking (self);
      atomic_store (&self->over, TRUE);
      break;
    case SOURCE:
    default:
      g_assert_not_reached ();
    }
  ts_test_allow_callbacks ();
}

TsTestPeer *
ts_test_send_start (TsTestSend route, TsChannel *channel, gint64 item, GCancellable *cancellable)
{
  static const Manner manners[] = { THREAD, THREAD, THREAD, ASYNC, SOURCE, PORT, AT_ONCE };
  TsTestPeer *self = g_new0 (TsTestPeer, 1);

  self->manner = manners[route];
  self->sends = TRUE;
  self->send = route;
  self->channel = channel;
  self->cancellable = cancellable;
  self->item = item;
  start (self);
  return self;
}

TsTestPeer *
ts_test_receive_start (TsTestReceive route, TsChannel *channel, GCancellable *cancellable)
{
  static const Manner manners[] = {
    THREAD, THREAD, THREAD, THREAD, THREAD, ASYNC, SOURCE, SOURCE, PORT, AT_ONCE,
  };
  TsTestPeer *self = g_new0 (TsTestPeer, 1);

  self->manner = manners[route];
  self->receive = route;
  self->channel = channel;
  self->cancellable = cancellable;
  self->item = -1;
  start (self);
  return self;
}

static gboolean
port_is_readable (TsPort *port)
{
  struct pollfd fd = { ts_port_get_fd (port), POLLIN, 0 };

  return poll (&fd, 1, 0) == 1;
}

gboolean
ts_test_peer_is_over (TsTestPeer *self)
{
  if (self->manner == PORT)
    return port_is_readable (self->port);
  if (self->manner == SOURCE || self->manner == ASYNC)
    ts_test_iterate (self->context);
  return atomic_load (self->manner == ASYNC ? &self->async.calls : &self->over) > 0;
}

static void
peer_free (TsTestPeer *self)
{
  ts_test_async_clear (&self->async);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_object (&self->port);
  g_clear_error (&self->error);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
finish_async (TsTestPeer *self)
{
  GValue value = G_VALUE_INIT;

  ts_test_async_wait (&self->async);
  if (self->sends)
    {
      self->success = ts_channel_send_finish (self->channel, self->async.result, &self->error);
      return;
    }
  self->success = ts_channel_receive_finish (self->channel, self->async.result, &value,
                                             &self->error);
  take_out_value (self, &value);
}

static void
finish_port (TsTestPeer *self)
{
  GValue value = G_VALUE_INIT;

  ts_test_wait_for (port_is_readable (self->port));
  g_assert_cmpint (ts_port_next_ready (self->port), ==, self->token);
  self->success = ts_port_finish (self->port, self->token, &value, &self->error);
  if (self->sends)
    g_assert_true (G_VALUE_HOLDS_POINTER (&value));
  else
    take_out_value (self, &value);
}

gboolean
ts_test_peer_finish (TsTestPeer *self, gint64 *item, GError **error)
{
  gboolean success;

  if (self->manner == THREAD)
    ts_test_thread_join (self->thread);
  else if (self->manner == ASYNC)
    finish_async (self);
  else if (self->manner == PORT)
    finish_port (self);
  while (self->manner == SOURCE && !atomic_load (&self->over))
    g_main_context_iteration (self->context, TRUE);

  success = self->success;
  g_assert_true (success == (self->error == NULL));
  if (item != NULL)
    *item = success ? self->item : -1;
  if (self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  peer_free (self);
  return success;
}

void
ts_test_peer_drop (TsTestPeer *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  if (self->manner == THREAD)
    ts_test_thread_join (self->thread);
  else if (self->manner == ASYNC)
    ts_test_async_wait (&self->async);
  else if (self->manner == PORT)
    g_assert_true (ts_port_cancel (self->port, self->token));
  else if (self->manner == SOURCE)
    g_source_destroy (self->source);
  peer_free (self);
}

void
ts_test_assert_sent (TsTestPeer *peer)
{
  g_autoptr (GError) error = NULL;
  gboolean sent = ts_test_peer_finish (peer, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (sent);
}

void
ts_test_assert_received (TsTestPeer *peer, gint64 item)
{
  g_autoptr (GError) error = NULL;
  gint64 got = -1;
  gboolean received = ts_test_peer_finish (peer, &got, &error);

  g_assert_no_error (error);
  g_assert_true (received);
  g_assert_cmpint (got, ==, item);
}

void
ts_test_assert_failed (TsTestPeer *peer, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ts_test_peer_finish (peer, NULL, &error));
  g_assert_error (error, domain, code);
}

gboolean
ts_test_try_send (TsChannel *channel, gint64 item)
{
  TsTestPeer *peer = ts_test_send_start (TS_TEST_SEND_TRY, channel, item, NULL);

  return ts_test_peer_finish (peer, NULL, NULL);
}

gint64
ts_test_try_receive (TsChannel *channel)
{
  TsTestPeer *peer = ts_test_receive_start (TS_TEST_RECEIVE_TRY, channel, NULL);
  gint64 item;

  ts_test_peer_finish (peer, &item, NULL);
  return item;
}
