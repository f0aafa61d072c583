/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The asynchronous way of waiting: a GAsyncResult that is its own waiter.
 *
 * It does what GTask does for a caller, with three differences that matter here. It holds no
 * reference on the context, so that one which goes with waits pending goes indeed, and what was
 * reserved for it is given back. Many results share one wake-up and one source. And a success is
 * only reserved until the _finish() function commits it: dropped before that, it is undone.
 *
 * A result is *started* (parked, with its cancellable connected) in the caller's thread and *woken*
 * in another; whichever comes second hands it to the dispatcher, so that its callback never meets
 * a half-started one. When the context goes the dispatcher *abandons* it: then the second of woken
 * and abandoned drops it. All three are bits of @stage.
 *
 * Locking: none of its own.
 */

#include "config.h"

#include "ts-dispatcher-private.h"
#include "ts-result-private.h"
#include "ts-value-private.h"

enum
{
  STARTED = 1 << 0,
  WOKEN = 1 << 1,
  ABANDONED = 1 << 2,
};

struct _TsResult
{
  GObject             parent_instance;

  GObject            *source_object;
  GObject            *object; /* of the operation, if that is another */
  GCancellable       *cancellable;
  GAsyncReadyCallback callback;
  gpointer            user_data;
  gpointer            tag;
  TsDispatcher       *dispatcher;
  gulong              handler; /* on @cancellable; written before STARTED, read after */

  TsWaiter            waiter;
  TsOperation         operation;
  TsDelivery          delivery;
  _Atomic int         stage;
  gboolean            resumable; /* parked; written before STARTED, read after */
  gboolean            resumed;
  gboolean            finished; /* only touched by whoever calls _finish() */
};

static void ts_result_async_result_init (GAsyncResultIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TsResult, ts_result, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_ASYNC_RESULT,
                                                      ts_result_async_result_init))

static inline TsResult *
result_of_waiter (TsWaiter *waiter)
{
  return (TsResult *) (gpointer) ((char *) waiter - G_STRUCT_OFFSET (TsResult, waiter));
}

static inline TsResult *
result_of_delivery (TsDelivery *delivery)
{
  return (TsResult *) (gpointer) ((char *) delivery - G_STRUCT_OFFSET (TsResult, delivery));
}

/* The wait is over, or given up: no object and no cancellable knows it after this. */
static void
ts_result_disconnect (TsResult *self)
{
  int claim;

  if (self->handler != 0)
    ts_sync_cancellable_disconnect (self->cancellable, self->handler);
  self->handler = 0;

  claim = atomic_load (&self->waiter.claim);
  if (claim == TS_CLAIM_CANCELLED || claim == TS_CLAIM_ABANDONED)
    self->operation.klass->unpark (&self->operation);
}

/* Once it is known as woken, a context that goes may drop it at any moment: so the dispatcher, which
 * knows whether it is still there, is got hold of first. */
static void
ts_result_wake (TsWaiter *waiter)
{
  TsResult *self = result_of_waiter (waiter);
  TsDispatcher *dispatcher = ts_dispatcher_ref (self->dispatcher);
  int stage = atomic_fetch_or (&self->stage, WOKEN);

  TS_SYNC_POINT ("result woken");
  if (stage & ABANDONED)
    {
      ts_result_disconnect (self);
      g_object_unref (self);
    }
  else if (stage & STARTED)
    {
      ts_dispatcher_push (dispatcher, &self->delivery);
    }
  ts_dispatcher_unref (dispatcher);
}

/* In the thread that cancels, perhaps under a lock of GLib's: only our own locks may be touched. */
static void
ts_result_on_cancelled (GCancellable *cancellable, TsResult *self)
{
  if (ts_waiter_claim (&self->waiter, TS_CLAIM_CANCELLED))
    ts_result_wake (&self->waiter);
}

/* FALSE: the operation has more to do, and this will be delivered once more. */
static gboolean
ts_result_resume (TsResult *self)
{
  if (!self->resumable || atomic_load (&self->waiter.claim) != TS_CLAIM_CANCELLED)
    return TRUE;

  self->resumable = FALSE;
  self->resumed = TRUE;
  atomic_store (&self->stage, STARTED);
  ts_dispatcher_expect (self->dispatcher, &self->delivery);
  if (self->operation.klass->resume (&self->operation))
    ts_result_wake (&self->waiter);
  return FALSE;
}

static void
ts_result_deliver (TsDelivery *delivery)
{
  TsResult *self = result_of_delivery (delivery);

  ts_result_disconnect (self);
  if (!ts_result_resume (self))
    return;
  if (self->callback != NULL)
    self->callback (self->source_object, G_ASYNC_RESULT (self), self->user_data);
  g_object_unref (self);
}

/* The handler is disconnected first, which waits for it if it runs just now: it must not be the
 * one that drops this, since a handler cannot disconnect itself. */
static void
ts_result_abandon (TsDelivery *delivery)
{
  TsResult *self = result_of_delivery (delivery);

  if (self->handler != 0)
    ts_sync_cancellable_disconnect (self->cancellable, self->handler);
  self->handler = 0;

  if (ts_waiter_claim (&self->waiter, TS_CLAIM_ABANDONED) ||
      (atomic_fetch_or (&self->stage, ABANDONED) & WOKEN))
    {
      ts_result_disconnect (self);
      g_object_unref (self);
    }
}

