/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/tschan.h>

G_BEGIN_DECLS

/* Does what @defect is about; "clean" is correct. TRUE, if it comes to an end. */
gboolean ts_test_plant (const char *defect);

G_END_DECLS
