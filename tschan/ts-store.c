/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Where a channel keeps its items: a list of blocks, filled at the tail and emptied at the head. All
 * blocks but the last are full to their end.
 *
 * A block costs one allocation for many items and is given back as soon as it is empty, but for one
 * spare. Nothing is ever copied to grow, so the longest step under the channel's lock is one
 * malloc() or free(). The last block is not given back but begins anew when it runs empty.
 *
 * In a store without a limit the items gather as soon as those who put in are quicker. Then the first
 * block is made the *front*, which has a lock of its own, and when it is empty the next one is. (With a
 * limit this would not do: who waits for room must be told of each item that leaves.)
 *
 * Items that come back are few, and each has a node of its own.
 */

#include "config.h"

#include "ts-store-private.h"

#ifdef TS_DST
#define MAX_BLOCK_ITEMS 2 /* so that there is a front in the smallest of scenarios */
#define MIN_BLOCK_ITEMS 2
#else
#define MAX_BLOCK_ITEMS 62 /* just under 1.5 KiB */
#define MIN_BLOCK_ITEMS 4
#endif

struct _TsStoreReturned
{
  TsStoreReturned *next;
  guint32          ticket;
  GValue           value;
};

void
ts_store_init (TsStore *self, TsStoreRest *rest)
{
  const int capacity = rest->capacity;
  const int wanted = capacity < 0 ? MAX_BLOCK_ITEMS : capacity;

  *self = (TsStore) {
    .room = capacity < 0 ? G_MAXINT : capacity,
    .block_items = (guint8) CLAMP (wanted, MIN_BLOCK_ITEMS, MAX_BLOCK_ITEMS),
    .flags = capacity < 0 ? TS_STORE_UNLIMITED : 0,
  };
}

static TsStoreBlock *
take_block (TsStore *self, TsStoreRest *rest)
{
  TsStoreBlock *block = g_steal_pointer (&rest->spare);

  if (block == NULL)
    block = g_malloc (sizeof (TsStoreBlock) + self->block_items * sizeof (GValue));
  block->next = NULL;
  return block;
}

static void
give_block (TsStoreRest *rest, TsStoreBlock *block)
{
  if (rest->spare == NULL)
    rest->spare = block;
  else
    g_free (block);
}

void
ts_store_append_block (TsStore *self, TsStoreRest *rest)
{
  TsStoreBlock *block = take_block (self, rest);

  if (self->tail != NULL)
    self->tail->next = block;
  else
    self->head = block;
  self->tail = block;
  self->end = 0;
}

/* The front */

static void
add_front (TsStore *self, TsStoreRest *rest)
{
  TsStoreFront *front = g_aligned_alloc0 (1, sizeof (TsStoreFront), _Alignof (TsStoreFront));

  atomic_store_explicit (&rest->front, front, memory_order_release);
  self->flags |= TS_STORE_FRONT;
}

/* Makes the head block the front, if there is one. */
static void
fill_front_locked (TsStore *self, TsStoreRest *rest, TsStoreFront *front)
{
  TsStoreBlock *block = self->head;
  guint count;

  if (block == NULL)
    return;
  if (front->block != NULL)
    give_block (rest, front->block);
  count = (guint) (block == self->tail ? self->end : self->block_items) - self->first;
  front->block = block;
  front->first = self->first;
  atomic_store_explicit (&front->count, count, memory_order_relaxed);
  atomic_store_explicit (&front->filled, count, memory_order_relaxed);

  self->first = 0;
  self->head = block->next;
  if (self->head == NULL)
    {
      self->tail = NULL;
      self->end = 0;
    }
  ts_store_set_room (self, ts_store_get_room (self) + (int) count);
}

static gboolean
pop_through_front (TsStore *self, TsStoreRest *rest, GValue *value)
{
  TsStoreFront *front = rest->front;
  gboolean popped;

  ts_sync_lock_acquire (&front->lock);
  if (atomic_load_explicit (&front->count, memory_order_relaxed) == 0)
    fill_front_locked (self, rest, front);
  popped = ts_store_front_pop_locked (front, value);
  ts_sync_lock_release (&front->lock);
  return popped;
}

static void
shut_front (TsStoreRest *rest, gboolean shut)
{
  TsStoreFront *front = rest->front;

  if (front == NULL)
    return;
  ts_sync_lock_acquire (&front->lock);
  front->shut = shut;
  ts_sync_lock_release (&front->lock);
}

static void
free_front (TsStoreFront *front)
{
  ts_sync_lock_clear (&front->lock);
  g_free (front->block);
  g_aligned_free (front);
}

/* The head block is empty, and not the last. */
void
ts_store_drop_block (TsStore *self, TsStoreRest *rest)
{
  TsStoreBlock *block = self->head;

  self->head = block->next;
  self->first = 0;
  give_block (rest, block);
  if ((self->flags & TS_STORE_UNLIMITED) != 0)
    add_front (self, rest);
}

/* Items that come back */

void
ts_store_give_back (TsStore *self, TsStoreRest *rest, const GValue *value, guint32 ticket)
{
  TsStoreReturned **place = &rest->returned;
  TsStoreReturned *returned = g_new (TsStoreReturned, 1);

  while (*place != NULL && (gint32) ((*place)->ticket - ticket) < 0)
    place = &(*place)->next;
  *returned = (TsStoreReturned) { *place, ticket, *value };
  *place = returned;
  self->flags |= TS_STORE_RETURNED;
  shut_front (rest, TRUE);
  ts_store_set_room (self, ts_store_get_room (self) - 1);
}

static void
pop_returned (TsStore *self, TsStoreRest *rest, GValue *value, guint32 *ticket)
{
  TsStoreReturned *returned = rest->returned;

  *value = returned->value;
  *ticket = returned->ticket;
  rest->returned = returned->next;
  g_free (returned);
  ts_store_set_room (self, ts_store_get_room (self) + 1);
  if (rest->returned != NULL)
    return;
  self->flags &= (guint8) ~TS_STORE_RETURNED;
  shut_front (rest, FALSE);
}

gboolean
ts_store_pop_specially (TsStore *self, TsStoreRest *rest, GValue *value)
{
  guint32 ticket;

  if ((self->flags & TS_STORE_RETURNED) == 0)
    return pop_through_front (self, rest, value);
  pop_returned (self, rest, value, &ticket);
  return TRUE;
}

gboolean
ts_store_pop_ticket (TsStore *self, TsStoreRest *rest, GValue *value, guint32 *ticket)
{
  if ((self->flags & TS_STORE_RETURNED) != 0)
    {
      pop_returned (self, rest, value, ticket);
      return TRUE;
    }
  *ticket = ts_store_next_ticket (rest);
  return ts_store_pop_head (self, rest, value);
}

void
ts_store_clear (TsStore *self, TsStoreRest *rest)
{
  while (self->head != NULL)
    {
      TsStoreBlock *block = self->head;

      self->head = block->next;
      g_free (block);
    }
  self->tail = NULL;
  g_clear_pointer (&rest->spare, g_free);
  if (rest->front != NULL)
    free_front (rest->front);
}
