/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* While nobody waits @state is all there is: the count of permits, times two, and below it one bit
 * that says that the queue is not empty. To take or to give is then one compare-and-swap.
 *
 * Who finds no permit takes the lock and, in one step with looking again, sets the bit. From then on
 * the count is zero and stays so: a newcomer cannot pass those who wait, and each permit goes
 * through the queue, under the lock.
 *
 * Locking: the semaphore's lock guards its queue and, while the bit is set, @state. Nothing is called
 * under it. */

#include "config.h"

#include <glib/gi18n.h>

#include "ts-describe-private.h"
#include "ts-error-private.h"
#include "ts-leaks-private.h"
#include "ts-result-private.h"
#include "ts-semaphore-private.h"
#include "ts-type-private.h"

#define PARKED     1u /* the queue is not empty, and there are no permits */
#define PERMIT     2u
#define MAX_VALUE  ((guint) G_MAXINT)

TS_LOCK_ROLE (semaphore);

/**
 * TsSemaphore:
 *
 * A number of permits, which threads and main loops take and give back.
 *
 * Taking one waits while there is none. One semaphore serves any number of waiters of any kind at the
 * same time: threads that block in [method@Semaphore.acquire], main loops that called
 * [method@Semaphore.acquire_async] or attached a source, and loops of other kinds through a
 * [class@Port]. They are served in the order in which they came, and a newcomer never passes one who
 * waits.
 *
 * A permit belongs to nobody: it may be taken by one thread and released by another, and released
 * without having been taken, which raises the count. A semaphore made with
 * [ctor@Semaphore.new_bounded] does not let that pass unnoticed: it refuses to rise above its limit.
 *
 * A waiter that was given a permit but did not take notice (its task was cancelled, its source
 * destroyed, its result dropped) passes it on to the next. None is ever lost.
 *
 * All methods may be called from any thread. While nobody waits, taking and releasing a permit make
 * no system call.
 *
 * ```c
 * static gboolean
 * download (TsSemaphore *slots, const char *address, GError **error)
 * {
 *   if (!ts_semaphore_acquire (slots, NULL, error))
 *     return FALSE;
 *   g_print ("downloading %s\n", address);
 *   return ts_semaphore_release (slots, 1, error);
 * }
 * ```
 *
 * Since: 1.0
 */
struct _TsSemaphore
{
  GObject       parent_instance;

  /* Immutable. */
  char         *name;
  guint         limit;

  _Atomic guint state;
  TsSyncLock    lock;
  TsQueue       waiters TS_GUARDED_BY (ts_semaphore_role);
};

G_DEFINE_FINAL_TYPE (TsSemaphore, ts_semaphore, G_TYPE_OBJECT)

static GType ts_semaphore_type;

typedef enum
{
  PROP_LIMIT = 1,
  PROP_NAME,
  PROP_VALUE,
} TsSemaphoreProperty;

static GParamSpec *properties[PROP_VALUE + 1];

static void TS_ACQUIRES (ts_semaphore_role)
semaphore_lock (TsSemaphore *self)
{
  ts_sync_lock_acquire (&self->lock);
}

static void TS_RELEASES (ts_semaphore_role)
semaphore_unlock (TsSemaphore *self)
{
  ts_sync_lock_release (&self->lock);
}

/* Permits */

static inline gboolean
take (TsSemaphore *self)
{
  guint state = atomic_load_explicit (&self->state, memory_order_relaxed);

  while (state >= PERMIT)
    {
      if (atomic_compare_exchange_weak_explicit (&self->state, &state, state - PERMIT,
                                                 memory_order_acquire, memory_order_relaxed))
        return TRUE;
    }
  return FALSE;
}

/* TRUE: there is a permit, and unless this was to @look only, it was taken. FALSE: there is none, and
 * whoever brings one will turn to the queue. */
static gboolean TS_REQUIRES (ts_semaphore_role)
take_or_mark_locked (TsSemaphore *self, gboolean look)
{
  guint state = atomic_load_explicit (&self->state, memory_order_relaxed);
  guint wanted;

  do
    {
      if (state >= PERMIT && look)
        return TRUE;
      wanted = state >= PERMIT ? state - PERMIT : PARKED;
    }
  while (!atomic_compare_exchange_weak_explicit (&self->state, &state, wanted,
                                                 memory_order_acquire, memory_order_relaxed));
  return wanted != PARKED;
}

