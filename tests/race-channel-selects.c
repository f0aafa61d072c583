/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Senders and receivers by select, which have other cases as well, and wait again with the same
 * cases in another way: they look, block, or have a callback. */

#include "race-channel.h"

#define NOTHING_YET  (-1)
#define NOBODY_KNOWS (-2) /* the result was dropped, or the context is gone */

static void
on_wait_over (GObject *source, GAsyncResult *result, gpointer data)
{
  Slot *slot = data;
  GError *error = NULL;

  ts_test_check_callback (slot->peer->context);
  slot->busy = FALSE;
  slot->token = NOBODY_KNOWS;
  if (race_drops (slot->peer))
    return;
  slot->token = ts_select_wait_finish (TS_SELECT (source), result, &error);
  if (error != NULL)
    race_note_error (slot->peer, error);
}

static int
wait_in_loop (Peer *self, TsSelect *select)
{
  GCancellable *cancellable = race_choose_cancellable (self);
  Slot *slot = &self->slots[0];

  slot->busy = TRUE;
  ts_select_wait_async (select, cancellable, on_wait_over, slot);
  g_clear_object (&cancellable);
  while (slot->busy)
    if (race_chaotically_one_in (self, 32))
      {
        race_change_context (self);
        return NOBODY_KNOWS;
      }
    else
      g_main_context_iteration (self->context, TRUE);
  return (int) slot->token;
}

static int
wait_blocking (Peer *self, TsSelect *select)
{
  GCancellable *cancellable = race_choose_cancellable (self);
  GError *error = NULL;
  int index = ts_select_wait_until (select, race_choose_deadline (self), cancellable, &error);

  if (error != NULL)
    race_note_error (self, error);
  g_clear_object (&cancellable);
  return index;
}

/* A wait whose result was dropped, or whose context is gone, may be over a moment later: whoever cancels
 * it in another thread keeps it until then. */
static void
await_end_of_wait (TsSelect *select)
{
  for (gboolean over = FALSE; !over; g_thread_yield ())
    {
      g_autofree char *state = ts_select_to_string (select);

      over = strstr (state, "waited on") == NULL;
    }
}

/* The case that has happened, if it is not the deadline, or one of the two above. */
static int
wait_some_way (Peer *self, TsSelect *select)
{
  int late = -1, index;

  if (race_one_in (self, 3))
    late = ts_select_add_deadline (select, g_get_monotonic_time () +
                                           g_rand_int_range (self->rand, -5, 100));
  switch (g_rand_int_range (self->rand, 0, 3))
    {
    case 0:
      index = ts_select_poll (select);
      break;
    case 1:
      index = wait_blocking (self, select);
      break;
    default:
      index = wait_in_loop (self, select);
    }
  if (index == NOBODY_KNOWS)
    await_end_of_wait (select);
  if (late >= 0)
    g_assert_true (ts_select_remove (select, late));
  return late >= 0 && index == late ? NOTHING_YET : index;
}

/* A case for the channel, and one that never happens. */
static TsSelect *
new_select (TsChannel *silent)
{
  TsSelect *self = ts_select_new ();

  ts_select_add_receive (self, silent);
  return self;
}

static void
note_sent (Peer *self, TsSelect *select, int index, guint number)
{
  GValue nothing = G_VALUE_INIT;
  const gboolean accepted = ts_select_get_value (select, index, &nothing);

  g_value_unset (&nothing);
  self->run->fates[self->index][number] = accepted ? ACCEPTED : REFUSED;
  self->ended = !accepted;
}

/* An item is laid down, and sent by one of several waits, perhaps much later, or taken back. */
static void
send_one (Peer *self, TsSelect *select)
{
  guint8 *fates = self->run->fates[self->index];
  int index = NOTHING_YET, send;
  GValue value;
  const guint number = race_make_item (self, &value);

  send = ts_select_add_send (select, self->run->channel, &value, NULL);
  g_value_unset (&value);
  fates[number] = REFUSED;
  while (index == NOTHING_YET && !race_chaotically_one_in (self, 6))
    index = wait_some_way (self, select);
  if (index == NOBODY_KNOWS)
    {
      fates[number] = UNKNOWN;
      index = ts_select_poll (select); /* perhaps it was not sent */
    }
  if (index != NOTHING_YET)
    {
      g_assert_cmpint (index, ==, send);
      note_sent (self, select, index, number);
    }
}

void
race_send_by_select (Peer *self)
{
  g_autoptr (TsChannel) silent = ts_channel_new (0);

  race_change_context (self);
  while (race_has_more (self))
    {
      g_autoptr (TsSelect) select = new_select (silent);

      send_one (self, select);
    }
  ts_test_context_pop (self->context);
}

/* Until nobody knows, or the channel is closed */
static void
receive_with (Peer *self, TsSelect *select)
{
  const int receive = ts_select_add_receive (select, self->run->channel);
  int index;

  while (!self->ended && (index = wait_some_way (self, select)) != NOBODY_KNOWS)
    {
      GValue value = G_VALUE_INIT;

      if (index == NOTHING_YET)
        continue;
      g_assert_cmpint (index, ==, receive);
      if (ts_select_steal_value (select, index, &value))
        race_note_received (self, &value);
      else
        self->ended = TRUE;
      g_value_unset (&value);
    }
}

void
race_receive_by_select (Peer *self)
{
  g_autoptr (TsChannel) silent = ts_channel_new (0);

  race_change_context (self);
  while (!self->ended)
    {
      g_autoptr (TsSelect) select = new_select (silent);

      receive_with (self, select);
    }
  ts_test_context_pop (self->context);
}
