/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-operation-private.h"

G_BEGIN_DECLS

/* What a source does when its operation is over. @op is settled, and committed; NULL: the
 * cancellable was cancelled. The result is that of a GSourceFunc. */
typedef gboolean (*TsSourceDispatch) (TsOperation *op, GSourceFunc callback, gpointer user_data);

/* A source that waits for an operation on @object again and again, and calls @dispatch each time.
 * NULL: @dispatch only calls the callback. */
GSource *ts_source_new (gpointer object, const TsOperationClass *klass, TsSourceDispatch dispatch,
                        GCancellable *cancellable, const char *name);

G_END_DECLS
