/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One want, or several, and each way to wait for it. */

#include "world.h"

static gpointer
object_of (const Want *want)
{
  gpointer objects[] = {
    [RECEIVE] = world.channels[want->channel], [SEND] = world.channels[want->channel],
    [EVENT] = world.event,                     [ACQUIRE] = world.semaphore,
    [LOCK] = world.lock,                       [FUTURE] = world.future,
    [BARRIER] = world.barrier,                 [CONDITION] = world.condition,
  };

  return objects[want->kind];
}

static void
settle (Actor *actor, Want *want, gboolean success, GValue *value, GError *error)
{
  ts_dst_check (success == (error == NULL));
  if (success)
    world_got (actor, want, value);
  else
    world_failed (actor, want, error);
  g_clear_error (&error);
  if (G_IS_VALUE (value))
    g_value_unset (value);
}

/* At once or not at all */

void
world_try (Actor *actor, Want *want)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success;

  world_begin (actor, want);
  switch ((int) want->kind)
    {
    case RECEIVE:
      success = ts_channel_try_receive (object_of (want), &value, &error);
      settle (actor, want, success, &value, error);
      break;
    case SEND:
      world_item_init (&value, want->item);
      success = ts_channel_try_send (object_of (want), &value, &error);
      settle (actor, want, success, &value, error);
      break;
    case ACQUIRE:
      if (ts_semaphore_try_acquire (world.semaphore))
        world_got (actor, want, NULL);
      break;
    case LOCK:
      if (ts_lock_try_acquire (world.lock))
        world_got (actor, want, NULL);
      break;
    default:
      break;
    }
}

/* Blocking */

static gboolean
receive_in_some_way (Actor *actor, Want *want, GValue *value, GError **error)
{
  GValue *boxed;

  if (actor->deadline >= 0 || ts_dst_random (2) == 0)
    return ts_channel_receive_until (object_of (want), actor->deadline, actor->cancellable, value, error);
  boxed = ts_channel_receive_value (object_of (want), actor->cancellable, error);
  if (boxed == NULL)
    return FALSE;
  *value = *boxed;
  g_free (boxed);
  return TRUE;
}

static gboolean
block (Actor *actor, Want *want, GValue *value, GError **error)
{
  const gint64 deadline = actor->deadline;
  GCancellable *cancellable = actor->cancellable;
  gpointer object = object_of (want);
  guint index = G_MAXUINT;

  switch ((int) want->kind)
    {
    case RECEIVE:
      return receive_in_some_way (actor, want, value, error);
    case SEND:
      world_item_init (value, want->item);
      return ts_channel_send_until (object, value, deadline, cancellable, error);
    case EVENT:
      return ts_event_wait_until (object, deadline, cancellable, error);
    case ACQUIRE:
      return ts_semaphore_acquire_until (object, deadline, cancellable, error);
    case LOCK:
      return ts_lock_acquire_until (object, deadline, cancellable, error);
    case FUTURE:
      return ts_future_wait_until (object, deadline, cancellable, value, error);
    case BARRIER:
      if (!ts_barrier_wait_until (object, deadline, cancellable, &index, error))
        return FALSE;
      ts_dst_check (index < ts_barrier_get_parties (object));
      return TRUE;
    case CONDITION:
    default:
      return ts_condition_wait_until (object, deadline, cancellable, error);
    }
}

void
world_block (Actor *actor, Want *want)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success;

  world_begin (actor, want);
  actor->waiting = TRUE;
  success = block (actor, want, &value, &error);
  actor->waiting = FALSE;
  settle (actor, want, success, &value, error);
}

/* Tasks of a main context of their own, which may go before they are over */

typedef struct
{
  Actor        *actor;
  GAsyncResult *result;
} Task;

static void
on_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Task *task = data;

  ts_dst_assert_unlocked ();
  ts_dst_check (task->result == NULL);
  task->result = g_object_ref (result);
  task->actor->waiting = FALSE;
}

static void
start (Actor *actor, Want *want, Task *task)
{
  GCancellable *cancellable = actor->cancellable;
  gpointer object = object_of (want);
  GValue value = G_VALUE_INIT;

  switch ((int) want->kind)
    {
    case RECEIVE:
      ts_channel_receive_async (object, cancellable, on_ready, task);
      break;
    case SEND:
      world_item_init (&value, want->item);
      ts_channel_send_async (object, &value, cancellable, on_ready, task);
      g_value_unset (&value);
      break;
    case EVENT:
      ts_event_wait_async (object, cancellable, on_ready, task);
      break;
    case ACQUIRE:
      ts_semaphore_acquire_async (object, cancellable, on_ready, task);
      break;
    case LOCK:
      ts_lock_acquire_async (object, cancellable, on_ready, task);
      break;
    case FUTURE:
      ts_future_wait_async (object, cancellable, on_ready, task);
      break;
    case BARRIER:
      ts_barrier_wait_async (object, cancellable, on_ready, task);
      break;
    default:
      ts_condition_wait_async (object, cancellable, on_ready, task);
    }
}

