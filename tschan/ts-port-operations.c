/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a port can wait for: one method for each operation. */

#include "config.h"

#include "ts-barrier-private.h"
#include "ts-channel-private.h"
#include "ts-condition-private.h"
#include "ts-event-private.h"
#include "ts-future-private.h"
#include "ts-lock-private.h"
#include "ts-port-private.h"
#include "ts-select-private.h"
#include "ts-semaphore-private.h"
#include "ts-value-private.h"

static gint64
ts_port_submit_plain (TsPort *self, const TsOperationClass *klass, gpointer object)
{
  TsOperation start;

  ts_operation_init (&start, klass, object);
  return ts_port_submit (self, &start);
}

/**
 * ts_port_wait_event:
 * @self: a port
 * @event: what to wait for
 *
 * Starts to wait for @event.
 *
 * From any thread; does not block. The wait keeps @event alive until it is finished or cancelled.
 *
 * Returns: a token for [method@Port.finish] and [method@Port.cancel], or -1 if the port is closed
 *
 * Since: 1.0
 */
gint64
ts_port_wait_event (TsPort *self, TsEvent *event)
{
  g_return_val_if_fail (TS_IS_PORT (self), -1);
  g_return_val_if_fail (TS_IS_EVENT (event), -1);

  return ts_port_submit_plain (self, &ts_event_wait_class, event);
}

/**
 * ts_port_send:
 * @self: a port
 * @channel: where to send to
 * @value: what to send; it is copied
 *
 * Starts to send @value into @channel.
 *
 * From any thread; does not block. Once the operation is over the item is on its way, and
 * [method@Port.cancel] cannot fetch it back. The operation keeps @channel alive.
 *
 * Returns: a token for [method@Port.finish] and [method@Port.cancel], or -1 if the port is closed
 *
 * Since: 1.0
 */
gint64
ts_port_send (TsPort *self, TsChannel *channel, const GValue *value)
{
  TsOperation start;

  g_return_val_if_fail (TS_IS_PORT (self), -1);
  g_return_val_if_fail (TS_IS_CHANNEL (channel), -1);
  g_return_val_if_fail (ts_value_is_initialized (value), -1);

  ts_operation_init (&start, &ts_channel_send_class, channel);
  ts_channel_fill_send (channel, &start, value);
  return ts_port_submit (self, &start);
}

/**
 * ts_port_receive:
 * @self: a port
 * @channel: where to receive from
 *
 * Starts to receive an item from @channel.
 *
 * From any thread; does not block. The item that has come is reserved until [method@Port.finish]
 * takes it; if the operation is cancelled instead, it is the channel's next one again. The operation
 * keeps @channel alive.
 *
 * Returns: a token for [method@Port.finish] and [method@Port.cancel], or -1 if the port is closed
 *
 * Since: 1.0
 */
gint64
ts_port_receive (TsPort *self, TsChannel *channel)
{
  g_return_val_if_fail (TS_IS_PORT (self), -1);
  g_return_val_if_fail (TS_IS_CHANNEL (channel), -1);

  return ts_port_submit_plain (self, &ts_channel_receive_class, channel);
}

/**
 * ts_port_acquire:
 * @self: a port
 * @semaphore: where to take a permit
 *
 * Starts to take a permit of @semaphore.
 *
 * Once [method@Port.finish] has succeeded the permit is the caller's. From any thread; does not
 * block. The wait keeps @semaphore alive until it is finished or cancelled.
 *
 * Returns: a token for [method@Port.finish] and [method@Port.cancel], or -1 if the port is closed
 *
 * Since: 1.0
 */
gint64
ts_port_acquire (TsPort *self, TsSemaphore *semaphore)
{
  g_return_val_if_fail (TS_IS_PORT (self), -1);
  g_return_val_if_fail (TS_IS_SEMAPHORE (semaphore), -1);

  return ts_port_submit_plain (self, &ts_semaphore_acquire_class, semaphore);
}

