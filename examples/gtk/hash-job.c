/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <glib/gstdio.h>

#include "hash-job.h"

#define MAX_WORKERS 4u
#define BLOCK       65536

G_DEFINE_FINAL_TYPE (HashRow, hash_row, G_TYPE_OBJECT)

static void
hash_row_finalize (GObject *object)
{
  HashRow *self = HASH_ROW (object);

  g_free (self->name);
  g_free (self->checksum);
  G_OBJECT_CLASS (hash_row_parent_class)->finalize (object);
}

static void
hash_row_class_init (HashRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hash_row_finalize;
}

static void
hash_row_init (HashRow *self)
{
}

/* A worker */

static void
report (HashJob *self, gsize n)
{
  double done = (double) (atomic_fetch_add (&self->n_bytes_done, (gint64) n) + (gint64) n);

  ts_channel_send_double (self->progress, done / (double) MAX (self->n_bytes, 1), NULL, NULL);
}

/* Each block passes the gate, and each wait ends when the job is cancelled. */
static gboolean
read_all (HashJob *self, FILE *file, GChecksum *checksum, goffset *size)
{
  guchar block[BLOCK];
  gsize n;

  do
    {
      if (!ts_event_wait (self->may_run, self->cancellable, NULL))
        return FALSE;
      n = fread (block, 1, sizeof block, file);
      g_checksum_update (checksum, block, (gssize) n);
      *size += (goffset) n;
      report (self, n);
    }
  while (n == sizeof block);
  return TRUE;
}

static HashRow *
hash_file (HashJob *self, const char *path)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  HashRow *row = g_object_new (HASH_TYPE_ROW, NULL);
  FILE *file = g_fopen (path, "rb");

  row->name = g_filename_display_name (path + strlen (self->folder) + 1);
  if (file == NULL)
    {
      row->checksum = g_strdup (g_strerror (errno));
      return row;
    }
  if (!read_all (self, file, checksum, &row->size))
    g_clear_object (&row);
  else
    row->checksum = g_strdup (g_checksum_get_string (checksum));
  fclose (file);
  return row;
}

static gpointer
work (gpointer data)
{
  HashJob *self = data;
  g_auto (GValue) path = G_VALUE_INIT;
  HashRow *row;

  while (ts_channel_receive (self->files, self->cancellable, &path, NULL) &&
         (row = hash_file (self, g_value_get_string (&path))) != NULL &&
         ts_channel_send_object (self->results, row, self->cancellable, NULL))
    ;

  if (atomic_fetch_sub (&self->n_workers, 1) == 1)
    {
      ts_channel_close (self->results);
      ts_channel_close (self->progress);
    }
  hash_job_unref (self);
  return NULL;
}

/* The one who looks for files */

static void
find_files (HashJob *self, const char *folder, GPtrArray *paths)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL &&
         !g_cancellable_is_cancelled (self->cancellable))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf info;

      if (g_lstat (path, &info) != 0)
        continue;
      if (S_ISDIR (info.st_mode))
        {
          find_files (self, path, paths);
        }
      else if (S_ISREG (info.st_mode))
        {
          self->n_bytes += info.st_size;
          g_ptr_array_add (paths, g_steal_pointer (&path));
        }
    }
}

static gpointer
find (gpointer data)
{
  HashJob *self = data;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  find_files (self, self->folder, paths);
  for (guint i = 0; i < paths->len; i++)
    {
      char *path = g_steal_pointer (&paths->pdata[i]);

      if (!ts_channel_send_string (self->files, path, self->cancellable, NULL))
        break;
    }
  ts_channel_close (self->files);
  hash_job_unref (self);
  return NULL;
}

/* The job */

static void
hash_job_clear (gpointer data)
{
  HashJob *self = data;

  g_free (self->folder);
  g_object_unref (self->files);
  g_object_unref (self->results);
  g_object_unref (self->progress);
  g_object_unref (self->may_run);
  g_object_unref (self->cancellable);
}

void
hash_job_unref (HashJob *self)
{
  g_atomic_rc_box_release_full (self, hash_job_clear);
}

HashJob *
hash_job_start (const char *folder)
{
  const int n_workers = (int) MIN (g_get_num_processors (), MAX_WORKERS);
  HashJob *self = g_atomic_rc_box_new0 (HashJob);

  self->folder = g_strdup (folder);
  self->files = ts_channel_new (64);
  self->results = ts_channel_new_full (256, HASH_TYPE_ROW, TS_OVERFLOW_WAIT, "results");
  self->progress = ts_channel_new_full (1, G_TYPE_DOUBLE, TS_OVERFLOW_DROP_OLDEST, "progress");
  self->may_run = ts_event_new ();
  ts_event_set (self->may_run);
  self->cancellable = g_cancellable_new ();
  atomic_init (&self->n_workers, n_workers);

  g_thread_unref (g_thread_new ("find", find, g_atomic_rc_box_acquire (self)));
  for (int i = 0; i < n_workers; i++)
    g_thread_unref (g_thread_new ("hash", work, g_atomic_rc_box_acquire (self)));
  return self;
}
