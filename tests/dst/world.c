/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A few threads and objects of every kind, under the deterministic scheduler. The seed makes the
 * scenario, too: which objects there are, and what each thread does with them, in one way of waiting or
 * another, with a deadline, cancelled, dropped half-way.
 *
 * What must hold, whatever it is that they do:
 *
 *  - Each error is one that may be: late after the deadline, cancelled when it was, closed when it is.
 *  - What a channel has answered is what a queue might have answered (ts-history.h), so no item is lost or
 *    doubled, none overtakes another, none is refused for no reason.
 *  - A lock has one holder, a semaphore gives no more permits than it has, and all come back.
 *  - Who has waited before somebody else has begun is served before.
 *  - When nobody can run, nobody waits for what could be done, or though it was cancelled. The referee sees
 *    to that, helps one of them, and in the end closes all. Then everybody gets away.
 *  - Nobody holds a lock of the library while an item is copied or freed; nothing is left of anything. */

#include "world.h"

#include <string.h>

World world;

/* Items: boxed numbers */

static gpointer
item_copy (gpointer boxed)
{
  ts_dst_assert_unlocked ();
  world.live_items++;
  return g_memdup2 (boxed, sizeof (int));
}

static void
item_free (gpointer boxed)
{
  ts_dst_assert_unlocked ();
  world.live_items--;
  g_free (boxed);
}

typedef int Item;
GType item_get_type (void);
G_DEFINE_BOXED_TYPE (Item, item, item_copy, item_free)

void
world_item_init (GValue *value, int item)
{
  g_value_init (value, item_get_type ());
  g_value_set_boxed (value, &item);
}

int
world_item_get (const GValue *value)
{
  ts_dst_check (G_VALUE_TYPE (value) == item_get_type ());
  return *(int *) g_value_get_boxed (value);
}

/* Wants */

static gboolean
is_of_channel (const Want *want)
{
  return want->kind == RECEIVE || want->kind == SEND;
}

gboolean
world_is_usable (const Want *want)
{
  return !is_of_channel (want) || !ts_history_is_full (&world.histories[want->channel]);
}

void
world_make_want (Actor *actor, Want *want, WantKind kind)
{
  *want = (Want) { .kind = kind, .step = -1, .channel = ts_dst_random (WORLD_CHANNELS) };
  if (kind == SEND)
    want->item = world.n_items++;
}

void
world_begin (Actor *actor, Want *want)
{
  static const char *const names[] = { "receive", "send", "event", "acquire", "lock", "future", "barrier",
                                       "condition" };

  actor->began = world.rests;
  actor->parked_at = 0;
  ts_dst_describe ("%d: %s %u; ", actor->id + 1, names[want->kind], want->channel);
  if (is_of_channel (want))
    want->step = ts_history_begin (&world.histories[want->channel]);
}

static void
use_permit (void)
{
  ts_dst_check (++world.permits_out <= world.permits);
  ts_dst_point ("has a permit");
  world.permits_out--;
  ts_dst_check (ts_semaphore_release (world.semaphore, 1, NULL));
}

static void
use_lock (void)
{
  ts_dst_check (!world.lock_held);
  world.lock_held = TRUE;
  ts_dst_point ("has the lock");
  ts_dst_check (ts_lock_is_held (world.lock));
  world.lock_held = FALSE;
  ts_dst_check (ts_lock_release (world.lock, NULL));
}

void
world_got (Actor *actor, Want *want, const GValue *value)
{
  guint *served = &world.served[want->kind][is_of_channel (want) ? want->channel : 0];

  *served = MAX (*served, actor->began);
  if (want->kind == RECEIVE)
    ts_history_end (&world.histories[want->channel], want->step, TS_HISTORY_TAKE, world_item_get (value));
  else if (want->kind == SEND)
    ts_history_end (&world.histories[want->channel], want->step, TS_HISTORY_PUT, want->item);
  else if (want->kind == ACQUIRE)
    use_permit ();
  else if (want->kind == LOCK || want->kind == CONDITION)
    use_lock ();
  else if (want->kind == FUTURE)
    ts_dst_check (ts_future_is_done (world.future) && g_value_get_int (value) == 42);
}

static gboolean
is_closed (const Want *want)
{
  return is_of_channel (want) ? ts_channel_is_closed (world.channels[want->channel])
                              : want->kind == BARRIER && world.sent_away;
}

