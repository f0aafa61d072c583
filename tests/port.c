/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a TsPort does. That its waits behave like all others is in the tests of what is waited for. */

#include <fcntl.h>
#include <poll.h>

#include "ts-test-util.h"

static gboolean
is_readable (TsPort *port)
{
  struct pollfd fd = { ts_port_get_fd (port), POLLIN, 0 };

  return poll (&fd, 1, 0) == 1;
}

static gboolean
finish (TsPort *port, gint64 token, GError **error)
{
  GValue value = G_VALUE_INIT;
  gboolean success = ts_port_finish (port, token, &value, error);

  g_assert_true (G_VALUE_HOLDS_POINTER (&value));
  g_assert_null (g_value_get_pointer (&value));
  return success;
}

static void
assert_finished (TsPort *port, gint64 token)
{
  g_autoptr (GError) error = NULL;
  gboolean success = finish (port, token, &error);

  g_assert_no_error (error);
  g_assert_true (success);
}

static void
assert_refused (TsPort *port, gint64 token, GIOErrorEnum code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (finish (port, token, &error));
  g_assert_error (error, G_IO_ERROR, (int) code);
  g_assert_false (finish (port, token, NULL));
}

static void
token_is_ready_and_finishes_once (void)
{
  g_autoptr (TsPort) port = ts_port_new ();
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  gint64 token = ts_port_wait_event (port, event);

  g_assert_cmpint (token, >, 0);
  g_assert_false (is_readable (port));
  g_assert_cmpint (ts_port_next_ready (port), ==, -1);
  assert_refused (port, token, G_IO_ERROR_PENDING);

  ts_event_set (event);
  g_assert_true (is_readable (port));
  g_assert_cmpint (ts_port_next_ready (port), ==, token);
  g_assert_cmpint (ts_port_next_ready (port), ==, -1);
  g_assert_false (is_readable (port));
  assert_finished (port, token);
  assert_refused (port, token, G_IO_ERROR_NOT_FOUND);
  g_assert_false (ts_port_cancel (port, token));
  g_assert_false (ts_event_is_set (event));
}

static void
set_event_is_ready_at_once (void)
{
  g_autoptr (TsPort) port = ts_port_new ();
  g_autoptr (TsEvent) event = ts_event_new ();
  gint64 token;

  ts_event_set (event);
  token = ts_port_wait_event (port, event);
  g_assert_true (is_readable (port));
  g_assert_cmpint (ts_port_next_ready (port), ==, token);
  assert_finished (port, token);
}

/* A loop that knows the token need not ask for it first. */
static void
token_may_be_finished_untold (void)
{
  g_autoptr (TsPort) port = ts_port_new ();
  g_autoptr (TsEvent) event = ts_event_new ();
  gint64 first = ts_port_wait_event (port, event);
  gint64 second = ts_port_wait_event (port, event);

  ts_event_set (event);
  assert_finished (port, first);
  g_assert_cmpint (ts_port_next_ready (port), ==, second);
  g_assert_cmpint (ts_port_next_ready (port), ==, -1);
  g_assert_false (is_readable (port));
  assert_finished (port, second);
}

static void
tokens_are_told_in_order_and_never_reused (void)
{
  g_autoptr (TsPort) port = ts_port_new ();
  TsEvent *events[64];
  gint64 tokens[64];
  gint64 last = 0;

  for (guint round = 0; round < 4; round++)
    {
      for (guint i = 0; i < 64; i++)
        {
          events[i] = ts_event_new ();
          tokens[i] = ts_port_wait_event (port, events[i]);
          g_assert_cmpint (tokens[i], >, last);
          last = tokens[i];
        }
      for (guint i = 0; i < 64; i++)
        ts_event_set (events[i * 37 % 64]);
      g_assert_true (is_readable (port));
      for (guint i = 0; i < 64; i++)
        {
          g_assert_cmpint (ts_port_next_ready (port), ==, tokens[i * 37 % 64]);
          assert_finished (port, tokens[i * 37 % 64]);
          g_object_unref (events[i * 37 % 64]);
        }
      g_assert_cmpint (ts_port_next_ready (port), ==, -1);
      g_assert_false (is_readable (port));
    }
}

