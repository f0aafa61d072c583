/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/ts-channel.h>
#include <tschan/ts-event.h>
#include <tschan/ts-future.h>
#include <tschan/ts-lock.h>
#include <tschan/ts-semaphore.h>

G_BEGIN_DECLS

#define TS_TYPE_SELECT (ts_select_get_type ())

TS_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TsSelect, ts_select, TS, SELECT, GObject)

TS_AVAILABLE_IN_1_0
TsSelect *ts_select_new           (void);

TS_AVAILABLE_IN_1_0
int       ts_select_add_receive   (TsSelect            *self,
                                   TsChannel           *channel);
TS_AVAILABLE_IN_1_0
int       ts_select_add_send      (TsSelect            *self,
                                   TsChannel           *channel,
                                   const GValue        *value,
                                   GError             **error);
TS_AVAILABLE_IN_1_0
int       ts_select_add_event     (TsSelect            *self,
                                   TsEvent             *event);
TS_AVAILABLE_IN_1_0
int       ts_select_add_acquire   (TsSelect            *self,
                                   TsSemaphore         *semaphore);
TS_AVAILABLE_IN_1_0
int       ts_select_add_lock      (TsSelect            *self,
                                   TsLock              *lock);
TS_AVAILABLE_IN_1_0
int       ts_select_add_future    (TsSelect            *self,
                                   TsFuture            *future);
TS_AVAILABLE_IN_1_0
int       ts_select_add_deadline  (TsSelect            *self,
                                   gint64               deadline);
TS_AVAILABLE_IN_1_0
gboolean  ts_select_set_value     (TsSelect            *self,
                                   int                  index,
                                   const GValue        *value,
                                   GError             **error);
TS_AVAILABLE_IN_1_0
gboolean  ts_select_remove        (TsSelect            *self,
                                   int                  index);
TS_AVAILABLE_IN_1_0
void      ts_select_clear         (TsSelect            *self);

TS_AVAILABLE_IN_1_0
int       ts_select_poll          (TsSelect            *self);
TS_AVAILABLE_IN_1_0
int       ts_select_wait          (TsSelect            *self,
                                   GCancellable        *cancellable,
                                   GError             **error);
TS_AVAILABLE_IN_1_0
int       ts_select_wait_until    (TsSelect            *self,
                                   gint64               deadline,
                                   GCancellable        *cancellable,
                                   GError             **error);
TS_AVAILABLE_IN_1_0
void      ts_select_wait_async    (TsSelect            *self,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data);
TS_AVAILABLE_IN_1_0
int       ts_select_wait_finish   (TsSelect            *self,
                                   GAsyncResult        *result,
                                   GError             **error);
TS_AVAILABLE_IN_1_0
GSource  *ts_select_create_source (TsSelect            *self,
                                   GCancellable        *cancellable);

TS_AVAILABLE_IN_1_0
int       ts_select_get_winner    (TsSelect            *self);
TS_AVAILABLE_IN_1_0
gboolean  ts_select_get_value     (TsSelect            *self,
                                   int                  index,
                                   GValue              *value);
TS_AVAILABLE_IN_1_0
gboolean  ts_select_steal_value   (TsSelect            *self,
                                   int                  index,
                                   GValue              *value);
TS_AVAILABLE_IN_1_0
GValue   *ts_select_dup_value     (TsSelect            *self,
                                   int                  index);

TS_AVAILABLE_IN_1_0
int       ts_select_once          (GCancellable        *cancellable,
                                   GValue              *value,
                                   GError             **error,
                                   TsChannel           *first,
                                   ...) G_GNUC_NULL_TERMINATED;
TS_AVAILABLE_IN_1_0
int       ts_select_oncev         (TsChannel          **channels,
                                   gsize                n_channels,
                                   GCancellable        *cancellable,
                                   GValue              *value,
                                   GError             **error);

TS_AVAILABLE_IN_1_0
char *ts_select_to_string (TsSelect *self);

G_END_DECLS
