/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Where a channel keeps its items: a list of blocks, filled at the tail and emptied at the head.
 *
 * A block costs one allocation for many items and is given back as soon as it is empty, but for one
 * spare. Nothing is ever copied to grow, so the longest step under the channel's lock is one
 * malloc() or free(). The last block is not given back but starts anew when it runs empty.
 *
 * Items that come back are few, and each has a node of its own.
 */

#include "config.h"

#include "ts-store-private.h"

#define MAX_BLOCK_ITEMS 62 /* just under 1.5 KiB */
#define MIN_BLOCK_ITEMS 4

struct _TsStoreReturned
{
  TsStoreReturned *next;
  guint64          ticket;
  GValue           value;
};

void
ts_store_init (TsStore *self, int capacity)
{
  guint wanted = capacity < 0 ? MAX_BLOCK_ITEMS : (guint) capacity;

  *self = (TsStore) { .block_items = CLAMP (wanted, MIN_BLOCK_ITEMS, MAX_BLOCK_ITEMS) };
}

static TsStoreBlock *
take_block (TsStore *self)
{
  TsStoreBlock *block = g_steal_pointer (&self->spare);

  if (block == NULL)
    block = g_malloc (sizeof (TsStoreBlock) + self->block_items * sizeof (GValue));
  block->next = NULL;
  block->first = block->end = 0;
  return block;
}

static void
give_block (TsStore *self, TsStoreBlock *block)
{
  if (self->spare == NULL)
    self->spare = block;
  else
    g_free (block);
}

void
ts_store_append_block (TsStore *self)
{
  TsStoreBlock *block = take_block (self);

  if (self->tail != NULL)
    self->tail->next = block;
  else
    self->head = block;
  self->tail = block;
}

void
ts_store_give_back (TsStore *self, GValue value, guint64 ticket)
{
  TsStoreReturned **place = &self->returned;
  TsStoreReturned *returned = g_new (TsStoreReturned, 1);

  while (*place != NULL && (*place)->ticket < ticket)
    place = &(*place)->next;
  *returned = (TsStoreReturned) { *place, ticket, value };
  *place = returned;
  ts_store_set_length (self, ts_store_get_length (self) + 1);
}

GValue
ts_store_pop_returned (TsStore *self, guint64 *ticket)
{
  TsStoreReturned *returned = self->returned;
  GValue value = returned->value;

  *ticket = returned->ticket;
  self->returned = returned->next;
  g_free (returned);
  return value;
}

/* The head block is empty. */
void
ts_store_drop_block (TsStore *self)
{
  TsStoreBlock *block = self->head;

  if (block == self->tail)
    {
      block->first = block->end = 0;
      return;
    }
  self->head = block->next;
  give_block (self, block);
}

void
ts_store_clear (TsStore *self)
{
  while (self->head != NULL)
    {
      TsStoreBlock *block = self->head;

      self->head = block->next;
      g_free (block);
    }
  self->tail = NULL;
  g_clear_pointer (&self->spare, g_free);
}
