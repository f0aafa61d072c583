/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Locking: none. */

#include "config.h"

#include "ts-rows-private.h"
#include "ts-value-private.h"

#define MIN_PLACES 8u

/* How many blocks are in use. */
static guint
count_blocks (const TsRows *self)
{
  return self->count == 0 ? 0 : (self->first + self->count - 1) / TS_ROWS_BLOCK + 1;
}

/* Makes a place at the end of the table: by moving all to its beginning if that frees half of
 * it, or else by doubling it. */
static void
make_place (TsRows *self, guint n_blocks)
{
  if (self->first_place < self->n_places / 2 || self->n_places == 0)
    {
      guint n_places = MAX (2 * self->n_places, MIN_PLACES);
      GValue **blocks = g_new (GValue *, n_places);

      if (n_blocks > 0)
        memcpy (blocks, self->blocks + self->first_place, n_blocks * sizeof *blocks);
      g_free (self->blocks);
      self->blocks = blocks;
      self->n_places = n_places;
    }
  else
    {
      memmove (self->blocks, self->blocks + self->first_place, n_blocks * sizeof *self->blocks);
    }
  self->first_place = 0;
}

void
ts_rows_push (TsRows *self, GValue *value)
{
  if ((self->first + self->count) % TS_ROWS_BLOCK == 0)
    {
      guint n_blocks = count_blocks (self);

      if (self->first_place + n_blocks == self->n_places)
        make_place (self, n_blocks);
      self->blocks[self->first_place + n_blocks] = g_new (GValue, TS_ROWS_BLOCK);
    }
  self->count++;
  *ts_rows_get (self, self->count - 1) = ts_value_move (value);
}

/* Lets go of the blocks at the end of which fewer values make no use. */
static void
shrink_end (TsRows *self, guint count)
{
  guint n_blocks = count_blocks (self);

  self->count = count;
  if (count == 0)
    self->first = 0;
  while (n_blocks > count_blocks (self))
    g_free (self->blocks[self->first_place + --n_blocks]);
}

/* The same at the beginning. */
static void
shrink_start (TsRows *self, guint n)
{
  guint n_blocks = (self->first + n) / TS_ROWS_BLOCK;

  for (guint i = 0; i < n_blocks; i++)
    g_free (self->blocks[self->first_place + i]);
  self->first_place += n_blocks;
  self->first = (self->first + n) % TS_ROWS_BLOCK;
  self->count -= n;
}

void
ts_rows_pop (TsRows *self, GValue *value)
{
  *value = *ts_rows_get (self, self->count - 1);
  shrink_end (self, self->count - 1);
}

/* Closes the gap from the side on which there is less to move. */
static void
close_gap (TsRows *self, guint position, guint n)
{
  guint n_after = self->count - position - n;

  if (position < n_after)
    {
      for (guint i = position; i > 0; i--)
        *ts_rows_get (self, i + n - 1) = *ts_rows_get (self, i - 1);
      shrink_start (self, n);
    }
  else
    {
      for (guint i = 0; i < n_after; i++)
        *ts_rows_get (self, position + i) = *ts_rows_get (self, position + n + i);
      shrink_end (self, self->count - n);
    }
}

void
ts_rows_move_out (TsRows *self, guint position, guint n, TsRows *removed)
{
  if (n == self->count && removed->count == 0)
    {
      TsRows empty = *removed;

      *removed = *self;
      *self = empty;
      return;
    }
  for (guint i = 0; i < n; i++)
    ts_rows_push (removed, ts_rows_get (self, position + i));
  close_gap (self, position, n);
}

void
ts_rows_clear (TsRows *self)
{
  TsDropBundle dropped = TS_DROP_BUNDLE_INIT;

  for (guint i = 0; i < self->count; i++)
    ts_value_clear_in (&dropped, ts_rows_get (self, i));
  ts_drop_bundle_finish (&dropped);
  shrink_end (self, 0);
  g_free (self->blocks);
  *self = (TsRows) { 0 };
}