static gboolean
finish (Want *want, GAsyncResult *result, GValue *value, GError **error)
{
  gpointer object = object_of (want);

  switch ((int) want->kind)
    {
    case RECEIVE:
      return ts_channel_receive_finish (object, result, value, error);
    case SEND:
      return ts_channel_send_finish (object, result, error);
    case EVENT:
      return ts_event_wait_finish (object, result, error);
    case ACQUIRE:
      return ts_semaphore_acquire_finish (object, result, error);
    case LOCK:
      return ts_lock_acquire_finish (object, result, error);
    case FUTURE:
      return ts_future_wait_finish (object, result, value, error);
    case BARRIER:
      return ts_barrier_wait_finish (object, result, NULL, error);
    default:
      return ts_condition_wait_finish (object, result, error);
    }
}

/* How often to look; 0: until it is over. */
static guint
choose_patience (void)
{
  return ts_dst_random (4) == 0 ? 1 + ts_dst_random (5) : 0;
}

static void
iterate (Actor *actor, GMainContext *context, guint patience)
{
  for (guint i = 0; actor->waiting && (patience == 0 || i < patience); i++)
    g_main_context_iteration (context, patience == 0);
  actor->waiting = FALSE;
}

void
world_wait_task (Actor *actor, Want *want)
{
  GMainContext *context = ts_dst_context_new ();
  gboolean drops = ts_dst_random (6) == 0, success;
  guint patience = choose_patience ();
  GValue value = G_VALUE_INIT;
  Task task = { .actor = actor };
  GError *error = NULL;

  actor->deadline = -1;
  world_begin (actor, want);
  actor->waiting = TRUE;
  g_main_context_push_thread_default (context);
  start (actor, want, &task);
  iterate (actor, context, patience);
  g_main_context_pop_thread_default (context);

  if (task.result != NULL && !drops)
    {
      success = finish (want, task.result, &value, &error);
      settle (actor, want, success, &value, error);
    }
  drops = drops || task.result == NULL;
  g_clear_object (&task.result);
  g_main_context_unref (context);
  if (drops)
    world_lost (want);
}

/* Several at once, of which some are given back: in their order or in another. */

static void
on_several (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **kept = data;

  *kept = g_object_ref (result);
}

static void
drop_in_some_order (GAsyncResult **results, guint n)
{
  guint first = ts_dst_random (n);

  for (guint i = 0; i < n; i++)
    g_clear_object (&results[(first + i) % n]);
}

void
world_receive_at_once (Actor *actor)
{
  GMainContext *context = ts_dst_context_new ();
  GAsyncResult *results[WORLD_CASES] = { NULL };
  guint n = 1 + ts_dst_random (WORLD_CASES), patience = 1 + ts_dst_random (5);
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  Want *want = &actor->wants[0];

  actor->deadline = -1;
  g_main_context_push_thread_default (context);
  world_make_want (actor, want, RECEIVE);
  for (guint i = 0; i < n; i++)
    {
      actor->wants[i] = *want;
      world_begin (actor, &actor->wants[i]);
      ts_channel_receive_async (world.channels[want->channel], actor->cancellable, on_several, &results[i]);
    }
  for (guint i = 0; i < patience; i++)
    g_main_context_iteration (context, FALSE);
  g_main_context_pop_thread_default (context);

  if (results[0] != NULL && ts_dst_random (2) == 0)
    {
      gboolean success = ts_channel_receive_finish (world.channels[want->channel], results[0], &value, &error);

      settle (actor, want, success, &value, error);
      want->step = -1;
    }
  drop_in_some_order (results, n);
  g_main_context_unref (context);
  for (guint i = 0; i < n; i++)
    if (actor->wants[i].step >= 0)
      world_lost (&actor->wants[i]);
}

/* Ports */

static gint64
submit (TsPort *port, const Want *want)
{
  gpointer object = object_of (want);
  GValue value = G_VALUE_INIT;
  gint64 token;

  switch ((int) want->kind)
    {
    case RECEIVE:
      return ts_port_receive (port, object);
    case SEND:
      world_item_init (&value, want->item);
      token = ts_port_send (port, object, &value);
      g_value_unset (&value);
      return token;
    case EVENT:
      return ts_port_wait_event (port, object);
    case ACQUIRE:
      return ts_port_acquire (port, object);
    case LOCK:
      return ts_port_acquire_lock (port, object);
    case FUTURE:
      return ts_port_wait_future (port, object);
    case BARRIER:
      return ts_port_wait_barrier (port, object);
    default:
      return ts_port_wait_condition (port, object);
    }
}

