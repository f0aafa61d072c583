/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "ts-test-waiter.h"

#include <poll.h>

struct _TsTestWaiter
{
  TsTestRoute           route;
  const TsTestWaitable *waitable;
  gpointer              object;
  GCancellable         *cancellable;

  /* Threads */
  TsTestThread *thread;
  GError       *error;
  gboolean      success;
  _Atomic int   over;

  TsTestAsync   async;
  GMainContext *context;
  GSource      *source;
  TsPort       *port;
  gint64        token;
};

/* Calls by way of the exact type, which a cast of the function would not be. */
#define DEFINE_WAITS(type, verb) \
  static gboolean \
  type##_wait (gpointer object, GCancellable *cancellable, GError **error) \
  { \
    return ts_##type##_##verb (object, cancellable, error); \
  } \
  static gboolean \
  type##_wait_until (gpointer object, gint64 deadline, GCancellable *cancellable, GError **error) \
  { \
    return ts_##type##_##verb##_until (object, deadline, cancellable, error); \
  } \
  static void \
  type##_wait_async (gpointer object, GCancellable *cancellable, GAsyncReadyCallback callback, \
                     gpointer user_data) \
  { \
    ts_##type##_##verb##_async (object, cancellable, callback, user_data); \
  } \
  static gboolean \
  type##_wait_finish (gpointer object, GAsyncResult *result, GError **error) \
  { \
    return ts_##type##_##verb##_finish (object, result, error); \
  }

#define WAITS(type) \
  .name = #type, .wait = type##_wait, .wait_until = type##_wait_until, \
  .wait_async = type##_wait_async, .wait_finish = type##_wait_finish

DEFINE_WAITS (event, wait)

static GSource *
event_create_source (gpointer object, GCancellable *cancellable)
{
  return ts_event_create_source (object, cancellable);
}

static guint
event_add_watch (gpointer object, int priority, GSourceFunc func, gpointer user_data,
                 GDestroyNotify notify)
{
  return ts_event_add_watch_full (object, priority, (TsEventFunc) (GCallback) func, user_data,
                                  notify);
}

static gint64
event_wait_port (TsPort *port, gpointer object)
{
  return ts_port_wait_event (port, object);
}

const TsTestWaitable ts_test_event_waitable = {
  WAITS (event),
  .create_source = event_create_source,
  .add_watch = event_add_watch,
  .wait_port = event_wait_port,
};

DEFINE_WAITS (semaphore, acquire)

static GSource *
semaphore_create_source (gpointer object, GCancellable *cancellable)
{
  return ts_semaphore_create_source (object, cancellable);
}

static guint
semaphore_add_watch (gpointer object, int priority, GSourceFunc func, gpointer user_data,
                     GDestroyNotify notify)
{
  return ts_semaphore_add_watch_full (object, priority, (TsSemaphoreFunc) (GCallback) func,
                                      user_data, notify);
}

static gint64
semaphore_wait_port (TsPort *port, gpointer object)
{
  return ts_port_acquire (port, object);
}

const TsTestWaitable ts_test_semaphore_waitable = {
  WAITS (semaphore),
  .create_source = semaphore_create_source,
  .add_watch = semaphore_add_watch,
  .wait_port = semaphore_wait_port,
};

DEFINE_WAITS (lock, acquire)

static gint64
lock_wait_port (TsPort *port, gpointer object)
{
  return ts_port_acquire_lock (port, object);
}

const TsTestWaitable ts_test_lock_waitable = {
  WAITS (lock),
  .wait_port = lock_wait_port,
};

const char *
ts_test_route_name (TsTestRoute route)
{
  static const char *const names[] = { "blocking", "until", "async", "source", "watch", "port" };

  return names[route];
}

gboolean
ts_test_route_takes_cancellable (TsTestRoute route)
{
  return route != TS_TEST_ROUTE_WATCH && route != TS_TEST_ROUTE_PORT;
}

gboolean
ts_test_route_is_thread (TsTestRoute route)
{
  return route == TS_TEST_ROUTE_BLOCKING || route == TS_TEST_ROUTE_UNTIL;
}

static gpointer
wait_in_thread (gpointer data)
{
  TsTestWaiter *self = data;
  const gint64 far_away = g_get_monotonic_time () + G_MAXINT32;

  ts_test_thread_will_block ();
  if (self->route == TS_TEST_ROUTE_BLOCKING)
    self->success = self->waitable->wait (self->object, self->cancellable, &self->error);
  else
    self->success = self->waitable->wait_until (self->object, far_away, self->cancellable,
                                                &self->error);
  atomic_store (&self->over, TRUE);
  return NULL;
}

static gboolean
on_source (gpointer data)
{
  TsTestWaiter *self = data;

  g_assert_false (atomic_load (&self->over));
  ts_test_check_callback (self->context);
  self->success = self->cancellable == NULL ||
                  !g_cancellable_set_error_if_cancelled (self->cancellable, &self->error);
  atomic_store (&self->over, TRUE);
  return G_SOURCE_REMOVE;
}

/* For an event; other watches have a type of their own. */
static gboolean
on_event_watch (TsEvent *event, gpointer data)
{
  g_assert_true (((TsTestWaiter *) data)->object == event);
  return on_source (data);
}

