/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Threads find rows, a list shows them: how steadily is the window drawn meanwhile? Measured once, for one
 * feed; rows.py does so in turns for all.
 *
 * The control is the same window, of the same process, before there is a row. */

#include <stdio.h>
#include <unistd.h>

#include "rows.h"

#define MAX_WORKERS 64

#ifdef ROWS_HAVE_GTK
static const RowsStage *const window_stage = &rows_stage_window;
#else
static const RowsStage *const window_stage = NULL;
#endif

static int option_rows = 1000000;
static int option_workers = 2;
static int option_control_ms = 2000;
static gboolean option_follow;
static gboolean option_window;
static gboolean option_list;
static char **option_feeds;

static const GOptionEntry option_entries[] = {
  { "rows", 0, 0, G_OPTION_ARG_INT, &option_rows, "How many rows (1000000)", "N" },
  { "workers", 0, 0, G_OPTION_ARG_INT, &option_workers, "How many threads find them (2)", "N" },
  { "control", 0, 0, G_OPTION_ARG_INT, &option_control_ms, "How long the control takes (2000)", "MS" },
  { "follow", 0, 0, G_OPTION_ARG_NONE, &option_follow, "Scroll to the last row in each frame", NULL },
  { "window", 0, 0, G_OPTION_ARG_NONE, &option_window, "In a window, not with a timer in its place", NULL },
  { "list", 0, 0, G_OPTION_ARG_NONE, &option_list, "Print the feeds and leave", NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_feeds, NULL, "FEED" },
  { NULL },
};

/* Threads */

typedef struct
{
  const RowsFeed *feed;
  gpointer        way;
  int             n_rows;
} Work;

static gpointer
work (gpointer data)
{
  const Work *self = data;

  for (int i = 0; i < self->n_rows; i++)
    self->feed->send (self->way, i);
  return NULL;
}

/* Memory of this process, in bytes */
static double
get_memory (void)
{
  unsigned long size = 0, resident = 0;
  FILE *file = fopen ("/proc/self/statm", "r");

  if (file == NULL)
    return 0;
  if (fscanf (file, "%lu %lu", &size, &resident) != 2)
    resident = 0;
  fclose (file);
  return (double) resident * (double) sysconf (_SC_PAGESIZE);
}

/* The two parts */

static gboolean
set_flag (gpointer flag)
{
  *(gboolean *) flag = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run_for (int milliseconds)
{
  gboolean over = FALSE;

  g_timeout_add (MAX (milliseconds, 0), set_flag, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
run_control (RowsPace *pace)
{
  run_for (option_control_ms / 4); /* it opens */
  rows_pace_begin (pace);
  run_for (option_control_ms);
  rows_pace_report (pace, "control");
}

/* Until all rows are there, and some frames more. */
static void
run_fill (RowsPace *pace, const RowsStage *stage, const RowsFeed *feed)
{
  GThread *threads[MAX_WORKERS];
  g_autoptr (GListModel) model = NULL;
  Work filling = { feed, feed->create (&model), option_rows / option_workers / feed->share };
  const guint n_rows = (guint) (filling.n_rows * option_workers);
  double memory;
  gint64 begun;

  stage->show (model);
  run_for (option_control_ms / 4);
  rows_pace_begin (pace);
  memory = get_memory ();
  begun = g_get_monotonic_time ();
  for (int i = 0; i < option_workers; i++)
    threads[i] = g_thread_new ("worker", work, &filling);
  while (g_list_model_get_n_items (model) < n_rows)
    g_main_context_iteration (NULL, TRUE);
  printf ("rows %u\nfill-ms %.1f\n", n_rows, (double) (g_get_monotonic_time () - begun) / 1000);
  for (int i = 0; i < option_workers; i++)
    g_thread_join (threads[i]);
  printf ("bytes-per-row %.1f\n", (get_memory () - memory) / n_rows);
  run_for (100);
  rows_pace_report (pace, "fill");
  feed->destroy (filling.way);
}

static const RowsFeed *
find_feed (const char *name)
{
  for (const RowsFeed *feed = rows_feeds; feed->name != NULL; feed++)
    if (g_str_equal (feed->name, name))
      return feed;
  return NULL;
}

/* To take a million rows out of a window again is not what this is about. */
G_NORETURN static void
measure (const RowsStage *stage, const RowsFeed *feed)
{
  RowsPace pace = { .last = 0 };

  rows_pace_begin (&pace);
  stage->open (&pace, option_follow);
  run_control (&pace);
  run_fill (&pace, stage, feed);
  fflush (stdout);
  _exit (0);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- fills a list, and times the frames meanwhile");
  g_autoptr (GError) error = NULL;
  const RowsStage *stage;
  const RowsFeed *feed;

  g_option_context_add_main_entries (context, option_entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  stage = option_window ? window_stage : &rows_stage_timer;
  feed = option_feeds == NULL ? NULL : find_feed (option_feeds[0]);
  if (option_list)
    for (feed = rows_feeds; feed->name != NULL; feed++)
      printf ("%s\n", feed->name);
  else if (stage == NULL)
    g_printerr ("There is no window without GTK\n");
  else if (feed == NULL || option_workers < 1 || option_workers > MAX_WORKERS || option_rows < option_workers)
    g_printerr ("There is no such feed, or not so many workers or rows\n");
  else
    measure (stage, feed);
  return option_list ? 0 : 2;
}
