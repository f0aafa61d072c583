/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A window with the checksums of all files in a folder, as threads compute them: hasher [FOLDER]
 *
 * What comes out of the channel of results is the list. The bar has the latest progress, the first
 * button clears and sets an event before which the workers stop, the other cancels. Nothing of this
 * ever waits. */

#include <gtk/gtk.h>

#include "hash-job.h"

typedef struct
{
  GtkWindow      *window;
  GtkWidget      *bar;
  GtkWidget      *status;
  HashJob        *job;
  TsListModel    *rows;
  guint           watch; /* of the progress */
  gboolean        closing;
} Hasher;

/* What the window shows */

static void
show_status (Hasher *self)
{
  const char *state = !ts_list_model_is_finished (self->rows) ?
                        (ts_event_is_set (self->job->may_run) ? "" : " · paused") :
                      g_cancellable_is_cancelled (self->job->cancellable) ? " · cancelled" : " · done";
  g_autofree char *text = g_strdup_printf ("%u files%s",
                                           g_list_model_get_n_items (G_LIST_MODEL (self->rows)), state);

  gtk_label_set_text (GTK_LABEL (self->status), text);
}

static gboolean
on_progress (TsChannel *progress, const GValue *value, gpointer user_data)
{
  Hasher *self = user_data;

  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), g_value_get_double (value));
  return G_SOURCE_CONTINUE;
}

static void
on_progress_end (gpointer user_data)
{
  ((Hasher *) user_data)->watch = 0;
}

static void
set_enabled (Hasher *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->window), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
on_finished (Hasher *self)
{
  set_enabled (self, "pause", FALSE);
  set_enabled (self, "cancel", FALSE);
  show_status (self);
  if (self->closing)
    gtk_window_destroy (self->window);
}

/* What can be done */

static void
change_paused (GSimpleAction *action, GVariant *paused, gpointer user_data)
{
  Hasher *self = user_data;

  g_simple_action_set_state (action, paused);
  if (g_variant_get_boolean (paused))
    ts_event_clear (self->job->may_run);
  else
    ts_event_set (self->job->may_run);
  show_status (self);
}

static void
cancel (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  Hasher *self = user_data;

  g_cancellable_cancel (self->job->cancellable);
}

/* The window goes when the last worker has ended. */
static gboolean
on_close_request (Hasher *self)
{
  self->closing = TRUE;
  g_cancellable_cancel (self->job->cancellable);
  return !ts_list_model_is_finished (self->rows);
}

static void
hasher_free (gpointer data)
{
  Hasher *self = data;

  g_clear_handle_id (&self->watch, g_source_remove);
  g_object_unref (self->rows);
  hash_job_unref (self->job);
  g_free (self);
}

/* The list */

typedef char *(*Describe) (HashRow *row);

static char *
describe_name (HashRow *row)
{
  return g_strdup (row->name);
}

static char *
describe_size (HashRow *row)
{
  return g_format_size ((guint64) row->size);
}

static char *
describe_checksum (HashRow *row)
{
  return g_strdup (row->checksum);
}

static void
set_up_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer describe)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), describe == (gpointer) describe_size ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  if (describe != (gpointer) describe_name)
    gtk_widget_add_css_class (label, describe == (gpointer) describe_size ? "numeric" : "monospace");
  gtk_list_item_set_child (cell, label);
}

static void
fill_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer describe)
{
  g_autofree char *text = ((Describe) describe) (gtk_list_item_get_item (cell));

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (cell)), text);
}

static void
add_column (GtkColumnView *view, const char *title, Describe describe, int width)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *column = gtk_column_view_column_new (title, factory);

  g_signal_connect (factory, "setup", G_CALLBACK (set_up_cell), (gpointer) describe);
  g_signal_connect (factory, "bind", G_CALLBACK (fill_cell), (gpointer) describe);
  gtk_column_view_column_set_expand (column, width < 0);
  gtk_column_view_column_set_fixed_width (column, width);
  gtk_column_view_append_column (view, column);
  g_object_unref (column);
}

