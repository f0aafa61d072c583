/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "select-chooser.h"

#include <poll.h>

const char *const route_names[N_ROUTES] = { "blocking", "until", "async", "source", "port" };

static gpointer
choose_in_thread (gpointer data)
{
  Chooser *self = data;

  ts_test_thread_will_block ();
  if (self->route == BLOCKING)
    self->winner = ts_select_wait (self->select, self->cancellable, &self->error);
  else
    self->winner = ts_select_wait_until (self->select, g_get_monotonic_time () + G_MAXINT32,
                                         self->cancellable, &self->error);
  atomic_store (&self->over, TRUE);
  return NULL;
}

static gboolean
on_source (gpointer data)
{
  Chooser *self = data;

  self->winner = -1;
  if (!g_cancellable_set_error_if_cancelled (self->cancellable, &self->error))
    self->winner = ts_select_get_winner (self->select);
  atomic_store (&self->over, TRUE);
  return G_SOURCE_REMOVE;
}

Chooser *
chooser_start (Route route, TsSelect *select, GCancellable *cancellable)
{
  Chooser *self = g_new0 (Chooser, 1);

  self->route = route;
  self->select = select;
  self->cancellable = cancellable;
  self->context = g_main_context_ref_thread_default ();
  switch (route)
    {
    case ASYNC:
      ts_test_async_begin (&self->async, select);
      ts_select_wait_async (select, cancellable, ts_test_async_callback, &self->async);
      ts_test_async_end (&self->async);
      break;
    case SOURCE:
      self->source = ts_select_create_source (select, cancellable);
      g_source_set_callback (self->source, on_source, self, NULL);
      g_source_attach (self->source, self->context);
      g_main_context_iteration (self->context, FALSE);
      break;
    case PORT:
      self->port = ts_port_new ();
      self->token = ts_port_select (self->port, select);
      break;
    case BLOCKING:
    case UNTIL:
    case N_ROUTES:
    default:
      self->thread = ts_test_thread_new (choose_in_thread, self);
      ts_test_thread_wait_blocked (self->thread);
    }
  return self;
}

static gboolean
port_is_readable (TsPort *port)
{
  struct pollfd fd = { ts_port_get_fd (port), POLLIN, 0 };

  return poll (&fd, 1, 0) == 1;
}

gboolean
chooser_is_over (Chooser *self)
{
  if (self->route == PORT)
    return port_is_readable (self->port);
  if (self->route == SOURCE || self->route == ASYNC)
    ts_test_iterate (self->context);
  return atomic_load (self->route == ASYNC ? &self->async.calls : &self->over) > 0;
}

static void
finish_port (Chooser *self)
{
  GValue value = G_VALUE_INIT;

  ts_test_wait_for (port_is_readable (self->port));
  g_assert_cmpint (ts_port_next_ready (self->port), ==, self->token);
  self->winner = -1;
  if (ts_port_finish (self->port, self->token, &value, &self->error))
    self->winner = g_value_get_int (&value);
  g_value_unset (&value);
}

void
chooser_free (Chooser *self)
{
  ts_test_async_clear (&self->async);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_object (&self->port);
  g_main_context_unref (self->context);
  g_free (self);
}

int
chooser_finish (Chooser *self, GError **error)
{
  int winner;

  if (self->thread != NULL)
    ts_test_thread_join (self->thread);
  if (self->route == ASYNC)
    {
      ts_test_async_wait (&self->async);
      self->winner = ts_select_wait_finish (self->select, self->async.result, &self->error);
    }
  while (self->route == SOURCE && !atomic_load (&self->over))
    g_main_context_iteration (self->context, TRUE);
  if (self->route == PORT)
    finish_port (self);

  winner = self->winner;
  g_assert_true ((winner < 0) == (self->error != NULL));
  if (self->error != NULL)
    g_propagate_error (error, self->error);
  chooser_free (self);
  return winner;
}

void
assert_won (Chooser *self, int index)
{
  g_autoptr (GError) error = NULL;
  TsSelect *select = self->select;
  int winner = chooser_finish (self, &error);

  g_assert_no_error (error);
  g_assert_cmpint (winner, ==, index);
  g_assert_cmpint (ts_select_get_winner (select), ==, index);
}
