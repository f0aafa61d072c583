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

/* Takes the first operation of the kind @wanted out of the queue and claims it. Those who only want
 * to be told are told on the way. */
static TsOperation * TS_REQUIRES (ts_channel_role)
claim_locked (TsQueue *queue, const TsOperationClass *wanted, TsChannelAfter *after)
{
  TsOperation *op;

  while ((op = ts_queue_claim_first (queue)) != NULL)
    {
      op->outcome = TS_OUTCOME_SUCCESS;
      ts_wake_list_add (&after->woken, op->waiter);
      if (op->klass == wanted)
        return op;
    }
  return NULL;
}

/* Tells those in @queue who only want to be told, and leaves the others. */
static void TS_REQUIRES (ts_channel_role)
tell_locked (TsQueue *queue, const TsOperationClass *others, TsChannelAfter *after)
{
  TsOperation *op, *next;

  for (op = ts_queue_get_head (queue); op != NULL; op = next)
    {
      next = op->next;
      if (op->klass == others)
        continue;
      ts_queue_remove (queue, op);
      if (ts_operation_claim (op))
        ts_wake_list_add (&after->woken, op->waiter);
    }
}

/* Whether somebody who is not @own could still be had from @queue. */
static gboolean TS_REQUIRES (ts_channel_role)
has_claimable_locked (TsQueue *queue, const TsOperationClass *wanted, TsWaiter *own)
{
  for (TsOperation *op = ts_queue_get_head (queue); op != NULL; op = op->next)
    {
      if (op->klass == wanted && op->waiter != own &&
          atomic_load (&op->waiter->claim) == TS_CLAIM_NONE)
        return TRUE;
    }
  return FALSE;
}

static gboolean TS_REQUIRES (ts_channel_role)
has_room_locked (TsChannel *self)
{
  return self->capacity < 0 || ts_store_get_length (&self->store) < (guint) self->capacity;
}

/* The steps */

gboolean
ts_channel_can_put_locked (TsChannel *self, TsWaiter *own)
{
  return !ts_channel_is_closed_locked (self) &&
         (has_room_locked (self) || self->overflow != TS_OVERFLOW_WAIT ||
          has_claimable_locked (&self->receivers, &ts_channel_receive_class, own));
}

gboolean
ts_channel_can_take_locked (TsChannel *self, TsWaiter *own)
{
  return ts_store_get_length (&self->store) > 0 ||
         has_claimable_locked (&self->senders, &ts_channel_send_class, own);
}

