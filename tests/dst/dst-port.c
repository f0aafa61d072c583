/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One port that several threads use at once, under the deterministic scheduler: they submit, collect,
 * cancel and close in any order.
 *
 * Each token is told once, and ends in one way: finished, cancelled or closed. What was finished is
 * the caller's, everything else is still in the channel, in order. When nobody can run the descriptor
 * is readable if and only if there is a token to tell.
 */

#include "ts-dst.h"

#include <tschan/tschan.h>

#define MAX_TOKENS     6
#define MAX_SUBMITTERS 2
#define MAX_COLLECTORS 2
#define MAX_ITEMS      6

typedef enum
{
  SUBMITTED,
  FINISHED,
  CANCELLED,
} Fate;

static TsPort *port;
static TsChannel *channel;
static Fate fates[MAX_TOKENS + 1]; /* tokens count from 1 */
static guint told[MAX_TOKENS + 1];
static gint64 last_token;
static gboolean closed;
static guint received[MAX_ITEMS];
static int n_items;
static guint running;

static void
run_submitter (gpointer data)
{
  for (guint i = GPOINTER_TO_UINT (data); i > 0; i--)
    {
      gint64 token = ts_port_receive (port, channel);

      ts_dst_check (token > 0 || closed);
      last_token = MAX (last_token, token);
    }
  running--;
}

static void
take_item (GValue *value)
{
  int item = g_value_get_int (value);

  ts_dst_check (item < n_items);
  ts_dst_check (++received[item] == 1);
}

static void
finish (gint64 token)
{
  gboolean was_told = told[token] > 0;
  GValue value = G_VALUE_INIT;
  GError *error = NULL;

  if (ts_port_finish (port, token, &value, &error))
    {
      ts_dst_check (fates[token] == SUBMITTED);
      fates[token] = FINISHED;
      take_item (&value);
    }
  else if (g_error_matches (error, TS_ERROR, TS_ERROR_CLOSED))
    {
      ts_dst_check (fates[token] == SUBMITTED && ts_channel_is_closed (channel));
      fates[token] = FINISHED;
    }
  else
    {
      ts_dst_check (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
                    (!was_told && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING)));
    }
  g_clear_error (&error);
  g_value_unset (&value);
}

static void
collect_all (void)
{
  gint64 token;

  while ((token = ts_port_next_ready (port)) >= 0)
    {
      ts_dst_check (token >= 1 && token <= MAX_TOKENS);
      ts_dst_check (++told[token] == 1);
      finish (token);
    }
}

static void
run_collector (gpointer data)
{
  GPollFD pollfd = { .fd = ts_port_get_fd (port), .events = G_IO_IN };

  for (guint i = 0; i < 4; i++)
    {
      ts_dst_poll (&pollfd, 1, 1);
      collect_all ();
    }
  running--;
}

/* Cancels, or tries to finish, whatever it can think of. */
static void
run_meddler (gpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      gint64 token = 1 + ts_dst_random (MAX_TOKENS);

      if (ts_dst_random (3) == 0)
        {
          finish (token);
        }
      else if (ts_port_cancel (port, token))
        {
          ts_dst_check (fates[token] == SUBMITTED);
          fates[token] = CANCELLED;
        }
    }
  running--;
}

static void
run_sender (gpointer data)
{
  for (int i = 0; i < n_items; i++)
    {
      GValue value = G_VALUE_INIT;

      g_value_init (&value, G_TYPE_INT);
      g_value_set_int (&value, i);
      ts_dst_check (ts_channel_send (channel, &value, NULL, NULL));
    }
  if (data != NULL)
    ts_channel_close (channel);
  running--;
}

static void
run_closer (gpointer data)
{
  closed = TRUE;
  ts_port_close (port);
  running--;
}

