/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file descriptor that becomes readable when somebody signals it. */
typedef struct
{
  int read_fd; /* -1: the process has no descriptor left */
  int write_fd;
} TsWakeup;

void    ts_wakeup_init        (TsWakeup *self);
void    ts_wakeup_clear       (TsWakeup *self);
void    ts_wakeup_signal      (TsWakeup *self);
guint64 ts_wakeup_acknowledge (TsWakeup *self);

G_END_DECLS