static void
park_source (TsTestWaiter *self)
{
  if (self->route == TS_TEST_ROUTE_SOURCE)
    {
      self->source = self->waitable->create_source (self->object, self->cancellable);
      g_source_set_callback (self->source, on_source, self, NULL);
      g_source_attach (self->source, self->context);
    }
  else
    {
      guint id = self->waitable->add_watch (self->object, G_PRIORITY_DEFAULT,
                                            (GSourceFunc) (GCallback) on_event_watch, self, NULL);

      self->source = g_source_ref (g_main_context_find_source_by_id (self->context, id));
    }
  g_main_context_iteration (self->context, FALSE); /* a source parks when it is asked first */
}

static void
start_thread (TsTestWaiter *self)
{
  self->thread = ts_test_thread_new (wait_in_thread, self);
  ts_test_thread_wait_blocked (self->thread);
}

TsTestWaiter *
ts_test_waiter_start (TsTestRoute route, const TsTestWaitable *waitable, gpointer object,
                      GCancellable *cancellable)
{
  TsTestWaiter *self = g_new0 (TsTestWaiter, 1);

  self->route = route;
  self->waitable = waitable;
  self->object = object;
  self->cancellable = cancellable;
  self->context = g_main_context_ref_thread_default ();
  ts_test_forbid_callbacks ();
  switch (route)
    {
    case TS_TEST_ROUTE_ASYNC:
      ts_test_async_begin (&self->async, object);
      waitable->wait_async (object, cancellable, ts_test_async_callback, &self->async);
      ts_test_async_end (&self->async);
      break;
    case TS_TEST_ROUTE_PORT:
      self->port = ts_port_new ();
      self->token = waitable->wait_port (self->port, object);
      g_assert_cmpint (self->token, >, 0);
      break;
    case TS_TEST_ROUTE_BLOCKING:
    case TS_TEST_ROUTE_UNTIL:
      start_thread (self);
      break;
    case TS_TEST_ROUTE_SOURCE:
    case TS_TEST_ROUTE_WATCH:
      ts_test_allow_callbacks ();
      park_source (self);
      return self;
    case TS_TEST_N_ROUTES:
    default:
      g_assert_not_reached ();
    }
  ts_test_allow_callbacks ();
  return self;
}

static gboolean
port_is_readable (TsPort *port)
{
  struct pollfd fd = { ts_port_get_fd (port), POLLIN, 0 };

  return poll (&fd, 1, 0) == 1;
}

/* Of a thread one knows only that it is not over yet. */
gboolean
ts_test_waiter_is_over (TsTestWaiter *self)
{
  switch (self->route)
    {
    case TS_TEST_ROUTE_ASYNC:
      ts_test_iterate (self->context);
      return atomic_load (&self->async.calls) > 0;
    case TS_TEST_ROUTE_SOURCE:
    case TS_TEST_ROUTE_WATCH:
      if (!atomic_load (&self->over))
        ts_test_iterate (self->context);
      return atomic_load (&self->over);
    case TS_TEST_ROUTE_PORT:
      return port_is_readable (self->port);
    case TS_TEST_ROUTE_BLOCKING:
    case TS_TEST_ROUTE_UNTIL:
    case TS_TEST_N_ROUTES:
    default:
      return atomic_load (&self->over);
    }
}

static void
waiter_free (TsTestWaiter *self)
{
  ts_test_async_clear (&self->async);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_object (&self->port);
  g_clear_error (&self->error);
  g_main_context_unref (self->context);
  g_free (self);
}

static gboolean
finish_port (TsTestWaiter *self)
{
  GValue value = G_VALUE_INIT;
  gboolean success;

  ts_test_wait_for (port_is_readable (self->port));
  g_assert_cmpint (ts_port_next_ready (self->port), ==, self->token);
  g_assert_cmpint (ts_port_next_ready (self->port), ==, -1);
  g_assert_false (port_is_readable (self->port));
  success = ts_port_finish (self->port, self->token, &value, &self->error);
  g_value_unset (&value);
  return success;
}

gboolean
ts_test_waiter_finish (TsTestWaiter *self, GError **error)
{
  gboolean success;

  switch (self->route)
    {
    case TS_TEST_ROUTE_ASYNC:
      ts_test_async_wait (&self->async);
      self->success = self->waitable->wait_finish (self->object, self->async.result, &self->error);
      break;
    case TS_TEST_ROUTE_SOURCE:
    case TS_TEST_ROUTE_WATCH:
      while (!atomic_load (&self->over))
        g_main_context_iteration (self->context, TRUE);
      break;
    case TS_TEST_ROUTE_PORT:
      self->success = finish_port (self);
      break;
    case TS_TEST_ROUTE_BLOCKING:
    case TS_TEST_ROUTE_UNTIL:
    case TS_TEST_N_ROUTES:
    default:
      ts_test_thread_join (self->thread);
    }
  success = self->success;
  g_assert_true (success == (self->error == NULL));
  if (self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  waiter_free (self);
  return success;
}

static void
drop_async (TsTestWaiter *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  ts_test_async_wait (&self->async);
}

void
ts_test_waiter_drop (TsTestWaiter *self)
{
  switch (self->route)
    {
    case TS_TEST_ROUTE_ASYNC:
      drop_async (self);
      break;
    case TS_TEST_ROUTE_SOURCE:
    case TS_TEST_ROUTE_WATCH:
      g_source_destroy (self->source);
      break;
    case TS_TEST_ROUTE_PORT:
      g_assert_true (ts_port_cancel (self->port, self->token));
      break;
    case TS_TEST_ROUTE_BLOCKING:
    case TS_TEST_ROUTE_UNTIL:
    case TS_TEST_N_ROUTES:
    default:
      g_cancellable_cancel (self->cancellable);
      ts_test_thread_join (self->thread);
    }
  waiter_free (self);
}
