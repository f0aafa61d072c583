/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* While nobody waits @state is all there is: to take the lock, or to release it, is then one
 * compare-and-swap. Who finds it held takes the inner lock and, in one step with looking again, sets
 * the bit that says that the queue is not empty. From then on a newcomer cannot pass those who wait:
 * the lock goes from hand to hand, through the queue, and is never free in between.
 *
 * In the queue there are two kinds of operations: those that want the lock, and must be claimed; and
 * those of conditions, whose waiters were claimed already, by a notification for example, and only
 * need the lock to be told so (@owed).
 *
 * Locking: the inner lock guards the queue and, while the bit is set, @state. Nothing is called under
 * it, and no other lock is taken. */

#include "config.h"

#include <glib/gi18n.h>

#include "ts-describe-private.h"
#include "ts-error-private.h"
#include "ts-leaks-private.h"
#include "ts-lock-private.h"
#include "ts-result-private.h"
#include "ts-thread-private.h"
#include "ts-type-private.h"

#define HELD   1u
#define PARKED 2u /* the queue is not empty; only with HELD */

TS_LOCK_ROLE (lock);

/**
 * TsLock:
 *
 * A lock that can be waited for without blocking.
 *
 * One at a time holds it: a thread, a task of a main loop, or one of another kind of loop. It belongs
 * to whoever has acquired it by any of the ways, not to a thread: a task may acquire it in one thread
 * and release it in another, and between the two give control back to its main loop. So it is not
 * recursive: who holds it and acquires it again waits for itself.
 *
 * Waiters are served in the order in which they came, whatever kind each is, and a newcomer never
 * passes one who waits. A waiter that was given the lock but did not take notice (its task was
 * cancelled, its result dropped) passes it on to the next.
 *
 * All methods may be called from any thread. While nobody waits, acquiring and releasing make no
 * system call. For a few instructions that never wait for anything, a [struct@GLib.Mutex] does as well.
 *
 * ```c
 * static gboolean
 * append_line (TsLock *lock, GString *log, const char *line, GError **error)
 * {
 *   if (!ts_lock_acquire (lock, NULL, error))
 *     return FALSE;
 *   g_string_append (log, line);
 *   return ts_lock_release (lock, error);
 * }
 * ```
 *
 * Since: 1.0
 */
struct _TsLock
{
  GObject       parent_instance;

  char         *name; /* immutable */

  _Atomic guint state;
  TsSyncLock    inner;
  TsQueue       waiters TS_GUARDED_BY (ts_lock_role);

  _Atomic guint64 holder; /* the thread that acquired it; 0 if that is not known: see note_holder() */
};

G_DEFINE_FINAL_TYPE (TsLock, ts_lock, G_TYPE_OBJECT)

static GType ts_lock_type;

typedef enum
{
  PROP_HELD = 1,
  PROP_NAME,
} TsLockProperty;

static GParamSpec *properties[PROP_NAME + 1];

static void TS_ACQUIRES (ts_lock_role)
inner_lock (TsLock *self)
{
  ts_sync_lock_acquire (&self->inner);
}

static void TS_RELEASES (ts_lock_role)
inner_unlock (TsLock *self)
{
  ts_sync_lock_release (&self->inner);
}

/* Taking and giving up */

static inline gboolean
take (TsLock *self)
{
  guint state = 0;

  return atomic_compare_exchange_strong_explicit (&self->state, &state, HELD,
                                                  memory_order_acquire, memory_order_relaxed);
}

/* TRUE: it was free, and unless this was to @look only, it was taken. FALSE: it is held, and whoever
 * releases it will turn to the queue. */
static gboolean TS_REQUIRES (ts_lock_role)
take_or_mark_locked (TsLock *self, gboolean look)
{
  guint state = atomic_load_explicit (&self->state, memory_order_relaxed);
  guint wanted;

  do
    {
      if (state == 0 && look)
        return TRUE;
      wanted = state == 0 ? HELD : HELD | PARKED;
    }
  while (!atomic_compare_exchange_weak_explicit (&self->state, &state, wanted,
                                                 memory_order_acquire, memory_order_relaxed));
  return wanted == HELD;
}

