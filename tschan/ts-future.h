/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/ts-types.h>

G_BEGIN_DECLS

#define TS_TYPE_FUTURE (ts_future_get_type ())

TS_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TsFuture, ts_future, TS, FUTURE, GObject)

TS_AVAILABLE_IN_1_0
TsFuture     *ts_future_new               (void);
TS_AVAILABLE_IN_1_0
TsFuture     *ts_future_new_full          (GCancellable        *cancellable,
                                           const char          *name);

TS_AVAILABLE_IN_1_0
GCancellable *ts_future_get_cancellable   (TsFuture            *self);
TS_AVAILABLE_IN_1_0
const char   *ts_future_get_name          (TsFuture            *self);
TS_AVAILABLE_IN_1_0
gboolean      ts_future_is_done           (TsFuture            *self);

TS_AVAILABLE_IN_1_0
gboolean      ts_future_resolve           (TsFuture            *self,
                                           const GValue        *value);
TS_AVAILABLE_IN_1_0
gboolean      ts_future_reject            (TsFuture            *self,
                                           const GError        *reason);
TS_AVAILABLE_IN_1_0
gboolean      ts_future_cancel            (TsFuture            *self);

TS_AVAILABLE_IN_1_0
gboolean      ts_future_wait              (TsFuture            *self,
                                           GCancellable        *cancellable,
                                           GValue              *value,
                                           GError             **error);
TS_AVAILABLE_IN_1_0
gboolean      ts_future_wait_until        (TsFuture            *self,
                                           gint64               deadline,
                                           GCancellable        *cancellable,
                                           GValue              *value,
                                           GError             **error);
TS_AVAILABLE_IN_1_0
void          ts_future_wait_async        (TsFuture            *self,
                                           GCancellable        *cancellable,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);
TS_AVAILABLE_IN_1_0
gboolean      ts_future_wait_finish       (TsFuture            *self,
                                           GAsyncResult        *result,
                                           GValue              *value,
                                           GError             **error);
TS_AVAILABLE_IN_1_0
GValue       *ts_future_wait_value        (TsFuture            *self,
                                           GCancellable        *cancellable,
                                           GError             **error);
TS_AVAILABLE_IN_1_0
GValue       *ts_future_wait_until_value  (TsFuture            *self,
                                           gint64               deadline,
                                           GCancellable        *cancellable,
                                           GError             **error);
TS_AVAILABLE_IN_1_0
GValue       *ts_future_wait_finish_value (TsFuture            *self,
                                           GAsyncResult        *result,
                                           GError             **error);

TS_AVAILABLE_IN_1_0
GSource      *ts_future_create_source     (TsFuture            *self,
                                           GCancellable        *cancellable);

TS_AVAILABLE_IN_1_0
char *ts_future_to_string (TsFuture *self);

G_END_DECLS
