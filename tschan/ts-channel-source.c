/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A channel in a main loop: sources that tell when it could be used, and watches that receive.
 *
 * A watch is one parked receiver among others. Once woken it hands over its item, and then, without
 * parking in between, what else is there, until its budget is spent: then the other sources of the
 * loop have their turn, however full the channel is.
 */

#include "config.h"

#include "ts-channel-private.h"
#include "ts-marks-private.h"
#include "ts-source-private.h"

#define BUDGET_ITEMS 64
#define BUDGET_TIME  2000 /* microseconds */
#define BLIND_ITEMS  32   /* the most between two looks at the clock */

/* Sources */

static gboolean
is_usable (TsChannel *self, const TsOperationClass *klass)
{
  TsOperation op;

  ts_operation_init (&op, klass, self);
  return klass->attempt (&op);
}

/* Somebody else may have been quicker: the callback is only called if it is still worth while, or if
 * the cancellable is what made the source ready. */
static gboolean
dispatch_condition (GSource *source, gpointer object, gboolean usable, GSourceFunc callback,
                    gpointer user_data)
{
  if (!usable && !ts_source_is_cancelled (source))
    return G_SOURCE_CONTINUE;
  return callback (user_data);
}

static gboolean
dispatch_in (GSource *source, gpointer object, TsOperation *op, GSourceFunc callback,
             gpointer user_data)
{
  return dispatch_condition (source, object, is_usable (object, &ts_channel_receivable_class),
                             callback, user_data);
}

static gboolean
dispatch_out (GSource *source, gpointer object, TsOperation *op, GSourceFunc callback,
              gpointer user_data)
{
  return dispatch_condition (source, object, is_usable (object, &ts_channel_sendable_class),
                             callback, user_data);
}

static gboolean
dispatch_in_or_out (GSource *source, gpointer object, TsOperation *op, GSourceFunc callback,
                    gpointer user_data)
{
  return dispatch_condition (source, object,
                             is_usable (object, &ts_channel_receivable_class) ||
                               is_usable (object, &ts_channel_sendable_class),
                             callback, user_data);
}

/**
 * ts_channel_create_source:
 * @self: a channel
 * @condition: %G_IO_IN, %G_IO_OUT, or both
 * @cancellable: (nullable): also makes the source ready when it is cancelled
 *
 * Creates a source for a main loop that is ready when the channel can be used.
 *
 * With %G_IO_IN when there is something to receive, or the channel is closed; with %G_IO_OUT when
 * there is room or somebody to meet, or the channel is closed. The callback is a plain
 * [callback@GLib.SourceFunc]; it takes or sends by the try methods. As long as the condition holds the
 * source is ready again and again. Several such sources may be told of one item, the first to try gets
 * it. The source keeps the channel alive. From any thread.
 *
 * To receive items in a main loop [method@Channel.add_watch] is simpler and quicker.
 *
 * Returns: (transfer full): a new source, to be attached to a main context
 *
 * Since: 1.0
 */