TsResult *
ts_result_new (gpointer             source_object,
               const TsOperationClass *klass,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data,
               gpointer             tag)
{
  TsResult *self = g_object_new (TS_TYPE_RESULT, NULL);

  ts_operation_init (&self->operation, klass, source_object);
  self->operation.waiter = &self->waiter;
  self->waiter.wake = ts_result_wake;
  self->delivery.deliver = ts_result_deliver;
  self->delivery.abandon = ts_result_abandon;

  self->source_object = g_object_ref (source_object);
  self->cancellable = cancellable == NULL ? NULL : g_object_ref (cancellable);
  self->callback = callback;
  self->user_data = user_data;
  self->tag = tag;
  return self;
}

void
ts_result_set_object (TsResult *self, gpointer object)
{
  self->operation.object = self->object = g_object_ref (object);
}

TsOperation *
ts_result_get_operation (TsResult *self)
{
  return &self->operation;
}

/* FALSE: over already, and claimed like any other that is. */
static gboolean
ts_result_park (TsResult *self)
{
  if (self->cancellable != NULL && g_cancellable_is_cancelled (self->cancellable))
    {
      ts_waiter_claim (&self->waiter, TS_CLAIM_CANCELLED);
      self->resumed = self->operation.klass->resume != NULL; /* to its owner that is the same */
      return FALSE;
    }
  ts_dispatcher_expect (self->dispatcher, &self->delivery);
  if (self->operation.klass->park (&self->operation))
    {
      ts_operation_claim (&self->operation);
      return FALSE;
    }
  ts_operation_trace (&self->operation, "waits");
  if (self->cancellable != NULL)
    self->handler = ts_sync_cancellable_connect (self->cancellable,
                                                 G_CALLBACK (ts_result_on_cancelled), self);
  return TRUE;
}

/* Takes the reference: it belongs to the wait, until the callback was called. */
void
ts_result_start (TsResult *self)
{
  GMainContext *context = g_main_context_get_thread_default ();
  int stage;

  ts_operation_trace (&self->operation, "begins");
  self->dispatcher = ts_dispatcher_get (context != NULL ? context : g_main_context_default ());
  stage = ts_result_park (self) ? STARTED : STARTED | WOKEN;
  self->resumable = stage == STARTED && self->operation.klass->resume != NULL;
  TS_SYNC_POINT ("result parked");
  if ((atomic_fetch_or (&self->stage, stage) | stage) & WOKEN)
    ts_dispatcher_push (self->dispatcher, &self->delivery);
}

gboolean
ts_result_is_valid (GAsyncResult *result, gpointer source_object, gpointer tag)
{
  return TS_IS_RESULT (result) && TS_RESULT (result)->source_object == source_object &&
         TS_RESULT (result)->tag == tag && !TS_RESULT (result)->finished;
}

TsOperation *
ts_result_finish (GAsyncResult *result, GError **error)
{
  TsResult *self = TS_RESULT (result);
  TsOutcome outcome = ts_operation_get_outcome (&self->operation);

  self->finished = TRUE;
  return ts_operation_propagate (&self->operation, outcome, error) ? &self->operation : NULL;
}

static void
ts_result_give_back (TsResult *self)
{
  ts_operation_trace (&self->operation, "is dropped");
  if (!self->resumed)
    ts_operation_undo (&self->operation);
  else if (self->operation.klass->undo != NULL)
    self->operation.klass->undo (&self->operation);
}

static void
ts_result_finalize (GObject *object)
{
  TsResult *self = TS_RESULT (object);

  if (!self->finished && atomic_load (&self->waiter.claim) != TS_CLAIM_ABANDONED)
    ts_result_give_back (self);
  ts_value_clear (&self->operation.value);
  g_clear_pointer (&self->dispatcher, ts_dispatcher_unref);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->source_object);
  g_clear_object (&self->object);

  G_OBJECT_CLASS (ts_result_parent_class)->finalize (object);
}

/* Does not chain up: what GObject's own would let go of, signal handlers and weak references, the last
 * unref lets go of once more, right after it. For an object that lives so briefly, once is enough. */
static void
ts_result_dispose (GObject *object)
{
}

static void
ts_result_class_init (TsResultClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ts_result_dispose;
  object_class->finalize = ts_result_finalize;
}

static void
ts_result_init (TsResult *self)
{
}

static gpointer
ts_result_get_user_data (GAsyncResult *result)
{
  return TS_RESULT (result)->user_data;
}

static GObject *
ts_result_get_source_object (GAsyncResult *result)
{
  return g_object_ref (TS_RESULT (result)->source_object);
}

static gboolean
ts_result_is_tagged (GAsyncResult *result, gpointer tag)
{
  return TS_RESULT (result)->tag == tag;
}

static void
ts_result_async_result_init (GAsyncResultIface *iface)
{
  iface->get_user_data = ts_result_get_user_data;
  iface->get_source_object = ts_result_get_source_object;
  iface->is_tagged = ts_result_is_tagged;
}
