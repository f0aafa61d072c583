/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/ts-types.h>

G_BEGIN_DECLS

#define TS_TYPE_EVENT (ts_event_get_type ())

TS_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TsEvent, ts_event, TS, EVENT, GObject)

/**
 * TsEventFunc:
 * @event: the event
 * @user_data: what was given with the function
 *
 * Called in a main loop when @event is set.
 *
 * Returns: %G_SOURCE_CONTINUE to be called again, %G_SOURCE_REMOVE to end the watch
 *
 * Since: 1.0
 */
typedef gboolean (*TsEventFunc) (TsEvent *event, gpointer user_data);

TS_AVAILABLE_IN_1_0
TsEvent  *ts_event_new            (void);
TS_AVAILABLE_IN_1_0
TsEvent  *ts_event_new_auto_reset (void);
TS_AVAILABLE_IN_1_0
TsEvent  *ts_event_new_full       (gboolean             auto_reset,
                                   const char          *name);

TS_AVAILABLE_IN_1_0
gboolean  ts_event_is_set         (TsEvent             *self);
TS_AVAILABLE_IN_1_0
gboolean  ts_event_get_auto_reset (TsEvent             *self);
TS_AVAILABLE_IN_1_0
const char *ts_event_get_name     (TsEvent             *self);

TS_AVAILABLE_IN_1_0
void      ts_event_set            (TsEvent             *self);
TS_AVAILABLE_IN_1_0
void      ts_event_clear          (TsEvent             *self);

TS_AVAILABLE_IN_1_0
gboolean  ts_event_wait           (TsEvent             *self,
                                   GCancellable        *cancellable,
                                   GError             **error);
TS_AVAILABLE_IN_1_0
gboolean  ts_event_wait_until     (TsEvent             *self,
                                   gint64               deadline,
                                   GCancellable        *cancellable,
                                   GError             **error);
TS_AVAILABLE_IN_1_0
void      ts_event_wait_async     (TsEvent             *self,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data);
TS_AVAILABLE_IN_1_0
gboolean  ts_event_wait_finish    (TsEvent             *self,
                                   GAsyncResult        *result,
                                   GError             **error);

TS_AVAILABLE_IN_1_0
GSource  *ts_event_create_source  (TsEvent             *self,
                                   GCancellable        *cancellable);
TS_AVAILABLE_IN_1_0
guint     ts_event_add_watch      (TsEvent             *self,
                                   TsEventFunc          func,
                                   gpointer             user_data);
TS_AVAILABLE_IN_1_0
guint     ts_event_add_watch_full (TsEvent             *self,
                                   int                  priority,
                                   TsEventFunc          func,
                                   gpointer             user_data,
                                   GDestroyNotify       notify);

TS_AVAILABLE_IN_1_0
char *ts_event_to_string (TsEvent *self);

G_END_DECLS
