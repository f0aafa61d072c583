/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A TsListModel: its bound, rows that are removed, and handlers that do things. */

#include "ts-test-list.h"

/* The bound */

static void
full_model_waits (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (3));
  ts_list_model_set_max_items (f.model, 4);
  ts_test_list_send (&f, 0, 3);
  ts_test_list_iterate (&f);
  ts_test_list_send (&f, 3, 6);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, 4);
  g_assert_cmpuint (ts_channel_get_length (f.channel), ==, 2);

  ts_list_model_remove (f.model, 0, 1);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 1, 5);
  g_assert_cmpuint (ts_channel_get_length (f.channel), ==, 1);
  ts_list_model_set_max_items (f.model, 5);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 1, 6);
  ts_list_model_set_max_items (f.model, 2);
  ts_test_list_send (&f, 6, 7);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 1, 6);
  ts_list_model_remove (f.model, 0, 4);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 5, 7);
  g_assert_cmpuint (ts_list_model_get_dropped (f.model), ==, 0);
  g_assert_cmpuint (ts_list_model_get_received (f.model), ==, 7);
  ts_test_list_clear (&f);
}

/* It does not take an interval to fill it. */
static void
full_model_shows_at_once (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (1));
  ts_list_model_set_max_items (f.model, 3);
  ts_test_list_hide (&f, 2);
  ts_test_list_send (&f, 2, 3);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, 3);
  ts_test_list_clear (&f);
}

static void
full_model_hears_the_end (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_list_model_set_max_items (f.model, 2);
  ts_test_list_send (&f, 0, 2);
  ts_test_list_iterate (&f);
  g_assert_cmpuint (f.n_finished, ==, 0);
  ts_channel_close (f.channel);
  ts_test_list_iterate (&f);
  g_assert_cmpuint (f.n_finished, ==, 1);
  ts_test_list_clear (&f);
}

static void
full_model_has_not_ended_with_more_to_come (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_list_model_set_max_items (f.model, 2);
  ts_test_list_send (&f, 0, 3);
  ts_channel_close (f.channel);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, 2);
  g_assert_cmpuint (f.n_finished, ==, 0);
  ts_test_assert_idle (f.context);
  ts_list_model_remove_all (f.model);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 2, 3);
  g_assert_cmpuint (f.n_finished, ==, 1);
  ts_test_list_clear (&f);
}

static void
oldest_rows_go (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_list_model_set_overflow (f.model, TS_OVERFLOW_DROP_OLDEST);
  ts_list_model_set_max_items (f.model, 10);
  for (gint64 i = 0; i < 100; i += 7)
    {
      ts_test_list_send (&f, i, i + 7);
      ts_test_list_iterate (&f);
      ts_test_list_assert_rows (&f, MAX (i - 3, 0), i + 7);
    }
  ts_test_list_send (&f, 105, 200);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 190, 200);
  g_assert_cmpuint (ts_list_model_get_received (f.model), ==, 200);
  g_assert_cmpuint (ts_list_model_get_dropped (f.model), ==, 190);
  ts_list_model_set_max_items (f.model, 3);
  ts_test_list_assert_rows (&f, 197, 200);
  g_assert_cmpuint (ts_list_model_get_dropped (f.model), ==, 197);
  ts_test_list_clear (&f);
}

static void
oldest_rows_go_before_they_are_shown (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_list_model_set_overflow (f.model, TS_OVERFLOW_DROP_OLDEST);
  ts_list_model_set_max_items (f.model, 4);
  ts_test_list_hide (&f, 1000);
  g_assert_cmpuint (ts_list_model_get_dropped (f.model), >, 900);
  ts_list_model_set_interval (f.model, 0);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 996, 1000);
  g_assert_cmpuint (f.n_changes, ==, 3);
  g_assert_cmpuint (ts_list_model_get_received (f.model), ==, 1000);
  g_assert_cmpuint (ts_list_model_get_dropped (f.model), ==, 996);
  ts_test_list_clear (&f);
}

static void
count_note (guint *n)
{
  ++*n;
}