static TsOperation * TS_REQUIRES (ts_lock_role)
claim_next_locked (TsLock *self)
{
  TsOperation *op;

  while ((op = self->waiters.head) != NULL)
    {
      ts_queue_remove (&self->waiters, op);
      if (op->owed || ts_operation_claim (op))
        return op;
    }
  return NULL;
}

/* FALSE: those who waited have left meanwhile. */
static gboolean TS_REQUIRES (ts_lock_role)
hand_over_locked (TsLock *self, TsWakeList *woken)
{
  TsOperation *op;

  if (atomic_load_explicit (&self->state, memory_order_relaxed) != (HELD | PARKED))
    return FALSE;
  op = claim_next_locked (self);
  if (op != NULL)
    ts_wake_list_add (woken, op);
  if (self->waiters.head == NULL)
    atomic_store_explicit (&self->state, op != NULL ? HELD : 0, memory_order_release);
  return TRUE;
}

static gboolean
hand_over (TsLock *self)
{
  TsWakeList woken = TS_WAKE_LIST_INIT;
  gboolean done;

  inner_lock (self);
  done = hand_over_locked (self, &woken);
  inner_unlock (self);
  ts_wake_list_run (&woken);
  return done;
}

static inline gboolean
give_up (TsLock *self)
{
  for (;;)
    {
      guint state = HELD;

      if (G_LIKELY (atomic_compare_exchange_strong_explicit (&self->state, &state, 0,
                                                             memory_order_release,
                                                             memory_order_relaxed)))
        return TRUE;
      if (state == 0)
        return FALSE;
      if (hand_over (self))
        return TRUE;
    }
}

/* Who holds it is only of interest to who debugs, and known if it was acquired by one of the methods. */
static inline gboolean
note_holder (TsLock *self, gboolean acquired)
{
  if (ts_debug_has (TS_DEBUG_TRACE | TS_DEBUG_LEAKS) && acquired)
    atomic_store_explicit (&self->holder, ts_thread_get_id (), memory_order_relaxed);
  return acquired;
}

static inline void
forget_holder (TsLock *self)
{
  if (ts_debug_has (TS_DEBUG_TRACE | TS_DEBUG_LEAKS))
    atomic_store_explicit (&self->holder, 0, memory_order_relaxed);
}

gboolean
ts_lock_give_up (TsLock *self)
{
  forget_holder (self);
  return give_up (self);
}

static gboolean
take_or_park (TsLock *self, TsOperation *op, gboolean look, gboolean owed)
{
  gboolean taken;

  inner_lock (self);
  taken = take_or_mark_locked (self, look);
  if (!taken)
    {
      op->owed = owed;
      ts_queue_push (&self->waiters, op);
    }
  inner_unlock (self);
  return taken;
}

gboolean
ts_lock_take_for (TsLock *self, TsOperation *op)
{
  return take_or_park (self, op, FALSE, TRUE);
}

void
ts_lock_set_not_held (TsLock *self, GError **error)
{
  ts_set_error (error, TS_ERROR, TS_ERROR_NOT_HELD, self->name,
                N_("The lock is not held"),
                N_("The lock “%s” is not held"));
}

/* The operation */

static gboolean
ts_lock_acquire_hint (TsOperation *op)
{
  TsLock *self = op->object;

  return atomic_load_explicit (&self->state, memory_order_relaxed) == 0;
}

static gboolean
ts_lock_acquire_attempt (TsOperation *op)
{
  return take (op->object);
}

static gboolean
ts_lock_acquire_park (TsOperation *op)
{
  return take_or_park (op->object, op, ts_operation_is_shared (op), FALSE);
}