/* @want: NULL for a select */
void
world_failed (Actor *actor, Want *want, const GError *error)
{
  TsHistoryKind kind = TS_HISTORY_NOTHING;
  gboolean sends = want != NULL && want->kind == SEND;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      ts_dst_check (actor->cancellable != NULL && g_cancellable_is_cancelled (actor->cancellable));
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      ts_dst_check (actor->deadline >= 0 && actor->deadline <= ts_dst_now ());
      kind = sends ? TS_HISTORY_FULL : TS_HISTORY_EMPTY;
    }
  else if (g_error_matches (error, TS_ERROR, TS_ERROR_CLOSED))
    {
      ts_dst_check (is_closed (want));
      kind = sends ? TS_HISTORY_PUT_CLOSED : TS_HISTORY_TAKE_CLOSED;
    }
  else
    {
      ts_dst_check (want != NULL && is_of_channel (want));
      ts_dst_check (g_error_matches (error, TS_ERROR, sends ? TS_ERROR_FULL : TS_ERROR_EMPTY));
      kind = sends ? TS_HISTORY_FULL : TS_HISTORY_EMPTY;
    }
  if (want != NULL && is_of_channel (want))
    ts_history_end (&world.histories[want->channel], want->step, kind, 0);
  if (want != NULL && want->kind == CONDITION)
    use_lock ();
}

void
world_lost (Want *want)
{
  if (is_of_channel (want))
    ts_history_lose (&world.histories[want->channel], want->step, want->kind == SEND, want->item);
}

/* What the threads do */

static void
choose_limits (Actor *actor)
{
  actor->deadline = ts_dst_random (3) == 0 ? ts_dst_now () + ts_dst_random (3) * 40 : -1;
  actor->cancellable = ts_dst_random (4) == 0 ? world.cancellable : NULL;
}

/* One of the kinds below @n */
static WantKind
choose_kind (guint n)
{
  if (world.focus == ON_OTHERS)
    return (WantKind) (EVENT + ts_dst_random (n - EVENT));
  if (world.focus == ON_ALL && ts_dst_random (2) == 0)
    return (WantKind) ts_dst_random (n);
  return (WantKind) ts_dst_random (2); /* a channel */
}

static void
wait_for_one (Actor *actor)
{
  Want *want = &actor->wants[0];
  guint way = ts_dst_random (7);

  if (way == 6 && world.focus == ON_CHANNELS)
    {
      world_receive_at_once (actor);
      return;
    }
  world_make_want (actor, want, choose_kind (N_WAITABLE));
  actor->n_wants = 1;
  if (way == 0)
    world_try (actor, want);
  else if (way == 1)
    world_wait_task (actor, want);
  else if (way == 2)
    world_wait_port (actor, want);
  else if (way == 3 && want->kind == RECEIVE)
    world_watch (actor, want);
  else if (way == 4 && is_of_channel (want))
    world_poll (actor, want);
  else
    world_block (actor, want);
}

static void
wait_for_several (Actor *actor)
{
  actor->n_wants = 1 + ts_dst_random (WORLD_CASES);
  for (guint i = 0; i < actor->n_wants; i++)
    world_make_want (actor, &actor->wants[i], choose_kind (N_SELECTABLE));
  world_select (actor);
}

static void
wait_for_condition (Actor *actor)
{
  Want *want = &actor->wants[0];

  if (!ts_lock_try_acquire (world.lock))
    return;
  world_make_want (actor, want, CONDITION);
  actor->n_wants = 1;
  switch (ts_dst_random (4))
    {
    case 0:
      world_wait_task (actor, want);
      break;
    case 1:
      world_wait_port (actor, want);
      break;
    default:
      world_block (actor, want);
    }
}

static void
notify (void)
{
  if (!ts_lock_try_acquire (world.lock))
    return;
  ts_dst_check (ts_dst_random (2) == 0 ? ts_condition_notify_one (world.condition, NULL)
                                       : ts_condition_notify_all (world.condition, NULL));
  ts_dst_check (ts_lock_release (world.lock, NULL));
}

