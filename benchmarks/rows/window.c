/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A window with a list, and a label that changes in each frame, so that there is always one to draw. */

#include <gtk/gtk.h>

#include "rows.h"

static GtkWidget *window, *view, *label;
static GtkScrolledWindow *scroller;
static gboolean following;

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer pace)
{
  GtkSelectionModel *selection = gtk_list_view_get_model (GTK_LIST_VIEW (view));
  guint n_rows = selection == NULL ? 0 : g_list_model_get_n_items (G_LIST_MODEL (selection));
  g_autofree char *text = g_strdup_printf ("%u rows, frame %" G_GINT64_FORMAT, n_rows,
                                           gdk_frame_clock_get_frame_counter (clock));

  rows_pace_tick (pace);
  gtk_label_set_text (GTK_LABEL (label), text);
  if (following)
    {
      GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (scroller);

      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
    }
  return G_SOURCE_CONTINUE;
}

static void
on_setup (GtkListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_list_item_set_child (item, gtk_label_new (NULL));
}

static void
on_bind (GtkListItemFactory *factory, GtkListItem *item, gpointer data)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT,
                                           rows_get_number (gtk_list_item_get_item (item)));

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static GtkWidget *
create_view (void)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  return gtk_list_view_new (NULL, factory);
}

static void
window_open (RowsPace *pace, gboolean follow)
{
  GtkWidget *box;

  gtk_init ();
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  following = follow;
  window = gtk_window_new ();
  label = gtk_label_new (NULL);
  view = create_view ();
  scroller = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  gtk_scrolled_window_set_child (scroller, view);
  gtk_widget_set_vexpand (GTK_WIDGET (scroller), TRUE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (scroller));
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), 500, 600);
  gtk_widget_add_tick_callback (window, on_frame, pace, NULL);
  gtk_window_present (GTK_WINDOW (window));
}

static void
window_show (GListModel *model)
{
  g_autoptr (GtkNoSelection) selection = gtk_no_selection_new (g_object_ref (model));

  gtk_list_view_set_model (GTK_LIST_VIEW (view), GTK_SELECTION_MODEL (selection));
}

const RowsStage rows_stage_window = { window_open, window_show };
