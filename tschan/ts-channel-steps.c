/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a channel is, and the steps that everything else is made of.
 *
 * A channel has a store of items, a queue of parked receivers and a queue of parked senders. An item
 * that arrives goes to the first parked receiver, else into the store; a receiver takes the oldest
 * item, and the first parked sender's takes the free place; with nothing in the store it takes the
 * item of the first parked sender itself. So at rest, between two steps, no receiver is parked while
 * there is an item, and no sender while there is room. (A select may be parked on both sides: it
 * does not meet itself.)
 *
 * Beside receivers and senders the queues hold those who only want to be told when they could go on
 * (the "receivable" and "sendable" classes): they are woken and passed over.
 *
 * A reserved item that nobody collects comes back to the head of the store, or to the first parked
 * receiver: nothing can have overtaken it there.
 *
 * Locking: the channel's lock guards everything that is not immutable. One channel's lock is never
 * held while another's is taken. Under it values are moved and blocks of the store allocated; items
 * are copied and dropped, and waiters woken, without it (TsChannelAfter).
 */

#include "config.h"

#include <glib/gi18n.h>

#include "ts-channel-private.h"
#include "ts-error-private.h"

/* The queues */

/* Takes the first operation out of the queue that wants more than to be told, and claims it. Those who
 * only want to be told are told on the way. */
static TsOperation * TS_REQUIRES (ts_channel_role)
claim_locked (TsQueue *queue, TsChannelAfter *after)
{
  TsOperation *op;

  while ((op = ts_queue_claim_first (queue)) != NULL)
    {
      op->outcome = TS_OUTCOME_SUCCESS;
      ts_wake_list_add (&after->woken, op);
      if ((op->flags & TS_OPERATION_TELLS) == 0)
        return op;
    }
  return NULL;
}

/* Tells those in @queue who only want to be told, and leaves the others. */
static void TS_REQUIRES (ts_channel_role)
tell_locked (TsQueue *queue, TsChannelAfter *after)
{
  TsOperation *op, *next;

  for (op = ts_queue_get_head (queue); op != NULL; op = next)
    {
      next = op->next;
      if ((op->flags & TS_OPERATION_TELLS) == 0)
        continue;
      ts_queue_remove (queue, op);
      if (ts_operation_claim (op))
        ts_wake_list_add (&after->woken, op);
    }
}

/* Whether somebody who is not @own could still be had from @queue. */
static gboolean TS_REQUIRES (ts_channel_role)
has_claimable_locked (TsQueue *queue, TsWaiter *own)
{
  for (TsOperation *op = ts_queue_get_head (queue); op != NULL; op = op->next)
    {
      if ((op->flags & TS_OPERATION_TELLS) == 0 && op->waiter != own &&
          atomic_load (&op->waiter->claim) == TS_CLAIM_NONE)
        return TRUE;
    }
  return FALSE;
}

static gboolean TS_REQUIRES (ts_channel_role)
has_room_locked (TsChannel *self)
{
  return ts_channel_capacity (self) < 0 || ts_store_get_room (&ts_channel_state (self)->store) > 0;
}

/* The steps */

gboolean
ts_channel_can_put_locked (TsChannel *self, TsWaiter *own)
{
  return !ts_channel_is_closed_locked (self) &&
         (has_room_locked (self) || ts_channel_overflow (self) != TS_OVERFLOW_WAIT ||
          has_claimable_locked (&ts_channel_state (self)->receivers, own));
}

gboolean
ts_channel_can_take_locked (TsChannel *self, TsWaiter *own)
{
  return ts_channel_has_items_locked (self) ||
         has_claimable_locked (&ts_channel_state (self)->senders, own);
}

static gboolean TS_REQUIRES (ts_channel_role)
hand_over_locked (TsChannel *self, GValue *value, guint32 ticket, TsChannelAfter *after)
{
  TsQueue *receivers = &ts_channel_state (self)->receivers;
  TsOperation *receiver;

  if (ts_queue_get_head (receivers) == NULL)
    return FALSE;
  receiver = claim_locked (receivers, after);
  if (receiver == NULL)
    return FALSE;
  receiver->value = ts_value_move (value);
  if ((receiver->flags & TS_OPERATION_FINAL) == 0)
    receiver->ticket = ticket != 0 ? ticket : ts_store_next_ticket (&self->rest);
  return TRUE;
}

/* Moves @value into the store. */
static void TS_REQUIRES (ts_channel_role)
store_locked (TsChannel *self, GValue *value)
{
  ts_store_push_tail (&ts_channel_state (self)->store, &self->rest, value);
  *value = (GValue) G_VALUE_INIT;
}

