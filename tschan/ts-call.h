/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/ts-types.h>

G_BEGIN_DECLS

#define TS_TYPE_CALL (ts_call_get_type ())

TS_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TsCall, ts_call, TS, CALL, GObject)

/**
 * TsCallFunc:
 * @call: what to answer
 * @user_data: what was given with the function
 *
 * A function that runs elsewhere and answers by [method@Call.complete] or [method@Call.fail], before it
 * returns or later. If it drops @call without an answer, the caller gets an error.
 *
 * Since: 1.0
 */
typedef void (*TsCallFunc) (TsCall   *call,
                            gpointer  user_data);

TS_AVAILABLE_IN_1_0
gboolean      ts_call_complete        (TsCall       *self,
                                       const GValue *value);
TS_AVAILABLE_IN_1_0
gboolean      ts_call_fail            (TsCall       *self,
                                       const GError *reason);
TS_AVAILABLE_IN_1_0
GCancellable *ts_call_get_cancellable (TsCall       *self);

TS_AVAILABLE_IN_1_0
char         *ts_call_to_string       (TsCall       *self);

G_END_DECLS
