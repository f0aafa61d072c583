/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The last to arrive lets the others go. Before it counts, it forgets those who have given up but did
 * not get to leave the queue yet: they have not come. One who gives up between that and being claimed
 * is counted nevertheless, since others have been let go already; so when it comes to leave the queue
 * it finds its index, and its wait is a success.
 *
 * Locking: the barrier's lock guards its queue, the number of those in it, and @broken. Nothing is
 * called under it. */

#include "config.h"

#include <glib/gi18n.h>

#include "ts-barrier-private.h"
#include "ts-describe-private.h"
#include "ts-error-private.h"
#include "ts-leaks-private.h"
#include "ts-result-private.h"

TS_LOCK_ROLE (barrier);

/**
 * TsBarrier:
 *
 * A place where a number of threads and main loops wait for each other.
 *
 * The first who arrive wait; the one who makes them complete lets all of them go on, and the barrier is
 * there for the next round at once. Each gets an index, in the order in which they arrived: that of
 * the last is one less than the number of parties, so one of them can be told from the others to do
 * what is to be done once.
 *
 * The parties may be of any kind, and mixed: threads that block in [method@Barrier.wait], main loops
 * that called [method@Barrier.wait_async], and loops of other kinds through a [class@Port].
 *
 * Who gives up while waiting (cancelled, or the deadline has passed) simply leaves, as if it had not
 * come, and the others go on waiting. A round that is complete stays so: a result that is dropped
 * afterwards changes nothing for the others. To stop the others too, call [method@Barrier.abort]:
 * everyone who waits, and everyone who comes later, fails with %TS_ERROR_CLOSED until
 * [method@Barrier.reset].
 *
 * All methods may be called from any thread.
 *
 * ```c
 * static gpointer
 * simulate (gpointer data)
 * {
 *   TsBarrier *step = data;
 *   guint index;
 *
 *   for (int i = 0; i < 10; i++)
 *     {
 *       if (!ts_barrier_wait (step, NULL, &index, NULL))
 *         break;
 *       if (index == 0)
 *         g_print ("all have done step %d\n", i);
 *     }
 *   return NULL;
 * }
 * ```
 *
 * Since: 1.0
 */
struct _TsBarrier
{
  GObject    parent_instance;

  /* Immutable. */
  char      *name;
  guint      parties;

  TsSyncLock lock;
  TsQueue    waiters TS_GUARDED_BY (ts_barrier_role);
  guint      arrived TS_GUARDED_BY (ts_barrier_role); /* in the queue */
  gboolean   broken TS_GUARDED_BY (ts_barrier_role);
};

G_DEFINE_FINAL_TYPE (TsBarrier, ts_barrier, G_TYPE_OBJECT)

typedef enum
{
  PROP_BROKEN = 1,
  PROP_NAME,
  PROP_PARTIES,
  PROP_WAITING,
} TsBarrierProperty;

static GParamSpec *properties[PROP_WAITING + 1];
static GValue index_template; /* so that an index is made without a call */

static void TS_ACQUIRES (ts_barrier_role)
barrier_lock (TsBarrier *self)
{
  ts_sync_lock_acquire (&self->lock);
}

static void TS_RELEASES (ts_barrier_role)
barrier_unlock (TsBarrier *self)
{
  ts_sync_lock_release (&self->lock);
}

/* Rounds */

static void TS_REQUIRES (ts_barrier_role)
leave_locked (TsBarrier *self, TsOperation *op)
{
  if (!op->queued)
    return;
  ts_queue_remove (&self->waiters, op);
  self->arrived--;
}

static gboolean
has_given_up (TsOperation *op)
{
  return atomic_load (&op->waiter->claim) != TS_CLAIM_NONE;
}

static void TS_REQUIRES (ts_barrier_role)
forget_locked (TsBarrier *self)
{
  TsOperation *op, *next;

  for (op = self->waiters.head; op != NULL; op = next)
    {
      next = op->next;
      if (has_given_up (op))
        leave_locked (self, op);
    }
}

