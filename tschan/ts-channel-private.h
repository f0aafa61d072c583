/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-channel.h"
#include "ts-error.h"
#include "ts-operation-private.h"
#include "ts-store-private.h"

G_BEGIN_DECLS

TS_LOCK_ROLE (channel);

struct _TsChannel
{
  GObject     parent_instance;

  TsSyncLock  lock;

  /* Written under the lock; parts of it may be read without, for a guess. */
  _Atomic int closed;
  TsQueue     receivers TS_GUARDED_BY (ts_channel_role);
  TsQueue     senders TS_GUARDED_BY (ts_channel_role);
  TsStore     store TS_GUARDED_BY (ts_channel_role);
  guint64     dropped TS_GUARDED_BY (ts_channel_role);

  _Atomic int diligence; /* how many waits will not be lazy; a hint, not under the lock */

  /* Immutable. */
  int         capacity;
  TsOverflow  overflow;
  GType       item_type; /* G_TYPE_INVALID: any */
  char       *name;
};

/* What a step may leave to be done after the lock was released. */
typedef struct
{
  TsWakeList woken;
  GValue     dropped; /* by a channel that drops when it is full */
  guint64    ticket;  /* of what was taken, for giving it back */
} TsChannelAfter;

#define TS_CHANNEL_AFTER_INIT { TS_WAKE_LIST_INIT, G_VALUE_INIT, 0 }

extern const TsOperationClass ts_channel_send_class;
extern const TsOperationClass ts_channel_receive_class;

/* Wait until a send, or a receive, might succeed; they take nothing. */
extern const TsOperationClass ts_channel_sendable_class;
extern const TsOperationClass ts_channel_receivable_class;

static inline void TS_ACQUIRES (ts_channel_role)
ts_channel_lock (TsChannel *self)
{
  ts_sync_lock_acquire (&self->lock);
}

static inline void TS_RELEASES (ts_channel_role)
ts_channel_unlock (TsChannel *self)
{
  ts_sync_lock_release (&self->lock);
}

/* Unlocks, then does what is left. */
static inline void TS_RELEASES (ts_channel_role)
ts_channel_unlock_after (TsChannel *self, TsChannelAfter *after)
{
  ts_sync_lock_release (&self->lock);
  ts_wake_list_run (&after->woken);
  ts_value_clear (&after->dropped);
}

static inline gboolean TS_REQUIRES (ts_channel_role)
ts_channel_is_closed_locked (TsChannel *self)
{
  return atomic_load_explicit (&self->closed, memory_order_relaxed);
}

/* Whether an item could go in, or come out, that concerns nobody but the store. */
static inline gboolean TS_REQUIRES (ts_channel_role)
ts_channel_can_store_locked (TsChannel *self)
{
  return ts_queue_get_head (&self->receivers) == NULL &&
         !ts_channel_is_closed_locked (self) &&
         ts_store_get_length (&self->store) < (guint) self->capacity; /* -1: the most there can be */
}

static inline gboolean TS_REQUIRES (ts_channel_role)
ts_channel_can_unstore_locked (TsChannel *self)
{
  return ts_store_get_length (&self->store) > 0 && ts_queue_get_head (&self->senders) == NULL;
}

#define TS_CHANNEL_LAZY_CAPACITY 8 /* less is too little to gather in */
#define TS_CHANNEL_DILIGENCE     31

/* Whether to look away for a moment before a wait, in the hope that more than one item, or place, is
 * there then. Where that does not pay, a number of waits go without. */
static inline gboolean
ts_channel_begin_lazily (TsChannel *self)
{
  int diligence = atomic_load_explicit (&self->diligence, memory_order_relaxed);

  if (self->capacity >= 0 && self->capacity < TS_CHANNEL_LAZY_CAPACITY)
    return FALSE;
  if (diligence > 0)
    atomic_store_explicit (&self->diligence, diligence - 1, memory_order_relaxed);
  return diligence == 0;
}

static inline void
ts_channel_end_lazily (TsChannel *self, gboolean paid)
{
  if (!paid)
    atomic_store_explicit (&self->diligence, TS_CHANNEL_DILIGENCE, memory_order_relaxed);
}

/* Puts @value in, or takes one out into it. TRUE: it is over, @outcome says how; on success the
 * value was moved. FALSE: it would have to wait. */
gboolean ts_channel_put_locked  (TsChannel *self, GValue *value, TsOutcome *outcome,
                                 TsChannelAfter *after) TS_REQUIRES (ts_channel_role);
gboolean ts_channel_take_locked (TsChannel *self, GValue *value, TsOutcome *outcome,
                                 TsChannelAfter *after) TS_REQUIRES (ts_channel_role);

/* Whether that would be over, if the channel is open; for somebody who is not to meet @own. */
gboolean ts_channel_can_put_locked  (TsChannel *self, TsWaiter *own) TS_REQUIRES (ts_channel_role);
gboolean ts_channel_can_take_locked (TsChannel *self, TsWaiter *own) TS_REQUIRES (ts_channel_role);

/* Fails all that are parked. TRUE: it was open. */
gboolean ts_channel_close_locked    (TsChannel *self, TsChannelAfter *after)
  TS_REQUIRES (ts_channel_role);

/* A copy of @value, or of what it can be turned into, as this channel takes it. */
gboolean ts_channel_import      (TsChannel *self, const GValue *value, GValue *imported);

void     ts_channel_set_error   (TsChannel *self, gboolean sending, TsOutcome outcome, GError **error);

/* Puts a copy of @value into an operation that sends; if it is of the wrong type, that will fail. */
void     ts_channel_fill_send   (TsChannel *self, TsOperation *op, const GValue *value);

/* The source of a watch, not attached yet. */
GSource *ts_channel_create_watch (TsChannel *self, TsChannelFunc func, gpointer user_data,
                                  GDestroyNotify notify);

G_END_DECLS
