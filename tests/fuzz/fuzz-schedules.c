/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The deterministic scheduler with libFuzzer's choices: of what the threads of dst/world.c do, and of who
 * runs next. It keeps what reaches new code, so it comes to orders of events that a random walk meets once
 * in a million runs. */

#include "fuzz-operations.h"
#include "world.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ts_dst_init_fuzzing ();
  ts_dst_begin (1);
  ts_dst_set_input (data, size);
  world_run ();
  return 0;
}
