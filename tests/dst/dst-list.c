/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A list that a channel feeds, under the deterministic scheduler.
 *
 * Some threads send. A loop shows what comes in a list, and another receiver has its share. The list is
 * closed, or its last reference goes in another thread, as with a garbage collector, or its context goes. Each
 * item is shown or received, exactly once; what was taken and not shown goes back. When nobody can run, nobody
 * sleeps beside an item.
 */

#include "ts-dst.h"

#include <string.h>

#include <tschan/tschan.h>

#define MAX_SENDERS 2
#define MAX_ITEMS   6 /* of each */

typedef enum
{
  STAYS,
  IS_CLOSED,
  IS_DROPPED, /* in another thread */
  LOSES_CONTEXT,
  N_ENDS,
} End;

static TsChannel *channel;
static TsListModel *model; /* the reference that somebody drops */
static TsEvent *stop;
static GQuark number_quark;

static End end;
static guint patience;    /* iterations before the list is closed, or its context goes */
static guint n_senders, n_items;
static guint senders_left;
static gboolean receiver_waits, loop_runs, list_is_open, stopped;
static guint seen[MAX_SENDERS * MAX_ITEMS];
static guint n_shown, n_live;

static void
on_gone (gpointer data, GObject *object)
{
  ts_dst_assert_unlocked ();
  n_live--;
}

static GObject *
make_item (guint number)
{
  GObject *item = g_object_new (G_TYPE_OBJECT, NULL);

  g_object_set_qdata (item, number_quark, GUINT_TO_POINTER (number));
  g_object_weak_ref (item, on_gone, NULL);
  n_live++;
  return item;
}

static void
note_item (gpointer item)
{
  seen[GPOINTER_TO_UINT (g_object_get_qdata (item, number_quark))]++;
}

static void
run_sender (gpointer data)
{
  guint first = GPOINTER_TO_UINT (data) * MAX_ITEMS;

  for (guint i = 0; i < n_items; i++)
    ts_dst_check (ts_channel_send_object (channel, make_item (first + i), NULL, NULL));
  senders_left--;
}

static void
run_receiver (gpointer data)
{
  GValue value = G_VALUE_INIT;

  receiver_waits = TRUE;
  while (ts_channel_receive (channel, NULL, &value, NULL))
    {
      note_item (g_value_get_object (&value));
      g_value_unset (&value);
      ts_dst_point ("has received");
    }
  receiver_waits = FALSE;
}

/* The loop */

static void
on_items_changed (GListModel *list, guint position, guint removed, guint added, gpointer data)
{
  ts_dst_assert_unlocked ();
  ts_dst_check (position == n_shown && removed == 0);
  for (guint i = 0; i < added; i++)
    {
      gpointer item = g_list_model_get_item (list, position + i);

      note_item (item);
      g_object_unref (item);
    }
  n_shown += added;
}

static void
on_stop (GObject *object, GAsyncResult *result, gpointer data)
{
  stopped = TRUE;
}

static void
iterate (GMainContext *context)
{
  for (guint i = 0; !stopped && (end != LOSES_CONTEXT || i < patience); i++)
    {
      if (end == IS_CLOSED && i == patience)
        {
          list_is_open = FALSE;
          ts_list_model_close (model);
        }
      g_main_context_iteration (context, end != LOSES_CONTEXT && !(end == IS_CLOSED && i < patience));
    }
}

static void
run_loop (gpointer data)
{
  GMainContext *context = ts_dst_context_new ();

  g_main_context_push_thread_default (context);
  model = ts_list_model_new (channel);
  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), NULL);
  ts_list_model_set_interval (model, ts_dst_random (2)); /* a thousand steps, or none */
  if (ts_dst_random (3) == 0)
    ts_list_model_set_max_items (model, 1 + ts_dst_random (4));
  ts_event_wait_async (stop, NULL, on_stop, NULL);
  list_is_open = ts_list_model_get_max_items (model) == G_MAXUINT;
  loop_runs = TRUE;
  iterate (context);
  loop_runs = list_is_open = FALSE;
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  if (end != IS_DROPPED)
    g_clear_object (&model);
}

/* Sooner or later */
static void
run_dropper (gpointer data)
{
  guint steps = ts_dst_random (200);

  while (!loop_runs && !stopped)
    ts_dst_point ("waits for the list");
  for (guint i = 0; i < steps; i++)
    ts_dst_point ("looks on");
  list_is_open = FALSE;
  g_clear_object (&model);
}

static guint
count_seen (void)
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (seen); i++)
    n += seen[i];
  return n;
}

/* All that can be done is done. Then it ends. */
static void
run_referee (gpointer data)
{
  ts_dst_wait_quiescent ();
  ts_dst_freeze ();
  if (receiver_waits || list_is_open)
    ts_dst_check (senders_left == 0 && ts_channel_get_length (channel) == 0);
  if (list_is_open)
    ts_dst_check (count_seen () == n_senders * n_items);
  ts_dst_thaw ();
  ts_event_set (stop);
  ts_channel_close (channel);
}

static void
check_items (void)
{
  GValue value = G_VALUE_INIT;

  while (ts_channel_try_receive (channel, &value, NULL))
    {
      note_item (g_value_get_object (&value));
      g_value_unset (&value);
    }
  for (guint sender = 0; sender < n_senders; sender++)
    for (guint i = 0; i < n_items; i++)
      ts_dst_check (seen[sender * MAX_ITEMS + i] == 1);
}

static void
each_item_once (void)
{
  static const int capacities[] = { 0, 1, TS_CHANNEL_UNLIMITED, TS_CHANNEL_UNLIMITED };
  static const char *const names[] = { "sender 1", "sender 2" };

  number_quark = g_quark_from_static_string ("number");
  channel = ts_channel_new_full (capacities[ts_dst_random (G_N_ELEMENTS (capacities))], G_TYPE_OBJECT,
                                 TS_OVERFLOW_WAIT, NULL);
  stop = ts_event_new ();
  end = (End) ts_dst_random (N_ENDS);
  patience = ts_dst_random (8);
  n_senders = senders_left = 1 + ts_dst_random (MAX_SENDERS);
  n_items = 1 + ts_dst_random (MAX_ITEMS);
  n_shown = n_live = 0;
  receiver_waits = loop_runs = list_is_open = stopped = FALSE;
  memset (seen, 0, sizeof seen);
  ts_dst_describe ("end %d, patience %u, %u senders, %u items; ", (int) end, patience, n_senders, n_items);

  for (guint i = 0; i < n_senders; i++)
    ts_dst_spawn (names[i], run_sender, GUINT_TO_POINTER (i));
  ts_dst_spawn ("loop", run_loop, NULL);
  ts_dst_spawn ("receiver", run_receiver, NULL);
  if (end == IS_DROPPED)
    ts_dst_spawn ("dropper", run_dropper, NULL);
  ts_dst_spawn ("referee", run_referee, NULL);
  ts_dst_run ();

  check_items ();
  ts_dst_check (n_live == 0);
  ts_dst_check_last_reference (channel);
  g_object_unref (channel);
  ts_dst_check_last_reference (stop);
  g_object_unref (stop);
}

int
main (int argc, char *argv[])
{
  static const TsDstScenario scenarios[] = {
    { "/tschan/dst/list/each-item-once", each_item_once, 6000 },
  };

  return ts_dst_main (argc, argv, scenarios, G_N_ELEMENTS (scenarios));
}
