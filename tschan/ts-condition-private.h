/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-condition.h"
#include "ts-operation-private.h"

G_BEGIN_DECLS

/* Waiting for a TsCondition, for whoever brings the waiter. Not to be shared. */
extern const TsOperationClass ts_condition_wait_class;

/* A TsDescribe. */
gboolean ts_condition_describe (gpointer object, GString *text);

G_END_DECLS