static void
set_index (TsOperation *op, guint index)
{
  op->value = index_template;
  op->value.data[0].v_uint = index;
}

/* One who has given up meanwhile is not woken, but comes to leave the queue, and finds its index. */
static void TS_REQUIRES (ts_barrier_role)
let_go_locked (TsBarrier *self, TsWakeList *woken)
{
  TsOperation *op;
  guint index = 0;

  while ((op = self->waiters.head) != NULL)
    {
      leave_locked (self, op);
      set_index (op, index++);
      if (ts_operation_claim (op))
        ts_wake_list_add (woken, op);
    }
}

/* TRUE: it is over, for the others too if that was the last to arrive. */
static gboolean TS_REQUIRES (ts_barrier_role)
arrive_locked (TsBarrier *self, TsOperation *op, TsWakeList *woken)
{
  if (self->broken)
    {
      op->outcome = TS_OUTCOME_ERROR (TS_ERROR_CLOSED);
      return TRUE;
    }
  if (self->arrived + 1 >= self->parties)
    forget_locked (self);
  if (self->arrived + 1 < self->parties)
    return FALSE;

  let_go_locked (self, woken);
  set_index (op, self->parties - 1);
  return TRUE;
}

static gboolean
arrive (TsOperation *op, gboolean stay)
{
  TsBarrier *self = op->object;
  TsWakeList woken = TS_WAKE_LIST_INIT;
  gboolean over;

  barrier_lock (self);
  over = arrive_locked (self, op, &woken);
  if (!over && stay)
    {
      ts_queue_push (&self->waiters, op);
      self->arrived++;
    }
  barrier_unlock (self);
  ts_wake_list_run (&woken);
  return over;
}

static void
send_away (TsBarrier *self, gboolean broken)
{
  TsWakeList woken = TS_WAKE_LIST_INIT;
  TsOperation *op;

  ts_trace_call (self, broken ? "abort" : "reset");
  barrier_lock (self);
  self->broken = broken;
  while ((op = self->waiters.head) != NULL)
    {
      leave_locked (self, op);
      if (!ts_operation_claim (op))
        continue;
      op->outcome = TS_OUTCOME_ERROR (TS_ERROR_CLOSED);
      ts_wake_list_add (&woken, op);
    }
  barrier_unlock (self);
  ts_wake_list_run (&woken);
}

/* The operation */

static gboolean
ts_barrier_wait_attempt (TsOperation *op)
{
  return arrive (op, FALSE);
}

static gboolean
ts_barrier_wait_park (TsOperation *op)
{
  return arrive (op, TRUE);
}

static void
ts_barrier_wait_unpark (TsOperation *op)
{
  TsBarrier *self = op->object;

  barrier_lock (self);
  leave_locked (self, op);
  barrier_unlock (self);
}

static gboolean
ts_barrier_wait_resume (TsOperation *op)
{
  if (G_IS_VALUE (&op->value))
    ts_operation_succeed_late (op);
  return TRUE;
}

static void
ts_barrier_wait_set_error (TsOperation *op, TsOutcome outcome, GError **error)
{
  TsBarrier *self = op->object;

  if (outcome == TS_OUTCOME_TIMED_OUT)
    ts_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, self->name,
                  N_("Not everyone was at the barrier in time"),
                  N_("Not everyone was at the barrier “%s” in time"));
  else
    ts_set_error (error, TS_ERROR, TS_ERROR_CLOSED, self->name,
                  N_("The barrier was broken"),
                  N_("The barrier “%s” was broken"));
}

const TsOperationClass ts_barrier_wait_class = {
  .name = "wait",
  .attempt = ts_barrier_wait_attempt,
  .park = ts_barrier_wait_park,
  .unpark = ts_barrier_wait_unpark,
  .resume = ts_barrier_wait_resume,
  .set_error = ts_barrier_wait_set_error,
};