static void
ts_lock_acquire_unpark (TsOperation *op)
{
  TsLock *self = op->object;

  inner_lock (self);
  if (op->queued)
    {
      ts_queue_remove (&self->waiters, op);
      if (self->waiters.head == NULL)
        atomic_store_explicit (&self->state, HELD, memory_order_relaxed);
    }
  inner_unlock (self);
}

static void
ts_lock_acquire_undo (TsOperation *op)
{
  forget_holder (op->object);
  give_up (op->object);
}

static void
ts_lock_acquire_set_error (TsOperation *op, TsOutcome outcome, GError **error)
{
  TsLock *self = op->object;

  g_assert (outcome == TS_OUTCOME_TIMED_OUT);
  ts_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, self->name,
                N_("The lock was not free in time"),
                N_("The lock “%s” was not free in time"));
}

const TsOperationClass ts_lock_acquire_class = {
  .name = "acquire",
  .hint = ts_lock_acquire_hint,
  .attempt = ts_lock_acquire_attempt,
  .park = ts_lock_acquire_park,
  .unpark = ts_lock_acquire_unpark,
  .undo = ts_lock_acquire_undo,
  .set_error = ts_lock_acquire_set_error,
};

/* The object */

static void
ts_lock_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TsLock *self = TS_LOCK (object);

  switch ((TsLockProperty) id)
    {
    case PROP_HELD:
      g_value_set_boolean (value, ts_lock_is_held (self));
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ts_lock_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TsLock *self = TS_LOCK (object);

  switch ((TsLockProperty) id)
    {
    case PROP_NAME:
      self->name = ts_dup_name (g_value_get_string (value));
      break;
    case PROP_HELD:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* Nobody else has the object now, so there is no lock to hold. It may go while it is held. */
TS_UNANALYSED static void
ts_lock_finalize (GObject *object)
{
  TsLock *self = TS_LOCK (object);

  ts_leaks_forget (self);
  g_assert (self->waiters.head == NULL);
  ts_sync_lock_clear (&self->inner);
  g_free (self->name);

  G_OBJECT_CLASS (ts_lock_parent_class)->finalize (object);
}

static void
ts_lock_class_init (TsLockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  ts_lock_type = ts_debug_plain_type (G_OBJECT_CLASS_TYPE (klass));
  object_class->get_property = ts_lock_get_property;
  object_class->set_property = ts_lock_set_property;
  object_class->finalize = ts_lock_finalize;

  /**
   * TsLock:held: (getter is_held)
   *
   * Whether somebody holds the lock at this moment.
   *
   * There is no notification when it changes.
   *
   * Since: 1.0
   */
  properties[PROP_HELD] = g_param_spec_boolean ("held", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * TsLock:name: (getter get_name)
   *
   * What to call the lock in messages.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ts_lock_init (TsLock *self)
{
  ts_leaks_watch (self, ts_lock_describe);
}

/**
 * ts_lock_new:
 *
 * Creates a lock that nobody holds.
 *
 * Returns: (transfer full): a new lock
 *
 * Since: 1.0
 */
TsLock *
ts_lock_new (void)
{
  return ts_lock_new_full (NULL);
}

/**
 * ts_lock_new_full:
 * @name: (nullable): what to call the lock in messages
 *
 * Creates a lock that nobody holds.
 *
 * Returns: (transfer full): a new lock
 *
 * Since: 1.0
 */
TsLock *
ts_lock_new_full (const char *name)
{
  return g_object_new (TS_TYPE_LOCK, "name", name, NULL);
}

/**
 * ts_lock_is_held: (get-property held)
 * @self: a lock
 *
 * Tells whether somebody holds the lock at this moment.
 *
 * From any thread; does not block. By the time the caller looks at the answer it may be another.
 *
 * Returns: %TRUE if somebody, who may be the caller, holds the lock
 *
 * Since: 1.0
 */
gboolean
ts_lock_is_held (TsLock *self)
{
  g_return_val_if_fail (TS_IS_LOCK (self), FALSE);

  return atomic_load_explicit (&self->state, memory_order_acquire) != 0;
}

/**
 * ts_lock_get_name: (get-property name)
 * @self: a lock
 *
 * Tells what the lock is called in messages.
 *
 * Returns: (nullable): the name
 *
 * Since: 1.0
 */
const char *
ts_lock_get_name (TsLock *self)
{
  g_return_val_if_fail (TS_IS_LOCK (self), NULL);

  return self->name;
}

/**
 * ts_lock_acquire:
 * @self: a lock
 * @cancellable: (nullable): to give up waiting
 * @error: return location for an error
 *
 * Takes the lock; blocks this thread while somebody holds it.
 *
 * From any thread; in one that runs a main loop, [method@Lock.acquire_async] is what you want: if the
 * lock is held by a task of that very main loop, this call waits for ever. Fails with
 * %G_IO_ERROR_CANCELLED if @cancellable is or becomes cancelled; the lock is not the caller's then.
 *
 * Returns: %TRUE if the lock was taken, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_lock_acquire (TsLock *self, GCancellable *cancellable, GError **error)
{
  return ts_lock_acquire_until (self, -1, cancellable, error);
}

static gboolean
look (gpointer data)
{
  return !ts_lock_is_held (data) && take (data);
}

/* Before it parks, a thread looks for a while: if all only come and go, handing over to each one as it
 * wakes up would slow down all of them. It takes nothing from those who have parked. */
static gboolean
linger (TsLock *self, gint64 deadline, GCancellable *cancellable)
{
  if ((cancellable != NULL && g_cancellable_is_cancelled (cancellable)) ||
      (deadline >= 0 && deadline <= ts_sync_now ()))
    return FALSE;
  return ts_sync_linger (look, self);
}

static gboolean G_GNUC_NO_INLINE
acquire_slowly (TsLock *self, gint64 deadline, GCancellable *cancellable, GError **error)
{
  TsOperation op;

  if (!ts_debug_has (TS_DEBUG_TRACE) && linger (self, deadline, cancellable))
    return TRUE;
  ts_operation_init (&op, &ts_lock_acquire_class, self);
  return ts_operation_wait (&op, deadline, cancellable, error);
}

/**
 * ts_lock_acquire_until:
 * @self: a lock
 * @deadline: when to give up, in microseconds of [func@GLib.get_monotonic_time]; -1 for never
 * @cancellable: (nullable): to give up waiting
 * @error: return location for an error
 *
 * Takes the lock; blocks this thread while somebody holds it, until @deadline.
 *
 * A deadline in the past only tries, and does not block. Otherwise as [method@Lock.acquire]. Fails
 * with %G_IO_ERROR_TIMED_OUT once the deadline has passed; the lock is not the caller's then.
 *
 * Returns: %TRUE if the lock was taken, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_lock_acquire_until (TsLock *self, gint64 deadline, GCancellable *cancellable, GError **error)
{
  if (ts_is_exactly (self, ts_lock_type) && ts_is_plain (cancellable, error) && take (self))
    return TRUE;

  g_return_val_if_fail (TS_IS_LOCK (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!ts_debug_has (TS_DEBUG_TRACE) &&
      (cancellable == NULL || !g_cancellable_is_cancelled (cancellable)) && take (self))
    return note_holder (self, TRUE);
  return note_holder (self, acquire_slowly (self, deadline, cancellable, error));
}

/**
 * ts_lock_try_acquire:
 * @self: a lock
 *
 * Takes the lock if nobody holds it.
 *
 * From any thread; does not block. There is no error to look at, since there is only one reason to
 * fail.
 *
 * Returns: %TRUE if the lock was taken
 *
 * Since: 1.0
 */
gboolean
ts_lock_try_acquire (TsLock *self)
{
  g_return_val_if_fail (TS_IS_LOCK (self), FALSE);

  return note_holder (self, ts_trace_try (self, "try_acquire", take (self)));
}

/**
 * ts_lock_acquire_async:
 * @self: a lock
 * @cancellable: (nullable): to give up waiting
 * @callback: (nullable) (scope async) (closure user_data): called when the wait is over
 * @user_data: for @callback
 *
 * Takes the lock, as soon as nobody holds it, without blocking.
 *
 * From any thread. @callback runs in the thread-default main context of the caller, in a later
 * iteration, and calls [method@Lock.acquire_finish]: from then on the lock is the caller's, until
 * [method@Lock.release]. If the result is dropped without that call, or the context goes, the lock
 * goes to the next waiter. The wait keeps the lock object alive.
 *
 * Since: 1.0
 */
void
ts_lock_acquire_async (TsLock              *self,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_return_if_fail (TS_IS_LOCK (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  ts_result_start (ts_result_new (self, &ts_lock_acquire_class, cancellable, callback, user_data,
                                  ts_lock_acquire_async));
}

/**
 * ts_lock_acquire_finish:
 * @self: a lock
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Lock.acquire_async].
 *
 * Fails with %G_IO_ERROR_CANCELLED if the wait was cancelled before the lock was there for it. A lock
 * that was handed over is not taken back by cancelling later.
 *
 * Returns: %TRUE if the lock was taken, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_lock_acquire_finish (TsLock *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (TS_IS_LOCK (self), FALSE);
  g_return_val_if_fail (ts_result_is_valid (result, self, ts_lock_acquire_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return note_holder (self, ts_result_finish (result, error) != NULL);
}

/**
 * ts_lock_release:
 * @self: a lock
 * @error: return location for an error
 *
 * Releases the lock: hands it to the one who has waited longest, if there is one.
 *
 * From any thread, not only from the one that acquired it; does not block. No callback runs inside
 * this call: main loops are woken, and call back on their own. Fails with %TS_ERROR_NOT_HELD if nobody
 * holds the lock. That somebody else holds it is not noticed.
 *
 * Returns: %TRUE if the lock was released, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_lock_release (TsLock *self, GError **error)
{
  if (ts_is_exactly (self, ts_lock_type) && ts_is_plain (NULL, error) && give_up (self))
    return TRUE;

  g_return_val_if_fail (TS_IS_LOCK (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  ts_trace_call (self, "release");
  forget_holder (self);
  if (G_LIKELY (give_up (self)))
    return TRUE;
  ts_lock_set_not_held (self, error);
  return FALSE;
}

/* Description */

static void
add_holder (TsLock *self, GString *text)
{
  guint64 holder = atomic_load_explicit (&self->holder, memory_order_relaxed);

  if (!ts_lock_is_held (self))
    g_string_append (text, "free");
  else if (holder == 0)
    g_string_append (text, "held");
  else
    g_string_append_printf (text, "held by thread %" G_GUINT64_FORMAT, holder);
}

gboolean TS_UNANALYSED
ts_lock_describe (gpointer object, GString *text)
{
  TsLock *self = object;
  TsCrowd waiters = { .threads = 0 };

  ts_description_begin (text, self, self->name);
  if (!ts_description_lock (text, &self->inner))
    return TRUE;
  ts_crowd_count (&waiters, &self->waiters);
  inner_unlock (self);

  add_holder (self, text);
  return ts_crowd_describe (&waiters, text, "") || ts_lock_is_held (self);
}

/**
 * ts_lock_to_string:
 * @self: a lock
 *
 * Describes the lock as it is at this moment, in one line, for logs and debuggers.
 *
 * Its name, whether it is held, and who waits. With `TS_DEBUG=trace` or `TS_DEBUG=leaks` in the
 * environment also which thread has acquired it. What the line looks like may change. From any
 * thread; does not block.
 *
 * Returns: (transfer full): a description
 *
 * Since: 1.0
 */
char *
ts_lock_to_string (TsLock *self)
{
  g_return_val_if_fail (TS_IS_LOCK (self), NULL);

  return ts_describe (self, ts_lock_describe);
}