static void
receive_several (Actor *actor, TsChannel *channel, TsHistory *history)
{
  gboolean tries = ts_dst_random (2) == 0;
  GError *error = NULL;
  GPtrArray *items;
  int step, before;

  actor->wants[0] = (Want) { .kind = RECEIVE, .channel = (guint) (history - world.histories) };
  actor->n_wants = 1;
  actor->deadline = -1;
  world_begin (actor, &actor->wants[0]);
  step = before = actor->wants[0].step;
  actor->waiting = !tries;
  items = tries ? ts_channel_try_receive_many (channel, 3, &error)
                : ts_channel_receive_many (channel, 3, actor->cancellable, &error);
  actor->waiting = FALSE;
  if (items == NULL)
    {
      world_failed (actor, &actor->wants[0], error);
      g_error_free (error);
      return;
    }
  ts_dst_check (items->len >= 1 && items->len <= 3);
  world_got (actor, &actor->wants[0], items->pdata[0]);
  for (guint i = 1; i < items->len; i++)
    {
      ts_history_also (history, step, before, TS_HISTORY_TAKE, world_item_get (items->pdata[i]));
      before = (int) history->n_steps - 1;
    }
  g_ptr_array_unref (items);
}

static void
look (TsChannel *channel, TsHistory *history)
{
  int step = ts_history_begin (history);
  gboolean meets = history->capacity == 0; /* there the answer depends on who is parked */

  switch (ts_dst_random (4))
    {
    case 0:
      ts_history_end (history, step, TS_HISTORY_LENGTH, (int) ts_channel_get_length (channel));
      break;
    case 1:
      ts_history_end (history, step, meets ? TS_HISTORY_NOTHING : TS_HISTORY_CAN_PUT,
                      ts_channel_get_can_send (channel));
      break;
    case 2:
      ts_history_end (history, step, meets ? TS_HISTORY_NOTHING : TS_HISTORY_CAN_TAKE,
                      ts_channel_get_can_receive (channel));
      break;
    default:
      ts_history_end (history, step, TS_HISTORY_DROPPED, (int) ts_channel_get_dropped (channel));
    }
}

static void
close_channel (guint i)
{
  int step = ts_history_begin (&world.histories[i]);

  ts_history_end (&world.histories[i], step, TS_HISTORY_CLOSE, ts_channel_close (world.channels[i]));
}

static gboolean
resolve (void)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, 42);
  return ts_future_resolve (world.future, &value);
}

static void
answer (TsCall *call, gpointer data)
{
  if (ts_dst_random (2) == 0)
    resolve ();
  ts_dst_check (ts_call_complete (call, NULL));
}

static void
call_runner (void)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;

  if (!ts_runner_call (world.runner, answer, NULL, NULL, NULL, &value, &error))
    ts_dst_check (g_error_matches (error, TS_ERROR, TS_ERROR_CLOSED));
  g_clear_error (&error);
}

static void
do_something_quick (Actor *actor)
{
  guint i = ts_dst_random (WORLD_CHANNELS);

  switch (ts_dst_random (12))
    {
    case 0: case 1:
      ts_event_set (world.event);
      break;
    case 2:
      ts_event_clear (world.event);
      break;
    case 3:
      resolve ();
      break;
    case 4:
      notify ();
      break;
    case 5:
      if (ts_dst_random (3) == 0)
        call_runner ();
      break;
    case 6:
      if (ts_dst_random (4) == 0)
        close_channel (i);
      break;
    case 7:
      if (ts_dst_random (3) == 0)
        {
          world.sent_away = TRUE;
          ts_barrier_reset (world.barrier);
        }
      break;
    case 8: case 9:
      receive_several (actor, world.channels[i], &world.histories[i]);
      break;
    default:
      look (world.channels[i], &world.histories[i]);
    }
}

static gboolean
may_go_on (void)
{
  for (guint i = 0; i < WORLD_CHANNELS; i++)
    if (ts_history_is_full (&world.histories[i]))
      return FALSE;
  return TRUE;
}

static void
run_actor (gpointer data)
{
  Actor *actor = data;
  guint n = 1 + ts_dst_random (4);

  for (guint i = 0; i < n && may_go_on (); i++)
    {
      guint what = ts_dst_random (12);

      choose_limits (actor);
      if (what < (world.focus == ON_SELECTS ? 2 : 6))
        wait_for_one (actor);
      else if (what < (world.focus == ON_OTHERS ? 7 : 9))
        wait_for_several (actor);
      else if (what < 10)
        wait_for_condition (actor);
      else
        do_something_quick (actor);
      actor->n_wants = 0;
    }
  world.running--;
}

static void
run_canceller (gpointer data)
{
  ts_dst_cancel (world.cancellable);
  world.running--;
}

