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
#include "ts-marks-private.h"
#include "ts-operation-private.h"
#include "ts-value-private.h"

void
ts_waiter_wake_thread (TsWaiter *self)
{
  ts_parker_wake (&self->parker);
}

static void
on_cancelled (GCancellable *cancellable, TsWaiter *self)
{
  if (ts_waiter_claim (self, TS_CLAIM_CANCELLED))
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
  if (ts_debug_has (TS_DEBUG_TRACE))
    ts_operation_trace_outcome (op, outcome);
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

/* A thread that is parked. The operation stands beside its waiter: another thread then has one line of
 * memory to fetch, and no more. */
typedef struct
{
  _Alignas (64) TsWaiter waiter;
  TsOperation            op;
  gboolean               referenced; /* its object */
} Parked;

static void
parked_reference (Parked *self)
{
  if (!self->referenced)
    g_object_ref (self->op.object);
  self->referenced = TRUE;
}

static void
parked_hold (Parked *self)
{
  if (self->op.klass->hold != NULL)
    self->op.klass->hold (&self->op);
  else
    parked_reference (self);
}

/* After this nothing of the object may be touched. */
static void
parked_release (Parked *self)
{
  if (self->op.klass->hold != NULL)
    self->op.klass->release (&self->op);
  if (self->referenced)
    g_object_unref (self->op.object);
}

static void
parked_give_up (Parked *self)
{
  const TsOperationClass *klass = self->op.klass;

  klass->unpark (&self->op);
  if (klass->resume == NULL)
    return;

  ts_parker_reset (&self->waiter.parker);
  if (!klass->resume (&self->op))
    ts_parker_wait (&self->waiter.parker, -1);
}

static void
parked_sleep (Parked *self, gint64 deadline, GCancellable *cancellable)
{
  TsWaiter *waiter = &self->waiter;
  gulong handler = 0;

  parked_reference (self);
  if (cancellable != NULL)
    handler = ts_sync_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), waiter);
  if (!ts_parker_wait (&waiter->parker, deadline) && !ts_waiter_claim (waiter, TS_CLAIM_TIMED_OUT))
    ts_parker_wait (&waiter->parker, -1);
  if (handler != 0)
    ts_sync_cancellable_disconnect (cancellable, handler);
}

/* Until somebody has won the claim, and has left the operation alone. */
static void
parked_wait (Parked *self, gint64 deadline, GCancellable *cancellable)
{
  gint64 begun = ts_mark_begin ();
  int claim;

  ts_operation_trace (&self->op, "waits");
  if (!ts_parker_look (&self->waiter.parker))
    parked_sleep (self, deadline, cancellable);

  claim = atomic_load (&self->waiter.claim);
  if (claim == TS_CLAIM_TIMED_OUT || claim == TS_CLAIM_CANCELLED)
    parked_give_up (self);
  else if (self->op.klass->settle != NULL)
    self->op.klass->settle (&self->op);
  ts_mark_wait (begun, &self->op);
}

gboolean
ts_operation_wait (TsOperation *op, gint64 deadline, GCancellable *cancellable, GError **error)
{
  ts_operation_trace (op, "begins");
  if (cancellable != NULL && g_cancellable_is_cancelled (cancellable))
    return ts_operation_propagate (op, TS_OUTCOME_CANCELLED, error);
  if (op->klass->attempt (op))
    return ts_operation_propagate (op, op->outcome, error);
  return ts_operation_wait_on (op, deadline, cancellable, error);
}

gboolean
ts_operation_wait_on (TsOperation *op, gint64 deadline, GCancellable *cancellable, GError **error)
{
  Parked parked = { .waiter = { .wake = ts_waiter_wake_thread }, .op = *op };
  TsOutcome outcome;
  gboolean success;

  if (deadline >= 0 && deadline <= ts_sync_now ())
    return ts_operation_propagate (op, TS_OUTCOME_TIMED_OUT, error);

  if (ts_debug_has (TS_DEBUG_BLOCKING))
    ts_debug_about_to_block (op->object);
  parked.op.waiter = &parked.waiter;
  parked.op.flags |= TS_OPERATION_FINAL;
  parked_hold (&parked);
  if (!op->klass->park (&parked.op))
    parked_wait (&parked, deadline, cancellable);
  outcome = ts_operation_get_outcome (&parked.op);
  *op = parked.op;
  op->claim = atomic_load (&parked.waiter.claim);
  op->waiter = NULL;
  success = ts_operation_propagate (op, outcome, error);
  parked_release (&parked);
  return success;
}