static gboolean
wait_for_token (TsPort *port, gint64 token, guint patience)
{
  GPollFD pollfd = { .fd = ts_port_get_fd (port), .events = G_IO_IN };
  gint64 told;

  for (guint i = 0; patience == 0 || i < patience; i++)
    {
      ts_dst_poll (&pollfd, 1, patience == 0 ? -1 : 0);
      told = ts_port_next_ready (port);
      ts_dst_check (told == token || told == -1);
      if (told == token)
        return TRUE;
    }
  return FALSE;
}

void
world_wait_port (Actor *actor, Want *want)
{
  TsPort *port = ts_port_new ();
  guint patience = choose_patience ();
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean told, success;
  gint64 token;

  actor->deadline = -1;
  actor->cancellable = NULL;
  world_begin (actor, want);
  actor->waiting = TRUE;
  token = submit (port, want);
  ts_dst_check (token > 0);
  told = wait_for_token (port, token, patience);
  actor->waiting = FALSE;
  if (told && ts_dst_random (6) != 0)
    {
      success = ts_port_finish (port, token, &value, &error);
      settle (actor, want, success, &value, error);
      g_object_unref (port);
      return;
    }
  if (ts_dst_random (2) == 0)
    ts_dst_check (ts_port_cancel (port, token));
  else if (ts_dst_random (2) == 0)
    ts_port_close (port);
  g_object_unref (port);
  world_lost (want);
}

/* Selects */

static int
add_case (TsSelect *select, const Want *want)
{
  gpointer object = object_of (want);
  GValue value = G_VALUE_INIT;
  int index;

  switch ((int) want->kind)
    {
    case RECEIVE:
      return ts_select_add_receive (select, object);
    case SEND:
      world_item_init (&value, want->item);
      index = ts_select_add_send (select, object, &value, NULL);
      g_value_unset (&value);
      return index;
    case EVENT:
      return ts_select_add_event (select, object);
    case ACQUIRE:
      return ts_select_add_acquire (select, object);
    case LOCK:
      return ts_select_add_lock (select, object);
    default:
      return ts_select_add_future (select, object);
    }
}

/* The others have not happened, whatever they are. */
static void
won_by (Actor *actor, TsSelect *select, int index)
{
  GValue value = G_VALUE_INIT;
  GError *closed;
  Want *won = NULL;

  for (guint i = 0; i < actor->n_wants; i++)
    if (actor->wants[i].index == index)
      won = &actor->wants[i];
  ts_dst_check (won != NULL);
  if (ts_select_steal_value (select, index, &value))
    {
      settle (actor, won, TRUE, &value, NULL);
      return;
    }
  g_value_unset (&value);
  closed = won->kind == FUTURE ? g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "rejected")
                               : g_error_new_literal (TS_ERROR, TS_ERROR_CLOSED, "closed");
  settle (actor, won, FALSE, &value, closed);
}

/* None could be done, when each was tried. */
static void
won_by_none (Actor *actor, gboolean tried)
{
  for (guint i = 0; i < actor->n_wants; i++)
    {
      Want *want = &actor->wants[i];

      if (tried && want->kind == RECEIVE)
        ts_history_end (&world.histories[want->channel], want->step, TS_HISTORY_EMPTY, 0);
      else if (tried && want->kind == SEND)
        ts_history_end (&world.histories[want->channel], want->step, TS_HISTORY_FULL, 0);
    }
}

