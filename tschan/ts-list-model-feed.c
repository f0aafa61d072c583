/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* How a list model gets its rows.
 *
 * Two sources are in the context. One is a receiver of the channel like any other; it takes
 * what is there, for 2 ms at most. What it takes is put behind the rows that are shown, but is
 * not shown yet: until then it can be given back. The other source, the *home*, is a timer
 * that shows it. So however quick items come, handlers are told of them no more than once in
 * an interval; and however slow they are taken off the screen, the workers need not wait for
 * that.
 *
 * Neither source keeps the model alive, and the last reference may go in any thread (a garbage
 * collector chooses its own): a source that is dispatched looks for the model by a weak
 * reference first, and holds it while it works.
 *
 * Handlers of items-changed may do nearly everything: run the main loop, drop the model, close
 * it or the channel, send to the channel. They may not make another change, as those handlers
 * that come after them would hear of that one first. What comes meanwhile, in a loop that a
 * handler runs, is shown later.
 *
 * Locking: none; all of this belongs to the thread that runs the context. */

#include "config.h"

#include "ts-channel-private.h"
#include "ts-list-model-private.h"
#include "ts-marks-private.h"
#include "ts-source-private.h"
#include "ts-value-private.h"

#define HANDFUL 64u   /* how many to take between two looks at the clock */
#define BUDGET  2000  /* microseconds */

/* Weak references for the sources */

static GWeakRef *
weak_ref_to (TsListModel *self)
{
  GWeakRef *ref = g_new (GWeakRef, 1);

  g_weak_ref_init (ref, self);
  return ref;
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* The state */

static guint
count_hidden (TsListModel *self)
{
  return self->rows.count - self->n_items;
}

static gboolean
is_full (TsListModel *self)
{
  return self->overflow == TS_OVERFLOW_WAIT && self->rows.count >= self->max_items;
}

static void
empty_waste (TsListModel *self)
{
  TsRows waste = self->waste;

  self->waste = (TsRows) { 0 };
  ts_rows_clear (&waste);
}

static void
notify_if (TsListModel *self, gboolean changed, int property)
{
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), ts_list_model_properties[property]);
}

static void
tell_numbers (TsListModel *self)
{
  gboolean n_items = self->told_n_items != self->n_items;
  gboolean received = self->told_received != self->received;
  gboolean dropped = self->told_dropped != self->dropped;

  self->told_n_items = self->n_items;
  self->told_received = self->received;
  self->told_dropped = self->dropped;
  notify_if (self, n_items, TS_LIST_MODEL_PROP_N_ITEMS);
  notify_if (self, received, TS_LIST_MODEL_PROP_RECEIVED);
  notify_if (self, dropped, TS_LIST_MODEL_PROP_DROPPED);
}

/* Listening to the channel: receiving its items, or hearing of its end only */

static gboolean on_items (GSource *source, gpointer channel, TsOperation *op, GSourceFunc callback,
                          gpointer data);
static gboolean on_end   (gpointer data);

static void
stop_listening (TsListModel *self)
{
  GSource *source = g_steal_pointer (&self->source);

  self->listening = TS_LISTENS_TO_NOTHING;
  if (source == NULL)
    return;
  g_source_destroy (source);
  g_source_unref (source);
}

/* on_items() is called with the data of the callback, instead of it. */
static void
start_listening (TsListModel *self, TsListening listening)
{
  gboolean items = listening == TS_LISTENS_TO_ITEMS;

  self->source = ts_source_new (self->channel,
                                items ? &ts_channel_receive_class : &ts_channel_receivable_class,
                                items ? on_items : NULL, NULL, "TsListModel");
  self->listening = listening;
  g_source_set_callback (self->source, on_end, weak_ref_to (self), weak_ref_free);
  g_source_set_priority (self->source, self->priority);
  g_source_attach (self->source, g_source_get_context (self->home));
}

static void
listen_as_needed (TsListModel *self)
{
  TsListening listening = is_full (self) ? TS_LISTENS_TO_END : TS_LISTENS_TO_ITEMS;

  if (self->home == NULL || self->ended || self->listening == listening)
    return;
  stop_listening (self);
  start_listening (self, listening);
}

/* Showing */

static void
tell_change (TsListModel *self, guint position, guint n_removed, guint n_added)
{
  self->emitting = TRUE;
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
  self->emitting = FALSE;
}

