/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-future.h"
#include "ts-operation-private.h"

G_BEGIN_DECLS

/* Waiting for a TsFuture, for whoever brings the waiter. */
extern const TsOperationClass ts_future_wait_class;

G_END_DECLS
