/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/tschan.h>

G_BEGIN_DECLS

/* A row as an object: all that a list model has are objects. */
#define ROWS_TYPE_ROW (rows_row_get_type ())
G_DECLARE_FINAL_TYPE (RowsRow, rows_row, ROWS, ROW, GObject)

RowsRow *rows_row_new        (gint64 number);

/* Of what a list model has: a row, or a TsItem around a number. */
gint64   rows_get_number     (gpointer row);

/* A way for rows from any thread into a list model of the main loop */
typedef struct
{
  const char *name;
  int         share; /* it gets one in so many rows, since all would take too long */
  gpointer  (*create)  (GListModel **model);
  void      (*send)    (gpointer feed, gint64 number); /* in any thread */
  void      (*destroy) (gpointer feed);
} RowsFeed;

/* Ends with one without a name. */
extern const RowsFeed rows_feeds[];

/* How steadily something is called: all times between two calls, in microseconds */
typedef struct
{
  GArray *gaps;
  gint64  last; /* 0: the next call is the first */
} RowsPace;

void rows_pace_begin  (RowsPace *self);
void rows_pace_tick   (RowsPace *self);

/* Prints a line: when that was, and all gaps, in milliseconds. */
void rows_pace_report (RowsPace *self, const char *when);

#define ROWS_FRAME 16667 /* microseconds */

/* What is drawn meanwhile: it ticks for each frame, and may show the list. */
typedef struct
{
  void (*open) (RowsPace *pace, gboolean follow);
  void (*show) (GListModel *model);
} RowsStage;

extern const RowsStage rows_stage_timer;
extern const RowsStage rows_stage_window; /* if there is GTK */

G_END_DECLS
