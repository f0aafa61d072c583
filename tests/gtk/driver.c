/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Loaded into the example of a GTK program, whatever its language, it does what a person would: watches the
 * list fill, pauses, resumes, cancels, closes the window. It speaks TAP.
 *
 * TS_DRIVE: "buttons" does all that; "whole" lets it come to its end, with TS_DRIVE_ROWS rows.
 *
 * How steadily the window is drawn is measured twice in the same run, while rows pour in and while the job
 * is paused but as many threads do something else, and compared; and again, should the machine have been at
 * something else for a while. */

#include <stdlib.h>

#include <gtk/gtk.h>

#define N_FRAMES 40
#define N_TRIES  4

typedef struct _Driver Driver;
typedef gboolean (*Step) (Driver *self); /* TRUE: it is done */

struct _Driver
{
  const Step *steps;
  guint       step;
  guint       n_tests;
  GtkWindow  *window;
  GListModel *rows;     /* the TsListModel */
  gboolean    complete;

  /* Of the step */
  GArray     *gaps;     /* between frames, in microseconds */
  gint64      last_frame;
  guint       n_rows;
  double      busy, other; /* most of the gaps are no longer */
  guint       n_tries;
  GPtrArray  *burners;     /* threads */
};

static Driver driver;

/* TAP */

static void
ok (gboolean success, const char *what)
{
  g_print ("%sok %u %s\n", success ? "" : "not ", ++driver.n_tests, what);
  if (!success)
    exit (1);
}

/* The window */

static GtkWidget *
find_widget (GtkWidget *widget, GType type)
{
  GtkWidget *found = g_type_is_a (G_OBJECT_TYPE (widget), type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_widget (child, type);
  return found;
}

/* What is behind models of GTK's own. */
static GListModel *
get_rows (GtkWindow *window)
{
  GtkWidget *view = find_widget (GTK_WIDGET (window), GTK_TYPE_COLUMN_VIEW);
  gpointer model = view != NULL ? gtk_column_view_get_model (GTK_COLUMN_VIEW (view)) : NULL;

  while (model != NULL && g_strcmp0 (G_OBJECT_TYPE_NAME (model), "TsListModel") != 0)
    g_object_get (model, "model", &model, NULL);
  return model;
}

static gboolean
is_finished (Driver *self)
{
  gboolean finished;

  g_object_get (self->rows, "finished", &finished, NULL);
  return finished;
}

static guint
count_rows (Driver *self)
{
  return g_list_model_get_n_items (self->rows);
}

static double
get_fraction (Driver *self)
{
  GtkWidget *bar = find_widget (GTK_WIDGET (self->window), GTK_TYPE_PROGRESS_BAR);

  return gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar));
}

static void
activate (Driver *self, const char *action)
{
  ok (gtk_widget_activate_action (GTK_WIDGET (self->window), action, NULL), action);
}

/* Frames */

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Driver *self = data;
  gint64 now = g_get_monotonic_time ();
  gint64 gap = now - self->last_frame;

  if (self->last_frame != 0)
    g_array_append_val (self->gaps, gap);
  self->last_frame = now;
  return G_SOURCE_CONTINUE;
}

static int
compare_gaps (gconstpointer a, gconstpointer b)
{
  const gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return left < right ? -1 : left > right;
}

static void
begin_frames (Driver *self)
{
  g_array_set_size (self->gaps, 0);
  self->n_rows = count_rows (self);
}

/* In milliseconds: nine of ten are shorter. */
static double
end_frames (Driver *self, const char *when)
{
  gint64 *gaps = (gint64 *) (gpointer) self->gaps->data;
  const guint n = self->gaps->len;

  g_array_sort (self->gaps, compare_gaps);
  g_print ("# frames while %s: median %.1f ms, 9 of 10 below %.1f ms, longest %.1f ms\n", when,
           (double) gaps[n / 2] / 1000, (double) gaps[n * 9 / 10] / 1000, (double) gaps[n - 1] / 1000);
  return (double) gaps[n * 9 / 10] / 1000;
}

/* Threads that want the processors as those of the job do */

static _Atomic int burning;

static gpointer
burn (gpointer data)
{
  for (volatile guint n = 0; burning; n = n + 1)
    ;
  return NULL;
}

static void
start_burners (Driver *self)
{
  burning = TRUE;
  for (guint i = 0; i < g_get_num_processors (); i++)
    g_ptr_array_add (self->burners, g_thread_new ("burner", burn, NULL));
}

