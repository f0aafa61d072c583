/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-operation-private.h"

G_BEGIN_DECLS

typedef struct _TsDispatcher TsDispatcher;
typedef struct _TsDelivery   TsDelivery;

/* Something to be done once in a main context. */
struct _TsDelivery
{
  GList    link; /* in one of the dispatcher's lists, and guarded by its lock; data: NULL if in none */

  /* In the context, with no lock held. */
  void   (*deliver) (TsDelivery *self);

  /* The context is gone before that. In any thread, with no lock held. */
  void   (*abandon) (TsDelivery *self);
};

/* The dispatcher of @context, made at first use. The caller holds the context. */
TsDispatcher *ts_dispatcher_get    (GMainContext *context);
TsDispatcher *ts_dispatcher_ref    (TsDispatcher *self);
void          ts_dispatcher_unref  (TsDispatcher *self);

/* Announces @delivery: from now on it is abandoned if the context goes. */
void          ts_dispatcher_expect (TsDispatcher *self, TsDelivery *delivery);

/* Hands in @delivery, to be delivered in the context's next iteration. FALSE: the context is gone,
 * and @delivery was or is being abandoned. */
gboolean      ts_dispatcher_push   (TsDispatcher *self, TsDelivery *delivery);

/* Makes the context look at its sources, if it sleeps. From any thread. */
void          ts_dispatcher_kick   (TsDispatcher *self);

/* In the context, from the prepare() of a source that is ready: this is not the time to look for
 * kicks. */
void          ts_dispatcher_keep_busy (TsDispatcher *self);

G_END_DECLS
