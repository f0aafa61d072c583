/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A runner under the deterministic scheduler: threads invoke, spawn and call, and one of them closes
 * it, or they all just let go of it.
 *
 * Each function that was taken on runs once, in the runner's thread and in order; each notify is
 * called once, whatever happens; each call has an answer, and never hangs.
 */

#include "ts-dst.h"

#include <tschan/tschan.h>

#define MAX_ACTORS 3
#define MAX_JOBS   4 /* of each actor */

typedef enum
{
  INVOKE,
  SPAWN,
  CALL,
  CALL_ASYNC,
  N_WAYS,
} Way;

/* What the function does with its call */
typedef enum
{
  COMPLETES,
  FAILS,
  DROPS,
  KEEPS, /* and completes it in a later iteration */
  N_ANSWERS,
} Answer;

typedef struct
{
  Way      way;
  Answer   answer;
  int      actor;
  int      number;
  gboolean taken_on;
  guint    runs;
  guint    notified;
} Job;

typedef struct
{
  int           id;
  Job           jobs[MAX_JOBS];
  guint         n_jobs;
  gint64        timeout;
  GCancellable *cancellable;
  TsRunner     *runner; /* a reference */
  guint         answered;
} Actor;

static TsRunner *runner; /* no reference */
static Actor actors[MAX_ACTORS];
static guint n_actors;
static GCancellable *cancellable;
static gboolean was_closed;
static int last_run[MAX_ACTORS];

/* In the runner's thread */

static void
note_run (Job *job)
{
  ts_dst_assert_unlocked ();
  ts_dst_check (++job->runs == 1);
  ts_dst_check (job->notified == 0);
  ts_dst_check (last_run[job->actor] < job->number);
  last_run[job->actor] = job->number;
}

static void
on_notify (gpointer data)
{
  Job *job = data;

  ts_dst_assert_unlocked ();
  ts_dst_check (++job->notified == 1);
}

static void
run_invoked (gpointer data)
{
  note_run (data);
}

static void
complete (TsCall *call, Job *job)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, job->number);
  ts_call_complete (call, &value);
}

static gboolean
complete_later (gpointer data)
{
  complete (data, g_object_get_data (data, "job"));
  return G_SOURCE_REMOVE;
}

static void
keep (TsCall *call, Job *job)
{
  GSource *source = g_idle_source_new ();

  g_object_set_data (G_OBJECT (call), "job", job);
  g_source_set_callback (source, complete_later, g_object_ref (call), g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
  g_source_unref (source);
}

static void
run_called (TsCall *call, gpointer data)
{
  Job *job = data;
  g_autoptr (GError) reason = NULL;

  note_run (job);
  switch (job->answer)
    {
    case COMPLETES:
      complete (call, job);
      break;
    case FAILS:
      reason = g_error_new_literal (TS_ERROR, TS_ERROR_OVERFLOW, "failed");
      ts_call_fail (call, reason);
      break;
    case KEEPS:
      keep (call, job);
      break;
    case DROPS:
    case N_ANSWERS:
    default:
      break;
    }
}

/* In the actors' threads */

static void
check_answer (Actor *actor, Job *job, gboolean success, GValue *value, GError *error, gint64 deadline)
{
  ts_dst_check (success == (error == NULL));
  actor->answered++;
  if (success)
    {
      ts_dst_check (job->answer == COMPLETES || job->answer == KEEPS);
      ts_dst_check (job->runs == 1 && g_value_get_int (value) == job->number);
    }
  else if (g_error_matches (error, TS_ERROR, TS_ERROR_OVERFLOW))
    ts_dst_check (job->answer == FAILS && job->runs == 1);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED))
    ts_dst_check (job->answer == DROPS && job->runs == 1);
  else if (g_error_matches (error, TS_ERROR, TS_ERROR_CLOSED))
    ts_dst_check (was_closed);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    ts_dst_check (deadline >= 0 && deadline <= ts_dst_now ());
  else
    ts_dst_check (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
                  actor->cancellable != NULL && g_cancellable_is_cancelled (actor->cancellable));
  g_clear_error (&error);
  g_value_unset (value);
}

static void
invoke (Actor *actor, Job *job)
{
  GError *error = NULL;

  job->taken_on = ts_runner_invoke_full (runner, G_PRIORITY_DEFAULT, run_invoked, job, on_notify, &error);
  ts_dst_check (job->taken_on == (error == NULL));
  ts_dst_check (job->taken_on || (was_closed && g_error_matches (error, TS_ERROR, TS_ERROR_CLOSED)));
  g_clear_error (&error);
}

static void
spawn_and_wait (Actor *actor, Job *job)
{
  TsFuture *future = ts_runner_spawn (runner, run_called, job, on_notify);
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success = ts_future_wait (future, NULL, &value, &error);

  check_answer (actor, job, success, &value, error, -1);
  g_object_unref (future);
}

static void
call (Actor *actor, Job *job)
{
  gint64 deadline = actor->timeout < 0 ? -1 : ts_dst_now () + actor->timeout;
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success = ts_runner_call_until (runner, run_called, job, on_notify, deadline,
                                           actor->cancellable, &value, &error);

  check_answer (actor, job, success, &value, error, deadline);
}

typedef struct
{
  Actor   *actor;
  Job     *job;
  gboolean over;
} AsyncCall;

static void
on_called (GObject *object, GAsyncResult *result, gpointer data)
{
  AsyncCall *self = data;
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success = ts_runner_call_finish (TS_RUNNER (object), result, &value, &error);

  check_answer (self->actor, self->job, success, &value, error, -1);
  self->over = TRUE;
}

