/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Semaphores and locks under the deterministic scheduler: threads, tasks, sources and ports that take
 * a permit, are inside for a moment and give it back, some of which give up or drop what they get.
 *
 * There are never more inside than there are permits, and when nobody can run all permits are back:
 * then nobody may wait while there is any. A semaphore may begin with none; then the referee, who
 * runs when nobody else can, releases some.
 */

#include "ts-dst.h"

#include <tschan/tschan.h>

#define MAX_ACTORS 4
#define MAX_WANTED 3
#define LIMIT      5

typedef enum
{
  THREAD,
  TASK,
  PORT,
  TRY,
  SOURCE, /* of semaphores only, from here on */
  WATCH,
  N_KINDS,
} Kind;

typedef struct
{
  Kind          kind;
  guint         wanted;
  gint64        timeout;
  GCancellable *cancellable;
  gboolean      drops;
  guint         patience;
  GMainContext *context;

  guint         waiting;
  guint         ended;
  guint         destroyed;
} Actor;

static const char *const kind_names[] = { "thread", "task", "port", "try", "source", "watch" };

static TsSemaphore *semaphore; /* one of the two */
static TsLock *lock;
static guint total;  /* permits that there are altogether */
static guint inside; /* those that are taken */
static Actor actors[MAX_ACTORS];
static guint n_actors;
static GCancellable *cancellable;
static guint running;
static _Thread_local Actor *myself;

/* Semaphore or lock */

static gboolean
acquire_until (gint64 deadline, GCancellable *by, GError **error)
{
  return lock != NULL ? ts_lock_acquire_until (lock, deadline, by, error)
                      : ts_semaphore_acquire_until (semaphore, deadline, by, error);
}

static gboolean
try_acquire (void)
{
  return lock != NULL ? ts_lock_try_acquire (lock) : ts_semaphore_try_acquire (semaphore);
}

static void
acquire_async (GCancellable *by, GAsyncReadyCallback callback, gpointer data)
{
  if (lock != NULL)
    ts_lock_acquire_async (lock, by, callback, data);
  else
    ts_semaphore_acquire_async (semaphore, by, callback, data);
}

static gboolean
acquire_finish (GAsyncResult *result, GError **error)
{
  return lock != NULL ? ts_lock_acquire_finish (lock, result, error)
                      : ts_semaphore_acquire_finish (semaphore, result, error);
}

static gint64
submit (TsPort *port)
{
  return lock != NULL ? ts_port_acquire_lock (port, lock) : ts_port_acquire (port, semaphore);
}

static void
release (void)
{
  gboolean released = lock != NULL ? ts_lock_release (lock, NULL) : ts_semaphore_release (semaphore, 1, NULL);

  ts_dst_check (released);
}

static guint
free_permits (void)
{
  return lock != NULL ? !ts_lock_is_held (lock) : ts_semaphore_get_value (semaphore);
}

/* Somebody has a permit. */
static void
be_inside (void)
{
  ts_dst_check (++inside <= total);
  ts_dst_point ("inside");
  ts_dst_check (lock == NULL || ts_lock_is_held (lock));
  inside--;
  release ();
}

static void
check_result (Actor *actor, gboolean success, GError *error, gint64 deadline)
{
  ts_dst_check (success == (error == NULL));
  if (success)
    be_inside ();
  if (error == NULL)
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    ts_dst_check (deadline >= 0 && deadline <= ts_dst_now ());
  else
    ts_dst_check (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
                  actor->cancellable != NULL && g_cancellable_is_cancelled (actor->cancellable));
  g_error_free (error);
}

static void
end (Actor *actor)
{
  ts_dst_check (actor->waiting > 0);
  actor->waiting--;
  actor->ended++;
}

/* Actors */

static void
acquire_as_thread (Actor *actor)
{
  while (actor->ended < actor->wanted)
    {
      gboolean cancelled = actor->cancellable != NULL && g_cancellable_is_cancelled (actor->cancellable);
      gint64 deadline = actor->timeout < 0 ? -1 : ts_dst_now () + actor->timeout;
      GError *error = NULL;
      gboolean success;

      actor->waiting++;
      success = acquire_until (deadline, actor->cancellable, &error);
      end (actor);
      ts_dst_check (!(success && cancelled));
      check_result (actor, success, error, deadline);
    }
}

static void
try_a_few_times (Actor *actor)
{
  for (guint i = 0; i < actor->wanted; i++)
    {
      if (try_acquire ())
        be_inside ();
      ts_dst_point ("tried");
    }
}

