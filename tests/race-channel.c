/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Exactly once: senders and receivers of every kind on one channel, with cancellations, deadlines,
 * closes, results that nobody collects and contexts that go. In the end each item is accounted for:
 * received once if its send succeeded, never if it failed. In the orderly form, in which nothing is
 * given back, each receiver also gets the items of a sender in their order; in pairs it does so in
 * the others as well. */

#include "race-channel.h"

typedef struct
{
  PeerMain      main;
  Peer          peer;
  TsTestThread *thread;
} Actor;

static gpointer
actor_main (gpointer data)
{
  Actor *self = data;

  self->main (&self->peer);
  return NULL;
}

static void
actor_init (Actor *self, Run *run, guint index, PeerMain main, GRand *rand)
{
  *self = (Actor) { .main = main, .peer = { .run = run, .index = index, .window = WINDOW } };
  self->peer.orderly = run->mode == ORDERLY;
  self->peer.rand = g_rand_new_with_seed (g_rand_int (rand));
  g_mutex_init (&self->peer.mutex);
  for (guint i = 0; i < MAX_SENDERS; i++)
    self->peer.last[i] = -1;
}

static void
actor_run (Actor *self)
{
  self->thread = ts_test_thread_new (actor_main, self);
}

static void
actor_join (Actor *self)
{
  ts_test_thread_join (g_steal_pointer (&self->thread));
}

static void
actor_clear (Actor *self)
{
  race_publish (&self->peer, NULL);
  g_mutex_clear (&self->peer.mutex);
  g_rand_free (self->peer.rand);
}

typedef struct
{
  Run   *run;
  Actor *actors;
  guint  n_actors;
  GRand *rand;
} Trouble;

/* Cancels this and that, and closes in the midst if it is to. */
static gpointer
make_trouble (gpointer data)
{
  Trouble *self = data;
  guint until_close = (guint) g_rand_int_range (self->rand, 0, 200);

  while (!atomic_load (&self->run->stop))
    {
      guint victim = (guint) g_rand_int_range (self->rand, 0, (gint32) self->n_actors);

      race_cancel (&self->actors[victim].peer);
      if (self->run->mode == CLOSING && until_close-- == 0)
        ts_channel_close (self->run->channel);
      if (self->run->mode == ORDERLY && ts_channel_get_capacity (self->run->channel) >= 0)
        g_assert_cmpuint (ts_channel_get_length (self->run->channel), <=,
                          (guint) ts_channel_get_capacity (self->run->channel));
      ts_test_pause ();
    }
  return NULL;
}

static void
run_init (Run *self, Mode mode, int capacity, guint n_senders, guint n_items)
{
  *self = (Run) { .mode = mode, .n_items = n_items, .n_senders = n_senders };
  self->channel = ts_channel_new_full (capacity, race_item_get_type (), TS_OVERFLOW_WAIT, NULL);
  for (guint i = 0; i < self->n_senders; i++)
    {
      self->received[i] = g_new0 (_Atomic int, n_items);
      self->fates[i] = g_new0 (guint8, n_items);
    }
}

/* What is still inside. @last: who has received all the others, or NULL. */
static void
drain (Run *self, Peer *last)
{
  Peer peer = { .run = self };
  GValue value = G_VALUE_INIT;

  if (self->mode == ORDERLY)
    g_assert_cmpuint (ts_channel_get_length (self->channel), ==, 0);
  while (ts_channel_try_receive (self->channel, &value, NULL))
    race_take_received (last != NULL ? last : &peer, &value, NULL);
}

/* How many items have come to which end, in all runs of a test */
typedef struct
{
  guint made;
  guint received;
  guint refused;
} Totals;

static void
check_account (Run *self, guint sender, guint number, Totals *totals)
{
  const int received = atomic_load (&self->received[sender][number]);
  const Fate fate = self->fates[sender][number];

  if (fate == UNKNOWN)
    g_assert_cmpint (received, <=, 1);
  else
    g_assert_cmpint (received, ==, fate == ACCEPTED);
  totals->received += (guint) received;
  totals->refused += fate == REFUSED;
}

static void
check_accounts (Run *self, Actor *senders, Totals *totals)
{
  for (guint sender = 0; sender < self->n_senders; sender++)
    {
      totals->made += senders[sender].peer.next;
      for (guint number = 0; number < self->n_items; number++)
        check_account (self, sender, number, totals);
    }
}