GSource *
ts_channel_create_source (TsChannel *self, GIOCondition condition, GCancellable *cancellable)
{
  GSource *source;

  g_return_val_if_fail (TS_IS_CHANNEL (self), NULL);
  g_return_val_if_fail ((condition & (G_IO_IN | G_IO_OUT)) != 0, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  switch (condition & (G_IO_IN | G_IO_OUT))
    {
    case G_IO_IN:
      return ts_source_new (self, &ts_channel_receivable_class, dispatch_in, cancellable, "TsChannel");
    case G_IO_OUT:
      return ts_source_new (self, &ts_channel_sendable_class, dispatch_out, cancellable, "TsChannel");
    default:
      source = ts_source_new (self, &ts_channel_receivable_class, dispatch_in_or_out, cancellable,
                              "TsChannel");
      ts_source_add_child (source, ts_source_new (self, &ts_channel_sendable_class, NULL, NULL,
                                                  "TsChannel"));
      return source;
    }
}

/* Watches */

static gboolean TS_RELEASES (ts_channel_role)
take_another_and_unlock (TsChannel *self, GValue *value)
{
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;
  TsOutcome outcome;
  gboolean over = ts_channel_take_locked (self, value, &outcome, &after);

  ts_channel_unlock_after (self, &after);
  return over && outcome == TS_OUTCOME_SUCCESS;
}

static gboolean TS_UNANALYSED
take_another (TsChannel *self, GValue *value)
{
  if (ts_channel_take_from_front (self, value))
    return TRUE;
  ts_channel_lock_to_take (self);
  if (!ts_channel_unstore_quickly_locked (self, value))
    return take_another_and_unlock (self, value);
  ts_channel_unlock (self);
  return TRUE;
}

/* What a dispatch has done of its budget. */
typedef struct
{
  gint64       start;
  guint        n_items;
  guint        next_look; /* after how many items */
  TsDropBundle dropped;
} Spending;

/* Looking at the clock costs as much as a cheap item. So it is done after the first, and then when half
 * of the time that is left will be gone if items go on like that. */
static gboolean
is_time_over (Spending *self, gint64 budget)
{
  gint64 elapsed = ts_sync_now () - self->start;
  gint64 left = budget - elapsed;

  if (elapsed > 0)
    self->next_look += (guint) CLAMP (left * self->n_items / (2 * elapsed), 1, BLIND_ITEMS);
  else
    self->next_look += BLIND_ITEMS;
  return left <= 0;
}

static gboolean
is_spent (Spending *self, const TsSourceBudget *budget)
{
  return self->n_items >= budget->items ||
         (self->n_items >= self->next_look && is_time_over (self, budget->time));
}

static gboolean
call_until_spent (GSource *source, TsChannel *self, GValue *item, TsChannelFunc func, gpointer user_data,
                  Spending *spending)
{
  const TsSourceBudget *budget = ts_source_get_budget (source);
  gboolean again;

  for (;;)
    {
      ts_trace (self, "receive", "succeeds");
      again = func (self, item, user_data);
      ts_value_clear_in (&spending->dropped, item);
      spending->n_items++;
      if (!again || g_source_is_destroyed (source) || is_spent (spending, budget) ||
          !take_another (self, item))
        return again;
    }
}

/* The same, with a mark. The channel may have gone with the watch by then. */
static gboolean __attribute__ ((cold))
call_and_mark (GSource *source, TsChannel *self, GValue *item, TsChannelFunc func, gpointer user_data,
               Spending *spending, gint64 begun)
{
  gboolean again;

  g_object_ref (self);
  again = call_until_spent (source, self, item, func, user_data, spending);
  ts_mark_burst (begun, self, "watch", spending->n_items, "items");
  g_object_unref (self);
  return again;
}

static gboolean
dispatch_watch (GSource *source, gpointer object, TsOperation *op, GSourceFunc callback,
                gpointer user_data)
{
  TsChannelFunc func = (TsChannelFunc) (GCallback) callback;
  Spending spending = { .next_look = 1 };
  gint64 begun = ts_mark_begin ();
  gboolean again;
  GValue item;

  if (op->outcome != TS_OUTCOME_SUCCESS)
    return G_SOURCE_REMOVE;

  spending.start = ts_sync_now ();
  item = ts_value_move (&op->value);
  if (G_UNLIKELY (begun != 0))
    again = call_and_mark (source, object, &item, func, user_data, &spending, begun);
  else
    again = call_until_spent (source, object, &item, func, user_data, &spending);
  ts_drop_bundle_finish (&spending.dropped);
  return again;
}

GSource *
ts_channel_create_watch (TsChannel *self, TsChannelFunc func, gpointer user_data,
                         GDestroyNotify notify)
{
  GSource *source = ts_source_new (self, &ts_channel_receive_class, dispatch_watch, NULL,
                                   "TsChannel watch");

  *ts_source_get_budget (source) = (TsSourceBudget) { BUDGET_ITEMS, BUDGET_TIME };
  g_source_set_callback (source, (GSourceFunc) (GCallback) func, user_data, notify);
  return source;
}

/**
 * ts_channel_add_watch: (skip)
 * @self: a channel
 * @func: (scope forever) (closure user_data): called for each item
 * @user_data: for @func
 *
 * Calls a function in the thread-default main context of the caller for each item.
 *
 * As [method@Channel.add_watch_full], with the default priority.
 *
 * Returns: the ID of the source
 *
 * Since: 1.0
 */
guint
ts_channel_add_watch (TsChannel *self, TsChannelFunc func, gpointer user_data)
{
  return ts_channel_add_watch_full (self, G_PRIORITY_DEFAULT, func, user_data, NULL);
}

/**
 * ts_channel_add_watch_full: (rename-to ts_channel_add_watch)
 * @self: a channel
 * @priority: the priority of the source, %G_PRIORITY_DEFAULT for example
 * @func: (scope notified) (closure user_data) (destroy notify): called for each item
 * @user_data: for @func
 * @notify: (nullable): called when the watch ends
 *
 * Calls a function in the thread-default main context of the caller for each item.
 *
 * The watch receives items as they come, in bursts: at most 64 items, and for about 2 milliseconds at
 * most, before other sources have their turn ([func@Channel.set_watch_budget] changes that). A channel
 * may have several watches and other receivers; each item goes to one of them. When the channel is
 * closed the watch gets what is left and ends.
 *
 * From any thread. End the watch by returning %G_SOURCE_REMOVE from @func or by removing the source,
 * from any thread: what was not handed to @func by then stays in the channel. The watch keeps the
 * channel alive.
 *
 * Returns: the ID of the source
 *
 * Since: 1.0
 */
guint
ts_channel_add_watch_full (TsChannel      *self,
                           int             priority,
                           TsChannelFunc   func,
                           gpointer        user_data,
                           GDestroyNotify  notify)
{
  GMainContext *context;
  GSource *source;
  guint id;

  g_return_val_if_fail (TS_IS_CHANNEL (self), 0);
  g_return_val_if_fail (func != NULL, 0);

  source = ts_channel_create_watch (self, func, user_data, notify);
  g_source_set_priority (source, priority);
  context = g_main_context_ref_thread_default ();
  id = g_source_attach (source, context);
  g_main_context_unref (context);
  g_source_unref (source);
  return id;
}

/**
 * ts_channel_set_watch_budget:
 * @source: the source of a watch, as [method@GLib.MainContext.find_source_by_id] finds it
 * @n_items: how many items to hand over at most, at least 1
 * @microseconds: after what time to stop, at least 0
 *
 * Sets how much a watch may do before other sources of its main loop have their turn.
 *
 * Only from the thread that runs the loop, or before it runs.
 *
 * Since: 1.0
 */
void
ts_channel_set_watch_budget (GSource *source, guint n_items, gint64 microseconds)
{
  TsSourceBudget *budget;

  g_return_if_fail (source != NULL);
  budget = ts_source_get_budget (source);
  g_return_if_fail (budget != NULL && budget->items > 0);
  g_return_if_fail (n_items > 0 && microseconds >= 0);

  *budget = (TsSourceBudget) { n_items, microseconds };
}