static void
on_acquired (GObject *object, GAsyncResult *result, gpointer data)
{
  Actor *actor = data;
  GError *error = NULL;
  gboolean success;

  ts_dst_check (myself == actor);
  ts_dst_assert_unlocked ();
  end (actor);
  if (actor->drops)
    return;
  success = acquire_finish (result, &error);
  check_result (actor, success, error, -1);
}

static gboolean
on_permit (gpointer data)
{
  Actor *actor = data;

  ts_dst_check (myself == actor);
  ts_dst_assert_unlocked ();
  end (actor);
  be_inside ();
  if (actor->ended >= actor->wanted)
    return G_SOURCE_REMOVE;
  actor->waiting++;
  return G_SOURCE_CONTINUE;
}

static gboolean
on_watched (TsSemaphore *watched, gpointer data)
{
  ts_dst_check (watched == semaphore);
  return on_permit (data);
}

static void
on_destroyed (gpointer data)
{
  Actor *actor = data;

  actor->destroyed++;
  actor->waiting = 0;
}

static void
start (Actor *actor)
{
  GSource *source;

  actor->waiting = actor->kind == TASK ? actor->wanted : 1;
  switch (actor->kind)
    {
    case TASK:
      for (guint i = 0; i < actor->wanted; i++)
        acquire_async (actor->cancellable, on_acquired, actor);
      break;
    case SOURCE:
      source = ts_semaphore_create_source (semaphore, NULL);
      g_source_set_callback (source, on_permit, actor, on_destroyed);
      g_source_attach (source, actor->context);
      g_source_unref (source);
      break;
    case WATCH:
    case THREAD:
    case PORT:
    case TRY:
    case N_KINDS:
    default:
      ts_semaphore_add_watch_full (semaphore, G_PRIORITY_DEFAULT, on_watched, actor, on_destroyed);
    }
}

static void
acquire_in_context (Actor *actor)
{
  g_main_context_push_thread_default (actor->context);
  start (actor);
  for (guint i = 0; actor->waiting > 0 && (actor->patience == 0 || i < actor->patience); i++)
    g_main_context_iteration (actor->context, actor->patience == 0);
  g_main_context_pop_thread_default (actor->context);
  g_clear_pointer (&actor->context, g_main_context_unref);
  actor->waiting = 0;
  ts_dst_check (actor->kind == TASK || actor->destroyed == 1);
}

static void
collect (Actor *actor, TsPort *port)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success;
  gint64 token;

  while ((token = ts_port_next_ready (port)) >= 0)
    {
      end (actor);
      if (actor->drops)
        {
          ts_dst_check (ts_port_cancel (port, token));
          continue;
        }
      success = ts_port_finish (port, token, &value, &error);
      check_result (actor, success, error, -1);
    }
}

static void
acquire_by_port (Actor *actor)
{
  TsPort *port = ts_port_new ();
  GPollFD pollfd = { .fd = ts_port_get_fd (port), .events = G_IO_IN };

  for (guint i = 0; i < actor->wanted; i++)
    {
      actor->waiting++;
      ts_dst_check (submit (port) > 0);
    }
  for (guint i = 0; actor->waiting > 0 && (actor->patience == 0 || i < actor->patience); i++)
    {
      ts_dst_poll (&pollfd, 1, actor->patience == 0 ? -1 : 0);
      collect (actor, port);
    }
  g_object_unref (port);
  actor->waiting = 0;
}

static void
run_actor (gpointer data)
{
  Actor *actor = myself = data;

  switch (actor->kind)
    {
    case THREAD:
      acquire_as_thread (actor);
      break;
    case TRY:
      try_a_few_times (actor);
      break;
    case PORT:
      acquire_by_port (actor);
      break;
    case TASK:
    case SOURCE:
    case WATCH:
    case N_KINDS:
    default:
      acquire_in_context (actor);
    }
  running--;
}

static void
run_canceller (gpointer data)
{
  ts_dst_cancel (cancellable);
  running--;
}

/* Takes one for a while, so that others have to wait. */
static void
run_hog (gpointer data)
{
  if (try_acquire ())
    {
      ts_dst_check (++inside <= total);
      for (guint i = ts_dst_random (60); i > 0; i--)
        ts_dst_point ("keeps it");
      inside--;
      release ();
    }
  running--;
}

/* The referee */

