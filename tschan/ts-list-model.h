/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/ts-channel.h>

G_BEGIN_DECLS

#define TS_TYPE_LIST_MODEL (ts_list_model_get_type ())

TS_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TsListModel, ts_list_model, TS, LIST_MODEL, GObject)

TS_AVAILABLE_IN_1_0
TsListModel *ts_list_model_new           (TsChannel   *channel);

TS_AVAILABLE_IN_1_0
TsChannel   *ts_list_model_get_channel   (TsListModel *self);
TS_AVAILABLE_IN_1_0
guint        ts_list_model_get_max_items (TsListModel *self);
TS_AVAILABLE_IN_1_0
void         ts_list_model_set_max_items (TsListModel *self,
                                          guint        max_items);
TS_AVAILABLE_IN_1_0
TsOverflow   ts_list_model_get_overflow  (TsListModel *self);
TS_AVAILABLE_IN_1_0
void         ts_list_model_set_overflow  (TsListModel *self,
                                          TsOverflow   overflow);
TS_AVAILABLE_IN_1_0
guint        ts_list_model_get_interval  (TsListModel *self);
TS_AVAILABLE_IN_1_0
void         ts_list_model_set_interval  (TsListModel *self,
                                          guint        interval);
TS_AVAILABLE_IN_1_0
int          ts_list_model_get_priority  (TsListModel *self);
TS_AVAILABLE_IN_1_0
void         ts_list_model_set_priority  (TsListModel *self,
                                          int          priority);
TS_AVAILABLE_IN_1_0
guint64      ts_list_model_get_received  (TsListModel *self);
TS_AVAILABLE_IN_1_0
guint64      ts_list_model_get_dropped   (TsListModel *self);
TS_AVAILABLE_IN_1_0
gboolean     ts_list_model_is_finished   (TsListModel *self);

TS_AVAILABLE_IN_1_0
void         ts_list_model_remove        (TsListModel *self,
                                          guint        position,
                                          guint        n_items);
TS_AVAILABLE_IN_1_0
void         ts_list_model_remove_all    (TsListModel *self);
TS_AVAILABLE_IN_1_0
gboolean     ts_list_model_close         (TsListModel *self);

TS_AVAILABLE_IN_1_0
char        *ts_list_model_to_string     (TsListModel *self);

G_END_DECLS
