/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The way of waiting of a GSource: park in prepare(), be woken, dispatch, park again.
 *
 * The waiter is not part of the GSource but lives beside it, since the thread that wakes it may
 * come a moment after the source has gone. What that thread does is to set @stage and to kick the
 * dispatcher of the context, which then asks every source (ts-dispatcher.c).
 *
 * A source that goes while its operation is settled but not dispatched undoes it.
 *
 * Locking: none of its own.
 */

#include "config.h"

#include "ts-dispatcher-private.h"
#include "ts-source-private.h"
#include "ts-value-private.h"

enum
{
  IDLE,      /* not waiting; only the context's thread moves it on */
  PARKED,    /* waiting */
  WOKEN,     /* settled */
  ABANDONED, /* the source has gone while the wake-up was under way: it frees the rest */
};

typedef struct
{
  TsWaiter      waiter;
  TsOperation   operation;
  TsDispatcher *dispatcher; /* of the context; set at the first prepare() */
  _Atomic int   stage;
} Wait;

typedef struct
{
  GSource          parent;
  Wait            *wait;
  TsSourceDispatch dispatch;
  TsSourceBudget   budget;
  GCancellable    *cancellable;
  gboolean         has_child;
} TsSource;

static void
wait_free (Wait *wait)
{
  GObject *object = wait->operation.object;

  ts_value_clear (&wait->operation.value);
  g_clear_pointer (&wait->dispatcher, ts_dispatcher_unref);
  g_free (wait);
  g_object_unref (object);
}

static void
wait_undo_and_free (Wait *wait)
{
  ts_operation_undo (&wait->operation);
  wait_free (wait);
}

/* The reference keeps the dispatcher for the kick: with the new stage out, the source may go. */
static void
wait_wake (TsWaiter *waiter)
{
  Wait *wait = (Wait *) waiter;
  TsDispatcher *dispatcher = ts_dispatcher_ref (wait->dispatcher);

  if (atomic_exchange (&wait->stage, WOKEN) == ABANDONED)
    wait_undo_and_free (wait);
  else
    ts_dispatcher_kick (dispatcher);
  ts_dispatcher_unref (dispatcher);
}

/* TRUE: settled at once. */
static gboolean
wait_park (Wait *wait)
{
  wait->operation.outcome = TS_OUTCOME_SUCCESS;
  atomic_store (&wait->waiter.claim, TS_CLAIM_NONE);
  atomic_store (&wait->stage, PARKED);
  if (!wait->operation.klass->park (&wait->operation))
    return FALSE;
  atomic_store (&wait->stage, WOKEN);
  return TRUE;
}

static void
wait_abandon (Wait *wait)
{
  switch (atomic_load (&wait->stage))
    {
    case IDLE:
      wait_free (wait);
      break;
    case WOKEN:
      wait_undo_and_free (wait);
      break;
    default:
      if (ts_waiter_claim (&wait->waiter, TS_CLAIM_ABANDONED))
        {
          wait->operation.klass->unpark (&wait->operation);
          wait_free (wait);
        }
      else if (atomic_exchange (&wait->stage, ABANDONED) == WOKEN)
        {
          wait_undo_and_free (wait);
        }
    }
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
  if (atomic_load (&wait->stage) == IDLE)
    return wait_park (wait);
  return atomic_load (&wait->stage) == WOKEN;
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
  if (ts_source_check (source) && !ts_source_is_cancelled (source))
    {
      op = &self->wait->operation;
      atomic_store (&self->wait->stage, IDLE);
    }
  else if (!self->has_child)
    {
      return G_SOURCE_CONTINUE;
    }
  return self->dispatch (source, self->wait->operation.object, op, callback, user_data);
}

static void
ts_source_finalize (GSource *source)
{
  TsSource *self = (TsSource *) source;

  wait_abandon (self->wait);
  g_clear_object (&self->cancellable);
}

static GSourceFuncs ts_source_funcs = {
  .prepare = ts_source_prepare,
  .check = ts_source_check,
  .dispatch = ts_source_dispatch,
  .finalize = ts_source_finalize,
};

void
ts_source_add_child (GSource *source, GSource *child)
{
  g_source_set_dummy_callback (child);
  g_source_add_child_source (source, child);
  g_source_unref (child);
  ((TsSource *) source)->has_child = TRUE;
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
  wait->waiter.wake = wait_wake;
  self->wait = wait;
  self->dispatch = dispatch != NULL ? dispatch : call_back;
  g_source_set_static_name (source, name);
  if (cancellable != NULL)
    {
      self->cancellable = g_object_ref (cancellable);
      ts_source_add_child (source, g_cancellable_source_new (cancellable));
    }
  return source;
}
