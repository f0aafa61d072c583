/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* TsEvent where threads meet. Each case counts: every release is taken exactly once, or is there
 * afterwards. */

#include "ts-test-waiter.h"

/* Cancelling, deadlines and contexts against a set */

typedef struct
{
  TsEvent      *event;
  GCancellable *cancellable;
  GMainContext *context;
  gint64        deadline;
  _Atomic int   go;
  guint         delay; /* in turns of an empty loop */
} Race;

static void
wait_for_go (Race *race)
{
  while (!atomic_load (&race->go))
    ;
  for (volatile guint i = 0; i < race->delay; i++)
    ;
}

static gpointer
set_at_go (gpointer data)
{
  Race *race = data;

  wait_for_go (race);
  ts_event_set (race->event);
  return NULL;
}

static gpointer
cancel_at_go (gpointer data)
{
  Race *race = data;

  wait_for_go (race);
  g_cancellable_cancel (race->cancellable);
  return NULL;
}

/* The one rule: a wait that succeeds has taken the release, one that fails has left it. */
static void
check_release (TsEvent *event, gboolean released, const GError *error, int code)
{
  if (!released)
    g_assert_error (error, G_IO_ERROR, code);
  g_assert_cmpint (ts_event_is_set (event), ==, !released);
}

static void
race_init (Race *race, GRand *rand)
{
  *race = (Race) { .event = ts_event_new_auto_reset () };
  race->cancellable = g_cancellable_new ();
  race->delay = (guint) g_rand_int_range (rand, 0, 2000);
}

static void
race_clear (Race *race)
{
  g_object_unref (race->event);
  g_object_unref (race->cancellable);
}

static void
set_against_cancel (gconstpointer data)
{
  const TsTestRoute route = GPOINTER_TO_INT (data);
  g_autoptr (GRand) rand = ts_test_rand_new ();
  GMainContext *context = ts_test_context_push ();
  const guint rounds = ts_test_rounds (1000);

  for (guint round = 0; round < rounds; round++)
    {
      g_autoptr (GError) error = NULL;
      TsTestThread *setter, *canceller;
      TsTestWaiter *waiter;
      gboolean released;
      Race race;

      race_init (&race, rand);
      waiter = ts_test_waiter_start (route, &ts_test_event_waitable, race.event, race.cancellable);
      setter = ts_test_thread_new (set_at_go, &race);
      canceller = ts_test_thread_new (cancel_at_go, &race);
      atomic_store (&race.go, TRUE);
      released = ts_test_waiter_finish (waiter, &error);
      ts_test_thread_join (setter);
      ts_test_thread_join (canceller);
      check_release (race.event, released, error, G_IO_ERROR_CANCELLED);
      race_clear (&race);
    }
  ts_test_context_pop (context);
}

static void
set_against_deadline (void)
{
  g_autoptr (GRand) rand = ts_test_rand_new ();
  const guint rounds = ts_test_rounds (1000);

  for (guint round = 0; round < rounds; round++)
    {
      g_autoptr (GError) error = NULL;
      TsTestThread *setter;
      gboolean released;
      Race race;

      race_init (&race, rand);
      setter = ts_test_thread_new (set_at_go, &race);
      atomic_store (&race.go, TRUE);
      released = ts_event_wait_until (race.event,
                                      g_get_monotonic_time () + g_rand_int_range (rand, 0, 100),
                                      race.cancellable, &error);
      ts_test_thread_join (setter);
      check_release (race.event, released, error, G_IO_ERROR_TIMED_OUT);
      race_clear (&race);
    }
}

static gpointer
unref_context_at_go (gpointer data)
{
  Race *race = data;

  wait_for_go (race);
  g_main_context_unref (race->context);
  return NULL;
}

G_NORETURN static void
must_not_be_called (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_not_reached ();
}

static gboolean
must_not_be_dispatched (gpointer data)
{
  g_assert_not_reached ();
  return G_SOURCE_REMOVE;
}

static void
start_in_context (Race *race, gboolean source)
{
  g_main_context_push_thread_default (race->context);
  if (source)
    {
      GSource *event_source = ts_event_create_source (race->event, NULL);

      g_source_set_callback (event_source, must_not_be_dispatched, NULL, NULL);
      g_source_attach (event_source, race->context);
      g_source_unref (event_source);
      g_main_context_iteration (race->context, FALSE);
    }
  else
    {
      ts_event_wait_async (race->event, race->cancellable, must_not_be_called, NULL);
    }
  g_main_context_pop_thread_default (race->context);
}

