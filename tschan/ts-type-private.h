/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What TS_IS_CHANNEL() and the like say, but without a call: the types are final, so there is nothing
 * but the one to compare with. */
static inline gboolean
ts_is_exactly (gconstpointer instance, GType type)
{
  const GTypeInstance *self = instance;

  return G_LIKELY (self != NULL && self->g_class != NULL && self->g_class->g_type == type);
}

/* Whether a call needs no look at these arguments but this; what is not plain may still be right. */
static inline gboolean
ts_is_plain (GCancellable *cancellable, GError **error)
{
  return G_LIKELY (cancellable == NULL && (error == NULL || *error == NULL));
}

G_END_DECLS
