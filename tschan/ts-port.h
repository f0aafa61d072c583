/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/ts-barrier.h>
#include <tschan/ts-channel.h>
#include <tschan/ts-condition.h>
#include <tschan/ts-event.h>
#include <tschan/ts-future.h>
#include <tschan/ts-lock.h>
#include <tschan/ts-select.h>
#include <tschan/ts-semaphore.h>

G_BEGIN_DECLS

#define TS_TYPE_PORT (ts_port_get_type ())

TS_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TsPort, ts_port, TS, PORT, GObject)

TS_AVAILABLE_IN_1_0
TsPort   *ts_port_new        (void);
TS_AVAILABLE_IN_1_0
int       ts_port_get_fd     (TsPort   *self);

TS_AVAILABLE_IN_1_0
gint64    ts_port_wait_event (TsPort   *self,
                              TsEvent  *event);
TS_AVAILABLE_IN_1_0
gint64    ts_port_send       (TsPort   *self,
                              TsChannel *channel,
                              const GValue *value);
TS_AVAILABLE_IN_1_0
gint64    ts_port_receive    (TsPort   *self,
                              TsChannel *channel);
TS_AVAILABLE_IN_1_0
gint64    ts_port_acquire    (TsPort   *self,
                              TsSemaphore *semaphore);
TS_AVAILABLE_IN_1_0
gint64    ts_port_acquire_lock (TsPort *self,
                              TsLock   *lock);
TS_AVAILABLE_IN_1_0
gint64    ts_port_wait_condition (TsPort *self,
                              TsCondition *condition);
TS_AVAILABLE_IN_1_0
gint64    ts_port_wait_barrier (TsPort *self,
                              TsBarrier *barrier);
TS_AVAILABLE_IN_1_0
gint64    ts_port_wait_future (TsPort   *self,
                              TsFuture *future);
TS_AVAILABLE_IN_1_0
gint64    ts_port_select     (TsPort   *self,
                              TsSelect *select);

TS_AVAILABLE_IN_1_0
gint64    ts_port_next_ready (TsPort   *self);
TS_AVAILABLE_IN_1_0
gboolean  ts_port_finish     (TsPort   *self,
                              gint64    token,
                              GValue   *value,
                              GError  **error);
TS_AVAILABLE_IN_1_0
gboolean  ts_port_cancel     (TsPort   *self,
                              gint64    token);
TS_AVAILABLE_IN_1_0
void      ts_port_close      (TsPort   *self);

TS_AVAILABLE_IN_1_0
char *ts_port_to_string (TsPort *self);

G_END_DECLS
