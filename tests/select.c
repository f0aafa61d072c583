/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a TsSelect does, by every way to wait for it. */

#include "select-chooser.h"
#include "ts-test-channel.h"

/* What a select may choose from, all of it not possible at first */

typedef enum
{
  RECEIVE,
  SEND,
  EVENT,
  ACQUIRE,
  LOCK,
  FUTURE,
  N_KINDS,
} Kind;

typedef struct
{
  TsSelect    *select;
  TsChannel   *inbox;  /* empty */
  TsChannel   *outbox; /* full */
  TsEvent     *event;  /* auto-reset, not set */
  TsSemaphore *semaphore; /* no permit */
  TsLock      *lock;   /* held */
  TsFuture    *future; /* not done */
  GMainContext *context;
} Menu;

static void
menu_init (Menu *self)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT64);
  g_value_set_int64 (&value, 77);
  *self = (Menu) { .select = ts_select_new () };
  self->context = ts_test_context_push ();
  self->inbox = ts_channel_new (1);
  self->outbox = ts_channel_new (1);
  self->event = ts_event_new_auto_reset ();
  self->semaphore = ts_semaphore_new (0);
  self->lock = ts_lock_new ();
  self->future = ts_future_new ();
  g_assert_true (ts_channel_send_int64 (self->outbox, 1, NULL, NULL));
  g_assert_true (ts_lock_try_acquire (self->lock));
  g_assert_cmpint (ts_select_add_receive (self->select, self->inbox), ==, RECEIVE);
  g_assert_cmpint (ts_select_add_send (self->select, self->outbox, &value, NULL), ==, SEND);
  g_assert_cmpint (ts_select_add_event (self->select, self->event), ==, EVENT);
  g_assert_cmpint (ts_select_add_acquire (self->select, self->semaphore), ==, ACQUIRE);
  g_assert_cmpint (ts_select_add_lock (self->select, self->lock), ==, LOCK);
  g_assert_cmpint (ts_select_add_future (self->select, self->future), ==, FUTURE);
}

static void
menu_clear (Menu *self)
{
  g_assert_finalize_object (self->select);
  g_assert_finalize_object (self->inbox);
  g_assert_finalize_object (self->outbox);
  g_assert_finalize_object (self->event);
  g_assert_finalize_object (self->semaphore);
  g_assert_finalize_object (self->lock);
  g_assert_finalize_object (self->future);
  ts_test_context_pop (self->context);
}

/* Makes one of the cases possible. */
static void
serve (Menu *self, Kind kind)
{
  GValue value = G_VALUE_INIT;

  switch (kind)
    {
    case RECEIVE:
      g_assert_true (ts_channel_send_int64 (self->inbox, 5, NULL, NULL));
      break;
    case SEND:
      g_assert_cmpint (ts_test_try_receive (self->outbox), ==, 1);
      break;
    case EVENT:
      ts_event_set (self->event);
      break;
    case ACQUIRE:
      g_assert_true (ts_semaphore_release (self->semaphore, 1, NULL));
      break;
    case LOCK:
      g_assert_true (ts_lock_release (self->lock, NULL));
      break;
    case FUTURE:
    case N_KINDS:
    default:
      g_value_init (&value, G_TYPE_INT64);
      g_value_set_int64 (&value, 6);
      g_assert_true (ts_future_resolve (self->future, &value));
    }
}

/* Everything is as at first, but for what was @done, which has happened exactly once. */
static void
assert_only (Menu *self, int done)
{
  g_assert_cmpuint (ts_channel_get_length (self->inbox), ==, 0);
  g_assert_cmpint (ts_test_try_receive (self->outbox), ==, done == SEND ? 77 : 1);
  g_assert_cmpint (ts_test_try_receive (self->outbox), ==, -1);
  g_assert_false (ts_event_is_set (self->event));
  g_assert_cmpuint (ts_semaphore_get_value (self->semaphore), ==, 0);
  g_assert_true (ts_lock_is_held (self->lock));
  g_assert_cmpint (ts_future_is_done (self->future), ==, done == FUTURE);

  /* Nobody is left in the queues to swallow these. */
  g_assert_true (ts_channel_send_int64 (self->inbox, 8, NULL, NULL));
  g_assert_cmpint (ts_test_try_receive (self->inbox), ==, 8);
  ts_event_set (self->event);
  g_assert_true (ts_event_is_set (self->event));
  g_assert_true (ts_semaphore_release (self->semaphore, 1, NULL));
  g_assert_cmpuint (ts_semaphore_get_value (self->semaphore), ==, 1);
  g_assert_true (ts_lock_release (self->lock, NULL));
  g_assert_false (ts_lock_is_held (self->lock));
}