/* The last reference on a context goes in one thread while another sets, and a third cancels. */
static void
lost_context_against_set (gconstpointer data)
{
  g_autoptr (GRand) rand = ts_test_rand_new ();
  const guint rounds = ts_test_rounds (1000);

  for (guint round = 0; round < rounds; round++)
    {
      TsTestThread *setter, *loser, *canceller;
      TsTestFate fate;
      Race race;

      race_init (&race, rand);
      ts_test_track (race.event, &fate);
      race.context = g_main_context_new ();
      start_in_context (&race, GPOINTER_TO_INT (data));
      setter = ts_test_thread_new (set_at_go, &race);
      loser = ts_test_thread_new (unref_context_at_go, &race);
      canceller = round % 2 == 0 ? ts_test_thread_new (cancel_at_go, &race) : NULL;
      atomic_store (&race.go, TRUE);
      ts_test_thread_join (setter);
      ts_test_thread_join (loser);
      if (canceller != NULL)
        ts_test_thread_join (canceller);

      g_assert_true (ts_event_is_set (race.event));
      race_clear (&race);
      ts_test_assert_finalized (&fate);
    }
}

typedef struct
{
  Race        race;
  GSource    *source;
  GMainLoop  *loop;
  _Atomic int calls;
} SourceRace;

static gboolean
count_dispatch (gpointer data)
{
  atomic_fetch_add (&((SourceRace *) data)->calls, 1);
  return G_SOURCE_CONTINUE;
}

static gpointer
destroy_source_at_go (gpointer data)
{
  SourceRace *race = data;

  wait_for_go (&race->race);
  g_source_destroy (race->source);
  return NULL;
}

/* A source in a running loop is destroyed by another thread while a third sets the event: either the
 * callback was called, or the event stays set; also while somebody keeps the source. */
static void
destroyed_source_against_set (void)
{
  g_autoptr (GRand) rand = ts_test_rand_new ();
  TsTestLoop *loop = ts_test_loop_new ();
  const guint rounds = ts_test_rounds (1000);

  for (guint round = 0; round < rounds; round++)
    {
      TsTestThread *setter, *destroyer;
      SourceRace race = { .calls = 0 };

      race_init (&race.race, rand);
      race.source = ts_event_create_source (race.race.event, NULL);
      g_source_set_callback (race.source, count_dispatch, &race, NULL);
      g_source_attach (race.source, ts_test_loop_get_context (loop));
      setter = ts_test_thread_new (set_at_go, &race.race);
      destroyer = ts_test_thread_new (destroy_source_at_go, &race);
      atomic_store (&race.race.go, TRUE);
      ts_test_thread_join (setter);
      ts_test_thread_join (destroyer);
      ts_test_wait_for (ts_event_is_set (race.race.event) || atomic_load (&race.calls) == 1);
      g_assert_cmpint (ts_event_is_set (race.race.event) + atomic_load (&race.calls), ==, 1);
      g_source_unref (race.source);
      race_clear (&race.race);
    }
  ts_test_loop_free (loop);
}

static gpointer
drop_source_at_go (gpointer data)
{
  SourceRace *race = data;

  wait_for_go (&race->race);
  g_source_destroy (race->source);
  g_source_unref (race->source);
  return NULL;
}

/* The callback is called for the cancellable, or for the event, or neither. (A GCancellableSource that
 * goes in this very moment is leaked by GLib 2.74, so leaks are not looked for.) */
#ifndef TS_TEST_ADDRESS_SANITIZER
static gpointer
do_nothing (gpointer data)
{
  return NULL;
}

static void
destroyed_source_against_cancel (void)
{
  g_autoptr (GRand) rand = ts_test_rand_new ();
  TsTestLoop *loop = ts_test_loop_new ();
  const guint rounds = ts_test_rounds (1000);

  for (guint round = 0; round < rounds; round++)
    {
      TsTestThread *canceller, *destroyer;
      SourceRace race = { .calls = 0 };

      race_init (&race.race, rand);
      race.source = ts_event_create_source (race.race.event, race.race.cancellable);
      g_source_set_callback (race.source, count_dispatch, &race, NULL);
      g_source_attach (race.source, ts_test_loop_get_context (loop));
      canceller = ts_test_thread_new (cancel_at_go, &race.race);
      destroyer = ts_test_thread_new (destroy_source_at_go, &race);
      atomic_store (&race.race.go, TRUE);
      ts_test_thread_join (canceller);
      ts_test_thread_join (destroyer);
      ts_test_loop_call (loop, do_nothing, NULL); /* after any dispatch under way */
      ts_event_set (race.race.event);
      g_assert_true (ts_event_is_set (race.race.event));
      g_source_unref (race.source);
      race_clear (&race.race);
    }
  ts_test_loop_free (loop);
}
#endif

