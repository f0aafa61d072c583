/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(TSCHAN_INSIDE) && !defined(TSCHAN_COMPILATION)
#error "Only <tschan/tschan.h> can be included directly."
#endif

#include <gio/gio.h>

#include <tschan/ts-version-macros.h>