static void
assert_value (TsSelect *select, int index, gint64 number)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_assert_true (ts_select_get_value (select, index, &value));
  if (number < 0)
    g_assert_true (G_VALUE_HOLDS_POINTER (&value));
  else
    g_assert_cmpint (g_value_get_int64 (&value), ==, number);
}

static void
exactly_one_happens (gconstpointer data)
{
  const Route route = GPOINTER_TO_INT (data);

  for (int parked = 0; parked <= 1; parked++)
    for (int kind = 0; kind < N_KINDS; kind++)
      {
        Chooser *chooser;
        Menu menu;

        ts_test_note ("kind %d, %s", kind, parked ? "parked" : "possible at once");
        menu_init (&menu);
        if (!parked)
          serve (&menu, kind);
        chooser = chooser_start (route, menu.select, NULL);
        if (parked)
          {
            g_assert_false (chooser_is_over (chooser));
            serve (&menu, kind);
          }
        assert_won (chooser, kind);
        assert_value (menu.select, kind, kind == RECEIVE ? 5 : kind == FUTURE ? 6 : -1);
        assert_only (&menu, kind);
        menu_clear (&menu);
      }
}

static void
poll_never_waits (void)
{
  for (int kind = 0; kind < N_KINDS; kind++)
    {
      Menu menu;

      menu_init (&menu);
      g_assert_cmpint (ts_select_poll (menu.select), ==, -1);
      serve (&menu, kind);
      g_assert_cmpint (ts_select_poll (menu.select), ==, kind);
      if (kind != FUTURE)
        g_assert_cmpint (ts_select_poll (menu.select), ==, -1);
      assert_only (&menu, kind);
      menu_clear (&menu);
    }
}

