/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Barriers and futures under the deterministic scheduler: threads, tasks, sources and ports that wait
 * until all are there, or until a result is.
 *
 * Each complete round of a barrier gives each index once, and nobody stays behind. A future is
 * resolved, rejected or cancelled once, and everybody hears of that and of nothing else.
 */

#include "ts-dst.h"

#include <tschan/tschan.h>

#define MAX_ACTORS  4
#define MAX_PARTIES 3

typedef enum
{
  THREAD,
  TASK,
  PORT,
  SOURCE, /* of futures only */
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

  gboolean      waiting;
  guint         ended;
  gboolean      over;
} Actor;

static const char *const kind_names[] = { "thread", "task", "port", "source" };

static TsBarrier *barrier; /* one of the two */
static guint parties;
static guint rounds[MAX_PARTIES]; /* how often each index was given */
static gboolean was_broken;
static gboolean complete; /* everybody takes notice of what happens */

static TsFuture *future;
static int settled_by; /* -1: nobody knows yet */
static int live_items;

static Actor actors[MAX_ACTORS];
static guint n_actors;
static GCancellable *cancellable;
static guint running;
static _Thread_local Actor *myself;

static gpointer
item_copy (gpointer boxed)
{
  ts_dst_assert_unlocked ();
  live_items++;
  return g_memdup2 (boxed, sizeof (int));
}

static void
item_free (gpointer boxed)
{
  ts_dst_assert_unlocked ();
  live_items--;
  g_free (boxed);
}

typedef int Item;
GType item_get_type (void);
G_DEFINE_BOXED_TYPE (Item, item, item_copy, item_free)

/* How a wait ended */

static gboolean
is_given_up (Actor *actor, GError *error, gint64 deadline)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      ts_dst_check (deadline >= 0 && deadline <= ts_dst_now ());
      return TRUE;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && actor->cancellable != NULL)
    {
      ts_dst_check (g_cancellable_is_cancelled (actor->cancellable));
      actor->over = TRUE;
      return TRUE;
    }
  return FALSE;
}

static void
met (Actor *actor, gboolean success, guint index, GError *error, gint64 deadline)
{
  ts_dst_check (success == (error == NULL));
  if (success)
    {
      ts_dst_check (index < parties);
      rounds[index]++;
      return;
    }
  if (!is_given_up (actor, error, deadline))
    {
      ts_dst_check (g_error_matches (error, TS_ERROR, TS_ERROR_CLOSED) && was_broken);
      actor->over = TRUE;
    }
  g_error_free (error);
}

/* Those who resolve it are 0 and 1, who rejects it is 2, who cancels it is 3. All hear of the same. */
static void
agree (int who)
{
  ts_dst_check (settled_by < 0 || settled_by == who);
  settled_by = who;
}

static void
heard (Actor *actor, gboolean success, GValue *value, GError *error, gint64 deadline)
{
  ts_dst_check (success == (error == NULL));
  if (success)
    {
      agree (*(const int *) g_value_get_boxed (value));
    }
  else if (g_error_matches (error, TS_ERROR, TS_ERROR_OVERFLOW))
    {
      agree (2);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
           (actor->cancellable == NULL || !g_cancellable_is_cancelled (actor->cancellable)))
    {
      agree (3);
    }
  else
    {
      ts_dst_check (is_given_up (actor, error, deadline));
    }
  g_clear_error (&error);
  g_value_unset (value);
}

/* Actors */

static gboolean
begin (Actor *actor)
{
  if (actor->over || actor->ended >= actor->wanted)
    return FALSE;
  actor->waiting = TRUE;
  return TRUE;
}

static void
end (Actor *actor)
{
  ts_dst_check (actor->waiting);
  actor->waiting = FALSE;
  actor->ended++;
}

static void
wait_as_thread (Actor *actor)
{
  while (begin (actor))
    {
      gint64 deadline = actor->timeout < 0 ? -1 : ts_dst_now () + actor->timeout;
      GValue value = G_VALUE_INIT;
      GError *error = NULL;
      guint index = 0;
      gboolean success;

      if (barrier != NULL)
        success = ts_barrier_wait_until (barrier, deadline, actor->cancellable, &index, &error);
      else
        success = ts_future_wait_until (future, deadline, actor->cancellable, &value, &error);
      end (actor);
      if (barrier != NULL)
        met (actor, success, index, error, deadline);
      else
        heard (actor, success, &value, error, deadline);
    }
}

static void wait_as_task (Actor *actor);

