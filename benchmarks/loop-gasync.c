/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* GAsyncQueue with a GSource that drains it, 256 items at a time: the best that is commonly written by
 * hand. Only the first item of a burst wakes the context. */

#include "loop.h"

#define PER_DISPATCH 256

typedef struct
{
  GAsyncQueue  *queue;
  GMainContext *context;
  GSource      *source;
  BenchLoopFunc func;
  gpointer      data;
} Way;

typedef struct
{
  GSource parent;
  Way    *way;
} DrainSource;

static gboolean
drain_prepare (GSource *source, int *timeout)
{
  *timeout = -1;
  return g_async_queue_length (((DrainSource *) source)->way->queue) > 0;
}

static gboolean
drain_check (GSource *source)
{
  return g_async_queue_length (((DrainSource *) source)->way->queue) > 0;
}

static gboolean
drain_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  Way *way = ((DrainSource *) source)->way;
  gpointer item;

  for (int i = 0; i < PER_DISPATCH && (item = g_async_queue_try_pop (way->queue)) != NULL; i++)
    way->func ((gint64) GPOINTER_TO_SIZE (item), way->data);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs drain_funcs = {
  .prepare = drain_prepare,
  .check = drain_check,
  .dispatch = drain_dispatch,
};

static gpointer
create (GMainContext *context, BenchLoopFunc func, gpointer data)
{
  Way *way = g_new0 (Way, 1);

  *way = (Way) { g_async_queue_new (), context, NULL, func, data };
  way->source = g_source_new (&drain_funcs, sizeof (DrainSource));
  ((DrainSource *) way->source)->way = way;
  g_source_attach (way->source, context);
  return way;
}

static void
send_item (gpointer data, gint64 item)
{
  Way *way = data;
  gboolean first;

  g_async_queue_lock (way->queue);
  first = g_async_queue_length_unlocked (way->queue) <= 0;
  g_async_queue_push_unlocked (way->queue, GSIZE_TO_POINTER ((gsize) item));
  g_async_queue_unlock (way->queue);
  if (first)
    g_main_context_wakeup (way->context);
}

static void
destroy (gpointer data)
{
  Way *way = data;

  g_source_destroy (way->source);
  g_source_unref (way->source);
  g_async_queue_unref (way->queue);
  g_free (way);
}

const BenchLoop bench_loop_gasync = {
  "GAsyncQueue", &bench_queue_gasync, create, send_item, destroy,
};
