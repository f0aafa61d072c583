/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A wait goes through two queues. It enters the condition's, and releases the lock. A notification
 * claims it, so that it can neither be cancelled nor miss the deadline any more, and passes it on to
 * the lock's queue, where it has its turn like anybody who wants the lock; only then it is woken, and
 * only once. A wait that was given up goes the second half of the way, too.
 *
 * Locking: the inner lock guards the condition's queue. It is never held together with the one inside
 * the TsLock: between the queues an operation is claimed, and known to nobody but the thread that
 * moves it. Nothing is called under it. */

#include "config.h"

#include <glib/gi18n.h>

#include "ts-condition-private.h"
#include "ts-describe-private.h"
#include "ts-error-private.h"
#include "ts-leaks-private.h"
#include "ts-lock-private.h"
#include "ts-result-private.h"

TS_LOCK_ROLE (condition);

/**
 * TsCondition:
 *
 * Something that happens to what a lock protects, and that others wait for.
 *
 * A condition belongs to a [class@Lock]. Who holds the lock, and finds that it cannot go on, waits:
 * that releases the lock, until somebody who holds it now has changed something, and notifies. The
 * wait takes the lock again before it ends, however it ends. Several conditions may share one lock.
 *
 * Whoever was waiting when it was notified has the lock only after those who were in the lock's queue
 * before, so things may have changed again: wait in a loop, which looks at what one waits for.
 *
 * One condition serves any number of waiters of any kind at the same time: threads that block in
 * [method@Condition.wait], main loops that called [method@Condition.wait_async], and loops of other
 * kinds through a [class@Port]. They are notified in the order in which they came. A waiter that was
 * notified but did not take notice (its result dropped, its token cancelled) passes the notification
 * on to the next.
 *
 * All methods may be called from any thread.
 *
 * ```c
 * static gpointer
 * take_next (TsCondition *filled, GQueue *shelf, GError **error)
 * {
 *   TsLock *lock = ts_condition_get_lock (filled);
 *   gpointer item = NULL;
 *
 *   if (!ts_lock_acquire (lock, NULL, error))
 *     return NULL;
 *   while (g_queue_is_empty (shelf) && ts_condition_wait (filled, NULL, error))
 *     ;
 *   item = g_queue_pop_head (shelf);
 *   ts_lock_release (lock, NULL);
 *   return item;
 * }
 *
 * static gboolean
 * put (TsCondition *filled, GQueue *shelf, gpointer item, GError **error)
 * {
 *   TsLock *lock = ts_condition_get_lock (filled);
 *
 *   if (!ts_lock_acquire (lock, NULL, error))
 *     return FALSE;
 *   g_queue_push_tail (shelf, item);
 *   return ts_condition_notify_one (filled, error) && ts_lock_release (lock, error);
 * }
 * ```
 *
 * Since: 1.0
 */
struct _TsCondition
{
  GObject     parent_instance;

  /* Immutable. */
  char       *name;
  TsLock     *lock;

  TsSyncLock  inner;
  TsQueue     waiters TS_GUARDED_BY (ts_condition_role);
};

G_DEFINE_FINAL_TYPE (TsCondition, ts_condition, G_TYPE_OBJECT)

typedef enum
{
  PROP_LOCK = 1,
  PROP_NAME,
} TsConditionProperty;

static GParamSpec *properties[PROP_NAME + 1];

static void TS_ACQUIRES (ts_condition_role)
inner_lock (TsCondition *self)
{
  ts_sync_lock_acquire (&self->inner);
}

static void TS_RELEASES (ts_condition_role)
inner_unlock (TsCondition *self)
{
  ts_sync_lock_release (&self->inner);
}

/* Notifying */

static void
claim_first (TsCondition *self, guint n, TsQueue *claimed)
{
  TsOperation *op;

  inner_lock (self);
  while (n-- > 0 && (op = ts_queue_claim_first (&self->waiters)) != NULL)
    ts_queue_push (claimed, op);
  inner_unlock (self);
}

/* Once an operation is in the lock's queue it is not ours to look at any more. */
static void
notify_first (TsCondition *self, guint n)
{
  TsQueue claimed = { NULL, NULL };
  TsWakeList woken = TS_WAKE_LIST_INIT;
  TsOperation *op;

  claim_first (self, n, &claimed);
  while ((op = claimed.head) != NULL)
    {
      ts_queue_remove (&claimed, op);
      if (ts_lock_take_for (self->lock, op))
        ts_wake_list_add (&woken, op);
    }
  ts_wake_list_run (&woken);
}

