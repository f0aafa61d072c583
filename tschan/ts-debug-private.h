/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-operation-private.h"

G_BEGIN_DECLS

/* The words of the environment variable TS_DEBUG. */
typedef enum
{
  TS_DEBUG_BLOCKING = 1 << 0,
} TsDebugFlags;

gboolean ts_debug_has            (TsDebugFlags flag);

/* Warns, if it was asked to, when a thread that runs a main loop is about to sleep. */
void     ts_debug_about_to_block (TsOperation *op);

G_END_DECLS
