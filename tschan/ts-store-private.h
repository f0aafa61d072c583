/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdatomic.h>

#include "ts-value-private.h"

G_BEGIN_DECLS

typedef struct _TsStoreBlock    TsStoreBlock;
typedef struct _TsStoreReturned TsStoreReturned;

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

void   ts_store_init      (TsStore *self, int capacity);
void   ts_store_push_tail (TsStore *self, GValue value);
GValue ts_store_pop_head  (TsStore *self, guint64 *ticket);
void   ts_store_give_back (TsStore *self, GValue value, guint64 ticket);

static inline guint
ts_store_get_length (TsStore *self)
{
  return atomic_load_explicit (&self->length, memory_order_relaxed);
}

/* For an item that goes by without being in here; only while the store is empty. */
static inline guint64
ts_store_next_ticket (TsStore *self)
{
  return ++self->last_ticket;
}

/* Frees all blocks; the store must be empty. */
void   ts_store_clear     (TsStore *self);

G_END_DECLS
