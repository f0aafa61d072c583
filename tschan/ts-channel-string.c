/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "ts-channel-private.h"
#include "ts-describe-private.h"

/* What is seen of a channel in one moment */
typedef struct
{
  TsCrowd  senders;
  TsCrowd  receivers;
  guint64  dropped;
  guint    length;
  gboolean closed;
} Sight;

static gboolean TS_UNANALYSED
look_at (TsChannel *self, Sight *sight, GString *text)
{
  TsChannelState *state = ts_channel_state (self);

  if (!ts_description_lock (text, &state->lock))
    return FALSE;
  ts_crowd_count (&sight->senders, &state->senders);
  ts_crowd_count (&sight->receivers, &state->receivers);
  sight->dropped = self->dropped;
  sight->length = ts_channel_count (self);
  sight->closed = ts_channel_is_closed_locked (self);
  ts_channel_unlock (self);
  return TRUE;
}

static void
add_items (TsChannel *self, const Sight *sight, GString *text)
{
  int capacity = ts_channel_capacity (self);

  if (capacity == 0 && sight->length == 0)
    g_string_append (text, "rendezvous");
  else if (capacity <= 0)
    g_string_append_printf (text, "%u %s", sight->length, sight->length == 1 ? "item" : "items");
  else
    g_string_append_printf (text, "%u of %d %s", sight->length, capacity, capacity == 1 ? "item" : "items");
  if (self->item_type != G_TYPE_INVALID)
    g_string_append_printf (text, " of type %s", g_type_name (self->item_type));
}

gboolean
ts_channel_describe (gpointer object, GString *text)
{
  TsChannel *self = object;
  Sight sight = { .length = 0 };
  gboolean in_use;

  ts_description_begin (text, self, self->name);
  if (!look_at (self, &sight, text))
    return TRUE;
  add_items (self, &sight, text);
  ts_description_overflow (text, ts_channel_overflow (self), sight.dropped);
  if (sight.closed)
    g_string_append (text, ", closed");
  in_use = sight.length > 0;
  in_use |= ts_crowd_describe (&sight.senders, text, " to send");
  in_use |= ts_crowd_describe (&sight.receivers, text, " to receive");
  return in_use;
}

/**
 * ts_channel_to_string:
 * @self: a channel
 *
 * Describes the channel as it is at this moment, in one line, for logs and debuggers.
 *
 * Its name, how many items of what type are inside, whether it is closed, and who waits. What the line
 * looks like may change. From any thread; does not block.
 *
 * Returns: (transfer full): a description
 *
 * Since: 1.0
 */
char *
ts_channel_to_string (TsChannel *self)
{
  g_return_val_if_fail (TS_IS_CHANNEL (self), NULL);

  return ts_describe (self, ts_channel_describe);
}
