/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "queue.h"

G_BEGIN_DECLS

typedef void (*BenchLoopFunc) (gint64 item, gpointer data);

/* A way for numbers from any thread into a main context. */
typedef struct
{
  const char       *name;
  const BenchQueue *reply; /* the way back */

  /* In the context's thread, where it is the thread-default one. */
  gpointer        (*create)  (GMainContext *context, BenchLoopFunc func, gpointer data);
  void            (*send)    (gpointer way, gint64 item);
  void            (*destroy) (gpointer way);
} BenchLoop;

extern const BenchLoop bench_loop_gasync;
extern const BenchLoop bench_loop_idle;
extern const BenchLoop bench_loop_invoke;
extern const BenchLoop bench_loop_tschan;

G_END_DECLS
