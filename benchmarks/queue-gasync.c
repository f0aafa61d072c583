/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* GAsyncQueue, which is always unlimited. */

#include "queue.h"

static gboolean
can_have (int capacity)
{
  return capacity < 0;
}

static gpointer
create (int capacity)
{
  return g_async_queue_new ();
}

static void
send_item (gpointer queue, gint64 item)
{
  g_async_queue_push (queue, GSIZE_TO_POINTER ((gsize) item));
}

static gint64
receive_item (gpointer queue)
{
  return (gint64) GPOINTER_TO_SIZE (g_async_queue_pop (queue));
}

static void
destroy (gpointer queue)
{
  g_async_queue_unref (queue);
}

const BenchQueue bench_queue_gasync = {
  "GAsyncQueue", can_have, create, send_item, receive_item, destroy,
};
