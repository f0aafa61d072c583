/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A long row of values that grows at its end and may lose any of them, cheaply at either end.
 *
 * The values are in blocks of one size, and a table has the blocks. So the place of each is known
 * without a search, and nothing but the table, which is small, is ever copied to grow. */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define TS_ROWS_BLOCK 512u

typedef struct
{
  GValue **blocks;
  guint    n_places;    /* in @blocks */
  guint    first_place; /* those from here on are in use */
  guint    first;       /* the place of the first value in the first block */
  guint    count;
} TsRows;

/* Zeroed it is empty. */

void ts_rows_clear    (TsRows *self);

/* Moves @value in. */
void ts_rows_push     (TsRows *self, GValue *value);

/* Moves out what is last; there is something. */
void ts_rows_pop      (TsRows *self, GValue *value);

/* Moves @n values at @position over to the end of @removed. */
void ts_rows_move_out (TsRows *self, guint position, guint n, TsRows *removed);

static inline GValue *
ts_rows_get (const TsRows *self, guint position)
{
  gsize place = (gsize) self->first + position;

  return &self->blocks[self->first_place + place / TS_ROWS_BLOCK][place % TS_ROWS_BLOCK];
}

G_END_DECLS
