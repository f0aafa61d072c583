/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-debug-private.h"
#include "ts-describe-private.h"

G_BEGIN_DECLS

void ts_leaks_add    (gpointer object, TsDescribe describe);
void ts_leaks_remove (gpointer object);

/* When an object begins and, before anything of it is gone, when it ends: with TS_DEBUG=leaks those that
 * are in use when the process exits are listed. */
static inline void
ts_leaks_watch (gpointer object, TsDescribe describe)
{
  if (ts_debug_has (TS_DEBUG_LEAKS))
    ts_leaks_add (object, describe);
}

static inline void
ts_leaks_forget (gpointer object)
{
  if (ts_debug_has (TS_DEBUG_LEAKS))
    ts_leaks_remove (object);
}

G_END_DECLS
