/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The way of waiting of a GSource: park in prepare(), be woken, dispatch, park again.
 *
 * The waiter is not part of the GSource but lives beside it, since the thread that wakes it may
 * come a moment after the source has gone; while it is parked it holds a reference on itself. What
 * that thread does is to set @stage and to kick the dispatcher of the context, which then asks every
 * source (ts-dispatcher.c).
 *
 * A source ends when it is destroyed, not when its last reference goes: languages with a garbage
 * collector may keep one for long, and it must take nothing in that time. GLib has no hook for that,
 * but it lets go of the children of a source that is destroyed. So each source has one more child,
 * the *sentinel*, which does nothing but end the wait when it goes: what is parked leaves the queue,
 * what was settled but not dispatched is undone. A thread that parks or wakes meanwhile looks at
 * @gone afterwards, and does the same.
 *
 * Locking: none of its own.
 */

#include "config.h"

#include "ts-dispatcher-private.h"
#include "ts-source-private.h"
#include "ts-value-private.h"

enum
{
  IDLE,    /* not waiting; only the context's thread moves it on */
  PARKING, /* about to wait: only the context's thread may give it up */
  PARKED,  /* waiting */
  WOKEN,   /* settled: whoever takes it back to IDLE has the result */
};

typedef struct
{
  TsWaiter      waiter;
  TsOperation   operation;
  TsDispatcher *dispatcher; /* of the context; set at the first prepare() */
  _Atomic int   refs;
  _Atomic int   stage;
  _Atomic int   gone; /* nobody will be called any more */
} Wait;

typedef struct
{
  GSource parent;
  Wait   *wait;
} Sentinel;

typedef struct
{
  GSource          parent;
  Wait            *wait;
  TsSourceDispatch dispatch;
  TsSourceBudget   budget;
  GCancellable    *cancellable;
  gboolean         has_child;
} TsSource;

static Wait *
wait_ref (Wait *wait)
{
  atomic_fetch_add_explicit (&wait->refs, 1, memory_order_relaxed);
  return wait;
}

static void
wait_unref (Wait *wait)
{
  GObject *object = wait->operation.object;

  if (atomic_fetch_sub_explicit (&wait->refs, 1, memory_order_acq_rel) > 1)
    return;
  ts_value_clear (&wait->operation.value);
  g_clear_pointer (&wait->dispatcher, ts_dispatcher_unref);
  g_free (wait);
  g_object_unref (object);
}

static gboolean
wait_take_result (Wait *wait)
{
  int stage = WOKEN;

  return atomic_compare_exchange_strong (&wait->stage, &stage, IDLE);
}

/* Once it is @gone. */
static void
wait_give_up (Wait *wait)
{
  if (wait_take_result (wait))
    {
      ts_operation_undo (&wait->operation);
    }
  else if (atomic_load (&wait->stage) == PARKED &&
           ts_waiter_claim (&wait->waiter, TS_CLAIM_ABANDONED))
    {
      wait->operation.klass->unpark (&wait->operation);
      atomic_store (&wait->stage, IDLE);
      wait_unref (wait);
    }
}

static void
wait_end (Wait *wait)
{
  atomic_store (&wait->gone, TRUE);
  TS_SYNC_POINT ("source gone");
  wait_give_up (wait);
  wait_unref (wait);
}

void
ts_waiter_wake_source (TsWaiter *waiter)
{
  Wait *wait = (Wait *) waiter;

  atomic_store (&wait->stage, WOKEN);
  TS_SYNC_POINT ("source woken");
  if (atomic_load (&wait->gone))
    wait_give_up (wait);
  else
    ts_dispatcher_kick (wait->dispatcher);
  wait_unref (wait);
}

/* While it is parking nobody else gives it up: so whoever wanted to meanwhile is obeyed here. */
static void
wait_park (Wait *wait)
{
  int parking = PARKING;

  wait->operation.outcome = TS_OUTCOME_SUCCESS;
  atomic_store (&wait->waiter.claim, TS_CLAIM_NONE);
  atomic_store (&wait_ref (wait)->stage, PARKING);
  if (wait->operation.klass->park (&wait->operation))
    {
      atomic_store (&wait->stage, WOKEN);
      wait_unref (wait);
    }
  else
    {
      atomic_compare_exchange_strong (&wait->stage, &parking, PARKED);
      ts_operation_trace (&wait->operation, "waits");
    }

  TS_SYNC_POINT ("source parked");
  if (atomic_load (&wait->gone))
    wait_give_up (wait);
}

/* The first time, the dispatcher may have joined the context too late to be asked in this very
 * iteration, and does not know that the context is about to sleep: so it must not. */
