/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One function of the library, and what kind each of its arguments is of.
 *
 * Objects, which must be there and of that type:
 *   B barrier  C channel  E event  F future  K call  L lock  O condition  P port  R runner
 *   S semaphore  X select  D list model, which is empty  I item of a list model
 * The same, but NULL is right: c cancellable, l lock, h channel (h ends a list)
 * Values: v, to read, must have a type; w, or be NULL; o, to write, must be there
 * Others that must be there: f function, j object, r reason of an error, y result of the asynchronous
 *   function, u source of a watch
 * Numbers: n more than 0, N the same and no more than an int holds, M no more than that, m neither more
 *   than the next one, z not negative, k a capacity, x conditions of a channel, t a boxed type, i a case
 *   that sends, q a TsOverflow, g a place or number of rows
 * e: GError **, with nothing in it. a: channels, whose number is 2
 * Whatever it is, it is right: . a pointer, here NULL; d a number, here 0; 2 a number, here 2
 * A double is left out, since it goes in by another door.
 *
 * What comes back if something is wrong:
 *   v nothing  b FALSE  p NULL  i -1, an int  l -1, a gint64  u 0  t TRUE  w what is the first of an enum
 *
 * If there is nothing to get wrong, @reason says why. */
typedef struct
{
  const char *symbol;
  char        answer;
  const char *arguments;
  const char *reason;
} BadInputRow;

extern const BadInputRow bad_input_rows[];
extern const guint n_bad_input_rows;

G_END_DECLS
