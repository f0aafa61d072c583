/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What the senders and receivers share: items, chance, accounts, and a loop. */

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

gboolean
race_one_in (Peer *self, int n)
{
  return g_rand_int_range (self->rand, 0, n) == 0;
}

gboolean
race_chaotically_one_in (Peer *self, int n)
{
  return self->run->mode != ORDERLY && race_one_in (self, n);
}

/* Whether to let go of one result. */
gboolean
race_drops (Peer *self)
{
  return !self->sweeping && race_chaotically_one_in (self, 8);
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
GCancellable *
race_choose_cancellable (Peer *self)
{
  GCancellable *cancellable;

  if (race_one_in (self, 2))
    return NULL;
  cancellable = g_cancellable_new ();
  if (race_one_in (self, 10))
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

gint64
race_choose_deadline (Peer *self)
{
  if (race_one_in (self, 3))
    return -1;
  return g_get_monotonic_time () + g_rand_int_range (self->rand, -5, 100);
}

/* Accounts */

void
race_note_error (Peer *self, GError *error)
{
  if (g_error_matches (error, TS_ERROR, TS_ERROR_CLOSED))
    self->ended = TRUE;
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_error_free (error);
}

void
race_note_sent (Peer *self, guint number, gboolean accepted, GError *error)
{
  self->run->fates[self->index][number] = accepted ? ACCEPTED : REFUSED;
  g_assert_true (accepted == (error == NULL));
  if (!accepted)
    race_note_error (self, error);
}

void
race_note_received (Peer *self, const GValue *value)
{
  Item *item = g_value_get_boxed (value);

  g_assert_cmpint (atomic_fetch_add (&self->run->received[item->sender][item->number], 1), ==, 0);
  if (self->orderly)
    g_assert_cmpint (item->number, >, self->last[item->sender]);
  self->last[item->sender] = item->number;
}

void
race_take_received (Peer *self, GValue *value, GError *error)
{
  if (error != NULL)
    race_note_error (self, error);
  else
    race_note_received (self, value);
  g_value_unset (value);
}

guint
race_make_item (Peer *self, GValue *value)
{
  const guint number = self->next++;

  memset (value, 0, sizeof *value);
  g_value_init (value, race_item_get_type ());
  g_value_take_boxed (value, item_new (self->index, number));
  return number;
}

gboolean
race_has_more (Peer *self)
{
  return self->next < self->run->n_items && !self->ended;
}

/* Loops */

void
race_change_context (Peer *self)
{
  if (self->context != NULL)
    ts_test_context_pop (self->context);
  self->context = ts_test_context_push ();
  for (guint i = 0; i < WINDOW; i++)
    self->slots[i] = (Slot) { .peer = self };
}

static gboolean
fill_slots (Peer *self, void (*start) (Slot *slot))
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->window; i++)
    {
      if (!self->slots[i].busy)
        start (&self->slots[i]);
      any = any || self->slots[i].busy;
    }
  return any;
}

void
race_run_tasks (Peer *self, void (*start) (Slot *slot))
{
  race_change_context (self);
  while (fill_slots (self, start))
    if (race_chaotically_one_in (self, 32))
      race_change_context (self);
    else
      g_main_context_iteration (self->context, TRUE);
  ts_test_context_pop (self->context);
}

void
race_change_port (Peer *self)
{
  g_clear_object (&self->port);
  self->port = ts_port_new ();
  for (guint i = 0; i < WINDOW; i++)
    self->slots[i] = (Slot) { .peer = self };
}

void
race_wait_for_port (Peer *self)
{
  struct pollfd fd = { ts_port_get_fd (self->port), POLLIN, 0 };

  poll (&fd, 1, -1);
}

Slot *
race_find_slot (Peer *self, gint64 token)
{
  for (guint i = 0; i < self->window; i++)
    if (self->slots[i].busy && self->slots[i].token == token)
      return &self->slots[i];
  g_assert_not_reached ();
}
