/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-lock.h"
#include "ts-operation-private.h"

G_BEGIN_DECLS

/* Taking a TsLock, for whoever brings the waiter. */
extern const TsOperationClass ts_lock_acquire_class;

/* What the conditions of a lock need. */

/* FALSE: it is not held. */
gboolean ts_lock_give_up        (TsLock *self);

/* Takes the lock for @op, whose waiter is claimed already: TRUE, at once; FALSE, @op is in the queue,
 * and its waiter will be woken when it has the lock. */
gboolean ts_lock_take_for       (TsLock *self, TsOperation *op);

/* Why something that needs the lock held cannot be done. */
void     ts_lock_set_not_held   (TsLock *self, GError **error);

/* A TsDescribe. */
gboolean ts_lock_describe (gpointer object, GString *text);

G_END_DECLS
