/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A queue of numbers (never 0) between threads. */
typedef struct
{
  const char *name;
  gboolean  (*can_have) (int capacity); /* 0: hand to hand; -1: unlimited */
  gpointer  (*create)   (int capacity);
  void      (*send)     (gpointer queue, gint64 item);
  gint64    (*receive)  (gpointer queue);
  void      (*destroy)  (gpointer queue);
} BenchQueue;

extern const BenchQueue bench_queue_cond;
extern const BenchQueue bench_queue_gasync;
extern const BenchQueue bench_queue_slot;
extern const BenchQueue bench_queue_tschan;

G_END_DECLS