/* The operation */

static gboolean
ts_condition_wait_attempt (TsOperation *op)
{
  TsCondition *self = op->object;

  if (ts_lock_is_held (self->lock))
    return FALSE;
  op->outcome = TS_OUTCOME_ERROR (TS_ERROR_NOT_HELD);
  return TRUE;
}

/* TRUE: nobody has notified it, and nobody will. */
static gboolean
leave_unless_notified (TsCondition *self, TsOperation *op)
{
  gboolean left;

  inner_lock (self);
  left = atomic_load (&op->waiter->claim) == TS_CLAIM_NONE;
  if (left)
    ts_queue_remove (&self->waiters, op);
  inner_unlock (self);
  return left;
}

/* In the queue before the lock is free, or the next to have it would notify in vain. That the lock
 * turns out not to be held is somebody's mistake, and must not leave anybody waiting. */
static gboolean
ts_condition_wait_park (TsOperation *op)
{
  TsCondition *self = op->object;

  if (ts_condition_wait_attempt (op))
    return TRUE;
  inner_lock (self);
  ts_queue_push (&self->waiters, op);
  inner_unlock (self);

  TS_SYNC_POINT ("condition parked");
  if (ts_lock_give_up (self->lock) || !leave_unless_notified (self, op))
    return FALSE;
  op->outcome = TS_OUTCOME_ERROR (TS_ERROR_NOT_HELD);
  return TRUE;
}

/* Only who was not notified comes here, or who has been through the lock's queue. */
static void
ts_condition_wait_unpark (TsOperation *op)
{
  TsCondition *self = op->object;

  inner_lock (self);
  ts_queue_remove (&self->waiters, op);
  inner_unlock (self);
}

static gboolean
ts_condition_wait_resume (TsOperation *op)
{
  TsCondition *self = op->object;

  return ts_lock_take_for (self->lock, op);
}

static void
ts_condition_wait_undo (TsOperation *op)
{
  TsCondition *self = op->object;

  if (ts_operation_get_outcome (op) == TS_OUTCOME_SUCCESS)
    notify_first (self, 1);
  ts_lock_give_up (self->lock);
}

static void
ts_condition_wait_set_error (TsOperation *op, TsOutcome outcome, GError **error)
{
  TsCondition *self = op->object;

  if (outcome == TS_OUTCOME_TIMED_OUT)
    ts_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, self->name,
                  N_("The condition was not notified in time"),
                  N_("The condition “%s” was not notified in time"));
  else
    ts_lock_set_not_held (self->lock, error);
}

const TsOperationClass ts_condition_wait_class = {
  .name = "wait",
  .attempt = ts_condition_wait_attempt,
  .park = ts_condition_wait_park,
  .unpark = ts_condition_wait_unpark,
  .resume = ts_condition_wait_resume,
  .undo = ts_condition_wait_undo,
  .set_error = ts_condition_wait_set_error,
};

/* The object */

