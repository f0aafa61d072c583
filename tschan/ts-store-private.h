/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-value-private.h"

G_BEGIN_DECLS

typedef struct _TsStoreBlock TsStoreBlock;

/* A queue of GValues in blocks, which come with the items and go with them.
 * No lock of its own. Values are moved in and out, never copied or unset. */
typedef struct
{
  TsStoreBlock *head;
  TsStoreBlock *tail;
  TsStoreBlock *spare; /* one empty block, so that a steady flow allocates nothing */
  guint         length;
  guint         block_items;
} TsStore;

void   ts_store_init      (TsStore *self, int capacity);
void   ts_store_push_tail (TsStore *self, GValue value);
void   ts_store_push_head (TsStore *self, GValue value);
GValue ts_store_pop_head  (TsStore *self);

/* Frees all blocks; the store must be empty. */
void   ts_store_clear     (TsStore *self);

G_END_DECLS