static void
check_descriptor (void)
{
  GPollFD pollfd = { .fd = ts_port_get_fd (port), .events = G_IO_IN };
  gint64 token;

  token = ts_port_next_ready (port);
  if (token >= 0)
    {
      ts_dst_check (++told[token] == 1);
      finish (token);
    }
  collect_all ();
  ts_dst_check (g_poll (&pollfd, 1, 0) == 0);
}

/* Whoever came too late has no token, and waits for nothing. */
static void
check_closed (void)
{
  for (gint64 token = 1; token <= last_token; token++)
    {
      GValue value = G_VALUE_INIT;
      GError *error = NULL;

      ts_dst_check (!ts_port_finish (port, token, &value, &error));
      ts_dst_check (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
      g_clear_error (&error);
      g_value_unset (&value);
    }
  ts_dst_check (ts_port_next_ready (port) < 0);
}

/* No token waits for what is there, and what is told can be seen at the descriptor. */
static void
run_referee (gpointer data)
{
  GPollFD pollfd = { .fd = ts_port_get_fd (port), .events = G_IO_IN };
  gboolean readable;

  ts_dst_wait_quiescent ();
  while (running > 0)
    ts_dst_wait_quiescent ();
  readable = g_poll (&pollfd, 1, 0) > 0;
  for (gint64 token = 1; token <= last_token && !readable; token++)
    ts_dst_check (told[token] > 0 || fates[token] != SUBMITTED || closed ||
                  ts_channel_get_length (channel) == 0);
  if (closed)
    check_closed ();
  check_descriptor ();
}

/* What the port did not hand out is still there, in order. */
static void
check_channel (void)
{
  GValue value = G_VALUE_INIT;
  int last = -1;

  while (ts_channel_try_receive (channel, &value, NULL))
    {
      ts_dst_check (g_value_get_int (&value) > last);
      last = g_value_get_int (&value);
      take_item (&value);
    }
  g_value_unset (&value);
  for (int i = 0; i < n_items; i++)
    ts_dst_check (received[i] == 1);
}

static void
spawn (const char *name, TsDstFunc func, gpointer data)
{
  ts_dst_spawn (name, func, data);
  running++;
}

static void
reset (void)
{
  for (guint i = 0; i <= MAX_TOKENS; i++)
    {
      fates[i] = SUBMITTED;
      told[i] = 0;
    }
  for (guint i = 0; i < MAX_ITEMS; i++)
    received[i] = 0;
  closed = FALSE;
  last_token = 0;
  running = 0;
  n_items = (int) ts_dst_random (MAX_ITEMS + 1);
}

static void
many_threads (void)
{
  static const char *const submitter_names[] = { "submitter 1", "submitter 2" };
  static const char *const collector_names[] = { "collector 1", "collector 2" };

  reset ();
  port = ts_port_new ();
  channel = ts_channel_new (TS_CHANNEL_UNLIMITED);
  for (guint i = 1 + ts_dst_random (MAX_SUBMITTERS); i > 0; i--)
    spawn (submitter_names[i - 1], run_submitter, GUINT_TO_POINTER (1 + ts_dst_random (3)));
  for (guint i = ts_dst_random (MAX_COLLECTORS + 1); i > 0; i--)
    spawn (collector_names[i - 1], run_collector, NULL);
  if (ts_dst_random (2) == 0)
    spawn ("meddler", run_meddler, NULL);
  if (ts_dst_random (3) == 0)
    spawn ("closer", run_closer, NULL);
  spawn ("sender", run_sender, GUINT_TO_POINTER (ts_dst_random (2)));
  ts_dst_spawn ("referee", run_referee, NULL);
  ts_dst_run ();

  ts_dst_check_last_reference (port);
  g_clear_object (&port);
  ts_dst_check_last_reference (channel);
  check_channel ();
  g_clear_object (&channel);
}

int
main (int argc, char *argv[])
{
  static const TsDstScenario scenarios[] = {
    { "/tschan/dst/port/many-threads", many_threads, 20000 },
  };

  return ts_dst_main (argc, argv, scenarios, G_N_ELEMENTS (scenarios));
}