static GtkWidget *
new_list (GListModel *rows)
{
  GtkNoSelection *selection = gtk_no_selection_new (g_object_ref (rows));
  GtkWidget *view = gtk_column_view_new (GTK_SELECTION_MODEL (selection));
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  add_column (GTK_COLUMN_VIEW (view), "File", describe_name, -1);
  add_column (GTK_COLUMN_VIEW (view), "Size", describe_size, 100);
  add_column (GTK_COLUMN_VIEW (view), "SHA-256", describe_checksum, 400);
  gtk_widget_add_css_class (view, "data-table");
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  return scrolled;
}

/* The window */

static GtkWidget *
new_header (Hasher *self)
{
  GtkWidget *header = gtk_header_bar_new ();
  GtkWidget *pause = gtk_toggle_button_new_with_label ("Pause");
  GtkWidget *stop = gtk_button_new_with_label ("Cancel");

  gtk_actionable_set_action_name (GTK_ACTIONABLE (pause), "win.pause");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (stop), "win.cancel");
  gtk_header_bar_pack_start (GTK_HEADER_BAR (header), pause);
  gtk_header_bar_pack_start (GTK_HEADER_BAR (header), stop);
  return header;
}

static GtkWidget *
new_footer (Hasher *self)
{
  GtkWidget *footer = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->status = gtk_label_new ("");
  gtk_widget_add_css_class (self->status, "numeric");
  self->bar = gtk_progress_bar_new ();
  gtk_widget_set_hexpand (self->bar, TRUE);
  gtk_widget_set_valign (self->bar, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (footer), self->status);
  gtk_box_append (GTK_BOX (footer), self->bar);
  gtk_widget_set_margin_start (footer, 12);
  gtk_widget_set_margin_end (footer, 12);
  gtk_widget_set_margin_top (footer, 6);
  gtk_widget_set_margin_bottom (footer, 6);
  return footer;
}

static void
fill_window (Hasher *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_append (GTK_BOX (box), new_list (G_LIST_MODEL (self->rows)));
  gtk_box_append (GTK_BOX (box), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (box), new_footer (self));
  gtk_window_set_titlebar (self->window, new_header (self));
  gtk_window_set_child (self->window, box);
  gtk_window_set_default_size (self->window, 900, 520);
}

static void
open_window (GtkApplication *app, const char *folder)
{
  static const GActionEntry actions[] = {
    { .name = "pause", .state = "false", .change_state = change_paused },
    { .name = "cancel", .activate = cancel },
  };
  Hasher *self = g_new0 (Hasher, 1);
  g_autofree char *name = g_filename_display_basename (folder);
  g_autofree char *title = g_strdup_printf ("Checksums of %s", name);

  self->job = hash_job_start (folder);
  self->rows = ts_list_model_new (self->job->results);
  self->window = GTK_WINDOW (gtk_application_window_new (app));
  gtk_window_set_title (self->window, title);
  g_action_map_add_action_entries (G_ACTION_MAP (self->window), actions, G_N_ELEMENTS (actions), self);
  fill_window (self);

  self->watch = ts_channel_add_watch_full (self->job->progress, G_PRIORITY_DEFAULT_IDLE,
                                           on_progress, self, on_progress_end);
  g_signal_connect_swapped (self->rows, "notify::n-items", G_CALLBACK (show_status), self);
  g_signal_connect_swapped (self->rows, "notify::finished", G_CALLBACK (on_finished), self);
  g_signal_connect_swapped (self->window, "close-request", G_CALLBACK (on_close_request), self);
  g_object_set_data_full (G_OBJECT (self->window), "hasher", self, hasher_free);
  gtk_window_present (self->window);
}

static void
on_open (GtkApplication *app, GFile **files, int n_files, const char *hint, gpointer user_data)
{
  for (int i = 0; i < n_files; i++)
    {
      g_autofree char *folder = g_file_get_path (files[i]);

      if (folder != NULL)
        open_window (app, folder);
    }
}

static void
on_activate (GtkApplication *app, gpointer user_data)
{
  g_autofree char *folder = g_get_current_dir ();

  open_window (app, folder);
}

int
main (int argc, char **argv)
{
  g_autoptr (GtkApplication) app =
    gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE | G_APPLICATION_HANDLES_OPEN);

  g_signal_connect (app, "activate", G_CALLBACK (on_activate), NULL);
  g_signal_connect (app, "open", G_CALLBACK (on_open), NULL);
  return g_application_run (G_APPLICATION (app), argc, argv);
}
