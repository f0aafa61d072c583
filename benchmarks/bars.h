/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

/* What tschan wants to be, relative to the first peer of the same row: good enough, and the goal.
 * Where there is no peer to compare with, in nanoseconds. */
typedef struct
{
  const char *row;
  double      bar;
  double      goal;
  gboolean    absolute;
} BenchBar;

static const BenchBar bench_bars[] = {
  { "W7,2", 0.8, 0.45 },
  { "W7,8", 0.8, 0.45 },
  { "W7,64", 1.0, 0.6 },
  { "W7,poll-2", 3, 3 },
  { "W11,semaphore", 0.35, 0.2 },
  { "W11,semaphore-4-on-2", 0.3, 0.15 },
  { "W11,lock", 2, 2 },
  { "W12,asleep", 1.1, 1.1 },
  { "W12,asleep@1core", 1.1, 1.1 },
  { "W1,cap=0", 1.5, 0.8 },
  { "W1,cap=1", 1.2, 0.75 },
  { "W1,cap=64", 0.8, 0.2 },
  { "W1,cap=1024", 0.85, 0.2 },
  { "W1,cap=unlimited", 0.55, 0.15 },
  { "W1,cap=0@hog", 5, 2.5 },
  { "W1,cap=0@1core", 5, 2.5 },
  { "W1,cap=64@hog", 0.3, 0.1 },
  { "W1,cap=64@1core", 0.3, 0.1 },
  { "W2,cap=0", 1.6, 0.2 },
  { "W2,cap=64", 0.25, 0.08 },
  { "W2,cap=unlimited", 0.2, 0.07 },
  { "W3,cap=64", 0.9, 0.35 },
  { "W3,cap=unlimited", 0.5, 0.15 },
  { "W4,cap=0", 0.01, 0.004 },
  { "W4,cap=1", 0.01, 0.004 },
  { "W4,cap=0@hog", 0.8, 0.4 },
  { "W4,cap=1@hog", 0.8, 0.4 },
  { "W4,cap=0@1core", 0.8, 0.4 },
  { "W4,cap=1@1core", 0.8, 0.4 },
  { "W5,pair", 0.75, 0.3 },
  { "W5,fill", 0.7, 0.3 },
  { "W6,items", 0.4, 0.15 },
  { "W6,latency-p50", 0.03, 0.015 },
  { "W6,latency-p99", 0.1, 0.02 },
  { "W6,timer-p99", 1.4e6, 1.2e6, TRUE },
  { "W6,timer-max", 5e6, 3e6, TRUE },
  { "W6,receive-async", 0.45, 0.25 },
  { "W6,event-async", 0.45, 0.25 },
  { "W7,channels=2", 0.8, 0.45 },
  { "W7,channels=8", 0.8, 0.45 },
  { "W7,channels=64", 1.0, 0.6 },
  { "W8,cap=1", 0.9, 0.4 },
  { "W8,cap=64", 2.5, 0.5 },
  { "W9,cap=64", 0.65, 0.3 },
  { "W9,cap=unlimited", 0.36, 0.12 },
  { "W13,asleep", 1.2, 0.8 },
  { "W13,awake", 0.7, 0.5 },
  { "W10,empty", 2.7, 2.0 },
  { "W10,item", 0.8, 0.68 },
  { "W11,event-spinning", 0.01, 0.005 },
  { "W11,event-parked", 0.5, 0.45 },
  { "W11,event-1000", 0.5, 0.4 },
  { "W11,semaphore", 0.35, 0.2 },
  { "W11,semaphore-4x2", 0.3, 0.15 },
  { "W11,lock", 2.0, 1.0 },
};
