/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* TsSelect where threads and loops meet: each item and each permit exactly once. */

#include "ts-test-util.h"

#define N_CHANNELS 4

/* Plain senders and receivers beside selects on either side, on channels of all kinds */

typedef struct
{
  TsChannel   *channels[N_CHANNELS];
  guint        n; /* items of each plain sender, and of a select for each channel */
  _Atomic int *received[N_CHANNELS];
} Crossing;

typedef struct
{
  Crossing *crossing;
  guint     channel;
} Plain;

static void
note_received (Crossing *self, guint channel, const GValue *value)
{
  const gint64 item = g_value_get_int64 (value);

  g_assert_cmpint (item, <, 2 * self->n);
  g_assert_cmpint (atomic_fetch_add (&self->received[channel][item], 1), ==, 0);
}

static gpointer
send_plainly (gpointer data)
{
  Plain *plain = data;

  for (guint i = 0; i < plain->crossing->n; i++)
    g_assert_true (ts_channel_send_int64 (plain->crossing->channels[plain->channel], i, NULL,
                                          NULL));
  return NULL;
}

static gpointer
receive_plainly (gpointer data)
{
  Plain *plain = data;
  g_auto (GValue) value = G_VALUE_INIT;

  for (guint i = 0; i < plain->crossing->n; i++)
    {
      g_assert_true (ts_channel_receive (plain->crossing->channels[plain->channel], NULL, &value,
                                         NULL));
      note_received (plain->crossing, plain->channel, &value);
    }
  return NULL;
}

static gpointer
send_by_select (gpointer data)
{
  Crossing *self = data;
  g_autoptr (TsSelect) select = ts_select_new ();
  guint next[N_CHANNELS];
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT64);
  for (guint i = 0; i < N_CHANNELS; i++)
    {
      next[i] = self->n;
      g_value_set_int64 (&value, next[i]);
      ts_select_add_send (select, self->channels[i], &value, NULL);
    }
  for (guint sent = 0; sent < N_CHANNELS * self->n; sent++)
    {
      const int won = ts_select_wait (select, NULL, NULL);

      g_assert_cmpint (won, >=, 0);
      g_value_set_int64 (&value, ++next[won]);
      if (next[won] < 2 * self->n)
        g_assert_true (ts_select_set_value (select, won, &value, NULL));
    }
  return NULL;
}

/* One of two who receive by select: each takes half of what the plain receivers leave. */
typedef struct
{
  Crossing *crossing;
  guint     left[N_CHANNELS];
  guint     n_left;
} Receiver;

static TsSelect *
receiver_init (Receiver *self, Crossing *crossing, guint share)
{
  TsSelect *select = ts_select_new ();

  *self = (Receiver) { .crossing = crossing, .n_left = N_CHANNELS * share };
  for (guint i = 0; i < N_CHANNELS; i++)
    {
      self->left[i] = share;
      ts_select_add_receive (select, crossing->channels[i]);
    }
  return select;
}

static void
receiver_note (Receiver *self, TsSelect *select, int won)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_assert_cmpint (won, >=, 0);
  g_assert_true (ts_select_steal_value (select, won, &value));
  note_received (self->crossing, (guint) won, &value);
  self->n_left--;
  if (--self->left[won] == 0)
    g_assert_true (ts_select_remove (select, won));
}

static gpointer
receive_by_select (gpointer data)
{
  Crossing *crossing = data;
  Receiver self;
  g_autoptr (TsSelect) select = receiver_init (&self, crossing, crossing->n / 2);

  while (self.n_left > 0)
    receiver_note (&self, select, ts_select_wait (select, NULL, NULL));
  return NULL;
}

static void
on_won (GObject *source, GAsyncResult *result, gpointer data)
{
  Receiver *self = data;
  TsSelect *select = TS_SELECT (source);

  receiver_note (self, select, ts_select_wait_finish (select, result, NULL));
  if (self->n_left > 0)
    ts_select_wait_async (select, NULL, on_won, self);
}

static gpointer
receive_by_select_in_loop (gpointer data)
{
  Crossing *crossing = data;
  GMainContext *context = ts_test_context_push ();
  Receiver self;
  g_autoptr (TsSelect) select = receiver_init (&self, crossing, crossing->n - crossing->n / 2);

  ts_select_wait_async (select, NULL, on_won, &self);
  while (self.n_left > 0)
    g_main_context_iteration (context, TRUE);
  ts_test_context_pop (context);
  return NULL;
}

