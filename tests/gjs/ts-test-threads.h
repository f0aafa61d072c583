/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/tschan.h>

G_BEGIN_DECLS

/* What JavaScript cannot do by itself: run code in other threads, and see objects go. */

void ts_test_set_later    (TsEvent      *event,
                           guint         delay);
void ts_test_cancel_later (GCancellable *cancellable,
                           guint         delay);
void ts_test_start_waits  (TsEvent      *event,
                           guint         n_threads,
                           guint         n_waits);
guint ts_test_join        (void);

void ts_test_track        (GObject      *object);
guint ts_test_count_alive (void);

G_END_DECLS
