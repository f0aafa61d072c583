/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(TSCHAN_INSIDE) && !defined(TSCHAN_COMPILATION)
#error "Only <tschan/tschan.h> can be included directly."
#endif

#include <gio/gio.h>

#include <tschan/ts-version-macros.h>

G_BEGIN_DECLS

typedef struct _TsBarrier   TsBarrier;
typedef struct _TsCall      TsCall;
typedef struct _TsChannel   TsChannel;
typedef struct _TsCondition TsCondition;
typedef struct _TsEvent     TsEvent;
typedef struct _TsFuture    TsFuture;
typedef struct _TsLock      TsLock;
typedef struct _TsPort      TsPort;
typedef struct _TsRunner    TsRunner;
typedef struct _TsSelect    TsSelect;
typedef struct _TsSemaphore TsSemaphore;

G_END_DECLS
