/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Each kind of sender and receiver, as the main function of a thread. */

#include "race-channel.h"

#include <poll.h>
#include <string.h>

_Atomic int race_items_alive;

static Item *
item_new (guint sender, guint number)
{
  Item *self = g_new0 (Item, 1);

  atomic_store (&self->refs, 1);
  self->sender = sender;
  self->number = number;
  atomic_fetch_add (&race_items_alive, 1);
  return self;
}

static gpointer
item_copy (gpointer boxed)
{
  atomic_fetch_add (&((Item *) boxed)->refs, 1);
  return boxed;
}

static void
item_free (gpointer boxed)
{
  Item *self = boxed;
  const int before = atomic_fetch_sub (&self->refs, 1);

  g_assert_cmpint (before, >, 0);
  if (before > 1)
    return;
  atomic_fetch_sub (&race_items_alive, 1);
  g_free (self);
}

G_DEFINE_BOXED_TYPE (Item, race_item, item_copy, item_free)

/* Chance and cancellation */

static gboolean
one_in (Peer *self, int n)
{
  return g_rand_int_range (self->rand, 0, n) == 0;
}

static gboolean
is_chaotic (Peer *self)
{
  return self->run->mode != ORDERLY;
}

void
race_publish (Peer *self, GCancellable *cancellable)
{
  GCancellable *before;

  g_mutex_lock (&self->mutex);
  before = self->cancellable;
  self->cancellable = cancellable == NULL ? NULL : g_object_ref (cancellable);
  g_mutex_unlock (&self->mutex);
  g_clear_object (&before);
}

/* None, one that is cancelled already, or one that somebody may cancel. */
static GCancellable *
choose_cancellable (Peer *self)
{
  GCancellable *cancellable;

  if (one_in (self, 2))
    return NULL;
  cancellable = g_cancellable_new ();
  if (one_in (self, 10))
    g_cancellable_cancel (cancellable);
  else
    race_publish (self, cancellable);
  return cancellable;
}

void
race_cancel (Peer *self)
{
  GCancellable *cancellable;

  g_mutex_lock (&self->mutex);
  cancellable = g_steal_pointer (&self->cancellable);
  g_mutex_unlock (&self->mutex);
  if (cancellable == NULL)
    return;
  g_cancellable_cancel (cancellable);
  g_object_unref (cancellable);
}

static gint64
choose_deadline (Peer *self)
{
  return one_in (self, 3) ? -1 : g_get_monotonic_time () + g_rand_int_range (self->rand, -5, 100);
}

/* Accounts */

static void
check_error (Peer *self, const GError *error)
{
  if (g_error_matches (error, TS_ERROR, TS_ERROR_CLOSED))
    self->ended = TRUE;
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

static void
note_sent (Peer *self, guint number, gboolean accepted, GError *error)
{
  self->run->fates[self->index][number] = accepted ? ACCEPTED : REFUSED;
  if (!accepted)
    check_error (self, error);
  g_clear_error (&error);
}

static void
note_received (Peer *self, const GValue *value)
{
  Item *item = g_value_get_boxed (value);

  g_assert_cmpint (atomic_fetch_add (&self->run->received[item->sender][item->number], 1), ==, 0);
  if (!is_chaotic (self))
    g_assert_cmpint (item->number, >, self->last[item->sender]);
  self->last[item->sender] = item->number;
}

void
race_take_received (Peer *self, GValue *value, GError *error)
{
  if (error != NULL)
    check_error (self, error);
  else
    note_received (self, value);
  g_value_unset (value);
  g_clear_error (&error);
}

static void
make_value (Peer *self, guint number, GValue *value)
{
  memset (value, 0, sizeof *value);
  g_value_init (value, race_item_get_type ());
  g_value_take_boxed (value, item_new (self->index, number));
}

static gboolean
has_more (Peer *self)
{
  return self->next < self->run->n_items && !self->ended;
}

/* Senders */

static void
send_in_thread (Peer *self, gboolean impatient)
{
  while (has_more (self))
    {
      GCancellable *cancellable = impatient ? choose_cancellable (self) : NULL;
      const gint64 deadline = impatient ? choose_deadline (self) : -1;
      const guint number = self->next++;
      GError *error = NULL;
      gboolean accepted;
      GValue value;

      make_value (self, number, &value);
      if (one_in (self, 2))
        accepted = ts_channel_send_take_until (self->run->channel, &value, deadline, cancellable,
                                               &error);
      else
        accepted = ts_channel_send_until (self->run->channel, &value, deadline, cancellable,
                                          &error);
      if (G_IS_VALUE (&value))
        g_value_unset (&value);
      note_sent (self, number, accepted, error);
      g_clear_object (&cancellable);
    }
}

static void
send_patiently (Peer *self)
{
  send_in_thread (self, FALSE);
}

static void
send_impatiently (Peer *self)
{
  send_in_thread (self, TRUE);
}

typedef struct
{
  Peer *peer;
  guint number;
} SendCall;

static void start_send (Peer *self);

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  SendCall *call = data;
  Peer *self = call->peer;
  GError *error = NULL;
  gboolean accepted = ts_channel_send_finish (TS_CHANNEL (source), result, &error);

  ts_test_check_callback (self->context);
  note_sent (self, call->number, accepted, error);
  g_free (call);
  self->active--;
  start_send (self);
}

