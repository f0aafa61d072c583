/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-operation-private.h"
#include "ts-semaphore.h"

G_BEGIN_DECLS

/* Taking one permit of a TsSemaphore, for whoever brings the waiter. */
extern const TsOperationClass ts_semaphore_acquire_class;

/* A TsDescribe. */
gboolean ts_semaphore_describe (gpointer object, GString *text);

G_END_DECLS
