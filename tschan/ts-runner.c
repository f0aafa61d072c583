/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A thread with a main loop, and how others get it to do something.
 *
 * What is to be done goes through channels: one for each priority that was ever asked for, unlimited,
 * with a watch in the runner's context. So the order, the wake-ups, and what closing means are those
 * of TsChannel: what was queued is still run, what comes later fails with CLOSED, and when the last
 * watch has ended the thread does too.
 *
 * What the thread needs is in the core, which it holds: it may outlive the object. Calls that were not
 * answered when the thread ends are failed then (TsCallRegistry).
 *
 * Locking: the core's lock guards the list of queues, the thread and @closed. Nothing is called under
 * it.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "ts-call-private.h"
#include "ts-channel-private.h"
#include "ts-describe-private.h"
#include "ts-error-private.h"
#include "ts-event.h"
#include "ts-leaks-private.h"
#include "ts-marks-private.h"
#include "ts-runner-private.h"

TS_LOCK_ROLE (runner);

/* What the watch gets as a pointer. */
typedef struct
{
  TsRunnerFunc   func;
  gpointer       user_data;
  GDestroyNotify notify;
} Job;

typedef struct _Queue Queue;

struct _Queue
{
  Queue     *next;
  int        priority;
  TsChannel *channel;
};

typedef struct
{
  _Atomic int     refs;

  /* Immutable. */
  char           *name;
  GMainContext   *context;
  TsEvent        *stopped;
  TsCallRegistry *calls;

  TsSyncLock      start_lock; /* while the thread is made, which takes long for such a lock; comes before the next */
  TsSyncLock      lock;
  Queue          *queues TS_GUARDED_BY (ts_runner_role); /* only grows, and not once closed */
  GThread        *thread TS_GUARDED_BY (ts_runner_role);
  gboolean        started TS_GUARDED_BY (ts_runner_role);
  gboolean        closed TS_GUARDED_BY (ts_runner_role);
  guint           watches TS_GUARDED_BY (ts_runner_role); /* that have not ended */
} Core;

/**
 * TsRunner:
 *
 * A thread with a main loop of its own, for anybody to use.
 *
 * Functions run in it one after the other: fire and forget with [method@Runner.invoke], with an answer
 * to wait for with [method@Runner.call] and [method@Runner.call_async], or with a [class@Future] with
 * [method@Runner.spawn]. [method@Runner.perform] runs an asynchronous function, such as GIO has many,
 * and waits for it: so synchronous code can use what exists only for main loops.
 *
 * The thread starts when it is first needed, and lives until [method@Runner.close], which runs what was
 * queued and joins it. The same is started, without waiting, when the last reference goes.
 *
 * All methods may be called from any thread.
 *
 * ```c
 * static void
 * load (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data, gpointer file)
 * {
 *   g_file_load_contents_async (file, cancellable, callback, data);
 * }
 *
 * static char *
 * read_file (TsRunner *runner, GFile *file, GError **error)
 * {
 *   g_autoptr (GAsyncResult) result = ts_runner_perform (runner, load, g_object_ref (file),
 *                                                        g_object_unref, NULL, error);
 *   char *contents = NULL;
 *
 *   if (result != NULL)
 *     g_file_load_contents_finish (file, result, &contents, NULL, NULL, error);
 *   return contents;
 * }
 * ```
 *
 * Since: 1.0
 */
struct _TsRunner
{
  GObject parent_instance;

  char   *name;
  Core   *core;
};

G_DEFINE_FINAL_TYPE (TsRunner, ts_runner, G_TYPE_OBJECT)

typedef enum
{
  PROP_NAME = 1,
} TsRunnerProperty;

static GParamSpec *properties[PROP_NAME + 1];

static _Thread_local Core *current_core;

static void TS_ACQUIRES (ts_runner_role)
core_lock (Core *self)
{
  ts_sync_lock_acquire (&self->lock);
}

static void TS_RELEASES (ts_runner_role)
core_unlock (Core *self)
{
  ts_sync_lock_release (&self->lock);
}

static Core *
core_new (const char *name)
{
  Core *self = g_new0 (Core, 1);

  atomic_init (&self->refs, 1);
  self->name = g_strdup (name);
  self->context = ts_sync_context_new ();
  self->stopped = ts_event_new ();
  ts_leaks_forget (self->stopped);
  self->calls = ts_call_registry_new ();
  return self;
}

static void
core_unref (Core *self) TS_UNANALYSED
{
  if (atomic_fetch_sub_explicit (&self->refs, 1, memory_order_acq_rel) > 1)
    return;

  g_main_context_unref (self->context);
  while (self->queues != NULL)
    {
      Queue *queue = self->queues;

      self->queues = queue->next;
      g_object_unref (queue->channel);
      g_free (queue);
    }
  if (self->thread != NULL)
    ts_sync_thread_unref (self->thread);
  g_object_unref (self->stopped);
  ts_call_registry_unref (self->calls);
  ts_sync_lock_clear (&self->start_lock);
  ts_sync_lock_clear (&self->lock);
  g_free (self->name);
  g_free (self);
}