static void
newest_rows_go (void)
{
  guint n_notes = 0;
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_list_model_set_overflow (f.model, TS_OVERFLOW_DROP_NEWEST);
  ts_list_model_set_max_items (f.model, 10);
  g_signal_connect_swapped (f.model, "notify::dropped", G_CALLBACK (count_note), &n_notes);
  ts_test_list_send (&f, 0, 100);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, 10);
  g_assert_cmpuint (ts_list_model_get_received (f.model), ==, 100);
  g_assert_cmpuint (ts_list_model_get_dropped (f.model), ==, 90);
  g_assert_cmpuint (n_notes, >=, 1);

  n_notes = 0;
  ts_test_list_send (&f, 100, 101);
  ts_test_list_iterate (&f);
  g_assert_cmpuint (n_notes, ==, 1);
  g_assert_cmpuint (f.n_changes, ==, 1);
  ts_test_list_clear (&f);
}

/* Removing */

static void
any_rows_can_be_removed (void)
{
  g_autoptr (GRand) rand = ts_test_rand_new ();
  const guint n_rounds = ts_test_rounds (300);
  gint64 next = 0;
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  for (guint round = 0; round < n_rounds; round++)
    {
      gint64 n_new = g_rand_int_range (rand, 0, 1500);
      guint position, n;

      ts_test_list_send (&f, next, next + n_new);
      next += n_new;
      ts_test_iterate (f.context);
      position = (guint) g_rand_int_range (rand, 0, (int) f.mirror->len + 1);
      if (g_rand_boolean (rand))
        position = 0;
      n = (guint) g_rand_int_range (rand, 0, (int) (f.mirror->len - position) + 1);
      if (round % 50 == 49)
        position = 0, n = f.mirror->len;
      ts_list_model_remove (f.model, position, n);
      ts_test_list_check (&f);
    }
  ts_test_list_clear (&f);
}

static void
removing_leaves_the_hidden_alone (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_test_list_hide (&f, 5);
  ts_list_model_remove_all (f.model);
  ts_list_model_remove_all (f.model);
  ts_test_list_check (&f);
  ts_list_model_set_interval (f.model, 0);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 1, 5);
  ts_test_list_clear (&f);
}

/* A log that goes on and on: the rows that have gone must not cost anything. */
static void
steady_log_stays_small (void)
{
  const guint n = ts_test_rounds (300000);
  gsize before, after;
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  g_signal_handlers_disconnect_by_data (f.model, &f);
  ts_list_model_set_overflow (f.model, TS_OVERFLOW_DROP_OLDEST);
  ts_list_model_set_max_items (f.model, 1000);
  for (guint i = 0; i < 2000; i += 100)
    {
      ts_test_list_send (&f, i, i + 100);
      ts_test_iterate (f.context);
    }
  before = ts_test_memory_in_use ();
  for (guint i = 0; i < n; i += 100)
    {
      ts_test_list_send (&f, i, i + 100);
      ts_test_iterate (f.context);
    }
  after = ts_test_memory_in_use ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f.model)), ==, 1000);
  g_assert_cmpuint (after, <=, before + 100000);
  ts_test_list_clear (&f);
}

/* Handlers that do things */

static void
drop_model (gpointer data)
{
  TsTestList *self = data;

  g_object_unref (g_steal_pointer (&self->model));
}

static void
handler_may_drop_the_model (void)
{
  TsTestFate fate = { 0 };
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_test_track (f.model, &fate);
  f.then = drop_model;
  ts_test_list_send (&f, 0, 3);
  ts_test_iterate (f.context);
  ts_test_assert_finalized (&fate);
  ts_test_list_send (&f, 3, 5);
  ts_test_iterate (f.context);
  ts_test_list_assert_inside (&f, 3, 5);
  ts_test_list_clear (&f);
}

static void
dispose_model (gpointer data)
{
  g_object_run_dispose (G_OBJECT (((TsTestList *) data)->model));
}

static void
handler_may_dispose_of_the_model (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  f.then = dispose_model;
  ts_test_list_send (&f, 0, 3);
  ts_test_list_iterate (&f);
  ts_test_list_send (&f, 3, 5);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, 3);
  ts_test_list_assert_inside (&f, 3, 5);
  ts_test_list_clear (&f);
}

static void
close_model (gpointer data)
{
  g_assert_true (ts_list_model_close (((TsTestList *) data)->model));
}

