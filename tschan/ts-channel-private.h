/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-channel.h"
#include "ts-error.h"
#include "ts-operation-private.h"
#include "ts-store-private.h"
#include "ts-type-private.h"

G_BEGIN_DECLS

TS_LOCK_ROLE (channel);

#define TS_CHANNEL_LINE 64

/* What a send and a receive touch: one line of memory, which one processor has to fetch from the other. */
typedef struct
{
  TsSyncLock    lock;
  _Atomic guint status; /* TS_CHANNEL_CLOSED changes under the lock, the rest at any time */

  /* Written under the lock; parts of it may be read without, for a guess. */
  TsQueue       receivers TS_GUARDED_BY (ts_channel_role);
  TsQueue       senders TS_GUARDED_BY (ts_channel_role);
  TsStore       store TS_GUARDED_BY (ts_channel_role);
} TsChannelState;

/* A thread that blocks has a reference on the channel, but for the first moment: to change the count of
 * references would take the line away from the other thread in which it lies, and which every call reads.
 * So these threads are counted here. If the last reference goes in that moment they get one, all
 * together, and the last of them drops it. */
#define TS_CHANNEL_CLOSED         1u
#define TS_CHANNEL_ORPHANED       2u  /* the threads that block have a reference together */
#define TS_CHANNEL_OVERFLOW_SHIFT 2   /* two bits, immutable */
#define TS_CHANNEL_BLOCKED        16u /* one thread that blocks */

G_STATIC_ASSERT (sizeof (TsChannelState) <= TS_CHANNEL_LINE);

struct _TsChannel
{
  GObject     parent_instance;

  /* Immutable. */
  GType       item_type; /* G_TYPE_INVALID: any */
  char       *name;

  /* Guarded by the lock. */
  TsStoreRest rest TS_GUARDED_BY (ts_channel_role);
  guint64     dropped TS_GUARDED_BY (ts_channel_role);

  /* Room for a TsChannelState on a line of its own; instances begin at any multiple of 16. */
  char        space[2 * TS_CHANNEL_LINE - 16] __attribute__ ((aligned (16)));
};

extern GType ts_channel_type;

static inline TsChannelState *
ts_channel_state (TsChannel *self)
{
  guintptr end_of_line = (guintptr) self->space + TS_CHANNEL_LINE - 1;

  return (TsChannelState *) (end_of_line & ~(guintptr) (TS_CHANNEL_LINE - 1));
}

/* What a step may leave to be done after the lock was released. */
typedef struct
{
  TsWakeList woken;
  GValue     dropped;  /* by a channel that drops when it is full */
  guint32   *ticket;   /* where to put that of what is taken; NULL: it will not be given back */
} TsChannelAfter;

#define TS_CHANNEL_AFTER_INIT { TS_WAKE_LIST_INIT, G_VALUE_INIT, NULL }

extern const TsOperationClass ts_channel_send_class;
extern const TsOperationClass ts_channel_receive_class;

/* Wait until a send, or a receive, might succeed; they take nothing. */
extern const TsOperationClass ts_channel_sendable_class;
extern const TsOperationClass ts_channel_receivable_class;

static inline void TS_ACQUIRES (ts_channel_role)
ts_channel_lock (TsChannel *self)
{
  ts_sync_lock_acquire (&ts_channel_state (self)->lock);
}

/* For who finds nothing in the front. It comes for many items at a time, those who send come for each. */
static inline void TS_ACQUIRES (ts_channel_role)
ts_channel_lock_to_take (TsChannel *self)
{
  if (atomic_load_explicit (&self->rest.front, memory_order_relaxed) == NULL)
    ts_sync_lock_acquire (&ts_channel_state (self)->lock);
  else
    ts_sync_lock_acquire_soon (&ts_channel_state (self)->lock);
}

static inline void TS_RELEASES (ts_channel_role)
ts_channel_unlock (TsChannel *self)
{
  ts_sync_lock_release (&ts_channel_state (self)->lock);
}

/* Unlocks, then does what is left. */
static inline void TS_RELEASES (ts_channel_role)
ts_channel_unlock_after (TsChannel *self, TsChannelAfter *after)
{
  ts_sync_lock_release (&ts_channel_state (self)->lock);
  ts_wake_list_run (&after->woken);
  ts_value_clear (&after->dropped);
}

static inline gboolean TS_REQUIRES (ts_channel_role)
ts_channel_is_closed_locked (TsChannel *self)
{
  return (atomic_load_explicit (&ts_channel_state (self)->status, memory_order_relaxed) &
          TS_CHANNEL_CLOSED) != 0;
}

static inline TsOverflow
ts_channel_overflow (TsChannel *self)
{
  guint status = atomic_load_explicit (&ts_channel_state (self)->status, memory_order_relaxed);

  return (TsOverflow) (status >> TS_CHANNEL_OVERFLOW_SHIFT & 3);
}

static inline int TS_UNANALYSED
ts_channel_capacity (TsChannel *self)
{
  return self->rest.capacity;
}

/* How many items are inside. */
static inline guint TS_UNANALYSED
ts_channel_count (TsChannel *self)
{
  return ts_store_count (&ts_channel_state (self)->store, &self->rest);
}

#define TS_CHANNEL_HANDFUL   16u
#define TS_CHANNEL_GATHERING 64u