static void
cancelled_token_takes_nothing (void)
{
  g_autoptr (TsPort) port = ts_port_new ();
  g_autoptr (TsEvent) event = ts_event_new_auto_reset ();
  gint64 token = ts_port_wait_event (port, event);

  /* Pending */
  g_assert_true (ts_port_cancel (port, token));
  g_assert_false (ts_port_cancel (port, token));
  assert_refused (port, token, G_IO_ERROR_NOT_FOUND);
  ts_event_set (event);
  g_assert_true (ts_event_is_set (event));
  ts_event_clear (event);

  /* Ready, and ready and told */
  for (int told = 0; told <= 1; told++)
    {
      token = ts_port_wait_event (port, event);
      ts_event_set (event);
      if (told)
        g_assert_cmpint (ts_port_next_ready (port), ==, token);
      g_assert_true (ts_port_cancel (port, token));
      g_assert_true (ts_event_is_set (event));
      ts_event_clear (event);
      g_assert_cmpint (ts_port_next_ready (port), ==, -1);
      g_assert_false (is_readable (port));
    }
}

static void
closed_port_gives_everything_back (void)
{
  g_autoptr (TsPort) port = ts_port_new ();
  TsEvent *event = ts_event_new_auto_reset ();
  g_autoptr (TsPort) other = ts_port_new ();
  TsTestFate fate;
  gint64 pending, ready, waiting;

  ts_test_track (event, &fate);
  ready = ts_port_wait_event (port, event);
  pending = ts_port_wait_event (port, event);
  waiting = ts_port_wait_event (other, event);
  ts_event_set (event);

  ts_port_close (port);
  g_assert_cmpint (ts_port_next_ready (other), ==, waiting);
  assert_finished (other, waiting);
  g_assert_cmpint (ts_port_next_ready (port), ==, -1);
  assert_refused (port, ready, G_IO_ERROR_NOT_FOUND);
  assert_refused (port, pending, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpint (ts_port_wait_event (port, event), ==, -1);
  ts_event_set (event);
  g_assert_cmpint (ts_port_wait_event (port, event), ==, -1);
  g_assert_true (ts_event_is_set (event));
  ts_port_close (port);

  g_object_unref (event);
  ts_test_assert_finalized (&fate);
}

static void
last_reference_closes (void)
{
  TsPort *port = ts_port_new ();
  TsEvent *event = ts_event_new_auto_reset ();
  TsTestFate fate;

  ts_test_track (event, &fate);
  ts_port_wait_event (port, event);
  ts_port_wait_event (port, event);
  ts_event_set (event);
  g_assert_finalize_object (port);
  g_assert_true (ts_event_is_set (event));
  g_object_unref (event);
  ts_test_assert_finalized (&fate);
}

static void
finish_overwrites_the_value (void)
{
  g_autoptr (TsPort) port = ts_port_new ();
  g_autoptr (TsEvent) event = ts_event_new ();
  GValue value = G_VALUE_INIT;

  ts_event_set (event);
  for (int i = 0; i < 2; i++)
    {
      gint64 token = ts_port_wait_event (port, event);

      memset (&value, 0, sizeof value);
      if (i == 1)
        {
          g_value_init (&value, G_TYPE_INT);
          g_value_set_int (&value, 7);
        }
      g_assert_true (ts_port_finish (port, token, &value, NULL));
      g_assert_true (G_VALUE_HOLDS_POINTER (&value));
      g_value_unset (&value);
      g_assert_false (ts_port_finish (port, token, &value, NULL));
      g_assert_true (G_VALUE_HOLDS_POINTER (&value));
    }
}

/* What the caller had in the value is released, so that one value can be used again and again. */
static void
finish_releases_the_value (void)
{
  g_autoptr (TsPort) port = ts_port_new ();
  g_autoptr (TsChannel) channel = ts_channel_new (2);
  g_auto (GValue) value = G_VALUE_INIT;
  TsTestFate fates[2];

  for (int i = 0; i < 2; i++)
    {
      GObject *item = g_object_new (TS_TYPE_EVENT, NULL);

      ts_test_track (item, &fates[i]);
      ts_channel_send_object (channel, item, NULL, NULL);
    }
  g_assert_true (ts_port_finish (port, ts_port_receive (port, channel), &value, NULL));
  ts_test_assert_alive (&fates[0]);
  g_assert_true (ts_port_finish (port, ts_port_receive (port, channel), &value, NULL));
  ts_test_assert_finalized (&fates[0]);
  ts_test_assert_alive (&fates[1]);
  g_assert_false (ts_port_finish (port, 1, &value, NULL));
  ts_test_assert_finalized (&fates[1]);
}

static void
descriptor_is_not_inherited (void)
{
  g_autoptr (TsPort) port = ts_port_new ();

  g_assert_cmpint (ts_port_get_fd (port), >=, 0);
  g_assert_cmpint (fcntl (ts_port_get_fd (port), F_GETFD) & FD_CLOEXEC, !=, 0);
  g_assert_cmpint (fcntl (ts_port_get_fd (port), F_GETFL) & O_NONBLOCK, !=, 0);
}

static int
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  int n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
descriptors_are_given_back (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  const int before = count_descriptors ();

  for (int i = 0; i < 100; i++)
    {
      g_autoptr (TsPort) port = ts_port_new ();

      ts_port_wait_event (port, event);
    }
  g_assert_cmpint (count_descriptors (), ==, before);
}

static void
port_works_without_descriptor_inside (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  TsPort *port;
  gint64 token;

  ts_test_exhaust_descriptors ();
  port = ts_port_new ();
  g_assert_cmpint (ts_port_get_fd (port), ==, -1);
  token = ts_port_wait_event (port, event);
  g_assert_cmpint (ts_port_next_ready (port), ==, -1);
  ts_event_set (event);
  g_assert_cmpint (ts_port_next_ready (port), ==, token);
  assert_finished (port, token);
  g_assert_finalize_object (port);
  ts_test_give_back_descriptors ();
}

static void
port_works_without_descriptor (void)
{
  if (g_test_subprocess ())
    {
      port_works_without_descriptor_inside ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/port/E17-token-is-ready-and-finishes-once",
               token_is_ready_and_finishes_once);
  ts_test_add ("/tschan/port/E17-set-event-is-ready-at-once", set_event_is_ready_at_once);
  ts_test_add ("/tschan/port/E17-token-may-be-finished-untold", token_may_be_finished_untold);
  ts_test_add ("/tschan/port/E17-tokens-are-told-in-order-and-never-reused",
               tokens_are_told_in_order_and_never_reused);
  ts_test_add ("/tschan/port/E18-cancelled-token-takes-nothing", cancelled_token_takes_nothing);
  ts_test_add ("/tschan/port/E18-closed-port-gives-everything-back",
               closed_port_gives_everything_back);
  ts_test_add ("/tschan/port/E18-last-reference-closes", last_reference_closes);
  ts_test_add ("/tschan/port/finish-overwrites-the-value", finish_overwrites_the_value);
  ts_test_add ("/tschan/port/finish-releases-the-value", finish_releases_the_value);
  ts_test_add ("/tschan/port/descriptor-is-not-inherited", descriptor_is_not_inherited);
  ts_test_add ("/tschan/port/descriptors-are-given-back", descriptors_are_given_back);
  ts_test_add ("/tschan/port/port-works-without-descriptor", port_works_without_descriptor);

  return g_test_run ();
}
