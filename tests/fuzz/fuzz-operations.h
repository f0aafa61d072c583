/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

/* Makes the operations that @data asks for, on the library and on the reference, and aborts where the
 * two differ. This is what libFuzzer calls. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
