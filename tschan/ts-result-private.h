/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-operation-private.h"

G_BEGIN_DECLS

#define TS_TYPE_RESULT (ts_result_get_type ())
G_DECLARE_FINAL_TYPE (TsResult, ts_result, TS, RESULT, GObject)

/* The asynchronous face of an operation, for the thread-default context of the caller.
 *
 *   ts_foo_wait_async():   ts_result_start (ts_result_new (self, &klass, …, ts_foo_wait_async));
 *   ts_foo_wait_finish():  ts_result_finish (result, self, ts_foo_wait_async, error)
 *
 * Between new and start the operation's value may be filled in. */
TsResult    *ts_result_new           (gpointer source_object, const TsOperationClass *klass,
                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data, gpointer tag);
TsOperation *ts_result_get_operation (TsResult *self);

/* For an operation on another object than the one whose method this is; before start. */
void         ts_result_set_object    (TsResult *self, gpointer object);
void         ts_result_start         (TsResult *self);

/* TRUE if @result is one of @source_object's from the call @tag, and not yet finished. */
gboolean     ts_result_is_valid      (GAsyncResult *result, gpointer source_object, gpointer tag);

/* Commits: what the operation took is the caller's. NULL and @error if it failed. The operation
 * lives as long as @result. */
TsOperation *ts_result_finish        (GAsyncResult *result, GError **error);

G_END_DECLS