static void TS_REQUIRES (ts_channel_role)
drop_locked (TsChannel *self, GValue *value, TsChannelAfter *after)
{
  after->dropped = ts_value_move (value);
  self->dropped++;
}

static void TS_REQUIRES (ts_channel_role)
overflow_locked (TsChannel *self, GValue *value, TsChannelAfter *after)
{
  if (ts_channel_overflow (self) == TS_OVERFLOW_DROP_OLDEST)
    {
      GValue oldest;

      ts_store_pop_head (&ts_channel_state (self)->store, &self->rest, &oldest);
      store_locked (self, value);
      *value = oldest;
    }
  drop_locked (self, value, after);
}

gboolean
ts_channel_put_locked (TsChannel *self, GValue *value, TsOutcome *outcome, TsChannelAfter *after)
{
  *outcome = TS_OUTCOME_SUCCESS;
  if (ts_channel_is_closed_locked (self))
    *outcome = TS_OUTCOME_ERROR (TS_ERROR_CLOSED);
  else if (hand_over_locked (self, value, 0, after))
    return TRUE;
  else if (has_room_locked (self))
    store_locked (self, value);
  else if (ts_channel_overflow (self) != TS_OVERFLOW_WAIT)
    overflow_locked (self, value, after);
  else
    return FALSE;
  return TRUE;
}

static void TS_REQUIRES (ts_channel_role)
admit_senders_locked (TsChannel *self, TsChannelAfter *after)
{
  TsQueue *senders = &ts_channel_state (self)->senders;

  while (ts_queue_get_head (senders) != NULL && has_room_locked (self))
    {
      TsOperation *sender = claim_locked (senders, after);

      if (sender != NULL)
        store_locked (self, &sender->value);
    }
}

static gboolean TS_REQUIRES (ts_channel_role)
unstore_locked (TsChannel *self, GValue *value, TsChannelAfter *after)
{
  TsStore *store = &ts_channel_state (self)->store;

  return after->ticket == NULL ? ts_store_pop_head (store, &self->rest, value)
                               : ts_store_pop_ticket (store, &self->rest, value, after->ticket);
}

/* From the hands of the first parked sender. */
static gboolean TS_REQUIRES (ts_channel_role)
take_over_locked (TsChannel *self, GValue *value, TsChannelAfter *after)
{
  TsQueue *senders = &ts_channel_state (self)->senders;
  TsOperation *sender;

  if (ts_queue_get_head (senders) == NULL)
    return FALSE;
  sender = claim_locked (senders, after);
  if (sender == NULL)
    return FALSE;
  *value = ts_value_move (&sender->value);
  if (after->ticket != NULL)
    *after->ticket = ts_store_next_ticket (&self->rest);
  return TRUE;
}

gboolean
ts_channel_take_locked (TsChannel *self, GValue *value, TsOutcome *outcome, TsChannelAfter *after)
{
  *outcome = TS_OUTCOME_SUCCESS;
  if (unstore_locked (self, value, after))
    {
      admit_senders_locked (self, after);
      return TRUE;
    }
  if (take_over_locked (self, value, after))
    return TRUE;
  *outcome = TS_OUTCOME_ERROR (TS_ERROR_CLOSED);
  return ts_channel_is_closed_locked (self);
}

/* A receiver's item that it does not want. It may make one more than the capacity for a while. */
static void TS_REQUIRES (ts_channel_role)
give_back_locked (TsChannel *self, GValue *value, guint32 ticket, TsChannelAfter *after)
{
  if (hand_over_locked (self, value, ticket, after))
    return;
  if (ts_channel_overflow (self) == TS_OVERFLOW_DROP_OLDEST && !has_room_locked (self))
    drop_locked (self, value, after);
  else
    {
      ts_store_give_back (&ts_channel_state (self)->store, &self->rest, value, ticket);
      *value = (GValue) G_VALUE_INIT;
    }
}

static guint TS_REQUIRES (ts_channel_role)
take_some_locked (TsChannel *self, GValue *values, guint32 *tickets, guint n, TsChannelAfter *after)
{
  TsOutcome outcome;

  for (guint i = 0; i < n; i++)
    {
      after->ticket = &tickets[i];
      if (!ts_channel_take_locked (self, &values[i], &outcome, after) || outcome != TS_OUTCOME_SUCCESS)
        return i;
    }
  return n;
}

guint
ts_channel_take_some (TsChannel *self, GValue *values, guint32 *tickets, guint n)
{
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;

  ts_channel_lock_to_take (self);
  n = take_some_locked (self, values, tickets, n, &after);
  ts_channel_unlock_after (self, &after);
  return n;
}

