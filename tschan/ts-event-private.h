/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-event.h"
#include "ts-operation-private.h"

G_BEGIN_DECLS

/* Waiting for a TsEvent, for whoever brings the waiter. */
extern const TsOperationClass ts_event_wait_class;

/* A TsDescribe. */
gboolean ts_event_describe (gpointer object, GString *text);

G_END_DECLS
