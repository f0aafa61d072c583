/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-operation-private.h"
#include "ts-port.h"

G_BEGIN_DECLS

/* Starts an operation on @object; -1 if the port is closed. @value (nullable) is moved into the
 * operation, also on failure. */
gint64 ts_port_submit (TsPort *self, const TsOperationClass *klass, gpointer object, GValue *value);

G_END_DECLS