/* The oldest of all leave, shown or not. */
static void
drop_oldest (TsListModel *self)
{
  guint n, n_shown;

  if (self->overflow != TS_OVERFLOW_DROP_OLDEST || self->rows.count <= self->max_items)
    return;
  n = self->rows.count - self->max_items;
  n_shown = MIN (n, self->n_items);
  ts_rows_move_out (&self->rows, 0, n, &self->waste);
  g_array_remove_range (self->tickets, 0, n - n_shown);
  self->received += n - n_shown;
  self->dropped += n;
  self->n_items -= n_shown;
  if (n_shown > 0)
    tell_change (self, 0, n_shown, 0);
}

static void
show_hidden (TsListModel *self)
{
  guint position = self->n_items;
  guint n = count_hidden (self);
  gint64 begun = ts_mark_begin ();

  if (n == 0)
    return;
  g_array_set_size (self->tickets, 0);
  self->received += n;
  self->n_items += n;
  tell_change (self, position, 0, n);
  ts_mark_burst (begun, self, "show", n, "rows");
}

static void
end (TsListModel *self)
{
  stop_listening (self);
  self->ended = TRUE;
}

/* A handler may have closed the model between any two of these steps; then nothing is hidden. */
static void
show (TsListModel *self)
{
  drop_oldest (self);
  show_hidden (self);
  tell_numbers (self);
  self->shown = ts_sync_now ();
  if (self->ended && count_hidden (self) == 0)
    ts_list_model_close (self);
  else
    listen_as_needed (self);
  ts_list_model_plan (self);
  empty_waste (self);
}

static gint64
time_to_show (TsListModel *self)
{
  return self->shown == 0 ? 0 : self->shown + self->interval * G_TIME_SPAN_MILLISECOND;
}

static gboolean
has_news (TsListModel *self)
{
  return self->ended || count_hidden (self) > 0 || self->told_dropped != self->dropped;
}

/* When it is emitting, the one who does plans anew after that. */
void
ts_list_model_plan (TsListModel *self)
{
  gboolean urgent = self->ended || is_full (self);

  if (self->home == NULL)
    return;
  if (!has_news (self) || self->emitting)
    g_source_set_ready_time (self->home, -1);
  else
    g_source_set_ready_time (self->home, urgent ? 0 : time_to_show (self));
}

static void
show_when_due (TsListModel *self)
{
  gboolean urgent = self->ended || is_full (self);

  if (!self->emitting && (urgent || ts_sync_now () >= time_to_show (self)))
    show (self);
  else
    ts_list_model_plan (self);
}

void
ts_list_model_adapt (TsListModel *self)
{
  if (self->emitting)
    return;
  g_object_ref (self);
  if (self->overflow == TS_OVERFLOW_DROP_OLDEST && self->rows.count > self->max_items)
    show (self);
  listen_as_needed (self);
  g_object_unref (self);
}

void
ts_list_model_take_out (TsListModel *self, guint position, guint n)
{
  g_object_ref (self);
  ts_rows_move_out (&self->rows, position, n, &self->waste);
  self->n_items -= n;
  tell_change (self, position, n, 0);
  tell_numbers (self);
  listen_as_needed (self);
  ts_list_model_plan (self);
  empty_waste (self);
  g_object_unref (self);
}

/* Receiving */

static gboolean
is_row (TsListModel *self, const GValue *value)
{
  return !self->only_objects || g_value_get_object (value) != NULL;
}

static void
accept (TsListModel *self, GValue *value, guint32 ticket)
{
  if (!is_row (self, value))
    {
      g_critical ("A list model cannot show NULL as a %s", g_type_name (self->item_type));
      self->received++;
      self->dropped++;
      return;
    }
  if (self->overflow == TS_OVERFLOW_DROP_NEWEST && self->rows.count >= self->max_items)
    {
      ts_rows_push (&self->waste, value);
      self->received++;
      self->dropped++;
      return;
    }
  ts_rows_push (&self->rows, value);
  g_array_append_val (self->tickets, ticket);
}

/* However long the interval, and however quick the flood. */
static void
drop_hidden (TsListModel *self)
{
  guint n_hidden = count_hidden (self);
  guint n;

  if (self->overflow != TS_OVERFLOW_DROP_OLDEST || n_hidden / 2 < self->max_items)
    return;
  n = n_hidden - self->max_items;
  ts_rows_move_out (&self->rows, self->n_items, n, &self->waste);
  g_array_remove_range (self->tickets, 0, n);
  self->received += n;
  self->dropped += n;
}

