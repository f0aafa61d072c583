/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/ts-lock.h>

G_BEGIN_DECLS

#define TS_TYPE_CONDITION (ts_condition_get_type ())

TS_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TsCondition, ts_condition, TS, CONDITION, GObject)

TS_AVAILABLE_IN_1_0
TsCondition *ts_condition_new         (TsLock              *lock);
TS_AVAILABLE_IN_1_0
TsCondition *ts_condition_new_full    (TsLock              *lock,
                                       const char          *name);

TS_AVAILABLE_IN_1_0
TsLock      *ts_condition_get_lock    (TsCondition         *self);
TS_AVAILABLE_IN_1_0
const char  *ts_condition_get_name    (TsCondition         *self);

TS_AVAILABLE_IN_1_0
gboolean     ts_condition_wait        (TsCondition         *self,
                                       GCancellable        *cancellable,
                                       GError             **error);
TS_AVAILABLE_IN_1_0
gboolean     ts_condition_wait_until  (TsCondition         *self,
                                       gint64               deadline,
                                       GCancellable        *cancellable,
                                       GError             **error);
TS_AVAILABLE_IN_1_0
void         ts_condition_wait_async  (TsCondition         *self,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data);
TS_AVAILABLE_IN_1_0
gboolean     ts_condition_wait_finish (TsCondition         *self,
                                       GAsyncResult        *result,
                                       GError             **error);

TS_AVAILABLE_IN_1_0
gboolean     ts_condition_notify_one  (TsCondition         *self,
                                       GError             **error);
TS_AVAILABLE_IN_1_0
gboolean     ts_condition_notify_many (TsCondition         *self,
                                       guint                n,
                                       GError             **error);
TS_AVAILABLE_IN_1_0
gboolean     ts_condition_notify_all  (TsCondition         *self,
                                       GError             **error);

TS_AVAILABLE_IN_1_0
char *ts_condition_to_string (TsCondition *self);

G_END_DECLS
