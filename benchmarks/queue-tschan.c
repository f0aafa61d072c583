/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* TsChannel: each item is a GValue that holds an int64. */

#include "queue.h"

#include <tschan/tschan.h>

static gboolean
can_have (int capacity)
{
  return TRUE;
}

static gpointer
create (int capacity)
{
  return ts_channel_new (capacity);
}

static void
send_item (gpointer queue, gint64 item)
{
  if (!ts_channel_send_int64 (queue, item, NULL, NULL))
    g_error ("An item was not sent");
}

static gint64
receive_item (gpointer queue)
{
  GValue value = G_VALUE_INIT;

  if (!ts_channel_receive (queue, NULL, &value, NULL))
    g_error ("No item was received");
  return g_value_get_int64 (&value);
}

const BenchQueue bench_queue_tschan = {
  "tschan", can_have, create, send_item, receive_item, g_object_unref,
};