static gpointer
cancel_token_at_go (gpointer data)
{
  gpointer *args = data;

  wait_for_go (args[0]);
  return GINT_TO_POINTER (ts_port_cancel (args[1], *(gint64 *) args[2]));
}

static void
cancelled_token_against_set (void)
{
  g_autoptr (GRand) rand = ts_test_rand_new ();
  g_autoptr (TsPort) port = ts_port_new ();
  const guint rounds = ts_test_rounds (1000);

  for (guint round = 0; round < rounds; round++)
    {
      TsTestThread *setter, *canceller;
      gpointer args[3];
      gint64 token;
      Race race;

      race_init (&race, rand);
      token = ts_port_wait_event (port, race.event);
      args[0] = &race;
      args[1] = port;
      args[2] = &token;
      setter = ts_test_thread_new (set_at_go, &race);
      canceller = ts_test_thread_new (cancel_token_at_go, args);
      atomic_store (&race.go, TRUE);
      ts_test_thread_join (setter);
      g_assert_true (GPOINTER_TO_INT (ts_test_thread_join (canceller)));
      g_assert_true (ts_event_is_set (race.event));
      g_assert_cmpint (ts_port_next_ready (port), ==, -1);
      race_clear (&race);
    }
}

static gpointer
unref_port_at_go (gpointer data)
{
  gpointer *args = data;

  wait_for_go (args[0]);
  g_object_unref (args[1]);
  return NULL;
}

static void
lost_port_against_set (void)
{
  g_autoptr (GRand) rand = ts_test_rand_new ();
  const guint rounds = ts_test_rounds (1000);

  for (guint round = 0; round < rounds; round++)
    {
      TsPort *port = ts_port_new ();
      TsTestThread *setter, *loser;
      gpointer args[2];
      Race race;

      race_init (&race, rand);
      for (int i = 0; i < 3; i++)
        ts_port_wait_event (port, race.event);
      args[0] = &race;
      args[1] = port;
      setter = ts_test_thread_new (set_at_go, &race);
      loser = ts_test_thread_new (unref_port_at_go, args);
      atomic_store (&race.go, TRUE);
      ts_test_thread_join (setter);
      ts_test_thread_join (loser);
      g_assert_true (ts_event_is_set (race.event));
      race_clear (&race);
    }
}

static void
dropped_source_against_set (void)
{
  g_autoptr (GRand) rand = ts_test_rand_new ();
  TsTestLoop *loop = ts_test_loop_new ();
  const guint rounds = ts_test_rounds (1000);

  for (guint round = 0; round < rounds; round++)
    {
      TsTestThread *setter, *dropper;
      SourceRace race = { .calls = 0 };

      race_init (&race.race, rand);
      race.source = ts_event_create_source (race.race.event, NULL);
      g_source_set_callback (race.source, count_dispatch, &race, NULL);
      g_source_attach (race.source, ts_test_loop_get_context (loop));
      setter = ts_test_thread_new (set_at_go, &race.race);
      dropper = ts_test_thread_new (drop_source_at_go, &race);
      atomic_store (&race.race.go, TRUE);
      ts_test_thread_join (setter);
      ts_test_thread_join (dropper);
      ts_test_wait_for (ts_event_is_set (race.race.event) || atomic_load (&race.calls) == 1);
      g_assert_cmpint (ts_event_is_set (race.race.event) + atomic_load (&race.calls), ==, 1);
      race_clear (&race.race);
    }
  ts_test_loop_free (loop);
}

/* Everyone waits for one event, again and again */

#define N_THREADS 4
#define N_LOOPS   2

typedef struct
{
  TsEvent     *event; /* of the round */
  _Atomic int  round;
  _Atomic int  released;
  guint        rounds;
} Everyone;

typedef struct
{
  Everyone   *everyone;
  GMainLoop  *loop;
  guint       round;
} LoopWaiter;

static gpointer
wait_in_thread (gpointer data)
{
  Everyone *everyone = data;

  for (guint round = 0; round < everyone->rounds; round++)
    {
      g_assert_true (ts_event_wait (everyone->event, NULL, NULL));
      atomic_fetch_add (&everyone->released, 1);
      ts_test_spin_until (atomic_load (&everyone->round) > (int) round);
    }
  return NULL;
}

