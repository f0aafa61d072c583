/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One face for all ways to wait for a TsSelect. */

#pragma once

#include "ts-test-util.h"

G_BEGIN_DECLS

typedef enum
{
  BLOCKING,
  UNTIL,
  ASYNC,
  SOURCE,
  PORT,
  N_ROUTES,
} Route;

extern const char *const route_names[N_ROUTES];

/* Somebody who waits for a select */
typedef struct
{
  Route         route;
  TsSelect     *select;
  GCancellable *cancellable;
  GMainContext *context;
  TsTestThread *thread;
  TsTestAsync   async;
  GSource      *source;
  TsPort       *port;
  gint64        token;
  int           winner;
  GError       *error;
  _Atomic int   over;
} Chooser;

Chooser *chooser_start   (Route route, TsSelect *select, GCancellable *cancellable);
gboolean chooser_is_over (Chooser *self);

/* The index, or -1 and @error. Frees the chooser, as the next two do. */
int      chooser_finish  (Chooser *self, GError **error);
void     chooser_free    (Chooser *self);
void     assert_won      (Chooser *self, int index);

G_END_DECLS
