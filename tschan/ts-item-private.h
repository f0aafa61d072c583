/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-item.h"

G_BEGIN_DECLS

/* Moves @value in. */
TsItem *ts_item_new_take (GValue *value);

G_END_DECLS
