/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The senders and receivers of race-channel.c under the deterministic scheduler: a few at a time, on one
 * channel, with somebody who cancels what they do. Unlike the threads of dst-world.c they have several
 * operations under way, and go on with the same select, context or port, or lose it, until the channel is
 * closed.
 *
 * When nobody can run, no item is inside and no sender waits, as all the receivers do; then it is closed.
 * In the end each item is accounted for, as in race-channel.c. */

#include "crowd.h"

#undef ts_select_remove /* by the real one */

#define MAX_ACTORS  6
#define MAX_TIMERS  8
#define MAX_ITEMS   6
#define MAX_TROUBLE 60

#define BY_LOST_CONTEXTS 8 /* among the receivers: it waits for nothing */

typedef struct
{
  Peer     peer;
  PeerMain main;
  gboolean sends;
  gboolean waits;    /* as long as it runs */
  gboolean runs;
} Actor;

/* The deadline of a select: an event, which somebody sets sooner or later. */
typedef struct
{
  TsSelect *select;
  TsEvent  *event;
} Timer;

static Run run;
static Actor actors[MAX_ACTORS];
static guint n_actors;
static Timer timers[MAX_TIMERS];

/* What the peers ask for */

int
crowd_poll (struct pollfd *fds, nfds_t n_fds, int timeout)
{
  GPollFD fd = { .fd = fds[0].fd, .events = G_IO_IN };

  return ts_dst_poll (&fd, 1, timeout);
}

GMainContext *
ts_test_context_push (void)
{
  GMainContext *context = ts_dst_context_new ();

  g_main_context_push_thread_default (context);
  return context;
}

