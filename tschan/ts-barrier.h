/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/ts-types.h>

G_BEGIN_DECLS

#define TS_TYPE_BARRIER (ts_barrier_get_type ())

TS_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TsBarrier, ts_barrier, TS, BARRIER, GObject)

TS_AVAILABLE_IN_1_0
TsBarrier  *ts_barrier_new         (guint                parties);
TS_AVAILABLE_IN_1_0
TsBarrier  *ts_barrier_new_full    (guint                parties,
                                    const char          *name);

TS_AVAILABLE_IN_1_0
guint       ts_barrier_get_parties (TsBarrier           *self);
TS_AVAILABLE_IN_1_0
guint       ts_barrier_get_waiting (TsBarrier           *self);
TS_AVAILABLE_IN_1_0
gboolean    ts_barrier_is_broken   (TsBarrier           *self);
TS_AVAILABLE_IN_1_0
const char *ts_barrier_get_name    (TsBarrier           *self);

TS_AVAILABLE_IN_1_0
gboolean    ts_barrier_wait        (TsBarrier           *self,
                                    GCancellable        *cancellable,
                                    guint               *index,
                                    GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_barrier_wait_until  (TsBarrier           *self,
                                    gint64               deadline,
                                    GCancellable        *cancellable,
                                    guint               *index,
                                    GError             **error);
TS_AVAILABLE_IN_1_0
void        ts_barrier_wait_async  (TsBarrier           *self,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data);
TS_AVAILABLE_IN_1_0
gboolean    ts_barrier_wait_finish (TsBarrier           *self,
                                    GAsyncResult        *result,
                                    guint               *index,
                                    GError             **error);

TS_AVAILABLE_IN_1_0
void        ts_barrier_abort       (TsBarrier           *self);
TS_AVAILABLE_IN_1_0
void        ts_barrier_reset       (TsBarrier           *self);

TS_AVAILABLE_IN_1_0
char *ts_barrier_to_string (TsBarrier *self);

G_END_DECLS
