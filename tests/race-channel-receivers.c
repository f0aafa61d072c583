/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Each kind of receiver, as the main function of a thread. Each goes on until the channel is
 * closed. */

#include "race-channel.h"

/* Threads */

static void
receive_in_thread (Peer *self, gboolean impatient)
{
  while (!self->ended)
    {
      GCancellable *cancellable = impatient ? race_choose_cancellable (self) : NULL;
      GValue value = G_VALUE_INIT;
      GError *error = NULL;

      ts_channel_receive_until (self->run->channel, impatient ? race_choose_deadline (self) : -1,
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
      const guint max = (guint) g_rand_int_range (self->rand, 1, 6);
      GError *error = NULL;
      GPtrArray *items = ts_channel_receive_many (self->run->channel, max, NULL, &error);

      for (guint i = 0; items != NULL && i < items->len; i++)
        race_note_received (self, items->pdata[i]);
      if (items == NULL)
        race_note_error (self, error);
      g_clear_pointer (&items, g_ptr_array_unref);
    }
}

/* Tasks */

static void
on_received (GObject *source, GAsyncResult *result, gpointer data)
{
  Slot *slot = data;
  Peer *self = slot->peer;
  GValue value = G_VALUE_INIT;
  GError *error = NULL;

  ts_test_check_callback (self->context);
  slot->busy = FALSE;
  if (race_drops (self))
    return;
  ts_channel_receive_finish (TS_CHANNEL (source), result, &value, &error);
  race_take_received (self, &value, error);
}

static void
start_receive (Slot *slot)
{
  Peer *self = slot->peer;
  GCancellable *cancellable;

  if (self->ended)
    return;
  cancellable = race_choose_cancellable (self);
  slot->busy = TRUE;
  ts_channel_receive_async (self->run->channel, cancellable, on_received, slot);
  g_clear_object (&cancellable);
}

static void
receive_by_tasks (Peer *self)
{
  race_run_tasks (self, start_receive);
}

/* Sources */

static gboolean
try_on_source (gpointer data)
{
  Peer *self = data;
  GValue value = G_VALUE_INIT;
  GError *error = NULL;

  ts_test_check_callback (self->context);
  if (ts_channel_try_receive (self->run->channel, &value, &error))
    race_note_received (self, &value);
  else if (g_error_matches (error, TS_ERROR, TS_ERROR_EMPTY))
    g_error_free (error);
  else
    race_note_error (self, error);
  g_value_unset (&value);
  return !self->ended;
}

/* It is removed, or goes with its context. */
static void
end_source (Peer *self, GSource *source)
{
  if (race_one_in (self, 2))
    race_change_context (self);
  else
    g_source_destroy (source);
  g_source_unref (source);
}

static void
receive_by_source (Peer *self)
{
  race_change_context (self);
  while (!self->ended)
    {
      GSource *source = ts_channel_create_source (self->run->channel, G_IO_IN, NULL);

      g_source_set_callback (source, try_on_source, self, NULL);
      g_source_attach (source, self->context);
      while (!self->ended && !race_chaotically_one_in (self, 16))
        g_main_context_iteration (self->context, TRUE);
      end_source (self, source);
    }
  ts_test_context_pop (self->context);
}

/* Watches */

static gboolean
on_item (TsChannel *channel, const GValue *value, gpointer data)
{
  Peer *self = ((Slot *) data)->peer;

  ts_test_check_callback (self->context);
  race_note_received (self, value);
  return !race_chaotically_one_in (self, 16);
}

static void
on_watch_end (gpointer data)
{
  ((Slot *) data)->busy = FALSE;
}

static GSource *
add_watch (Slot *slot)
{
  Peer *self = slot->peer;
  const guint id = ts_channel_add_watch_full (self->run->channel, G_PRIORITY_DEFAULT, on_item, slot,
                                              on_watch_end);
  GSource *source = g_source_ref (g_main_context_find_source_by_id (self->context, id));

  slot->busy = TRUE;
  if (race_chaotically_one_in (self, 2))
    ts_channel_set_watch_budget (source, (guint) g_rand_int_range (self->rand, 1, 5), 100);
  return source;
}

static void
receive_by_watch (Peer *self)
{
  Slot *slot = &self->slots[0];

  race_change_context (self);
  while (!self->ended)
    {
      GSource *source = add_watch (slot);

      while (slot->busy && !race_chaotically_one_in (self, 16))
        g_main_context_iteration (self->context, TRUE);
      self->ended = !slot->busy && ts_channel_is_closed (self->run->channel);
      end_source (self, source);
    }
  ts_test_context_pop (self->context);
}

/* Ports */

static void
keep_port_busy (Peer *self)
{
  for (guint i = 0; i < self->window; i++)
    if (!self->slots[i].busy)
      {
        self->slots[i].token = ts_port_receive (self->port, self->run->channel);
        self->slots[i].busy = TRUE;
      }
}

static void
use_ready_slot (Slot *slot)
{
  Peer *self = slot->peer;
  GValue value = G_VALUE_INIT;
  GError *error = NULL;

  slot->busy = FALSE;
  if (race_drops (self))
    {
      g_assert_true (ts_port_cancel (self->port, slot->token));
      return;
    }
  ts_port_finish (self->port, slot->token, &value, &error);
  race_take_received (self, &value, error);
}

static void
receive_by_port (Peer *self)
{
  race_change_port (self);
  while (!self->ended)
    {
      gint64 ready;

      keep_port_busy (self);
      if (race_chaotically_one_in (self, 16))
        {
          race_change_port (self);
          continue;
        }
      race_wait_for_port (self);
      while ((ready = ts_port_next_ready (self->port)) > 0)
        use_ready_slot (race_find_slot (self, ready));
    }
  g_clear_object (&self->port);
}

/* Contexts that are gone before much has happened; where it is orderly nobody does that. */
static void
receive_in_lost_contexts (Peer *self)
{
  while (!self->ended && self->run->mode != ORDERLY)
    {
      race_change_context (self);
      for (guint i = 0; i < self->window; i++)
        if (!self->sweeping && race_one_in (self, 3))
          g_source_unref (add_watch (&self->slots[i]));
        else
          start_receive (&self->slots[i]);
      for (gint32 i = g_rand_int_range (self->rand, 0, 3); i > 0; i--)
        g_main_context_iteration (self->context, FALSE);
      ts_test_pause ();
    }
  if (self->context != NULL)
    ts_test_context_pop (self->context);
}

const PeerMain race_receivers[N_RECEIVERS] = {
  receive_patiently, receive_impatiently, receive_many,
  receive_by_tasks,  receive_by_source,   receive_by_watch,
  receive_by_port,   race_receive_by_select, receive_in_lost_contexts,
};