static void
stop_burners (Driver *self)
{
  burning = FALSE;
  for (guint i = 0; i < self->burners->len; i++)
    g_thread_join (self->burners->pdata[i]);
  g_ptr_array_set_size (self->burners, 0);
}

/* Steps */

static gboolean
window_opens (Driver *self)
{
  GListModel *windows = gtk_window_get_toplevels ();

  if (g_list_model_get_n_items (windows) == 0)
    return FALSE;
  self->window = g_list_model_get_item (windows, 0);
  g_object_unref (self->window);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self->window)))
    return FALSE;
  self->rows = get_rows (self->window);
  ok (self->rows != NULL, "a window with a list opens");
  gtk_widget_add_tick_callback (GTK_WIDGET (self->window), on_frame, self, NULL);
  return TRUE;
}

static gboolean
list_fills (Driver *self)
{
  if (count_rows (self) < 10 || get_fraction (self) <= 0)
    return FALSE;
  ok (!is_finished (self), "the list and the bar fill");
  begin_frames (self);
  return TRUE;
}

static gboolean
busy_frames (Driver *self)
{
  if (self->gaps->len < N_FRAMES)
    return FALSE;
  self->busy = end_frames (self, "rows come");
  ok (count_rows (self) > self->n_rows && !is_finished (self), "rows come while frames are drawn");
  activate (self, "win.pause");
  begin_frames (self);
  return TRUE;
}

/* What was under way is there when no row has come for some frames. */
static gboolean
paused (Driver *self)
{
  const gboolean is_quiet = count_rows (self) == self->n_rows;

  if (self->gaps->len < N_FRAMES)
    return FALSE;
  if (is_quiet)
    start_burners (self);
  begin_frames (self);
  return is_quiet;
}

static gboolean
other_frames (Driver *self)
{
  gboolean steady;

  if (self->gaps->len < N_FRAMES)
    return FALSE;
  stop_burners (self);
  self->other = end_frames (self, "it is paused");
  ok (count_rows (self) == self->n_rows && !is_finished (self), "no rows come while it is paused");
  steady = self->busy <= 4 * self->other + 100;
  activate (self, "win.pause");
  if (!steady && ++self->n_tries < N_TRIES)
    {
      self->step = 0; /* the first is not done again */
      return TRUE;
    }
  ok (steady, "frames keep their pace while rows come");
  return TRUE;
}

static gboolean
resumed (Driver *self)
{
  if (count_rows (self) < self->n_rows + 5)
    return FALSE;
  ok (!is_finished (self), "rows come again");
  activate (self, "win.cancel");
  return TRUE;
}

static gboolean
cancelled (Driver *self)
{
  if (!is_finished (self))
    return FALSE;
  ok (get_fraction (self) < 1, "it ends early");
  return TRUE;
}

static gboolean
came_to_its_end (Driver *self)
{
  if (!is_finished (self))
    return FALSE;
  ok (count_rows (self) == (guint) atoi (g_getenv ("TS_DRIVE_ROWS")), "each file is a row");
  return TRUE;
}

/* Closed while it works, too: this is the last step of each. */
static gboolean
closes (Driver *self)
{
  gtk_window_close (self->window);
  self->complete = TRUE;
  return TRUE;
}

static const Step buttons[] = {
  window_opens, list_fills, busy_frames, paused, other_frames, resumed, cancelled, closes, NULL,
};
static const Step whole[] = { window_opens, came_to_its_end, closes, NULL };
static const Step close_early[] = { window_opens, list_fills, closes, NULL };

static gboolean
go_on (gpointer data)
{
  Driver *self = data;

  if (self->steps[self->step] != NULL && self->steps[self->step] (self))
    self->step++;
  return self->steps[self->step] != NULL;
}

static void
finish (void)
{
  if (driver.complete)
    g_print ("ok %u the program ends by itself\n1..%u\n", driver.n_tests + 1, driver.n_tests + 1);
}

__attribute__ ((constructor)) static void
load (void)
{
  const char *what = g_getenv ("TS_DRIVE");

  if (what == NULL)
    return;
  driver.steps = g_str_equal (what, "whole") ? whole :
                 g_str_equal (what, "close") ? close_early : buttons;
  driver.gaps = g_array_new (FALSE, FALSE, sizeof (gint64));
  driver.burners = g_ptr_array_new ();
  g_timeout_add_full (G_PRIORITY_LOW, 5, go_on, &driver, NULL);
  atexit (finish);
}