static void
on_ended (GObject *object, GAsyncResult *result, gpointer data)
{
  Actor *actor = data;
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  guint index = 0;
  gboolean success;

  ts_dst_check (myself == actor);
  ts_dst_assert_unlocked ();
  end (actor);
  if (actor->drops)
    {
      wait_as_task (actor);
      return;
    }
  if (barrier != NULL)
    {
      success = ts_barrier_wait_finish (barrier, result, &index, &error);
      met (actor, success, index, error, -1);
    }
  else
    {
      success = ts_future_wait_finish (future, result, &value, &error);
      heard (actor, success, &value, error, -1);
    }
  wait_as_task (actor);
}

static void
wait_as_task (Actor *actor)
{
  if (!begin (actor))
    return;
  if (barrier != NULL)
    ts_barrier_wait_async (barrier, actor->cancellable, on_ended, actor);
  else
    ts_future_wait_async (future, actor->cancellable, on_ended, actor);
}

static gboolean
on_done (gpointer data)
{
  Actor *actor = data;

  ts_dst_check (myself == actor);
  ts_dst_assert_unlocked ();
  ts_dst_check (ts_future_is_done (future));
  end (actor);
  return begin (actor);
}

static void
wait_in_context (Actor *actor)
{
  GSource *source;

  g_main_context_push_thread_default (actor->context);
  if (actor->kind == TASK)
    {
      wait_as_task (actor);
    }
  else
    {
      begin (actor);
      source = ts_future_create_source (future, NULL);
      g_source_set_callback (source, on_done, actor, NULL);
      g_source_attach (source, actor->context);
      g_source_unref (source);
    }
  for (guint i = 0; actor->waiting && (actor->patience == 0 || i < actor->patience); i++)
    g_main_context_iteration (actor->context, actor->patience == 0);
  g_main_context_pop_thread_default (actor->context);
  g_clear_pointer (&actor->context, g_main_context_unref);
  actor->waiting = FALSE;
}

static void
collect (Actor *actor, TsPort *port, gint64 token)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success;

  end (actor);
  if (actor->drops)
    {
      ts_dst_check (ts_port_cancel (port, token));
      return;
    }
  success = ts_port_finish (port, token, &value, &error);
  if (barrier == NULL)
    {
      heard (actor, success, &value, error, -1);
      return;
    }
  met (actor, success, success ? g_value_get_uint (&value) : 0, error, -1);
  g_value_unset (&value);
}

static void
wait_by_port (Actor *actor)
{
  TsPort *port = ts_port_new ();
  GPollFD pollfd = { .fd = ts_port_get_fd (port), .events = G_IO_IN };
  gint64 token = -1;

  for (guint i = 0; actor->patience == 0 || i < actor->patience; i++)
    {
      if (!actor->waiting && !begin (actor))
        break;
      if (token < 0)
        token = barrier != NULL ? ts_port_wait_barrier (port, barrier) : ts_port_wait_future (port, future);
      ts_dst_poll (&pollfd, 1, actor->patience == 0 ? -1 : 0);
      if (ts_port_next_ready (port) == token)
        {
          collect (actor, port, token);
          token = -1;
        }
    }
  g_object_unref (port);
  actor->waiting = FALSE;
}

static void
run_actor (gpointer data)
{
  myself = data;
  if (myself->kind == THREAD)
    wait_as_thread (myself);
  else if (myself->kind == PORT)
    wait_by_port (myself);
  else
    wait_in_context (myself);
  running--;
}

static void
run_canceller (gpointer data)
{
  ts_dst_cancel (cancellable);
  running--;
}

static void
run_aborter (gpointer data)
{
  was_broken = TRUE;
  ts_barrier_abort (barrier);
  ts_dst_point ("aborted");
  ts_barrier_reset (barrier);
  running--;
}

/* The first to find it undone settles it; the others must be told that they did not. */
static void
settle (int who)
{
  GError *reason = g_error_new_literal (TS_ERROR, TS_ERROR_OVERFLOW, "rejected");
  GValue value = G_VALUE_INIT;
  gboolean settled;

  g_value_init (&value, item_get_type ());
  g_value_set_boxed (&value, &who);
  if (who == 3)
    settled = ts_future_cancel (future);
  else if (who == 2)
    settled = ts_future_reject (future, reason);
  else
    settled = ts_future_resolve (future, &value);
  ts_dst_check (!settled || ts_future_is_done (future));
  if (settled)
    agree (who);
  g_value_unset (&value);
  g_error_free (reason);
}