/* The object */

static void
ts_barrier_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TsBarrier *self = TS_BARRIER (object);

  switch ((TsBarrierProperty) id)
    {
    case PROP_BROKEN:
      g_value_set_boolean (value, ts_barrier_is_broken (self));
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_PARTIES:
      g_value_set_uint (value, self->parties);
      break;
    case PROP_WAITING:
      g_value_set_uint (value, ts_barrier_get_waiting (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ts_barrier_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TsBarrier *self = TS_BARRIER (object);

  switch ((TsBarrierProperty) id)
    {
    case PROP_NAME:
      self->name = ts_dup_name (g_value_get_string (value));
      break;
    case PROP_PARTIES:
      self->parties = g_value_get_uint (value);
      break;
    case PROP_BROKEN:
    case PROP_WAITING:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* Nobody else has the object now, so there is no lock to hold. */
TS_UNANALYSED static void
ts_barrier_finalize (GObject *object)
{
  TsBarrier *self = TS_BARRIER (object);

  ts_leaks_forget (self);
  g_assert (self->waiters.head == NULL);
  ts_sync_lock_clear (&self->lock);
  g_free (self->name);

  G_OBJECT_CLASS (ts_barrier_parent_class)->finalize (object);
}

static void
ts_barrier_class_init (TsBarrierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags construct_only =
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags read_only = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  g_value_init (&index_template, G_TYPE_UINT);
  object_class->get_property = ts_barrier_get_property;
  object_class->set_property = ts_barrier_set_property;
  object_class->finalize = ts_barrier_finalize;

  /**
   * TsBarrier:broken: (getter is_broken)
   *
   * Whether waits fail at this moment.
   *
   * There is no notification when it changes.
   *
   * Since: 1.0
   */
  properties[PROP_BROKEN] = g_param_spec_boolean ("broken", NULL, NULL, FALSE, read_only);

  /**
   * TsBarrier:name: (getter get_name)
   *
   * What to call the barrier in messages.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, construct_only);

  /**
   * TsBarrier:parties: (getter get_parties)
   *
   * How many wait for each other.
   *
   * Since: 1.0
   */
  properties[PROP_PARTIES] =
    g_param_spec_uint ("parties", NULL, NULL, 1, G_MAXINT, 1, construct_only);

  /**
   * TsBarrier:waiting: (getter get_waiting)
   *
   * How many wait at this moment.
   *
   * There is no notification when it changes.
   *
   * Since: 1.0
   */
  properties[PROP_WAITING] =
    g_param_spec_uint ("waiting", NULL, NULL, 0, G_MAXINT, 0, read_only);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ts_barrier_init (TsBarrier *self)
{
  ts_leaks_watch (self, ts_barrier_describe);
}

/**
 * ts_barrier_new:
 * @parties: how many wait for each other, from 1 to %G_MAXINT
 *
 * Creates a barrier.
 *
 * Returns: (transfer full): a new barrier
 *
 * Since: 1.0
 */
TsBarrier *
ts_barrier_new (guint parties)
{
  return ts_barrier_new_full (parties, NULL);
}

/**
 * ts_barrier_new_full:
 * @parties: how many wait for each other, from 1 to %G_MAXINT
 * @name: (nullable): what to call the barrier in messages
 *
 * Creates a barrier.
 *
 * Returns: (transfer full): a new barrier
 *
 * Since: 1.0
 */
TsBarrier *
ts_barrier_new_full (guint parties, const char *name)
{
  g_return_val_if_fail (parties >= 1 && parties <= G_MAXINT, NULL);

  return g_object_new (TS_TYPE_BARRIER, "parties", parties, "name", name, NULL);
}

/**
 * ts_barrier_get_parties: (get-property parties)
 * @self: a barrier
 *
 * Tells how many wait for each other.
 *
 * Returns: the number of parties
 *
 * Since: 1.0
 */
guint
ts_barrier_get_parties (TsBarrier *self)
{
  g_return_val_if_fail (TS_IS_BARRIER (self), 0);

  return self->parties;
}

/**
 * ts_barrier_get_waiting: (get-property waiting)
 * @self: a barrier
 *
 * Tells how many wait at this moment.
 *
 * From any thread; does not block. By the time the caller looks at the answer it may be another.
 *
 * Returns: the number of those who have arrived and not gone on
 *
 * Since: 1.0
 */
guint
ts_barrier_get_waiting (TsBarrier *self)
{
  guint arrived;

  g_return_val_if_fail (TS_IS_BARRIER (self), 0);

  barrier_lock (self);
  forget_locked (self);
  arrived = self->arrived;
  barrier_unlock (self);
  return arrived;
}

/**
 * ts_barrier_is_broken: (get-property broken)
 * @self: a barrier
 *
 * Tells whether waits fail at this moment.
 *
 * From any thread; does not block.
 *
 * Returns: %TRUE after [method@Barrier.abort], until [method@Barrier.reset]
 *
 * Since: 1.0
 */
gboolean
ts_barrier_is_broken (TsBarrier *self)
{
  gboolean broken;

  g_return_val_if_fail (TS_IS_BARRIER (self), FALSE);

  barrier_lock (self);
  broken = self->broken;
  barrier_unlock (self);
  return broken;
}

/**
 * ts_barrier_get_name: (get-property name)
 * @self: a barrier
 *
 * Tells what the barrier is called in messages.
 *
 * Returns: (nullable): the name
 *
 * Since: 1.0
 */
const char *
ts_barrier_get_name (TsBarrier *self)
{
  g_return_val_if_fail (TS_IS_BARRIER (self), NULL);

  return self->name;
}

/**
 * ts_barrier_wait:
 * @self: a barrier
 * @cancellable: (nullable): to give up waiting
 * @index: (out) (optional): how many of this round arrived before; 0 on failure
 * @error: return location for an error
 *
 * Blocks this thread until everyone is here.
 *
 * From any thread; in one that runs a main loop, [method@Barrier.wait_async] is what you want. Fails
 * with %G_IO_ERROR_CANCELLED if @cancellable is or becomes cancelled, as if the caller had not come;
 * and with %TS_ERROR_CLOSED if the barrier is broken, or is aborted or reset meanwhile.
 *
 * Returns: %TRUE if everyone was here, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_barrier_wait (TsBarrier *self, GCancellable *cancellable, guint *index, GError **error)
{
  return ts_barrier_wait_until (self, -1, cancellable, index, error);
}

static gboolean
store_index (TsOperation *op, guint *index)
{
  if (index != NULL)
    *index = op == NULL ? 0 : g_value_get_uint (&op->value);
  return op != NULL;
}

/**
 * ts_barrier_wait_until:
 * @self: a barrier
 * @deadline: when to give up, in microseconds of [func@GLib.get_monotonic_time]; -1 for never
 * @cancellable: (nullable): to give up waiting
 * @index: (out) (optional): how many of this round arrived before; 0 on failure
 * @error: return location for an error
 *
 * Blocks this thread until everyone is here, or until @deadline.
 *
 * With a deadline in the past only the last to arrive succeeds, and the call does not block. Otherwise
 * as [method@Barrier.wait]. Fails with %G_IO_ERROR_TIMED_OUT once the deadline has passed, as if the
 * caller had not come.
 *
 * Returns: %TRUE if everyone was here, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_barrier_wait_until (TsBarrier *self, gint64 deadline, GCancellable *cancellable, guint *index,
                       GError **error)
{
  TsOperation op;
  gboolean success;

  store_index (NULL, index);
  g_return_val_if_fail (TS_IS_BARRIER (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  ts_operation_init (&op, &ts_barrier_wait_class, self);
  success = ts_operation_wait (&op, deadline, cancellable, error);
  return store_index (success ? &op : NULL, index);
}

/**
 * ts_barrier_wait_async:
 * @self: a barrier
 * @cancellable: (nullable): to give up waiting
 * @callback: (nullable) (scope async) (closure user_data): called when the wait is over
 * @user_data: for @callback
 *
 * Waits until everyone is here, without blocking.
 *
 * From any thread. @callback runs in the thread-default main context of the caller, in a later
 * iteration, and calls [method@Barrier.wait_finish]. The wait keeps the barrier alive. If the context
 * goes while it is pending, the caller has not come.
 *
 * Since: 1.0
 */
void
ts_barrier_wait_async (TsBarrier           *self,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_return_if_fail (TS_IS_BARRIER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  ts_result_start (ts_result_new (self, &ts_barrier_wait_class, cancellable, callback, user_data,
                                  ts_barrier_wait_async));
}

/**
 * ts_barrier_wait_finish:
 * @self: a barrier
 * @result: what the callback was given
 * @index: (out) (optional): how many of this round arrived before; 0 on failure
 * @error: return location for an error
 *
 * Ends [method@Barrier.wait_async].
 *
 * Fails as [method@Barrier.wait] does. A round that was complete is not taken back by cancelling
 * later.
 *
 * Returns: %TRUE if everyone was here, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_barrier_wait_finish (TsBarrier *self, GAsyncResult *result, guint *index, GError **error)
{
  store_index (NULL, index);
  g_return_val_if_fail (TS_IS_BARRIER (self), FALSE);
  g_return_val_if_fail (ts_result_is_valid (result, self, ts_barrier_wait_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return store_index (ts_result_finish (result, error), index);
}

/**
 * ts_barrier_abort:
 * @self: a barrier
 *
 * Breaks the barrier: everyone who waits, and everyone who comes later, fails with %TS_ERROR_CLOSED.
 *
 * From any thread; does not block. No callback runs inside this call. Aborting twice is harmless.
 *
 * Since: 1.0
 */
void
ts_barrier_abort (TsBarrier *self)
{
  g_return_if_fail (TS_IS_BARRIER (self));

  send_away (self, TRUE);
}

/**
 * ts_barrier_reset:
 * @self: a barrier
 *
 * Starts over: everyone who waits fails with %TS_ERROR_CLOSED, and the barrier is whole again.
 *
 * From any thread; does not block. No callback runs inside this call.
 *
 * Since: 1.0
 */
void
ts_barrier_reset (TsBarrier *self)
{
  g_return_if_fail (TS_IS_BARRIER (self));

  send_away (self, FALSE);
}

/* Description */

gboolean TS_UNANALYSED
ts_barrier_describe (gpointer object, GString *text)
{
  TsBarrier *self = object;
  TsCrowd waiters = { .threads = 0 };
  gboolean broken;
  guint arrived;

  ts_description_begin (text, self, self->name);
  if (!ts_description_lock (text, &self->lock))
    return TRUE;
  ts_crowd_count (&waiters, &self->waiters);
  arrived = self->arrived;
  broken = self->broken;
  barrier_unlock (self);

  g_string_append_printf (text, "%u of %u are there%s", arrived, self->parties, broken ? ", broken" : "");
  return ts_crowd_describe (&waiters, text, "");
}

/**
 * ts_barrier_to_string:
 * @self: a barrier
 *
 * Describes the barrier as it is at this moment, in one line, for logs and debuggers.
 *
 * Its name, how many have arrived, and in what way they wait. What the line looks like may
 * change. From any thread; does not block.
 *
 * Returns: (transfer full): a description
 *
 * Since: 1.0
 */
char *
ts_barrier_to_string (TsBarrier *self)
{
  g_return_val_if_fail (TS_IS_BARRIER (self), NULL);

  return ts_describe (self, ts_barrier_describe);
}
