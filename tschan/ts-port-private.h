/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-operation-private.h"
#include "ts-port.h"

G_BEGIN_DECLS

/* Starts an operation like @start, which is moved; -1 if the port is closed. */
gint64 ts_port_submit (TsPort *self, TsOperation *start);

/* A TsDescribe. */
gboolean ts_port_describe (gpointer object, GString *text);

G_END_DECLS