static void
on_released (GObject *source, GAsyncResult *result, gpointer data)
{
  LoopWaiter *self = data;
  Everyone *everyone = self->everyone;

  g_assert_true (ts_event_wait_finish (TS_EVENT (source), result, NULL));
  atomic_fetch_add (&everyone->released, 1);
  ts_test_spin_until (atomic_load (&everyone->round) > (int) self->round);
  if (++self->round < everyone->rounds)
    ts_event_wait_async (everyone->event, NULL, on_released, self);
  else
    g_main_loop_quit (self->loop);
}

static gpointer
wait_in_loop (gpointer data)
{
  GMainContext *context = ts_test_context_push ();
  LoopWaiter self = { data, g_main_loop_new (context, FALSE), 0 };

  ts_event_wait_async (self.everyone->event, NULL, on_released, &self);
  g_main_loop_run (self.loop);
  g_main_loop_unref (self.loop);
  ts_test_context_pop (context);
  return NULL;
}

static void
everyone_is_released_each_round (void)
{
  Everyone everyone = { .event = ts_event_new (), .rounds = ts_test_rounds (10000) };
  TsTestThread *threads[N_THREADS + N_LOOPS];

  for (guint i = 0; i < N_THREADS + N_LOOPS; i++)
    threads[i] = ts_test_thread_new (i < N_THREADS ? wait_in_thread : wait_in_loop, &everyone);
  for (guint round = 0; round < everyone.rounds; round++)
    {
      ts_event_set (everyone.event);
      ts_test_spin_until (atomic_load (&everyone.released) ==
                          (int) (round + 1) * (N_THREADS + N_LOOPS));
      ts_event_clear (everyone.event);
      atomic_store (&everyone.round, (int) round + 1);
    }
  for (guint i = 0; i < N_THREADS + N_LOOPS; i++)
    ts_test_thread_join (threads[i]);
  g_object_unref (everyone.event);
}

/* Many releases of an auto-reset event, among threads, loops and a port */

typedef struct
{
  TsEvent     *event;
  TsEvent     *taken; /* answers each release */
  _Atomic int  releases;
  _Atomic int  stop;
} Tickets;

static void
take_ticket (Tickets *tickets)
{
  atomic_fetch_add (&tickets->releases, 1);
  ts_event_set (tickets->taken);
}

static gpointer
take_in_thread (gpointer data)
{
  Tickets *tickets = data;

  while (ts_event_wait (tickets->event, NULL, NULL) && !atomic_load (&tickets->stop))
    take_ticket (tickets);
  ts_event_set (tickets->event); /* the end is for everyone */
  return NULL;
}

static gboolean
take_in_watch (TsEvent *event, gpointer data)
{
  Tickets *tickets = data;

  if (!atomic_load (&tickets->stop))
    {
      take_ticket (tickets);
      return G_SOURCE_CONTINUE;
    }
  ts_event_set (event);
  return G_SOURCE_REMOVE;
}

static gpointer
add_ticket_watch (gpointer data)
{
  ts_event_add_watch (((Tickets *) data)->event, take_in_watch, data);
  return NULL;
}

static void
each_release_is_taken_once (void)
{
  Tickets tickets = { ts_event_new_auto_reset (), ts_event_new_auto_reset () };
  const guint rounds = ts_test_rounds (10000);
  TsTestThread *threads[3];
  TsTestLoop *loops[2];

  for (guint i = 0; i < 3; i++)
    threads[i] = ts_test_thread_new (take_in_thread, &tickets);
  for (guint i = 0; i < 2; i++)
    {
      loops[i] = ts_test_loop_new ();
      ts_test_loop_call (loops[i], add_ticket_watch, &tickets);
    }
  for (guint round = 0; round < rounds; round++)
    {
      ts_event_set (tickets.event);
      g_assert_true (ts_event_wait (tickets.taken, NULL, NULL));
      g_assert_cmpint (atomic_load (&tickets.releases), ==, round + 1);
    }
  atomic_store (&tickets.stop, TRUE);
  ts_event_set (tickets.event);
  for (guint i = 0; i < 3; i++)
    ts_test_thread_join (threads[i]);
  for (guint i = 0; i < 2; i++)
    ts_test_loop_free (loops[i]);
  g_object_unref (tickets.event);
  g_object_unref (tickets.taken);
}