static void
set_closed_error (Core *self, GError **error)
{
  ts_set_error (error, TS_ERROR, TS_ERROR_CLOSED, self->name, N_("The runner is closed"),
                N_("The runner “%s” is closed"));
}

/* The thread */

static void
job_free (Job *job)
{
  if (job->notify != NULL)
    job->notify (job->user_data);
  g_free (job);
}

static gboolean
run_job (TsChannel *channel, const GValue *value, gpointer data)
{
  Core *core = data;
  Job *job = g_value_get_pointer (value);
  gint64 begun = ts_mark_begin ();

  job->func (job->user_data);
  ts_mark_run (begun, "TsRunner run", core->name);
  job_free (job);
  return G_SOURCE_CONTINUE;
}

static void
on_watch_ended (gpointer data)
{
  Core *self = data;

  core_lock (self);
  self->watches--;
  core_unlock (self);
}

static gboolean
core_may_stop (Core *self)
{
  gboolean may_stop;

  core_lock (self);
  may_stop = self->closed && self->watches == 0;
  core_unlock (self);
  return may_stop;
}

static void
core_fail_calls (Core *self)
{
  g_autoptr (GError) reason = NULL;

  set_closed_error (self, &reason);
  ts_call_registry_fail_all (self->calls, reason);
}

static gpointer
core_run (gpointer data)
{
  Core *self = data;

  current_core = self;
  g_main_context_push_thread_default (self->context);
  while (!core_may_stop (self))
    g_main_context_iteration (self->context, TRUE);
  core_fail_calls (self);
  g_main_context_pop_thread_default (self->context);
  current_core = NULL;
  ts_event_set (self->stopped);
  core_unref (self);
  return NULL;
}

/* Whether there is a thread already, or will never be one. */
static gboolean
core_is_settled (Core *self, gboolean *closed)
{
  gboolean settled;

  core_lock (self);
  *closed = self->closed;
  settled = self->closed || self->started;
  core_unlock (self);
  return settled;
}

static gboolean
core_start_thread (Core *self, GError **error)
{
  GThread *thread;

  atomic_fetch_add_explicit (&self->refs, 1, memory_order_relaxed);
  thread = ts_sync_thread_try_new (self->name != NULL ? self->name : "tschan", core_run, self, error);
  core_lock (self);
  self->thread = thread;
  self->started = thread != NULL;
  core_unlock (self);
  if (thread == NULL)
    core_unref (self);
  return thread != NULL;
}

/* The first one here starts the thread. Others wait until they know that there is one: it would never come
 * to what they queue. */
static gboolean
core_start (Core *self, GError **error)
{
  gboolean closed, started = TRUE;

  if (!core_is_settled (self, &closed))
    {
      ts_sync_lock_acquire (&self->start_lock);
      if (!core_is_settled (self, &closed))
        started = core_start_thread (self, error);
      ts_sync_lock_release (&self->start_lock);
    }
  if (closed)
    set_closed_error (self, error);
  return started && !closed;
}

/* The queues */

static Queue *
queue_new (int priority)
{
  Queue *queue = g_new0 (Queue, 1);

  queue->priority = priority;
  queue->channel = ts_channel_new (TS_CHANNEL_UNLIMITED);
  ts_leaks_forget (queue->channel);
  return queue;
}

static Queue *
find_queue (Queue *queue, int priority)
{
  while (queue != NULL && queue->priority != priority)
    queue = queue->next;
  return queue;
}

static Queue *
core_lookup_queue (Core *self, int priority)
{
  Queue *queue;

  core_lock (self);
  queue = find_queue (self->queues, priority);
  core_unlock (self);
  return queue;
}

/* TRUE: @queue is in the list now. FALSE: another of its priority is, or the runner is closed. */
static gboolean
core_add_queue (Core *self, Queue *queue)
{
  gboolean added;

  core_lock (self);
  added = !self->closed && find_queue (self->queues, queue->priority) == NULL;
  if (added)
    {
      queue->next = self->queues;
      self->queues = queue;
      self->watches++;
    }
  core_unlock (self);
  return added;
}