static void
run_referee (gpointer data)
{
  for (;;)
    {
      guint waiting = 0, more;

      ts_dst_wait_quiescent ();
      ts_dst_freeze ();
      ts_dst_check (free_permits () == total);
      for (guint i = 0; i < n_actors; i++)
        {
          waiting += actors[i].waiting;
          ts_dst_check (actors[i].waiting == 0 || actors[i].cancellable == NULL ||
                        !g_cancellable_is_cancelled (actors[i].cancellable));
        }
      ts_dst_check (waiting == 0 || total == 0);
      ts_dst_thaw ();
      if (running == 0)
        break;
      if (total > 0)
        continue; /* somebody has a deadline */
      more = 1 + ts_dst_random (2);
      total += more;
      ts_dst_check (ts_semaphore_release (semaphore, more, NULL));
    }
}

/* A schedule */

static void
choose_actor (Actor *actor)
{
  *actor = (Actor) { .timeout = -1 };
  actor->kind = (Kind) ts_dst_random (lock != NULL ? SOURCE : N_KINDS);
  actor->wanted = 1 + ts_dst_random (MAX_WANTED);
  if (actor->kind == THREAD && ts_dst_random (3) == 0)
    actor->timeout = ts_dst_random (3) * 40;
  if ((actor->kind == THREAD || actor->kind == TASK) && ts_dst_random (3) == 0)
    actor->cancellable = cancellable;
  if (actor->kind == TASK || actor->kind == SOURCE || actor->kind == WATCH)
    actor->context = ts_dst_context_new ();
  if (actor->context != NULL || actor->kind == PORT)
    {
      actor->drops = actor->kind != SOURCE && actor->kind != WATCH && ts_dst_random (4) == 0;
      actor->patience = ts_dst_random (4) == 0 ? 1 + ts_dst_random (6) : 0;
    }
  ts_dst_describe ("[%s ×%u%s%s%s%s] ", kind_names[actor->kind], actor->wanted,
                   actor->timeout >= 0 ? ", deadline" : "",
                   actor->cancellable != NULL ? ", cancellable" : "", actor->drops ? ", drops" : "",
                   actor->patience > 0 ? ", gives up" : "");
}

static void
spawn (const char *name, TsDstFunc func, gpointer data)
{
  ts_dst_spawn (name, func, data);
  running++;
}

static void
run_world (void)
{
  static const char *const names[] = { "actor 1", "actor 2", "actor 3", "actor 4" };

  cancellable = g_cancellable_new ();
  running = inside = 0;
  n_actors = 1 + ts_dst_random (MAX_ACTORS);
  for (guint i = 0; i < n_actors; i++)
    choose_actor (&actors[i]);
  for (guint i = 0; i < n_actors; i++)
    spawn (names[i], run_actor, &actors[i]);
  if (ts_dst_random (2) == 0)
    spawn ("canceller", run_canceller, NULL);
  if (ts_dst_random (2) == 0)
    spawn ("hog", run_hog, NULL);
  ts_dst_spawn ("referee", run_referee, NULL);
  ts_dst_run ();
  ts_dst_check_last_reference (cancellable);
  g_clear_object (&cancellable);
}

static void
semaphores (void)
{
  GError *error = NULL;

  total = ts_dst_random (3);
  semaphore = ts_semaphore_new_bounded (total, LIMIT);
  ts_dst_describe ("%u permits; ", total);
  run_world ();
  ts_dst_check (!ts_semaphore_release (semaphore, LIMIT + 1 - total, &error));
  ts_dst_check (g_error_matches (error, TS_ERROR, TS_ERROR_OVERFLOW));
  g_clear_error (&error);
  ts_dst_check (ts_semaphore_get_value (semaphore) == total);
  ts_dst_check_last_reference (semaphore);
  g_clear_object (&semaphore);
}

static void
locks (void)
{
  GError *error = NULL;

  total = 1;
  lock = ts_lock_new ();
  run_world ();
  ts_dst_check (!ts_lock_release (lock, &error));
  ts_dst_check (g_error_matches (error, TS_ERROR, TS_ERROR_NOT_HELD));
  g_clear_error (&error);
  ts_dst_check_last_reference (lock);
  g_clear_object (&lock);
}

int
main (int argc, char *argv[])
{
  static const TsDstScenario scenarios[] = {
    { "/tschan/dst/permits/semaphores", semaphores, 20000 },
    { "/tschan/dst/permits/locks", locks, 20000 },
  };

  return ts_dst_main (argc, argv, scenarios, G_N_ELEMENTS (scenarios));
}