/* Many threads, one set */

static gpointer
wait_once (gpointer event)
{
  ts_test_thread_will_block ();
  g_assert_true (ts_event_wait (event, NULL, NULL));
  return NULL;
}

static void
crowd_is_released_by_one_set (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  const guint n = ts_test_in_valgrind () ? 16 : 200;
  g_autofree TsTestThread **threads = g_new (TsTestThread *, n);

  for (guint i = 0; i < n; i++)
    threads[i] = ts_test_thread_new (wait_once, event);
  for (guint i = 0; i < n; i++)
    ts_test_thread_wait_blocked (threads[i]);
  ts_event_set (event);
  ts_event_clear (event);
  for (guint i = 0; i < n; i++)
    ts_test_thread_join (threads[i]);
}

/* The last reference goes while others wait, and their wait is the last to hold it. */
static gpointer
wait_and_drop (gpointer event)
{
  g_assert_true (ts_event_wait (event, NULL, NULL));
  g_object_unref (event);
  return NULL;
}

static void
last_reference_goes_with_the_wait (void)
{
  const guint rounds = ts_test_rounds (1000);

  for (guint round = 0; round < rounds; round++)
    {
      TsEvent *event = ts_event_new ();
      TsTestThread *thread = ts_test_thread_new (wait_and_drop, g_object_ref (event));
      TsTestFate fate;

      ts_test_track (event, &fate);
      ts_event_set (event);
      g_object_unref (event);
      ts_test_thread_join (thread);
      ts_test_assert_finalized (&fate);
    }
}

/* What was written before a set is seen by whoever finds the event set, though it takes no lock for that:
 * for ThreadSanitizer. */

typedef struct
{
  TsEvent *event;
  int      written; /* without any protection but the event's */
} News;

static gpointer
write_and_set (gpointer data)
{
  News *news = data;

  news->written = 1;
  ts_event_set (news->event);
  return NULL;
}

static void
what_was_written_before_a_set_is_seen (void)
{
  for (guint round = 0; round < 50; round++)
    {
      News news = { ts_event_new (), 0 };
      TsTestThread *writer = ts_test_thread_new (write_and_set, &news);

      while (!ts_event_is_set (news.event))
        g_thread_yield ();
      g_assert_cmpint (news.written, ==, 1);
      ts_test_thread_join (writer);
      g_object_unref (news.event);
    }
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  for (int route = 0; route < TS_TEST_N_ROUTES; route++)
    {
      g_autofree char *path =
        g_strconcat ("/tschan/event/race/set-against-cancel/", ts_test_route_name (route), NULL);

      if (ts_test_route_takes_cancellable (route) && route != TS_TEST_ROUTE_SOURCE)
        ts_test_add_data (path, set_against_cancel, GINT_TO_POINTER (route));
    }
  ts_test_add ("/tschan/event/race/set-against-deadline", set_against_deadline);
  ts_test_add_data ("/tschan/event/race/lost-context-against-set/async", lost_context_against_set,
                    GINT_TO_POINTER (FALSE));
  ts_test_add_data ("/tschan/event/race/lost-context-against-set/source", lost_context_against_set,
                    GINT_TO_POINTER (TRUE));
  ts_test_add ("/tschan/event/race/destroyed-source-against-set", destroyed_source_against_set);
#ifndef TS_TEST_ADDRESS_SANITIZER
  ts_test_add ("/tschan/event/race/destroyed-source-against-cancel",
               destroyed_source_against_cancel);
#endif
  ts_test_add ("/tschan/event/race/dropped-source-against-set", dropped_source_against_set);
  ts_test_add ("/tschan/event/race/what-was-written-before-a-set-is-seen",
               what_was_written_before_a_set_is_seen);
  ts_test_add ("/tschan/event/race/cancelled-token-against-set", cancelled_token_against_set);
  ts_test_add ("/tschan/event/race/lost-port-against-set", lost_port_against_set);
  ts_test_add ("/tschan/event/race/E24-everyone-is-released-each-round",
               everyone_is_released_each_round);
  ts_test_add ("/tschan/event/race/E15-each-release-is-taken-once", each_release_is_taken_once);
  ts_test_add ("/tschan/event/race/E15-crowd-is-released-by-one-set",
               crowd_is_released_by_one_set);
  ts_test_add ("/tschan/event/race/E19-last-reference-goes-with-the-wait",
               last_reference_goes_with_the_wait);

  return g_test_run ();
}