static void
selects_and_others_cross (void)
{
  const int capacities[N_CHANNELS] = { 0, 1, 2, 10 };
  Crossing self = { .n = 2 + ts_test_rounds (2000) };
  TsTestThread *threads[2 * N_CHANNELS + 3];
  Plain plains[N_CHANNELS];

  for (guint i = 0; i < N_CHANNELS; i++)
    {
      self.channels[i] = ts_channel_new (capacities[i]);
      self.received[i] = g_new0 (_Atomic int, 2 * self.n);
      plains[i] = (Plain) { &self, i };
    }
  for (guint i = 0; i < N_CHANNELS; i++)
    {
      threads[2 * i] = ts_test_thread_new (send_plainly, &plains[i]);
      threads[2 * i + 1] = ts_test_thread_new (receive_plainly, &plains[i]);
    }
  threads[2 * N_CHANNELS] = ts_test_thread_new (send_by_select, &self);
  threads[2 * N_CHANNELS + 1] = ts_test_thread_new (receive_by_select, &self);
  threads[2 * N_CHANNELS + 2] = ts_test_thread_new (receive_by_select_in_loop, &self);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    ts_test_thread_join (threads[i]);

  for (guint i = 0; i < N_CHANNELS; i++)
    {
      for (guint item = 0; item < 2 * self.n; item++)
        g_assert_cmpint (atomic_load (&self.received[i][item]), ==, 1);
      g_assert_cmpuint (ts_channel_get_length (self.channels[i]), ==, 0);
      g_assert_finalize_object (self.channels[i]);
      g_free (self.received[i]);
    }
}

/* Each of many either sends to another or receives from another: all pair off. */

typedef struct
{
  TsChannel  *channel;
  _Atomic int sum;
  _Atomic int n_sent;
  _Atomic int n_received;
} Party;

static gpointer
pair_off (gpointer data)
{
  Party *party = data;
  g_autoptr (TsSelect) select = ts_select_new ();
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT64);
  g_value_set_int64 (&value, 1);
  ts_select_add_send (select, party->channel, &value, NULL);
  ts_select_add_receive (select, party->channel);
  if (ts_select_wait (select, NULL, NULL) == 0)
    {
      atomic_fetch_add (&party->n_sent, 1);
    }
  else
    {
      g_assert_true (ts_select_get_value (select, 1, &value));
      atomic_fetch_add (&party->n_received, 1);
      atomic_fetch_add (&party->sum, (int) g_value_get_int64 (&value));
    }
  return NULL;
}

static void
all_pair_off (void)
{
  const guint rounds = ts_test_rounds (50);
  TsTestThread *threads[20];

  for (guint round = 0; round < rounds; round++)
    {
      Party party = { .channel = ts_channel_new (0) };

      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = ts_test_thread_new (pair_off, &party);
      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        ts_test_thread_join (threads[i]);
      g_assert_cmpint (atomic_load (&party.n_sent), ==, G_N_ELEMENTS (threads) / 2);
      g_assert_cmpint (atomic_load (&party.n_received), ==, G_N_ELEMENTS (threads) / 2);
      g_assert_cmpint (atomic_load (&party.sum), ==, G_N_ELEMENTS (threads) / 2);
      g_assert_finalize_object (party.channel);
    }
}

/* Tokens that go round in different shapes, among selects that give up at random */

typedef struct
{
  TsChannel   *channel;   /* holds two tokens */
  TsSemaphore *semaphore; /* two permits */
  TsLock      *lock;
  TsEvent     *event;     /* auto-reset: one release */
  _Atomic int  holders[4];
  guint        rounds;
  guint32      seed;
} Tokens;

/* Has what it won to itself for a moment, and gives it back. */
static void
use_token (Tokens *self, int won)
{
  const int most[] = { 2, 2, 1, 1 };

  g_assert_cmpint (atomic_fetch_add (&self->holders[won], 1), <, most[won]);
  g_thread_yield ();
  atomic_fetch_sub (&self->holders[won], 1);
  if (won == 0)
    g_assert_true (ts_channel_send_int64 (self->channel, 1, NULL, NULL));
  else if (won == 1)
    g_assert_true (ts_semaphore_release (self->semaphore, 1, NULL));
  else if (won == 2)
    g_assert_true (ts_lock_release (self->lock, NULL));
  else
    ts_event_set (self->event);
}

static TsSelect *
select_of_tokens (Tokens *self)
{
  TsSelect *select = ts_select_new ();

  ts_select_add_receive (select, self->channel);
  ts_select_add_acquire (select, self->semaphore);
  ts_select_add_lock (select, self->lock);
  ts_select_add_event (select, self->event);
  return select;
}