static void
giving_up_does_nothing (gconstpointer data)
{
  const Route route = GPOINTER_TO_INT (data);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Chooser *chooser;
  Menu menu;

  menu_init (&menu);
  chooser = chooser_start (route, menu.select, route == PORT ? NULL : cancellable);
  if (route == PORT)
    {
      g_assert_true (ts_port_cancel (chooser->port, chooser->token));
      chooser_free (chooser);
    }
  else
    {
      g_cancellable_cancel (cancellable);
      g_assert_cmpint (chooser_finish (chooser, &error), ==, -1);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  assert_only (&menu, -1);
  menu_clear (&menu);
}

static void
deadlines_end_a_wait (void)
{
  g_autoptr (GError) error = NULL;
  const gint64 soon = g_get_monotonic_time () + 5000;
  Menu menu;
  int late;

  menu_init (&menu);
  g_assert_cmpint (ts_select_wait_until (menu.select, 0, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_assert_cmpint (ts_select_wait_until (menu.select, soon, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time (), >=, soon);

  late = ts_select_add_deadline (menu.select, g_get_monotonic_time () + 5000);
  g_assert_cmpint (ts_select_wait_until (menu.select, soon + 10 * G_TIME_SPAN_SECOND, NULL, NULL), ==, late);
  g_assert_true (ts_select_remove (menu.select, late));

  ts_select_add_deadline (menu.select, G_MAXINT64);
  for (int route = 0; route < N_ROUTES; route++)
    {
      const gint64 deadline = g_get_monotonic_time () + 20000; /* not over before it is waited for */

      late = ts_select_add_deadline (menu.select, deadline);
      assert_won (chooser_start (route, menu.select, NULL), late);
      g_assert_cmpint (g_get_monotonic_time (), >=, deadline);
      g_assert_true (ts_select_remove (menu.select, late));
    }
  assert_only (&menu, -1);
  menu_clear (&menu);
}

static void
cancelled_before_attempts_nothing (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Menu menu;

  menu_init (&menu);
  g_cancellable_cancel (cancellable);
  serve (&menu, RECEIVE);
  for (int route = 0; route < PORT; route++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (chooser_finish (chooser_start (route, menu.select, cancellable), &error),
                       ==, -1);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  g_assert_cmpint (ts_test_try_receive (menu.inbox), ==, 5);
  assert_only (&menu, -1);
  menu_clear (&menu);
}

static void
without_cases_only_giving_up_ends_it (void)
{
  g_autoptr (TsSelect) select = ts_select_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (ts_select_poll (select), ==, -1);
  g_assert_cmpint (ts_select_wait_until (select, 0, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpint (ts_select_get_winner (select), ==, -1);
}

static void
closed_channel_has_happened (gconstpointer data)
{
  const Route route = GPOINTER_TO_INT (data);
  const Kind kinds[] = { RECEIVE, SEND };

  for (int parked = 0; parked <= 1; parked++)
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
      {
        Chooser *chooser = NULL;
        GValue value = G_VALUE_INIT;
        Menu menu;

        menu_init (&menu);
        if (parked)
          chooser = chooser_start (route, menu.select, NULL);
        ts_channel_close (kinds[i] == RECEIVE ? menu.inbox : menu.outbox);
        if (!parked)
          chooser = chooser_start (route, menu.select, NULL);
        assert_won (chooser, kinds[i]);
        g_assert_false (ts_select_get_value (menu.select, kinds[i], &value));
        g_assert_true (G_VALUE_HOLDS_POINTER (&value));
        g_assert_null (ts_select_dup_value (menu.select, kinds[i]));
        menu_clear (&menu);
      }
}

static void
closed_channels_leave_no_time_for_a_deadline (gconstpointer data)
{
  const Route route = GPOINTER_TO_INT (data);
  g_autoptr (TsSelect) select = ts_select_new ();
  GMainContext *context = ts_test_context_push ();
  Chooser *chooser;

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (TsChannel) channel = ts_channel_new (i);

      ts_select_add_receive (select, channel);
      ts_channel_close (channel);
    }
  ts_select_add_deadline (select, g_get_monotonic_time () + G_TIME_SPAN_DAY);
  for (int round = 0; round < 4; round++)
    {
      chooser = chooser_start (route, select, NULL);
      g_assert_cmpint (chooser_finish (chooser, NULL), ==, round % 2);
    }
  ts_test_context_pop (context);
}

static void
closed_channel_gives_its_items_first (void)
{
  Menu menu;

  menu_init (&menu);
  serve (&menu, RECEIVE);
  ts_channel_close (menu.inbox);
  g_assert_cmpint (ts_select_poll (menu.select), ==, RECEIVE);
  assert_value (menu.select, RECEIVE, 5);
  g_assert_cmpint (ts_select_poll (menu.select), ==, RECEIVE);
  g_assert_null (ts_select_dup_value (menu.select, RECEIVE));
  menu_clear (&menu);
}

/* Reuse */

static void
cases_come_and_go (void)
{
  g_autoptr (TsSelect) select = ts_select_new ();
  g_autoptr (TsEvent) event = ts_event_new ();
  TsEvent *events[3];
  int cases[3];

  for (int i = 0; i < 3; i++)
    {
      events[i] = ts_event_new_auto_reset ();
      cases[i] = ts_select_add_event (select, events[i]);
      g_assert_cmpint (cases[i], ==, i);
    }
  g_assert_true (ts_select_remove (select, 1));
  g_assert_false (ts_select_remove (select, 1));
  ts_event_set (events[1]);
  g_assert_cmpint (ts_select_poll (select), ==, -1);
  g_assert_true (ts_event_is_set (events[1]));
  for (int round = 0; round < 10; round++)
    {
      ts_event_set (events[2]);
      g_assert_cmpint (ts_select_wait (select, NULL, NULL), ==, 2);
      ts_event_set (events[0]);
      g_assert_cmpint (ts_select_wait (select, NULL, NULL), ==, 0);
    }
  ts_event_set (event);
  g_assert_cmpint (ts_select_add_event (select, event), ==, 3);
  g_assert_cmpint (ts_select_wait (select, NULL, NULL), ==, 3);
  ts_select_clear (select);
  g_assert_cmpint (ts_select_poll (select), ==, -1);
  g_assert_cmpint (ts_select_add_event (select, event), ==, 0);
  for (int i = 0; i < 3; i++)
    g_assert_finalize_object (events[i]);
}

static void
sent_case_needs_a_new_value (void)
{
  g_autoptr (TsSelect) select = ts_select_new ();
  g_autoptr (TsChannel) channel = ts_channel_new_full (9, G_TYPE_INT64, TS_OVERFLOW_WAIT, NULL);
  g_auto (GValue) value = G_VALUE_INIT, text = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&value, G_TYPE_INT64);
  g_value_init (&text, G_TYPE_STRING);
  ts_select_add_send (select, channel, &value, NULL);
  for (gint64 i = 1; i < 5; i++)
    {
      g_assert_cmpint (ts_select_poll (select), ==, 0);
      g_assert_cmpint (ts_select_poll (select), ==, -1);
      g_value_set_int64 (&value, i);
      g_assert_false (ts_select_set_value (select, 0, &text, &error));
      g_assert_error (error, TS_ERROR, TS_ERROR_WRONG_TYPE);
      g_clear_error (&error);
      g_assert_true (ts_select_set_value (select, 0, &value, NULL));
    }
  g_assert_cmpint (ts_select_add_send (select, channel, &text, &error), ==, -1);
  g_assert_error (error, TS_ERROR, TS_ERROR_WRONG_TYPE);
  for (int i = 0; i < 4; i++)
    g_assert_cmpint (ts_test_try_receive (channel), ==, i);
  g_assert_cmpint (ts_test_try_receive (channel), ==, -1);
}

static void
only_one_waits_at_a_time (void)
{
  g_autoptr (GError) error = NULL;
  Chooser *chooser;
  Menu menu;

  menu_init (&menu);
  chooser = chooser_start (ASYNC, menu.select, NULL);
  g_assert_cmpint (ts_select_wait_until (menu.select, 0, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  serve (&menu, EVENT);
  assert_won (chooser, EVENT);
  assert_only (&menu, EVENT);
  menu_clear (&menu);
}

/* What nobody collects */

static void
uncollected_choice_is_undone (void)
{
  const Kind kinds[] = { RECEIVE, EVENT, ACQUIRE, LOCK };

  for (int route = ASYNC; route <= PORT; route++)
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
      {
        Chooser *chooser;
        Menu menu;

        ts_test_note ("%s, kind %d", route_names[route], (int) kinds[i]);
        menu_init (&menu);
        chooser = chooser_start (route, menu.select, NULL);
        serve (&menu, kinds[i]);
        if (route == ASYNC)
          ts_test_async_wait (&chooser->async);
        if (route == SOURCE)
          g_source_destroy (chooser->source);
        if (route == PORT)
          g_assert_true (ts_port_cancel (chooser->port, chooser->token));
        chooser_free (chooser);

        g_assert_cmpint (ts_test_try_receive (menu.inbox), ==, kinds[i] == RECEIVE ? 5 : -1);
        g_assert_cmpint (ts_event_is_set (menu.event), ==, kinds[i] == EVENT);
        g_assert_cmpuint (ts_semaphore_get_value (menu.semaphore), ==, kinds[i] == ACQUIRE);
        g_assert_cmpint (ts_lock_is_held (menu.lock), ==, kinds[i] != LOCK);
        menu_clear (&menu);
      }
}

static void
loser_lets_those_behind_it_go_on (void)
{
  Chooser *chooser;
  TsTestPeer *behind;
  Menu menu;

  menu_init (&menu);
  chooser = chooser_start (ASYNC, menu.select, NULL);
  behind = ts_test_receive_start (TS_TEST_RECEIVE_BLOCKING, menu.inbox, NULL);
  serve (&menu, EVENT);
  serve (&menu, RECEIVE);
  ts_test_assert_received (behind, 5);
  assert_won (chooser, EVENT);
  assert_only (&menu, EVENT);
  menu_clear (&menu);
}

/* The same channel more than once */

static void
select_does_not_meet_itself (void)
{
  g_autoptr (TsSelect) select = ts_select_new ();
  g_autoptr (TsChannel) channel = ts_channel_new (0);
  GMainContext *context = ts_test_context_push ();
  g_auto (GValue) value = G_VALUE_INIT;
  TsTestPeer *peer;
  Chooser *chooser;

  g_value_init (&value, G_TYPE_INT64);
  ts_select_add_send (select, channel, &value, NULL);
  ts_select_add_receive (select, channel);
  ts_select_add_receive (select, channel);
  g_assert_cmpint (ts_select_poll (select), ==, -1);
  g_assert_cmpint (ts_select_wait_until (select, g_get_monotonic_time () + 1000, NULL, NULL), ==,
                   -1);
  chooser = chooser_start (ASYNC, select, NULL);
  g_assert_false (chooser_is_over (chooser));
  peer = ts_test_send_start (TS_TEST_SEND_PORT, channel, 3, NULL);
  ts_test_assert_sent (peer);
  g_assert_cmpint (chooser_finish (chooser, NULL), >, 0);
  assert_value (select, ts_select_get_winner (select), 3);
  chooser = chooser_start (ASYNC, select, NULL);
  g_assert_cmpint (ts_test_try_receive (channel), ==, 0);
  assert_won (chooser, 0);
  ts_test_context_pop (context);
}

static void
two_selects_meet (void)
{
  g_autoptr (TsSelect) first = ts_select_new ();
  g_autoptr (TsSelect) second = ts_select_new ();
  g_autoptr (TsChannel) a = ts_channel_new (0);
  g_autoptr (TsChannel) b = ts_channel_new (0);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT64);
  ts_select_add_send (first, a, &value, NULL);
  ts_select_add_receive (first, b);
  ts_select_add_send (second, b, &value, NULL);
  ts_select_add_receive (second, a);
  for (int round = 0; round < 20; round++)
    {
      GMainContext *context = ts_test_context_push ();
      Chooser *one = chooser_start (round % 2 == 0 ? ASYNC : BLOCKING, first, NULL);
      Chooser *two = chooser_start (round % 3 == 0 ? PORT : UNTIL, second, NULL);
      int won = chooser_finish (one, NULL);

      assert_won (two, 1 - won);
      if (won == 0)
        g_assert_true (ts_select_set_value (first, 0, &value, NULL));
      else
        g_assert_true (ts_select_set_value (second, 0, &value, NULL));
      ts_test_context_pop (context);
    }
}

static gboolean
select_again (gpointer data)
{
  Menu *inner = ((gpointer *) data)[0];
  Menu *outer = ((gpointer *) data)[1];

  g_assert_cmpint (ts_select_get_winner (outer->select), ==, EVENT);
  serve (inner, ACQUIRE);
  g_assert_cmpint (ts_select_wait (inner->select, NULL, NULL), ==, ACQUIRE);
  g_assert_cmpint (ts_select_poll (outer->select), ==, -1);
  ((gpointer *) data)[2] = data; /* done */
  return G_SOURCE_REMOVE;
}

static void
callback_may_select (void)
{
  Menu inner, outer;
  gpointer args[3] = { &inner, &outer, NULL };
  GSource *source;

  menu_init (&outer);
  menu_init (&inner);
  source = ts_select_create_source (outer.select, NULL);
  g_source_set_callback (source, select_again, args, NULL);
  g_source_attach (source, inner.context);
  g_source_unref (source);
  g_main_context_iteration (inner.context, FALSE);
  serve (&outer, EVENT);
  ts_test_iterate (inner.context);
  g_assert_nonnull (args[2]);
  assert_only (&inner, ACQUIRE);
  assert_only (&outer, EVENT);
  menu_clear (&inner);
  menu_clear (&outer);
}

static void
each_has_its_turn (void)
{
  g_autoptr (TsSelect) select = ts_select_new ();
  TsEvent *events[4];
  guint wins[4] = { 0 };

  for (int i = 0; i < 4; i++)
    {
      events[i] = ts_event_new ();
      ts_event_set (events[i]);
      ts_select_add_event (select, events[i]);
    }
  for (int round = 0; round < 400; round++)
    wins[round % 2 == 0 ? ts_select_poll (select) : ts_select_wait (select, NULL, NULL)]++;
  for (int i = 0; i < 4; i++)
    {
      g_assert_cmpuint (wins[i], >=, 50);
      g_object_unref (events[i]);
    }
}

static void
many_rounds_leave_nothing (void)
{
  const guint rounds = ts_test_rounds (100000);
  gsize before = 0;
  Menu menu;

  menu_init (&menu);
  for (guint round = 0; round < rounds; round++)
    {
      Chooser *chooser = chooser_start (round % 2 == 0 ? ASYNC : PORT, menu.select, NULL);

      ts_event_set (menu.event);
      chooser_finish (chooser, NULL);
      if (round == rounds / 10)
        before = ts_test_memory_in_use ();
    }
  g_assert_cmpuint (ts_test_memory_in_use (), <=, before + 32 * 1024);
  assert_only (&menu, EVENT);
  menu_clear (&menu);
}

static void
once_takes_from_the_first_that_has (void)
{
  g_autoptr (TsChannel) a = ts_channel_new (1);
  g_autoptr (TsChannel) b = ts_channel_new (1);
  TsChannel *channels[] = { a, b };
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  ts_channel_send_int64 (b, 4, NULL, NULL);
  g_assert_cmpint (ts_select_once (NULL, &value, NULL, a, b, NULL), ==, 1);
  g_assert_cmpint (g_value_get_int64 (&value), ==, 4);
  ts_channel_close (a);
  ts_channel_send_int64 (b, 5, NULL, NULL);
  g_assert_cmpint (ts_select_oncev (channels, 2, NULL, &value, NULL), ==, 1);
  g_assert_cmpint (g_value_get_int64 (&value), ==, 5);
  ts_channel_close (b);
  g_assert_cmpint (ts_select_oncev (channels, 2, NULL, &value, &error), ==, -1);
  g_assert_error (error, TS_ERROR, TS_ERROR_CLOSED);
  g_assert_true (G_VALUE_HOLDS_POINTER (&value));
}

static void
add_for_routes (const char *path, GTestDataFunc func)
{
  for (int route = 0; route < N_ROUTES; route++)
    {
      g_autofree char *full = g_strconcat (path, "/", route_names[route], NULL);

      ts_test_add_data (full, func, GINT_TO_POINTER (route));
    }
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  add_for_routes ("/tschan/select/X01-exactly-one-happens", exactly_one_happens);
  ts_test_add ("/tschan/select/X01-poll-never-waits", poll_never_waits);
  add_for_routes ("/tschan/select/X02-closed-channel-has-happened", closed_channel_has_happened);
  add_for_routes ("/tschan/select/X02-closed-channels-leave-no-time-for-a-deadline",
                  closed_channels_leave_no_time_for_a_deadline);
  ts_test_add ("/tschan/select/X02-closed-channel-gives-its-items-first",
               closed_channel_gives_its_items_first);
  ts_test_add ("/tschan/select/X03-cases-come-and-go", cases_come_and_go);
  ts_test_add ("/tschan/select/X03-sent-case-needs-a-new-value", sent_case_needs_a_new_value);
  ts_test_add ("/tschan/select/X03-only-one-waits-at-a-time", only_one_waits_at_a_time);
  add_for_routes ("/tschan/select/X04-giving-up-does-nothing", giving_up_does_nothing);
  ts_test_add ("/tschan/select/X04-deadlines-end-a-wait", deadlines_end_a_wait);
  ts_test_add ("/tschan/select/X04-cancelled-before-attempts-nothing",
               cancelled_before_attempts_nothing);
  ts_test_add ("/tschan/select/X04-without-cases-only-giving-up-ends-it",
               without_cases_only_giving_up_ends_it);
  ts_test_add ("/tschan/select/X05-each-has-its-turn", each_has_its_turn);
  ts_test_add ("/tschan/select/uncollected-choice-is-undone", uncollected_choice_is_undone);
  ts_test_add ("/tschan/select/loser-lets-those-behind-it-go-on",
               loser_lets_those_behind_it_go_on);
  ts_test_add ("/tschan/select/select-does-not-meet-itself", select_does_not_meet_itself);
  ts_test_add ("/tschan/select/two-selects-meet", two_selects_meet);
  ts_test_add ("/tschan/select/callback-may-select", callback_may_select);
  ts_test_add ("/tschan/select/many-rounds-leave-nothing", many_rounds_leave_nothing);
  ts_test_add ("/tschan/select/once-takes-from-the-first-that-has",
               once_takes_from_the_first_that_has);

  return g_test_run ();
}