/* FALSE: those who waited have left meanwhile. */
static gboolean TS_REQUIRES (ts_semaphore_role)
give_to_waiters_locked (TsSemaphore *self, guint n, TsWakeList *woken)
{
  TsOperation *op;

  if (atomic_load_explicit (&self->state, memory_order_relaxed) != PARKED)
    return FALSE;
  for (; n > 0 && (op = ts_queue_claim_first (&self->waiters)) != NULL; n--)
    ts_wake_list_add (woken, op);
  if (self->waiters.head == NULL)
    atomic_store_explicit (&self->state, n * PERMIT, memory_order_release);
  return TRUE;
}

static gboolean
give_to_waiters (TsSemaphore *self, guint n)
{
  TsWakeList woken = TS_WAKE_LIST_INIT;
  gboolean given;

  semaphore_lock (self);
  given = give_to_waiters_locked (self, n, &woken);
  semaphore_unlock (self);
  ts_wake_list_run (&woken);
  return given;
}

/* FALSE: there would be more than @limit. */
static inline gboolean
give (TsSemaphore *self, guint n, guint limit)
{
  guint state = atomic_load_explicit (&self->state, memory_order_relaxed);

  for (;;)
    {
      if (n > limit - MIN (limit, state / PERMIT))
        return FALSE;
      if (G_UNLIKELY (state & PARKED))
        {
          if (give_to_waiters (self, n))
            return TRUE;
          state = atomic_load_explicit (&self->state, memory_order_relaxed);
        }
      else if (atomic_compare_exchange_weak_explicit (&self->state, &state, state + n * PERMIT,
                                                      memory_order_release, memory_order_relaxed))
        {
          return TRUE;
        }
    }
}

/* The operation */

static gboolean
ts_semaphore_acquire_hint (TsOperation *op)
{
  TsSemaphore *self = op->object;

  return atomic_load_explicit (&self->state, memory_order_relaxed) >= PERMIT;
}

static gboolean
ts_semaphore_acquire_attempt (TsOperation *op)
{
  return take (op->object);
}

static gboolean
ts_semaphore_acquire_park (TsOperation *op)
{
  TsSemaphore *self = op->object;
  gboolean over;

  semaphore_lock (self);
  over = take_or_mark_locked (self, ts_operation_is_shared (op));
  if (!over)
    ts_queue_push (&self->waiters, op);
  semaphore_unlock (self);
  return over;
}

static void
ts_semaphore_acquire_unpark (TsOperation *op)
{
  TsSemaphore *self = op->object;

  semaphore_lock (self);
  if (op->queued)
    {
      ts_queue_remove (&self->waiters, op);
      if (self->waiters.head == NULL)
        atomic_store_explicit (&self->state, 0, memory_order_release);
    }
  semaphore_unlock (self);
}

/* The permit was counted before it was taken, so it may come back whatever the limit is. */
static void
ts_semaphore_acquire_undo (TsOperation *op)
{
  give (op->object, 1, MAX_VALUE);
}

static void
ts_semaphore_acquire_set_error (TsOperation *op, TsOutcome outcome, GError **error)
{
  TsSemaphore *self = op->object;

  g_assert (outcome == TS_OUTCOME_TIMED_OUT);
  ts_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, self->name,
                N_("The semaphore had no permit in time"),
                N_("The semaphore “%s” had no permit in time"));
}

const TsOperationClass ts_semaphore_acquire_class = {
  .name = "acquire",
  .hint = ts_semaphore_acquire_hint,
  .attempt = ts_semaphore_acquire_attempt,
  .park = ts_semaphore_acquire_park,
  .unpark = ts_semaphore_acquire_unpark,
  .undo = ts_semaphore_acquire_undo,
  .set_error = ts_semaphore_acquire_set_error,
};

/* The object */

