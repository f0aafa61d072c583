/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Locking: a registry's lock guards the list of the calls that are in it. Nothing is called under it.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "ts-call-private.h"
#include "ts-describe-private.h"
#include "ts-error-private.h"
#include "ts-future-private.h"

/**
 * TsCall:
 *
 * A question that is to be answered once: what a function gets that runs in a [class@Runner] or by
 * [func@offload].
 *
 * It is answered by [method@Call.complete] or [method@Call.fail], from any thread, at once or later. A
 * call whose last reference goes without an answer fails, so that the one who asked never waits in
 * vain.
 *
 * Since: 1.0
 */
struct _TsCall
{
  GObject         parent_instance;

  /* Immutable. */
  TsFuture       *future;
  TsCallRegistry *registry;

  GList           link; /* in the registry, and guarded by its lock; data: the future */
};

G_DEFINE_FINAL_TYPE (TsCall, ts_call, G_TYPE_OBJECT)

/* The registry */

TsCallRegistry *
ts_call_registry_new (void)
{
  TsCallRegistry *self = g_new0 (TsCallRegistry, 1);

  atomic_init (&self->refs, 1);
  g_queue_init (&self->pending);
  return self;
}

static TsCallRegistry *
registry_ref (TsCallRegistry *self)
{
  atomic_fetch_add_explicit (&self->refs, 1, memory_order_relaxed);
  return self;
}

void
ts_call_registry_unref (TsCallRegistry *self)
{
  if (atomic_fetch_sub_explicit (&self->refs, 1, memory_order_acq_rel) > 1)
    return;
  ts_sync_lock_clear (&self->lock);
  g_free (self);
}

static void
registry_add (TsCallRegistry *self, TsCall *call)
{
  call->registry = registry_ref (self);
  call->link.data = g_object_ref (call->future);
  ts_sync_lock_acquire (&self->lock);
  g_queue_push_tail_link (&self->pending, &call->link);
  ts_sync_lock_release (&self->lock);
}

/* Takes the future out of the call's link; NULL if it was taken before. */
static TsFuture *
registry_steal (TsCallRegistry *self, GList *link)
{
  TsFuture *future;

  ts_sync_lock_acquire (&self->lock);
  if (link == NULL)
    link = self->pending.head;
  future = link == NULL ? NULL : g_steal_pointer (&link->data);
  if (future != NULL)
    g_queue_unlink (&self->pending, link);
  ts_sync_lock_release (&self->lock);
  return future;
}

void
ts_call_registry_fail_all (TsCallRegistry *self, const GError *reason)
{
  TsFuture *future;

  while ((future = registry_steal (self, NULL)) != NULL)
    {
      if (ts_future_reject (future, reason))
        g_cancellable_cancel (ts_future_get_cancellable (future));
      g_object_unref (future);
    }
}

/* The registry knows futures and not calls: so the last reference of a call can go at any time. */
static void
ts_call_leave_registry (TsCall *self)
{
  TsFuture *future = registry_steal (self->registry, &self->link);

  g_clear_object (&future);
  g_clear_pointer (&self->registry, ts_call_registry_unref);
}

static void
ts_call_finalize (GObject *object)
{
  TsCall *self = TS_CALL (object);

  if (self->registry != NULL)
    ts_call_leave_registry (self);

  if (self->future != NULL && !ts_future_is_done (self->future))
    {
      g_autoptr (GError) reason = g_error_new_literal (
        G_IO_ERROR, G_IO_ERROR_FAILED, ts_translate (N_("The call was dropped without an answer")));

      ts_future_reject (self->future, reason);
    }
  g_clear_object (&self->future);

  G_OBJECT_CLASS (ts_call_parent_class)->finalize (object);
}

static void
ts_call_class_init (TsCallClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ts_call_finalize;
}

static void
ts_call_init (TsCall *self)
{
}

TsCall *
ts_call_new (TsFuture *future, TsCallRegistry *registry)
{
  TsCall *self = g_object_new (TS_TYPE_CALL, NULL);

  self->future = g_object_ref (future);
  if (registry != NULL)
    registry_add (registry, self);
  return self;
}

/**
 * ts_call_complete:
 * @self: a call
 * @value: (nullable): the answer, which is copied
 *
 * Answers the call.
 *
 * From any thread; does not block. Only the first answer counts.
 *
 * Returns: %TRUE if this was the answer, %FALSE if there was one before, or the caller has cancelled
 *
 * Since: 1.0
 */
gboolean
ts_call_complete (TsCall *self, const GValue *value)
{
  g_return_val_if_fail (TS_IS_CALL (self), FALSE);

  return ts_future_resolve (self->future, value);
}

/**
 * ts_call_fail:
 * @self: a call
 * @reason: the error, which is copied
 *
 * Answers the call with an error.
 *
 * From any thread; does not block. Only the first answer counts.
 *
 * Returns: %TRUE if this was the answer, %FALSE if there was one before, or the caller has cancelled
 *
 * Since: 1.0
 */
gboolean
ts_call_fail (TsCall *self, const GError *reason)
{
  g_return_val_if_fail (TS_IS_CALL (self), FALSE);
  g_return_val_if_fail (reason != NULL, FALSE);

  return ts_future_reject (self->future, reason);
}

/**
 * ts_call_get_cancellable:
 * @self: a call
 *
 * Tells what is cancelled when nobody wants the answer any more, for the work to watch.
 *
 * Returns: (transfer none): the cancellable
 *
 * Since: 1.0
 */
GCancellable *
ts_call_get_cancellable (TsCall *self)
{
  g_return_val_if_fail (TS_IS_CALL (self), NULL);

  return ts_future_get_cancellable (self->future);
}

static gboolean
ts_call_describe (gpointer object, GString *text)
{
  TsCall *self = object;

  ts_description_begin (text, self, NULL);
  if (self->future == NULL) /* made by g_object_new(): nobody asks */
    {
      g_string_append (text, "answers nobody");
      return FALSE;
    }
  g_string_append (text, "answers ");
  return ts_future_describe (self->future, text);
}

/**
 * ts_call_to_string:
 * @self: a call
 *
 * Describes the call as it is at this moment, in one line, for logs and debuggers.
 *
 * Whether it is answered and with what, and who waits for that, as its future tells. What the line looks
 * like may change. From any thread; does not block.
 *
 * Returns: (transfer full): a description
 *
 * Since: 1.0
 */
char *
ts_call_to_string (TsCall *self)
{
  g_return_val_if_fail (TS_IS_CALL (self), NULL);

  return ts_describe (self, ts_call_describe);
}

TsCallJob *
ts_call_job_new (TsFuture *future, TsCallRegistry *registry, TsCallFunc func, gpointer user_data,
                 GDestroyNotify notify)
{
  TsCallJob *self = g_new (TsCallJob, 1);

  *self = (TsCallJob) { ts_call_new (future, registry), func, user_data, notify };
  return self;
}

void
ts_call_job_run (gpointer job)
{
  TsCallJob *self = job;
  TsFuture *future = self->call->future;

  if (ts_future_is_unwanted (future))
    ts_future_cancel (future);
  if (!ts_future_is_done (future))
    self->func (self->call, self->user_data);
}

void
ts_call_job_free (gpointer job)
{
  TsCallJob *self = job;

  if (self->notify != NULL)
    self->notify (self->user_data);
  g_object_unref (self->call);
  g_free (self);
}
