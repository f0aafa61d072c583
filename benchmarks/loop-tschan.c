/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A watch on an unlimited TsChannel. */

#include "loop.h"

#include <tschan/tschan.h>

typedef struct
{
  TsChannel    *channel;
  BenchLoopFunc func;
  gpointer      data;
} Way;

static gboolean
deliver (TsChannel *channel, const GValue *value, gpointer data)
{
  Way *way = data;

  way->func (g_value_get_int64 (value), way->data);
  return G_SOURCE_CONTINUE;
}

static gpointer
create (GMainContext *context, BenchLoopFunc func, gpointer data)
{
  Way *way = g_new (Way, 1);

  *way = (Way) { ts_channel_new (TS_CHANNEL_UNLIMITED), func, data };
  ts_channel_add_watch_full (way->channel, G_PRIORITY_DEFAULT, deliver, way, NULL);
  return way;
}

static void
send_item (gpointer data, gint64 item)
{
  if (!ts_channel_send_int64 (((Way *) data)->channel, item, NULL, NULL))
    g_error ("An item was not sent");
}

/* A closed channel removes its watch. */
static void
destroy (gpointer data)
{
  Way *way = data;

  ts_channel_close (way->channel);
  while (g_main_context_iteration (g_main_context_get_thread_default (), FALSE))
    ;
  g_object_unref (way->channel);
  g_free (way);
}

const BenchLoop bench_loop_tschan = {
  "tschan", &bench_queue_tschan, create, send_item, destroy,
};