static void
run_settler (gpointer data)
{
  settle (GPOINTER_TO_INT (data));
  running--;
}

/* Referees */

static guint
count_waiting (void)
{
  guint n = 0;

  for (guint i = 0; i < n_actors; i++)
    {
      n += actors[i].waiting;
      ts_dst_check (!actors[i].waiting || actors[i].cancellable == NULL ||
                    !g_cancellable_is_cancelled (actors[i].cancellable));
    }
  return n;
}

static void
run_barrier_referee (gpointer data)
{
  ts_dst_wait_quiescent ();
  ts_dst_check (count_waiting () < parties);
  if (complete)
    for (guint i = 1; i < parties; i++)
      ts_dst_check (rounds[i] == rounds[0]);
  while (running > 0)
    {
      was_broken = TRUE;
      ts_barrier_abort (barrier);
      ts_dst_wait_quiescent ();
      ts_dst_check (count_waiting () == 0);
    }
  ts_dst_check (ts_barrier_get_waiting (barrier) == 0);
}

static void
run_future_referee (gpointer data)
{
  for (;;)
    {
      ts_dst_wait_quiescent ();
      ts_dst_check (!ts_future_is_done (future) || count_waiting () == 0);
      if (running == 0)
        break;
      settle (0);
    }
}

/* A schedule */

static void
choose_actor (Actor *actor)
{
  *actor = (Actor) { .timeout = -1 };
  actor->kind = (Kind) ts_dst_random (barrier != NULL ? SOURCE : N_KINDS);
  actor->wanted = 1 + ts_dst_random (3);
  if (actor->kind == THREAD && ts_dst_random (3) == 0)
    actor->timeout = ts_dst_random (3) * 40;
  if (actor->kind <= TASK && ts_dst_random (3) == 0)
    actor->cancellable = cancellable;
  if (actor->kind == TASK || actor->kind == SOURCE)
    actor->context = ts_dst_context_new ();
  if (actor->kind != THREAD)
    {
      actor->drops = ts_dst_random (4) == 0;
      actor->patience = ts_dst_random (4) == 0 ? 1 + ts_dst_random (6) : 0;
    }
  complete = complete && !actor->drops && actor->patience == 0;
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
spawn_actors (void)
{
  static const char *const names[] = { "actor 1", "actor 2", "actor 3", "actor 4" };

  running = 0;
  complete = TRUE;
  cancellable = g_cancellable_new ();
  n_actors = 1 + ts_dst_random (MAX_ACTORS);
  for (guint i = 0; i < n_actors; i++)
    choose_actor (&actors[i]);
  for (guint i = 0; i < n_actors; i++)
    spawn (names[i], run_actor, &actors[i]);
  if (ts_dst_random (2) == 0)
    spawn ("canceller", run_canceller, NULL);
}

static void
barriers (void)
{
  parties = 1 + ts_dst_random (MAX_PARTIES);
  for (guint i = 0; i < MAX_PARTIES; i++)
    rounds[i] = 0;
  was_broken = FALSE;
  barrier = ts_barrier_new (parties);
  ts_dst_describe ("%u parties; ", parties);
  spawn_actors ();
  if (ts_dst_random (4) == 0)
    {
      spawn ("aborter", run_aborter, NULL);
      complete = FALSE;
    }
  ts_dst_spawn ("referee", run_barrier_referee, NULL);
  ts_dst_run ();
  ts_dst_check_last_reference (cancellable);
  ts_dst_check_last_reference (barrier);
  g_clear_object (&cancellable);
  g_clear_object (&barrier);
}

static void
futures (void)
{
  static const char *const names[] = { "resolver 1", "resolver 2", "rejecter", "canceller of it" };

  settled_by = -1;
  future = ts_future_new ();
  spawn_actors ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (ts_dst_random (3) == 0)
      spawn (names[i], run_settler, GUINT_TO_POINTER (i));
  ts_dst_spawn ("referee", run_future_referee, NULL);
  ts_dst_run ();
  ts_dst_check_last_reference (cancellable);
  ts_dst_check_last_reference (future);
  g_clear_object (&cancellable);
  g_clear_object (&future);
  ts_dst_check (live_items == 0);
}

int
main (int argc, char *argv[])
{
  static const TsDstScenario scenarios[] = {
    { "/tschan/dst/meeting/barriers", barriers, 20000 },
    { "/tschan/dst/meeting/futures", futures, 20000 },
  };

  return ts_dst_main (argc, argv, scenarios, G_N_ELEMENTS (scenarios));
}