static void
ts_condition_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TsCondition *self = TS_CONDITION (object);

  switch ((TsConditionProperty) id)
    {
    case PROP_LOCK:
      g_value_set_object (value, self->lock);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ts_condition_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TsCondition *self = TS_CONDITION (object);

  switch ((TsConditionProperty) id)
    {
    case PROP_LOCK:
      self->lock = g_value_dup_object (value);
      break;
    case PROP_NAME:
      self->name = ts_dup_name (g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ts_condition_constructed (GObject *object)
{
  TsCondition *self = TS_CONDITION (object);

  G_OBJECT_CLASS (ts_condition_parent_class)->constructed (object);

  if (self->lock == NULL)
    self->lock = ts_lock_new_full (self->name);
}

/* Nobody else has the object now, so there is no lock to hold. */
TS_UNANALYSED static void
ts_condition_finalize (GObject *object)
{
  TsCondition *self = TS_CONDITION (object);

  ts_leaks_forget (self);
  g_assert (self->waiters.head == NULL);
  ts_sync_lock_clear (&self->inner);
  g_object_unref (self->lock);
  g_free (self->name);

  G_OBJECT_CLASS (ts_condition_parent_class)->finalize (object);
}

static void
ts_condition_class_init (TsConditionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags construct_only =
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ts_condition_get_property;
  object_class->set_property = ts_condition_set_property;
  object_class->constructed = ts_condition_constructed;
  object_class->finalize = ts_condition_finalize;

  /**
   * TsCondition:lock: (getter get_lock)
   *
   * The lock that one holds to wait and to notify. Not given, or %NULL: a new one.
   *
   * Since: 1.0
   */
  properties[PROP_LOCK] =
    g_param_spec_object ("lock", NULL, NULL, TS_TYPE_LOCK, construct_only);

  /**
   * TsCondition:name: (getter get_name)
   *
   * What to call the condition, and a new lock of it, in messages.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, construct_only);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ts_condition_init (TsCondition *self)
{
  ts_leaks_watch (self, ts_condition_describe);
}

/**
 * ts_condition_new:
 * @lock: (nullable): the lock that one holds to wait and to notify; %NULL for a new one
 *
 * Creates a condition.
 *
 * Returns: (transfer full): a new condition
 *
 * Since: 1.0
 */
TsCondition *
ts_condition_new (TsLock *lock)
{
  return ts_condition_new_full (lock, NULL);
}

/**
 * ts_condition_new_full:
 * @lock: (nullable): the lock that one holds to wait and to notify; %NULL for a new one
 * @name: (nullable): what to call the condition, and a new lock of it, in messages
 *
 * Creates a condition.
 *
 * Returns: (transfer full): a new condition
 *
 * Since: 1.0
 */
TsCondition *
ts_condition_new_full (TsLock *lock, const char *name)
{
  g_return_val_if_fail (lock == NULL || TS_IS_LOCK (lock), NULL);

  return g_object_new (TS_TYPE_CONDITION, "lock", lock, "name", name, NULL);
}

/**
 * ts_condition_get_lock: (get-property lock)
 * @self: a condition
 *
 * Tells which lock one holds to wait and to notify.
 *
 * Returns: (transfer none): the lock
 *
 * Since: 1.0
 */
TsLock *
ts_condition_get_lock (TsCondition *self)
{
  g_return_val_if_fail (TS_IS_CONDITION (self), NULL);

  return self->lock;
}

/**
 * ts_condition_get_name: (get-property name)
 * @self: a condition
 *
 * Tells what the condition is called in messages.
 *
 * Returns: (nullable): the name
 *
 * Since: 1.0
 */
const char *
ts_condition_get_name (TsCondition *self)
{
  g_return_val_if_fail (TS_IS_CONDITION (self), NULL);

  return self->name;
}

/**
 * ts_condition_wait:
 * @self: a condition, whose lock the caller holds
 * @cancellable: (nullable): to give up waiting
 * @error: return location for an error
 *
 * Releases the lock, blocks this thread until it is notified, and takes the lock again.
 *
 * From any thread; in one that runs a main loop, [method@Condition.wait_async] is what you want. Fails
 * with %G_IO_ERROR_CANCELLED if @cancellable is or becomes cancelled before it is notified, and with
 * %TS_ERROR_NOT_HELD if nobody holds the lock. Whatever the result, the caller holds the lock
 * afterwards if it did before; to wait for it, after a cancelled wait too, cannot be cancelled.
 *
 * Returns: %TRUE if the wait was notified, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_condition_wait (TsCondition *self, GCancellable *cancellable, GError **error)
{
  return ts_condition_wait_until (self, -1, cancellable, error);
}

/**
 * ts_condition_wait_until:
 * @self: a condition, whose lock the caller holds
 * @deadline: when to give up, in microseconds of [func@GLib.get_monotonic_time]; -1 for never
 * @cancellable: (nullable): to give up waiting
 * @error: return location for an error
 *
 * Releases the lock, blocks this thread until it is notified, or until @deadline, and takes the lock
 * again.
 *
 * As [method@Condition.wait]. Fails with %G_IO_ERROR_TIMED_OUT once the deadline has passed. With a
 * deadline in the past it does so at once, and does not release the lock at all. Since the lock is
 * waited for in any case, the call may return later than at @deadline.
 *
 * Returns: %TRUE if the wait was notified, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_condition_wait_until (TsCondition   *self,
                         gint64         deadline,
                         GCancellable  *cancellable,
                         GError       **error)
{
  TsOperation op;

  g_return_val_if_fail (TS_IS_CONDITION (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  ts_operation_init (&op, &ts_condition_wait_class, self);
  return ts_operation_wait (&op, deadline, cancellable, error);
}

/**
 * ts_condition_wait_async:
 * @self: a condition, whose lock the caller holds
 * @cancellable: (nullable): to give up waiting
 * @callback: (nullable) (scope async) (closure user_data): called when the wait is over
 * @user_data: for @callback
 *
 * Releases the lock, waits until it is notified, and takes the lock again, without blocking.
 *
 * From any thread. The lock is released before this returns, unless @cancellable is cancelled
 * already. @callback runs in the thread-default main context of the caller, in a later iteration, and
 * calls [method@Condition.wait_finish]: from then on the caller holds the lock, whatever the result.
 * If the result is dropped without that call, or the context goes, the lock is released and a
 * notification passed on to the next waiter. The wait keeps the condition and its lock alive.
 *
 * Since: 1.0
 */
void
ts_condition_wait_async (TsCondition         *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_return_if_fail (TS_IS_CONDITION (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  ts_result_start (ts_result_new (self, &ts_condition_wait_class, cancellable, callback, user_data,
                                  ts_condition_wait_async));
}

/**
 * ts_condition_wait_finish:
 * @self: a condition
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Condition.wait_async].
 *
 * Fails with %G_IO_ERROR_CANCELLED if the wait was cancelled before it was notified, and with
 * %TS_ERROR_NOT_HELD if nobody held the lock when it was started. But for the latter the caller holds
 * the lock now. A notification that has come is not taken back by cancelling later.
 *
 * Returns: %TRUE if the wait was notified, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_condition_wait_finish (TsCondition *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (TS_IS_CONDITION (self), FALSE);
  g_return_val_if_fail (ts_result_is_valid (result, self, ts_condition_wait_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return ts_result_finish (result, error) != NULL;
}

/**
 * ts_condition_notify_one:
 * @self: a condition, whose lock the caller holds
 * @error: return location for an error
 *
 * Notifies the one who has waited longest; nobody, if nobody waits.
 *
 * From any thread; does not block. The waiter goes on when it has the lock, so not before the caller
 * has released it. No callback runs inside this call. Fails with %TS_ERROR_NOT_HELD if nobody holds
 * the lock.
 *
 * Returns: %TRUE, also if nobody waited; %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_condition_notify_one (TsCondition *self, GError **error)
{
  return ts_condition_notify_many (self, 1, error);
}

/**
 * ts_condition_notify_all:
 * @self: a condition, whose lock the caller holds
 * @error: return location for an error
 *
 * Notifies everyone who waits at this moment.
 *
 * As [method@Condition.notify_one]. They have the lock one after the other, in the order in which
 * they came.
 *
 * Returns: %TRUE, also if nobody waited; %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_condition_notify_all (TsCondition *self, GError **error)
{
  return ts_condition_notify_many (self, G_MAXUINT, error);
}

/**
 * ts_condition_notify_many:
 * @self: a condition, whose lock the caller holds
 * @n: how many to notify
 * @error: return location for an error
 *
 * Notifies those @n who have waited longest, or as many as there are.
 *
 * As [method@Condition.notify_all].
 *
 * Returns: %TRUE, also if fewer waited; %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_condition_notify_many (TsCondition *self, guint n, GError **error)
{
  g_return_val_if_fail (TS_IS_CONDITION (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!ts_lock_is_held (self->lock))
    {
      ts_lock_set_not_held (self->lock, error);
      return FALSE;
    }
  ts_trace_call (self, "notify");
  notify_first (self, n);
  return TRUE;
}

/* Description */

gboolean TS_UNANALYSED
ts_condition_describe (gpointer object, GString *text)
{
  TsCondition *self = object;
  TsCrowd waiters = { .threads = 0 };

  ts_description_begin (text, self, self->name);
  if (!ts_description_lock (text, &self->inner))
    return TRUE;
  ts_crowd_count (&waiters, &self->waiters);
  inner_unlock (self);

  g_string_append_printf (text, "of lock %p, which is %s", self->lock,
                          ts_lock_is_held (self->lock) ? "held" : "free");
  return ts_crowd_describe (&waiters, text, "");
}

/**
 * ts_condition_to_string:
 * @self: a condition
 *
 * Describes the condition as it is at this moment, in one line, for logs and debuggers.
 *
 * Its name, its lock, and who waits. Who was notified waits for the lock. What the line looks
 * like may change. From any thread; does not block.
 *
 * Returns: (transfer full): a description
 *
 * Since: 1.0
 */
char *
ts_condition_to_string (TsCondition *self)
{
  g_return_val_if_fail (TS_IS_CONDITION (self), NULL);

  return ts_describe (self, ts_condition_describe);
}
