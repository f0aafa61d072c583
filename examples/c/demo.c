/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Worker threads bake; a main loop sells what comes out of the oven, and its clock goes on ticking.
 *
 * The trays go through one channel, with room for two of them: so bakers wait when nobody buys. An
 * event tells everyone that the shop has opened. */

#include <tschan/tschan.h>

#define N_BAKERS 2

typedef struct
{
  const char *name;
  const char *kind;
  TsEvent    *opening;
  TsChannel  *counter;
} Baker;

static _Atomic int n_baking = N_BAKERS;

static gint64 start_time;

static void say (const char *who, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
say (const char *who, const char *format, ...)
{
  double seconds = (double) (g_get_monotonic_time () - start_time) / G_USEC_PER_SEC;
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("%5.2f s  %-9s %s\n", seconds, who, text);
}

/* In a thread of its own: blocks where it has to. */
static gpointer
bake (gpointer data)
{
  Baker *self = data;
  g_autoptr (GError) error = NULL;
  gboolean success = ts_event_wait (self->opening, NULL, &error);

  for (int number = 1; success && number <= 3; number++)
    {
      char *tray = g_strdup_printf ("%s tray %d", self->kind, number);

      g_usleep (50000);
      say (self->name, "puts %s on the counter", tray);
      success = ts_channel_send_string (self->counter, tray, NULL, &error);
    }
  if (!success)
    g_printerr ("%s: %s\n", self->name, error->message);
  if (--n_baking == 0)
    ts_channel_close (self->counter);
  return NULL;
}

/* In the main loop, for each tray. */
static gboolean
on_tray (TsChannel *counter, const GValue *tray, gpointer user_data)
{
  say ("main loop", "sells %s", g_value_get_string (tray));
  return G_SOURCE_CONTINUE;
}

/* In the main loop: the channel is closed, and nothing is left in it. */
static void
on_sold_out (gpointer loop)
{
  say ("main loop", "closed: everything was sold, each tray once");
  g_main_loop_quit (loop);
}

static gboolean
on_tick (gpointer user_data)
{
  say ("main loop", "tick: it is never blocked");
  return G_SOURCE_CONTINUE;
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (TsEvent) opening = ts_event_new ();
  g_autoptr (TsChannel) counter = ts_channel_new (2);
  Baker bakers[N_BAKERS] = {
    { "baker 1", "bread", opening, counter },
    { "baker 2", "cake", opening, counter },
  };
  GThread *threads[N_BAKERS];

  start_time = g_get_monotonic_time ();
  for (guint i = 0; i < N_BAKERS; i++)
    threads[i] = g_thread_new (bakers[i].name, bake, &bakers[i]);

  g_timeout_add (100, on_tick, NULL);
  ts_channel_add_watch_full (counter, G_PRIORITY_DEFAULT, on_tray, loop, on_sold_out);
  say ("main loop", "opens the shop");
  ts_event_set (opening);
  g_main_loop_run (loop);
  for (guint i = 0; i < N_BAKERS; i++)
    g_thread_join (threads[i]);
  return 0;
}