static void
start_send (Peer *self)
{
  GCancellable *cancellable;
  SendCall *call;
  GValue value;

  if (!has_more (self))
    return;
  cancellable = choose_cancellable (self);
  call = g_new (SendCall, 1);
  *call = (SendCall) { self, self->next++ };
  make_value (self, call->number, &value);
  self->active++;
  ts_channel_send_async (self->run->channel, &value, cancellable, on_sent, call);
  g_value_unset (&value);
  g_clear_object (&cancellable);
}

static void
run_tasks (Peer *self, void (*start) (Peer *))
{
  self->context = ts_test_context_push ();
  for (int i = 0; i < WINDOW; i++)
    start (self);
  while (self->active > 0)
    g_main_context_iteration (self->context, TRUE);
  ts_test_context_pop (self->context);
}

static void
send_by_tasks (Peer *self)
{
  run_tasks (self, start_send);
}

/* What a context takes with it is in nobody's account, but must not appear twice. */
static void
on_sent_perhaps (GObject *source, GAsyncResult *result, gpointer data)
{
  SendCall *call = data;
  GError *error = NULL;
  gboolean accepted = ts_channel_send_finish (TS_CHANNEL (source), result, &error);

  note_sent (call->peer, call->number, accepted, error);
}

static void
send_from_lost_contexts (Peer *self)
{
  SendCall calls[4];

  while (has_more (self))
    {
      self->context = ts_test_context_push ();
      for (int i = g_rand_int_range (self->rand, 1, 4); i > 0 && has_more (self); i--)
        {
          GValue value;

          calls[i] = (SendCall) { self, self->next++ };
          make_value (self, calls[i].number, &value);
          ts_channel_send_async (self->run->channel, &value, NULL, on_sent_perhaps, &calls[i]);
          g_value_unset (&value);
        }
      if (one_in (self, 2))
        g_main_context_iteration (self->context, FALSE);
      ts_test_context_pop (self->context);
    }
}

static void
wait_for_port (Peer *self)
{
  struct pollfd fd = { ts_port_get_fd (self->port), POLLIN, 0 };

  poll (&fd, 1, -1);
}

