/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/ts-call.h>
#include <tschan/ts-future.h>

G_BEGIN_DECLS

#define TS_TYPE_RUNNER (ts_runner_get_type ())

TS_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TsRunner, ts_runner, TS, RUNNER, GObject)

/**
 * TsRunnerFunc:
 * @user_data: what was given with the function
 *
 * A function that runs in the thread of a runner.
 *
 * Since: 1.0
 */
typedef void (*TsRunnerFunc)      (gpointer             user_data);

/**
 * TsRunnerStartFunc:
 * @cancellable: to pass on
 * @callback: (scope async): to pass on
 * @callback_data: to pass on
 * @user_data: what was given with the function
 *
 * Starts an asynchronous function of the kind that GIO has, and passes the rest on to it.
 *
 * Since: 1.0
 */
typedef void (*TsRunnerStartFunc) (GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             callback_data,
                                   gpointer             user_data);

TS_AVAILABLE_IN_1_0
TsRunner     *ts_runner_new               (const char          *name);

TS_AVAILABLE_IN_1_0
const char   *ts_runner_get_name          (TsRunner            *self);
TS_AVAILABLE_IN_1_0
GMainContext *ts_runner_get_context       (TsRunner            *self);
TS_AVAILABLE_IN_1_0
gboolean      ts_runner_is_current        (TsRunner            *self);
TS_AVAILABLE_IN_1_0
gboolean      ts_runner_is_closed         (TsRunner            *self);
TS_AVAILABLE_IN_1_0
gboolean      ts_runner_close             (TsRunner            *self);

TS_AVAILABLE_IN_1_0
gboolean      ts_runner_invoke            (TsRunner            *self,
                                           TsRunnerFunc         func,
                                           gpointer             user_data,
                                           GError             **error);
TS_AVAILABLE_IN_1_0
gboolean      ts_runner_invoke_full       (TsRunner            *self,
                                           int                  priority,
                                           TsRunnerFunc         func,
                                           gpointer             user_data,
                                           GDestroyNotify       notify,
                                           GError             **error);

TS_AVAILABLE_IN_1_0
TsFuture     *ts_runner_spawn             (TsRunner            *self,
                                           TsCallFunc           func,
                                           gpointer             user_data,
                                           GDestroyNotify       notify);
TS_AVAILABLE_IN_1_0
gboolean      ts_runner_call              (TsRunner            *self,
                                           TsCallFunc           func,
                                           gpointer             user_data,
                                           GDestroyNotify       notify,
                                           GCancellable        *cancellable,
                                           GValue              *value,
                                           GError             **error);
TS_AVAILABLE_IN_1_0
gboolean      ts_runner_call_until        (TsRunner            *self,
                                           TsCallFunc           func,
                                           gpointer             user_data,
                                           GDestroyNotify       notify,
                                           gint64               deadline,
                                           GCancellable        *cancellable,
                                           GValue              *value,
                                           GError             **error);
TS_AVAILABLE_IN_1_0
void          ts_runner_call_async        (TsRunner            *self,
                                           TsCallFunc           func,
                                           gpointer             func_data,
                                           GDestroyNotify       func_notify,
                                           GCancellable        *cancellable,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);
TS_AVAILABLE_IN_1_0
gboolean      ts_runner_call_finish       (TsRunner            *self,
                                           GAsyncResult        *result,
                                           GValue              *value,
                                           GError             **error);

TS_AVAILABLE_IN_1_0
GAsyncResult *ts_runner_perform           (TsRunner            *self,
                                           TsRunnerStartFunc    start,
                                           gpointer             user_data,
                                           GDestroyNotify       notify,
                                           GCancellable        *cancellable,
                                           GError             **error);
TS_AVAILABLE_IN_1_0
GAsyncResult *ts_runner_perform_until     (TsRunner            *self,
                                           TsRunnerStartFunc    start,
                                           gpointer             user_data,
                                           GDestroyNotify       notify,
                                           gint64               deadline,
                                           GCancellable        *cancellable,
                                           GError             **error);

TS_AVAILABLE_IN_1_0
TsFuture     *ts_offload                  (TsCallFunc           func,
                                           gpointer             user_data,
                                           GDestroyNotify       notify,
                                           GCancellable        *cancellable);

TS_AVAILABLE_IN_1_0
char *ts_runner_to_string (TsRunner *self);

G_END_DECLS
