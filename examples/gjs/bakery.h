/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/tschan.h>

G_BEGIN_DECLS

TsFuture *bakery_bake (TsEvent    *opening,
                       TsChannel  *counter,
                       const char *kind,
                       guint       n_trays);

G_END_DECLS
