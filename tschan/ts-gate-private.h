/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Where threads wait that are all released at once. Whoever releases them touches none of them, and calls
 * the kernel once, where a queue of a thousand is a thousand lines of memory to fetch from elsewhere, and
 * as many calls.
 *
 * The gate stands in an object. All but ts_gate_wait() and ts_gate_wake() is done under the object's lock.
 * A thread waits in front of the gate as long as nobody opened it since it came, which is one look at one
 * word; so a thread that is released has nothing to do with the queue. The queue is for those who look at
 * the object meanwhile, and for those who leave early.
 */

#pragma once

#include "ts-operation-private.h"

G_BEGIN_DECLS

struct _TsGate
{
  _Atomic int opened; /* how often; this is what the threads sleep on */
  _Atomic int stamp;  /* of the last time */
  TsQueue     waiters;
};

static inline void
ts_gate_enter (TsGate *self, TsOperation *op)
{
  op->ticket = (guint32) atomic_load_explicit (&self->opened, memory_order_relaxed);
  ts_queue_push (&self->waiters, op);
}

/* Who was released meanwhile is in no queue any more. */
static inline void
ts_gate_leave (TsGate *self, TsOperation *op)
{
  if (op->ticket == (guint32) atomic_load_explicit (&self->opened, memory_order_relaxed))
    ts_queue_remove (&self->waiters, op);
}

/* From the last step on the waiters may be gone, and with them the queue that they were linked to; not the
 * object, if each of them takes its lock once more. TRUE: there were some, and ts_gate_wake() must follow. */
static inline gboolean
ts_gate_open (TsGate *self)
{
  if (ts_queue_get_head (&self->waiters) == NULL)
    return FALSE;
  ts_queue_set_head (&self->waiters, NULL);
  self->waiters.tail = NULL;
  atomic_store_explicit (&self->stamp, ts_sync_stamp (), memory_order_relaxed);
  atomic_store_explicit (&self->opened, atomic_load_explicit (&self->opened, memory_order_relaxed) + 1,
                         memory_order_release);
  return TRUE;
}

/* With no lock held; the gate may be gone, as only its address counts. */
static inline void
ts_gate_wake (TsGate *self)
{
  ts_sync_word_wake (&self->opened);
}

/* Until the gate was opened since @op entered; FALSE: @deadline (-1: never) passed first. */
static inline gboolean
ts_gate_wait (TsGate *self, TsOperation *op, gint64 deadline)
{
  return ts_sync_word_wait (&self->opened, (int) op->ticket, &self->stamp, deadline);
}

G_END_DECLS
