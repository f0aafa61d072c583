/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* GValues by the fast way: a scalar is copied and dropped without a call, and any value is *moved*
 * by copying its 24 bytes and forgetting the original. Only moves may happen under a lock. */

#pragma once

#include "ts-drop-private.h"

G_BEGIN_DECLS

/* Numbers, booleans, pointers: what owns nothing, and is wholly in the GValue. */
static inline gboolean
ts_value_is_scalar (const GValue *value)
{
  GType type = G_VALUE_TYPE (value);

  return (type >= G_TYPE_CHAR && type <= G_TYPE_DOUBLE) || type == G_TYPE_POINTER;
}

/* G_IS_VALUE() looks the type up each time; this only tells an initialized value from a zeroed one. */
static inline gboolean
ts_value_is_initialized (const GValue *value)
{
  return value != NULL && G_VALUE_TYPE (value) != 0;
}

static inline GValue
ts_value_move (GValue *value)
{
  GValue moved = *value;

  *value = (GValue) G_VALUE_INIT;
  return moved;
}

static inline void
ts_value_copy (GValue *dest, const GValue *src)
{
  if (G_LIKELY (ts_value_is_scalar (src)))
    {
      *dest = *src;
      return;
    }
  *dest = (GValue) G_VALUE_INIT;
  g_value_init (dest, G_VALUE_TYPE (src));
  g_value_copy (src, dest);
}

static inline void
ts_value_clear (GValue *value)
{
  if (G_VALUE_TYPE (value) != 0 && !ts_value_is_scalar (value))
    {
      if (ts_drop_is_foreign (G_VALUE_TYPE (value)))
        ts_drop_one (value);
      else
        g_value_unset (value);
    }
  *value = (GValue) G_VALUE_INIT;
}

/* The same for one of many, see ts-drop-private.h. */
static inline void
ts_value_clear_in (TsDropBundle *bundle, GValue *value)
{
  if (!ts_drop_is_foreign (G_VALUE_TYPE (value)))
    {
      ts_value_clear (value);
      return;
    }
  ts_drop_bundle_hold (bundle, value);
  *value = (GValue) G_VALUE_INIT;
}

/* Moves @value into memory of its own, as a boxed GValue. */
static inline GValue *
ts_value_box (GValue *value)
{
  GValue *boxed = g_new (GValue, 1);

  *boxed = ts_value_move (value);
  return boxed;
}

/* What an out value is on every exit but success: bindings cannot read one of no type. */
static inline void
ts_value_init_nothing (GValue *value)
{
  *value = (GValue) { .g_type = G_TYPE_POINTER };
}

G_END_DECLS
