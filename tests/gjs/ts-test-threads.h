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
void ts_test_start_sends    (TsChannel   *channel,
                             guint        n_threads,
                             guint        n_items,
                             guint        delay);
void ts_test_start_flood    (TsChannel   *channel,
                             guint        n_threads);
void ts_test_start_receives (TsChannel   *channel,
                             guint        n_threads);
void ts_test_start_kinds    (TsChannel   *channel,
                             guint        n_rounds);
void ts_test_start_forward  (TsChannel   *from,
                             TsChannel   *to);
void ts_test_close_when_joined (TsChannel *channel);
const char *ts_test_receive_type_name (TsChannel *channel);

/**
 * TsTestDoneFunc:
 * @user_data: what was given with the function
 *
 * Called in the main loop.
 */
typedef void (*TsTestDoneFunc) (gpointer user_data);

void ts_test_when_sent      (TsTestDoneFunc func,
                             gpointer       user_data,
                             GDestroyNotify notify);

guint ts_test_join        (void);

void ts_test_track        (GObject      *object);
guint ts_test_count_alive (void);
guint64 ts_test_memory_in_use (void);

G_END_DECLS