static void
call_async (Actor *actor, Job *job)
{
  GMainContext *context = ts_dst_context_new ();
  AsyncCall self = { actor, job, FALSE };

  g_main_context_push_thread_default (context);
  ts_runner_call_async (runner, run_called, job, on_notify, actor->cancellable, on_called, &self);
  while (!self.over)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

static void
run_actor (gpointer data)
{
  Actor *actor = data;

  for (guint i = 0; i < actor->n_jobs; i++)
    {
      Job *job = &actor->jobs[i];

      switch (job->way)
        {
        case INVOKE:
          invoke (actor, job);
          break;
        case SPAWN:
          spawn_and_wait (actor, job);
          break;
        case CALL:
          call (actor, job);
          break;
        case CALL_ASYNC:
        case N_WAYS:
        default:
          call_async (actor, job);
        }
    }
  g_clear_object (&actor->runner);
}

/* When close() has returned everything that was taken on has run. */
static void
run_closer (gpointer data)
{
  was_closed = TRUE;
  ts_runner_close (data);
  for (guint i = 0; i < n_actors; i++)
    for (guint k = 0; k < actors[i].n_jobs; k++)
      {
        Job *job = &actors[i].jobs[k];

        ts_dst_check (!job->taken_on || (job->runs == 1 && job->notified == 1));
      }
  g_object_unref (data);
}

static void
run_canceller (gpointer data)
{
  ts_dst_cancel (cancellable);
}

/* A schedule */

static void
choose_actor (Actor *actor, int id)
{
  *actor = (Actor) { .id = id, .timeout = -1, .runner = g_object_ref (runner) };
  actor->n_jobs = 1 + ts_dst_random (MAX_JOBS);
  if (ts_dst_random (3) == 0)
    actor->cancellable = cancellable;
  if (ts_dst_random (3) == 0)
    actor->timeout = ts_dst_random (3) * 60;
  ts_dst_describe ("[%s%s", actor->cancellable != NULL ? " cancellable" : "",
                   actor->timeout >= 0 ? " deadline" : "");
  for (guint i = 0; i < actor->n_jobs; i++)
    {
      actor->jobs[i] = (Job) { (Way) ts_dst_random (N_WAYS), (Answer) ts_dst_random (N_ANSWERS), id, (int) i };
      ts_dst_describe (" %c%c", "isca"[actor->jobs[i].way], "cfdk"[actor->jobs[i].answer]);
    }
  ts_dst_describe ("] ");
  last_run[id] = -1;
}

static void
check_jobs (void)
{
  for (guint i = 0; i < n_actors; i++)
    for (guint k = 0; k < actors[i].n_jobs; k++)
      {
        Job *job = &actors[i].jobs[k];

        ts_dst_check (job->notified == 1);
        ts_dst_check (!job->taken_on || job->runs == 1);
      }
}

static void
calls (void)
{
  static const char *const names[] = { "actor 1", "actor 2", "actor 3" };

  was_closed = FALSE;
  cancellable = g_cancellable_new ();
  runner = ts_runner_new (NULL);
  n_actors = 1 + ts_dst_random (MAX_ACTORS);
  for (guint i = 0; i < n_actors; i++)
    {
      choose_actor (&actors[i], (int) i);
      ts_dst_spawn (names[i], run_actor, &actors[i]);
    }
  if (ts_dst_random (2) == 0)
    ts_dst_spawn ("closer", run_closer, g_object_ref (runner));
  if (ts_dst_random (2) == 0)
    ts_dst_spawn ("canceller", run_canceller, NULL);
  g_object_unref (runner);
  ts_dst_run ();
  check_jobs ();
  ts_dst_check_last_reference (cancellable);
  g_clear_object (&cancellable);
}

/* The system has no thread for the runner, at first. Whoever asks is told so; nobody waits for what nobody
 * will do. */

static guint n_quick;

static void
answer_at_once (TsCall *call, gpointer data)
{
  n_quick++;
  ts_dst_check (ts_call_complete (call, NULL));
}

static void
call_without_thread (gpointer data)
{
  guint n = 1 + ts_dst_random (2), answered;
  GValue value = G_VALUE_INIT;

  for (guint i = 0; i < n; i++)
    {
      GError *error = NULL;

      answered = n_quick;
      if (ts_runner_call (runner, answer_at_once, NULL, NULL, NULL, &value, &error))
        ts_dst_check (n_quick > answered);
      else
        ts_dst_check (g_error_matches (error, G_THREAD_ERROR, G_THREAD_ERROR_AGAIN) ||
                      g_error_matches (error, TS_ERROR, TS_ERROR_CLOSED));
      g_clear_error (&error);
    }
}

static void
close_in_between (gpointer data)
{
  if (ts_dst_random (2) == 0)
    ts_dst_wait_quiescent ();
  ts_runner_close (runner);
}

static void
without_thread (void)
{
  n_quick = 0;
  runner = ts_runner_new (NULL);
  ts_dst_deny_threads (1 + ts_dst_random (2));
  ts_dst_spawn ("one", call_without_thread, NULL);
  ts_dst_spawn ("other", call_without_thread, NULL);
  ts_dst_spawn ("closer", close_in_between, NULL);
  ts_dst_run ();
  ts_dst_check_last_reference (runner);
  g_clear_object (&runner);
}

int
main (int argc, char *argv[])
{
  static const TsDstScenario scenarios[] = {
    { "/tschan/dst/runner/calls", calls, 20000 },
    { "/tschan/dst/runner/without-thread", without_thread, 10000 },
  };

  return ts_dst_main (argc, argv, scenarios, G_N_ELEMENTS (scenarios));
}
