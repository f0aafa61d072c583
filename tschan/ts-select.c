/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The object: its cases, and what they have brought. How it waits is in ts-select-wait.c. */

#include "config.h"

#include "ts-channel-private.h"
#include "ts-describe-private.h"
#include "ts-event-private.h"
#include "ts-future-private.h"
#include "ts-leaks-private.h"
#include "ts-lock-private.h"
#include "ts-select-private.h"
#include "ts-semaphore-private.h"
#include "ts-value-private.h"

/**
 * TsSelect:
 *
 * Several operations, of which exactly one happens.
 *
 * Cases are added: receive from a channel, send into one, wait for an event or a future, acquire a
 * semaphore or a lock, or reach a deadline. A wait ends with the index of one that has happened; the
 * others have not, and nothing of theirs is taken or given. If several are possible the choice goes
 * round, so that none starves. A channel that is closed is a case that has happened, without a value.
 *
 * The same select can be waited on again and again, with cases added and removed in between, but by one
 * waiter at a time. A case that sends needs a new value after it has happened
 * ([method@Select.set_value]); until then it is left out. The same channel may be in several cases, on
 * both sides: a select does not meet itself, but it meets others.
 *
 * ```c
 * static void
 * first_of_two (TsChannel *news, TsChannel *mail)
 * {
 *   g_autoptr (TsSelect) select = ts_select_new ();
 *   GValue item = G_VALUE_INIT;
 *   int from_news = ts_select_add_receive (select, news);
 *   int late;
 *
 *   ts_select_add_receive (select, mail);
 *   late = ts_select_add_deadline (select, g_get_monotonic_time () + G_USEC_PER_SEC);
 *
 *   int which = ts_select_wait (select, NULL, NULL);
 *   if (which == late)
 *     g_print ("nothing in a second\n");
 *   else if (ts_select_get_value (select, which, &item))
 *     g_print ("%s\n", which == from_news ? "news" : "mail");
 *   g_value_unset (&item);
 * }
 * ```
 *
 * Adding, removing, and looking at values belong to whoever waits; the waits themselves may be of any
 * kind, in any thread.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (TsSelect, ts_select, G_TYPE_OBJECT)

/* Cases */