/* The referee */

static gboolean
waits_on_side (const Actor *actor, WantKind kind, guint channel)
{
  for (guint i = 0; actor->waiting && i < actor->n_wants; i++)
    if (actor->wants[i].kind == kind && actor->wants[i].channel == channel)
      return TRUE;
  return FALSE;
}

static void
check_nobody_misses_another (guint channel)
{
  for (guint a = 0; a < world.n_actors; a++)
    for (guint b = 0; b < world.n_actors; b++)
      if (a != b && !(world.actors[a].tells && world.actors[b].tells) &&
          waits_on_side (&world.actors[a], SEND, channel))
        ts_dst_check (!waits_on_side (&world.actors[b], RECEIVE, channel));
}

/* With capacity 0 there never is; whom they might meet, check_nobody_misses_another() sees to. */
static gboolean
has_no_room (guint i)
{
  const TsHistory *history = &world.histories[i];

  return history->overflow == TS_OVERFLOW_WAIT && history->capacity >= 0 &&
         ts_channel_get_length (world.channels[i]) >= (guint) history->capacity;
}

static void
check_want (const Want *want)
{
  TsChannel *channel = world.channels[want->channel];

  switch ((int) want->kind)
    {
    case RECEIVE:
      ts_dst_check (ts_channel_get_length (channel) == 0 && !ts_channel_is_closed (channel));
      break;
    case SEND:
      ts_dst_check (has_no_room (want->channel) && !ts_channel_is_closed (channel));
      break;
    case EVENT:
      ts_dst_check (!ts_event_is_set (world.event));
      break;
    case ACQUIRE:
      ts_dst_check (ts_semaphore_get_value (world.semaphore) == 0);
      break;
    case FUTURE:
      ts_dst_check (!ts_future_is_done (world.future));
      break;
    case BARRIER:
      ts_dst_check (ts_barrier_get_waiting (world.barrier) > 0 && !ts_barrier_is_broken (world.barrier));
      break;
    case LOCK: /* whoever has it gives it back without a wait */
      ts_dst_fail ("a lock is waited for at rest");
    case CONDITION:
    default:
      break;
    }
}

/* Whoever began when this one was parked already must not have been served before it. */
static void
check_is_not_passed (Actor *actor)
{
  if (actor->parked_at == 0)
    actor->parked_at = world.rests;
  for (guint i = 0; i < actor->n_wants && !actor->tells; i++)
    {
      const Want *want = &actor->wants[i];

      ts_dst_check (world.served[want->kind][is_of_channel (want) ? want->channel : 0] < actor->parked_at);
    }
}

static void
check_at_rest (void)
{
  guint at_barrier = 0;

  world.rests++;

  for (guint i = 0; i < world.n_actors; i++)
    {
      Actor *actor = &world.actors[i];

      if (!actor->waiting)
        continue;
      check_is_not_passed (actor);
      ts_dst_check (actor->cancellable == NULL || !g_cancellable_is_cancelled (actor->cancellable));
      for (guint k = 0; k < actor->n_wants; k++)
        {
          check_want (&actor->wants[k]);
          at_barrier += actor->wants[k].kind == BARRIER;
        }
    }
  ts_dst_check (!ts_lock_is_held (world.lock) && ts_semaphore_get_value (world.semaphore) == world.permits);
  ts_dst_check (ts_barrier_get_waiting (world.barrier) == at_barrier);
  for (guint i = 0; i < WORLD_CHANNELS; i++)
    {
      check_nobody_misses_another (i);
      ts_history_rest (&world.histories[i]);
    }
}

static void
try_on_channel (guint i, gboolean sends)
{
  static Actor referee;
  Want *want = &referee.wants[0];

  if (ts_history_is_full (&world.histories[i]))
    return;
  referee = (Actor) { .id = -1, .deadline = -1 };
  world_make_want (&referee, want, sends ? SEND : RECEIVE);
  want->channel = i;
  world_try (&referee, want);
}

static void
help_a_little (void)
{
  switch (ts_dst_random (4))
    {
    case 0: case 1:
      try_on_channel (ts_dst_random (WORLD_CHANNELS), ts_dst_random (2) == 0);
      break;
    case 2:
      notify ();
      break;
    default:
      ts_event_set (world.event);
    }
}

