/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What people write by hand for a limit: a ring with a mutex and two conditions. Hand to hand is a
 * ring of one whose sender waits until its item was taken. */

#include "queue.h"

typedef struct
{
  GMutex   mutex;
  GCond    not_empty, not_full;
  gboolean hand_to_hand;
  guint    size, length, first;
  guint64  sent, taken;
  gpointer items[];
} Ring;

static gboolean
can_have (int capacity)
{
  return capacity >= 0;
}

static gpointer
create (int capacity)
{
  const guint size = (guint) MAX (capacity, 1);
  Ring *self = g_malloc0 (sizeof (Ring) + size * sizeof (gpointer));

  g_mutex_init (&self->mutex);
  g_cond_init (&self->not_empty);
  g_cond_init (&self->not_full);
  self->size = size;
  self->hand_to_hand = capacity == 0;
  return self;
}

static void
send_item (gpointer queue, gint64 item)
{
  Ring *self = queue;
  guint64 mine;

  g_mutex_lock (&self->mutex);
  while (self->length == self->size)
    g_cond_wait (&self->not_full, &self->mutex);
  self->items[(self->first + self->length++) % self->size] = GSIZE_TO_POINTER ((gsize) item);
  mine = ++self->sent;
  g_cond_signal (&self->not_empty);
  while (self->hand_to_hand && self->taken < mine)
    g_cond_wait (&self->not_full, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

static gint64
receive_item (gpointer queue)
{
  Ring *self = queue;
  gpointer item;

  g_mutex_lock (&self->mutex);
  while (self->length == 0)
    g_cond_wait (&self->not_empty, &self->mutex);
  item = self->items[self->first];
  self->first = (self->first + 1) % self->size;
  self->length--;
  self->taken++;
  if (self->hand_to_hand)
    g_cond_broadcast (&self->not_full);
  else
    g_cond_signal (&self->not_full);
  g_mutex_unlock (&self->mutex);
  return (gint64) GPOINTER_TO_SIZE (item);
}

static void
destroy (gpointer queue)
{
  Ring *self = queue;

  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->not_empty);
  g_cond_clear (&self->not_full);
  g_free (self);
}

const BenchQueue bench_queue_cond = {
  "GMutex+GCond", can_have, create, send_item, receive_item, destroy,
};