static void
tell (const Totals *totals)
{
  g_test_message ("%u items: %u received, %u not sent, %u gone with those who sent them",
                  totals->made, totals->received, totals->refused,
                  totals->made - totals->received - totals->refused);
}

static void
run_clear (Run *self)
{
  TsTestFate fate;

  ts_test_track (self->channel, &fate);
  g_object_unref (self->channel);
  ts_test_assert_finalized (&fate);
  g_assert_cmpint (atomic_load (&race_items_alive), ==, 0);
  for (guint i = 0; i < self->n_senders; i++)
    {
      g_free (self->received[i]);
      g_free (self->fates[i]);
    }
}

/* All that take part: senders first. */
static void
run_all (Run *self, Actor *actors, guint n_actors, GRand *rand)
{
  Trouble trouble = { self, actors, n_actors, rand };
  TsTestThread *troublemaker;

  for (guint i = 0; i < n_actors; i++)
    actor_run (&actors[i]);
  troublemaker = ts_test_thread_new (make_trouble, &trouble);
  for (guint i = 0; i < self->n_senders; i++)
    actor_join (&actors[i]);
  ts_channel_close (self->channel);
  for (guint i = self->n_senders; i < n_actors; i++)
    actor_join (&actors[i]);
  atomic_store (&self->stop, TRUE);
  ts_test_thread_join (troublemaker);
}

static void
run_crowd (Mode mode, int capacity, guint n_items, GRand *rand, Totals *totals)
{
  Actor actors[N_SENDERS + N_RECEIVERS];
  Run self;

  run_init (&self, mode, capacity, N_SENDERS, n_items);
  for (guint i = 0; i < N_SENDERS; i++)
    actor_init (&actors[i], &self, i, race_senders[i], rand);
  for (guint i = 0; i < N_RECEIVERS; i++)
    actor_init (&actors[N_SENDERS + i], &self, i, race_receivers[i], rand);
  run_all (&self, actors, G_N_ELEMENTS (actors), rand);
  drain (&self, NULL);
  check_accounts (&self, actors, totals);
  for (guint i = 0; i < G_N_ELEMENTS (actors); i++)
    actor_clear (&actors[i]);
  run_clear (&self);
}

/* One kind of sender and one of receiver at a time find what a crowd hides. A receiver gets all in
 * order, whatever is given back in between, if it has one operation under way, or if it gives back
 * whatever it has. */
static void
choose_order (Peer *receiver, GRand *rand)
{
  const gint32 choice = g_rand_int_range (rand, 0, 3);

  receiver->orderly = choice != 0;
  receiver->window = choice == 1 ? 1 : WINDOW;
  receiver->sweeping = choice == 2;
}

static void
run_pair (PeerMain sender, PeerMain receiver, int capacity, GRand *rand, Totals *totals)
{
  const Mode mode = g_rand_int_range (rand, 0, 4) == 0 ? CLOSING : CHAOTIC;
  Actor actors[2];
  Run self;

  run_init (&self, mode, capacity, 1, 60);
  actor_init (&actors[0], &self, 0, sender, rand);
  actor_init (&actors[1], &self, 0, receiver, rand);
  choose_order (&actors[1].peer, rand);
  run_all (&self, actors, 2, rand);
  drain (&self, &actors[1].peer);
  check_accounts (&self, actors, totals);
  actor_clear (&actors[0]);
  actor_clear (&actors[1]);
  run_clear (&self);
}

static const int capacities[] = { 0, 1, 7, TS_CHANNEL_UNLIMITED };

static void
each_item_once (gconstpointer data)
{
  const Mode mode = GPOINTER_TO_INT (data);
  g_autoptr (GRand) rand = ts_test_rand_new ();
  const guint rounds = ts_test_rounds (4);
  Totals totals = { 0 };

  for (guint round = 0; round < rounds; round++)
    for (guint i = 0; i < G_N_ELEMENTS (capacities); i++)
      {
        ts_test_note ("mode %d, capacity %d, round %u", (int) mode, capacities[i], round);
        run_crowd (mode, capacities[i], ts_test_in_valgrind () ? 30 : 300, rand, &totals);
      }
  tell (&totals);
}

