/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/ts-types.h>

G_BEGIN_DECLS

#define TS_TYPE_ITEM (ts_item_get_type ())

TS_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TsItem, ts_item, TS, ITEM, GObject)

TS_AVAILABLE_IN_1_0
TsItem       *ts_item_new        (const GValue *value);

TS_AVAILABLE_IN_1_0
const GValue *ts_item_get_value  (TsItem       *self);
TS_AVAILABLE_IN_1_0
char         *ts_item_dup_string (TsItem       *self);

TS_AVAILABLE_IN_1_0
char         *ts_item_to_string  (TsItem       *self);

G_END_DECLS
