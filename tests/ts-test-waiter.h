/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One face for all ways to wait, so that each claim is written once and holds for each of them. */

#pragma once

#include "ts-test-util.h"

G_BEGIN_DECLS

typedef enum
{
  TS_TEST_ROUTE_BLOCKING,
  TS_TEST_ROUTE_UNTIL,
  TS_TEST_ROUTE_ASYNC,
  TS_TEST_ROUTE_SOURCE,
  TS_TEST_ROUTE_WATCH,
  TS_TEST_ROUTE_PORT,
  TS_TEST_N_ROUTES,
} TsTestRoute;

/* What a type offers to wait for. NULL: not that way. */
typedef struct
{
  const char *name;
  gboolean  (*wait)          (gpointer object, GCancellable *cancellable, GError **error);
  gboolean  (*wait_until)    (gpointer object, gint64 deadline, GCancellable *cancellable,
                              GError **error);
  void      (*wait_async)    (gpointer object, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
  gboolean  (*wait_finish)   (gpointer object, GAsyncResult *result, GError **error);
  GSource  *(*create_source) (gpointer object, GCancellable *cancellable);
  guint     (*add_watch)     (gpointer object, int priority, GSourceFunc func, gpointer user_data,
                              GDestroyNotify notify);
  gint64    (*wait_port)     (TsPort *port, gpointer object);
} TsTestWaitable;

extern const TsTestWaitable ts_test_event_waitable;
extern const TsTestWaitable ts_test_semaphore_waitable;
extern const TsTestWaitable ts_test_lock_waitable;

typedef struct _TsTestWaiter TsTestWaiter;

const char   *ts_test_route_name              (TsTestRoute route);
gboolean      ts_test_route_takes_cancellable (TsTestRoute route);
gboolean      ts_test_route_is_thread         (TsTestRoute route);

/* Starts to wait, and returns when the wait is parked, or over. Belongs to this thread. */
TsTestWaiter *ts_test_waiter_start   (TsTestRoute route, const TsTestWaitable *waitable,
                                      gpointer object, GCancellable *cancellable);
/* Whether the wait is over, after all that could be done without blocking was done. */
gboolean      ts_test_waiter_is_over (TsTestWaiter *self);
/* Waits for the end, and collects the result. A source whose cancellable was cancelled reports
 * that as an error. */
gboolean      ts_test_waiter_finish  (TsTestWaiter *self, GError **error);
/* Gives up in the way of the route, without collecting anything. What it may have been given by
 * then goes back. Only with a cancellable of its own for routes that are threads. */
void          ts_test_waiter_drop    (TsTestWaiter *self);

G_END_DECLS