/* The first ones for those who wait; what is left goes back from its end, where the store has the place
 * for the next one at hand. A channel that drops the oldest keeps the last that there is room for. */
static void TS_REQUIRES (ts_channel_role)
give_all_back_locked (TsChannel *self, GValue *values, const guint32 *tickets, guint n,
                      TsChannelAfter *after)
{
  TsChannelState *state = ts_channel_state (self);
  guint handed = 0;

  while (handed < n && hand_over_locked (self, &values[handed], tickets[handed], after))
    handed++;
  for (; n > handed; n--)
    {
      if (ts_channel_overflow (self) == TS_OVERFLOW_DROP_OLDEST && !has_room_locked (self))
        break;
      ts_store_give_back (&state->store, &self->rest, &values[n - 1], tickets[n - 1]);
      values[n - 1] = (GValue) G_VALUE_INIT;
    }
  self->dropped += n - handed;
}

void
ts_channel_give_back (TsChannel *self, GValue *values, const guint32 *tickets, guint n)
{
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;

  ts_channel_lock (self);
  give_all_back_locked (self, values, tickets, n, &after);
  ts_channel_unlock_after (self, &after);
}

static void TS_REQUIRES (ts_channel_role)
fail_all_locked (TsQueue *queue, TsChannelAfter *after)
{
  TsOperation *op;

  while ((op = claim_locked (queue, after)) != NULL)
    op->outcome = TS_OUTCOME_ERROR (TS_ERROR_CLOSED);
}

gboolean
ts_channel_close_locked (TsChannel *self, TsChannelAfter *after)
{
  TsChannelState *state = ts_channel_state (self);
  gboolean was_open = !ts_channel_is_closed_locked (self);

  atomic_fetch_or_explicit (&state->status, TS_CHANNEL_CLOSED, memory_order_relaxed);
  fail_all_locked (&state->receivers, after);
  fail_all_locked (&state->senders, after);
  return was_open;
}

/* Guesses: each word is read by itself, and may be old. */

static gboolean TS_UNANALYSED
ts_channel_send_hint (TsOperation *op)
{
  TsChannel *self = op->object;

  return has_room_locked (self) || ts_channel_overflow (self) != TS_OVERFLOW_WAIT || ts_channel_is_closed_locked (self) ||
         ts_queue_get_head (&ts_channel_state (self)->receivers) != NULL;
}

static gboolean TS_UNANALYSED
ts_channel_receive_hint (TsOperation *op)
{
  TsChannel *self = op->object;

  return ts_channel_count (self) > 0 || ts_queue_get_head (&ts_channel_state (self)->senders) != NULL ||
         ts_channel_is_closed_locked (self);
}

/* The operations */

static gboolean TS_REQUIRES (ts_channel_role)
send_locked (TsOperation *op, TsChannelAfter *after)
{
  TsOutcome outcome;
  gboolean over = ts_channel_put_locked (op->object, &op->value, &outcome, after);

  op->outcome = (gint8) outcome;
  return over;
}

static gboolean TS_REQUIRES (ts_channel_role)
receive_locked (TsOperation *op, TsChannelAfter *after)
{
  TsOutcome outcome;
  gboolean over;

  if ((op->flags & TS_OPERATION_FINAL) == 0)
    after->ticket = &op->ticket;
  over = ts_channel_take_locked (op->object, &op->value, &outcome, after);
  op->outcome = (gint8) outcome;
  return over;
}

static gboolean
ts_channel_send_attempt (TsOperation *op)
{
  TsChannel *self = op->object;
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;
  gboolean over;

  if (op->outcome != TS_OUTCOME_SUCCESS)
    return TRUE;
  ts_channel_lock (self);
  over = send_locked (op, &after);
  ts_channel_unlock_after (self, &after);
  return over;
}

static gboolean
ts_channel_send_park (TsOperation *op)
{
  TsChannel *self = op->object;
  TsChannelState *state = ts_channel_state (self);
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;
  gboolean over;

  if (op->outcome != TS_OUTCOME_SUCCESS)
    return TRUE;
  ts_channel_lock (self);
  if (ts_operation_is_shared (op))
    over = ts_channel_is_closed_locked (self) || ts_channel_can_put_locked (self, op->waiter);
  else
    over = send_locked (op, &after);
  if (!over)
    {
      ts_queue_push (&state->senders, op);
      tell_locked (&state->receivers, &after);
    }
  ts_channel_unlock_after (self, &after);
  return over;
}

