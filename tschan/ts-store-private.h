/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdatomic.h>

#include "ts-sync-private.h"
#include "ts-value-private.h"

G_BEGIN_DECLS

typedef struct _TsStoreBlock    TsStoreBlock;
typedef struct _TsStoreReturned TsStoreReturned;

struct _TsStoreBlock
{
  TsStoreBlock *next;
  GValue        values[];
};

/* A queue of GValues in blocks, which come with the items and go with them. An item that leaves may
 * have a ticket, its place in line, with which it may come back: in front of what is inside, and of
 * what left after it.
 * Guarded by the owner's lock. Values are moved in and out, never copied or unset. */
typedef struct
{
  TsStoreBlock *head;  /* its items begin at @first */
  TsStoreBlock *tail;  /* its items end before @end */
  _Atomic int   room;  /* for how many items; below zero if more came back. For a guess it may be read
                        * without the lock */
  guint8        first;
  guint8        end;
  guint8        block_items;
  guint8        flags;
} TsStore;

enum
{
  TS_STORE_RETURNED = 1 << 0,  /* some items came back */
  TS_STORE_FRONT = 1 << 1,     /* there is a front */
  TS_STORE_UNLIMITED = 1 << 2, /* there may be one */
};

/* The block in front of a store without a limit, from which items may be taken without the owner's lock:
 * so those who put in and those who take out are seldom in each other's way. Its own lock guards it, and
 * comes after the owner's. It is only filled, and shut, with both. */
typedef struct
{
  _Alignas (64) TsSyncLock lock;
  _Atomic guint            count;  /* of the items, which begin at @first */
  _Atomic guint            filled; /* how many there were at first */
  guint                    first;
  gboolean                 shut;  /* some items came back, and are to be taken first */
  TsStoreBlock            *block;
} TsStoreFront;

/* What only few steps need. */
typedef struct
{
  TsStoreBlock          *spare;    /* one empty block, so that a steady flow allocates nothing */
  TsStoreReturned       *returned; /* before all others, in the order of their tickets */
  TsStoreFront *_Atomic  front;    /* made when it is worth while, and then for good */
  guint32                last_ticket;
  int                    capacity; /* immutable; -1: any number */
} TsStoreRest;

/* @rest->capacity is set already. */
void         ts_store_init         (TsStore *self, TsStoreRest *rest);

/* Frees all blocks; the store must be empty. */
void         ts_store_clear        (TsStore *self, TsStoreRest *rest);

/* The same as ts_store_pop_head(), with a ticket. */
gboolean     ts_store_pop_ticket   (TsStore *self, TsStoreRest *rest, GValue *value, guint32 *ticket);
void         ts_store_give_back    (TsStore *self, TsStoreRest *rest, const GValue *value,
                                    guint32 ticket);

/* What the inline functions below leave to others. */
void         ts_store_append_block (TsStore *self, TsStoreRest *rest);
void         ts_store_drop_block   (TsStore *self, TsStoreRest *rest);
gboolean     ts_store_pop_specially (TsStore *self, TsStoreRest *rest, GValue *value);

static inline int
ts_store_get_room (TsStore *self)
{
  return atomic_load_explicit (&self->room, memory_order_relaxed);
}

static inline void
ts_store_set_room (TsStore *self, int room)
{
  atomic_store_explicit (&self->room, room, memory_order_relaxed);
}

/* How many items are in the front. Only they may become less without the owner's lock. */
static inline guint
ts_store_count_front (TsStoreRest *rest)
{
  TsStoreFront *front = atomic_load_explicit (&rest->front, memory_order_acquire);

  return front == NULL ? 0 : atomic_load_explicit (&front->count, memory_order_relaxed);
}

/* How many items are inside. */
static inline guint
ts_store_count (TsStore *self, TsStoreRest *rest)
{
  guint most = rest->capacity < 0 ? G_MAXINT : (guint) rest->capacity;

  return most - (guint) ts_store_get_room (self) + ts_store_count_front (rest);
}

/* A block that runs empty is dropped, or begins anew. With a front, "not empty" may be wrong soon. */
static inline gboolean
ts_store_is_empty (TsStore *self, TsStoreRest *rest)
{
  return self->end == 0 && ((self->flags & (TS_STORE_RETURNED | TS_STORE_FRONT)) == 0 ||
                            ((self->flags & TS_STORE_RETURNED) == 0 && ts_store_count_front (rest) == 0));
}

static inline gboolean
ts_store_front_pop_locked (TsStoreFront *self, GValue *value)
{
  guint count = atomic_load_explicit (&self->count, memory_order_relaxed);

  if (count == 0)
    return FALSE;
  *value = self->block->values[self->first++];
  atomic_store_explicit (&self->count, count - 1, memory_order_relaxed);
  return TRUE;
}

/* Takes the first item without the owner's lock, if that is possible. */
static inline gboolean
ts_store_pop_front (TsStoreRest *rest, GValue *value)
{
  TsStoreFront *front = atomic_load_explicit (&rest->front, memory_order_acquire);
  gboolean popped;

  if (front == NULL || atomic_load_explicit (&front->count, memory_order_relaxed) == 0)
    return FALSE;
  ts_sync_lock_acquire (&front->lock);
  popped = !front->shut && ts_store_front_pop_locked (front, value);
  ts_sync_lock_release (&front->lock);
  return popped;
}

/* For an item that goes by without being in here; only while the store is empty. Never 0. */
static inline guint32
ts_store_next_ticket (TsStoreRest *rest)
{
  rest->last_ticket += rest->last_ticket == G_MAXUINT32 ? 2 : 1;
  return rest->last_ticket;
}

/* @value is in the store afterwards, and to be forgotten where it was. */
static inline void
ts_store_push_tail (TsStore *self, TsStoreRest *rest, const GValue *value)
{
  if (G_UNLIKELY (self->tail == NULL || self->end == self->block_items))
    ts_store_append_block (self, rest);
  self->tail->values[self->end++] = *value;
  ts_store_set_room (self, ts_store_get_room (self) - 1);
}

/* FALSE: there is none, since others have emptied the front meanwhile. */
static inline gboolean
ts_store_pop_head (TsStore *self, TsStoreRest *rest, GValue *value)
{
  if (G_UNLIKELY ((self->flags & (TS_STORE_RETURNED | TS_STORE_FRONT)) != 0))
    return ts_store_pop_specially (self, rest, value);
  if (self->end == 0)
    return FALSE;

  ts_store_set_room (self, ts_store_get_room (self) + 1);
  *value = self->head->values[self->first++];
  if (self->head == self->tail)
    {
      if (self->first == self->end)
        self->first = self->end = 0;
    }
  else if (G_UNLIKELY (self->first == self->block_items))
    {
      ts_store_drop_block (self, rest);
    }
  return TRUE;
}

G_END_DECLS
