/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-barrier.h"
#include "ts-operation-private.h"

G_BEGIN_DECLS

/* Waiting at a TsBarrier, for whoever brings the waiter; its value is the arrival index, a guint. Not
 * to be shared. */
extern const TsOperationClass ts_barrier_wait_class;

/* A TsDescribe. */
gboolean ts_barrier_describe (gpointer object, GString *text);

G_END_DECLS
