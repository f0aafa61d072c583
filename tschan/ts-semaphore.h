/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/ts-types.h>

G_BEGIN_DECLS

#define TS_TYPE_SEMAPHORE (ts_semaphore_get_type ())

TS_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TsSemaphore, ts_semaphore, TS, SEMAPHORE, GObject)

/**
 * TsSemaphoreFunc:
 * @semaphore: the semaphore
 * @user_data: what was given with the function
 *
 * Called in a main loop with a permit of @semaphore, which is the function's to release.
 *
 * Returns: %G_SOURCE_CONTINUE to be called again, with another permit, %G_SOURCE_REMOVE to end the
 *   watch
 *
 * Since: 1.0
 */
typedef gboolean (*TsSemaphoreFunc) (TsSemaphore *semaphore, gpointer user_data);

TS_AVAILABLE_IN_1_0
TsSemaphore *ts_semaphore_new            (guint                value);
TS_AVAILABLE_IN_1_0
TsSemaphore *ts_semaphore_new_bounded    (guint                value,
                                          guint                limit);
TS_AVAILABLE_IN_1_0
TsSemaphore *ts_semaphore_new_full       (guint                value,
                                          guint                limit,
                                          const char          *name);

TS_AVAILABLE_IN_1_0
guint        ts_semaphore_get_value      (TsSemaphore         *self);
TS_AVAILABLE_IN_1_0
guint        ts_semaphore_get_limit      (TsSemaphore         *self);
TS_AVAILABLE_IN_1_0
const char  *ts_semaphore_get_name       (TsSemaphore         *self);

TS_AVAILABLE_IN_1_0
gboolean     ts_semaphore_acquire        (TsSemaphore         *self,
                                          GCancellable        *cancellable,
                                          GError             **error);
TS_AVAILABLE_IN_1_0
gboolean     ts_semaphore_acquire_until  (TsSemaphore         *self,
                                          gint64               deadline,
                                          GCancellable        *cancellable,
                                          GError             **error);
TS_AVAILABLE_IN_1_0
gboolean     ts_semaphore_try_acquire    (TsSemaphore         *self);
TS_AVAILABLE_IN_1_0
void         ts_semaphore_acquire_async  (TsSemaphore         *self,
                                          GCancellable        *cancellable,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
TS_AVAILABLE_IN_1_0
gboolean     ts_semaphore_acquire_finish (TsSemaphore         *self,
                                          GAsyncResult        *result,
                                          GError             **error);
TS_AVAILABLE_IN_1_0
gboolean     ts_semaphore_release        (TsSemaphore         *self,
                                          guint                n,
                                          GError             **error);

TS_AVAILABLE_IN_1_0
GSource     *ts_semaphore_create_source  (TsSemaphore         *self,
                                          GCancellable        *cancellable);
TS_AVAILABLE_IN_1_0
guint        ts_semaphore_add_watch      (TsSemaphore         *self,
                                          TsSemaphoreFunc      func,
                                          gpointer             user_data);
TS_AVAILABLE_IN_1_0
guint        ts_semaphore_add_watch_full (TsSemaphore         *self,
                                          int                  priority,
                                          TsSemaphoreFunc      func,
                                          gpointer             user_data,
                                          GDestroyNotify       notify);

TS_AVAILABLE_IN_1_0
char *ts_semaphore_to_string (TsSemaphore *self);

G_END_DECLS
