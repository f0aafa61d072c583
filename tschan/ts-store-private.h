/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdatomic.h>

#include "ts-value-private.h"

G_BEGIN_DECLS

typedef struct _TsStoreBlock    TsStoreBlock;
typedef struct _TsStoreReturned TsStoreReturned;

struct _TsStoreBlock
{
  TsStoreBlock *next;
  guint         first; /* items are values[first] to values[end - 1] */
  guint         end;
  GValue        values[];
};

/* A queue of GValues in blocks, which come with the items and go with them. Each item that leaves gets
 * a ticket, its place in line, with which it may come back: in front of what is inside, and of what
 * left after it.
 * No lock of its own. Values are moved in and out, never copied or unset. */
typedef struct
{
  TsStoreBlock    *head;
  TsStoreBlock    *tail;
  TsStoreBlock    *spare;    /* one empty block, so that a steady flow allocates nothing */
  TsStoreReturned *returned; /* in front of the head, in the order of their tickets */
  _Atomic guint    length; /* written under the owner's lock; for a guess it may be read without */
  guint            block_items;
  guint64          last_ticket;
} TsStore;

/* @capacity: how many items there may be; -1: any number. */
void         ts_store_init         (TsStore *self, int capacity);

/* Frees all blocks; the store must be empty. */
void         ts_store_clear        (TsStore *self);

void         ts_store_give_back    (TsStore *self, GValue value, guint64 ticket);

/* What the inline functions below leave to others. */
void         ts_store_append_block (TsStore *self);
void         ts_store_drop_block   (TsStore *self);
GValue       ts_store_pop_returned (TsStore *self, guint64 *ticket);

static inline guint
ts_store_get_length (TsStore *self)
{
  return atomic_load_explicit (&self->length, memory_order_relaxed);
}

static inline void
ts_store_set_length (TsStore *self, guint length)
{
  atomic_store_explicit (&self->length, length, memory_order_relaxed);
}

/* For an item that goes by without being in here; only while the store is empty. */
static inline guint64
ts_store_next_ticket (TsStore *self)
{
  return ++self->last_ticket;
}

static inline void
ts_store_push_tail (TsStore *self, GValue value)
{
  if (G_UNLIKELY (self->tail == NULL || self->tail->end == self->block_items))
    ts_store_append_block (self);
  self->tail->values[self->tail->end++] = value;
  ts_store_set_length (self, ts_store_get_length (self) + 1);
}

/* Only when there is one. */
static inline GValue
ts_store_pop_head (TsStore *self, guint64 *ticket)
{
  TsStoreBlock *block = self->head;
  GValue value;

  ts_store_set_length (self, ts_store_get_length (self) - 1);
  if (G_UNLIKELY (self->returned != NULL))
    return ts_store_pop_returned (self, ticket);

  *ticket = ts_store_next_ticket (self);
  value = block->values[block->first++];
  if (block->first == block->end)
    ts_store_drop_block (self);
  return value;
}

G_END_DECLS