/* Whether an item could go in, or come out, that concerns nobody but the store; it does so at once. */
static inline gboolean TS_REQUIRES (ts_channel_role)
ts_channel_store_quickly_locked (TsChannel *self, const GValue *value)
{
  TsChannelState *state = ts_channel_state (self);

  if (ts_queue_get_head (&state->receivers) != NULL || ts_store_get_room (&state->store) <= 0 ||
      ts_channel_is_closed_locked (self))
    return FALSE;
  ts_store_push_tail (&state->store, &self->rest, value);
  return TRUE;
}

static inline gboolean TS_REQUIRES (ts_channel_role)
ts_channel_unstore_quickly_locked (TsChannel *self, GValue *value)
{
  TsChannelState *state = ts_channel_state (self);

  return ts_queue_get_head (&state->senders) == NULL &&
         ts_store_pop_head (&state->store, &self->rest, value);
}

static inline gboolean TS_REQUIRES (ts_channel_role)
ts_channel_has_items_locked (TsChannel *self)
{
  return !ts_store_is_empty (&ts_channel_state (self)->store, &self->rest);
}

/* If there was little in the front lately, and nothing is left, whoever takes looks away for a moment: to
 * fetch few items at a time, over and over again, costs both sides dear. */
static inline void TS_UNANALYSED
ts_channel_let_gather (TsChannel *self)
{
  TsStoreFront *front = atomic_load_explicit (&self->rest.front, memory_order_relaxed);
  guint filled;

  if (front == NULL)
    return;
  filled = atomic_load_explicit (&front->filled, memory_order_relaxed);
  if (filled < TS_CHANNEL_HANDFUL && ts_sync_look_away (TS_CHANNEL_GATHERING))
    ts_sync_looked_away (filled > 1);
}

/* Without the lock */
static inline gboolean TS_UNANALYSED
ts_channel_take_from_front (TsChannel *self, GValue *value)
{
  if (ts_store_pop_front (&self->rest, value))
    return TRUE;
  ts_channel_let_gather (self);
  return FALSE;
}

#define TS_CHANNEL_LAZY_CAPACITY 8u /* less is too little to gather in */

/* Looks away for a moment before a wait, in the hope that more than one item, or place, is there then;
 * FALSE: it does not. */
static inline gboolean
ts_channel_look_away (TsChannel *self)
{
  guint capacity = (guint) ts_channel_capacity (self);

  return capacity >= TS_CHANNEL_LAZY_CAPACITY && ts_sync_look_away (capacity);
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

/* What a caller in doubt takes, and may give back: @n at most, with the tickets of each. Returns how many
 * there were. */
guint    ts_channel_take_some   (TsChannel *self, GValue *values, guint32 *tickets, guint n);

/* Gives them back, the first of which was taken first. Those that the channel drops stay in @values. */
void     ts_channel_give_back   (TsChannel *self, GValue *values, const guint32 *tickets, guint n);

/* A copy of @value, or of what it can be turned into, as this channel takes it. */
gboolean ts_channel_import      (TsChannel *self, const GValue *value, GValue *imported);

void     ts_channel_set_error   (TsChannel *self, gboolean sending, TsOutcome outcome, GError **error);

/* What has come of a call that does not wait. */
void     ts_channel_trace_try   (TsChannel *self, const char *operation, TsOutcome outcome)
  __attribute__ ((cold));

/* Puts a copy of @value into an operation that sends; if it is of the wrong type, that will fail. */
void     ts_channel_fill_send   (TsChannel *self, TsOperation *op, const GValue *value);

/* What is left of a send that cannot go into the store at once: hands it over, waits, or fails. */
gboolean ts_channel_put_slowly_and_unlock (TsChannel *self, GValue *value, gint64 deadline,
                                           GCancellable *cancellable, GError **error)
  TS_RELEASES (ts_channel_role);

/* Sends @value, which is moved on success, and only then. */
static inline gboolean TS_UNANALYSED
ts_channel_put (TsChannel *self, GValue *value, gint64 deadline, GCancellable *cancellable,
                GError **error)
{
  ts_channel_lock (self);
  if (G_UNLIKELY (!ts_channel_store_quickly_locked (self, value)))
    return ts_channel_put_slowly_and_unlock (self, value, deadline, cancellable, error);
  ts_channel_unlock (self);
  *value = (GValue) G_VALUE_INIT;
  return TRUE;
}

static inline gboolean
ts_channel_fits (TsChannel *self, const GValue *value)
{
  return G_LIKELY (self->item_type == G_TYPE_INVALID) || G_VALUE_HOLDS (value, self->item_type);
}

/* Whether a call needs no look at its arguments but this; what is not so here may still be right. */
static inline gboolean
ts_channel_is_plain_send (TsChannel *self, const GValue *value, GCancellable *cancellable,
                          GError **error)
{
  return ts_is_exactly (self, ts_channel_type) && ts_is_plain (cancellable, error) &&
         G_LIKELY (ts_value_is_initialized (value) && ts_channel_fits (self, value));
}

/* The source of a watch, not attached yet. */
GSource *ts_channel_create_watch (TsChannel *self, TsChannelFunc func, gpointer user_data,
                                  GDestroyNotify notify);

/* A TsDescribe. */
gboolean ts_channel_describe (gpointer object, GString *text);

G_END_DECLS
