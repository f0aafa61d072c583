/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The work, which knows nothing of windows. One thread looks for files, several compute checksums. */

#pragma once

#include <stdatomic.h>

#include <tschan/tschan.h>

#define HASH_TYPE_ROW (hash_row_get_type ())
G_DECLARE_FINAL_TYPE (HashRow, hash_row, HASH, ROW, GObject)

struct _HashRow
{
  GObject parent_instance;

  /* Never change: any thread may read them. */
  char   *name;
  goffset size;
  char   *checksum;
};

typedef struct
{
  char         *folder;
  TsChannel    *files;       /* to do; bounded, so that nobody runs far ahead */
  TsChannel    *results;     /* done; bounded too: if the window is slow the workers wait */
  TsChannel    *progress;    /* of the latest fraction, which is all that counts */
  TsEvent      *may_run;     /* set, the workers pass; cleared, they wait */
  GCancellable *cancellable; /* of everything */

  _Atomic int    n_workers;
  _Atomic gint64 n_bytes_done;
  gint64         n_bytes;    /* known before the first file is sent */
} HashJob;

/* Begins at once. In the end @results and @progress are closed. */
HashJob *hash_job_start (const char *folder);
void     hash_job_unref (HashJob *self);
