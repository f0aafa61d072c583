/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Included before all else by the sources of dst-crowd.c: what those of race-channel.c ask the system for
 * goes to the scheduler. */

#pragma once

#include <poll.h>
#include <string.h>

#include "../race-channel.h"

#define TS_DST_IMPLEMENTATION /* the atomics of these sources are no steps */
#include "ts-dst.h"
#undef TS_DST_IMPLEMENTATION

G_BEGIN_DECLS

int      crowd_poll         (struct pollfd *fds, nfds_t n_fds, int timeout);
int      crowd_add_deadline (TsSelect *select, gint64 deadline);
gboolean crowd_remove       (TsSelect *select, int index);

#define g_get_monotonic_time   ts_dst_now
#define g_cancellable_cancel   ts_dst_cancel
#define g_thread_yield()       ts_dst_point ("yields")
#define poll                   crowd_poll
#define ts_select_add_deadline crowd_add_deadline
#define ts_select_remove       crowd_remove

G_END_DECLS
