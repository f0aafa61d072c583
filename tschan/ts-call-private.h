/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-call.h"
#include "ts-future.h"
#include "ts-sync-private.h"

G_BEGIN_DECLS

/* The calls that somebody is answerable for, so that they can all be failed. Each call in it holds a
 * reference. */
typedef struct
{
  _Atomic int refs;
  TsSyncLock  lock;
  GQueue      pending;
} TsCallRegistry;

TsCallRegistry *ts_call_registry_new      (void);
void            ts_call_registry_unref    (TsCallRegistry *self);
void            ts_call_registry_fail_all (TsCallRegistry *self, const GError *reason);

/* A function on its way to another thread, with the call that it will answer. Freed without having
 * run, it drops the call, and so the caller gets an error. */
typedef struct
{
  TsCall        *call;
  TsCallFunc     func;
  gpointer       user_data;
  GDestroyNotify notify;
} TsCallJob;

TsCall         *ts_call_new               (TsFuture *future, TsCallRegistry *registry);

TsCallJob      *ts_call_job_new           (TsFuture *future, TsCallRegistry *registry,
                                           TsCallFunc func, gpointer user_data,
                                           GDestroyNotify notify);

/* Runs the function, unless nobody waits for the answer any more. */
void            ts_call_job_run           (gpointer job);
void            ts_call_job_free          (gpointer job);

G_END_DECLS