static void
send_by_port (Peer *self)
{
  gint64 tokens[WINDOW] = { 0 };
  guint numbers[WINDOW];

  self->port = ts_port_new ();
  while (has_more (self) || self->active > 0)
    {
      gint64 ready;

      for (guint i = 0; i < WINDOW; i++)
        if (tokens[i] == 0 && has_more (self))
          {
            GValue value;

            numbers[i] = self->next++;
            make_value (self, numbers[i], &value);
            tokens[i] = ts_port_send (self->port, self->run->channel, &value);
            g_value_unset (&value);
            self->active++;
          }
        else if (tokens[i] != 0 && is_chaotic (self) && one_in (self, 8))
          {
            /* It may have been sent already. */
            g_assert_true (ts_port_cancel (self->port, tokens[i]));
            tokens[i] = 0;
            self->active--;
          }
      if (self->active == 0)
        continue;
      wait_for_port (self);
      while ((ready = ts_port_next_ready (self->port)) > 0)
        for (guint i = 0; i < WINDOW; i++)
          if (tokens[i] == ready)
            {
              GValue value = G_VALUE_INIT;
              GError *error = NULL;
              gboolean accepted = ts_port_finish (self->port, ready, &value, &error);

              note_sent (self, numbers[i], accepted, error);
              tokens[i] = 0;
              self->active--;
            }
    }
  g_clear_object (&self->port);
}

/* Receivers; each goes on until the channel is closed. */

static void
receive_in_thread (Peer *self, gboolean impatient)
{
  while (!self->ended)
    {
      GCancellable *cancellable = impatient ? choose_cancellable (self) : NULL;
      GValue value = G_VALUE_INIT;
      GError *error = NULL;

      ts_channel_receive_until (self->run->channel, impatient ? choose_deadline (self) : -1,
                                cancellable, &value, &error);
      race_take_received (self, &value, error);
      g_clear_object (&cancellable);
    }
}

static void
receive_patiently (Peer *self)
{
  receive_in_thread (self, FALSE);
}

static void
receive_impatiently (Peer *self)
{
  receive_in_thread (self, TRUE);
}

static void
receive_many (Peer *self)
{
  while (!self->ended)
    {
      GError *error = NULL;
      GPtrArray *items = ts_channel_receive_many (self->run->channel,
                                                  (guint) g_rand_int_range (self->rand, 1, 6), NULL,
                                                  &error);

      for (guint i = 0; items != NULL && i < items->len; i++)
        note_received (self, items->pdata[i]);
      if (items == NULL)
        check_error (self, error);
      g_clear_error (&error);
      g_clear_pointer (&items, g_ptr_array_unref);
    }
}

static void start_receive (Peer *self);

static void
on_received (GObject *source, GAsyncResult *result, gpointer data)
{
  Peer *self = data;

  ts_test_check_callback (self->context);
  self->active--;
  if (!is_chaotic (self) || !one_in (self, 8) || ts_channel_is_closed (self->run->channel))
    {
      GValue value = G_VALUE_INIT;
      GError *error = NULL;

      ts_channel_receive_finish (TS_CHANNEL (source), result, &value, &error);
      race_take_received (self, &value, error);
    }
  start_receive (self);
}

static void
start_receive (Peer *self)
{
  GCancellable *cancellable;

  if (self->ended)
    return;
  cancellable = choose_cancellable (self);
  self->active++;
  ts_channel_receive_async (self->run->channel, cancellable, on_received, self);
  g_clear_object (&cancellable);
}

static void
receive_by_tasks (Peer *self)
{
  run_tasks (self, start_receive);
}

static gboolean
try_on_source (gpointer data)
{
  Peer *self = data;
  GValue value = G_VALUE_INIT;
  GError *error = NULL;

  ts_test_check_callback (self->context);
  if (ts_channel_try_receive (self->run->channel, &value, &error))
    note_received (self, &value);
  else if (!g_error_matches (error, TS_ERROR, TS_ERROR_EMPTY))
    check_error (self, error);
  g_value_unset (&value);
  g_clear_error (&error);
  return !self->ended;
}

static void
receive_by_source (Peer *self)
{
  GSource *source = NULL;

  self->context = ts_test_context_push ();
  while (!self->ended)
    {
      if (source == NULL)
        {
          source = ts_channel_create_source (self->run->channel, G_IO_IN, NULL);
          g_source_set_callback (source, try_on_source, self, NULL);
          g_source_attach (source, self->context);
        }
      g_main_context_iteration (self->context, TRUE);
      if (self->ended || (is_chaotic (self) && one_in (self, 16)))
        {
          g_source_destroy (source);
          g_clear_pointer (&source, g_source_unref);
        }
    }
  ts_test_context_pop (self->context);
}