static void
end_all (void)
{
  for (guint i = 0; i < WORLD_CHANNELS; i++)
    if (!ts_channel_is_closed (world.channels[i]))
      close_channel (i);
  resolve ();
  ts_event_set (world.event);
  world.sent_away = TRUE;
  ts_barrier_abort (world.barrier);
  if (world.permits == 0)
    {
      world.permits++;
      ts_dst_check (ts_semaphore_release (world.semaphore, 1, NULL));
    }
  if (ts_lock_try_acquire (world.lock))
    {
      ts_dst_check (ts_condition_notify_all (world.condition, NULL));
      ts_dst_check (ts_lock_release (world.lock, NULL));
    }
}

static void
run_referee (gpointer data)
{
  guint helps = ts_dst_random (6);

  for (;;)
    {
      ts_dst_wait_quiescent ();
      ts_dst_freeze ();
      check_at_rest ();
      ts_dst_thaw ();
      if (world.running == 0)
        break;
      if (helps-- > 0)
        help_a_little ();
      else
        {
          helps = 0;
          end_all ();
        }
    }
  ts_runner_close (world.runner);
}

/* A schedule */

static void
choose_channels (void)
{
  static const int capacities[] = { 0, 0, 1, 2, TS_CHANNEL_UNLIMITED, TS_CHANNEL_UNLIMITED };

  for (guint i = 0; i < WORLD_CHANNELS; i++)
    {
      int capacity = capacities[ts_dst_random (G_N_ELEMENTS (capacities))];
      TsOverflow overflow = capacity > 0 && ts_dst_random (4) == 0 ? (TsOverflow) (1 + ts_dst_random (2))
                                                                  : TS_OVERFLOW_WAIT;

      world.channels[i] = ts_channel_new_full (capacity, G_TYPE_INVALID, overflow, NULL);
      ts_history_init (&world.histories[i], capacity, overflow);
      ts_dst_describe ("capacity %d, overflow %d; ", capacity, (int) overflow);
    }
  /* Some are inside already, so that there is something to be mixed up. */
  for (guint n = ts_dst_random (8); n > 0; n--)
    try_on_channel (ts_dst_random (WORLD_CHANNELS), TRUE);
}

static void
make_world (void)
{
  memset (&world, 0, sizeof world);
  world.focus = (Focus) ts_dst_random (N_FOCUSES);
  choose_channels ();
  world.permits = ts_dst_random (3);
  world.event = ts_event_new_full (ts_dst_random (2) == 0, NULL);
  world.semaphore = ts_semaphore_new (world.permits);
  world.lock = ts_lock_new ();
  world.condition = ts_condition_new (world.lock);
  world.future = ts_future_new ();
  world.barrier = ts_barrier_new (2);
  world.runner = ts_runner_new (NULL);
  world.cancellable = g_cancellable_new ();
  world.n_actors = 2 + ts_dst_random (WORLD_ACTORS - 1);
}

static void
end_world (void)
{
  GObject *objects[] = { G_OBJECT (world.channels[0]), G_OBJECT (world.channels[1]), G_OBJECT (world.event),
                         G_OBJECT (world.semaphore),   G_OBJECT (world.condition),   G_OBJECT (world.lock),
                         G_OBJECT (world.future),      G_OBJECT (world.barrier),     G_OBJECT (world.runner),
                         G_OBJECT (world.cancellable) };

  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    {
      ts_dst_check_last_reference (objects[i]);
      g_object_unref (objects[i]);
    }
  ts_dst_check (world.live_items == 0);
}

static void
check_histories (void)
{
  for (guint i = 0; i < WORLD_CHANNELS; i++)
    {
      if (ts_history_check (&world.histories[i]))
        continue;
      ts_dst_describe ("%s", ts_history_print (&world.histories[i]));
      ts_dst_fail ("no queue would have answered as channel %u did", i);
    }
}

void
world_run (void)
{
  static const char *const names[] = { "actor 1", "actor 2", "actor 3", "actor 4" };

  make_world ();
  for (guint i = 0; i < world.n_actors; i++)
    {
      world.actors[i].id = (int) i;
      ts_dst_spawn (names[i], run_actor, &world.actors[i]);
    }
  world.running = world.n_actors;
  if (ts_dst_random (2) == 0)
    {
      ts_dst_spawn ("canceller", run_canceller, NULL);
      world.running++;
    }
  ts_dst_spawn ("referee", run_referee, NULL);
  ts_dst_run ();
  check_histories ();
  end_world ();
}