static gboolean
ts_channel_receive_attempt (TsOperation *op)
{
  TsChannel *self = op->object;
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;
  gboolean over;

  if ((op->flags & TS_OPERATION_FINAL) != 0 && ts_channel_take_from_front (self, &op->value))
    return TRUE;
  ts_channel_lock_to_take (self);
  if ((op->flags & TS_OPERATION_FINAL) != 0 && ts_channel_unstore_quickly_locked (self, &op->value))
    {
      ts_channel_unlock (self);
      return TRUE;
    }
  over = receive_locked (op, &after);
  ts_channel_unlock_after (self, &after);
  return over;
}

static gboolean
ts_channel_receive_park (TsOperation *op)
{
  TsChannel *self = op->object;
  TsChannelState *state = ts_channel_state (self);
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;
  gboolean over;

  ts_channel_lock_to_take (self);
  if (ts_operation_is_shared (op))
    over = ts_channel_is_closed_locked (self) || ts_channel_can_take_locked (self, op->waiter);
  else
    over = receive_locked (op, &after);
  if (!over)
    {
      ts_queue_push (&state->receivers, op);
      tell_locked (&state->senders, &after);
    }
  ts_channel_unlock_after (self, &after);
  return over;
}

static void
ts_channel_send_unpark (TsOperation *op)
{
  TsChannel *self = op->object;

  ts_channel_lock (self);
  ts_queue_remove (&ts_channel_state (self)->senders, op);
  ts_channel_unlock (self);
}

static void
ts_channel_receive_unpark (TsOperation *op)
{
  TsChannel *self = op->object;

  ts_channel_lock (self);
  ts_queue_remove (&ts_channel_state (self)->receivers, op);
  ts_channel_unlock (self);
}

static void
ts_channel_receive_undo (TsOperation *op)
{
  TsChannel *self = op->object;
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;

  ts_channel_lock (self);
  give_back_locked (self, &op->value, op->ticket, &after);
  ts_channel_unlock_after (self, &after);
}

static void TS_REQUIRES (ts_channel_role)
park_to_be_told_locked (TsQueue *queue, TsOperation *op)
{
  op->flags |= TS_OPERATION_TELLS;
  ts_queue_push (queue, op);
}

static gboolean
ts_channel_sendable_attempt (TsOperation *op)
{
  TsChannel *self = op->object;
  gboolean sendable;

  ts_channel_lock (self);
  sendable = ts_channel_is_closed_locked (self) || ts_channel_can_put_locked (self, NULL);
  ts_channel_unlock (self);
  return sendable;
}

static gboolean
ts_channel_sendable_park (TsOperation *op)
{
  TsChannel *self = op->object;
  gboolean sendable;

  ts_channel_lock (self);
  sendable = ts_channel_is_closed_locked (self) || ts_channel_can_put_locked (self, NULL);
  if (!sendable)
    park_to_be_told_locked (&ts_channel_state (self)->senders, op);
  ts_channel_unlock (self);
  return sendable;
}

static gboolean
ts_channel_receivable_attempt (TsOperation *op)
{
  TsChannel *self = op->object;
  gboolean receivable;

  ts_channel_lock (self);
  receivable = ts_channel_is_closed_locked (self) || ts_channel_can_take_locked (self, NULL);
  ts_channel_unlock (self);
  return receivable;
}

static gboolean
ts_channel_receivable_park (TsOperation *op)
{
  TsChannel *self = op->object;
  gboolean receivable;

  ts_channel_lock (self);
  receivable = ts_channel_is_closed_locked (self) || ts_channel_can_take_locked (self, NULL);
  if (!receivable)
    park_to_be_told_locked (&ts_channel_state (self)->receivers, op);
  ts_channel_unlock (self);
  return receivable;
}

static void
ts_channel_hold (TsOperation *op)
{
  TsChannelState *state = ts_channel_state (op->object);

  atomic_fetch_add_explicit (&state->status, TS_CHANNEL_BLOCKED, memory_order_relaxed);
}

static void
ts_channel_release (TsOperation *op)
{
  _Atomic guint *status = &ts_channel_state (op->object)->status;
  guint left = atomic_fetch_sub_explicit (status, TS_CHANNEL_BLOCKED, memory_order_acq_rel) -
               TS_CHANNEL_BLOCKED;

  if (G_LIKELY (left >= TS_CHANNEL_BLOCKED || (left & TS_CHANNEL_ORPHANED) == 0))
    return;
  if ((atomic_fetch_and_explicit (status, ~TS_CHANNEL_ORPHANED, memory_order_relaxed) &
       TS_CHANNEL_ORPHANED) != 0)
    g_object_unref (op->object);
}