static gboolean
on_item (TsChannel *channel, const GValue *value, gpointer data)
{
  Peer *self = data;

  ts_test_check_callback (self->context);
  note_received (self, value);
  return !is_chaotic (self) || !one_in (self, 16);
}

static void
on_watch_end (gpointer data)
{
  ((Peer *) data)->active--;
}

static void
receive_by_watch (Peer *self)
{
  self->context = ts_test_context_push ();
  while (!self->ended)
    {
      guint id = ts_channel_add_watch_full (self->run->channel, G_PRIORITY_DEFAULT, on_item, self,
                                            on_watch_end);
      GSource *source = g_source_ref (g_main_context_find_source_by_id (self->context, id));

      self->active = 1;
      if (is_chaotic (self))
        ts_channel_set_watch_budget (source, (guint) g_rand_int_range (self->rand, 1, 5), 100);
      while (self->active > 0 && !(is_chaotic (self) && one_in (self, 16)))
        g_main_context_iteration (self->context, TRUE);
      if (self->active == 0 && ts_channel_is_closed (self->run->channel))
        self->ended = TRUE;
      g_source_destroy (source);
      g_source_unref (source);
    }
  ts_test_context_pop (self->context);
}

static void
use_ready_token (Peer *self, gint64 token, gint64 *tokens)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;

  for (guint i = 0; i < WINDOW; i++)
    if (tokens[i] == token)
      tokens[i] = 0;
  if (is_chaotic (self) && one_in (self, 8) && !ts_channel_is_closed (self->run->channel))
    {
      g_assert_true (ts_port_cancel (self->port, token));
      return;
    }
  ts_port_finish (self->port, token, &value, &error);
  race_take_received (self, &value, error);
}

static void
receive_by_port (Peer *self)
{
  gint64 tokens[WINDOW] = { 0 };

  self->port = ts_port_new ();
  while (!self->ended)
    {
      gint64 ready;

      for (guint i = 0; i < WINDOW; i++)
        if (tokens[i] == 0)
          tokens[i] = ts_port_receive (self->port, self->run->channel);
      if (is_chaotic (self) && one_in (self, 16))
        {
          g_object_unref (self->port); /* with all that is in it */
          self->port = ts_port_new ();
          memset (tokens, 0, sizeof tokens);
          continue;
        }
      wait_for_port (self);
      while (!self->ended && (ready = ts_port_next_ready (self->port)) > 0)
        use_ready_token (self, ready, tokens);
    }
  g_clear_object (&self->port);
}

static void
on_received_perhaps (GObject *source, GAsyncResult *result, gpointer data)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;

  ts_channel_receive_finish (TS_CHANNEL (source), result, &value, &error);
  race_take_received (data, &value, error);
}

static void
receive_in_lost_contexts (Peer *self)
{
  while (!self->ended && is_chaotic (self))
    {
      self->context = ts_test_context_push ();
      for (int i = g_rand_int_range (self->rand, 1, 4); i > 0; i--)
        if (one_in (self, 3))
          ts_channel_add_watch (self->run->channel, on_item, self);
        else
          ts_channel_receive_async (self->run->channel, NULL, on_received_perhaps, self);
      for (int i = g_rand_int_range (self->rand, 0, 3); i > 0; i--)
        g_main_context_iteration (self->context, FALSE);
      ts_test_context_pop (self->context);
      self->ended = ts_channel_is_closed (self->run->channel);
      ts_test_pause ();
    }
}

const PeerMain race_senders[N_SENDERS] = {
  send_patiently, send_impatiently, send_by_tasks, send_by_port, send_from_lost_contexts,
};

const PeerMain race_receivers[N_RECEIVERS] = {
  receive_patiently, receive_impatiently, receive_many,    receive_by_tasks,
  receive_by_source, receive_by_watch,    receive_by_port, receive_in_lost_contexts,
};
