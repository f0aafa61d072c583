/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-call-private.h"
#include "ts-runner.h"

G_BEGIN_DECLS

/* The calls that fail when the thread ends. */
TsCallRegistry *ts_runner_get_calls (TsRunner *self);

/* A TsDescribe. */
gboolean ts_runner_describe (gpointer object, GString *text);

G_END_DECLS
