/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

/* What libFuzzer calls. Does what @data asks for, and aborts where that shows a mistake: fuzz-operations.c
 * makes operations on the library and on the reference, fuzz-schedules.c lets threads run in some order. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