static guint
count_room (TsListModel *self)
{
  if (self->overflow != TS_OVERFLOW_WAIT)
    return HANDFUL;
  return is_full (self) ? 0 : MIN (self->max_items - self->rows.count, HANDFUL);
}

static void
take_burst (TsListModel *self, TsOperation *first)
{
  gint64 end = ts_sync_now () + BUDGET;
  gint64 begun = ts_mark_begin ();
  guint n_taken = 1;
  GValue values[HANDFUL];
  guint32 tickets[HANDFUL];
  guint n;

  accept (self, &first->value, first->ticket);
  do
    {
      n = ts_channel_take_some (self->channel, values, tickets, count_room (self));
      for (guint i = 0; i < n; i++)
        accept (self, &values[i], tickets[i]);
      drop_hidden (self);
      n_taken += n;
    }
  while (n > 0 && ts_sync_now () < end);
  ts_mark_burst (begun, self, "receive", n_taken, "items");
}

static gboolean
on_items (GSource *source, gpointer channel, TsOperation *op, GSourceFunc callback, gpointer data)
{
  TsListModel *self = g_weak_ref_get (data);
  gboolean success = op->outcome == TS_OUTCOME_SUCCESS;
  gboolean wanted = self != NULL && self->source == source;

  if (!wanted && success)
    ts_operation_undo (op);
  else if (wanted && success)
    take_burst (self, op);
  else if (wanted)
    end (self);
  if (wanted)
    {
      show_when_due (self);
      wanted = self->source == source;
    }
  g_clear_object (&self);
  return wanted;
}

/* It is full. If there is something in the channel it stays there: whoever makes room for it
 * listens anew. */
static gboolean
on_end (gpointer data)
{
  TsListModel *self = g_weak_ref_get (data);

  if (self == NULL)
    return G_SOURCE_REMOVE;
  stop_listening (self);
  if (ts_channel_is_closed (self->channel) && !ts_channel_get_can_receive (self->channel))
    {
      end (self);
      show_when_due (self);
    }
  g_object_unref (self);
  return G_SOURCE_REMOVE;
}

/* The home */

static gboolean
home_dispatch (GSource *home, GSourceFunc callback, gpointer data)
{
  TsListModel *self = g_weak_ref_get (data);

  if (self == NULL)
    return G_SOURCE_REMOVE;
  g_source_set_ready_time (home, -1);
  if (self->home != NULL)
    show_when_due (self);
  g_object_unref (self);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs home_funcs = {
  .dispatch = home_dispatch,
};

/* In one piece, so that the channel can keep their order. */
static void
give_hidden_back (TsListModel *self)
{
  guint n = count_hidden (self);
  GValue *values = g_new (GValue, n);
  TsDropBundle dropped = TS_DROP_BUNDLE_INIT;

  for (guint i = n; i > 0; i--)
    ts_rows_pop (&self->rows, &values[i - 1]);
  ts_channel_give_back (self->channel, values, (guint32 *) (gpointer) self->tickets->data, n);
  g_array_set_size (self->tickets, 0);
  for (guint i = 0; i < n; i++)
    ts_value_clear_in (&dropped, &values[i]);
  ts_drop_bundle_finish (&dropped);
  g_free (values);
}

gboolean
ts_list_model_leave (TsListModel *self)
{
  GSource *home = g_steal_pointer (&self->home);

  if (home == NULL)
    return FALSE;
  stop_listening (self);
  g_source_destroy (home);
  g_source_unref (home);
  if (count_hidden (self) > 0)
    give_hidden_back (self);
  return TRUE;
}

/* It was us, or the context goes. */
static void
on_home_gone (gpointer data)
{
  TsListModel *self = g_weak_ref_get (data);

  if (self != NULL && ts_list_model_leave (self))
    self->finished = TRUE;
  g_clear_object (&self);
  weak_ref_free (data);
}

void
ts_list_model_start (TsListModel *self)
{
  GMainContext *context = g_main_context_ref_thread_default ();

  self->home = g_source_new (&home_funcs, sizeof (GSource));
  g_source_set_static_name (self->home, "TsListModel home");
  g_source_set_callback (self->home, NULL, weak_ref_to (self), on_home_gone);
  g_source_set_priority (self->home, self->priority);
  g_source_attach (self->home, context);
  g_main_context_unref (context);
  listen_as_needed (self);
}