/**
 * ts_port_acquire_lock:
 * @self: a port
 * @lock: what to take
 *
 * Starts to take @lock.
 *
 * Once [method@Port.finish] has succeeded the lock is the caller's. From any thread; does not block.
 * The wait keeps @lock alive until it is finished or cancelled.
 *
 * Returns: a token for [method@Port.finish] and [method@Port.cancel], or -1 if the port is closed
 *
 * Since: 1.0
 */
gint64
ts_port_acquire_lock (TsPort *self, TsLock *lock)
{
  g_return_val_if_fail (TS_IS_PORT (self), -1);
  g_return_val_if_fail (TS_IS_LOCK (lock), -1);

  return ts_port_submit_plain (self, &ts_lock_acquire_class, lock);
}

/**
 * ts_port_wait_condition:
 * @self: a port
 * @condition: what to wait for; the caller holds its lock
 *
 * Releases the lock of @condition, and starts to wait until that is notified.
 *
 * The operation is over when the lock is taken again: once [method@Port.finish] has returned, the
 * lock is the caller's, unless it fails with %TS_ERROR_NOT_HELD because nobody held the lock.
 * [method@Port.cancel] gives up without the lock, and passes a notification that had come on to the
 * next waiter: a caller that is to go on under the lock acquires it anew. From any thread; does not
 * block. The wait keeps @condition alive until it is finished or cancelled.
 *
 * Returns: a token for [method@Port.finish] and [method@Port.cancel], or -1 if the port is closed; the
 *   lock is released then, too
 *
 * Since: 1.0
 */
gint64
ts_port_wait_condition (TsPort *self, TsCondition *condition)
{
  g_return_val_if_fail (TS_IS_PORT (self), -1);
  g_return_val_if_fail (TS_IS_CONDITION (condition), -1);

  return ts_port_submit_plain (self, &ts_condition_wait_class, condition);
}

/**
 * ts_port_wait_barrier:
 * @self: a port
 * @barrier: where to wait
 *
 * Starts to wait until everyone is at @barrier.
 *
 * [method@Port.finish] gives the arrival index, as an unsigned integer. [method@Port.cancel] leaves the barrier,
 * as if the caller had not come, unless everyone was there. From any thread; does not block. The wait
 * keeps @barrier alive until it is finished or cancelled.
 *
 * Returns: a token for [method@Port.finish] and [method@Port.cancel], or -1 if the port is closed
 *
 * Since: 1.0
 */
gint64
ts_port_wait_barrier (TsPort *self, TsBarrier *barrier)
{
  g_return_val_if_fail (TS_IS_PORT (self), -1);
  g_return_val_if_fail (TS_IS_BARRIER (barrier), -1);

  return ts_port_submit_plain (self, &ts_barrier_wait_class, barrier);
}

/**
 * ts_port_wait_future:
 * @self: a port
 * @future: what to wait for
 *
 * Starts to wait until @future is done.
 *
 * From any thread; does not block. The wait keeps @future alive until it is finished or cancelled.
 *
 * Returns: a token for [method@Port.finish] and [method@Port.cancel], or -1 if the port is closed
 *
 * Since: 1.0
 */
gint64
ts_port_wait_future (TsPort *self, TsFuture *future)
{
  g_return_val_if_fail (TS_IS_PORT (self), -1);
  g_return_val_if_fail (TS_IS_FUTURE (future), -1);

  return ts_port_submit_plain (self, &ts_future_wait_class, future);
}

/**
 * ts_port_select:
 * @self: a port
 * @select: what to wait for
 *
 * Starts to wait until one of the operations of @select has happened.
 *
 * The value that [method@Port.finish] returns is the index of the case, an integer. From any thread; does
 * not block. The wait keeps @select alive until it is finished or cancelled.
 *
 * Returns: a token for [method@Port.finish] and [method@Port.cancel], or -1 if the port is closed
 *
 * Since: 1.0
 */
gint64
ts_port_select (TsPort *self, TsSelect *select)
{
  g_return_val_if_fail (TS_IS_PORT (self), -1);
  g_return_val_if_fail (TS_IS_SELECT (select), -1);

  return ts_port_submit_plain (self, &ts_select_wait_class, select);
}
