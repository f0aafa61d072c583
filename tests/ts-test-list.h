/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A TsListModel and its mirror, which knows of the list only what the signals tell, as a list
 * view does; it must never differ. */

#pragma once

#include "ts-test-channel.h"

G_BEGIN_DECLS

#define TS_TEST_AN_HOUR (60 * 60 * 1000) /* an interval that does not pass */

typedef struct
{
  TsChannel    *channel;
  TsListModel  *model;
  GMainContext *context;
  GPtrArray    *mirror;
  guint         n_changes;
  guint         n_finished;
  void        (*then) (gpointer self); /* called at the end of a handler, once */
} TsTestList;

/* Takes the reference on @channel. All is shown as it comes. */
void ts_test_list_init          (TsTestList *self, TsChannel *channel);
void ts_test_list_clear         (TsTestList *self);

/* Has the mirror follow @self's model; init does that. */
void ts_test_list_watch         (TsTestList *self);
void ts_test_list_check         (TsTestList *self);

/* Sends the numbers from @from to before @to. */
void ts_test_list_send          (TsTestList *self, gint64 from, gint64 to);

/* All that can be done now, without blocking; then checks the mirror. */
void ts_test_list_iterate       (TsTestList *self);

/* Shows the first of @n numbers, and has the rest received, but not shown. */
void ts_test_list_hide          (TsTestList *self, gint64 n);

/* What the rows have, from the first on; and what is in the channel, which is taken. */
void ts_test_list_assert_rows   (TsTestList *self, gint64 from, gint64 to);
void ts_test_list_assert_inside (TsTestList *self, gint64 from, gint64 to);

G_END_DECLS