static void
case_disarm (TsSelectCase *self)
{
  if (self->timer == NULL)
    return;
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
case_remove (TsSelectCase *self)
{
  case_disarm (self);
  ts_value_clear (&self->operation.value);
  ts_value_clear (&self->received);
  g_clear_object (&self->operation.object);
}

static void
case_free (gpointer data)
{
  case_remove (data);
  g_free (data);
}

static int
compare_objects (gconstpointer a, gconstpointer b)
{
  const TsSelectCase *first = *(TsSelectCase *const *) a, *second = *(TsSelectCase *const *) b;
  guintptr x = (guintptr) first->operation.object, y = (guintptr) second->operation.object;

  return x < y ? -1 : x > y;
}

static TsSelectCase *
get_case (TsSelect *self, int index)
{
  TsSelectCase *chosen = NULL;

  if (index >= 0 && (guint) index < self->cases->len)
    chosen = g_ptr_array_index (self->cases, index);
  return chosen != NULL && chosen->operation.object != NULL ? chosen : NULL;
}

static void
note_active (TsSelect *self)
{
  atomic_store_explicit (&self->n_active, self->active->len, memory_order_relaxed);
}

static TsSelectCase *
add_case (TsSelect *self, const TsOperationClass *klass, gpointer object)
{
  TsSelectCase *added = g_new0 (TsSelectCase, 1);

  ts_operation_init (&added->operation, klass, g_object_ref (object));
  added->operation.index = self->cases->len;
  added->deadline = -1;
  g_ptr_array_add (self->cases, added);
  g_ptr_array_add (self->active, added);
  g_ptr_array_sort (self->active, compare_objects);
  note_active (self);
  return added;
}

static int
add (TsSelect *self, const TsOperationClass *klass, gpointer object)
{
  return (int) add_case (self, klass, object)->operation.index;
}

/* The object */

static void
ts_select_finalize (GObject *object)
{
  TsSelect *self = TS_SELECT (object);

  ts_leaks_forget (self);
  g_ptr_array_unref (self->active);
  g_ptr_array_unref (self->cases);

  G_OBJECT_CLASS (ts_select_parent_class)->finalize (object);
}

static void
ts_select_class_init (TsSelectClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ts_select_finalize;
}

static void
ts_select_init (TsSelect *self)
{
  self->cases = g_ptr_array_new_with_free_func (case_free);
  self->active = g_ptr_array_new ();
  self->winner = -1;
  ts_leaks_watch (self, ts_select_describe);
}

/* Nothing may change under a wait. */
static gboolean
is_free (TsSelect *self)
{
  return !atomic_load (&self->busy);
}

/**
 * ts_select_new:
 *
 * Creates a select without cases.
 *
 * Returns: (transfer full): a new select
 *
 * Since: 1.0
 */
TsSelect *
ts_select_new (void)
{
  return g_object_new (TS_TYPE_SELECT, NULL);
}

/**
 * ts_select_add_receive:
 * @self: a select
 * @channel: where to receive from
 *
 * Adds a case: to receive an item, which [method@Select.get_value] then tells.
 *
 * Not while the select is being waited on.
 *
 * Returns: the index of the case
 *
 * Since: 1.0
 */
int
ts_select_add_receive (TsSelect *self, TsChannel *channel)
{
  g_return_val_if_fail (TS_IS_SELECT (self) && is_free (self), -1);
  g_return_val_if_fail (TS_IS_CHANNEL (channel), -1);

  return add (self, &ts_channel_receive_class, channel);
}

/**
 * ts_select_add_send:
 * @self: a select
 * @channel: where to send to
 * @value: what to send; it is copied
 * @error: return location for an error
 *
 * Adds a case: to send an item. It happens once; [method@Select.set_value] makes it ready for another.
 *
 * Not while the select is being waited on. Fails with %TS_ERROR_WRONG_TYPE if the channel does
 * not take such values.
 *
 * Returns: the index of the case, or -1 and @error
 *
 * Since: 1.0
 */
int
ts_select_add_send (TsSelect *self, TsChannel *channel, const GValue *value, GError **error)
{
  GValue item;
  TsSelectCase *added;

  g_return_val_if_fail (TS_IS_SELECT (self) && is_free (self), -1);
  g_return_val_if_fail (TS_IS_CHANNEL (channel), -1);
  g_return_val_if_fail (ts_value_is_initialized (value), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  if (!ts_channel_import (channel, value, &item))
    {
      ts_channel_set_error (channel, TRUE, TS_OUTCOME_ERROR (TS_ERROR_WRONG_TYPE), error);
      return -1;
    }
  added = add_case (self, &ts_channel_send_class, channel);
  added->operation.value = item;
  return (int) added->operation.index;
}

/**
 * ts_select_add_event:
 * @self: a select
 * @event: what to wait for
 *
 * Adds a case: the event is set.
 *
 * Not while the select is being waited on.
 *
 * Returns: the index of the case
 *
 * Since: 1.0
 */
int
ts_select_add_event (TsSelect *self, TsEvent *event)
{
  g_return_val_if_fail (TS_IS_SELECT (self) && is_free (self), -1);
  g_return_val_if_fail (TS_IS_EVENT (event), -1);

  return add (self, &ts_event_wait_class, event);
}

/**
 * ts_select_add_acquire:
 * @self: a select
 * @semaphore: what to acquire
 *
 * Adds a case: to acquire a permit, which is to be released then.
 *
 * Not while the select is being waited on.
 *
 * Returns: the index of the case
 *
 * Since: 1.0
 */
int
ts_select_add_acquire (TsSelect *self, TsSemaphore *semaphore)
{
  g_return_val_if_fail (TS_IS_SELECT (self) && is_free (self), -1);
  g_return_val_if_fail (TS_IS_SEMAPHORE (semaphore), -1);

  return add (self, &ts_semaphore_acquire_class, semaphore);
}

/**
 * ts_select_add_lock:
 * @self: a select
 * @lock: what to acquire
 *
 * Adds a case: to acquire a lock, which is to be released then.
 *
 * Not while the select is being waited on.
 *
 * Returns: the index of the case
 *
 * Since: 1.0
 */
int
ts_select_add_lock (TsSelect *self, TsLock *lock)
{
  g_return_val_if_fail (TS_IS_SELECT (self) && is_free (self), -1);
  g_return_val_if_fail (TS_IS_LOCK (lock), -1);

  return add (self, &ts_lock_acquire_class, lock);
}

/**
 * ts_select_add_future:
 * @self: a select
 * @future: what to wait for
 *
 * Adds a case: the future is done. [method@Select.get_value] tells its value; if it was rejected there is
 * none, and [method@Future.wait] tells the error.
 *
 * Not while the select is being waited on.
 *
 * Returns: the index of the case
 *
 * Since: 1.0
 */
int
ts_select_add_future (TsSelect *self, TsFuture *future)
{
  g_return_val_if_fail (TS_IS_SELECT (self) && is_free (self), -1);
  g_return_val_if_fail (TS_IS_FUTURE (future), -1);

  return add (self, &ts_future_wait_class, future);
}

/**
 * ts_select_add_deadline:
 * @self: a select
 * @deadline: a time, in microseconds of [func@GLib.get_monotonic_time]
 *
 * Adds a case: the time has come.
 *
 * Not while the select is being waited on.
 *
 * Returns: the index of the case
 *
 * Since: 1.0
 */
int
ts_select_add_deadline (TsSelect *self, gint64 deadline)
{
  g_autoptr (TsEvent) event = NULL;
  TsSelectCase *added;

  g_return_val_if_fail (TS_IS_SELECT (self) && is_free (self), -1);
  g_return_val_if_fail (deadline >= 0, -1);

  event = ts_event_new ();
  ts_leaks_forget (event); /* belongs to the select, which tells of it */
  added = add_case (self, &ts_event_wait_class, event);
  added->deadline = deadline;
  return (int) added->operation.index;
}

/**
 * ts_select_set_value:
 * @self: a select
 * @index: of a case that sends
 * @value: what to send; it is copied
 * @error: return location for an error
 *
 * Gives a case what to send next, in the place of what it had.
 *
 * Not while the select is being waited on. Fails with %TS_ERROR_WRONG_TYPE if the channel does
 * not take such values.
 *
 * Returns: %TRUE if it was set, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_select_set_value (TsSelect *self, int index, const GValue *value, GError **error)
{
  GValue item;
  TsSelectCase *sender;

  g_return_val_if_fail (TS_IS_SELECT (self) && is_free (self), FALSE);
  g_return_val_if_fail (ts_value_is_initialized (value), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);
  sender = get_case (self, index);
  g_return_val_if_fail (sender != NULL && sender->operation.klass == &ts_channel_send_class, FALSE);

  if (!ts_channel_import (sender->operation.object, value, &item))
    {
      ts_channel_set_error (sender->operation.object, TRUE, TS_OUTCOME_ERROR (TS_ERROR_WRONG_TYPE),
                            error);
      return FALSE;
    }
  ts_value_clear (&sender->operation.value);
  sender->operation.value = item;
  sender->idle = FALSE;
  return TRUE;
}

/**
 * ts_select_remove:
 * @self: a select
 * @index: of a case
 *
 * Removes a case. Its index is not used again; the others keep theirs.
 *
 * Not while the select is being waited on.
 *
 * Returns: %TRUE if there was such a case
 *
 * Since: 1.0
 */
gboolean
ts_select_remove (TsSelect *self, int index)
{
  TsSelectCase *removed;
  guint position;

  g_return_val_if_fail (TS_IS_SELECT (self) && is_free (self), FALSE);

  removed = get_case (self, index);
  if (removed == NULL)
    return FALSE;
  g_ptr_array_find (self->active, removed, &position);
  g_ptr_array_remove_index (self->active, position);
  note_active (self);
  case_remove (removed);
  return TRUE;
}

/**
 * ts_select_clear:
 * @self: a select
 *
 * Removes all cases. Indexes begin with 0 again.
 *
 * Not while the select is being waited on.
 *
 * Since: 1.0
 */
void
ts_select_clear (TsSelect *self)
{
  g_return_if_fail (TS_IS_SELECT (self) && is_free (self));

  g_ptr_array_set_size (self->active, 0);
  note_active (self);
  g_ptr_array_set_size (self->cases, 0);
  self->winner = -1;
  self->next = 0;
}

/* What it has brought */

/**
 * ts_select_get_winner:
 * @self: a select
 *
 * Tells which case has happened last.
 *
 * Returns: an index, or -1 if none has
 *
 * Since: 1.0
 */
int
ts_select_get_winner (TsSelect *self)
{
  g_return_val_if_fail (TS_IS_SELECT (self), -1);

  return self->winner;
}

/* The case, if it has happened last and its channel was not closed. */
static TsSelectCase *
get_winning_case (TsSelect *self, int index)
{
  TsSelectCase *won = index == self->winner ? get_case (self, index) : NULL;

  return won != NULL && !won->failed ? won : NULL;
}

/**
 * ts_select_get_value:
 * @self: a select
 * @index: of the case that has happened last
 * @value: (out caller-allocates): a copy of what was received; a %NULL pointer for a case that receives
 *   nothing; zeroed or initialized by the caller
 *
 * Tells what the last wait has brought.
 *
 * Returns: %TRUE if the operation has succeeded, %FALSE if its channel is closed or its future was
 *   rejected
 *
 * Since: 1.0
 */
gboolean
ts_select_get_value (TsSelect *self, int index, GValue *value)
{
  TsSelectCase *won;

  g_return_val_if_fail (value != NULL, FALSE);
  ts_value_clear (value);
  ts_value_init_nothing (value);
  g_return_val_if_fail (TS_IS_SELECT (self), FALSE);

  won = get_winning_case (self, index);
  if (won != NULL && ts_value_is_initialized (&won->received))
    ts_value_copy (value, &won->received);
  return won != NULL;
}

/**
 * ts_select_steal_value:
 * @self: a select
 * @index: of the case that has happened last
 * @value: (out caller-allocates): what was received; a %NULL pointer for a case that receives nothing;
 *   zeroed or initialized by the caller
 *
 * Takes what the last wait has brought, without a copy.
 *
 * Returns: %TRUE if the operation has succeeded, %FALSE if its channel is closed or its future was
 *   rejected
 *
 * Since: 1.0
 */
gboolean
ts_select_steal_value (TsSelect *self, int index, GValue *value)
{
  TsSelectCase *won;

  g_return_val_if_fail (value != NULL, FALSE);
  ts_value_clear (value);
  ts_value_init_nothing (value);
  g_return_val_if_fail (TS_IS_SELECT (self), FALSE);

  won = get_winning_case (self, index);
  if (won != NULL && ts_value_is_initialized (&won->received))
    *value = ts_value_move (&won->received);
  return won != NULL;
}

/**
 * ts_select_dup_value:
 * @self: a select
 * @index: of the case that has happened last
 *
 * Tells what the last wait has brought, as [method@Select.get_value] does.
 *
 * Returns: (transfer full) (nullable): a copy of what was received; %NULL if the channel is closed or the
 *   future was rejected
 *
 * Since: 1.0
 */
GValue *
ts_select_dup_value (TsSelect *self, int index)
{
  GValue value = G_VALUE_INIT;

  return ts_select_get_value (self, index, &value) ? ts_value_box (&value) : NULL;
}

/* Description */

gboolean
ts_select_describe (gpointer object, GString *text)
{
  TsSelect *self = object;
  guint n_cases = atomic_load_explicit (&self->n_active, memory_order_relaxed);
  gboolean in_use = !is_free (self);

  ts_description_begin (text, self, NULL);
  g_string_append_printf (text, "%u %s%s", n_cases, n_cases == 1 ? "case" : "cases",
                          in_use ? ", waited on" : "");
  return in_use;
}

/**
 * ts_select_to_string:
 * @self: a select
 *
 * Describes the select as it is at this moment, in one line, for logs and debuggers.
 *
 * How many cases it has, and whether it is being waited on. What the line looks like may change.
 * From any thread; does not block.
 *
 * Returns: (transfer full): a description
 *
 * Since: 1.0
 */
char *
ts_select_to_string (TsSelect *self)
{
  g_return_val_if_fail (TS_IS_SELECT (self), NULL);

  return ts_describe (self, ts_select_describe);
}
