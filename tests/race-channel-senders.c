/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Each kind of sender, as the main function of a thread. Each goes on until it has sent all its
 * items, or the channel is closed. */

#include "race-channel.h"

/* Threads */

static void
send_in_thread (Peer *self, gboolean impatient)
{
  while (race_has_more (self))
    {
      GCancellable *cancellable = impatient ? race_choose_cancellable (self) : NULL;
      const gint64 deadline = impatient ? race_choose_deadline (self) : -1;
      GValue value;
      const guint number = race_make_item (self, &value);
      GError *error = NULL;
      gboolean accepted;

      if (race_one_in (self, 2))
        accepted = ts_channel_send_take_until (self->run->channel, &value, deadline, cancellable,
                                               &error);
      else
        accepted = ts_channel_send_until (self->run->channel, &value, deadline, cancellable,
                                          &error);
      if (G_IS_VALUE (&value))
        g_value_unset (&value);
      race_note_sent (self, number, accepted, error);
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

/* Tasks. What a context takes with it, or whose result is dropped, is in nobody's account; but it
 * must not appear twice. */

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  Slot *slot = data;
  Peer *self = slot->peer;
  GError *error = NULL;
  gboolean accepted;

  ts_test_check_callback (self->context);
  slot->busy = FALSE;
  if (race_drops (self))
    return;
  accepted = ts_channel_send_finish (TS_CHANNEL (source), result, &error);
  race_note_sent (self, slot->number, accepted, error);
}

static void
start_send (Slot *slot)
{
  Peer *self = slot->peer;
  GCancellable *cancellable;
  GValue value;

  if (!race_has_more (self))
    return;
  cancellable = race_choose_cancellable (self);
  slot->number = race_make_item (self, &value);
  slot->busy = TRUE;
  ts_channel_send_async (self->run->channel, &value, cancellable, on_sent, slot);
  g_value_unset (&value);
  g_clear_object (&cancellable);
}

static void
send_by_tasks (Peer *self)
{
  race_run_tasks (self, start_send);
}

/* Hardly one of these gets to run. */
static void
send_from_lost_contexts (Peer *self)
{
  while (race_has_more (self))
    {
      race_change_context (self);
      for (gint32 i = g_rand_int_range (self->rand, 0, (gint32) self->window); i >= 0; i--)
        start_send (&self->slots[i]);
      if (race_one_in (self, 2))
        g_main_context_iteration (self->context, FALSE);
    }
  ts_test_context_pop (self->context);
}

/* Ports */

static void
submit_send (Slot *slot)
{
  Peer *self = slot->peer;
  GValue value;

  slot->number = race_make_item (self, &value);
  slot->token = ts_port_send (self->port, self->run->channel, &value);
  slot->busy = TRUE;
  g_value_unset (&value);
}

/* Some are cancelled, which may have been sent already. */
static gboolean
keep_port_busy (Peer *self)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->window; i++)
    {
      Slot *slot = &self->slots[i];

      if (slot->busy && race_drops (self))
        {
          g_assert_true (ts_port_cancel (self->port, slot->token));
          slot->busy = FALSE;
        }
      if (!slot->busy && race_has_more (self))
        submit_send (slot);
      any = any || slot->busy;
    }
  return any;
}

static void
finish_send (Slot *slot)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  const gboolean accepted = ts_port_finish (slot->peer->port, slot->token, &value, &error);

  race_note_sent (slot->peer, slot->number, accepted, error);
  slot->busy = FALSE;
}

static void
send_by_port (Peer *self)
{
  race_change_port (self);
  while (keep_port_busy (self))
    {
      gint64 ready;

      if (race_chaotically_one_in (self, 32))
        {
          race_change_port (self);
          continue;
        }
      race_wait_for_port (self);
      while ((ready = ts_port_next_ready (self->port)) > 0)
        finish_send (race_find_slot (self, ready));
    }
  g_clear_object (&self->port);
}

const PeerMain race_senders[N_SENDERS] = {
  send_patiently, send_impatiently, send_by_tasks, send_by_port, race_send_by_select,
  send_from_lost_contexts,
};