/* Between the rows that go and those that come. */
static void
handler_may_close_the_model (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_list_model_set_overflow (f.model, TS_OVERFLOW_DROP_OLDEST);
  ts_list_model_set_max_items (f.model, 3);
  ts_test_list_send (&f, 0, 3);
  ts_test_list_iterate (&f);
  f.then = close_model;
  ts_test_list_send (&f, 3, 5);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 2, 3);
  ts_test_list_assert_inside (&f, 3, 5);
  g_assert_cmpuint (f.n_finished, ==, 1);
  ts_test_list_clear (&f);
}

static void
close_channel (gpointer data)
{
  ts_channel_close (((TsTestList *) data)->channel);
}

static void
handler_may_close_the_channel (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  f.then = close_channel;
  ts_test_list_send (&f, 0, 3);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, 3);
  g_assert_cmpuint (f.n_finished, ==, 1);
  ts_test_list_clear (&f);
}

static void
send_more (gpointer data)
{
  TsTestList *self = data;

  self->then = self->mirror->len < 20 ? send_more : NULL;
  g_assert_true (ts_channel_send_int64 (self->channel, self->mirror->len, NULL, NULL));
}

static void
handler_may_send (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (1));
  f.then = send_more;
  ts_test_list_send (&f, 0, 1);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, 21);
  ts_test_list_clear (&f);
}

static void
try_to_remove (gpointer data)
{
  TsTestList *self = data;

  g_test_expect_message ("tschan", G_LOG_LEVEL_CRITICAL, "*emitting*");
  ts_list_model_remove (self->model, 0, 1);
  g_test_assert_expected_messages ();
}

static void
handler_may_not_remove (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  f.then = try_to_remove;
  ts_test_list_send (&f, 0, 3);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, 3);
  f.then = try_to_remove;
  ts_list_model_remove (f.model, 0, 1);
  ts_test_list_check (&f);
  ts_test_list_assert_rows (&f, 1, 3);
  ts_test_list_clear (&f);
}

static void
tighten (gpointer data)
{
  TsTestList *self = data;

  ts_list_model_set_max_items (self->model, 2);
  ts_list_model_set_overflow (self->model, TS_OVERFLOW_DROP_OLDEST);
}

static void
bound_set_by_a_handler_counts_later (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  f.then = tighten;
  ts_test_list_send (&f, 0, 5);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, 5);
  ts_test_list_send (&f, 5, 6);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 4, 6);
  ts_test_list_clear (&f);
}

static void
stop_waiting (gpointer data)
{
  ts_list_model_set_overflow (((TsTestList *) data)->model, TS_OVERFLOW_WAIT);
  ts_list_model_set_max_items (((TsTestList *) data)->model, 1);
}

/* What is on its way to a model that has become full stays in the channel. */
static void
handler_may_fill_the_model (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  f.then = stop_waiting;
  ts_test_list_send (&f, 0, 2);
  ts_test_list_iterate (&f);
  ts_test_list_send (&f, 2, 5);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, 2);
  ts_test_list_assert_inside (&f, 2, 5);
  ts_test_list_clear (&f);
}

static void
run_loop (gpointer data)
{
  TsTestList *self = data;

  g_assert_true (ts_channel_send_int64 (self->channel, self->mirror->len, NULL, NULL));
  ts_channel_close (self->channel);
  ts_test_iterate (self->context);
  g_assert_false (ts_list_model_is_finished (self->model));
}

static void
handler_may_run_the_loop (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  f.then = run_loop;
  ts_test_list_send (&f, 0, 3);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, 4);
  g_assert_cmpuint (f.n_changes, ==, 2);
  g_assert_cmpuint (f.n_finished, ==, 1);
  ts_test_list_clear (&f);

  /* And while a timer shows what is hidden. */
  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_test_list_hide (&f, 3);
  f.then = run_loop;
  ts_list_model_set_interval (f.model, 0);
  ts_test_list_iterate (&f);
  ts_test_list_assert_rows (&f, 0, 4);
  g_assert_cmpuint (f.n_finished, ==, 1);
  ts_test_list_clear (&f);

  /* And while rows are removed. */
  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  ts_test_list_send (&f, 0, 3);
  ts_test_list_iterate (&f);
  f.then = run_loop;
  ts_list_model_remove (f.model, 0, 3);
  ts_test_list_iterate (&f);
  g_assert_cmpuint (f.mirror->len, ==, 1);
  g_assert_cmpuint (f.n_finished, ==, 1);
  ts_test_list_clear (&f);
}