static void
ts_semaphore_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TsSemaphore *self = TS_SEMAPHORE (object);

  switch ((TsSemaphoreProperty) id)
    {
    case PROP_LIMIT:
      g_value_set_uint (value, self->limit);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_VALUE:
      g_value_set_uint (value, ts_semaphore_get_value (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ts_semaphore_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TsSemaphore *self = TS_SEMAPHORE (object);

  switch ((TsSemaphoreProperty) id)
    {
    case PROP_LIMIT:
      self->limit = g_value_get_uint (value);
      break;
    case PROP_NAME:
      self->name = ts_dup_name (g_value_get_string (value));
      break;
    case PROP_VALUE:
      atomic_init (&self->state, g_value_get_uint (value) * PERMIT);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ts_semaphore_constructed (GObject *object)
{
  TsSemaphore *self = TS_SEMAPHORE (object);

  G_OBJECT_CLASS (ts_semaphore_parent_class)->constructed (object);

  if (ts_semaphore_get_value (self) > self->limit)
    {
      g_critical ("A TsSemaphore cannot begin above its limit, which is %u", self->limit);
      atomic_init (&self->state, self->limit * PERMIT);
    }
}

/* Nobody else has the object now, so there is no lock to hold. */
TS_UNANALYSED static void
ts_semaphore_finalize (GObject *object)
{
  TsSemaphore *self = TS_SEMAPHORE (object);

  ts_leaks_forget (self);
  g_assert (self->waiters.head == NULL);
  ts_sync_lock_clear (&self->lock);
  g_free (self->name);

  G_OBJECT_CLASS (ts_semaphore_parent_class)->finalize (object);
}

static void
ts_semaphore_class_init (TsSemaphoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags construct_only =
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  ts_semaphore_type = ts_debug_plain_type (G_OBJECT_CLASS_TYPE (klass));
  object_class->get_property = ts_semaphore_get_property;
  object_class->set_property = ts_semaphore_set_property;
  object_class->constructed = ts_semaphore_constructed;
  object_class->finalize = ts_semaphore_finalize;

  /**
   * TsSemaphore:limit: (getter get_limit)
   *
   * How many permits there may be at most.
   *
   * Since: 1.0
   */
  properties[PROP_LIMIT] =
    g_param_spec_uint ("limit", NULL, NULL, 1, MAX_VALUE, MAX_VALUE, construct_only);

  /**
   * TsSemaphore:name: (getter get_name)
   *
   * What to call the semaphore in messages.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, construct_only);

  /**
   * TsSemaphore:value: (getter get_value)
   *
   * How many permits there are at this moment; at construction, how many there are at first.
   *
   * There is no notification when it changes.
   *
   * Since: 1.0
   */
  properties[PROP_VALUE] =
    g_param_spec_uint ("value", NULL, NULL, 0, MAX_VALUE, 1, construct_only);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ts_semaphore_init (TsSemaphore *self)
{
  ts_leaks_watch (self, ts_semaphore_describe);
}

/**
 * ts_semaphore_new:
 * @value: how many permits there are at first, at most %G_MAXINT
 *
 * Creates a semaphore.
 *
 * Returns: (transfer full): a new semaphore
 *
 * Since: 1.0
 */
TsSemaphore *
ts_semaphore_new (guint value)
{
  return ts_semaphore_new_full (value, MAX_VALUE, NULL);
}

/**
 * ts_semaphore_new_bounded:
 * @value: how many permits there are at first
 * @limit: how many there may be at most: from 1 to %G_MAXINT, and not less than @value
 *
 * Creates a semaphore that refuses permits above a limit.
 *
 * With @limit the same as @value it notices each release too many.
 *
 * Returns: (transfer full): a new semaphore
 *
 * Since: 1.0
 */
TsSemaphore *
ts_semaphore_new_bounded (guint value, guint limit)
{
  return ts_semaphore_new_full (value, limit, NULL);
}

/**
 * ts_semaphore_new_full:
 * @value: how many permits there are at first
 * @limit: how many there may be at most: from 1 to %G_MAXINT, and not less than @value
 * @name: (nullable): what to call the semaphore in messages
 *
 * Creates a semaphore that refuses permits above a limit.
 *
 * Returns: (transfer full): a new semaphore
 *
 * Since: 1.0
 */
TsSemaphore *
ts_semaphore_new_full (guint value, guint limit, const char *name)
{
  g_return_val_if_fail (limit >= 1 && limit <= MAX_VALUE, NULL);
  g_return_val_if_fail (value <= limit, NULL);

  return g_object_new (TS_TYPE_SEMAPHORE, "value", value, "limit", limit, "name", name, NULL);
}

/**
 * ts_semaphore_get_value: (get-property value)
 * @self: a semaphore
 *
 * Tells how many permits there are at this moment.
 *
 * From any thread; does not block. By the time the caller looks at the answer it may be another.
 *
 * Returns: the number of permits that could be taken without waiting
 *
 * Since: 1.0
 */
guint
ts_semaphore_get_value (TsSemaphore *self)
{
  g_return_val_if_fail (TS_IS_SEMAPHORE (self), 0);

  return atomic_load_explicit (&self->state, memory_order_acquire) / PERMIT;
}

/**
 * ts_semaphore_get_limit: (get-property limit)
 * @self: a semaphore
 *
 * Tells how many permits there may be at most.
 *
 * Returns: the limit; %G_MAXINT if none was set
 *
 * Since: 1.0
 */
guint
ts_semaphore_get_limit (TsSemaphore *self)
{
  g_return_val_if_fail (TS_IS_SEMAPHORE (self), 0);

  return self->limit;
}

/**
 * ts_semaphore_get_name: (get-property name)
 * @self: a semaphore
 *
 * Tells what the semaphore is called in messages.
 *
 * Returns: (nullable): the name
 *
 * Since: 1.0
 */
const char *
ts_semaphore_get_name (TsSemaphore *self)
{
  g_return_val_if_fail (TS_IS_SEMAPHORE (self), NULL);

  return self->name;
}

/**
 * ts_semaphore_acquire:
 * @self: a semaphore
 * @cancellable: (nullable): to give up waiting
 * @error: return location for an error
 *
 * Takes a permit; blocks this thread while there is none.
 *
 * From any thread; in one that runs a main loop, [method@Semaphore.acquire_async] is what you want.
 * Fails with %G_IO_ERROR_CANCELLED if @cancellable is or becomes cancelled; nothing was taken then.
 *
 * Returns: %TRUE if a permit was taken, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_semaphore_acquire (TsSemaphore *self, GCancellable *cancellable, GError **error)
{
  return ts_semaphore_acquire_until (self, -1, cancellable, error);
}

static gboolean
look (gpointer data)
{
  return take (data);
}

/* Before it parks, a thread looks for a while: if all only come and go, handing over to each one as it
 * wakes up would slow down all of them. It takes nothing from those who have parked. */
static gboolean
linger (TsSemaphore *self, gint64 deadline, GCancellable *cancellable)
{
  if ((cancellable != NULL && g_cancellable_is_cancelled (cancellable)) ||
      (deadline >= 0 && deadline <= ts_sync_now ()))
    return FALSE;
  return ts_sync_linger (look, self);
}

static gboolean G_GNUC_NO_INLINE
acquire_slowly (TsSemaphore *self, gint64 deadline, GCancellable *cancellable, GError **error)
{
  TsOperation op;

  if (!ts_debug_has (TS_DEBUG_TRACE) && linger (self, deadline, cancellable))
    return TRUE;
  ts_operation_init (&op, &ts_semaphore_acquire_class, self);
  return ts_operation_wait (&op, deadline, cancellable, error);
}

/**
 * ts_semaphore_acquire_until:
 * @self: a semaphore
 * @deadline: when to give up, in microseconds of [func@GLib.get_monotonic_time]; -1 for never
 * @cancellable: (nullable): to give up waiting
 * @error: return location for an error
 *
 * Takes a permit; blocks this thread while there is none, until @deadline.
 *
 * A deadline in the past only tries, and does not block. Otherwise as [method@Semaphore.acquire].
 * Fails with %G_IO_ERROR_TIMED_OUT once the deadline has passed; nothing was taken then.
 *
 * Returns: %TRUE if a permit was taken, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_semaphore_acquire_until (TsSemaphore   *self,
                            gint64         deadline,
                            GCancellable  *cancellable,
                            GError       **error)
{
  if (ts_is_exactly (self, ts_semaphore_type) && ts_is_plain (cancellable, error) && take (self))
    return TRUE;

  g_return_val_if_fail (TS_IS_SEMAPHORE (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!ts_debug_has (TS_DEBUG_TRACE) &&
      (cancellable == NULL || !g_cancellable_is_cancelled (cancellable)) && take (self))
    return TRUE;
  return acquire_slowly (self, deadline, cancellable, error);
}

/**
 * ts_semaphore_try_acquire:
 * @self: a semaphore
 *
 * Takes a permit if there is one.
 *
 * From any thread; does not block. There is no error to look at, since there is only one reason to
 * fail.
 *
 * Returns: %TRUE if a permit was taken
 *
 * Since: 1.0
 */
gboolean
ts_semaphore_try_acquire (TsSemaphore *self)
{
  g_return_val_if_fail (TS_IS_SEMAPHORE (self), FALSE);

  return ts_trace_try (self, "try_acquire", take (self));
}

/**
 * ts_semaphore_acquire_async:
 * @self: a semaphore
 * @cancellable: (nullable): to give up waiting
 * @callback: (nullable) (scope async) (closure user_data): called when the wait is over
 * @user_data: for @callback
 *
 * Takes a permit, as soon as there is one, without blocking.
 *
 * From any thread. @callback runs in the thread-default main context of the caller, in a later
 * iteration, and calls [method@Semaphore.acquire_finish]: only then the permit is the caller's. If the
 * result is dropped without that call, or the context goes, the permit goes to the next waiter, or
 * back. The wait keeps the semaphore alive.
 *
 * Since: 1.0
 */
void
ts_semaphore_acquire_async (TsSemaphore         *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (TS_IS_SEMAPHORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  ts_result_start (ts_result_new (self, &ts_semaphore_acquire_class, cancellable, callback,
                                  user_data, ts_semaphore_acquire_async));
}

/**
 * ts_semaphore_acquire_finish:
 * @self: a semaphore
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Semaphore.acquire_async].
 *
 * Fails with %G_IO_ERROR_CANCELLED if the wait was cancelled before there was a permit. One that was
 * assigned is not taken back by cancelling later.
 *
 * Returns: %TRUE if a permit was taken, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_semaphore_acquire_finish (TsSemaphore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (TS_IS_SEMAPHORE (self), FALSE);
  g_return_val_if_fail (ts_result_is_valid (result, self, ts_semaphore_acquire_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return ts_result_finish (result, error) != NULL;
}

static gboolean
set_overflow (TsSemaphore *self, GError **error)
{
  ts_set_error (error, TS_ERROR, TS_ERROR_OVERFLOW, self->name,
                N_("The semaphore cannot have more permits than its limit"),
                N_("The semaphore “%s” cannot have more permits than its limit"));
  return FALSE;
}

/**
 * ts_semaphore_release:
 * @self: a semaphore
 * @n: how many permits; 0 does nothing
 * @error: return location for an error
 *
 * Gives permits, to those who have waited longest; those for whom nobody waits raise the count.
 *
 * From any thread, also from one that has taken none; does not block. No callback runs inside this
 * call: main loops are woken, and call back on their own. Fails with %TS_ERROR_OVERFLOW if the count
 * and @n together are above the limit, whether somebody waits or not; no permit is given then.
 *
 * Returns: %TRUE if the permits were given, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_semaphore_release (TsSemaphore *self, guint n, GError **error)
{
  if (ts_is_exactly (self, ts_semaphore_type) && ts_is_plain (NULL, error) &&
      give (self, n, self->limit))
    return TRUE;

  g_return_val_if_fail (TS_IS_SEMAPHORE (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  ts_trace_call (self, "release");
  return G_LIKELY (give (self, n, self->limit)) || set_overflow (self, error);
}

/* Description */

static void
add_permits (TsSemaphore *self, GString *text)
{
  guint value = ts_semaphore_get_value (self);

  g_string_append_printf (text, "%u", value);
  if (self->limit < MAX_VALUE)
    g_string_append_printf (text, " of at most %u", self->limit);
  g_string_append (text, value == 1 && self->limit == MAX_VALUE ? " permit" : " permits");
}

gboolean TS_UNANALYSED
ts_semaphore_describe (gpointer object, GString *text)
{
  TsSemaphore *self = object;
  TsCrowd waiters = { .threads = 0 };

  ts_description_begin (text, self, self->name);
  if (!ts_description_lock (text, &self->lock))
    return TRUE;
  ts_crowd_count (&waiters, &self->waiters);
  semaphore_unlock (self);

  add_permits (self, text);
  return ts_crowd_describe (&waiters, text, "");
}

/**
 * ts_semaphore_to_string:
 * @self: a semaphore
 *
 * Describes the semaphore as it is at this moment, in one line, for logs and debuggers.
 *
 * Its name, how many permits it has, and who waits. What the line looks like may change. From
 * any thread; does not block.
 *
 * Returns: (transfer full): a description
 *
 * Since: 1.0
 */
char *
ts_semaphore_to_string (TsSemaphore *self)
{
  g_return_val_if_fail (TS_IS_SEMAPHORE (self), NULL);

  return ts_describe (self, ts_semaphore_describe);
}