/* A hundred rounds, as under stress, are a million items. */
static void
each_item_once_in_pairs (void)
{
  g_autoptr (GRand) rand = ts_test_rand_new ();
  const guint rounds = ts_test_rounds (1);
  Totals totals = { 0 };

  for (guint round = 0; round < rounds; round++)
    for (guint sender = 0; sender < N_SENDERS; sender++)
      for (guint receiver = 0; receiver < N_RECEIVERS; receiver++)
        for (guint i = 0; i < G_N_ELEMENTS (capacities); i++)
          {
            ts_test_note ("round %u, sender %u, receiver %u, capacity %d", round, sender, receiver,
                          capacities[i]);
            run_pair (race_senders[sender], race_receivers[receiver], capacities[i], rand, &totals);
          }
  tell (&totals);
}

/* Back and forth, and round and round */

typedef struct
{
  TsChannel *from;
  TsChannel *to;
  guint      rounds;
} Station;

static gpointer
pass_on (gpointer data)
{
  Station *self = data;
  GValue value = G_VALUE_INIT;

  for (guint i = 0; i < self->rounds; i++)
    {
      g_assert_true (ts_channel_receive (self->from, NULL, &value, NULL));
      g_assert_true (ts_channel_send_int64 (self->to, g_value_get_int64 (&value) + 1, NULL, NULL));
    }
  g_value_unset (&value);
  return NULL;
}

static void
pass_round (guint n_stations, int capacity, guint rounds)
{
  g_autofree Station *stations = g_new0 (Station, n_stations);
  g_autofree TsTestThread **threads = g_new0 (TsTestThread *, n_stations);
  g_autofree TsChannel **channels = g_new0 (TsChannel *, n_stations + 1);
  GValue value = G_VALUE_INIT;

  for (guint i = 0; i <= n_stations; i++)
    channels[i] = ts_channel_new (capacity);
  for (guint i = 0; i < n_stations; i++)
    {
      stations[i] = (Station) { channels[i], channels[i + 1], rounds };
      threads[i] = ts_test_thread_new (pass_on, &stations[i]);
    }
  for (guint i = 0; i < rounds; i++)
    {
      g_assert_true (ts_channel_send_int64 (channels[0], i, NULL, NULL));
      g_assert_true (ts_channel_receive (channels[n_stations], NULL, &value, NULL));
      g_assert_cmpint (g_value_get_int64 (&value), ==, i + n_stations);
    }
  for (guint i = 0; i < n_stations; i++)
    ts_test_thread_join (threads[i]);
  for (guint i = 0; i <= n_stations; i++)
    g_assert_finalize_object (channels[i]);
}

static void
items_go_back_and_forth (void)
{
  pass_round (1, 0, ts_test_rounds (20000));
  pass_round (1, 1, ts_test_rounds (20000));
}

static void
items_go_down_a_chain (void)
{
  pass_round (30, 0, ts_test_rounds (30));
  pass_round (30, 1, ts_test_rounds (30));
}

static gpointer
use_once_each (gpointer data)
{
  const guint rounds = ts_test_rounds (5000);

  for (guint i = 0; i < rounds; i++)
    {
      TsChannel *channel = ts_channel_new (1);
      GValue value = G_VALUE_INIT;

      g_assert_true (ts_channel_send_int64 (channel, i, NULL, NULL));
      if (i % 2 == 0)
        g_assert_true (ts_channel_receive (channel, NULL, &value, NULL));
      g_object_unref (channel);
    }
  return NULL;
}

static void
many_channels_are_used_once (void)
{
  TsTestThread *threads[3];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = ts_test_thread_new (use_once_each, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    ts_test_thread_join (threads[i]);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add_data ("/tschan/channel/race/C17-each-item-once/orderly", each_item_once,
                    GINT_TO_POINTER (ORDERLY));
  ts_test_add_data ("/tschan/channel/race/C17-each-item-once/chaotic", each_item_once,
                    GINT_TO_POINTER (CHAOTIC));
  ts_test_add_data ("/tschan/channel/race/C17-each-item-once/closing", each_item_once,
                    GINT_TO_POINTER (CLOSING));
  ts_test_add ("/tschan/channel/race/C17-each-item-once/in-pairs", each_item_once_in_pairs);
  ts_test_add ("/tschan/channel/race/items-go-back-and-forth", items_go_back_and_forth);
  ts_test_add ("/tschan/channel/race/items-go-down-a-chain", items_go_down_a_chain);
  ts_test_add ("/tschan/channel/race/many-channels-are-used-once", many_channels_are_used_once);

  return g_test_run ();
}