static gboolean TS_REQUIRES (ts_channel_role)
hand_over_locked (TsChannel *self, GValue *value, guint64 ticket, TsChannelAfter *after)
{
  TsOperation *receiver;

  if (G_LIKELY (ts_queue_get_head (&self->receivers) == NULL))
    return FALSE;
  receiver = claim_locked (&self->receivers, &ts_channel_receive_class, after);
  if (receiver == NULL)
    return FALSE;
  receiver->value = ts_value_move (value);
  receiver->ticket = ticket != 0 ? ticket : ts_store_next_ticket (&self->store);
  return TRUE;
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
  if (self->overflow == TS_OVERFLOW_DROP_OLDEST)
    {
      GValue oldest = ts_store_pop_head (&self->store, &after->ticket);

      ts_store_push_tail (&self->store, ts_value_move (value));
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
    ts_store_push_tail (&self->store, ts_value_move (value));
  else if (self->overflow != TS_OVERFLOW_WAIT)
    overflow_locked (self, value, after);
  else
    return FALSE;
  return TRUE;
}

static void TS_REQUIRES (ts_channel_role)
admit_senders_locked (TsChannel *self, TsChannelAfter *after)
{
  while (ts_queue_get_head (&self->senders) != NULL && has_room_locked (self))
    {
      TsOperation *sender = claim_locked (&self->senders, &ts_channel_send_class, after);

      if (sender != NULL)
        ts_store_push_tail (&self->store, ts_value_move (&sender->value));
    }
}

gboolean
ts_channel_take_locked (TsChannel *self, GValue *value, TsOutcome *outcome, TsChannelAfter *after)
{
  TsOperation *sender;

  *outcome = TS_OUTCOME_SUCCESS;
  if (ts_store_get_length (&self->store) > 0)
    {
      *value = ts_store_pop_head (&self->store, &after->ticket);
      admit_senders_locked (self, after);
      return TRUE;
    }
  if (ts_queue_get_head (&self->senders) != NULL &&
      (sender = claim_locked (&self->senders, &ts_channel_send_class, after)) != NULL)
    {
      *value = ts_value_move (&sender->value);
      after->ticket = ts_store_next_ticket (&self->store);
      return TRUE;
    }
  *outcome = TS_OUTCOME_ERROR (TS_ERROR_CLOSED);
  return ts_channel_is_closed_locked (self);
}

/* A receiver's item that it does not want. It may make one more than the capacity for a while. */
static void TS_REQUIRES (ts_channel_role)
give_back_locked (TsChannel *self, GValue *value, guint64 ticket, TsChannelAfter *after)
{
  if (hand_over_locked (self, value, ticket, after))
    return;
  if (self->overflow == TS_OVERFLOW_DROP_OLDEST && !has_room_locked (self))
    drop_locked (self, value, after);
  else
    ts_store_give_back (&self->store, ts_value_move (value), ticket);
}

static void TS_REQUIRES (ts_channel_role)
fail_all_locked (TsQueue *queue, const TsOperationClass *klass, TsChannelAfter *after)
{
  TsOperation *op;

  while ((op = claim_locked (queue, klass, after)) != NULL)
    op->outcome = TS_OUTCOME_ERROR (TS_ERROR_CLOSED);
}

gboolean
ts_channel_close_locked (TsChannel *self, TsChannelAfter *after)
{
  gboolean was_open = !ts_channel_is_closed_locked (self);

  atomic_store_explicit (&self->closed, TRUE, memory_order_relaxed);
  fail_all_locked (&self->receivers, &ts_channel_receive_class, after);
  fail_all_locked (&self->senders, &ts_channel_send_class, after);
  return was_open;
}

/* Guesses: each word is read by itself, and may be old. */

static gboolean TS_UNANALYSED
ts_channel_send_hint (TsOperation *op)
{
  TsChannel *self = op->object;

  return has_room_locked (self) || self->overflow != TS_OVERFLOW_WAIT || ts_channel_is_closed_locked (self) ||
         ts_queue_get_head (&self->receivers) != NULL;
}

static gboolean TS_UNANALYSED
ts_channel_receive_hint (TsOperation *op)
{
  TsChannel *self = op->object;

  return ts_store_get_length (&self->store) > 0 || ts_queue_get_head (&self->senders) != NULL ||
         ts_channel_is_closed_locked (self);
}

/* The operations */

static gboolean
ts_channel_send_attempt (TsOperation *op)
{
  TsChannel *self = op->object;
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;
  gboolean over;

  if (op->outcome != TS_OUTCOME_SUCCESS)
    return TRUE;
  ts_channel_lock (self);
  over = ts_channel_put_locked (self, &op->value, &op->outcome, &after);
  ts_channel_unlock_after (self, &after);
  return over;
}

static gboolean
ts_channel_send_park (TsOperation *op)
{
  TsChannel *self = op->object;
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;
  gboolean over;

  if (op->outcome != TS_OUTCOME_SUCCESS)
    return TRUE;
  ts_channel_lock (self);
  if (op->shared)
    over = ts_channel_is_closed_locked (self) || ts_channel_can_put_locked (self, op->waiter);
  else
    over = ts_channel_put_locked (self, &op->value, &op->outcome, &after);
  if (!over)
    {
      ts_queue_push (&self->senders, op);
      tell_locked (&self->receivers, &ts_channel_receive_class, &after);
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

  ts_channel_lock (self);
  over = ts_channel_take_locked (self, &op->value, &op->outcome, &after);
  op->ticket = after.ticket;
  ts_channel_unlock_after (self, &after);
  return over;
}

static gboolean
ts_channel_receive_park (TsOperation *op)
{
  TsChannel *self = op->object;
  TsChannelAfter after = TS_CHANNEL_AFTER_INIT;
  gboolean over;

  ts_channel_lock (self);
  if (op->shared)
    over = ts_channel_is_closed_locked (self) || ts_channel_can_take_locked (self, op->waiter);
  else
    over = ts_channel_take_locked (self, &op->value, &op->outcome, &after);
  op->ticket = after.ticket;
  if (!over)
    {
      ts_queue_push (&self->receivers, op);
      tell_locked (&self->senders, &ts_channel_send_class, &after);
    }
  ts_channel_unlock_after (self, &after);
  return over;
}

static void
ts_channel_send_unpark (TsOperation *op)
{
  TsChannel *self = op->object;

  ts_channel_lock (self);
  ts_queue_remove (&self->senders, op);
  ts_channel_unlock (self);
}

static void
ts_channel_receive_unpark (TsOperation *op)
{
  TsChannel *self = op->object;

  ts_channel_lock (self);
  ts_queue_remove (&self->receivers, op);
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
    ts_queue_push (&self->senders, op);
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
    ts_queue_push (&self->receivers, op);
  ts_channel_unlock (self);
  return receivable;
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
  .hint = ts_channel_send_hint,
  .attempt = ts_channel_send_attempt,
  .park = ts_channel_send_park,
  .unpark = ts_channel_send_unpark,
  .set_error = set_send_error,
};

const TsOperationClass ts_channel_receive_class = {
  .hint = ts_channel_receive_hint,
  .attempt = ts_channel_receive_attempt,
  .park = ts_channel_receive_park,
  .unpark = ts_channel_receive_unpark,
  .undo = ts_channel_receive_undo,
  .set_error = set_receive_error,
};

const TsOperationClass ts_channel_sendable_class = {
  .attempt = ts_channel_sendable_attempt,
  .park = ts_channel_sendable_park,
  .unpark = ts_channel_send_unpark,
  .set_error = set_send_error,
};

const TsOperationClass ts_channel_receivable_class = {
  .attempt = ts_channel_receivable_attempt,
  .park = ts_channel_receivable_park,
  .unpark = ts_channel_receive_unpark,
  .set_error = set_receive_error,
};

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
    op->outcome = TS_OUTCOME_ERROR (TS_ERROR_WRONG_TYPE);
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
