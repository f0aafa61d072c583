/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-operation-private.h"

G_BEGIN_DECLS

/* What a source does when it is ready. @op is settled, and committed: what it took is the callee's.
 * NULL: a child has made the source ready, the cancellable's or another. The result is that of a
 * GSourceFunc. */
typedef gboolean (*TsSourceDispatch) (GSource *source, gpointer object, TsOperation *op,
                                      GSourceFunc callback, gpointer user_data);

/* A source that waits for an operation on @object again and again, and calls @dispatch each time.
 * NULL: @dispatch only calls the callback. */
GSource *ts_source_new       (gpointer object, const TsOperationClass *klass,
                              TsSourceDispatch dispatch, GCancellable *cancellable,
                              const char *name);

/* Makes @source ready whenever @child is; takes the reference on @child. */
void     ts_source_add_child (GSource *source, GSource *child);

/* Whether the cancellable that it was created with is cancelled. */
gboolean ts_source_is_cancelled (GSource *source);

/* How many items and how many microseconds a watch may spend in one dispatch; NULL if @source is
 * not of this kind. */
typedef struct
{
  guint  items;
  gint64 time;
} TsSourceBudget;

TsSourceBudget *ts_source_get_budget (GSource *source);

G_END_DECLS