void
ts_test_context_pop (GMainContext *context)
{
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

void
ts_test_check_callback (GMainContext *context)
{
  ts_dst_assert_unlocked ();
  ts_dst_check (g_main_context_get_thread_default () == context && g_main_context_is_owner (context));
}

/* Of one that goes on for ever: gives way to all others now and then. */
void
ts_test_pause (void)
{
  if (ts_dst_random (2) == 0)
    ts_dst_point ("pauses");
  else
    ts_dst_wait_quiescent ();
}

static Timer *
find_timer (TsSelect *select)
{
  for (guint i = 0; i < MAX_TIMERS; i++)
    if (timers[i].select == select)
      return &timers[i];
  return NULL;
}

int
crowd_add_deadline (TsSelect *select, gint64 deadline)
{
  Timer *timer = find_timer (NULL);

  ts_dst_check (timer != NULL);
  *timer = (Timer) { select, ts_event_new () };
  if (deadline <= ts_dst_now ())
    ts_event_set (timer->event);
  return ts_select_add_event (select, timer->event);
}

gboolean
crowd_remove (TsSelect *select, int index)
{
  Timer *timer = find_timer (select);
  TsEvent *event;

  ts_dst_check (timer != NULL);
  event = timer->event;
  *timer = (Timer) { NULL, NULL };
  g_object_unref (event);
  return ts_select_remove (select, index);
}

/* The actors */

static void
run_actor (gpointer data)
{
  Actor *self = data;

  self->main (&self->peer);
  self->runs = FALSE;
}

static guint
count_running (gboolean senders)
{
  guint n = 0;

  for (guint i = 0; i < n_actors; i++)
    n += actors[i].runs && actors[i].waits && actors[i].sends == senders;
  return n;
}

static void
make_trouble (gpointer data)
{
  guint n = ts_dst_random (MAX_TROUBLE);

  for (guint i = 0; i < n; i++)
    {
      Timer *timer = &timers[ts_dst_random (MAX_TIMERS)];

      race_cancel (&actors[ts_dst_random (n_actors)].peer);
      if (timer->event != NULL)
        {
          g_autoptr (TsEvent) event = g_object_ref (timer->event);

          ts_event_set (event);
        }
      if (run.mode == CLOSING && i + 1 == n)
        ts_channel_close (run.channel);
      for (guint steps = ts_dst_random (20); steps > 0; steps--)
        ts_dst_point ("looks on");
    }
}

static void
run_referee (gpointer data)
{
  do
    {
      ts_dst_wait_quiescent ();
      ts_dst_freeze ();
      if (count_running (FALSE) > 0)
        {
          ts_dst_check (ts_channel_is_closed (run.channel) || count_running (TRUE) == 0);
          ts_dst_check (ts_channel_get_length (run.channel) == 0);
        }
      ts_dst_thaw ();
    }
  while (count_running (TRUE) > 0);
  ts_channel_close (run.channel);
}

/* A schedule */

static void
add_actor (PeerMain main, gboolean sends, guint index)
{
  Actor *self = &actors[n_actors++];

  *self = (Actor) { .main = main, .sends = sends, .runs = TRUE,
                    .waits = main != race_receivers[BY_LOST_CONTEXTS] };
  self->peer = (Peer) { .run = &run, .index = index, .window = WINDOW, .orderly = run.mode == ORDERLY };
  self->peer.rand = g_rand_new_with_seed (ts_dst_random (G_MAXINT));
  g_mutex_init (&self->peer.mutex);
  for (guint i = 0; i < MAX_SENDERS; i++)
    self->peer.last[i] = -1;
}

static void
make_crowd (void)
{
  static const int capacities[] = { 0, 1, 2, TS_CHANNEL_UNLIMITED, TS_CHANNEL_UNLIMITED, TS_CHANNEL_UNLIMITED };
  int capacity = capacities[ts_dst_random (G_N_ELEMENTS (capacities))];
  guint n_receivers;

  run = (Run) { .mode = (Mode) ts_dst_random (CLOSING + 1), .n_items = 1 + ts_dst_random (MAX_ITEMS),
                .n_senders = 1 + ts_dst_random (3) };
  run.channel = ts_channel_new_full (capacity, race_item_get_type (), TS_OVERFLOW_WAIT, NULL);
  ts_dst_describe ("mode %d, capacity %d, %u items; ", (int) run.mode, capacity, run.n_items);
  n_actors = 0;
  for (guint i = 0; i < run.n_senders; i++)
    {
      guint kind = ts_dst_random (N_SENDERS);

      run.received[i] = g_new0 (_Atomic int, run.n_items);
      run.fates[i] = g_new0 (guint8, run.n_items);
      add_actor (race_senders[kind], TRUE, i);
      ts_dst_describe ("sender %u; ", kind);
    }
  n_receivers = 1 + ts_dst_random (MAX_ACTORS - n_actors);
  for (guint i = 0; i < n_receivers; i++)
    {
      guint kind = ts_dst_random (i == 0 || run.mode == ORDERLY ? BY_LOST_CONTEXTS : N_RECEIVERS);

      add_actor (race_receivers[kind], FALSE, i);
      ts_dst_describe ("receiver %u; ", kind);
    }
}

static void
check_accounts (void)
{
  Peer last = { .run = &run };
  GValue value = G_VALUE_INIT;

  while (ts_channel_try_receive (run.channel, &value, NULL))
    race_take_received (&last, &value, NULL);
  for (guint sender = 0; sender < run.n_senders; sender++)
    for (guint number = 0; number < run.n_items; number++)
      {
        int received = atomic_load (&run.received[sender][number]);

        if (run.fates[sender][number] == UNKNOWN)
          ts_dst_check (received <= 1);
        else
          ts_dst_check (received == (run.fates[sender][number] == ACCEPTED));
      }
}

static void
end_crowd (void)
{
  for (guint i = 0; i < n_actors; i++)
    {
      race_publish (&actors[i].peer, NULL);
      g_mutex_clear (&actors[i].peer.mutex);
      g_rand_free (actors[i].peer.rand);
    }
  ts_dst_check_last_reference (run.channel);
  g_object_unref (run.channel);
  ts_dst_check (atomic_load (&race_items_alive) == 0);
  for (guint i = 0; i < run.n_senders; i++)
    {
      g_free (run.received[i]);
      g_free (run.fates[i]);
    }
}

static void
each_item_once (void)
{
  static const char *const names[] = { "actor 1", "actor 2", "actor 3", "actor 4", "actor 5", "actor 6" };

  make_crowd ();
  for (guint i = 0; i < n_actors; i++)
    ts_dst_spawn (names[i], run_actor, &actors[i]);
  ts_dst_spawn ("trouble", make_trouble, NULL);
  ts_dst_spawn ("referee", run_referee, NULL);
  ts_dst_run ();
  check_accounts ();
  end_crowd ();
}

int
main (int argc, char *argv[])
{
  static const TsDstScenario scenarios[] = {
    { "/tschan/dst/crowd/each-item-once", each_item_once, 2000 },
  };

  return ts_dst_main (argc, argv, scenarios, G_N_ELEMENTS (scenarios));
}
