/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-future.h"
#include "ts-operation-private.h"

G_BEGIN_DECLS

/* Waiting for a TsFuture, for whoever brings the waiter. */
extern const TsOperationClass ts_future_wait_class;

/* Whether what ts_future_get_cancellable() returns is cancelled. */
gboolean ts_future_is_unwanted (TsFuture *self);

/* A TsDescribe. */
gboolean ts_future_describe (gpointer object, GString *text);

G_END_DECLS
