/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What all ways of waiting share, and the first of them: a blocked thread.
 *
 * Locking: none of its own. The waiter of a blocked thread lives on its stack; it is valid until
 * it was woken, or until the thread has claimed it itself and taken the operation out of its
 * queue. The cancellable's handler runs in the cancelling thread, possibly under the cancellable's
 * lock: it only claims and wakes. It is disconnected with no lock of ours held, before the stack
 * frame goes.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "ts-debug-private.h"
#include "ts-error-private.h"
#include "ts-operation-private.h"
#include "ts-value-private.h"

typedef struct
{
  TsWaiter waiter;
  TsParker parker;
} ThreadWaiter;

static void
thread_waiter_wake (TsWaiter *waiter)
{
  ts_parker_wake (&((ThreadWaiter *) waiter)->parker);
}

static void
on_cancelled (GCancellable *cancellable, ThreadWaiter *self)
{
  if (ts_waiter_claim (&self->waiter, TS_CLAIM_CANCELLED))
    ts_parker_wake (&self->parker);
}

TsOutcome
ts_operation_get_outcome (TsOperation *op)
{
  int claim = op->waiter == NULL ? TS_CLAIM_NONE : atomic_load (&op->waiter->claim);

  switch (claim)
    {
    case TS_CLAIM_TIMED_OUT:
      return TS_OUTCOME_TIMED_OUT;
    case TS_CLAIM_CANCELLED:
      return TS_OUTCOME_CANCELLED;
    default:
      return op->outcome;
    }
}

gboolean
ts_operation_propagate (TsOperation *op, TsOutcome outcome, GError **error)
{
  if (outcome == TS_OUTCOME_SUCCESS)
    return TRUE;
  if (outcome == TS_OUTCOME_CANCELLED)
    ts_set_cancelled_error (error);
  else
    op->klass->set_error (op, outcome, error);
  return FALSE;
}

void
ts_operation_collect (TsOperation *op, GValue *value)
{
  if (op->klass->collect != NULL)
    op->klass->collect (op);
  if (ts_value_is_initialized (&op->value))
    *value = ts_value_move (&op->value);
}

void
ts_operation_undo (TsOperation *op)
{
  if (op->klass->undo != NULL && ts_operation_get_outcome (op) == TS_OUTCOME_SUCCESS)
    op->klass->undo (op);
}

static void
thread_waiter_give_up (ThreadWaiter *self, TsOperation *op)
{
  op->klass->unpark (op);
  if (op->klass->resume == NULL)
    return;

  ts_parker_reset (&self->parker);
  if (!op->klass->resume (op))
    ts_parker_wait (&self->parker, -1);
}

/* Parked: sleeps until somebody has won the claim, and has left the operation alone. */
static void
thread_waiter_sleep (ThreadWaiter *self, TsOperation *op, gint64 deadline, GCancellable *cancellable)
{
  gulong handler = 0;
  int claim;

  if (cancellable != NULL)
    handler = ts_sync_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self);
  if (!ts_parker_wait (&self->parker, deadline) &&
      !ts_waiter_claim (&self->waiter, TS_CLAIM_TIMED_OUT))
    ts_parker_wait (&self->parker, -1);
  if (handler != 0)
    ts_sync_cancellable_disconnect (cancellable, handler);

  claim = atomic_load (&self->waiter.claim);
  if (claim == TS_CLAIM_TIMED_OUT || claim == TS_CLAIM_CANCELLED)
    thread_waiter_give_up (self, op);
  else if (op->klass->settle != NULL)
    op->klass->settle (op);
}

gboolean
ts_operation_wait (TsOperation *op, gint64 deadline, GCancellable *cancellable, GError **error)
{
  if (cancellable != NULL && g_cancellable_is_cancelled (cancellable))
    return ts_operation_propagate (op, TS_OUTCOME_CANCELLED, error);
  if (op->klass->attempt (op))
    return ts_operation_propagate (op, op->outcome, error);
  return ts_operation_wait_on (op, deadline, cancellable, error);
}

/* Parked, the operation stands beside its waiter: another thread then has two lines of memory to fetch,
 * and no more. */
gboolean
ts_operation_wait_on (TsOperation *op, gint64 deadline, GCancellable *cancellable, GError **error)
{
  struct
  {
    _Alignas (64) TsOperation op;
    ThreadWaiter              waiter;
  } parked;
  TsOutcome outcome;

  if (deadline >= 0 && deadline <= ts_sync_now ())
    return ts_operation_propagate (op, TS_OUTCOME_TIMED_OUT, error);

  ts_debug_about_to_block (op);
  parked.waiter = (ThreadWaiter) { .waiter.wake = thread_waiter_wake };
  parked.op = *op;
  parked.op.waiter = &parked.waiter.waiter;
  if (!op->klass->park (&parked.op))
    thread_waiter_sleep (&parked.waiter, &parked.op, deadline, cancellable);
  outcome = ts_operation_get_outcome (&parked.op);
  *op = parked.op;
  op->claim = atomic_load (&parked.waiter.waiter.claim);
  op->waiter = NULL;
  return ts_operation_propagate (op, outcome, error);
}
