/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-operation-private.h"
#include "ts-select.h"

G_BEGIN_DECLS

/* Waiting for a TsSelect, for whoever brings the waiter. Its value is the index, an int. */
extern const TsOperationClass ts_select_wait_class;

G_END_DECLS
