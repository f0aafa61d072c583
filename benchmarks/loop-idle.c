/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What most programs do: a source of its own for each item, by g_idle_add() or
 * g_main_context_invoke(). */

#include "loop.h"

typedef struct
{
  GMainContext *context;
  BenchLoopFunc func;
  gpointer      data;
} Way;

typedef struct
{
  const Way *way;
  gint64     item;
} Message;

static gpointer
create (GMainContext *context, BenchLoopFunc func, gpointer data)
{
  Way *way = g_new (Way, 1);

  *way = (Way) { context, func, data };
  return way;
}

static gboolean
deliver (gpointer data)
{
  Message *message = data;

  message->way->func (message->item, message->way->data);
  return G_SOURCE_REMOVE;
}

static Message *
message_new (const Way *way, gint64 item)
{
  Message *message = g_new (Message, 1);

  *message = (Message) { way, item };
  return message;
}

/* g_idle_add() for a context that need not be the default one. */
static void
send_idle (gpointer way, gint64 item)
{
  GSource *source = g_idle_source_new ();

  g_source_set_callback (source, deliver, message_new (way, item), g_free);
  g_source_attach (source, ((Way *) way)->context);
  g_source_unref (source);
}

static void
send_invoke (gpointer way, gint64 item)
{
  g_main_context_invoke_full (((Way *) way)->context, G_PRIORITY_DEFAULT, deliver,
                              message_new (way, item), g_free);
}

const BenchLoop bench_loop_idle = {
  "g_idle_add", &bench_queue_gasync, create, send_idle, g_free,
};

const BenchLoop bench_loop_invoke = {
  "g_main_context_invoke", &bench_queue_gasync, create, send_invoke, g_free,
};