static gboolean
ts_source_prepare (GSource *source, int *timeout)
{
  Wait *wait = ((TsSource *) source)->wait;

  *timeout = -1;
  if (wait->dispatcher == NULL)
    {
      wait->dispatcher = ts_dispatcher_get (g_source_get_context (source));
      *timeout = 0;
    }
  if (atomic_load (&wait->stage) == IDLE && !atomic_load (&wait->gone))
    wait_park (wait);
  if (atomic_load (&wait->stage) != WOKEN)
    return FALSE;
  ts_dispatcher_keep_busy (wait->dispatcher);
  return TRUE;
}

static gboolean
ts_source_check (GSource *source)
{
  return atomic_load (&((TsSource *) source)->wait->stage) == WOKEN;
}

static gboolean
call_back (GSource *source, gpointer object, TsOperation *op, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

gboolean
ts_source_is_cancelled (GSource *source)
{
  return g_cancellable_is_cancelled (((TsSource *) source)->cancellable);
}

static gboolean
ts_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  TsSource *self = (TsSource *) source;
  TsOperation *op = NULL;

  if (callback == NULL)
    {
      g_warning ("A source of tschan was dispatched without a callback: call g_source_set_callback()");
      return G_SOURCE_REMOVE;
    }
  if (!ts_source_is_cancelled (source) && wait_take_result (self->wait))
    {
      op = &self->wait->operation;
      ts_operation_trace (op, "is dispatched");
    }
  else if (!self->has_child)
    return G_SOURCE_CONTINUE;
  return self->dispatch (source, self->wait->operation.object, op, callback, user_data);
}

static void
ts_source_finalize (GSource *source)
{
  TsSource *self = (TsSource *) source;

  wait_end (self->wait);
  g_clear_object (&self->cancellable);
}

/* For g_source_set_closure() and g_source_set_dummy_callback() of our callers. */
static gboolean
invoke_closure (gpointer closure)
{
  GValue result = G_VALUE_INIT;
  gboolean again;

  g_value_init (&result, G_TYPE_BOOLEAN);
  g_closure_invoke (closure, &result, 0, NULL, NULL);
  again = g_value_get_boolean (&result);
  g_value_unset (&result);
  return again;
}

static GSourceFuncs ts_source_funcs = {
  .prepare = ts_source_prepare,
  .check = ts_source_check,
  .dispatch = ts_source_dispatch,
  .finalize = ts_source_finalize,
  .closure_callback = invoke_closure,
};

static void
sentinel_finalize (GSource *source)
{
  wait_end (((Sentinel *) source)->wait);
}

static GSourceFuncs sentinel_funcs = {
  .finalize = sentinel_finalize,
};

static void
add_sentinel (TsSource *self)
{
  GSource *sentinel = g_source_new (&sentinel_funcs, sizeof (Sentinel));

  ((Sentinel *) sentinel)->wait = wait_ref (self->wait);
  g_source_add_child_source (&self->parent, sentinel);
  g_source_unref (sentinel);
}

static gboolean
go_on (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
go_on_cancelled (GCancellable *cancellable, gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Not a dummy callback of GLib's: that is a closure, an allocation more for each source. */
static void
add_child (GSource *source, GSource *child, GSourceFunc callback)
{
  g_source_set_callback (child, callback, NULL, NULL);
  g_source_add_child_source (source, child);
  g_source_unref (child);
  ((TsSource *) source)->has_child = TRUE;
}

void
ts_source_add_child (GSource *source, GSource *child)
{
  add_child (source, child, go_on);
}

TsSourceBudget *
ts_source_get_budget (GSource *source)
{
  return source->source_funcs == &ts_source_funcs ? &((TsSource *) source)->budget : NULL;
}

GSource *
ts_source_new (gpointer object, const TsOperationClass *klass, TsSourceDispatch dispatch,
               GCancellable *cancellable, const char *name)
{
  GSource *source = g_source_new (&ts_source_funcs, sizeof (TsSource));
  TsSource *self = (TsSource *) source;
  Wait *wait = g_new0 (Wait, 1);

  ts_operation_init (&wait->operation, klass, g_object_ref (object));
  wait->operation.waiter = &wait->waiter;
  wait->waiter.wake = ts_waiter_wake_source;
  atomic_init (&wait->refs, 1);
  self->wait = wait;
  add_sentinel (self);
  self->dispatch = dispatch != NULL ? dispatch : call_back;
  g_source_set_static_name (source, name);
  if (cancellable != NULL)
    {
      self->cancellable = g_object_ref (cancellable);
      add_child (source, g_cancellable_source_new (cancellable),
                 (GSourceFunc) (GCallback) go_on_cancelled);
    }
  return source;
}
