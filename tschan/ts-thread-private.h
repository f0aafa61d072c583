/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Threads as the system, a debugger and a trace call them. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TS_THREAD_NAME_SIZE 16

/* The number that the system has for this thread. */
guint64 ts_thread_get_id   (void);

/* The name of this thread; empty where threads have none. */
void    ts_thread_get_name (char name[TS_THREAD_NAME_SIZE]);

G_END_DECLS