static void
remove_first (TsTestList *self)
{
  if (self->mirror->len > 0)
    ts_list_model_remove (self->model, 0, 1);
}

static void
handler_of_numbers_may_remove (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  g_signal_connect_swapped (f.model, "notify::n-items", G_CALLBACK (remove_first), &f);
  ts_test_list_send (&f, 0, 10);
  ts_test_list_iterate (&f);
  g_assert_cmpuint (f.mirror->len, ==, 0);
  ts_test_list_send (&f, 10, 12);
  ts_channel_close (f.channel);
  ts_test_list_iterate (&f);
  g_assert_cmpuint (f.mirror->len, ==, 0);
  g_assert_cmpuint (f.n_finished, ==, 1);
  ts_test_list_clear (&f);
}

/* An object of which the last reference goes with its row, and which looks at the model then. */
static void
look_at_model (gpointer data, GObject *gone)
{
  TsTestList *self = data;

  ts_test_list_check (self);
  if (self->mirror->len > 0)
    ts_list_model_remove (self->model, self->mirror->len - 1, 1);
}

static void
row_that_goes_may_look_at_the_model (void)
{
  TsTestList f;

  ts_test_list_init (&f, ts_channel_new (TS_CHANNEL_UNLIMITED));
  for (guint i = 0; i < 10; i++)
    {
      TsEvent *event = ts_event_new ();

      g_object_weak_ref (G_OBJECT (event), look_at_model, &f);
      ts_channel_send_object (f.channel, event, NULL, NULL);
    }
  ts_test_list_iterate (&f);
  ts_list_model_remove (f.model, 0, 3);
  ts_test_list_check (&f);
  g_assert_cmpuint (f.mirror->len, ==, 0);
  ts_test_list_clear (&f);
}

int
main (int argc, char **argv)
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/list-model/full-model-waits", full_model_waits);
  ts_test_add ("/tschan/list-model/full-model-shows-at-once", full_model_shows_at_once);
  ts_test_add ("/tschan/list-model/full-model-hears-the-end", full_model_hears_the_end);
  ts_test_add ("/tschan/list-model/full-model-has-not-ended-with-more-to-come",
               full_model_has_not_ended_with_more_to_come);
  ts_test_add ("/tschan/list-model/oldest-rows-go", oldest_rows_go);
  ts_test_add ("/tschan/list-model/oldest-rows-go-before-they-are-shown",
               oldest_rows_go_before_they_are_shown);
  ts_test_add ("/tschan/list-model/newest-rows-go", newest_rows_go);

  ts_test_add ("/tschan/list-model/any-rows-can-be-removed", any_rows_can_be_removed);
  ts_test_add ("/tschan/list-model/removing-leaves-the-hidden-alone",
               removing_leaves_the_hidden_alone);
  ts_test_add ("/tschan/list-model/steady-log-stays-small", steady_log_stays_small);

  ts_test_add ("/tschan/list-model/handler-may-drop-the-model", handler_may_drop_the_model);
  ts_test_add ("/tschan/list-model/handler-may-dispose-of-the-model",
               handler_may_dispose_of_the_model);
  ts_test_add ("/tschan/list-model/handler-may-close-the-model", handler_may_close_the_model);
  ts_test_add ("/tschan/list-model/handler-may-close-the-channel", handler_may_close_the_channel);
  ts_test_add ("/tschan/list-model/handler-may-send", handler_may_send);
  ts_test_add ("/tschan/list-model/handler-may-not-remove", handler_may_not_remove);
  ts_test_add ("/tschan/list-model/bound-set-by-a-handler-counts-later",
               bound_set_by_a_handler_counts_later);
  ts_test_add ("/tschan/list-model/handler-may-fill-the-model", handler_may_fill_the_model);
  ts_test_add ("/tschan/list-model/handler-may-run-the-loop", handler_may_run_the_loop);
  ts_test_add ("/tschan/list-model/handler-of-numbers-may-remove", handler_of_numbers_may_remove);
  ts_test_add ("/tschan/list-model/row-that-goes-may-look-at-the-model",
               row_that_goes_may_look_at_the_model);

  return g_test_run ();
}