static void
set_send_error (TsOperation *op, TsOutcome outcome, GError **error)
{
  ts_channel_set_error (op->object, TRUE, outcome, error);
}

static void
set_receive_error (TsOperation *op, TsOutcome outcome, GError **error)
{
  ts_channel_set_error (op->object, FALSE, outcome, error);
}

/* An item that was handed over cannot be fetched back: a send has nothing to undo. */
const TsOperationClass ts_channel_send_class = {
  .name = "send",
  .hint = ts_channel_send_hint,
  .attempt = ts_channel_send_attempt,
  .park = ts_channel_send_park,
  .unpark = ts_channel_send_unpark,
  .hold = ts_channel_hold,
  .release = ts_channel_release,
  .set_error = set_send_error,
};

const TsOperationClass ts_channel_receive_class = {
  .name = "receive",
  .hint = ts_channel_receive_hint,
  .attempt = ts_channel_receive_attempt,
  .park = ts_channel_receive_park,
  .unpark = ts_channel_receive_unpark,
  .undo = ts_channel_receive_undo,
  .hold = ts_channel_hold,
  .release = ts_channel_release,
  .set_error = set_receive_error,
};

const TsOperationClass ts_channel_sendable_class = {
  .name = "wait to send",
  .attempt = ts_channel_sendable_attempt,
  .park = ts_channel_sendable_park,
  .unpark = ts_channel_send_unpark,
  .set_error = set_send_error,
};

const TsOperationClass ts_channel_receivable_class = {
  .name = "wait to receive",
  .attempt = ts_channel_receivable_attempt,
  .park = ts_channel_receivable_park,
  .unpark = ts_channel_receive_unpark,
  .set_error = set_receive_error,
};

void
ts_channel_trace_try (TsChannel *self, const char *operation, TsOutcome outcome)
{
  ts_trace_line (self, operation, ts_outcome_describe (outcome));
}

/* Values and errors */

/* GLib turns an object into a NULL of any other class. */
static gboolean
was_lost (const GValue *before, const GValue *after)
{
  return g_value_fits_pointer (before) && g_value_peek_pointer (before) != NULL &&
         g_value_fits_pointer (after) && g_value_peek_pointer (after) == NULL;
}

gboolean
ts_channel_import (TsChannel *self, const GValue *value, GValue *imported)
{
  if (G_LIKELY (self->item_type == G_TYPE_INVALID) || G_VALUE_HOLDS (value, self->item_type))
    {
      ts_value_copy (imported, value);
      return TRUE;
    }
  *imported = (GValue) G_VALUE_INIT;
  if (!g_value_type_transformable (G_VALUE_TYPE (value), self->item_type))
    return FALSE;
  g_value_init (imported, self->item_type);
  if (g_value_transform (value, imported) && !was_lost (value, imported))
    return TRUE;
  g_value_unset (imported);
  return FALSE;
}

void
ts_channel_fill_send (TsChannel *self, TsOperation *op, const GValue *value)
{
  if (!ts_channel_import (self, value, &op->value))
    op->outcome = (gint8) TS_OUTCOME_ERROR (TS_ERROR_WRONG_TYPE);
}

static const struct
{
  const char *unnamed;
  const char *named;
} error_messages[] = {
  [TS_ERROR_CLOSED] = { N_("The channel is closed"), N_("The channel “%s” is closed") },
  [TS_ERROR_FULL] = { N_("The channel is full"), N_("The channel “%s” is full") },
  [TS_ERROR_EMPTY] = { N_("The channel is empty"), N_("The channel “%s” is empty") },
  [TS_ERROR_WRONG_TYPE] = { N_("The channel does not take items of this type"),
                            N_("The channel “%s” does not take items of this type") },
};

static void
set_timed_out (TsChannel *self, gboolean sending, GError **error)
{
  if (sending)
    ts_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, self->name,
                  N_("Nobody took the item in time"),
                  N_("The channel “%s” did not take the item in time"));
  else
    ts_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, self->name,
                  N_("No item came in time"),
                  N_("No item came from the channel “%s” in time"));
}

void
ts_channel_set_error (TsChannel *self, gboolean sending, TsOutcome outcome, GError **error)
{
  int code = (int) outcome - 1;

  if (outcome == TS_OUTCOME_TIMED_OUT)
    set_timed_out (self, sending, error);
  else if (outcome == TS_OUTCOME_CANCELLED)
    ts_set_cancelled_error (error);
  else
    ts_set_error (error, TS_ERROR, code, self->name, error_messages[code].unnamed,
                  error_messages[code].named);
}