static gpointer
take_tokens_in_thread (gpointer data)
{
  Tokens *self = data;
  g_autoptr (TsSelect) select = select_of_tokens (self);
  g_autoptr (GRand) rand = g_rand_new_with_seed (self->seed + GPOINTER_TO_UINT (g_thread_self ()));

  for (guint round = 0; round < self->rounds; round++)
    {
      const gint64 deadline = g_get_monotonic_time () + g_rand_int_range (rand, 0, 50);
      const int won = ts_select_wait_until (select, deadline, NULL, NULL);

      if (won >= 0)
        use_token (self, won);
    }
  return NULL;
}

typedef struct
{
  Tokens *tokens;
  GRand  *rand;
  guint   n_calls;
} TokenTask;

static void
on_token (GObject *source, GAsyncResult *result, gpointer data)
{
  TokenTask *self = data;

  self->n_calls++;
  if (g_rand_int_range (self->rand, 0, 4) > 0) /* else it is dropped */
    {
      const int won = ts_select_wait_finish (TS_SELECT (source), result, NULL);

      if (won >= 0)
        use_token (self->tokens, won);
    }
}

static gpointer
take_tokens_in_loop (gpointer data)
{
  TokenTask self = { data, g_rand_new_with_seed (((Tokens *) data)->seed), 0 };

  for (guint round = 0; round < self.tokens->rounds; round++)
    {
      GMainContext *context = ts_test_context_push ();
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      TsSelect *select = select_of_tokens (self.tokens);
      const guint before = self.n_calls;

      ts_select_wait_async (select, cancellable, on_token, &self);
      if (g_rand_int_range (self.rand, 0, 3) == 0)
        g_cancellable_cancel (cancellable);
      while (self.n_calls == before && g_rand_int_range (self.rand, 0, 8) > 0)
        g_main_context_iteration (context, FALSE);
      ts_test_context_pop (context); /* perhaps with the wait */
      g_object_unref (select);
    }
  g_rand_free (self.rand);
  return NULL;
}

static gpointer
take_tokens_by_port (gpointer data)
{
  Tokens *self = data;
  g_autoptr (TsSelect) select = select_of_tokens (self);
  g_autoptr (TsPort) port = ts_port_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (self->seed + 1);

  for (guint round = 0; round < self->rounds; round++)
    {
      const gint64 token = ts_port_select (port, select);
      g_auto (GValue) value = G_VALUE_INIT;

      while (g_rand_int_range (rand, 0, 4) > 0)
        g_thread_yield ();
      if (ts_port_next_ready (port) == token && g_rand_int_range (rand, 0, 4) > 0)
        {
          g_assert_true (ts_port_finish (port, token, &value, NULL));
          use_token (self, g_value_get_int (&value));
        }
      else
        {
          g_assert_true (ts_port_cancel (port, token));
        }
    }
  return NULL;
}

static void
tokens_stay_as_many (void)
{
  g_autoptr (GRand) rand = ts_test_rand_new ();
  Tokens self = { .rounds = ts_test_rounds (2000), .seed = g_rand_int (rand) };
  const GThreadFunc funcs[] = { take_tokens_in_thread, take_tokens_in_thread, take_tokens_in_loop,
                                take_tokens_by_port };
  TsTestThread *threads[G_N_ELEMENTS (funcs)];

  self.channel = ts_channel_new (2);
  self.semaphore = ts_semaphore_new_bounded (2, 2);
  self.lock = ts_lock_new ();
  self.event = ts_event_new_auto_reset ();
  ts_event_set (self.event);
  ts_channel_send_int64 (self.channel, 1, NULL, NULL);
  ts_channel_send_int64 (self.channel, 1, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (funcs); i++)
    threads[i] = ts_test_thread_new (funcs[i], &self);
  for (guint i = 0; i < G_N_ELEMENTS (funcs); i++)
    ts_test_thread_join (threads[i]);

  g_assert_cmpuint (ts_channel_get_length (self.channel), ==, 2);
  g_assert_cmpuint (ts_semaphore_get_value (self.semaphore), ==, 2);
  g_assert_false (ts_lock_is_held (self.lock));
  g_assert_true (ts_event_is_set (self.event));
  g_assert_finalize_object (self.channel);
  g_assert_finalize_object (self.semaphore);
  g_assert_finalize_object (self.lock);
  g_assert_finalize_object (self.event);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/select/race/X06-selects-and-others-cross", selects_and_others_cross);
  ts_test_add ("/tschan/select/race/X06-all-pair-off", all_pair_off);
  ts_test_add ("/tschan/select/race/X06-tokens-stay-as-many", tokens_stay_as_many);

  return g_test_run ();
}