/* NULL: the runner is closed. */
static TsChannel *
core_get_channel (Core *self, int priority)
{
  Queue *queue = core_lookup_queue (self, priority);
  GSource *watch;

  if (queue != NULL)
    return queue->channel;

  queue = queue_new (priority);
  if (!core_add_queue (self, queue))
    {
      g_object_unref (queue->channel);
      g_free (queue);
      queue = core_lookup_queue (self, priority);
      return queue == NULL ? NULL : queue->channel;
    }
  watch = ts_channel_create_watch (queue->channel, run_job, self, on_watch_ended);
  g_source_set_priority (watch, priority);
  g_source_attach (watch, self->context);
  g_source_unref (watch);
  return queue->channel;
}

/* Frees the job, with an error, if the runner is closed. */
static gboolean
core_push (Core *self, int priority, Job job, GError **error)
{
  Job *copy = g_memdup2 (&job, sizeof job);
  TsChannel *channel = NULL;

  if (core_start (self, error))
    {
      channel = core_get_channel (self, priority);
      if (channel != NULL && ts_channel_send_pointer (channel, copy, NULL, NULL))
        return TRUE;
      set_closed_error (self, error);
    }
  job_free (copy);
  return FALSE;
}

/* The object */

static void
ts_runner_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TsRunner *self = TS_RUNNER (object);

  switch ((TsRunnerProperty) id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ts_runner_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TsRunner *self = TS_RUNNER (object);

  switch ((TsRunnerProperty) id)
    {
    case PROP_NAME:
      self->name = ts_dup_name (g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ts_runner_constructed (GObject *object)
{
  TsRunner *self = TS_RUNNER (object);

  G_OBJECT_CLASS (ts_runner_parent_class)->constructed (object);
  self->core = core_new (self->name);
  ts_leaks_watch (self, ts_runner_describe);
}

/* Closes all queues; what is in them is still run. TRUE: this was the call that closed. */
static gboolean
core_close (Core *self) TS_UNANALYSED
{
  gboolean was_open;

  core_lock (self);
  was_open = !self->closed;
  self->closed = TRUE;
  core_unlock (self);

  if (was_open)
    {
      for (Queue *queue = self->queues; queue != NULL; queue = queue->next)
        ts_channel_close (queue->channel);
      g_main_context_wakeup (self->context);
    }
  return was_open;
}

static void
core_join (Core *self)
{
  GThread *thread;
  gboolean started;

  /* Somebody may be about to start the thread; nobody will be after this. */
  ts_sync_lock_acquire (&self->start_lock);
  ts_sync_lock_release (&self->start_lock);

  core_lock (self);
  thread = g_steal_pointer (&self->thread);
  started = self->started;
  core_unlock (self);

  if (thread != NULL)
    ts_sync_thread_join (thread);
  else if (started)
    ts_event_wait (self->stopped, NULL, NULL);
}

static void
ts_runner_finalize (GObject *object)
{
  TsRunner *self = TS_RUNNER (object);

  ts_leaks_forget (self);
  core_close (self->core);
  core_unref (self->core);
  g_free (self->name);

  G_OBJECT_CLASS (ts_runner_parent_class)->finalize (object);
}

static void
ts_runner_class_init (TsRunnerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ts_runner_get_property;
  object_class->set_property = ts_runner_set_property;
  object_class->constructed = ts_runner_constructed;
  object_class->finalize = ts_runner_finalize;

  /**
   * TsRunner:name: (getter get_name)
   *
   * What to call the runner in messages, and its thread in debuggers.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ts_runner_init (TsRunner *self)
{
}

/**
 * ts_runner_new:
 * @name: (nullable): what to call the runner in messages, and its thread in debuggers
 *
 * Creates a runner. Its thread starts when it is first needed.
 *
 * Returns: (transfer full): a new runner
 *
 * Since: 1.0
 */
TsRunner *
ts_runner_new (const char *name)
{
  return g_object_new (TS_TYPE_RUNNER, "name", name, NULL);
}

TsCallRegistry *
ts_runner_get_calls (TsRunner *self)
{
  return self->core->calls;
}

/**
 * ts_runner_get_name: (get-property name)
 * @self: a runner
 *
 * Tells what the runner is called in messages.
 *
 * Returns: (nullable): the name
 *
 * Since: 1.0
 */
const char *
ts_runner_get_name (TsRunner *self)
{
  g_return_val_if_fail (TS_IS_RUNNER (self), NULL);

  return self->name;
}

/**
 * ts_runner_get_context:
 * @self: a runner
 *
 * Tells which main context the runner's thread iterates, to attach sources to. Starts the thread.
 *
 * Returns: (transfer none): the context
 *
 * Since: 1.0
 */
GMainContext *
ts_runner_get_context (TsRunner *self)
{
  g_return_val_if_fail (TS_IS_RUNNER (self), NULL);

  core_start (self->core, NULL);
  return self->core->context;
}

/**
 * ts_runner_is_current:
 * @self: a runner
 *
 * Tells whether this code runs in the runner's thread.
 *
 * Returns: %TRUE if it does
 *
 * Since: 1.0
 */
gboolean
ts_runner_is_current (TsRunner *self)
{
  g_return_val_if_fail (TS_IS_RUNNER (self), FALSE);

  return current_core == self->core;
}

/**
 * ts_runner_is_closed:
 * @self: a runner
 *
 * Tells whether the runner was closed.
 *
 * Returns: %TRUE if it was
 *
 * Since: 1.0
 */
gboolean
ts_runner_is_closed (TsRunner *self)
{
  gboolean closed;

  g_return_val_if_fail (TS_IS_RUNNER (self), TRUE);

  core_lock (self->core);
  closed = self->core->closed;
  core_unlock (self->core);
  return closed;
}

/**
 * ts_runner_close:
 * @self: a runner
 *
 * Closes the runner: runs what was queued, ends the thread, and waits for that.
 *
 * What comes later fails with %TS_ERROR_CLOSED; so do calls that run but are not answered when
 * the queue is empty, and their cancellables are cancelled. From any thread; in the runner's own this
 * does not wait, and the thread ends when the queue is empty. Closing again waits until it has ended.
 *
 * Returns: %TRUE if this call has closed it
 *
 * Since: 1.0
 */
gboolean
ts_runner_close (TsRunner *self)
{
  gboolean was_open;

  g_return_val_if_fail (TS_IS_RUNNER (self), FALSE);

  ts_trace_call (self, "close");
  was_open = core_close (self->core);
  if (!ts_runner_is_current (self))
    core_join (self->core);
  return was_open;
}

/**
 * ts_runner_invoke: (skip)
 * @self: a runner
 * @func: (scope forever) (closure user_data): what to run
 * @user_data: for @func
 * @error: return location for an error
 *
 * Runs a function in the runner's thread, and does not wait for it.
 *
 * As [method@Runner.invoke_full], with the default priority.
 *
 * Returns: %TRUE if @func will run, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_runner_invoke (TsRunner *self, TsRunnerFunc func, gpointer user_data, GError **error)
{
  return ts_runner_invoke_full (self, G_PRIORITY_DEFAULT, func, user_data, NULL, error);
}

/**
 * ts_runner_invoke_full: (rename-to ts_runner_invoke)
 * @self: a runner
 * @priority: among all that the runner has to do, %G_PRIORITY_DEFAULT for example
 * @func: (scope notified) (closure user_data) (destroy notify): what to run
 * @user_data: for @func
 * @notify: (nullable): called for @user_data after @func, in the runner's thread, or at once if this
 *   fails
 * @error: return location for an error
 *
 * Runs a function in the runner's thread, and does not wait for it.
 *
 * Functions of one priority run in the order of the calls. From any thread; does not block. Fails with
 * %TS_ERROR_CLOSED if the runner is closed.
 *
 * Returns: %TRUE if @func will run, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_runner_invoke_full (TsRunner *self, int priority, TsRunnerFunc func, gpointer user_data,
                       GDestroyNotify notify, GError **error)
{
  g_return_val_if_fail (TS_IS_RUNNER (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  ts_trace_call (self, "invoke");
  return core_push (self->core, priority, (Job) { func, user_data, notify }, error);
}

/* Description */

static const char * TS_UNANALYSED
core_get_condition_locked (Core *self)
{
  if (!self->closed)
    return self->started ? "running" : "not started";
  return self->watches > 0 ? "closing" : "closed";
}

gboolean TS_UNANALYSED
ts_runner_describe (gpointer object, GString *text)
{
  TsRunner *self = object;
  Core *core = self->core;
  const char *condition;
  gboolean in_use;
  guint n_jobs = 0;

  ts_description_begin (text, self, self->name);
  if (!ts_description_lock (text, &core->lock))
    return TRUE;
  condition = core_get_condition_locked (core);
  in_use = core->started && !core->closed;
  for (Queue *queue = core->queues; queue != NULL; queue = queue->next)
    n_jobs += ts_channel_count (queue->channel);
  core_unlock (core);

  g_string_append_printf (text, "%s, %u %s in the queue", condition, n_jobs, n_jobs == 1 ? "job" : "jobs");
  return in_use;
}

/**
 * ts_runner_to_string:
 * @self: a runner
 *
 * Describes the runner as it is at this moment, in one line, for logs and debuggers.
 *
 * Its name, whether its thread runs, and how many jobs it has yet to begin. What the line looks
 * like may change. From any thread; does not block.
 *
 * Returns: (transfer full): a description
 *
 * Since: 1.0
 */
char *
ts_runner_to_string (TsRunner *self)
{
  g_return_val_if_fail (TS_IS_RUNNER (self), NULL);

  return ts_describe (self, ts_runner_describe);
}
