/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/ts-types.h>

G_BEGIN_DECLS

#define TS_TYPE_LOCK (ts_lock_get_type ())

TS_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TsLock, ts_lock, TS, LOCK, GObject)

TS_AVAILABLE_IN_1_0
TsLock     *ts_lock_new            (void);
TS_AVAILABLE_IN_1_0
TsLock     *ts_lock_new_full       (const char          *name);

TS_AVAILABLE_IN_1_0
gboolean    ts_lock_is_held        (TsLock              *self);
TS_AVAILABLE_IN_1_0
const char *ts_lock_get_name       (TsLock              *self);

TS_AVAILABLE_IN_1_0
gboolean    ts_lock_acquire        (TsLock              *self,
                                    GCancellable        *cancellable,
                                    GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_lock_acquire_until  (TsLock              *self,
                                    gint64               deadline,
                                    GCancellable        *cancellable,
                                    GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_lock_try_acquire    (TsLock              *self);
TS_AVAILABLE_IN_1_0
void        ts_lock_acquire_async  (TsLock              *self,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data);
TS_AVAILABLE_IN_1_0
gboolean    ts_lock_acquire_finish (TsLock              *self,
                                    GAsyncResult        *result,
                                    GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_lock_release        (TsLock              *self,
                                    GError             **error);

TS_AVAILABLE_IN_1_0
char *ts_lock_to_string (TsLock *self);

G_END_DECLS