static void
select_as_thread (Actor *actor, TsSelect *select)
{
  GError *error = NULL;
  int index;

  actor->waiting = TRUE;
  index = ts_select_wait_until (select, actor->deadline, actor->cancellable, &error);
  actor->waiting = FALSE;
  if (index >= 0)
    {
      won_by (actor, select, index);
      return;
    }
  world_failed (actor, NULL, error);
  won_by_none (actor, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
  g_error_free (error);
}

static void
lose_all (Actor *actor)
{
  for (guint i = 0; i < actor->n_wants; i++)
    world_lost (&actor->wants[i]);
}

static void
select_as_task (Actor *actor, TsSelect *select)
{
  GMainContext *context = ts_dst_context_new ();
  guint patience = choose_patience ();
  Task task = { .actor = actor };
  GError *error = NULL;
  int index = -1;

  actor->deadline = -1;
  actor->waiting = TRUE;
  g_main_context_push_thread_default (context);
  ts_select_wait_async (select, actor->cancellable, on_ready, &task);
  iterate (actor, context, patience);
  g_main_context_pop_thread_default (context);

  if (task.result != NULL && ts_dst_random (6) != 0)
    {
      index = ts_select_wait_finish (select, task.result, &error);
      if (index >= 0)
        won_by (actor, select, index);
      else
        world_failed (actor, NULL, error);
      g_clear_error (&error);
      g_clear_object (&task.result);
      g_main_context_unref (context);
      return;
    }
  g_clear_object (&task.result);
  g_main_context_unref (context);
  lose_all (actor);
}

static void
select_as_port (Actor *actor, TsSelect *select)
{
  TsPort *port = ts_port_new ();
  GValue value = G_VALUE_INIT;
  gint64 token;
  int index;

  actor->deadline = -1;
  actor->cancellable = NULL;
  actor->waiting = TRUE;
  token = ts_port_select (port, select);
  if (wait_for_token (port, token, choose_patience ()) && ts_dst_random (6) != 0)
    {
      actor->waiting = FALSE;
      ts_dst_check (ts_port_finish (port, token, &value, NULL));
      index = ts_select_get_winner (select);
      g_value_unset (&value);
      won_by (actor, select, index);
    }
  else
    {
      actor->waiting = FALSE;
      if (ts_dst_random (2) == 0)
        ts_dst_check (ts_port_cancel (port, token));
      else
        ts_port_close (port);
      lose_all (actor);
    }
  g_object_unref (port);
}

void
world_select (Actor *actor)
{
  TsSelect *select = ts_select_new ();
  guint way = ts_dst_random (5);
  int index;

  for (guint i = 0; i < actor->n_wants; i++)
    actor->wants[i].index = add_case (select, &actor->wants[i]);
  for (guint i = 0; i < actor->n_wants; i++)
    world_begin (actor, &actor->wants[i]);
  if (way == 0)
    {
      index = ts_select_poll (select);
      if (index >= 0)
        won_by (actor, select, index);
      else
        won_by_none (actor, TRUE);
    }
  else if (way == 1)
    select_as_task (actor, select);
  else if (way == 2)
    select_as_port (actor, select);
  else
    select_as_thread (actor, select);
  g_object_unref (select);
}

/* A watch for a while: items come one by one, and one may be on its way when it ends. */

typedef struct
{
  Actor *actor;
  Want  *want;
  guint  left;
} Watch;

static gboolean
on_item (TsChannel *channel, const GValue *value, gpointer data)
{
  Watch *watch = data;
  Want *want = watch->want;
  gboolean more = --watch->left > 0 && world_is_usable (want);

  ts_dst_assert_unlocked ();
  world_got (watch->actor, want, value);
  want->step = -1;
  if (more)
    world_begin (watch->actor, want);
  else
    watch->actor->waiting = FALSE;
  return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
on_watch_gone (gpointer data)
{
  ((Watch *) data)->actor->waiting = FALSE;
}

void
world_watch (Actor *actor, Want *want)
{
  GMainContext *context = ts_dst_context_new ();
  Watch watch = { actor, want, 1 + ts_dst_random (3) };
  guint patience = choose_patience (), id;

  actor->deadline = -1;
  actor->cancellable = NULL;
  world_begin (actor, want);
  actor->waiting = TRUE;
  g_main_context_push_thread_default (context);
  id = ts_channel_add_watch_full (object_of (want), G_PRIORITY_DEFAULT, on_item, &watch, on_watch_gone);
  iterate (actor, context, patience);
  if (ts_dst_random (2) == 0 && g_main_context_find_source_by_id (context, id) != NULL)
    g_source_destroy (g_main_context_find_source_by_id (context, id));
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  if (want->step >= 0)
    world_lost (want);
}

/* A source that only tells, and then a try. */

static gboolean
on_told (gpointer data)
{
  Actor *actor = data;

  ts_dst_assert_unlocked ();
  actor->waiting = FALSE;
  return G_SOURCE_REMOVE;
}

void
world_poll (Actor *actor, Want *want)
{
  GMainContext *context = ts_dst_context_new ();
  GSource *source = ts_channel_create_source (object_of (want), want->kind == SEND ? G_IO_OUT : G_IO_IN, NULL);

  actor->deadline = -1;
  actor->cancellable = NULL;
  actor->waiting = actor->tells = TRUE;
  g_source_set_callback (source, on_told, actor, NULL);
  g_source_attach (source, context);
  iterate (actor, context, choose_patience ());
  g_source_destroy (source);
  g_source_unref (source);
  g_main_context_unref (context);
  actor->tells = FALSE;
  world_try (actor, want);
}
